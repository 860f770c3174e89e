"""Words that strangers wrote into a file, made fit to keep and to write again."""

import re
from collections.abc import Iterable

LONGEST = 10_000
"""Characters of one text that are kept."""

MOST = 200
"""Items of one list that are kept."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def tidy(text: str | None) -> str | None:
    """The text without control characters and outer blanks, cut to a length; None where nothing is left.

    >>> tidy("  A street\\r\\nin Bakhmut\\x1b[31m ")
    'A street\\nin Bakhmut[31m'
    """
    if not text:
        return None
    text = _CONTROLS.sub("", text[: 4 * LONGEST].replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()[:LONGEST].strip() or None


def tidy_all(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text tidied, empty ones and repetitions left out, cut to a number."""
    kept: dict[str, None] = {}
    for text in texts:
        if len(kept) == MOST:
            break
        if tidied := tidy(text):
            kept[tidied] = None
    return tuple(kept)


def decoded(raw: bytes, encoding: str = "utf-8") -> str:
    """The text that bytes stand for: as declared, and where that cannot be, Latin-1, which always can.

    >>> decoded("Bakhmut — Бахмут".encode()), decoded(b"caf\\xe9")
    ('Bakhmut — Бахмут', 'café')
    """
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("latin-1")

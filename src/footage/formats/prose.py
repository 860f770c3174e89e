"""Prose from outside, captions and articles: its encoding, its size, and no control characters in it."""

import unicodedata

from footage.errors import BadInput
from footage.formats.plain_text import decode_text

LARGEST = 256 * 1024
"""Bytes of a text that is still read."""

_KEPT = "\n\t"


def read_prose(content: bytes, name: str) -> str:
    r"""The text of a file, its line ends as ``\n``.

    Args:
        name: what messages call it.

    >>> read_prose("\ufeffIt burns.\r\n".encode(), "story.txt")
    'It burns.\n'

    Raises:
        BadInput: it is too large, in no encoding that can be recognised, empty, or holds control characters.
    """
    if len(content) > LARGEST:
        raise BadInput(f"{name} is larger than {LARGEST // 1024} KB", "read the article alone, as plain text")
    try:
        text = decode_text(content)
    except BadInput as error:
        raise BadInput(
            f"{name}: {_undecodable(content)}",
            "save it as UTF-8, for instance with iconv -f WINDOWS-1251 -t UTF-8 FILE",
        ) from error
    return checked_prose(text.replace("\r\n", "\n").replace("\r", "\n"), name)


def checked_prose(text: str, name: str) -> str:
    """A text as it is, where nothing is wrong with it.

    Raises:
        BadInput: it is too long, says nothing, or holds control characters or undecodable bytes; the message
            names the first of these and its line.
    """
    if len(text) > LARGEST:
        raise BadInput(f"{name} is longer than {LARGEST} characters", "read one caption or article at a time")
    for number, line in enumerate(text.split("\n"), 1):
        for sign in line:
            if sign not in _KEPT and unicodedata.category(sign) in ("Cc", "Cs"):
                told = f"{name} holds a control character (U+{ord(sign):04X}) in line {number}"
                raise BadInput(told, "take it out with a text editor")
    if not any(sign.isalnum() for sign in text):
        raise BadInput(f"{name} holds no words", "name a file with a caption or an article in it")
    return text


def _undecodable(content: bytes) -> str:
    """What stands in the way of reading bytes as UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"its text is neither UTF-8 nor UTF-16 (the byte 0x{content[error.start]:02x} in line {line})"
    return "its text is neither UTF-8 nor UTF-16"

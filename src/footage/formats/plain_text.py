"""Plain text from other programs: which encoding it is in, as far as that can be recognised."""

import codecs

from footage.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 400


def decode_text(content: bytes, *, western: bool = False) -> str:
    r"""The text of a file: UTF-8 or UTF-16, with a byte order mark or without.

    Args:
        western: what is neither is read as Windows-1252 (or Latin-1); else it is refused.

    >>> decode_text("asset;city;Київ".encode("utf-16-le"))
    'asset;city;Київ'

    Raises:
        BadInput: it is in no encoding that can be recognised.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], [encoding])
    guesses = [*_utf16(content), "utf-8"]
    return _decoded(content, [*guesses, "cp1252", "latin-1"] if western else guesses)


def _decoded(content: bytes, encodings: list[str]) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput("its text is neither UTF-8 nor UTF-16", "save it as UTF-8 (in Excel: CSV UTF-8)")


def _utf16(content: bytes) -> list[str]:
    """UTF-16 without a mark: of its separators, digits and spaces one byte is zero."""
    sample = content[:_SAMPLE]
    if len(content) % 2 or not sample:
        return []
    high, low = sample[1::2].count(0), sample[::2].count(0)
    if max(high, low) * 8 < len(sample) // 2:
        return []
    return ["utf-16-le" if high > low else "utf-16-be"]

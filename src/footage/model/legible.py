r"""Text in which nothing hides, and which reads back exactly.

What hides, turns text around, drives a terminal or is no text at all stands as a code, ``\u202e``.
Backslashes stay as they are, save before a code or what looks like one, where they stand twice.
"""

import re
import unicodedata

_CODE = "u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}"
_LIKE_A_CODE = re.compile(rf"(?<!\\)(\\++)(?={_CODE})")
_CODED = re.compile(rf"(?<!\\)(\\++)({_CODE})")
_UNUSUAL = re.compile(r"(?<!\\)(\\*+)([^\x20-\x7e\n\t])")
_EDGE = re.compile(r"(?<!\\)(\\*+)(\A\s|\s\Z|[ \t](?=\n))")
_HIDING = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# The soft hyphen and the joiners, with which words of many scripts (and emoji) are ordinarily written.
_ORDINARY = frozenset("\u00ad\u200c\u200d")


def legible(text: str, *, edges: bool = False) -> str:
    r"""A text with codes in place of what hides; new lines and tabs stay.

    Args:
        edges: white space at either end, and at the end of a line, becomes a code too.

    >>> print(legible("caf\udce9 \u202eC:\\new \\u1234"))
    caf\udce9 \u202eC:\new \\u1234
    >>> print(legible("end ", edges=True))
    end\u0020
    """
    text = _LIKE_A_CODE.sub(r"\1\1", text)
    text = _UNUSUAL.sub(_coded_where_it_hides, text)
    return _EDGE.sub(_coded, text) if edges else text


def read_legible(text: str) -> str:
    r"""The text that :func:`legible` wrote; a code that names no character stays as it is.

    >>> read_legible("end\\u0020 C:\\new \\\\u1234") == "end  C:\\new \\u1234"
    True
    """
    return _CODED.sub(_decoded, text)


def _coded_where_it_hides(match: re.Match[str]) -> str:
    hides = unicodedata.category(match[2]) in _HIDING and match[2] not in _ORDINARY
    return _coded(match) if hides else match[0]


def _coded(match: re.Match[str]) -> str:
    number = ord(match[2])
    code = f"u{number:04x}" if number <= 0xFFFF else f"U{number:08x}"
    return f"{match[1]}{match[1]}\\{code}"


def _decoded(match: re.Match[str]) -> str:
    kept, odd = divmod(len(match[1]), 2)
    number = int(match[2][1:], 16)
    if odd and number > 0x10FFFF:
        return match[0]
    return "\\" * kept + (chr(number) if odd else match[2])

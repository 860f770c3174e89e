"""Text that a database takes, for text that holds undecodable bytes."""

import re

_SURROGATE = re.compile("[\\\\\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(?:\\|u([0-9a-f]{4}))")


def escape(text: str) -> str:
    r"""Write lone surrogates (Python's form of undecodable bytes) as ``\udc..``, and a backslash as two.

    >>> escape("caf\udce9.mp4")
    'caf\\udce9.mp4'
    """
    return _SURROGATE.sub(lambda match: "\\\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}", text)


def unescape(text: str) -> str:
    r"""Undo :func:`escape`.

    >>> unescape("caf\\udce9.mp4") == "caf\udce9.mp4"
    True
    """
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else "\\", text)

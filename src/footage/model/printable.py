"""Text from strangers, made safe to show on a terminal or in a message."""

import unicodedata

_HIDING = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# The soft hyphen and the joiners, with which words of many scripts (and emoji) are ordinarily written.
_ORDINARY = frozenset("\u00ad\u200c\u200d")


def printable(text: str, *, keep_newlines: bool = False) -> str:
    r"""A text in which nothing hides: controls, escapes and undecodable bytes are shown, as ``\x1b``.

    Made visible are the C0 and C1 controls (tab and newline too), the marks that turn or hide text (bidi
    controls, zero-width spaces, byte order marks), line and paragraph separators, private and unassigned
    characters, and surrogates. A surrogate that stands for an undecodable byte of a file name is shown as
    that byte. A backslash stays as it is: this is for eyes, not for reading back.

    Args:
        keep_newlines: leave newlines as they are, for text of our own that has lines.

    >>> printable("clip\x1b[2J\udcff\u202egpj.exe")
    'clip\\x1b[2J\\xff\\u202egpj.exe'
    >>> printable("Бахмут — свічка.mp4")
    'Бахмут — свічка.mp4'
    """
    if text.isprintable():
        return text
    kept = _ORDINARY | {"\n"} if keep_newlines else _ORDINARY
    return "".join(character if character in kept else _shown(character) for character in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _HIDING:
        return character
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        number -= 0xDC00
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"

"""Folding: text made comparable before it is stored for search and before it is asked for.

Case, accents, kinds of apostrophe, ``ґ`` or ``г`` and ``ё`` or ``е`` make no difference, punctuation parts
words, and Cyrillic stands beside its transliterations, so that either finds the other.
"""

import re
import unicodedata

_SIGNS = {
    **dict.fromkeys(map(ord, "’ʼ‘ʹ`´′＇ʻ"), "'"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), None),
}
"""Every apostrophe as one, and signs without width as nothing."""
_SAME_LETTER = str.maketrans({"ґ": "г", "ё": "е", "ı": "i", "ł": "l", "ø": "o", "đ": "d"})
_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+|[\u0300\u0301]")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CYRILLIC_WORD = re.compile("[\u0400-\u04ff']*[\u0400-\u04ff][\u0400-\u04ff']*")

_SHARED = {
    **dict(zip("абвдзклмнопрстуфыэіў", "abvdzklmnoprstufyeiu", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    **dict.fromkeys("ьъ'", ""),
}
_UKRAINIAN = {**_SHARED, "г": "h", "е": "e", "и": "y", "є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
_UKRAINIAN_INITIAL = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_RUSSIAN = {**_SHARED, "г": "g", "е": "e", "и": "i", "є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def fold(text: str) -> str:
    """Text as words of letters and digits, a space between them, Cyrillic followed by its transliterations.

    >>> fold("The 92nd OMBr’s drone,  Châtelet")
    "the 92nd ombr's drone chatelet"
    >>> fold("Бахмут, Ґалаґан")
    'бахмут галаган bakhmut halahan bakhmut galagan'
    """
    return " ".join(spellings(text))


def spellings(text: str) -> tuple[str, ...]:
    """The folded text as written and, where it holds Cyrillic, in Latin as Ukrainian and as Russian names.

    >>> spellings("Харків")
    ('харків', 'kharkiv')
    >>> spellings("Луганськ")
    ('луганськ', 'luhansk', 'lugansk')
    """
    plain = _plain(text)
    if not _CYRILLIC_WORD.search(plain):
        return (plain,)
    latin = (_CYRILLIC_WORD.sub(spell, plain) for spell in (_as_ukrainian, _as_russian))
    return tuple(dict.fromkeys((plain, *(" ".join(spelt.split()) for spelt in latin if spelt.split()))))


def _plain(text: str) -> str:
    lowered = unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", lowered))
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", bare).translate(_SAME_LETTER)))


def _as_ukrainian(match: re.Match[str]) -> str:
    """The official Ukrainian transliteration (resolution 55 of the Cabinet of Ministers, 2010)."""
    word = match[0].replace("зг", "зgh")
    first = _UKRAINIAN_INITIAL.get(word[0])
    return (first or "") + "".join(_UKRAINIAN.get(letter, letter) for letter in word[1 if first else 0 :])


def _as_russian(match: re.Match[str]) -> str:
    """The spelling of English-language news for Russian names: BGN/PCGN without marks, ``-y`` for ``-ий``."""
    word = re.sub("[иіы]й$", "ы", match[0])
    return "".join(_RUSSIAN.get(letter, letter) for letter in word)

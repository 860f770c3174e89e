"""A publication's texts as every format can hold them, so that all of them say exactly the same.

XML cannot hold most control characters, lone surrogates and two characters that are none; terminals obey
some of them. Wherever one stands, U+FFFD is written in its place, in every format, and said aloud. Texts of
one line (names, the credit line) stay on one line, because IIM and NewsML-G2 ask for it.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

from footage.model.publication import Publication

REPLACEMENT = "\ufffd"

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OF_MANY_LINES = frozenset(
    (
        *("caption", "rights", "usage_terms", "instructions", "edit_note", "statement"),
        *("alt", "extended_description", "shot_list", "description"),
    )
)
# Escaped byte by byte where they are written.
_PATHS = frozenset(("href", "keyframe"))

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+\Z")
_ON_THE_WEB = re.compile(r"https?://[!-~]+\Z")

_Part = TypeVar("_Part")


def writable(publication: Publication) -> Publication:
    r"""The publication with texts that every format holds; repeated and empty texts of a list are left out.

    Outer blanks go, line ends become ``\n``, and in texts of one line a blank; nothing is cut.

    >>> writable(Publication(" Smoke\x1b rises.\r\n", credit="a\nb", keyword=("war", "", "war"))).caption
    'Smoke� rises.'
    """
    return _written(publication)


def escaped_path(path: str) -> str:
    r"""A path in a package as a relative address; names in no encoding keep their bytes, an address stays.

    >>> escaped_path("a b\udcff.mp4"), escaped_path("https://example.org/a.mp4")
    ('a%20b%FF.mp4', 'https://example.org/a.mp4')
    """
    return path if _ON_THE_WEB.match(path) else quote(path, errors="surrogateescape")


def is_address(text: str) -> bool:
    """Whether it is a whole address of printable ASCII, which every format takes as a URI.

    >>> is_address("urn:newsflash:1"), is_address("clip.mp4"), is_address("a:<b>")
    (True, False, False)
    """
    return _ADDRESS.match(text) is not None


def replaced(publication: Publication) -> tuple[str, ...]:
    r"""What :func:`writable` replaces, one sentence each field.

    >>> replaced(Publication("Smoke\x1b rises."))
    ('caption: U+001B cannot be held by every format: written as U+FFFD',)
    """
    found: dict[str, dict[str, None]] = {}
    _find(publication, found)
    return tuple(
        f"{name.replace('_', ' ')}: {', '.join(signs)} cannot be held by every format: written as U+FFFD"
        for name, signs in found.items()
    )


def _written(part: _Part) -> _Part:
    changes: dict[str, Any] = {}
    for field in fields(part):  # type: ignore[arg-type]
        value = getattr(part, field.name)
        changes[field.name] = value if field.name in _PATHS else _value(field.name, value)
    return replace(part, **changes)  # type: ignore[type-var]


def _value(name: str, value: object) -> object:
    if type(value) is str:
        return _text(name, value)
    if isinstance(value, tuple):
        kept = (_value(name, each) for each in value)
        return tuple(dict.fromkeys(each for each in kept if each != ""))
    return _written(value) if _ours(value) else value


def _ours(value: object) -> bool:
    """Whether it is a part of a publication that has texts of its own."""
    return is_dataclass(value) and type(value).__module__ == Publication.__module__


def _text(name: str, text: str) -> str:
    text = _UNWRITABLE.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text if name in _OF_MANY_LINES else text.replace("\n", " ").replace("\t", " ")


def _find(part: object, found: dict[str, dict[str, None]]) -> None:
    for field in fields(part):  # type: ignore[arg-type]
        value = getattr(part, field.name)
        for each in value if isinstance(value, tuple) else (value,):
            if _ours(each):
                _find(each, found)
            elif isinstance(each, str) and field.name not in _PATHS:
                for sign in _UNWRITABLE.findall(each.replace("\r", "")):
                    found.setdefault(field.name, {})[f"U+{ord(sign):04X}"] = None

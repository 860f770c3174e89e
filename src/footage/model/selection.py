"""Selections: the words that name assets on a command line."""

import re
from dataclasses import dataclass

from footage.errors import Usage
from footage.model.query import is_query

_NUMBERS = re.compile(r"\d{1,18}(?:\.\.\d{1,18})?(?:,\d{1,18}(?:\.\.\d{1,18})?)*")
_SHA256_START = re.compile(r"(?=.*[a-f])[0-9a-f]{6,64}", re.IGNORECASE)
_SHORT_START = re.compile(r"(?=.*\d)[0-9a-f]{1,5}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Assets by number: single ones, and ranges whose gaps do not matter; first and last, both included."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Last:
    """What the last ``add`` took in."""


@dataclass(frozen=True, slots=True)
class Name:
    """An original file name, or else what it looks like.

    Attributes:
        sha256: in lower case where it may be the start of a SHA-256, else empty.
        query: whether it reads like a query; only a file of that very name goes before it.
    """

    text: str
    sha256: str = ""
    query: bool = False


Pick = Numbers | Last | Name


def parse_pick(word: str) -> Pick:
    """Read one argument that names assets.

    Digits alone are always a number.

    >>> parse_pick("12,40..42")
    Numbers(ranges=((12, 12), (40, 42)))
    >>> parse_pick("clip.mp4")
    Name(text='clip.mp4', sha256='', query=False)

    Raises:
        Usage: a range that ends before it begins.
    """
    if word == "last":
        return Last()
    if _NUMBERS.fullmatch(word):
        return Numbers(tuple(_range(part) for part in word.split(",")))
    if _SHA256_START.fullmatch(word):
        return Name(word, word.lower())
    return Name(word, query=is_query(word))


def too_short(word: str) -> bool:
    """Whether a word looks like the start of a SHA-256 that is too short to be taken for one.

    >>> too_short("a41"), too_short("clip.mp4")
    (True, False)
    """
    return _SHORT_START.fullmatch(word) is not None


def _range(text: str) -> tuple[int, int]:
    first, _, last = text.partition("..")
    low, high = int(first), int(last or first)
    if high < low:
        raise Usage(f"the range {text} ends before it begins", f"type {high}..{low}")
    return low, high

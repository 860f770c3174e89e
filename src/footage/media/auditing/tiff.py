"""TIFF's directories, as TIFF files and EXIF blocks have them, walked without decoding a picture.

Sources: TIFF 6.0, section 2; BigTIFF (libtiff); CIPA DC-008 (EXIF 3.0).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from footage.media.auditing.source import Malformed, Source

_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_NUMBERS = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
_MOST_ENTRIES = 4096
_MOST_DIRECTORIES = 256


@dataclass(frozen=True, slots=True)
class Entry:
    """A tag with its value's kind, count and place."""

    tag: int
    kind: int
    count: int
    at: int
    size: int


@dataclass(slots=True)
class Tiff:
    """A TIFF structure and which of its bytes are named.

    Raises:
        Malformed: it does not begin as one.
    """

    source: Source
    order: str = field(init=False)
    big: bool = field(init=False)
    first: int = field(init=False)
    named: list[tuple[int, int]] = field(init=False)
    _seen: set[int] = field(init=False)

    def __post_init__(self) -> None:
        head = self.source.at(0, 16)
        if head[:2] not in (b"II", b"MM") or len(head) < 8:
            raise Malformed("does not begin as TIFF does")
        self.order = "little" if head[:2] == b"II" else "big"
        self.big = self._number(2, 2) == 43
        self.first = self._number(8, 8) if self.big else self._number(4, 4)
        self.named = [(0, 16 if self.big else 8)]
        self._seen = set()

    def chain(self, at: int) -> Iterator[list[Entry]]:
        """The directories that follow each other from one on.

        Raises:
            Malformed: they run in a ring, or there are too many.
        """
        while at:
            entries, at = self.directory(at)
            yield entries

    def directory(self, at: int) -> tuple[list[Entry], int]:
        """The entries of a directory, and where the next one is (0: nowhere).

        Raises:
            Malformed: it was walked before, or makes no sense.
        """
        if at in self._seen or len(self._seen) >= _MOST_DIRECTORIES:
            raise Malformed("has directories that run in a ring")
        self._seen.add(at)
        head, length, place = (8, 20, 8) if self.big else (2, 12, 4)
        count = self._number(at, head)
        if count > _MOST_ENTRIES:
            raise Malformed(f"has a directory of {count:,} tags")
        end = at + head + count * length
        self.named.append((at, end + place))
        entries = [self._entry(at + head + number * length) for number in range(count)]
        following = self.source.at(end, place)
        return entries, int.from_bytes(following, "little" if self.order == "little" else "big")

    def value(self, entry: Entry, limit: int = 4 << 20) -> bytes:
        """An entry's value as it stands there, at most ``limit`` bytes of it."""
        return self.source.at(entry.at, min(entry.size, limit))

    def numbers(self, entry: Entry) -> list[int]:
        """An entry's value as whole numbers; none where it is of another kind."""
        name = _NUMBERS.get(entry.kind)
        if name is None:
            return []
        data = self.value(entry, 64 << 20)
        array = np.frombuffer(data[: len(data) // int(name[1]) * int(name[1])], self._mark + name)
        return [int(each) for each in array]

    def text(self, entry: Entry) -> str:
        """An entry's value as text."""
        return self.value(entry, 4096).split(b"\0")[0].decode("utf-8", "replace").strip()

    @property
    def _mark(self) -> str:
        return "<" if self.order == "little" else ">"

    def _entry(self, at: int) -> Entry:
        place = 8 if self.big else 4
        tag, kind = self._number(at, 2), self._number(at + 2, 2)
        count = self._number(at + 4, place)
        size = count * _SIZES.get(kind, 1)
        inside = at + 4 + place
        where = inside if size <= place else self._number(inside, place)
        if size > place:
            # Values begin at even places.
            self.named.append((where, where + size + size % 2))
        return Entry(tag, kind, count, where, size)

    def _number(self, at: int, count: int) -> int:
        return self.source.number(at, count, self.order)

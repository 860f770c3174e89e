"""A file's bytes, or part of them, read in bounded pieces."""

import io
import re
import struct
from collections.abc import Iterable
from typing import BinaryIO

LARGEST = 64 << 20
"""The most bytes that are ever read at once."""

_PIECE = 1 << 20
_BLANK_LIMIT = 256 << 20


class Malformed(Exception):
    """The bytes are not laid out as they say; the message says where, in words that follow "it"."""


BROKEN = (Malformed, struct.error, ValueError, IndexError, KeyError, OverflowError, UnicodeError)
"""What walking through hostile bytes may raise."""


class Source:
    """A stretch of a file.

    Args:
        file: seekable.
        start, end: of the stretch in the file; the whole file where they are not given.
    """

    def __init__(self, file: BinaryIO, start: int = 0, end: int | None = None) -> None:
        self._file = file
        self._start = start
        self._size = max(0, (file.seek(0, io.SEEK_END) if end is None else end) - start)

    def __len__(self) -> int:
        return self._size

    def at(self, offset: int, count: int) -> bytes:
        """Bytes from an offset on; fewer where the stretch ends.

        Raises:
            Malformed: more are asked for than are ever read at once.
        """
        count = min(count, self._size - offset)
        if offset < 0 or count <= 0:
            return b""
        if count > LARGEST:
            raise Malformed(f"has a part of {count:,} bytes where none is so large")
        self._file.seek(self._start + offset)
        return self._file.read(count)

    def number(self, offset: int, count: int, order: str = "big") -> int:
        """An unsigned number of some bytes.

        Raises:
            Malformed: the stretch ends before it.
        """
        found = self.at(offset, count)
        if len(found) < count:
            raise Malformed(f"breaks off at byte {offset:,}")
        return int.from_bytes(found, "little" if order == "little" else "big")

    def part(self, start: int, end: int) -> "Source":
        """A stretch of the stretch."""
        start, end = max(0, start), min(end, self._size)
        return Source(self._file, self._start + start, self._start + max(start, end))

    def search(self, pattern: "re.Pattern[bytes]", start: int, overlap: int = 16) -> int:
        """Where a pattern of at most ``overlap`` bytes is found next; -1 where it is not."""
        while start < self._size:
            piece = self.at(start, _PIECE + overlap)
            if match := pattern.search(piece):
                return start + match.start()
            start += _PIECE
        return -1

    def blank(self, start: int, end: int, fillings: bytes = b"\0") -> bool:
        """Whether a stretch holds nothing but one filling byte; never of more than 256 MiB."""
        if start >= end:
            return True
        if end - start > _BLANK_LIMIT:
            return False
        filling = self.at(start, 1)
        if filling and filling not in fillings:
            return False
        while start < end:
            piece = self.at(start, min(_PIECE, end - start))
            if not piece:
                break
            if piece.count(filling) != len(piece):
                return False
            start += len(piece)
        return True


def source_of(data: bytes) -> Source:
    """Bytes as a source."""
    return Source(io.BytesIO(data))


def gaps(named: Iterable[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between a start and an end that no named stretch covers.

    >>> gaps([(2, 4), (3, 6), (8, 9)], 0, 10)
    [(0, 2), (6, 8), (9, 10)]
    """
    found = []
    for first, last in sorted(named):
        if first > start:
            found.append((start, min(first, end)))
        start = max(start, last)
        if start >= end:
            break
    if start < end:
        found.append((start, end))
    return [(first, last) for first, last in found if first < last]

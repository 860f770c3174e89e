"""Looking for coded pictures and sound that may not be in a file, among all of its bytes.

A piece is found by eight bytes of it that stand out, and then known for sure by a digest of the whole.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from footage.media.proving.filebytes import FileBytes

LEAST = 32
"""Shorter pieces say next to nothing, and turn up by chance."""

_WORD = 8
_PLACES = 16
_TAIL = 16
_DIGEST = 16
_CHUNK = 1 << 20
_MIXER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that may not be found.

    Attributes:
        owner: whose it is, for who asks.
        offset: where the telling bytes lie in it.
        tail: its last bytes.
    """

    owner: int
    offset: int
    length: int
    tail: bytes
    digest: bytes


@dataclass(slots=True)
class Pieces:
    """What may not be found; the bytes themselves are not held."""

    _by_word: dict[int, set[Piece]] = field(default_factory=lambda: defaultdict(set))

    def add(self, owner: int, content: memoryview | bytes) -> None:
        """Take in a piece; shorter ones than :data:`LEAST` are passed over."""
        if len(content) < LEAST:
            return
        whole = bytes(content)
        offset, word = _most_telling(whole)
        piece = Piece(owner, offset, len(whole), whole[-_TAIL:], digest_of(whole))
        self._by_word[word].add(piece)

    def __bool__(self) -> bool:
        return bool(self._by_word)

    def found_in(self, file: FileBytes, spared: NDArray[np.int64]) -> Iterator[tuple[Piece, int]]:
        """The pieces that occur in a file, each with its first byte there, some perhaps more than once.

        Args:
            spared: first byte and the one after the last of stretches, in order and apart, that need no look.
        """
        words = np.array(sorted(self._by_word), np.uint64)
        if not len(words):
            return
        shift = np.uint64(64 - max(16, min(26, len(words).bit_length() + 6)))
        known = np.zeros(1 << int(64 - shift), bool)
        known[_mixed(words, shift)] = True
        for first, last in _searched(len(file), spared):
            window = file.read(first, last)
            here = np.ndarray(len(window) - _WORD + 1, "<u8", window, 0, (1,))
            for at in np.flatnonzero(known[_mixed(here, shift)]).tolist():
                yield from self._known(file, first + at, int(here[at]))

    def _known(self, file: FileBytes, at: int, word: int) -> Iterator[tuple[Piece, int]]:
        for piece in self._by_word.get(word, ()):
            start = at - piece.offset
            end = start + piece.length
            if start < 0 or file.read(end - _TAIL, end) != piece.tail:
                continue
            if digest_of(*file.chunks(start, end)) == piece.digest:
                yield piece, start


def digest_of(*parts: memoryview | bytes) -> bytes:
    """Tells a piece from any other."""
    whole = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        whole.update(part)
    return whole.digest()


def joined(spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Stretches in order, one row each, those that touch or overlap as one."""
    if not len(spans):
        return np.empty((0, 2), np.int64)
    ordered = spans[np.argsort(spans[:, 0], kind="stable")]
    reached = np.maximum.accumulate(ordered[:, 1])
    begins = np.concatenate(([True], ordered[1:, 0] > reached[:-1]))
    return np.stack((ordered[begins, 0], reached[np.append(begins[1:], True)]), 1)


def _most_telling(piece: bytes) -> tuple[int, int]:
    """Of some places in the later half the one whose eight bytes differ the most, and they as a number."""
    middle, last = len(piece) // 2, len(piece) - _WORD
    offsets = [middle + (last - middle) * n // (_PLACES - 1) for n in range(_PLACES)]
    best = max(offsets, key=lambda at: len(set(piece[at : at + _WORD])))
    return best, int.from_bytes(piece[best : best + _WORD], "little")


def _mixed(words: NDArray[np.uint64], shift: np.uint64) -> NDArray[np.uint64]:
    return (words * _MIXER) >> shift


def _searched(size: int, spared: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Stretches of a file to look through: with a word's overlap between them and into what is spared."""
    starts = np.concatenate(([0], spared[:, 1]))
    ends = np.concatenate((spared[:, 0], [size]))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        first, stop = max(0, start - _WORD + 1), min(size, end + _WORD - 1)
        for at in range(first, stop - _WORD + 1, _CHUNK):
            yield at, min(stop, at + _CHUNK + _WORD - 1)

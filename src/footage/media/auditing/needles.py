"""Coded pictures of an original that must not occur in a published file, looked for byte by byte.

Of each coded slice (or of a whole packet, where a codec has no such units) a few short pieces are remembered.
A slice is found where at least half of its pieces are: containers cut packets up, and some pieces fall across
a cut. Pieces that also stand in pictures that may be shown do not count.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field

import av.error
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from footage.media.auditing.source import Source
from footage.media.auditing.units import length_size, units_of
from footage.media.demux import open_video, picture_stream
from footage.model.span import FrameIndex

_SEARCHED = frozenset(("h264", "hevc", "vp8", "vp9", "av1", "mpeg2video", "mpeg4"))
_SHORTEST = 32
_PIECE = 16
_PIECES = 4
_LEAST_SIGNS = 8
_MOST_SLICES = 50_000
_READ = 4 << 20
_KEYS = 1 << 24


@dataclass(slots=True)
class Needles:
    """Pieces of the coded pictures that must not occur.

    Attributes:
        owners: the slices that a piece belongs to. counts: how many pieces each slice has.
        pictures: the number of the frame that each slice belongs to.
    """

    owners: dict[bytes, list[int]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    _first: NDArray[np.bool_] | None = None

    def add(self, slice_: bytes, picture: int) -> None:
        """Remember a slice of a picture that must not occur."""
        pieces = [piece for piece in _pieces(slice_) if len(set(piece)) >= _LEAST_SIGNS]
        if len(pieces) < 2 or len(self.counts) >= _MOST_SLICES:
            return
        number = len(self.counts)
        self.counts.append(len(set(pieces)))
        self.pictures.append(picture)
        for piece in set(pieces):
            self.owners.setdefault(piece, []).append(number)

    def forget(self, data: bytes) -> None:
        """Leave out every piece that stands in something that may be shown."""
        for piece in self._standing_in(data):
            for number in self.owners.pop(piece):
                self.counts[number] -= 1

    def found_in(self, source: Source) -> set[int]:
        """The numbers of the pictures that were found."""
        if not self.owners:
            return set()
        hits: dict[int, set[bytes]] = {}
        for start in range(0, len(source), _READ):
            for piece in self._standing_in(source.at(start, _READ + _PIECE - 1)):
                for number in self.owners[piece]:
                    hits.setdefault(number, set()).add(piece)
        return {
            self.pictures[number]
            for number, pieces in hits.items()
            if self.counts[number] >= 2 and len(pieces) >= max(2, self.counts[number] / 2)
        }

    def _standing_in(self, data: bytes) -> set[bytes]:
        if len(data) < _PIECE or not self.owners:
            return set()
        if self._first is None:
            self._first = np.zeros(_KEYS, bool)
            for piece in self.owners:
                self._first[int.from_bytes(piece[:3], "little")] = True
        signs = np.frombuffer(data, np.uint8)
        last = len(signs) - _PIECE + 1
        keys = signs[:last].astype(np.uint32)
        keys |= signs[1 : last + 1].astype(np.uint32) << 8
        keys |= signs[2 : last + 2].astype(np.uint32) << 16
        places = np.flatnonzero(self._first[keys])
        return {piece for at in places.tolist() if (piece := data[at : at + _PIECE]) in self.owners}


def needles_of(path: str, format_name: str, index: FrameIndex, hidden: Set[int]) -> Needles:
    """The pieces of an original's pictures with given numbers; none where its codec is not looked for."""
    needles = Needles()
    times = _times(path, format_name)
    numbers = _numbered(times, index)
    shown = 0
    for number, slices in _coded(path, format_name, numbers):
        if number in hidden:
            for slice_ in slices:
                needles.add(slice_, number)
        shown += number not in hidden
    if shown and needles.owners:
        for number, slices in _coded(path, format_name, numbers):
            if number not in hidden:
                for slice_ in slices:
                    needles.forget(slice_)
    return needles


def _pieces(slice_: bytes) -> list[bytes]:
    """Pieces from all over a slice but its head, which many slices share."""
    if len(slice_) < _SHORTEST:
        return []
    first = min(_PIECE, len(slice_) - 2 * _PIECE)
    room = len(slice_) - _PIECE - first
    count = min(_PIECES, max(2, room // _PIECE))
    return [slice_[at : at + _PIECE] for at in (first + room * n // (count - 1) for n in range(count))]


def _times(path: str, format_name: str) -> list[int]:
    """When each packet that is not hidden is shown."""
    with open_video(path, format_name) as container:
        return [pts for pts, _, discarded in _packets(container) if not discarded]


def _numbered(times: list[int], index: FrameIndex) -> dict[int, int]:
    """The number of the frame that each packet's time stands for.

    Where there are as many packets as frames, they are numbered in order; else by the nearest frame.
    """
    ordered = sorted(times)
    if len(ordered) == len(index.pts) and len(set(ordered)) == len(ordered):
        return {tick: number for number, tick in enumerate(ordered)}
    return {tick: index.frame_at(tick) for tick in ordered}


def _coded(path: str, format_name: str, numbers: dict[int, int]) -> Iterator[tuple[int, list[bytes]]]:
    """Each picture's number and slices; -1 for one that no player shows."""
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        codec = str(stream.codec_context.codec.canonical_name)
        if codec not in _SEARCHED:
            return
        boxed = codec in ("h264", "hevc")
        length = length_size(codec, bytes(stream.codec_context.extradata or b"")) if boxed else 0
        for pts, data, discarded in _packets(container):
            slices = [unit for unit in units_of(data, length) if _is_slice(codec, unit)] if boxed else [data]
            yield -1 if discarded else numbers.get(pts, -1), slices


def _packets(container: InputContainer) -> Iterator[tuple[int, bytes, bool]]:
    stream = picture_stream(container)
    try:
        for packet in container.demux(stream):
            if packet.size:
                shown = packet.dts if packet.pts is None else packet.pts
                yield shown or 0, bytes(packet), packet.is_discard
    except av.error.FFmpegError:
        # An original may break off; what comes after was never taken in.
        return


def _is_slice(codec: str, unit: bytes) -> bool:
    if codec == "h264":
        return bool(unit) and unit[0] & 0x1F in (1, 2, 3, 4, 5, 19, 20)
    return len(unit) > 2 and unit[0] >> 1 & 0x3F < 32

"""Which of a video's packets can be copied, and which stretches must be encoded anew.

Packets are told by their places in the order in which they are stored and decoded; masks and cuts touch them
by the times at which their frames are shown. The two orders differ: a hidden picture may be stored behind the
next picture from which decoding can begin.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import cast

import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from footage.media.rendering.parametersets import Configuration
from footage.media.rendering.units import Malformed, Syntax, Unit, split
from footage.model.span import FrameIndex

HIDDEN = -1
"""Stands for the number of a frame that is stored but not shown (behind an edit list)."""

_LATEST = np.iinfo(np.int64).max
_EARLIEST = np.iinfo(np.int64).min


class CannotCopy(Exception):
    """No packet of this clip can be copied; the message says why, in words that follow "because"."""


class Restart(IntEnum):
    """Whether decoding can begin with a packet."""

    NONE = 0
    CLOSED = 1
    OPEN = 2
    """But pictures stored behind and shown before it may need what came before."""


@dataclass(frozen=True, slots=True, eq=False)
class Packets:
    """A video's packets of pictures in decoding order.

    Attributes:
        pts, dts: in ticks.
        numbers: of their frames in the index, or :data:`HIDDEN`.
        restarts: values of :class:`Restart`.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    restarts: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def depth(self) -> int:
        """How many frames that are shown later are decoded before one, at most."""
        ranks = np.argsort(np.argsort(self.pts, kind="stable"), kind="stable")
        return int((np.arange(len(self)) - ranks).max(initial=0))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Packets that are not copied.

    Attributes:
        begins: where decoding must begin to decode them; at or before ``first``.
        first: the first one.
        stop: the packet with which copying goes on; the number of packets where it does not.
        leading: how many packets right behind ``stop`` are not copied either: they are shown before it.
    """

    begins: int
    first: int
    stop: int
    leading: int = 0

    @property
    def end(self) -> int:
        """Where decoding ends."""
        return self.stop + 1 + self.leading if self.leading else self.stop

    @property
    def places(self) -> NDArray[np.int64]:
        """The places of the packets that are not copied."""
        return np.concatenate((np.arange(self.first, self.stop), np.arange(self.stop + 1, self.end)))


def stored_packets(stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
    """A stream's packets, which are what :func:`read_packets` counted.

    Raises:
        CannotCopy: a packet cannot be read.
    """
    try:
        for packet in cast(InputContainer, stream.container).demux(stream):
            if packet.size:
                yield packet
    except av.error.FFmpegError as error:
        raise CannotCopy("its data is broken") from error


def read_packets(
    stream: VideoStream,
    index: FrameIndex,
    syntax: Syntax,
    configuration: Configuration,
    *,
    timed: bool,
) -> Packets:
    """Read what is stored, without decoding it.

    Args:
        index: of the video; the packets' times must be its own.
        timed: whether the format stores when to decode; else that is worked out.

    Raises:
        CannotCopy: the packets are not such that some of them could be copied.
    """
    pts, dts, shown, restarts = array("q"), array("q"), bytearray(), bytearray()
    for packet in stored_packets(stream):
        if packet.is_corrupt:
            raise CannotCopy("its data is broken")
        if packet.pts is None or (timed and packet.dts is None):
            raise CannotCopy("it does not say when its frames are shown")
        if packet.has_sidedata("new_extradata"):
            raise CannotCopy("the way its pictures are coded changes on the way")
        pts.append(packet.pts)
        dts.append(packet.dts or 0)
        shown.append(not packet.is_discard)
        restarts.append(_restart(units_of(packet, configuration), syntax, configuration))
    ticks = np.frombuffer(pts, np.int64)
    seen = np.frombuffer(shown, bool)
    if not np.array_equal(np.sort(ticks[seen]), index.pts):
        raise CannotCopy("its packets do not have the times at which its frames are shown")
    numbers = np.where(seen, np.searchsorted(index.pts, ticks), HIDDEN)
    packets = Packets(ticks, np.frombuffer(dts, np.int64), numbers, np.frombuffer(restarts, np.uint8))
    packets = packets if timed else replace(packets, dts=_decoded_at(packets))
    if not (np.diff(packets.dts) > 0).all() or not (packets.dts <= packets.pts).all():
        raise CannotCopy("the times at which its frames are decoded go backwards")
    return packets


def units_of(packet: "Packet[VideoStream]", configuration: Configuration) -> list[Unit]:
    """A packet's units.

    Raises:
        CannotCopy: it does not consist of such.
    """
    try:
        return split(bytes(packet), configuration.prefix)
    except Malformed as error:
        raise CannotCopy("its pictures are not stored as the file says") from error


def stretches(packets: Packets, touched: Iterable[int]) -> list[Stretch]:
    """The fewest packets to encode anew where some must not be copied.

    A stretch begins at the last place before its first touched packet at which nothing stored later is shown
    earlier: up to there a group of pictures can be copied. It ends where decoding can begin anew.

    Args:
        touched: places of the packets that must not be copied, increasing.
    """
    order = _Order(packets)
    found: list[Stretch] = []
    marked = np.array(list(touched), np.int64)
    at = 0
    while at < len(marked):
        stretch = order.around(int(marked[at]), marked)
        if found and stretch.first <= found[-1].end:
            before = found.pop()
            stretch = replace(stretch, first=before.first)
        stretch = replace(stretch, begins=order.beginning(stretch))
        found.append(stretch)
        at = int(np.searchsorted(marked, stretch.end))
    return found


class _Order:
    """Where the order of decoding and that of showing meet."""

    def __init__(self, packets: Packets) -> None:
        self._pts = packets.pts
        self._restarts = packets.restarts
        self._places = np.flatnonzero(packets.restarts)
        self._latest = np.concatenate(([_EARLIEST], np.maximum.accumulate(packets.pts)))
        self._earliest = np.concatenate((np.minimum.accumulate(packets.pts[::-1])[::-1], [_LATEST]))
        self._clean = np.flatnonzero(self._latest[:-1] < self._earliest[:-1])

    def around(self, touched: int, marked: NDArray[np.int64]) -> Stretch:
        """The stretch for a touched packet, as yet without where decoding begins.

        A picture from which decoding can begin but which others lead must itself be untouched: it is copied,
        and they are encoded.
        """
        nearest = max(0, int(np.searchsorted(self._places, touched, "right")) - 1)
        for place in map(int, self._places[nearest:]):
            stretch = Stretch(0, self._begins(min(touched, place)), place, self._leading(place))
            past = place != touched and touched < stretch.end
            if past and self._apart(stretch) and not (stretch.leading and np.isin(place, marked)):
                return stretch
        return Stretch(0, self._begins(touched), len(self._pts))

    def beginning(self, stretch: Stretch) -> int:
        """Where decoding must begin for a stretch."""
        nearest = int(np.searchsorted(self._places, stretch.first, "right"))
        for place in map(int, self._places[:nearest][::-1]):
            # What leads such a picture is decoded rightly only from further back.
            leading = self._leading(place)
            if not leading or stretch.first > place + leading:
                return place
        return 0

    def _begins(self, place: int) -> int:
        """The last place up to one from which on everything is shown later than all before."""
        return int(self._clean[np.searchsorted(self._clean, place, "right") - 1])

    def _leading(self, place: int) -> int:
        """How many packets behind one from which decoding can begin are shown before it."""
        if self._restarts[place] != Restart.OPEN:
            return 0
        count = 0
        while place + 1 + count < len(self._pts) and self._pts[place + 1 + count] < self._pts[place]:
            count += 1
        return count

    def _apart(self, stretch: Stretch) -> bool:
        """Whether all that a stretch encodes anew is shown before all that is copied behind it."""
        leading = self._pts[stretch.stop + 1 : stretch.end]
        before = max(self._latest[stretch.stop], leading.max(initial=_EARLIEST))
        after = min(self._pts[stretch.stop], self._earliest[max(stretch.end, stretch.stop + 1)])
        return bool(before < after)


def _restart(units: Iterable[Unit], syntax: Syntax, configuration: Configuration) -> Restart:
    """Whether decoding can begin with a packet of these units.

    Raises:
        CannotCopy: they hold parameter sets of their own, or no picture.
    """
    kinds = set()
    for unit in units:
        kind = syntax.kind(unit)
        kinds.add(kind)
        if kind in syntax.sets and unit not in configuration.sets:
            raise CannotCopy("the way its pictures are coded changes on the way")
    slices = kinds & syntax.slices
    if not slices:
        raise CannotCopy("its pictures are not stored as the file says")
    if slices <= syntax.restarts:
        return Restart.CLOSED
    return Restart.OPEN if slices <= syntax.open_restarts else Restart.NONE


def _decoded_at(packets: Packets) -> NDArray[np.int64]:
    """When to decode packets: each before it is shown, all evenly ahead."""
    depth = packets.depth
    ticks = np.sort(packets.pts)
    step = int(ticks[1] - ticks[0]) if len(ticks) > 1 else 1
    ahead = ticks[0] - step * np.arange(depth, 0, -1)
    return np.concatenate((ahead, ticks))[: len(ticks)]

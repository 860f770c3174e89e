"""What of a video a smart render copies, what it encodes, and when each packet is decoded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footage.media.rendering.packets import HIDDEN, CannotCopy, Packets, Stretch, stretches
from footage.model.redaction import Redaction, Timeline

Ticks = NDArray[np.int64]

LEFT_OUT = -1
"""Stands for the number of a frame that is not in the redacted clip."""

_DEEPEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class CopyPlan:
    """What is done with each of a video's packets.

    Attributes:
        stretches: what is not copied, in order.
        numbers: by packet, the number of its frame in the redacted clip, or :data:`LEFT_OUT`.
        decoded: the ticks at which the redacted clip's packets are decoded, in the order in which it stores
            them.
        depth: how many frames that are shown later an encoder may put before one.
    """

    packets: Packets
    stretches: tuple[Stretch, ...]
    numbers: Ticks
    decoded: Ticks
    depth: int

    def frames(self, stretch: Stretch) -> Ticks:
        """The numbers in the redacted clip of the frames that are encoded for a stretch, in order."""
        numbers = self.numbers[stretch.places]
        return np.sort(numbers[numbers != LEFT_OUT])

    @property
    def encoded(self) -> int:
        """How many frames are encoded."""
        return sum(len(self.frames(each)) for each in self.stretches)


def plan_copy(packets: Packets, redaction: Redaction, timeline: Timeline) -> CopyPlan:
    """Plan a smart render.

    Raises:
        CannotCopy: nothing of it can be copied.
    """
    index = timeline.index
    masked, kept = np.zeros(len(index.pts), bool), np.ones(len(index.pts), bool)
    for mask in redaction.masks:
        frames = mask.frames(index)
        masked[frames.start : frames.stop] = True
    for frames in timeline.removed:
        kept[frames.start : frames.stop] = False
    numbers = np.where(kept, np.cumsum(kept) - 1, LEFT_OUT)[packets.numbers]
    numbers[packets.numbers == HIDDEN] = LEFT_OUT
    touched = np.flatnonzero((numbers == LEFT_OUT) | masked[packets.numbers])
    found = tuple(stretches(packets, touched))
    if found and found[0].first == 0 and found[0].stop == len(packets):
        raise CannotCopy("all of it lies between what is hidden or cut and the next place to start at")
    times = _Times(packets, found, numbers, np.array(timeline.shortened.pts, np.int64))
    depth = times.depth()
    return CopyPlan(packets, found, numbers, times.decoded(depth), depth)


class _Times:
    """When the packets of a redacted clip are decoded.

    What is copied keeps its time, less what was cut out before it; what is encoded takes the times of the
    packets it stands for, in order.
    """

    def __init__(self, packets: Packets, found: Sequence[Stretch], numbers: Ticks, shown: Ticks) -> None:
        self._packets = packets
        self._stretches = found
        self._numbers = numbers
        self._shown = np.where(numbers == LEFT_OUT, packets.pts, shown[numbers])
        self._wanted = packets.dts - (packets.pts - self._shown)

    def depth(self) -> int:
        """The deepest reordering for which every encoded frame is decoded in time."""
        for depth in range(min(_DEEPEST, self._packets.depth), 0, -1):
            pairs = (self._slots(each, depth) for each in self._stretches)
            if all((wanted <= limits).all() for wanted, limits in pairs):
                return depth
        return 0

    def decoded(self, depth: int) -> Ticks:
        """The times of all packets, each before the next and none after its frame is shown."""
        parts = []
        at = 0
        for stretch in self._stretches:
            parts.append(np.minimum(*self._copied(at, stretch.first)))
            parts.append(np.minimum(*self._slots(stretch, depth)))
            at = stretch.end
        parts.append(np.minimum(*self._copied(at, len(self._packets))))
        times = np.concatenate(parts)
        numbers = np.arange(len(times))
        return np.minimum.accumulate((times - numbers)[::-1])[::-1] + numbers

    def _copied(self, first: int, stop: int) -> tuple[Ticks, Ticks]:
        """The times wanted for copied packets, and the latest they may have."""
        return self._wanted[first:stop], self._shown[first:stop]

    def _slots(self, stretch: Stretch, depth: int) -> tuple[Ticks, Ticks]:
        """The same for a stretch, and for the copied packet that its leading ones come to stand before.

        Whatever the order of an encoder that begins with the first frame shown: of its frames, none has been
        moved up by more than its depth.
        """
        places = stretch.places[self._numbers[stretch.places] != LEFT_OUT]
        places = np.concatenate((places, [stretch.stop])) if stretch.leading else places
        order = np.arange(len(places))
        earliest = np.maximum(order - depth, np.minimum(order, 1))
        limits = np.sort(self._shown[places])[earliest]
        if stretch.leading:
            limits[-1] = self._shown[stretch.stop]
        return np.sort(self._wanted[places]), limits

"""What silences and removals do to the times and the samples of sound.

All times are exact seconds on the source container's own clock. Between two removals lies a piece of sound;
every piece moves up by a whole number of steps (packets, or single samples), as near as possible to the exact
time that was removed before it: within half a step, however many removals there are.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

FADE = Fraction(5, 1000)
"""Seconds over which sound fades before a silence or a removal, and comes back after it."""

Samples = NDArray[np.float64]
"""Samples x channels; 0 is silence."""

_Times = tuple[Fraction, Fraction]
_NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound between two removals.

    Attributes:
        number: counted from 0.
        start, end: where it lies in the source; None for the beginning or the end of all.
        moved: by how many steps it moves up, beyond what the whole run does.
        shift: seconds by which it moves up in all.
    """

    number: int
    start: Fraction | None
    end: Fraction | None
    moved: int
    shift: Fraction


class Edits:
    """Silences and removals in one stream of sound.

    Args:
        slack: seconds by which a packet's time may be wrong, because the file's ticks are too coarse for it.

    Attributes:
        removing: whether anything is taken out.
    """

    def __init__(self, silences: Iterable[_Times], removals: Iterable[_Times], slack: Fraction) -> None:
        self._removals = _merged(removals)
        self.removing = bool(self._removals)
        holes = _merged((start - slack, end + slack) for start, end in (*silences, *self._removals))
        self._starts = [start for start, _ in holes]
        self._ends = [end for _, end in holes]
        # Floats tell quickly that nothing is near; what is near is settled by fractions.
        self._edges = [float(edge) for hole in holes for edge in hole]
        self._near = float(slack + 2 * FADE)

    def moment(self, time: Fraction) -> Fraction:
        """Where a moment of the source lies after the removals; one that was removed: at the join."""
        return time - sum((min(time, end) - start for start, end in self._removals if start < time), _NONE)

    def pieces(self, begin: Fraction, step: Fraction, late: Fraction = _NONE) -> tuple[Piece, ...]:
        """The pieces of a run of packets that begins at a time; the first one keeps its exact time.

        Args:
            step: seconds.
            late: seconds by which the first one is to come later than it should.
        """
        gone, start = _NONE, None
        pieces: list[Piece] = []
        later = [removal for removal in self._removals if removal[1] > begin]
        for before in self._removals[: len(self._removals) - len(later)]:
            gone += before[1] - before[0]
        if later and later[0][0] <= begin:
            start = later[0][1]
            gone += start - later[0][0]
            del later[0]
        base, moved = gone - late, 0
        for first, last in later:
            pieces.append(Piece(len(pieces), start, first, moved, base + moved * step))
            gone += last - first
            moved, start = round((gone - base) / step), last
        return (*pieces, Piece(len(pieces), start, None, moved, base + moved * step))

    def gains(self, time: Fraction, count: int, rate: int, piece: Piece) -> Samples | None:
        """By how much to multiply samples that belong to a piece; None where they stay as they are.

        Args:
            time: of the first sample.
            count: of samples.
            rate: samples a second.
        """
        if self._untouched(float(time), count / rate):
            return None
        end = time + Fraction(count, rate)
        holes = list(self._holes(time - FADE, end + FADE))
        begun = piece.start is None or piece.start <= time
        if begun and (piece.end is None or piece.end >= end) and not holes:
            return None
        numbers = np.arange(count, dtype=np.float64)
        gains = np.ones(count)
        for hole, over in holes:
            first, last = floor((hole - time) * rate), ceil((over - time) * rate)
            distance = np.maximum(first - numbers, numbers + 1 - last)
            gains = np.minimum(gains, np.clip(distance / float(FADE * rate), 0, 1))
        if piece.start is not None:
            gains[: max(0, ceil((piece.start - time) * rate))] = 0
        if piece.end is not None:
            gains[max(0, floor((piece.end - time) * rate)) :] = 0
        return gains

    def touches(self, start: Fraction, end: Fraction) -> bool:
        """Whether a time meets a silence, a removal or a fade."""
        return any(self._holes(start - FADE, end + FADE))

    def _untouched(self, start: float, length: float) -> bool:
        """Whether a time is far from every edge, and outside."""
        before = bisect_right(self._edges, start - self._near)
        return before % 2 == 0 and bisect_right(self._edges, start + length + self._near) == before

    def _holes(self, start: Fraction, end: Fraction) -> Iterator[_Times]:
        """The silences and removals that a time meets."""
        number = bisect_right(self._ends, start)
        while number < len(self._starts) and self._starts[number] < end:
            yield self._starts[number], self._ends[number]
            number += 1


def _merged(spans: Iterable[_Times]) -> list[_Times]:
    merged: list[_Times] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


@dataclass(frozen=True, slots=True)
class Part:
    """Samples of a packet that stay: from which one, how many, how loud, and when they come."""

    first: int
    count: int
    gains: Samples | None
    time: Fraction

    def of(self, samples: Samples) -> Samples:
        """The part of a packet's samples, as loud as it shall be."""
        return self.loud(samples[self.first : self.first + self.count])

    def loud(self, samples: Samples) -> Samples:
        """The part's own samples, as loud as they shall be."""
        return samples if self.gains is None else samples * self.gains[:, np.newaxis]


class Trimmer:
    """Takes removals out of a stream of samples, exact to the sample, packet after packet.

    Args:
        rate: samples a second.
    """

    def __init__(self, edits: Edits, rate: int) -> None:
        self._edits = edits
        self._rate = rate
        self._expected: Fraction | None = None
        self._pieces: tuple[Piece, ...] = ()
        self._current = 0
        self._dropping = 0

    def parts(self, time: Fraction, count: int) -> Iterator[Part]:
        """What is left of the samples that begin at a time."""
        if self._expected is None or abs(time - self._expected) > CONTIGUOUS:
            self._begin(time)
        self._expected = time + Fraction(count, self._rate)
        at = 0
        while at < count:
            skipped = min(self._dropping, count - at)
            self._dropping -= skipped
            at += skipped
            piece = self._pieces[self._current]
            stop = count
            if piece.end is not None:
                stop = min(count, max(at, floor((piece.end - time) * self._rate)))
            if stop > at:
                start = time + Fraction(at, self._rate)
                gains = self._edits.gains(start, stop - at, self._rate, piece)
                yield Part(at, stop - at, gains, start - piece.shift)
                at = stop
            if at < count and not self._dropping:
                self._current += 1
                self._dropping = self._pieces[self._current].moved - piece.moved

    def _begin(self, time: Fraction) -> None:
        self._pieces = self._edits.pieces(time, Fraction(1, self._rate))
        self._current = 0
        first = self._pieces[0].start
        self._dropping = ceil((first - time) * self._rate) if first is not None else 0


CONTIGUOUS = Fraction(5, 1000)
"""Seconds by which a packet's time may differ from the end of the packet before it: files count in ticks."""

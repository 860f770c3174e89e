"""Where shots begin: cuts, fades and dissolves found in thumbnails of 64 x 36 pixels as they come by.

The method compares frames by three things that a cut changes together and other events seldom do: luma
under a small shift (a pan changes little), chroma, and the colours of each quarter of the picture. What
looks like a cut is then tested against what is not one: a flash passes, a caption changes a corner, an
exposure step keeps the structure. A dissolve is a stretch whose frames lie between its two ends, in order,
while both sides keep still. A window of some hundred frames is kept, however long the clip.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from footage.media.glance import Glance, apart
from footage.model.asset import Transition

SHORTEST = 8
"""No shot is shorter, in frames."""

DELAY = 64
"""Everything that lies this many frames behind the newest one is decided, outside of long black."""

# Differences are means over pixels from 0 to 1. The figures come from reels of real clips with known cuts,
# dissolves, fades and wipes, and with flashes, captions, exposure steps and fast hands that are none.
_CUT = 0.055
_CUT_TO_SURROUNDINGS = 2.6
_CUT_TO_SECOND_NEAREST = 2
_SURROUNDINGS = 6
_QUIET = 0.008
_FLASH = 0.5
_BLOCKS_CHANGED = 0.55
_MEDIAN_CHANGE = 0.02
_SAME_STRUCTURE, _LEAST_STRUCTURE, _SHARE_OF_STRUCTURE = 0.9, 0.5, 0.85

_FADE_REACH = 20

_LENGTHS = (6, 8, 11, 15, 20, 26, 32)
_SIDE = 4
_DISSOLVE, _CLEAR_DISSOLVE = 0.03, 0.1
_BETWEEN_SLACK = 0.02
_UNEVEN = 0.22
_CLOSE = 3
_MERGE = 12


@dataclass(frozen=True, slots=True)
class _Limits:
    """What is still taken for a dissolve.

    Attributes:
        jump: the largest step between two of its frames, a share of the whole change.
        outside: how far its frames lie outside its ends, a share of the whole change.
        likeness: of its ends, at most.
        blocks: the least share of the picture that changes.
    """

    jump: float
    outside: float
    likeness: float
    blocks: float


_CLEAR = _Limits(jump=0.4, outside=0.08, likeness=0.85, blocks=_BLOCKS_CHANGED)
_FAINT = _Limits(jump=0.25, outside=0.03, likeness=0.5, blocks=0.75)


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a shot begins.

    Attributes:
        frame: number of its first frame.
        transition: how it begins.
        first, last: numbers of the frames that belong to both shots or to neither (the transition itself).
    """

    frame: int
    transition: Transition
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Dissolve:
    first: int
    last: int
    quality: float

    @property
    def middle(self) -> int:
        return (self.first + self.last + 1) // 2

    def meets(self, other: "_Dissolve") -> bool:
        return self.first <= other.last + _CLOSE and other.first <= self.last + _CLOSE


class ShotDetector:
    """Finds boundaries in frames fed one by one; memory does not grow with the clip."""

    def __init__(self) -> None:
        self._glances: deque[Glance] = deque(maxlen=DELAY + 2 * _FADE_REACH)
        self._steps: deque[float] = deque(maxlen=self._glances.maxlen)
        self._moves: deque[float] = deque(maxlen=self._glances.maxlen)
        self._count = 0
        self._blank_since: int | None = None
        self._cuts: deque[int] = deque()
        self._fades: deque[tuple[int, int]] = deque()
        self._dissolves: list[_Dissolve] = []
        self._last = 0

    @property
    def settled(self) -> int:
        """No boundary that is still to come lies before this frame."""
        newest = self._count - DELAY
        return max(0, newest if self._blank_since is None else min(newest, self._blank_since - _FADE_REACH))

    @property
    def jumped(self) -> bool:
        """Whether the newest frame may begin a shot."""
        return self._count > 0 and self._steps[-1] >= _CUT

    def feed(self, glance: Glance) -> Iterator[Boundary]:
        """Take in the next frame and give the boundaries that became certain by it, in order."""
        before = self._glances[-1] if self._glances else glance
        self._steps.append(glance.step(before))
        self._moves.append(glance.motion(before))
        self._glances.append(glance)
        self._count += 1
        self._watch_blank(glance.blank)
        self._look_for_cut(self._count - 1 - _SURROUNDINGS)
        self._look_for_dissolve(self._count - 1 - _SIDE)
        yield from self._decide(self.settled)

    def finish(self) -> Iterator[Boundary]:
        """Give the boundaries that were still uncertain; no frame may follow."""
        for number in range(max(1, self._count - _SURROUNDINGS), self._count):
            self._look_for_cut(number)
        if self._blank_since is not None:
            self._fades.append((self._blank_since, self._count - 1))
        # A shot at the end must be long enough as well.
        yield from self._decide(self._count - SHORTEST + 1)

    def _glance(self, number: int) -> Glance:
        return self._glances[number - self._count]

    def _oldest(self) -> int:
        return self._count - len(self._glances)

    def _watch_blank(self, blank: bool) -> None:
        """Note a run of black frames when it ends."""
        newest = self._count - 1
        if blank:
            self._blank_since = newest if self._blank_since is None else self._blank_since
        elif self._blank_since is not None:
            self._fades.append((self._blank_since, newest - 1))
            self._blank_since = None

    def _look_for_cut(self, number: int) -> None:
        if number < max(1, self._oldest() + 1) or not self._stands_out(number):
            return
        old, new = self._glance(number - 1), self._glance(number)
        share, median = new.changed_blocks(old)
        if share < _BLOCKS_CHANGED or median < _MEDIAN_CHANGE or self._only_brighter(number):
            return
        if not self._flashes(number, _FLASH * new.distance(old)):
            self._cuts.append(number)

    def _stands_out(self, number: int) -> bool:
        """Whether a frame's step is large, the largest near it, and large against those around it."""
        step = self._steps[number - self._count]
        if step < _CUT:
            return False
        first = max(self._oldest(), number - _SURROUNDINGS)
        last = min(self._count - 1, number + _SURROUNDINGS)
        around = {
            other: self._steps[other - self._count] for other in range(first, last + 1) if other != number
        }
        nearest = sorted(value for other, value in around.items() if abs(other - number) <= 2)
        # One frame beside a cut may be a blend of both shots; a hand before the lens takes more than two.
        if nearest and (nearest[-1] > step or step < _CUT_TO_SECOND_NEAREST * nearest[-2:][0]):
            return False
        calm = sorted(around.values())[: max(1, len(around) * 4 // 5)]
        return step >= _CUT_TO_SURROUNDINGS * (sum(calm) / max(1, len(calm)) + _QUIET)

    def _only_brighter(self, number: int) -> bool:
        """Whether a frame keeps the structure of the one before about as well as those around them do."""
        likeness = self._glance(number).likeness(self._glance(number - 1))
        pairs = ((number - 2, number - 1), (number, number + 1))
        there = [pair for pair in pairs if pair[0] >= self._oldest() and pair[1] < self._count]
        usual = [self._glance(new).likeness(self._glance(old)) for old, new in there]
        limit = max(_LEAST_STRUCTURE, _SHARE_OF_STRUCTURE * max(usual, default=1.0))
        return likeness > min(_SAME_STRUCTURE, limit)

    def _flashes(self, number: int, enough: float) -> bool:
        """Whether the picture is soon again what it was before a jump, or the jump ends such a moment."""
        there = range(max(self._oldest(), number - 6), min(self._count, number + 6))
        rising = ((old, new) for old in (number - 1, number - 2) for new in range(number + 2, number + 6))
        falling = ((old, new) for old in range(number - 6, number - 2) for new in (number, number + 1))
        return any(
            self._glance(old).distance(self._glance(new)) < enough
            for pairs in (rising, falling)
            for old, new in pairs
            if old in there and new in there
        )

    def _look_for_dissolve(self, last: int) -> None:
        """Look for dissolves that end at a frame; of those that overlap the best is kept."""
        for length in _LENGTHS:
            first = last - length
            if first - _SIDE < self._oldest():
                return
            quality = self._dissolve_quality(first, last)
            if quality <= 0:
                continue
            found = _Dissolve(first, last, quality)
            rivals = [other for other in self._dissolves if other.meets(found)]
            if all(other.quality < quality for other in rivals):
                self._dissolves = [other for other in self._dissolves if other not in rivals]
                self._dissolves.append(found)

    def _dissolve_quality(self, first: int, last: int) -> float:
        """How much a stretch looks like a dissolve or a wipe; 0 where it does not."""
        old, new = self._glance(first), self._glance(last)
        change = apart(old.vector, new.vector)
        if change <= _DISSOLVE or new.levelled_distance(old) <= _DISSOLVE:
            return 0.0
        if not self._sides_are_stable(first, last, change):
            return 0.0
        sure = _CLEAR if change > _CLEAR_DISSOLVE else _FAINT
        moves = [self._moves[number - self._count] for number in range(first + 1, last + 1)]
        if max(moves) >= sure.jump * change or any(first < cut <= last for cut in self._cuts):
            return 0.0
        outside, uneven = self._way_between(first, last)
        if outside >= sure.outside * change or uneven >= _UNEVEN:
            return 0.0
        if new.likeness(old) > sure.likeness or new.changed_blocks(old)[0] < sure.blocks:
            return 0.0
        return change - 2 * outside - 0.15 * uneven * change

    def _sides_are_stable(self, first: int, last: int, change: float) -> bool:
        length = last - first
        before = apart(self._glance(first).vector, self._glance(first - _SIDE).vector)
        after = apart(self._glance(last).vector, self._glance(last + _SIDE).vector)
        calmer = 0.42 * change * _SIDE / length + 0.012
        livelier = 0.8 * change * max(0.35, min(1.0, 6 / length))
        return min(before, after) < calmer and max(before, after) < livelier

    def _way_between(self, first: int, last: int) -> tuple[float, float]:
        """How far frames within a stretch lie outside its two ends, and how unevenly they change.

        Returns:
            The mean distance outside the interval between the ends, and the largest deviation (a share of the
            way) from where a steady transition would be.
        """
        old, new = self._glance(first).vector, self._glance(last).vector
        low, high = np.minimum(old, new) - _BETWEEN_SLACK, np.maximum(old, new) + _BETWEEN_SLACK
        way = new - old
        outside, uneven = 0.0, 0.0
        for quarter in (1, 2, 3):
            between = self._glance(first + round(quarter * (last - first) / 4)).vector
            outside += apart(between, np.minimum(np.maximum(between, low), high)) / 3
            uneven = max(uneven, abs(float((between - old) @ way / (way @ way)) - quarter / 4))
        return outside, uneven

    def _decide(self, before: int) -> Iterator[Boundary]:
        """Give the boundaries before a frame, and forget them."""
        found = sorted(self._candidates(before), key=lambda boundary: boundary.frame)
        self._cuts = deque(cut for cut in self._cuts if cut >= before - _FADE_REACH)
        self._fades = deque(fade for fade in self._fades if fade[1] >= before - 2 * _FADE_REACH)
        self._dissolves = [each for each in self._dissolves if each.middle >= before]
        for boundary in found:
            if boundary.frame >= self._last + SHORTEST:
                self._last = boundary.frame
                yield boundary

    def _candidates(self, before: int) -> Iterator[Boundary]:
        """Boundaries not given yet: all fades, cuts outside of them, dissolves away from both.

        Black at either end of the clip is neither a shot nor a boundary.
        """
        for first, last in self._fades:
            inside = first > 2 and last < self._count - 1
            if inside and self._last < (first + last + 1) // 2 < before:
                yield Boundary((first + last + 1) // 2, Transition.FADE, first - 3, last + 3)
        plain = [cut for cut in self._cuts if not self._in_fade(cut, 2)]
        for cut in plain:
            if self._last < cut < before:
                yield Boundary(cut, Transition.CUT, cut, cut - 1)
        for each in self._dissolves:
            lonely = all(abs(cut - each.middle) >= _MERGE for cut in plain)
            if lonely and self._last < each.middle < before and not self._in_fade(each.middle, _FADE_REACH):
                yield Boundary(each.middle, Transition.DISSOLVE, each.first, each.last)

    def _in_fade(self, number: int, reach: int) -> bool:
        return any(first - reach <= number <= last + reach for first, last in self._fades)

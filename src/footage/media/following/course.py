"""The way of a target through a stretch of frames: from every pose both ways, brought together."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, groupby, pairwise

import numpy as np

from footage.media.following.frames import LumaFrames
from footage.media.following.outlines import Outline, area_of, bounds, centre_of, extent_of, hull, widened
from footage.media.following.patch import View
from footage.media.following.tracker import Sighting, Tracker

_SURE = 0.5
_STRETCHED = 2.0
_DISAGREE = 0.15
_AGREE = 2.0
_GROWTH, _LEAST_GROWTH = 0.05, 4.0
_LOST_GROWS, _LOST_AT_MOST = 0.02, 0.5
_BRIEF = 3
_BETWEEN_DOUBTS = 8
_SMOOTH = np.array([-3, 12, 17, 12, -3]) / 35
_SMOOTHED_AT_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """What must be covered on a frame, and whether a person has to look at it."""

    outline: Outline
    doubtful: bool


class Course:
    """Follows a target through frames.

    Args:
        frames: the numbers of the frames, in order.
        drawn: the outlines a person drew, by their frames' numbers; at least one.
        cuts: the numbers of frames at which a shot begins, in order.
        scale: pixels of the pictures looked at for each of the full picture.

    Attributes:
        length: how many steps the walk takes.
        places: of each frame, when the walk is done.
    """

    def __init__(
        self,
        pictures: LumaFrames,
        frames: range,
        drawn: Mapping[int, Outline],
        cuts: Sequence[int],
        scale: float,
    ) -> None:
        self._pictures, self._drawn, self._scale = pictures, drawn, scale
        self._poses = sorted(drawn)
        first = drawn[self._poses[0]]
        left, top, right, bottom = bounds(first)
        self._drawn_extent = extent_of(first)
        self._growth = max(_GROWTH * min(right - left, bottom - top), _LEAST_GROWTH * scale)
        self._shots = [range(*ends) for ends in pairwise((frames.start, *cuts, frames.stop))]
        self._legs = [leg for shot in self._shots for leg in self._legs_of(shot)]
        self.length = sum(len(leg) - 1 for leg in self._legs)
        self.places: dict[int, Place] = {}

    def walk(self) -> Iterator[int]:
        """Follow the target everywhere; gives the number of steps taken so far after each."""
        seen: dict[int, list[Sighting]] = {}
        done = count(1)
        for start, *rest in self._legs:
            tracker = Tracker(View(self._pictures[start]), self._drawn[start])
            way = []
            for number in rest:
                way.append(tracker.step(View(self._pictures[number])))
                yield next(done)
            for number, sighting in zip(rest, _bridged(way), strict=True):
                seen.setdefault(number, []).append(sighting)
        self.places = {number: self._place(number, each) for number, each in seen.items()}
        self.places |= {number: Place(outline, doubtful=False) for number, outline in self._drawn.items()}
        for shot in self._shots:
            if shot.start in self.places:
                self._join_doubts(shot, seen)
                self._smooth(shot)
        self._hold()

    def _legs_of(self, shot: range) -> Iterator[range]:
        """Stretches to follow within a shot, each from a pose's frame on; between two poses both ways."""
        poses = [number for number in self._poses if number in shot]
        if poses:
            yield range(poses[0], shot.start - 1, -1)
            for first, last in pairwise(poses):
                yield range(first, last)
                yield range(last, first, -1)
            yield range(poses[-1], shot.stop)

    def _place(self, number: int, sightings: Sequence[Sighting]) -> Place:
        """What one way, or two from both sides, say of a frame."""
        sure = [each for each in sightings if not self._doubts(each)]
        if len(sightings) == 1 or len(sure) == 1:
            best = sure[0] if sure else sightings[0]
            return Place(self._grown(best), doubtful=not sure)
        one, other = map(self._grown, sightings)
        if not sure:
            return Place(hull(one, other), doubtful=True)
        away = abs(centre_of(one) - centre_of(other))
        away += abs(area_of(one) ** 0.5 - area_of(other) ** 0.5)
        if away <= _AGREE * self._scale and len(one) == len(other):
            later = bisect_left(self._poses, number)
            before, after = self._poses[later - 1], self._poses[later]
            share = (number - before) / (after - before)
            return Place(one + (other - one) * share, doubtful=False)
        largest = max(extent_of(one), extent_of(other))
        return Place(hull(one, other), doubtful=away > _DISAGREE * largest)

    def _doubts(self, sighting: Sighting) -> bool:
        """Whether a person has to look: it is hardly recognised, or less sure than what masks grow by."""
        unsure = sighting.error > self._growth or sighting.slack > _STRETCHED * self._growth
        return sighting.confidence < _SURE or unsure

    def _grown(self, sighting: Sighting) -> Outline:
        """An outline wide enough for what is not known of it."""
        extent = extent_of(sighting.outline)
        # Masks grow by a share of the first pose: what has come nearer since needs more.
        by = sighting.error + sighting.slack + _GROWTH * max(0.0, extent - self._drawn_extent)
        if sighting.lost:
            by = max(by, extent * min(_LOST_AT_MOST, _GROWTH + _LOST_GROWS * sighting.lost))
        return widened(sighting.outline, by)

    def _join_doubts(self, shot: range, seen: Mapping[int, Sequence[Sighting]]) -> None:
        """Doubt also what was sure only for a moment between two doubts, and cover all of both ways."""
        runs = [list(run) for _, run in groupby(shot, key=lambda number: self.places[number].doubtful)]
        for run in runs[1:-1]:
            brief = len(run) <= _BETWEEN_DOUBTS and self._drawn.keys().isdisjoint(run)
            if brief and not self.places[run[0]].doubtful:
                for number in run:
                    outlines = [self.places[number].outline, *map(self._grown, seen[number])]
                    self.places[number] = Place(hull(*outlines), doubtful=True)

    def _smooth(self, shot: range) -> None:
        """Take out what trembles by less than a pixel (Savitzky and Golay 1964, five frames)."""
        rough = dict(self.places)
        most = _SMOOTHED_AT_MOST * self._scale
        for number in shot[2:-2]:
            near = [rough[each] for each in range(number - 2, number + 3)]
            steady = len({len(place.outline) for place in near}) == 1
            if number in self._drawn or not steady or any(place.doubtful for place in near):
                continue
            outlines = np.stack([place.outline for place in near])
            change = _SMOOTH @ outlines - outlines[2]
            size = np.maximum(np.abs(change), 1e-9)
            self.places[number] = replace(near[2], outline=outlines[2] + change * np.minimum(1, most / size))

    def _hold(self) -> None:
        """Cover the shots without a pose where the target was before (or will be), grown and in doubt."""
        known = sorted(self.places)
        for shot in self._shots:
            if shot.start in self.places:
                continue
            before = bisect_left(known, shot.start) - 1
            outline = self.places[known[max(0, before)]].outline
            held = Place(widened(outline, _LOST_AT_MOST * extent_of(outline)), doubtful=True)
            self.places |= dict.fromkeys(shot, held)


def _bridged(way: Sequence[Sighting]) -> list[Sighting]:
    """A way on which a target that was found again is looked for between where it went and where it came.

    A target found for a moment between two losses counts as lost: it may have been something else.
    """
    bridged = list(way)
    runs = [list(run) for _, run in groupby(range(len(way)), key=lambda at: way[at].lost > 0)]
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        if not way[run[0]].lost:
            if len(run) < _BRIEF:
                for at in run:
                    bridged[at] = replace(way[at], confidence=0.0)
            continue
        here, there = way[before[-1]].outline, way[after[0]].outline
        for at in run:
            share = (at - before[-1]) / (after[0] - before[-1])
            outline = here + (there - here) * share if len(here) == len(there) else hull(here, there)
            nearest = min(at - before[-1], after[0] - at)
            bridged[at] = replace(way[at], outline=outline, lost=nearest)
    return bridged

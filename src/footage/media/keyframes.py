"""Which frame stands for a shot: sharp, not black, not in a transition, near the middle of the steady part.

Frames pass by once, so the likeliest are held on to until their shot is decided: the best of each few frames
as long as a boundary may still come, and a handful for the part of the open shot that is settled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from footage.media.pictures import Geometry
from footage.media.shots import Boundary

LONGEST = 1280
"""Keyframes are shown with at most this many pixels on their longer side."""

_FEW = 4
_HELD = 6
_LARGE = 1920 * 1088
_MOTION = 0.02
_UNFIT = 0.001
_IN_TRANSITION = 0.1
_AT_EDGE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A frame that may stand for its shot.

    Attributes:
        worth: how sharp and still it is, against others of the same shot.
        liveliness: how much there is to see (the spread of its luma), to choose among shots.
        fit: whether it is neither black nor broken.
    """

    number: int
    frame: VideoFrame
    worth: float
    liveliness: float
    fit: bool


class KeyframeChooser:
    """Holds on to candidates and gives each shot its best."""

    def __init__(self) -> None:
        self._held: list[Candidate] = []
        self._best: Candidate | None = None
        self._opened = 0
        self._reducer = VideoReformatter()

    def offer(self, candidate: Candidate, *, fresh: bool) -> None:
        """Take in the next frame; ``fresh`` where a shot may begin with it."""
        if self._best is None or fresh or candidate.number >= self._opened + _FEW:
            self._keep_best()
            self._opened = candidate.number
            self._best = candidate
        elif candidate.worth > self._best.worth:
            self._best = candidate

    def thin(self, first: int, settled: int) -> None:
        """Let go of all but a handful from ``first`` up to where a boundary may still come."""
        width = _FEW
        while settled - first > width * _HELD:
            width *= 2
        best: dict[int, Candidate] = {}
        for each in self._held:
            # What a boundary may still divide stays as it is.
            loose = first <= each.number < settled
            place = (each.number - first) // width if loose else -1 - each.number
            if place not in best or each.worth > best[place].worth:
                best[place] = each
        self._held = list(best.values())

    def choose(self, first: int, end: int, transitions: Sequence[Boundary]) -> Candidate:
        """The best candidate of the shot ``[first, end)``; those before its end are forgotten.

        Args:
            transitions: those at its beginning and end.
        """
        everything = [*self._held, *([self._best] if self._best else [])]
        inside = [each for each in everything if first <= each.number < end]
        # Every shot has a candidate of its own; should one have none, the nearest is better than a crash.
        found = max(
            inside or [min(everything, key=lambda each: abs(each.number - first))],
            key=lambda each: each.worth * _place(each.number, first, end, transitions),
        )
        self._held = [each for each in self._held if each.number >= end]
        return found

    def _keep_best(self) -> None:
        best, last = self._best, self._held[-1] if self._held else None
        if best is None or (not best.fit and last is not None and not last.fit):
            return
        self._held.append(self._reduced(best))

    def _reduced(self, candidate: Candidate) -> Candidate:
        """A candidate that does not hold on to a large frame."""
        frame = candidate.frame
        if frame.width * frame.height <= _LARGE or not frame.format.is_planar or frame.format.is_rgb:
            return candidate
        width, height = Geometry().shown_size(frame.width, frame.height, LONGEST)
        small = self._reducer.reformat(frame, width, height, interpolation=Interpolation.BICUBIC, threads=1)
        return Candidate(candidate.number, small, candidate.worth, candidate.liveliness, candidate.fit)


def worth(sharpness: float, motion: float, *, fit: bool) -> float:
    """How well a frame would stand for its shot, wherever it lies in it.

    Args:
        sharpness: energy of the Laplacian of its luma.
        motion: mean change since the frame before (luma and chroma, 0 to 1).
        fit: whether it is neither black nor broken.
    """
    return (sharpness + 1e-6) / (1 + motion / _MOTION) * (1 if fit else _UNFIT)


def _place(number: int, first: int, end: int, transitions: Sequence[Boundary]) -> float:
    """How good a place in the shot is: 1 in the middle, half at the edges, little within a transition."""
    off_middle = abs(2 * number - first - end + 1) / max(1, end - first)
    within = any(each.first <= number <= each.last for each in transitions)
    return (1 - _AT_EDGE * off_middle) * (_IN_TRANSITION if within else 1)

"""Where passages of a clip that show another one begin and end, to the frame, and which to believe."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from footage.media.aligning.passages import Floats, Passage
from footage.media.aligning.timing import Comparison, Timed
from footage.model.span import FrameIndex

_REACH_SECONDS = 1.0
_EDGE = 2
_CLEAR = 0.02
_ENDS_DOUBT = 1.0
_SAMPLES = 64
_MOVES = 3.0
_LEAST_MOVING = 200
_LEAST_AGREEMENT = 0.42
_CLEARLY_BETTER = 0.25
_LEAST_TELLING = 100
_LEAST_SAME = 0.7
_SEAM_DOUBT = 8.0
_SEAM_SAME = 3.0
_MOST = 20.0


@dataclass(frozen=True, slots=True)
class Extent:
    """The frames of a passage.

    Attributes:
        timed: what each of them shows.
        first, stop: numbers of the frames that belong to it, or may; half-open.
        sure: those that belong to it without a doubt.
        confidence: how well the pictures agree, 0 (as any two of the clips do) to 1.
    """

    timed: Timed
    first: int
    stop: int
    sure: range
    confidence: float


def widened(passage: Passage, my_index: FrameIndex, other_index: FrameIndex, within: range) -> Passage:
    """A passage with a second more at both ends, as far as the other clip goes on at the same pace.

    Args:
        within: the numbers of the clip's frames that it may reach over.
    """
    own = (np.asarray(my_index.pts) - my_index.pts[0]) * float(my_index.time_base)
    frame = float(other_index.duration) / len(other_index.pts)
    mine, others = passage.mine, passage.others
    seconds = _REACH_SECONDS + float(np.diff(own[mine]).max(initial=0))
    ends = []
    for at, side in ((0, -1), (-1, 1)):
        away = np.arange(mine[at] + side, within.start - 1 if side < 0 else within.stop, side)
        away = away[np.abs(own[away] - own[mine[at]]) <= seconds]
        there = others[at] + np.round((own[away] - own[mine[at]]) / frame).astype(np.int64)
        inside = (there >= -_EDGE) & (there < len(other_index.pts) + _EDGE)
        ends.append((away[inside], np.clip(there[inside], 0, len(other_index.pts) - 1)))
    (before, others_before), (after, others_after) = ends
    return Passage(
        np.concatenate((before[::-1], mine, after)),
        np.concatenate((others_before[::-1], others, others_after)),
    )


def extent(passage: Passage, timed: Timed, comparison: Comparison) -> Extent:
    """Where a passage begins and ends.

    Args:
        passage: as it was found roughly.
        timed: of the same with more at both ends.
    """
    core = slice(int(passage.mine[0]) - timed.first, int(passage.mine[-1]) + 1 - timed.first)
    usual = float(np.median(timed.fit[core]))
    unlike = comparison.unlike(timed.first, timed.stop)
    reach = np.maximum((unlike - usual) / 2, _CLEAR)
    matches = np.clip(((usual + unlike) / 2 - timed.fit) / reach, -1, 1)
    middle = (core.start + core.stop) // 2
    after, surely_after = _end(matches[middle:])
    before, surely_before = _end(matches[: middle + 1][::-1])
    first, stop = timed.first + middle + 1 - before, timed.first + middle + after
    sure = range(timed.first + middle + 1 - surely_before, timed.first + middle + surely_after)
    apart = float(np.median(unlike[core]))
    return Extent(timed, first, stop, sure, max(0.0, min(1.0, 1 - usual / max(apart, 1e-3))))


def _end(matches: NDArray[np.floating]) -> tuple[int, int]:
    """How many frames match from the first on: at most, and surely."""
    gains = np.cumsum(matches)
    likely = np.flatnonzero(gains >= gains.max() - _ENDS_DOUBT / 2)
    best = int(gains.argmax())
    return max(int(likely[-1]), best) + 1, min(int(likely[0]), best) + 1


def without_overlap(extents: Sequence[Extent], comparison: Sequence[Comparison]) -> list[Extent]:
    """Extents one after the other; they overlap only by frames that may belong to either."""
    settled = list(extents)
    for at in range(len(settled) - 1):
        one, other = settled[at], settled[at + 1]
        zone = range(max(other.first, one.first), min(one.stop, other.stop))
        if not zone:
            continue
        worth = comparison[at + 1].rivalry(zone, other.timed) - comparison[at].rivalry(zone, one.timed)
        steps = np.clip(np.sign(worth) * np.maximum(np.abs(worth) - _SEAM_SAME, 0), -_MOST, _MOST)
        ahead = np.concatenate(([0.0], np.cumsum(steps)))
        likely = np.flatnonzero(ahead >= ahead.max() - _SEAM_DOUBT)
        earliest, latest = zone.start + int(likely[0]), zone.start + int(likely[-1])
        settled[at] = replace(one, stop=latest, sure=range(one.sure.start, min(one.sure.stop, earliest)))
        sure = range(max(other.sure.start, latest), other.sure.stop)
        settled[at + 1] = replace(other, first=earliest, sure=sure)
    return [each for each in settled if each.stop > each.first]


def agreement(found: Extent, passage: Passage, comparison: Comparison) -> float | None:
    """How much of what moves in either clip moves in the other as well, 0 to 1; None where nothing moves.

    Two recordings of one place at different times do not agree, however alike they look.
    """
    frames = range(max(found.first, int(passage.mine[0])), min(found.stop, int(passage.mine[-1]) + 1))
    if not frames:
        return 0.0
    chosen = np.unique(np.linspace(frames.start, frames.stop - 1, _SAMPLES).round().astype(np.int64))
    shown = found.timed.shown[chosen - found.timed.first]
    mine, others = comparison.pairs(chosen, shown)
    mine, others = mine - mine.mean(axis=0), others - others.mean(axis=0)
    alike, moving = _agreeing(mine, others)
    return alike if moving >= _LEAST_MOVING else None


def still_extent(timed: Timed, comparison: Comparison) -> Extent | None:
    """A still that shows a frame; None where it shows something else.

    Where the pictures differ from their own usual brightness they must do so alike, and so where they differ
    from what the clip shows around that frame: or the still was taken in the same place at another time.
    """
    mine, others = comparison.pairs(np.zeros(1, np.int64), timed.shown)
    alike, telling = _agreeing(mine - np.median(mine), others - np.median(others))
    if telling < _LEAST_TELLING or alike < _LEAST_SAME:
        return None
    around = comparison.around(int(timed.shown[0]))
    moved_alike, moving = _agreeing(mine - around, others - around)
    if moving >= _LEAST_TELLING and moved_alike < _LEAST_AGREEMENT:
        return None
    return Extent(timed, 0, 1, range(1), alike)


def _agreeing(mine: Floats, others: Floats) -> tuple[float, int]:
    """How much of what stands out in either of two pictures (or rows of them) does so in both, 0 to 1.

    Returns:
        It, and how many places stand out.
    """
    most = np.maximum(np.abs(mine), np.abs(others))
    telling = most > _MOVES
    if not telling.any():
        return 0.0, 0
    return float((np.abs(mine - others) < most / 2)[telling].mean()), int(telling.sum())


def credible(found: Sequence[tuple[Extent, float | None]]) -> list[bool]:
    """Which extents to believe, by how much of what moves in them agrees.

    One that shows what another one shows clearly better is a stretch that looks like it, and so is one in
    which nothing moves.
    """
    believed = [agrees is None or agrees > _LEAST_AGREEMENT for _, agrees in found]
    for at, (one, agrees) in enumerate(found):
        for other, others_agree in found:
            better = others_agree is not None and others_agree > _LEAST_AGREEMENT
            better = better and (agrees is None or other.confidence > one.confidence + _CLEARLY_BETTER)
            if other is not one and better and _show_the_same(one, other):
                believed[at] = False
    return believed


def _show_the_same(one: Extent, other: Extent) -> bool:
    first, second = ((int(each.timed.shown.min()), int(each.timed.shown.max())) for each in (one, other))
    return first[0] <= second[1] and second[0] <= first[1]

"""Which frame of another clip each frame of a clip shows, and which it may show as well.

Within a passage frames follow each other at the other clip's pace, held on screen as a player holds them, but
for frames that were doubled, dropped or slowed down: every such change must be paid for by what it explains.
That is a path with a price on change, found forwards and backwards (the min-sum form of Viterbi's algorithm),
so that for each frame every other answer has its price as well. Where nothing moves nothing is explained, and
the answers around it hold.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from footage.media.aligning.miniatures import Luma
from footage.media.aligning.passages import Floats, Numbers, Passage
from footage.media.aligning.registering import Overlay, exposures, thinned
from footage.model.span import FrameIndex

_REACH = 10
_PHASES = 32
_NEAR = 4
_LASTING = 50
_SMALL_LAG = 3
_TOGETHER = 4_000
_PAIRS = 64
_CHANGE = 20.0
_DOUBT = 8.0
_UNEVEN = 9.0
_SAME = 0.5
_MOST = 20.0
_CORRELATED = 8.0
_FAR_OFF = 9.0
_LEAST_NOISE = 2.0
_LIVELY = 0.02
_BATCH = 64
_MOVES = 6.0
_BEYOND = 0.25
_BEYOND_ENDS = 100
_SPREAD = 13
_STILL_REACH = 250


@dataclass(frozen=True, slots=True)
class Timed:
    """What frames of a clip show of another, frame by frame.

    Attributes:
        first: the number of the first frame.
        shown: of each frame the number of the other clip's frame.
        least, most: the first and the last frame of the other clip that it may show, both included.
        fit: how far each is off, from 0 (but for noise) to 1 (in every place).
        paced: the frame of the other clip that would be on screen, had nothing been doubled or dropped.
    """

    first: int
    shown: Numbers
    least: Numbers
    most: Numbers
    fit: Floats
    paced: Numbers

    @property
    def stop(self) -> int:
        """The number of the frame after the last one."""
        return self.first + len(self.shown)


class Comparison:
    """Tells how far frames of a clip are from another's, once what differs all the time is taken off."""

    def __init__(self, mine: Luma, others: Luma, overlay: Overlay, pairs: tuple[Numbers, Numbers]) -> None:
        self._mine, self._others, self._overlay = mine, others, overlay
        self.cells = overlay.cells
        first, second = thinned(pairs, _PAIRS)
        own, far = mine[first].astype(np.float32), overlay(others[second])
        gains, levels = exposures(own, far, self.cells)
        self._gain, self._level = float(np.median(gains)), float(np.median(levels))
        off = own - self._gain * far - self._level
        self._steady = np.median(off, axis=0) if len(first) >= 8 else np.zeros(off.shape[1:], np.float32)
        left = np.abs(off - self._steady)[:, self.cells]
        moving = np.stack([self._range(int(at)) for at in second])
        lively = left[moving >= np.quantile(moving, 1 - _LIVELY)]
        self.quiet = max(1.48 * float(np.median(left)), _LEAST_NOISE)
        self.noise = max(1.48 * float(np.median(lively)), self.quiet)

    @property
    def last(self) -> int:
        """The number of the other clip's last frame."""
        return len(self._others) - 1

    def unlike(self, first: int, stop: int) -> Floats:
        """How far frames are, 0 to 1, from frames of the other clip that have nothing to do with them."""
        spread = np.unique(np.linspace(0, len(self._others) - 1, _SPREAD).round().astype(int))
        far = self._overlay(self._others[spread])[:, self.cells] * np.float32(self._gain / self.noise)
        found = np.empty(stop - first, np.float32)
        for begin in range(first, stop, _BATCH):
            own = self._own(np.arange(begin, min(begin + _BATCH, stop)))
            squares = np.minimum((own[:, None] - far[None]) ** 2, _FAR_OFF).mean(axis=2)
            found[begin - first : begin - first + len(own)] = np.median(squares, axis=1) / _FAR_OFF
        return found

    def rivalry(self, frames: range, timed: "Timed") -> Floats:
        """How unlikely it is that frames show what they are said to, in halves of squared noise."""
        fit = timed.fit[frames.start - timed.first : frames.stop - timed.first]
        scale = _FAR_OFF * float(self.cells.sum()) / 2 / _CORRELATED
        rivalry: Floats = fit * np.float32(scale)
        return rivalry

    def still_distances(self, others: range) -> tuple[Floats, Floats]:
        """How far the clip's first frame is from some of the other's, 0 to 1; and those as compared."""
        wanted = np.arange(others.start, min(others.stop, len(self._others)))
        far = self._overlay(self._others[wanted])[:, self.cells] * np.float32(self._gain / self.noise)
        squares = np.minimum((self._own(np.array([0])) - far) ** 2, _FAR_OFF)
        return np.asarray(squares.mean(axis=1) / _FAR_OFF, np.float32), far

    def tells_apart(self, one: int, other: int, others: Floats) -> bool:
        """Whether the clip's first frame is clearly one of two of the other's."""
        own = self._own(np.array([0]))[0]
        differ = np.abs(others[one] - others[other]) > _MOVES / 2
        worse = np.minimum((own - others[other]) ** 2, _FAR_OFF) - np.minimum(
            (own - others[one]) ** 2, _FAR_OFF
        )
        return float(worse[differ].sum()) / 2 / _CORRELATED > _DOUBT

    def pairs(self, mine: Numbers, others: Numbers) -> tuple[Floats, Floats]:
        """Pairs of pictures as they are compared, in units of noise where nothing moves: pairs x cells."""
        louder = np.float32(self.noise / self.quiet)
        far = self._overlay(self._others[others])[:, self.cells] * np.float32(self._gain / self.quiet)
        return self._own(mine) * louder, far

    def around(self, at: int) -> Floats:
        """What the other clip usually shows around a frame, as :meth:`pairs` gives it."""
        spread = np.arange(max(0, at - _STILL_REACH), min(len(self._others), at + _STILL_REACH + 1), 8)
        usual = np.median(self.pairs(np.zeros(1, np.int64), spread)[1], axis=0)
        return np.asarray(usual, np.float32)

    def _own(self, frames: Numbers) -> Floats:
        own = self._mine[frames].astype(np.float32)
        return np.asarray((own - self._steady - self._level)[:, self.cells] / self.noise, np.float32)

    def _range(self, at: int) -> Floats:
        """How much each place of the other clip changes around a frame."""
        near = self._others[max(0, at - _REACH) : at + _REACH + 1]
        change: Floats = np.ptp(self._overlay(near)[:, self.cells], axis=0) * np.float32(self._gain)
        return change

    def distances(self, first: int, stop: int, lines: Numbers, reach: range) -> tuple[Floats, Floats]:
        """How far each frame is from those around a line: frames x reach.

        Args:
            first, stop: frames of the clip. lines: for each a frame of the other clip.

        Returns:
            How much of the picture is off, 0 to 1 (1 beyond the other clip); and how far off those places are
            where something moves within reach, in halves of squared noise.
        """
        shape = (stop - first, len(reach))
        everywhere, moving = np.ones(shape, np.float32), np.full(shape, np.inf, np.float32)
        for begin in range(0, stop - first, _BATCH):
            line = lines[begin : begin + _BATCH]
            own = self._own(np.arange(first + begin, first + begin + len(line)))
            low = max(0, int(line.min()) + reach.start)
            high = min(len(self._others), int(line.max()) + reach.stop)
            if low >= high:
                continue
            far = self._overlay(self._others[low:high])[:, self.cells] * np.float32(self._gain / self.noise)
            for row, at in enumerate(line):
                start, end = max(low, int(at) + reach.start), min(high, int(at) + reach.stop)
                if start >= end:
                    continue
                near = far[start - low : end - low]
                squares = np.minimum((own[row] - near) ** 2, _FAR_OFF)
                where = slice(start - int(at) - reach.start, end - int(at) - reach.start)
                everywhere[begin + row, where] = squares.mean(axis=1) / _FAR_OFF
                moves = np.ptp(near, axis=0) > _MOVES
                moving[begin + row, where] = squares[:, moves].sum(axis=1) / 2
        return everywhere, moving


def _priced(moving: Floats) -> Floats:
    """What it costs to take each of some answers for a frame instead of its best: capped log-likelihoods."""
    worse = (moving - np.minimum(moving.min(axis=1, keepdims=True), 1e9)) / _CORRELATED
    # Beyond the other clip's ends nothing speaks against going on as before; whether it fits is asked later.
    prices: Floats = np.where(np.isinf(moving), _BEYOND, np.clip(worse - _SAME, 0, _MOST)).astype(np.float32)
    return prices


def timed(
    passage: Passage, core: range, my_index: FrameIndex, other_index: FrameIndex, comparison: Comparison
) -> Timed:
    """What each frame of a passage shows.

    Args:
        core: the frames that show the other clip for all that is known; those around them go on as these do.
    """
    first, stop = int(passage.mine[0]), int(passage.mine[-1]) + 1
    rough = np.interp(np.arange(first, stop), passage.mine, passage.others).round().astype(np.int64)
    parts = []
    for begin in range(0, stop - first, _TOGETHER):
        some = rough[begin : begin + _TOGETHER]
        lines = _lines(my_index, other_index, first + begin, some)
        parts.append(_timed_part(first + begin, some, core, lines, comparison))
    shown, least, most, fit, paced = (np.concatenate([part[which] for part in parts]) for which in range(5))
    return Timed(first, shown, least, most, fit, paced)


def timed_still(found: int, comparison: Comparison) -> Timed:
    """Which frame of the other clip a still shows, near one that was found roughly.

    Frames around it that differ nowhere from what the still shows, but for noise, are not told apart.
    """
    near = max(0, found - _STILL_REACH)
    everywhere, others = comparison.still_distances(range(near, found + _STILL_REACH + 1))
    best = int(everywhere.argmin())
    least = most = best
    while least > 0 and not comparison.tells_apart(best, least - 1, others):
        least -= 1
    while most + 1 < len(others) and not comparison.tells_apart(best, most + 1, others):
        most += 1
    shown, first, last = (np.array([near + at]) for at in (best, least, most))
    return Timed(0, shown, first, last, everywhere[best : best + 1], shown)


def settled(timed: Timed, frames: slice) -> tuple[Numbers, Numbers, Numbers]:
    """What some frames show, never going back; and the first and the last that each may show.

    Args:
        frames: places in ``timed``; what goes on around them does not count.
    """
    shown, paced = timed.shown[frames], timed.paced[frames]
    lasting = np.clip(paced + _lasting(shown - paced), 0, int(timed.paced.max()))
    shown = _forwards(shown)
    least = np.minimum.reduce([timed.least[frames], lasting, shown])
    most = np.maximum.reduce([timed.most[frames], lasting, shown])
    return shown, least, most


def _forwards(shown: Numbers) -> Numbers:
    """Frame numbers that never go back, with as little change as that takes."""
    raised, lowered = np.maximum.accumulate(shown), np.minimum.accumulate(shown[::-1])[::-1]
    return raised if (raised - shown).sum() <= (shown - lowered).sum() else lowered


def _timed_part(
    first: int, rough: Numbers, core: range, even: Numbers, comparison: Comparison
) -> tuple[Numbers, Numbers, Numbers, Floats, Numbers]:
    """The fields of :class:`Timed` for some frames, near those that were found roughly.

    Args:
        even: lines that keep the other clip's pace.
    """
    steps, places = np.arange(len(rough)), np.arange(-_REACH, _REACH + 1)
    lines = np.concatenate((even, (steps - steps[0] + int(np.median(rough - steps)))[None], rough[None]))
    bands = np.stack([_band(rough - line) for line in lines])
    reach = range(-2 * _REACH, 2 * _REACH + 1)
    everywhere, moving = comparison.distances(first, first + len(rough), rough, reach)
    at = (lines + bands).T[:, :, None] + places
    around = (steps + first < core.start) | (steps + first >= core.stop)
    moving[around] = np.where(np.isinf(moving[around]), np.inf, 0)
    prices = _priced(moving)[steps[:, None, None], at - rough[:, None, None] - reach.start]
    cheapest = _by_every_place(prices, np.diff(bands, axis=1).T)
    cheapest[:, len(even) :] += _UNEVEN
    best_line = int(cheapest.min(axis=(0, 2)).argmin())
    shown = np.take_along_axis(_flat(at), _flat(cheapest).argmin(axis=1)[:, None], axis=1)[:, 0]
    likely = _flat(cheapest) <= float(cheapest[0].min()) + _DOUBT
    likely_at = np.where(likely, _flat(at), shown[:, None])
    near = _near_lines(lines, best_line, len(even))
    least, most = likely_at.min(axis=1) + near.min(axis=0), likely_at.max(axis=1) + near.max(axis=0)
    fit = everywhere[steps, shown - rough - reach.start]
    shown, least, most, paced = (
        np.clip(each, 0, comparison.last) for each in (shown, least, most, lines[best_line])
    )
    return shown, least, most, fit, paced


def _near_lines(lines: Numbers, best: int, even: int) -> Numbers:
    """How far the best line may be off because its offset is known to part of a frame only: some x frames.

    Where both clips have the same rate, and where frames are counted, it makes no difference.

    Args:
        even: how many of the lines keep the other clip's pace, at one offset after the other.
    """
    if best >= even:
        doubt = [-1, 0, 1] if best > even else [0]
        return np.repeat(np.array(doubt)[:, None], lines.shape[1], axis=1)
    near = lines[max(0, best - _NEAR) : min(even, best + _NEAR + 1)] - lines[best]
    return np.asarray(near[(near == 0).any(axis=1)], np.int64)


def _lasting(lags: Numbers) -> Numbers:
    """Lags behind a line without those that soon go back: an encoder repeats what it finds alike."""
    reach = min(_LASTING, (len(lags) - 1) // 2)
    if reach < 1:
        return lags
    padded = np.pad(lags, reach, mode="reflect")
    usual = np.median(sliding_window_view(padded, 2 * reach + 1), axis=1).astype(np.int64)
    lasting: Numbers = np.where(np.abs(usual - lags) <= _SMALL_LAG, usual, lags)
    return lasting


def _flat(values: NDArray[np.generic]) -> NDArray[Any]:
    return values.reshape(len(values), -1)


def _lines(my_index: FrameIndex, other_index: FrameIndex, first: int, rough: Numbers) -> Numbers:
    """The frames of another clip on screen at the moments of a clip's frames: offsets x frames.

    All offsets between two frames that make a difference are tried, in order; they differ by a frame at most.
    The other clip's frames are numbered on beyond its ends, as if it went on there at its usual pace.
    """
    own = np.asarray(my_index.pts[first : first + len(rough)], np.float64)
    moments = (own - my_index.pts[0]) * float(my_index.time_base)
    starts = (np.asarray(other_index.pts, np.float64) - other_index.pts[0]) * float(other_index.time_base)
    frame = float(other_index.duration) / len(starts)
    offset = float(np.median(starts[np.clip(rough, 0, len(starts) - 1)] - moments))
    beyond = frame * np.arange(_BEYOND_ENDS)
    starts = np.concatenate((-frame - beyond[::-1], starts, float(other_index.duration) + beyond))
    phases = offset + frame * (np.arange(_PHASES) + 0.5) / _PHASES
    found = np.searchsorted(starts, moments[None] + phases[:, None], "right") - 1 - _BEYOND_ENDS
    different = np.append(True, (found[1:] != found[:-1]).any(axis=1))
    lines: Numbers = found[different]
    return lines


def _band(away: Numbers) -> Numbers:
    """How far from a line to look: in steps, as far as half of the reach does not do."""
    middle, band = int(away[0]), np.empty_like(away)
    for row, at in enumerate(away):
        if abs(int(at) - middle) > _REACH // 2:
            middle = int(at)
        band[row] = middle
    return band


def _by_every_place(prices: Floats, moves: Numbers) -> Floats:
    """What the cheapest path by every place costs, where every change of place has its price.

    Args:
        prices: steps x lines x places. A path keeps to its line.
        moves: by how much the places of each line move at each next step.
    """
    forth = _swept(prices, moves)
    back = _swept(prices[::-1], -moves[::-1])[::-1]
    cheapest: Floats = forth + back - prices
    return cheapest


def _swept(prices: Floats, moves: Numbers) -> Floats:
    swept = np.empty_like(prices)
    swept[0] = prices[0]
    moved = (moves != 0).any(axis=1)
    for row in range(1, len(prices)):
        before = swept[row - 1]
        changed = before.min(axis=1, keepdims=True) + _CHANGE
        if moved[row - 1]:
            before = _moved(before, moves[row - 1])
        swept[row] = np.minimum(before, changed) + prices[row]
    return swept


def _moved(rows: Floats, by: Numbers) -> Floats:
    places = np.arange(rows.shape[1]) + by[:, None]
    inside = (places >= 0) & (places < rows.shape[1])
    moved = np.take_along_axis(rows, np.clip(places, 0, rows.shape[1] - 1), axis=1)
    return np.where(inside, moved, np.float32(np.inf))

"""Which passages of one clip another one shows, roughly: the best path through the likeness of all moments.

Each moment of the one clip is held against each of the other by the edges in small pictures, which a brighter
copy, a harder encoding and a logo change little. A path (Viterbi 1967) that runs on at the same pace costs
nothing, one that jumps costs as much as a few frames of good likeness bring, and one that shows nothing of
the other clip brings nothing: so stretches that look alike everywhere are led by those around them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.aligning.miniatures import HEIGHT, WIDTH, Area, Luma, active_area
from footage.model.span import FrameIndex

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

# Likeness runs from -1 to 1. Copies, hard encodings and logos included, have .8 and more; moments of two
# clips that have nothing to do with each other seldom more than .5 for long.
ALIKE = 0.62
_JUMP = 0.12
_SLOW, _FAST = 0.5, 0.25
_BLANK = 2.0
_CELLS = 40_000_000
_ACROSS, _DOWN = 16, 9
_FAINT = 4.0
_LEAST_UNLIKE = 0.008
_FAR = 5.0
_WORSE = 0.6
_OVERLAID = 0.4
_LEAST_STEADY = 0.4
_HIDDEN = 0.35
_BRIDGE = 10.0
_ROWS = 256
_LOOKED_THROUGH = 400
_WHOLE = Area(0.0, 0.0, 1.0, 1.0)

_ON, _SLOWER, _FASTER, _JUMPED = range(4)


@dataclass(frozen=True, slots=True)
class Passage:
    """Frames of one clip (``mine``) that show frames of another (``others``), roughly.

    Attributes:
        mine: numbers of frames, increasing.
        others: of each of them the number of the other clip's frame; never decreasing.
    """

    mine: Numbers
    others: Numbers


def all_pairs(passages: Sequence[Passage]) -> tuple[Numbers, Numbers]:
    """The frames of some passages, and of each the other clip's."""
    mine = np.concatenate([passage.mine for passage in passages])
    return mine, np.concatenate([passage.others for passage in passages])


def edges(pictures: Luma, area: Area, laid: Callable[[Luma], Floats] | None = None) -> Floats:
    """What pictures look like from afar at any brightness and contrast: a row of numbers from -1 to 1 each.

    Args:
        pictures: frames x 36 x 64.
        area: what of them counts.
        laid: lays some pictures where they belong, before that.
    """
    x0, x1 = round(area.left * WIDTH), round(area.right * WIDTH)
    y0, y1 = round(area.top * HEIGHT), round(area.bottom * HEIGHT)
    found = np.empty((len(pictures), _DOWN * (_ACROSS - 1) + (_DOWN - 1) * _ACROSS), np.float32)
    for row, picture in enumerate(pictures):
        shown = picture if laid is None else laid(picture[None])[0]
        levels = shown[y0:y1, x0:x1].astype(np.float32)
        small = np.asarray(cv2.resize(levels, (_ACROSS, _DOWN), interpolation=cv2.INTER_AREA))
        steps = np.concatenate((np.diff(small, axis=1).ravel(), np.diff(small, axis=0).ravel()))
        found[row] = steps / (np.abs(steps) + _FAINT)
    return found


def matching_areas(mine: Luma, others: Luma) -> tuple[Area, Area]:
    """What to hold against each other of two clips' pictures: all of them, or without their black borders."""
    some, more = (pictures[:: max(1, len(pictures) // _LOOKED_THROUGH)] for pictures in (mine, others))

    def usual(pair: tuple[Area, Area]) -> float:
        alike = likeness(edges(some, pair[0]), edges(more, pair[1]))
        return float(alike.max(axis=1).mean())

    own, far = (_WHOLE, active_area(mine)), (_WHOLE, active_area(others))
    return max(dict.fromkeys((one, other) for one in own for other in far), key=usual)


def likeness(mine: Floats, others: Floats) -> Floats:
    """How alike each of some pictures is to each of others, by their edges, -1 to 1.

    Pictures without edges are as alike to each other as a path needs to run on.
    """
    energy = (mine**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None]
    alike: Floats = (2 * mine @ others.T + 2 * ALIKE * _BLANK) / (energy + 2 * _BLANK)
    return alike


def find_passages(
    mine: Floats, my_index: FrameIndex, others: Floats, other_index: FrameIndex
) -> Iterator[Passage]:
    """The passages of a clip that show another one, in order.

    Args:
        mine, others: the edges of all their frames.
    """
    step = _step(my_index, other_index)
    my_frames, other_frames = (_sampled(index, step) for index in (my_index, other_index))
    mine, others = mine[my_frames], others[other_frames]
    path = _best_path(mine, others, float(step))
    shown = path >= 0
    steady = _steadily_alike(mine[shown], others[path[shown]])
    if not steady.all():
        path = _best_path(mine[:, steady], others[:, steady], float(step))
    for run in _bridged(list(_runs(path)), path, mine, others, float(step)):
        yield Passage(my_frames[run], other_frames[path[run]])


def find_still(mine: Floats, others: Floats) -> Iterator[Passage]:
    """The frame of another clip that a still shows, roughly, as a passage of one frame.

    Args:
        mine: the edges of the still. others: of all frames.
    """
    alike = likeness(mine, others)[0]
    best = int(alike.argmax())
    if alike[best] > ALIKE:
        yield Passage(np.zeros(1, np.int64), np.array([best]))


def _step(my_index: FrameIndex, other_index: FrameIndex) -> Fraction:
    """Seconds between two moments that are looked at: one of the shorter frames, if that is not too many."""
    shorter = min(index.duration / len(index.pts) for index in (my_index, other_index))
    least = float(my_index.duration * other_index.duration / _CELLS) ** 0.5
    return max(shorter, Fraction(least).limit_denominator(100_000))


def _sampled(index: FrameIndex, step: Fraction) -> Numbers:
    """The numbers of the frames that are on screen at every step."""
    count = max(1, int(index.duration / step))
    ticks = index.pts[0] + ((np.arange(count) + 0.5) * float(step / index.time_base))
    return np.clip(np.searchsorted(np.asarray(index.pts), ticks, "right") - 1, 0, None)


def _best_path(mine: Floats, others: Floats, step: float) -> Numbers:
    """For each moment of one clip the moment of the other that it shows, or -1."""
    count, states = len(mine), len(others)
    alike = np.empty((count, states), np.float16)
    for begin in range(0, count, _ROWS):
        alike[begin : begin + _ROWS] = likeness(mine[begin : begin + _ROWS], others)
    best_alike = alike.max(axis=1)
    met = best_alike[best_alike > ALIKE]
    usual = max(1 - float(np.median(met)), _LEAST_UNLIKE) if len(met) else 1.0
    came = np.zeros((count, states), np.uint8)
    jumped_from = np.full(count, -1, np.int64)
    score = np.full(states, -np.inf, np.float32)
    nothing = 0.0
    slow, fast = np.float32(_SLOW * step), np.float32(_FAST * step)
    ways = np.full((4, states), -np.inf, np.float32)
    for row in range(count):
        now = alike[row].astype(np.float32)
        worse = np.clip((now.max() - now) / (_FAR * usual), 0, 1)
        gain = (now - np.float32(ALIKE) - np.float32(_WORSE) * worse) * np.float32(step)
        best = int(score.argmax())
        source, level = (best, float(score[best])) if score[best] > nothing else (-1, nothing)
        ways[_ON, 1:] = score[:-1]
        ways[_SLOWER] = score - slow
        ways[_FASTER, 2:] = score[:-2] - fast
        ways[_JUMPED] = level - _JUMP
        came[row] = ways.argmax(axis=0)
        score = ways.max(axis=0) + gain
        jumped_from[row], nothing = source, level
    return _traced(came, jumped_from, score, nothing)


def _steadily_alike(mine: Floats, others: Floats) -> NDArray[np.bool_]:
    """Which edges pairs of pictures that show the same have in common; not those of a logo in one of them."""
    if not len(mine):
        return np.ones(mine.shape[1], bool)
    off = np.median(np.abs(mine - others), axis=0)
    steady = off < _OVERLAID
    return steady if steady.mean() > _LEAST_STEADY else np.ones(len(off), bool)


def _traced(came: NDArray[np.uint8], jumped_from: Numbers, score: Floats, nothing: float) -> Numbers:
    path = np.full(len(came), -1, np.int64)
    best = int(score.argmax())
    state = best if score[best] > nothing else -1
    for row in range(len(came) - 1, -1, -1):
        path[row] = state
        way = came[row, state] if state >= 0 else _JUMPED
        state = int(jumped_from[row]) if way == _JUMPED else state - (1, 0, 2)[way]
    return path


def _runs(path: Numbers) -> Iterator[tuple[int, int]]:
    """Where a path runs on without a jump, half-open."""
    steps = np.diff(path)
    breaks = np.flatnonzero((steps < 0) | (steps > 2) | (path[1:] < 0) | (path[:-1] < 0)) + 1
    for first, last in zip([0, *breaks.tolist()], [*breaks.tolist(), len(path)], strict=True):
        if path[first] >= 0:
            yield first, last


def _bridged(
    runs: list[tuple[int, int]], path: Numbers, mine: Floats, others: Floats, step: float
) -> Iterator[slice]:
    """Runs; those that go on at the same pace behind moments that a large mask hides are one."""
    while runs:
        first, last = runs.pop(0)
        while runs and _goes_on(last, runs[0][0], path, step):
            after = runs[0][0]
            between = (
                np.linspace(path[last - 1], path[after], after - last + 2).round().astype(np.int64)[1:-1]
            )
            alike = likeness(mine[last:after], others[between]).diagonal()
            if np.median(alike) < _HIDDEN:
                break
            path[last:after] = between
            last = runs.pop(0)[1]
        yield slice(first, last)


def _goes_on(last: int, after: int, path: Numbers, step: float) -> bool:
    gap, moved = after - last + 1, int(path[after] - path[last - 1])
    return 0 < gap - 1 <= _BRIDGE / step and abs(moved - gap) <= 2

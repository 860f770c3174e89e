"""When frames are shown, where a file does not say it or says it wrongly.

A decoder hands out frames in the order they are shown; that order is believed. Times that contradict it are
repaired in the same way whenever the file is read.
"""

from array import array
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -(1 << 63)
"""Stands for a frame without a time."""

_REASON = 1 << 60
_REORDERED = 32
_HALF_A_DAY = 12 * 3600


def add_time(times: "array[int]", tick: int | None) -> None:
    """Append a frame's presentation timestamp, or that it has none that makes sense."""
    times.append(tick if tick is not None and abs(tick) < _REASON else UNKNOWN)


def settled_times(
    times: "array[int]", step: int, tick: Fraction = Fraction(1, 90_000)
) -> tuple[NDArray[np.int64], list[int]]:
    """Strictly increasing times for frames in their order.

    Missing times follow the frame before by a step. Times that are merely stored in coding order (AVI and
    some MXF) are sorted. Where they jump back for good, or by half a day (which is how transport streams tell
    of a jump back: their clock is taken to have run over), the rest is moved behind what came before.

    Args:
        times: of each frame in ticks, or :data:`UNKNOWN`; at least one.
        step: the usual time between two frames in ticks, at least 1.
        tick: seconds a tick.

    Returns:
        The times, and the numbers of the frames at which they jumped.

    >>> settled_times(array("q", [1, 3, 2, 5, 4]), 1, Fraction(1, 25))[0].tolist()
    [1, 2, 3, 4, 5]
    """
    settled = _filled(np.array(times, np.int64), step)
    order = np.argsort(settled, kind="stable")
    if int(np.abs(order - np.arange(len(order))).max()) <= _REORDERED:
        settled = settled[order]
    settled, jumps = _joined(settled, step, int(_HALF_A_DAY / tick))
    return _apart(settled), jumps


def _filled(times: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    missing = np.flatnonzero(times == UNKNOWN)
    known = np.flatnonzero(times != UNKNOWN)
    if not len(missing):
        return times
    if not len(known):
        return np.arange(len(times), dtype=np.int64) * step
    before = known[np.maximum(np.searchsorted(known, missing) - 1, 0)]
    times[missing] = times[before] + (missing - before) * step
    return times


def _joined(times: NDArray[np.int64], step: int, leap: int) -> tuple[NDArray[np.int64], list[int]]:
    """Times with everything after a jump moved behind what came before it."""
    gaps = np.diff(times)
    jumps = np.flatnonzero((gaps < 0) | (gaps >= leap))
    gaps[jumps] = step
    joined = np.concatenate((times[:1], times[0] + np.cumsum(gaps)))
    return joined, (jumps + 1).tolist()


def _apart(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Times in order with at least a tick between two."""
    numbers = np.arange(len(times))
    return np.maximum.accumulate(times - numbers) + numbers

"""How points moved between two pictures, and the motion that most of them share."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.following.frames import Luma
from footage.media.following.outlines import Outline, Similarity, bounds

Weights = NDArray[np.float64]
Places = NDArray[np.float32]

_WINDOW = 13
LEVELS = 3
_BACK_WITHIN = 1.0
_STEPS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.03)
_MARGIN = 0.75
_LEAST_MARGIN = 28
_PAIRS = 160
_MOST_RESIZED = 1.4


def flow(before: Luma, now: Luma, points: Outline, levels: int = LEVELS) -> tuple[Outline, NDArray[np.bool_]]:
    """Where points of one picture are in the next (Lucas and Kanade 1981, in pyramids: Bouguet 2001).

    Args:
        levels: how often the pictures are halved, to find longer ways.

    Returns:
        Their places, and for which of them the way back ends where it began (Kalal et al. 2010).
    """
    left, top, right, bottom = _around(points, before)
    corner = complex(left, top)
    one = np.ascontiguousarray(before[top:bottom, left:right])
    other = np.ascontiguousarray(now[top:bottom, left:right])
    start = _as_pairs(points - corner)
    there, found = _moved(one, other, start, levels)
    back, returned = _moved(other, one, there, levels)
    good = found & returned & (np.abs(back - start).max((1, 2)) < _BACK_WITHIN)
    return there[:, 0, 0].astype(np.float64) + 1j * there[:, 0, 1] + corner, good


def shared_motion(
    start: Outline, end: Outline, weights: Weights, within: float, turn: complex
) -> tuple[Similarity, NDArray[np.bool_]]:
    """The similarity that the heaviest set of points follows (RANSAC: Fischler and Bolles 1981).

    Args:
        start, end: at least one point, and where each came to lie.
        within: how far a point may end from where the motion brings it, in pixels.
        turn: a turn to be expected; with it, every single point stands for a motion too.

    Returns:
        The motion, by least squares over its points, and which points follow it.
    """
    turns, shifts = _proposals(start, end, turn)
    away = np.abs(turns[:, None] * start + shifts[:, None] - end)
    support = (away < within) @ weights
    best = int(np.argmax(support))
    motion, inside = Similarity(complex(turns[best]), complex(shifts[best])), away[best] < within
    for _ in range(2):
        motion = _least_squares(start[inside], end[inside], weights[inside], motion.turn)
        inside = np.abs(motion(start) - end) < within
        if not inside.any():
            return Similarity(complex(turns[best]), complex(shifts[best])), away[best] < within
    return motion, inside


def _moved(one: Luma, other: Luma, start: Places, levels: int) -> tuple[Places, NDArray[np.bool_]]:
    """Where points of one picture are in another, and which of them were found."""
    # OpenCV's own hints ask for a place to begin at, which is not needed.
    nowhere = cast(Places, None)
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        one, other, start, nowhere, winSize=(_WINDOW, _WINDOW), maxLevel=levels, criteria=_STEPS
    )
    return np.asarray(there, np.float32), np.asarray(found).ravel() == 1


def _proposals(start: Outline, end: Outline, turn: complex) -> tuple[Outline, Outline]:
    """Motions of single points with the expected turn, and of pairs of points."""
    count = len(start)
    turns, shifts = np.full(count, turn), end - turn * start
    if count < 2:
        return turns, shifts
    pairs = np.random.default_rng(count).integers(0, count, (_PAIRS, 2))
    one, other = pairs[:, 0], pairs[:, 1]
    way = start[other] - start[one]
    apart = np.abs(way) > 0.25 * float(np.abs(start - start.mean()).max())
    one, other, way = one[apart], other[apart], way[apart]
    found = (end[other] - end[one]) / way
    resized = np.abs(found) / abs(turn)
    sane = (resized < _MOST_RESIZED) & (resized > 1 / _MOST_RESIZED)
    one, found = one[sane], found[sane]
    return np.concatenate((turns, found)), np.concatenate((shifts, end[one] - found * start[one]))


def _least_squares(start: Outline, end: Outline, weights: Weights, turn: complex) -> Similarity:
    """The best similarity of weighted points; of fewer than three only the shift."""
    total = float(weights.sum())
    here, there = complex(weights @ start) / total, complex(weights @ end) / total
    spread = float(weights @ np.abs(start - here) ** 2)
    if len(start) > 2 and spread > 1e-9:
        turn = complex((weights * np.conj(start - here)) @ (end - there)) / spread
    return Similarity(turn, there - turn * here)


def _around(points: Outline, picture: Luma) -> tuple[int, int, int, int]:
    """A part of the picture with room around the points for their way."""
    left, top, right, bottom = bounds(points)
    room = max(_LEAST_MARGIN, _MARGIN * max(right - left, bottom - top))
    height, width = picture.shape
    x0, y0 = int(np.clip(left - room, 0, width - 8)), int(np.clip(top - room, 0, height - 8))
    x1, y1 = int(np.clip(right + room, x0 + 8, width)), int(np.clip(bottom + room, y0 + 8, height))
    return x0, y0, x1, y1


def _as_pairs(points: Outline) -> Places:
    return np.stack((points.real, points.imag), 1).astype(np.float32)[:, None]

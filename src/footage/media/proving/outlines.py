"""What must be covered of a displayed picture, and what no mask may touch.

Worked out for the proof, apart from the code that paints masks, on the displayed picture: corners are taken
at moments, hulled, widened and filled here. A pixel must be covered where its middle lies inside; of a box
that stands, every pixel that it touches must be.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.model.flag import Mask
from footage.model.geometry import Pose, Region, Shape, points_at, region_at

Map = NDArray[np.bool_]
Corners = NDArray[np.float64]

_AROUND = 2 * np.pi * np.arange(96) / 96
_SPREAD = 16


def covered_map(mask: Mask, start: int, end: int, width: int, height: int) -> Map:
    """Which pixels of a displayed picture a mask must cover.

    Args:
        start, end: the ticks at which the picture comes and goes; for a still, any.
    """
    mask = _meanwhile(mask, start, end)
    size = np.array((width, height))
    moments = _moments(mask, start, end)
    passed = [_corners(mask, tick) * size for tick in moments]
    reach = np.array(mask.grow) * size if mask.shape is Shape.POLYGON else np.zeros(2)
    where = np.zeros((height, width), bool)
    if all(np.array_equal(corners, passed[0]) for corners in passed):
        _fill(where, passed[0])
        for side in zip(passed[0], np.roll(passed[0], -1, 0), strict=True) if reach.any() else ():
            _fill(where, _hull(np.array(side), reach))
    for before, after in pairwise(passed):
        if not np.array_equal(before, after):
            _fill(where, _hull(np.concatenate((before, after)), reach))
    if mask.shape is Shape.BOX:
        for tick in moments:
            left, top, right, bottom = _widened(region_at(mask.poses, tick), mask.grow).pixels(width, height)
            where[top:bottom, left:right] = True
    if not where.any():
        _mark_middle(where, passed[0])
    return where


def outside_map(masks: Sequence[Mask], start: int, end: int, width: int, height: int) -> Map:
    """Which pixels of a displayed picture no mask may have changed.

    Around what they pass, masks may round outwards, feather, and cover their own movement.
    """
    outside = np.ones((height, width), bool)
    for mask in (_meanwhile(each, start, end) for each in masks):
        passed = [_widened(_bounds(mask, tick), mask.grow) for tick in _moments(mask, start, end)]
        left, right = min(r.x for r in passed), max(r.x + r.w for r in passed)
        top, bottom = min(r.y for r in passed), max(r.y + r.h for r in passed)
        # An ellipse around a moving ellipse is wider for a move upwards, in the ratio of its axes, and so on.
        ratio = max(r.w for r in passed) / max(r.h for r in passed)
        wider = (bottom - top - min(r.h for r in passed)) * ratio
        taller = (right - left - min(r.w for r in passed)) / ratio
        x0 = max(0, math.floor((left - wider) * width) - _SPREAD)
        y0 = max(0, math.floor((top - taller) * height) - _SPREAD)
        x1 = max(0, math.ceil((right + wider) * width) + _SPREAD)
        y1 = max(0, math.ceil((bottom + taller) * height) + _SPREAD)
        outside[y0:y1, x0:x1] = False
    return outside


def _meanwhile(mask: Mask, start: int, end: int) -> Mask:
    """The same mask with those of its poses that matter between two ticks: a followed one has thousands."""
    if len(mask.poses) == 1:
        return mask
    first = max(0, bisect_right(mask.poses, start, key=_tick) - 1)
    last = bisect_left(mask.poses, end, key=_tick)
    return replace(mask, poses=mask.poses[first : last + 1])


def _tick(pose: Pose) -> int:
    return pose.tick or 0


def _moments(mask: Mask, start: int, end: int) -> list[int]:
    """A picture's first tick, its last, and those between at which the mask turns."""
    turns = {pose.tick for pose in mask.poses if pose.tick is not None and start < pose.tick < end}
    return sorted({start, end, *turns})


def _corners(mask: Mask, tick: int) -> Corners:
    """A mask's outline at a tick, in shares; boxes and ellipses are widened already."""
    if mask.shape is Shape.POLYGON:
        return np.array(points_at(mask.poses, tick), np.float64)
    region = _widened(region_at(mask.poses, tick), mask.grow)
    if mask.shape is Shape.BOX:
        x, y = region.x + region.w, region.y + region.h
        return np.array(((region.x, region.y), (x, region.y), (x, y), (region.x, y)))
    half = np.array((region.w, region.h)) / 2
    circle = np.stack((np.cos(_AROUND), np.sin(_AROUND)), 1)
    return np.asarray(np.array((region.x, region.y)) + half + half * circle)


def _bounds(mask: Mask, tick: int) -> Region:
    """The box around a mask's outline at a tick, not widened."""
    if mask.shape is not Shape.POLYGON:
        return region_at(mask.poses, tick)
    points = np.array(points_at(mask.poses, tick))
    (left, top), (right, bottom) = points.min(0), points.max(0)
    return Region(left, top, right - left, bottom - top)


def _widened(region: Region, grow: tuple[float, float]) -> Region:
    across, down = grow
    return Region(region.x - across, region.y - down, region.w + 2 * across, region.h + 2 * down)


def _hull(corners: Corners, reach: Corners) -> Corners:
    """The convex hull of corners in pixels, each widened by a box of these half sizes.

    It is what a convex outline passes on its way, exactly: every point between two convex sets in step lies
    in one of the sets between them.
    """
    spread = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1))) * reach
    widened = (corners[:, None] + spread).reshape(-1, 2).astype(np.float32)
    return np.asarray(cv2.convexHull(widened).reshape(-1, 2), np.float64)


def _fill(where: Map, corners: Corners) -> None:
    """Mark the pixels whose middle lies inside a polygon; of one that crosses itself the even-odd ones."""
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    rows = range(max(0, math.ceil(top - 0.5)), min(where.shape[0], math.floor(bottom - 0.5) + 1))
    columns = range(max(0, math.ceil(left - 0.5)), min(where.shape[1], math.floor(right - 0.5) + 1))
    if not rows or not columns:
        return
    begin, end = corners, np.roll(corners, -1, 0)
    middles = np.arange(rows.start, rows.stop)[:, None] + 0.5
    row, side = np.nonzero((begin[:, 1] <= middles) != (end[:, 1] <= middles))
    way = (end - begin)[side]
    at = begin[side, 0] + (middles[row, 0] - begin[side, 1]) / way[:, 1] * way[:, 0]
    column = np.clip(np.ceil(at - 0.5), columns.start, columns.stop).astype(np.int64) - columns.start
    across = len(columns) + 1
    crossed = np.bincount(row * across + column, minlength=len(rows) * across).reshape(-1, across)
    inside = crossed.cumsum(1)[:, :-1] % 2 == 1
    where[rows.start : rows.stop, columns.start : columns.stop] |= inside


def _mark_middle(where: Map, corners: Corners) -> None:
    """Mark the pixel in the middle of an outline that holds no pixel's middle, if it is in the picture."""
    x, y = corners.mean(0)
    if 0 <= x <= where.shape[1] and 0 <= y <= where.shape[0]:
        where[min(int(y), where.shape[0] - 1), min(int(x), where.shape[1] - 1)] = True

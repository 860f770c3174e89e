"""From a drawn mask to the pixels it covers: always a little more than was drawn, never less.

A mask is drawn in the displayed picture, in shares of its width and height, at moments; a frame is stored
unturned, in pixels and colour samples, and stays on screen for a while. Every step between the two rounds
outwards.
"""

import math
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.planes import Plane, Samples
from footage.model.flag import Mask
from footage.model.geometry import (
    Point,
    Pose,
    Region,
    Shape,
    points_at,
    points_shown,
    region_at,
    region_shown,
)

OPAQUE = 255
_SLACK = 1e-6

_Box = tuple[int, int, int, int]
_Corners = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """What a mask passes while a picture is shown, and how far it is widened around that.

    Attributes:
        region: the box, the box around the ellipse, or that around the polygon; in shares of the picture.
        points: a polygon's corners, likewise.
        grow: shares of the picture's width and height, on every side.
    """

    shape: Shape
    region: Region
    points: tuple[Point, ...] = ()
    grow: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What a mask hides of one stored picture.

    Attributes:
        left, top: of the covered box in pixels, on the chroma grid.
        alpha: rows by columns, 255 over everything that is hidden, falling to 0 around it; whole cells of
            the chroma grid, so that it may reach past the right and the lower edge of an odd-sized picture.
            Empty where the outline lies outside the picture.
        faded: whether it fades at all.
    """

    left: int
    top: int
    alpha: NDArray[np.uint8]
    faded: bool = False
    _patches: dict[tuple[int, ...], "Patch"] = field(default_factory=dict, repr=False)

    def on(self, plane: Plane) -> "Patch":
        """The same cover in the samples of one plane, whole samples over every pixel they colour."""
        kind = (plane.across, plane.down, *plane.samples.shape)
        if kind not in self._patches:
            self._patches[kind] = _patch(self, *kind)
        return self._patches[kind]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A cover in one plane: ``alpha`` lies at ``left``, ``top`` and fits inside the plane.

    Attributes:
        hidden: whether a sample is, 1 or 0.
        faded: whether others are partly covered.
    """

    left: int
    top: int
    alpha: NDArray[np.uint8]
    hidden: NDArray[np.uint8]
    faded: bool

    def of(self, samples: Samples) -> Samples:
        """The patch of a plane's samples, as a view."""
        rows, columns = self.alpha.shape
        return samples[self.top : self.top + rows, self.left : self.left + columns]


def outline_at(mask: Mask, tick: int) -> Outline:
    """Where a mask is at a moment."""
    if mask.shape is Shape.POLYGON:
        return _polygon_outline(points_at(mask.poses, tick), mask.grow)
    return Outline(mask.shape, region_at(mask.poses, tick), grow=mask.grow)


def outline_shown(mask: Mask, start: int, end: int) -> Outline:
    """An outline over everything the mask passes while a frame is on screen.

    Args:
        start, end: the frame's own tick and the one at which it leaves the screen.

    An ellipse that moves is answered by a larger ellipse, a polygon by the convex hull of all it passes; both
    may reach outside the picture.
    """
    if mask.shape is Shape.POLYGON:
        return _polygon_outline(points_shown(mask.poses, start, end), mask.grow)
    return Outline(mask.shape, region_shown(mask.poses, mask.shape, start, end), grow=mask.grow)


def outline_of(pose: Pose, mask: Mask) -> Outline:
    """Where a mask is at one of its poses."""
    return Outline(mask.shape, pose.region, pose.points, mask.grow)


def _polygon_outline(points: tuple[Point, ...], grow: tuple[float, float]) -> Outline:
    (left, top), (right, bottom) = np.min(points, 0), np.max(points, 0)
    return Outline(Shape.POLYGON, Region(left, top, right - left, bottom - top), points, grow)


@lru_cache(maxsize=8)
def cover_of(
    outline: Outline, width: int, height: int, grid: tuple[int, int] = (1, 1), feather: int = 0
) -> Cover:
    """Rasterise an outline on a stored picture.

    Args:
        outline: in the stored picture's own orientation.
        width, height: of the stored picture in pixels.
        grid: pixels that share a colour sample, ``(across, down)``: whole cells are covered.
        feather: over how many pixels the cover fades, outside of everything that is hidden.

    A pixel that the widened outline touches is covered; every outline inside the picture covers at least one.
    A cover is not to be written to: the same one is given again for a mask that stands still.
    """
    region, grow = outline.region, (outline.grow[0] * width, outline.grow[1] * height)
    left, right = region.x * width - grow[0], (region.x + region.w) * width + grow[0]
    top, bottom = region.y * height - grow[1], (region.y + region.h) * height + grow[1]
    if right < 0 or bottom < 0 or left > width or top > height:
        return Cover(0, 0, np.zeros((0, 0), np.uint8))
    (x0, x1), (y0, y1) = _inside(left, right, width), _inside(top, bottom, height)
    box = x0, y0, x1, y1
    match outline.shape:
        case Shape.BOX:
            hidden = np.ones((y1 - y0, x1 - x0), bool)
        case Shape.ELLIPSE:
            hidden = _ellipse((left, top, right, bottom), box)
        case Shape.POLYGON:
            hidden = _polygon(np.array(outline.points) * (width, height), grow, box)
    return _on_grid(hidden, box, (width, height), grid, feather)


def _inside(first: float, last: float, count: int) -> tuple[int, int]:
    """The pixels that a stretch touches, one at least, along one axis of ``count`` pixels."""
    start = min(max(0, math.floor(first + _SLACK)), count - 1)
    return start, max(min(count, math.ceil(last - _SLACK)), start + 1)


def _ellipse(outline: tuple[float, float, float, float], box: _Box) -> NDArray[np.bool_]:
    """Every pixel of a box that the ellipse inside the outline touches with any part of its square."""
    x0, y0, x1, y1 = outline
    left, top, right, bottom = box
    across = _nearest((x0 + x1) / 2, left, right) / ((x1 - x0) / 2)
    down = _nearest((y0 + y1) / 2, top, bottom) / ((y1 - y0) / 2)
    return np.asarray(across[None, :] ** 2 + down[:, None] ** 2 <= 1 + _SLACK)


def _nearest(centre: float, first: int, last: int) -> NDArray[np.float64]:
    """How near each pixel ``[n, n + 1]`` comes to the centre along one axis."""
    near: NDArray[np.float64] = np.abs(np.arange(first, last) + 0.5 - centre) - 0.5
    return np.maximum(near, 0)


def _polygon(corners: _Corners, grow: tuple[float, float], box: _Box) -> NDArray[np.bool_]:
    """Every pixel of a box that a polygon, widened by a box of half sizes ``grow``, touches.

    A widened polygon touches a pixel where the polygon itself touches the pixel widened as much: where one of
    its sides passes through that, or else its centre lies inside the polygon.
    """
    left, top, right, bottom = box
    hidden = np.zeros((bottom - top, right - left), bool)
    runs = np.hstack([_passed_by_sides(corners, grow, box), _wound_around(corners, box)])
    runs[1:] = runs[1:].clip(left, right) - left
    for row, start, stop in runs.T.tolist():
        hidden[row, start:stop] = True
    if not hidden.any():
        x, y = corners[0].astype(int)
        hidden[min(max(top, y), bottom - 1) - top, min(max(left, x), right - 1) - left] = True
    return hidden


def _passed_by_sides(corners: _Corners, grow: tuple[float, float], box: _Box) -> NDArray[np.intp]:
    """The pixels, widened by ``grow``, that a side of the polygon passes through.

    Returns:
        Runs of them: the row in the box, the first column and the one after the last, of each.
    """
    _, top, _, bottom = box
    x, y, x_end, y_end = _sides(corners)
    upper = np.arange(top, bottom)[:, None] - grow[1]
    lower = upper + 1 + 2 * grow[1]
    meets = (np.maximum(y, y_end) > upper + _SLACK) & (np.minimum(y, y_end) < lower - _SLACK)
    row, side = np.nonzero(meets)
    x, y, x_end, y_end = x[side], y[side], x_end[side], y_end[side]
    # The part of each side that lies in each row: from one share of its length to another.
    level = y_end == y
    drop = np.where(level, 1.0, y_end - y)
    enters, leaves = (((edge[row, 0] - y) / drop).clip(0, 1) for edge in (upper, lower))
    first = x + np.where(level, 0, enters) * (x_end - x)
    last = x + np.where(level, 1, leaves) * (x_end - x)
    start = np.floor(np.minimum(first, last) - grow[0] + _SLACK)
    stop = np.ceil(np.maximum(first, last) + grow[0] - _SLACK)
    return np.stack([row, start, np.maximum(start, stop)]).astype(np.intp)


def _wound_around(corners: _Corners, box: _Box) -> NDArray[np.intp]:
    """The pixels with a centre around which the polygon winds, in either sense; runs of them, likewise."""
    _, top, _, bottom = box
    x, y, x_end, y_end = _sides(corners)
    middle = np.arange(top, bottom)[:, None] + 0.5
    row, side = np.nonzero((y <= middle) != (y_end <= middle))
    x, y, x_end, y_end = x[side], y[side], x_end[side], y_end[side]
    column = np.ceil(x + (middle[row, 0] - y) / (y_end - y) * (x_end - x) - 0.5)
    order = np.lexsort((column, row))
    # A closed line crosses every row as often downwards as upwards: the sum is 0 again at the row's end.
    winding = np.sign(y_end - y)[order].cumsum()[:-1]
    row, column = row[order], column[order]
    runs = np.stack([row[:-1], column[:-1], column[1:]])[:, winding != 0]
    return runs.astype(np.intp)


def _sides(corners: _Corners) -> tuple[NDArray[np.float64], ...]:
    """Where each side of a polygon begins and where it ends, along both axes."""
    (x, y), (x_end, y_end) = corners.T, np.roll(corners, -1, axis=0).T
    return x, y, x_end, y_end


def _on_grid(
    hard: NDArray[np.bool_], box: _Box, size: tuple[int, int], grid: tuple[int, int], feather: int
) -> Cover:
    """Widen a covered box to whole cells of the chroma grid, with room for the feather."""
    left, top, right, bottom = box
    across, down = grid
    x0 = max(0, left - feather) // across * across
    y0 = max(0, top - feather) // down * down
    x1 = math.ceil(min(size[0], right + feather) / across) * across
    y1 = math.ceil(min(size[1], bottom + feather) / down) * down
    alpha = np.zeros((y1 - y0, x1 - x0), np.uint8)
    alpha[top - y0 : bottom - y0, left - x0 : right - x0] = hard
    alpha *= np.uint8(OPAQUE)
    if grid != (1, 1):
        alpha = _cells(alpha, across, down).repeat(down, 0).repeat(across, 1)
    return Cover(x0, y0, _feathered(alpha, feather), faded=feather > 1)


def _cells(alpha: NDArray[np.uint8], across: int, down: int) -> NDArray[np.uint8]:
    """The most of each cell of so many pixels."""
    parts = (alpha[y::down, x::across] for y in range(down) for x in range(across))
    most: NDArray[np.uint8] = reduce(np.maximum, parts)
    return most


def _feathered(alpha: NDArray[np.uint8], feather: int) -> NDArray[np.uint8]:
    """255 over everything hidden, falling smoothly to 0 outside of it over so many pixels."""
    reach = feather // 2
    if not reach:
        return alpha
    # Averaged over as much as it was widened before: all of what is hidden stays whole.
    side = 2 * reach + 1
    wider = cv2.dilate(alpha, np.ones((side, side), np.uint8))
    soft = cv2.LUT(cv2.blur(wider, (side, side), borderType=cv2.BORDER_REPLICATE), _smooth())
    return np.asarray(cv2.max(soft, alpha), np.uint8)


@cache
def _smooth() -> NDArray[np.uint8]:
    """From an even slope to one that starts and ends gently; never quite opaque."""
    even = np.arange(OPAQUE + 1) / OPAQUE
    smooth: NDArray[np.uint8] = np.rint((OPAQUE - 1) * even * even * (3 - 2 * even)).astype(np.uint8)
    return smooth


def _patch(cover: Cover, across: int, down: int, rows: int, columns: int) -> Patch:
    left, top = cover.left // across, cover.top // down
    cells = _cells(cover.alpha, across, down)[: rows - top, : columns - left]
    return Patch(left, top, cells, (cells == OPAQUE).view(np.uint8), cover.faded)

"""From a drawn mask to the pixels it covers: always a little more than was drawn, never less.

A mask is drawn in the displayed picture, in shares of its width and height, at moments; a frame is stored
unturned, in pixels and colour samples, and stays on screen for a while. Every step between the two rounds
outwards.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.planes import Plane, Samples
from footage.model.flag import Mask
from footage.model.geometry import Region, Shape, region_shown
from footage.model.span import FrameIndex

OPAQUE = 255
_SLACK = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """What a mask hides of one stored picture.

    Attributes:
        left, top: of the covered box in pixels, on the chroma grid.
        alpha: rows by columns, 255 over everything that is hidden, falling to 0 around it; whole cells of
            the chroma grid, so that it may reach past the right and the lower edge of an odd-sized picture.
        outline: the region itself in pixels ``(left, top, width, height)``, unrounded: what a pattern is
            anchored to.
    """

    left: int
    top: int
    alpha: NDArray[np.uint8]
    outline: tuple[float, float, float, float]

    def on(self, plane: Plane) -> "Patch":
        """The same cover in the samples of one plane, whole samples over every pixel they colour."""
        across, down = plane.across, plane.down
        parts = (self.alpha[y::down, x::across] for y in range(down) for x in range(across))
        cells = reduce(np.maximum, parts)
        left, top = self.left // across, self.top // down
        height, width = plane.samples.shape
        return Patch(left, top, np.ascontiguousarray(cells[: height - top, : width - left]))


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A cover in one plane: ``alpha`` lies at ``left``, ``top`` and fits inside the plane."""

    left: int
    top: int
    alpha: NDArray[np.uint8]

    def of(self, samples: Samples) -> Samples:
        """The patch of a plane's samples, as a view."""
        rows, columns = self.alpha.shape
        return samples[self.top : self.top + rows, self.left : self.left + columns]


def masks_by_frame(masks: Sequence[Mask], index: FrameIndex) -> Mapping[int, tuple[Mask, ...]]:
    """Which masks lie on which frames, by the frames' numbers; frames without a mask are absent."""
    found: dict[int, tuple[Mask, ...]] = {}
    for mask in masks:
        for number in index.frames_in(mask.span or index.whole):
            found[number] = (*found.get(number, ()), mask)
    return MappingProxyType(found)


def frame_end(index: FrameIndex, number: int) -> int:
    """The tick at which a frame leaves the screen."""
    return index.frame_end(number)


def shown_region(mask: Mask, start: int, end: int) -> Region:
    """A region of the mask's shape over everything the mask passes while a frame is on screen.

    Args:
        start, end: the frame's own tick and the one at which it leaves the screen.

    An ellipse that moves is answered by a larger ellipse, which may reach outside the picture.
    """
    return region_shown(mask.poses, mask.shape, start, end)


@lru_cache(maxsize=8)
def cover_of(
    region: Region, shape: Shape, width: int, height: int, grid: tuple[int, int] = (1, 1), feather: int = 0
) -> Cover:
    """Rasterise a region on a stored picture.

    Args:
        region: in the stored picture's own orientation.
        width, height: of the stored picture in pixels.
        grid: pixels that share a colour sample, ``(across, down)``: whole cells are covered.
        feather: over how many pixels the cover fades, outside of everything that is hidden.

    A pixel that the region touches is covered; every region covers at least one. A cover is not to be written
    to: the same one is given again for a mask that stands still.
    """
    outline = (region.x * width, region.y * height, region.w * width, region.h * height)
    box = _pixel_box(region, width, height)
    hard = _ellipse(outline, box) if shape is Shape.ELLIPSE else np.ones(_size(box), bool)
    return _on_grid(hard, box, outline, (width, height), grid, feather)


def _pixel_box(region: Region, width: int, height: int) -> tuple[int, int, int, int]:
    left, top, right, bottom = region.pixels(width, height)
    left, top = min(left, width - 1), min(top, height - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _size(box: tuple[int, int, int, int]) -> tuple[int, int]:
    left, top, right, bottom = box
    return bottom - top, right - left


def _ellipse(outline: tuple[float, float, float, float], box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """Every pixel of a box that the ellipse inside the outline touches with any part of its square."""
    x, y, width, height = outline
    left, top, right, bottom = box
    across = _nearest(x + width / 2, left, right) / (width / 2)
    down = _nearest(y + height / 2, top, bottom) / (height / 2)
    return np.asarray(across[None, :] ** 2 + down[:, None] ** 2 <= 1 + _SLACK)


def _nearest(centre: float, first: int, last: int) -> NDArray[np.float64]:
    """How near each pixel ``[n, n + 1]`` comes to the centre along one axis."""
    near: NDArray[np.float64] = np.abs(np.arange(first, last) + 0.5 - centre) - 0.5
    return np.maximum(near, 0)


def _on_grid(
    hard: NDArray[np.bool_],
    box: tuple[int, int, int, int],
    outline: tuple[float, float, float, float],
    size: tuple[int, int],
    grid: tuple[int, int],
    feather: int,
) -> Cover:
    """Widen a covered box to whole cells of the chroma grid, with room for the feather."""
    left, top, right, bottom = box
    across, down = grid
    x0 = max(0, left - feather) // across * across
    y0 = max(0, top - feather) // down * down
    x1 = math.ceil(min(size[0], right + feather) / across) * across
    y1 = math.ceil(min(size[1], bottom + feather) / down) * down
    whole = np.zeros((y1 - y0, x1 - x0), bool)
    whole[top - y0 : bottom - y0, left - x0 : right - x0] = hard
    cells = whole.reshape((y1 - y0) // down, down, (x1 - x0) // across, across).any((1, 3))
    hidden = cells.repeat(down, 0).repeat(across, 1)
    return Cover(x0, y0, _feathered(hidden, feather), outline)


def _feathered(hidden: NDArray[np.bool_], feather: int) -> NDArray[np.uint8]:
    """255 over everything hidden, falling smoothly to 0 outside of it over so many pixels."""
    alpha = hidden.astype(np.uint8) * np.uint8(OPAQUE)
    if feather and not hidden.all():
        away = cv2.distanceTransform((~hidden).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        left = np.clip(1 - away / (feather + 1), 0, 1)
        soft = np.rint((OPAQUE - 1) * left * left * (3 - 2 * left)).astype(np.uint8)
        alpha = np.where(hidden, alpha, soft)
    return alpha

"""Holding a masked picture against its original: is everything drawn covered, is all else as it was?

Where a mask was drawn is worked out here on the displayed picture, apart from the code that paints masks.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.planes import Plane, Role
from footage.model.flag import Treatment
from footage.model.geometry import Region, Shape

Map = NDArray[np.bool_]
Levels = NDArray[np.float32]

_RIM = 2
_NEIGHBOURS = 5
_SHARE = 0.03
_TELLING = 6.0
_LEAST_PSNR = 30.0
_SPREAD = 16


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far what is seen may lie from what should be seen, in levels of 8 bits.

    An encoder rings where a mask's edge moves, in single pixels; a hole in a mask fills a neighbourhood.

    Attributes:
        nearby: on average over five by five pixels.
        single: in a single pixel.
        overall: on average over all that is covered.
    """

    nearby: float
    single: float
    overall: float = 3.0

    def times(self, factor: float) -> "Tolerance":
        """A tolerance so many times as wide."""
        return Tolerance(self.nearby * factor, self.single * factor, self.overall * factor)


_TOLERANCES = {
    Treatment.FILL: Tolerance(6, 16),
    Treatment.BLUR: Tolerance(8, 24),
    Treatment.MOSAIC: Tolerance(10, 48),
}
# Coarser encoders, few colours (GIF), and lossy stills, which are compared in RGB: there an error in a colour
# sample counts almost twice.
_COARSE = {"av1": 2.5, "gif": 3.0, "jpeg": 2.0, "webp": 2.0, "heic": 2.0, "avif": 2.0}
_TINY = 4.0


def tolerance_for(treatment: Treatment, codec: str) -> Tolerance:
    """What is allowed for a treatment in a codec (FFmpeg's name) or a still's format."""
    return _TOLERANCES[treatment].times(_COARSE.get(codec, 1.0))


def drawn_map(region: Region, shape: Shape, width: int, height: int) -> Map:
    """Which pixels of a displayed picture a person drew around: touched by a box, inside an ellipse."""
    where = np.zeros((height, width), bool)
    left, top, right, bottom = region.pixels(width, height)
    if shape is Shape.BOX:
        where[top:bottom, left:right] = True
    else:
        x = ((np.arange(left, right) + 0.5) / width - region.x - region.w / 2) / (region.w / 2)
        y = ((np.arange(top, bottom) + 0.5) / height - region.y - region.h / 2) / (region.h / 2)
        where[top:bottom, left:right] = x[None, :] ** 2 + y[:, None] ** 2 <= 1
    middle = int((region.y + region.h / 2) * height), int((region.x + region.w / 2) * width)
    where[min(middle[0], height - 1), min(middle[1], width - 1)] = True
    return where


def outside_map(passed: Iterable[Sequence[Region]], width: int, height: int) -> Map:
    """Which pixels of a displayed picture no mask may have changed.

    Args:
        passed: for each mask the regions it passes while the picture is shown; around them a mask may round
            outwards, feather, and cover its own movement.
    """
    outside = np.ones((height, width), bool)
    for regions in passed:
        left, right = min(r.x for r in regions), max(r.x + r.w for r in regions)
        top, bottom = min(r.y for r in regions), max(r.y + r.h for r in regions)
        # An ellipse around a moving ellipse is wider for a move upwards, in the ratio of its axes, and so on.
        ratio = max(r.w for r in regions) / max(r.h for r in regions)
        wider = (bottom - top - min(r.h for r in regions)) * ratio
        taller = (right - left - min(r.w for r in regions)) / ratio
        x0 = max(0, math.floor((left - wider) * width) - _SPREAD)
        y0 = max(0, math.floor((top - taller) * height) - _SPREAD)
        x1, y1 = math.ceil((right + wider) * width) + _SPREAD, math.ceil((bottom + taller) * height) + _SPREAD
        outside[y0:y1, x0:x1] = False
    return outside


def overwrite(planes: Sequence[Plane], where: Map, seed: int) -> None:
    """Put noise in place of every sample that has to do with a pixel of the map."""
    noise = np.random.default_rng(seed)
    for plane in planes:
        cells = _cells(where, plane, np.logical_or)
        plane.samples[cells] = noise.integers(0, plane.peak + 1, int(cells.sum()), plane.samples.dtype)


@dataclass(frozen=True, slots=True)
class Views:
    """Three versions of one picture, plane by plane alike in size and depth.

    Attributes:
        shown: what the finished file shows.
        expected: what it should show, made without the hidden pixels.
        source: the original.
    """

    shown: Sequence[Plane]
    expected: Sequence[Plane]
    source: Sequence[Plane]

    def covered(self, where: Map, tolerance: Tolerance) -> str:
        """What is wrong inside a drawn map, in words; empty where it is covered.

        An encoder rings at a mask's edge: the outermost two pixels count only for masks that have no others.
        """
        left, top, width, height = cv2.boundingRect(where.astype(np.uint8))
        inner = cv2.erode(where.astype(np.uint8), np.ones((2 * _RIM + 1,) * 2, np.uint8)).astype(bool)
        if not inner.any():
            inner, tolerance = where, tolerance.times(_TINY)
        for number, plane in enumerate(self.shown):
            if plane.role is Role.ALPHA:
                continue
            y0, y1 = top // plane.down, math.ceil((top + height) / plane.down)
            x0, x1 = left // plane.across, math.ceil((left + width) / plane.across)
            cells = _cells(inner, plane, np.logical_and)[y0:y1, x0:x1]
            shown, expected, source = (
                _levels(views[number], slice(y0, y1), slice(x0, x1))
                for views in (self.shown, self.expected, self.source)
            )
            if wrong := _uncovered(shown, expected, source, cells, tolerance):
                return wrong
        return ""

    def elsewhere(self, where: Map | None) -> str:
        """What is wrong in a map that no mask reaches, in words; empty where nothing is.

        Args:
            where: None for everywhere.
        """
        for shown, source in zip(self.shown, self.source, strict=True):
            cells = None if where is None else _cells(where, shown, np.logical_and).astype(np.uint8)
            samples = shown.samples.size if cells is None else cv2.countNonZero(cells)
            if shown.role is Role.ALPHA or not samples:
                continue
            squares = cv2.norm(shown.samples, source.samples, cv2.NORM_L2SQR, cells) / samples
            psnr = 20 * math.log10(shown.peak) - 10 * math.log10(max(squares, 1e-9))
            if psnr < _LEAST_PSNR:
                return f"{psnr:.1f} dB, at least {_LEAST_PSNR:g} dB are asked"
        return ""


def _levels(plane: Plane, rows: slice, columns: slice) -> Levels:
    """A part of a plane's samples in levels of 8 bits."""
    return plane.samples[rows, columns].astype(np.float32) * np.float32(0.5 ** (plane.bits - 8))


def _uncovered(shown: Levels, expected: Levels, source: Levels, cells: Map, tolerance: Tolerance) -> str:
    """What is wrong in one plane, where the cells say."""
    if not cells.any():
        return ""
    off = np.where(cells, np.abs(shown - expected), 0)
    weight = cv2.blur(cells.astype(np.float32), (_NEIGHBOURS,) * 2, borderType=cv2.BORDER_CONSTANT)
    nearby = cv2.blur(off, (_NEIGHBOURS,) * 2, borderType=cv2.BORDER_CONSTANT) / np.maximum(weight, 0.2)
    worst, around, mean = float(off.max()), float(nearby[cells].max()), float(off[cells].mean())
    if worst > tolerance.single or around > tolerance.nearby or mean > tolerance.overall:
        return f"up to {worst:.0f} levels from what should be seen ({around:.1f} nearby, {mean:.1f} overall)"
    share = _share(*(each[cells] for each in (shown, expected, source)))
    return f"{share:.0%} of the original shines through" if share > _SHARE else ""


def _share(shown: Levels, expected: Levels, source: Levels) -> float:
    """How much of the original's structure is mixed into what is seen, at least; 0 where it has none.

    By least squares, less six standard errors. What an encoder took off the structure of what should be seen
    does not count.
    """
    hidden, drawn, left = (each - each.mean() for each in (source, expected, shown - expected))
    own = _product(hidden, hidden) - _product(hidden, drawn) ** 2 / max(_product(drawn, drawn), 1e-6)
    if own <= _TELLING**2:
        return 0.0
    along = _product(left, drawn) / max(_product(drawn, drawn), 1e-6)
    share = (_product(left, hidden) - along * _product(hidden, drawn)) / own
    return share - 6 * math.sqrt(_product(left, left) / own / left.size)


def _product(first: Levels, second: Levels) -> float:
    return float(np.vdot(first, second)) / first.size


def _cells(where: Map, plane: Plane, rule: Callable[[Map, Map], Map]) -> Map:
    """A map of pixels in the samples of a plane.

    Args:
        rule: ``np.logical_or`` for the samples that colour any of the pixels, ``np.logical_and`` for those
            that colour no others.
    """
    across, down = plane.across, plane.down
    height, width = where.shape
    if height % down or width % across:
        where = np.pad(where, ((0, -height % down), (0, -width % across)), mode="edge")
    return reduce(rule, (where[y::down, x::across] for y in range(down) for x in range(across)))

"""Holding a masked picture against its original: is everything drawn covered, is all else as it was?"""

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.planes import Plane, Role, Samples
from footage.media.proving.outlines import Map
from footage.model.flag import Treatment

Levels = NDArray[np.float32]

_RIM = 2
_NEIGHBOURS = 5
_TELLING = 6.0
_LEAST_PSNR = 30.0
# What a rim shows of the original is judged over so many samples around each, where both differ enough.
_RIM_WINDOW = 15
_RIM_SAMPLES = 12
_RIM_TELLING = 16.0
# A multiple of every codec's chroma grid.
_GRID = 4


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far what is seen may lie from what should be seen, in levels of 8 bits.

    An encoder rings where a mask's edge moves, in single pixels; a hole in a mask fills a neighbourhood.

    Attributes:
        nearby: on average over five by five pixels.
        single: in a single pixel.
        overall: on average over all that is covered.
        rim: how much of the original a stretch of the rim may show, as a share.
        share: how much of the original's structure may be mixed into all that is covered.
    """

    nearby: float
    single: float
    overall: float = 3.0
    rim: float = 0.3
    share: float = 0.03

    def times(self, factor: float) -> "Tolerance":
        """A tolerance so many times as wide."""
        return Tolerance(*(factor * each for each in astuple(self)))


_TOLERANCES = {
    Treatment.FILL: Tolerance(6, 16),
    Treatment.BLUR: Tolerance(8, 24),
    Treatment.MOSAIC: Tolerance(10, 48, rim=0.45),
}
# Coarser encoders, few colours (GIF), and lossy stills, which are compared in RGB: there an error in a colour
# sample counts almost twice.
_COARSE = {"av1": 2.5, "gif": 3.0, "jpeg": 2.0, "webp": 2.0, "heic": 2.0, "avif": 2.0}
_FEW_COLOURS = frozenset(("gif",))
_TINY = 4.0


def tolerance_for(treatment: Treatment, codec: str) -> Tolerance:
    """What is allowed for a treatment in a codec (FFmpeg's name) or a still's format."""
    tolerance = _TOLERANCES[treatment].times(_COARSE.get(codec, 1.0))
    # Colours rounded to the few of a picture fall into bands, which resemble anything that has edges.
    return replace(tolerance, share=1.0) if codec in _FEW_COLOURS else tolerance


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Some pixels of a stored picture.

    Attributes:
        left, top: where ``where`` begins, on the grid of every codec's colour samples.
        where: rows by columns, with a little room around them as far as the picture goes.
    """

    left: int
    top: int
    where: Map

    def part_of(self, plane: Plane) -> Samples:
        """The samples of a plane that belong to the area's box, as a view."""
        rows, columns = (math.ceil(n / span) for n, span in zip(self.where.shape, _spans(plane), strict=True))
        top, left = self.top // plane.down, self.left // plane.across
        return plane.samples[top : top + rows, left : left + columns]


def area_of(where: Map) -> Area:
    """The area of a map of a whole stored picture; one that holds no pixel is empty."""
    rows, columns = (np.flatnonzero(where.any(axis)) for axis in (1, 0))
    if not len(rows):
        return Area(0, 0, np.zeros((0, 0), bool))
    top, left = (max(0, first // _GRID - 1) * _GRID for first in (rows[0], columns[0]))
    bottom, right = ((last // _GRID + 2) * _GRID for last in (rows[-1], columns[-1]))
    return Area(int(left), int(top), np.ascontiguousarray(where[top:bottom, left:right]))


def overwrite(planes: Sequence[Plane], area: Area, seed: int) -> None:
    """Put noise in place of every sample that has to do with a pixel of the area."""
    noise = np.random.default_rng(seed)
    for plane in planes:
        cells = _cells(area.where, plane, np.logical_or)
        values = noise.integers(0, plane.peak + 1, cells.shape, plane.samples.dtype)
        np.copyto(area.part_of(plane), values, where=cells)


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

    def covered(self, area: Area, tolerance: Tolerance) -> str:
        """What is wrong in an area that must be covered, in words; empty where it is covered.

        An encoder rings at a mask's edge: in the outermost two pixels only what comes from the original
        counts, but for masks that have no others.
        """
        where = area.where
        if not where.size:
            return ""
        inner = cv2.erode(where.astype(np.uint8), np.ones((2 * _RIM + 1,) * 2, np.uint8)).astype(bool)
        if not inner.any():
            inner, tolerance = where, tolerance.times(_TINY)
        for planes in zip(self.shown, self.expected, self.source, strict=True):
            if planes[0].role is Role.ALPHA:
                continue
            shown, expected, source = (_levels(plane, area) for plane in planes)
            cells = _cells(inner, planes[0], np.logical_and)
            if wrong := _uncovered(shown, expected, source, cells, tolerance):
                return wrong
            rim = _cells(where, planes[0], np.logical_and) & ~cells
            if wrong := _bare_rim(shown, expected, source, rim, tolerance):
                return wrong
        return ""

    def elsewhere(self, where: Map | None) -> str:
        """What is wrong in a map that no mask reaches, in words; empty where nothing is.

        Args:
            where: of the whole picture; None for everywhere.
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


def same_samples(first: Sequence[Plane], second: Sequence[Plane]) -> bool:
    """Whether two pictures are the same, sample for sample."""
    return len(first) == len(second) and all(
        np.array_equal(one.samples, other.samples) for one, other in zip(first, second, strict=True)
    )


def _spans(plane: Plane) -> tuple[int, int]:
    return plane.down, plane.across


def _levels(plane: Plane, area: Area) -> Levels:
    """A part of a plane's samples in levels of 8 bits."""
    return area.part_of(plane).astype(np.float32) * np.float32(0.5 ** (plane.bits - 8))


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
    return f"{share:.0%} of the original shines through" if share > tolerance.share else ""


def _bare_rim(shown: Levels, expected: Levels, source: Levels, rim: Map, tolerance: Tolerance) -> str:
    """Whether a stretch of a mask's rim in one plane shows the original, in words.

    By least squares around each sample of the rim: how much of the way from what should be seen to the
    original is what is seen?
    """
    if not rim.any():
        return ""
    hidden = np.where(rim, source - expected, 0)
    left = np.where(rim, shown - expected, 0)
    sums = (_summed(each) for each in (rim.astype(np.float32), hidden * hidden, hidden * left))
    samples, own, along = (each[rim] for each in sums)
    telling = (samples >= _RIM_SAMPLES) & (own >= samples * _RIM_TELLING**2)
    if not telling.any():
        return ""
    share = float((along[telling] / own[telling]).max())
    return f"{share:.0%} of the original shows at its rim" if share > tolerance.rim else ""


def _summed(values: Levels) -> Levels:
    """The sum over a window around each sample."""
    window = (_RIM_WINDOW,) * 2
    return np.asarray(cv2.boxFilter(values, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT))


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

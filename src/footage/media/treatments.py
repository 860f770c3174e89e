"""What a mask shows instead of what it hides: fill, mosaic and blur that carry nothing of it.

A real blur or mosaic is a lossy copy of the hidden pixels and can be undone (Hill et al., "On the
(In)effectiveness of Mosaicing and Blurring as Tools for Document Redaction", PoPETs 2016). Here all three are
made up: from the pixels around the mask, which the public sees anyway, and from numbers drawn from the flag's
own. Pixels under any mask never enter, so that noise in their place gives the same bytes.

Every picture is made from itself alone. What it shows changes smoothly with what lies around the mask and
with the mask's place and size, so that nothing flickers.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.masking import OPAQUE, Cover, Outline, Patch
from footage.media.planes import Plane, Role, Samples
from footage.model.flag import Treatment

Field = NDArray[np.float32]
Places = NDArray[np.float32]

_PAINTED_LAST = (Treatment.BLUR, Treatment.MOSAIC, Treatment.FILL)
_BLOCKS = 9
_LEAST_BLOCK = 6.0
_DRAWN = 64
_SLIVER = 1e-12
_SOFTNESS = 12
_LEAST_SOFTNESS = 3.0
_FINEST = 40
_FALLING = 4.0
_MARGIN = 3
_LEAST_CELL = 4
_SPOTS = 5


@dataclass(frozen=True, slots=True)
class Blocks:
    """A mosaic's blocks: where a corner of four of them is, and how large they are, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One mask on one picture.

    Attributes:
        seed: what is drawn at random is drawn from this, the same on every frame.
        blocks: a mosaic's; None with other treatments.
    """

    cover: Cover
    treatment: Treatment
    seed: int
    blocks: Blocks | None


def feather_of(treatment: Treatment, drawn: Outline, size: tuple[int, int]) -> int:
    """Over how many pixels around an outline a treatment fades into the picture; only a blur does."""
    short = min(drawn.region.w * size[0], drawn.region.h * size[1])
    return int(min(8, max(2, short * 0.04))) if treatment is Treatment.BLUR else 0


def blocks_of(drawn: Outline, now: Outline, size: tuple[int, int]) -> Blocks:
    """The blocks of a mosaic: at most nine on the short side, none tiny.

    They keep their places around the middle of an outline that moves and turns, and grow and shrink with its
    area.

    Args:
        drawn: the mask's first.
        now: where the mask is.
        size: width and height of the picture.
    """
    across = (drawn.region.w + 2 * drawn.grow[0]) * size[0]
    down = (drawn.region.h + 2 * drawn.grow[1]) * size[1]
    block = max(_LEAST_BLOCK, min(across, down) / _BLOCKS)
    columns, rows = max(1, round(across / block)), max(1, round(down / block))
    (_, _, area), (x, y, area_now) = _middle(drawn), _middle(now)
    scale = math.sqrt(area_now / area) if area and area_now else 1.0
    width, height = across / columns * scale, down / rows * scale
    return Blocks(x * size[0] - columns % 2 * width / 2, y * size[1] - rows % 2 * height / 2, width, height)


def _middle(outline: Outline) -> tuple[float, float, float]:
    """The centre of an outline's area, and the area."""
    region = outline.region
    x, y = np.array(outline.points or [(0, 0)]).T
    x_end, y_end = np.roll(x, -1), np.roll(y, -1)
    wedges = x * y_end - x_end * y
    area = float(wedges.sum()) / 2
    if abs(area) < _SLIVER:
        return region.x + region.w / 2, region.y + region.h / 2, region.w * region.h
    return (
        float(((x + x_end) * wedges).sum()) / (6 * area),
        float(((y + y_end) * wedges).sum()) / (6 * area),
        abs(area),
    )


def paint(planes: Sequence[Plane], layers: Sequence[Layer]) -> None:
    """Hide every layer's cover on a picture, in place.

    Where masks overlap a fill lies above a mosaic and a mosaic above a blur. An alpha plane becomes opaque.
    """
    ordered = sorted(
        (layer for layer in layers if layer.cover.alpha.size),
        key=lambda layer: _PAINTED_LAST.index(layer.treatment),
    )
    for number, plane in enumerate(planes):
        patches = tuple(layer.cover.on(plane) for layer in ordered)
        # All are made up before the first is laid, so that none is made from another's paint.
        shown = [
            _shown(plane, number, layer, patch, patches)
            for layer, patch in zip(ordered, patches, strict=True)
        ]
        for patch, values in zip(patches, shown, strict=True):
            _lay(patch.of(plane.samples), values, patch)


def _lay(under: Samples, values: Samples, patch: Patch) -> None:
    if not patch.faded:
        np.copyto(under, values, where=patch.hidden.view(bool))
        return
    share: Samples = patch.alpha.astype(np.uint16 if under.dtype == np.uint8 else np.uint32)
    under[:] = (under * (OPAQUE - share) + values * share + OPAQUE // 2) // OPAQUE


def _shown(plane: Plane, number: int, layer: Layer, patch: Patch, patches: tuple[Patch, ...]) -> Samples:
    """What one layer shows in one plane, over its whole patch."""
    if layer.treatment is Treatment.FILL or plane.role is Role.ALPHA:
        return np.broadcast_to(plane.samples.dtype.type(plane.black), patch.alpha.shape)
    glow = _glow(plane, number, layer.seed, patch, patches)
    if layer.blocks:
        return _mosaic(glow, plane, number, layer.seed, layer.blocks, patch)
    return _blurred(glow, plane, patch)


def _blurred(glow: "_Glow", plane: Plane, patch: Patch) -> Samples:
    """The glow over a patch: at places a step apart, and straight between them."""
    rows, columns = patch.alpha.shape
    x, across, left = _steps(patch.left, columns, plane.across, glow.step)
    y, down, top = _steps(patch.top, rows, plane.down, glow.step)
    # What lies between samples lies between them still when it is rounded: nothing overflows.
    places = glow.at(x, y) + np.float32(0.5)
    field = cv2.resize(places, (len(x) * across, len(y) * down), interpolation=cv2.INTER_LINEAR)
    return field[top : top + rows, left : left + columns].astype(plane.samples.dtype)


def _steps(first: int, count: int, pixels: int, step: int) -> tuple[Places, int, int]:
    """Places to know a field at, one more on either side than the samples along an axis need.

    Returns:
        The places in pixels; the samples from one to the next; where the first sample lies among them.
    """
    samples = max(1, step // pixels)
    start, stop = first // samples - 1, -(-(first + count) // samples) + 1
    places = (np.arange(start, stop, dtype=np.float32) + np.float32(0.5)) * np.float32(samples * pixels)
    return places, samples, first - start * samples


def _mosaic(glow: "_Glow", plane: Plane, number: int, seed: int, blocks: Blocks, patch: Patch) -> Samples:
    """The glow in flat blocks, each a little off by a fixed amount."""
    rows, columns = patch.alpha.shape
    column = _block_numbers(patch.left, columns, plane.across, blocks.x, blocks.width)
    row = _block_numbers(patch.top, rows, plane.down, blocks.y, blocks.height)
    across, down = np.arange(column[0], column[-1] + 1), np.arange(row[0], row[-1] + 1)
    x = np.asarray(blocks.x + (across + 0.5) * blocks.width, np.float32)
    y = np.asarray(blocks.y + (down + 0.5) * blocks.height, np.float32)
    offsets = _offsets(seed, number, plane.role)[np.ix_(down % _DRAWN, across % _DRAWN)]
    flat = np.clip(glow.at(x, y) + (1 << plane.bits - 8) * offsets, 0, plane.peak)
    shown: Samples = np.rint(flat).astype(plane.samples.dtype)
    return np.asarray(shown[row - row[0]][:, column - column[0]])


def _block_numbers(first: int, count: int, pixels: int, start: float, size: float) -> NDArray[np.intp]:
    """The block that each of so many samples falls into, along one axis."""
    centres = (np.arange(first, first + count) + 0.5) * pixels
    return np.asarray(np.floor((centres - start) / size), np.intp)


@lru_cache(maxsize=64)
def _offsets(seed: int, number: int, role: Role) -> Field:
    """How far each block lies off the glow: mostly in brightness, hardly in colour."""
    shape = (_DRAWN, _DRAWN)
    colour = 3 * _drawn(seed, f"colour {number}", shape)
    return colour if role is Role.CHROMA else colour + 18 * _drawn(seed, "light", shape)


@dataclass(frozen=True, slots=True, eq=False)
class _Glow:
    """A smooth field that goes on from values known in cells.

    At every place it is an average of all that is known, by weights that fall off with the distance: by
    Gaussians of doubling widths, added up (normalised convolution: Knutsson and Westin, CVPR 1993; such
    weights are near those of Shepard, ACM 1968).

    Attributes:
        x, y: the cells' centres along both axes, in pixels of the picture.
        sums, weights: of what is known in each cell, rows by columns.
        widths: of the Gaussians, in pixels.
        step: between places in pixels, at which the field may be taken for straight.
    """

    x: Places
    y: Places
    sums: Field
    weights: Field
    widths: tuple[float, ...]
    step: int

    def at(self, x: Places, y: Places) -> Field:
        """The field at columns ``x`` of rows ``y``, in pixels of the picture."""
        widths = np.array(self.widths, np.float32)[:, None, None]
        narrowness, share = np.float32(-0.5) / widths**2, (widths / widths[0]) ** -_FALLING
        across = np.exp(narrowness * np.square(x[:, None] - self.x))
        down = share * np.exp(narrowness * np.square(y[:, None] - self.y))
        # Both are products of matrices, of all widths at once: first along the rows, then along the columns.
        count, rows = len(self.widths), len(self.y)
        both = np.stack([self.sums, self.weights]) @ across.reshape(-1, len(self.x)).T
        both = both.reshape(2, rows, count, -1).transpose(0, 2, 1, 3).reshape(2, count * rows, -1)
        sums, weights = down.transpose(1, 0, 2).reshape(len(y), -1) @ both
        return np.asarray(sums / weights, np.float32)


def _glow(plane: Plane, number: int, seed: int, patch: Patch, patches: tuple[Patch, ...]) -> _Glow:
    """A field that goes on from what lies around a patch; made up where nothing does."""
    around = _around(patch, patches, plane.across, plane.down, plane.samples.shape, plane.samples.dtype)
    if not around.weights.any():
        return _made_up(plane, number, seed, patch)
    return _Glow(around.x, around.y, around.sums(plane.samples), around.weights, around.widths, around.cell)


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """What is known around a patch, in cells that lie still in the picture while the patch moves over it.

    Attributes:
        top, left: where the cells begin in the plane's samples.
        known: whether a sample is under no mask: all its bits, or none.
        rows, columns: the cells' edges, in samples from ``top`` and ``left``.
        x, y, weights, widths, cell: as in :class:`_Glow`; a cell's side in pixels is the step.
    """

    top: int
    left: int
    known: Samples
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    x: Places
    y: Places
    weights: Field
    widths: tuple[float, ...]
    cell: int

    def sums(self, samples: Samples) -> Field:
        """The sum of the known samples in each cell."""
        height, width = self.known.shape
        there = samples[self.top : self.top + height, self.left : self.left + width]
        return _summed(there & self.known, self.rows, self.columns)


@lru_cache(maxsize=8)
def _around(
    patch: Patch,
    patches: tuple[Patch, ...],
    across: int,
    down: int,
    shape: tuple[int, int],
    kind: np.dtype[Any],
) -> _Around:
    """What is known around a patch in a plane of a shape and kind of samples."""
    rows, columns = patch.alpha.shape
    height, width = rows * down, columns * across
    soft = max(_LEAST_SOFTNESS, min(height, width) / _SOFTNESS, math.sqrt(height * width) / _FINEST)
    cell = max(_LEAST_CELL, 1 << int(math.log2(soft)))
    margin = math.ceil(_MARGIN * soft)
    top, y_edges = _edges(patch.top, rows, shape[0], margin // down, cell // down)
    left, x_edges = _edges(patch.left, columns, shape[1], margin // across, cell // across)
    known = np.ones((y_edges[-1], x_edges[-1]), np.uint8)
    for other in patches:
        _cut(known, other, left, top)
    widths = [soft]
    while widths[-1] < max(height, width) / 2:
        widths.append(2 * widths[-1])
    return _Around(
        top,
        left,
        known * kind.type(np.iinfo(kind).max),
        y_edges,
        x_edges,
        np.asarray(left * across + (np.arange(len(x_edges) - 1) + 0.5) * cell, np.float32),
        np.asarray(top * down + (np.arange(len(y_edges) - 1) + 0.5) * cell, np.float32),
        _summed(known, y_edges, x_edges),
        tuple(widths),
        cell,
    )


def _edges(first: int, count: int, most: int, margin: int, side: int) -> tuple[int, NDArray[np.intp]]:
    """Cells of so many samples around a stretch of them, along an axis of ``most`` samples.

    Returns:
        The sample at which the first cell begins; from there, where each cell begins and the last one ends.
    """
    start = max(0, first - margin) // side * side
    stop = min(most, first + count + margin)
    return start, np.append(np.arange(0, stop - start, side), stop - start)


def _summed(values: Samples, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Field:
    """The sums of cells between edges."""
    # OpenCV adds up samples of 8 bits in 32, which may overflow; the differences are right all the same.
    whole = cv2.integral(values if values.dtype == np.uint8 else values.astype(np.float32))
    corners = whole[rows][:, columns]
    return np.diff(np.diff(corners, axis=0), axis=1).astype(np.float32)


def _cut(known: NDArray[np.uint8], patch: Patch, left: int, top: int) -> None:
    """Mark what a patch hides as unknown; ``known`` begins at ``left``, ``top`` of the plane."""
    rows, columns = known.shape
    y0, x0 = max(top, patch.top), max(left, patch.left)
    y1 = min(top + rows, patch.top + patch.alpha.shape[0])
    x1 = min(left + columns, patch.left + patch.alpha.shape[1])
    if y0 < y1 and x0 < x1:
        hidden = patch.hidden[y0 - patch.top : y1 - patch.top, x0 - patch.left : x1 - patch.left]
        known[y0 - top : y1 - top, x0 - left : x1 - left] &= 1 - hidden


def _made_up(plane: Plane, number: int, seed: int, patch: Patch) -> _Glow:
    """A muted, smooth field with no picture behind it, for masks without surroundings."""
    rows, columns = patch.alpha.shape
    height, width = rows * plane.down, columns * plane.across
    spots = (_SPOTS, _SPOTS)
    tint = 6 * _drawn(seed, f"tint {number}", (1, 1)) + 4 * _drawn(seed, f"colour {number}", spots)
    light = 92 + 14 * _drawn(seed, "level", (1, 1)) + 26 * _drawn(seed, "light", spots)
    values = (1 << plane.bits - 8) * (tint + (128 if plane.role is Role.CHROMA else light))
    places = (np.arange(_SPOTS, dtype=np.float32) + np.float32(0.5)) / np.float32(_SPOTS)
    wide = max(height, width) / _SPOTS
    return _Glow(
        patch.left * plane.across + width * places,
        patch.top * plane.down + height * places,
        values,
        np.ones(spots, np.float32),
        (wide / 2,),
        max(_LEAST_CELL, int(wide / 4)),
    )


def _drawn(seed: int, what: str, shape: tuple[int, int]) -> Field:
    """Numbers from -1 to 1, always the same for the same seed and name, on every machine."""
    raw = hashlib.shake_128(f"{seed} {what}".encode()).digest(2 * shape[0] * shape[1])
    return (np.frombuffer(raw, "<u2").reshape(shape) / np.float32(32767.5) - 1).astype(np.float32)

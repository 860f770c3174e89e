"""What a mask shows instead of what it hides: fill, mosaic and blur that carry nothing of it.

A real blur or mosaic is a lossy copy of the hidden pixels and can be undone (Hill et al., "On the
(In)effectiveness of Mosaicing and Blurring as Tools for Document Redaction", PoPETs 2016). Here all three are
made up: from the pixels around the mask, which the public sees anyway, and from numbers drawn from the flag's
own. Pixels under any mask never enter, so that noise in their place gives the same bytes.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.masking import OPAQUE, Cover, Patch
from footage.media.planes import Plane, Role, Samples
from footage.model.flag import Treatment
from footage.model.geometry import Region

Field = NDArray[np.float32]

_CELLS = 28
_SETTLING = 40
_PAINTED_LAST = (Treatment.BLUR, Treatment.MOSAIC, Treatment.FILL)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One mask on one picture.

    Attributes:
        seed: what is drawn at random is drawn from this, the same on every frame.
        blocks: a mosaic's blocks, across and down.
    """

    cover: Cover
    treatment: Treatment
    seed: int
    blocks: tuple[int, int]


def feather_of(treatment: Treatment, region: Region, width: int, height: int) -> int:
    """Over how many pixels around the region a treatment fades into the picture; only a blur does."""
    short = min(region.w * width, region.h * height)
    return int(min(8, max(2, short * 0.04))) if treatment is Treatment.BLUR else 0


def blocks_of(region: Region, width: int, height: int) -> tuple[int, int]:
    """How many mosaic blocks lie across and down a region: at most nine on the short side, none tiny."""
    across, down = region.w * width, region.h * height
    size = max(6.0, min(across, down) / 9)
    return max(1, round(across / size)), max(1, round(down / size))


def paint(planes: Sequence[Plane], layers: Sequence[Layer]) -> None:
    """Hide every layer's cover on a picture, in place.

    Where masks overlap a fill lies above a mosaic and a mosaic above a blur. An alpha plane becomes opaque.
    """
    ordered = sorted(layers, key=lambda layer: _PAINTED_LAST.index(layer.treatment))
    for number, plane in enumerate(planes):
        patches = [layer.cover.on(plane) for layer in ordered]
        # All are made up before the first is laid, so that none is made from another's paint.
        shown = [
            _shown(plane, number, layer, patch, patches)
            for layer, patch in zip(ordered, patches, strict=True)
        ]
        for patch, values in zip(patches, shown, strict=True):
            _lay(patch.of(plane.samples), values, patch.alpha)


def _shown(plane: Plane, number: int, layer: Layer, patch: Patch, patches: Sequence[Patch]) -> Samples:
    """What one layer shows in one plane, over its whole patch."""
    if layer.treatment is Treatment.FILL or plane.role is Role.ALPHA:
        return np.full(patch.alpha.shape, plane.black, plane.samples.dtype)
    glow = _glow(plane, number, layer.seed, patch, patches)
    if layer.treatment is Treatment.MOSAIC:
        glow = _blocks(glow, plane, number, layer, patch)
    return np.rint(np.clip(glow, 0, plane.peak)).astype(plane.samples.dtype)


def _lay(under: Samples, values: Samples, alpha: NDArray[np.uint8]) -> None:
    np.copyto(under, values, where=alpha == OPAQUE)
    soft = (alpha > 0) & (alpha < OPAQUE)
    if soft.any():
        share = alpha[soft].astype(np.int64)
        mixed = under[soft] * (OPAQUE - share) + values[soft] * share
        under[soft] = ((mixed + OPAQUE // 2) // OPAQUE).astype(under.dtype)


def _glow(plane: Plane, number: int, seed: int, patch: Patch, patches: Sequence[Patch]) -> Field:
    """A smooth field over a patch that continues the colours around it; made up where there are none."""
    rows, columns = patch.alpha.shape
    margin = min(64, max(8, max(rows, columns) // 6))
    top, left = max(0, patch.top - margin), max(0, patch.left - margin)
    around = plane.samples[top : patch.top + rows + margin, left : patch.left + columns + margin]
    known = np.ones(around.shape, np.float32)
    for other in patches:
        _cut(known, other, left, top)
    coarse = _continued(around * known, known)
    if coarse is None:
        return _made_up(plane, number, seed, (rows, columns))
    height, width = around.shape
    field = _resized(coarse, (width, height), cv2.INTER_CUBIC)
    y, x = patch.top - top, patch.left - left
    return field[y : y + rows, x : x + columns]


def _cut(known: Field, patch: Patch, left: int, top: int) -> None:
    """Mark what a patch hides as unknown; ``known`` begins at ``left``, ``top`` of the plane."""
    rows, columns = known.shape
    y0, x0 = max(top, patch.top), max(left, patch.left)
    y1 = min(top + rows, patch.top + patch.alpha.shape[0])
    x1 = min(left + columns, patch.left + patch.alpha.shape[1])
    if y0 < y1 and x0 < x1:
        alpha = patch.alpha[y0 - patch.top : y1 - patch.top, x0 - patch.left : x1 - patch.left]
        known[y0 - top : y1 - top, x0 - left : x1 - left][alpha == OPAQUE] = 0


def _continued(values: Field, known: Field) -> Field | None:
    """The known values, coarse, with a soap film over the unknown; None where nothing is known.

    The film starts from a pull-push pyramid (Gortler et al., "The Lumigraph", SIGGRAPH 1996) and settles by
    repeated averaging towards the harmonic surface through its rim.

    Args:
        values: 0 wherever ``known`` is 0.
    """
    rows, columns = values.shape
    cell = max(1.0, max(rows, columns) / _CELLS)
    size = (max(1, round(columns / cell)), max(1, round(rows / cell)))
    sums = _resized(values, size, cv2.INTER_AREA)
    weights = _resized(known, size, cv2.INTER_AREA)
    if not weights.any():
        return None
    rim = weights > 0.2 * weights.max()
    film = _pull_push(sums, weights)
    held = film.copy()
    for _ in range(_SETTLING):
        film = np.where(rim, held, cv2.blur(film, (3, 3), borderType=cv2.BORDER_REPLICATE))
    return np.asarray(cv2.GaussianBlur(film, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE), np.float32)


def _pull_push(sums: Field, weights: Field) -> Field:
    """Averages where there is weight, and from ever coarser surroundings where there is none."""
    rows, columns = sums.shape
    own = sums / np.maximum(weights, 1e-6)
    if (rows, columns) == (1, 1) or weights.min() >= 1:
        return np.asarray(own, np.float32)
    half = ((columns + 1) // 2, (rows + 1) // 2)
    coarse_sums = _resized(sums, half, cv2.INTER_AREA)
    coarse_weights = _resized(weights, half, cv2.INTER_AREA)
    gain: Field = (4 / np.maximum(coarse_weights * 4, 1)).astype(np.float32)
    coarse = _pull_push(coarse_sums * gain, coarse_weights * gain)
    wide = _resized(coarse, (columns, rows), cv2.INTER_LINEAR)
    trust = np.minimum(weights, 1)
    return np.asarray(own * trust + wide * (1 - trust), np.float32)


def _blocks(glow: Field, plane: Plane, number: int, layer: Layer, patch: Patch) -> Field:
    """The glow in flat blocks, each a little off by a fixed amount."""
    across, down = layer.blocks
    x, y, width, height = layer.cover.outline
    rows, columns = glow.shape
    column, column_centre = _grid(patch.left, columns, x / plane.across, width / plane.across, across)
    row, row_centre = _grid(patch.top, rows, y / plane.down, height / plane.down, down)
    flat = glow[np.ix_(row_centre, column_centre)] + _offsets(plane, number, layer.seed, (down, across))
    return np.asarray(flat[np.ix_(row, column)], np.float32)


def _grid(
    first: int, count: int, start: float, length: float, blocks: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The block that each sample falls into, and the sample at each block's centre, along one axis."""
    centres = np.arange(first, first + count) + 0.5
    block = np.clip(np.floor((centres - start) / length * blocks), 0, blocks - 1).astype(np.int64)
    middle = start + (np.arange(blocks) + 0.5) / blocks * length - first
    return block, np.clip(np.floor(middle), 0, count - 1).astype(np.int64)


def _offsets(plane: Plane, number: int, seed: int, shape: tuple[int, int]) -> Field:
    """How far each block lies off the glow: mostly in brightness, hardly in colour."""
    unit = 1 << (plane.bits - 8)
    colour = 3 * _drawn(seed, f"colour {number}", shape)
    return np.asarray(
        unit * (colour if plane.role is Role.CHROMA else colour + 18 * _drawn(seed, "light", shape)),
        np.float32,
    )


def _made_up(plane: Plane, number: int, seed: int, shape: tuple[int, int]) -> Field:
    """A muted, smooth field with no picture behind it, for masks without surroundings."""
    unit = 1 << (plane.bits - 8)
    rows, columns = shape
    spots = (4, 6) if columns >= rows else (6, 4)
    tint = 6 * _drawn(seed, f"tint {number}", (1, 1)) + 4 * _drawn(seed, f"colour {number}", spots)
    light = 92 + 14 * _drawn(seed, "level", (1, 1)) + 26 * _drawn(seed, "light", spots)
    coarse = tint + (128 if plane.role is Role.CHROMA else light)
    return unit * _resized(coarse, (columns, rows), cv2.INTER_CUBIC)


def _drawn(seed: int, what: str, shape: tuple[int, int]) -> Field:
    """Numbers from -1 to 1, always the same for the same seed and name, on every machine."""
    raw = hashlib.shake_128(f"{seed} {what}".encode()).digest(2 * shape[0] * shape[1])
    return (np.frombuffer(raw, "<u2").reshape(shape) / np.float32(32767.5) - 1).astype(np.float32)


def _resized(field: Field, size: tuple[int, int], how: int) -> Field:
    """A field at another size, ``(columns, rows)``."""
    return np.asarray(cv2.resize(field, size, interpolation=how), np.float32)

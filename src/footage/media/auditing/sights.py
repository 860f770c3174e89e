"""Does a picture show what was masked? Held against the original's frames, as small grey pictures.

A published picture may be smaller, coded anew, a little brighter, or lie anywhere in the clip. So the frame
it shows is looked for by what lies outside the masks, and then what lies inside is compared. What counts
there is detail that no cover can have: what is left of the original when everything that follows smoothly
from the mask's rim (the solution of Laplace's equation) or rises evenly across it has been taken away. A
fill, a synthetic blur and a synthetic mosaic have nothing of that detail; a picture that was not masked has
it all.

A mask that moves uncovers what it hid before: the wall behind a person who walks past. So a picture shows
what is hidden only where it is clearly nearer to a frame without its masks than to any frame that may be
shown: one without masks, or one whose hidden part the picture does not show.

What lies under one mask may be seen on another frame on which no mask lies there, for instance the room
before somebody came in: that is not hidden, and is left out where the frames are alike otherwise.

Where the original itself has no such detail under a mask, or the picture shows the region with fewer than
:data:`LEAST_SIDE` pixels, nothing can be seen and nothing is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from footage.model.flag import Mask
from footage.model.geometry import Region, Shape, points_at, region_at

Grey = NDArray[np.float32]
Map = NDArray[np.bool_]
_Kind = TypeVar("_Kind", bound=np.generic)

LEAST_SIDE = 6
"""Pixels: a region shown smaller shows nothing that could be told."""

COARSE = (48, 27)
_CLEARLY = 0.8
_SPOT_SIDE = 80
_MARGIN = 0.3
_NEARBY, _FAR = 0.03, 2
_SAME_SHAPE = 0.06
_OUTSIDE = 0.1
_NEAR = 5.0
_NEAR_SHARE = 0.25
_TRIED = 8
_WEIGHED = 256
_DETAIL = 4.0
_ALIKE, _AMOUNT, _FINE_ALIKE = 0.75, 0.35, 0.5
_PART_ALIKE, _PART_AMOUNT, _PART_DETAIL = 0.85, 0.5, 6.0
_PART_SIDE = 9
_FINE_DETAIL = 2.0
_CUT_NEAR = 3.0
_CUT_RATIO = 0.5
_FLAT = 4.0
_WHOLLY = 0.99
# The frames on which something may be seen elsewhere: how many are looked at, and how like they must be.
_SAMPLED, _COMPARED, _AT_ONCE = 256, 32, 128
_SAME_PLACE, _SAME_CELL = 4.0, 3.0


@dataclass(frozen=True, slots=True)
class Spot:
    """What lies under one mask on one frame.

    Attributes:
        box: left, top, right and bottom of a crop around it, in shares of the picture.
        grey: the crop. inside: which of its pixels were drawn around.
        flag: the mask's.
    """

    flag: int
    box: tuple[float, float, float, float]
    grey: NDArray[np.uint8]
    inside: Map


@dataclass(slots=True)
class Sights:
    """The frames of an original that masks lie on, or that were cut out; and some that may be shown.

    Attributes:
        shape: width over height of the displayed picture.
        numbers: of the frames. coarse: each frame's small picture.
        outside: which of its pixels no mask is near.
        standard: the small pictures with their mean and contrast taken out.
        spots: each frame's.
        removed, kept: small pictures of frames that were cut out, and of their neighbours that stay.
        unmasked: small pictures of frames near the masked ones that no mask lies on.
    """

    shape: float
    numbers: list[int]
    coarse: Grey
    outside: Grey
    standard: Grey
    spots: list[list[Spot]]
    removed: Grey
    kept: Grey
    unmasked: Grey

    def shown_in(self, picture: Grey) -> tuple[int, int] | None:
        """The flag and the frame whose hidden part a picture shows; None where it shows none."""
        if not len(self.coarse) or not self._fits(picture):
            return None
        small = _small(picture)
        every = np.ones(small.shape, np.float32)
        rivals = _distances(small, self.unmasked, every)[0].tolist()
        found: list[tuple[float, int, int]] = []
        for place, gain, offset, apart in self._candidates(small):
            spot = next((spot for spot in self.spots[place] if _shows(picture, spot, gain, offset)), None)
            if spot is not None:
                whole = float(_distances(small, self.coarse[[place]], every)[0][0])
                found.append((whole, spot.flag, self.numbers[place]))
            elif apart is not None:
                rivals.append(apart)
        if not found:
            return None
        whole, flag, number = min(found)
        return (flag, number) if whole < _CLEARLY * min(rivals, default=255.0) else None

    def shows_cut(self, picture: Grey) -> bool:
        """Whether a picture is nearer to a frame that was cut out than to any that stays."""
        if not len(self.removed) or not self._fits(picture):
            return False
        small = _small(picture)
        if float(small.std()) < _FLAT:
            return False
        every = np.ones(len(small), np.float32)
        gone = float(_distances(small, self.removed, every)[0].min())
        stay = float(_distances(small, self.kept, every)[0].min()) if len(self.kept) else 255.0
        return bool(gone < _CUT_NEAR and gone < _CUT_RATIO * stay)

    def _fits(self, picture: Grey) -> bool:
        height, width = picture.shape
        return bool(min(height, width) >= LEAST_SIDE and abs(width / height / self.shape - 1) < _SAME_SHAPE)

    def _candidates(self, small: Grey) -> list[tuple[int, float, float, float | None]]:
        """The frames that a picture may show, the likeliest first.

        With each comes the picture's brightness against it (gain and offset), and how far apart they are
        outside its masks; None where there is too little outside.
        """
        alike = self._likeliest(small)
        coarse, outside = self.coarse[alike], self.outside[alike]
        apart, gains, offsets = _distances(small, coarse, outside)
        told = outside.mean(axis=1) >= _OUTSIDE
        inside, _, _ = _distances(small, coarse, 1 - outside * told[:, None])
        spread = np.sqrt(_weighted_variance(small, outside))
        near = (apart <= np.maximum(_NEAR, _NEAR_SHARE * spread)) | ~told
        places = np.flatnonzero(near)
        by_rim = places[np.argsort(apart[places], kind="stable")][:_TRIED]
        by_inside = places[np.argsort(inside[places], kind="stable")][:_TRIED]
        return [
            (
                int(alike[place]),
                float(gains[place]) if told[place] else 1.0,
                float(offsets[place]) if told[place] else 0.0,
                float(apart[place]) if told[place] else None,
            )
            for place in dict.fromkeys((*by_rim.tolist(), *by_inside.tolist()))
        ]

    def _likeliest(self, small: Grey) -> NDArray[np.intp]:
        """The frames most like a picture as a whole: one that shows what was hidden is like all of it."""
        if len(self.coarse) <= _WEIGHED:
            return np.arange(len(self.coarse))
        likeness = self.standard @ _standard(small[None])[0]
        return np.argpartition(-likeness, _WEIGHED)[:_WEIGHED]


def frame_sights(
    grey: Grey, masks: Iterable[Mask], tick: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], list[Spot]]:
    """A frame's small picture, how it lies to the masks, and what lies under each mask.

    How it lies: 0 where a mask covers something, 1 near that, 2 where no mask is near.

    Args:
        masks: those that lie on the frame.
        tick: the frame's own.
    """
    spots = []
    width, height = COARSE
    outside = np.full((height, width), _FAR, np.uint8)
    for mask in masks:
        region = region_at(mask.poses, tick)
        for margin, lies in ((_NEARBY, _FAR - 1), (0.0, 0)):
            cells = outside[_cells(region, mask.grow, margin)]
            np.minimum(cells, lies, out=cells)
        if (spot := _spot(grey, mask, region, tick)) is not None:
            spots.append(spot)
    return _small(grey).astype(np.uint8), outside.reshape(-1), spots


def grey_of(picture: NDArray[np.uint8]) -> Grey:
    """A displayed RGB picture in grey."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_RGB2GRAY), np.float32)


def small_picture(picture: Grey) -> Grey:
    """The small picture that frames are compared by."""
    return _small(picture)


def _cells(region: Region, grow: tuple[float, float], margin: float) -> tuple[slice, slice]:
    """The cells of a small picture that a mask may have changed, with a margin around them."""
    width, height = COARSE
    x, y = grow[0] + margin, grow[1] + margin
    right, bottom = min(1, region.x + region.w + x), min(1, region.y + region.h + y)
    rows = slice(int(max(0, region.y - y) * height), int(np.ceil(bottom * height)))
    return rows, slice(int(max(0, region.x - x) * width), int(np.ceil(right * width)))


def _small(picture: Grey) -> Grey:
    return _resized(picture, COARSE).reshape(-1)


def _resized(picture: Grey, size: tuple[int, int]) -> Grey:
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR), np.float32)


def _spot(grey: Grey, mask: Mask, region: Region, tick: int) -> Spot | None:
    margin = _MARGIN * max(region.w, region.h)
    box = (
        max(0.0, region.x - margin),
        max(0.0, region.y - margin),
        min(1.0, region.x + region.w + margin),
        min(1.0, region.y + region.h + margin),
    )
    across, down = _pixels(grey, box)
    scale = min(1.0, _SPOT_SIDE / max(across, down))
    size = max(1, round(across * scale)), max(1, round(down * scale))
    inside = _inside(mask, region, tick, box, size)
    if not inside.any():
        return None
    return Spot(mask.flag, box, _cropped(grey, box, size).round().clip(0, 255).astype(np.uint8), inside)


def _pixels(grey: Grey, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """How many pixels a box has across and down in a picture."""
    height, width = grey.shape
    return (box[2] - box[0]) * width, (box[3] - box[1]) * height


def _cropped(grey: Grey, box: tuple[float, float, float, float], size: tuple[int, int]) -> Grey:
    """What lies in a box, scaled down; its edges may lie anywhere in a pixel, so that sizes compare."""
    height, width = grey.shape
    exact = (box[0] * width, box[1] * height, box[2] * width, box[3] * height)
    crop = Image.fromarray(grey).resize(size, Image.Resampling.BILINEAR, box=exact)
    return np.asarray(crop, np.float32)


def _inside(
    mask: Mask, region: Region, tick: int, box: tuple[float, float, float, float], size: tuple[int, int]
) -> Map:
    """Which pixels of a crop were drawn around, by their middles."""
    width, height = size
    x = box[0] + (np.arange(width) + 0.5) / width * (box[2] - box[0])
    y = box[1] + (np.arange(height) + 0.5) / height * (box[3] - box[1])
    across, down = np.meshgrid(x, y)
    if mask.shape is Shape.POLYGON:
        corners = [
            ((p - box[0]) / (box[2] - box[0]) * width, (q - box[1]) / (box[3] - box[1]) * height)
            for p, q in points_at(mask.poses, tick)
        ]
        drawn = np.zeros((height, width), np.uint8)
        cv2.fillPoly(drawn, [np.array(corners, np.float32).round().astype(np.int32)], 1)
        return drawn.astype(bool)
    if mask.shape is Shape.ELLIPSE:
        u = (across - region.x - region.w / 2) / max(region.w / 2, 1e-9)
        v = (down - region.y - region.h / 2) / max(region.h / 2, 1e-9)
        return np.asarray(u**2 + v**2 <= 1)
    return np.asarray(
        (across >= region.x)
        & (across <= region.x + region.w)
        & (down >= region.y)
        & (down <= region.y + region.h)
    )


def _distances(small: Grey, frames: Grey, weights: Grey) -> tuple[Grey, Grey, Grey]:
    """How far a picture is from each frame, and its gain and offset against it, where the weights say.

    Brightness and contrast are fitted first, within bounds: they change when a picture is coded anew.
    """
    total = np.maximum(weights.sum(axis=-1), 1)
    mean_s = (weights * small).sum(axis=-1) / total
    mean_f = (weights * frames).sum(axis=-1) / total
    cross = (weights * small * frames).sum(axis=-1) / total - mean_s * mean_f
    own = np.maximum((weights * frames**2).sum(axis=-1) / total - mean_f**2, 1e-3)
    gain = np.clip(cross / own, 0.75, 1.33)
    offset = np.clip(mean_s - gain * mean_f, -40, 40)
    off = small - gain[:, None] * frames - offset[:, None]
    apart = np.sqrt((weights * off**2).sum(axis=-1) / total)
    return apart, gain, offset


def _standard(frames: Grey) -> Grey:
    centred = frames - frames.mean(axis=1, keepdims=True)
    scale = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-3)
    return np.asarray(centred / scale, np.float32)


def _weighted_variance(small: Grey, weights: Grey) -> Grey:
    total = np.maximum(weights.sum(axis=-1), 1)
    mean = (weights * small).sum(axis=-1) / total
    return np.asarray(np.maximum((weights * small**2).sum(axis=-1) / total - mean**2, 0))


def _shows(picture: Grey, spot: Spot, gain: float, offset: float) -> bool:
    """Whether a picture shows what lies under a mask."""
    rows, columns = spot.grey.shape
    across, down = _pixels(picture, spot.box)
    size = max(1, min(columns, round(across))), max(1, min(rows, round(down)))
    inside = _resized(spot.inside.astype(np.float32), size) > _WHOLLY
    if min(cv2.boundingRect(inside.astype(np.uint8))[2:]) < LEAST_SIDE:
        return False
    original = _resized(spot.grey.astype(np.float32), size)
    shown = ((_cropped(picture, spot.box, size) - offset) / gain).astype(np.float32)
    smooth = _harmonic(original, inside)
    if _agree(original, shown, smooth, inside, (_DETAIL, _ALIKE, _AMOUNT)):
        return True
    limits = (_PART_DETAIL, _PART_ALIKE, _PART_AMOUNT)
    return any(_agree(original, shown, smooth, part, limits) for part in _parts(inside))


def _parts(inside: Map) -> list[Map]:
    """A region in nine parts, where they are large enough."""
    left, top, width, height = cv2.boundingRect(inside.astype(np.uint8))
    parts = []
    for row in range(3):
        for column in range(3):
            part = np.zeros_like(inside)
            y, x = top + row * height // 3, left + column * width // 3
            part[y : top + (row + 1) * height // 3, x : left + (column + 1) * width // 3] = True
            part &= inside
            if part.sum() >= _PART_SIDE**2:
                parts.append(part)
    return parts


def _agree(original: Grey, shown: Grey, smooth: Grey, where: Map, limits: tuple[float, float, float]) -> bool:
    """Whether two pictures have the same detail in a place.

    Args:
        limits: how much detail the original must have (levels), how alike it must be, and how much of it.
    """
    detail, alike, amount = limits
    height, width = original.shape
    y, x = np.nonzero(where)
    plain = np.stack((np.ones(len(x)), x / width, y / height, smooth[where]), 1)
    hidden, seen = (_beyond(plain, picture[where]) for picture in (original, shown))
    if hidden.std() < detail or _correlation(hidden, seen) < alike:
        return False
    if float(hidden @ seen) / max(float(hidden @ hidden), 1e-6) < amount:
        return False
    side = max(3, min(cv2.boundingRect(where.astype(np.uint8))[2:]) // 8 * 2 + 1)
    fine_hidden, fine_seen = (_fine(picture, side)[where] for picture in (original, shown))
    return bool(fine_hidden.std() < _FINE_DETAIL) or _correlation(fine_hidden, fine_seen) >= _FINE_ALIKE


def _beyond(plain: NDArray[np.float64], values: Grey) -> NDArray[np.float64]:
    """What is left of values when all that the plain columns explain is taken away."""
    weights, *_ = np.linalg.lstsq(plain, values.astype(np.float64), rcond=None)
    return np.asarray(values - plain @ weights, np.float64)


def _correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    a, b = first - first.mean(), second - second.mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 1e-6 else 0.0


def _fine(picture: Grey, side: int) -> Grey:
    """A picture's detail finer than a number of pixels."""
    return np.asarray(picture - cv2.blur(picture, (side, side)), np.float32)


def _harmonic(picture: Grey, inside: Map) -> Grey:
    """The picture with everything inside replaced by what follows smoothly from its rim (Laplace's equation).

    Solved from coarse to fine, with a few sweeps at each size.
    """
    height, width = picture.shape
    if min(height, width) > 8:
        size = (max(4, width // 2), max(4, height // 2))
        weight = (~inside).astype(np.float32)
        share = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
        known = cv2.resize(picture * weight, size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-6)
        coarse = _harmonic(known.astype(np.float32), share < 1e-3)
        start = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    else:
        rim = picture[~inside]
        start = np.full_like(picture, rim.mean() if rim.size else picture.mean())
    solved = np.where(inside, start, picture).astype(np.float32)
    kernel = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
    for _ in range(24):
        solved = np.where(inside, cv2.filter2D(solved, -1, kernel, borderType=cv2.BORDER_REPLICATE), picture)
    return np.asarray(solved, np.float32)


def sights_of(
    shape: float,
    frames: Sequence[tuple[int, NDArray[np.uint8], NDArray[np.uint8], list[Spot]]],
    removed: Sequence[Grey],
    kept: Sequence[Grey],
    unmasked: Sequence[Grey] = (),
) -> Sights:
    """What :func:`frame_sights` gave of each frame with its number, in one."""
    size = COARSE[0] * COARSE[1]

    def stacked(pictures: Sequence[NDArray[np.generic]]) -> Grey:
        return np.array(pictures, np.float32).reshape(len(pictures), size)

    coarse = stacked([small for _, small, _, _ in frames])
    lying = stacked([lies for _, _, lies, _ in frames])
    outside, shown = ((lying >= lies).astype(np.float32) for lies in (_FAR, 1))
    seen = _seen_elsewhere(coarse, shown, stacked(unmasked))
    return Sights(
        shape=shape,
        numbers=[number for number, *_ in frames],
        coarse=coarse,
        standard=_standard(coarse) if len(coarse) else coarse,
        outside=outside,
        spots=[
            [left for spot in spots if (left := _without(spot, open_)).inside.any()]
            for (*_, spots), open_ in zip(frames, seen, strict=True)
        ],
        unmasked=stacked(unmasked),
        removed=stacked(removed),
        kept=stacked(kept),
    )


def _seen_elsewhere(coarse: Grey, shown: Grey, unmasked: Grey) -> Map:
    """Which cells of each small picture show what another frame shows where no mask lies.

    Only frames that are alike wherever neither has a mask are compared: where a camera moves, a cell's level
    comes again by chance.
    """
    others = np.concatenate((_spread(coarse, _SAMPLED), _spread(unmasked, _COMPARED)))
    visible = np.concatenate((_spread(shown, _SAMPLED), np.ones_like(_spread(unmasked, _COMPARED))))
    seen = np.zeros(coarse.shape, bool)
    for start in range(0, len(coarse), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        here = coarse[part]
        around = _apart_where_both_show(here, shown[part], others, visible)
        # Where a mask leaves hardly anything around it, all that the other frame shows must be the same.
        wholly = _apart_where_both_show(here, np.ones_like(here), others, visible)
        alike = np.minimum(around, wholly) <= _SAME_PLACE
        for place, row in enumerate(alike, start):
            near = _spread(np.flatnonzero(row), _COMPARED)
            same = np.abs(others[near] - coarse[place]) <= _SAME_CELL
            seen[place] = (same & (visible[near] > 0)).any(axis=0)
    return seen


def _apart_where_both_show(one: Grey, one_shown: Grey, other: Grey, other_shown: Grey) -> Grey:
    """How far each of some small pictures is from each of others where neither is masked, in levels."""
    squares = (one_shown * one**2) @ other_shown.T + one_shown @ (other_shown * other**2).T
    squares -= 2 * (one_shown * one) @ (other_shown * other).T
    cells = one_shown @ other_shown.T
    # Where hardly anything shows on both, nothing tells that they are alike.
    told = cells >= _OUTSIDE * one.shape[1]
    return np.asarray(np.where(told, np.sqrt(np.maximum(squares, 0) / np.maximum(cells, 1)), 255.0))


def _spread(items: NDArray[_Kind], most: int) -> NDArray[_Kind]:
    """So many of some rows at most, in even steps."""
    chosen = np.unique(np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int))
    return np.asarray(items[chosen])


def _without(spot: Spot, seen: Map) -> Spot:
    """A spot less what may be seen elsewhere."""
    width, height = COARSE
    rows, columns = spot.inside.shape
    left, top, right, bottom = spot.box
    across = np.clip((left + (np.arange(columns) + 0.5) / columns * (right - left)) * width, 0, width - 1)
    down = np.clip((top + (np.arange(rows) + 0.5) / rows * (bottom - top)) * height, 0, height - 1)
    open_ = seen.reshape(height, width)[np.ix_(down.astype(int), across.astype(int))]
    return replace(spot, inside=spot.inside & ~open_)

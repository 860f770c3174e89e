"""Strips of masked frames: the masks as they will be rendered, on a few frames side by side."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont

from footage.media.picture import Picture, as_image, flattened
from footage.media.render import mask_still
from footage.model.flag import Mask
from footage.model.geometry import Pose, region_at
from footage.model.span import FrameIndex

_COLUMNS = 3
_WIDTH = 640
_GAP, _LABEL = 12, 34
_GROUND, _INK = (28, 30, 34), (232, 232, 228)


@dataclass(frozen=True, slots=True)
class Framed:
    """A displayed frame, unmasked, with its tick (None for a still) and its timecode."""

    tick: int | None
    label: str
    picture: Picture


def strip(frames: Sequence[Framed], masks: Sequence[Mask], index: FrameIndex | None) -> bytes:
    """A PNG of frames with their masks on, three in a row, each with its timecode under it."""
    tiles = [_tile(_masked(frame, masks, index)) for frame in frames]
    width = max(tile.width for tile in tiles)
    height = max(tile.height for tile in tiles) + _LABEL
    columns = min(_COLUMNS, len(tiles))
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (width + _GAP) + _GAP, rows * (height + _GAP) + _GAP), _GROUND)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(20)
    for number, (tile, frame) in enumerate(zip(tiles, frames, strict=True)):
        left = _GAP + number % columns * (width + _GAP)
        top = _GAP + number // columns * (height + _GAP)
        sheet.paste(tile, (left, top))
        draw.text((left, top + tile.height + 6), frame.label, fill=_INK, font=font)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()


def _masked(frame: Framed, masks: Sequence[Mask], index: FrameIndex | None) -> Picture:
    if frame.tick is None or index is None:
        return mask_still(frame.picture, masks)
    number = index.frame_at(frame.tick)
    here = [mask for mask in masks if mask.span is None or number in index.frames_in(mask.span)]
    posed = [
        replace(mask, span=None, poses=(Pose(None, region_at(mask.poses, frame.tick)),)) for mask in here
    ]
    return mask_still(frame.picture, posed) if posed else frame.picture


def _tile(picture: Picture) -> Image.Image:
    tile = flattened(as_image(picture))
    tile.thumbnail((_WIDTH, _WIDTH))
    return tile

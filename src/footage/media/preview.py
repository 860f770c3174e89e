"""A strip of masked frames to look at before anything is rendered: a row a mask, with timecodes.

Only the frames that are shown are decoded, and only they are masked.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from footage.media.masking import frame_end, masks_by_frame, shown_region
from footage.media.painting import paint_shown
from footage.media.picture import Picture
from footage.media.pictures import smaller
from footage.media.sandbox import Sandbox
from footage.media.seeking import exact_frames
from footage.media.sniff import Format
from footage.media.wire import pack_index, pack_masks, unpack_index, unpack_masks
from footage.model.flag import Mask
from footage.model.span import FrameIndex

_FRAMES = 6
_MASKED_AT = 1280
_SHOWN_AT = 320
_GAP = 8
_LINE = 22
_TEXT = 14
_PAPER = (24, 24, 24)
_INK = (235, 235, 235)


def strip(
    sandbox: Sandbox, source: Path, format: Format, index: FrameIndex, masks: Sequence[Mask]
) -> Picture:
    """Six masked frames of each mask, from its first to its last, and those at its poses, with all masks on.

    Args:
        source: the vault's own copy.
        masks: at least one.

    Raises:
        BadInput: the source cannot be opened. ToolFailed: a frame was not found again.
    """
    message = sandbox.run(
        "footage.media.preview:draw_strip",
        source=str(source),
        format=format.name,
        index=pack_index(index),
        masks=pack_masks(masks),
    )
    return Picture(int(message.values["width"]), int(message.values["height"]), 3, message.payload)


def draw_strip(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the strip of :func:`strip` as RGB.

    Raises:
        BadInput: the source cannot be opened. ToolFailed: a frame was not found again.
    """
    index, masks = unpack_index(params["index"]), unpack_masks(params["masks"])
    rows = [chosen_frames(mask, index) for mask in masks]
    wanted = sorted({number for row in rows for number in row})
    by_frame = masks_by_frame(masks, index)
    pictures: dict[int, Image.Image] = {}
    ticks = [index.pts[number] for number in wanted]
    frames = exact_frames(params["source"], params["format"], ticks, _MASKED_AT)
    for number, pixels in zip(wanted, frames, strict=True):
        span = index.pts[number], frame_end(index, number)
        paint_shown(pixels, [(mask, shown_region(mask, *span)) for mask in by_frame[number]])
        pictures[number] = Image.fromarray(smaller(pixels, _SHOWN_AT))
    sheet = _sheet([(_title(mask), row) for mask, row in zip(masks, rows, strict=True)], pictures, index)
    yield {"width": sheet.width, "height": sheet.height}, sheet.tobytes()


def chosen_frames(mask: Mask, index: FrameIndex) -> list[int]:
    """The numbers of frames to show of a mask: six from its first to its last, and those at its poses.

    Of many poses some are left out, so that there are no more than twelve.
    """
    frames = index.frames_in(mask.span or index.whole)
    ticks = (pose.tick for pose in mask.poses if pose.tick is not None)
    posed = {number for tick in ticks if (number := index.frame_at(tick)) in frames}
    return _spread(sorted({*_spread(frames, _FRAMES), *posed}), 2 * _FRAMES)


def _spread(numbers: Sequence[int], most: int) -> list[int]:
    """All, or so many of them in even steps, the first and the last among them."""
    if len(numbers) <= most:
        return list(numbers)
    return [numbers[round(at * (len(numbers) - 1) / (most - 1))] for at in range(most)]


def _title(mask: Mask) -> str:
    return f"flag {mask.flag}: {mask.treatment}, {mask.shape}"


def _sheet(
    rows: Sequence[tuple[str, Sequence[int]]], pictures: dict[int, Image.Image], index: FrameIndex
) -> Image.Image:
    """Rows of frames with a title above each row and a timecode under each frame."""
    width = max(picture.width for picture in pictures.values())
    height = max(picture.height for picture in pictures.values())
    columns = max(len(numbers) for _, numbers in rows)
    row_height = _LINE + height + _LINE + _GAP
    sheet = Image.new("RGB", (_GAP + columns * (width + _GAP), _GAP + len(rows) * row_height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(_TEXT)
    for row, (title, numbers) in enumerate(rows):
        top = _GAP + row * row_height
        draw.text((_GAP, top), title, _INK, font)
        for column, number in enumerate(numbers):
            left = _GAP + column * (width + _GAP)
            sheet.paste(pictures[number], (left, top + _LINE))
            draw.text((left, top + _LINE + height + 2), index.timecode(index.pts[number]), _INK, font)
    return sheet

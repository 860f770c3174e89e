"""What is to be hidden, shown before anything is rendered: outlines over the footage.

A strip of stills, a row a flag, for a quick look; and a small video of the flagged stretches. Only the frames
that are shown are decoded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import av.error
import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from footage.errors import ToolFailed
from footage.media.masking import OPAQUE, Outline, cover_of, outline_of, outline_shown
from footage.media.picture import Picture, as_image, flattened, shrunk
from footage.media.planes import fitted
from footage.media.sandbox import Sandbox, reporting
from footage.media.seeking import exact_frames
from footage.media.sniff import Format
from footage.media.wire import pack_index, pack_masks, unpack_index, unpack_masks
from footage.model.flag import Flag, Mask
from footage.model.progress import Progress
from footage.model.span import FrameIndex, Span

Pixels = NDArray[np.uint8]
_Colour = tuple[int, int, int]

_FRAMES = 6
_STRIP_SIDE = 320
_VIDEO_SIDE = 640
_STILL_SIDE = 1280
_GAP = 8
_LINE = 22
_TEXT = 14
_LABEL = 18
_INSET = 4
_PAPER = (24, 24, 24)
_INK = (235, 235, 235)
_SURE = (60, 255, 120)
_IN_DOUBT = (255, 90, 200)
_RIM = (0, 0, 0)
_STEP = 16
_AGAIN = "the original is untouched; if it fails again, report it with the output of: footage doctor"


@dataclass(frozen=True, slots=True)
class Shown:
    """One flag in a preview.

    Attributes:
        number: the flag's.
        title: what is done there, in words.
        frames: the numbers of the frames it lies on.
        mask: None where none belongs to it.
        word: what is done beside masking: "cut", "muted"; empty where nothing is.
        worded: the frames to which that is done.
        posed: the frames on which a person drew.
        doubtful: those a person must look at.
    """

    number: int
    title: str
    frames: range
    mask: Mask | None
    word: str = ""
    worded: range = range(0)
    posed: tuple[int, ...] = ()
    doubtful: tuple[range, ...] = ()

    def in_doubt(self, number: int) -> bool:
        """Whether a person must look at a frame."""
        return any(number in frames for frames in self.doubtful)


def shown_flag(flag: Flag, mask: Mask | None, index: FrameIndex) -> Shown:
    """A flag as a preview shows it.

    Args:
        mask: None where none belongs to it.
    """
    flagged = index.frames_in(flag.span or index.whole)
    word = "cut" if flag.cut else "muted" if flag.mute else ""
    outline = (mask.treatment, _outline_word(flag, mask)) if mask else ()
    return Shown(
        flag.number,
        f"flag {flag.number}: {', '.join(part for part in (*outline, word) if part)}",
        mask.frames(index) if mask else flagged,
        mask,
        word,
        flagged if word else range(0),
        tuple(index.frame_at(pose.tick) for pose in flag.poses if pose.tick is not None),
        tuple(index.frames_in(span) for span in flag.doubtful) if flag.in_doubt else (),
    )


def _outline_word(flag: Flag, mask: Mask) -> str:
    if flag.track:
        return "followed"
    return mask.shape if flag.poses else "whole picture"


def strip(
    sandbox: Sandbox, source: Path, format: Format, index: FrameIndex, flags: Sequence[Shown]
) -> Picture:
    """Frames of each flag from its first to its last, those a person drew on and doubtful ones, outlined.

    Args:
        source: the vault's own copy.
        flags: at least one.

    Raises:
        BadInput: the source cannot be opened. ToolFailed: a frame was not found again.
    """
    message = sandbox.run("footage.media.preview:draw_strip", **_packed(source, format, index, flags))
    return Picture(int(message.values["width"]), int(message.values["height"]), 3, message.payload)


def video(
    sandbox: Sandbox,
    source: Path,
    format: Format,
    index: FrameIndex,
    flags: Sequence[Shown],
    progress: Progress,
) -> Path:
    """A small silent MP4 of the flagged stretches, a second around each included, outlined.

    Args:
        source: the vault's own copy.
        flags: at least one.

    Returns:
        Where it is, in the sandbox's scratch folder.

    Raises:
        BadInput: the source cannot be opened.
        ToolFailed: a frame was not found again, or the video cannot be written.
    """
    task = sandbox.stream("footage.media.preview:draw_video", **_packed(source, format, index, flags))
    said = [message.values for message in reporting(task, progress)]
    if len(said) != 1:
        raise ToolFailed("the preview was not drawn to its end", _AGAIN)
    return Path(said[0]["path"])


def outlined_still(picture: Picture, masks: Sequence[Mask]) -> Picture:
    """A still with the outlines of its masks, where each one's first pose is, at a size to look at."""
    small = shrunk(picture, _STILL_SIDE)
    pixels = np.array(flattened(as_image(small)))
    image = _marked(pixels, [(outline_of(mask.poses[0], mask), str(mask.flag), _SURE) for mask in masks])
    return replace(small, channels=3, data=image.tobytes())


def draw_strip(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the strip of :func:`strip` as RGB.

    Raises:
        BadInput: the source cannot be opened. ToolFailed: a frame was not found again.
    """
    index, flags = unpack_index(params["index"]), _unpacked(params["flags"])
    rows = [chosen_frames(flag) for flag in flags]
    pictures = {}
    wanted = sorted({number for row in rows for number in row})
    frames = exact_frames(
        params["source"], params["format"], [index.pts[number] for number in wanted], _STRIP_SIDE
    )
    for number, pixels in zip(wanted, frames, strict=True):
        pictures[number] = _with_flags(pixels, flags, number, index)
    sheet = _sheet([(flag.title, row) for flag, row in zip(flags, rows, strict=True)], pictures, index)
    yield {"width": sheet.width, "height": sheet.height}, sheet.tobytes()


def draw_video(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:
    """Task: write the video of :func:`video` into the scratch folder; progress, then where it is.

    Raises:
        BadInput: the source cannot be opened.
        ToolFailed: a frame was not found again, or the video cannot be written.
    """
    index, flags = unpack_index(params["index"]), _unpacked(params["flags"])
    times, length = _joined(stretches(flags, index), index)
    path = scratch / "preview.mp4"
    ticks = [index.pts[number] for number in times]
    frames = exact_frames(params["source"], params["format"], ticks, _VIDEO_SIDE)
    try:
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
            stream: VideoStream | None = None
            for done, (number, pixels) in enumerate(zip(times, frames, strict=True)):
                stream = stream or _stream(out, pixels, index, Fraction(len(times)) / length)
                image = _with_flags(pixels, flags, number, index)
                _written(image, index.timecode(index.pts[number]), (0, image.height))
                frame = VideoFrame.from_ndarray(np.asarray(image), "rgb24")
                frame = fitted(frame, stream.width, stream.height, "yuv420p")
                frame.pts, frame.time_base = times[number], index.time_base
                out.mux(stream.encode(frame))
                if done % _STEP == 0:
                    yield {"progress": ["drawing the preview", done, len(times)]}, b""
            if stream is not None:
                out.mux(stream.encode(None))
    except (av.error.FFmpegError, OSError) as error:
        raise ToolFailed(f"the preview could not be written: {error}", _AGAIN) from error
    yield {"path": str(path)}, b""


def chosen_frames(flag: Shown) -> list[int]:
    """The numbers of frames to show of a flag: six from its first to its last, and those that matter.

    Of many that matter (a person drew on them, or must look at them) some are left out, so that there are no
    more than twelve.
    """
    telling = {number for number in flag.posed if number in flag.frames}
    for frames in flag.doubtful:
        telling.update({frames[0], frames[len(frames) // 2], frames[-1]} & set(flag.frames))
    return _spread(sorted({*_spread(flag.frames, _FRAMES), *telling}), 2 * _FRAMES)


def _spread(numbers: Sequence[int], most: int) -> list[int]:
    """All, or so many of them in even steps, the first and the last among them."""
    if len(numbers) <= most:
        return list(numbers)
    return [numbers[round(at * (len(numbers) - 1) / (most - 1))] for at in range(most)]


def stretches(flags: Sequence[Shown], index: FrameIndex) -> list[range]:
    """The frames that a video of these flags shows: theirs and a second's around them, in order and apart."""
    second = int(1 / index.time_base)
    found: list[range] = []
    for flag in sorted(flags, key=lambda flag: flag.frames.start):
        start, end = index.pts[flag.frames.start], index.frame_end(flag.frames[-1])
        frames = index.frames_in(Span(start - second, end + second))
        if found and frames.start <= found[-1].stop:
            found[-1] = range(found[-1].start, max(found[-1].stop, frames.stop))
        else:
            found.append(frames)
    return found


def _joined(parts: Sequence[range], index: FrameIndex) -> tuple[dict[int, int], Fraction]:
    """When frames are shown, in ticks, where parts of a clip follow each other; and the length in seconds."""
    times: dict[int, int] = {}
    elapsed = 0
    for frames in parts:
        start = index.pts[frames.start]
        times |= {number: elapsed + index.pts[number] - start for number in frames}
        elapsed += index.frame_end(frames[-1]) - start
    return times, elapsed * index.time_base


def _stream(
    out: av.container.OutputContainer, pixels: Pixels, index: FrameIndex, rate: Fraction
) -> VideoStream:
    """The video's stream, for pictures like this one."""
    options = {"preset": "veryfast", "crf": "23"}
    rate = max(Fraction(1), rate.limit_denominator(1001))
    stream = out.add_stream("libx264", rate, options=options)
    height, width, _ = pixels.shape
    stream.width, stream.height = (max(2, side - side % 2) for side in (width, height))
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = index.time_base
    stream.codec_context.color_range = ColorRange.MPEG
    stream.codec_context.colorspace = Colorspace.ITU709
    return stream


def _with_flags(pixels: Pixels, flags: Sequence[Shown], number: int, index: FrameIndex) -> Image.Image:
    """A frame with all that is done to it: outlines, and words where there is nothing to outline."""
    outlines, words = [], []
    for flag in flags:
        if number not in flag.frames:
            continue
        doubt = flag.in_doubt(number)
        if flag.mask:
            outline = outline_shown(flag.mask, index.pts[number], index.frame_end(number))
            label = f"{flag.number} look" if doubt else str(flag.number)
            outlines.append((outline, label, _IN_DOUBT if doubt else _SURE))
        if number in flag.worded:
            words.append(f"{flag.number} {flag.word}")
    image = _marked(pixels, outlines)
    if words:
        _written(image, ", ".join(words), (0, 0))
    return image


def _marked(pixels: Pixels, outlines: Sequence[tuple[Outline, str, _Colour]]) -> Image.Image:
    """A picture with outlines of what will be covered, each with a label at its upper left."""
    height, width, _ = pixels.shape
    pixels = np.ascontiguousarray(pixels)
    labels = []
    for outline, label, colour in outlines:
        cover = cover_of(outline, width, height)
        if not cover.alpha.size:
            continue
        hidden = (cover.alpha == OPAQUE).astype(np.uint8)
        lines, _ = cv2.findContours(
            hidden, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE, offset=(cover.left, cover.top)
        )
        for ink, thickness in ((_RIM, 5), (colour, 2)):
            cv2.polylines(pixels, lines, True, ink, thickness, cv2.LINE_AA)
        labels.append((label, (cover.left, cover.top - _LABEL - 2 * _INSET), colour))
    image = Image.fromarray(pixels)
    for label, place, colour in labels:
        _written(image, label, place, colour)
    return image


def _written(image: Image.Image, words: str, place: tuple[int, int], ink: _Colour = _INK) -> None:
    """Write on a picture, on a dark ground so that it can be read, as near to a place as there is room."""
    draw = ImageDraw.Draw(image)
    width, height = (int(side) + 2 * _INSET for side in draw.textbbox((0, 0), words, _font(_LABEL))[2:])
    x = max(0, min(place[0], image.width - width))
    y = max(0, min(place[1], image.height - height))
    draw.rectangle((x, y, x + width, y + height), _RIM)
    draw.text((x + _INSET, y + _INSET), words, ink, _font(_LABEL))


def _sheet(
    rows: Sequence[tuple[str, Sequence[int]]], pictures: dict[int, Image.Image], index: FrameIndex
) -> Image.Image:
    """Rows of frames with a title above those of each flag and a timecode under each frame."""
    rows = [
        ("" if at else title, numbers[at : at + _FRAMES])
        for title, numbers in rows
        for at in range(0, len(numbers), _FRAMES)
    ]
    width = max(picture.width for picture in pictures.values())
    height = max(picture.height for picture in pictures.values())
    columns = max(len(numbers) for _, numbers in rows)
    row_height = _LINE + height + _LINE + _GAP
    sheet = Image.new("RGB", (_GAP + columns * (width + _GAP), _GAP + len(rows) * row_height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, (title, numbers) in enumerate(rows):
        top = _GAP + row * row_height
        draw.text((_GAP, top), title, _INK, _font(_TEXT))
        for column, number in enumerate(numbers):
            left = _GAP + column * (width + _GAP)
            sheet.paste(pictures[number], (left, top + _LINE))
            draw.text((left, top + _LINE + height + 2), index.timecode(index.pts[number]), _INK, _font(_TEXT))
    return sheet


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _packed(source: Path, format: Format, index: FrameIndex, flags: Sequence[Shown]) -> dict[str, Any]:
    """What the child is told, as JSON values."""
    return {
        "source": str(source),
        "format": format.name,
        "index": pack_index(index),
        "flags": [
            {
                "number": flag.number,
                "title": flag.title,
                "frames": [flag.frames.start, flag.frames.stop],
                "masks": pack_masks([flag.mask] if flag.mask else []),
                "word": flag.word,
                "worded": [flag.worded.start, flag.worded.stop],
                "posed": list(flag.posed),
                "doubtful": [[frames.start, frames.stop] for frames in flag.doubtful],
            }
            for flag in flags
        ],
    }


def _unpacked(values: Sequence[dict[str, Any]]) -> list[Shown]:
    return [
        Shown(
            number=value["number"],
            title=value["title"],
            frames=range(*value["frames"]),
            mask=next(iter(unpack_masks(value["masks"])), None),
            word=value["word"],
            worded=range(*value["worded"]),
            posed=tuple(value["posed"]),
            doubtful=tuple(range(*frames) for frames in value["doubtful"]),
        )
        for value in values
    ]

"""Video as the program sees it: looked at in the sandbox, handed out as numbers and pixels."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from footage.errors import ToolFailed
from footage.media.picture import Picture
from footage.media.sandbox import Message, Sandbox, reporting
from footage.media.sniff import Format
from footage.model.asset import Shot, Stream, Transition
from footage.model.printable import printable
from footage.model.progress import Progress
from footage.model.span import FrameIndex, Span

_TASKS = "footage.media.video_tasks"
_TEXT_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class VideoLook:
    """What was seen of a video.

    Attributes:
        width, height: of the displayed picture in pixels (rotation and pixel shape applied).
        index: when each frame is shown.
        streams: all there are, in the file's order; cover pictures are ``attachment``.
        shots: in order, without a gap; at least one.
        thumbnail: the liveliest keyframe, at most 640 pixels on the longer side.
        black: whether nothing in it shows anything but black.
        damaged: what is wrong and where it ends; empty when it is whole.
    """

    width: int
    height: int
    index: FrameIndex
    streams: tuple[Stream, ...]
    shots: tuple[Shot, ...]
    thumbnail: Picture
    black: bool
    damaged: str


def look_video(
    sandbox: Sandbox,
    path: Path,
    format: Format,
    progress: Progress,
    keep: Callable[[int, Picture], None],
) -> VideoLook:
    """Look at a video: every frame's time, its streams, shots and pictures, in one pass.

    Args:
        path: the vault's own copy.
        format: as it was sniffed.
        keep: called with each shot's number (from 1) and its keyframe, at most 1280 pixels on the longer
            side.

    Raises:
        BadInput: it cannot be opened, holds no pictures, or none that can be decoded.
        ToolFailed: the decoder broke down.
    """
    messages = sandbox.stream(f"{_TASKS}:look", path=str(path), format=format.name)
    seen: Message | None = None
    thumbnail: Picture | None = None
    kept = 0
    for message in reporting(messages, progress):
        if "keyframe" in message.values:
            kept += 1
            keep(kept, _picture(message))
        elif "thumbnail" in message.values:
            thumbnail = _picture(message)
        else:
            seen = message
    if seen is None or thumbnail is None:
        raise ToolFailed("the decoder's process ended without an answer")
    return _unpacked(seen, thumbnail, kept)


def frames_at(
    sandbox: Sandbox,
    path: Path,
    format: Format,
    ticks: Sequence[int],
    longest: int | None = None,
) -> Iterator[Picture]:
    """The very frames that are shown from given ticks on, as displayed, in the order of ``ticks``.

    Args:
        ticks: presentation timestamps of the asset's frame index, increasing.
        longest: the most pixels that the longer side may have; None for full size.

    Raises:
        BadInput: it cannot be opened.
        ToolFailed: a frame was not found again, or the decoder broke down.
    """
    messages = sandbox.stream(
        f"{_TASKS}:frames",
        path=str(path),
        format=format.name,
        ticks=list(ticks),
        longest=longest,
    )
    for message in messages:
        yield _picture(message)


def frames_numbered(
    sandbox: Sandbox,
    path: Path,
    format: Format,
    numbers: Sequence[int],
    longest: int | None = None,
) -> Iterator[Picture]:
    """The frames of given numbers, from 0, as displayed: for files that no frame index is kept of.

    Args:
        numbers: increasing.
        longest: the most pixels that the longer side may have; None for full size.

    Raises:
        BadInput: it cannot be opened.
        ToolFailed: a frame was not found again, or the decoder broke down.
    """
    messages = sandbox.stream(
        f"{_TASKS}:numbered",
        path=str(path),
        format=format.name,
        numbers=list(numbers),
        longest=longest,
    )
    for message in messages:
        yield _picture(message)


def _picture(message: Message) -> Picture:
    width, height = message.values.get("width"), message.values.get("height")
    if not isinstance(width, int) or not isinstance(height, int):
        raise ToolFailed("the decoder's process sent a picture without a size")
    return Picture(width, height, 3, message.payload)


def _unpacked(message: Message, thumbnail: Picture, keyframes: int) -> VideoLook:
    """What the child says it saw, checked: its words are made printable, its numbers must make sense."""
    values = message.values
    try:
        index = _index(values, message.payload)
        shots = tuple(_shot(number, value) for number, value in enumerate(values["shots"], 1))
        look = VideoLook(
            width=int(values["width"]),
            height=int(values["height"]),
            index=index,
            streams=tuple(_stream(value) for value in values["streams"]),
            shots=shots,
            thumbnail=thumbnail,
            black=bool(values["black"]),
            damaged=printable(str(values["damaged"])[:_TEXT_LIMIT]),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ToolFailed("the decoder's process answered nonsense") from error
    whole = [shot.span.start for shot in shots] + [index.end]
    joined = all(shot.span.end == after for shot, after in zip(shots, whole[1:], strict=True))
    if len(shots) != keyframes or not joined or whole[0] != index.pts[0]:
        raise ToolFailed("the decoder's process answered nonsense")
    return look


def _index(values: dict[str, Any], payload: bytes) -> FrameIndex:
    ticks = array("q")
    ticks.frombytes(payload)
    index = FrameIndex(Fraction(values["time_base"]), tuple(ticks), int(values["end"]))
    in_order = all(early < late for early, late in zip(ticks, (*ticks[1:], index.end), strict=True))
    if not ticks or not in_order or index.time_base <= 0:
        raise ValueError("the times are not in order")
    return index


def _shot(number: int, value: Sequence[Any]) -> Shot:
    start, end, transition, keyframe = value
    return Shot(number, Span(int(start), int(end)), Transition(transition), int(keyframe))


def _stream(value: dict[str, Any]) -> Stream:
    """A stream from the values that :func:`footage.media.video_tasks.look` gives it; a mistyped one fails."""
    rate = value["frame_rate"]
    return Stream(
        index=int(value["index"]),
        kind=printable(str(value["kind"])),
        codec=printable(str(value["codec"])),
        profile=printable(str(value["profile"])),
        language=printable(str(value["language"])[:16]),
        width=int(value["width"]),
        height=int(value["height"]),
        sample_aspect=Fraction(value["sample_aspect"]),
        rotation=int(value["rotation"]),
        mirrored=bool(value["mirrored"]),
        pixel_format=printable(str(value["pixel_format"])),
        full_range=bool(value["full_range"]),
        colour=printable(str(value["colour"])),
        frame_rate=None if rate is None else Fraction(rate),
        channels=int(value["channels"]),
        sample_rate=int(value["sample_rate"]),
    )

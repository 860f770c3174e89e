"""Looking at footage of any kind: one call that tells all an asset's row needs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from footage.errors import BadInput, FootageError, ToolFailed
from footage.media.embedded import Packets, read_packets
from footage.media.picture import Picture
from footage.media.sandbox import MachineFailed, Sandbox
from footage.media.sniff import HEAD_SIZE, Format, sniff
from footage.media.still import look_still
from footage.media.video import look_video
from footage.model.asset import Kind, Shot, Stream
from footage.model.progress import Progress
from footage.model.span import FrameIndex


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen.

    Attributes:
        width, height: of the displayed picture.
        index: when each frame is shown; None for a still.
        damaged: what is wrong and where it ends; empty when it is whole.
        packets: the metadata it carries, raw and bounded.
    """

    format: Format
    width: int
    height: int
    streams: tuple[Stream, ...]
    index: FrameIndex | None
    shots: tuple[Shot, ...]
    thumbnail: Picture
    damaged: str
    packets: Packets


def format_of(path: Path) -> Format:
    """What a file is, by its first bytes.

    Raises:
        BadInput: it is no footage.
    """
    with path.open("rb") as file:
        return sniff(file.read(HEAD_SIZE))


def look(
    sandbox: Sandbox, path: Path, name: str, progress: Progress, keep: Callable[[int, Picture], None]
) -> Look:
    """Look at a file in the sandbox.

    Args:
        path: the vault's own copy.
        name: what people call it, for errors.
        keep: called with each shot's number and its keyframe.

    Raises:
        BadInput: it is no footage, shows no picture, or broke the decoder.
        ToolFailed: this machine failed (the sandbox did not start, the disk is full), or ``keep`` did.
    """
    format = format_of(path)
    not_kept: list[FootageError] = []

    def keep_or_note(number: int, picture: Picture) -> None:
        try:
            keep(number, picture)
        except FootageError as error:
            not_kept.append(error)
            raise

    try:
        packets = read_packets(sandbox, path, format)
    except MachineFailed:
        raise
    except (BadInput, ToolFailed):
        packets = Packets(b"", b"", b"", {})
    try:
        if format.kind is Kind.STILL:
            still = look_still(sandbox, path, format)
            return Look(
                format=format,
                width=still.width,
                height=still.height,
                streams=(still.stream,),
                index=None,
                shots=(),
                thumbnail=still.thumbnail,
                damaged=still.damaged,
                packets=packets,
            )
        video = look_video(sandbox, path, format, progress, keep_or_note)
    except ToolFailed as error:
        if isinstance(error, MachineFailed) or error in not_kept:
            raise
        raise BadInput(
            f"{name} could not be decoded: {error.message}", "keep the file; nothing was catalogued"
        ) from error
    return Look(
        format=format,
        width=video.width,
        height=video.height,
        streams=video.streams,
        index=video.index,
        shots=video.shots,
        thumbnail=video.thumbnail,
        damaged=video.damaged,
        packets=packets,
    )

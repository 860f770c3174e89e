"""What the coded streams of a file hold, and whether a remux of it holds the same."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import av.error
from av.stream import Stream

from footage.errors import ToolFailed
from footage.media.demux import open_video

_MICROSECONDS = 1_000_000
_HINT = "export it for the web instead: footage export --profile web"


@dataclass(frozen=True, slots=True)
class Content:
    """What a stream holds.

    Attributes:
        codec: FFmpeg's name of it.
        digest: SHA-256 of all its packets' bytes, one after the other.
        times: when each packet is shown, in microseconds.
        tick: its time base, in microseconds, rounded up.
        hidden: how many of its packets no player shows, because an edit list hides them.
    """

    codec: str
    digest: str
    times: tuple[int, ...]
    tick: int
    hidden: int


def contents_of(path: Path, format_name: str, indices: Sequence[int]) -> list[Content]:
    """What some streams of a file hold, by their indices; of a file that breaks off, as far as it goes.

    Raises:
        BadInput, ToolFailed: the file cannot be opened.
    """
    with open_video(str(path), format_name) as container:
        streams = [container.streams[index] for index in indices]
        digests = {index: hashlib.sha256() for index in indices}
        times: dict[int, list[int]] = {index: [] for index in indices}
        hidden = dict.fromkeys(indices, 0)
        with suppress(av.error.FFmpegError):
            for packet in container.demux(streams):
                if not packet.size:
                    continue
                number = packet.stream_index
                digests[number].update(bytes(packet))
                hidden[number] += packet.is_discard
                shown = packet.dts if packet.pts is None else packet.pts
                times[number].append(round((shown or 0) * packet.time_base * _MICROSECONDS))
        return [
            Content(
                codec=_codec(stream),
                digest=digests[stream.index].hexdigest(),
                times=tuple(times[stream.index]),
                tick=int((stream.time_base or 0) * _MICROSECONDS) + 1,
                hidden=hidden[stream.index],
            )
            for stream in streams
        ]


def expect_equal(copies: Sequence[Content], originals: Sequence[Content]) -> None:
    """Check that a remux holds its source's streams: the same bytes, and each packet at its time.

    Containers cut uncompressed sound into packets as they like; of that, the start counts.

    Raises:
        ToolFailed: it does not.
    """
    for copy, original in zip(copies, originals, strict=True):
        if copy.digest != original.digest:
            raise ToolFailed(f"the published copy would not hold all of the source's {copy.codec}", _HINT)
        starts = (copy.times[:1], original.times[:1])
        pairs = starts if copy.codec.startswith("pcm_") else (copy.times, original.times)
        if _apart(*pairs, max(copy.tick, original.tick)):
            raise ToolFailed(f"the published copy would play its {copy.codec} at other times", _HINT)


def _apart(copies: Sequence[int], originals: Sequence[int], tick: int) -> bool:
    if len(copies) != len(originals):
        return True
    return any(abs(copy - original) > tick for copy, original in zip(copies, originals, strict=True))


def _codec(stream: Stream) -> str:
    return str(stream.codec_context.codec.canonical_name)

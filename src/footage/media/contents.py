"""What the coded streams of a file hold, and whether a remux of it holds the same."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import av.error
from av.stream import Stream

from footage.errors import ToolFailed
from footage.media.demux import open_video
from footage.media.muxing import priming

_MICROSECONDS = 1_000_000
_START_CODE = re.compile(b"\0\0\1")
_SLICES = {"h264": frozenset((1, 2, 3, 4, 5, 19, 20)), "hevc": frozenset(range(32))}
_IDR = 5
_HINT = "export it for the web instead: footage export --profile web"


@dataclass(frozen=True, slots=True)
class Content:
    """What a stream holds.

    Attributes:
        codec: FFmpeg's name of it.
        digest: SHA-256 of all its packets' bytes, one after the other; of H.264 and HEVC, of all slices.
        times: when each packet is shown, in microseconds.
        tick: its time base, in microseconds, rounded up.
        hidden: how many of its packets no player shows, because an edit list hides them.
        spare: how many of those are more than a decoder needs before the first packet that counts.
        headless: whether it begins with an H.264 picture that a decoder starts at only where SEI says so.
    """

    codec: str
    digest: str
    times: tuple[int, ...]
    tick: int
    hidden: int
    spare: int
    headless: bool


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
        parts = {stream.index: _Parts(stream) for stream in streams}
        with suppress(av.error.FFmpegError):
            for packet in container.demux(streams):
                if not packet.size:
                    continue
                number = packet.stream_index
                for part in parts[number].of(bytes(packet)):
                    digests[number].update(part)
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
                headless=parts[stream.index].first not in (None, _IDR),
                spare=max(0, hidden[stream.index] - _needed(stream)),
            )
            for stream in streams
        ]


def expect_equal(copies: Sequence[Content], originals: Sequence[Content]) -> None:
    """Check that a remux holds its source's streams: the same coded content, and each packet at its time.

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


class _Parts:
    """What of a stream's packets counts: all, or of H.264 and HEVC the coded slices alone.

    Attributes:
        first: the type of the first slice of H.264.
    """

    def __init__(self, stream: Stream) -> None:
        codec = _codec(stream)
        self._slices = _SLICES.get(codec, frozenset[int]())
        self._hevc = codec == "hevc"
        self.first: int | None = None
        self._length = _length_size(codec, stream.codec_context.extradata or b"") if self._slices else 0

    def of(self, packet: bytes) -> Iterator[bytes]:
        """The parts of a packet that count, in order."""
        if not self._slices:
            yield packet
            return
        for unit in self._prefixed(packet) if self._length else _START_CODE.split(packet)[1:]:
            if unit and (kind := self._kind(unit[0])) in self._slices:
                if self.first is None and not self._hevc:
                    self.first = kind
                # Zeros that end a unit are stuffing, and before a start code part of that.
                yield unit.rstrip(b"\0")

    def _kind(self, head: int) -> int:
        return head >> 1 & 0x3F if self._hevc else head & 0x1F

    def _prefixed(self, packet: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(packet):
            start = at + self._length
            at = start + int.from_bytes(packet[at:start], "big")
            yield packet[start:at]


def _length_size(codec: str, extradata: bytes) -> int:
    """Bytes of the length before each unit (ISO/IEC 14496-15); 0 where start codes part the units."""
    if codec == "h264":
        return (extradata[4] & 3) + 1 if len(extradata) > 4 and extradata[0] == 1 else 0
    boxed = len(extradata) > 22 and extradata[:3] != b"\0\0\0" and extradata[:3] != b"\0\0\1"
    return (extradata[21] & 3) + 1 if boxed else 0


def _needed(stream: Stream) -> int:
    return priming(_codec(stream)) if stream.type == "audio" else 0


def _apart(copies: Sequence[int], originals: Sequence[int], tick: int) -> bool:
    if len(copies) != len(originals):
        return True
    return any(abs(copy - original) > tick for copy, original in zip(copies, originals, strict=True))


def _codec(stream: Stream) -> str:
    return str(stream.codec_context.codec.canonical_name)

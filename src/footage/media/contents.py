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
from footage.media.rendering.muxing import priming

_MICROSECONDS = 1_000_000
_START_CODE = re.compile(b"\0\0\1")
_SLICES = {"h264": frozenset((1, 2, 3, 4, 5, 19, 20)), "hevc": frozenset(range(32))}
_IDR = 5
_USER_DATA = b"\xb2"
# Comments and application data, but Adobe's (how colours are coded) and the first (of which field it is).
_JPEG_WORDS = frozenset((*range(0xE1, 0xEE), 0xEF, 0xFE))
_SCAN, _START_OF_IMAGE, _END_OF_IMAGE = 0xDA, b"\xff\xd8\xff", b"\xff\xd9"
_AV1_WORDS, _DELIMITER = frozenset((5, 15)), 2
_ENCODERS = (b"Lavc", b"XviD", b"DivX", b"FMP4")
_DATE_PACKS = re.compile(rb"[\x52\x53\x62\x63](?!\xff\xff\xff\xff)")
_DIF_BLOCK = 80
_HINT = "export it for the web instead: footage export --profile web"


@dataclass(frozen=True, slots=True)
class Content:
    """What a stream holds.

    Attributes:
        codec: FFmpeg's name of it.
        digest: SHA-256 of all its packets' bytes, one after the other; of codecs that carry words beside
            their pictures, of the pictures alone.
        times: when each packet is shown, in microseconds.
        tick: its time base, in microseconds, rounded up.
        hidden: how many of its packets no player shows, because an edit list hides them.
        spare: how many of those are more than a decoder needs before the first packet that counts.
        headless: whether it begins with an H.264 picture that a decoder starts at only where SEI says so.
        told: whether anything stands beside its pictures that a remux can leave out.
        stuck: whether anything does that it cannot.
    """

    codec: str
    digest: str
    times: tuple[int, ...]
    tick: int
    hidden: int
    spare: int
    headless: bool
    told: bool = False
    stuck: bool = False


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
                told=parts[stream.index].told,
                stuck=parts[stream.index].stuck,
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
    """What of a stream's packets counts: all, or where words stand beside the pictures, the pictures alone.

    Attributes:
        first: the type of the first slice of H.264.
        told, stuck: as in :class:`Content`.
    """

    def __init__(self, stream: Stream) -> None:
        codec = _codec(stream)
        self._codec = codec
        self._slices = _SLICES.get(codec, frozenset[int]())
        self._hevc = codec == "hevc"
        self.first: int | None = None
        extradata = bytes(stream.codec_context.extradata or b"")
        self._length = _length_size(codec, extradata) if self._slices else 0
        # What H.264 and HEVC say may also stand in their configuration, in many forms: always left out.
        self.told, self.stuck = bool(self._slices), False
        if not self._slices:
            for _ in self.of(extradata[4:] if codec == "av1" else extradata):
                pass

    def of(self, packet: bytes) -> Iterator[bytes]:
        """The parts of a packet that count, in order."""
        match self._codec:
            case "h264" | "hevc":
                yield from self._coded_slices(packet)
            case "mpeg1video" | "mpeg2video":
                yield from self._without_user_data(packet)
            case "mjpeg":
                yield from self._without_segments(packet)
            case "av1":
                yield from self._without_metadata(packet)
            case codec:
                self.stuck |= _has_words(codec, packet)
                yield packet

    def _coded_slices(self, packet: bytes) -> Iterator[bytes]:
        for unit in self._prefixed(packet) if self._length else _START_CODE.split(packet)[1:]:
            if unit and (kind := self._kind(unit[0])) in self._slices:
                if self.first is None and not self._hevc:
                    self.first = kind
                # Zeros that end a unit are stuffing, and before a start code part of that.
                yield unit.rstrip(b"\0")

    def _without_user_data(self, packet: bytes) -> Iterator[bytes]:
        for unit in _START_CODE.split(packet)[1:]:
            if unit[:1] == _USER_DATA:
                self.told = True
            else:
                yield unit.rstrip(b"\0")

    def _without_segments(self, packet: bytes) -> Iterator[bytes]:
        """The segments of a JPEG that belong to its picture; a second one (for two fields) counts whole."""
        at = 2
        while packet[at : at + 1] == b"\xff" and at + 4 <= len(packet):
            marker, end = packet[at + 1], at + 2 + int.from_bytes(packet[at + 2 : at + 4])
            if marker == _SCAN:
                end = packet.find(_END_OF_IMAGE, at)
                end = len(packet) if end < 0 else end + 2
                self.stuck |= _START_OF_IMAGE in packet[end:] and self.told
            if marker in _JPEG_WORDS:
                self.told = True
            else:
                yield packet[at:end]
            at = end
        if any(packet[at:]):
            if _START_OF_IMAGE in packet[at:]:
                yield packet[at:]
            else:
                self.told = True

    def _without_metadata(self, packet: bytes) -> Iterator[bytes]:
        """The open bitstream units of AV1 that belong to its pictures."""
        at = 0
        while at < len(packet):
            head = packet[at]
            at += 1 + (head >> 2 & 1)
            size, at = _leb128(packet, at) if head & 2 else (len(packet) - at, at)
            kind = head >> 3 & 15
            if kind in _AV1_WORDS:
                self.told = True
            elif kind != _DELIMITER:
                yield bytes((kind,)) + packet[at : at + size]
            at += size

    def _kind(self, head: int) -> int:
        return head >> 1 & 0x3F if self._hevc else head & 0x1F

    def _prefixed(self, packet: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(packet):
            start = at + self._length
            at = start + int.from_bytes(packet[at:start], "big")
            # Some writers leave start codes inside: no unit can hold one, so that another unit begins there.
            yield from _START_CODE.split(packet[start:at])


def _has_words(codec: str, packet: bytes) -> bool:
    """Whether a packet that no remux can thin out carries words: MPEG-4's user data, DV's dates."""
    if codec == "mpeg4":
        units = _START_CODE.split(packet)[1:]
        return any(
            unit[:1] == _USER_DATA and not unit[1:].startswith(_ENCODERS) and unit[1:].strip(b"\0")
            for unit in units
        )
    if codec == "dvvideo":
        blocks = (packet[at : at + _DIF_BLOCK] for at in range(0, len(packet), _DIF_BLOCK))
        return any(_DATE_PACKS.match(pack) for block in blocks for pack in _dv_packs(block))
    return False


def _dv_packs(block: bytes) -> Iterator[bytes]:
    """The packs of five bytes in a block of DV for subcode, picture data or sound (IEC 61834-2)."""
    starts = {1: range(6, 54, 8), 2: range(3, 78, 5), 3: range(3, 8, 5)}.get(block[0] >> 5, range(0))
    return (block[start : start + 5] for start in starts)


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """A number in AV1's form, and where it ends."""
    value = 0
    for place in range(8):
        sign = data[at] if at < len(data) else 0
        value |= (sign & 0x7F) << 7 * place
        at += 1
        if not sign & 0x80:
            break
    return value, at


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

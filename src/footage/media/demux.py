"""The one door to a video: opened with a forced demuxer, a short list of codecs and no way to other files.

A file's own word is not taken for what it is: FFmpeg would follow a playlist, a manifest or an alias that
carries a video's extension. So the demuxer is named, and whatever could lead to a second file is switched
off.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footage.errors import BadInput, ToolFailed
from footage.media.completeness import lacks_index
from footage.media.sniff import FORMATS

STREAM_LIMIT = 32
FRAME_LIMIT = 2_000_000
PIXEL_LIMIT = 8192 * 8192
_THREAD_LIMIT = 8
_PATIENCE = 64
_USUAL_RATE = Fraction(25)

PICTURE_DECODERS = frozenset(
    (
        *("h264", "hevc", "vp8", "vp9", "libdav1d", "mpeg1video", "mpeg2video", "mpegvideo", "mpeg4"),
        *("msmpeg4v1", "msmpeg4v2", "msmpeg4", "mjpeg", "prores", "dnxhd", "dvvideo", "ffv1", "rawvideo"),
    )
)
SOUND_DECODERS = (
    *("aac", "aac_latm", "ac3", "eac3", "mp1float", "mp2float", "mp3float", "mp1", "mp2", "mp3"),
    *("opus", "libopus", "vorbis", "libvorbis", "flac", "alac", "amrnb", "amrwb", "libopencore_amrnb"),
    *("libopencore_amrwb", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "pcm_s302m", "pcm_alaw", "pcm_mulaw"),
    *("pcm_u8", "pcm_s8", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_s32be"),
    *("pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "pcm_bluray", "pcm_dvd"),
)
_ANOTHER_COPY = "ask whoever sent it for another copy"
_NO_MOVIE = "add the video it belongs to"


def open_video(path: str, format_name: str) -> InputContainer:
    """Open a video with the demuxer of its sniffed format and nothing else.

    Args:
        path: of the vault's own copy.
        format_name: a video's name in :data:`footage.media.sniff.FORMATS`.

    Raises:
        BadInput: it is no such file, breaks off before its index, or has too many streams.
        ToolFailed: the file cannot be read at all.
    """
    demuxer = FORMATS[format_name].demuxer
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": demuxer,
        "codec_whitelist": ",".join((*sorted(PICTURE_DECODERS), *SOUND_DECODERS)),
        "max_pixels": str(PIXEL_LIMIT),
        "enable_drefs": "0",
        "use_absolute_path": "0",
    }
    address = f"file:{Path(path).absolute()}"
    try:
        container = av.open(address, "r", format=demuxer, options=options, metadata_errors="replace")
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise ToolFailed(f"it cannot be read: {error.strerror}", "run: footage verify") from error
    except av.error.FFmpegError as error:
        raise _unopened(path, format_name, error) from error
    if len(container.streams) > STREAM_LIMIT:
        count = len(container.streams)
        container.close()
        raise BadInput(f"it has {count} streams; at most {STREAM_LIMIT} are taken", _ANOTHER_COPY)
    return container


def picture_stream(container: InputContainer) -> VideoStream:
    """The stream that holds the pictures, ready to be decoded.

    Cover pictures do not count. Among several streams the first that the file marks as enabled or default is
    taken, else the first.

    Raises:
        BadInput: there is none, or its codec is not on our list.
    """
    moving = [stream for stream in container.streams.video if not is_cover(stream)]
    if not moving:
        raise BadInput(_no_pictures(container), _NO_MOVIE)
    stream = next((each for each in moving if each.disposition & Disposition.default), moving[0])
    decoder = decoder_name(stream)
    if decoder not in PICTURE_DECODERS:
        name = f"as {decoder}, which is not read here" if decoder else "in an unknown way"
        raise BadInput(f"its pictures are coded {name}", "convert it to H.264 in MP4 and add that as well")
    context = stream.codec_context
    context.options = {"max_pixels": str(PIXEL_LIMIT)}
    context.thread_type = "AUTO"
    context.thread_count = min(os.cpu_count() or 1, _THREAD_LIMIT)
    return stream


def is_cover(stream: Stream) -> bool:
    """Whether a stream is a picture that goes with the file (cover art, a preview), not footage."""
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def decoder_name(stream: Stream) -> str:
    """FFmpeg's name of a stream's decoder; empty where there is none."""
    context = cast("object | None", stream.codec_context)
    return stream.codec_context.codec.name if context is not None else ""


def usual_step(stream: VideoStream) -> int:
    """Ticks between two frames by the container's own average, where nothing better is known; at least 1."""
    rate = stream.average_rate or stream.guessed_rate or _USUAL_RATE
    return max(1, round(1 / (rate * stream.time_base))) if rate > 0 and stream.time_base else 1


@dataclass(slots=True)
class Mishaps:
    """What went wrong while a stream was decoded.

    Attributes:
        undecoded: packets before the first frame that gave no picture.
        broken: numbers of the frames at which data was broken, in order, each once.
    """

    undecoded: int = 0
    broken: list[int] = field(default_factory=list)

    def note(self, frame: int, shown: int) -> None:
        """Note a mishap at a frame's number when ``shown`` frames have been decoded."""
        if shown == 0:
            self.undecoded += 1
        elif not self.broken or frame > self.broken[-1]:
            self.broken.append(frame)


@dataclass(slots=True)
class Reader:
    """Decodes every shown frame of a stream in order, past broken places.

    Attributes:
        position: bytes of the file that have been read, about.
        mishaps: what went wrong so far.
        corrupt: whether the frame just handed out was decoded from broken data.
    """

    container: InputContainer
    stream: VideoStream
    position: int = 0
    mishaps: Mishaps = field(default_factory=Mishaps)
    corrupt: bool = False

    def frames(self) -> Iterator[VideoFrame]:
        """Frames in the order they are shown; those that an edit list hides do not come.

        Raises:
            BadInput: there are more frames than :data:`FRAME_LIMIT`.
        """
        shown = 0
        for packet in self._packets():
            try:
                frames = self.stream.decode(packet)
            except av.error.FFmpegError:
                self.mishaps.note(shown, shown)
                continue
            for frame in frames:
                if shown == FRAME_LIMIT:
                    raise BadInput(f"it has more than {FRAME_LIMIT:,} frames", "cut it into shorter files")
                self.corrupt = frame.is_corrupt
                if self.corrupt:
                    self.mishaps.note(shown, shown + 1)
                shown += 1
                yield frame

    def _packets(self) -> Iterator["Packet[VideoStream] | None"]:
        """The stream's packets, then None to drain the decoder.

        A broken place is skipped as long as the demuxer finds its way again.
        """
        failures = 0
        while failures < _PATIENCE:
            try:
                for packet in self.container.demux(self.stream):
                    failures = 0
                    if packet.pos is not None:
                        self.position = max(self.position, packet.pos)
                    # An empty packet would drain the decoder, and some demuxers end with one for each stream.
                    if packet.size:
                        yield packet
                break
            except av.error.FFmpegError:
                failures += 1
        yield None


def _unopened(path: str, format_name: str, error: av.error.FFmpegError) -> BadInput:
    if lacks_index(path, format_name):
        return BadInput("the index (moov) is missing: the file breaks off before it", _ANOTHER_COPY)
    reason = (error.strerror or "invalid data").lower()
    return BadInput(f"it begins like {format_name} but cannot be opened: {reason}", _ANOTHER_COPY)


def _no_pictures(container: InputContainer) -> str:
    cover = " but a cover" if container.streams.video else ""
    sound = "it is sound without pictures" if container.streams.audio else "it holds no pictures"
    return sound + cover

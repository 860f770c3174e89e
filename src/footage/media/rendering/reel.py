"""A redacted clip being written: its pictures, encoded or copied, and its sound beside them."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from math import lcm
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import av
import av.error
from av import CodecContext, VideoFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.stream import VideoStream

from footage.media.planes import fitted
from footage.media.rendering.encoders import Encoder, nearest_rate
from footage.media.rendering.muxing import CannotWrite, Coding, seconds
from footage.media.sound.splicing import SplicedSound
from footage.model.span import FrameIndex

_BOXES = frozenset(("mp4", "mov"))
_NO_TIMESCALE_ABOVE = (1 << 31) - 1


class Reel:
    """A file being written; a context manager, which closes it.

    Args:
        path: of the new file.
        format_name: in :data:`footage.media.sniff.FORMATS`.
        index: when its frames are to be shown.
        sound: of the file; ``sounds`` are the streams that it comes from.
        configure: makes what the file tells decoders of its pictures of what the encoder says of its own.

    Attributes:
        encoder: open, and not used yet.
        written: how many pictures there are so far.

    Raises:
        CannotWrite: the encoder or the format refuses this clip.
    """

    def __init__(
        self,
        path: Path,
        format_name: str,
        encoder: Encoder,
        coding: Coding,
        index: FrameIndex,
        sound: SplicedSound,
        sounds: Sequence[AudioStream],
        configure: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self.index = index
        self.written = 0
        self._last: int | None = None
        self._out = av.open(
            str(path), "w", format=format_name, container_options=_options(format_name, index, sounds)
        )
        rate = encoding_rate(encoder, index)
        try:
            options = dict(encoder.options)
            self._stream = cast(VideoStream, self._out.add_stream(encoder.name, rate, options=options))
            self.encoder = self._stream.codec_context
            _set_up(self.encoder, encoder, coding, 1 / rate)
            if encoder.codec == "hevc" and format_name in _BOXES:
                # Apple's players take HEVC under this tag only.
                self.encoder.codec_tag = "hvc1"
            if coding.matrix:
                self._stream.set_display_matrix(coding.matrix)
            sound.add_streams(self._out)
            self.encoder.open()
            if configure is not None:
                self.encoder.extradata = configure(self.encoder.extradata or b"")
            self._out.start_encoding()
        except (ValueError, av.error.FFmpegError) as error:
            self._out.close()
            raise CannotWrite(f"{format_name.upper()} would not take it: {error}") from error
        self._waiting = sound.packets()
        self._next = next(self._waiting, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._out.close()
            return
        with suppress(av.error.FFmpegError):
            self._out.close()

    def write(self, packet: "Packet[Any]", number: int, decoded: int) -> None:
        """Write the picture of a frame, and the sound up to it.

        Args:
            number: of the frame in the index.
            decoded: the tick at which to decode it.

        Raises:
            CannotWrite: it would have to be decoded after it is shown, or before the one before.
        """
        shown = self.index.pts[number]
        if decoded > shown or (self._last is not None and decoded <= self._last):
            raise CannotWrite("the encoder's frames are out of order")
        packet.pts, packet.dts = shown, decoded
        packet.duration = self.index.frame_end(number) - shown
        packet.time_base = self.index.time_base
        packet.stream = self._stream
        self._catch_up(seconds(packet))
        self._out.mux_one(packet)
        self._last = decoded
        self.written += 1

    def finish(self) -> None:
        """Write the sound that is left; to be called last.

        Raises:
            CannotWrite: frames are missing.
        """
        self._catch_up(None)
        if self.written != len(self.index.pts):
            raise CannotWrite(f"the encoder gave {self.written} frames of {len(self.index.pts)}")

    def _catch_up(self, until: Fraction | None) -> None:
        """Write the sound up to a time; None for all that is left."""
        while self._next is not None and (until is None or seconds(self._next) <= until):
            self._out.mux_one(self._next)
            self._next = next(self._waiting, None)


class Clip:
    """Pictures that are all encoded, put into a reel."""

    def __init__(self, reel: Reel, coding: Coding) -> None:
        self._reel = reel
        self._coding = coding

    def add(self, frame: VideoFrame, number: int, *, intra: bool) -> None:
        """Encode the frame of a number, as a picture that needs no other where ``intra`` says so.

        Raises:
            CannotWrite: the encoder lost the order of the frames.
        """
        self._write(numbered(frame, number, self._coding, self._reel.encoder, intra=intra))

    def finish(self) -> None:
        """Write what the encoder and the sound still hold; to be called last.

        Raises:
            CannotWrite: frames are missing.
        """
        self._write(None)
        self._reel.finish()

    def _write(self, frame: VideoFrame | None) -> None:
        """Write what the encoder has done, at its frames' own ticks instead of their numbers.

        Numbers and ticks rise together, so that what the encoder ordered stays in order.
        """
        for packet in self._reel.encoder.encode(frame):
            if packet.pts is None or packet.dts is None:
                raise CannotWrite("the encoder lost count of the frames")
            self._reel.write(packet, packet.pts, self._ticks(packet.dts))

    def _ticks(self, number: int) -> int:
        """The tick of a frame; before the first one, time is counted evenly."""
        index = self._reel.index
        if number >= 0:
            return index.pts[number]
        return index.pts[0] + number * (index.frame_end(0) - index.pts[0])


def another(encoder: Encoder, coding: Coding, index: FrameIndex) -> VideoCodecContext:
    """An encoder like that of a reel, for a stretch of its pictures.

    Raises:
        CannotWrite: it does not take them.
    """
    context = cast(VideoCodecContext, CodecContext.create(encoder.name, "w"))
    rate = encoding_rate(encoder, index)
    context.framerate = rate
    _set_up(context, encoder, coding, 1 / rate)
    context.options = dict(encoder.options)
    context.flags |= Flags.global_header
    try:
        context.open()
    except (ValueError, av.error.FFmpegError) as error:
        raise CannotWrite(f"its pictures cannot be encoded: {error}") from error
    return context


def numbered(
    frame: VideoFrame, number: int, coding: Coding, encoder: VideoCodecContext, *, intra: bool
) -> VideoFrame:
    """A frame as an encoder takes it: in its size and format, and with its number for a time."""
    frame = fitted(frame, coding.width, coding.height, coding.pixel_format)
    frame.pts = number
    frame.time_base = encoder.time_base
    frame.pict_type = PictureType.I if intra else PictureType.NONE
    return frame


def encoding_rate(encoder: Encoder, index: FrameIndex) -> Fraction:
    """Frames a second, about: an encoder plans with it, no timestamp depends on it."""
    rate = index.rate or len(index.pts) / index.duration
    return nearest_rate(encoder, Fraction(rate).limit_denominator(1001))


def _set_up(context: VideoCodecContext, encoder: Encoder, coding: Coding, tick: Fraction) -> None:
    context.width, context.height = coding.width, coding.height
    context.pix_fmt = coding.pixel_format
    context.time_base = tick
    context.sample_aspect_ratio = coding.sample_aspect
    context.color_range = coding.color_range
    context.colorspace = coding.color_space
    context.color_primaries = coding.color_primaries
    context.color_trc = coding.color_trc
    context.field_order = coding.field_order
    context.flags |= Flags.bitexact
    if coding.fields:
        context.flags |= Flags.interlaced_dct | Flags.interlaced_me
    if encoder.bit_rate:
        context.bit_rate = encoder.bit_rate
    if encoder.quantiser:
        context.qmin = context.qmax = encoder.quantiser
    if encoder.gop:
        context.gop_size = encoder.gop
    if encoder.b_frames is not None:
        context.max_b_frames = encoder.b_frames


def _options(format_name: str, index: FrameIndex, sounds: Sequence[AudioStream]) -> dict[str, str]:
    options = {"fflags": "+bitexact"}
    if format_name in _BOXES:
        scale = index.time_base.denominator
        # The edit that delays a track is counted in the movie's own scale: fine enough for every track.
        movie = lcm(scale, *(sound.time_base.denominator for sound in sounds if sound.time_base))
        options["video_track_timescale"] = str(scale)
        options["movie_timescale"] = str(movie if movie <= _NO_TIMESCALE_ABOVE else scale)
    return options

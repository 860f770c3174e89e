"""Writing a masked clip: the file it becomes, and pictures and sound put into it at their own times."""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from math import lcm
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import av
import av.error
from av import VideoFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import InputContainer
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from av.video.stream import VideoStream

from footage.media.demux import open_video
from footage.media.encoders import Encoder, nearest_rate
from footage.media.masking import frame_end
from footage.media.planes import fitted
from footage.model.span import FrameIndex

TURNING = frozenset(("mp4", "mov", "matroska", "webm"))
"""Formats that can say how a picture is turned."""

_BOXES = frozenset(("mp4", "mov"))
_EVEN_ONLY = frozenset(("avi", "mxf"))
_NO_TIMESCALE_ABOVE = (1 << 31) - 1
_BROKEN_PACKETS = 64
_PRIMING = 2
_NEEDS_NO_PRIMING = ("pcm_", "flac", "alac")


class CannotWrite(Exception):
    """A file of one format cannot hold this clip; the message says why, in words that follow "because"."""


@dataclass(frozen=True, slots=True)
class Coding:
    """What the encoder and the file must be told of the pictures.

    Attributes:
        pixel_format: the encoder's.
        fields: as in :class:`footage.media.encoders.Wanted`; ``field_order`` is FFmpeg's number for it.
        matrix: the display matrix, nine numbers; empty where the picture is not turned.
    """

    width: int
    height: int
    pixel_format: str
    fields: str
    field_order: int
    sample_aspect: Fraction
    color_range: int
    color_space: int
    color_primaries: int
    color_trc: int
    matrix: tuple[int, ...]


def holds(format_name: str, index: FrameIndex, coding: Coding) -> None:
    """Check what can be known beforehand about a format.

    Raises:
        CannotWrite: it cannot hold pictures at these times, or turned like these.
    """
    if coding.matrix and format_name not in TURNING:
        raise CannotWrite(f"{format_name.upper()} cannot say that the picture is turned")
    steps = {after - before for before, after in zip(index.pts, index.pts[1:], strict=False)}
    if format_name in _EVEN_ONLY and (len(steps) > 1 or index.pts[0] != 0):
        raise CannotWrite(f"{format_name.upper()} cannot hold frames at uneven times")


class Clip:
    """A clip being written; a context manager, which closes the file.

    Args:
        path: of the new file.
        format_name: in :data:`footage.media.sniff.FORMATS`.
        source: where the sound is copied from, opened for that alone.

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
        source: InputContainer,
    ) -> None:
        self._index = index
        self._coding = coding
        self._written = 0
        self._last: int | None = None
        sounds = source.streams.audio
        rate = nearest_rate(encoder, _rate(index))
        self._tick = 1 / rate
        options = _options(format_name, index, sounds)
        self._out = av.open(str(path), "w", format=format_name, container_options=options)
        try:
            self._stream = cast(
                VideoStream, self._out.add_stream(encoder.name, rate, options=dict(encoder.options))
            )
            _set_up(self._stream.codec_context, encoder, coding, self._tick)
            if encoder.codec == "hevc" and format_name in _BOXES:
                # Apple's players take HEVC under this tag only.
                self._stream.codec_context.codec_tag = "hvc1"
            if coding.matrix:
                self._stream.set_display_matrix(coding.matrix)
            self._sounds = {sound.index: self._out.add_stream_from_template(sound) for sound in sounds}
            self._stream.codec_context.open()
            self._out.start_encoding()
        except (ValueError, av.error.FFmpegError) as error:
            self._out.close()
            raise CannotWrite(f"{format_name.upper()} would not take it: {error}") from error
        self._waiting = sound_packets(source, sounds)
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

    def add(self, frame: VideoFrame, number: int, *, intra: bool) -> None:
        """Encode the frame of a number, as a picture that needs no other where ``intra`` says so.

        Raises:
            CannotWrite: the encoder lost the order of the frames.
        """
        coding = self._coding
        frame = fitted(frame, coding.width, coding.height, coding.pixel_format)
        frame.pts = number
        frame.time_base = self._tick
        frame.pict_type = PictureType.I if intra else PictureType.NONE
        self._write(frame)

    def finish(self) -> None:
        """Write what the encoder and the sound still hold; to be called last.

        Raises:
            CannotWrite: frames are missing.
        """
        self._write(None)
        self._catch_up(None)
        if self._written != len(self._index.pts):
            raise CannotWrite(f"the encoder gave {self._written} frames of {len(self._index.pts)}")

    def _write(self, frame: VideoFrame | None) -> None:
        for packet in self._stream.encode(frame):
            self._time(packet)
            self._catch_up(_seconds(packet))
            self._out.mux_one(packet)
            self._written += 1

    def _catch_up(self, until: Fraction | None) -> None:
        """Copy the sound up to a time; None for all that is left."""
        while self._next is not None and (until is None or _seconds(self._next) <= until):
            self._next.stream = self._sounds[self._next.stream_index]
            self._out.mux_one(self._next)
            self._next = next(self._waiting, None)

    def _time(self, packet: "Packet[Any]") -> None:
        """Give an encoded packet its frame's own ticks instead of the frame's number.

        Numbers and ticks rise together, so that what the encoder ordered stays in order.
        """
        if packet.pts is None or packet.dts is None:
            raise CannotWrite("the encoder lost count of the frames")
        number = packet.pts
        decoded, shown = self._ticks(packet.dts), self._ticks(number)
        if decoded > shown or (self._last is not None and decoded <= self._last):
            raise CannotWrite("the encoder's frames are out of order")
        packet.pts, packet.dts = shown, decoded
        packet.duration = frame_end(self._index, number) - shown
        packet.time_base = self._index.time_base
        self._last = decoded

    def _ticks(self, number: int) -> int:
        """The tick of a frame; before the first one, time is counted evenly."""
        pts = self._index.pts
        if number >= 0:
            return pts[number]
        return pts[0] + number * (frame_end(self._index, 0) - pts[0])


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


def _seconds(packet: "Packet[Any]") -> Fraction:
    tick = packet.dts if packet.dts is not None else packet.pts or 0
    return tick * packet.time_base


def sound_packets(
    container: InputContainer, sounds: Sequence[AudioStream]
) -> Iterator["Packet[AudioStream]"]:
    """The packets of sound that are heard, in the file's order, past broken places.

    What an edit list hides does not come, but for the :func:`priming` of the first packet that is heard:
    times before the start hide that again.
    """
    before = {sound.index: deque["Packet[AudioStream]"](maxlen=priming(_codec(sound))) for sound in sounds}
    for packet in _past_broken(container, sounds):
        primed = before.get(packet.stream_index)
        if not packet.is_discard:
            yield from before.pop(packet.stream_index, ())
            yield packet
        elif primed is not None:
            primed.append(packet)


def _past_broken(container: InputContainer, sounds: Sequence[AudioStream]) -> Iterator["Packet[AudioStream]"]:
    """All packets of sound, past broken places."""
    failures = 0
    while sounds and failures < _BROKEN_PACKETS:
        try:
            for packet in container.demux(*sounds):
                failures = 0
                if packet.size:
                    yield cast("Packet[AudioStream]", packet)
            return
        except av.error.FFmpegError:
            failures += 1


def priming(codec: str) -> int:
    """How many packets before the first one that is heard a decoder may need to play that one truly.

    Args:
        codec: FFmpeg's name of it.
    """
    return 0 if codec.startswith(_NEEDS_NO_PRIMING) else _PRIMING


def _codec(stream: AudioStream) -> str:
    # Sound that cannot be decoded has no context; it is copied all the same.
    context = cast("object | None", stream.codec_context)
    return stream.codec_context.name if context is not None else ""


def _rate(index: FrameIndex) -> Fraction:
    """Frames a second, about: an encoder plans with it, no timestamp depends on it."""
    rate = index.rate or len(index.pts) / index.duration
    return Fraction(rate).limit_denominator(1001)


def _options(format_name: str, index: FrameIndex, sounds: Sequence[AudioStream]) -> dict[str, str]:
    options = {"fflags": "+bitexact"}
    if format_name in _BOXES:
        scale = index.time_base.denominator
        # The edit that delays a track is counted in the movie's own scale: fine enough for every track.
        movie = lcm(scale, *(sound.time_base.denominator for sound in sounds if sound.time_base))
        options["movflags"] = "+faststart"
        options["video_track_timescale"] = str(scale)
        options["movie_timescale"] = str(movie if movie <= _NO_TIMESCALE_ABOVE else scale)
    return options


@dataclass(frozen=True, slots=True)
class Sound:
    """What a stream of sound plays: when each packet starts, in exact seconds, and what it holds.

    Attributes:
        step: the coarsest a time can be, in seconds: one tick of the stream.
    """

    codec: str
    step: Fraction
    times: tuple[Fraction, ...]
    digest: str


def sounds_of(container: InputContainer) -> list[Sound]:
    """All sound of an original that belongs into a copy (:func:`sound_packets`), by stream."""
    return _gathered(container, sound_packets(container, container.streams.audio))


def sounds_in(container: InputContainer) -> list[Sound]:
    """All sound that a copy holds, by stream, whether it is heard or hidden."""
    return _gathered(container, _past_broken(container, container.streams.audio))


def _gathered(container: InputContainer, packets: Iterator["Packet[AudioStream]"]) -> list[Sound]:
    streams = container.streams.audio
    times: dict[int, list[Fraction]] = {stream.index: [] for stream in streams}
    digests = {stream.index: hashlib.sha256() for stream in streams}
    for packet in packets:
        times[packet.stream_index].append(_seconds(packet))
        digests[packet.stream_index].update(len(content := bytes(packet)).to_bytes(8, "big") + content)
    return [
        Sound(
            stream.codec_context.name,
            stream.time_base or Fraction(0),
            tuple(times[stream.index]),
            digests[stream.index].hexdigest(),
        )
        for stream in streams
    ]


def times_differ(wanted: Sequence[Fraction], found: Sequence[Fraction], step: Fraction) -> str:
    """How two rows of times differ, in words; empty where each is the other's, rounded to a file's ticks.

    Args:
        step: a tick of the file in which they were found, in seconds.
    """
    if len(wanted) != len(found):
        return f"{len(found)} instead of {len(wanted)}"
    for number, (want, have) in enumerate(zip(wanted, found, strict=True)):
        if 2 * abs(want - have) > (step if want % step else 0):
            return f"number {number} comes at {float(have):.6f} s instead of {float(want):.6f} s"
    return ""


def read_back(path: Path, format_name: str, index: FrameIndex, source: InputContainer) -> None:
    """Check that a finished file tells the times that were written into it; nothing is decoded.

    Args:
        source: where the sound was copied from, opened for this alone.

    Raises:
        CannotWrite: it does not.
    """
    with open_video(str(path), format_name) as made:
        stream = made.streams.video[0]
        step = stream.time_base or Fraction(0)
        ticks = sorted(packet.pts for packet in made.demux(stream) if packet.pts is not None)
    wanted = [tick * index.time_base for tick in index.pts]
    if wrong := times_differ(wanted, [tick * step for tick in ticks], step):
        raise CannotWrite(f"{format_name.upper()} did not keep the frames' times ({wrong})")
    with open_video(str(path), format_name) as made:
        copies = sounds_in(made)
    for kept, copied in zip_longest(sounds_of(source), copies):
        if kept is None or copied is None or kept.digest != copied.digest:
            raise CannotWrite(f"{format_name.upper()} did not keep the sound as it was")
        if wrong := times_differ(kept.times, copied.times, copied.step):
            raise CannotWrite(f"{format_name.upper()} did not keep the sound's times ({wrong})")

"""What a format can hold of a clip, the sound that goes along, and a finished file's times read back."""

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import Any, cast

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from footage.media.demux import open_video
from footage.model.span import FrameIndex

TURNING = frozenset(("mp4", "mov", "matroska", "webm"))
"""Formats that can say how a picture is turned."""

_EVEN_ONLY = frozenset(("avi", "mxf"))
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
        fields: as in ``Wanted`` of the encoders; ``field_order``: FFmpeg's number for it.
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


def seconds(packet: "Packet[Any]") -> Fraction:
    """When a packet is decoded, or, where it does not say that, shown."""
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
        times[packet.stream_index].append(seconds(packet))
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


def read_back(path: Path, format_name: str, index: FrameIndex, source: InputContainer | None = None) -> None:
    """Check that a finished file tells the times that were written into it; nothing is decoded.

    Args:
        source: where the sound was copied from, opened for this alone; None where it was edited.

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
    if source is None:
        return
    with open_video(str(path), format_name) as made:
        copies = sounds_in(made)
    for kept, copied in zip_longest(sounds_of(source), copies):
        if kept is None or copied is None or kept.digest != copied.digest:
            raise CannotWrite(f"{format_name.upper()} did not keep the sound as it was")
        if wrong := times_differ(kept.times, copied.times, copied.step):
            raise CannotWrite(f"{format_name.upper()} did not keep the sound's times ({wrong})")

"""How a stream of sound gets into a new file: copied, spliced by packets or samples, or encoded anew."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any, cast

import av.error
import numpy as np
from av import AudioFrame, CodecContext
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.codec.codec import Codec
from av.container import OutputContainer
from av.packet import Packet

from footage.media.sound.coding import Facts, GridCoding, decoding, frame_of, samples_of
from footage.media.sound.edits import Edits, Part, Samples, Trimmer
from footage.media.sound.grid import Grid, New

_PCM = re.compile(r"pcm_(?:[sfu](\d+)(?:le|be)?|[am]u?law)")
_MOST_TICKS = (1 << 31) - 1
_DRIFT = Fraction(20, 1000)
_HOLDS_PRIMING = frozenset(("mp4", "mov", "matroska", "webm"))
_WHOLE = {
    "vorbis": "libopus",
    "opus": "libopus",
    "mp3": "libmp3lame",
    "amr_nb": "libopencore_amrnb",
    **{name: name for name in ("mp2", "ac3", "eac3", "flac", "alac", "adpcm_ms", "adpcm_ima_wav")},
}
_FALLBACK = "aac"
_LOSSLESS = frozenset(("flac", "alac"))
_NAMES = {"amr_nb": "AMR", "eac3": "E-AC-3", "ac3": "AC-3", "vorbis": "Vorbis", "opus": "Opus"}
_PER_CHANNEL = 96_000
_USUAL_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}


def time_of(packet: "Packet[Any]") -> Fraction | None:
    """When a packet is heard, in seconds; None where nobody knows."""
    tick = packet.pts if packet.pts is not None else packet.dts
    return tick * packet.time_base if tick is not None else None


class Copied:
    """A stream that stays as it is."""

    stream: AudioStream

    def __init__(self, source: AudioStream) -> None:
        self._source = source

    def add_stream(self, out: OutputContainer) -> None:
        """Add the stream to a file."""
        self.stream = out.add_stream_from_template(self._source)

    def feed(self, packet: "Packet[AudioStream]") -> Iterator["Packet[AudioStream]"]:
        """Take the source's next packet; gives those of the new file that are settled, in order."""
        packet.stream = self.stream
        yield packet

    def finish(self) -> Iterator["Packet[AudioStream]"]:
        """Give what is left."""
        return iter(())


class Spliced(Copied):
    """A stream in packets of equal length, of which the touched ones are encoded anew."""

    def __init__(self, source: AudioStream, coding: GridCoding, edits: Edits) -> None:
        super().__init__(source)
        self._step = coding.step
        self._grid = Grid(coding, edits)
        self._end = Fraction(0)

    def feed(self, packet: "Packet[AudioStream]") -> Iterator["Packet[AudioStream]"]:
        found = time_of(packet)
        time = found if found is not None else self._end
        self._end = time + self._step
        return map(self._packet, self._grid.feed(packet, time))

    def finish(self) -> Iterator["Packet[AudioStream]"]:
        return map(self._packet, self._grid.finish())

    def _packet(self, new: New) -> "Packet[AudioStream]":
        if new.content is None and new.source is not None:
            return _moved(new.source, new.time, self.stream)
        made = _made(new.content or b"", new.time, self._step, self._source, self.stream)
        if new.source is not None and new.source.has_sidedata("skip_samples"):
            made.set_sidedata(new.source.get_sidedata("skip_samples"))
        return made


class Pcm(Copied):
    """A stream of plain samples, spliced to the sample."""

    def __init__(self, source: AudioStream, facts: Facts, edits: Edits) -> None:
        super().__init__(source)
        self._facts = facts
        self._block = pcm_bytes(facts.codec) * facts.channels
        self._decoder = decoding(facts)
        self._encoder = cast(AudioCodecContext, CodecContext.create(facts.codec, "w"))
        self._encoder.format = next(iter(self._encoder.codec.audio_formats or ()))
        self._encoder.layout = facts.layout
        self._encoder.sample_rate = facts.rate
        self._trimmer = Trimmer(edits, facts.rate)
        self._end = Fraction(0)

    def feed(self, packet: "Packet[AudioStream]") -> Iterator["Packet[AudioStream]"]:
        found = time_of(packet)
        time = found if found is not None else self._end
        count = packet.size // self._block
        self._end = time + Fraction(count, self._facts.rate)
        parts = list(self._trimmer.parts(time, count))
        if len(parts) == 1 and parts[0].gains is None and parts[0].count == count:
            yield _moved(packet, parts[0].time, self.stream)
            return
        for part in parts:
            content = self._encoded(bytes(packet), part)
            length = Fraction(part.count, self._facts.rate)
            yield _made(content, part.time, length, self._source, self.stream)

    def _encoded(self, content: bytes, part: Part) -> bytes:
        kept = content[part.first * self._block : (part.first + part.count) * self._block]
        if part.gains is None:
            return kept
        (frame,) = self._decoder.decode(Packet(kept))
        samples = part.loud(samples_of(frame))
        made = frame_of(samples, self._encoder.format.name, self._facts.layout, self._facts.rate)
        return b"".join(bytes(each) for each in self._encoder.encode(made))


def pcm_bytes(codec: str) -> int:
    """How many bytes one sample of plain PCM takes; 0 for any other codec."""
    found = _PCM.fullmatch(codec)
    return int(found[1] or 8) // 8 if found else 0


@dataclass(frozen=True, slots=True)
class WholeCoding:
    """How a stream is encoded anew throughout."""

    encoder: str
    format_name: str
    layout: str
    rate: int
    bit_rate: int

    def set_up(self, context: AudioCodecContext) -> None:
        """Tell an encoder, which is not open yet."""
        context.format = self.format_name
        context.layout = self.layout
        context.sample_rate = self.rate
        context.time_base = Fraction(1, self.rate)
        if self.bit_rate:
            context.bit_rate = self.bit_rate

    def opened(self) -> AudioCodecContext:
        """A fresh encoder."""
        context = cast(AudioCodecContext, CodecContext.create(self.encoder, "w"))
        self.set_up(context)
        context.open()
        return context


def whole_coding(facts: Facts) -> WholeCoding | None:
    """The first way to encode a stream anew that an encoder accepts: in its own codec, else as AAC."""
    usual = _USUAL_LAYOUTS.get(facts.channels, "stereo")
    own = _WHOLE.get(facts.codec, _FALLBACK)
    for encoder, layout in product((own, _FALLBACK), (facts.layout, usual)):
        coding = _whole_coding(facts, encoder, layout)
        with suppress(av.error.FFmpegError, ValueError):
            coding.opened()
            return coding
    return None


def whole_note(facts: Facts, coding: WholeCoding) -> str:
    """Why and as what a stream is encoded anew, in words that follow its name."""
    codec = Codec(coding.encoder, "w").canonical_name
    name = _name(facts.codec)
    if facts.codec == "aac":
        name = "HE-AAC" if facts.doubled else "this kind of AAC"
    if codec == facts.codec:
        return f"was encoded anew, as {_name(codec)}: single packets of {name} cannot be replaced"
    return f"was encoded anew, as {_name(codec)}: {name} cannot be written here"


def _name(codec: str) -> str:
    return _NAMES.get(codec, codec.upper().replace("_", " "))


def _whole_coding(facts: Facts, encoder: str, layout: str) -> WholeCoding:
    codec = Codec(encoder, "w")
    rates = sorted(codec.audio_rates or (facts.rate,))
    rate = next((rate for rate in rates if rate >= facts.rate), rates[-1])
    formats = [each.name for each in codec.audio_formats or ()]
    like = [name for name in formats if name.removesuffix("p") == facts.format_name.removesuffix("p")]
    bit_rate = 0 if codec.canonical_name in _LOSSLESS else _PER_CHANNEL * facts.channels
    if codec.canonical_name == facts.codec and bit_rate:
        bit_rate = facts.bit_rate or bit_rate
    return WholeCoding(encoder, (like or formats)[0], layout, rate, bit_rate)


class Whole(Copied):
    """A stream that is encoded anew throughout."""

    def __init__(self, source: AudioStream, facts: Facts, coding: WholeCoding, edits: Edits) -> None:
        super().__init__(source)
        self._facts = facts
        self._coding = coding
        self._trimmer = Trimmer(edits, facts.rate)
        self._heard = Fraction(0)
        self._encoder: AudioCodecContext | None = None
        self._begin = Fraction(0)
        self._samples = 0
        self._earliest: Fraction | None = None

    def add_stream(self, out: OutputContainer) -> None:
        stream = cast(AudioStream, out.add_stream(self._coding.encoder, self._coding.rate))
        self._coding.set_up(stream.codec_context)
        self._keeps_priming = not _HOLDS_PRIMING.isdisjoint(out.format.name.split(","))
        self.stream = stream

    def feed(self, packet: "Packet[AudioStream]") -> Iterator["Packet[AudioStream]"]:
        yield from self._decoded(packet)

    def finish(self) -> Iterator["Packet[AudioStream]"]:
        yield from self._decoded(None)
        yield from self._closed()

    def _decoded(self, packet: "Packet[AudioStream] | None") -> Iterator["Packet[AudioStream]"]:
        frames: list[AudioFrame] = []
        with suppress(av.error.FFmpegError):
            frames = self._source.codec_context.decode(packet)
        for frame in frames:
            samples = self._like_the_first(frame)
            time = frame.pts * frame.time_base if frame.pts is not None and frame.time_base else self._heard
            self._heard = time + Fraction(len(samples), self._facts.rate)
            for part in self._trimmer.parts(time, len(samples)):
                yield from self._encoded(part.time, part.of(samples))

    def _like_the_first(self, frame: AudioFrame) -> Samples:
        """A frame's samples; as much silence where it has another rate or other channels than the first."""
        facts = self._facts
        if (frame.sample_rate, frame.layout.nb_channels) == (facts.rate, facts.channels):
            return samples_of(frame)
        return np.zeros((frame.samples * facts.rate // (frame.sample_rate or facts.rate), facts.channels))

    def _encoded(self, time: Fraction, samples: Samples) -> Iterator["Packet[AudioStream]"]:
        facts = self._facts
        end = self._begin + Fraction(self._samples, facts.rate)
        if self._encoder is None or abs(time - end) > _DRIFT:
            yield from self._closed()
            self._encoder, self._begin, self._samples = self._coding.opened(), time, 0
            if self._earliest is None and not self._keeps_priming:
                self._earliest = time
        frame = frame_of(samples, facts.format_name, facts.layout, facts.rate)
        frame.pts, frame.time_base = self._samples, Fraction(1, facts.rate)
        self._samples += len(samples)
        yield from self._timed(self._encoder.encode(frame))

    def _closed(self) -> Iterator["Packet[AudioStream]"]:
        if self._encoder is not None:
            yield from self._timed(self._encoder.encode(None))
        self._encoder = None

    def _timed(self, packets: list["Packet[Any]"]) -> Iterator["Packet[AudioStream]"]:
        for packet in packets:
            time = self._begin + (packet.pts or 0) * packet.time_base
            if self._earliest is None or time >= self._earliest:
                length = (packet.duration or 0) * packet.time_base
                self._earliest = time + length
                tick = Fraction(1, self._coding.rate)
                packet.pts = packet.dts = round(time / tick)
                packet.time_base = tick
                packet.duration = round(length / tick)
                packet.stream = self.stream
                yield packet


def _moved(packet: "Packet[Any]", time: Fraction, stream: AudioStream) -> "Packet[AudioStream]":
    """A packet of the source at its new time."""
    if time != time_of(packet):
        length = (packet.duration or 0) * packet.time_base
        _set_times(packet, time, length, packet.time_base)
    packet.stream = stream
    return packet


def _made(
    content: bytes, time: Fraction, length: Fraction, source: AudioStream, stream: AudioStream
) -> "Packet[AudioStream]":
    """A new packet."""
    packet: Packet[Any] = Packet(content)
    _set_times(packet, time, length, source.time_base or Fraction(1, source.rate))
    packet.is_keyframe = True
    packet.stream = stream
    return packet


def _set_times(packet: "Packet[Any]", time: Fraction, length: Fraction, tick: Fraction) -> None:
    """Give a packet its time, exactly where that can be: in finer ticks than the source's if need be."""
    ticks = lcm(tick.denominator, time.denominator)
    if time % tick and ticks <= _MOST_TICKS:
        tick = Fraction(1, ticks)
    packet.time_base = tick
    packet.pts = packet.dts = round(time / tick)
    packet.duration = round(length / tick)

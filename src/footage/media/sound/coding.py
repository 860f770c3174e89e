"""Sound decoded and encoded a packet at a time."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, cast

import av.error
import numpy as np
from av import AudioFrame, CodecContext
from av.audio.codeccontext import AudioCodecContext
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.packet import Packet

from footage.media.demux import SOUND_DECODERS, decoder_name
from footage.media.sound.edits import Samples
from footage.media.sound.windows import Window, fitted, reshaped, window_of

WARM_UP = 2
"""Packets to decode before the first whose samples are wanted."""

_AAC_FRAME = 1024
_AAC_MOST_BITS = 6144
# Neither tool keeps the samples as they are, and what is encoded here is joined to what is not.
_AAC_OPTIONS = MappingProxyType({"aac_pns": "0", "aac_is": "0"})
_NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
_PER_CHANNEL = 128_000
_ADTS_MASK = 0xFFF6
_ADTS_MARK = 0xFFF0
_ADTS_HEADER = 7
_NO_CHECKSUM = 1 << 12
_ANY_RATE = 0x7FF
_LOOK = 24
_SHAPES = MappingProxyType({"dbl": "f8", "flt": "f4", "s16": "i2", "s32": "i4", "u8": "u1"})
_FULL = MappingProxyType({"i2": 1 << 15, "i4": 1 << 31, "u1": 1 << 7})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a stream of sound, seen at its first packets.

    Attributes:
        codec: FFmpeg's name of the codec; ``decoder`` of what decodes it.
        format_name: FFmpeg's name of the format of its decoded samples.
        frame: samples that each packet gives; 0 where packets differ.
        adts: the header that the first packet of AAC carries; empty where packets are bare.
        bit_rate: bits a second; 0 where nobody knows.
        loudness: of speech, in decibels under full scale, as AC-3 tells it; 0 where it is not told.
    """

    codec: str
    decoder: str
    rate: int
    channels: int
    layout: str
    format_name: str
    extradata: bytes
    profile: str
    bit_rate: int
    frame: int
    adts: bytes
    loudness: int

    @property
    def doubled(self) -> bool:
        """Whether it is AAC whose upper half is made up by the decoder (HE-AAC)."""
        return self.codec == "aac" and self.frame == 2 * _AAC_FRAME


def facts_of(stream: AudioStream, packets: Iterable["Packet[AudioStream]"]) -> Facts | None:
    """Look at a stream's first packets; None where there are no packets.

    Raises:
        ValueError: nothing decodes them.
    """
    decoder = decoder_name(stream)
    trial: AudioCodecContext | None = None
    frames: list[AudioFrame] = []
    sizes: list[int] = []
    counts: set[int] = set()
    first = b""
    for packet in packets:
        first = first or bytes(packet)
        if decoder not in SOUND_DECODERS:
            raise ValueError(decoder)
        sizes.append(packet.size)
        # A decoder that knows nothing of the file: the file may hide samples, and every packet is to count.
        trial = trial or _like(stream.codec_context)
        with suppress(av.error.FFmpegError):
            found = trial.decode(Packet(bytes(packet)))
            frames += found
            counts |= {each.samples for each in found}
        if len(frames) >= _LOOK or len(sizes) > _LOOK * _LOOK:
            break
    if not sizes:
        return None
    if not frames or trial is None:
        raise ValueError(decoder)
    context, frame = stream.codec_context, frames[-1]
    seconds = Fraction(sum(each.samples for each in frames), frame.sample_rate)
    return Facts(
        codec=str(context.codec.canonical_name),
        decoder=decoder,
        rate=frame.sample_rate,
        channels=frame.layout.nb_channels,
        layout=frame.layout.name,
        format_name=frame.format.name,
        extradata=context.extradata or b"",
        profile=trial.profile or "",
        bit_rate=context.bit_rate or round(8 * sum(sizes) / seconds),
        frame=counts.pop() if len(counts) == 1 else 0,
        adts=first[:_ADTS_HEADER] if decoder == "aac" and _is_adts(first) else b"",
        loudness=_loudness(str(context.codec.canonical_name), first),
    )


def decoding(facts: Facts) -> AudioCodecContext:
    """A fresh decoder, which knows of no packet yet."""
    return _decoding(facts.decoder, facts.rate, facts.layout, facts.extradata)


def _decoding(decoder: str, rate: int, layout: str, extradata: bytes) -> AudioCodecContext:
    context = cast(AudioCodecContext, CodecContext.create(decoder, "r"))
    context.sample_rate = rate
    context.layout = layout
    if extradata:
        context.extradata = extradata
    return context


def samples_of(frame: AudioFrame) -> Samples:
    """A decoded frame's samples, from -1 to 1. Whole numbers come back unharmed from :func:`frame_of`."""
    values = cast(Any, frame.to_ndarray())
    shaped = values.T if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels)
    samples: Samples = shaped.astype(np.float64) / _FULL.get(values.dtype.str[1:], 1)
    samples -= values.dtype == np.uint8
    return samples


def frame_of(samples: Samples, format_name: str, layout: str, rate: int) -> AudioFrame:
    """A frame to be encoded.

    Args:
        format_name: FFmpeg's name of a format of samples.
    """
    kind = np.dtype(_SHAPES[format_name.removesuffix("p")])
    values = samples
    if kind.kind != "f":
        full = _FULL[kind.str[1:]]
        values = np.rint((samples + (kind == np.uint8)) * full)
        values = np.clip(values, np.iinfo(kind).min, np.iinfo(kind).max)
    planes = (values.T if format_name.endswith("p") else values.reshape(1, -1)).astype(kind)
    frame = AudioFrame.from_ndarray(cast(Any, np.ascontiguousarray(planes)), format_name, layout)
    frame.sample_rate = rate
    return frame


class Decoder:
    """Gives the samples of single packets of a codec whose packets all hold equally many."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._context = decoding(facts)
        self._last: int | None = None

    def samples(self, number: int, packet: "Packet[Any]", before: Sequence["Packet[Any]"]) -> Samples:
        """The samples of a packet; silence where it is broken.

        Args:
            number: of the packet in the stream.
            before: the packets just before it.
        """
        if self._last is None or number != self._last + 1:
            self._context = decoding(self._facts)
            for each in before:
                self._decoded(each)
        self._last = number
        return self._decoded(packet)

    def _decoded(self, packet: "Packet[Any]") -> Samples:
        wanted = (self._facts.frame, self._facts.channels)
        with suppress(av.error.FFmpegError):
            # A packet of its own: what the file says of hidden samples must not change their number.
            frames = self._context.decode(Packet(bytes(packet)))
            if len(frames) == 1 and (frames[0].samples, frames[0].layout.nb_channels) == wanted:
                return samples_of(frames[0])
        return np.zeros(wanted)


@dataclass(frozen=True, slots=True)
class GridCoding:
    """How single packets of a stream are encoded so that they fit between its own.

    Attributes:
        padding: samples that the encoder puts before the first.
    """

    facts: Facts
    encoder: str
    format_name: str
    bit_rate: int
    options: Mapping[str, str]
    padding: int = 0

    @property
    def step(self) -> Fraction:
        """Seconds that a packet lasts."""
        return Fraction(self.facts.frame, self.facts.rate)

    def window(self, content: bytes) -> Window | None:
        """The window of a packet of the source; None where windows are no concern."""
        if self.facts.codec != "aac":
            return None
        return window_of(content[self._header(content) :], self.facts.channels)

    def fitted(self, samples: Samples, window: Window | None, *, first: bool) -> Samples:
        """What to encode where a packet of ours meets one of the source's.

        Args:
            window: the one whose second half the source used there.
            first: whether ours comes after the source's, not before it.
        """
        if window is None or not window.ends_long:
            return samples
        return fitted(samples, bessel=window.bessel, encoder_bessel=True, first=first)

    def reshaped(self, content: bytes, wanted: Window) -> bytes | None:
        """A packet of ours so that a packet of the source may follow it; None where it does not fit.

        Args:
            wanted: the window of the packet after which the source's came.
        """
        window = self.window(content)
        if window is None or window.ends_long != wanted.ends_long:
            return None
        if window.bessel == wanted.bessel:
            return content
        if not (window.ends_long and window.bessel and window.shared):
            return None
        start = self._header(content)
        return content[:start] + reshaped(content[start:], window, bessel=wanted.bessel)

    def _header(self, content: bytes) -> int:
        """How many bytes of a packet are its own header, with the checksum that may follow."""
        return _ADTS_HEADER + (0 if content[1] & 1 else 2) if self.facts.adts else 0

    def wrapped(self, content: bytes) -> bytes:
        """A packet as the stream has them: with a header (ISO/IEC 13818-7, 6.2) where they have one."""
        header = self.facts.adts
        if not header:
            return content
        fixed = int.from_bytes(header, "big") >> 28 | _NO_CHECKSUM
        length = len(content) + _ADTS_HEADER
        return (fixed << 28 | length << 13 | _ANY_RATE << 2).to_bytes(_ADTS_HEADER, "big") + content


def grid_coding(facts: Facts) -> GridCoding | None:
    """How single packets of a stream are encoded; None where they cannot be, or not so that they fit."""
    match facts.codec:
        case "aac" if facts.profile == "LC":
            wanted = max(facts.bit_rate, _PER_CHANNEL * facts.channels)
            most = _AAC_MOST_BITS * facts.channels * facts.rate // _AAC_FRAME
            coding = GridCoding(facts, "aac", "fltp", min(wanted, most), _AAC_OPTIONS)
        case "mp2" if facts.frame:
            coding = GridCoding(facts, "mp2", "s16", facts.bit_rate, _NO_OPTIONS)
        case "ac3" | "eac3" if facts.frame:
            options = {"dialnorm": str(-(facts.loudness or 31))}
            coding = GridCoding(facts, facts.codec, "fltp", facts.bit_rate, options)
        case _:
            return None
    try:
        trial = GridEncoder(coding, 0)
        trial.feed(np.zeros((facts.frame, facts.channels)))
        trial.finish()
    except (av.error.FFmpegError, ValueError):
        return None
    told = facts.codec != "aac" or bool(facts.adts) or trial.config == facts.extradata[:2]
    fits = told and trial.size == facts.frame and trial.first is not None
    return replace(coding, padding=-(trial.first or 0)) if fits else None


class GridEncoder:
    """Encodes samples into packets that lie where the source's lie.

    Args:
        position: number of the packet whose samples come first.

    Attributes:
        first: tick of the first packet that came out, in samples.
    """

    def __init__(self, coding: GridCoding, position: int) -> None:
        self._coding = coding
        facts = coding.facts
        self._context = cast(AudioCodecContext, CodecContext.create(coding.encoder, "w"))
        self._context.sample_rate = facts.rate
        self._context.layout = facts.layout
        self._context.format = coding.format_name
        self._context.bit_rate = coding.bit_rate
        self._context.options = dict(coding.options)
        self._context.flags |= Flags.bitexact
        self._context.open()
        self._skip = coding.padding % facts.frame
        self._at = position * facts.frame + self._skip
        self._rest = np.zeros((0, facts.channels))
        self.first: int | None = None

    @property
    def size(self) -> int:
        """How many samples a packet holds."""
        return self._context.frame_size

    @property
    def config(self) -> bytes:
        """The kind of AAC, the rate and the channels, as ISO/IEC 14496-3 (1.6.2.1) writes them."""
        return (self._context.extradata or b"")[:2]

    def feed(self, samples: Samples) -> list[tuple[int, bytes]]:
        """Encode samples; the packets that are ready, each with its number."""
        facts = self._coding.facts
        self._rest = np.concatenate((self._rest, samples[self._skip :]))
        self._skip = 0
        ready: list[tuple[int, bytes]] = []
        while len(self._rest) >= facts.frame:
            block, self._rest = self._rest[: facts.frame], self._rest[facts.frame :]
            frame = frame_of(block, self._coding.format_name, facts.layout, facts.rate)
            frame.pts, frame.time_base = self._at, Fraction(1, facts.rate)
            self._at += facts.frame
            ready += self._numbered(self._context.encode(frame))
        return ready

    def finish(self) -> list[tuple[int, bytes]]:
        """What the encoder still holds."""
        facts = self._coding.facts
        last = self.feed(np.zeros((facts.frame, facts.channels))) if len(self._rest) else []
        return last + self._numbered(self._context.encode(None))

    def _numbered(self, packets: Iterable["Packet[Any]"]) -> list[tuple[int, bytes]]:
        numbered = []
        for packet in packets:
            at = packet.pts or 0
            self.first = at if self.first is None else self.first
            numbered.append((at // self._coding.facts.frame, self._coding.wrapped(bytes(packet))))
        return numbered


def _like(context: AudioCodecContext) -> AudioCodecContext:
    rate, layout = context.sample_rate, context.layout.name
    return _decoding(context.codec.name, rate, layout, context.extradata or b"")


def _is_adts(content: bytes) -> bool:
    return len(content) > _ADTS_HEADER and int.from_bytes(content[:2], "big") & _ADTS_MASK == _ADTS_MARK


def _loudness(codec: str, content: bytes) -> int:
    """The dialogue normalisation of a packet of AC-3 or E-AC-3 (ETSI TS 102 366, 4.4.2 and E.1.2)."""
    bits = int.from_bytes(content[:8].ljust(8, b"\0"), "big")
    if codec == "eac3":
        return bits >> 64 - 50 & 31
    if codec != "ac3":
        return 0
    mode = bits >> 64 - 51 & 7
    # Mix levels stand before it: of the centre, of the surround, of Dolby Surround.
    extra = 2 * (bool(mode & 1 and mode != 1) + bool(mode & 4) + (mode == 2))
    return bits >> 64 - (51 + extra + 1 + 5) & 31

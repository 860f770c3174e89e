"""Smart render: only what a mask or a cut touches is encoded, all else is copied as it is coded.

What is encoded reaches from the last place before it, up to which a group of pictures can be copied, to the
next picture from which decoding can begin. Its parameter sets stand beside the source's in the file's head,
under numbers of their own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import av.error
from av import VideoFrame
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from footage.media.completeness import breaks_off
from footage.media.demux import picture_stream
from footage.media.rendering.copyplan import CopyPlan, plan_copy
from footage.media.rendering.encoders import Encoder, encoder_for, in_part, pixel_format
from footage.media.rendering.muxing import Coding
from footage.media.rendering.original import Original
from footage.media.rendering.packets import (
    HIDDEN,
    CannotCopy,
    Restart,
    Stretch,
    read_packets,
    stored_packets,
    units_of,
)
from footage.media.rendering.parametersets import Configuration, read_configuration, renumbered
from footage.media.rendering.reel import Reel, another, numbered
from footage.media.rendering.units import (
    HEVC,
    SYNTAXES,
    Malformed,
    Syntax,
    Unit,
    joined,
    split_stream,
    without_leading,
)

_FORMATS = frozenset(("mp4", "mov", "matroska"))
_UNTIMED = "matroska"
_STEP = 16
_PREFIX = 4


class SmartRender:
    """A smart render of one video.

    Attributes:
        plan: what is copied and what is encoded.
        notes: what of the sound could not be kept as it was; known when it is written.

    Raises:
        CannotCopy: it has to be encoded whole; the message says why.
        BadInput: it cannot be opened. ToolFailed: it shows no frame.
    """

    def __init__(self, original: Original) -> None:
        self.notes: tuple[str, ...] = ()
        self._original = original
        encoder = _encoder_for(original)
        self._coding = _coding(original, encoder)
        self._syntax = SYNTAXES[encoder.codec]
        if breaks_off(original.path, original.format):
            raise CannotCopy("it breaks off before its end")
        with original.open() as container:
            stream = picture_stream(container)
            self._configuration = _told(stream, encoder.codec)
            timed = original.format != _UNTIMED
            packets = read_packets(stream, original.index, self._syntax, self._configuration, timed=timed)
        self.plan = plan_copy(packets, original.redaction, original.timeline)
        self._number = _unused(self._configuration)
        self._encoder = in_part(encoder, self.plan.depth, self._number)
        self._described = b""

    def write(self, path: Path) -> Iterator[tuple[dict[str, object], bytes]]:
        """Write the redacted clip; progress comes out.

        Raises:
            CannotCopy: it has to be encoded whole after all.
            CannotWrite: the format refuses it.
        """
        original, plan = self._original, self.plan
        with original.open() as pictures, original.open_sound() as sounds:
            sound = original.sound(sounds)
            self.notes = tuple(sound.notes)
            with Reel(
                path,
                original.format,
                self._encoder,
                self._coding,
                original.timeline.shortened,
                sound,
                sounds.streams.audio,
                self._configure,
            ) as reel:
                splicer = _Splicer(reel, plan, self._syntax, self._configuration, self._number)
                for place in self._splice(picture_stream(pictures), splicer):
                    if place % _STEP == 0:
                        yield {"progress": ["masking", place, len(plan.packets)]}, b""
                reel.finish()

    def _splice(self, stream: VideoStream, splicer: "_Splicer") -> Iterator[int]:
        """Put copied and encoded packets together; the source's places come out on the way."""
        stored = enumerate(stored_packets(stream))
        held: Packet[VideoStream] | None = None
        resumed = 0
        for stretch in self.plan.stretches:
            encoding = self._encoding(stretch, stream)
            if held is not None and stretch.begins == resumed:
                splicer.add(encoding.feed(held))
            held, resumed = None, stretch.stop
            for place, packet in stored:
                encoding.skip(needless=place < stretch.first)
                if place < stretch.first:
                    splicer.copy(place, packet)
                elif place == stretch.stop:
                    held = packet
                if place >= stretch.begins:
                    splicer.add(encoding.feed(packet))
                yield place
                if place + 1 == stretch.end:
                    break
            splicer.add(encoding.finish())
            if held is not None:
                splicer.copy(stretch.stop, held)
        for place, packet in stored:
            splicer.copy(place, packet)
            yield place

    def _configure(self, encoder: bytes) -> bytes:
        """What the file tells decoders: the source's parameter sets, and an encoder's beside them."""
        self._described = encoder
        if not self.plan.stretches:
            return replace(self._configuration, prefix=_PREFIX).packed()
        sets = [unit for unit in split_stream(encoder) if self._syntax.kind(unit) in self._syntax.sets]
        try:
            both = self._configuration.with_sets(sets)
        except Malformed as error:
            raise CannotCopy("the encoder cannot tell its pictures apart") from error
        if _unused(both) == self._number:
            raise CannotCopy("the encoder cannot tell its pictures apart")
        return both.packed()

    def _encoding(self, stretch: Stretch, stream: VideoStream) -> "_Encoding":
        frames = self.plan.frames(stretch).tolist()
        return _Encoding(self._original, frames, self._another, self._coding, stream)

    def _another(self) -> VideoCodecContext:
        """An encoder for a stretch, with the parameter sets that the file tells of."""
        encoder = another(self._encoder, self._coding, self._original.timeline.shortened)
        if encoder.extradata != self._described:
            raise CannotCopy("the encoder cannot tell its pictures apart")
        return encoder


class _Splicer:
    """Writes copied and encoded packets, each with what its decoder needs, when it is to be decoded."""

    def __init__(
        self, reel: Reel, plan: CopyPlan, syntax: Syntax, configuration: Configuration, number: int
    ) -> None:
        self._reel = reel
        self._plan = plan
        self._syntax = syntax
        self._configuration = configuration
        self._number = number
        self._resumes = {stretch.stop for stretch in plan.stretches}

    def copy(self, place: int, packet: "Packet[VideoStream]") -> None:
        """Copy the source's packet from a place."""
        units = self._syntax.copied(units_of(packet, self._configuration))
        if place in self._resumes and self._plan.packets.restarts[place] == Restart.OPEN:
            units = without_leading(units)
        self._write(units, packet.is_keyframe, int(self._plan.numbers[place]))

    def add(self, packets: "Iterable[Packet[Any]]") -> None:
        """Write what an encoder gave.

        Raises:
            CannotCopy: it cannot stand among copied packets.
        """
        for packet in packets:
            units = self._syntax.copied(split_stream(bytes(packet)))
            if packet.pts is None:
                raise CannotCopy("the encoder lost count of the frames")
            if self._syntax is HEVC:
                units = [self._told(unit) for unit in units]
            restart = any(self._syntax.kind(unit) in self._syntax.restarts for unit in units)
            self._write(units, restart, packet.pts)

    def _told(self, unit: Unit) -> Unit:
        """An encoder's unit, which needs the parameter sets under their new number."""
        if HEVC.kind(unit) not in HEVC.slices:
            return unit
        try:
            return renumbered(unit, self._number)
        except Malformed as error:
            raise CannotCopy("the encoder cannot tell its pictures apart") from error

    def _write(self, units: Iterable[Unit], keyframe: bool, number: int) -> None:
        made: Packet[Any] = Packet(joined(units, _PREFIX))
        made.is_keyframe = keyframe
        self._reel.write(made, number, int(self._plan.decoded[self._reel.written]))


class _Encoding:
    """Decodes, paints and encodes one stretch.

    Args:
        frames: the numbers of its frames in the redacted clip.
        encoder: opens one, where there is something to encode.
        stream: of the source; packets are fed from where decoding begins.
    """

    def __init__(
        self,
        original: Original,
        frames: Iterable[int],
        encoder: Callable[[], VideoCodecContext],
        coding: Coding,
        stream: VideoStream,
    ) -> None:
        kept = original.timeline.kept
        self._awaited = deque((number, kept[number]) for number in frames)
        self._index = original.index
        self._before = HIDDEN
        self._painter = original.painter()
        self._coding = coding
        self._stream = stream
        self._fed = False
        self._open = encoder

    def skip(self, *, needless: bool) -> None:
        """Whether the packets that follow are decoded only as far as others refer to them.

        Not of HEVC: what nothing of its own layer refers to, a picture of another layer may.
        """
        context = self._stream.codec_context
        context.skip_frame = "NONREF" if needless and context.name == "h264" else "DEFAULT"

    def feed(self, packet: "Packet[VideoStream]") -> "Iterator[Packet[Any]]":
        """Decode a packet; what is encoded meanwhile comes out."""
        if self._awaited:
            self._fed = True
            yield from self._encode(self._decoded(packet))

    def finish(self) -> "Iterator[Packet[Any]]":
        """Decode and encode what is left.

        Raises:
            CannotCopy: a frame is missing.
        """
        if not self._fed:
            return
        yield from self._encode(self._decoded(None))
        self._stream.codec_context.flush_buffers()
        if self._awaited:
            raise CannotCopy("what lies around the frames to be hidden cannot be decoded by itself")
        yield from self._encoder.encode(None)

    @cached_property
    def _encoder(self) -> VideoCodecContext:
        return self._open()

    def _decoded(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        try:
            return self._stream.decode(packet)
        except av.error.FFmpegError as error:
            raise CannotCopy("its data is broken") from error

    def _encode(self, frames: Iterable[VideoFrame]) -> "Iterator[Packet[Any]]":
        """Encode those of the frames that belong to the stretch, painted."""
        for frame in frames:
            if frame.pts is None or not self._awaited:
                continue
            number, source = self._awaited[0]
            if frame.pts < self._index.pts[source]:
                continue
            if frame.pts > self._index.pts[source] or frame.is_corrupt:
                raise CannotCopy("what lies around the frames to be hidden cannot be decoded by itself")
            if (frame.width, frame.height) != (self._coding.width, self._coding.height):
                raise CannotCopy("its pictures change their size on the way")
            self._awaited.popleft()
            # What follows a cut needs a picture of its own as much as what a mask begins to cover.
            intra = self._painter.begins(source) or source != self._before + 1
            self._before = source
            painted = self._painter.painted(frame, source)
            yield from self._encoder.encode(
                numbered(painted, number, self._coding, self._encoder, intra=intra)
            )


def _encoder_for(original: Original) -> Encoder:
    """The encoder for what is touched.

    Raises:
        CannotCopy: none writes what could stand among this video's own pictures.
    """
    wanted = original.seen.wanted
    encoder = encoder_for(wanted)
    if wanted.codec not in SYNTAXES or encoder is None:
        raise CannotCopy(f"its pictures are coded as {wanted.codec.upper()}, not as H.264 or HEVC")
    if original.format not in _FORMATS:
        raise CannotCopy(f"it is {original.format.upper()}, not MP4, MOV or MKV")
    if wanted.fields and wanted.codec != "h264":
        raise CannotCopy("its pictures are interlaced, and no encoder here writes HEVC so")
    return encoder


def _coding(original: Original, encoder: Encoder) -> Coding:
    """What the encoder is told of the pictures.

    Raises:
        CannotCopy: it cannot write them as they are.
    """
    seen = original.seen
    wanted, coding = seen.wanted.pixel_format, seen.coding
    own, _ = pixel_format(encoder, wanted, coding.width, coding.height)
    if own != wanted:
        raise CannotCopy(f"no encoder here writes {wanted} pictures of {coding.width} x {coding.height}")
    return replace(coding, pixel_format=own)


def _told(stream: VideoStream, codec: str) -> Configuration:
    """What decoders are told of a stream's pictures.

    Raises:
        CannotCopy: not what is needed.
    """
    try:
        told = read_configuration(codec, stream.codec_context.extradata or b"")
    except Malformed as error:
        raise CannotCopy("it does not tell how its pictures are coded where it should") from error
    if not told.one_size:
        raise CannotCopy("the way its pictures are coded changes on the way")
    return told


def _unused(configuration: Configuration) -> int:
    """A number for an encoder's parameter sets.

    Raises:
        CannotCopy: there is none.
    """
    try:
        return configuration.unused_id()
    except Malformed as error:
        raise CannotCopy("its pictures leave no room for others beside them") from error

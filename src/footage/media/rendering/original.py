"""The video that is to be redacted: opened as often as needed, and what was seen of it once."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from av import VideoFrame
from av.container import InputContainer
from av.sidedata.sidedata import Type as SideDataType
from av.stream import Discard
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from footage.errors import Refused, ToolFailed
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.frames import fields_of
from footage.media.painting import Painter
from footage.media.pictures import geometry_of
from footage.media.planes import planar_name
from footage.media.rendering.encoders import Wanted
from footage.media.rendering.muxing import Coding
from footage.media.sound.splicing import SplicedSound
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex, Span


@dataclass(frozen=True)
class Original:
    """A video and what is to be done to it.

    It has no slots, so that what must be looked up is looked up once.

    Attributes:
        path: of the vault's own copy.
        format: its name in :data:`footage.media.sniff.FORMATS`.
    """

    path: str
    format: str
    index: FrameIndex
    redaction: Redaction

    @cached_property
    def timeline(self) -> Timeline:
        """Where its frames lie when the cuts are made."""
        return Timeline(self.index, self.redaction.cuts)

    @cached_property
    def seen(self) -> "Seen":
        """What its first frame and its stream say.

        Raises:
            BadInput: it cannot be opened. ToolFailed: it shows no frame.
        """
        with self.open() as container:
            return _see(container)

    def open(self) -> InputContainer:
        """Open it.

        Raises:
            BadInput: it cannot be opened.
        """
        return open_video(self.path, self.format)

    def open_sound(self) -> InputContainer:
        """Open it for its sound alone: where the format allows, nothing else of it is read."""
        container = self.open()
        for stream in container.streams:
            if stream.type != "audio":
                stream.discard = Discard.all
        return container

    def sound(self, container: InputContainer) -> SplicedSound:
        """Its sound, silenced and cut as it is asked for.

        Args:
            container: of :meth:`open_sound`, for this alone.

        Raises:
            Refused: some of it is coded in a way that nothing here can read, so that nobody could prove it.
        """
        for number, stream in enumerate(container.streams.audio, 1):
            if getattr(stream, "codec_context", None) is None:
                raise Refused(
                    f"nothing here can read sound {number} of it, so that no copy of it can be proven",
                    "ask for a copy with other sound, or send stills: footage grab ASSET TIME",
                )
        return SplicedSound(
            container,
            container.streams.audio,
            self._seconds(self.redaction.mutes),
            self._seconds(self.timeline.gaps),
        )

    def painter(self) -> Painter:
        """What hides its masks."""
        seen = self.seen
        return Painter(
            self.redaction.masks,
            self.index,
            rotation=seen.rotation,
            mirrored=seen.mirrored,
            interlaced=bool(seen.wanted.fields),
        )

    def _seconds(self, spans: Sequence[Span]) -> list[tuple[Fraction, Fraction]]:
        tick = self.index.time_base
        return [(span.start * tick, span.end * tick) for span in spans]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a video's first frame and its stream say."""

    wanted: Wanted
    coding: Coding
    rotation: int
    mirrored: bool


def _see(container: InputContainer) -> Seen:
    """Look at the first frame."""
    stream = picture_stream(container)
    frame = next(Reader(container, stream).frames(), None)
    if frame is None:
        raise ToolFailed("no frame of it can be decoded any more", "run: footage verify")
    context = stream.codec_context
    fields = fields_of(frame, stream)
    wanted = Wanted(
        _codec(stream), context.profile or "", planar_name(frame.format), fields, context.has_b_frames
    )
    geometry = geometry_of(frame, stream)
    rgb = frame.format.is_rgb
    coding = Coding(
        width=frame.width,
        height=frame.height,
        pixel_format="",
        fields=fields,
        field_order=context.field_order,
        sample_aspect=stream.sample_aspect_ratio or Fraction(1),
        color_range=ColorRange.MPEG if rgb else frame.color_range,
        color_space=Colorspace.ITU709 if rgb else frame.colorspace,
        color_primaries=frame.color_primaries,
        color_trc=frame.color_trc,
        matrix=_matrix(frame),
    )
    return Seen(wanted, coding, geometry.rotation, geometry.mirrored)


def _codec(stream: VideoStream) -> str:
    name = stream.codec_context.codec.canonical_name
    return str(name)


def _matrix(frame: VideoFrame) -> tuple[int, ...]:
    data = frame.side_data.get(cast(Any, SideDataType.DISPLAYMATRIX))
    return struct.unpack("=9i", bytes(cast(Any, data))) if data is not None else ()

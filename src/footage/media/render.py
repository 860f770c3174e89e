"""Rendering masks: onto every frame of a video, in the sandbox; onto a still, from its pixels.

A masked clip has its original's frames at its original's times, and its original's packets of sound. Nothing
else is taken along: no subtitles, no data, no chapters, no metadata.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av.error
from av import VideoFrame
from av.container import InputContainer
from av.sidedata.sidedata import Type as SideDataType
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from footage.errors import ToolFailed
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.encoders import H264, Encoder, Wanted, encoder_for, pixel_format
from footage.media.frames import fields_of, indexed_frames
from footage.media.muxing import CannotWrite, Clip, Coding, holds, read_back
from footage.media.painting import Painter, mask_still
from footage.media.pictures import geometry_of
from footage.media.planes import planar_name
from footage.media.sandbox import Sandbox, reporting
from footage.media.sniff import FORMATS, Format
from footage.media.still import encode, read_pixels
from footage.media.wire import pack_index, pack_masks, unpack_index, unpack_masks
from footage.model.flag import Mask
from footage.model.progress import Progress
from footage.model.span import FrameIndex

_STEP = 16
_H264_HOMES = ("mp4", "mov", "matroska", "mpegts")
_OTHER_HOMES = ("mov", "matroska")
_AGAIN = "the original is untouched; if it fails again, report it with the output of: footage doctor"


@dataclass(frozen=True, slots=True)
class RenderedVideo:
    """A masked clip, not proven yet.

    Attributes:
        path: in the sandbox's scratch folder.
        format: its name in :data:`footage.media.sniff.FORMATS`; not always the original's.
        extension: with its dot.
        frames_copied: coded frames taken over without encoding them again.
        whole: why all of it was encoded, and what could not be kept as in the original.
    """

    path: Path
    format: str
    extension: str
    frames_encoded: int
    frames_copied: int
    whole: str


def render_masked_video(
    sandbox: Sandbox,
    source: Path,
    format: Format,
    index: FrameIndex,
    masks: Sequence[Mask],
    progress: Progress,
) -> RenderedVideo:
    """Render masks onto a video. Nothing is left behind when it fails.

    Args:
        sandbox: with limits for rendering pictures of this size.
        source: the vault's own copy.
        index: of the source.

    Raises:
        BadInput: the source cannot be opened.
        ToolFailed: it could not be decoded as before or encoded.
    """
    task = sandbox.stream(
        "footage.media.render:render",
        source=str(source),
        format=format.name,
        index=pack_index(index),
        masks=pack_masks(masks),
    )
    messages = list(reporting(task, progress))
    if len(messages) != 1:
        raise ToolFailed("the clip was not rendered to its end", _AGAIN)
    values = messages[0].values
    made = FORMATS[values["format"]]
    return RenderedVideo(
        Path(values["path"]), made.name, made.extensions[0], int(values["frames"]), 0, str(values["whole"])
    )


def render_masked_still(sandbox: Sandbox, source: Path, format: Format, masks: Sequence[Mask]) -> bytes:
    """A still with masks on, written anew from its decoded pixels in its own format.

    Raises:
        BadInput: the source cannot be decoded. ToolFailed: it cannot be written.
    """
    return encode(mask_still(read_pixels(sandbox, source, format), masks), format.name)


def render(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:
    """Task: write the masked clip into the scratch folder; progress, then where it is.

    The clip keeps the source's codec and format where they can be written, else it becomes the next best.

    Raises:
        BadInput: the source cannot be opened. ToolFailed: it could not be decoded as before or encoded.
    """
    job = _Job(
        params["source"], params["format"], unpack_index(params["index"]), unpack_masks(params["masks"])
    )
    unfinished = scratch / "masked.part"
    reasons: list[str] = []
    for home, encoder, notes in job.ways():
        try:
            yield from job.write(unfinished, home, encoder)
        except CannotWrite as error:
            reasons.append(str(error))
            continue
        except (av.error.FFmpegError, OSError) as error:
            raise ToolFailed(f"the masked clip could not be written: {error}", _AGAIN) from error
        else:
            path = unfinished.rename(scratch / f"masked{FORMATS[home].extensions[0]}")
            words = "; ".join(("every frame was encoded", *notes, *dict.fromkeys(reasons)))
            yield {"path": str(path), "format": home, "frames": len(job.index.pts), "whole": words}, b""
            return
        finally:
            unfinished.unlink(missing_ok=True)
    raise ToolFailed("no format was found that holds this clip: " + "; ".join(dict.fromkeys(reasons)), _AGAIN)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the source's first frame and its stream say."""

    wanted: Wanted
    coding: Coding
    rotation: int
    mirrored: bool


class _Job:
    """One clip to be masked."""

    def __init__(self, source: str, format_name: str, index: FrameIndex, masks: Sequence[Mask]) -> None:
        self.index = index
        self._source = source
        self._format = format_name
        self._masks = masks
        with open_video(source, format_name) as container:
            self._seen = _see(container)

    def ways(self) -> Iterator[tuple[str, Encoder, list[str]]]:
        """Formats and encoders to try, best first, each with what is lost by it."""
        wanted = self._seen.wanted
        own = encoder_for(wanted)
        h264 = encoder_for(replace(wanted, codec=H264, profile=""))
        homes = dict.fromkeys((self._format, *_OTHER_HOMES))
        ways = [(home, own) for home in homes]
        if wanted.codec != H264:
            ways += [(home, h264) for home in homes if home in _H264_HOMES]
        for home, encoder in ways:
            if encoder is None:
                continue
            notes = []
            if encoder.codec != wanted.codec:
                notes.append(f"as {encoder.codec.upper()} instead of {wanted.codec}")
            if home != self._format:
                notes.append(f"in {home.upper()} instead of {self._format.upper()}")
            if lost := self._pixel_format(encoder)[1]:
                notes.append(f"with {lost} than in the original")
            yield home, encoder, notes

    def write(self, path: Path, home: str, encoder: Encoder) -> Iterator[tuple[dict[str, object], bytes]]:
        """Write the clip one way and read its times back; progress comes out.

        Raises:
            CannotWrite: this way does not work.
            ToolFailed: the source decodes to other frames than before.
        """
        seen = self._seen
        coding = replace(seen.coding, pixel_format=self._pixel_format(encoder)[0])
        holds(home, self.index, coding)
        painter = Painter(
            self._masks,
            self.index,
            rotation=seen.rotation,
            mirrored=seen.mirrored,
            interlaced=bool(seen.wanted.fields),
        )
        with (
            self._open() as pictures,
            self._open() as sounds,
            Clip(path, home, encoder, coding, self.index, sounds) as clip,
        ):
            for number, frame in indexed_frames(pictures, picture_stream(pictures), self.index):
                clip.add(painter.painted(frame, number), number, intra=painter.begins(number))
                if number % _STEP == 0:
                    yield {"progress": ["masking", number, len(self.index.pts)]}, b""
            clip.finish()
        with self._open() as sounds:
            read_back(path, home, self.index, sounds)

    def _pixel_format(self, encoder: Encoder) -> tuple[str, str]:
        coding = self._seen.coding
        return pixel_format(encoder, self._seen.wanted.pixel_format, coding.width, coding.height)

    def _open(self) -> InputContainer:
        return open_video(self._source, self._format)


def _see(container: InputContainer) -> _Seen:
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
    return _Seen(wanted, coding, geometry.rotation, geometry.mirrored)


def _codec(stream: VideoStream) -> str:
    name = stream.codec_context.codec.canonical_name
    return str(name)


def _matrix(frame: VideoFrame) -> tuple[int, ...]:
    data = frame.side_data.get(cast(Any, SideDataType.DISPLAYMATRIX))
    return struct.unpack("=9i", bytes(cast(Any, data))) if data is not None else ()

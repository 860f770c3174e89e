"""Decoded pictures as planes of samples that can be painted on in place.

Everything here keeps the picture in the colours it was decoded in: no way through RGB and back, so that what
a mask does not touch stays exactly as it was.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast

import numpy as np
from av import VideoFormat, VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

Samples = NDArray[np.unsignedinteger[Any]]

_DEPTHS = (8, 9, 10, 12, 14, 16)
_SUBSAMPLING = {(1, 1): "444", (2, 1): "422", (2, 2): "420", (4, 1): "411", (4, 4): "410", (1, 2): "440"}


class Role(Enum):
    """What a plane's samples stand for."""

    LUMA = auto()
    CHROMA = auto()
    PRIMARY = auto()
    ALPHA = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """One plane of a picture.

    Attributes:
        samples: rows by columns, a view into the picture: writing here paints the picture.
        bits: how many bits of a sample are used.
        across, down: how many pixels of the picture one sample spans, to the side and downwards.
        black: the sample that makes this plane black (for alpha: opaque).
    """

    samples: Samples
    role: Role
    bits: int
    across: int
    down: int
    black: int

    @property
    def peak(self) -> int:
        """The highest sample."""
        return (1 << self.bits) - 1


def planar(frame: VideoFrame) -> VideoFrame:
    """A frame of the same picture whose planes :func:`planes_of` can take apart.

    Packed, palette, half-planar and big-endian formats become the planar one of the same depth and
    subsampling; all others keep their format, and the frame is the very same.
    """
    name = planar_name(frame.format)
    if name != frame.format.name or any(plane.line_size < 0 for plane in frame.planes):
        return frame.reformat(format=name)
    return frame


def paintable(frame: VideoFrame) -> VideoFrame:
    """A frame as :func:`planar` gives it that may be painted on: the decoder's own copy stays clean."""
    frame = planar(frame)
    frame.make_writable()
    return frame


def copied(frame: VideoFrame) -> VideoFrame:
    """A picture of its own with the same samples, from a frame of :func:`planar`."""
    copy = VideoFrame(frame.width, frame.height, frame.format.name)
    copy.color_range, copy.colorspace = frame.color_range, frame.colorspace
    for there, here in zip(planes_of(copy), planes_of(frame), strict=True):
        there.samples[:] = here.samples
    return copy


def fitted(frame: VideoFrame, width: int, height: int, pixel_format: str) -> VideoFrame:
    """The same picture at a size and in a pixel format; the very frame where it has them already.

    The range of its levels stays as it is, but for pictures in RGB, which become BT.709 in video range.
    """
    if (frame.width, frame.height, frame.format.name) == (width, height, pixel_format):
        return frame
    if frame.format.is_rgb and not VideoFormat(pixel_format).is_rgb:
        return frame.reformat(
            width, height, pixel_format, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
    levels = ColorRange.JPEG if full_range(frame) else ColorRange.MPEG
    return frame.reformat(width, height, pixel_format, src_color_range=levels, dst_color_range=levels)


def full_range(frame: VideoFrame) -> bool:
    """Whether a frame's levels use the whole scale."""
    return frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj") or frame.format.is_rgb


def planar_name(picture: VideoFormat) -> str:
    """FFmpeg's name of the planar little-endian format nearest to a pixel format."""
    parts = picture.components
    one_each = len({part.plane for part in parts}) == len(parts)
    plain = one_each and not (picture.is_big_endian or picture.has_palette or picture.is_bit_stream)
    if plain and not picture.is_bayer and parts[0].bits in _DEPTHS:
        return picture.name
    depth = next((bits for bits in _DEPTHS if bits >= parts[0].bits), 16)
    suffix = "" if depth == 8 else f"{depth}le"
    alpha = any(part.is_alpha for part in parts)
    if picture.is_rgb or picture.has_palette or picture.is_bayer:
        return ("gbrap" if alpha or picture.has_palette else "gbrp") + suffix
    if len(parts) - alpha == 1:
        return "gray" + suffix
    return "yuv" + ("a" if alpha else "") + _SUBSAMPLING[_spans(picture)] + "p" + suffix


def chroma_grid(picture: VideoFormat, *, interlaced: bool) -> tuple[int, int]:
    """The pixels one colour sample spans, ``(across, down)``, as far as a mask must round outwards.

    In interlaced 4:2:0 the colour of a line belongs to two lines of the same field, four lines in all.
    """
    across, down = _spans(picture)
    return across, down * 2 if interlaced and down > 1 else down


def planes_of(frame: VideoFrame) -> tuple[Plane, ...]:
    """Take a frame of :func:`planar` apart into its planes."""
    full = full_range(frame)
    planes = []
    for number, part in enumerate(frame.format.components):
        buffer = frame.planes[part.plane]
        kind = np.dtype(np.uint8 if part.bits == 8 else "<u2")
        lines = np.frombuffer(memoryview(buffer), kind).reshape(-1, buffer.line_size // kind.itemsize)
        samples = cast(Samples, lines[: buffer.height, : buffer.width])
        role = Role.ALPHA if part.is_alpha else _role(frame.format, number)
        spans = _spans(frame.format) if role is Role.CHROMA else (1, 1)
        planes.append(Plane(samples, role, part.bits, *spans, _black(role, part.bits, full)))
    return tuple(planes)


def planes_of_pixels(pixels: NDArray[np.uint8]) -> tuple[Plane, ...]:
    """Take a still of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) channels apart.

    Args:
        pixels: height by width by channels, 8 bits a sample; painted on in place.
    """
    channels = pixels.shape[2]
    colours = channels - (channels in (2, 4))
    roles = [Role.PRIMARY] * colours + [Role.ALPHA] * (channels - colours)
    return tuple(Plane(pixels[:, :, n], role, 8, 1, 1, _black(role, 8, True)) for n, role in enumerate(roles))


def _spans(picture: VideoFormat) -> tuple[int, int]:
    """How many pixels one chroma sample spans; read off a picture of 64 by 64."""
    across = 64 // max(1, picture.chroma_width(64))
    down = 64 // max(1, picture.chroma_height(64))
    return across, down


def _role(picture: VideoFormat, component: int) -> Role:
    # PyAV's is_chroma is false for the colour planes of 4:4:4, so the order tells them.
    if picture.is_rgb:
        return Role.PRIMARY
    return Role.CHROMA if component else Role.LUMA


def _black(role: Role, bits: int, full: bool) -> int:
    if role is Role.ALPHA:
        return (1 << bits) - 1
    if role is Role.CHROMA:
        return 1 << (bits - 1)
    return 0 if full or role is Role.PRIMARY else 16 << (bits - 8)

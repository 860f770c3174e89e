"""From a decoded frame to the picture a viewer sees: colours, pixel shape and orientation in one place.

Sources: Rec. ITU-R BT.601, BT.709, BT.2020 and BT.2100 for colours (swscale does the arithmetic, the tone
mapping of HDR included), ISO/IEC 14496-12 section 6.2.2 for the display matrix.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

import cv2
import numpy as np
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from footage.media.orientation import turn, turned_size

RGB = NDArray[np.uint8]

_QUALITY = int(Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT)
_HDR = frozenset((ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67))
_WIDE = frozenset((ColorPrimaries.BT2020, ColorPrimaries.SMPTE431, ColorPrimaries.SMPTE432))
_ODDEST_PIXEL = 4

# Numbers of ISO/IEC 23091-2 (MatrixCoefficients); swscale knows no others.
_BT709, _BT601, _BT2020, _BT2020_CONSTANT = 1, 6, 9, 10
_KNOWN_MATRICES = frozenset((_BT709, 4, 5, _BT601, 7, _BT2020))


@dataclass(frozen=True, slots=True)
class Geometry:
    """How stored pixels lie on the screen.

    Attributes:
        sample_aspect: width of a stored pixel over its height.
        rotation: degrees clockwise that the picture must be turned: 0, 90, 180 or 270.
        mirrored: whether it must also be mirrored left to right, after turning.
    """

    sample_aspect: Fraction = Fraction(1)
    rotation: int = 0
    mirrored: bool = False

    def shown_size(self, width: int, height: int, longest: int | None = None) -> tuple[int, int]:
        """The size on screen in square pixels of a picture stored in ``width`` by ``height``.

        Lines are kept and their width follows the pixels' shape.

        Args:
            longest: the most that the longer side may have; None for no limit. Nothing is enlarged.

        >>> Geometry(Fraction(16, 15)).shown_size(720, 576)
        (768, 576)
        >>> Geometry(rotation=90).shown_size(1920, 1080, 640)
        (360, 640)
        """
        across = max(1, round(width * self.sample_aspect))
        side = max(across, height)
        if longest is not None and longest < side:
            across, height = max(1, round(across * longest / side)), max(1, round(height * longest / side))
        return turned_size(across, height, self.rotation)


def geometry_of(frame: VideoFrame, stream: VideoStream) -> Geometry:
    """How a stream's pictures lie on the screen, from its first frame."""
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, _ODDEST_PIXEL) <= aspect <= _ODDEST_PIXEL:
        aspect = Fraction(1)
    return Geometry(aspect, *_orientation(frame))


class Screen:
    """Shows decoded frames of one stream as pictures.

    Keep one for a stream: what it prepares for a size and a colour space is used again (for HDR that takes
    more than a second).
    """

    def __init__(self, geometry: Geometry) -> None:
        self.geometry = geometry
        self._reformatter = VideoReformatter()

    def show(self, frame: VideoFrame, longest: int | None = None) -> RGB:
        """The picture a viewer sees: height x width x 3, red first, full range, square pixels, upright.

        The matrix and range are the stream's own; where it says none, BT.709 is taken for high definition
        and BT.601 below, as players do. HDR (PQ, HLG) is tone-mapped and wide gamuts are brought into that of
        BT.709. Fields of interlaced frames stay woven.

        Args:
            longest: the most pixels that the longer side may have; None for full size.
        """
        upright = Geometry(self.geometry.sample_aspect)
        width, height = upright.shown_size(frame.width, frame.height, longest)
        _settle_colours(frame)
        curve = ColorTrc.BT709 if frame.color_trc in _HDR else None
        gamut = ColorPrimaries.BT709 if curve or frame.color_primaries in _WIDE else None
        shown = self._reformatter.reformat(
            frame,
            width=width,
            height=height,
            format="rgb24",
            interpolation=_QUALITY,
            dst_color_range=ColorRange.JPEG,
            dst_color_trc=curve,
            dst_color_primaries=gamut,
        )
        stored = np.asarray(shown.to_ndarray(), np.uint8)
        return np.ascontiguousarray(turn(stored, self.geometry.rotation, self.geometry.mirrored))


def smaller(picture: RGB, longest: int) -> RGB:
    """A picture whose longer side has at most ``longest`` pixels."""
    height, width = picture.shape[:2]
    wanted = Geometry().shown_size(width, height, longest)
    if wanted == (width, height):
        return picture
    return np.asarray(cv2.resize(picture, wanted, interpolation=cv2.INTER_AREA), np.uint8)


def _settle_colours(frame: VideoFrame) -> None:
    """Fill in what the stream leaves open about its colours, as players do."""
    if not frame.format.is_rgb and frame.colorspace not in _KNOWN_MATRICES:
        high = max(frame.width, frame.height) >= 1280 or min(frame.width, frame.height) > 576
        constant = frame.colorspace == _BT2020_CONSTANT
        frame.colorspace = _BT2020 if constant else _BT709 if high else _BT601
    if frame.color_trc in _HDR and frame.color_primaries == ColorPrimaries.UNSPECIFIED:
        frame.color_primaries = ColorPrimaries.BT2020


def _orientation(frame: VideoFrame) -> tuple[int, bool]:
    """The rotation clockwise and then the mirroring that a frame's display matrix stands for.

    Angles are rounded to quarter turns.

    >>> _from_matrix(0, 65536, -65536, 0), _from_matrix(-65536, 0, 0, 65536)
    ((90, False), (0, True))
    """
    try:
        side_data = cast("Mapping[SideDataType, SideData]", frame.side_data)
        matrix = side_data.get(SideDataType.DISPLAYMATRIX)
    except ValueError:
        # PyAV knows no name for some newer side data; it still tells the angle.
        return -90 * round(frame.rotation / 90) % 360, False
    if matrix is None:
        return 0, False
    a, b, _, c, d = struct.unpack_from("=5i", bytes(matrix))
    return _from_matrix(a, b, c, d)


def _from_matrix(a: int, b: int, c: int, d: int) -> tuple[int, bool]:
    mirrored = a * d < b * c
    angle = math.degrees(math.atan2(b, -a if mirrored else a))
    return 90 * round(angle / 90) % 360, mirrored

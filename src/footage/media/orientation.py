"""How a stored picture is turned for its viewer: the one place for EXIF's orientations and for video's.

A turning is two values, as in :class:`footage.model.asset.Stream`: ``rotation``, the degrees clockwise
(0, 90, 180 or 270) by which the stored picture is turned, and ``mirrored``, whether it is then mirrored left
to right. Together they are the eight symmetries of a rectangle.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from footage.model.geometry import Region

Box = tuple[int, int, int, int]
_Sample = TypeVar("_Sample", bound=np.generic)
_Number = TypeVar("_Number", int, float)

_EXIF = {
    1: (0, False),
    2: (0, True),
    3: (180, False),
    4: (180, True),
    5: (90, True),
    6: (90, False),
    7: (270, True),
    8: (270, False),
}


def exif_turn(orientation: object) -> tuple[int, bool]:
    """The rotation and mirroring of an EXIF orientation (tag 0x0112, Exif 2.32 section 4.6.4).

    What is no orientation from 1 to 8 turns nothing.

    >>> exif_turn(6), exif_turn(5), exif_turn(0)
    ((90, False), (90, True), (0, False))
    """
    return _EXIF.get(orientation, (0, False)) if isinstance(orientation, int) else (0, False)


def turn(picture: NDArray[_Sample], rotation: int, mirrored: bool) -> NDArray[_Sample]:
    """A stored picture (height x width, or height x width x channels) as its viewer sees it; a view, no copy.

    >>> stored = np.array([[1, 2, 3], [4, 5, 6]])
    >>> turn(stored, 90, False).tolist()
    [[4, 1], [5, 2], [6, 3]]
    >>> turn(stored, 90, True).tolist()
    [[1, 4], [2, 5], [3, 6]]
    """
    turned = np.rot90(picture, -(rotation // 90))
    return turned[:, ::-1] if mirrored else turned


def turned_size(width: int, height: int, rotation: int) -> tuple[int, int]:
    """Width and height after turning, and just as well before it: turning back and forth swap alike.

    >>> turned_size(1920, 1080, 90)
    (1080, 1920)
    """
    return (height, width) if rotation % 180 else (width, height)


def stored_region(region: Region, rotation: int, mirrored: bool) -> Region:
    """Where a region of the displayed picture lies in the stored one; both normalised.

    >>> stored_region(Region(0.5, 0.25, 0.25, 0.125), 90, False)
    Region(x=0.25, y=0.25, w=0.125, h=0.25)
    """
    left, top = _stored_point(region.x, region.y, 1.0, 1.0, rotation, mirrored)
    right, bottom = _stored_point(region.x + region.w, region.y + region.h, 1.0, 1.0, rotation, mirrored)
    x, y = max(0.0, min(left, right)), max(0.0, min(top, bottom))
    w, h = (region.h, region.w) if rotation % 180 else (region.w, region.h)
    return Region(x, y, min(w, 1.0 - x), min(h, 1.0 - y))


def stored_point(x: float, y: float, rotation: int, mirrored: bool) -> tuple[float, float]:
    """Where a point of the displayed picture lies in the stored one; both normalised.

    >>> stored_point(0.5, 0.25, 90, False)
    (0.25, 0.5)
    """
    return _stored_point(x, y, 1.0, 1.0, rotation, mirrored)


def stored_box(box: Box, width: int, height: int, rotation: int, mirrored: bool) -> Box:
    """Where a box ``(left, top, right, bottom)`` of a displayed ``width`` x ``height`` picture is stored.

    >>> stored_box((0, 0, 30, 10), 100, 200, 90, False)
    (0, 70, 10, 100)
    """
    left, top = _stored_point(box[0], box[1], width, height, rotation, mirrored)
    right, bottom = _stored_point(box[2], box[3], width, height, rotation, mirrored)
    return (min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def _stored_point(
    x: _Number, y: _Number, width: _Number, height: _Number, rotation: int, mirrored: bool
) -> tuple[_Number, _Number]:
    """Undo the mirroring, then the rotation, of a point in a displayed ``width`` x ``height`` picture."""
    if mirrored:
        x = width - x
    match rotation:
        case 90:
            return y, width - x
        case 180:
            return width - x, height - y
        case 270:
            return height - y, x
    return x, y

"""Painting with arrays: noise, masks, washes of colour and a camera over a canvas.

A canvas is ``float32 (height, width, 3)``, RGB from 0 to 1; a mask is ``float32 (height, width)`` from 0 to
1; a frame is ``uint8 (height, width, 3)``. Lengths are pixels.
"""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Canvas = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.floating[Any]]
Frame = npt.NDArray[np.uint8]
Place = tuple[float, float]
Points = Sequence[Place]
Colour = tuple[float, float, float]
Scene = Callable[[float], Frame]
"""Seconds since a shot began, to its frame."""

WIDTH, HEIGHT = 1280, 720
"""The size of the clip's frames."""

_SHIFT = 4


def rgb(code: str) -> Colour:
    """A colour from its six hexadecimal digits.

    >>> rgb("ff0000")
    (1.0, 0.0, 0.0)
    """
    red, green, blue = bytes.fromhex(code)
    return red / 255, green / 255, blue / 255


def noise(height: int, width: int, cell: int, seed: int, octaves: int = 4) -> Mask:
    """Clouds from 0 to 1 whose largest lumps are ``cell`` pixels wide.

    Value noise, each octave half the size and half the weight of the one before.
    """
    random = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        size = max(1, cell >> octave)
        grid = random.random((height // size + 2, width // size + 2), np.float32)
        total += stretch(grid, width, height) / 2**octave
    low, high = float(total.min()), float(total.max())
    return (total - low) / (high - low)


def gradient(height: int, width: int, stops: Sequence[tuple[float, str]]) -> Canvas:
    """A canvas washed from top to bottom through ``(share of the height, colour)`` stops."""
    rows = np.linspace(0, 1, height)
    places = [place for place, _ in stops]
    bands = [np.interp(rows, places, [rgb(code)[part] for _, code in stops]) for part in range(3)]
    column = np.stack(bands, axis=-1).astype(np.float32)
    return np.repeat(column[:, None, :], width, axis=1)


def polygon(height: int, width: int, *outlines: Points) -> Mask:
    """Filled outlines with soft edges."""
    mask = np.zeros((height, width), np.uint8)
    for outline in outlines:
        cv2.fillPoly(mask, [_fixed(outline)], 255, cv2.LINE_AA, _SHIFT)
    return share_of(mask)


def stroke(height: int, width: int, thickness: int, *lines: Points) -> Mask:
    """Open lines through points."""
    mask = np.zeros((height, width), np.uint8)
    cv2.polylines(mask, [_fixed(points) for points in lines], False, 255, thickness, cv2.LINE_AA, _SHIFT)
    return share_of(mask)


def disc(height: int, width: int, centre: Place, radius: float) -> Mask:
    """A soft-edged disc, brightest in its middle and nothing at ``radius``."""
    y, x = np.ogrid[:height, :width]
    distance = np.hypot(x - centre[0], y - centre[1]) / radius
    return np.asarray(np.clip(1 - distance, 0, 1) ** 2, np.float32)


def ridge(height: int, width: int, level: float, swing: float, cell: int, seed: int) -> Mask:
    """Everything below a hilly line around ``level`` that rises and falls by ``swing``."""
    line = level + (noise(4, width, cell, seed)[0] - 0.5) * 2 * swing
    rows = np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(np.clip(rows - line[None, :], 0, 1), np.float32)


def fade(height: int, width: int, nothing: float, full: float) -> Mask:
    """A mask that grows from 0 to 1 between two shares of the height."""
    rows = np.linspace(0, 1, height, dtype=np.float32)
    column = np.clip((rows - nothing) / (full - nothing), 0, 1)
    return np.repeat(column[:, None], width, axis=1)


def shadow(width: int, height: int) -> Mask:
    """A soft oval, for the ground under something."""
    return stretch(disc(64, 64, (32, 32), 32), width, height)


def paint(canvas: Canvas, mask: Mask, colour: Colour | Canvas) -> None:
    """Lay a colour, or another canvas, over a canvas where the mask says."""
    canvas += (np.asarray(colour, np.float32) - canvas) * mask[..., None]


def light(canvas: Canvas, mask: Mask, colour: Colour) -> None:
    """Add light where the mask says."""
    canvas += mask[..., None] * np.asarray(colour, np.float32)


def soften(mask: Mask, radius: float) -> Mask:
    """A mask with its edges blurred."""
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), radius), np.float32)


def stretch(mask: Mask, width: int, height: int) -> Mask:
    """A mask drawn out, or shrunk, to another size."""
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def finish(canvas: Canvas, seed: int, grain: float = 0.006) -> Frame:
    """A frame from a canvas: fine grain, darker corners, eight bits."""
    height, width = canvas.shape[:2]
    random = np.random.default_rng(seed)
    speckle = random.standard_normal((height, width), np.float32) * grain
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corners = 1 - 0.22 * ((x**2 + y**2) / 2) ** 1.5
    lit = (canvas + speckle[..., None]) * corners[..., None].astype(np.float32)
    return np.asarray(np.clip(lit, 0, 1) * 255 + 0.5).astype(np.uint8)


def camera(canvas: Frame, width: int, height: int, centre: Place, zoom: float = 1.0) -> Frame:
    """What a camera of ``width`` by ``height`` sees around ``centre``; a ``zoom`` above 1 is nearer."""
    left, top = centre[0] - width / zoom / 2, centre[1] - height / zoom / 2
    view = np.array([[1 / zoom, 0, left], [0, 1 / zoom, top]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(canvas, view, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)


def fill(frame: Frame, points: Points, colour: Colour) -> None:
    """Draw a filled outline into a frame."""
    cv2.fillPoly(frame, [_fixed(points)], _bytes(colour), cv2.LINE_AA, _SHIFT)


def line(frame: Frame, points: Points, thickness: float, colour: Colour) -> None:
    """Draw a line with round ends into a frame."""
    cv2.polylines(
        frame, [_fixed(points)], False, _bytes(colour), max(1, round(thickness)), cv2.LINE_AA, _SHIFT
    )


def ball(frame: Frame, centre: Place, radius: float, colour: Colour) -> None:
    """Draw a filled circle into a frame."""
    place = (round(centre[0] * 16), round(centre[1] * 16))
    cv2.circle(frame, place, round(radius * 16), _bytes(colour), -1, cv2.LINE_AA, _SHIFT)


def stamp(frame: Frame, sprite: Mask, centre: Place, colour: Colour, strength: float = 1.0) -> None:
    """Lay a colour through a sprite's mask into a frame, the sprite's middle at ``centre``."""
    rows, columns = sprite.shape
    left, top = round(centre[0] - columns / 2), round(centre[1] - rows / 2)
    height, width = frame.shape[:2]
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + columns, width), min(top + rows, height)
    if x0 >= x1 or y0 >= y1:
        return
    share = sprite[y0 - top : y1 - top, x0 - left : x1 - left, None] * np.float32(strength)
    under = frame[y0:y1, x0:x1].astype(np.float32)
    under += (np.asarray(_bytes(colour), np.float32) - under) * share
    frame[y0:y1, x0:x1] = (under + 0.5).astype(np.uint8)


def overlay(frame: Frame, above: Frame, share: Mask) -> None:
    """Lay one frame over another where a mask says."""
    mixed = frame + (above.astype(np.float32) - frame) * share[..., None] + np.float32(0.5)
    np.copyto(frame, mixed, casting="unsafe")


def curve(points: Points, count: int) -> list[Place]:
    """``count`` points along a smooth line through the given ones (Catmull-Rom)."""
    fixed = np.asarray([points[0], *points, points[-1]], float)
    found = []
    for place in np.linspace(0, len(points) - 1, count):
        index = min(int(place), len(points) - 2)
        a, b, c, d = fixed[index : index + 4]
        t = place - index
        x, y = 0.5 * (
            2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        )
        found.append((float(x), float(y)))
    return found


def share_of(mask: Frame) -> Mask:
    """A mask from 0 to 1 from eight bits of it."""
    return np.asarray(mask, np.float32) / np.float32(255)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    return np.asarray(np.rint(np.asarray(points, float) * 2**_SHIFT), np.int32)


def _bytes(colour: Colour) -> tuple[float, float, float]:
    red, green, blue = colour
    return round(red * 255), round(green * 255), round(blue * 255)

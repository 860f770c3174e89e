"""Outlines as arrays of complex numbers: a corner ``x + yi`` each, in pixels of the picture looked at."""

import math
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.model.geometry import Point, Pose, Region, Shape

Outline = NDArray[np.complex128]

_ELLIPSE_CORNERS = 16
_SHARPEST = 0.25
MIDDLE = 0.5 + 0.5j
"""From a pixel's place to its middle, counted from the corner of the picture."""


@dataclass(frozen=True, slots=True)
class Similarity:
    """A turn and a change of size in one, then a shift: ``z`` goes to ``turn * z + shift``."""

    turn: complex = 1 + 0j
    shift: complex = 0j

    def __call__(self, points: Outline) -> Outline:
        return self.turn * points + self.shift

    def at(self, point: complex) -> complex:
        """Where one point goes."""
        return self.turn * point + self.shift

    def after(self, other: "Similarity") -> "Similarity":
        """First the other, then this one."""
        return Similarity(self.turn * other.turn, self.turn * other.shift + self.shift)

    def inverse(self) -> "Similarity":
        """The way back."""
        return Similarity(1 / self.turn, -self.shift / self.turn)

    def resized(self, factor: float) -> "Similarity":
        """The same between pictures that are both resized; pixels are places of their middles."""
        return Similarity(self.turn, factor * self.shift + (self.turn - 1) * (MIDDLE - MIDDLE * factor))

    @classmethod
    def about(cls, centre: complex, turn: complex, shift: complex) -> Self:
        """A turn about a centre, then a shift."""
        return cls(turn, centre - turn * centre + shift)

    def matrix(self, origin: complex) -> NDArray[np.float64]:
        """As OpenCV wants it, for pixels counted from an origin."""
        shift = self.turn * origin + self.shift
        a, b = self.turn.real, self.turn.imag
        return np.array([[a, -b, shift.real], [b, a, shift.imag]])


def corners_of(pose: Pose, shape: Shape, size: tuple[int, int]) -> Outline:
    """The corners of a drawn pose, in pixels of a picture of ``size``; an ellipse's lie around it."""
    match shape:
        case Shape.BOX:
            points = _box(pose.region)
        case Shape.ELLIPSE:
            points = _around_ellipse(pose.region)
        case Shape.POLYGON:
            points = pose.points
    return np.array([complex(x * size[0], y * size[1]) for x, y in points]) - MIDDLE


def shares_of(outline: Outline, size: tuple[int, int]) -> tuple[Point, ...]:
    """Corners in shares of a picture of ``size``."""
    placed = outline + MIDDLE
    return tuple((float(z.real) / size[0], float(z.imag) / size[1]) for z in placed)


def bounds(outline: Outline) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    x, y = outline.real, outline.imag
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def centre_of(outline: Outline) -> complex:
    """The middle of the box around it."""
    left, top, right, bottom = bounds(outline)
    return complex((left + right) / 2, (top + bottom) / 2)


def extent_of(outline: Outline) -> float:
    """The side of a square as large as the box around it."""
    left, top, right, bottom = bounds(outline)
    return math.sqrt(max(right - left, 1e-6) * max(bottom - top, 1e-6))


def widened(outline: Outline, by: float) -> Outline:
    """Every edge moved outwards by so many pixels; corners sharper than a limit are blunted.

    Takes simple polygons of either direction of turning.
    """
    after = np.roll(outline, -1)
    area = float(np.sum((np.conj(outline) * after).imag))
    edges = after - outline
    lengths = np.maximum(np.abs(edges), 1e-9)
    normals = -1j * edges / lengths * (1 if area >= 0 else -1)
    before = np.roll(normals, 1)
    cosine = (np.conj(before) * normals).real
    return np.asarray(outline + by * (before + normals) / np.maximum(1 + cosine, _SHARPEST))


def pixels_of(outline: Outline) -> NDArray[np.int32]:
    """The nearest pixels, as OpenCV takes them to fill a polygon."""
    return np.rint(np.stack((outline.real, outline.imag), 1)).astype(np.int32)


def hull(*outlines: Outline) -> Outline:
    """The convex outline around others."""
    points = np.concatenate(outlines)
    around = cv2.convexHull(np.stack((points.real, points.imag), 1).astype(np.float32))[:, 0]
    return np.asarray(around[:, 0] + 1j * around[:, 1], np.complex128)


def _box(region: Region) -> tuple[Point, ...]:
    right, bottom = region.x + region.w, region.y + region.h
    return (region.x, region.y), (right, region.y), (right, bottom), (region.x, bottom)


def _around_ellipse(region: Region) -> tuple[Point, ...]:
    across, down = region.w / 2, region.h / 2
    out = 1 / math.cos(math.pi / _ELLIPSE_CORNERS)
    angles = (2 * math.pi * (n + 0.5) / _ELLIPSE_CORNERS for n in range(_ELLIPSE_CORNERS))
    return tuple(
        (
            region.x + across + across * out * math.cos(angle),
            region.y + down + down * out * math.sin(angle),
        )
        for angle in angles
    )


def area_of(outline: Outline) -> float:
    """What an outline encloses."""
    return abs(float(np.sum((np.conj(outline) * np.roll(outline, -1)).imag))) / 2

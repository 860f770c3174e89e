"""The pixels of a target, and where they lie on another frame: alignment of all of them at once."""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.following.frames import Luma
from footage.media.following.outlines import (
    MIDDLE,
    Outline,
    Similarity,
    bounds,
    centre_of,
    extent_of,
    pixels_of,
    widened,
)

Floats = NDArray[np.float32]
Which = NDArray[np.bool_]
Light = tuple[float, float]
"""Gain and offset."""

PLAIN = (1.0, 0.0)

_EXTENT = 60.0
_RIM = 1.0
_INNER = 0.8
_AT_CORNERS = 0.3
_LEFT_BEHIND, _LEAST_LEFT = np.float32(0.2), 0.2

_STEPS = 10
_STILL = 0.02
_DAMPING = 1e-3
_LEAST_SEEN = 0.2
_TOLERANCE, _LEAST_TOLERANCE = 0.5, 1.5
_FAINT = 8.0
_GAINS = (0.3, 3.0)
# What fits by chance, and what fits where the target is found: shares of pixels.
_CHANCE, _FOUND = 0.4, 0.92
# So many smoothed pixels tell what one would that is independent of its neighbours.
_SMOOTHED = 12
_ROUNDING = 0.25


class View:
    """A frame as the tracker looks at it."""

    def __init__(self, luma: Luma) -> None:
        self.luma = luma
        self._small: dict[float, Luma] = {}

    def small(self, factor: float) -> Luma:
        """The frame reduced by a factor and smoothed."""
        if factor not in self._small:
            small = self.luma
            if factor < 1:
                # The factor itself counts, not that of the rounded sizes.
                resized = cv2.resize(small, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
                small = np.asarray(resized, np.uint8)
            self._small[factor] = np.asarray(cv2.GaussianBlur(small, (5, 5), 1.0), np.uint8)
        return self._small[factor]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a patch lies on a frame.

    Attributes:
        motion: from the patch's frame to this one.
        share: how much of it looks the same, from 0 (chance) to 1.
        error: how far its corners may be off, in pixels, as far as the pictures can tell.
        seen: how much of it lies inside the picture, 0 to 1.
        light: what brings this frame's levels to the patch's.
        off: by how many levels each of its pixels differs.
    """

    motion: Similarity
    share: float
    error: float
    seen: float
    light: Light
    off: Floats


@dataclass(frozen=True, slots=True)
class _State:
    """One step of an alignment: a motion, what differs under it, and what weighs how much."""

    motion: Similarity
    light: Light
    base: Floats
    off: Floats
    weights: Floats


class Patch:
    """The pixels of a target on one frame, reduced to a moderate number and smoothed.

    Attributes:
        factor: by which the frame is reduced.
        faint: whether its levels differ so little that what is left of noise and coding weighs as much.
    """

    def __init__(self, view: View, outline: Outline) -> None:
        self.factor = 1 / max(1, round(extent_of(outline) / _EXTENT))
        picture = view.small(self.factor)
        self._outline = (outline + MIDDLE) * self.factor - MIDDLE
        left, top, right, bottom = _box(self._outline, picture)
        self._origin, self._size = complex(left, top), (right - left, bottom - top)
        self._middle = self._origin + complex(right - left - 1, bottom - top - 1) / 2
        self._lever = max(self._size) / 2
        self._levels = np.ascontiguousarray(picture[top:bottom, left:right])
        self._flat: Floats = self._levels.astype(np.float32).ravel()
        self._weights = self._weighted()
        self._whole = float(self._weights.sum())
        mean = float(self._weights @ self._flat) / self._whole
        contrast = math.sqrt(float(self._weights @ (self._flat - mean) ** 2) / self._whole)
        self._tolerance = np.float32(max(_LEAST_TOLERANCE, _TOLERANCE * contrast))
        self.faint = contrast < _FAINT
        self._slopes = self._changing()

    @property
    def middle(self) -> complex:
        """Its middle in the whole frame."""
        return (self._middle + MIDDLE) / self.factor - MIDDLE

    def fit(self, view: View, start: Similarity, light: Light) -> Fit:
        """Lay it onto a frame as well as possible, starting from a motion near by.

        All pixels take part, each less the less it fits, so that occluders and background inside the outline
        weigh little (inverse compositional alignment with gain and offset: Baker and Matthews 2004; weights
        after Geman and McClure 1987).
        """
        picture = view.small(self.factor)
        motion = start.resized(self.factor)
        state = self._under(picture, motion, light)
        for _ in range(_STEPS):
            if float(state.base.sum()) < _LEAST_SEEN * self._whole:
                return Fit(start, 0.0, math.inf, self._seen_share(state), light, np.zeros(1, np.float32))
            change = np.linalg.solve(*self._equations(state))
            motion = motion.after(self._way(change).inverse())
            state = self._under(picture, motion, state.light)
            if float(np.abs(change).sum()) < _STILL:
                break
        return self._judged(state)

    def misfits(self, fit: Fit) -> Which:
        """Which of its pixels look different on the frame."""
        return np.asarray(np.abs(fit.off) >= self._tolerance)

    def changes(self, before: Fit, now: Fit) -> Which:
        """Which of its pixels have come to look different between two frames."""
        return np.asarray(np.abs(now.off - before.off) >= self._tolerance)

    def share_of(self, part: Which, whole: Which) -> float:
        """How much of some of its pixels others make up."""
        total = float(self._weights[whole].sum())
        return float(self._weights[whole & part].sum()) / total if total else 0.0

    def leave_behind(self, view: View, behind: Similarity, motion: Similarity, light: Light) -> None:
        """Let go of pixels that turn out to be background: they are found where the background has moved.

        What an occluder hides is not found there, so that it is not taken for background.

        Args:
            behind: how the background moved; motion: how the target did.
        """
        picture = view.small(self.factor)
        there, inside = self._levels_at(picture, behind.resized(self.factor))
        here, _ = self._levels_at(picture, motion.resized(self.factor))
        left = (np.abs(there - self._flat) < self._tolerance) & (inside > 0)
        unlike = np.abs(light[0] * here + np.float32(light[1]) - self._flat) >= self._tolerance
        weights = np.where(left & unlike, self._weights * _LEFT_BEHIND, self._weights)
        if float(weights.sum()) > _LEAST_LEFT * self._whole:
            self._weights = weights

    def turned(self, turn: complex) -> tuple[Luma, complex]:
        """Its inner part turned and resized, as a pattern to search for, and its middle in that."""
        across, down = self._size
        a, b = turn.real, turn.imag
        width = max(3, round(math.hypot(a * across, b * down) * _INNER))
        height = max(3, round(math.hypot(b * across, a * down) * _INNER))
        middle = complex(width - 1, height - 1) / 2
        here = complex(across - 1, down - 1) / 2
        back = Similarity(turn, middle - turn * here).inverse()
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        made = cv2.warpAffine(
            self._levels, back.matrix(0j), (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(made, np.uint8), middle

    def _under(self, picture: Luma, motion: Similarity, light: Light) -> _State:
        """What differs under a motion when the light is brought to agree."""
        levels, inside = self._levels_at(picture, motion)
        base = self._weights * inside
        off = light[0] * levels + np.float32(light[1]) - self._flat
        scale = max(self._tolerance, np.float32(1.5 * _median(np.abs(off))))
        light = self._light(levels, base / (1 + (off / scale) ** 2) ** 2)
        off = light[0] * levels + np.float32(light[1]) - self._flat
        return _State(motion, light, base, off, base / (1 + (off / scale) ** 2) ** 2)

    def _equations(self, state: _State) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The normal equations for size, turn and shifts."""
        weighted = self._slopes * state.weights[:, None]
        normal = (weighted.T @ self._slopes).astype(np.float64)
        normal.flat[::5] += _DAMPING
        return normal, (weighted.T @ state.off).astype(np.float64)

    def _way(self, change: NDArray[np.floating[Any]]) -> Similarity:
        """A step of the alignment as a motion within the patch."""
        turn = 1 + complex(change[0], change[1]) / self._lever
        return Similarity.about(self._middle, turn, complex(change[2], change[3]))

    def _judged(self, state: _State) -> Fit:
        fitting = float(state.base @ (np.abs(state.off) < self._tolerance)) / float(state.base.sum())
        spread = float(state.weights @ state.off**2) / max(float(state.weights.sum()), 1e-6) + _ROUNDING
        errors = np.linalg.inv(self._equations(state)[0]) * spread * _SMOOTHED
        return Fit(
            state.motion.resized(1 / self.factor),
            min(1.0, max(0.0, (fitting - _CHANCE) / (_FOUND - _CHANCE))),
            math.sqrt(float(np.trace(errors))) / self.factor,
            self._seen_share(state),
            state.light,
            state.off,
        )

    def _seen_share(self, state: _State) -> float:
        return float(state.base.sum()) / float(self._weights.sum())

    def _levels_at(self, picture: Luma, motion: Similarity) -> tuple[Floats, Floats]:
        """The frame's pixels where the motion puts its own, and which of them are in the picture."""
        matrix = motion.matrix(self._origin)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        levels = cv2.warpAffine(picture, matrix, self._size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        height, width = picture.shape
        across, down = self._size
        ends = motion(self._origin + np.array([0, across, 1j * down, across + 1j * down]))
        left, top, right, bottom = bounds(ends)
        if left >= 0 and top >= 0 and right < width and bottom < height:
            return levels.ravel().astype(np.float32), np.ones(1, np.float32)
        whole = np.full(picture.shape, 255, np.uint8)
        inside = cv2.warpAffine(whole, matrix, self._size, flags=flags, borderValue=0)
        return levels.ravel().astype(np.float32), (inside.ravel() == 255).astype(np.float32)

    def _light(self, levels: Floats, weights: Floats) -> Light:
        """The gain and offset that bring a frame's levels to its own, by least squares."""
        total = float(weights.sum()) + 1e-6
        here, there = float(weights @ levels) / total, float(weights @ self._flat) / total
        spread = float(weights @ (levels - here) ** 2) + total
        shared = float(weights @ ((levels - here) * (self._flat - there))) + total
        gain = float(np.clip(shared / spread, *_GAINS))
        return gain, there - gain * here

    def _weighted(self) -> Floats:
        """A weight for each pixel: none outside the outline, little in a box's corners."""
        across, down = self._size
        grid = self._origin + np.arange(across)[None, :] + 1j * np.arange(down)[:, None]
        mask = np.zeros((down, across), np.uint8)
        cv2.fillPoly(mask, [pixels_of(widened(self._outline, _RIM) - self._origin)], 1)
        weights = central(grid.ravel(), self._outline) * mask.ravel()
        return np.asarray(weights if weights.any() else np.ones(across * down), np.float32)

    def _changing(self) -> Floats:
        """How each pixel changes with size, turn and shifts."""
        across = np.asarray(cv2.Scharr(self._levels, cv2.CV_32F, 1, 0, scale=1 / 32), np.float32)
        down = np.asarray(cv2.Scharr(self._levels, cv2.CV_32F, 0, 1, scale=1 / 32), np.float32)
        half_across, half_down = (self._size[0] - 1) / 2, (self._size[1] - 1) / 2
        x = (np.arange(self._size[0], dtype=np.float32) - half_across)[None, :] / self._lever
        y = (np.arange(self._size[1], dtype=np.float32) - half_down)[:, None] / self._lever
        columns = (across * x + down * y, down * x - across * y, across, down)
        return np.stack([column.ravel() for column in columns], 1).astype(np.float32)


def central(points: Outline, outline: Outline) -> NDArray[np.float64]:
    """A weight for points: 1 in the ellipse inside an outline's box, less in its corners."""
    left, top, right, bottom = bounds(outline)
    centre = centre_of(outline)
    across, down = max(right - left, 1.0) / 2, max(bottom - top, 1.0) / 2
    radius = np.hypot((points.real - centre.real) / across, (points.imag - centre.imag) / down)
    return np.asarray(np.clip(1 - (radius - 0.8) * (1 - _AT_CORNERS) / 0.45, _AT_CORNERS, 1.0))


def _box(outline: Outline, picture: Luma) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the pixels around an outline, inside the picture and at least three."""
    left, top, right, bottom = bounds(outline + MIDDLE)
    height, width = picture.shape
    x0, y0 = int(np.clip(left - _RIM, 0, width - 4)), int(np.clip(top - _RIM, 0, height - 4))
    x1, y1 = int(np.clip(right + _RIM, x0 + 3, width)), int(np.clip(bottom + _RIM, y0 + 3, height))
    return x0, y0, x1, y1


def _median(values: Floats) -> float:
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])

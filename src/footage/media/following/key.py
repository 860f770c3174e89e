"""A target as somebody drew it, or as it was found later: its outline, its pixels, its points."""

from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from footage.media.following.flow import LEVELS, flow, shared_motion
from footage.media.following.outlines import (
    Outline,
    Similarity,
    centre_of,
    extent_of,
    pixels_of,
    widened,
)
from footage.media.following.patch import Patch, View, central

_POINTS, _FEW = 80, 12
_QUALITY = 0.01
_INSIDE, _AROUND, _GAP = 0.94, 2.0, 2.0
_BEHIND_WITHIN, _BEHIND_SHARE = 1.0, 0.5
_WENT, _WENT_SHARE = 0.8, 0.1
_TRIMS, _STRETCH_WITHIN, _MOST_STRETCHED = 2, 0.7, 0.15


class Key:
    """A target as it was drawn on (or found on) one frame.

    Args:
        error, slack: how far its outline may be off, in pixels: 0 for one that a person drew.
    """

    def __init__(self, view: View, outline: Outline, error: float = 0.0, slack: float = 0.0) -> None:
        self.outline, self.error, self.slack = outline, error, slack
        self.centre, self.extent = centre_of(outline), extent_of(outline)
        self.patch = Patch(view, outline)
        self._view = view

    @cached_property
    def points(self) -> Outline:
        """Points that can be recognised, inside the outline; its centre where there are none."""
        inside = pixels_of(self.centre + (self.outline - self.centre) * _INSIDE)
        mask = np.zeros(self._view.luma.shape, np.uint8)
        cv2.fillPoly(mask, [inside], 255)
        apart = max(2.0, self.extent / 14)
        found = self._corners(mask, _POINTS, _QUALITY, apart)
        if len(found) < _FEW:
            found = self._corners(mask, _POINTS, _QUALITY / 10, max(1.5, apart / 2))
        return found if len(found) else np.array([self.centre])

    @cached_property
    def point_weights(self) -> NDArray[np.float64]:
        """How surely each point belongs to the target and not to what is behind it."""
        return central(self.points, self.outline)

    def behind(self, view: View) -> Similarity | None:
        """How the surroundings moved since the key's frame, where they agree on it."""
        start = self._ring
        if len(start) < _FEW:
            return None
        end, good = flow(self._view.luma, view.luma, start)
        if int(good.sum()) < _FEW:
            return None
        start, end = start[good], end[good]
        motion, inside = shared_motion(start, end, np.ones(len(start)), _BEHIND_WITHIN, 1 + 0j)
        return motion if float(inside.mean()) >= _BEHIND_SHARE else None

    def left_by(self, view: View, motion: Similarity) -> Similarity | None:
        """Where a part of the target has gone that does not follow a motion, if it went together."""
        end, good = self._against(view, motion)
        good &= np.abs(end - self.points) > _WENT
        if int(good.sum()) < _FEW // 2:
            return None
        weights = self.point_weights
        way, inside = shared_motion(self.points[good], end[good], weights[good], _BEHIND_WITHIN, 1 + 0j)
        went = float(weights[good][inside].sum()) / float(weights.sum())
        return motion.after(way) if went >= _WENT_SHARE else None

    def stretch(self, view: View, motion: Similarity) -> float | None:
        """How far the corners are off by because the target is stretched or skewed, in pixels of its frame.

        The points' way beyond the motion is held against an affine one, ``z`` to ``az + b conj(z) + c``, in
        which ``b`` is what no similarity can do. Points that do not go along are left out; None where too
        few are left.
        """
        # What little is left is found at the full size; reduced, fine grains would be lost.
        end, good = self._against(view, motion, levels=1)
        good &= np.abs(end - self.points) < _MOST_STRETCHED * self.extent
        start, went = self.points[good] - self.centre, end[good] - self.points[good]
        found = 0j
        for _ in range(_TRIMS):
            if len(start) < max(_FEW, len(self.points) // 3):
                return None
            terms = np.stack((start, np.conj(start), np.ones_like(start)), 1)
            (turn, found, shift), *_ = np.linalg.lstsq(terms, went, rcond=None)
            rest = np.abs(terms @ np.array([turn, found, shift]) - went)
            near = rest <= max(_STRETCH_WITHIN, 2 * float(np.median(rest)))
            start, went = start[near], went[near]
        reach = float(np.abs(self.outline - self.centre).max())
        return min(float(abs(found)) * reach, _MOST_STRETCHED * self.extent)

    def _against(
        self, view: View, motion: Similarity, levels: int = LEVELS
    ) -> tuple[Outline, NDArray[np.bool_]]:
        """Where the points are on a frame when a motion is undone, and which of them were found."""
        height, width = self._view.luma.shape
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        undone = cv2.warpAffine(view.luma, motion.matrix(0j), (width, height), flags=flags)
        return flow(self._view.luma, np.asarray(undone, np.uint8), self.points, levels)

    @cached_property
    def _ring(self) -> Outline:
        """Points around the outline that can be recognised."""
        mask = np.zeros(self._view.luma.shape, np.uint8)
        cv2.fillPoly(mask, [pixels_of(self.centre + (self.outline - self.centre) * _AROUND)], 255)
        cv2.fillPoly(mask, [pixels_of(widened(self.outline, _GAP))], 0)
        return self._corners(mask, _POINTS // 2, _QUALITY, max(2.0, self.extent / 8))

    def _corners(self, mask: NDArray[np.uint8], most: int, quality: float, apart: float) -> Outline:
        """Points where the picture has corners, within a mask (Shi and Tomasi 1994)."""
        found = cv2.goodFeaturesToTrack(self._view.luma, most, quality, apart, mask=mask)
        if found is None:
            return np.zeros(0, np.complex128)
        return np.asarray(found[:, 0, 0] + 1j * found[:, 0, 1], np.complex128)

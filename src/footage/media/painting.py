"""Masks on the frames of one video: which lie where on which frame, and painting them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from footage.media.masking import cover_of, frame_end, masks_by_frame, shown_region
from footage.media.orientation import stored_region
from footage.media.picture import Picture
from footage.media.planes import chroma_grid, paintable, planes_of, planes_of_pixels
from footage.media.treatments import Layer, blocks_of, feather_of, paint
from footage.model.flag import Mask
from footage.model.geometry import Region
from footage.model.span import FrameIndex


class Painter:
    """Hides the masks of a video on its stored frames.

    Args:
        masks: as drawn on the displayed picture.
        rotation, mirrored: how a viewer turns the stored picture, as in :class:`footage.model.asset.Stream`.
        interlaced: whether all frames hold two fields; a frame that says so itself needs no telling.
    """

    def __init__(
        self,
        masks: Sequence[Mask],
        index: FrameIndex,
        *,
        rotation: int,
        mirrored: bool,
        interlaced: bool,
    ) -> None:
        self._index = index
        self._interlaced = interlaced
        self._masks = masks_by_frame([_stored(mask, rotation, mirrored) for mask in masks], index)

    def masks(self, number: int) -> tuple[Mask, ...]:
        """The masks on a frame, their poses in the stored picture."""
        return self._masks.get(number, ())

    def begins(self, number: int) -> bool:
        """Whether a mask lies on this frame that did not lie on the one before."""
        return bool(set(self.masks(number)) - set(self.masks(number - 1)))

    def painted(self, frame: VideoFrame, number: int) -> VideoFrame:
        """The frame with its masks on; the given frame may be painted on."""
        if not self.masks(number):
            return frame
        frame = paintable(frame)
        paint(planes_of(frame), self.layers(frame, number))
        return frame

    def layers(self, frame: VideoFrame, number: int) -> list[Layer]:
        """What lies on a frame, to be painted on its planes."""
        grid = chroma_grid(frame.format, interlaced=self._interlaced or frame.interlaced_frame)
        start, end = self._index.pts[number], frame_end(self._index, number)
        return [
            _layer_of(mask, shown_region(mask, start, end), frame.width, frame.height, grid)
            for mask in self.masks(number)
        ]


def mask_still(picture: Picture, masks: Sequence[Mask]) -> Picture:
    """A displayed picture with masks on, each where its first pose is."""
    pixels = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, -1).copy()
    paint_shown(pixels, [(mask, mask.poses[0].region) for mask in masks])
    return replace(picture, data=pixels.tobytes())


def paint_shown(pixels: NDArray[np.uint8], masks: Sequence[tuple[Mask, Region]]) -> None:
    """Hide masks, each in a region of its own, on a displayed picture, in place.

    Args:
        pixels: height by width by channels (see :func:`footage.media.planes.planes_of_pixels`).
    """
    height, width, _ = pixels.shape
    layers = [_layer_of(mask, region, width, height, (1, 1)) for mask, region in masks]
    paint(planes_of_pixels(pixels), layers)


def _layer_of(mask: Mask, region: Region, width: int, height: int, grid: tuple[int, int]) -> Layer:
    # Feather and blocks come from the first pose, so that neither changes while a mask moves.
    drawn = mask.poses[0].region
    feather = feather_of(mask.treatment, drawn, width, height)
    cover = cover_of(region, mask.shape, width, height, grid, feather)
    return Layer(cover, mask.treatment, mask.flag, blocks_of(drawn, width, height))


def _stored(mask: Mask, rotation: int, mirrored: bool) -> Mask:
    poses = tuple(replace(p, region=stored_region(p.region, rotation, mirrored)) for p in mask.poses)
    return replace(mask, poses=poses)

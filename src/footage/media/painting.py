"""Masks on the frames of one video: which lie where on which frame, and painting them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from av import VideoFrame

from footage.media.masking import Outline, cover_of, outline_at, outline_of, outline_shown
from footage.media.orientation import stored_point, stored_region
from footage.media.picture import Picture
from footage.media.planes import chroma_grid, paintable, planes_of, planes_of_pixels
from footage.media.treatments import Layer, blocks_of, feather_of, paint
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose
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
        self._masks = [(mask.frames(index), stored_mask(mask, rotation, mirrored)) for mask in masks]

    def masks(self, number: int) -> tuple[Mask, ...]:
        """The masks on a frame, their poses in the stored picture."""
        return tuple(mask for frames, mask in self._masks if number in frames)

    def begins(self, number: int) -> bool:
        """Whether a mask lies on this frame that did not lie on the one before."""
        return any(frames and number == frames.start for frames, _ in self._masks)

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
        start, end = self._index.pts[number], self._index.frame_end(number)
        return [
            _layer(
                mask,
                outline_at(mask, start),
                outline_shown(mask, start, end),
                (frame.width, frame.height),
                grid,
            )
            for mask in self.masks(number)
        ]


def mask_still(picture: Picture, masks: Sequence[Mask]) -> Picture:
    """A displayed picture with masks on, each where its first pose is."""
    pixels = np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, -1).copy()
    outlines = [(mask, outline_of(mask.poses[0], mask)) for mask in masks]
    size = (picture.width, picture.height)
    layers = [_layer(mask, outline, outline, size, (1, 1)) for mask, outline in outlines]
    paint(planes_of_pixels(pixels), layers)
    return replace(picture, data=pixels.tobytes())


def _layer(
    mask: Mask, begun: Outline, passed: Outline, size: tuple[int, int], grid: tuple[int, int]
) -> Layer:
    """One mask on one frame.

    Args:
        begun: where it is when the frame comes; a pattern is anchored to it.
        passed: what it passes while the frame is on screen; all of it is covered.
        size: width and height of the stored picture.
    """
    # Feather and blocks come from the first pose, so that neither flickers while a mask moves and turns.
    drawn = outline_of(mask.poses[0], mask)
    cover = cover_of(passed, *size, grid, feather_of(mask.treatment, drawn, size))
    blocks = blocks_of(drawn, begun, size) if mask.treatment is Treatment.MOSAIC else None
    return Layer(cover, mask.treatment, mask.flag, blocks)


def stored_mask(mask: Mask, rotation: int, mirrored: bool) -> Mask:
    """A mask of the displayed picture on the stored one."""
    poses = tuple(
        Pose(
            pose.tick,
            stored_region(pose.region, rotation, mirrored),
            tuple(stored_point(*point, rotation, mirrored) for point in pose.points),
        )
        for pose in mask.poses
    )
    across, down = mask.grow
    return replace(mask, poses=poses, grow=(down, across) if rotation % 180 else (across, down))

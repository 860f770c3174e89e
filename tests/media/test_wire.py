"""Masks and frame times survive the way to the child and back exactly."""

import json
from fractions import Fraction

from footage.media.wire import pack_index, pack_masks, unpack_index, unpack_masks
from footage.model.flag import Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Pose, Region, Shape
from footage.model.span import FrameIndex, Span


def test_a_frame_index() -> None:
    index = FrameIndex(Fraction(1001, 30000), (-3, 0, 7, 1 << 40), (1 << 40) + 1)
    assert unpack_index(json.loads(json.dumps(pack_index(index)))) == index


def test_masks() -> None:
    third = Region(1 / 3, 0.1 + 0.2, 2 / 3, 1e-17)
    masks = (
        Mask(7, Span(-5, 3), Shape.ELLIPSE, (Pose(-5, third), Pose(3, WHOLE_PICTURE)), Treatment.MOSAIC),
        Mask(8, None, Shape.BOX, (Pose(None, third),), Treatment.BLUR),
    )
    assert unpack_masks(json.loads(json.dumps(pack_masks(masks)))) == masks

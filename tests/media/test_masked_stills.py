"""Stills under a mask: it lies where it was drawn on the displayed picture, however the file is stored."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from footage.media.masked_stills import render_masked_still
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape, polygon_pose

SHOWN = (120, 80)
CORNER = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5))
SUFFIXES = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp"}


def stored(folder: Path, name: str, orientation: int) -> Path:
    """A picture that a viewer sees 120 wide and 80 tall, bright all over, stored under an orientation."""
    turned = orientation in (5, 6, 7, 8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = folder / f"still{SUFFIXES[name]}"
    Image.new("RGB", SHOWN[::-1] if turned else SHOWN, (200, 180, 40)).save(path, exif=exif)
    return path


def masked(path: Path, name: str, folder: Path, *masks: Mask) -> NDArray[np.uint8]:
    """The masked file's pixels, as they lie in the file, which must not be turned any more."""
    with Sandbox([path], folder) as sandbox:
        content = render_masked_still(sandbox, path, FORMATS[name], masks)
    image = Image.open(io.BytesIO(content))
    assert image.getexif().get(0x0112, 1) == 1
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", SUFFIXES)
def test_a_mask_lies_where_it_was_drawn_in_every_orientation(
    name: str, orientation: int, tmp_path: Path
) -> None:
    box = Mask(
        1, None, Shape.BOX, (Pose(None, Region(0.7, 0.8, 0.2, 0.1)),), Treatment.FILL, (10 / 120, 4 / 80)
    )
    corner = Mask(2, None, Shape.POLYGON, (polygon_pose(None, CORNER),), Treatment.FILL, (0.0, 0.0))
    pixels = masked(stored(tmp_path, name, orientation), name, tmp_path, box, corner)
    assert pixels.shape == (80, 120, 3)
    black = pixels.max(2) < 60
    assert black[60:76, 74:118].all(), "the box, ten pixels wider and four pixels taller on every side"
    assert not black[60:76, :70].any() and not black[:56, 62:].any() and not black[:, 119].any()
    assert black[2:16, 2:34].all() and black[30:36, 2:5].all()
    assert not black[34:40, 40:60].any(), "only the triangle in the upper left"


def test_the_outline_may_lie_partly_outside(tmp_path: Path) -> None:
    points = ((-0.5, 0.5), (0.5, -0.5), (1.5, 0.5), (0.5, 0.75))
    mask = Mask(1, None, Shape.POLYGON, (polygon_pose(None, points),), Treatment.FILL, (0.02, 0.02))
    black = masked(stored(tmp_path, "png", 1), "png", tmp_path, mask).max(2) < 60
    assert black[:40].all()
    assert not black[62:].any()

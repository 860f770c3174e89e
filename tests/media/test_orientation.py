"""Turning pictures, and finding regions of the displayed picture in the stored one."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from footage.media.orientation import exif_turn, stored_box, stored_region, turn, turned_size
from footage.model.geometry import Region

STORED = np.arange(6 * 4 * 3, dtype=np.uint8).reshape(4, 6, 3)
TURNINGS = [(rotation, mirrored) for rotation in (0, 90, 180, 270) for mirrored in (False, True)]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientations_turn_as_pillow_turns_them(orientation: int) -> None:
    image = Image.fromarray(STORED)
    image.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(turn(STORED, *exif_turn(orientation)), expected)


@pytest.mark.parametrize("nonsense", [0, 9, -1, "6", None, (6,), 6.0])
def test_what_is_no_orientation_turns_nothing(nonsense: object) -> None:
    assert exif_turn(nonsense) == (0, False)


@pytest.mark.parametrize(("rotation", "mirrored"), TURNINGS)
def test_the_turned_size_is_that_of_the_turned_picture(rotation: int, mirrored: bool) -> None:
    height, width, _ = turn(STORED, rotation, mirrored).shape
    assert turned_size(6, 4, rotation) == (width, height)


@pytest.mark.parametrize(("rotation", "mirrored"), TURNINGS)
def test_a_box_drawn_on_the_displayed_picture_is_stored_where_the_stored_box_says(
    rotation: int, mirrored: bool
) -> None:
    width, height = turned_size(6, 4, rotation)
    shown = turn(STORED, rotation, mirrored)[1:3, 0:3]
    left, top, right, bottom = stored_box((0, 1, 3, 3), width, height, rotation, mirrored)
    assert np.array_equal(turn(STORED[top:bottom, left:right], rotation, mirrored), shown)


@pytest.mark.parametrize(("rotation", "mirrored"), TURNINGS)
def test_a_region_painted_in_the_stored_picture_shows_where_it_was_drawn(
    rotation: int, mirrored: bool
) -> None:
    stored = np.zeros((400, 600), dtype=np.uint8)
    drawn = Region(0.1, 0.2, 0.3, 0.15)
    left, top, right, bottom = stored_region(drawn, rotation, mirrored).pixels(600, 400)
    stored[top:bottom, left:right] = 1
    shown = turn(stored, rotation, mirrored)
    left, top, right, bottom = drawn.pixels(shown.shape[1], shown.shape[0])
    assert shown[top:bottom, left:right].all()
    assert shown.sum() == (right - left) * (bottom - top)


@pytest.mark.parametrize(("rotation", "mirrored"), TURNINGS)
def test_the_whole_picture_stays_the_whole_picture(rotation: int, mirrored: bool) -> None:
    assert stored_region(Region(0.0, 0.0, 1.0, 1.0), rotation, mirrored) == Region(0.0, 0.0, 1.0, 1.0)


@pytest.mark.parametrize(("rotation", "mirrored"), TURNINGS)
def test_no_stored_region_reaches_outside_the_picture(rotation: int, mirrored: bool) -> None:
    for share in range(1, 100):
        region = stored_region(Region(share / 100, 0.9, 1 - share / 100, 0.1), rotation, mirrored)
        assert min(region.x, region.y) >= 0
        assert max(region.x + region.w, region.y + region.h) <= 1

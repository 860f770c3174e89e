"""From drawn regions to covered pixels: outwards at every step, and no further than that."""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from footage.media.masking import OPAQUE, Cover, cover_of, masks_by_frame, shown_region
from footage.media.planes import Plane, Role
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape, region_at
from footage.model.span import FrameIndex, Span

WIDTH, HEIGHT = 161, 91
REGIONS = [
    Region(0.1, 0.2, 0.3, 0.4),
    Region(0.0, 0.0, 0.05, 0.05),
    Region(0.9, 0.9, 0.1, 0.1),
    Region(0.333, 0.777, 0.1234, 0.2),
    Region(0.5, 0.5, 1e-9, 1e-9),
    Region(0.0, 0.0, 1.0, 1.0),
]
GRIDS = [(1, 1), (2, 1), (2, 2), (2, 4), (4, 1), (1, 2), (4, 4)]


def hidden(cover: Cover) -> NDArray[np.bool_]:
    """The hidden pixels as a map of the whole picture."""
    where = np.zeros((HEIGHT + 8, WIDTH + 8), bool)
    rows, columns = cover.alpha.shape
    where[cover.top : cover.top + rows, cover.left : cover.left + columns] = cover.alpha == OPAQUE
    return where[:HEIGHT, :WIDTH]


@cache
def touched(region: Region, shape: Shape) -> NDArray[np.bool_]:
    """Pixels that a region touches, found by trying many points in every pixel."""
    steps = (np.arange(5) + 0.5) / 5
    x = ((np.arange(WIDTH)[:, None] + steps).ravel() / WIDTH - region.x) / region.w
    y = ((np.arange(HEIGHT)[:, None] + steps).ravel() / HEIGHT - region.y) / region.h
    if shape is Shape.BOX:
        inside = ((x >= 0) & (x <= 1))[None, :] & ((y >= 0) & (y <= 1))[:, None]
    else:
        inside = (2 * x - 1)[None, :] ** 2 + (2 * y - 1)[:, None] ** 2 <= 1
    return np.asarray(inside.reshape(HEIGHT, 5, WIDTH, 5).any((1, 3)))


class Test_covering:
    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("region", REGIONS)
    @pytest.mark.parametrize("grid", GRIDS)
    def test_every_touched_pixel_is_covered(
        self, region: Region, shape: Shape, grid: tuple[int, int]
    ) -> None:
        where = hidden(cover_of(region, shape, WIDTH, HEIGHT, grid))
        assert where.any()
        assert where[touched(region, shape)].all()

    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("grid", GRIDS)
    def test_and_nothing_more_than_whole_cells(self, shape: Shape, grid: tuple[int, int]) -> None:
        region = Region(0.21, 0.34, 0.4, 0.3)
        where = hidden(cover_of(region, shape, WIDTH, HEIGHT, grid))
        rows, columns = np.nonzero(where & ~touched(region, shape))
        near = touched(region, shape)
        for row, column in zip(rows, columns, strict=True):
            top, left = row // grid[1] * grid[1], column // grid[0] * grid[0]
            cell = near[max(0, top - 1) : top + grid[1] + 1, max(0, left - 1) : left + grid[0] + 1]
            assert cell.any(), f"pixel {column}, {row} is covered for no reason"

    def test_a_box_is_rounded_to_the_grid(self) -> None:
        region = Region(11 / WIDTH, 21 / HEIGHT, 10 / WIDTH, 10 / HEIGHT)
        where = hidden(cover_of(region, Shape.BOX, WIDTH, HEIGHT, (4, 4)))
        rows, columns = np.nonzero(where)
        assert (columns.min(), columns.max(), rows.min(), rows.max()) == (8, 23, 20, 31)
        assert where.sum() == 16 * 12

    @pytest.mark.parametrize("shape", Shape)
    def test_a_feather_lies_outside_of_it(self, shape: Shape) -> None:
        region = Region(0.3, 0.3, 0.3, 0.4)
        hard = cover_of(region, shape, WIDTH, HEIGHT, (2, 2))
        soft = cover_of(region, shape, WIDTH, HEIGHT, (2, 2), feather=6)
        assert (hidden(hard) == hidden(soft)).all()
        fading = soft.alpha[(soft.alpha > 0) & (soft.alpha < OPAQUE)]
        assert len(set(fading.tolist())) > 4
        assert soft.alpha[0].max() < OPAQUE / 4
        assert soft.left <= hard.left - 6

    def test_a_feather_ends_at_the_pictures_edge(self) -> None:
        cover = cover_of(Region(0, 0, 0.2, 0.2), Shape.BOX, WIDTH, HEIGHT, (2, 2), feather=8)
        assert (cover.left, cover.top) == (0, 0)
        assert cover.alpha[0, 0] == OPAQUE

    @pytest.mark.parametrize(("across", "down"), [(2, 2), (2, 1), (4, 1), (1, 1)])
    def test_a_colour_sample_is_covered_with_any_of_its_pixels(self, across: int, down: int) -> None:
        cover = cover_of(Region(0.95, 0.9, 0.05, 0.1), Shape.ELLIPSE, WIDTH, HEIGHT, (across, down))
        size = (math.ceil(HEIGHT / down), math.ceil(WIDTH / across))
        plane = Plane(np.zeros(size, np.uint8), Role.CHROMA, 8, across, down, 128)
        patch = cover.on(plane)
        patch.of(plane.samples)[patch.alpha == OPAQUE] = 1
        spread = plane.samples.repeat(down, 0).repeat(across, 1)[:HEIGHT, :WIDTH]
        assert (spread.astype(bool) == hidden(cover)).all()


class Test_moving:
    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize(
        "move",
        [
            (Region(0.1, 0.1, 0.3, 0.3), Region(0.5, 0.4, 0.2, 0.4)),
            (Region(0.1, 0.5, 0.1, 0.4), Region(0.8, 0.5, 0.1, 0.4)),
            (Region(0.0, 0.0, 0.2, 0.2), Region(0.1, 0.05, 0.6, 0.9)),
        ],
    )
    def test_nothing_peeks_out_while_a_frame_is_on_screen(
        self, shape: Shape, move: tuple[Region, Region]
    ) -> None:
        corner = Region(0.3, 0.7, 0.2, 0.2)
        poses = (Pose(0, move[0]), Pose(50, corner), Pose(100, move[1]))
        mask = Mask(1, None, shape, poses, Treatment.FILL)
        for start, end in ((0, 100), (10, 30), (40, 60), (90, 140)):
            where = hidden(cover_of(shown_region(mask, start, end), shape, WIDTH, HEIGHT))
            for step in range(21):
                between = region_at(poses, start + Fraction(step * (end - start), 20))
                assert where[touched(between, shape)].all(), f"{start} to {end}, step {step}"

    def test_a_mask_that_stands_still_is_not_widened(self) -> None:
        region = Region(0.3, 0.3, 0.2, 0.2)
        still = Mask(1, None, Shape.ELLIPSE, (Pose(None, region),), Treatment.FILL)
        assert shown_region(still, 0, 100) == region
        held = Mask(1, None, Shape.ELLIPSE, (Pose(0, region), Pose(50, region)), Treatment.FILL)
        assert shown_region(held, 10, 60) == region

    def test_a_small_move_widens_little(self) -> None:
        region, moved = Region(0.3, 0.3, 0.2, 0.2), Region(0.31, 0.3, 0.2, 0.2)
        mask = Mask(1, None, Shape.ELLIPSE, (Pose(0, region), Pose(10, moved)), Treatment.FILL)
        shown = shown_region(mask, 0, 10)
        assert shown.w == pytest.approx(0.21)
        assert shown.h == pytest.approx(0.21)


class Test_which_frames:
    INDEX = FrameIndex(Fraction(1, 1000), (0, 40, 95, 130, 170), 210)

    def test_those_on_screen_in_the_span(self) -> None:
        whole = Mask(1, None, Shape.BOX, (Pose(None, Region(0, 0, 1, 1)),), Treatment.FILL)
        part = Mask(2, Span(50, 130), Shape.BOX, (Pose(None, Region(0, 0, 1, 1)),), Treatment.FILL)
        found = masks_by_frame([whole, part], self.INDEX)
        assert [[mask.flag for mask in found.get(number, ())] for number in range(5)] == [
            [1],
            [1, 2],
            [1, 2],
            [1],
            [1],
        ]

    def test_a_frame_without_masks_is_absent(self) -> None:
        mask = Mask(2, Span(95, 96), Shape.BOX, (Pose(None, Region(0, 0, 1, 1)),), Treatment.FILL)
        assert list(masks_by_frame([mask], self.INDEX)) == [2]

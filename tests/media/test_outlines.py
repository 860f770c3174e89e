"""What must be covered of a picture and what must not be touched, against the painter's own idea of both."""

import math
from dataclasses import replace

import numpy as np
import pytest

from footage.media.masking import cover_of, outline_shown
from footage.media.proving.outlines import Map, covered_map, outside_map
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Point, Pose, Region, Shape, polygon_pose

WIDTH, HEIGHT = 128, 96
REGION = Region(0.25, 0.25, 0.5, 0.5)
STAR: tuple[Point, ...] = tuple(
    (0.5 + reach * math.cos(turn * math.pi / 5), 0.5 + reach * math.sin(turn * math.pi / 5))
    for turn, reach in zip(range(10), (0.35, 0.12) * 5, strict=True)
)


def still(region: Region, shape: Shape = Shape.BOX, grow: tuple[float, float] = (0.0, 0.0)) -> Mask:
    return Mask(1, None, shape, (Pose(None, region),), Treatment.FILL, grow)


def moving(shape: Shape, end: Region) -> Mask:
    """From :data:`REGION` within ten ticks."""
    if shape is not Shape.POLYGON:
        return Mask(1, None, shape, (Pose(0, REGION), Pose(10, end)), Treatment.BLUR)
    poses = [
        polygon_pose(tick, [(r.x + x * r.w, r.y + y * r.h) for x, y in STAR])
        for tick, r in ((0, REGION), (10, end))
    ]
    return Mask(1, None, shape, tuple(poses), Treatment.BLUR)


def painted(mask: Mask, feather: int = 0) -> Map:
    """What the painter covers between the ticks 0 and 10, where it fades included."""
    cover = cover_of(outline_shown(mask, 0, 10), WIDTH, HEIGHT, (4, 4), feather)
    covered = np.zeros((HEIGHT + 8, WIDTH + 8), bool)
    rows, columns = cover.alpha.shape
    covered[cover.top : cover.top + rows, cover.left : cover.left + columns] = cover.alpha > 0
    return covered[:HEIGHT, :WIDTH]


class Test_what_must_be_covered:
    def test_of_a_box_every_pixel_it_touches(self) -> None:
        where = covered_map(
            still(Region(10.5 / WIDTH, 20 / HEIGHT, 5 / WIDTH, 5 / HEIGHT)), 0, 0, WIDTH, HEIGHT
        )
        assert np.argwhere(where).tolist() == [
            [row, column] for row in range(20, 25) for column in range(10, 16)
        ]

    def test_of_an_ellipse_the_pixels_whose_middle_is_in_it(self) -> None:
        where = covered_map(still(Region(0, 0, 4 / WIDTH, 4 / HEIGHT), Shape.ELLIPSE), 0, 0, WIDTH, HEIGHT)
        assert where[:4, :4].tolist() == [
            [False, True, True, False],
            [True, True, True, True],
            [True, True, True, True],
            [False, True, True, False],
        ]

    def test_of_a_polygon_the_pixels_whose_middle_is_in_it(self) -> None:
        corners = [(10 / WIDTH, 10 / HEIGHT), (18 / WIDTH, 10 / HEIGHT), (10 / WIDTH, 18 / HEIGHT)]
        mask = Mask(1, None, Shape.POLYGON, (polygon_pose(None, corners),), Treatment.FILL)
        where = covered_map(mask, 0, 0, WIDTH, HEIGHT)[10:18, 10:18]
        across, down = np.meshgrid(np.arange(8) + 0.5, np.arange(8) + 0.5)
        assert (where == (across + down < 8)).mean() > 0.85
        assert not where[across + down > 8].any()

    @pytest.mark.parametrize("shape", Shape)
    def test_the_smallest_has_a_pixel(self, shape: Shape) -> None:
        tiny = Region(0.999, 0.999, 1e-6, 1e-6)
        mask = still(tiny, shape)
        if shape is Shape.POLYGON:
            corners = [(0.999, 0.999), (0.9991, 0.999), (0.999, 0.9991)]
            mask = replace(mask, poses=(polygon_pose(None, corners),))
        assert covered_map(mask, 0, 0, WIDTH, HEIGHT).sum() == 1

    def test_what_lies_outside_of_the_picture_has_none(self) -> None:
        assert not covered_map(still(Region(1.2, 0.2, 0.3, 0.3), Shape.ELLIPSE), 0, 0, WIDTH, HEIGHT).any()

    def test_everything_on_the_way_counts(self) -> None:
        there = Region(0.75, 0.25, 0.05, 0.1)
        begins = Region(0.1, 0.25, 0.05, 0.1)
        mask = Mask(1, None, Shape.BOX, (Pose(0, begins), Pose(10, there)), Treatment.FILL)
        where = covered_map(mask, 0, 10, WIDTH, HEIGHT)
        assert where[int(0.3 * HEIGHT), int(0.12 * WIDTH) : int(0.78 * WIDTH)].all()
        half = covered_map(mask, 0, 5, WIDTH, HEIGHT)
        assert half.any(0).sum() == pytest.approx(where.any(0).sum() / 2, abs=5)

    def test_so_does_a_turn_between(self) -> None:
        poses = (Pose(0, REGION), Pose(5, Region(0.25, 0.0, 0.5, 0.5)), Pose(10, REGION))
        mask = Mask(1, None, Shape.ELLIPSE, poses, Treatment.FILL)
        assert covered_map(mask, 0, 10, WIDTH, HEIGHT)[2, WIDTH // 2]
        assert not covered_map(mask, 0, 1, WIDTH, HEIGHT)[2, WIDTH // 2]

    @pytest.mark.parametrize("shape", Shape)
    def test_growth_widens_it_on_every_side(self, shape: Shape) -> None:
        mask = moving(shape, REGION)
        plain = covered_map(mask, 0, 10, WIDTH, HEIGHT)
        grown = covered_map(replace(mask, grow=(4 / WIDTH, 3 / HEIGHT)), 0, 10, WIDTH, HEIGHT)
        assert plain.any(0).sum() + 8 == pytest.approx(grown.any(0).sum(), abs=2)
        assert plain.any(1).sum() + 6 == pytest.approx(grown.any(1).sum(), abs=2)
        assert not (plain & ~grown).any()

    def test_a_dent_of_a_polygon_stays_open(self) -> None:
        mask = Mask(1, None, Shape.POLYGON, (polygon_pose(None, STAR),), Treatment.FILL)
        where = covered_map(mask, 0, 0, WIDTH, HEIGHT)
        assert where.sum() < 0.6 * WIDTH * HEIGHT * 0.35**2 * math.pi
        widened = covered_map(replace(mask, grow=(2 / WIDTH, 2 / HEIGHT)), 0, 0, WIDTH, HEIGHT)
        assert 1.1 * where.sum() < widened.sum() < 2 * where.sum()

    @pytest.mark.parametrize("grow", [(0.0, 0.0), (0.03, 0.05)])
    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("end", [Region(0.5, 0.2, 0.3, 0.2), Region(0.2, 0.7, 0.1, 0.3), REGION])
    def test_the_painter_covers_it(self, shape: Shape, end: Region, grow: tuple[float, float]) -> None:
        """And hardly more, but for what rounding to the chroma grid and around ellipses and boxes adds."""
        mask = replace(moving(shape, end), grow=grow)
        where, there = covered_map(mask, 0, 10, WIDTH, HEIGHT), painted(mask)
        assert not (where & ~there).any()
        assert there.sum() < (1.3 if end == REGION else 2.2) * where.sum() + 4 * (where.any(0).sum() + HEIGHT)

    def test_of_thousands_of_poses_those_at_the_time_count(self) -> None:
        poses = [Pose(tick, Region(tick / 10_000, 0.2, 0.05, 0.1)) for tick in range(0, 9000, 3)]
        mask = Mask(1, None, Shape.BOX, tuple(poses), Treatment.FILL)
        where = covered_map(mask, 4000, 4001, WIDTH, HEIGHT)
        assert np.flatnonzero(where.any(0)).tolist() == list(range(51, 58))
        after = covered_map(mask, 20_000, 20_001, WIDTH, HEIGHT)
        assert np.flatnonzero(after.any(0))[0] == int(0.8997 * WIDTH)


class Test_what_must_not_be_touched:
    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("end", [Region(0.5, 0.2, 0.3, 0.2), Region(0.2, 0.7, 0.1, 0.3), REGION])
    def test_no_mask_reaches_it(self, shape: Shape, end: Region) -> None:
        mask = replace(moving(shape, end), grow=(0.02, 0.02))
        assert not (painted(mask, feather=8) & outside_map([mask], 0, 10, WIDTH, HEIGHT)).any()

    def test_it_is_most_of_a_picture(self) -> None:
        assert outside_map([still(Region(0.4, 0.4, 0.1, 0.1))], 0, 0, 1920, 1080).mean() > 0.95

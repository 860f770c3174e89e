"""From drawn regions to covered pixels: outwards at every step, and no further than that."""

import math
from fractions import Fraction
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from footage.media.masking import OPAQUE, Cover, Outline, cover_of, outline_at, outline_of, outline_shown
from footage.media.orientation import turn, turned_size
from footage.media.painting import stored_mask
from footage.media.planes import Plane, Role
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Point, Pose, Region, Shape, points_at, polygon_pose, region_at

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


TRIANGLE = ((0.2, 0.1), (0.85, 0.55), (0.35, 0.9))
ARROW = ((0.1, 0.1), (0.9, 0.5), (0.1, 0.9), (0.4, 0.5))
COMB = (*((0.1 + 0.05 * n, 0.2 if n % 2 else 0.8) for n in range(12)), (0.7, 0.95), (0.05, 0.95))
CROSSED = ((0.2, 0.2), (0.8, 0.8), (0.8, 0.2), (0.2, 0.8))
OUTSIDE = ((-0.3, 0.4), (0.5, -0.2), (1.4, 0.5), (0.5, 0.7))
THIN = ((0.3, 0.31), (0.9, 0.77), (0.901, 0.77))
PENTAGRAM = tuple(
    (0.5 + 0.4 * math.sin(0.8 * math.pi * n), 0.5 - 0.4 * math.cos(0.8 * math.pi * n)) for n in range(5)
)
POLYGONS = {
    "pentagram": PENTAGRAM,
    "triangle": TRIANGLE,
    "arrow": ARROW,
    "comb": COMB,
    "crossed": CROSSED,
    "outside": OUTSIDE,
    "thin": THIN,
    "box": ((0.25, 0.25), (0.75, 0.25), (0.75, 0.5), (0.25, 0.5)),
}
GROWS = [(0.0, 0.0), (4 / WIDTH, 4 / HEIGHT), (0.013, 0.05), (0.2, 0.001)]


def outline(region: Region, shape: Shape, grow: tuple[float, float] = (0, 0)) -> Outline:
    """A box, an ellipse, or a polygon like a diamond in a region."""
    x, y, w, h = region.x, region.y, region.w, region.h
    corners = ((x, y + h / 2), (x + w / 2, y), (x + w, y + h / 2), (x + w / 2, y + h))
    return polygon(corners, grow) if shape is Shape.POLYGON else Outline(shape, region, grow=grow)


def polygon(points: tuple[Point, ...], grow: tuple[float, float] = (0, 0)) -> Outline:
    return Outline(Shape.POLYGON, polygon_pose(None, points).region, points, grow)


def hidden(cover: Cover) -> NDArray[np.bool_]:
    """The hidden pixels as a map of the whole picture."""
    where = np.zeros((HEIGHT + 8, WIDTH + 8), bool)
    rows, columns = cover.alpha.shape
    where[cover.top : cover.top + rows, cover.left : cover.left + columns] = cover.alpha == OPAQUE
    return where[:HEIGHT, :WIDTH]


@cache
def touched(drawn: Outline) -> NDArray[np.bool_]:
    """Pixels that an outline touches, found by trying many points in every pixel."""
    steps = (np.arange(5) + 0.5) / 5
    x = (np.arange(WIDTH)[:, None] + steps).ravel() / WIDTH
    y = (np.arange(HEIGHT)[:, None] + steps).ravel() / HEIGHT
    (across, down), region = drawn.grow, drawn.region
    if drawn.shape is Shape.POLYGON:
        reach = int(across * WIDTH * 5), int(down * HEIGHT * 5)
        x = (np.arange(-reach[0], 5 * WIDTH + reach[0]) + 0.5) / 5 / WIDTH
        y = (np.arange(-reach[1], 5 * HEIGHT + reach[1]) + 0.5) / 5 / HEIGHT
        box = np.ones((2 * reach[1] + 1, 2 * reach[0] + 1), np.uint8)
        wider = cv2.dilate(inside_polygon(drawn.points, x, y).astype(np.uint8), box).astype(bool)
        inside = wider[reach[1] : reach[1] + 5 * HEIGHT, reach[0] : reach[0] + 5 * WIDTH]
    else:
        x = (x - region.x - region.w / 2) / (region.w / 2 + across)
        y = (y - region.y - region.h / 2) / (region.h / 2 + down)
        if drawn.shape is Shape.BOX:
            inside = (np.abs(x) <= 1)[None, :] & (np.abs(y) <= 1)[:, None]
        else:
            inside = x[None, :] ** 2 + y[:, None] ** 2 <= 1
    return np.asarray(inside.reshape(HEIGHT, 5, WIDTH, 5).any((1, 3)))


def inside_polygon(
    points: tuple[Point, ...], x: NDArray[np.float64], y: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which of a grid of points a polygon winds around."""
    turns = np.zeros((len(y), len(x)), int)
    for (x0, y0), (x1, y1) in zip(points, (*points[1:], points[0]), strict=True):
        if y0 == y1:
            continue
        crosses = (y >= min(y0, y1)) & (y < max(y0, y1))
        left = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
        turns += (1 if y1 > y0 else -1) * (crosses[:, None] & (x[None, :] > left[:, None]))
    return np.asarray(turns != 0)


class Test_covering:
    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("region", REGIONS)
    @pytest.mark.parametrize("grid", GRIDS)
    def test_every_touched_pixel_is_covered(
        self, region: Region, shape: Shape, grid: tuple[int, int]
    ) -> None:
        for grow in GROWS:
            drawn = outline(region, shape, grow)
            where = hidden(cover_of(drawn, WIDTH, HEIGHT, grid))
            assert where.any()
            assert where[touched(drawn)].all()

    @pytest.mark.parametrize("grow", GROWS)
    @pytest.mark.parametrize("name", POLYGONS)
    def test_of_any_polygon(self, name: str, grow: tuple[float, float]) -> None:
        drawn = polygon(POLYGONS[name], grow)
        near = touched(drawn)
        for grid in GRIDS:
            where = hidden(cover_of(drawn, WIDTH, HEIGHT, grid))
            assert where[near].all()
        if name == "thin":
            return
        # Between the points that were tried a corner may reach into one pixel more.
        around = cv2.dilate(near.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
        assert not (hidden(cover_of(drawn, WIDTH, HEIGHT)) & ~around).any()

    def test_a_polygon_on_pixel_edges_covers_nothing_beside_them(self) -> None:
        corners = ((20, 10), (60, 10), (60, 50), (40, 50), (40, 30), (20, 30))
        where = hidden(cover_of(polygon(tuple((x / WIDTH, y / HEIGHT) for x, y in corners)), WIDTH, HEIGHT))
        expected = np.zeros((HEIGHT, WIDTH), bool)
        expected[10:30, 20:60] = expected[30:50, 40:60] = True
        assert (where == expected).all()
        wider = polygon(tuple((x / WIDTH, y / HEIGHT) for x, y in corners), (3 / WIDTH, 2 / HEIGHT))
        expected[8:32, 17:63] = expected[28:52, 37:63] = True
        assert (hidden(cover_of(wider, WIDTH, HEIGHT)) == expected).all()

    def test_a_polygon_without_area_still_covers(self) -> None:
        for points in (((0.5, 0.5),) * 3, ((0.2, 0.5), (0.4, 0.5), (0.3, 0.5)), ((0.5, 0.2), (0.5, 0.4))):
            assert hidden(cover_of(polygon(points), WIDTH, HEIGHT)).any()

    def test_outside_the_picture_there_is_nothing_to_cover(self) -> None:
        for x, y in ((-0.6, 0.4), (1.1, 0.4), (0.4, -0.6), (0.4, 1.1)):
            away = outline(Region(x, y, 0.3, 0.3), Shape.POLYGON)
            assert cover_of(away, WIDTH, HEIGHT, (2, 2), 8).alpha.size == 0

    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("grid", GRIDS)
    def test_and_nothing_more_than_whole_cells(self, shape: Shape, grid: tuple[int, int]) -> None:
        drawn = outline(Region(0.21, 0.34, 0.4, 0.3), shape)
        where = hidden(cover_of(drawn, WIDTH, HEIGHT, grid))
        near = touched(drawn)
        rows, columns = np.nonzero(where & ~near)
        for row, column in zip(rows, columns, strict=True):
            top, left = row // grid[1] * grid[1], column // grid[0] * grid[0]
            cell = near[max(0, top - 1) : top + grid[1] + 1, max(0, left - 1) : left + grid[0] + 1]
            assert cell.any(), f"pixel {column}, {row} is covered for no reason"

    def test_a_box_is_rounded_to_the_grid(self) -> None:
        region = Region(11 / WIDTH, 21 / HEIGHT, 10 / WIDTH, 10 / HEIGHT)
        where = hidden(cover_of(Outline(Shape.BOX, region), WIDTH, HEIGHT, (4, 4)))
        rows, columns = np.nonzero(where)
        assert (columns.min(), columns.max(), rows.min(), rows.max()) == (8, 23, 20, 31)
        assert where.sum() == 16 * 12

    @pytest.mark.parametrize("shape", Shape)
    def test_a_feather_lies_outside_of_it(self, shape: Shape) -> None:
        drawn = outline(Region(0.3, 0.3, 0.3, 0.4), shape, (0.02, 0.03))
        hard = cover_of(drawn, WIDTH, HEIGHT, (2, 2))
        soft = cover_of(drawn, WIDTH, HEIGHT, (2, 2), feather=6)
        assert (hidden(hard) == hidden(soft)).all()
        fading = soft.alpha[(soft.alpha > 0) & (soft.alpha < OPAQUE)]
        assert len(set(fading.tolist())) > 4
        assert soft.alpha[0].max() < OPAQUE / 4
        assert soft.left <= hard.left - 6

    def test_a_feather_ends_at_the_pictures_edge(self) -> None:
        cover = cover_of(outline(Region(0, 0, 0.2, 0.2), Shape.BOX), WIDTH, HEIGHT, (2, 2), feather=8)
        assert (cover.left, cover.top) == (0, 0)
        assert cover.alpha[0, 0] == OPAQUE

    @pytest.mark.parametrize(("across", "down"), [(2, 2), (2, 1), (4, 1), (1, 1)])
    def test_a_colour_sample_is_covered_with_any_of_its_pixels(self, across: int, down: int) -> None:
        drawn = outline(Region(0.95, 0.9, 0.05, 0.1), Shape.ELLIPSE)
        cover = cover_of(drawn, WIDTH, HEIGHT, (across, down))
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
        poses = tuple(
            Pose(tick, region, outline(region, shape).points)
            for tick, region in ((0, move[0]), (50, corner), (100, move[1]))
        )
        grow = (0.02, 0.01)
        mask = Mask(1, None, shape, poses, Treatment.FILL, grow)
        for start, end in ((0, 100), (10, 30), (40, 60), (90, 140)):
            where = hidden(cover_of(outline_shown(mask, start, end), WIDTH, HEIGHT))
            for step in range(21):
                tick = start + Fraction(step * (end - start), 20)
                if shape is Shape.POLYGON:
                    between = polygon(points_at(poses, tick), grow)
                else:
                    between = outline(region_at(poses, tick), shape, grow)
                assert where[touched(between)].all(), f"{start} to {end}, step {step}"

    def test_a_mask_that_stands_still_is_not_widened(self) -> None:
        region = Region(0.3, 0.3, 0.2, 0.2)
        still = Mask(1, None, Shape.ELLIPSE, (Pose(None, region),), Treatment.FILL)
        assert outline_shown(still, 0, 100) == Outline(Shape.ELLIPSE, region)
        held = Mask(1, None, Shape.ELLIPSE, (Pose(0, region), Pose(50, region)), Treatment.FILL)
        assert outline_shown(held, 10, 60) == Outline(Shape.ELLIPSE, region)
        arrow = Mask(1, None, Shape.POLYGON, tuple(polygon_pose(n, ARROW) for n in range(9)), Treatment.FILL)
        assert outline_shown(arrow, 2, 5) == outline_of(arrow.poses[0], arrow) == outline_at(arrow, 3)

    def test_a_small_move_widens_little(self) -> None:
        region, moved = Region(0.3, 0.3, 0.2, 0.2), Region(0.31, 0.3, 0.2, 0.2)
        mask = Mask(1, None, Shape.ELLIPSE, (Pose(0, region), Pose(10, moved)), Treatment.FILL)
        shown = outline_shown(mask, 0, 10).region
        assert shown.w == pytest.approx(0.21)
        assert shown.h == pytest.approx(0.21)

    def test_a_followed_mask_is_where_its_frame_says(self) -> None:
        """Each of thousands of poses is found, and what lies between it and the next is covered."""
        poses = tuple(
            polygon_pose(40 * n, [(x / 2 + n / 8000, y / 2) for x, y in TRIANGLE]) for n in range(4000)
        )
        mask = Mask(1, None, Shape.POLYGON, poses, Treatment.FILL)
        for number in (0, 1777, 3998):
            assert outline_at(mask, 40 * number).points == poses[number].points
            shown = outline_shown(mask, 40 * number, 40 * number + 40).region
            assert shown.x == poses[number].region.x
            assert shown.x + shown.w == pytest.approx(poses[number + 1].region.x + poses[0].region.w)


class Test_turned:
    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("mirrored", [False, True])
    @pytest.mark.parametrize("rotation", [0, 90, 180, 270])
    def test_what_is_covered_turns_with_the_picture(
        self, rotation: int, mirrored: bool, shape: Shape
    ) -> None:
        region, grow = Region(0.1, 0.5, 0.3, 0.4), (0.05, 0.01)
        mask = Mask(
            1,
            None,
            shape,
            (Pose(None, region, ARROW if shape is Shape.POLYGON else ()),),
            Treatment.FILL,
            grow,
        )
        stored = stored_mask(mask, rotation, mirrored)
        width, height = turned_size(WIDTH, HEIGHT, rotation)
        covers = [
            cover_of(outline_shown(each, 0, 1), *size)
            for each, size in ((mask, (WIDTH, HEIGHT)), (stored, (width, height)))
        ]
        expected = hidden(covers[0])
        where = np.zeros((height, width), bool)
        rows, columns = covers[1].alpha.shape
        where[covers[1].top :, covers[1].left :][:rows, :columns] = covers[1].alpha == OPAQUE
        assert (turn(where, rotation, mirrored) == expected).all()

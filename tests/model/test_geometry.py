"""Outlines: polygons as people type them, and where masks are between and around their poses."""

import pytest

from footage.errors import Usage
from footage.model.geometry import (
    Pose,
    Region,
    convex_hull,
    parse_polygon,
    points_at,
    points_shown,
    polygon_pose,
    region_at,
)

TRIANGLE = ((0.1, 0.1), (0.3, 0.1), (0.2, 0.4))
SQUARE = ((0.5, 0.5), (0.7, 0.5), (0.7, 0.7), (0.5, 0.7))


@pytest.mark.parametrize("text", ["10%,10% 30%,10% 20%,40%", "128,72 384,72 256,288"])
def test_polygon_in_per_cent_and_pixels(text: str) -> None:
    assert parse_polygon(text, 1280, 720) == TRIANGLE


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("10%,10% 30%,10%", "cannot read the polygon"),
        ("10%,10% 30%,10% x,y", "cannot read the polygon"),
        ("10%,10% 30,10 20%,40%", "mixes per cent and pixels"),
        ("10%,10% 130%,10% 20%,40%", "outside the picture"),
        ("10,10 1281,10 20,40", "outside the picture"),
        ("10%,10% 20%,20% 30%,30%", "is a line"),
        ("", "cannot read the polygon"),
    ],
)
def test_what_is_no_polygon(text: str, wrong: str) -> None:
    with pytest.raises(Usage, match=wrong) as caught:
        parse_polygon(text, 1280, 720)
    assert caught.value.hint


def test_polygon_moves_corner_by_corner_and_holds_at_the_ends() -> None:
    moved = tuple((x + 0.2, y + 0.4) for x, y in TRIANGLE)
    poses = [polygon_pose(10, TRIANGLE), polygon_pose(20, moved)]
    assert points_at(poses, 0) == points_at(poses, 10) == TRIANGLE
    assert points_at(poses, 20) == points_at(poses, 99) == moved
    halfway = [part for point in points_at(poses, 15) for part in point]
    assert halfway == pytest.approx([part for x, y in TRIANGLE for part in (x + 0.1, y + 0.2)])


def test_between_polygons_of_other_corners_lies_the_hull_of_both() -> None:
    poses = [polygon_pose(10, TRIANGLE), polygon_pose(20, SQUARE)]
    assert set(points_at(poses, 15)) == {
        (0.1, 0.1),
        (0.3, 0.1),
        (0.7, 0.5),
        (0.7, 0.7),
        (0.5, 0.7),
        (0.2, 0.4),
    }
    assert points_at(poses, 20) == SQUARE
    assert points_at(poses, 10) == TRIANGLE
    turning = [polygon_pose(0, TRIANGLE), polygon_pose(5, TRIANGLE), polygon_pose(10, SQUARE)]
    assert points_shown(turning, 0, 5) == TRIANGLE


def test_polygon_that_stands_still_is_shown_as_it_is() -> None:
    dent = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.3, 0.2), (0.1, 0.5))
    assert points_shown([polygon_pose(None, dent)], 0, 100) == dent
    assert points_shown([polygon_pose(0, dent), polygon_pose(50, dent)], 10, 60) == dent


def test_shown_is_all_that_is_passed_also_at_a_turn() -> None:
    there = tuple((x + 0.5, y) for x, y in TRIANGLE)
    poses = [polygon_pose(0, TRIANGLE), polygon_pose(10, there), polygon_pose(20, TRIANGLE)]
    assert set(points_shown(poses, 0, 20)) == {(0.1, 0.1), (0.8, 0.1), (0.7, 0.4), (0.2, 0.4)}


def test_hull_leaves_out_what_lies_within_or_on_an_edge() -> None:
    assert set(convex_hull([*SQUARE, (0.6, 0.6), (0.6, 0.5)])) == set(SQUARE)


def test_many_poses_are_found_by_their_moments() -> None:
    poses = [Pose(tick, Region(tick / 10_000, 0, 0.1, 0.1)) for tick in range(0, 5000, 10)]
    assert region_at(poses, 2505).x == pytest.approx(0.2505)
    assert region_at(poses, 2500) == poses[250].region
    assert region_at(poses, 9999) == poses[-1].region


def test_several_poses_need_their_moments() -> None:
    with pytest.raises(ValueError, match="needs its moment"):
        region_at([Pose(None, Region(0, 0, 1, 1)), Pose(3, Region(0, 0, 1, 1))], 1)

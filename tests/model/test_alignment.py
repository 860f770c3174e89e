"""Carrying poses and outlines from one clip's frames to another's."""

from fractions import Fraction

import pytest

from footage.model.alignment import Alignment, Placement, Segment
from footage.model.geometry import Pose, Region, Shape, polygon_pose, region_at
from footage.model.span import FrameIndex, Span

OTHER = FrameIndex(Fraction(1, 25), tuple(range(100)), 100)


def _moving(start: int, end: int) -> tuple[Pose, ...]:
    return Pose(start, Region(0.0, 0.0, 0.2, 0.2)), Pose(end, Region(0.5, 0.5, 0.2, 0.2))


def _exact(first: int, shown: range) -> Segment:
    frames = tuple(shown)
    return Segment(first, frames, frames, frames, range(first, first + len(frames)), 1.0)


def _aligned(mine: FrameIndex, segment: Segment, placement: Placement | None = None) -> Alignment:
    return Alignment(mine, OTHER, (segment,), placement or Placement())


def test_drawn_poses_are_kept_at_their_moments() -> None:
    mine = FrameIndex(Fraction(1, 1000), tuple(range(0, 2000, 40)), 2000)
    segment = _exact(0, range(20, 70))
    found = _aligned(mine, segment)
    frames = segment.showing(range(30, 40))
    assert (frames, found.span(frames)) == (range(10, 20), Span(400, 800))
    poses = _moving(30, 39)
    assert found.poses(poses, Shape.BOX, segment, frames) == (
        Pose(400, poses[0].region),
        Pose(760, poses[1].region),
    )


def test_poses_outside_are_found_between() -> None:
    mine = FrameIndex(Fraction(1, 25), tuple(range(10)), 10)
    segment = _exact(0, range(35, 45))
    poses = _moving(30, 50)
    first, last = _aligned(mine, segment).poses(poses, Shape.BOX, segment, range(10))
    assert (first, last) == (Pose(0, region_at(poses, 35)), Pose(10, region_at(poses, 45)))


def test_other_pace_gets_a_pose_a_frame() -> None:
    mine = FrameIndex(Fraction(1, 30), tuple(range(12)), 12)
    shown = tuple(40 + number * 25 // 30 for number in range(12))
    segment = Segment(0, shown, shown, shown, range(12), 1.0)
    poses = _moving(40, 49)
    carried = _aligned(mine, segment).poses(poses, Shape.BOX, segment, range(12))
    assert [pose.tick for pose in carried] == list(range(12))
    for pose, number in zip(carried, shown, strict=True):
        assert pose.region == region_at(poses, number)


def test_doubt_covers_all_that_may_be_shown() -> None:
    mine = FrameIndex(Fraction(1, 25), (0, 1), 2)
    segment = Segment(0, (40, 41), (38, 39), (42, 43), range(2), 1.0)
    poses = _moving(30, 50)
    for pose, (least, most) in zip(
        _aligned(mine, segment).poses(poses, Shape.BOX, segment, range(2)), ((38, 42), (39, 43)), strict=True
    ):
        for number in (least, most):
            region = region_at(poses, number)
            assert pose.region.x <= region.x and pose.region.y <= region.y
            assert pose.region.x + pose.region.w >= region.x + region.w - 1e-9
    assert segment.showing(range(42, 60)) == range(2)
    assert segment.showing(range(44, 60)) == range(0)


def test_outlines_are_retimed_and_held() -> None:
    mine = FrameIndex(Fraction(1, 25), tuple(range(20)), 20)
    segment = _exact(5, range(50, 60))
    track = [polygon_pose(tick, [(0, 0), (tick / 100, 0), (0, 0.5)]) for tick in range(48, 62)]
    found = _aligned(mine, segment).outlines(track, Shape.POLYGON, segment, range(3, 17))
    assert [pose.tick for pose in found] == list(range(3, 17))
    assert [pose.points[1][0] for pose in found] == [tick / 100 for tick in (50, 50, *range(50, 60), 59, 59)]


def test_still_gets_all_that_is_passed() -> None:
    mine = FrameIndex(Fraction(1), (0,), 1)
    segment = Segment(0, (40,), (39,), (41,), range(1), 1.0)
    poses = _moving(30, 50)
    (pose,) = _aligned(mine, segment).on_still(poses, Shape.BOX, segment)
    assert pose.tick is None
    assert (pose.region.x, pose.region.x + pose.region.w) == pytest.approx((0.225, 0.5))


def test_placement_moves_what_is_carried() -> None:
    mine = FrameIndex(Fraction(1, 25), tuple(range(10)), 10)
    segment = _exact(0, range(10))
    found = _aligned(mine, segment, Placement(0.75, 1.0, 0.125, 0.0))
    poses = (Pose(None, Region(0.5, 0.25, 0.2, 0.2)),)
    (pose,) = found.poses(poses, Shape.ELLIPSE, segment, range(10))
    assert (pose.region.x, pose.region.w, pose.region.y) == pytest.approx((0.5, 0.15, 0.25))
    track = [polygon_pose(0, [(0, 0), (1, 0), (1, 1)])]
    (outline,) = found.outlines(track, Shape.POLYGON, segment, range(1))
    assert outline.points[0] == (0.125, 0.0)

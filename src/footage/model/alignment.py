"""Where frames of one clip are found again in another, and what that makes of a flag's span and poses."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from footage.model.geometry import (
    Point,
    Pose,
    Region,
    Shape,
    points_at,
    points_shown,
    polygon_pose,
    region_at,
    region_shown,
)
from footage.model.span import FrameIndex, Span

_SAME_PLACE = 0.002


@dataclass(frozen=True, slots=True)
class Placement:
    """Where another clip's pictures lie in a clip's: each place times ``across``, ``down``, then shifted.

    All are shares of the displayed pictures' widths and heights.

    >>> Placement(0.75, 1.0, 0.125, 0.0).region(Region(0.5, 0.5, 0.5, 0.25))
    Region(x=0.5, y=0.5, w=0.375, h=0.25)
    """

    across: float = 1.0
    down: float = 1.0
    right: float = 0.0
    below: float = 0.0

    def point(self, point: Point) -> Point:
        """Where a place of the other clip's pictures lies."""
        return point[0] * self.across + self.right, point[1] * self.down + self.below

    def region(self, region: Region) -> Region:
        """Where a region of the other clip's pictures lies; it may reach outside the picture."""
        left, top = self.point((region.x, region.y))
        return Region(left, top, region.w * self.across, region.h * self.down)

    def pose(self, pose: Pose) -> Pose:
        """The same of a pose."""
        if pose.points:
            return polygon_pose(pose.tick, tuple(self.point(point) for point in pose.points))
        return replace(pose, region=self.region(pose.region))


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames of a clip, one after the other, that show another clip's frames in their order.

    Attributes:
        first: the number of the first frame that belongs to it, or may.
        shown: of each frame the number of the other clip's frame; never decreasing.
        least, most: the first and the last frame of the other clip that it may show, both included.
        sure: the numbers of the frames that belong to it without a doubt.
        confidence: how well the pictures agree, from 0 (as any two do) to 1.
    """

    first: int
    shown: tuple[int, ...]
    least: tuple[int, ...]
    most: tuple[int, ...]
    sure: range
    confidence: float

    @property
    def frames(self) -> range:
        """The numbers of its frames."""
        return range(self.first, self.first + len(self.shown))

    def showing(self, others: range) -> range:
        """The numbers of the frames that show some of the other clip's frames, or may.

        Where the other clip's frames were dropped here, these are the frames before and after them.

        >>> Segment(5, (0, 1, 4, 5), (0, 1, 4, 4), (0, 1, 4, 5), range(5, 9), 1.0).showing(range(2, 5))
        range(7, 9)
        >>> Segment(5, (0, 1, 4, 5), (0, 1, 4, 4), (0, 1, 4, 5), range(5, 9), 1.0).showing(range(2, 3))
        range(6, 8)
        """
        pairs = zip(self.least, self.most, strict=True)
        meeting = [
            at for at, (least, most) in enumerate(pairs) if least < others.stop and most >= others.start
        ]
        if meeting:
            return range(self.first + meeting[0], self.first + meeting[-1] + 1)
        after = bisect_left(self.shown, others.start)
        if after in (0, len(self.shown)):
            return range(0)
        return range(self.first + after - 1, self.first + after + 1)

    def shows(self, frame: int) -> tuple[int, int, int]:
        """The frame of the other clip that a frame shows, and the first and the last that it may show.

        Outside the segment its first and its last frame are held.
        """
        at = min(max(frame - self.first, 0), len(self.shown) - 1)
        return self.shown[at], self.least[at], self.most[at]


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a clip (or still: one frame) shows of another.

    Attributes:
        mine, other: when their frames are shown.
        segments: in order; two may overlap by frames that may belong to either.
        placement: where the other clip's pictures lie in the clip's.
    """

    mine: FrameIndex
    other: FrameIndex
    segments: tuple[Segment, ...]
    placement: Placement = Placement()

    def span(self, frames: range) -> Span:
        """The span on screen of some frames of the clip."""
        return Span(self.mine.pts[frames.start], self.mine.frame_end(frames.stop - 1))

    def poses(self, poses: Sequence[Pose], shape: Shape, segment: Segment, frames: range) -> tuple[Pose, ...]:
        """Another clip's poses, as they lie in frames of a segment.

        The poses that were drawn are kept, at the moments of what they show, and those at the ends are found
        between them. Where straight lines between them would not lie on what each frame shows, there is a
        pose for each frame.
        """
        if len(poses) < 2:
            return tuple(self.placement.pose(replace(pose, tick=None)) for pose in poses)
        drawn = self._drawn_poses(poses, segment, frames)
        if not self._agree(drawn, poses, segment, frames):
            drawn = self.track(poses, shape, segment, frames)
        if len(drawn) == 1:
            drawn = (replace(drawn[0], tick=None),)
        return tuple(self.placement.pose(pose) for pose in drawn)

    def outlines(
        self, track: Sequence[Pose], shape: Shape, segment: Segment, frames: range
    ) -> tuple[Pose, ...]:
        """A followed outline, frame by frame, as it lies in frames of a segment."""
        return tuple(self.placement.pose(pose) for pose in self.track(track, shape, segment, frames))

    def track(self, poses: Sequence[Pose], shape: Shape, segment: Segment, frames: range) -> tuple[Pose, ...]:
        """A pose for each frame, over all that the frame may show, in the other clip's places."""
        found = []
        for frame in frames:
            _, least, most = segment.shows(frame)
            between = self.other.pts[least], self.other.pts[most]
            pose = _shown(poses, shape, *between)
            found.append(replace(pose, tick=self.mine.pts[frame]))
        return tuple(found)

    def on_still(self, poses: Sequence[Pose], shape: Shape, segment: Segment) -> tuple[Pose, ...]:
        """A still's one pose: over all that poses pass while what it may show is on screen."""
        if not poses:
            return ()
        _, least, most = segment.shows(segment.first)
        pose = _shown(poses, shape, self.other.pts[least], self.other.frame_end(most))
        return (self.placement.pose(replace(pose, tick=None)),)

    def _drawn_poses(self, poses: Sequence[Pose], segment: Segment, frames: range) -> tuple[Pose, ...]:
        """The poses that were drawn, at their moments here, and those at the ends of the frames."""
        start, end = self.mine.pts[frames.start], self.mine.frame_end(frames.stop - 1)
        first, last = (
            self._other_tick(segment, frames.start, start),
            self._other_tick(segment, frames[-1], end),
        )
        moments: dict[int, int] = {}
        for pose in poses:
            if pose.tick is not None and (tick := self._tick(segment, frames, pose.tick)) is not None:
                moments[tick] = pose.tick
        if any(pose.tick is not None and pose.tick < first for pose in poses):
            moments.setdefault(start, first)
        if any(pose.tick is not None and pose.tick >= last for pose in poses):
            moments.setdefault(end, last)
        moments = moments or {start: first}
        return tuple(replace(_at(poses, there), tick=here) for here, there in sorted(moments.items()))

    def _tick(self, segment: Segment, frames: range, tick: int) -> int | None:
        """When what the other clip shows at a tick is shown here; None where it is not."""
        number = self.other.frame_at(tick)
        at = bisect_left(segment.shown, number)
        frame = segment.first + at
        if frame not in frames or segment.shown[at] != number:
            return None
        into = (tick - self.other.pts[number]) * self.other.time_base / self.mine.time_base
        return min(self.mine.pts[frame] + round(into), self.mine.frame_end(frame))

    def _other_tick(self, segment: Segment, frame: int, tick: int) -> int:
        """What moment of the other clip a moment of a frame stands for."""
        shown, _, _ = segment.shows(frame)
        into = (tick - self.mine.pts[frame]) * self.mine.time_base / self.other.time_base
        return min(self.other.pts[shown] + round(into), self.other.frame_end(shown))

    def _agree(self, drawn: Sequence[Pose], poses: Sequence[Pose], segment: Segment, frames: range) -> bool:
        """Whether poses lie on what each frame shows, wherever it may come from."""
        for frame in frames:
            here = _at(drawn, self.mine.pts[frame])
            for shown in set(segment.shows(frame)):
                if not _close(here, _at(poses, self.other.pts[shown])):
                    return False
        return True


def _at(poses: Sequence[Pose], tick: int) -> Pose:
    if poses[0].points:
        return polygon_pose(tick, points_at(poses, tick))
    return Pose(tick, region_at(poses, tick))


def _shown(poses: Sequence[Pose], shape: Shape, start: int, end: int) -> Pose:
    if poses[0].points:
        return polygon_pose(None, points_shown(poses, start, end))
    return Pose(None, region_shown(poses, shape, start, end))


def _close(one: Pose, other: Pose) -> bool:
    if len(one.points) != len(other.points):
        return False
    corners = zip(_corners(one), _corners(other), strict=True)
    return all(abs(p - x) <= _SAME_PLACE and abs(q - y) <= _SAME_PLACE for (p, q), (x, y) in corners)


def _corners(pose: Pose) -> tuple[Point, ...]:
    region = pose.region
    return pose.points or ((region.x, region.y), (region.x + region.w, region.y + region.h))

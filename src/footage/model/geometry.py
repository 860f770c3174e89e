"""Where a mask lies: regions, shapes and poses, normalised to the displayed picture."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage.errors import Usage

_HINT = "give x,y,w,h in per cent (40%,30%,20%,25%) or in pixels (640,300,200,150)"
_PART = re.compile(r"(\d+(?:\.\d+)?)(%?)")
_POLYGON_HINT = "give three corners or more: 10%,10% 30%,10% 20%,40% (or in pixels)"
_CORNER = re.compile(r"(\d+(?:\.\d+)?)(%?),(\d+(?:\.\d+)?)(%?)")
_CORNERS = 3
_SLACK = 1e-6


Point = tuple[float, float]
"""A place in the displayed picture, in shares (0..1) of its width and height."""


class Shape(StrEnum):
    """The outline of a mask: its region, the ellipse inside it, or a polygon's corners."""

    BOX = "box"
    ELLIPSE = "ellipse"
    POLYGON = "polygon"


@dataclass(frozen=True, slots=True)
class Region:
    """A box in the displayed picture; all four numbers are shares (0..1) of its width and height."""

    x: float
    y: float
    w: float
    h: float

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The box in whole pixels ``(left, top, right, bottom)``, rounded outwards, half-open.

        >>> Region(0.1, 0.1, 0.25, 0.25).pixels(101, 100)
        (10, 10, 36, 35)
        """
        return (
            max(0, math.floor(self.x * width + _SLACK)),
            max(0, math.floor(self.y * height + _SLACK)),
            min(width, math.ceil((self.x + self.w) * width - _SLACK)),
            min(height, math.ceil((self.y + self.h) * height - _SLACK)),
        )


WHOLE_PICTURE = Region(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """An outline at a moment.

    Attributes:
        tick: None for a mask that does not move (and in a still).
        region: the box, the box around the ellipse, or that around the polygon.
        points: a polygon's corners in order, at least three; empty for boxes and ellipses.
    """

    tick: int | None
    region: Region
    points: tuple[Point, ...] = ()


def polygon_pose(tick: int | None, points: Sequence[Point]) -> Pose:
    """The pose of a polygon.

    >>> polygon_pose(None, [(0.25, 0.25), (0.75, 0.25), (0.5, 0.75)]).region
    Region(x=0.25, y=0.25, w=0.5, h=0.5)
    """
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    return Pose(tick, Region(left, top, right - left, bottom - top), tuple(points))


def region_at(poses: Sequence[Pose], tick: int | Fraction) -> Region:
    """Where a mask is at a tick: straight lines between poses, held before the first and after the last.

    Args:
        poses: at least one, in the order of their ticks.
        tick: in the asset's time base.

    >>> a, b = Pose(0, Region(0, 0, .5, .5)), Pose(10, Region(.5, 0, .5, .5))
    >>> region_at([a, b], 5)
    Region(x=0.25, y=0.0, w=0.5, h=0.5)
    """
    before, after, share = _around(poses, tick)
    return before.region if after is None else _between(before.region, after.region, share)


def points_at(poses: Sequence[Pose], tick: int | Fraction) -> tuple[Point, ...]:
    """A polygon's corners at a tick, as :func:`region_at` gives a region.

    Between two poses with different numbers of corners it is the convex hull of both.

    >>> a, b = polygon_pose(0, [(0, 0), (.5, 0), (0, .5)]), polygon_pose(10, [(.5, 0), (1, 0), (.5, .5)])
    >>> points_at([a, b], 5)
    ((0.25, 0.0), (0.75, 0.0), (0.25, 0.5))
    """
    before, after, share = _around(poses, tick)
    if after is None or not share:
        return before.points
    if len(before.points) != len(after.points):
        return convex_hull((*before.points, *after.points))
    return tuple(
        (x + (p - x) * share, y + (q - y) * share)
        for (x, y), (p, q) in zip(before.points, after.points, strict=True)
    )


def region_shown(poses: Sequence[Pose], shape: Shape, start: int, end: int) -> Region:
    """A region over everything a mask passes between two ticks, as while a frame is on screen.

    Args:
        poses: at least one, in the order of their ticks.
        start, end: in the asset's time base, both included.

    An ellipse that moves is answered by a larger ellipse, which may reach outside the picture.

    >>> a, b = Pose(0, Region(0, 0, .5, .5)), Pose(10, Region(.5, 0, .5, .5))
    >>> region_shown([a, b], Shape.BOX, 5, 10)
    Region(x=0.25, y=0.0, w=0.75, h=0.5)
    """
    passed = [region_at(poses, tick) for tick in (start, *_turns(poses, start, end), end)]
    if all(region == passed[0] for region in passed):
        return passed[0]
    return _around_ellipses(passed) if shape is Shape.ELLIPSE else _around_boxes(passed)


def points_shown(poses: Sequence[Pose], start: int, end: int) -> tuple[Point, ...]:
    """Everything a polygon passes between two ticks: itself where it stands still, else a convex hull.

    Args:
        poses: at least one, in the order of their ticks.
        start, end: in the asset's time base, both included.

    >>> a, b = polygon_pose(0, [(0, 0), (.5, 0), (0, .5)]), polygon_pose(10, [(.5, 0), (1, 0), (.5, .5)])
    >>> points_shown([a, b], 0, 10)
    ((0, 0), (1, 0), (0.5, 0.5), (0, 0.5))
    """
    passed = [points_at(poses, tick) for tick in (start, *_turns(poses, start, end), end)]
    if all(points == passed[0] for points in passed):
        return passed[0]
    return convex_hull([point for points in passed for point in points])


def convex_hull(points: Iterable[Point]) -> tuple[Point, ...]:
    """The corners of the smallest convex polygon around points, in order (Andrew's monotone chain, 1979)."""
    ordered = sorted(set(points))
    return (*_chain(ordered), *_chain(ordered[::-1]))


def parse_polygon(text: str, width: int, height: int) -> tuple[Point, ...]:
    """Read ``x,y x,y x,y …`` in per cent or pixels of a displayed picture of ``width`` by ``height``.

    >>> parse_polygon("10%,10% 30%,10% 20%,40%", 1280, 720)
    ((0.1, 0.1), (0.3, 0.1), (0.2, 0.4))

    Raises:
        Usage: the text is no polygon, or lies outside the picture.
    """
    matches = [_CORNER.fullmatch(word) for word in text.split()]
    corners = [match for match in matches if match is not None]
    if len(corners) != len(matches) or len(corners) < _CORNERS:
        raise Usage(f"cannot read the polygon {text!r}", _POLYGON_HINT)
    signs = {sign for match in corners for sign in (match[2], match[4])}
    if len(signs) > 1:
        raise Usage(f"the polygon {text!r} mixes per cent and pixels", _POLYGON_HINT)
    across, down = (Fraction(100), Fraction(100)) if signs == {"%"} else (Fraction(width), Fraction(height))
    points = [(Fraction(match[1]) / across, Fraction(match[3]) / down) for match in corners]
    if any(x > 1 or y > 1 for x, y in points):
        raise Usage(f"the polygon {text!r} reaches outside the picture", f"the picture is {width} x {height}")
    if len(convex_hull((float(x), float(y)) for x, y in points)) < _CORNERS:
        raise Usage(f"the polygon {text!r} is a line", "name three corners or more that are not in a row")
    return tuple((float(x), float(y)) for x, y in points)


def parse_region(text: str, width: int, height: int) -> Region:
    """Read ``x,y,w,h`` in per cent or pixels of a displayed picture of ``width`` by ``height``.

    >>> parse_region("40%,30%,20%,25%", 1280, 720)
    Region(x=0.4, y=0.3, w=0.2, h=0.25)
    >>> parse_region("640,360,128,72", 1280, 720)
    Region(x=0.5, y=0.5, w=0.1, h=0.1)

    Raises:
        Usage: the text is no region, is empty, or lies outside the picture.
    """
    parts = [_PART.fullmatch(part.strip()) for part in text.split(",")]
    if len(parts) != 4 or not all(parts):
        raise Usage(f"cannot read the region {text!r}", _HINT)
    matches = [part for part in parts if part is not None]
    if len({match[2] for match in matches}) > 1:
        raise Usage(f"the region {text!r} mixes per cent and pixels", _HINT)
    numbers = [Fraction(match[1]) for match in matches]
    scale = [Fraction(100)] * 4 if matches[0][2] else [Fraction(width), Fraction(height)] * 2
    x, y, w, h = (number / full for number, full in zip(numbers, scale, strict=True))
    if not w or not h:
        raise Usage(f"the region {text!r} is empty", _HINT)
    if x + w > 1 or y + h > 1:
        hint = _inside_hint(x, y, w, h, width, height)
        raise Usage(f"the region {text!r} reaches outside the picture", hint)
    return Region(float(x), float(y), float(w), float(h))


def split_pose(text: str) -> tuple[str | None, str]:
    """Split ``"0:04 40%,30%,20%,25%"`` into its time and its region; no time gives None.

    >>> split_pose("0:04 40%,30%,20%,25%"), split_pose("1,2,3,4")
    (('0:04', '40%,30%,20%,25%'), (None, '1,2,3,4'))
    """
    time, _, region = text.strip().partition(" ")
    return (time, region.strip()) if region else (None, time)


def _around(poses: Sequence[Pose], tick: int | Fraction) -> tuple[Pose, Pose | None, float]:
    """The poses before and after a tick, and how far it lies between them (0..1); one pose where it holds."""
    if len(poses) > 1 and any(pose.tick is None for pose in (poses[0], poses[-1])):
        raise ValueError("a pose among several needs its moment")
    later = bisect_right(poses, tick, key=_moment) if len(poses) > 1 else len(poses)
    if later in (0, len(poses)):
        return poses[max(0, later - 1)], None, 0.0
    before, after = poses[later - 1], poses[later]
    return before, after, float(Fraction(tick - _moment(before)) / (_moment(after) - _moment(before)))


def _turns(poses: Sequence[Pose], start: int, end: int) -> list[int]:
    """The poses' moments between two ticks, both excluded."""
    if len(poses) == 1:
        return []
    first, last = bisect_right(poses, start, key=_moment), bisect_left(poses, end, key=_moment)
    return [_moment(pose) for pose in poses[first:last]]


def _moment(pose: Pose) -> int:
    if pose.tick is None:
        raise ValueError("a pose among several needs its moment")
    return pose.tick


def _chain(ordered: Sequence[Point]) -> list[Point]:
    """One side of a convex hull, without its last point."""
    chain: list[Point] = []
    for point in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    """Positive where the way from a over b to c turns from the first axis towards the second."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Region, b: Region, share: float) -> Region:
    def mix(p: float, q: float) -> float:
        return p + (q - p) * share

    return Region(mix(a.x, b.x), mix(a.y, b.y), mix(a.w, b.w), mix(a.h, b.h))


def _around_boxes(regions: Sequence[Region]) -> Region:
    x, y = min(r.x for r in regions), min(r.y for r in regions)
    right, bottom = max(r.x + r.w for r in regions), max(r.y + r.h for r in regions)
    return Region(x, y, right - x, bottom - y)


def _around_ellipses(regions: Sequence[Region]) -> Region:
    """An ellipse around ellipses and everything between them.

    Measured in units of the largest half-axes, no ellipse reaches further from a chosen centre than its own
    centre's distance plus one; both are convex along the way, so that the ends bound what lies between.
    """
    a, b = max(r.w for r in regions) / 2, max(r.h for r in regions) / 2
    centres = [(r.x + r.w / 2, r.y + r.h / 2) for r in regions]
    x = (min(c[0] for c in centres) + max(c[0] for c in centres)) / 2
    y = (min(c[1] for c in centres) + max(c[1] for c in centres)) / 2
    reach = 1 + max(math.hypot((cx - x) / a, (cy - y) / b) for cx, cy in centres)
    return Region(x - a * reach, y - b * reach, 2 * a * reach, 2 * b * reach)


def _inside_hint(x: Fraction, y: Fraction, w: Fraction, h: Fraction, width: int, height: int) -> str:
    left, top = min(x, Fraction(99, 100)), min(y, Fraction(99, 100))
    fits = (left, top, min(w, 1 - left), min(h, 1 - top))
    text = ",".join(f"{float(part * 100):g}%" for part in fits)
    return f"the picture is {width} x {height}; the nearest region inside it is {text}"

"""Where a mask lies: regions, shapes and poses, normalised to the displayed picture."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage.errors import Usage

_HINT = "give x,y,w,h in per cent (40%,30%,20%,25%) or in pixels (640,300,200,150)"
_PART = re.compile(r"(\d+(?:\.\d+)?)(%?)")
_SLACK = 1e-6


class Shape(StrEnum):
    """The outline of a mask inside its region."""

    BOX = "box"
    ELLIPSE = "ellipse"


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
    """A region at a moment; ``tick`` is None for a mask that does not move (and in a still)."""

    tick: int | None
    region: Region


def region_at(poses: Sequence[Pose], tick: int | Fraction) -> Region:
    """Where a mask is at a tick: straight lines between poses, held before the first and after the last.

    Args:
        poses: at least one, in the order of their ticks.
        tick: in the asset's time base.

    >>> a, b = Pose(0, Region(0, 0, .5, .5)), Pose(10, Region(.5, 0, .5, .5))
    >>> region_at([a, b], 5)
    Region(x=0.25, y=0.0, w=0.5, h=0.5)
    """
    before = poses[0]
    for after in poses[1:]:
        if before.tick is None or after.tick is None:
            raise ValueError("a pose among several needs its moment")
        if tick < after.tick:
            share = float(max(Fraction(0), Fraction(tick - before.tick) / (after.tick - before.tick)))
            return _between(before.region, after.region, share)
        before = after
    return before.region


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
    turns = (pose.tick for pose in poses if pose.tick is not None and start < pose.tick < end)
    passed = [region_at(poses, tick) for tick in (start, *turns, end)]
    if all(region == passed[0] for region in passed):
        return passed[0]
    return _around_ellipses(passed) if shape is Shape.ELLIPSE else _around_boxes(passed)


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

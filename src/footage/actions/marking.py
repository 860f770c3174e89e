"""What a person says of a flag: its span, its outline and its moments, read from their words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from footage.errors import NotFound, Usage
from footage.model.asset import Asset, Shot
from footage.model.flag import Reason, Treatment
from footage.model.geometry import Pose, Shape, parse_polygon, parse_region, polygon_pose, split_pose
from footage.model.span import FrameIndex, Span, clock


@dataclass(frozen=True, slots=True)
class Marking:
    """What a person says of a flag, as typed; None and empty where they are silent.

    Attributes:
        start, end: the in and the out point. shot: a shot's number instead of them.
        regions: each ``x,y,w,h``, with a time before it where there are several.
        polygons: each ``x,y x,y x,y …``, likewise.
        follow: whether the mask follows what the regions point at.
        mute: whether the sound is silenced.
    """

    start: str | None = None
    end: str | None = None
    shot: int | None = None
    reasons: tuple[Reason, ...] = ()
    regions: tuple[str, ...] = ()
    polygons: tuple[str, ...] = ()
    ellipse: bool | None = None
    treatment: Treatment | None = None
    follow: bool | None = None
    mute: bool | None = None
    by_source: bool | None = None
    note: str | None = None


def shape_of(marking: Marking, otherwise: Shape) -> Shape:
    """The outline that is meant, ``otherwise`` where nothing is said of it.

    Raises:
        Usage: two are named at once.
    """
    if marking.polygons:
        if marking.regions or marking.ellipse:
            raise Usage("a mask is a polygon, a box or an ellipse", "raise one flag for each outline")
        return Shape.POLYGON
    if marking.ellipse is None:
        return Shape.BOX if otherwise is Shape.POLYGON else otherwise
    return Shape.ELLIPSE if marking.ellipse else Shape.BOX


def span_of(
    asset: Asset, index: FrameIndex | None, known_shots: Sequence[Shot], marking: Marking
) -> Span | None:
    """The span that is meant; None where nothing is said of it.

    Raises:
        Usage: it cannot be read, or lies outside the clip. NotFound: no such shot.
    """
    timed = marking.start is not None or marking.shot is not None
    if index is None:
        if timed:
            raise Usage(
                f"asset {asset.number} is a still and has no times", f"footage flag {asset.number} --reason …"
            )
        return None
    if marking.shot is not None:
        if marking.start is not None:
            raise Usage(
                "an in point and --shot say the same: one of the two is enough",
                f"footage flag {asset.number} --shot {marking.shot} --reason …",
            )
        return _numbered_shot(asset, known_shots, marking.shot).span
    if marking.start is None:
        return None
    if marking.end is None:
        raise Usage(
            "the span has no out point", f"footage flag {asset.number} {marking.start} OUT --reason …"
        )
    return index.span(marking.start, marking.end)


def shot_pointed_at(
    asset: Asset, index: FrameIndex, known_shots: Sequence[Shot], marking: Marking
) -> Span | None:
    """The span over the shots that hold what is to be followed, by the times of its regions.

    Raises:
        Usage: no region has a time, or one cannot be read.
    """
    times = [time for text in (*marking.regions, *marking.polygons) if (time := _split(text, marking)[0])]
    if not times:
        raise Usage(
            "say when what is to be followed lies there",
            f'footage flag {asset.number} --reason REASON --region "TIME X,Y,W,H" --follow',
        )
    ticks = [index.tick(time) for time in times]
    holding = [shot.span for shot in known_shots if any(tick in shot.span for tick in ticks)]
    return Span(holding[0].start, holding[-1].end) if holding else None


def _numbered_shot(asset: Asset, known_shots: Sequence[Shot], wanted: int) -> Shot:
    for shot in known_shots:
        if shot.number == wanted:
            return shot
    hint = f"its shots are 1 to {len(known_shots)}: footage shots {asset.number}"
    raise NotFound(f"asset {asset.number} has no shot {wanted}", hint)


def poses_of(asset: Asset, index: FrameIndex | None, span: Span | None, marking: Marking) -> tuple[Pose, ...]:
    """Where the mask lies at which moments, in their order; nothing where no region is given.

    Raises:
        Usage: a region cannot be read or lies outside the picture or the span, or lacks its moment.
    """
    poses = [_pose(asset, index, span, text, marking) for text in (*marking.regions, *marking.polygons)]
    if len(poses) < 2:
        return tuple(poses)
    if any(pose.tick is None for pose in poses):
        raise Usage(
            "several regions of one flag need their moments",
            'give each its time ("0:04 40%,30%,20%,25%"); for two places at once raise two flags',
        )
    poses.sort(key=lambda pose: pose.tick or 0)
    if len({pose.tick for pose in poses}) < len(poses):
        raise Usage("two regions are given for the same moment", "leave one out, or raise two flags")
    if len({len(pose.points) for pose in poses}) > 1 and not marking.follow:
        raise Usage(
            "a polygon that moves in straight lines has as many corners at each of its moments",
            "draw as many, or let it follow: --follow",
        )
    return tuple(poses)


def _pose(asset: Asset, index: FrameIndex | None, span: Span | None, text: str, marking: Marking) -> Pose:
    time, outline = _split(text, marking)
    if marking.polygons:
        placed = polygon_pose(None, parse_polygon(outline, asset.width, asset.height))
    else:
        placed = Pose(None, parse_region(outline, asset.width, asset.height))
    if time is None:
        return placed
    if index is None or span is None:
        raise Usage(f"asset {asset.number} is a still; its region has no time", f"--region {outline}")
    tick = index.tick(time)
    if not span.start <= tick <= span.end:
        first, last = (clock(index.seconds(end), thousandths=True) for end in (span.start, span.end))
        raise Usage(f"the region at {time} lies outside the flag's span", f"the span is {first} to {last}")
    return replace(placed, tick=tick)


def _split(text: str, marking: Marking) -> tuple[str | None, str]:
    """The time, where there is one, and the outline."""
    if not marking.polygons:
        return split_pose(text)
    time, _, rest = text.strip().partition(" ")
    return (None, text.strip()) if "," in time else (time, rest.strip())

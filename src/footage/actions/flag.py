"""Flags: raising and editing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote

from sqlalchemy import Connection

from footage.catalogue import assets, flags, frames, search, shots
from footage.errors import NotFound, Refused, Usage
from footage.library import Library
from footage.model.asset import Asset, Kind
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.geometry import Pose, Shape, parse_region, region_shown, split_pose
from footage.model.span import FrameIndex, Span, clock


@dataclass(frozen=True, slots=True)
class Marking:
    """What a person says of a flag, as typed; None and empty where they are silent.

    Attributes:
        start, end: the in and the out point. shot: a shot's number instead of them.
        regions: each ``x,y,w,h``, with a time before it where there are several.
    """

    start: str | None = None
    end: str | None = None
    shot: int | None = None
    reasons: tuple[Reason, ...] = ()
    regions: tuple[str, ...] = ()
    ellipse: bool | None = None
    treatment: Treatment | None = None
    by_source: bool | None = None
    note: str | None = None


def raise_flag(library: Library, number: int, marking: Marking) -> Flag:
    """Flag a span, a shot, or a whole clip or still; what was grabbed from under it gets the flag proposed.

    Raises:
        NotFound: no such shot. Refused: the asset is discarded.
        Usage: a span outside the clip, a region outside the picture, no reason.
    """
    if not marking.reasons:
        raise Usage("a flag needs a reason", "--reason " + " | ".join(Reason))
    with library.deed("flag") as deed:
        asset, index = asset_and_index(deed.connection, number)
        span = _span(deed.connection, asset, index, marking) or (index.whole if index else None)
        flag = Flag(
            number=0,
            asset=number,
            span=span,
            reasons=marking.reasons,
            state=State.SOURCE if marking.by_source else State.OPEN,
            shape=Shape.ELLIPSE if marking.ellipse else Shape.BOX,
            poses=_poses(asset, index, span, marking.regions),
            treatment=marking.treatment,
            note=marking.note or "",
        )
        flag = flags.add(deed.connection, flag)
        search.index(deed.connection, number)
        proposed = propose_on_grabs(deed.connection, flag, index)
        deed.record([number, *proposed], {"flag": flag_words(flag), **grab_words(proposed)})
    return flag


def edit_flag(library: Library, number: int, marking: Marking) -> Flag:
    """Change a flag; one that was masked or dismissed is open again, and its rendition stale.

    What was grabbed from under it gets the changed flag proposed.

    Raises:
        NotFound: no such flag. Usage: as for :func:`raise_flag`.
    """
    with library.deed("flag edit") as deed:
        before = flags.get(deed.connection, number)
        asset, index = asset_and_index(deed.connection, before.asset)
        span = _span(deed.connection, asset, index, marking) or before.span
        poses = before.poses
        if marking.regions:
            poses = _poses(asset, index, span, marking.regions)
        elif span != before.span and any(pose.tick is not None for pose in poses):
            hint = f"footage flag --edit {number} IN OUT --region 'TIME X,Y,W,H' --region 'TIME X,Y,W,H'"
            raise Usage("the span moved, and the mask's poses have their moments", hint)
        shape = before.shape
        if marking.ellipse is not None:
            shape = Shape.ELLIPSE if marking.ellipse else Shape.BOX
        after = replace(
            before,
            span=span,
            reasons=marking.reasons or before.reasons,
            state=_edited_state(before, marking),
            shape=shape,
            poses=poses,
            treatment=marking.treatment or before.treatment,
            note=before.note if marking.note is None else marking.note,
            because="",
            looked="",
        )
        after = flags.replace(deed.connection, after)
        search.index(deed.connection, after.asset)
        proposed = propose_on_grabs(deed.connection, after, index)
        detail = {"before": flag_words(before), "after": flag_words(after), **grab_words(proposed)}
        deed.record([after.asset, *proposed], detail)
    return after


def carry(connection: Connection, flag: Flag, still: int, index: FrameIndex, tick: int) -> Flag | None:
    """Give a still grabbed at a tick a flag of its video: its mask as it lies while that frame is on screen.

    A mask that is rendered on the video is to be rendered anew on the still.

    Returns:
        The still's own flag; None where the frame is not in the flag's span, or the still has the same flag.
    """
    frame = index.frame_at(tick)
    if flag.span is not None and frame not in index.frames_in(flag.span):
        return None
    poses = flag.poses
    if poses:
        poses = (Pose(None, region_shown(poses, flag.shape, index.pts[frame], index.frame_end(frame))),)
    own = replace(
        flag, number=0, asset=still, span=None, poses=poses, state=flag.reopened, looked="", revision=1
    )
    if any(_same(own, known) for known in flags.of_asset(connection, still)):
        return None
    return flags.add(connection, own)


def asset_and_index(connection: Connection, number: int) -> tuple[Asset, FrameIndex | None]:
    """An asset that is in sight, and its frames' times (None for a still).

    Raises:
        NotFound: no such asset. Refused: it was discarded.
    """
    asset = in_sight(assets.get(connection, number))
    return asset, frames.get(connection, number) if asset.kind is Kind.VIDEO else None


def in_sight(asset: Asset) -> Asset:
    """The asset itself.

    Raises:
        Refused: it was discarded.
    """
    if asset.discarded is not None:
        hint = f"footage add {quote(asset.path)}"
        if asset.grabbed_from is not None:
            hint = f"footage grab {asset.grabbed_from} TIME"
        raise Refused(f"asset {asset.number} was discarded: {asset.discarded}", hint)
    return asset


def flag_words(flag: Flag) -> dict[str, object]:
    """What the custody log says of a flag."""
    return {
        "flag": flag.number,
        "span": [flag.span.start, flag.span.end] if flag.span else None,
        "reasons": [reason.value for reason in flag.reasons],
        "state": flag.state.value,
        "shape": flag.shape.value,
        "poses": [
            [pose.tick, pose.region.x, pose.region.y, pose.region.w, pose.region.h] for pose in flag.poses
        ],
        "treatment": flag.treatment.value if flag.treatment else None,
        "note": flag.note,
        "because": flag.because,
    }


def propose_on_grabs(connection: Connection, flag: Flag, index: FrameIndex | None) -> dict[int, int]:
    """Propose a video's flag on the stills grabbed from under it; gives the new flags' numbers by still.

    What the source hid is hidden on the still as well, and nobody has to decide.
    """
    if index is None:
        return {}
    asked = flag if flag.state is State.SOURCE else replace(flag, state=State.PROPOSED, because="")
    proposed: dict[int, int] = {}
    for grab in assets.grabs_of(connection, flag.asset):
        if grab.discarded is not None or grab.grabbed_at is None:
            continue
        if own := carry(connection, asked, grab.number, index, grab.grabbed_at):
            proposed[grab.number] = own.number
            search.index(connection, grab.number)
    return proposed


def grab_words(proposed: Mapping[int, int]) -> dict[str, object]:
    grabs = [{"asset": still, "flag": flag} for still, flag in proposed.items()]
    return {"grabs": grabs} if grabs else {}


def _same(flag: Flag, known: Flag) -> bool:
    """Whether a flag that a still has makes another one needless."""
    stands = known.state in (flag.state, State.PROPOSED, State.OPEN, State.MASKED)
    told_alike = set(known.reasons) == set(flag.reasons)
    return stands and told_alike and (known.shape, known.poses) == (flag.shape, flag.poses)


def _edited_state(before: Flag, marking: Marking) -> State:
    if marking.by_source is not None:
        return State.SOURCE if marking.by_source else State.OPEN
    return before.state if before.state in (State.SOURCE, State.PROPOSED) else State.OPEN


def _span(connection: Connection, asset: Asset, index: FrameIndex | None, marking: Marking) -> Span | None:
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
        return _shot_span(connection, asset, marking.shot)
    if marking.start is None:
        return None
    if marking.end is None:
        raise Usage(
            "the span has no out point", f"footage flag {asset.number} {marking.start} OUT --reason …"
        )
    return index.span(marking.start, marking.end)


def _shot_span(connection: Connection, asset: Asset, wanted: int) -> Span:
    known = shots.of_asset(connection, asset.number)
    for shot in known:
        if shot.number == wanted:
            return shot.span
    hint = f"its shots are 1 to {len(known)}: footage shots {asset.number}"
    raise NotFound(f"asset {asset.number} has no shot {wanted}", hint)


def _poses(
    asset: Asset, index: FrameIndex | None, span: Span | None, regions: Sequence[str]
) -> tuple[Pose, ...]:
    poses = [_pose(asset, index, span, text) for text in regions]
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
    return tuple(poses)


def _pose(asset: Asset, index: FrameIndex | None, span: Span | None, text: str) -> Pose:
    time, region = split_pose(text)
    placed = parse_region(region, asset.width, asset.height)
    if time is None:
        return Pose(None, placed)
    if index is None or span is None:
        raise Usage(f"asset {asset.number} is a still; its region has no time", f"--region {region}")
    tick = index.tick(time)
    if not span.start <= tick <= span.end:
        first, last = (clock(index.seconds(end), thousandths=True) for end in (span.start, span.end))
        raise Usage(f"the region at {time} lies outside the flag's span", f"the span is {first} to {last}")
    return Pose(tick, placed)

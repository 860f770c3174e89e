"""Flags: raising and editing them."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from shlex import quote

from sqlalchemy import Connection

from footage.actions.marking import Marking, poses_of, shape_of, shot_pointed_at, span_of
from footage.catalogue import assets, flags, frames, search, shots
from footage.errors import Refused, Usage
from footage.library import Library
from footage.model.asset import Asset, Kind, Shot, Transition
from footage.model.flag import Flag, Reason, State, Treatment, padded_frames
from footage.model.geometry import Pose, Shape, points_shown, polygon_pose, region_shown
from footage.model.progress import Progress
from footage.model.redaction import Timeline
from footage.model.span import FrameIndex, Span, clock
from footage.vault import ORIGINALS


def raise_flag(library: Library, number: int, marking: Marking, progress: Progress) -> Flag:
    """Flag a span, a shot, or a whole clip or still; what was grabbed from under it gets the flag proposed.

    Raises:
        NotFound: no such shot. Refused: the asset is discarded.
        Usage: a span outside the clip, a region outside the picture, no reason, or what does not go together.
    """
    if not marking.reasons:
        raise Usage("a flag needs a reason", "--reason " + " | ".join(Reason))
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        known_shots = tuple(shots.of_asset(connection, number))
    span = span_of(asset, index, known_shots, marking)
    if span is None and index is not None:
        followed = shot_pointed_at(asset, index, known_shots, marking) if _points(marking) else None
        span = followed or index.whole
    shape = shape_of(marking, Shape.BOX)
    flag = Flag(
        number=0,
        asset=number,
        span=span,
        reasons=marking.reasons,
        state=State.SOURCE if marking.by_source else State.OPEN,
        shape=shape,
        poses=poses_of(asset, index, span, marking),
        treatment=marking.treatment,
        note=marking.note or "",
        mute=bool(marking.mute),
        follow=bool(marking.follow),
    )
    _insist_on_sense(flag, asset, index)
    flag = _followed(library, flag, asset, index, known_shots, progress)
    with library.deed("flag") as deed:
        asset_and_index(deed.connection, number)
        flag = flags.add(deed.connection, flag)
        search.index(deed.connection, number)
        proposed = propose_on_grabs(deed.connection, flag, index)
        deed.record([number, *proposed], {"flag": flag_words(flag), **grab_words(proposed)})
    return flag


def edit_flag(library: Library, number: int, marking: Marking, progress: Progress) -> Flag:
    """Change a flag; one that was masked or dismissed is open again, and its rendition stale.

    What was grabbed from under it gets the changed flag proposed.

    Raises:
        NotFound: no such flag. Usage: as for :func:`raise_flag`. Conflict: it was changed meanwhile.
    """
    with library.reading() as connection:
        before = flags.get(connection, number)
        asset, index = asset_and_index(connection, before.asset)
        known_shots = tuple(shots.of_asset(connection, before.asset))
    after = _edited(before, asset, index, known_shots, marking)
    _insist_on_sense(after, asset, index)
    if _lies_elsewhere(before, after):
        after = replace(after, track=(), doubtful=(), answered=False)
        after = _followed(library, after, asset, index, known_shots, progress)
    with library.deed("flag edit") as deed:
        after = flags.replace(deed.connection, after)
        search.index(deed.connection, after.asset)
        proposed = propose_on_grabs(deed.connection, after, index)
        detail = {"before": flag_words(before), "after": flag_words(after), **grab_words(proposed)}
        deed.record([after.asset, *proposed], detail)
    return after


def _points(marking: Marking) -> bool:
    """Whether something is pointed at that is to be followed."""
    return bool(marking.follow and (marking.regions or marking.polygons))


def _edited(
    before: Flag, asset: Asset, index: FrameIndex | None, known_shots: Sequence[Shot], marking: Marking
) -> Flag:
    """A flag as a person's words change it, not followed yet."""
    span = span_of(asset, index, known_shots, marking) or before.span
    poses, shape = before.poses, before.shape
    if marking.regions or marking.polygons:
        poses, shape = poses_of(asset, index, span, marking), shape_of(marking, shape)
    elif marking.ellipse is not None:
        if shape is Shape.POLYGON:
            raise Usage(
                f"flag {before.number} is a polygon", f"footage flag --edit {before.number} --region X,Y,W,H"
            )
        shape = shape_of(marking, shape)
    if span != before.span and span is not None and index is not None:
        _insist_on_poses_in(span, index, poses, before.number)
    treatment = marking.treatment or before.treatment
    if marking.treatment is Treatment.CUT and not (marking.regions or marking.polygons):
        # A cut has no outline; what was drawn for a mask goes.
        poses, shape = (), Shape.BOX
    return replace(
        before,
        span=span,
        reasons=marking.reasons or before.reasons,
        state=_edited_state(before, marking),
        shape=shape,
        poses=poses,
        treatment=treatment,
        note=before.note if marking.note is None else marking.note,
        mute=before.mute if marking.mute is None else marking.mute,
        follow=bool(poses) and (before.follow if marking.follow is None else marking.follow),
        because="",
        looked="",
    )


def _insist_on_poses_in(span: Span, index: FrameIndex, poses: Sequence[Pose], number: int) -> None:
    """Refuse a span that leaves out a moment at which the mask was drawn.

    Raises:
        Usage: it does; names the moment.
    """
    for pose in poses:
        if pose.tick is not None and not span.start <= pose.tick <= span.end:
            at = clock(index.seconds(pose.tick), thousandths=True)
            hint = f"footage flag --edit {number} IN OUT --region 'TIME X,Y,W,H' --region 'TIME X,Y,W,H'"
            raise Usage(f"the mask's pose at {at} lies outside the new span; draw it anew", hint)


def _lies_elsewhere(before: Flag, after: Flag) -> bool:
    """Whether an edit asks for the mask to be followed anew, or no more."""
    told = [(flag.span, flag.shape, flag.poses, flag.follow) for flag in (before, after)]
    return told[0] != told[1] or (after.follow and not after.track)


def _insist_on_sense(flag: Flag, asset: Asset, index: FrameIndex | None) -> None:
    """Refuse what cannot be done together.

    Raises:
        Usage: it cannot.
    """
    number = asset.number
    if index is None:
        for told, option in ((flag.mute, "--mute"), (flag.follow, "--follow"), (flag.cut, "--treatment cut")):
            if told:
                raise Usage(f"asset {number} is a still: {option} is for video", "leave it out")
    if flag.mute and not any(stream.kind == "audio" for stream in asset.streams):
        raise Usage(f"asset {number} has no sound to silence", "leave out --mute")
    if flag.cut and flag.poses:
        raise Usage("a cut takes the whole picture out", "leave the region out, or choose another treatment")
    if flag.cut and flag.span and index is not None and not Timeline(index, (flag.span,)).kept:
        raise Usage(
            f"nothing of asset {number} would be left after this cut",
            f'footage discard {number} --because "…"',
        )
    if flag.shape is Shape.ELLIPSE and not flag.poses:
        hint = f"footage flag {number} IN OUT --reason REASON --region X,Y,W,H --ellipse"
        raise Usage("an ellipse needs its region", hint)
    if flag.follow and flag.state is State.SOURCE:
        raise Usage(
            "what its source hid is told, not masked: there is nothing to follow", "leave out --follow"
        )
    if flag.follow and not flag.poses:
        hint = f'footage flag {number} IN OUT --reason REASON --region "TIME X,Y,W,H" --follow'
        raise Usage("there is nothing to follow: no region was drawn", hint)


def _followed(
    library: Library,
    flag: Flag,
    asset: Asset,
    index: FrameIndex | None,
    known_shots: Sequence[Shot],
    progress: Progress,
) -> Flag:
    """A flag that is to follow what its poses point at, with where that lies frame by frame."""
    if not flag.follow or index is None or flag.span is None or flag.state is State.SOURCE:
        return flag
    from footage.media.following import follow
    from footage.media.sandbox import Sandbox, rendering_limits
    from footage.media.sniff import FORMATS

    original = library.vault.present(ORIGINALS, asset.sha256)
    poses = [pose if pose.tick is not None else replace(pose, tick=flag.span.start) for pose in flag.poses]
    starts = [shot.span.start for shot in known_shots if shot.transition is not Transition.START]
    stream = next(stream for stream in asset.streams if stream.kind == "video")
    limits = rendering_limits(stream.width, stream.height)
    with library.vault.workspace() as workspace, Sandbox([original], workspace.scratch(), limits) as sandbox:
        frames = _within_cuts(padded_frames(flag.span, index), flag.span, index, starts)
        found = follow(
            sandbox, original, FORMATS[asset.format], index, frames, flag.shape, poses, starts, progress
        )
    # Padding is there for in and out points that are a little off.
    doubts = tuple(doubt for span in found.doubtful if (doubt := span.within(flag.span)))
    return replace(flag, track=found.poses, doubtful=doubts)


def _within_cuts(frames: range, span: Span, index: FrameIndex, starts: Sequence[int]) -> range:
    """Padded frames, less those of the padding that lie in another shot: there is nothing to follow.

    Args:
        starts: ticks at which shots begin, the first one's aside.
    """
    before = [index.frame_at(tick) for tick in starts if tick <= span.start]
    after = [index.frame_at(tick) for tick in starts if tick >= span.end]
    return range(max(frames.start, *before, 0), min(frames.stop, *after, len(index.pts)))


def carry(connection: Connection, flag: Flag, still: int, index: FrameIndex, tick: int) -> Flag | None:
    """Give a still grabbed at a tick a flag of its video: its mask as it lies while that frame is on screen.

    A mask that is rendered on the video is to be rendered anew on the still; one that may have lost its
    target on that frame is only proposed.

    Returns:
        The still's own flag; None where the frame is not in the flag's span, or the still has the same flag.
    """
    frame = index.frame_at(tick)
    if frame not in padded_frames(flag.span, index) or not (flag.masks_pictures or flag.cut):
        return None
    in_doubt = flag.in_doubt and any(tick in span for span in flag.doubtful)
    poses = _poses_on(flag, index, frame)
    own = replace(
        flag,
        number=0,
        asset=still,
        span=None,
        shape=(Shape.POLYGON if flag.track else flag.shape) if poses else Shape.BOX,
        poses=poses,
        state=State.PROPOSED if flag.drawn and in_doubt else flag.reopened,
        note=f"{flag.note} (the mask may have lost its target here)".strip() if in_doubt else flag.note,
        # What is cut out of a clip has to be hidden on a still.
        treatment=None if flag.cut else flag.treatment,
        mute=False,
        follow=False,
        track=(),
        doubtful=(),
        answered=False,
        looked="",
        revision=1,
    )
    if any(_same(own, known) for known in flags.of_asset(connection, still)):
        return None
    return flags.add(connection, own)


def _poses_on(flag: Flag, index: FrameIndex, frame: int) -> tuple[Pose, ...]:
    """A mask's one pose on a still of a frame: over all it passes while the frame is on screen."""
    poses, shown = flag.track or flag.poses, (index.pts[frame], index.frame_end(frame))
    if not poses:
        return ()
    if flag.track or flag.shape is Shape.POLYGON:
        return (polygon_pose(None, points_shown(poses, *shown)),)
    return (Pose(None, region_shown(poses, flag.shape, *shown)),)


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
            [pose.tick, *astuple(pose.region), *([list(map(list, pose.points))] if pose.points else [])]
            for pose in flag.poses
        ],
        "treatment": flag.treatment.value if flag.treatment else None,
        **({"mute": True} if flag.mute else {}),
        **({"followed": len(flag.track), "doubtful": _ends(flag.doubtful)} if flag.follow else {}),
        **({"answered": True} if flag.answered else {}),
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


def _ends(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


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

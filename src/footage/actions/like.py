"""Flags of one asset carried over to a copy of it: trimmed, encoded anew, re-ordered, or a still of it."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace

from sqlalchemy import Connection

from footage.actions.flag import asset_and_index, flag_words, propose_on_grabs
from footage.catalogue import flags, search
from footage.errors import Conflict, Refused, Usage
from footage.library import Library
from footage.media.aligning import STILL, align
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.alignment import Alignment, Segment
from footage.model.asset import Asset
from footage.model.flag import Flag, State, padded_frames
from footage.model.geometry import Pose, Shape
from footage.model.progress import Progress
from footage.model.redaction import Timeline, merged
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two assets, and its frames' times (None for a still)."""

    asset: Asset
    index: FrameIndex | None


def flag_like(library: Library, number: int, other: int, progress: Progress) -> tuple[Flag, ...]:
    """Propose the flags of another asset on a copy of it, where the copy shows what they cover.

    The copy may be trimmed, encoded anew, at another rate or size, or put together anew: each of its parts
    gets a flag of its own. Where it is not sure which frame is which, spans are wider. A still gets the flags
    of the frame that it shows. What the source hid needs no decision on the copy either.

    Returns:
        The new flags; none where the copy has them all already.

    Raises:
        NotFound: no such asset. Usage: both are the same one.
        Refused: one of them was discarded, the other has no flags, the copy shows nothing of it or nothing
        that is flagged, or the other is a still and the copy is none.
        Conflict: the other's flags were changed while the two were compared.
    """
    if number == other:
        hint = f"footage flag {number} --like ORIGINAL"
        raise Usage(f"asset {number} is the same as asset {other}; name the one that it is a copy of", hint)
    with library.reading() as connection:
        mine, theirs = (_Side(*asset_and_index(connection, each)) for each in (number, other))
        standing = _standing(connection, other)
    _insist_on_flags(standing, mine, theirs)
    found = _aligned(library, mine, theirs, progress)
    carried = [own for flag in standing for own in _carried(flag, found, mine, theirs)]
    if not carried:
        hint = f"footage flags {other}"
        raise Refused(f"asset {number} shows nothing of what is flagged in asset {other}", hint)
    return _record(library, mine, other, standing, found, carried)


def _standing(connection: Connection, number: int) -> list[Flag]:
    """An asset's flags that were not dismissed."""
    return [flag for flag in flags.of_asset(connection, number) if flag.state is not State.DISMISSED]


def _insist_on_flags(standing: Sequence[Flag], mine: _Side, theirs: _Side) -> None:
    number, other = mine.asset.number, theirs.asset.number
    if not standing:
        raise Refused(
            f"asset {other} has no flags to carry over", f"footage flag {other} IN OUT --reason REASON"
        )
    if theirs.index is None and mine.index is not None:
        raise Refused(
            f"asset {other} is a still: its flags say nothing of how long asset {number} shows the same",
            f"footage flag {number} IN OUT --reason REASON --region X,Y,W,H",
        )


def _aligned(library: Library, mine: _Side, theirs: _Side, progress: Progress) -> Alignment:
    originals = [library.vault.present(ORIGINALS, side.asset.sha256) for side in (mine, theirs)]
    formats = [FORMATS[side.asset.format] for side in (mine, theirs)]
    with library.vault.workspace() as workspace, Sandbox(originals, workspace.scratch()) as sandbox:
        found = align(
            sandbox, originals[0], formats[0], mine.index, originals[1], formats[1], theirs.index, progress
        )
    if not found.segments:
        number, other = mine.asset.number, theirs.asset.number
        raise Refused(
            f"asset {number} shows nothing of asset {other} that could be found again",
            f"look at both: footage sheet {number},{other}; "
            f"then flag it by hand: footage flag {number} IN OUT --reason REASON",
        )
    return found


def _carried(flag: Flag, found: Alignment, mine: _Side, theirs: _Side) -> Iterator[Flag]:
    """A flag as it belongs on the copy: one for each part that shows some of what it covers."""
    note = f"as flag {flag.number} of asset {flag.asset}"
    bare = replace(
        flag,
        number=0,
        asset=mine.asset.number,
        state=State.SOURCE if flag.state is State.SOURCE else State.PROPOSED,
        note=f"{flag.note} ({note})" if flag.note else note,
        because="",
        mute=flag.mute and any(stream.kind == "audio" for stream in mine.asset.streams),
        answered=False,
        looked="",
        revision=1,
    )
    if flag.mute and not bare.mute and not flag.masks_pictures and not flag.cut:
        return
    covered = (theirs.index or STILL).frames_in(flag.span or (theirs.index or STILL).whole)
    for segment in found.segments:
        if mine.index is None:
            own = _on_still(bare, found, segment, theirs)
        else:
            frames = segment.showing(covered)
            own = _on_clip(bare, found, segment, frames, mine.asset) if frames else None
        if own is not None:
            yield own


def _on_clip(bare: Flag, found: Alignment, segment: Segment, frames: range, copy: Asset) -> Flag | None:
    """A flag on some frames of a clip; None where its mask lies wholly outside the copy's picture."""
    span = found.span(frames)
    padded = padded_frames(span, found.mine)
    poses = found.poses(bare.poses, bare.shape, segment, frames)
    track = found.outlines(bare.track, Shape.POLYGON, segment, padded) if bare.track else ()
    if not _in_sight(track or poses):
        return None
    doubts = [frames for doubt in bare.doubtful if (frames := segment.showing(found.other.frames_in(doubt)))]
    cut_short = bare.cut and not Timeline(found.mine, (span,)).kept
    return replace(
        bare,
        span=span,
        poses=poses,
        track=track,
        doubtful=merged(within for each in doubts if (within := found.span(each).within(span))),
        # What would be all of a copy cannot be cut out of it, but hidden and silenced.
        treatment=None if cut_short else bare.treatment,
        mute=bare.mute or (cut_short and any(stream.kind == "audio" for stream in copy.streams)),
    )


def _on_still(bare: Flag, found: Alignment, segment: Segment, theirs: _Side) -> Flag | None:
    """A flag on a still that shows one of some frames; None where it does not cover any of them."""
    if theirs.index is None:
        poses = found.poses(bare.poses, bare.shape, segment, range(1))
        return replace(bare, span=None, poses=poses) if _in_sight(poses) else None
    _, least, most = segment.shows(segment.first)
    near = padded_frames(bare.span, theirs.index)
    if least >= near.stop or most < near.start or not (bare.masks_pictures or bare.cut):
        return None
    shape = Shape.POLYGON if bare.track else bare.shape
    poses = found.on_still(bare.track or bare.poses, shape, segment)
    if not _in_sight(poses):
        return None
    return replace(
        bare,
        span=None,
        shape=shape,
        poses=poses,
        # What is cut out of a clip has to be hidden on a still.
        treatment=None if bare.cut else bare.treatment,
        mute=False,
        follow=False,
        track=(),
        doubtful=(),
    )


def _in_sight(poses: Sequence[Pose]) -> bool:
    """Whether a mask ever lies in the picture; one without poses is all of it."""
    return not poses or any(
        pose.region.x < 1
        and pose.region.y < 1
        and pose.region.x + pose.region.w > 0
        and pose.region.y + pose.region.h > 0
        for pose in poses
    )


def _record(
    library: Library,
    mine: _Side,
    other: int,
    standing: Sequence[Flag],
    found: Alignment,
    carried: Sequence[Flag],
) -> tuple[Flag, ...]:
    """One transaction: the flags that the copy lacks, on what was grabbed from it too, and the event."""
    number = mine.asset.number
    with library.deed("flag like") as deed:
        asset_and_index(deed.connection, number)
        if _standing(deed.connection, other) != standing:
            hint = f"footage flag {number} --like {other}"
            raise Conflict(f"the flags of asset {other} were changed meanwhile", hint)
        known = flags.of_asset(deed.connection, number)
        lacking = [own for own in carried if not any(_alike(own, flag) for flag in known)]
        if not lacking:
            deed.cancel()
            return ()
        raised = tuple(flags.add(deed.connection, own) for own in lacking)
        search.index(deed.connection, number)
        grabs = [
            {"asset": still, "flag": proposed}
            for flag in raised
            for still, proposed in propose_on_grabs(deed.connection, flag, mine.index).items()
        ]
        detail: dict[str, object] = {
            "like": other,
            "alignment": _alignment_words(found),
            "flags": [flag_words(flag) for flag in raised],
        }
        if grabs:
            detail["grabs"] = grabs
        deed.record(list(dict.fromkeys([number, other, *(grab["asset"] for grab in grabs)])), detail)
    return raised


def _alike(own: Flag, known: Flag) -> bool:
    """Whether a flag of the copy makes another one needless; one that a person dismissed does."""
    return set(known.reasons) == set(own.reasons) and _drawn(known) == _drawn(own)


def _drawn(flag: Flag) -> tuple[object, ...]:
    return flag.span, flag.shape, flag.poses, flag.track, flag.cut, flag.mute


def _alignment_words(found: Alignment) -> dict[str, object]:
    """What the custody log says of an alignment: frames by their numbers, both ends included."""
    return {
        "segments": [
            {
                "frames": [segment.frames[0], segment.frames[-1]],
                "sure": [segment.sure[0], segment.sure[-1]] if segment.sure else None,
                "shows": [segment.shown[0], segment.shown[-1]],
                "confidence": round(segment.confidence, 2),
            }
            for segment in found.segments
        ],
        "placement": [round(number, 4) for number in astuple(found.placement)],
    }

"""The shots of a video as it goes out: the desk's own, less what was cut out, at the new clip's times."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy import Connection

from footage.actions.caption import Captioned
from footage.catalogue import custody, shots, soundbites
from footage.model.asset import Shot
from footage.model.change import changes_of
from footage.model.facts import Facts
from footage.model.publication import PublishedShot
from footage.model.redaction import Timeline
from footage.model.shotlist import Clip, date_heading, lines_of, place_heading, source_heading
from footage.model.span import FrameIndex, Span, clock
from footage.model.timed import Soundbite, meets

_FROM_ENDS = 3
"""How many frames a shot's picture stays away from its ends: its neighbours' masks reach two frames over."""


@dataclass(frozen=True, slots=True)
class KnownShots:
    """What the catalogue knows of a video's shots.

    Attributes:
        shots: at the original's times; none for a still.
        anew: the numbers of those that were described after the video was last redacted.
    """

    shots: tuple[Shot, ...] = ()
    anew: frozenset[int] = frozenset()
    soundbites: tuple[Soundbite, ...] = ()


def known_shots(connection: Connection, number: int) -> KnownShots:
    """What the catalogue knows of a video's shots."""
    found = tuple(shots.of_asset(connection, number))
    anew = _described_anew(connection, number) if any(shot.description for shot in found) else frozenset()
    return KnownShots(found, anew, soundbites.of_asset(connection, number))


def told_shots(known: Sequence[Shot], timeline: Timeline, anew: Collection[int] = ()) -> tuple[Shot, ...]:
    """The catalogue's shots of which anything goes out, with what may be told of them.

    Where part of a shot was cut out, its description may speak of just that: it is told where it was given
    after the cut.

    Args:
        anew: as of :class:`KnownShots`.
    """
    return tuple(
        replace(shot, description="") if _speaks_of_cut(shot, timeline, anew) else shot
        for shot in known
        if timeline.span(shot.span) is not None
    )


def withheld_notes(number: int, known: KnownShots, timeline: Timeline) -> tuple[str, ...]:
    """What a person should know of the descriptions that are left out, one phrase each."""
    return tuple(
        f"asset {number}: the description of shot {shot.number} is left out, because part of it was cut; "
        f'describe what is left: footage shots {number} --describe {shot.number} "…"'
        for shot in known.shots
        if shot.description
        and timeline.span(shot.span) is not None
        and _speaks_of_cut(shot, timeline, known.anew)
    )


def clip_of(
    captioned: Captioned,
    facts: Facts,
    told: Sequence[Shot],
    spoken: Sequence[Soundbite],
    timeline: Timeline,
    restrictions: Sequence[str],
    story_text: str,
    name: str,
) -> Clip:
    """A video as a shot list tells of it, its shots and soundbites as they stand in what goes out.

    Args:
        told: as of :func:`told_shots`.
        restrictions: what whoever uses it must heed, a sentence each.
        story_text: of its story, as it reads on the day; may be empty.
        name: what its file is called.
    """
    subject = captioned.subject
    lines, withheld = lines_of(told, spoken, subject.flags, timeline, subject.agency)
    return Clip(
        asset=captioned.asset.number,
        name=name,
        source=source_heading(subject.source, subject.relayed_by),
        place=place_heading(facts),
        date=date_heading(facts),
        length=timeline.shortened.duration if timeline.kept else Fraction(0),
        lines=lines,
        restrictions=tuple(restrictions),
        storyline=story_text or captioned.text or facts.shows or "",
        withheld=withheld,
    )


def notes_of(clip: Clip) -> tuple[str, ...]:
    """What a person should know of a clip's shot list, one phrase each."""
    return tuple(
        f"asset {clip.asset}: the soundbite at {clock(at, thousandths=True)} is left out, because something "
        "in it is silenced or cut out"
        for at in clip.withheld
    )


def picture_ticks(told: Sequence[Shot], timeline: Timeline, seen: FrameIndex) -> tuple[int, ...]:
    """The frame of the published clip that stands for each of its shots: its own, away from the shot's ends.

    Args:
        told: as of :func:`told_shots`.
        seen: when the published clip's frames are shown; as many as stay.

    Returns:
        Ticks of ``seen``, increasing.
    """
    shown = timeline.shortened
    ticks = []
    for shot in told:
        span = timeline.span(shot.span)
        assert span is not None
        frames = shown.frames_in(span)
        gone = meets(Span(shot.keyframe, shot.keyframe + 1), timeline.gaps)
        middle = (frames.start + frames.stop - 1) // 2
        wanted = middle if gone else shown.frame_at(timeline.tick(shot.keyframe))
        margin = min(_FROM_ENDS, (len(frames) - 1) // 2)
        ticks.append(seen.pts[min(max(wanted, frames.start + margin), frames.stop - 1 - margin)])
    return tuple(ticks)


def published_shots(
    told: Sequence[Shot], timeline: Timeline, pictures: Sequence[str]
) -> tuple[PublishedShot, ...]:
    """Shots at the published clip's times, numbered anew, each with its picture out of the published clip.

    Args:
        told: as of :func:`told_shots`.
        pictures: the path of each shot's picture.
    """
    shown = timeline.shortened
    made = []
    for number, (shot, picture) in enumerate(zip(told, pictures, strict=True), 1):
        span = timeline.span(shot.span)
        assert span is not None
        start, end = shown.seconds(span.start), shown.seconds(span.end)
        made.append(PublishedShot(number, start, end, shot.description, picture))
    return tuple(made)


def _speaks_of_cut(shot: Shot, timeline: Timeline, anew: Collection[int]) -> bool:
    return shot.number not in anew and meets(shot.span, timeline.gaps)


def _described_anew(connection: Connection, number: int) -> frozenset[int]:
    """The shots of a video that a person described after its redacted rendition was last made."""
    found: set[int] = set()
    for event in custody.of_assets(connection, [number]):
        if event.action in ("blur", "undo"):
            # What an undo brings back may be as old as anything.
            found.clear()
        elif event.action == "describe":
            found |= {int(change.key.split(" ")[1]) for change in changes_of(event.detail)}
    return frozenset(found)

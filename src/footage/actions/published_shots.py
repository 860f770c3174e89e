"""The shots of a video as it goes out: the desk's own, less what was cut out, at the new clip's times."""

from collections.abc import Sequence
from dataclasses import replace

from footage.media.look import Look
from footage.model.asset import Shot
from footage.model.publication import PublishedShot
from footage.model.redaction import Timeline


def told_shots(known: Sequence[Shot], timeline: Timeline) -> tuple[Shot, ...]:
    """The catalogue's shots of which anything goes out, with what may be told of them.

    A description speaks of its shot's keyframe: where that was cut out, nothing of it is told.
    """
    kept = frozenset(timeline.kept)
    frame_at = timeline.index.frame_at
    return tuple(
        shot if frame_at(shot.keyframe) in kept else replace(shot, description="")
        for shot in known
        if timeline.span(shot.span) is not None
    )


def published_shots(
    told: Sequence[Shot], timeline: Timeline, seen: Look, pictures: Sequence[str]
) -> tuple[PublishedShot, ...]:
    """Shots at the published clip's times, numbered anew, each with a picture of the published clip.

    Args:
        told: as of :func:`told_shots`.
        seen: the published clip as it was looked at.
        pictures: the path of a picture of each shot that was seen there.
    """
    shown, index = timeline.shortened, seen.index
    if index is None or not pictures:
        return ()
    moments = [index.seconds(shot.keyframe) for shot in seen.shots]
    made = []
    for number, shot in enumerate(told, 1):
        span = timeline.span(shot.span)
        assert span is not None
        start, end = shown.seconds(span.start), shown.seconds(span.end)
        wanted = shown.seconds(timeline.tick(shot.keyframe))
        inside = [at for at, moment in enumerate(moments) if start <= moment < end]
        nearest = min(inside or range(len(moments)), key=lambda at: abs(moments[at] - wanted))
        made.append(PublishedShot(number, start, end, shot.description, pictures[nearest]))
    return tuple(made)

"""Timed text and soundbites: what is said in a video, and what of it may stand beside a published clip."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from footage.model.flag import Flag, State
from footage.model.redaction import Timeline, merged
from footage.model.span import FrameIndex, Span

UNHEARD = (State.PROPOSED, State.OPEN, State.MASKED)
"""The states of flags whose sound may not be told in words; those that nobody has decided on among them."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle.

    Attributes:
        span: in ticks of the asset's time base; it may reach beyond the clip's end.
        text: plain words as a viewer reads them, their lines apart by newlines; no markup.
    """

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class ExactCue:
    """One subtitle as a file has it: in and out in seconds from the first frame, in thousandths."""

    start: Fraction
    end: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Soundbite:
    """Who says what.

    Attributes:
        span: in ticks of the asset's time base.
        language: its name ("Ukrainian") or code ("uk").
        speaker: name and title, as shot lists print them.
        quote: what is said, without quotation marks around it.
    """

    span: Span
    language: str
    speaker: str
    quote: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a clip's cues may stand beside it as it goes out.

    Attributes:
        cues: at their times in the published clip.
        silenced, cut, beyond: the numbers (from 1) of the cues that were left out, because sound in them is
            silenced, because they were cut out in whole or in part, because they lie beyond the clip's end.
        shortened: the numbers of the cues that the clip's end shortened; their words are whole.
    """

    cues: tuple[Cue, ...]
    silenced: tuple[int, ...] = ()
    cut: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()
    shortened: tuple[int, ...] = ()

    def notes(self) -> tuple[str, ...]:
        """What a person should know of it, one phrase each.

        >>> Kept((), silenced=(1, 2), shortened=(7,)).notes()[1]
        "cue 7 is shortened by the clip's end; read whether all its words are still spoken"
        """
        told = (
            (self.silenced, "left out, because sound in it is silenced"),
            (self.cut, "left out, because part of it was cut out"),
            (self.beyond, "left out, because the clip ends before"),
            (self.shortened, "shortened by the clip's end; read whether all its words are still spoken"),
        )
        return tuple(f"{_named(numbers)} {words}" for numbers, words in told if numbers)


def _named(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"cue {numbers[0]} is"
    return f"cues {', '.join(map(str, numbers))} are each"


def cues_at(found: Iterable[ExactCue], index: FrameIndex) -> tuple[Cue, ...]:
    """A file's cues in a clip's ticks, by time: each end on the nearest tick, none shorter than one.

    >>> index = FrameIndex(Fraction(1, 25), (10, 11), 12)
    >>> cues_at([ExactCue(Fraction(1, 25), Fraction(3, 25), "Smoke.")], index)
    (Cue(span=Span(start=11, end=13), text='Smoke.'),)
    """
    cues = []
    for cue in found:
        start, end = (_nearest(index.pts[0] + at / index.time_base) for at in (cue.start, cue.end))
        cues.append(Cue(Span(start, max(end, start + 1)), cue.text))
    return tuple(sorted(cues, key=lambda cue: (cue.span.start, cue.span.end)))


def exact(cues: Iterable[Cue], index: FrameIndex) -> tuple[ExactCue, ...]:
    """Cues in seconds, as files have them."""
    return tuple(ExactCue(index.seconds(c.span.start), index.seconds(c.span.end), c.text) for c in cues)


def kept(cues: Iterable[Cue], timeline: Timeline, mutes: Sequence[Span]) -> Kept:
    """What of a clip's cues may stand beside it, in step with its cuts.

    Words that were silenced or cut out must not stand in subtitles: a cue that meets such a span is left out
    whole, because nobody can tell which of its words were spoken there. The numbers told are those of
    ``cues``.

    Args:
        mutes: as of :func:`silenced`.

    >>> index = FrameIndex(Fraction(1, 25), tuple(range(0, 100, 10)), 100)
    >>> kept([Cue(Span(0, 30), "a"), Cue(Span(30, 40), "b"), Cue(Span(60, 70), "c")],
    ...      Timeline(index, (Span(20, 40),)), ()).cues
    (Cue(span=Span(start=40, end=50), text='c'),)
    """
    stays: list[Cue] = []
    silenced, cut, beyond, shortened = [], [], [], []
    whole = timeline.index.whole
    for number, cue in enumerate(cues, 1):
        inside = cue.span.within(whole)
        left = inside and timeline.span(inside)
        if inside is None:
            beyond.append(number)
        elif left is None or meets(inside, timeline.gaps):
            cut.append(number)
        elif meets(cue.span, mutes):
            silenced.append(number)
        else:
            stays.append(Cue(left, cue.text))
            if left.end - left.start < cue.span.end - cue.span.start:
                shortened.append(number)
    return Kept(tuple(stays), *(tuple(each) for each in (silenced, cut, beyond, shortened)))


def silenced(flags: Iterable[Flag], whole: Span) -> tuple[Span, ...]:
    """Where a clip is silenced or cut out, or would be if what is proposed were confirmed.

    No word of it may be told.

    Args:
        whole: the whole clip, for a flag without a span.
    """
    return merged(flag.span or whole for flag in flags if (flag.mute or flag.cut) and flag.state in UNHEARD)


def meets(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span shares anything with one of the others."""
    return any(span.overlaps(other) for other in others)


def _nearest(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))

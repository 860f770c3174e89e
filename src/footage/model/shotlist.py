"""Shot lists as clients get them: where, when and by whom, shot by shot, with what is said, and the story.

The script is laid out as agencies send it: a restriction summary; blocks of source, place and date with
numbered shots and soundbites; the storyline. Everything in it is one line each, and nothing in it hides:
signs that would stand as codes (:mod:`footage.model.legible`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from footage.model.asset import Shot
from footage.model.dates import MONTHS
from footage.model.english import tidy
from footage.model.facts import Facts
from footage.model.flag import Flag, State
from footage.model.legible import legible
from footage.model.moment import Moment
from footage.model.redaction import Timeline
from footage.model.source import Source
from footage.model.span import Span, clock, exact_clock
from footage.model.timed import Soundbite, meets, silenced

NOT_DESCRIBED = "Shot not described"
COLUMNS = (
    *("asset", "name", "number", "in", "out", "duration", "frames", "source", "place", "date"),
    *("shot", "language", "speaker", "quote", "notes"),
)
"""The columns of :func:`rows`."""

_UNKNOWN_PLACE = "exact location unknown"
_NO_SOURCE = "SOURCE NOT STATED"
_LANGUAGES = {
    "ar": "Arabic",
    "be": "Belarusian",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "it": "Italian",
    "ka": "Georgian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A shot or a soundbite in a published clip.

    Attributes:
        start, end: in seconds from the published clip's first frame.
        frames: how many frames of it are shown.
        shot: its description; empty where nobody described it, and for a soundbite.
        marks: what is done to it ("masked by Newsflash: death").
    """

    start: Fraction
    end: Fraction
    frames: int
    shot: str = ""
    soundbite: Soundbite | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clip:
    """A published clip in a shot list.

    Attributes:
        source, place, date: as its block is headed.
        length: of the published clip, in seconds.
        restrictions: what whoever uses it must heed, a sentence each.
        storyline: paragraphs, apart by newlines.
        withheld: when soundbites begin that are left out, because something in them is silenced or cut out;
            in seconds from the original's first frame.
    """

    asset: int
    name: str
    source: str
    place: str
    date: str
    length: Fraction
    lines: tuple[Line, ...]
    restrictions: tuple[str, ...] = ()
    storyline: str = ""
    withheld: tuple[Fraction, ...] = ()


def source_heading(source: Source | None, relayed_by: Sequence[Source] = ()) -> str:
    """Who released it, and who passed it on, as a block is headed.

    >>> source_heading(Source("a", "92nd Brigade", "the 92nd", "@92OMBr"), [Source("b", "", "", "@Ground")])
    '92ND BRIGADE VIA @Ground'
    """
    if source is None:
        return _NO_SOURCE
    return " VIA ".join(_heading(each) for each in (source, *relayed_by))


def place_heading(facts: Facts) -> str:
    """Where it was shot, from the nearest to the widest; said where the exact place is not known.

    >>> place_heading(Facts(place="Bakhmut direction", country="Ukraine"))
    'Bakhmut direction, Ukraine'
    >>> place_heading(Facts(country="Ukraine"))
    'Ukraine, exact location unknown'
    """
    near = [tidy(word) for word in (facts.place, facts.city) if tidy(word)]
    wide = [tidy(word) for word in (facts.state, facts.country) if tidy(word)]
    parts = dict.fromkeys((*near, *wide) if near else (*wide, _UNKNOWN_PLACE))
    return legible(", ".join(parts))


def date_heading(facts: Facts) -> str:
    """When it was shot; where nobody knows, that it is undated, and when it was released.

    >>> import datetime
    >>> date_heading(Facts(undated=True, released=Moment(datetime.date(2023, 3, 4))))
    'undated, released 4 March 2023'
    """
    if facts.shot:
        return f"around {_day(facts.shot)}" if facts.shot.circa else _day(facts.shot)
    told = "undated" if facts.undated else "date not stated"
    return f"{told}, released {_day(facts.released)}" if facts.released else told


def lines_of(
    shots: Sequence[Shot],
    soundbites: Sequence[Soundbite],
    flags: Sequence[Flag],
    timeline: Timeline,
    agency: str,
) -> tuple[tuple[Line, ...], tuple[Fraction, ...]]:
    """A clip's shots and soundbites by time, when its cuts are made; what is cut out falls away.

    A soundbite of which anything is silenced or cut out (or would be, if what is proposed were confirmed) is
    left out whole: nobody can tell which of its words were spoken there.

    Returns:
        The lines, and when the soundbites begin that were left out.
    """
    found = [
        _line(timeline, shot.span, marks=_marks(shot.span, flags, agency), shot=shot.description)
        for shot in shots
    ]
    unheard = (*silenced(flags, timeline.index.whole), *timeline.gaps)
    withheld = [each for each in soundbites if meets(each.span, unheard)]
    for each in soundbites:
        if each not in withheld:
            marks = _marks(each.span, flags, agency)
            found.append(_line(timeline, each.span, marks=marks, soundbite=each))
    stays = sorted(filter(None, found), key=lambda line: (line.start, line.soundbite is not None))
    return tuple(stays), tuple(timeline.index.seconds(each.span.start) for each in withheld)


def script(clips: Sequence[Clip]) -> str:
    """The shot list of clips as clients read it, its shots numbered through."""
    parts = [*_summary(clips), f"LENGTH: {exact_clock(sum((clip.length for clip in clips), Fraction()))}"]
    number = 0
    for heads, block in groupby(clips, key=lambda clip: (clip.source, clip.place, clip.date)):
        source, place, date = heads
        parts += ["", source, f"{place} - {date}"]
        for line in (line for clip in block for line in clip.lines):
            number += 1
            parts += _printed(number, line)
    story = [paragraph for clip in clips for paragraph in map(tidy, clip.storyline.split("\n")) if paragraph]
    parts += ["", "STORYLINE"]
    for paragraph in dict.fromkeys(story):
        parts += [legible(paragraph), ""]
    return "\n".join(parts).rstrip("\n") + "\n"


def rows(clips: Sequence[Clip]) -> list[tuple[str, ...]]:
    """The same as cells of a table, one row a shot or soundbite, by :data:`COLUMNS`.

    A duration is exact where its decimals end, else to a billionth of a second; ``frames`` is always exact.
    """
    numbered = enumerate(((clip, line) for clip in clips for line in clip.lines), 1)
    return [
        (
            str(clip.asset),
            clip.name,
            str(number),
            clock(line.start, thousandths=True),
            clock(line.end, thousandths=True),
            decimals(line.end - line.start),
            str(line.frames),
            clip.source,
            clip.place,
            clip.date,
            "" if line.soundbite else line.shot or NOT_DESCRIBED,
            language_name(line.soundbite.language) if line.soundbite else "",
            line.soundbite.speaker if line.soundbite else "",
            line.soundbite.quote if line.soundbite else "",
            "; ".join(line.marks),
        )
        for number, (clip, line) in numbered
    ]


def language_name(language: str) -> str:
    """A language's name, where a usual code is given; else as it stands.

    >>> language_name("uk"), language_name("Surzhyk")
    ('Ukrainian', 'Surzhyk')
    """
    return _LANGUAGES.get(language.casefold(), language)


def decimals(seconds: Fraction) -> str:
    """Seconds as a decimal number, exact where its decimals end within nine, else rounded there.

    >>> decimals(Fraction(19, 5)), decimals(Fraction(1001, 30000)), decimals(Fraction(2))
    ('3.8', '0.033366667', '2')
    """
    whole, rest = divmod(math.floor(seconds * 10**9 + Fraction(1, 2)), 10**9)
    return f"{whole}.{rest:09}".rstrip("0").rstrip(".")


def _heading(source: Source) -> str:
    name = tidy(source.in_caption if source.withheld else source.name)
    return legible(name.upper() if name else tidy(source.handle) or source.key)


def _day(moment: Moment) -> str:
    return f"{moment.day.day} {MONTHS[moment.day.month - 1]} {moment.day.year}"


def _line(
    timeline: Timeline,
    span: Span,
    *,
    marks: tuple[str, ...],
    shot: str = "",
    soundbite: Soundbite | None = None,
) -> Line | None:
    """A stretch of the original as it stands in the published clip; None where nothing of it does."""
    inside = span.within(timeline.index.whole)
    left = inside and timeline.span(inside)
    if left is None:
        return None
    shown = timeline.shortened
    frames = len(shown.frames_in(left))
    return Line(shown.seconds(left.start), shown.seconds(left.end), frames, shot, soundbite, marks)


def _marks(span: Span, flags: Sequence[Flag], agency: str) -> tuple[str, ...]:
    """What was done to a stretch, by us and at its source, each once however many flags did it."""
    return tuple(dict.fromkeys(_done(span, flags, agency)))


def _done(span: Span, flags: Sequence[Flag], agency: str) -> Iterator[str]:
    for flag in flags:
        if flag.span is not None and not flag.span.overlaps(span):
            continue
        reasons = ", ".join(flag.reasons)
        if flag.state is State.SOURCE:
            yield f"masked at its source: {reasons}"
        elif flag.state is State.MASKED:
            if flag.cut:
                yield f"cut by {agency}: {reasons}"
            if flag.masks_pictures:
                yield f"masked by {agency}: {reasons}"
            if flag.mute and not flag.cut:
                yield f"silenced by {agency}: {reasons}"


def _printed(number: int, line: Line) -> Iterator[str]:
    marks = f" ({'; '.join(map(tidy, line.marks))})" if line.marks else ""
    said = line.soundbite
    if said is None:
        yield legible(f"{number}. {tidy(line.shot) or NOT_DESCRIBED}{marks}")
        return
    language = tidy(language_name(said.language)) or "language not stated"
    yield legible(f"{number}. SOUNDBITE ({language}) {tidy(said.speaker)}:{marks}")
    yield legible(f"“{tidy(said.quote)}”")


def _summary(clips: Sequence[Clip]) -> Iterator[str]:
    """The restrictions: once where all clips have the same, else by the numbers of their shots."""
    told = [legible(" ".join(map(tidy, clip.restrictions))) or "None stated." for clip in clips]
    if len(set(told)) == 1:
        yield f"RESTRICTION SUMMARY: {told[0]}"
        return
    yield "RESTRICTION SUMMARY:"
    number = 0
    for clip, words in zip(clips, told, strict=True):
        count = len(clip.lines)
        if count:
            shots = f"Shot {number + 1}" if count == 1 else f"Shots {number + 1}-{number + count}"
            yield f"{shots}: {words}"
        number += count

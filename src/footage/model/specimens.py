"""Specimens: captions of one well-known piece of footage, so that an editor sees what a house style does."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from footage.model.asset import Kind
from footage.model.caption import Finding, Subject, Timing
from footage.model.facts import Facts
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.moment import Moment
from footage.model.provenance import About, Standing, Verdict
from footage.model.source import Source, SourceKind
from footage.model.span import Span
from footage.model.style import Style
from footage.model.subeditor import check
from footage.model.wording import compose

_TODAY = dt.date(2023, 3, 25)
_SHOT = Moment(dt.date(2023, 3, 21))
_BRIGADE = Source(
    "92ombr",
    "92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of Ukraine",
    "the 92nd OMBr",
    "@92OMBr",
    SourceKind.MILITARY,
)
_GROUND_FORCES = Source("gf", "Ground Forces of the Armed Forces of Ukraine", "the Ukrainian Ground Forces")
_CHANNEL = Source("trenches", "Trench Diary", "Trench Diary", "@trenchdiary", SourceKind.CHANNEL)
_EYEWITNESS = Source("olha", "Olha Kovalenko", kind=SourceKind.EYEWITNESS)
_STAFF = Source("jane", "Jane Doe", kind=SourceKind.STAFF)
_FACTS = Facts(
    shows="Ukrainian fighters destroy Russian military positions",
    place="Bakhmut direction",
    country="Ukraine",
    undated=True,
    released=Moment(dt.date(2023, 3, 24)),
)
_DATED = replace(_FACTS, undated=None, shot=_SHOT)
_TIMING = Timing(0, Fraction(1))


@dataclass(frozen=True, slots=True)
class Specimen:
    """One caption in a style, with what it is an example of, and what the sub-editor finds in it."""

    name: str
    text: str
    findings: tuple[Finding, ...]


def specimens(style: Style, agency: str) -> tuple[Specimen, ...]:
    """What a style makes of footage of every kind.

    Args:
        agency: the name that stands in the credits.
    """
    return tuple(
        Specimen(name, text := compose(subject, style, _TODAY), check(text, subject, style, _TODAY))
        for name, subject in _subjects(agency)
    )


def _subjects(agency: str) -> Iterator[tuple[str, Subject]]:
    video = Subject(Kind.VIDEO, _FACTS, _BRIGADE, agency, timing=_TIMING)
    still = replace(video, kind=Kind.STILL, timing=None)
    yield "video handout, undated", video
    yield "video handout, dated", replace(video, facts=_DATED)
    yield "still handout, undated", still
    yield "still handout, dated", replace(still, facts=_DATED)
    yield "grab from a video", replace(still, grab=True)
    yield "social media", replace(video, source=_CHANNEL)
    yield "eyewitness", replace(video, source=_EYEWITNESS)
    yield "staff, dated", replace(still, source=_STAFF, facts=_DATED)
    yield "staff, undated", replace(video, source=_STAFF)
    yield "no source", replace(video, source=None)
    yield "relayed", replace(video, relayed_by=(_GROUND_FORCES,))
    yield "place unknown", replace(video, facts=replace(_FACTS, place="unknown"))
    yield "persons seen", replace(still, facts=replace(_FACTS, person=("Ivan Sirko", "Olha Kovalenko")))
    ours = _flag(State.MASKED, Reason.DEATH, Treatment.BLUR)
    yield "masked by us", replace(video, flags=(ours,))
    yield "cut by us", replace(video, flags=(replace(ours, treatment=Treatment.CUT),))
    silenced = replace(ours, reasons=(Reason.LANGUAGE,), treatment=None, mute=True)
    yield "muted by us", replace(video, flags=(silenced,))
    theirs = _flag(State.SOURCE, Reason.DEATH, Treatment.FILL)
    yield "masked at its source", replace(video, flags=(theirs,))
    other = replace(theirs, span=Span(12, 15), reasons=(Reason.PRIVACY,), treatment=Treatment.BLUR)
    yield "masked at its source, twice", replace(video, flags=(theirs, other))
    found = (
        Verdict(About.PLACE, Standing.VERIFIED, "landmarks"),
        Verdict(About.DATE, Standing.UNVERIFIED),
    )
    yield "checked", replace(video, verdicts=found)


def _flag(state: State, reason: Reason, treatment: Treatment) -> Flag:
    return Flag(1, 1, Span(4, 7), (reason,), state, treatment=treatment)

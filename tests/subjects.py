"""Subjects to word captions of: the worked example, and any that can be thought of."""

import datetime as dt
import tomllib
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

from hypothesis import strategies as st

from footage.model.asset import Kind
from footage.model.caption import Subject, Timing
from footage.model.facts import Facts
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.moment import Moment
from footage.model.provenance import About, Standing, Verdict
from footage.model.source import Source, SourceKind
from footage.model.span import Span
from footage.model.style import Style, parse_style

TODAY = dt.date(2023, 3, 25)
RELEASED = Moment(dt.date(2023, 3, 24))
SHOT = Moment(dt.date(2023, 3, 5))
BRIGADE = Source(
    "92ombr",
    "92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of Ukraine",
    "the 92nd OMBr",
    "@92OMBr",
    SourceKind.MILITARY,
)
FACTS = Facts(
    shows="Ukrainian fighters destroy Russian military positions",
    place="Bakhmut direction",
    country="Ukraine",
    undated=True,
    released=RELEASED,
    source="92ombr",
)
FOOTAGE = Subject(Kind.VIDEO, FACTS, BRIGADE, "Newsflash")
CAPTION = (
    "Ukrainian fighters destroy Russian military positions in Bakhmut direction in Ukraine in undated"
    " footage. The footage was released by the 92nd OMBr on Friday, Mar. 24, 2023. (@92OMBr/Newsflash)"
)


def style(name: str) -> Style:
    """A house style as it comes with the program."""
    return parse_style(name, tomllib.loads((files("footage") / "styles" / f"{name}.toml").read_text("utf-8")))


NEWSFLASH, AP, REUTERS, AFP = (style(name) for name in ("newsflash", "ap", "reuters", "afp"))
STYLES = (NEWSFLASH, AP, REUTERS, AFP)


def flag(state: State, *reasons: Reason, treatment: Treatment | None = None) -> Flag:
    """A flag of the whole picture."""
    return Flag(1, 1, None, reasons, state, treatment=treatment)


_PROSE = (
    "Ukrainian fighters destroy Russian positions smoke rises over Bakhmut Kyiv Київ ґанок Kup’iansk O'Brien"
    " قناة כוח “Slava” (archive) drone 92nd U.S. St. march May 24 2023 Friday released by undated Russia"
    " Poland via @92OMBr The the a in at on footage image was shot Newsflash Reuters/AP e\u0301tat iPhone"
    " Mar. „Azov“ and, -"
)
_WORDS = st.sampled_from(_PROSE.split())
PHRASES = st.lists(_WORDS, min_size=1, max_size=7).map(" ".join)
ANY_TEXT = st.text(min_size=1, max_size=25) | PHRASES
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2035, 12, 31))
MOMENTS = DAYS.map(Moment)
FLAGS = st.builds(
    Flag,
    st.just(1),
    st.just(1),
    st.none(),
    st.lists(st.sampled_from(Reason), max_size=3).map(tuple),
    st.sampled_from(State),
    treatment=st.none() | st.sampled_from(Treatment),
)


def sources(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Source]:
    """Any source, its names made of the given texts."""
    return st.builds(
        Source,
        key=st.just("somebody"),
        name=st.just("") | texts,
        in_caption=st.just("") | texts | texts.map("the {}".format),
        handle=st.just("") | texts.map("@{}".format),
        kind=st.sampled_from(SourceKind),
        article=st.booleans(),
    )


@st.composite
def subjects(draw: st.DrawFn, texts: st.SearchStrategy[str] = ANY_TEXT) -> Subject:
    """Any subject that a caption can be made of, its facts made of the given texts."""
    maybe, shot = st.none() | texts, draw(st.none() | MOMENTS)
    facts = Facts(
        shows=draw(texts.filter(lambda text: any(sign.isalnum() for sign in text))),
        place=draw(maybe),
        city=draw(maybe),
        country=draw(maybe | st.sampled_from(["Ukraine", "Netherlands", "Georgia", "Україна"])),
        shot=shot,
        undated=None if shot else True,
        released=draw(st.none() | MOMENTS),
        creator=draw(maybe),
        credit=draw(maybe),
        masked_at_source=draw(st.none() | st.booleans()),
    )
    return Subject(
        draw(st.sampled_from(Kind)),
        facts,
        draw(st.none() | sources(texts)),
        draw(st.sampled_from(["Newsflash", "Our Agency", "ТСН"]) | texts),
        flags=tuple(draw(st.lists(FLAGS, max_size=3))),
        grab=draw(st.booleans()),
    )


STANDINGS = (Standing.VERIFIED, Standing.UNVERIFIED)
"""What may have been found out without the caption having to change."""


@st.composite
def full_subjects(
    draw: st.DrawFn,
    texts: st.SearchStrategy[str] = ANY_TEXT,
    standings: tuple[Standing, ...] = STANDINGS,
) -> Subject:
    """The same, with persons, several sources, verdicts, places that nobody knows, flags with times."""
    subject = draw(subjects(texts))
    people = tuple(draw(st.lists(texts, max_size=3)))
    place = draw(st.sampled_from([subject.facts.place, "unknown", "exact location unknown"]))
    video = subject.kind is Kind.VIDEO
    flags = tuple(
        replace(one, span=Span(start, start + draw(st.integers(1, 40)))) if video else one
        for one, start in zip(subject.flags, draw(st.permutations([0, 30, 90])), strict=False)
    )
    verdicts = (
        Verdict(about, draw(st.sampled_from(standings)), draw(st.just("") | texts))
        for about in About
        if draw(st.booleans())
    )
    return replace(
        subject,
        facts=replace(subject.facts, person=people, place=place),
        relayed_by=tuple(draw(st.lists(sources(texts), max_size=2))),
        flags=flags,
        verdicts=tuple(verdicts),
        timing=Timing(0, Fraction(1, 10)) if video else None,
    )

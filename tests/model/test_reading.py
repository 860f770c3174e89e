"""Captions read back: into the facts they were worded from, and from these into the same captions."""

import time
import tomllib
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from footage.model.asset import Kind
from footage.model.caption import Subject, Timing
from footage.model.facts import Facts
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.provenance import About, Standing, Verdict
from footage.model.reading import ReadCaption, read_caption
from footage.model.source import Source, SourceKind
from footage.model.span import Span
from footage.model.style import Style, parse_style
from footage.model.wording import compose
from subjects import (
    ANY_TEXT,
    BRIGADE,
    CAPTION,
    FACTS,
    FOOTAGE,
    NEWSFLASH,
    PHRASES,
    RELEASED,
    SHOT,
    TODAY,
    sources,
    style,
    subjects,
)

STYLES = {name: style(name) for name in ("newsflash", "ap", "reuters", "afp")}
every_style = pytest.mark.parametrize("name", STYLES)
quickly = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
thoroughly = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def read(text: str, layout: Style = NEWSFLASH, known: tuple[Source, ...] = (BRIGADE,)) -> ReadCaption:
    return read_caption(text, layout, known, "Newsflash", TODAY)


# round trip


@st.composite
def told(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Subject:
    """Any subject, with all that captions can tell of it."""
    subject = draw(subjects(texts))
    relays = tuple(
        replace(one, key=f"relay{at}") for at, one in enumerate(draw(st.lists(sources(texts), max_size=2)))
    )
    verdicts = st.builds(Verdict, st.sampled_from(About), st.sampled_from(Standing), st.just("") | texts)
    spans = st.builds(lambda at, length: Span(at, at + length), st.integers(0, 9000), st.integers(1, 900))
    place = draw(st.just(subject.facts.place) | st.just("unknown"))
    shot = subject.facts.shot and replace(subject.facts.shot, circa=draw(st.booleans()))
    return replace(
        subject,
        facts=replace(subject.facts, place=place, shot=shot, person=tuple(draw(st.lists(texts, max_size=2)))),
        flags=tuple(replace(flag, span=draw(st.none() | spans)) for flag in subject.flags),
        relayed_by=relays,
        verdicts=tuple(draw(st.lists(verdicts, max_size=2))),
        timing=Timing(0, Fraction(1, 25)) if subject.kind is Kind.VIDEO else None,
    )


def reads_back(subject: Subject, name: str, known: tuple[Source, ...]) -> None:
    layout = STYLES[name]
    caption = compose(subject, layout, TODAY)
    found = read_caption(caption, layout, known, subject.agency, TODAY)
    assert found.exact, f"{caption!r} was read as {found}"
    assert compose(found.subject, layout, TODAY) == caption
    assert not found.unread


def parties(subject: Subject) -> tuple[Source, ...]:
    return tuple(one for one in (subject.source, *subject.relayed_by) if one)


@every_style
@quickly
@given(subject=told(PHRASES))
def test_what_a_style_writes_reads_back_to_the_same_caption(name: str, subject: Subject) -> None:
    reads_back(subject, name, parties(subject))


@pytest.mark.long
@every_style
@thoroughly
@given(subject=told(PHRASES))
def test_two_hundred_captions_of_each_style_read_back(name: str, subject: Subject) -> None:
    reads_back(subject, name, parties(subject))


@pytest.mark.long
@every_style
@thoroughly
@given(subject=told(ANY_TEXT))
def test_two_hundred_captions_of_sources_that_nobody_knows_read_back(name: str, subject: Subject) -> None:
    reads_back(subject, name, ())


VOICES = [
    None,
    BRIGADE,
    replace(BRIGADE, kind=SourceKind.CHANNEL),
    Source("olha", "Olha Koval", "Olha Koval", "", SourceKind.EYEWITNESS),
    Source("jane", "Jane Doe", "Jane Doe", "", SourceKind.STAFF),
]


@every_style
@pytest.mark.parametrize("source", VOICES, ids=lambda one: one.kind.value if one else "nobody")
@pytest.mark.parametrize("dated", [False, True], ids=["undated", "dated"])
@pytest.mark.parametrize("medium", ["video", "still", "grab"])
def test_every_voice_medium_and_date_reads_back_to_its_facts(
    name: str, source: Source | None, dated: bool, medium: str
) -> None:
    layout = STYLES[name]
    facts = replace(FACTS, source=source.key if source else None)
    facts = replace(facts, undated=None, shot=SHOT) if dated else facts
    kind = Kind.VIDEO if medium == "video" else Kind.STILL
    subject = replace(FOOTAGE, facts=facts, source=source, kind=kind, grab=medium == "grab")
    caption = compose(subject, layout, TODAY)
    found = read(caption, layout, (source,) if source else ())
    assert found.exact and compose(found.subject, layout, TODAY) == caption
    # Of what our own staff made and dated, some styles do not say whether it is a video.
    untold = source is not None and source.kind is SourceKind.STAFF and dated and layout.name != "ap"
    assert untold or (found.subject.kind, found.subject.grab) == (
        kind,
        subject.grab and layout.name != "newsflash",
    )
    told_source = (source.key if source else None) if source in parties(found.subject) else None
    assert replace(found.facts, source=None, released=None, creator=None, credit=None) == replace(
        facts, source=None, released=None
    )
    assert found.facts.released in (None, RELEASED)
    assert found.facts.source == told_source or source is None
    assert not found.new_sources or source is None or source.kind is SourceKind.STAFF


def test_a_style_of_ones_own_reads_back_without_any_code() -> None:
    data = tomllib.loads((files("footage") / "styles" / "newsflash.toml").read_text("utf-8"))
    data["video"] |= {
        "undated": "{Shows}[ {in_place}]; Aufnahmedatum unbekannt.",
        "released": "Quelle: {source}[ am {released}].",
    }
    data["dates"] |= {"weekday_day": "{weekday}, {day}. {month} {year}", "day": "{day}. {month} {year}"}
    data["dates"]["months"] = ["Jänner", "Feber", "März", *data["dates"]["months"][3:]]
    own = parse_style("own", data)
    caption = compose(FOOTAGE, own, TODAY)
    assert "Bakhmut direction; Aufnahmedatum" in caption and "24. März 2023" in caption
    found = read(caption, own)
    assert found.exact
    assert (found.facts.place, found.facts.released, found.facts.source) == (
        "Bakhmut direction", RELEASED, "92ombr",
    )  # fmt: skip


# what the readings say


def test_the_house_caption_gives_its_facts() -> None:
    found = read(CAPTION)
    assert found.exact and found.facts == FACTS and found.subject.kind is Kind.VIDEO
    assert not found.remarks and not found.new_sources


def test_a_source_that_nobody_knows_becomes_a_stub_with_its_handle() -> None:
    found = read(CAPTION, known=())
    assert found.new_sources == (
        Source("92ombr", "", "the 92nd OMBr", "@92OMBr", SourceKind.MILITARY, stub=True),
    )
    assert found.facts.source == "92ombr" and found.exact


def test_the_key_of_a_new_source_is_free() -> None:
    other = Source("92ombr", "Somebody else", "somebody else")
    assert read(CAPTION, known=(other,)).facts.source == "92ombr2"


def test_masks_of_the_source_come_back_span_by_span_with_their_reasons() -> None:
    one = Flag(1, 1, Span(100, 175), (Reason.DEATH,), State.SOURCE, treatment=Treatment.FILL)
    two = Flag(2, 1, Span(250, 300), (Reason.PRIVACY,), State.SOURCE, treatment=Treatment.BLUR)
    subject = replace(FOOTAGE, flags=(one, two), timing=Timing(0, Fraction(1, 25)))
    caption = compose(subject, NEWSFLASH, TODAY)
    assert "from 0:04 to 0:07 were released blacked out, apparently because they were too graphic." in caption
    found = read(caption)
    assert found.exact and found.facts.masked_at_source is True
    assert [(flag.span, flag.reasons, flag.treatment) for flag in found.subject.flags] == [
        (Span(4, 7), (Reason.DEATH,), Treatment.FILL),
        (Span(10, 12), (Reason.PRIVACY,), Treatment.BLUR),
    ]


def test_two_masks_at_one_time_still_say_when() -> None:
    mask = Flag(1, 1, Span(100, 175), (Reason.DEATH,), State.SOURCE, treatment=Treatment.FILL)
    caption = compose(
        replace(FOOTAGE, flags=(mask, mask), timing=Timing(0, Fraction(1, 25))), NEWSFLASH, TODAY
    )
    assert "from 0:04 to 0:07 were" in caption and read(caption).exact


@every_style
def test_a_full_stop_that_was_not_doubled_is_no_hindrance(name: str) -> None:
    for text in ("Senators leave Washington, D.C.", "Fighters fire..."):
        for place in (None, "Washington, D.C."):
            facts = replace(FACTS, shows=text, place=place, country=None)
            caption = compose(replace(FOOTAGE, facts=facts, source=None), STYLES[name], TODAY)
            assert read(caption, STYLES[name]).exact, caption


@every_style
def test_a_day_that_is_about_right_comes_back_so(name: str) -> None:
    shot = replace(SHOT, circa=True)
    subject = replace(FOOTAGE, facts=replace(FACTS, undated=None, shot=shot))
    found = read(compose(subject, STYLES[name], TODAY), STYLES[name])
    assert found.exact and found.facts.shot == shot


def test_a_mask_without_a_reason_is_only_told() -> None:
    subject = replace(FOOTAGE, facts=replace(FACTS, masked_at_source=True))
    found = read(compose(subject, NEWSFLASH, TODAY))
    assert found.exact and found.facts.masked_at_source is True and not found.subject.flags


def test_what_we_did_ourselves_is_no_mask_of_the_source() -> None:
    cut = Flag(1, 1, None, (Reason.DEATH,), State.MASKED, treatment=Treatment.CUT)
    found = read(compose(replace(FOOTAGE, flags=(cut,)), NEWSFLASH, TODAY))
    assert found.exact and found.facts.masked_at_source is None
    assert [flag.state for flag in found.subject.flags] == [State.MASKED]


def test_what_was_checked_comes_back() -> None:
    checked = (
        Verdict(About.PLACE, Standing.VERIFIED, "landmarks"),
        Verdict(About.DATE, Standing.UNVERIFIED),
    )
    found = read(compose(replace(FOOTAGE, verdicts=checked), NEWSFLASH, TODAY))
    assert found.exact and found.subject.verdicts == checked


def test_people_and_relays_come_back_one_by_one() -> None:
    forces = Source("gf", "Ground Forces", "the Ground Forces", kind=SourceKind.MILITARY)
    facts = replace(FACTS, person=("Ivan Sirko", "Olha Koval"), relayed_by=("gf",))
    subject = replace(FOOTAGE, facts=facts, relayed_by=(forces,))
    found = read(compose(subject, style("afp"), TODAY), style("afp"), (BRIGADE, forces))
    assert found.exact
    assert (found.facts.person, found.facts.relayed_by) == (("Ivan Sirko", "Olha Koval"), ("gf",))


@pytest.mark.parametrize(
    ("where", "place", "country"),
    [
        ("in Bakhmut direction in Ukraine", "Bakhmut direction", "Ukraine"),
        ("near Bakhmut in Ukraine", "near Bakhmut", "Ukraine"),
        ("in Lower Arn sector in Marovia", "Lower Arn sector", "Marovia"),
        ("in the Netherlands", None, "Netherlands"),
        ("in anger", None, None),
        ("at an unknown location in Ukraine", "unknown", "Ukraine"),
    ],
)
def test_where_it_is(where: str, place: str | None, country: str | None) -> None:
    found = read(f"Fighters fire in trenches {where} in undated footage. (Newsflash)")
    assert found.exact
    assert (found.facts.place, found.facts.country) == (place, country)


# captions as they come


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (CAPTION.replace("OMBr/Newsflash)", "OMBr/Newsflash )"), "stray spaces"),
        (CAPTION.replace(" (@", " ( @"), "stray spaces"),
        (CAPTION.replace(". The", ".  The"), "double spaces"),
        (CAPTION.replace(". The", ".\nThe"), "line ends"),
        (CAPTION.replace(". (@", " (@"), "full stop"),
        (CAPTION.replace(". (@", ".(@"), "no space"),
        (f"{CAPTION}.", "behind its credit"),
        (CAPTION.partition(" (@")[0], "without a credit"),
        (CAPTION.replace("Friday", "Thursday"), "words it differently"),
        (CAPTION.replace("the 92nd OMBr", "the 92nd Brigade"), "words it differently"),
    ],
)
def test_small_slips_are_put_up_with(text: str, remark: str) -> None:
    found = read(text)
    assert found.facts == FACTS and not found.exact
    assert found.text == text and remark in "; ".join(found.remarks)


def test_a_credit_in_other_words_is_kept_as_it_was_written() -> None:
    found = read(CAPTION.replace("OMBr/News", "OMBr via News"))
    assert found.facts == replace(FACTS, credit="@92OMBr via Newsflash") and found.exact


def test_another_apostrophe_is_the_same_source() -> None:
    source = Source("kup", "Kup’iansk Group", "the Kup’iansk Group", "@kup")
    caption = compose(replace(FOOTAGE, source=source), NEWSFLASH, TODAY).replace("’", "'")
    found = read(caption, known=(source,))
    assert found.facts.source == "kup" and not found.new_sources


def test_a_caption_of_no_style_gives_what_can_be_read_and_names_the_rest() -> None:
    found = read(
        "Smoke rises near Bakhmut, Ukraine. Nothing else is clear. The video, which is undated, was posted "
        "by the 92nd OMBr on March 24, 2023. (Video: @92OMBr)"
    )
    assert (found.style, found.exact) == ("", False)
    facts = found.facts
    assert (facts.shows, facts.place, facts.country) == ("Smoke rises", "near Bakhmut", "Ukraine")
    assert (facts.undated, facts.released, facts.source) == (True, RELEASED, "92ombr")
    assert found.unread == ("Nothing else is clear.",)
    assert "no layout" in found.remarks[-1]


@pytest.mark.parametrize("text", ["", " ", "(", "()", "\u202e", "@", "x" * 10_000, "in in in in in " * 700])
def test_no_text_stops_the_reading(text: str) -> None:
    began = time.perf_counter()
    found = read(text)
    assert isinstance(found.facts, Facts) and found.text == text
    assert time.perf_counter() - began < 20


def test_hostile_captions_take_no_long_time() -> None:
    began = time.perf_counter()
    text = (
        "Fighters fire in A in B, in C in " * 60
        + "in undated footage. The footage was released by in on. (x/"
    )
    read(text + "Newsflash)")
    assert time.perf_counter() - began < 20

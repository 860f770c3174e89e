"""The chain of hands as the desk writes it, and the verdicts that hold."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.numerals import ordinal
from footage.model.provenance import (
    About,
    Deed,
    Handover,
    Standing,
    Verdict,
    chain_of,
    fact_checked,
    holding,
    recorded_with,
    sentences,
    year_told,
)
from footage.model.source import Source, SourceKind, in_full
from subjects import BRIGADE, DAYS, RELEASED

GROUND = Source(
    "gf",
    "Ground Forces of the Armed Forces of Ukraine",
    "the Ukrainian Ground Forces",
    kind=SourceKind.MILITARY,
)
OLHA = Source("olha", "Olha Kovalenko", kind=SourceKind.EYEWITNESS)
SOURCES = {source.key: source for source in (BRIGADE, GROUND, OLHA)}
FACTS = Facts(
    source="92ombr",
    released=RELEASED,
    statement="The 92nd brigade continues the fight.",
    relayed_by=("gf",),
)
OBTAINED = (
    "The images were obtained from the 92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of "
    "Ukraine on Friday, on 24th March, along with a statement saying: “The 92nd brigade continues the fight.”"
)
RELAYED = "The images and statement were also relayed by the Ground Forces of the Armed Forces of Ukraine."


def told(facts: Facts, *recorded: Handover) -> tuple[str, ...]:
    chain = chain_of(facts, SOURCES.get(facts.source or ""), recorded)
    return sentences(chain, SOURCES, year_told(facts))


def obtained(party: str = "olha", day: dt.date | None = None, statement: str = "") -> Handover:
    return Handover(Deed.OBTAINED, party, Moment(day) if day else None, statement)


def test_the_facts_alone_give_the_desks_two_sentences() -> None:
    assert told(FACTS) == (OBTAINED, RELAYED)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), ()),
        (Facts(source="olha"), ("The images were obtained from Olha Kovalenko.",)),
        (
            Facts(source="olha", released=RELEASED),
            ("The images were obtained from Olha Kovalenko on Friday, on 24th March.",),
        ),
        (
            Facts(source="olha", statement="I saw it"),
            ("The images were obtained from Olha Kovalenko along with a statement saying: “I saw it”.",),
        ),
        (
            Facts(source="olha", relayed_by=("gf", "92ombr", "gf")),
            (
                "The images were obtained from Olha Kovalenko.",
                f"The images were also relayed by {in_full(GROUND)} and {in_full(BRIGADE)}.",
            ),
        ),
        (Facts(relayed_by=("gf",)), (f"The images were relayed by {in_full(GROUND)}.",)),
        (Facts(source="gf", relayed_by=("gf",)), (f"The images were obtained from {in_full(GROUND)}.",)),
        (Facts(source="nobody"), ("The images were obtained from nobody.",)),
    ],
)
def test_what_is_not_known_is_left_out(facts: Facts, expected: tuple[str, ...]) -> None:
    assert told(facts) == expected


def test_our_own_staffs_footage_came_through_nobodys_hands() -> None:
    staff = Source("petro", "Petro", kind=SourceKind.STAFF)
    assert chain_of(Facts(source="petro"), staff) == ()
    assert chain_of(Facts(source="petro"), staff, [obtained()]) == (obtained(),)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (Source("a", "Ground Forces"), "the Ground Forces"),
        (Source("a", "The Hague Court"), "The Hague Court"),
        (Source("a", "Suspilne", article=False), "Suspilne"),
        (Source("a", "Petro  Ivanov", "Petro", kind=SourceKind.PERSON), "Petro Ivanov"),
        (Source("a", handle="@someone", stub=True), "@someone"),
        (Source("a"), "a"),
    ],
)
def test_organisations_take_the_article_and_persons_do_not(source: Source, name: str) -> None:
    assert in_full(source) == name


def test_a_relay_without_the_statement_is_told_apart() -> None:
    alone = Handover(Deed.RELAYED, "olha")
    assert told(FACTS, alone) == (OBTAINED, RELAYED, "The images were also relayed by Olha Kovalenko.")
    assert told(FACTS, Handover(Deed.RELAYED, "gf"))[1:] == (
        f"The images were also relayed by {in_full(GROUND)}.",
    )


def test_what_was_recorded_wins_over_the_facts_and_is_completed_by_them() -> None:
    assert told(FACTS, obtained("92ombr")) == (OBTAINED, RELAYED)
    (first, _) = told(FACTS, obtained("92ombr", statement="Other words."))
    assert first.endswith("on Friday, on 24th March, along with a statement saying: “Other words.”")
    assert told(FACTS, obtained("olha"))[0] == "The images were obtained from Olha Kovalenko."


def test_a_year_is_told_only_where_the_caption_tells_another() -> None:
    days = {dt.date(2023, 3, 1): "1st March", dt.date(2022, 12, 22): "22nd December 2022"}
    for day, written in days.items():
        (sentence, *_) = told(FACTS, obtained("olha", day))
        assert sentence.endswith(f", on {written}.")
    undated = Facts(undated=True)
    assert told(undated, obtained("olha", dt.date(2019, 5, 3)))[0].endswith("on Friday, on 3rd May.")


@pytest.mark.parametrize(
    ("statement", "ending"),
    [
        ("We go on", "saying: “We go on”."),
        ("We go on!", "saying: “We go on!”"),
        (" “We\n go on.” ", "saying: “We go on.”"),
        ('"We go on."', "saying: “We go on.”"),
        ("“A,” he said, “B.”", "saying: “‘A,’ he said, ‘B.’”"),
        ("They call it “home”.", "saying: “They call it ‘home’.”"),
        ("<b>-->=1+1</b>.", "saying: “<b>-->=1+1</b>.”"),
        ("   ", "Olha Kovalenko."),
    ],
)
def test_a_statement_stands_between_one_pair_of_quotes(statement: str, ending: str) -> None:
    assert told(Facts(source="olha", statement=statement))[0].endswith(ending)


@settings(max_examples=100)
@given(st.text(max_size=60), st.none() | DAYS, st.text(max_size=20))
def test_any_text_makes_one_line_that_ends(statement: str, day: dt.date | None, name: str) -> None:
    source = {"x": Source("x", name, handle="@x")}
    for sentence in sentences([obtained("x", day, statement)], source):
        assert "\n" not in sentence and sentence.startswith("The images were obtained from ")
        assert sentence.rstrip("”’'\"»)").endswith((".", "!", "?", "…"))


def test_we_obtain_once_and_each_party_relays_once() -> None:
    chain: tuple[Handover, ...] = ()
    gf, olha = Handover(Deed.RELAYED, "gf"), Handover(Deed.RELAYED, "olha")
    for link in (gf, obtained("92ombr"), olha, Handover(Deed.RELAYED, "gf", None, "words"), obtained("gf")):
        chain = recorded_with(chain, link)
    assert chain == (obtained("gf"), olha, Handover(Deed.RELAYED, "gf", None, "words"))


# verdicts


def test_a_verdict_holds_for_what_stood_there_when_it_was_checked() -> None:
    place = Verdict(About.PLACE, Standing.VERIFIED, "landmarks", fact="Bakhmut, Ukraine")
    date = Verdict(About.DATE, Standing.UNVERIFIED, fact="undated, released 2023-03-24")
    bare = Verdict(About.SOURCE, Standing.CONTRADICTED)
    facts = Facts(city="Bakhmut", country="Ukraine", undated=True, released=RELEASED, source="92ombr")
    assert holding([place, date, bare], facts) == (place, date, bare)
    moved = Facts(city="Lyman", country="Ukraine", shot=RELEASED, released=RELEASED, source="gf")
    assert holding([place, date, bare], moved) == (bare,)


def test_what_can_be_checked_is_what_is_stated() -> None:
    assert [fact_checked(about, Facts()) for about in About] == ["", "", ""]
    facts = Facts(place="a", city="b", state="c", country="d", shot=RELEASED, source="92ombr")
    assert [fact_checked(about, facts) for about in About] == ["a, b, c, d", "2023-03-24", "92ombr"]


@given(st.integers(1, 5000))
def test_ordinals_end_as_they_are_spoken(number: int) -> None:
    ending = ordinal(number)[-2:]
    assert ordinal(number) == f"{number}{ending}"
    if str(number).endswith(("11", "12", "13")):
        assert ending == "th"
    else:
        assert ending == {"1": "st", "2": "nd", "3": "rd"}.get(str(number)[-1], "th")


def test_a_comma_closes_an_apposition_and_a_channel_takes_no_article() -> None:
    karsk = Source("karsk", "Karsk Live, a Telegram channel", "Karsk Live")
    known = {**SOURCES, "karsk": karsk}
    saturday = obtained("karsk", dt.date(2023, 3, 25))
    assert sentences([saturday], known) == (
        "The images were obtained from Karsk Live, a Telegram channel, on Saturday, on 25th March.",
    )
    assert sentences([obtained("karsk")], known) == (
        "The images were obtained from Karsk Live, a Telegram channel.",
    )
    assert sentences([obtained("karsk", None, "Yes.")], known) == (
        "The images were obtained from Karsk Live, a Telegram channel, along with a statement saying: “Yes.”",
    )
    relays = [Handover(Deed.RELAYED, party) for party in ("gf", "karsk", "olha")]
    assert sentences(relays, known) == (
        f"The images were relayed by {in_full(GROUND)}, Karsk Live, a Telegram channel, and Olha Kovalenko.",
    )
    assert in_full(Source("b", "92nd Brigade", "the 92nd")) == "the 92nd Brigade"

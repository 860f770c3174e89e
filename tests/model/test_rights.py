"""Rights and the clock: whom a handout's terms bind, what is said of them, when a use ends."""

import datetime as dt
from dataclasses import replace

import pytest

from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.rights import ends, handout_of, opens, restrictions, with_terms
from footage.model.source import Source, SourceKind
from footage.model.style import Handout
from footage.model.template import parse_template
from subjects import AP

DAY = dt.date(2023, 3, 24)
TERMS = Handout(14, "No licensing.", True, parse_template("", ()))


@pytest.mark.parametrize(
    ("title", "kind", "bound"),
    [
        ("HONS", None, True),
        (" hons ", SourceKind.STAFF, True),
        (None, SourceKind.MILITARY, True),
        (None, SourceKind.GOVERNMENT, True),
        ("Staff", SourceKind.CHANNEL, False),
        (None, SourceKind.EYEWITNESS, False),
        (None, None, False),
    ],
)
def test_whom_a_handouts_terms_bind(title: str | None, kind: SourceKind | None, bound: bool) -> None:
    source = Source("a", kind=kind) if kind else None
    found = handout_of(Facts(creator_title=title), source, TERMS)
    assert found == (TERMS if bound else None)
    assert handout_of(Facts(creator_title=title), source, None) is None


def test_ap_gives_handouts_fourteen_days() -> None:
    assert AP.handout is not None
    assert (AP.handout.days, AP.handout.no_archive) == (14, True)


def test_a_handouts_terms_speak_where_the_facts_are_silent() -> None:
    assert with_terms(Facts(), TERMS, DAY) == Facts(
        rights="No licensing.", no_archive=True, expires=Moment(dt.date(2023, 4, 7))
    )
    stated = Facts(rights="Free.", no_archive=False, expires=Moment(DAY))
    assert with_terms(stated, TERMS, DAY) == stated
    assert with_terms(Facts(city="Kyiv"), None, DAY) == Facts(city="Kyiv")
    forever = replace(TERMS, days=0, no_archive=False, terms="")
    assert with_terms(Facts(), forever, DAY) == Facts()
    assert with_terms(Facts(), replace(TERMS, days=10**9), DAY).expires == Moment(dt.date.max)


def test_restrictions_say_all_and_each_ends_in_a_stop() -> None:
    facts = Facts(
        embargo=Moment(dt.date(2023, 3, 25), dt.time(6), "Europe/Kyiv"),
        expires=Moment(dt.date(2023, 4, 1)),
        mandatory_credit=True,
        territory=("No Russia", "No  Belarus"),
        no_archive=True,
        rights="Editorial use only!\nAsk us",
    )
    assert restrictions(facts) == (
        "Embargoed until 2023-03-25 06:00 Europe/Kyiv (2023-03-25 04:00 UTC).",
        "Not to be used after 2023-04-01.",
        "Mandatory credit.",
        "Territory: No Russia; No Belarus.",
        "No archive.",
        "Editorial use only! Ask us.",
    )
    assert restrictions(Facts()) == ()
    assert restrictions(Facts(no_archive=False, mandatory_credit=False)) == ()


def test_restrictions_of_a_handout_before_it_is_sent() -> None:
    within = "To be used within 14 days of transmission."
    assert restrictions(Facts(), TERMS) == (within, "No archive.", "No licensing.")
    assert within not in restrictions(Facts(expires=Moment(DAY)), TERMS)
    assert restrictions(Facts(no_archive=False, rights="Free"), TERMS) == (within, "Free.")
    sent = with_terms(Facts(), TERMS, DAY)
    assert restrictions(sent) == ("Not to be used after 2023-04-07.", "No archive.", "No licensing.")


@pytest.mark.parametrize(
    ("zone", "told"),
    [(None, "2023-03-25 06:00 UTC"), ("UTC", "2023-03-25 06:00 UTC"), ("+02:00", "(2023-03-25 04:00 UTC)")],
)
def test_an_embargo_is_told_so_that_everybody_can_reckon_with_it(zone: str | None, told: str) -> None:
    (sentence,) = restrictions(Facts(embargo=Moment(dt.date(2023, 3, 25), dt.time(6), zone)))
    assert sentence.endswith(f"{told}.")


def test_a_day_opens_as_it_begins_and_ends_as_it_ends_by_its_own_clock() -> None:
    kyiv = Moment(DAY, None, "Europe/Kyiv")
    assert opens(kyiv).isoformat() == "2023-03-23T22:00:00+00:00"
    assert ends(kyiv).isoformat() == "2023-03-24T22:00:00+00:00"
    assert ends(Moment(DAY)).isoformat() == "2023-03-25T00:00:00+00:00"
    assert ends(Moment(DAY, dt.time(12), "Europe/Kyiv")).isoformat() == "2023-03-24T10:00:00+00:00"
    assert ends(Moment(dt.date.max)).year == 9999
    # the night in which clocks go forward in Kyiv has one hour less
    assert ends(Moment(dt.date(2023, 3, 26), None, "Europe/Kyiv")).isoformat() == "2023-03-26T21:00:00+00:00"

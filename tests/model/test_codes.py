"""Code replacements: what is known is expanded, what is not stays as it was typed, and is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.model.codes import Codes, Expanded, expand, mentions_codes
from footage.model.facts import Facts
from footage.model.source import Source

BRIGADE = Source("92ombr", "92nd Brigade", "the 92nd OMBr", "@92OMBr")
CODES = Codes(
    {"DD14": (("Ken Pierce", "Pierce", "", "KP"),), "two": (("one",), ("other",)), "92o": (("listed",),)},
    (BRIGADE, Source("opk-north", "N", "OPK North"), Source("opk-south", "S", "OPK South"),
     Source("opk", "O", "the OPK"), Source("3rd-stub", handle="@third", stub=True)),
)  # fmt: skip


def shown(text: str) -> str | None:
    return expand(Facts(shows=text), CODES).facts.shows


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("=92= fire", "the 92nd OMBr fire"),
        ("=92ombr==DD14=", "the 92nd OMBrKen Pierce"),
        ("=92OMBR=, =92#2= (=92#3=)", "the 92nd OMBr, 92nd Brigade (@92OMBr)"),
        ("=DD14= =DD14#1= =DD14#2= =DD14#4=", "Ken Pierce Ken Pierce Pierce KP"),
        ("=92o=", "listed"),
        ("=opk= =opk-n=", "the OPK OPK North"),
        ("a=x=92=b", "a=xthe 92nd OMBrb"),
    ],
)
def test_known_codes_are_expanded(typed: str, stored: str) -> None:
    assert shown(typed) == stored


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2=3=5", "=3= stays as typed: no code"),
        ("=dd14=", "=dd14= stays as typed: no code"),
        ("=DD14#3=", "no replacement 3"),
        ("=DD14#9=", "no replacement 9"),
        ("=opk-=", "OPK North or OPK South"),
        ("=two=", "one or other"),
        ("=3rd=", "no code"),
        ("{city} burns", "{city} stays as typed"),
        ("=x={days since 2022-02-24, ordinal}", "{days since 2022-02-24, ordinal} stays"),
    ],
)
def test_what_stands_for_nothing_stays_and_is_told(typed: str, why: str) -> None:
    said = expand(Facts(shows=typed), CODES)
    assert said.facts.shows == typed
    assert any(why in note for note in said.notes)


@pytest.mark.parametrize(
    "text", ["", "=", "==", "= 92 =", "92=", "=92", "E = mc", "=a b=", "{}", "{ }", "{1}", "=#1="]
)
def test_what_is_no_code_is_let_alone(text: str) -> None:
    assert not mentions_codes(Facts(shows=text))
    assert expand(Facts(shows=text), CODES) == Expanded(Facts(shows=text))


@given(st.text("=#2 ab{}\n9", max_size=40))
def test_without_known_codes_no_text_is_harmed(text: str) -> None:
    assert expand(Facts(note=text), Codes({})).facts.note == text


def test_every_prose_field_and_no_other_is_expanded() -> None:
    typed = Facts(
        keyword=("=DD14=", "x"), person=("=DD14=",), note="=DD14=", url="a?b=DD14=c", source="=DD14="
    )
    said = expand(typed, CODES).facts
    assert said == Facts(
        keyword=("Ken Pierce", "x"),
        person=("Ken Pierce",),
        note="Ken Pierce",
        url="a?b=DD14=c",
        source="=DD14=",
    )


def test_a_replacement_is_not_expanded_again() -> None:
    assert expand(Facts(note="=a="), Codes({"a": (("=a= {b}",),)})) == Expanded(Facts(note="=a= {b}"))

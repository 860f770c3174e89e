"""Facts as people type them: each value reads back, and only what differs is stated."""

import dataclasses
import datetime as dt
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.errors import Usage
from footage.model.facts import Facts
from footage.model.fields import FIELDS, Sort
from footage.model.legible import legible, read_legible
from footage.model.moment import Moment
from footage.model.typed import Restatement, fact_text, field_name, read_fact, restated
from typing_facts import HOSTILE, SIGNS, stated_facts

TODAY = dt.date(2023, 3, 25)
DAY = Moment(dt.date(2023, 3, 24))
SORTS = {
    str | None: Sort.TEXT,
    Moment | None: Sort.MOMENT,
    tuple[str, ...]: Sort.LIST,
    bool | None: Sort.TRUTH,
    int | None: Sort.NUMBER,
}


def typed(before: Facts, **texts: str | None) -> Restatement:
    return restated(before, texts, TODAY, lambda name: f"at {name}")


def test_the_fields_are_those_of_facts() -> None:
    assert list(FIELDS) == [field.name for field in dataclasses.fields(Facts)]
    assert {name: SORTS[hint] for name, hint in get_type_hints(Facts).items()} == {
        name: field.sort for name, field in FIELDS.items()
    }


# text in which nothing hides


@given(st.one_of(st.text(SIGNS), st.text(st.characters(exclude_categories=())), st.sampled_from(HOSTILE)))
def test_legible_text_reads_back(text: str) -> None:
    assert read_legible(legible(text)) == text
    told = legible(text, edges=True)
    assert read_legible(told) == text
    assert told == told.strip() and " \n" not in told
    told.encode()
    assert not set(told) & set("\x00\x1b\r\u202e\u200f\u2028\ufeff")


@pytest.mark.parametrize("text", ["C:\\new\\x", "Київ — «ґ»", "two\nlines\ttabbed", "👩‍🚒", "\\"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert legible(text) == text


def test_many_backslashes_are_read_at_once() -> None:
    assert read_legible(legible("\\" * 200_000 + "\x1b")) == "\\" * 200_000 + "\x1b"


# values


@given(stated_facts())
def test_every_value_reads_back(facts: Facts) -> None:
    for name in facts.stated():
        value = getattr(facts, name)
        assert read_fact(name, fact_text(value), TODAY) == value


@given(stated_facts(), stated_facts())
def test_what_is_not_changed_states_nothing(facts: Facts, others: Facts) -> None:
    same = {name: fact_text(getattr(facts, name)) or None for name in FIELDS}
    assert not restated(facts, same, TODAY, str)
    if not {"shot", "undated"} & {*facts.stated(), *others.stated()}:
        wanted = {name: fact_text(getattr(others, name)) or None for name in FIELDS}
        assert restated(facts, wanted, TODAY, str).of(facts) == others


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("undated", " YES ", True), ("undated", "no", False), ("no_archive", "1", True),
        ("no_archive", "False", False), ("released", "24.03.2023", DAY), ("released", "yesterday", DAY),
        ("rating", " 4 ", 4), ("keyword", " a |b c| ", ("a", "b c")), ("keyword", "a\\|b", ("a|b",)),
        ("keyword", "\\ a\\ | C:\\x ", (" a ", "C:\\x")), ("shows", " as typed ", " as typed "),
    ],
)  # fmt: skip
def test_values_as_people_type_them(name: str, text: str, value: object) -> None:
    assert read_fact(name, text, TODAY) == value


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("undated", "maybe", "yes or no"), ("rating", "6", "0 to 5"), ("rating", "²", "0 to 5"),
        ("rating", "-1", "0 to 5"), ("released", "3/4/2023", "2023-03-04"), ("keyword", " | ", "|"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_where(name: str, text: str, hint: str) -> None:
    with pytest.raises(Usage, match=f"^at {name}: ") as error:
        typed(Facts(), **{name: text})
    assert hint in error.value.hint


def test_dates_that_a_spreadsheet_rewrote_are_the_same_dates() -> None:
    assert not typed(Facts(released=DAY), released="24.03.2023")
    assert not typed(Facts(note="a\r\nb"), note="a\nb")


def test_a_dating_decision_is_one_fact() -> None:
    assert typed(Facts(shot=DAY), undated="yes").of(Facts(shot=DAY)) == Facts(undated=True)
    both = Facts(shot=DAY, undated=True)
    assert not typed(both, shot="2023-03-24", undated="yes")
    for texts in ({"shot": "2023-03-24", "undated": "yes"}, {"undated": "yes", "shot": "today"}):
        with pytest.raises(Usage, match=r"at undated: .*contradict"):
            typed(Facts(shot=DAY), **texts)
    assert typed(Facts(undated=True), undated="no", shot="today").of(Facts()).undated is not True


def test_taking_away_what_nobody_stated_is_nothing() -> None:
    assert not typed(Facts(), city=None)
    assert typed(Facts(city="Kyiv"), city=None) == Restatement(Facts(), ("city",))


@pytest.mark.parametrize("word", ["masked-at-source", "masked_at_source", "--masked-at-source "])
def test_a_field_has_one_name_in_two_spellings(word: str) -> None:
    assert field_name(word) == "masked_at_source"


def test_an_unknown_field_names_the_nearest() -> None:
    with pytest.raises(Usage, match="'relaesed'") as error:
        field_name("relaesed")
    assert error.value.hint == "did you mean released?"
    with pytest.raises(Usage) as error:
        field_name("xyzzy")
    assert "masked-at-source" in error.value.hint

"""Standing texts: dates that count, variables that stay visible, and when a text is out of date."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.model.standing import StandingText, lapses, texts_used, told, unworded, worded

DAY = dt.date(2023, 3, 24)
WAR = "Today marks the {days since 2022-02-24, ordinal} day of the full-scale war."


def test_the_day_of_the_war() -> None:
    assert worded(WAR, DAY) == "Today marks the 394th day of the full-scale war."
    assert worded(WAR, dt.date(2022, 2, 24)) == "Today marks the 1st day of the full-scale war."


@pytest.mark.parametrize(
    ("variable", "on", "expected"),
    [
        ("{days since 2022-02-24}", DAY, "394"),
        ("{ Days  since 2022-02-24 ,ORDINAL }", DAY, "394th"),
        ("{weeks since 2022-02-24}", DAY, "56"),
        ("{weeks since 2022-02-24, ordinal}", DAY, "57th"),
        ("{months since 2022-02-24}", DAY, "13"),
        ("{months since 2022-02-24}", dt.date(2023, 3, 23), "12"),
        ("{months since 2022-02-24, ordinal}", dt.date(2023, 3, 23), "13th"),
        ("{years since 2022-02-24}", dt.date(2023, 2, 23), "0"),
        ("{years since 2022-02-24}", dt.date(2023, 2, 24), "1"),
        ("{years since 2022-02-24, ordinal}", dt.date(2023, 2, 24), "2nd"),
        ("{years since 2024-02-29}", dt.date(2025, 2, 28), "0"),
        ("{years since 2024-02-29}", dt.date(2025, 3, 1), "1"),
    ],
)
def test_variables_count(variable: str, on: dt.date, expected: str) -> None:
    assert worded(f"It is {variable}.", on) == f"It is {expected}."
    assert unworded(variable, on) == ()


@pytest.mark.parametrize(
    "variable",
    [
        "{weather}", "{}", "{days since}", "{days since 2022-02-30}", "{days since 24.02.2022}",
        "{hours since 2022-02-24}", "{days since 2023-03-25}", "{days since 2022-02-24, roman}",
        "{{days since 2022-02-24", "{0.__class__}", "{" + "a" * 10_000 + "}",
    ],
)  # fmt: skip
def test_an_unknown_variable_stays_visible_and_is_named(variable: str) -> None:
    assert worded(f"It is {variable}.", DAY) == f"It is {variable}."
    named = unworded(variable, DAY)
    assert named == ((variable,) if 2 < len(variable) < 200 and variable.endswith("}") else ())


@given(st.text(alphabet=st.characters() | st.sampled_from("{}"), max_size=80))
def test_any_text_without_a_date_reads_as_it_was_written(text: str) -> None:
    assert worded(text, DAY) == text
    assert told(text, {}, DAY) == text


def test_a_text_is_out_of_date_after_its_last_day() -> None:
    text = StandingText("losses", "…", as_of=DAY, days=2)
    assert text.until == dt.date(2023, 3, 26)
    assert [text.stale(dt.date(2023, 3, day)) for day in (1, 26, 27)] == [False, False, True]
    assert not StandingText("losses", "…", as_of=DAY).stale(dt.date.max)
    assert not StandingText("losses", "…", days=2).stale(dt.date.max)
    assert StandingText("losses", "…", as_of=DAY, days=10**12).until == dt.date.max
    assert StandingText("losses", "…", as_of=DAY, days=0).stale(dt.date(2023, 3, 25))


def test_a_story_names_its_texts() -> None:
    texts = {
        "war-day": StandingText("war-day", WAR),
        "losses": StandingText("losses", "{text:war-day} stays", as_of=DAY, days=2),
        "odd": StandingText("odd", "On a {weather} day."),
    }
    story = "Fights. {text:war-day}\n{text:losses} {text:gone} {text: no} {text:odd}"
    assert texts_used(story) == ("war-day", "losses", "gone", "odd")
    assert told(story, texts, DAY) == (
        "Fights. Today marks the 394th day of the full-scale war.\n{text:war-day} stays {text:gone} "
        "{text: no} On a {weather} day."
    )
    assert dict(lapses(story, texts, DAY)) == {
        "gone": "is not there",
        "odd": "has variables that cannot be worded: {weather}",
    }
    assert dict(lapses(story, texts, dt.date(2023, 3, 27)))["losses"] == "held until 2023-03-26"

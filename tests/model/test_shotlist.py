"""Shot lists: the script as agencies send it, in step with what goes out, and nothing hiding in it."""

import csv
import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.formats.facts_table import inert_cell, write_table
from footage.model.asset import Shot, Transition
from footage.model.facts import Facts
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.moment import Moment
from footage.model.redaction import Timeline
from footage.model.shotlist import (
    COLUMNS,
    Clip,
    Line,
    date_heading,
    decimals,
    lines_of,
    place_heading,
    rows,
    script,
    source_heading,
)
from footage.model.source import Source
from footage.model.span import FrameIndex, Span
from footage.model.timed import Soundbite
from subjects import BRIGADE, FACTS

INDEX = FrameIndex(Fraction(1, 25), tuple(range(100)), 100)
UNCUT = Timeline(INDEX)
SHOTS = (
    Shot(1, Span(0, 40), Transition.START, 10, "Wide of the trench line"),
    Shot(2, Span(40, 60), Transition.CUT, 50, ""),
    Shot(3, Span(60, 100), Transition.CUT, 80, "Various of smoke"),
)
SAYS = Soundbite(Span(65, 90), "uk", "Ivan Sirko, commander", "The 92nd brigade continues the fight.")


def flag(span: Span, state: State = State.MASKED, **values: object) -> Flag:
    """A flag of a span; a mask unless it says otherwise."""
    settled = {"treatment": Treatment.FILL, **values}
    return Flag(1, 1, span, (Reason.DEATH,), state, **settled)  # type: ignore[arg-type]


def mute(span: Span, state: State = State.MASKED) -> Flag:
    return flag(span, state, treatment=None, mute=True)


def clip(number: int = 1, *flags: Flag, timeline: Timeline = UNCUT, **values: object) -> Clip:
    lines, withheld = lines_of(SHOTS, (SAYS,), flags, timeline, "Newsflash")
    settled = {
        "source": source_heading(BRIGADE),
        "place": place_heading(FACTS),
        "date": date_heading(FACTS),
        "storyline": "Fighters hold the line.",
        **values,
    }
    length = timeline.shortened.duration
    return Clip(number, "clip.mp4", length=length, lines=lines, withheld=withheld, **settled)  # type: ignore[arg-type]


def printed(*clips: Clip) -> list[str]:
    return script(clips).split("\n")


def test_the_script_as_agencies_send_it() -> None:
    told = clip(restrictions=("Mandatory credit.", "No archive."), date="24 March 2023")
    assert script([told]) == (
        "RESTRICTION SUMMARY: Mandatory credit. No archive.\n"
        "LENGTH: 0:04\n"
        "\n"
        "92ND IVAN SIRKO SEPARATE MECHANIZED BRIGADE OF THE ARMED FORCES OF UKRAINE\n"
        "Bakhmut direction, Ukraine - 24 March 2023\n"
        "1. Wide of the trench line\n"
        "2. Shot not described\n"
        "3. Various of smoke\n"
        "4. SOUNDBITE (Ukrainian) Ivan Sirko, commander:\n"
        "“The 92nd brigade continues the fight.”\n"
        "\n"
        "STORYLINE\n"
        "Fighters hold the line.\n"
    )


@pytest.mark.parametrize("changed", [{"source": "GROUND FORCES"}, {"place": "Kyiv"}, {"date": "1 May 2023"}])
def test_a_block_begins_where_source_place_or_date_changes(changed: dict[str, Any]) -> None:
    assert printed(clip(1), clip(2)).count("") == 3
    two = printed(clip(1), replace(clip(2), **changed))
    assert two.count("") == 4
    at = two.index("5. Wide of the trench line")
    assert next(iter(changed.values())) in f"{two[at - 2]} {two[at - 1]}" and two[at - 3] == ""


def test_restrictions_are_told_once_or_by_shots() -> None:
    same = printed(clip(1, restrictions=("No archive.",)), clip(2, restrictions=("No archive.",)))
    assert same[0] == "RESTRICTION SUMMARY: No archive." and "No archive" not in "".join(same[1:])
    told = printed(clip(1), clip(2, restrictions=("No Russia.",)))
    assert told[:3] == ["RESTRICTION SUMMARY:", "Shots 1-4: None stated.", "Shots 5-8: No Russia."]


def test_what_nobody_knows_is_said() -> None:
    facts = Facts(undated=True, released=Moment(dt.date(2023, 3, 4)))
    assert place_heading(facts) == "exact location unknown"
    assert date_heading(facts) == "undated, released 4 March 2023"
    assert date_heading(Facts(shot=Moment(dt.date(2023, 3, 4), dt.time(1), "Europe/Kyiv"))) == "4 March 2023"
    assert date_heading(Facts()) == "date not stated"
    assert source_heading(None) == "SOURCE NOT STATED"
    assert source_heading(Source("x", "", "", "@92OMBr")) == "@92OMBr"


def test_places_are_told_once() -> None:
    facts = Facts(place="Kyiv", city=" Kyiv ", state="Kyiv oblast", country="Ukraine")
    assert place_heading(facts) == "Kyiv, Kyiv oblast, Ukraine"


def test_shots_that_were_cut_out_fall_away_and_the_rest_is_numbered_and_timed_anew() -> None:
    cut = flag(Span(30, 60), treatment=Treatment.CUT)
    made = clip(1, cut, timeline=Timeline(INDEX, (Span(30, 60),)))
    assert [(line.start, line.end, line.frames) for line in made.lines] == [
        (0, Fraction(6, 5), 30),
        (Fraction(6, 5), Fraction(14, 5), 40),
        (Fraction(7, 5), Fraction(12, 5), 25),
    ]
    told = printed(made)
    assert "LENGTH: 0:02.800" in told
    assert "1. Wide of the trench line (cut by Newsflash: death)" in told and "2. Various of smoke" in told
    assert "Shot not described" not in script([made])


def test_what_is_hidden_is_said_at_its_shot() -> None:
    told = script(
        [
            clip(
                1,
                flag(Span(45, 50)),
                mute(Span(10, 20)),
                flag(Span(95, 99), State.SOURCE),
                flag(Span(0, 9), State.OPEN),
            )
        ]
    )
    assert "1. Wide of the trench line (silenced by Newsflash: death)\n" in told
    assert "2. Shot not described (masked by Newsflash: death)\n" in told
    assert "3. Various of smoke (masked at its source: death)\n" in told


@pytest.mark.parametrize("state", [State.PROPOSED, State.OPEN, State.MASKED])
@pytest.mark.parametrize("how", [{"treatment": None, "mute": True}, {"treatment": Treatment.CUT}])
def test_words_that_are_silenced_or_cut_stand_nowhere(state: State, how: dict[str, object]) -> None:
    hidden = flag(Span(89, 95), state, **how)
    cuts = (Span(89, 95),) if state is State.MASKED and not how.get("mute") else ()
    made = clip(1, hidden, timeline=Timeline(INDEX, cuts))
    both = script([made]) + write_table(COLUMNS, rows([made]))
    assert "continues the fight" not in both and "Sirko, commander" not in both
    assert made.withheld == (Fraction(13, 5),)


def test_words_beside_a_silence_stay() -> None:
    assert "continues the fight" in script([clip(1, mute(Span(90, 95)), mute(Span(65, 90), State.DISMISSED))])


HOSTILE = "a\nSTORYLINE\n2. Fake \x1b[2J \u202eevil\u2028 =1+1\udcff\x00 end"


def test_hostile_text_makes_no_line_and_hides_nothing() -> None:
    source = Source("x", HOSTILE, "", "")
    facts = Facts(place=HOSTILE, country=HOSTILE)
    says = Soundbite(Span(0, 9), HOSTILE, HOSTILE, HOSTILE)
    line = Line(Fraction(0), Fraction(1), 25, HOSTILE, None, (HOSTILE,))
    said = Line(Fraction(1), Fraction(2), 25, "", says)
    told = script(
        [
            Clip(
                1, HOSTILE, source_heading(source), place_heading(facts), date_heading(facts), Fraction(2),
                (line, said), (HOSTILE,), HOSTILE.replace("\n", " "),
            )
        ]
    )  # fmt: skip
    lines = told.split("\n")
    assert len(lines) == 12 and lines.count("STORYLINE") == 1
    assert all(each.isprintable() for each in lines) and "\\u202e" in told and "\\x1b" not in lines[0]
    assert [each[:2] for each in lines].count("2.") == 1


def test_tables_run_nothing_and_hold_everything() -> None:
    says = Soundbite(Span(0, 9), "=cmd()", "@SUM(1)", "+1 -1")
    lines = (
        Line(Fraction(0), Fraction(1001, 30000), 1, "=HYPERLINK()"),
        Line(Fraction(0), Fraction(19, 5), 95, "", says),
    )
    told = Clip(1, "-2+3.mp4", "@handle", "=place", "+1", Fraction(4), lines)
    (heads, first, second) = csv.reader(write_table(COLUMNS, rows([told])).splitlines())
    assert tuple(heads) == COLUMNS
    shot, bite = dict(zip(heads, first, strict=True)), dict(zip(heads, second, strict=True))
    assert (
        shot["shot"] == "'=HYPERLINK()" and shot["name"] == "'-2+3.mp4" and shot["duration"] == "0.033366667"
    )
    assert bite["speaker"] == "'@SUM(1)" and bite["quote"] == "'+1 -1" and bite["duration"] == "3.8"
    assert (bite["number"], bite["in"], bite["out"], bite["frames"]) == ("2", "0:00.000", "0:03.800", "95")
    assert not any(cell and cell[0] in "=+-@\t\r" for cell in (*first, *second))


@given(st.fractions(0, 10**5, max_denominator=10**6))
def test_durations_are_exact_to_a_billionth(seconds: Fraction) -> None:
    told = Fraction(decimals(seconds))
    assert abs(told - seconds) <= Fraction(1, 2 * 10**9)
    assert inert_cell(decimals(seconds)) == decimals(seconds)


def test_what_several_flags_did_is_told_once() -> None:
    twice = clip(1, flag(Span(0, 10)), flag(Span(20, 30)), mute(Span(12, 14)))
    assert twice.lines[0].marks == ("masked by Newsflash: death", "silenced by Newsflash: death")

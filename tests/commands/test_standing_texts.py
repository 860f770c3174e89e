"""Standing texts as a desk types them, and the stories that name them."""

from datetime import datetime
from pathlib import Path

import pytest

from desks import kinds
from doors import Footage

WAR = "Today marks the {days since 2022-02-24, ordinal} day of the full-scale war."
NOW = datetime.fromisoformat("2023-03-24T12:00:00+00:00")
LATER = datetime.fromisoformat("2023-03-30T12:00:00+00:00")


def obstacles(footage: Footage, now: datetime, number: int = 1) -> list[str]:
    (answer,) = footage(f"ready {number} --json", code=None, now=now).document
    return kinds(answer["obstacles"])


@pytest.mark.usefixtures("library")
def test_the_day_of_the_war(footage: Footage) -> None:
    footage("text", "add", "war-day", WAR)
    said = footage("text show war-day --on 2023-03-24")
    assert said.out == "Today marks the 394th day of the full-scale war.\n" and not said.err
    assert footage("text show war-day", now=LATER).out.startswith("Today marks the 400th day")
    footage("text show war-dya", code=3)
    assert "2023-02-28" in footage("text show war-day --on 2023-02-30", code=2).err


@pytest.mark.usefixtures("library")
def test_a_text_is_dated_and_attributed(footage: Footage) -> None:
    footage("text", "add", "losses", "The brigade claims ten tanks.", "--source", "@92ombr", "--as-of",
            "2023-03-24", "--days", "2")  # fmt: skip
    assert footage("text show losses --on 2023-03-27 --json").document == {
        "key": "losses",
        "text": "The brigade claims ten tanks.",
        "worded": "The brigade claims ten tanks.",
        "on": "2023-03-27",
        "source": "92ombr",
        "as_of": "2023-03-24",
        "days": 2,
        "until": "2023-03-26",
        "stale": True,
        "unknown": [],
        "stories": [],
    }
    assert "footage text set losses" in footage("text show losses --on 2023-03-27").err
    assert not footage("text show losses --on 2023-03-26").err
    assert "until 2023-03-26\t" in footage("text list", now=NOW).out
    assert "held until 2023-03-26\t" in footage("text list", now=LATER).out
    footage("text set losses 'The brigade claims twelve tanks.' --as-of 2023-03-29")
    (listed,) = footage("text list --json", now=LATER).document
    assert (listed["until"], listed["stale"], listed["source"]) == ("2023-03-31", False, "92ombr")
    footage("text add today 'It is so.' --days 1", now=NOW)
    assert footage("text show today --json").document["as_of"] == "2023-03-24"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "war day", "x"), 2, "war-day"),
        (("add", "x", " \n"), 2, "has to say"),
        (("add", "x", "y", "--source", "nobody"), 3, "nobody"),
        (("add", "x", "y", "--days", "-1"), 2, "--days"),
        (("add", "x", "y", "--as-of", "soon"), 2, "soon"),
        (("add", "kept", "y"), 7, "footage text set kept"),
        (("set", "kept"), 2, "nothing is stated"),
        (("set", "kept", ""), 2, "has to say"),
        (("set", "kpet", "y"), 3, "kept"),
        (("use", "kept", "nowhere"), 3, "nowhere"),
        (("use", "gone", "ford"), 3, "gone"),
    ],
)
@pytest.mark.usefixtures("library")
def test_what_cannot_be_kept_changes_nothing(
    footage: Footage, words: tuple[str, ...], code: int, told: str
) -> None:
    footage("text add kept 'It is so.'")
    footage("story add ford")
    before = footage("history --json").out
    assert told in footage("text", *words, code=code).err
    assert footage("history --json").out == before


@pytest.mark.usefixtures("library")
def test_an_unknown_variable_is_named(footage: Footage) -> None:
    said = footage("text", "add", "odd", "On a {weather} day, {days since 2022-02-30}.")
    assert said.out == "On a {weather} day, {days since 2022-02-30}.\n"
    assert "{weather}, {days since 2022-02-30}" in said.err
    assert footage("text show odd --json").document["unknown"] == ["{weather}", "{days since 2022-02-30}"]


@pytest.mark.usefixtures("library")
def test_hostile_texts_arrive_exactly_and_hide_nothing(footage: Footage) -> None:
    hostile = "<script>-->\n=1+1 \x1b[2J \u202e {0.__class__} " + "ї{" * 5000
    footage("text", "add", "x", hostile)
    assert footage("text show x --json").document["worded"] == hostile
    said = footage("text show x").out + footage("text list").out
    assert "\x1b" not in said and "\u202e" not in said
    assert footage("text list").out.count("\n") == 2


@pytest.mark.usefixtures("desk")
def test_a_stale_text_of_its_story_holds_an_asset_back(footage: Footage, tmp_path: Path) -> None:
    footage("text", "add", "war-day", WAR, now=NOW)
    footage("text add losses 'Ten tanks.' --as-of 2023-03-24 --days 2")
    footage("text use war-day bakhmut")
    footage("text use losses bakhmut")
    assert footage("story show bakhmut --json").document["text"] == "{text:war-day}\n\n{text:losses}"
    assert footage("text show losses --json").document["stories"] == ["bakhmut"]
    assert "already" in footage("text use losses bakhmut", code=4).err
    assert obstacles(footage, NOW) == [] and obstacles(footage, LATER) == ["stale-text"]
    said = footage("ready 2", code=4, now=LATER).out
    assert "the standing text losses of the story bakhmut held until 2023-03-26" in said
    footage("export", "2", "--to", tmp_path / "out", code=4, now=LATER)
    assert not (tmp_path / "out").exists()
    waits = {item["what"]: item["assets"] for item in footage("--json", now=LATER).document["waiting"]}
    assert waits["standing texts out of date"] == [1, 2]
    footage("text set losses 'Twelve tanks.' --as-of today", now=LATER)
    assert obstacles(footage, LATER) == []
    footage("text set losses 'On a {weather} day.'", now=LATER)
    assert obstacles(footage, LATER) == ["stale-text"]


@pytest.mark.usefixtures("desk")
def test_undo_takes_a_text_back(footage: Footage) -> None:
    footage("text add losses 'Ten tanks.' --as-of 2023-03-24 --days 2")
    first = footage("text show losses --on today --json").document
    footage("text set losses 'Twelve tanks.' --days 3")
    footage("text use losses bakhmut")
    footage("undo")
    assert footage("story show bakhmut --json").document["text"] == ""
    footage("undo")
    assert footage("text show losses --on today --json").document == first
    footage("undo")
    footage("text show losses", code=3)


@pytest.mark.usefixtures("library")
def test_a_dry_run_says_how_it_would_read(footage: Footage) -> None:
    before = footage("history --json").out
    assert "394th" in footage("text", "add", "war-day", WAR, "--dry-run", now=NOW).out
    assert footage("history --json").out == before
    assert footage("text list --json").document == []

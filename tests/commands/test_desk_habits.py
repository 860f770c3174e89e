"""What desks stumbled over: words from other programs, facts that cannot be, damage that went unmentioned."""

import contextlib
import io
import re
from fractions import Fraction
from pathlib import Path

import pytest

import clips
from doors import Footage
from footage.commands._door import run


@pytest.mark.parametrize(("typed", "meant"), [("list", "find"), ("delete", "discard"), ("import", "add")])
def test_words_of_other_programs_lead_to_ours(footage: Footage, typed: str, meant: str) -> None:
    assert f"Did you mean '{meant}'?" in footage(typed, code=2).err


@pytest.mark.usefixtures("desk")
def test_facts_that_cannot_both_be_are_an_obstacle(footage: Footage) -> None:
    footage("set 1 --shot 2023-05-01")
    (answer,) = footage("ready 1 --json", code=4).document
    assert [one["kind"] for one in answer["obstacles"]] == ["facts-contradict"]
    footage("set 1 --shot 2023-03-25")
    footage("ready 1")
    footage("set 1 --embargo 2027-01-01 --expires 2026-12-01")
    kinds = [one["kind"] for one in footage("ready 1 --json", code=4).document[0]["obstacles"]]
    assert "facts-contradict" in kinds


@pytest.mark.usefixtures("desk")
def test_undo_says_what_comes_back(footage: Footage) -> None:
    footage("set 1 --city Bakhmut")
    footage("set 1 --city Chasiv")
    assert "would take back" in footage("undo --dry-run").out
    assert "city: Chasiv -> Bakhmut" in footage("undo").out


@pytest.mark.usefixtures("desk")
def test_ready_misses_an_original_that_is_gone(footage: Footage) -> None:
    original = next(Path("vault/originals").glob("*/*"))
    original.chmod(0o644)
    original.write_bytes(original.read_bytes() + b"x")
    answers = footage("ready 1,2 --json", code=4).document
    assert [one["kind"] for answer in answers for one in answer["obstacles"]] == ["original-missing"]


@pytest.mark.usefixtures("desk")
def test_proven_is_said_of_masks_alone(footage: Footage) -> None:
    assert "Proven" not in footage("ready 2").out
    footage("flag 2 --reason privacy --region 10%,10%,20%,20%")
    assert "box 10%,10%,20%,20%" in footage("flags 2").out
    footage("blur 2")
    assert "does not say that everything was drawn" in footage("ready 2").out
    footage("resolve 1 --looked")
    assert "masked, looked at" in footage("flags 2").out
    assert footage("flags 2 --json").document[0]["looked"] is True


def test_damage_is_told_when_it_goes_out(footage: Footage, library: Path) -> None:
    whole = library / "whole.ts"
    clips.make(whole)
    clips.cut_short(whole, library / "cut.ts", 0.61)
    taken = footage("add cut.ts --undated --shows 'Smoke rises' --source 92ombr --released 2023-03-24").out
    assert "damaged" in taken
    (answer,) = footage("ready 1 --json").document
    assert answer["ready"] and "damaged" in [advice["rule"] for advice in answer["advice"]]
    footage("export 1 --to out")
    assert '"damaged": "' in (library / "out" / "manifest.json").read_text()


def test_no_timecode_at_a_rate_that_has_none(footage: Footage, library: Path) -> None:
    clips.make(library / "slow.mp4", rate=Fraction(25, 2))
    footage("add slow.mp4 --undated")
    assert "12.5 a second, which has none" in footage("flag 1 00:00:00:01 0:01 --reason death", code=2).err
    assert footage("shots 1").out.splitlines()[1].split("\t")[1] == "0:00.000"


# on a narrow terminal


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: int, *words: str) -> str:
    """What a command prints on a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    with contextlib.redirect_stdout(_Terminal()) as out:
        run(list(words))
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


@pytest.mark.usefixtures("desk")
def test_a_narrow_table_of_flags_tells_outlines_in_words(
    footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    poses = "--region '0:00.5 12.3%,30.4%,20.5%,25.6%' --region '0:01 40%,30.4%,20.5%,25.6%'"
    footage(f"flag 1 f10 f35 --reason death --reason nudity {poses} --treatment mosaic")
    footage("flag 2 --reason minor --region 12.3%,30.4%,20.5%,25.6% --ellipse --treatment fill")
    narrow = _on_a_terminal(monkeypatch, 80, "flags")
    assert "%" not in narrow and max(map(len, narrow.splitlines())) <= 80
    flat = " ".join(narrow.split())
    assert "mosaic box" in flat and "2 poses" in flat and "fill ellipse" in flat
    assert "mosaic box 12.3%,30.4%,20.5%,25.6%" in _on_a_terminal(monkeypatch, 160, "flags")
    assert "mosaic box 12.3%,30.4%,20.5%,25.6%" in footage("flags").out


@pytest.mark.usefixtures("desk")
def test_a_narrow_table_breaks_credits_at_their_strokes(
    footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    footage("source set 92ombr --handle @the_ninety_second_brigade_of_sumy")
    footage("set 1 2 --story bakhmut-direction-march")
    for columns in (80, 90, 100):
        said = _on_a_terminal(monkeypatch, columns, "find")
        lines = [line.rstrip() for line in said.splitlines()]
        assert max(map(len, lines)) <= columns
        assert any("@the_ninety_second_brigade_of_sumy" in line for line in lines), said
        assert any("Newsflash" in line for line in lines), said

"""Typing less: facts in an editor and in a spreadsheet, codes, and dry runs that tell what would be."""

import csv
import io
import os
import pty
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from desks import actions, state_of
from doors import Footage
from typing_facts import HOSTILE

pytestmark = pytest.mark.usefixtures("desk")

Rows = list[dict[str, str]]


def facts(footage: Footage, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = footage(f"show {number} --json").document["facts"]
    return found


def table(footage: Footage, *query: str) -> Rows:
    return list(csv.DictReader(io.StringIO(footage("find", *query, "--csv").out)))


def save(rows: Rows, path: str = "facts.csv", encoding: str = "utf-8", **dialect: Any) -> Path:
    with Path(path).open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **dialect)
        writer.writeheader()
        writer.writerows(rows)
    return Path(path)


def editor(monkeypatch: pytest.MonkeyPatch, script: str, name: str = "EDITOR") -> None:
    """Make a shell script the editor; ``$1`` is the text, and stays in ``seen.txt`` as it was."""
    path = Path("an editor.sh").absolute()
    path.write_text(f'#!/bin/sh\ncp "$1" {shlex.quote(str(path.parent))}/seen.txt\n{script}\n')
    path.chmod(0o755)
    monkeypatch.setenv(name, shlex.quote(str(path)))


def kept(said: str) -> Path:
    """The draft that an error tells of."""
    found = re.search(r"your text is kept in (/\S+\.txt)", said)
    assert found, said
    return Path(found[1])


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where drafts lie; the editor leaves them as they are, unless a test says otherwise."""
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    folder = tmp_path / "drafts"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def state_hostile_texts(footage: Footage) -> None:
    """Every hostile text in the facts of both assets, alone and among others."""
    words = [word for text in HOSTILE for word in ("--keyword", text)]
    footage("set", "1", *words, "--note", "|".join(HOSTILE), "--statement", "\n".join(HOSTILE))
    footage("set", "2", "--person", "\r\n".join(HOSTILE), "--note", "\u202e\udce9", "--headline", "=1+1")


# edit


def test_edit_states_the_difference_as_one_deed(
    footage: Footage, monkeypatch: pytest.MonkeyPatch, drafts: Path
) -> None:
    before = facts(footage)
    editor(monkeypatch, "sed -i 's/^city:.*/city: Bakhmut/; s/^place:.*/place:/; /^undated:/d' \"$1\"")
    said = footage("edit 1,2 --json").document
    assert said["changed"] == [1, 2]
    assert {"asset": 2, "field": "city", "before": None, "after": "Bakhmut"} in said["changes"]
    left = {name: value for name, value in before.items() if name not in ("place", "undated")}
    assert facts(footage) == {**left, "city": "Bakhmut"}
    events = footage("history --json").document
    assert sum(action == "edit" for action in actions(events)) == 1
    assert list(drafts.iterdir()) == []
    footage("undo")
    assert facts(footage) == before


def test_the_text_tells_fields_and_what_others_say(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    footage("story set bakhmut --city Bakhmut --note 'two\nlines'")
    editor(monkeypatch, "exit 0")
    footage("edit 1")
    seen = Path("seen.txt").read_text()
    assert "[asset 1] clip.mp4 (video)" in seen
    assert "\ncity:\n#    the story bakhmut says: Bakhmut\n" in seen
    assert "\n#    the story bakhmut says: two\\x0alines\n" in seen
    assert "# relayed-by        A source that passed it on (several, with | between)\n" in seen
    assert (
        "\nundated: yes\n" in seen and "\nreleased: 2023-03-24\n" in seen and "\ncountry: Ukraine\n" in seen
    )


def test_an_unchanged_text_changes_nothing(footage: Footage, desk: Path, drafts: Path) -> None:
    state_hostile_texts(footage)
    before = state_of(desk)
    assert footage("edit 1,2").out == "changed: nothing\n"
    assert state_of(desk) == before
    assert list(drafts.iterdir()) == []


@pytest.mark.parametrize("script", [': > "$1"', "sed -i '/^.asset/,$d' \"$1\"", "sed -i 's/$/\\r/' \"$1\""])
def test_an_emptied_text_and_other_line_ends_change_nothing(
    footage: Footage, desk: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    before = state_of(desk)
    editor(monkeypatch, script)
    assert footage("edit 1,2").out == "changed: nothing\n"
    after = state_of(desk)
    assert after["catalogue"] == before["catalogue"]


def test_hostile_texts_survive_an_edit(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    footage(
        "set",
        "1",
        "--keyword",
        "caf\udce9|\u200f",
        "--note",
        "\u202e" + "x" * 10_000,
        "--statement",
        "\x1b[2J\r\n ",
    )
    before = facts(footage)
    editor(monkeypatch, "sed -i 's/^city:.*/city: Bakhmut/' \"$1\"")
    footage("edit 1")
    assert facts(footage) == {**before, "city": "Bakhmut"}
    text = Path("seen.txt").read_bytes()
    assert b"\x1b" not in text and "\u202e".encode() not in text


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("released: 31.02.2023", 2, "(released): there is no such day"),
        ("source: nobody", 3, "asset 1: there is no source nobody"),
        ("shot: 2023-03-24", 2, "shot and undated contradict"),
        ("cuntry: X", 2, "there is no fact 'cuntry'"),
        ("no colon", 2, "cannot be read: 'no colon'"),
        ("[asset 9]", 2, "asset 9 was not there to edit"),
    ],
)
def test_what_cannot_be_stated_changes_nothing_and_is_kept(
    footage: Footage, desk: Path, monkeypatch: pytest.MonkeyPatch, line: str, code: int, told: str
) -> None:
    before = state_of(desk)["catalogue"]
    name = line.partition(":")[0]
    edit = f"/^{name}:/d; s/^city:.*/city: Bakhmut/" if name.isalpha() else "s/^city:.*/city: Bakhmut/"
    editor(monkeypatch, f"sed -i '{edit}' \"$1\"; echo '{line}' >> \"$1\"")
    said = footage("edit 1", code=code)
    assert told in said.err
    text = kept(said.err).read_text()
    assert line in text and "city: Bakhmut" in text
    assert state_of(desk)["catalogue"] == before


def test_somebody_else_was_there_first(
    footage: Footage, monkeypatch: pytest.MonkeyPatch, drafts: Path
) -> None:
    other = f"{shlex.quote(sys.executable)} -m footage set 1 --city Lviv >/dev/null"
    editor(monkeypatch, f"{other}; sed -i 's/^state:.*/state: Donetsk oblast/' \"$1\"")
    said = footage("edit 1", code=7)
    assert "asset 1 were changed by somebody else" in said.err
    assert "state: Donetsk oblast" in kept(said.err).read_text()
    assert facts(footage)["city"] == "Lviv" and "state" not in facts(footage)
    assert list(drafts.iterdir()) == [kept(said.err)]


def test_others_may_change_what_was_left_alone(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"{shlex.quote(sys.executable)} -m footage set 2 --city Lviv >/dev/null"
    editor(monkeypatch, f"{other}; sed -i '0,/^state:.*/s//state: Donetsk oblast/' \"$1\"")
    assert footage("edit 1,2").out == "changed: 1\n"
    assert facts(footage)["state"] == "Donetsk oblast" and facts(footage, 2)["city"] == "Lviv"


def test_an_editor_that_fails_changes_nothing(
    footage: Footage, monkeypatch: pytest.MonkeyPatch, drafts: Path
) -> None:
    editor(monkeypatch, "sed -i 's/^city:.*/city: Bakhmut/' \"$1\"; exit 3")
    said = footage("edit 1", code=6)
    assert "ended with 3; nothing was changed" in said.err
    assert "city: Bakhmut" in kept(said.err).read_text()
    assert "city" not in facts(footage)
    kept(said.err).unlink()
    for value, told in (("/no/such-editor -w", "such-editor -w cannot be started"), ("'open", "no command")):
        monkeypatch.setenv("EDITOR", value)
        assert told in footage("edit 1", code=6).err
    editor(monkeypatch, 'rm "$1"')
    assert "gone" in footage("edit 1", code=6).err
    assert list(drafts.iterdir()) == []


def test_which_editor(footage: Footage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor(monkeypatch, "sed -i 's/^city:.*/city: visual/' \"$2\"", "VISUAL")
    monkeypatch.setenv("VISUAL", os.environ["VISUAL"] + " --wait")
    Path("an editor.sh").write_text(Path("an editor.sh").read_text().replace('cp "$1"', 'cp "$2"'))
    monkeypatch.setenv("EDITOR", "false")
    footage("edit 1")
    assert facts(footage)["city"] == "visual"
    monkeypatch.delenv("VISUAL")
    monkeypatch.delenv("EDITOR")
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    said = footage("edit 1", code=6)
    assert "none of sensible-editor, editor, nano, vi is installed" in said.err and "EDITOR=nano" in said.err
    (tmp_path / "bin" / "vi").write_text("#!/bin/sh\nexit 4\n")
    (tmp_path / "bin" / "vi").chmod(0o755)
    assert "the editor vi ended with 4" in footage("edit 1", code=6).err


def test_on_a_terminal_an_error_leads_back_into_the_text(
    footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(monkeypatch, "grep -q 'rating: 9' \"$1\" && sed -i 's/rating: 9/rating: 4/' \"$1\" "
                        "|| sed -i 's/^rating:.*/rating: 9/' \"$1\"")  # fmt: skip
    child, ours = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "footage", "edit", "1"])
    said = b""
    while b"again?" not in said:
        said += os.read(ours, 4096)
    os.write(ours, b"y\n")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(ours)
    assert b"0 to 5" in said
    assert facts(footage)["rating"] == 4


# tables


def test_what_find_prints_set_reads_back_unchanged(footage: Footage, desk: Path) -> None:
    state_hostile_texts(footage)
    Path("facts.csv").write_text(footage("find --csv").out, encoding="utf-8")
    before = state_of(desk)
    assert footage("set --from facts.csv").out == "changed: nothing\n"
    assert state_of(desk) == before
    stated = [facts(footage, number) for number in (1, 2)]
    fields = ("keyword", "note", "person", "statement", "headline", "story", "undated", "released")
    footage("set 1,2 " + " ".join(f"--unset {field}" for field in fields))
    text = Path("facts.csv").read_bytes()
    Path("facts.csv").write_bytes(re.sub(rb",r[0-9a-f]{12},", b",,", text))
    assert footage("set --from facts.csv --json").document["changed"] == [2, 1]
    assert [facts(footage, number) for number in (1, 2)] == stated


def test_only_changed_cells_change_facts(footage: Footage) -> None:
    footage("story set bakhmut --city Bakhmut")
    rows = table(footage)
    assert [row["asset"] for row in rows] == ["2", "1"]
    assert rows[1]["name"] == "clip.mp4" and len(rows[1]["sha256"]) == 64
    assert rows[1]["undated"] == "yes" and rows[1]["city"] == "" and rows[1]["country"] == "Ukraine"
    rows[1] |= {
        "keyword": "tank | a\\|b",
        "undated": "",
        "place": "(unset)",
        "rating": "4",
        "city": "Soledar",
    }
    save(rows)
    footage("story set bakhmut --headline Later")
    said = footage("set --from facts.csv --json").document
    assert said["changed"] == [1]
    assert {change["field"] for change in said["changes"]} == {"keyword", "place", "rating", "city"}
    told = facts(footage)
    assert told["keyword"] == ["tank", "a|b"] and "place" not in told and told["undated"] is True
    assert sum(action == "set" for action in actions(footage("history --json").document)) == 1


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ","), ("utf-8", ",")]
)
def test_tables_of_other_programs(footage: Footage, encoding: str, delimiter: str) -> None:
    rows = [{"asset": "1", "City": "Київ; or, so", "credit": "@92OMBr/Newsflash", "released": "25.03.2023"}]
    save(rows, encoding=encoding, delimiter=delimiter, lineterminator="\r\n")
    footage("set --from facts.csv")
    told = facts(footage)
    assert (told["city"], told["credit"], told["released"]) == (
        "Київ; or, so",
        "@92OMBr/Newsflash",
        "2023-03-25",
    )


def test_only_the_assets_that_are_named(footage: Footage) -> None:
    save([{"asset": "1", "city": "one"}, {"asset": "2", "city": "two"}, {"asset": "77", "city": "nobody"}])
    assert footage("set 2 --from facts.csv --json").document["changed"] == [2]
    assert "city" not in facts(footage)
    save([{"asset": "1", "city": "one"}])
    said = footage("set 1,2 --from facts.csv")
    assert said.out == "changed: 1\n" and "no row for asset 2" in said.err


@pytest.mark.parametrize(
    ("cells", "code", "told"),
    [
        ({"released": "2023-02-31"}, 2, "facts.csv: row 3: column released: there is no such day"),
        ({"rating": "many"}, 2, "row 3: column rating: 'many' is no number of stars"),
        ({"undated": "x"}, 2, "column undated"),
        ({"source": "nobody"}, 3, "row 3: there is no source nobody"),
        ({"story": "a b"}, 2, "row 3: 'a b' cannot be a slug"),
        ({"relesed": "x"}, 2, "did you mean released?"),
        ({"sha256": "0" * 64}, 4, "row 3: column sha256: asset 1 is"),
        ({"name": "other.mp4"}, 4, "row 3: column name: asset 1 is clip.mp4, not other.mp4"),
        ({"asset": "77"}, 3, "row 3: there is no asset 77"),
        ({"asset": "one"}, 2, "row 3, column asset: 'one' is no asset's number"),
        ({"asset": "2"}, 2, "row 3, column asset: asset 2 has a row already"),
        ({"shot": "2023-03-01", "undated": "yes"}, 2, "contradict"),
    ],
)
def test_nothing_is_changed_where_one_row_is_wrong(
    footage: Footage, desk: Path, cells: dict[str, str], code: int, told: str
) -> None:
    before = state_of(desk)["catalogue"]
    save(
        [
            {"asset": "2", "city": "two", **dict.fromkeys(cells, "")} | {"asset": "2"},
            {"asset": "1", "city": "one", **cells},
        ]
    )
    said = footage("set --from facts.csv", code=code)
    assert told in said.err
    assert state_of(desk)["catalogue"] == before


def test_every_wrong_row_is_told_at_once(footage: Footage) -> None:
    save([{"asset": "1", "rating": "9"}, {"asset": "2", "rating": "x"}])
    said = footage("set --from facts.csv --json", code=2).document["error"]
    assert "row 2" in said["message"] and "row 3" in said["message"]
    assert len(said["problems"]) == 2


def test_from_stands_alone(footage: Footage) -> None:
    save([{"asset": "1", "city": "x"}])
    for words in ("set 1 --from facts.csv --city y", "set --from facts.csv --unset city", "set --city y",
                  "set --from nothing.csv", "find --csv --json"):  # fmt: skip
        footage(words, code=2)
    Path("facts.csv").write_bytes(b'asset\n"')
    assert "facts.csv: it is no CSV at line 2" in footage("set --from facts.csv", code=5).err


def test_the_mark_for_excel_and_the_limit(footage: Footage) -> None:
    assert footage("find --csv --bom").out.startswith("\ufeffasset,")
    said = footage("find --csv --limit 1")
    assert said.err == "the first 1; more with --limit\n" and len(said.out.splitlines()) == 2
    Path("facts.csv").write_text(footage("find --csv --bom").out, encoding="utf-8")
    assert footage("set --from facts.csv").out == "changed: nothing\n"


# taking away what the story says


def test_unset_tells_what_the_story_goes_on_saying(footage: Footage) -> None:
    footage("story set bakhmut --embargo 2030-01-01 --city Bakhmut")
    footage("set 1 --city Soledar")
    dry = footage("set 1,2 --unset embargo --unset city --dry-run")
    said = footage("set 1,2 --unset embargo --unset city")
    assert said.out == "changed: 1\n"
    assert dry.err == "dry run: nothing was changed\n" + said.err
    assert said.err.splitlines() == [
        "the story bakhmut says embargo: 2030-01-01, and it still holds; "
        "footage story set bakhmut --unset embargo takes it away there",
        "the story bakhmut says city: Bakhmut, and it still holds; "
        "footage story set bakhmut --unset city takes it away there",
    ]
    assert footage("set 1 --unset place").err == ""
    footage("set 1 --city Soledar")
    save([{"asset": "1", "city": "(unset)"}])
    assert "the story bakhmut says city: Bakhmut" in footage("set --from facts.csv").err


def test_a_story_says_less(footage: Footage) -> None:
    footage("story set bakhmut --embargo 2030-01-01 --city Bakhmut")
    said = footage("story set bakhmut --unset embargo --country Ukraine --dry-run")
    assert said.out == "story bakhmut\n  + country: Ukraine\n  - embargo: 2030-01-01\n"
    assert "embargo" in footage("story show bakhmut --json").document["facts"]
    footage("story set bakhmut --unset embargo")
    assert footage("story show bakhmut --json").document["facts"] == {"city": "Bakhmut"}
    assert "did you mean embargo?" in footage("story set bakhmut --unset embarg", code=2).err
    said = footage("story set bakhmut --city Kyiv --dry-run --json").document
    assert said["changes"] == [{"story": "bakhmut", "field": "city", "before": "Bakhmut", "after": "Kyiv"}]
    footage("undo")
    assert "embargo" in footage("story show bakhmut --json").document["facts"]


# codes


def test_codes_are_expanded_when_they_are_typed(footage: Footage, desk: Path) -> None:
    (desk / "codes").mkdir()
    (desk / "codes" / "people.txt").write_bytes("//x\r\nkp\tКен П’єрс\tKen\r\n".encode("utf-16"))
    (desk / "codes" / "more.txt").write_bytes(b"ren\tRen\xe9\n")
    (desk / "codes" / "readme.md").write_bytes(b"md\tno\n")
    said = footage(
        "set 1 --shows '=92= destroy positions' --person =kp= --person =kp#2= --note '=ren= =md= {who}'"
    )
    told = facts(footage)
    assert told["shows"] == "the 92nd OMBr destroy positions"
    assert told["person"] == ["Кен П’єрс", "Ken"] and told["note"] == "René =md= {who}"
    assert said.err.splitlines() == [
        "=md= stays as typed: no code or source is called that",
        "{who} stays as typed: facts know no variables",
    ]


def test_codes_in_every_verb_that_takes_facts(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (64, 48), (9, 8, 7)).save("new.png")
    footage("add", "new.png", "--creator", "=92=")
    assert facts(footage, 3)["creator"] == "the 92nd OMBr"
    footage("story add s --headline 'By =92='")
    footage("story set s --note '=92='")
    assert footage("story show s --json").document["facts"] == {
        "headline": "By the 92nd OMBr",
        "note": "the 92nd OMBr",
    }
    save([{"asset": "1", "shows": "'=92= fire", "note": "2=3=5"}])
    said = footage("set --from facts.csv --json").document
    assert said["notes"] == ["row 2: =3= stays as typed: no code or source is called that"]
    assert facts(footage)["shows"] == "the 92nd OMBr fire" and facts(footage)["note"] == "2=3=5"
    editor(monkeypatch, "sed -i 's/^event:.*/event: =92= day/' \"$1\"")
    said = footage("edit 1 --json").document
    assert said["notes"] == [] and facts(footage)["event"] == "the 92nd OMBr day"


def test_what_is_stored_is_never_expanded_later(
    footage: Footage, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footage("set 1 --note =later=")
    (desk / "codes").mkdir()
    (desk / "codes" / "a.txt").write_text("later\tnow\n")
    assert footage("edit 1").out == "changed: nothing\n"
    editor(monkeypatch, "sed -i 's/^city:.*/city: =later=/' \"$1\"")
    footage("edit 1")
    Path("facts.csv").write_text(footage("find --csv").out)
    assert footage("set --from facts.csv").out == "changed: nothing\n"
    assert facts(footage)["note"] == "=later=" and facts(footage)["city"] == "now"


# dry runs


def test_a_dry_run_of_set_tells_field_by_field(footage: Footage, desk: Path) -> None:
    footage("set 2 --city Kyiv")
    before = state_of(desk)
    said = footage("set", "1,2", "--city", "Bakhmut", "--keyword", "a", "--keyword", "b|c",
                   "--unset", "place", "--note", "one\n\x1b[2Jtwo", "--dry-run")  # fmt: skip
    added = "  + keyword: a | b\\|c\n  + note: one\n  + \\x1b[2Jtwo\n"
    assert said.out == (
        f"asset 1\n  - place: Bakhmut direction\n  + city: Bakhmut\n{added}"
        f"asset 2\n  - place: Bakhmut direction\n  - city: Kyiv\n  + city: Bakhmut\n{added}"
    )
    assert said.err == "dry run: nothing was changed\n"
    said = footage("set 2 --city Bakhmut --undated --dry-run --json")
    assert said.document["changes"] == [{"asset": 2, "field": "city", "before": "Kyiv", "after": "Bakhmut"}]
    assert footage("set 2 --city Kyiv --dry-run").out == "changed: nothing\n"
    assert state_of(desk) == before


def test_colour_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def on_a_terminal() -> str:
        child, ours = pty.fork()
        if child == 0:
            os.execv(
                sys.executable,
                [sys.executable, "-m", "footage", "set", "1", "--city", "\x1b[1mX", "--dry-run"],
            )
        said = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:
                break
            if not chunk:
                break
            said += chunk
        os.waitpid(child, 0)
        os.close(ours)
        return said.decode()

    assert "\x1b[32m  + city: \\x1b[1mX\x1b[0m" in on_a_terminal()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_a_terminal()


def test_dry_runs_of_edit_and_of_a_table(
    footage: Footage, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save([{"asset": "1", "city": "Bakhmut"}])
    editor(monkeypatch, "sed -i 's/^city:.*/city: Bakhmut/' \"$1\"")
    before = state_of(desk)["catalogue"]
    for words in ("set --from facts.csv --dry-run", "edit 1 --dry-run"):
        assert footage(words).out == "asset 1\n  + city: Bakhmut\n"
    assert state_of(desk)["catalogue"] == before


# what others did meanwhile, and what a statement does to other things


def test_a_table_does_not_overwrite_what_was_stated_since(footage: Footage) -> None:
    rows = table(footage)
    assert [row["revision"][0] for row in rows] == ["r", "r"]
    rows[0]["headline"] = rows[1]["headline"] = "From the table"
    save(rows)
    footage("--as petro set 2 --city Siversk")
    before = footage("history --json").out
    said = footage("set --from facts.csv", code=7).err
    assert "row 2: the facts of asset 2 were changed" in said or "row 3: the facts of asset 2" in said
    assert "asset 1" not in said and "footage find … --csv" in said
    assert footage("history --json").out == before
    for row in rows:
        row["revision"] = "" if row["asset"] == "2" else row["revision"]
    save(rows)
    footage("set --from facts.csv")
    assert facts(footage, 2)["headline"] == facts(footage, 1)["headline"] == "From the table"
    save([{key: row[key] for key in ("asset", "headline")} | {"headline": "Again"} for row in rows])
    footage("set --from facts.csv")
    assert facts(footage, 2)["headline"] == "Again"


def test_a_row_that_states_nothing_new_conflicts_with_nothing(footage: Footage) -> None:
    save([{key: row[key] for key in ("asset", "revision", "country")} for row in table(footage)])
    footage("set 2 --city Siversk")
    assert "changed: nothing" in footage("set --from facts.csv").out


def test_a_check_that_no_longer_counts_is_told(footage: Footage) -> None:
    footage("checked 1 2 place --how landmarks")
    footage("checked 1 date --not")
    assert "no longer counts" not in footage("set 1 --headline X").err
    assert "the check of the place no longer counts: footage checked 1,2 place …" in (
        footage("set 1 2 --place 'near Siversk'").err
    )
    assert "no longer counts" not in footage("set 1 2 --place 'in Siversk'").err
    assert "the check of the date no longer counts: footage checked 1 date …" in (
        footage("set 1 --released 2023-03-20").err
    )


def test_what_was_taken_up_is_named(footage: Footage, tmp_path: Path) -> None:
    picture = Image.new("RGB", (64, 48), (9, 60, 30))
    exif = picture.getexif()
    exif[0x9003] = exif[0x0132] = "2023:03:22 10:11:12"
    exif.get_ifd(0x8769)[0x9003] = "2023:03:22 10:11:12"
    exif[0x013B] = "Olha"
    picture.save(tmp_path / "taken.jpg", exif=exif)
    footage(f"add {tmp_path}/taken.jpg --undated --creator Petro")
    said = footage("set 3 --take all --creator Ivan").err
    assert "taken up of asset 3: shot\n" in said
    assert "asset 3 was undated and is now shot on 2023-03-22 10:11:12" in said
    assert "was undated" not in footage("set 3 --take shot").err
    assert "taken up of asset 3: nothing" in footage("set 3 --take city").err

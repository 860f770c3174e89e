"""``footage shots``: soundbites, scripts and tables of what goes out."""

import csv
from pathlib import Path

import pytest

import clips
from desks import state_of
from doors import Footage

SAYS = '--speaker "Ivan Sirko, commander" --language uk --quote "We hold the line."'
HEADING = "92ND IVAN SIRKO SEPARATE MECHANIZED BRIGADE OF THE ARMED FORCES OF UKRAINE"


@pytest.fixture
def described(desk: Path, footage: Footage) -> Path:
    """The desk; the clip's first shot is described, and somebody speaks in its second."""
    footage("shots 1 --describe 1 'Wide of the trench line'")
    footage(f"shots 1 --soundbite 0:01.2 0:01.8 {SAYS}")
    return desk


@pytest.mark.usefixtures("described")
def test_the_script_of_a_clip(footage: Footage) -> None:
    caption = footage("caption 1").out.strip()
    footage("set 1 --rights 'No resale.'")
    assert footage("shots 1 --format script").out == (
        "RESTRICTION SUMMARY: No resale.\n"
        "LENGTH: 0:02\n"
        "\n"
        f"{HEADING}\n"
        "Bakhmut direction, Ukraine - undated, released 24 March 2023\n"
        "1. Wide of the trench line\n"
        "2. Shot not described\n"
        "3. SOUNDBITE (Ukrainian) Ivan Sirko, commander:\n"
        "“We hold the line.”\n"
        "\n"
        "STORYLINE\n"
        f"{caption}\n"
    )


@pytest.mark.usefixtures("described")
def test_a_soundbite_is_kept_replaced_and_taken_away(footage: Footage) -> None:
    (said,) = footage("shots 1 --json").document[1]["soundbites"]
    assert said == {
        "in": 1.2,
        "out": 1.8,
        "language": "uk",
        "speaker": "Ivan Sirko, commander",
        "quote": "We hold the line.",
    }
    footage('shots 1 --soundbite 0:01.2 0:01.9 --speaker Other --language en --quote "“Quoted.”"')
    (said,) = footage("shots 1 --json").document[1]["soundbites"]
    assert (said["out"], said["speaker"], said["quote"]) == (1.9, "Other", "Quoted.")
    event = footage("history 1 --json").document[-1]
    (change,) = event["detail"]["changes"]
    assert event["action"] == "soundbite" and change["before"]["quote"] == "We hold the line."
    footage('shots 1 --soundbite 0:01.2 0:01.9 --quote ""')
    assert all(not shot["soundbites"] for shot in footage("shots 1 --json").document)
    footage('shots 1 --soundbite 0:01.2 0:01.9 --quote ""', code=3)


@pytest.mark.usefixtures("described")
def test_a_soundbite_can_be_taken_back(footage: Footage) -> None:
    footage("shots 1 --soundbite 0:01.2 0:01.9 --speaker Other --language en --quote Words")
    footage("undo")
    assert footage("shots 1 --json").document[1]["soundbites"][0]["quote"] == "We hold the line."
    footage("undo")
    assert footage("shots 1 --json").document[1]["soundbites"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("1 --soundbite 0:01 0:02 --quote x --language uk", 2),
        ("1 --soundbite 0:01 0:02 --quote x --speaker y", 2),
        ("1 --soundbite 0:01 0:02 --speaker y", 2),
        ("1 --speaker y", 2),
        ("1 --quote y", 2),
        (f"1 --soundbite 0:01 0:09 {SAYS}", 2),
        (f"1 --soundbite 0:01 0:01 {SAYS}", 2),
        (f"2 --soundbite 0:01 0:02 {SAYS}", 2),
        (f"1 2 --soundbite 0:01 0:02 {SAYS}", 2),
        (f"9 --soundbite 0:01 0:02 {SAYS}", 3),
        ("1 --soundbite 0:01 0:02 --speaker y --language uk --quote 'a\x1b[2Jb'", 2),
        ("1 --describe 1 'a\u202eb'", 2),
        ("1 2 --describe 1 x", 2),
        ("2 --format script", 2),
    ],
)
def test_what_cannot_be_kept_is_refused(desk: Path, footage: Footage, words: str, code: int) -> None:
    before = state_of(desk)
    said = footage(f"shots {words}", code=code)
    assert "hint" in said.err and "\x1b" not in said.err
    assert state_of(desk) == before


@pytest.mark.usefixtures("desk")
def test_the_stated_language_is_spoken_where_nothing_else_is_said(footage: Footage) -> None:
    footage("set 1 --language uk")
    footage("shots 1 --soundbite 0 0:01 --speaker Somebody --quote Words")
    assert "SOUNDBITE (Ukrainian) Somebody:" in footage("shots 1 --format script").out


@pytest.mark.usefixtures("described")
def test_what_goes_out_is_listed_as_it_goes_out(footage: Footage) -> None:
    footage("flag 1 f5 f15 --reason death --treatment cut")
    footage("flag 1 0:01.7 0:01.75 --reason language --mute")
    footage("flag 1 f30 f35 --reason privacy --region 40%,30%,20%,25%")
    said = footage("shots 1 --format script")
    assert "not masked" in said.err and "We hold" not in said.out and "LENGTH: 0:02\n" in said.out
    footage("blur 1")
    said = footage("shots 1 --format script")
    assert "LENGTH: 0:01.600\n" in said.out and "not masked" not in said.err
    assert "1. Shot not described (cut by Newsflash: death)" in said.out, "its keyframe was cut out"
    second = "2. Shot not described (silenced by Newsflash: language; masked by Newsflash: privacy)"
    assert second in said.out
    assert "We hold" not in said.out and "Sirko, commander" not in said.out
    assert "the soundbite at 0:01.200 is left out" in said.err
    table = footage("shots 1 --format csv").out
    heads, *found = csv.reader(table.splitlines())
    shown = [dict(zip(heads, row, strict=True)) for row in found]
    assert [(row["in"], row["out"], row["duration"], row["frames"]) for row in shown] == [
        ("0:00.000", "0:00.600", "0.6", "15"),
        ("0:00.600", "0:01.600", "1", "25"),
    ]


def test_several_clips_in_one_list(described: Path, footage: Footage) -> None:
    clips.make(described / "two.mp4", frames=10, size=(160, 90))
    footage(
        "add two.mp4 --source 92ombr --released 2023-03-25 --shot 2023-03-05 --shows Smoke --story bakhmut"
    )
    said = footage("shots story:bakhmut --format script")
    assert "asset 2 is a still and has no shots" in said.err
    assert f"\n{HEADING}\nexact location unknown - 5 March 2023\n4. Shot not described\n" in said.out
    assert said.out.count(HEADING) == 2 and "LENGTH: 0:02.400" in said.out
    heads, first, *_ = footage("shots 1,3").out.splitlines()
    assert heads.split("\t")[0] == "asset" and first.split("\t")[:2] == ["1", "1"]
    assert [shot["asset"] for shot in footage("shots 1,3 --json").document] == [1, 1, 3]


@pytest.mark.usefixtures("described")
def test_documents_of_scripts_and_tables(footage: Footage) -> None:
    for layout in ("script", "csv"):
        document = footage(f"shots 1 --format {layout} --json").document
        assert document["assets"] == [1] and document["format"] == layout
        assert document["text"] == footage(f"shots 1 --format {layout}").out


def test_a_dry_run_changes_nothing(described: Path, footage: Footage) -> None:
    before = state_of(described)
    footage(f"shots 1 --soundbite 0 0:01 {SAYS} --dry-run")
    footage("shots 1 --describe 2 x --dry-run")
    assert state_of(described) == before


@pytest.mark.usefixtures("desk")
def test_cells_run_nothing(footage: Footage) -> None:
    footage("shots", "1", "--describe", "1", "=HYPERLINK(1)")
    footage("shots", "1", "--soundbite", "0", "1", "--speaker", "@me", "--language", "en", "--quote", "-1+1")
    _, *found = csv.reader(footage("shots 1 --format csv").out.splitlines())
    cells = [cell for row in found for cell in row]
    assert {"'=HYPERLINK(1)", "'@me", "'-1+1"} <= set(cells)
    assert not any(cell[:1] in ("=", "+", "-", "@") for cell in cells)

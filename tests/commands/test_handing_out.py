"""What may not go out does not, and what fails leaves nothing behind."""

from pathlib import Path

import pytest
from PIL import Image

import exiftool
from doors import Footage
from footage.actions.placing import in_place
from footage.errors import Conflict


def stranger(path: Path) -> None:
    """A picture whose own metadata names a person and a place."""
    exif = Image.Exif()
    exif[0x013B] = "Sgt Olena Petrenko"
    exif[0x010E] = "Inside the bunker at Orikhiv"
    Image.effect_noise((320, 200), 60).convert("RGB").save(path, exif=exif.tobytes())


def test_what_a_file_says_of_itself_goes_out_only_when_a_person_took_it_up(
    footage: Footage, library: Path
) -> None:
    stranger(library / "still.jpg")
    footage("add still.jpg --undated --shows 'Smoke rises' --source 92ombr --released 2023-03-24")
    shown = footage("show 1 --json").document
    assert shown["stated"]["file"]["creator"] == "Sgt Olena Petrenko"
    assert "creator (the file says)" in footage("show 1").out
    footage("export 1 --to out")
    told = b"".join(path.read_bytes() for path in (library / "out").rglob("*") if path.is_file())
    assert b"Petrenko" not in told and b"Orikhiv" not in told
    footage("set 1 --take creator")
    footage("export 1 --to again")
    assert exiftool.read(library / "again" / "still.jpg")["XMP-dc:Creator"] == ["Sgt Olena Petrenko"]
    told = b"".join(path.read_bytes() for path in (library / "again").rglob("*") if path.is_file())
    assert b"Orikhiv" not in told


def test_taking_up_all_can_be_undone(footage: Footage, library: Path) -> None:
    stranger(library / "still.jpg")
    footage("add still.jpg --undated")
    footage("set 1 --take all")
    assert footage("show 1 --json").document["stated"]["person"]["shows"] == "Inside the bunker at Orikhiv"
    footage("undo")
    assert footage("show 1 --json").document["stated"]["person"] == {"undated": True}
    assert "no fact 'crator'" in footage("set 1 --take crator", code=2).err


def test_a_package_whose_event_fails_is_taken_away_again(tmp_path: Path) -> None:
    stage, destination = tmp_path / "stage", tmp_path / "out"
    stage.mkdir()
    (stage / "index.html").write_text("made")
    with pytest.raises(RuntimeError, match="the disk is full"), in_place(stage, destination) as put:
        put()
        assert (destination / "index.html").is_file()
        raise RuntimeError("the disk is full")
    assert not destination.exists()
    destination.mkdir()
    (destination / "theirs").write_text("theirs")
    with pytest.raises(Conflict), in_place(stage, destination) as put:
        put()
    assert (destination / "theirs").read_text() == "theirs"


@pytest.mark.usefixtures("desk")
def test_a_dry_export_makes_nothing_and_knows_what_finishing_would_do(
    footage: Footage, tmp_path: Path
) -> None:
    footage("flag 2 --reason privacy --region 10%,10%,20%,20%")
    said = footage("--json", "export", "2", "--to", tmp_path / "x" / "y", "--dry-run", code=4).document
    (held,) = said["error"]["clearances"]
    assert [obstacle["hint"] for obstacle in held["obstacles"]] == ["footage blur 2"]
    done = footage("--json", "export", "2", "--to", tmp_path / "x" / "y", "--dry-run", "--finish").document
    assert [file["role"] for file in done["files"]] == ["media"]
    assert not (tmp_path / "x").exists()


@pytest.mark.usefixtures("desk")
def test_a_sheet_overwrites_a_sheet_and_nothing_else(footage: Footage, tmp_path: Path) -> None:
    card = tmp_path / "card.mp4"
    card.write_bytes(b"evidence")
    footage("sheet", "1", "--to", card, code=7)
    assert card.read_bytes() == b"evidence"
    page = tmp_path / "sheet.html"
    footage("sheet", "1", "--to", page)
    footage("sheet", "2", "--to", page)
    original = next(Path("vault/originals").glob("*/*"))
    before = original.read_bytes()
    footage("sheet", "1", "--to", original, code=7)
    assert original.read_bytes() == before


@pytest.mark.usefixtures("desk")
def test_a_mask_is_not_offered_for_words(footage: Footage) -> None:
    footage("flag 1 --reason language")
    assert "the words would stay" in footage("blur 1", code=4).err


@pytest.mark.usefixtures("desk")
def test_a_change_that_changes_nothing_leaves_no_event(footage: Footage) -> None:
    footage("set 1 --city Bakhmut")
    before = len(footage("history --json").document)
    assert footage("set 1 --city Bakhmut").out == "changed: nothing\n"
    assert len(footage("history --json").document) == before

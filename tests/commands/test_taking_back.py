"""``add`` takes back what lies beside footage: a package's own sidecars, a stranger's, and spoiled ones."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from doors import Footage
from footage.formats.newsml import write_newsml
from footage.formats.ninjs import write_ninjs
from footage.formats.xmp import write_xmp
from footage.model.publication import Publication
from publications import EXAMPLE

CREDIT = "@92OMBr/Newsflash"


def proposed(footage: Footage, number: int = 1) -> dict[str, object]:
    """What the file proposes of itself."""
    found: dict[str, object] = footage(f"show {number} --json").document["stated"]["file"]
    return found


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A still that says nothing."""
    path = tmp_path / "in" / "a.png"
    path.parent.mkdir()
    Image.new("RGB", (64, 48), (9, 60, 30)).save(path)
    return path


@pytest.mark.usefixtures("desk")
def test_a_package_of_ours_tells_another_desk_its_facts(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = ("--embargo", "2020-03-25 06:00 Europe/Kyiv", "--statement", "We go on.", "--rights", "No sale")
    footage("set", "1", "2", *facts, "--event", "A battle", "--alt", "Smoke", "--state", "Donetsk Oblast")
    footage("export 1 2 --to ../out --profile master")
    footage("init ../other --agency Other")
    monkeypatch.chdir(tmp_path / "other")
    monkeypatch.delenv("FOOTAGE_LIBRARY", raising=False)
    footage("add ../out/clip.mp4 ../out/still.jpg")
    for number in (1, 2):
        said = proposed(footage, number)
        assert str(said["shows"]).endswith("(@92OMBr/Newsflash)")
        assert said["credit"] == CREDIT
        assert said["released"] == "2023-03-24"
        assert said["undated"] is True
        assert said["embargo"] == "2020-03-25 06:00 Europe/Kyiv"
        assert (said["country"], said["place"]) == ("Ukraine", "Bakhmut direction")
        assert (said["statement"], said["event"], said["alt"]) == ("We go on.", "A battle", "Smoke")
        assert said["state"] == "Donetsk Oblast" and "No sale" in str(said["rights"])
        note = str(said["note"]).splitlines()
        assert "Story: bakhmut" in note
        assert [line for line in note if line.startswith("Source: 92nd Ivan Sirko ")]
        stated = footage(f"show {number} --json").document["stated"]
        assert stated["person"] == {}


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("kind", ["ninjs.json", "newsml.xml"])
def test_a_news_item_beside_a_file_is_its_proposal(footage: Footage, picture: Path, kind: str) -> None:
    write = {"ninjs.json": write_ninjs, "newsml.xml": write_newsml}[kind]
    picture.with_name(f"a.{kind}").write_bytes(write(EXAMPLE))
    footage("add", picture)
    said = proposed(footage)
    assert (said["shows"], said["credit"]) == (EXAMPLE.caption, CREDIT)
    assert said["shot"] == "2023-03-23 12:01:30 Europe/Kyiv"
    assert said["embargo"] == "2023-03-25 06:00 Europe/Kyiv" and said["expires"] == "2023-04-07"
    assert footage("show 1 --json").document["stated"]["person"] == {}


@pytest.mark.usefixtures("library")
def test_xmp_counts_before_ninjs_and_ninjs_before_newsml(footage: Footage, picture: Path) -> None:
    beside: tuple[tuple[str, Callable[[Publication], bytes], dict[str, Any]], ...] = (
        ("png.xmp", write_xmp, {"city": "Lviv", "headline": "", "job": ""}),
        ("xmp", write_xmp, {"city": "Odesa"}),
        ("ninjs.json", write_ninjs, {"city": "Kyiv", "headline": "From ninjs", "job": ""}),
        ("newsml.xml", write_newsml, {"headline": "From NewsML-G2", "job": "7"}),
    )
    for ending, write, changes in beside:
        picture.with_name(f"a.{ending}").write_bytes(write(replace(EXAMPLE, **changes)))
    footage("add", picture)
    said = proposed(footage)
    assert (said["city"], said["headline"], said["job"]) == ("Lviv", "From ninjs", "7")
    assert str(said["note"]).count("No archiving.") == 1


@pytest.mark.usefixtures("library")
def test_a_folder_is_added_without_its_sidecars(footage: Footage, picture: Path) -> None:
    folder = picture.parent
    shutil.copy(picture, folder / "b.c.png")
    with (folder / "b.c.png").open("ab") as file:
        file.write(b"!")
    for name in (
        "a.ninjs.json",
        "a.newsml.xml",
        "a.png.xmp",
        "a.xmp",
        "a.caption.txt",
        "b.c.vtt",
        "b.c.uk.vtt",
    ):
        (folder / name).write_text("x")
    (folder / "c.vtt").write_text("x")
    (folder / "README").write_text("x")
    said = footage("add", folder, "--json", code=5).document
    assert [(Path(item["path"]).name, item["verdict"]) for item in said] == [
        ("README", "refused"),
        ("a.png", "added"),
        ("b.c.png", "added"),
        ("c.vtt", "refused"),
    ]


@pytest.mark.usefixtures("library")
def test_spoiled_sidecars_are_notes_and_the_file_is_added(footage: Footage, picture: Path) -> None:
    elsewhere = picture.with_name("elsewhere.json")
    elsewhere.write_bytes(write_ninjs(EXAMPLE))
    picture.with_name("a.ninjs.json").symlink_to(elsewhere)
    picture.with_name("a.newsml.xml").write_bytes(
        b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"
    )
    os.mkfifo(picture.with_name("a.png.xmp"))
    picture.with_name("a.xmp").write_bytes(b"<x" * 10)
    footage("add", picture)
    said = proposed(footage)
    assert [*said] == ["note"]
    notes = str(said["note"]).splitlines()
    assert [note.split(":")[0] for note in notes] == [
        "the sidecar a.png.xmp was not read",
        "the file's XMP cannot be read",
        "the sidecar a.ninjs.json was not read",
        "the NewsML-G2 beside it cannot be read",
    ]


@pytest.mark.usefixtures("library")
def test_a_large_sidecar_is_a_note(footage: Footage, picture: Path) -> None:
    picture.with_name("a.ninjs.json").write_bytes(b" " * (5 << 20) + json.dumps({"by": "x"}).encode())
    footage("add", picture)
    assert proposed(footage) == {"note": "the ninjs beside it is not read: it is larger than 4 MiB"}

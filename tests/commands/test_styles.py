"""House styles at the command line: the program's, a library's own, and what the sub-editor says."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from doors import Footage
from subjects import CAPTION, STYLES

SHELF = files("footage") / "styles"
NAMES = [style.name for style in STYLES]


@pytest.fixture
def own(desk: Path) -> Path:
    """A library's own style, which looks like newsflash and says so in its credit."""
    text = (SHELF / "newsflash.toml").read_text("utf-8")
    text = text.replace('title = "Newsflash"', 'title = "Our own"')
    text = text.replace('frame = "({credit})"', 'frame = "({credit} – ours)"')
    (desk / "styles").mkdir()
    (desk / "styles" / "house.toml").write_text(text, "utf-8")
    return desk / "styles" / "house.toml"


# which there are


def test_styles_are_listed_with_where_they_come_from(footage: Footage, own: Path) -> None:
    listed = {style["style"]: style for style in footage("style list --json").document}
    assert set(listed) == {*NAMES, "house"}
    assert listed["house"] == {
        "style": "house", "title": "Our own", "path": str(own), "default": False, "flaw": None,
    }  # fmt: skip
    assert listed["newsflash"]["default"] and listed["newsflash"]["path"] is None
    said = footage("style list").out
    assert f"house\tOur own\t{own}\t\n" in said
    assert "newsflash\tNewsflash\tcomes with the program\tthis library's\n" in said


def test_styles_are_listed_where_there_is_no_library(footage: Footage) -> None:
    assert [style["style"] for style in footage("style list --json").document] == sorted(NAMES)
    assert not any(style["default"] for style in footage("style list --json").document)


def test_a_style_that_cannot_be_read_does_not_hide_the_others(footage: Footage, own: Path) -> None:
    own.write_text("title = ", "utf-8")
    listed = {style["style"]: style for style in footage("style list --json").document}
    assert listed["house"]["title"] is None and "cannot be read" in listed["house"]["flaw"]
    assert listed["ap"]["title"] == "AP layout"
    said = footage("caption 1 --style house", code=2).err
    assert "the style house cannot be read" in said and str(own) in said
    assert footage("caption 1").out == f"{CAPTION}\n"


# what they do


@pytest.mark.parametrize("name", NAMES)
def test_a_style_is_shown_by_captions_of_every_kind(footage: Footage, name: str) -> None:
    shown = footage(f"style show {name} --json").document
    texts = {example["kind"]: example["text"] for example in shown["examples"]}
    assert shown["style"] == name and len(texts) > 15
    assert all("Newsflash" in text for text in texts.values())
    assert all(text in footage(f"style show {name}").out for text in texts.values())
    assert "undated" in texts["video handout, undated"] and "Olha Kovalenko" in texts["eyewitness"]
    assert not any(example["findings"] for example in shown["examples"])


def test_a_style_is_shown_in_the_librarys_name(footage: Footage) -> None:
    footage("init other --agency 'Desk One' --style reuters")
    assert "92nd OMBr/Handout via Desk One" in footage("--library other style show").out
    assert "reuters" in footage("--library other style show").out


def test_an_unknown_style_is_not_found(footage: Footage) -> None:
    error = footage("style show reutres --json", code=3).document["error"]
    assert error["kind"] == "not-found" and "did you mean reuters?" in error["hint"]


# a library's own


def test_a_librarys_own_style_words_captions_exports_and_listings(
    footage: Footage, own: Path, tmp_path: Path
) -> None:
    ours = CAPTION.replace("/Newsflash)", "/Newsflash – ours)")
    assert footage("caption 1 --style house").out == f"{ours}\n"
    footage("caption 1 --style house --check")
    footage(f"export 1 --to {tmp_path}/out --style house")
    assert (tmp_path / "out" / "clip.caption.txt").read_text("utf-8") == f"{ours}\n"
    settings = own.parents[1] / "footage.toml"
    settings.write_text(settings.read_text("utf-8").replace('"newsflash"', '"house"'), "utf-8")
    assert footage("caption 1").out == f"{ours}\n"
    assert footage("find --json").document[-1]["caption"] == ours
    assert footage("show 1 --json").document["caption"] == ours
    footage("ready 1")
    assert footage("style show").out.startswith("house: Our own\n")


def test_a_librarys_own_style_comes_before_the_programs(footage: Footage, own: Path) -> None:
    own.rename(own.with_name("newsflash.toml"))
    assert footage("caption 1").out == CAPTION.replace("/Newsflash)", "/Newsflash – ours)") + "\n"
    assert len(footage("style list --json").document) == len(NAMES)


# checking one


def test_a_style_that_holds_together_is_shown(footage: Footage, own: Path) -> None:
    said = footage(f"style check {own}")
    assert "holds together" in said.err and said.out.startswith("house: Our own\n")
    assert footage(f"style check {own} --json").document["style"] == "house"


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"title = 3\n", "lacks the key 'dates'", "newsflash"),
        (b"titel = 'x'\n", "does not know the key 'titel'", "did you mean title?"),
        (b"title = \n", "cannot be read: Invalid value", "mend"),
        (b"title = '\xff'\n", "cannot be read: 'utf-8' codec", "mend"),
        (b"a = " + b"[" * 100_000, "nested too deeply", "mend"),
        (b"#" * 300_000, "larger than 256 KiB", "mend"),
    ],
)
def test_a_flaw_is_said_with_its_key(
    footage: Footage, tmp_path: Path, content: bytes, message: str, hint: str
) -> None:
    file = tmp_path / "house.toml"
    file.write_bytes(content)
    error = footage(f"style check {file} --json", code=2).document["error"]
    assert message in error["message"] and hint in error["hint"]


def test_a_file_that_is_not_there_is_not_found(footage: Footage, tmp_path: Path) -> None:
    footage(f"style check {tmp_path}/nothing.toml", code=3)
    footage(f"style check {tmp_path}", code=3)


# the sub-editor


@pytest.mark.usefixtures("desk")
def test_check_prints_a_meter_and_where_each_finding_stands(footage: Footage) -> None:
    said = footage("caption 1 --check")
    assert said.out == f"{CAPTION}\n"
    assert said.err == f"1: nothing to mend\n1: caption {len(CAPTION)} of 2000 bytes, credit 17 of 32\n"
    text = CAPTION.replace("Friday", "Thursday").replace("Russian", "the the Russian")
    footage("caption", "1", "--write", text)
    said = footage("caption 1 --check", code=4)
    at = text.index("Thursday")
    assert (
        "1: contradiction: wrong-weekday: 'Thursday, Mar. 24, 2023' names the wrong weekday: 2023-03-24 is a"
        f" Friday, not a Thursday (characters {at} to {at + 23}) -> Friday, Mar. 24, 2023\n"
    ) in said.err
    (document,) = footage("caption 1 --check --json", code=4).document
    wrong, doubled = document["findings"]
    assert (wrong["span"], wrong["words"]) == ([at, at + 23], "Thursday, Mar. 24, 2023")
    assert (doubled["rule"], doubled["words"], doubled["proposal"]) == ("doubled-word", "the the", "the")
    assert document["bytes"] == {
        "caption": len(text), "caption_limit": 2000, "credit": 17, "credit_limit": 32,
    }  # fmt: skip


@pytest.mark.usefixtures("desk")
def test_the_wording_follows_what_was_checked_while_the_fact_stands(footage: Footage) -> None:
    footage("checked 1 place --how 'road signs'")
    footage("checked 1 date --not")
    told = "The location was verified by road signs; the date could not be independently verified."
    assert footage("caption 1").out == CAPTION.replace(" (@", f" {told} (@") + "\n"
    wire = "Location verified by road signs; date not independently verified."
    assert wire in footage("caption 1 --style reuters").out
    assert told not in footage("caption 2").out
    footage("caption", "1", "--write", CAPTION.replace(" (@", " The date was verified. (@"))
    assert "stronger-claim" in footage("caption 1 --check", code=4).err
    footage("caption", "1", "--write", "")
    footage("set 1 --place 'Chasiv Yar'")
    told = "The date could not be independently verified."
    assert footage("caption 1").out == (
        CAPTION.replace("Bakhmut direction", "Chasiv Yar").replace(" (@", f" {told} (@") + "\n"
    )


@pytest.mark.usefixtures("desk")
def test_what_was_found_contradicted_holds_an_asset_back(footage: Footage) -> None:
    footage("checked 1 place --contradicted --how 'satellite pictures'")
    assert "contradicted-claim" in footage("caption 1 --check", code=4).err
    (judged,) = footage("ready 1 --json", code=4).document
    assert "caption-contradiction" in [obstacle["kind"] for obstacle in judged["obstacles"]]
    footage("set 1 --place 'Chasiv Yar'")
    footage("ready 1")


@pytest.mark.usefixtures("desk")
def test_masks_of_the_source_are_told_with_their_times(footage: Footage) -> None:
    footage("flag 1 0:00 0:01 --reason death --treatment fill --by-source")
    one = "Parts of the footage were released blacked out, apparently because they were too graphic."
    assert footage("caption 1").out == CAPTION.replace(" (@", f" {one} (@") + "\n"
    footage("flag 1 0:01 0:02 --reason minor --treatment blur --by-source")
    two = (
        "Parts of the footage from 0:00 to 0:01 were released blacked out, apparently because they were too"
        " graphic. Parts of the footage from 0:01 to 0:02 were released blurred, apparently to protect a"
        " minor."
    )
    assert footage("caption 1").out == CAPTION.replace(" (@", f" {two} (@") + "\n"


@pytest.mark.usefixtures("desk")
def test_nothing_is_released_before_its_story_happened(footage: Footage) -> None:
    footage("story set bakhmut --shot 2023-03-25")
    (said,) = footage("caption 1 --check --json").document
    assert [finding["rule"] for finding in said["findings"]] == ["before-event"]


@pytest.mark.usefixtures("desk")
def test_help_names_no_style_that_is_not_there(footage: Footage) -> None:
    assert "footage style list" in footage("caption --help").out
    assert json.loads(footage("caption 1 --style nothing --json", code=3).out)["error"]["kind"] == "not-found"


# reading back


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("desk")
def test_a_caption_of_any_style_is_read_back(footage: Footage, tmp_path: Path, name: str) -> None:
    text = footage(f"caption 1 --style {name}").out.strip()
    read = footage("caption", "1", "--style", name, "--read", text, "--json").document
    assert (read["exact"], read["changed"]) == (True, None)
    for field in ("shows", "place", "country", "undated", "released", "source"):
        assert read["facts"][field] == footage("show 1 --json").document["facts"][field]
    file = tmp_path / "caption.txt"
    file.write_text(text, "utf-8")
    assert footage(f"caption 1 --style {name} --read {file} --json").document["facts"] == read["facts"]


@pytest.mark.usefixtures("desk")
def test_what_was_read_is_stated_when_it_is_accepted(footage: Footage) -> None:
    footage("set 2 --unset shows --unset place --unset source")
    still = CAPTION.replace("undated footage", "an undated image").replace("The footage", "The image")
    assert "add --accept" in footage("caption", "2", "--read", still).err
    footage("caption", "2", "--read", still, "--accept", "--dry-run")
    footage("caption 2", code=4)
    footage("caption", "2", "--read", still, "--accept")
    assert footage("caption 2").out == f"{still}\n"
    footage("undo")
    footage("caption 2", code=4)
    footage("caption 2 --accept", code=2)
    footage("caption 2 --read x --check", code=2)

"""One story from its first fact to its published words: every sentence as the desk prints it, to the letter.

The same sentences come out of facts that were typed, and of facts that a story's own text gave.
"""

import html
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

import clips
from doors import BRIGADE, FACTS, Footage, settle, type_in
from subjects import CAPTION

GROUND = (
    "source add gf --name 'Ground Forces of the Armed Forces of Ukraine' "
    "--in-caption 'the Ground Forces' --kind military"
)
STATEMENT = "The 92nd brigade continues the fight."
OBTAINED = (
    "The images were obtained from the 92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of "
    "Ukraine on Friday, on 24th March, along with a statement saying: “The 92nd brigade continues the fight.”"
)
RELAYED = "The images and statement were also relayed by the Ground Forces of the Armed Forces of Ukraine."
WAR_DAY = "Today marks the 394th day of the full-scale war."
COUNTED = "Today marks the {days since 2022-02-24, ordinal} day of the full-scale war."
BLACKED_OUT = "blacked out, apparently because they were too graphic"
IN_A_STORY = f"Some of the pictures are {BLACKED_OUT}."
DISCLOSED = f"Parts of the footage were released {BLACKED_OUT}."
CREDIT = "(@92OMBr/Newsflash)"
STRAY = CAPTION.replace(CREDIT, "(@92OMBr/Newsflash )").replace(" in Ukraine", "  in Ukraine")
HEADLINE = "Ukrainian Fighters Destroy Russian Military Positions Near Bakhmut"
STORY = f"""{HEADLINE}

{STRAY}

  {IN_A_STORY}

{OBTAINED.replace("Ukraine on", "Ukraine  on")}

{RELAYED}\x20

{WAR_DAY}

{CAPTION}
"""


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``clip.mp4`` of ten seconds (five frames each), ``still.jpg``, ``story.txt``; 160 x 90."""
    folder = tmp_path_factory.mktemp("card")
    clips.make(folder / "clip.mp4", frames=50, rate=5, size=(160, 90))
    Image.fromarray(clips.draw(7, (160, 90))).save(folder / "still.jpg", quality=95)
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    return folder


def type_the_facts(footage: Footage, card: Path) -> None:
    """Every fact typed by a person."""
    footage(BRIGADE)
    footage(GROUND)
    footage(f"add {card}/clip.mp4 {card}/still.jpg {FACTS} --headline '{HEADLINE}'")
    footage(f"set 1,2 --statement '{STATEMENT}' --relayed-by gf")
    footage("text", "add", "war-day", COUNTED)


def read_the_story(footage: Footage, card: Path) -> None:
    """Nothing typed but what ``story read`` proposes."""
    read = footage("story", "read", card / "story.txt", "--accept", "--story", "bakhmut", "--json").document
    footage(f"add {card}/clip.mp4 {card}/still.jpg --story bakhmut")
    (paragraph,) = read["standing"]
    footage("text", "add", "war-day", paragraph["text"])


@pytest.fixture(scope="module", params=[type_the_facts, read_the_story], ids=["typed", "read"])
def _catalogued(request: pytest.FixtureRequest, card: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of each way to the same facts."""
    folder = tmp_path_factory.mktemp("catalogued")
    catalogue: Callable[[Footage, Path], None] = request.param
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("init nf --agency Newsflash --style newsflash")
        monkeypatch.chdir(folder / "nf")
        catalogue(type_in, card)
    return folder / "nf"


@pytest.fixture
def told(_catalogued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with the story's clip (1) and still (2); the test stands in it."""
    shutil.copytree(_catalogued, tmp_path / "nf")
    monkeypatch.chdir(tmp_path / "nf")
    return tmp_path / "nf"


def caption(footage: Footage, number: int) -> str:
    return footage(f"caption {number}").out


@pytest.mark.usefixtures("told")
def test_the_sentences_come_out_of_the_facts_to_the_letter(footage: Footage) -> None:
    assert caption(footage, 1) == CAPTION + "\n"
    assert footage("provenance 1").out == f"{OBTAINED}\n{RELAYED}\n"
    assert footage("text show war-day --on 2023-03-24").out == WAR_DAY + "\n"
    of_still = CAPTION.replace("undated footage", "an undated image").replace("footage", "image")
    assert caption(footage, 2) == of_still + "\n"
    (checked,) = footage("caption 1 --check --json").document
    assert checked["text"] == CAPTION
    assert "contradiction" not in [one["weight"] for one in checked["findings"]]


@pytest.mark.usefixtures("told")
def test_what_came_blacked_out_is_said_with_a_reason_that_is_only_apparent(footage: Footage) -> None:
    footage("flag 1 0:01 0:03 --reason death --by-source --treatment fill")
    assert caption(footage, 1) == CAPTION.replace(CREDIT, f"{DISCLOSED} {CREDIT}") + "\n"
    footage("flag 1 0:06 0:08 --reason privacy --by-source --treatment blur")
    assert caption(footage, 1) == (
        CAPTION.replace(
            CREDIT,
            f"Parts of the footage from 0:01 to 0:03 were released {BLACKED_OUT}. Parts of the footage from "
            f"0:06 to 0:08 were released blurred, apparently to protect privacy. {CREDIT}",
        )
        + "\n"
    )
    footage("flag 2 --reason death --by-source --treatment fill")
    assert DISCLOSED.replace("footage", "image") in caption(footage, 2)
    assert {one["state"] for one in footage("flags --json").document} == {"source"}
    footage("ready 1,2")


@pytest.mark.usefixtures("told")
def test_what_we_blacked_out_is_not_said_to_have_come_so(footage: Footage) -> None:
    footage("flag 2 --reason death --region 40%,40%,20%,20% --treatment fill")
    footage("blur 2")
    assert "blacked out" not in caption(footage, 2) and "apparently" not in caption(footage, 2)


def test_every_file_of_the_package_says_it_in_the_same_words(
    footage: Footage, told: Path, tmp_path: Path
) -> None:
    footage("flag 1 0:01 0:03 --reason death --by-source --treatment fill")
    footage("export 1 --to ../out --for 'A client'")
    wanted = CAPTION.replace(CREDIT, f"{DISCLOSED} {CREDIT}")
    out = tmp_path / "out"
    assert (out / "clip.caption.txt").read_text("utf-8") == wanted + "\n"
    item: Any = json.loads((out / "clip.ninjs.json").read_bytes())
    assert wanted in [one["value"] for one in item["descriptions"] if one["role"] == "caption"]
    for name in ("clip.newsml.xml", "clip.mp4.xmp"):
        assert wanted in [part.text for part in ElementTree.parse(out / name).iter()], name
    assert wanted.encode() in (out / "clip.mp4").read_bytes()
    assert wanted in html.unescape((out / "index.html").read_text("utf-8"))
    assert footage("sent 1 --json").document[0]["caption"] == wanted
    assert told.is_dir() and footage("verify --json").document["sound"] is True


@pytest.mark.usefixtures("library")
def test_the_storys_text_is_understood(footage: Footage, card: Path) -> None:
    read = footage("story", "read", card / "story.txt", "--json").document
    (only,) = read["captions"]
    assert (only["text"], only["kind"]) == (STRAY.replace("  ", " "), "video")
    assert "line 13: the caption of line 3 again" in read["remarks"]
    (mask,) = read["masks"]
    assert mask == {
        "line": 5, "words": IN_A_STORY, "treatment": "fill", "reasons": ["death"], "partial": True,
    }  # fmt: skip
    assert [one["text"] for one in read["standing"]] == [COUNTED]
    facts = read["facts"]
    assert (facts["headline"], facts["place"]) == (HEADLINE, "Bakhmut direction")
    assert (facts["statement"], facts["source"]) == (STATEMENT, "92ombr")
    assert facts["undated"] is True and facts["released"] == "2023-03-24"


def test_the_remark_on_masks_is_a_command_that_says_them(footage: Footage, library: Path, card: Path) -> None:
    assert library.is_dir()
    footage(f"add {card}/clip.mp4 {FACTS}")
    remarks = footage("story", "read", card / "story.txt").err.splitlines()
    (command,) = (
        line.partition("masked: ")[2] for line in remarks if line.startswith("line 5: say which ones")
    )
    footage(command.replace("ASSET", "1 0:01 0:03"))
    assert BLACKED_OUT in caption(footage, 1)


def test_the_published_caption_in_a_story_gives_its_masks_back(
    footage: Footage, library: Path, card: Path, tmp_path: Path
) -> None:
    published = CAPTION.replace(CREDIT, f"{DISCLOSED} {CREDIT}")
    (tmp_path / "masked.txt").write_text(f"{HEADLINE}\n\n{published}\n", encoding="utf-8")
    footage("story", "read", tmp_path / "masked.txt", "--accept", "--story", "masked")
    facts = footage("story show masked --json").document["facts"]
    assert facts["masked-at-source"] is True and facts["place"] == "Bakhmut direction"
    assert library.is_dir()
    footage(f"add {card}/clip.mp4")
    (proposed,) = [
        line
        for line in footage("caption", "1", "--read", published).err.splitlines()
        if "footage flag" in line
    ]
    assert "--by-source --reason death --treatment fill" in proposed

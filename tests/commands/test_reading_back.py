"""``story read`` and the reading of captions, at the door: proposals first, then a person's consent."""

import io
import sys
from pathlib import Path

import pytest

from desks import rows, state_of
from doors import Footage
from footage.actions.read_caption import caption_text, read_back
from footage.commands._readings import read_back_document, say_read_back
from footage.commands._session import Session
from footage.errors import BadInput, NotFound
from subjects import CAPTION

OBTAINED = (
    "The images were obtained from the 92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of "
    "Ukraine on Friday, on 24th March, along with a statement saying: “The 92nd brigade continues the fight.”"
)
RELAYED = "The images and statement were also relayed by the Ground Forces of the Armed Forces of Ukraine."
STORY = f"""Ukrainian Fighters Destroy Russian Military Positions Near Bakhmut

{CAPTION.replace("OMBr/Newsflash)", "OMBr/Newsflash )")}

{OBTAINED}

{RELAYED}

{CAPTION}
"""
SLUG = "ukrainian-fighters-destroy-russian"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


@pytest.fixture
def bare(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library that knows nobody."""
    footage("init nf")
    monkeypatch.chdir(tmp_path / "nf")
    return tmp_path / "nf"


# story read


def test_reading_an_article_changes_nothing(footage: Footage, bare: Path, article: Path) -> None:
    before = state_of(bare)
    said = footage("story", "read", article)
    assert state_of(bare) == before
    heads, *lines = said.out.splitlines()
    assert heads.split("\t") == ["what", "read", "line", "where it says"]
    told = {line.split("\t")[0]: line.split("\t")[1:3] for line in lines}
    assert told["place"] == ["Bakhmut direction", "3"]
    assert told["relayed-by"] == ["ground-forces", "7"]
    assert "add --accept" in said.err and "both can stand" in said.err


@pytest.mark.usefixtures("bare")
def test_accepting_makes_the_story_and_its_sources_in_one_deed(footage: Footage, article: Path) -> None:
    document = footage("story", "read", article, "--accept", "--json").document
    assert document["story"] == SLUG
    story = footage(f"story show {SLUG} --json").document
    assert story["text"] == f"{OBTAINED}\n\n{RELAYED}", "headline and captions are facts"
    assert story["facts"] == {
        "shows": "Ukrainian fighters destroy Russian military positions",
        "headline": STORY.splitlines()[0],
        "place": "Bakhmut direction",
        "country": "Ukraine",
        "undated": True,
        "released": "2023-03-24",
        "source": "92ombr",
        "statement": "The 92nd brigade continues the fight.",
        "relayed-by": ["ground-forces"],
    }
    sources = {one["key"]: one for one in footage("source list --json").document}
    assert sources["92ombr"]["name"].startswith("92nd Ivan Sirko") and not sources["92ombr"]["stub"]
    assert (sources["92ombr"]["in_caption"], sources["92ombr"]["handle"]) == ("the 92nd OMBr", "@92OMBr")
    assert sources["ground-forces"]["name"] == "Ground Forces of the Armed Forces of Ukraine"
    assert [event["action"] for event in footage("history --json").document].count("story read") == 1


@pytest.mark.usefixtures("bare")
def test_an_asset_of_the_story_gets_the_very_caption(footage: Footage, article: Path, media: Path) -> None:
    footage("story", "read", article, "--accept", "--story", "bakhmut")
    footage(f"add {media}/clip.mp4 --story bakhmut")
    assert footage("caption 1").out.strip() == CAPTION


@pytest.mark.usefixtures("bare")
def test_accepting_can_be_undone(footage: Footage, article: Path) -> None:
    footage("story", "read", article, "--accept")
    footage("undo")
    story = footage(f"story show {SLUG} --json").document
    assert (story["facts"], story["text"]) == ({}, "")


def test_a_dry_run_accepts_nothing(footage: Footage, bare: Path, article: Path) -> None:
    before = state_of(bare)
    said = footage("story", "read", article, "--accept", "--dry-run")
    assert state_of(bare) == before and SLUG in said.out


@pytest.mark.usefixtures("desk")
def test_what_was_stated_of_the_story_stands(footage: Footage, article: Path) -> None:
    footage("story set bakhmut --place 'Soledar direction' --unset country")
    said = footage("story", "read", article, "--accept", "--story", "bakhmut")
    facts = footage("story show bakhmut --json").document["facts"]
    assert (facts["place"], facts["country"]) == ("Soledar direction", "Ukraine")
    assert "what was stated of place before stands" in said.err


@pytest.mark.usefixtures("bare")
def test_a_story_of_the_headlines_slug_is_not_overwritten(footage: Footage, article: Path) -> None:
    footage("story", "read", article, "--accept")
    said = footage("story", "read", article, "--accept", code=7)
    assert f"--story {SLUG}" in said.err
    footage("story", "read", article, "--accept", "--story", SLUG)


@pytest.mark.usefixtures("bare")
def test_without_a_headline_a_slug_is_asked_for(footage: Footage, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(CAPTION, encoding="utf-8")
    assert "--story SLUG" in footage("story", "read", tmp_path / "one.txt", "--accept", code=2).err
    footage("story", "read", tmp_path / "one.txt", "--accept", "--story", "one")


@pytest.mark.usefixtures("bare")
def test_an_article_may_be_piped_in(footage: Footage, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(article.read_bytes())))
    assert footage("story read - --json").document["facts"]["country"] == "Ukraine"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"caf\xe9 at night", "0xe9 in line 1"),
        (b"red \x1b[31m", "U+001B"),
        (b"", "no words"),
        (b"a" * 300_000, "larger than 256 KB"),
    ],
)
@pytest.mark.usefixtures("bare")
def test_what_is_no_text_is_bad_input(footage: Footage, tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    said = footage("story", "read", tmp_path / "bad.txt", "--accept", code=5)
    assert told in said.err and "\x1b" not in said.err


def test_marks_that_turn_text_arrive_exactly_and_are_shown(
    footage: Footage, bare: Path, tmp_path: Path
) -> None:
    text = f"Fighters \u202egpj.exe Hold On\n\nA file \u202egpj.exe was found.\n\n{CAPTION}"
    (tmp_path / "odd.txt").write_text(text, encoding="utf-8")
    said = footage("story", "read", tmp_path / "odd.txt", "--accept", "--story", "odd")
    assert "\\u202e" in said.out and "\u202e" not in said.out
    assert rows(bare, "select text from story") == [("A file \u202egpj.exe was found.",)]


# captions


def session() -> Session:
    return Session(environment={})


def test_reading_a_caption_proposes_and_accepting_states(
    footage: Footage, library: Path, media: Path
) -> None:
    footage(f"add {media}/clip.mp4")
    before = state_of(library)
    with session().library() as opened:
        back = read_back(opened, [1], CAPTION)
    assert state_of(library) == before and back.outcome is None
    assert {one.field for one in back.proposed} == {
        "shows", "place", "country", "undated", "released", "source",
    }  # fmt: skip
    with session().library() as opened:
        back = read_back(opened, [1], CAPTION, accept=True)
    assert back.outcome is not None and back.outcome.numbers == (1,)
    assert footage("caption 1").out.strip() == CAPTION
    assert footage("history --json").document[-1]["action"] == "caption read"
    footage("undo")
    assert footage("show 1 --json").document["facts"] == {}


@pytest.mark.usefixtures("library")
def test_a_persons_word_stands_against_a_caption(footage: Footage, media: Path) -> None:
    footage(f"add {media}/clip.mp4 --place Soledar --shot 2023-03-20")
    with session().library() as opened:
        back = read_back(opened, [1], CAPTION, accept=True)
    assert {one.field for one in back.proposed if one.kept} == {"place", "undated"}
    facts = footage("show 1 --json").document["facts"]
    assert (facts["place"], facts["shot"], facts["country"]) == ("Soledar", "2023-03-20", "Ukraine")
    assert "undated" not in facts


@pytest.mark.usefixtures("bare")
def test_a_source_that_nobody_knows_is_added_as_a_stub(footage: Footage, media: Path) -> None:
    footage(f"add {media}/clip.mp4")
    with session().library() as opened:
        read_back(opened, [1], CAPTION, accept=True)
    (source,) = footage("source list --json").document
    assert (source["handle"], source["in_caption"], source["stub"]) == ("@92OMBr", "the 92nd OMBr", True)
    assert footage("caption 1", code=None).out.strip() == CAPTION


@pytest.mark.usefixtures("desk")
def test_a_caption_of_another_style_is_known(
    footage: Footage,
) -> None:
    caption = footage("caption 1 --style ap").out.strip()
    with session().library() as opened:
        back = read_back(opened, [1], caption)
    assert (back.read.style, back.read.exact) == ("ap", True)
    assert all(one.stated == one.read for one in back.proposed)


@pytest.mark.usefixtures("footage")
@pytest.mark.usefixtures("desk")
def test_a_caption_of_a_clip_on_a_still_is_told() -> None:
    with session().library() as opened:
        assert any("asset 2 is a still" in one for one in read_back(opened, [2], CAPTION).remarks)


def test_the_caption_is_a_text_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "caption.txt").write_text(CAPTION, encoding="utf-8")
    assert caption_text(str(tmp_path / "caption.txt")) == CAPTION == caption_text(CAPTION)
    assert caption_text("x" * 9000) == "x" * 9000
    with pytest.raises(NotFound):
        caption_text("captoin.txt")
    with pytest.raises(BadInput):
        caption_text("a\x1b[2J")
    with pytest.raises(BadInput):
        caption_text("a\udcff")


@pytest.mark.usefixtures("footage")
@pytest.mark.usefixtures("desk")
def test_a_reading_in_words_and_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    with session().library() as opened:
        back = read_back(opened, [1, 2], CAPTION.replace("Bakhmut direction", "Kyiv"))
    say_read_back(session(), back)
    said = capsys.readouterr()
    assert "1\tplace\tKyiv\tBakhmut direction\ta person's word stands" in said.out
    assert "1\tcountry\tUkraine\tthe same" in said.out and "--accept" in said.err
    document = read_back_document(back)
    assert document["facts"]["place"] == "Kyiv" and document["changed"] is None
    assert {one["asset"] for one in document["proposals"]} == {1, 2}

"""Taking footage in, whatever it is called and whatever is wrong with it; finding and naming it again."""

import hashlib
import json
import os
import shutil
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyexiv2
import pytest
from PIL import Image

import clips
from desks import objects, staged, state_of
from doors import BRIGADE, FACTS, Footage, Said, settle, type_in


def picture(path: Path, shade: int = 90) -> Path:
    """A small still that no other shade equals."""
    Image.new("RGB", (64, 48), (shade, 60, 30)).save(path, format="PNG")
    return path


# folders, and what is known already


@pytest.mark.usefixtures("library")
def test_folder_is_taken_in_by_name_and_never_a_library(footage: Footage, tmp_path: Path) -> None:
    card = tmp_path / "card"
    for shade, name in enumerate(("b.png", "a.png", "c/d.png", "c/.hidden.png", ".trash/e.png")):
        (card / name).parent.mkdir(parents=True, exist_ok=True)
        picture(card / name, shade)
    footage("--library", card / "inner", "init")
    picture(card / "inner" / "f.png", 77)
    (card / "a.png.xmp").write_text("<x/>")
    (card / "b.xmp").write_text("<x/>")
    said = footage("add", card, card / "a.png", "--json").document
    assert [Path(item["path"]).relative_to(card).as_posix() for item in said] == ["a.png", "b.png", "c/d.png"]
    assert [(item["verdict"], item["asset"]) for item in said] == [("added", 1), ("added", 2), ("added", 3)]
    said = footage("add", card / "inner", "--json")
    assert said.document == [] and "library" in said.err
    footage("add", card / "missing", code=3)


def test_second_add_names_the_asset(footage: Footage, desk: Path, media: Path) -> None:
    shutil.copy(media / "clip.mp4", desk.parent / "renamed.mp4")
    before = state_of(desk)
    (item,) = footage("add ../renamed.mp4 --city Kyiv --json").document
    assert (item["verdict"], item["asset"]) == ("known", 1)
    assert "clip.mp4" in item["reason"] and "footage set 1" in item["hint"]
    assert item["seen_before"] == []
    assert state_of(desk) == before
    assert "known" in footage("add ../renamed.mp4").out


@pytest.mark.usefixtures("library")
def test_same_bytes_twice_in_one_add(footage: Footage, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png")
    said = footage("add ../a.png ../b.png --json").document
    assert [(item["verdict"], item["asset"]) for item in said] == [("added", 1), ("known", 1)]


def test_original_is_never_touched(footage: Footage, library: Path, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    before = path.read_bytes(), path.stat()
    footage("add ../a.png")
    after = path.stat()
    assert path.read_bytes() == before[0]
    assert (after.st_mtime_ns, after.st_mode, after.st_ino, after.st_nlink) == (
        before[1].st_mtime_ns, before[1].st_mode, before[1].st_ino, 1,
    )  # fmt: skip
    (kept,) = objects(library, "originals")
    assert kept.stat().st_mode & 0o777 == 0o444


# facts


def stated(footage: Footage, number: int = 1) -> dict[str, dict[str, object]]:
    """What each origin says of an asset, and the effective facts under ``facts``."""
    shown = footage(f"show {number} --json").document
    return {**shown["stated"], "facts": shown["facts"]}


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A JPEG that its camera and an agency wrote into."""
    path = tmp_path / "told.jpg"
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = "A bridge at dusk", "Olena Kovalenko"
    exif.get_ifd(0x8769)[0x9003] = "2021:02:03 04:05:06"
    Image.new("RGB", (64, 48), (9, 60, 30)).save(path, exif=exif)
    image = pyexiv2.Image(str(path))
    image.modify_iptc({"Iptc.Application2.City": "Bakhmut", "Iptc.Application2.Headline": "From IIM"})
    image.modify_xmp({"Xmp.photoshop.Headline": "From XMP", "Xmp.dc.subject": ["bridge", "dusk"]})
    image.close()
    return path


@pytest.mark.usefixtures("library")
def test_a_files_own_words_are_proposals(footage: Footage, told: Path) -> None:
    footage("add", told, "--shows", "Soldiers cross a bridge", "--undated")
    said = stated(footage)
    assert said["file"] == {
        "shows": "A bridge at dusk",
        "headline": "From XMP",
        "city": "Bakhmut",
        "shot": "2021-02-03 04:05:06",
        "creator": "Olena Kovalenko",
        "keyword": ["bridge", "dusk"],
    }
    assert said["person"] == {"shows": "Soldiers cross a bridge", "undated": True}
    assert said["facts"]["shows"] == "Soldiers cross a bridge"
    assert said["facts"]["city"] == "Bakhmut"
    assert "shot" not in said["facts"] and said["facts"]["undated"] is True
    assert "undated image" in footage("caption 1").out
    lines = dict(line.split("\t", 1) for line in footage("show 1").out.splitlines() if "\t" in line)
    assert lines["shows (the file says)"] == "A bridge at dusk"


@pytest.mark.usefixtures("library")
def test_a_cameras_date_never_dates(footage: Footage, told: Path) -> None:
    footage("add", told, "--shows", "Soldiers cross a bridge")
    said = footage("caption 1 --json", code=4).document[0]
    assert said["text"] is None and "shot" not in stated(footage)["facts"]
    assert [one["option"] for one in said["lacks"]] == ["--undated"]
    footage("ready 1", code=4)
    footage("set 1 --shot 2021-02-03")
    assert "2021" in footage("caption 1").out


@pytest.mark.usefixtures("library")
def test_sidecar_speaks_before_the_file(footage: Footage, told: Path) -> None:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="{}"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    told.with_name("told.xmp").write_text(packet.format("Kharkiv"))
    footage("add", told)
    assert stated(footage)["file"]["city"] == "Kharkiv"
    second = told.with_name("second.jpg")
    second.write_bytes(told.read_bytes() + b"!")
    told.with_name("second.xmp").write_text(packet.format("Odesa"))
    told.with_name("second.jpg.xmp").write_text(packet.format("Lviv"))
    footage("add", second)
    assert stated(footage, 2)["file"]["city"] == "Lviv"
    third = told.with_name("third.jpg")
    third.write_bytes(told.read_bytes() + b"?")
    told.with_name("third.xmp").symlink_to(told.with_name("told.xmp"))
    footage("add", third)
    assert stated(footage, 3)["file"]["city"] == "Bakhmut"


@pytest.mark.usefixtures("library")
def test_person_wins_over_story_over_file(footage: Footage, told: Path) -> None:
    footage("story add bridge --city Kharkiv --country Ukraine --headline 'The bridge'")
    footage("add", told, "--story", "bridge", "--country", "Georgia")
    facts = stated(footage)["facts"]
    assert (facts["city"], facts["country"], facts["headline"]) == ("Kharkiv", "Georgia", "The bridge")
    footage("story set bridge --headline 'A bridge' --country Poland")
    facts = stated(footage)["facts"]
    assert (facts["country"], facts["headline"]) == ("Georgia", "A bridge")
    footage("set 1 --unset country")
    assert stated(footage)["facts"]["country"] == "Poland"
    footage("set 1 --city Lviv")
    assert stated(footage)["facts"]["city"] == "Lviv"
    assert footage("story show bridge --json").document["assets"] == [1]
    footage("set 1 --unset story")
    assert stated(footage)["facts"]["city"] == "Lviv" and "country" not in stated(footage)["facts"]


@pytest.mark.usefixtures("desk")
def test_unknown_handle_becomes_a_stub_that_holds_back(footage: Footage) -> None:
    footage("set 1 --source @NewUnit")
    found = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert [one["kind"] for one in found] == ["stub-source"]
    footage("source add newunit --name 'A new unit' --in-caption 'a new unit' --handle @NewUnit")
    footage("ready 1")
    assert footage("caption 1").out.rstrip().endswith("(@NewUnit/Newsflash)")


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        ("--source 92omrb", 3, "92ombr"),
        ("--relayed-by nobody", 3, "source"),
        ("--released 2023-02-30", 2, "2023-02-28"),
        ("--shot 2023-13-01", 2, "2023-"),
        ("--embargo '2023-03-24 25:00'", 2, "23:59"),
        ("--released 'some day'", 2, "2023-03-24"),
        ("--released '2023-03-24 10:00 Europe/Kiyv'", 2, "Europe/Kyiv"),
        ("--shot 2023-03-24 --undated", 2, "one of the two"),
        ("--rating 6", 2, ""),
        ("--city ' '", 2, "--unset city"),
        ("--story 'two words'", 2, "bakhmut-2403"),
        ("--sauce 92ombr", 2, ""),
    ],
)
@pytest.mark.parametrize("verb", ["add ../still.jpg", "set 1"])
def test_facts_that_cannot_be_are_refused_with_the_nearest(
    footage: Footage, desk: Path, tmp_path: Path, verb: str, words: str, code: int, hint: str
) -> None:
    picture(tmp_path / "still.jpg")
    before = state_of(desk)
    error = footage(f"{verb} {words} --json", code=code).document["error"]
    assert hint in error["hint"] or hint in error["message"]
    assert error["hint"] and error["message"]
    assert state_of(desk) == before


# what is no footage, and what is damaged


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _link(path: Path) -> None:
    picture(path.with_name("real.png"))
    path.symlink_to("real.png")


def _folder_link(path: Path) -> None:
    path.with_name("real").mkdir()
    picture(path.with_name("real") / "in.png")
    path.symlink_to("real")


def _playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n")


def _concat(path: Path) -> None:
    path.write_text("ffconcat version 1.0\nfile /etc/passwd\n")


def _svg(path: Path) -> None:
    path.write_text(
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'
    )


def _sound(path: Path) -> None:
    clips.sound_only(path)


def _without_moov(path: Path) -> None:
    clips.cut_short(clips.make(path.with_name("whole.mp4"), frames=25), path, 0.6)


def _references(path: Path) -> None:
    """QuickTime that says where its pictures are: in another file."""
    target = b"file:///etc/passwd\0"
    entry = struct.pack("!I4sI", 12 + len(target), b"url ", 0) + target
    path.write_bytes(struct.pack("!I4s", 8 + len(entry), b"moov") + entry)


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty.mp4": (Path.touch, "it is empty"),
    "text.mp4": (lambda path: path.write_text("Just words.\n"), "a text file"),
    "zeros.jpg": (lambda path: path.write_bytes(bytes(5000)), "nothing but zeros"),
    "noise.mov": (lambda path: path.write_bytes(bytes(range(256)) * 40), "no video or still"),
    "drawing.jpg": (_svg, "SVG"),
    "playlist.mp4": (_playlist, "it is a playlist"),
    "concat.mp4": (_concat, "it is a playlist"),
    "pipe.mp4": (_fifo, "is a pipe"),
    "link.png": (_link, "is a link to"),
    "folder": (_folder_link, "is a link to"),
    "sound.mp4": (_sound, "without pictures"),
    "cut.mp4": (_without_moov, ""),
    "reference.mov": (_references, ""),
    "head.png": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n"), ""),
}


@dataclass(frozen=True)
class Batch:
    """What became of all the bad files, added in one go with a good one at each end."""

    library: Path
    said: Said
    items: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    folder = tmp_path_factory.mktemp("batch")
    paths = [folder / name for name in BAD]
    for path in paths:
        BAD[path.name][0](path)
    first, last = picture(folder / "first.png", 200), picture(folder / "last.png", 201)
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("init nf")
        monkeypatch.chdir(folder / "nf")
        said = type_in("add", first, *paths, last, "--json", code=5)
    return Batch(folder / "nf", said, {Path(item["path"]).name: item for item in said.document})


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_footage_is_refused(batch: Batch, name: str) -> None:
    item = batch.items[name]
    assert (item["verdict"], item["asset"]) == ("refused", None)
    assert BAD[name][1] in item["reason"] and len(item["reason"].splitlines()) == 1
    assert name in item["reason"] or name in item["path"]
    assert item["hint"]


def test_other_files_of_the_batch_are_added(
    batch: Batch, footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [item["verdict"] for item in batch.said.document] == ["added", *["refused"] * len(BAD), "added"]
    assert [batch.items[name]["asset"] for name in ("first.png", "last.png")] == [1, 2]
    first, last = (batch.library.parent / name for name in ("first.png", "last.png"))
    kept = {path.read_bytes() for path in objects(batch.library, "originals")}
    assert kept == {first.read_bytes(), last.read_bytes()}
    assert len(objects(batch.library, "renditions")) == 2
    assert staged(batch.library) == []
    monkeypatch.chdir(batch.library)
    assert [asset["number"] for asset in footage("find --json").document] == [2, 1]
    assert len(footage("history --json").document) == 3


@pytest.mark.usefixtures("library")
def test_refusals_are_one_line_each_and_a_hint(footage: Footage, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    _playlist(tmp_path / "list.mp4")
    said = footage("add ../empty.mp4 ../list.mp4", code=5)
    assert said.out == ""
    assert said.err.splitlines() == [
        "../empty.mp4: refused: it is empty",
        "  hint: copy the file again from where it came",
        "../list.mp4: refused: it is a playlist, which only points at other files",
        "  hint: add the media file itself, not what points to it",
    ]


HOSTILE = [
    "%03d;movie=neighbour.mp4.png",
    "-i.png",
    "$(touch evil).png",
    "two\nlines.png",
    "\x1b[2J\x1b]0;title\x07.png",
    os.fsdecode(b"\xff\xfe bytes \x80.png"),
    "Бахмут.png",
    "clip.png\u202e4pm.exe",
    "concat:a|b.png",
    "12",
]


def test_hostile_names_say_nothing_and_do_nothing(footage: Footage, library: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for shade, name in enumerate(HOSTILE):
        picture(tmp_path / "in" / name, shade)
    said = footage("add ../in --undated --shows Smoke --credit X --json").document
    assert [(item["verdict"], item["asset"]) for item in said] == [
        ("added", number) for number in range(1, len(HOSTILE) + 1)
    ]
    shows = [f"show {item['asset']}" for item in said]
    deeds = "add ../in|find|history|verify|set last --city Y|caption last|ready last|sheet last"
    deeds += "|export last --to out"
    for words in (*deeds.split("|"), *shows):
        told = footage(words)
        shown = told.out + told.err
        assert all(sign.isprintable() or sign in "\n\t" for sign in shown), words
        assert "two\nlines" not in shown
        if "export" not in words:
            assert footage(f"{words} --json").document
    files = json.loads((library / "out" / "manifest.json").read_text("utf-8"))["files"]
    stills = [file["path"] for file in files if file["role"] == "still"]
    assert len(set(stills)) == len(HOSTILE) and all(path.isprintable() for path in stills)
    for file in files:
        content = (library / "out" / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.usefixtures("library")
def test_damaged_clip_is_evidence(footage: Footage, tmp_path: Path) -> None:
    whole = clips.make(tmp_path / "whole.mp4", frames=50, gop=5, options=("-movflags", "+faststart"))
    clips.cut_short(whole, tmp_path / "broken.mp4", 0.7)
    (item,) = footage("add ../broken.mp4 --undated --shows 'Smoke rises' --credit X --json").document
    assert (item["verdict"], item["asset"]) == ("damaged", 1)
    assert item["reason"]
    shown = footage("show 1 --json").document
    assert shown["damaged"] == item["reason"]
    assert 0 < shown["duration"] < 2
    assert [asset["number"] for asset in footage("find damaged:yes --json").document] == [1]
    assert "damaged" in footage("find").out
    footage("ready 1")


@pytest.mark.usefixtures("library")
def test_damaged_still_is_evidence(footage: Footage, tmp_path: Path, media: Path) -> None:
    clips.cut_short(media / "still.jpg", tmp_path / "broken.jpg", 0.6)
    (item,) = footage("add ../broken.jpg --json").document
    assert (item["verdict"], item["asset"]) == ("damaged", 1) and item["reason"]


# finding


@pytest.fixture(scope="session")
def _shelf(tmp_path_factory: pytest.TempPathFactory, media: Path) -> Path:
    """A library with a clip, two stills of a story, and one that nobody says anything of."""
    folder = tmp_path_factory.mktemp("shelf")
    for number in range(3):
        picture(folder / f"p{number}.png", number)
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("init nf")
        monkeypatch.chdir(folder / "nf")
        type_in(BRIGADE)
        type_in(f"add {media}/clip.mp4 {FACTS} --keyword artillery --rating 4 --language uk")
        type_in(
            "add ../p0.png --shows 'A dog sleeps' --shot 2022-12-31 --person 'Ivan Sirko' --city Київ "
            "--creator Olena --rights 'No archiving' --masked-at-source --embargo 2999-01-01 --story yard "
            "--url https://t.me/a/1"
        )
        type_in(
            "add ../p1.png --shows 'Two words stand here' --source @other --released 2023-03-01 --story yard"
        )
        type_in("add ../p2.png")
        type_in("flag 1 --reason death")
        type_in("flag 2 --reason privacy --by-source")
    return folder / "nf"


@pytest.fixture
def shelf(_shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library to find in; not to be changed."""
    monkeypatch.chdir(_shelf)
    return _shelf


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("credit:@92OMBr", [1]),
        ("credit:@92ombr/newsflash", [1]),
        ("released:2023-03", [3, 1]),
        ("released:2023-03-24", [1]),
        ("released:..2023-03-10", [3]),
        ("shot:2022", [2]),
        ("kind:video", [1]),
        ("kind:still", [4, 3, 2]),
        ("flagged:open", [1]),
        ("flagged:source", [2]),
        ("flagged:none", [4, 3]),
        ("reason:death", [1]),
        ("story:bakhmut", [1]),
        ("story:YARD", [3, 2]),
        ("duration:1..", [1]),
        ("duration:30..", []),
        ("not:dog", [4, 3, 1]),
        ("not:kind:video", [4, 3, 2]),
        ("'\"two words\"'", [3]),
        ("'\"words two\"'", []),
        ("destroy positions", [1]),
        ("artill", [1]),
        ("keyword:artillery", [1]),
        ("rating:3..", [1]),
        ("language:uk", [1]),
        ("source:92ombr", [1]),
        ("source:other", [3]),
        ("person:sirko", [2]),
        ("city:київ", [2]),
        ("city:Kyiv", [2]),
        ("country:ukraine", [1]),
        ("place:bakhmut", [1]),
        ("undated:yes", [1]),
        ("masked_at_source:yes", [2]),
        ("masked-at-source:yes", [2]),
        ("embargo:any", [2]),
        ("name:p1.png", [3]),
        ("url:t.me", [2]),
        ("creator:olena", [2]),
        ("rights:archiving", [2]),
        ("damaged:no kind:still", [4, 3, 2]),
        ("grabbed:yes", []),
        ("sort:released", [1, 3, 4, 2]),
        ("sort:name kind:still", [2, 3, 4]),
        ("kind:still sort:added:reverse", [2, 3, 4]),
        ("--limit 2", [4, 3]),
        ("--limit 1 kind:video", [1]),
    ],
)
def test_queries(footage: Footage, query: str, numbers: list[int]) -> None:
    assert [asset["number"] for asset in footage(f"find --json {query}").document] == numbers


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("word", ["Київ", "київ", "Ки\u0457в", "Ки\u0456\u0308в", "kyiv", "KYIV"])
def test_kyiv_is_found_however_it_is_written(footage: Footage, word: str) -> None:
    assert [asset["number"] for asset in footage("find", word, "--json").document] == [2]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("stroy:bakhmut", "story"),
        ("kind:vidoe", "video"),
        ("flagged:opne", "open"),
        ("released:2023-02-30", "2023-02-28"),
        ("sort:relesed", "sort:released"),
        ("rating:9", "0 to 5"),
        ("duration:long", "0:12"),
        ("duration:30..10", "10..30"),
    ],
)
def test_query_that_cannot_be_names_the_nearest(footage: Footage, query: str, near: str) -> None:
    error = footage("find", "--json", query, code=2).document["error"]
    assert error["kind"] == "usage"
    assert near in error["message"] + error["hint"]


@pytest.mark.usefixtures("shelf")
def test_find_documents_what_outside_checks_read(footage: Footage) -> None:
    (found,) = footage("find kind:video --json").document
    told = {
        "number": 1,
        "name": "clip.mp4",
        "kind": "video",
        "duration": 2,
        "width": 320,
        "height": 180,
        "credit": "@92OMBr/Newsflash",
        "released": "2023-03-24",
        "story": "bakhmut",
        "damaged": None,
    }
    assert told.items() <= found.items()
    assert found["caption"].startswith("Ukrainian fighters destroy") and len(found["sha256"]) == 64
    unknown = footage("find name:p2.png --json").document[0]
    assert (unknown["credit"], unknown["caption"], unknown["duration"]) == (None, None, None)
    assert "more with --limit" in footage("find --limit 2").err
    assert "more with --limit" not in footage("find").err
    assert footage("find nothingofthekind").out == "nothing found\n"


# naming assets


@pytest.mark.usefixtures("shelf")
def test_words_that_name_assets(footage: Footage) -> None:
    def named(*words: str, code: int = 0) -> list[int]:
        return [item["asset"] for item in footage("caption", *words, "--json", code=code).document]

    sha256 = footage("show 1 --json").document["sha256"]
    assert named("1") == [1]
    assert named("2,1") == [2, 1]
    assert named("2..9", code=4) == [2, 3, 4]
    assert named("1..2,1") == [1, 2]
    assert named("last", code=4) == [4]
    assert named(sha256) == named(_with_letter(sha256)) == [1]
    assert named("clip.mp4") == [1]
    assert named("story:yard shot:any") == [2]
    assert named("story:yard", "clip.mp4", code=4) == [2, 3, 1]
    assert named("1", "2", "1..2") == [1, 2]


def _with_letter(sha256: str) -> str:
    """The shortest start that reads as one: six characters or more, with a letter."""
    return next(sha256[:end] for end in range(6, 65) if any(sign in "abcdef" for sign in sha256[:end]))


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("word", "code", "near"),
    [
        ("9", 3, "the newest asset is 4"),
        ("20..30", 3, "footage find"),
        ("4..1", 2, "1..4"),
        ("clip.mp3", 3, "clip.mp4"),
        ("p2.pmg", 3, "p2.png"),
        ("a1b2", 3, "six characters"),
        ("story:nothing", 3, "footage find"),
        ("stroy:yard", 2, "story"),
    ],
)
def test_words_that_name_nothing(footage: Footage, word: str, code: int, near: str) -> None:
    error = footage("caption", word, "--json", code=code).document["error"]
    assert near in error["message"] + error["hint"]


@pytest.mark.usefixtures("desk")
def test_name_of_several_assets_is_asked_back(footage: Footage, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    picture(tmp_path / "other" / "clip.mp4")
    footage("add ../other")
    error = footage("show clip.mp4 --json", code=3).document["error"]
    assert "1 (clip.mp4), 3 (clip.mp4)" in error["message"] and "1,3" in error["hint"]
    assert "2 assets" in footage("show 1,2", code=2).err


# showing


@pytest.mark.usefixtures("masked_desk")
def test_show_tells_all_that_is_known(footage: Footage) -> None:
    shown = footage("show 1 --json").document
    found = footage("find kind:video --json").document[0]
    assert found.items() <= shown.items()
    assert [stream["kind"] for stream in shown["streams"]] == ["video", "audio"]
    assert shown["shots"][0]["in"] == 0 and shown["shots"][-1]["out"] == 2
    assert Path(shown["shots"][0]["keyframe"]).is_file()
    assert [flag["state"] for flag in shown["flags"]] == ["masked"]
    assert shown["provenance"]["source"] == "92ombr"
    assert {one["purpose"] for one in shown["renditions"]} == {
        "thumbnail", "keyframe", "masked", "masked-thumbnail", "masked-keyframe",
    }  # fmt: skip
    assert all(Path(one["path"]).is_file() for one in shown["renditions"])


@pytest.mark.usefixtures("library")
def test_shots_name_their_keyframes(footage: Footage, tmp_path: Path) -> None:
    first = clips.make(tmp_path / "first.mp4", frames=25)
    second = clips.make(
        tmp_path / "second.mp4", frames=25, drawn=(clips.draw(9, (320, 180))[::-1] for _ in range(25))
    )
    clips.join([(first, 0, 25), (second, 0, 25)], tmp_path / "cut.mp4")
    footage("add ../cut.mp4")
    shots = footage("shots 1 --json").document
    assert [(shot["number"], shot["in"], shot["out"], shot["transition"]) for shot in shots] == [
        (1, 0, 1, "start"), (2, 1, 2, "cut"),
    ]  # fmt: skip
    assert all(Path(shot["keyframe"]).is_file() and shot["description"] is None for shot in shots)
    footage("shots 1 --describe 2 'The other way up'")
    assert footage("shots 1 --json").document[1]["description"] == "The other way up"
    assert (
        footage("shots 1 --describe 3 X --json", code=3).document["error"]["hint"] == "its shots are 1 to 2"
    )


# dry runs


@pytest.mark.parametrize(
    "words",
    [
        "add ../new.png --story fresh --source @fresh",
        "set 1 --city Bakhmut --story fresh --source @fresh",
        "set 1 --unset place",
        "source add new --name New --in-caption 'the new'",
        "source set 92ombr --in-caption 'the 92nd'",
        "story add fresh --city Bakhmut",
        "story set bakhmut --city Bakhmut",
        "shots 1 --describe 1 Text",
        "flag 1 0 1 --reason death",
        "flag --edit 1 --note X",
        "flag 2 --reason death",
        "resolve 1 --dismiss --because 'a mannequin'",
        "resolve 1 --looked",
        "blur 1 --treatment mosaic",
        "grab 1 0:01",
        "caption 1 --write 'My words.'",
        "export 1 --to ../out",
        "sheet 1",
        "discard 2 --because x",
        "discard 2 --because x --purge",
        "undo",
        "repair",
        "backup ../copy",
        "init ../third",
    ],
)
def test_dry_run_changes_nothing(footage: Footage, masked_desk: Path, tmp_path: Path, words: str) -> None:
    picture(tmp_path / "new.png")
    footage("set 2 --city Kyiv")
    (masked_desk / "vault" / "staging" / "work-abandoned").mkdir()
    before, around = state_of(masked_desk), sorted(tmp_path.rglob("*"))
    said = footage(f"{words} --dry-run --json")
    assert said.document is not None
    assert state_of(masked_desk) == before
    assert sorted(tmp_path.rglob("*")) == around
    footage(words)
    assert (state_of(masked_desk), sorted(tmp_path.rglob("*"))) != (before, around)

"""After publication: who was sent what, corrections to all of them, and kills that stay."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from lxml import etree
from PIL import Image

from desks import actions, kinds, rows, state_of
from doors import Footage

CAPTION = (
    "Ukrainian fighters destroy Russian military positions in Bakhmut direction in Ukraine in an undated "
    "image. The image was released by the 92nd OMBr on Friday, Mar. 24, 2023. (@92OMBr/Newsflash)"
)
NOTICE_FILES = {"notice.txt", "notice.html", "notice.json"}


def files(folder: Path) -> set[str]:
    """The files of a folder, by their paths in it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def notice(folder: Path) -> Any:
    """What the machine-readable part of a notice says."""
    return json.loads((folder / "notice.json").read_text("utf-8"))


def said_by(folder: Path, stem: str) -> tuple[Any, ElementTree.Element]:
    """What a notice's ninjs and NewsML-G2 say."""
    ninjs = json.loads((folder / f"{stem}.ninjs.json").read_text("utf-8"))
    return ninjs, ElementTree.fromstring((folder / f"{stem}.newsml.xml").read_bytes())


def last_event(footage: Footage) -> Any:
    """The newest event of the custody log."""
    return footage("history --json").document[-1]


# what went to whom


def test_sent_lists_every_asset_of_every_package(footage: Footage, desk: Path) -> None:
    assert "nothing was sent yet" in footage("sent").out
    assert footage("sent --json").document == []
    footage("export 1,2 --to ../out --for 'AP Desk' --dry-run")
    assert footage("sent --json").document == []
    footage("export 1,2 --to ../out --for 'AP Desk'")
    footage("export 2 --to ../other --profile web --style ap")
    first, second, third = footage("sent --json").document
    assert [(one["asset"], one["for"], one["version"], one["notice"]) for one in (first, second, third)] == [
        (1, "AP Desk", 1, None),
        (2, "AP Desk", 1, None),
        (2, None, 1, None),
    ]
    assert (
        second["caption"] == CAPTION
        and second["credit"] == "@92OMBr/Newsflash"
        and second["name"] == "still.jpg"
    )
    assert Path(first["folder"]) == desk.parent / "out" and Path(third["folder"]) == desk.parent / "other"
    manifest = json.loads((desk.parent / "out" / "manifest.json").read_text())
    assert (first["media"], first["sha256"]) in [(one["path"], one["sha256"]) for one in manifest["files"]]
    assert third["caption"] != second["caption"] and first["followed"] is None and first["killed"] is None
    assert [one["asset"] for one in footage("sent 2 --json").document] == [2, 2]
    heads, *lines = footage("sent").out.splitlines()
    assert heads.split("\t") == ["asset", "what", "for", "at (UTC)", "since", "folder"]
    assert len(lines) == 3 and lines[0].startswith("1\tpackage 1\tAP Desk\t")


def test_record_keeps_to_itself_what_no_package_says(footage: Footage, desk: Path) -> None:
    footage("set 2 --note 'the source asked for money' --rating 5 --person Olena --person Ivan")
    footage("export 2 --to ../out")
    ((record,),) = rows(desk, "SELECT record FROM dispatch")
    stated = json.loads(record)
    assert "money" not in record and "rating" not in stated["facts"]
    assert stated["facts"]["person"] == ["Olena", "Ivan"] and stated["facts"]["undated"] == "yes"
    assert stated["facts"]["source"].startswith("92nd Ivan Sirko")
    assert stated["profile"] == "master" and stated["style"] == "newsflash" and stated["mask"] == ""
    footage("set 2 --note 'paid' --rating 1")
    assert "nothing changed" in footage("correct 2 --because x", code=4).err


def test_refused_export_sent_nothing(footage: Footage, desk: Path) -> None:
    footage("set 2 --unset source")
    footage("export 1,2 --to ../out", code=4)
    assert rows(desk, "SELECT * FROM dispatch") == []


# corrections


def test_correction_goes_to_everyone_who_was_sent_what_changed(footage: Footage, desk: Path) -> None:
    footage("export 1,2 --to ../first --for 'AP Desk'")
    footage("export 2 --to ../again --for 'AP Desk'")
    footage("export 2 --to ../out")
    footage("set 2 --place 'Chasiv Yar'")
    footage("export 2 --to ../late --for Reuters")
    said = footage("correct 1,2 --because 'The place was wrong.' --json").document
    assert said["versions"] == [{"asset": 2, "version": 2}] and said["anew"] == []
    assert said["left_out"] == [{"asset": 1, "why": "nothing changed since it was sent"}]
    assert [(one["for"], one["folder"]) for one in said["notices"]] == [("AP Desk", "AP-Desk"), (None, "out")]
    folder = Path(said["folder"])
    assert folder.parent == desk / "notices" and folder.name.endswith("-correction-2")
    own = {"still.caption.txt", "still.jpg.xmp", "still.ninjs.json", "still.newsml.xml"}
    assert files(folder) >= {f"{to}/{name}" for to in ("AP-Desk", "out") for name in NOTICE_FILES | own}
    told = notice(folder / "AP-Desk")
    assert (told["notice"], told["pubStatus"], told["to"]) == ("correction", "usable", "AP Desk")
    assert told["because"] == "The place was wrong."
    (item,) = told["items"]
    assert [one["folder"] for one in item["packages"]] == ["first", "again"]
    new = CAPTION.replace("in Bakhmut direction", "in Chasiv Yar")
    assert item["differences"] == [
        {"field": "caption", "before": CAPTION, "after": new},
        {"field": "place", "before": "Bakhmut direction", "after": "Chasiv Yar"},
    ]
    assert (item["caption"], item["version"], item["media"]) == (new, 2, "unchanged")
    assert set(item["files"]) | {"notice.txt", "notice.html"} == {one["path"] for one in told["files"]}
    assert (folder / "out" / "still.caption.txt").read_text() == f"{new}\n"
    assert "Chasiv Yar" in (folder / "out" / "still.jpg.xmp").read_text()
    ninjs, newsml = said_by(folder / "out", "still")
    published, _ = said_by(desk.parent / "out", "still")
    assert (ninjs["pubStatus"], ninjs["version"], newsml.get("version")) == ("usable", "2", "2")
    assert ninjs["uri"] == published["uri"] == newsml.get("guid") == item["guid"]
    assert ninjs["edNote"].startswith("CORRECTION: The place was wrong.") and published["version"] == "1"
    assert new in json.dumps(ninjs) and new in "".join(newsml.itertext())
    text = (folder / "out" / "notice.txt").read_text()
    assert text.startswith("CORRECTION from Newsflash\n") and f"\n{new}\n" in text
    assert "it was: Bakhmut direction" in text and "it is:  Chasiv Yar" in text
    assert str(desk.parent) not in text + (folder / "out" / "notice.html").read_text()
    assert footage("verify --json").document["sound"] is True


def test_correction_is_remembered_and_the_next_follows_from_it(footage: Footage, desk: Path) -> None:
    footage("export 2 --to ../out --for A")
    footage("set 2 --place 'Chasiv Yar'")
    footage("correct 2 --because first")
    event = last_event(footage)
    assert (event["action"], event["asset"]) == ("correct", 2)
    assert event["detail"]["because"] == "first" and event["detail"]["told"][0]["for"] == "A"
    package, correction = footage("sent 2 --json").document
    assert package["followed"]["notice"] == "correction" and package["followed"]["version"] == 2
    assert (correction["notice"], correction["version"], correction["followed"]) == ("correction", 2, None)
    assert "\tcorrected\t" in footage("sent").out
    assert "nothing changed since it was sent" in footage("correct 2 --because again", code=4).err
    footage("set 2 --place Kramatorsk")
    said = footage("correct 2 --because second --json").document
    assert said["versions"] == [{"asset": 2, "version": 3}]
    (item,) = said["notices"][0]["items"]
    assert item["differences"][1] == {"field": "place", "before": "Chasiv Yar", "after": "Kramatorsk"}
    assert len(list((desk / "notices").iterdir())) == 2
    footage("export 2 --to ../new --for B")
    assert footage("sent 2 --json").document[-1]["version"] == 3


def test_corrected_wording_and_removed_facts_are_told(footage: Footage, desk: Path) -> None:
    footage("set 2 --rights 'Editorial use only' --city Bakhmut")
    footage("export 2 --to ../out")
    footage("set 2 --unset rights")
    footage("caption", "2", "--write", CAPTION.replace("destroy", "shell"))
    (item,) = footage("correct 2 --because x --json").document["notices"][0]["items"]
    assert [one["field"] for one in item["differences"]] == ["caption", "rights"]
    assert item["differences"][1] == {"field": "rights", "before": "Editorial use only", "after": ""}
    assert "it is:  (nothing)" in next((desk / "notices").rglob("notice.txt")).read_text()


@pytest.mark.usefixtures("desk")
def test_each_receiver_is_told_in_the_style_it_was_sent(footage: Footage) -> None:
    footage("export 2 --to ../ours --for Ours")
    footage("export 2 --to ../ap --for Theirs --style ap")
    footage("set 2 --shows 'Ukrainian fighters repel an attack'")
    notices = footage("correct 2 --because x --json").document["notices"]
    told = {one["for"]: one["items"][0]["caption"] for one in notices}
    assert told["Ours"] == footage("caption 2").out.rstrip("\n")
    assert told["Theirs"] == footage("caption 2 --style ap").out.rstrip("\n") != told["Ours"]


@pytest.mark.usefixtures("desk")
def test_passing_time_corrects_nothing(footage: Footage) -> None:
    fresh, old = datetime(2023, 3, 25, 12, tzinfo=UTC), datetime(2023, 6, 1, 12, tzinfo=UTC)
    footage("export 2 --to ../out --style ap", now=fresh)
    assert footage("caption 2 --style ap", now=fresh).out != footage("caption 2 --style ap", now=old).out
    assert "nothing changed" in footage("correct 2 --because x", code=4, now=old).err
    footage("set 2 --rights 'Editorial use only'")
    (item,) = footage("correct 2 --because x --json", now=old).document["notices"][0]["items"]
    assert [one["field"] for one in item["differences"]] == ["rights"]
    assert "nothing changed" in footage("correct 2 --because x", code=4, now=old).err


def test_new_mask_is_told_and_sent_anew(footage: Footage, masked_desk: Path) -> None:
    footage("export 1 --to ../out --for 'AP Desk'")
    footage("flag 1 f0 f5 --reason privacy --region 1%,20%,9%,9% --treatment fill")
    said = footage("correct 1 --because 'a face was seen'")
    assert "send it anew" in said.out and "footage export 1 --to DIR --for 'AP Desk' --finish" in said.out
    (folder,) = (masked_desk / "notices").glob("*/AP-Desk")
    assert "THE MEDIA HAS CHANGED TOO" in (folder / "notice.txt").read_text()
    told = notice(folder)
    assert (told["pubStatus"], told["items"][0]["pubStatus"]) == ("withheld", "withheld")
    ninjs, newsml = said_by(folder, "clip")
    (status,) = [one for one in newsml.iter() if one.tag.endswith("}pubStatus")]
    assert (ninjs["pubStatus"], status.get("qcode")) == ("withheld", "stat:withheld")
    assert "nothing changed" in footage("correct 1 --because x", code=4).err
    footage("blur 1")
    assert "nothing changed" in footage("correct 1 --because x", code=4).err


@pytest.mark.usefixtures("desk")
def test_embargo_that_was_forgotten_can_be_told(footage: Footage) -> None:
    footage("export 2 --to ../out")
    footage("set 2 --embargo '2999-01-01 06:00 Europe/Kyiv'")
    footage("ready 2", code=4)
    (item,) = footage("correct 2 --because 'the embargo was left out' --json").document["notices"][0]["items"]
    assert [one["field"] for one in item["differences"]] == ["embargo"]


def test_correct_refuses_what_it_cannot_do(footage: Footage, desk: Path) -> None:
    def refused(words: str, code: int = 4) -> str:
        before = state_of(desk)
        said = footage(words, code=code)
        assert state_of(desk) == before
        return said.err

    assert "it was never sent" in refused("correct 2 --because x")
    footage("export 2 --to ../out")
    assert "nothing changed since it was sent" in refused("correct 2 --because x")
    footage("set 2 --unset source")
    said = refused("correct 2 --because x")
    assert "nobody is credited" in said and "hint: footage set 2 --source KEY" in said
    footage("set 2 --source 92ombr --city Bakhmut")
    assert "needs its reason" in refused("correct 2 --because ' '", code=2)
    assert "holds something already" in refused("correct 2 --because x --to ../out", code=7)
    refused("correct 2 --because x --to footage.toml/notice", code=6)
    refused("correct 9 --because x", code=3)
    footage("correct", "2", "--because", "x", "--to", "../told")
    assert files(desk.parent / "told") >= {f"out/{name}" for name in NOTICE_FILES}


@pytest.mark.parametrize("sign", ["\x1b[2J", "\u202e", "\ud800", "\udcff", "\x00", "\x9b"])
@pytest.mark.usefixtures("desk")
def test_reason_in_which_something_hides_is_refused(footage: Footage, sign: str) -> None:
    for verb in ("correct", "kill"):
        assert "cannot be printed" in footage(verb, "2", "--because", f"wrong{sign}", code=2).err


HOSTILE = (
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "</style><img src=x onerror=alert(1)>",
    "--> {{ 7 * 7 }}",
    "Київ “ґ” 東京",
    "x" * 10_000,
)


def test_hostile_words_arrive_and_do_nothing(footage: Footage, desk: Path) -> None:
    hidden = "Bell\x07 \x1b[31mred\x1b[0m \u202egnp"
    reason = " ".join(HOSTILE)
    footage("set", "2", "--headline", f"Head{hidden}", "--person", hidden)
    footage("export 2 --to ../out --for <b>client</b>/../x")
    footage("set", "2", "--headline", f"{HOSTILE[2]}{hidden}", "--person", "Olena")
    footage("caption", "2", "--write", f"{CAPTION} {' '.join(HOSTILE[:5])}")
    said = footage("correct", "2", "--because", reason, code=None)
    assert said.code == 0, said.err
    assert "\x1b" not in said.out + said.err and "\u202e" not in said.out
    (folder,) = next((desk / "notices").iterdir()).iterdir()
    assert re.fullmatch(r"[\w.-]+", folder.name)
    told = notice(folder)
    assert told["because"] == reason and told["to"] == "<b>client</b>/../x"
    changed = {one["field"]: one for one in told["items"][0]["differences"]}
    assert changed["headline"]["before"] == f"Head{hidden}" and changed["person"]["before"] == hidden
    page, text = (folder / "notice.html").read_text("utf-8"), (folder / "notice.txt").read_text("utf-8")
    body = page.partition("</head>")[2]
    assert "<script" not in page and "<img" not in body and "<b>client" not in body and "{{ 7" in body
    for sign in "\x07\x1b\u202e":
        assert sign not in page and sign not in text
    assert HOSTILE[0] in text and HOSTILE[5] in text


def test_hidden_signs_of_a_caption_are_shown(footage: Footage, desk: Path) -> None:
    footage("set", "2", "--shows", "Smoke rises \x1b[2J\u202e<b>")
    footage("export 2 --to ../out")
    footage("kill 2 --because x")
    (folder,) = next((desk / "notices").iterdir()).iterdir()
    assert "\x1b[2J\u202e<b>" in notice(folder)["items"][0]["caption"]
    for name in ("notice.txt", "notice.html"):
        shown = (folder / name).read_text("utf-8")
        assert "\x1b" not in shown and "\u202e" not in shown and "\\x1b[2J\\u202e" in shown


def test_clients_never_share_a_folder(footage: Footage, desk: Path) -> None:
    clients = ["AP Desk", "ap/desk", "../.."]
    for number, client in enumerate(clients):
        footage("export", "2", "--to", f"../out/{number}", "--for", client)
    footage("set 2 --city Bakhmut")
    said = footage("correct 2 --because x --json").document
    names = [one["folder"] for one in said["notices"]]
    assert len({name.casefold() for name in names}) == len(clients)
    assert {path.name for path in Path(said["folder"]).iterdir()} == set(names)
    assert sorted(one.name for one in (desk / "notices").iterdir()) == [Path(said["folder"]).name]


# kills


def test_kill_tells_everyone_and_locks_for_good(footage: Footage, desk: Path) -> None:
    footage("export 2 --to ../out --for 'AP Desk'")
    footage("export 2 --to ../other")
    said = footage("kill 2 --because 'It is older than we said.' --json").document
    folder = Path(said["folder"])
    assert folder.name.endswith("-kill-2") and said["versions"] == [{"asset": 2, "version": 2}]
    told = notice(folder / "AP-Desk")
    assert (told["notice"], told["pubStatus"]) == ("kill", "canceled")
    assert told["items"][0]["caption"] == CAPTION and told["items"][0]["differences"] == []
    ninjs, newsml = said_by(folder / "AP-Desk", "still")
    assert (ninjs["pubStatus"], ninjs["version"]) == ("canceled", "2")
    assert ninjs["edNote"].startswith("MANDATORY KILL: It is older than we said.")
    (status,) = [one for one in newsml.iter() if one.tag.endswith("}pubStatus")]
    assert status.get("qcode") == "stat:canceled"
    text = (folder / "other" / "notice.txt").read_text()
    assert text.startswith("MANDATORY KILL from Newsflash\n") and "It is older than we said." in text
    assert "Do not use" in text and "still.jpg" in text
    (answer,) = footage("ready 2 --json", code=4).document
    assert (
        kinds(answer["obstacles"]) == ["killed"] and "older than we said" in answer["obstacles"][0]["message"]
    )
    for words in ("--to ../no", "--to ../no --finish", "--to ../no --dry-run"):
        assert "it was killed: It is older than we said." in footage(f"export 2 {words}", code=4).out
    footage("set 2 --city Bakhmut")
    assert "was killed" in footage("correct 2 --because x", code=4).err
    assert "was killed already" in footage("kill 2 --because x", code=4).err
    assert not (desk.parent / "no").exists()
    footage("ready 1")
    listed = footage("sent 2 --json").document
    assert {one["killed"] for one in listed} == {"It is older than we said."}
    assert [one["followed"]["notice"] for one in listed if not one["notice"]] == ["kill", "kill"]
    assert footage("verify --json").document["sound"] is True


def test_nothing_takes_back_a_kill_or_a_notice(footage: Footage, desk: Path) -> None:
    footage("set 2 --city Bakhmut")
    footage("export 2 --to ../out")
    footage("set 2 --city Soledar")
    footage("correct 2 --because x")
    footage("kill 2 --because y")
    notices = files(desk / "notices")
    sent = footage("sent --json").document
    refused = footage("undo", code=7).err
    assert "a kill of asset 2 (" in refused and "set of asset 2 (" in refused
    assert "hint: footage undo --past" in refused
    footage("undo --past")
    assert "a kill of asset 2" in footage("undo", code=7).err
    footage("undo --past")
    assert [*actions(footage("history --json").document)][-2:] == ["undo", "undo"]
    assert footage("sent --json").document == sent and files(desk / "notices") == notices
    assert "killed" in kinds(footage("ready 2 --json", code=4).document[0]["obstacles"])
    footage("discard 2 --because gone")
    footage("add", next((desk.parent / "out").glob("still.jpg")), code=None)
    footage("add", footage("history 2 --json").document[0]["detail"]["path"])
    assert "killed" in kinds(footage("ready 2 --json", code=4).document[0]["obstacles"])


def test_unreleased_asset_is_killed_without_a_notice(footage: Footage, desk: Path) -> None:
    said = footage("kill 2 --because 'staged'")
    assert "nobody to tell" in said.out and not (desk / "notices").exists()
    assert last_event(footage)["detail"]["because"] == "staged"
    assert "it was killed: staged" in footage("export 2 --to ../out", code=4).out


@pytest.mark.usefixtures("desk")
def test_discarded_asset_can_still_be_killed(footage: Footage) -> None:
    footage("export 2 --to ../out")
    footage("discard 2 --because old --purge")
    said = footage("kill 2 --because fake --json").document
    assert notice(Path(said["folder"]) / "out")["items"][0]["caption"] == CAPTION


@pytest.mark.usefixtures("desk")
def test_kill_leaves_out_what_was_killed_already(footage: Footage) -> None:
    footage("kill 1 --because first")
    said = footage("kill 1,2 --because second --json").document
    assert [one["asset"] for one in said["versions"]] == [2]
    assert said["left_out"] == [{"asset": 1, "why": "it was killed already: first"}]
    assert "killed: first" in footage("ready 1", code=4).out


def test_kill_names_grabs_copies_and_what_looks_the_same(footage: Footage, desk: Path) -> None:
    card = desk.parent / "card"
    card.mkdir()
    shown = footage("show 1 --json").document["renditions"]
    keyframe = [one["path"] for one in shown if one["purpose"] == "keyframe"][-1]
    with Image.open(keyframe) as picture:
        picture.resize((200, 112)).save(card / "received.png")
    Image.linear_gradient("L").convert("RGB").save(card / "other.png")
    for name, shade in {"Clip (2).png": 9, "clip-3.png": 99}.items():
        Image.new("RGB", (320, 180), (shade, 9, 9)).save(card / name)
    footage("discard 2 --because 'not needed'")
    footage("grab 1 f30")
    footage("add", *(card / name for name in ("received.png", "other.png", "Clip (2).png", "clip-3.png")))
    dry = footage("kill 1,3 --because fake --dry-run --json").document
    assert {one["asset"] for one in dry["related"]} == {4, 6}
    said = footage("kill 1 --because fake --json").document
    assert {one["asset"]: (one["how"], one["of"], one["sent"]) for one in said["related"]} == {
        3: ("grabbed from it", 1, False),
        4: ("looks the same", 1, False),
        6: ("has the same name", 1, False),
    }
    assert "clip.mp4" not in footage("kill 3 --because fake").out.partition("decide on")[2]
    assert footage("ready 3", code=4).out.startswith("asset 3: it was killed: fake")


@pytest.mark.usefixtures("desk")
def test_kill_of_a_grab_names_its_video(footage: Footage) -> None:
    footage("grab 1 f30")
    footage("grab 1 f40")
    footage("export 3 --to ../out")
    footage("discard 3 --because x")
    said = footage("kill 4 --because fake --json").document
    assert {one["asset"]: (one["how"], one["sent"]) for one in said["related"]} == {
        1: ("the video it was grabbed from", False),
        3: ("grabbed from the same video", True),
    }


def test_notices_are_valid_by_the_standards(footage: Footage, desk: Path, conformance: Path) -> None:
    schema = json.loads((conformance / "ninjs-schema_3.1.json").read_text())
    newsml = etree.XMLSchema(etree.parse(conformance / "NewsML-G2_2.35-spec-All-Power.xsd"))
    footage("export 2 --to ../out --for AP")
    footage("set", "2", "--headline", HOSTILE[2], "--place", "Near Bakhmut", "--rights", "No archive")
    footage("correct", "2", "--because", " ".join(HOSTILE))
    footage("kill", "2", "--because", " ".join(HOSTILE))
    written = sorted((desk / "notices").rglob("still.n*"))
    assert [path.suffix for path in written].count(".json") == 2 and len(written) == 4
    for path in written:
        if path.suffix == ".json":
            jsonschema.validate(json.loads(path.read_text("utf-8")), schema)
        else:
            newsml.assertValid(etree.parse(path))


@pytest.mark.parametrize("verb", ["correct", "kill"])
def test_dry_run_shows_the_notices_and_changes_nothing(footage: Footage, desk: Path, verb: str) -> None:
    footage("export 2 --to ../out --for 'AP Desk'")
    footage("set 2 --place 'Chasiv Yar'")
    before = state_of(desk)
    said = footage(f"{verb} 2 --because x --dry-run")
    assert "to AP Desk: AP-Desk" in said.out and "would be in" in said.out
    if verb == "correct":
        assert "- Bakhmut direction" in said.out and "+ Chasiv Yar" in said.out
    assert state_of(desk) == before and "nothing was changed" in said.err


@pytest.mark.parametrize("verb", ["correct", "kill"])
def test_notice_that_cannot_be_recorded_is_not_left_behind(footage: Footage, desk: Path, verb: str) -> None:
    footage("export 2 --to ../out")
    footage("set 2 --place 'Chasiv Yar'")
    (desk / "notices").write_text("a file where the folder should be")
    before = state_of(desk)
    footage(f"{verb} 2 --because x", code=6)
    assert state_of(desk) == before
    footage("ready 2")

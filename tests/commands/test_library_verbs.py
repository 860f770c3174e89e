"""A library from its making to its backup: what is kept is guarded, and what was said can be taken back."""

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from desks import actions, change, kinds, objects, rows, staged, state_of, tamper
from doors import FACTS, Footage

SURVEYED = "unchanged since it was taken in; this says nothing about whether it is genuine"


def original(library: Path, media: Path, name: str = "clip.mp4") -> Path:
    """Where the vault keeps a file's bytes."""
    digest = hashlib.sha256((media / name).read_bytes()).hexdigest()
    return library / "vault" / "originals" / digest[:2] / digest


# init, and where the library is


def test_init_makes_a_library_once(footage: Footage, tmp_path: Path) -> None:
    said = footage("--json init desk --agency ТСН --style ap --treatment fill --look required")
    assert said.document["library"] == str(tmp_path / "desk")
    assert (tmp_path / "desk" / "footage.toml").read_text("utf-8").splitlines() == [
        'agency = "ТСН"',
        'style = "ap"',
        'treatment = "fill"',
        'look = "required"',
    ]
    before = state_of(tmp_path / "desk")
    again = footage("init desk --agency Other --json", code=7)
    assert again.document["error"]["kind"] == "conflict"
    assert state_of(tmp_path / "desk") == before


@pytest.mark.parametrize(
    ("options", "code", "hint"),
    [
        ("--style newsflush", 3, "newsflash"),
        ("--treatment pixelate", 2, "mosaic"),
        ("--look never", 2, "advised"),
        ("--agency ''", 2, "--agency"),
    ],
)
def test_init_refuses_what_it_cannot_use(
    footage: Footage, tmp_path: Path, options: str, code: int, hint: str
) -> None:
    assert hint in footage(f"init desk {options}", code=code).err
    assert not (tmp_path / "desk").exists()


def test_library_is_told_by_option_environment_place_and_home(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def agency(*options: str) -> str:
        events = footage(*options, "--json", "history").document
        return str(events[0]["detail"]["agency"])

    for name in ("option", "environment", "place", "home/Footage"):
        footage("init", name, "--agency", name)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert agency() == "home/Footage"
    (tmp_path / "place" / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "place" / "a" / "b")
    assert agency() == "place"
    monkeypatch.setenv("FOOTAGE_LIBRARY", str(tmp_path / "environment"))
    assert agency() == "environment"
    assert agency("--library", str(tmp_path / "option")) == "option"


def test_init_without_a_folder_makes_the_library_that_was_named(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footage("--library named init")
    assert (tmp_path / "named" / "footage.toml").is_file()
    monkeypatch.setenv("FOOTAGE_LIBRARY", str(tmp_path / "environment"))
    footage("init")
    assert (tmp_path / "environment" / "footage.toml").is_file()
    assert not (tmp_path / "footage.toml").exists()


def test_add_and_source_add_make_the_library_that_is_not_there(
    footage: Footage, tmp_path: Path, media: Path
) -> None:
    said = footage("add", media / "still.jpg", "--json")
    assert said.document[0]["verdict"] == "added"
    assert said.err == f"made a new library in {tmp_path}/home/Footage\n"
    settings = (tmp_path / "home" / "Footage" / "footage.toml").read_text()
    assert 'agency = "Newsflash"' in settings and 'style = "newsflash"' in settings
    assert "made a new library" not in footage("find").err
    said = footage("--library other source add s --name S --in-caption 'the S'")
    assert said.err == f"made a new library in {tmp_path}/other\n"


@pytest.mark.parametrize(
    "words",
    [
        "find", "show 1", "flag 1 --reason death", "blur 1", "caption 1", "ready 1", "export 1 --to out",
        "set 1 --city X", "story list", "source list", "shots 1", "sheet 1", "grab 1 0", "flags",
        "resolve 1 --looked", "discard 1 --because x", "undo", "history", "verify", "repair", "backup b",
        "open 1", "add file --dry-run",
    ],
)  # fmt: skip
def test_other_verbs_find_no_library(footage: Footage, tmp_path: Path, words: str) -> None:
    said = footage(f"--json {words}", code=3)
    assert said.document["error"]["kind"] == "not-found"
    assert "footage init" in said.document["error"]["hint"]
    assert not list(tmp_path.rglob("footage.toml")) and not (tmp_path / "home").exists()


# who acted, and the log


@pytest.mark.usefixtures("desk")
def test_history_tells_who_did_what(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTAGE_ACTOR", "Olena")
    footage("set 1 --city Bakhmut")
    footage("--as Petro flag 1 --reason death")
    events = footage("history --json").document
    assert list(actions(events)) == ["init", "source add", "add", "add", "set", "flag"]
    assert [event["actor"] for event in events[-2:]] == ["Olena", "Petro"]
    assert [event["asset"] for event in events] == [None, None, 1, 2, 1, 1]
    assert {"at", "actor", "action", "asset", "detail", "hash"} <= events[0].keys()
    assert all(event["at"].endswith("+00:00") for event in events)
    hashes = [event["hash"] for event in events]
    assert len(set(hashes)) == len(hashes) and all(len(one) == 64 for one in hashes)
    assert list(actions(footage("history 2 --json").document)) == ["add"]
    lines = footage("history 1").out.splitlines()
    assert lines[0].split("\t")[:4] == ["no.", "at (UTC)", "who", "did"]
    assert [line.split("\t")[3] for line in lines[1:]] == ["add", "set", "flag"]


# verify and repair


def test_verify_calls_an_untouched_library_sound(footage: Footage, masked_desk: Path) -> None:
    before = state_of(masked_desk)
    said = footage("verify --json")
    assert said.document["sound"] is True and said.document["problems"] == []
    assert SURVEYED in footage("verify").out
    assert footage("verify 2 --fast --json").document["objects"] == 2
    assert state_of(masked_desk) == before


def test_tampered_original_is_named_and_a_second_add_mends_it(
    footage: Footage, desk: Path, media: Path
) -> None:
    kept = original(desk, media)
    tamper(kept)
    found = footage("verify --json", code=8).document
    assert found["sound"] is False
    (problem,) = found["problems"]
    assert problem["kind"] == "original-damaged"
    assert "asset 1" in problem["message"] and "clip.mp4" in problem["message"]
    assert problem["hint"] in footage("verify 1", code=8).out
    assert footage("verify 2 --json").document["sound"] is True
    assert footage("add", media / "clip.mp4", "--json").document[0]["verdict"] == "known"
    assert footage("verify --json").document["sound"] is True
    assert kept.read_bytes() == (media / "clip.mp4").read_bytes()


def test_missing_original_comes_back_with_a_second_add(footage: Footage, desk: Path, media: Path) -> None:
    original(desk, media).unlink()
    found = footage("verify --fast --json", code=8).document
    assert kinds(found["problems"]) == ["original-missing"]
    footage("repair")
    footage("verify", code=8)
    footage("add", media / "clip.mp4")
    assert footage("verify --json").document["sound"] is True
    footage("blur 1", code=4)


def test_custody_log_only_grows(footage: Footage, desk: Path) -> None:
    for forgery in (
        "UPDATE event SET actor = 'nobody' WHERE sequence = 3",
        "DELETE FROM event WHERE sequence = 4",
        "UPDATE event_asset SET asset = 2",
        "INSERT OR REPLACE INTO event SELECT sequence, at, 'nobody', action, assets, detail, previous, hash "
        "FROM event WHERE sequence = 3",
        "DELETE FROM custody_head",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="only grows"):
            change(desk, forgery)
    assert footage("verify --json").document["sound"] is True


@pytest.mark.parametrize(
    ("forgery", "where"),
    [
        ("UPDATE event SET actor = 'nobody' WHERE sequence = 3", 3),
        ("UPDATE event SET detail = '{}' WHERE sequence = 2", 2),
        ("DELETE FROM event WHERE sequence = 2", 3),
        ("DELETE FROM event WHERE sequence = 4", 4),
    ],
)
def test_chain_finds_what_was_forged(footage: Footage, desk: Path, forgery: str, where: int) -> None:
    triggers = [name for (name,) in rows(desk, "SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    gone = "DELETE FROM event_asset WHERE event NOT IN (SELECT sequence FROM event)"
    change(desk, *(f"DROP TRIGGER {name}" for name in triggers), forgery, gone)
    found = footage("verify --json", code=8).document
    assert kinds(found["problems"]) == ["custody-broken"]
    assert f"event {where}" in found["problems"][0]["message"]


def test_lost_pictures_are_made_again(footage: Footage, desk: Path) -> None:
    pictures = objects(desk, "renditions")
    before = {path: path.read_bytes() for path in pictures}
    pictures[0].unlink()
    tamper(pictures[1])
    found = footage("verify --json", code=8).document
    assert set(kinds(found["problems"])) == {"rendition-damaged", "rendition-missing"}
    assert {problem["hint"] for problem in found["problems"]} == {"footage repair"}
    footage("repair")
    assert footage("verify --json").document["sound"] is True
    assert {path: path.read_bytes() for path in objects(desk, "renditions")} == before


@pytest.mark.usefixtures("masked_desk")
def test_lost_mask_opens_its_flag_again(footage: Footage) -> None:
    shown = footage("show 1 --json").document
    path = next(Path(one["path"]) for one in shown["renditions"] if one["purpose"] == "masked")
    path.unlink()
    assert kinds(footage("verify --json", code=8).document["problems"]) == ["rendition-missing"]
    assert kinds(footage("ready 1 --json", code=4).document[0]["obstacles"]) == ["mask-missing"]
    assert footage("repair --json").document["reopened"] == [1]
    assert footage("verify --json").document["sound"] is True
    assert footage("flags --json").document[0]["state"] == "open"
    footage("blur 1")
    footage("ready 1")
    assert footage("verify --json").document["sound"] is True


def test_repair_takes_up_what_a_killed_add_left(footage: Footage, desk: Path, media: Path) -> None:
    content = (media / "still.jpg").read_bytes() + b"one more byte"
    digest = hashlib.sha256(content).hexdigest()
    shelf = desk / "vault" / "originals" / digest[:2]
    shelf.mkdir(exist_ok=True)
    (shelf / digest).write_bytes(content)
    abandoned = desk / "vault" / "staging" / "work-abandoned"
    abandoned.mkdir()
    (abandoned / "in-half").write_bytes(b"half a file")
    stray = desk / "vault" / "renditions" / "ab" / f"{'ab' * 32}.jpg"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"nothing names this")
    found = footage("verify --json").document
    assert found["sound"] is True
    assert set(found["leftovers"]) == {str(shelf / digest), str(abandoned), str(stray)}
    done = footage("repair --json").document
    assert (done["swept"], done["adopted"], done["removed"]) == (1, [3], 1)
    assert done["remade"] == done["reopened"] == []
    asset = footage("show 3 --json").document
    assert asset["sha256"] == digest and asset["name"] == f"recovered-{digest[:12]}.jpg"
    assert not abandoned.exists() and not stray.exists()
    found = footage("verify --json").document
    assert found["sound"] is True and found["leftovers"] == []


def test_repair_leaves_an_original_that_is_no_footage(footage: Footage, desk: Path) -> None:
    digest = hashlib.sha256(b"no footage").hexdigest()
    left = desk / "vault" / "originals" / digest[:2] / digest
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"no footage")
    assert footage("repair --json").document["adopted"] == []
    assert left.read_bytes() == b"no footage"
    assert footage("verify --json").document["leftovers"] == [str(left)]


# backup


def test_backup_is_a_library_of_its_own(footage: Footage, masked_desk: Path, tmp_path: Path) -> None:
    kept = len(objects(masked_desk, "originals")) + len(objects(masked_desk, "renditions"))
    assert footage("backup ../copy --json").document["copied"] == kept
    assert footage("--library ../copy verify --json").document["sound"] is True
    ours, theirs = (footage(*where, "history", "--json").document for where in ((), ("--library", "../copy")))
    assert list(actions(ours))[-1] == "backup"
    assert theirs in (ours, ours[:-1])
    shutil.rmtree(masked_desk)
    assert footage("--library", tmp_path / "copy", "flags", "--json").document[0]["state"] == "masked"


def test_second_backup_copies_only_what_is_new(footage: Footage, desk: Path, media: Path) -> None:
    footage("backup ../copy")
    assert footage("backup ../copy --json").document["copied"] == 0
    (desk.parent / "fresh.jpg").write_bytes((media / "still.jpg").read_bytes() + b"!")
    footage("add ../fresh.jpg")
    assert footage("backup ../copy --json").document["copied"] == 1
    assert footage("--library ../copy show 3 --json").document["name"] == "fresh.jpg"
    assert footage("--library ../copy verify --json").document["sound"] is True
    assert staged(desk.parent / "copy") == []


def test_backup_refuses_a_folder_that_is_not_its_own(footage: Footage, desk: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    assert "holds something else" in footage("backup ../full", code=7).err
    footage("init ../other")
    assert footage("backup ../other --json", code=7).document["error"]["kind"] == "conflict"
    footage("--library ../other backup ../theirs")
    footage("backup ../theirs", code=7)
    footage("backup ../full/letter.txt", code=7)
    assert "inside the library" in footage("backup copies", code=4).err
    assert "inside the library" in footage(f"backup {desk}/../nf/copies", code=4).err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    assert "backup" not in actions(footage("history --json").document)


def test_backup_copies_no_damaged_object(footage: Footage, desk: Path, media: Path) -> None:
    tamper(original(desk, media))
    footage("backup ../copy", code=8)
    footage("--library ../copy verify", code=3)


def test_library_may_lie_in_a_folder_of_any_name(
    footage: Footage, tmp_path: Path, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / os.fsdecode(b"no \xff utf-8")
    footage("init", folder)
    monkeypatch.chdir(folder)
    footage("add", media / "clip.mp4")
    footage("flag 1 0 1 --reason death")
    footage("blur 1")
    footage("grab 1 0")
    footage("sheet 1")
    footage("backup ../copy")
    assert footage("backup ../copy --json").document["copied"] == 0
    assert footage("--library ../copy verify --json").document["sound"] is True
    assert footage("history --json").document


# discard and purge


def test_discarded_asset_is_out_of_sight(footage: Footage, desk: Path, media: Path) -> None:
    footage("flag 1 --reason death")
    footage("discard 1 --because", code=2)
    footage("discard", "1", "--because", "  ", code=2)
    footage("discard 1 --because 'a mannequin'")
    assert [asset["number"] for asset in footage("find --json").document] == [2]
    assert footage("flags --json").document == []
    for verb in ("show 1", "blur 1", "caption 1", "export 1 --to out", "discard 1 --because again"):
        assert "a mannequin" in footage(verb, code=3).err
    assert footage("ready 1..2 --json").document[0]["asset"] == 2
    assert list(actions(footage("history 1 --json").document)) == ["add", "flag", "discard"]
    assert original(desk, media).is_file()
    assert footage("verify --json").document["sound"] is True
    back = footage("add", media / "clip.mp4", "--json").document[0]
    assert (back["verdict"], back["asset"]) == ("added", 1)
    assert "discarded" in back["reason"]
    assert footage("flags --json").document[0]["state"] == "open"


def test_purge_removes_the_bytes_and_keeps_the_event(
    footage: Footage, masked_desk: Path, media: Path
) -> None:
    kept = original(masked_desk, media)
    pictures = len(objects(masked_desk, "renditions"))
    assert footage("discard 1 --purge --because 'not ours' --json").document[0]["purged"] is True
    assert not kept.exists()
    assert (
        len(objects(masked_desk, "originals")) == 1
        and len(objects(masked_desk, "renditions")) == 1 < pictures
    )
    event = footage("history 1 --json").document[-1]
    assert event["action"] == "purge" and event["detail"]["because"] == "not ours"
    assert event["detail"]["sha256"] == [kept.name]
    assert footage("verify --json").document["sound"] is True
    footage("repair")
    assert not kept.exists()
    back = footage("add", media / "clip.mp4", "--undated", "--shows", "Smoke rises", "--json").document[0]
    assert (back["verdict"], back["asset"]) == ("added", 1)
    assert kept.read_bytes() == (media / "clip.mp4").read_bytes()
    assert footage("verify --json").document["sound"] is True
    obstacles = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert "mask-missing" in kinds(obstacles)
    footage("blur 1")
    assert footage("verify --json").document["sound"] is True


def test_purge_of_what_was_discarded_before(footage: Footage, desk: Path, media: Path) -> None:
    footage("discard 1 --because 'a test'")
    footage("discard 1 --purge --because 'a test'")
    assert not original(desk, media).exists()
    assert list(actions(footage("history 1 --json").document)) == ["add", "discard", "purge"]
    assert footage("verify --json").document["sound"] is True


def test_purged_bytes_that_came_back_are_told(footage: Footage, desk: Path, media: Path) -> None:
    footage("discard 1 --purge --because 'a test'")
    shutil.copyfile(media / "clip.mp4", original(desk, media))
    (problem,) = footage("verify --json", code=8).document["problems"]
    assert problem["kind"] == "purged-present"
    footage(f"{problem['hint']} --because 'it came back'")
    assert footage("verify --json").document["sound"] is True


# undo


def facts_of(footage: Footage, number: int = 1) -> dict[str, object]:
    """An asset's effective facts."""
    facts: dict[str, object] = footage(f"show {number} --json").document["facts"]
    return facts


@pytest.mark.usefixtures("desk")
def test_undo_takes_back_facts_one_deed_after_the_other(footage: Footage) -> None:
    before = facts_of(footage)
    footage("set 1,2 --city Bakhmut --keyword one --keyword two")
    between = facts_of(footage)
    footage("set 1 --city Kyiv --shot 2023-03-05 --unset keyword")
    assert facts_of(footage)["shot"] == "2023-03-05" and "undated" not in facts_of(footage)
    said = footage("undo --json").document
    assert (said["action"], said["asset"]) == ("set", 1)
    assert facts_of(footage) == between
    assert "took back: set of asset 1, 2" in footage("undo").out
    assert facts_of(footage) == before and facts_of(footage, 2) == before
    assert list(actions(footage("history --json").document))[-2:] == ["undo", "undo"]
    assert footage("find city:bakhmut --json").document == []
    assert footage("undo", code=3).err.startswith("footage: there is no change of facts to take back")


@pytest.mark.usefixtures("desk")
def test_undo_takes_back_captions(footage: Footage) -> None:
    composed = footage("caption 1").out
    footage("caption", "1", "--write", "First words. (@92OMBr/Newsflash)")
    footage("caption", "1", "--write", "Second words. (@92OMBr/Newsflash)")
    footage("undo")
    assert footage("caption 1").out == "First words. (@92OMBr/Newsflash)\n"
    footage("undo")
    assert footage("caption 1").out == composed


@pytest.mark.usefixtures("desk")
def test_undo_takes_back_sources_stories_and_descriptions(footage: Footage) -> None:
    caption = footage("caption 1").out
    footage("source set 92ombr --in-caption 'the 92nd' --handle @92 --kind government --no-article")
    footage("story set bakhmut --city Bakhmut --keyword war")
    footage("shots 1 --describe 1 'Wide of the trench line'")
    assert "the 92nd on" in footage("caption 1").out
    assert footage("find trench --json").document[0]["number"] == 1
    assert "took back: describe" in footage("undo").out
    assert footage("shots 1 --json").document[0]["description"] is None
    assert footage("find trench --json").document == []
    assert "took back: story set" in footage("undo").out
    assert "city" not in facts_of(footage)
    assert "took back: source set" in footage("undo").out
    assert footage("caption 1").out == caption
    assert footage("source show 92ombr --json").document["kind"] == "military"


@pytest.mark.usefixtures("desk")
def test_undo_refuses_where_facts_were_changed_since(footage: Footage, media: Path) -> None:
    footage("set 1 --city Bakhmut")
    footage("discard 1 --because 'a test'")
    footage(f"add {media}/clip.mp4 {FACTS} --city Kyiv")
    before = facts_of(footage)
    said = footage("undo --json", code=7).document["error"]
    assert "city was changed since" in said["message"]
    assert facts_of(footage) == before


@pytest.mark.usefixtures("desk")
def test_undo_never_touches_what_was_flagged_or_exported(footage: Footage) -> None:
    footage("set 1 --city Bakhmut")
    footage("flag 1 --reason death")
    footage("undo")
    assert "city" not in facts_of(footage)
    assert len(footage("flags --json").document) == 1


# bare footage


@pytest.mark.usefixtures("desk")
def test_bare_footage_says_what_waits(footage: Footage, tmp_path: Path) -> None:
    footage("flag 1 --reason death")
    footage("set 2 --embargo 2999-01-01")
    found = footage("--json").document
    waiting = {item["what"]: item for item in found["waiting"]}
    assert found["assets"] == 2
    assert waiting["flags without a mask"]["assets"] == [1]
    assert waiting["embargoed"]["assets"] == [2]
    assert "footage blur flagged:open" in footage().out
    os.chdir(tmp_path)
    assert "Usage: footage" in footage().out
    assert footage("--json", code=3).document["error"]["kind"] == "not-found"

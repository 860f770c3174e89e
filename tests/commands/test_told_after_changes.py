"""What corrections tell beside captions and facts, and what the desk is told of those who were sent it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desks import change, rows
from doors import Footage
from footage.commands._deeds import in_short
from footage.model.custody import Event

PROFILE = """
title = "for a client"
name = "{stem}"
formats = %s
terms = "Web only."
[video]
coding = "h264"
lower_third = true
[still]
coding = "jpeg"
lower_third = true
"""
VTT = "WEBVTT\n\n00:00.200 --> 00:01.000\nThey are coming.\n"


def profile(desk: Path, *formats: str) -> None:
    """Give a library a client's own profile."""
    (desk / "profiles").mkdir(exist_ok=True)
    (desk / "profiles" / "client.toml").write_text(PROFILE % json.dumps(formats))


def corrected(footage: Footage, words: str = "1") -> Any:
    """What one correction told its one receiver: the folder, its item, and the document."""
    said = footage(f"correct {words} --because wrong --json").document
    (one,) = said["notices"]
    return Path(said["folder"]) / one["folder"], one["items"][0], said


def told(item: Any) -> dict[str, tuple[str, str]]:
    return {one["field"]: (one["before"], one["after"]) for one in item["differences"]}


# what lies beside the media


@pytest.mark.usefixtures("desk")
def test_changed_shot_list_is_told_and_sent(footage: Footage) -> None:
    footage("shots 1 --describe 1 'Wide of a tank'")
    footage("export 1 --to ../out")
    assert "nothing changed" in footage("correct 1 --because x", code=4).err
    footage("shots 1 --describe 1 'Wide of a truck'")
    folder, item, said = corrected(footage)
    before, after = told(item)["shot_list"]
    assert "Wide of a tank" in before and "Wide of a truck" in after and list(told(item)) == ["shot_list"]
    assert "Wide of a truck" in (folder / "clip.shotlist.txt").read_text()
    assert "clip.shotlist.txt" in json.loads((folder / "notice.json").read_text())["items"][0]["files"]
    assert "Shot list\n" in (folder / "notice.txt").read_text()
    assert said["anew"] == [] and item["media_changed"] is False
    assert "nothing changed" in footage("correct 1 --because x", code=4).err


def test_shot_list_that_a_client_cannot_take_is_sent_anew(footage: Footage, desk: Path) -> None:
    profile(desk, "caption")
    footage("export 1 --to ../out --profile client")
    footage("shots 1 --describe 1 'Wide of a truck'")
    folder, item, said = corrected(footage)
    assert "shot_list" in told(item) and said["anew"] == [{"asset": 1, "for": None}]
    assert not list(folder.glob("*.shotlist.txt"))


def test_changed_subtitles_are_sent_anew(footage: Footage, desk: Path) -> None:
    (desk / "en.vtt").write_text(VTT)
    footage("subtitles 1 --read en.vtt --language en")
    footage("export 1 --to ../out")
    (desk / "more.vtt").write_text(VTT.replace("coming", "leaving"))
    footage("subtitles 1 --read more.vtt --language en")
    folder, item, said = corrected(footage)
    before, after = told(item)["subtitles"]
    assert before.startswith("en (SHA-256 ") and after.startswith("en (SHA-256 ") and before != after
    assert said["anew"] == [{"asset": 1, "for": None}] and item["media_changed"] is False
    assert json.loads((folder / "notice.json").read_text())["pubStatus"] == "usable"


@pytest.mark.usefixtures("desk")
def test_changed_provenance_is_told(footage: Footage) -> None:
    footage("source add ground --name 'Ground Team' --in-caption 'the team' --handle @ground --kind person")
    footage("export 2 --to ../out")
    footage("provenance 2 obtained --from ground")
    _, item, _ = corrected(footage, "2")
    before, after = told(item)["provenance"]
    assert "Ground Team" in after and "Ground Team" not in before


def test_records_of_older_packages_are_not_compared_beside_captions(footage: Footage, desk: Path) -> None:
    footage("export 1 --to ../out")
    ((number, record),) = rows(desk, "SELECT number, record FROM dispatch")
    kept = {
        name: value
        for name, value in json.loads(record).items()
        if name not in ("provenance", "shot_list", "subtitles", "formats", "lower_third", "terms")
    }
    with closing(sqlite3.connect(desk / "catalogue.sqlite")) as catalogue, catalogue:
        catalogue.execute("UPDATE dispatch SET record = ? WHERE number = ?", (json.dumps(kept), number))
    footage("shots 1 --describe 1 'Wide of a truck'")
    assert "nothing changed" in footage("correct 1 --because x", code=4).err
    footage("set 1 --city Bakhmut")
    _, item, _ = corrected(footage)
    assert "shot_list" not in told(item)
    footage("shots 1 --describe 1 'Wide of a tank'")
    assert "shot_list" in told(corrected(footage)[1])


def test_notice_holds_what_its_receiver_had(footage: Footage, desk: Path) -> None:
    profile(desk, "caption")
    footage("export 2 --to ../out --profile client")
    footage("set 2 --city Bakhmut")
    folder, _, _ = corrected(footage, "2")
    names = {path.name for path in folder.iterdir()}
    assert names == {"notice.txt", "notice.html", "notice.json", "still.caption.txt"}
    _, correction = footage("sent 2 --json").document
    assert correction["folder"] == str(folder) and correction["package"] == str(desk.parent / "out")
    footage("kill 2 --because fake")
    assert Path(footage("sent 2 --json").document[-1]["folder"]).name == "out"
    assert "-kill-2" in footage("sent 2 --json").document[-1]["folder"]


# a credit in the picture, and profiles and styles that are gone


def test_credit_burnt_into_a_still_is_sent_anew(footage: Footage, desk: Path) -> None:
    profile(desk, "caption")
    footage("export 2 --to ../out --profile client")
    (desk / "profiles" / "client.toml").unlink()
    footage("set 2 --credit 'Somebody Else'")
    _, item, said = corrected(footage, "2")
    assert item["media_changed"] is True and said["anew"] == [{"asset": 2, "for": None}]


def test_deleted_style_does_not_hold_a_correction_back(footage: Footage, desk: Path) -> None:
    footage("export 2 --to ../out --style ap")
    change(desk, "UPDATE dispatch SET record = replace(record, '\"ap\"', '\"gone\"')")
    assert "nothing changed" in footage("correct 2 --because x", code=4).err
    footage("set 2 --place 'Chasiv Yar'")
    said = footage("correct 2 --because x --json").document
    assert any("the style gone cannot be read" in note for note in said["notes"])
    assert "nothing changed" in footage("correct 2 --because x", code=4).err


def test_deleted_profile_of_an_old_record_is_noted(footage: Footage, desk: Path) -> None:
    footage("export 2 --to ../out")
    change(desk, "UPDATE dispatch SET record = json_remove(json_set(record, '$.profile', 'x'), '$.formats')")
    footage("set 2 --place 'Chasiv Yar'")
    said = footage("correct 2 --because x")
    assert "the profile x cannot be read any more" in said.err


@pytest.mark.usefixtures("desk")
def test_old_place_in_the_desks_own_words_is_remarked(footage: Footage) -> None:
    footage("set 2 --headline 'Smoke near Bakhmut direction'")
    footage("export 2 --to ../out")
    footage("set 2 --place 'Chasiv Yar'")
    said = footage("correct 2 --because x")
    assert "note: asset 2: the headline still says 'Bakhmut direction'" in said.err
    footage("set 2 --headline 'Smoke near Chasiv Yar east' --place 'Chasiv Yar east'")
    assert "still says" not in footage("correct 2 --because x").err


# kills


def test_kill_stands_where_copies_cannot_be_looked_for(footage: Footage, desk: Path) -> None:
    staging = desk / "vault" / "staging"
    kept = [*staging.iterdir()]
    assert not kept
    staging.rmdir()
    staging.write_text("in the way")
    said = footage("kill 2 --because fake")
    assert "copies could not be looked for" in said.err and "killed; it can never" in said.out
    assert "it was killed: fake" in footage("ready 2", code=4).out


@pytest.mark.usefixtures("desk")
def test_grab_of_a_killed_video_says_so(footage: Footage) -> None:
    footage("grab 1 f30")
    assert "was killed" not in footage("ready 3").out
    footage("kill 1 --because staged")
    said = footage("ready 3")
    assert "its video, asset 1, was killed: staged" in said.out + said.err
    (one,) = footage("ready 3 --json").document
    assert "video-killed" in json.dumps(one)


# the desk is told who has what it changes


@pytest.mark.usefixtures("desk")
def test_changes_of_what_was_sent_name_its_receivers(footage: Footage) -> None:
    assert "was sent to" not in footage("set 2 --city Bakhmut").err
    footage("export 1,2 --to ../a --for 'Client A'")
    footage("export 1,2 --to ../b --for 'Client B'")
    expected = "asset 2 was sent to Client A, Client B; to tell them: footage correct 2 --because TEXT, or"
    assert expected in footage("set 2 --city Soledar").err
    assert "was sent to" not in footage("set 2 --city Soledar").err
    assert expected in footage("flag 2 --reason privacy --region 10%,10%,20%,20%").err
    assert expected in footage("blur 2").err
    assert "was sent to" not in footage("blur 2").err
    gone = footage("discard 2 --because x").err
    assert "to tell them: footage kill 2 --because TEXT" in gone and "footage correct" not in gone
    footage("kill 1 --because x")
    assert "was sent to" not in footage("set 1 --city Bakhmut").err


@pytest.mark.usefixtures("desk")
def test_what_waits_names_what_changed_since_it_was_sent(footage: Footage) -> None:
    def outdated() -> list[int]:
        rows = [one for one in footage("--json").document["waiting"] if "since they were sent" in one["what"]]
        return [number for one in rows for number in one["assets"]]

    footage("export 1,2 --to ../out")
    assert outdated() == []
    footage("set 2 --city Bakhmut")
    footage("flag 1 f0 f5 --reason privacy --region 1%,20%,9%,9%")
    assert outdated() == [1, 2]
    footage("correct 1,2 --because x")
    assert outdated() == []
    footage("set 2 --city Soledar")
    footage("kill 2 --because x")
    assert outdated() == []


# undo


@pytest.mark.usefixtures("desk")
def test_undo_does_not_reach_past_an_export_unasked(footage: Footage) -> None:
    footage("set 2 --city Bakhmut")
    footage("export 1 --to ../out")
    refused = footage("undo", code=7).err
    assert "an export of asset 1" in refused and "set of asset 2" in refused and "--past" in refused
    assert footage("show 2 --json").document["facts"]["city"] == "Bakhmut"
    footage("set 2 --city Soledar")
    footage("undo")
    assert "city: Bakhmut -> nothing" in footage("undo --past").out


# history in words


@pytest.mark.usefixtures("desk")
def test_history_says_in_words_what_was_done(footage: Footage) -> None:
    footage("flag 1 f10 f35 --reason death,privacy --region 40%,30%,20%,25% --treatment mosaic")
    footage("flag --edit 1 --treatment fill")
    footage("blur 1")
    footage("grab 1 f20")
    footage("set 1 --city Bakhmut")
    footage("undo")
    footage("open 1 --original --print")
    events = [
        Event(**{**one, "assets": (), "actor": "", "previous": ""})
        for one in (
            {name: one[name] for name in ("sequence", "at", "action", "detail", "hash")}
            for one in footage("history --json").document
        )
    ]
    words = {one.action: in_short(one) for one in events}
    assert words["flag"] == "flag 1: death, privacy, open, a part of it, mosaic"
    assert words["flag edit"].startswith("flag 1: death, privacy, open, a part of it, mosaic -> death")
    assert words["blur"] == "flag 1: fill; proven"
    assert words["grab"].endswith("from asset 1, with the flag 2") and words["grab"].startswith("clip")
    assert words["undo"].startswith("took back set, number ")
    assert not any("{" in told for told in words.values()), words

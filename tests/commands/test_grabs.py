"""Stills out of video: the right frame, under every mask that its video has, whenever it was flagged."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import clips
from desks import actions, kinds, objects, state_of
from doors import Footage


def _pixels(path: str | Path) -> Any:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def _original(footage: Footage, number: int) -> Any:
    return _pixels(footage(f"show {number} --json").document["original"])


def _joined(folder: Path) -> Path:
    """Frames 0 to 59 and 100 to 159, each at the same times, as two recordings in one transport stream."""
    parts = []
    for first in (0, 100):
        drawn = [clips.draw(number, (160, 90)) for number in range(first, first + 60)]
        part = clips.make(folder / f"from-{first}.ts", drawn=drawn, size=(160, 90), rate=5)
        parts.append(part.read_bytes())
    joined = folder / "joined.ts"
    joined.write_bytes(b"".join(parts))
    return joined


# times that were repaired


def test_frames_of_joined_recordings(footage: Footage, library: Path) -> None:
    joined = _joined(library.parent)
    assert "the times jump" in footage("add", joined, code=None).out
    for number, frame in ((2, 40), (3, 70)):
        footage(f"grab 1 f{frame}")
        assert clips.frame_number(_original(footage, number)) == (frame if frame < 60 else frame + 40)
    footage("flag 1 f50 f51 --reason death --region 0%,80%,10%,10%")
    footage("blur 1 --preview --to ../strip.png")
    strip = _pixels(library.parent / "strip.png")
    # The first of the two frames that the mask covers before its span.
    assert clips.frame_number(strip[30:120, 8:168]) == 48


# flags that come after the grab


@pytest.mark.usefixtures("desk")
def test_later_flag_is_proposed_on_grabs(footage: Footage) -> None:
    footage("grab 1 f20")
    footage("grab 1 f40")
    footage("grab 1 f25")
    footage("discard 5 --because twice")
    footage("flag 1 f10 f35 --reason death --region 40%,30%,20%,25% --ellipse")
    (flag,) = footage("flags 3 --json").document
    assert (flag["state"], flag["in"], flag["reasons"], flag["shape"]) == (
        "proposed",
        None,
        ["death"],
        "ellipse",
    )
    assert flag["poses"] == [{"at": None, "x": 0.4, "y": 0.3, "w": 0.2, "h": 0.25}]
    assert footage("flags 4 --json").document == []
    assert kinds(footage("ready 3 --json", code=4).document[0]["obstacles"]) == ["proposed-flag"]
    footage("export 3 --to out", code=4)
    footage("ready 4")
    assert list(actions(footage("history 3 --json").document)) == ["grab", "flag"]
    (event,) = (one for one in footage("history 1 --json").document if one["action"] == "flag")
    assert event["assets"] == [1, 3]
    assert event["detail"]["grabs"] == [{"asset": 3, "flag": flag["flag"]}]


@pytest.mark.usefixtures("desk")
def test_edited_flag_is_proposed_once(footage: Footage) -> None:
    footage("grab 1 f20")
    (flag,) = footage("flag 1 f30 f40 --reason death --region 1%,1%,9%,9% --json").document
    assert footage("flags 3 --json").document == []
    footage(f"flag --edit {flag['flag']} f10 f40")
    (proposed,) = footage("flags 3 --json").document
    assert proposed["state"] == "proposed"
    footage(f"flag --edit {flag['flag']} --note again")
    assert len(footage("flags 3 --json").document) == 1
    footage(f"resolve {proposed['flag']} --confirm")
    footage("blur 3")
    footage(f"flag --edit {flag['flag']} --treatment mosaic")
    assert [one["state"] for one in footage("flags 3 --json").document] == ["masked"]
    footage(f"flag --edit {flag['flag']} --region 50%,50%,9%,9%")
    assert sorted(one["state"] for one in footage("flags 3 --json").document) == ["masked", "proposed"]


@pytest.mark.usefixtures("desk")
def test_hidden_by_source_is_told_on_grabs(footage: Footage) -> None:
    footage("grab 1 f20")
    footage("flag 1 --reason death --by-source")
    assert [one["state"] for one in footage("flags 3 --json").document] == ["source"]
    footage("ready 3")


# the mask of a moving flag


@pytest.mark.usefixtures("library")
def test_grab_hides_what_its_frame_hides(footage: Footage, tmp_path: Path) -> None:
    clips.make(tmp_path / "slow.mkv", frames=3, times=[0, 1000, 2000])
    footage("add ../slow.mkv")
    footage("flag 1 0 2 --reason death --region '0 0%,20%,20%,20%' --region '1.9 80%,20%,20%,20%'")
    footage("grab 1 1")
    (flag,) = footage("flags 2 --json").document
    (pose,) = flag["poses"]
    assert pose["x"] == pytest.approx(0.8 / 1.9)
    assert pose["x"] + pose["w"] == pytest.approx(1)
    assert (pose["y"], pose["h"]) == pytest.approx((0.2, 0.2))


# the same frame again


def test_purged_grab_comes_back_whole(footage: Footage, desk: Path) -> None:
    footage("flag 1 0 1 --reason death")
    footage("grab 1 f20")
    footage("discard 3 --purge --because 'not ours'")
    said = footage("grab 1 f20 --json").document
    assert said["asset"] == 3
    assert clips.frame_number(_original(footage, 3)) == 20
    assert [flag["state"] for flag in footage("flags 3 --json").document] == ["open"]
    assert len(objects(desk, "originals")) == 3
    verified = footage("verify --json").document
    assert verified["sound"] is True and verified["leftovers"] == []


def test_same_frame_again_keeps_nothing(footage: Footage, desk: Path) -> None:
    footage("grab 1 f20")
    (grabbed,) = (path for path in objects(desk, "originals") if path.samefile(_path(footage, 3)))
    grabbed.unlink()
    before = state_of(desk)
    error = footage("grab 1 f20 --json", code=7).document["error"]
    assert error["hint"] == "footage show 3"
    assert state_of(desk) == before


def _path(footage: Footage, number: int) -> str:
    return str(footage(f"show {number} --json").document["original"])


@pytest.mark.usefixtures("desk")
def test_discarded_asset_names_the_command_that_brings_it_back(footage: Footage) -> None:
    footage("grab 1 f20")
    footage("flag 3 --reason death")
    footage("flag 2 --reason death")
    footage("discard 2,3 --because twice")
    error = footage("flag --edit 1 --note again --json", code=4).document["error"]
    assert error["hint"] == "footage grab 1 TIME"
    error = footage("flag --edit 2 --note again --json", code=4).document["error"]
    assert error["hint"].startswith("footage add /") and error["hint"].endswith("still.jpg")


# where a preview may go


def test_preview_overwrites_previews_only(footage: Footage, desk: Path) -> None:
    footage("flag 1 0 1 --reason death")
    before = state_of(desk)
    (kept, *_) = objects(desk, "originals")
    (desk.parent / "link").symlink_to(kept.parent)
    for place in (kept, kept.with_name("strip.png"), "../link/strip.png", "footage.toml", "catalogue.sqlite"):
        error = footage("blur", "1", "--preview", "--to", str(place), "--json", code=7).document["error"]
        assert error["hint"] == "footage blur 1 --preview --to preview-1.png"
    assert state_of(desk) == before
    footage("blur 1 --preview")
    footage("blur 1 --preview")
    assert (desk / "preview-1.png").is_file()


@pytest.mark.usefixtures("desk")
def test_a_dismissed_flag_that_is_confirmed_again_reaches_grabs(footage: Footage) -> None:
    footage("flag 1 0:00 0:01 --reason death")
    footage("resolve 1 --dismiss --because 'a mannequin'")
    footage("grab 1 0:00.4")
    still = footage("find kind:still --json").document[0]["number"]
    before = {
        flag["flag"] for flag in footage(f"flags {still} --json").document if flag["state"] != "dismissed"
    }
    assert before == set()
    footage("resolve 1 --confirm")
    states = [flag["state"] for flag in footage(f"flags {still} --json").document]
    assert "proposed" in states

"""Previews on the desk: which files they become, and what they never write over."""

from pathlib import Path

import pytest
from PIL import Image

import clips
from desks import staged, state_of
from doors import Footage

FLAG = "flag 1 f10 f35 --reason death --region 40%,30%,20%,25% --treatment fill"
STILL = "flag 2 --reason privacy --polygon '10%,20% 30%,20% 25%,60%'"


def written(folder: Path, before: set[Path]) -> set[str]:
    """The names of files that are new in a folder."""
    return {path.name for path in set(folder.iterdir()) - before}


def test_a_clip_has_a_strip_and_a_video(footage: Footage, desk: Path) -> None:
    footage(FLAG)
    documents = footage("blur 1 --preview --json").document
    assert [Path(each["preview"]) for each in documents] == [desk / "preview-1.png", desk / "preview-1.mp4"]
    assert "for the desk" in footage("blur 1 --preview").err
    with Image.open(desk / "preview-1.png") as strip:
        assert strip.format == "PNG"
    shown = clips.run("-i", desk / "preview-1.mp4", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    assert len(shown) == 50 * 320 * 180
    assert not staged(desk)


@pytest.mark.parametrize(("name", "kind"), [("look.png", b"\x89PNG"), ("look.MP4", b"ftyp")])
def test_or_the_one_that_is_asked_for(footage: Footage, desk: Path, name: str, kind: bytes) -> None:
    footage(FLAG)
    before = set(desk.iterdir())
    (said,) = footage(f"blur 1 --preview --to {name} --json").document
    assert Path(said["preview"]) == desk / name
    assert written(desk, before) == {name}
    assert kind in (desk / name).read_bytes()[:16]


@pytest.mark.usefixtures("desk")
def test_a_still_has_a_picture_only(footage: Footage, desk: Path) -> None:
    footage(STILL)
    before = set(desk.iterdir())
    footage("blur 2 --preview")
    assert written(desk, before) == {"preview-2.png"}
    error = footage("blur 2 --preview --to look.mp4 --json", code=2).document["error"]
    assert error["message"] == "the preview of asset 2 is a .png, not look.mp4"


def test_another_ending_is_told(footage: Footage, desk: Path) -> None:
    footage(FLAG)
    before = state_of(desk)
    error = footage("blur 1 --preview --to look.mov --json", code=2).document["error"]
    assert error["message"] == (
        "the preview of asset 1 is a .png (the strip) or an .mp4 (the video), not look.mov"
    )
    assert error["hint"] == "footage blur 1 --preview --to preview-1.png"
    assert state_of(desk) == before


def test_a_video_that_may_be_footage_is_not_overwritten(footage: Footage, desk: Path, media: Path) -> None:
    footage(FLAG)
    kept = (desk / "clip.mp4", desk / "clip.mov")
    for path in kept:
        path.write_bytes((media / "clip.mp4").read_bytes())
    before = state_of(desk)
    for path in kept:
        error = footage(f"blur 1 --preview --to {path.name} --json", code=7).document["error"]
        assert "was not overwritten" in error["message"]
    assert state_of(desk) == before
    footage("blur 1 --preview --to preview-shop.mp4")
    footage("blur 1 --preview --to preview-shop.mp4")


def test_nothing_is_written_in_a_dry_run_or_half(footage: Footage, desk: Path) -> None:
    footage(FLAG)
    before = set(desk.iterdir())
    footage("blur 1 --preview --dry-run")
    assert written(desk, before) == set()
    error = footage("blur 1 --preview --to missing/preview-1.mp4 --json", code=7).document["error"]
    assert error["message"] == f"there is no folder {desk}/missing"
    assert written(desk, before) == set() and not staged(desk)


def test_cuts_and_mutes_are_shown_as_well(footage: Footage, desk: Path) -> None:
    footage("flag 1 f10 f20 --reason death --treatment cut")
    footage("flag 1 f25 f30 --reason language --mute")
    documents = footage("blur 1 --preview --json").document
    with Image.open(documents[0]["preview"]) as strip:
        assert strip.height == 8 + 2 * 232
    assert set(state_of(desk)) >= {"preview-1.png", "preview-1.mp4"}

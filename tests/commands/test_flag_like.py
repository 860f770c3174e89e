"""Flags carried over to copies: spans, poses and outlines where the copy shows what they cover."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection

import clips
from desks import kinds, state_of
from doors import Footage
from footage.actions.like import flag_like
from footage.catalogue import flags, frames
from footage.library import Library, open_library
from footage.model.geometry import polygon_pose
from footage.model.progress import Silent
from footage.model.span import Span

Copied = Callable[..., None]

_SMALL = ("-an", "-c:v", "libx264", "-preset", "veryfast", "-crf", "28")
_NOISE = (
    np.random.default_rng(5).integers(0, 255, (30, 9, 16, 3), np.uint8).repeat(20, axis=1).repeat(20, axis=2)
)
_TRIM = "trim=start_frame=5:end_frame=45,setpts=PTS-STARTPTS,scale=160:90"


@pytest.fixture
def copied(desk: Path, ffmpeg: Callable[..., bytes], media: Path, footage: Footage) -> Copied:
    """Add a copy of the desk's clip, made with a filter."""

    def make(name: str, filters: str, *options: str) -> None:
        ffmpeg("-i", media / "clip.mp4", "-vf", filters, *(options or _SMALL), desk.parent / name)
        footage("add", f"../{name}")

    return make


def _span(flag: dict[str, Any]) -> Any:
    """Its ends in frames at 25 a second."""
    return pytest.approx((flag["in"] * 25, flag["out"] * 25))


def _library(desk: Path) -> Library:
    return open_library(desk, actor="tester", clock=lambda: datetime(2026, 1, 2, tzinfo=UTC), environment={})


def test_trimmed_copy(footage: Footage, copied: Copied) -> None:
    footage(
        "flag 1 f10 f35 --reason death --note graphic --treatment mosaic "
        "--region 'f10 40%,30%,20%,25%' --region 'f34 60%,30%,20%,25%'"
    )
    footage("flag 1 f0 f8 --reason privacy --region 10%,10%,10%,20% --ellipse --by-source")
    footage("flag 1 f46 f50 --reason nudity")
    footage("flag 1 f20 f22 --reason minor")
    footage("resolve 4 --dismiss --because 'a mannequin'")
    copied("copy.mp4", _TRIM)
    footage("grab 3 f20")
    moved, hidden = footage("flag 3 --like 1 --json").document
    assert (moved["asset"], moved["state"], moved["reasons"]) == (3, "proposed", ["death"])
    assert _span(moved) == (5, 30)
    assert [pose["at"] * 25 for pose in moved["poses"]] == pytest.approx([5, 29])
    assert [pose["x"] for pose in moved["poses"]] == [0.4, 0.6]
    assert (moved["treatment"], moved["note"]) == ("mosaic", "graphic (as flag 1 of asset 1)")
    assert (hidden["state"], hidden["shape"], hidden["note"]) == ("source", "ellipse", "as flag 2 of asset 1")
    assert _span(hidden) == (0, 3)
    (event,) = (one for one in footage("history 3 --json").document if one["action"] == "flag like")
    assert event["assets"] == [3, 1, 4]
    (segment,) = event["detail"]["alignment"]["segments"]
    assert (segment["frames"], segment["shows"]) == ([0, 39], [5, 44])
    assert [flag["state"] for flag in footage("flags 4 --json").document] == ["proposed"]
    assert kinds(footage("ready 3 --json", code=4).document[0]["obstacles"]).count("proposed-flag") == 1


def test_again_proposes_nothing(footage: Footage, desk: Path, copied: Copied) -> None:
    footage("flag 1 f10 f35 --reason death --region 40%,30%,20%,25%")
    copied("copy.mp4", _TRIM)
    (flag,) = footage("flag 3 --like 1 --json").document
    footage(f"resolve {flag['flag']} --dismiss --because 'it is a statue'")
    before = state_of(desk)
    assert footage("flag 3 --like 1 --json").document == []
    assert state_of(desk) == before
    footage("flag --edit 1 --region 50%,30%,20%,25%")
    (changed,) = footage("flag 3 --like 1 --json").document
    assert changed["poses"][0]["x"] == 0.5


def test_dry_run_raises_nothing(footage: Footage, desk: Path, copied: Copied) -> None:
    footage("flag 1 f10 f35 --reason death")
    copied("copy.mp4", _TRIM)
    before = state_of(desk)
    assert len(footage("flag 3 --like 1 --dry-run --json").document) == 1
    assert state_of(desk) == before


def test_pieces_of_a_span(footage: Footage, copied: Copied) -> None:
    footage(
        "flag 1 f5 f45 --reason death --region 'f5 0%,30%,20%,25%' --region 'f45 80%,30%,20%,25%'",
    )
    copied("short.mp4", "select='not(between(n,15,29))',setpts=N/25/TB")
    before, after = footage("flag 3 --like 1 --json").document
    assert (_span(before), _span(after)) == ((5, 15), (15, 30))
    assert [pose["x"] for pose in before["poses"]] == pytest.approx([0, 0.2])
    assert [pose["x"] for pose in after["poses"]] == pytest.approx([0.5, 0.8])


def test_longer_and_boxed_copy(footage: Footage, copied: Copied) -> None:
    footage("flag 1 f0 f50 --reason death --region 50%,30%,20%,25%")
    copied("longer.mp4", "scale=240:180,pad=320:180:40:0,tpad=start_duration=1:color=black")
    (flag,) = footage("flag 3 --like 1 --json").document
    assert _span(flag) == (25, 75)
    assert flag["poses"][0]["x"] == pytest.approx(0.5 * 0.75 + 0.125, abs=0.005)
    assert flag["poses"][0]["w"] == pytest.approx(0.2 * 0.75, abs=0.005)


@pytest.mark.parametrize("rate", [20, 30, 50])
def test_other_rates_cover_every_flagged_frame(
    footage: Footage, desk: Path, copied: Copied, ffmpeg: Callable[..., bytes], rate: int
) -> None:
    footage("flag 1 f13 f37 --reason death")
    copied("copy.mp4", f"fps={rate}")
    (flag,) = footage("flag 3 --like 1 --json").document
    raw = ffmpeg("-i", desk.parent / "copy.mp4", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1")
    size = 320 * 180
    numbers = [
        clips.frame_number(np.frombuffer(raw[at : at + size], np.uint8).reshape(180, 320))
        for at in range(0, len(raw), size)
    ]
    flagged = [at for at, number in enumerate(numbers) if 13 <= number < 37]
    start, end = flag["in"] * rate, flag["out"] * rate
    assert flagged[0] - 1 - 0.1 <= start <= flagged[0] + 0.1
    assert flagged[-1] + 1 - 0.1 <= end <= flagged[-1] + 2 + 0.1


def test_followed_outline_is_retimed(footage: Footage, desk: Path, copied: Copied) -> None:
    footage("flag 1 f10 f30 --reason death --region 'f10 40%,30%,20%,25%'")
    copied("copy.mp4", _TRIM)
    library = _library(desk)
    with library.reading() as connection:
        drawn = flags.get(connection, 1)
        step, mine = (_step(connection, number) for number in (1, 3))
    track = tuple(polygon_pose(tick * step, [(tick / 100, 0), (0.9, 0), (0.9, 0.9)]) for tick in range(8, 32))
    doubt = Span(20 * step, 24 * step)
    followed = replace(drawn, follow=True, track=track, doubtful=(doubt,), answered=True)
    with library.deed("flag edit") as deed:
        flags.replace(deed.connection, followed)
        deed.record([1], {})
    (own,) = flag_like(library, 3, 1, Silent())
    library.close()
    assert own.follow and not own.answered
    assert own.span == Span(5 * mine, 25 * mine)
    assert own.doubtful == (Span(15 * mine, 19 * mine),)
    assert [(pose.tick, pose.points[0][0]) for pose in own.track] == [
        (tick * mine, (tick + 5) / 100) for tick in range(3, 27)
    ]


def _step(connection: Connection, number: int) -> int:
    """Ticks a frame."""
    pts = frames.get(connection, number).pts
    return pts[1] - pts[0]


def test_sound_that_is_not_there(footage: Footage, copied: Copied) -> None:
    footage("flag 1 f10 f20 --reason language --mute")
    footage("flag 1 f10 f20 --reason death --region 10%,10%,10%,10% --mute")
    footage("flag 1 f5 f45 --reason violence --treatment cut")
    copied("copy.mp4", _TRIM)
    masked, cut = footage("flag 3 --like 1 --json").document
    assert (masked["reasons"], masked["mute"]) == (["death"], False)
    assert (cut["reasons"], cut["treatment"]) == (["violence"], None)


@pytest.mark.usefixtures("desk")
def test_still_of_a_clip(footage: Footage) -> None:
    footage(
        "flag 1 f2 f35 --reason death --treatment fill "
        "--region 'f2 0%,30%,20%,25%' --region 'f12 80%,30%,20%,25%'"
    )
    footage("flag 1 f40 f45 --reason minor")
    footage("flag 1 f1 f35 --reason language --mute")
    (flag,) = footage("flag 2 --like 1 --json").document
    assert (flag["asset"], flag["in"], flag["state"], flag["treatment"]) == (2, None, "proposed", "fill")
    (pose,) = flag["poses"]
    assert pose["at"] is None
    assert 0.3 < pose["x"] <= 0.4 + 1e-9 and 0.68 - 1e-9 <= pose["x"] + pose["w"] < 0.78
    assert footage("flag 2 --like 1 --json").document == []


def test_copy_of_a_still(footage: Footage, desk: Path, ffmpeg: Callable[..., bytes], media: Path) -> None:
    footage("flag 2 --reason privacy --region 10%,20%,30%,40% --ellipse")
    ffmpeg("-i", media / "still.jpg", "-vf", "scale=480:270", "-q:v", "9", desk.parent / "small.jpg")
    footage("add ../small.jpg")
    (flag,) = footage("flag 3 --like 2 --json").document
    assert (flag["state"], flag["shape"], flag["in"]) == ("proposed", "ellipse", None)
    assert flag["poses"] == [{"at": None, "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}]


def test_what_is_refused(footage: Footage, copied: Copied, tmp_path: Path) -> None:
    assert "1 --like ORIGINAL" in footage("flag 1 --like 1 --json", code=2).document["error"]["hint"]
    error = footage("flag 2 --like 1 --json", code=4).document["error"]
    assert error["message"] == "asset 1 has no flags to carry over"
    footage("flag 1 f46 f50 --reason death")
    footage("flag 2 --reason death")
    error = footage("flag 1 --like 2 --json", code=4).document["error"]
    assert error["message"].startswith("asset 2 is a still")
    drawn = [np.roll(picture, 7 * number, axis=1) for number, picture in enumerate(_NOISE)]
    clips.make(tmp_path / "other.mp4", frames=30, drawn=drawn)
    footage("add ../other.mp4")
    error = footage("flag 3 --like 1 --json", code=4).document["error"]
    assert error["message"] == "asset 3 shows nothing of asset 1 that could be found again"
    assert "footage flag 3 IN OUT" in error["hint"]
    copied("copy.mp4", _TRIM)
    error = footage("flag 4 --like 1 --json", code=4).document["error"]
    assert error["message"] == "asset 4 shows nothing of what is flagged in asset 1"
    footage("discard 4 --because twice")
    footage("flag 4 --like 1", code=3)

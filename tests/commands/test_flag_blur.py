"""Flagging what is too graphic, masking it, and what may be seen of it before and after."""

import base64
import io
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import clips
from desks import actions, change, kinds, state_of
from doors import Footage

Pixels = NDArray[np.uint8]
REGION = (0.40, 0.30, 0.20, 0.25)
"""What the masked desk's flag hides in frames 10 to 34, where the clip's four fields meet."""


def pixels(path: Path) -> Pixels:
    """A still's RGB."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def frames(path: Path) -> list[Pixels]:
    """Every frame's RGB."""
    with av.open(str(path)) as container:
        shown = container.decode(video=0)
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in shown]


def inside(picture: Pixels, region: tuple[float, float, float, float], margin: int = 2) -> Pixels:
    """What lies well within a region."""
    height, width = picture.shape[:2]
    x, y, w, h = region
    return picture[
        int(y * height) + margin : int((y + h) * height) - margin,
        int(x * width) + margin : int((x + w) * width) - margin,
    ]


def elsewhere(picture: Pixels) -> Pixels:
    """The bottom of a picture, which no mask here comes near."""
    return picture[int(0.75 * len(picture)) :]


def places(footage: Footage, number: int = 1) -> dict[tuple[str, int], Path]:
    """Where an asset's renditions are, by their purpose and position."""
    shown = footage(f"show {number} --json").document["renditions"]
    return {(one["purpose"], one["position"]): Path(one["path"]) for one in shown}


def renditions(footage: Footage, number: int = 1) -> dict[str, Path]:
    """Where those are of which there is one alone."""
    return {purpose: path for (purpose, position), path in places(footage, number).items() if position == 0}


# flag


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("0.4 1.2", (0.4, 1.2)),
        ("0:00 0:01.5", (0, 1.5)),
        ("f10 f35", (0.4, 1.4)),
        ("00:00:00:10 00:00:01:10", (0.4, 1.4)),
        ("f49 f50", (1.96, 2)),
        ("0 2", (0, 2)),
        ("--shot 1", (0, 1)),
        ("--shot 2", (1, 2)),
        ("", (0, 2)),
    ],
)
@pytest.mark.usefixtures("desk")
def test_span_of_a_clip(footage: Footage, words: str, span: tuple[float, float]) -> None:
    (flag,) = footage(f"flag 1 {words} --reason death --json").document
    assert (flag["in"], flag["out"]) == span
    told = {
        "flag": 1,
        "asset": 1,
        "reasons": ["death"],
        "state": "open",
        "treatment": None,
        "shape": "box",
        "poses": [],
        "doubtful": [],
    }
    assert told.items() <= flag.items()
    assert footage("flags --json").document == [flag]


@pytest.mark.usefixtures("library")
def test_in_rounds_down_and_out_up_to_ticks(footage: Footage, tmp_path: Path) -> None:
    clips.make(tmp_path / "uneven.mp4", frames=25, times=clips.uneven_times(25))
    footage("add ../uneven.mp4")
    (flag,) = footage("flag 1 0.10051 0.20051 --reason violence --json").document
    assert (flag["in"], flag["out"]) == (0.1, 0.201)
    (flag,) = footage("flag 1 f2 f3 --reason violence --json").document
    assert (flag["in"], flag["out"]) == (0.085, 0.137)
    error = footage("flag 1 00:00:00:02 00:00:00:05 --reason violence --json", code=2).document["error"]
    assert "frame rate varies" in error["message"] and "f305" in error["hint"]


@pytest.mark.parametrize(
    ("words", "code", "near"),
    [
        ("0:01 0:03 --reason death", 2, "0:02.000"),
        ("0:05 0:06 --reason death", 2, "0:02.000"),
        ("f10 f99 --reason death", 2, "f49"),
        ("0 00:00:01:25 --reason death", 2, "24"),
        ("1 1 --reason death", 2, "after the in point"),
        ("1.5 1 --reason death", 2, "after the in point"),
        ("noon 1 --reason death", 2, "0:12"),
        ("1 --reason death", 2, "OUT"),
        ("0 1 2 --reason death", 2, "second flag"),
        ("--shot 5 --reason death", 3, "1 to 2"),
        ("0 1 --shot 1 --reason death", 2, "one of the two"),
        ("0 1", 2, "--reason"),
        ("0 1 --reason daeth", 2, "death"),
        ("0 1 --reason death --region 90%,90%,20%,20%", 2, "90%,90%,10%,10%"),
        ("0 1 --reason death --region 300,10,40,20", 2, "320 x 180"),
        ("0 1 --reason death --region 10%,10%,20,20", 2, "per cent"),
        ("0 1 --reason death --region 10%,10%,0%,20%", 2, "40%,30%"),
        ("0 1 --reason death --region somewhere", 2, "40%,30%"),
        ("0 1 --reason death --region '1.5 1%,1%,9%,9%'", 2, "0:00.000 to 0:01.000"),
        ("0 1 --reason death --region 1%,1%,9%,9% --region 2%,2%,9%,9%", 2, "two flags"),
        ("0 1 --reason death --region '0 1%,1%,9%,9%' --region '0 2%,2%,9%,9%'", 2, "two flags"),
        ("0 1 --reason death --treatment pixelate", 2, "mosaic"),
    ],
)
def test_flag_outside_is_refused_with_the_nearest(
    footage: Footage, desk: Path, words: str, code: int, near: str
) -> None:
    before = state_of(desk)
    error = footage(f"flag 1 {words} --json", code=code).document["error"]
    assert near in error["message"] + error["hint"]
    assert state_of(desk) == before


@pytest.mark.parametrize(
    ("words", "near"),
    [("0 1", "flag 2 --reason"), ("--shot 1", "still"), ("--region '0 1%,1%,9%,9%'", "--region 1%,1%,9%,9%")],
)
@pytest.mark.usefixtures("desk")
def test_still_has_no_times(footage: Footage, words: str, near: str) -> None:
    error = footage(f"flag 2 {words} --reason death --json", code=2).document["error"]
    assert "still" in error["message"] and near in error["message"] + error["hint"]


@pytest.mark.usefixtures("desk")
def test_regions_poses_reasons_and_notes(footage: Footage) -> None:
    (flag,) = footage("flag 2 --reason privacy,minor --reason drugUse --region 160,45,80,90 --json").document
    assert flag["reasons"] == ["privacy", "minor", "drugUse"]
    assert flag["poses"] == [{"at": None, "x": 0.5, "y": 0.25, "w": 0.25, "h": 0.5}]
    assert (flag["in"], flag["out"]) == (None, None)
    words = "--region '1.2 55%,35%,20%,25%' --region 'f10 40%,30%,20%,25%' --ellipse --note 'the man in red'"
    (flag,) = footage(f"flag 1 f10 f35 --reason death {words} --treatment mosaic --json").document
    assert (flag["flag"], flag["shape"], flag["treatment"]) == (2, "ellipse", "mosaic")
    assert [(pose["at"], pose["x"], pose["y"]) for pose in flag["poses"]] == [
        (0.4, 0.4, 0.3),
        (1.2, 0.55, 0.35),
    ]
    assert flag["note"] == "the man in red"
    assert [one["flag"] for one in footage("flags --json").document] == [2, 1]
    assert [one["flag"] for one in footage("flags 2 --json").document] == [1]
    assert all(word in footage("flags 1").out for word in ("mosaic", "ellipse", "2 poses", "the man in red"))


# resolve and edit


@pytest.mark.usefixtures("desk")
def test_by_source_is_told_and_never_masked(footage: Footage) -> None:
    assert (
        footage("flag 2 --reason death --region 1%,1%,9%,9% --by-source --json").document[0]["state"]
        == "source"
    )
    assert "nothing to mask" in footage("blur 2", code=4).err
    footage("ready 2")
    footage("open 2 --print")
    assert footage("caption 2").out != footage("caption 1").out.replace("footage", "image")
    footage("flag 2 --reason violence --region 50%,50%,9%,9%")
    footage("blur 2")
    assert [flag["state"] for flag in footage("flags --json").document] == ["source", "masked"]


@pytest.mark.usefixtures("desk")
def test_dismissed_flag_is_no_obstacle_and_can_come_back(footage: Footage) -> None:
    footage("flag 1 --reason death")
    assert kinds(footage("ready 1 --json", code=4).document[0]["obstacles"]) == ["open-flag"]
    assert "--because" in footage("resolve 1 --dismiss", code=2).err
    footage("resolve 1 --confirm", code=4)
    footage("resolve 1 --looked", code=4)
    (flag,) = footage("resolve 1 --dismiss --because 'a mannequin' --json").document
    assert (flag["state"], flag["because"]) == ("dismissed", "a mannequin")
    footage("ready 1")
    footage("resolve 1 --dismiss --because again", code=4)
    assert footage("flags --open --json").document == []
    assert footage("resolve 1 --confirm --json").document[0]["state"] == "open"
    footage("resolve 9 --looked", code=3)
    footage("resolve 1", code=2)


def test_answers_to_several_flags_are_all_or_none(footage: Footage, desk: Path) -> None:
    footage("flag 1 0 1 --reason death")
    footage("flag 1 1 2 --reason death")
    footage("resolve 2 --dismiss --because x")
    before = state_of(desk)
    footage("resolve 1 2 --dismiss --because y", code=4)
    footage("resolve 1 9 --dismiss --because y", code=3)
    assert state_of(desk) == before


def test_proposed_flag_waits_for_a_person(footage: Footage, desk: Path) -> None:
    footage("flag 1 f10 f35 --reason death")
    change(desk, "UPDATE flag SET state = 'proposed'")
    assert [flag["flag"] for flag in footage("flags --proposed --json").document] == [1]
    assert footage("flags --open --json").document == []
    (obstacle,) = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert obstacle["kind"] == "proposed-flag"
    for refused in ("blur 1", "open 1 --print", "export 1 --to out", "export 1 --to out --finish"):
        footage(refused, code=4)
    footage(obstacle["hint"])
    assert [flag["flag"] for flag in footage("flags --open --json").document] == [1]


def test_look_can_be_required(footage: Footage, masked_desk: Path) -> None:
    footage("ready 1")
    settings = masked_desk / "footage.toml"
    settings.write_text(settings.read_text().replace("advised", "required"))
    (obstacle,) = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert obstacle["kind"] == "not-looked-at"
    footage("export 1 --to out", code=4)
    footage(obstacle["hint"])
    footage("ready 1")
    footage("blur 1 --treatment mosaic")
    assert kinds(footage("ready 1 --json", code=4).document[0]["obstacles"]) == ["not-looked-at"]


def test_editing_a_masked_flag_opens_it_again(footage: Footage, masked_desk: Path) -> None:
    before = renditions(footage)["masked"]
    assert footage("open 1 --print").out.strip() == str(before)
    (flag,) = footage("flag --edit 1 --region 10%,60%,20%,25% --json").document
    assert flag["state"] == "open"
    assert flag["poses"] == [{"at": None, "x": 0.1, "y": 0.6, "w": 0.2, "h": 0.25}]
    assert (flag["in"], flag["out"], flag["reasons"], flag["treatment"]) == (0.4, 1.4, ["death"], "fill")
    assert kinds(footage("ready 1 --json", code=4).document[0]["obstacles"]) == ["open-flag"]
    for refused in ("open 1 --print", "export 1 --to out", "resolve 1 --looked"):
        footage(refused, code=4)
    assert not (masked_desk / "out").exists()
    footage("blur 1")
    after = renditions(footage)["masked"]
    assert after != before and not before.exists()
    assert inside(frames(after)[20], (0.1, 0.6, 0.2, 0.25)).max() < 40
    assert inside(frames(after)[20], REGION).max() > 150
    footage("flag --edit 9 --note X", code=3)
    footage("flag --edit 1 0 9", code=2)


@pytest.mark.usefixtures("desk")
def test_dismissing_one_of_two_makes_the_mask_stale(footage: Footage) -> None:
    footage("flag 2 --reason death --region 40%,30%,20%,25% --treatment fill")
    footage("flag 2 --reason violence --region 1%,20%,20%,25% --treatment fill")
    footage("blur 2")
    assert [flag["state"] for flag in footage("flags --json").document] == ["masked", "masked"]
    footage("resolve 2 --dismiss --because 'only smoke'")
    (obstacle,) = footage("ready 2 --json", code=4).document[0]["obstacles"]
    assert obstacle["kind"] == "mask-stale"
    footage("open 2 --print", code=4)
    footage("export 2 --to out", code=4)
    footage(obstacle["hint"])
    footage("ready 2")
    masked = pixels(renditions(footage, 2)["masked"])
    assert inside(masked, REGION).max() < 40 < inside(masked, (0.01, 0.20, 0.20, 0.25)).max()


# blur


@pytest.mark.usefixtures("desk")
def test_nothing_flagged_is_refused(footage: Footage) -> None:
    error = footage("blur 1 --json", code=4).document["error"]
    assert error["hint"].startswith("footage flag 1")
    footage("flag 2 --reason death --region 10%,10%,20%,20%")
    said = footage("blur 1,2 --json", code=4).document
    assert said[0]["asset"] == 1 and said[0]["error"]["kind"] == "refused"
    assert said[1]["asset"] == 2 and said[1]["proof"]["ok"] is True
    assert "asset 1 has nothing to mask" in footage("blur 1,2", code=4).err
    footage("blur 2 --flag 9", code=3)


@pytest.mark.usefixtures("masked_desk")
def test_blur_again_reuses_what_is_there(footage: Footage) -> None:
    before = renditions(footage)
    (said,) = footage("blur 1 --json").document
    assert said["reused"] is True and said["frames_encoded"] == 0
    assert renditions(footage) == before
    assert "masked already" in footage("blur 1").out
    assert list(actions(footage("history 1 --json").document)) == ["add", "flag", "blur"]


@pytest.mark.usefixtures("masked_desk")
def test_masked_clip_keeps_time_and_sound(footage: Footage, media: Path) -> None:
    """Same frames, timestamps and sound; flagged frames and two on each side are covered, no other."""
    shown, original = footage("open 1 --print").out.strip(), media / "clip.mp4"

    def told(path: Path, kind: str) -> list[tuple[Any, ...]]:
        with av.open(str(path)) as container:
            stream = next(stream for stream in container.streams if stream.type == kind)
            assert stream.time_base is not None
            packets = [packet for packet in container.demux(stream) if packet.size]
            keep = kind == "audio"
            return sorted(
                (Fraction(p.pts or 0) * stream.time_base, bytes(p) if keep else b"") for p in packets
            )

    assert told(Path(shown), "video") == told(original, "video")
    assert told(Path(shown), "audio") == told(original, "audio") != []
    for number, (was, now) in enumerate(zip(frames(original), frames(Path(shown)), strict=True)):
        assert clips.frame_number(now) == number
        covered = inside(now, REGION).max() < 40
        assert covered == (8 <= number < 37), f"frame {number}"
        assert np.abs(elsewhere(now).astype(int) - elsewhere(was)).mean() < 4
        if not covered:
            assert np.abs(now.astype(int) - was).mean() < 4


@pytest.mark.usefixtures("desk")
def test_mask_moves_between_its_poses(footage: Footage) -> None:
    poses = "--region '0.4 0%,20%,20%,40%' --region '1.4 80%,60%,20%,40%'"
    footage(f"flag 1 0.4 1.4 --reason death {poses} --treatment fill")
    (said,) = footage("blur 1 --json").document
    assert said["proof"]["ok"] is True and said["frames_encoded"] + said["frames_copied"] == 50
    assert all(said["proof"].values()) and len(said["proof"]) > 3
    found = frames(Path(said["rendition"]))
    for number in range(10, 35):
        share = (number - 10) / 25
        place = (0.8 * share, 0.2 + 0.4 * share, 0.2, 0.4)
        assert inside(found[number], place, margin=4).max() < 40, f"frame {number}"


PATCHES = [(20, 20), (20, 80), (20, 140), (100, 20), (100, 80), (100, 140)]
"""Where the things to hide are in a spotted still: top and left of 20 by 20 pixels."""


def spotted(path: Path, patch: Pixels) -> Path:
    """A lossless still that holds a patch in six places, and is the same around them."""
    rows, columns = np.mgrid[0:160, 0:200]
    picture = np.stack([rows, columns, (rows + columns) // 2], axis=2).astype(np.uint8)
    for top, left in PATCHES:
        picture[top : top + 20, left : left + 20] = patch
    Image.fromarray(picture).save(path)
    return path


def test_masks_carry_nothing_of_what_they_hide(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two stills that differ only under their masks give the same pictures, sample for sample."""
    noise = np.random.default_rng(5).integers(0, 255, (20, 20, 3), np.uint8)
    treatments = [
        (shape, treatment) for shape in ("box", "ellipse") for treatment in ("blur", "mosaic", "fill")
    ]
    found = []
    for name, patch in (("one", np.full((20, 20, 3), 255, np.uint8)), ("two", noise)):
        footage("init", name)
        monkeypatch.chdir(tmp_path / name)
        original = pixels(spotted(tmp_path / name / "still.png", patch))
        footage("add still.png --undated --shows Smoke --credit X")
        for (top, left), (shape, treatment) in zip(PATCHES, treatments, strict=True):
            region = f"{left - 10},{top - 10},40,40"
            footage(f"flag 1 --reason death --region {region} --{shape} --treatment {treatment}")
        footage("blur 1")
        footage("export 1 --to out")
        shown = renditions(footage)
        made = [shown["masked"], shown["masked-thumbnail"], *sorted((tmp_path / name / "out").rglob("*g"))]
        found.append([pixels(path) for path in made])
        for top, left in PATCHES:
            place = slice(top, top + 20), slice(left, left + 20)
            assert np.abs(found[-1][0][place].astype(int) - original[place]).mean() > 20
        assert np.array_equal(found[-1][0][:, 182:], original[:, 182:])
        monkeypatch.chdir(tmp_path)
    assert len(found[0]) == 4
    for one, two in zip(*found, strict=True):
        assert np.array_equal(one, two)


@pytest.mark.usefixtures("desk")
def test_treatment_of_the_option_the_flag_and_the_library(
    footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def treatments() -> list[str]:
        return [flag["treatment"] for flag in footage("flags 2 --json").document]

    monkeypatch.setenv("FOOTAGE_TREATMENT", "mosaic")
    footage("flag 2 --reason death --region 10%,20%,20%,20%")
    footage("flag 2 --reason death --region 50%,50%,20%,20% --treatment fill")
    footage("blur 2")
    assert treatments() == ["mosaic", "fill"]
    footage("blur 2 --treatment blur")
    assert treatments() == ["blur", "blur"]
    footage("blur 2 --flag 1 --treatment fill")
    assert treatments() == ["fill", "blur"]
    footage("ready 2")


@pytest.mark.usefixtures("desk")
def test_blur_of_one_flag_leaves_the_other_open(footage: Footage) -> None:
    footage("flag 2 --reason death --region 10%,20%,20%,20% --treatment fill")
    footage("flag 2 --reason death --region 50%,50%,20%,20% --treatment fill")
    footage("blur 2 --flag 1")
    assert [flag["state"] for flag in footage("flags --json").document] == ["masked", "open"]
    masked = pixels(renditions(footage, 2)["masked"])
    assert inside(masked, (0.1, 0.2, 0.2, 0.2)).max() < 40 < inside(masked, (0.5, 0.5, 0.2, 0.2)).max()
    footage("open 2 --print", code=4)
    footage("export 2 --to out", code=4)
    footage("blur 2")
    masked = pixels(renditions(footage, 2)["masked"])
    assert inside(masked, (0.1, 0.2, 0.2, 0.2)).max() < 40 > inside(masked, (0.5, 0.5, 0.2, 0.2)).max()


def test_preview_changes_nothing_but_its_own_file(footage: Footage, desk: Path) -> None:
    footage("flag 1 f10 f35 --reason death --region 40%,30%,20%,25% --treatment fill")
    before = state_of(desk)
    (said,) = footage("blur 1 --preview --to ../strip.png --json").document
    assert state_of(desk) == before
    picture = pixels(desk.parent / "strip.png")
    assert said["asset"] == 1 and Path(said["preview"]).samefile(desk.parent / "strip.png")
    assert picture.shape[1] > 320 and len(picture) >= 100
    footage("blur 1 --preview")
    assert set(state_of(desk)) - set(before) == {"preview-1.png", "preview-1.mp4"}
    footage("blur 2 --preview", code=4)
    footage("blur 1,2 --preview --to strip.png", code=2)


# what may be seen


def looks_like(picture: Pixels, original: Pixels) -> bool:
    """Whether a picture shows, within the region, what the original shows."""
    shape = (original.shape[1], original.shape[0])
    same = np.asarray(Image.fromarray(picture).resize(shape))
    apart = np.abs(inside(same, REGION, 4).astype(int) - inside(original, REGION, 4)).mean()
    return bool(apart < 30)


@pytest.mark.usefixtures("masked_desk")
def test_pictures_of_a_masked_asset_come_from_its_mask(footage: Footage) -> None:
    found = places(footage)
    covered = 0
    for purpose, position in (("thumbnail", 0), ("keyframe", 1), ("keyframe", 2)):
        before = pixels(found[purpose, position])
        after = pixels(found[f"masked-{purpose}", position])
        number = clips.frame_number(after)
        assert looks_like(before, before)
        if purpose == "keyframe":
            assert clips.frame_number(before) == number
        if 10 <= number < 35:
            covered += 1
            assert inside(after, REGION).max() < 40 and not looks_like(after, before)
    assert covered >= 2
    keyframes = [Path(shot["keyframe"]) for shot in footage("shots 1 --json").document]
    assert keyframes == [found["masked-keyframe", 1], found["masked-keyframe", 2]]


@pytest.mark.usefixtures("desk")
def test_whole_clip_masked_leaves_no_picture(footage: Footage) -> None:
    footage("flag 1 --reason death --treatment fill")
    footage("blur 1")
    shown = [path for (purpose, _), path in places(footage).items() if purpose.startswith("masked-")]
    assert len(shown) == 3
    assert all(pixels(path).max() < 40 for path in shown)


@pytest.mark.usefixtures("masked_desk")
def test_open_gives_the_mask_and_logs_a_look_at_the_original(footage: Footage, media: Path) -> None:
    said = footage("open 1 --json").document
    assert said["original"] is False and Path(said["path"]) == renditions(footage)["masked"]
    assert footage("open 2 --print").out.strip().endswith(footage("show 2 --json").document["sha256"])
    before = len(footage("history --json").document)
    said = footage("--as Olena open 1 --original --print").out.strip()
    assert Path(said).read_bytes() == (media / "clip.mp4").read_bytes()
    events = footage("history --json").document
    assert len(events) == before + 1
    assert (events[-1]["action"], events[-1]["actor"], events[-1]["asset"]) == ("open original", "Olena", 1)


def unmasked(footage: Footage, number: int) -> list[Path]:
    """Where an asset's pictures of its original are."""
    return [path for (purpose, _), path in places(footage, number).items() if "masked" not in purpose]


def sheet_pictures(path: Path) -> list[Pixels]:
    """The pictures that a sheet carries within itself, decoded."""
    found = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", path.read_text("utf-8"))
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(text))).convert("RGB")) for text in found]


@pytest.mark.parametrize("state", ["open", "proposed", "edited"])
def test_sheet_covers_what_is_not_masked(footage: Footage, desk: Path, state: str) -> None:
    footage("flag 1 f0 f50 --reason death --region 40%,30%,20%,25% --treatment fill")
    footage("flag 2 --reason death --region 40%,30%,20%,25% --treatment fill")
    if state == "proposed":
        change(desk, "UPDATE flag SET state = 'proposed'")
    if state == "edited":
        footage("blur 1,2")
        footage("flag --edit 1 --note 'look again'")
        footage("flag --edit 2 --note 'look again'")
    originals = [pixels(path) for path in unmasked(footage, 1) + unmasked(footage, 2)]
    footage("sheet 1,2 --to ../sheet.html")
    page = (desk.parent / "sheet.html").read_text("utf-8")
    found = sheet_pictures(desk.parent / "sheet.html")
    assert len(found) == 3
    for picture in found:
        assert not any(looks_like(picture, original) for original in originals)
        assert np.ptp(picture.reshape(-1, 3).max(axis=0).astype(int)) < 30, "a card has no colours"
    assert page.count("data:image") == len(found) and "<script" not in page
    assert not re.findall(r'(?:src|href)="(?!data:|#)', page)


@pytest.mark.usefixtures("masked_desk")
def test_sheet_shows_the_mask_and_what_is_not_flagged(footage: Footage, tmp_path: Path) -> None:
    footage("flag 2 --reason death --region 40%,30%,20%,25% --treatment fill")
    footage("blur 2")
    footage("sheet story:bakhmut --to ../sheet.html")
    found = sheet_pictures(tmp_path / "sheet.html")
    clip, still = places(footage, 1), places(footage, 2)
    wanted = [clip["masked-keyframe", 1], clip["masked-keyframe", 2], still["masked-thumbnail", 0]]
    assert [np.array_equal(one, pixels(path)) for one, path in zip(found, wanted, strict=True)] == [True] * 3
    footage("resolve 2 --dismiss --because 'a mannequin'")
    footage("sheet 2 --to ../sheet.html")
    (picture,) = sheet_pictures(tmp_path / "sheet.html")
    assert np.array_equal(picture, pixels(still["thumbnail", 0]))


def test_sheet_covers_a_masked_asset_with_another_open_flag(
    footage: Footage, masked_desk: Path, tmp_path: Path
) -> None:
    footage("flag 1 f40 f50 --reason violence")
    footage("sheet 1 --to ../sheet.html")
    masked, card = sheet_pictures(tmp_path / "sheet.html")
    assert not any(looks_like(card, pixels(path)) for path in unmasked(footage, 1))
    assert np.array_equal(masked, pixels(places(footage)["masked-keyframe", 1]))
    said = footage("sheet 1 --json").document
    assert (said["sheet"], said["assets"]) == (str(masked_desk / "sheet.html"), [1])
    footage("sheet 1 --to ..", code=7)


# grab


@pytest.mark.usefixtures("masked_desk")
def test_grab_carries_facts_and_flags(footage: Footage) -> None:
    said = footage("grab 1 f20 --json").document
    assert {"asset": 3, "name": "clip-00-00-00-20.jpg", "from": 1}.items() <= said.items()
    shown = footage("show 3 --json").document
    assert (shown["kind"], shown["width"], shown["height"]) == ("still", 320, 180)
    assert shown["facts"] == footage("show 1 --json").document["facts"]
    assert shown["grabbed_from"] == 1
    grabbed = pixels(Path(shown["original"]))
    assert clips.frame_number(grabbed) == 20
    (flag,) = footage("flags 3 --json").document
    assert (flag["state"], flag["in"], flag["treatment"]) == ("open", None, "fill")
    assert flag["poses"] == [{"at": None, "x": 0.4, "y": 0.3, "w": 0.2, "h": 0.25}]
    footage("open 3 --print", code=4)
    footage("export 3 --to out", code=4)
    footage("blur 3")
    assert inside(pixels(renditions(footage, 3)["masked"]), REGION).max() < 40
    footage("ready 3")
    assert [asset["number"] for asset in footage("find grabbed:yes --json").document] == [3]
    assert next(actions(footage("history 3 --json").document)) == "grab"
    footage("grab 1 f20", code=7)
    assert footage("verify --json").document["sound"] is True
    assert footage("verify --json").document["leftovers"] == []


@pytest.mark.usefixtures("masked_desk")
def test_grab_outside_a_flag_carries_none(footage: Footage) -> None:
    footage("grab 1 f37")
    footage("grab 1 f7")
    footage("grab 1 f36")
    assert [flag["asset"] for flag in footage("flags 3..5 --json").document] == [5]
    footage("ready 3,4")


@pytest.mark.usefixtures("desk")
def test_grab_carries_a_moving_mask_where_it_is(footage: Footage) -> None:
    footage("flag 1 0 2 --reason death --region '0 0%,0%,20%,20%' --region '2 40%,80%,20%,20%' --ellipse")
    footage("grab 1 1")
    (flag,) = footage("flags 3 --json").document
    assert flag["shape"] == "ellipse"
    (pose,) = flag["poses"]
    assert 0.18 < pose["x"] <= 0.2 and 0.37 < pose["y"] <= 0.4
    assert pose["x"] + pose["w"] >= 0.408 and pose["y"] + pose["h"] >= 0.616


@pytest.mark.usefixtures("desk")
def test_grab_refuses_stills_and_times_outside(footage: Footage) -> None:
    assert footage("grab 2 0 --json", code=2).document["error"]["hint"] == "footage show 2"
    assert "0:02.000" in footage("grab 1 0:05", code=2).err
    assert footage("verify --json").document["leftovers"] == []


def test_a_span_is_shortened_around_the_moments_of_its_mask(footage: Footage, desk: Path) -> None:
    assert desk
    footage("flag 1 f10 f40 --reason death --region '0:00.8 40%,30%,20%,25%' --treatment fill")
    (flag,) = footage("flag --edit 1 f15 f35 --json").document
    assert (flag["in"], flag["out"]) == (0.6, 1.4) and flag["poses"][0]["at"] == 0.8
    error = footage("flag --edit 1 f25 f35 --json", code=2).document["error"]
    assert "the mask's pose at 0:00.800 lies outside the new span" in error["message"]
    assert "--region" in error["hint"]


def test_what_the_source_hid_needs_no_look(footage: Footage, desk: Path) -> None:
    assert desk
    footage("flag 1 f10 f35 --reason prisoner --by-source")
    said = footage("resolve 1 --looked", code=4).err
    assert "what its source hid, which needs no look" in said and "footage ready 1" in said

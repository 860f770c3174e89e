"""Polygons, masks that follow, cuts and silences: from the words that ask for them to what goes out."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
from desks import actions, change, kinds, rows
from doors import Footage

Pixels = NDArray[np.uint8]
FRAMES = 75
SIZE = (320, 240)


def frames(path: Path) -> list[Pixels]:
    """Every frame's RGB."""
    with av.open(str(path)) as container:
        return [np.asarray(f.to_ndarray(format="rgb24"), np.uint8) for f in container.decode(video=0)]


def loudness(path: Path, start: float, end: float) -> float:
    """The root mean square of a stretch of the sound, of 1."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        heard = [frame.to_ndarray().astype(np.float64) for frame in container.decode(audio=0)]
    samples = np.concatenate(heard, axis=1)[0]
    scale = 1.0 if np.abs(samples).max() <= 2 else 32768.0
    return float(np.sqrt(np.mean((samples[int(start * rate) : int(end * rate)] / scale) ** 2)))


def rendition(footage: Footage, purpose: str = "masked") -> Path:
    """The file of an asset's rendition."""
    (path,) = [
        one["path"] for one in footage("show 1 --json").document["renditions"] if one["purpose"] == purpose
    ]
    return Path(path)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds with sound: numbered frames, and a textured patch that walks to the right and down.

    It begins at (20, 60) and moves by two pixels and half a pixel a frame; it is 48 x 48.
    """
    noise = np.random.default_rng(5)
    ground = clips.draw(0, SIZE) // 3 + noise.integers(0, 60, (SIZE[1], SIZE[0], 1), np.uint8)
    patch = np.repeat(np.repeat(noise.integers(0, 255, (12, 12, 3), np.uint8), 4, 0), 4, 1)
    drawn = []
    for number in range(FRAMES):
        picture = ground.copy()
        strip = clips.draw(number, SIZE)[: SIZE[1] // 6]
        picture[: len(strip)] = strip
        x, y = 20 + 2 * number, 60 + number // 2
        picture[y : y + 48, x : x + 48] = patch
        drawn.append(picture)
    path = tmp_path_factory.mktemp("walk") / "walk.mp4"
    clips.make(path, size=SIZE, frames=FRAMES, audio=True, drawn=drawn, gop=25)
    return path


@pytest.fixture
def shelf(walk: Path, library: Path, footage: Footage) -> Path:
    """A library with that clip as asset 1."""
    footage(
        f"add {walk} --source 92ombr --released 2023-03-24 --undated --country Ukraine "
        "--place 'Bakhmut direction' --shows 'Ukrainian fighters destroy Russian military positions'"
    )
    return library


# words


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("--reason death --treatment cut", "nothing of asset 1 would be left"),
        ("0 1 --reason death --treatment cut --region 1%,1%,9%,9%", "a cut takes the whole picture out"),
        ("0 1 --reason privacy --follow", "no region was drawn"),
        ("0 1 --reason privacy --ellipse", "an ellipse needs its region"),
        ("0 1 --reason privacy --region 1%,1%,9%,9% --follow --by-source", "nothing to follow"),
        ("--reason privacy --follow --region 1%,1%,9%,9%", "say when"),
        ("0 1 --reason privacy --polygon '1%,1% 9%,9%'", "cannot read the polygon"),
        ("0 1 --reason privacy --polygon '1%,1% 9%,1% 9%,9%' --ellipse", "a polygon, a box or an ellipse"),
        (
            "0 1 --reason privacy --polygon '0 1%,1% 9%,1% 9%,9%' --polygon '0.5 1%,1% 9%,1% 9%,9% 1%,9%'",
            "as many corners",
        ),
    ],
)
@pytest.mark.usefixtures("shelf")
def test_what_does_not_go_together_is_refused_with_what_does(footage: Footage, words: str, near: str) -> None:
    error = footage(f"flag 1 {words} --json", code=2).document["error"]
    assert near in error["message"] and error["hint"]
    assert footage("flags --json").document == []


@pytest.mark.parametrize("option", ["--mute", "--follow --region 1%,1%,9%,9%", "--treatment cut"])
@pytest.mark.usefixtures("desk")
def test_what_is_for_video_is_refused_for_a_still(footage: Footage, option: str) -> None:
    error = footage(f"flag 2 --reason privacy {option} --json", code=2).document["error"]
    assert "still" in error["message"]


@pytest.mark.usefixtures("library")
def test_silence_is_refused_where_there_is_no_sound(footage: Footage, tmp_path: Path) -> None:
    clips.make(tmp_path / "silent.mp4", frames=10)
    footage("add ../silent.mp4")
    error = footage("flag 1 0 0.2 --reason language --mute --json", code=2).document["error"]
    assert "has no sound" in error["message"]


@pytest.mark.usefixtures("shelf")
def test_polygon_is_kept_and_hidden(footage: Footage, walk: Path) -> None:
    corners = "10%,40% 40%,40% 40%,80%"
    (flag,) = footage(f"flag 1 1 2 --reason privacy --polygon '{corners}' --treatment fill --json").document
    assert flag["shape"] == "polygon"
    assert flag["poses"][0]["points"] == [[0.1, 0.4], [0.4, 0.4], [0.4, 0.8]]
    (made,) = footage("blur 1 --json").document
    assert made["proof"]["ok"]
    shown, original = frames(made["rendition"])[35], frames(walk)[35]
    assert shown[100:130, 105:120].max() <= 24
    # Below the slanting side, where a box would have covered.
    assert np.abs(shown[160:180, 40:60].astype(int) - original[160:180, 40:60]).mean() < 4


# following


@pytest.mark.usefixtures("shelf")
def test_mask_follows_what_was_pointed_at(footage: Footage) -> None:
    words = 'flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow --treatment fill --json'
    (flag,) = footage(words).document
    assert flag["follow"] and flag["doubtful"] == []
    (made,) = footage("blur 1 --json").document
    assert made["proof"]["ok"]
    for number, picture in enumerate(frames(made["rendition"])):
        x, y = 20 + 2 * number, 60 + number // 2
        covered = float((picture[y + 2 : y + 46, x + 2 : x + 46].max(axis=2) <= 28).mean())
        assert covered == 1.0 if 8 <= number < 62 else covered < 0.5, number


@pytest.mark.usefixtures("shelf")
def test_following_without_a_span_goes_to_the_ends_of_the_shot(footage: Footage) -> None:
    (flag,) = footage('flag 1 --reason privacy --region "1 70,72,48,48" --follow --json').document
    assert (flag["in"], flag["out"]) == (0, 3)


@pytest.mark.usefixtures("shelf")
def test_editing_a_region_follows_anew_and_other_edits_do_not(footage: Footage, shelf: Path) -> None:
    footage('flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow')
    (before,) = rows(shelf, "SELECT track FROM flag")
    footage("flag --edit 1 --note seen")
    assert rows(shelf, "SELECT track FROM flag") == [before]
    footage('flag --edit 1 --region "1 74,72,44,48"')
    (moved,) = rows(shelf, "SELECT track FROM flag")
    assert moved[0] and moved != before
    footage("flag --edit 1 --no-follow")
    assert rows(shelf, "SELECT track, doubtful FROM flag") == [(None, "[]")]


@pytest.mark.usefixtures("shelf")
def test_edit_that_lets_a_mask_follow_keeps_its_span(footage: Footage) -> None:
    footage("flag 1 0.4 2.4 --reason privacy")
    (flag,) = footage('flag --edit 1 --follow --region "1 70,72,48,48" --json').document
    assert (flag["in"], flag["out"], flag["follow"]) == (0.4, 2.4, True)


@pytest.mark.usefixtures("shelf")
def test_mask_that_was_never_followed_is_not_rendered(footage: Footage, shelf: Path) -> None:
    footage('flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow')
    change(shelf, "UPDATE flag SET track = NULL")
    error = footage("blur 1 --json", code=4).document["error"]
    assert error["hint"] == "footage flag --edit 1 --follow"


@pytest.mark.usefixtures("shelf")
def test_what_is_lost_for_good_is_doubtful_of_itself(footage: Footage) -> None:
    """A patch of noise without a likeness anywhere: what was pointed at is hidden by another thing."""
    words = (
        'flag 1 0 3 --reason privacy --region "0 150,190,30,30" --region "2.9 10,190,30,30" --follow --json'
    )
    (flag,) = footage(words).document
    assert flag["doubtful"]


@pytest.mark.usefixtures("shelf")
def test_grab_where_a_mask_is_in_doubt_is_only_proposed(footage: Footage, shelf: Path) -> None:
    footage('flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow')
    change(shelf, "UPDATE flag SET doubtful = '[[12800, 13824]]'")
    footage("grab 1 1")
    footage("grab 1 1.5")
    assert [flag["state"] for flag in footage("flags 2,3 --json").document] == ["proposed", "open"]


@pytest.mark.usefixtures("shelf")
def test_doubt_holds_an_asset_back_until_a_person_has_looked(footage: Footage, shelf: Path) -> None:
    footage('flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow')
    change(shelf, "UPDATE flag SET doubtful = '[[12800, 13824]]'")
    (flag,) = footage("flags --doubtful --json").document
    assert [sorted(span) for span in flag["doubtful"]] == [["in", "out"]]
    said = footage("flags --doubtful").out
    assert "open, doubtful" in said and "footage resolve 1 --looked --because" in said
    footage("blur 1")
    (clearance,) = footage("ready 1 --json", code=4).document
    assert kinds(clearance["obstacles"]) == ["doubtful-flag"]
    assert "--because" in footage("resolve 1 --looked", code=2).err
    footage("resolve 1 --looked --because 'the mask stays on him'")
    assert footage("flags --doubtful --json").document == []
    assert footage("ready 1 --json").document[0]["ready"]
    assert "the mask stays on him" in footage("history 1 --json").out
    footage('flag --edit 1 --region "1 74,72,44,48"')
    assert not footage("flags 1 --json").document[0]["answered"]


@pytest.mark.usefixtures("shelf")
def test_doubt_can_be_answered_before_the_mask_is_rendered(footage: Footage, shelf: Path) -> None:
    footage('flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow')
    assert "no mask to look at" in footage("resolve 1 --looked", code=4).err
    change(shelf, "UPDATE flag SET doubtful = '[[12800, 13824]]'")
    footage("resolve 1 --looked --because 'seen in the preview'")
    footage("blur 1")
    assert footage("ready 1 --json").document[0]["ready"]


@pytest.mark.usefixtures("shelf")
def test_grab_from_under_a_mask_that_follows_is_hidden_where_it_was(footage: Footage) -> None:
    footage('flag 1 0.4 2.4 --reason privacy --region "1 70,72,48,48" --follow --treatment fill')
    footage("grab 1 f50")
    (flag,) = footage("flags 2 --json").document
    assert flag["shape"] == "polygon" and not flag["follow"]
    (made,) = footage("blur 2 --json").document
    picture = clips_picture(Path(made["rendition"]))
    assert picture[85:133, 120:168].max() <= 40


def clips_picture(path: Path) -> Pixels:
    """A still's RGB."""
    from PIL import Image

    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


# cuts


@pytest.mark.usefixtures("shelf")
def test_cut_takes_picture_and_sound_out_and_the_rest_moves_up(footage: Footage, tmp_path: Path) -> None:
    footage("flag 1 f20 f45 --reason death --treatment cut")
    footage("flag 1 f60 f65 --reason privacy --region 10%,30%,20%,30% --treatment fill")
    (made,) = footage("blur 1 --json").document
    assert made["proof"]["ok"]
    assert made["frames_encoded"] + made["frames_copied"] == FRAMES - 25
    shown = frames(made["rendition"])
    assert [clips.frame_number(picture) for picture in shown] == [*range(20), *range(45, FRAMES)]
    with av.open(made["rendition"]) as container:
        sound, picture = container.streams.audio[0], container.streams.video[0]
        lengths = [float(stream.duration * stream.time_base) for stream in (sound, picture)]
    assert lengths[1] == pytest.approx(2.0) and abs(lengths[0] - 2.0) < 0.05
    assert "cut parts of the footage" in footage("caption 1").out
    footage(f"export 1 --to {tmp_path}/out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["assets"][0]
    assert manifest["cut"] == [{"reasons": ["death"], "at": 0.8, "seconds": 1.0}]
    assert [one["span"] for one in manifest["masked"]] == [[1.4, 1.6]]
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Cut by Newsflash: death, 1.0 s at 0:00.800." in page
    assert "0:01.400 to 0:01.600" in page
    exported = frames(tmp_path / "out" / "walk.mp4")
    assert [clips.frame_number(picture) for picture in exported] == [*range(20), *range(45, FRAMES)]


@pytest.mark.usefixtures("desk")
def test_shot_that_was_cut_out_has_no_keyframe_any_more(footage: Footage, tmp_path: Path) -> None:
    footage("flag 1 --shot 2 --reason death --treatment cut")
    footage("blur 1")
    first, second = footage("shots 1 --json").document
    assert first["keyframe"] and second["keyframe"] is None
    footage(f"export 1 --to {tmp_path}/out")
    assert len(frames(tmp_path / "out" / "clip.mp4")) == 25
    assert [path.name for path in sorted((tmp_path / "out" / "pictures").iterdir())] == [
        "1-clip-1.jpg",
        "1-clip.jpg",
    ]


@pytest.mark.usefixtures("desk")
def test_cuts_that_leave_nothing_are_refused(footage: Footage) -> None:
    footage("flag 1 0 1 --reason death --treatment cut")
    footage("flag 1 1 2 --reason death --treatment cut")
    error = footage("blur 1 --json", code=4).document["error"]
    assert "nothing of asset 1 would be left" in error["message"]


@pytest.mark.usefixtures("desk")
def test_still_grabbed_from_what_is_cut_out_is_hidden_whole(footage: Footage) -> None:
    footage("flag 1 0.4 1 --reason death --treatment cut")
    footage("grab 1 0.6")
    (flag,) = footage("flags 3 --json").document
    assert (flag["treatment"], flag["poses"], flag["state"]) == (None, [], "open")


@pytest.mark.usefixtures("shelf")
def test_treatment_of_the_option_leaves_a_cut_a_cut(footage: Footage) -> None:
    footage("flag 1 f20 f45 --reason death --treatment cut")
    (made,) = footage("blur 1 --treatment mosaic --json").document
    assert len(frames(made["rendition"])) == FRAMES - 25
    assert footage("flags 1 --json").document[0]["treatment"] == "cut"
    assert "cut already" in footage("blur 1").out
    footage("blur 1 --treatment cut", code=2)


@pytest.mark.usefixtures("shelf")
def test_edit_to_a_cut_drops_the_outline(footage: Footage) -> None:
    footage("flag 1 f20 f45 --reason death --region 10%,30%,20%,30% --ellipse")
    (flag,) = footage("flag --edit 1 --treatment cut --json").document
    assert (flag["poses"], flag["shape"], flag["treatment"]) == ([], "box", "cut")


# silence


@pytest.mark.usefixtures("shelf")
def test_silenced_span_is_silent_and_all_else_is_as_it_was(
    footage: Footage, walk: Path, tmp_path: Path
) -> None:
    (flag,) = footage("flag 1 1 2 --reason language --mute --json").document
    assert flag["mute"] and flag["treatment"] is None
    (made,) = footage("blur 1 --json").document
    assert made["proof"]["ok"] and made["frames_encoded"] == 0 and made["frames_copied"] == FRAMES
    assert loudness(made["rendition"], 1.03, 1.97) == 0
    for ends in ((0.1, 0.9), (2.1, 2.9)):
        assert loudness(made["rendition"], *ends) == pytest.approx(loudness(walk, *ends), rel=0.05)
    assert all((a == b).all() for a, b in zip(frames(made["rendition"]), frames(walk), strict=True))
    footage(f"export 1 --to {tmp_path}/out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["assets"][0]
    assert manifest["muted"] == [{"reasons": ["language"], "span": [1, 2]}] and manifest["masked"] == []
    assert "Silenced by Newsflash: language" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert loudness(tmp_path / "out" / "walk.mp4", 1.03, 1.97) == 0


@pytest.mark.usefixtures("shelf")
def test_flag_about_language_asks_for_silence(footage: Footage) -> None:
    footage("flag 1 1 2 --reason language")
    error = footage("blur 1 --json", code=4).document["error"]
    assert error["hint"] == "footage flag --edit 1 --mute"
    footage("flag --edit 1 --mute")
    assert footage("blur 1 --json").document[0]["proof"]["ok"]


@pytest.mark.usefixtures("shelf")
def test_treatment_of_the_option_hides_no_picture_where_only_sound_is_silenced(footage: Footage) -> None:
    footage("flag 1 1 2 --reason language --mute")
    (made,) = footage("blur 1 --treatment fill --json").document
    assert made["frames_encoded"] == 0


# blur


@pytest.mark.usefixtures("shelf")
def test_only_the_frames_around_a_mask_are_encoded(footage: Footage) -> None:
    footage("flag 1 f30 f35 --reason death --region 40%,30%,20%,25%")
    (made,) = footage("blur 1 --json").document
    assert made["whole"] is None
    # Sync frames lie 25 frames apart: from the padding before the mask to the next one.
    assert 50 - 28 <= made["frames_encoded"] <= 50 - 28 + 3
    assert "copied" in footage("flag --edit 1 --note x").out + footage("blur 1").out


@pytest.mark.usefixtures("shelf")
def test_whole_encodes_every_frame(footage: Footage) -> None:
    footage("flag 1 f30 f35 --reason death --region 40%,30%,20%,25%")
    (made,) = footage("blur 1 --whole --json").document
    assert (made["frames_encoded"], made["frames_copied"]) == (FRAMES, 0)
    assert made["whole"] and made["proof"]["ok"]


@pytest.mark.usefixtures("shelf")
def test_flag_that_asks_for_nothing_is_refused(footage: Footage) -> None:
    footage("flag 1 f30 f35 --reason death --region 40%,30%,20%,25%")
    footage("flag 1 f50 f55 --reason death")
    footage("resolve 2 --dismiss --because nothing")
    error = footage("blur 1 --flag 2 --json", code=4).document["error"]
    assert "flag 2 is dismissed" in error["message"]
    footage("blur 1 --flag 1 --preview", code=2)


@pytest.mark.usefixtures("shelf")
def test_mask_made_anew_was_not_looked_at(footage: Footage) -> None:
    footage("flag 1 f30 f35 --reason death --region 40%,30%,20%,25%")
    footage("blur 1")
    footage("resolve 1 --looked")
    assert footage("flags 1 --json").document[0]["looked"]
    footage("blur 1 --treatment fill")
    assert not footage("flags 1 --json").document[0]["looked"]


@pytest.mark.usefixtures("shelf")
def test_several_assets_answer_in_their_order(footage: Footage, tmp_path: Path) -> None:
    clips.make(tmp_path / "other.mp4", frames=30)
    footage("add ../other.mp4")
    footage("flag 1 f30 f35 --reason death --region 40%,30%,20%,25%")
    footage("flag 2 f3 f5 --reason death")
    assert [one["asset"] for one in footage("blur 2 1 --json").document] == [2, 1]
    assert list(actions(footage("history --json").document)).count("blur") == 2


@pytest.mark.usefixtures("shelf")
def test_one_that_fails_does_not_stop_the_others(footage: Footage, tmp_path: Path) -> None:
    clips.make(tmp_path / "other.mp4", frames=30)
    footage("add ../other.mp4")
    footage("flag 2 f3 f5 --reason death")
    first, second = footage("blur 1 2 --json", code=4).document
    assert first["error"]["kind"] == "refused" and second["proof"]["ok"]


@pytest.mark.usefixtures("shelf")
def test_keyframes_that_nothing_touches_are_the_originals(footage: Footage) -> None:
    footage("flag 1 f70 f72 --reason death --region 40%,30%,20%,25%")
    footage("blur 1")
    paths = {one["purpose"]: one["path"] for one in footage("show 1 --json").document["renditions"]}
    keyframe = footage("shots 1 --json").document[0]["keyframe"]
    assert keyframe == paths["keyframe"] == paths["masked-keyframe"]
    footage("flag 1 0 2.5 --reason death")
    footage("blur 1")
    paths = {one["purpose"]: one["path"] for one in footage("show 1 --json").document["renditions"]}
    assert paths["masked-keyframe"] != paths["keyframe"] and Path(paths["keyframe"]).is_file()


def test_sound_that_nothing_reads_is_refused_by_name(footage: Footage, tmp_path: Path) -> None:
    clip = clips.make(tmp_path / "heard.mkv", frames=25, audio=True)
    data = clip.read_bytes()
    assert data.count(b"A_AAC") == 1
    clip.write_bytes(data.replace(b"A_AAC", b"A_XYZ"))
    (added,) = footage("add", str(clip), "--json").document
    footage(f"flag {added['asset']} 0.2 0.4 --reason privacy --region 40%,40%,20%,20%")
    error = footage(f"blur {added['asset']} --json", code=4).document["error"]
    assert error["message"] == "nothing here can read sound 1 of it, so that no copy of it can be proven"

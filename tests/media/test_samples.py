"""The sample media are what they promise, and the same each time."""

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pillow_heif
import pytest
from PIL import Image

from footage.errors import ToolFailed
from footage.media import samples as sampling
from footage.media.samples import GPS, SHOT_SECONDS, SHOTS, Samples, make_samples
from footage.media.samples.story import FACTS, SUBTITLES, TEXT
from footage.model.geometry import Pose, Region, parse_region, region_at, split_pose
from footage.model.span import parse_seconds

Picture = npt.NDArray[Any]


@pytest.fixture(scope="module")
def frames(samples: Samples) -> list[Picture]:
    """Each frame of the clip at half its size."""
    with av.open(str(samples.clip)) as container:
        decoded = container.decode(video=0)
        return [frame.to_ndarray(width=640, height=360, format="rgb24") for frame in decoded]


def red(picture: Picture) -> npt.NDArray[np.bool_]:
    """Which pixels are of the role player's red."""
    most, *others = np.moveaxis(picture.astype(int), -1, 0)
    found: npt.NDArray[np.bool_] = (most > 90) & (most > 2.6 * np.maximum(*others))
    return found


def inside(region: Region, picture: Picture) -> npt.NDArray[np.bool_]:
    height, width = picture.shape[:2]
    left, top, right, bottom = region.pixels(width, height)
    mask = np.zeros((height, width), bool)
    mask[top:bottom, left:right] = True
    return mask


def test_clip_is_a_wire_clip_of_twenty_seconds_with_sound(samples: Samples) -> None:
    with av.open(str(samples.clip)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height) == ("h264", 1280, 720)
        assert video.average_rate == 25 and video.codec_context.color_range == 1
        assert audio.codec_context.name == "aac" and audio.codec_context.sample_rate == 48_000
        assert video.duration is not None and video.time_base is not None
        assert video.duration * video.time_base == len(SHOTS) * SHOT_SECONDS
        heard = [np.abs(frame.to_ndarray()).max() for frame in container.decode(audio)]
    assert max(heard) > 0.2


def test_cuts_lie_between_the_shots_and_nowhere_else(frames: list[Picture]) -> None:
    small = np.stack([frame[::8, ::8] for frame in frames]).astype(int)
    jumps = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2, 3))
    length = SHOT_SECONDS * 25
    assert len(frames) == len(SHOTS) * length
    cuts = [int(frame) + 1 for frame in np.flatnonzero(jumps > 15)]
    assert cuts == [number * length for number in range(1, len(SHOTS))]


def test_figure_is_inside_its_poses_on_every_frame_and_in_no_other_shot(
    samples: Samples, frames: list[Picture]
) -> None:
    start, end = (parse_seconds(time) for time in samples.figure_span)
    poses = []
    for text in samples.figure_poses:
        time, region = split_pose(text)
        assert time is not None
        poses.append(Pose(int(parse_seconds(time) * 25), parse_region(region, 1280, 720)))
    assert poses[0].tick == start * 25 and poses[-1].tick == end * 25
    for number, picture in enumerate(frames):
        found = red(picture)
        if start <= Fraction(number, 25) < end:
            assert found.sum() > 2000, f"frame {number} shows no figure"
            assert not (found & ~inside(region_at(poses, number), picture)).any(), f"frame {number} leaks"
        else:
            assert found.sum() < 100, f"frame {number} has the figure's red in it"


def test_figure_in_the_still_is_inside_its_region(samples: Samples) -> None:
    picture = np.asarray(Image.open(samples.still))
    region = parse_region(samples.still_region, picture.shape[1], picture.shape[0])
    assert red(picture).sum() > 4000
    assert not (red(picture) & ~inside(region, picture)).any()


def test_blacked_out_still_is_black_where_it_says(samples: Samples) -> None:
    picture = np.asarray(Image.open(samples.masked_still))
    region = parse_region(samples.black_region, picture.shape[1], picture.shape[0])
    black = inside(region, picture)
    assert picture[black].max() < 24 and picture[~black].mean() > 90


def test_heic_carries_a_position_and_a_date(samples: Samples) -> None:
    picture = pillow_heif.open_heif(samples.heic)
    exif = Image.Exif()
    exif.load(picture.info["exif"])
    assert exif.get_ifd(0x8825) == dict(enumerate(GPS, start=1))
    assert exif.get_ifd(0x8769)[0x9003] == "2024:04:17 19:55:03"
    assert picture.size == (1152, 864)


def test_story_in_the_tree_is_the_one_that_is_made(samples: Samples) -> None:
    assert samples.story.read_text(encoding="utf-8") == TEXT
    assert samples.subtitles.read_text(encoding="utf-8") == SUBTITLES
    assert Path(__file__).parents[2].joinpath("samples/story.txt").read_text(encoding="utf-8") == TEXT
    assert FACTS.caption in TEXT and FACTS.statement in TEXT


def test_same_bytes_each_time_and_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "SHOT_SECONDS", 1)
    monkeypatch.setattr(sampling, "SHOTS", SHOTS[1:3])

    class Steps:
        said: tuple[tuple[str, int, int], ...] = ()

        def step(self, label: str, done: int, total: int) -> None:
            self.said += ((label, done, total),)

    def digests(folder: Path) -> dict[str, str]:
        steps = Steps()
        make_samples(folder, steps)
        assert steps.said == (("drawing the samples", 1, 2), ("drawing the samples", 2, 2))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    assert digests(tmp_path / "once") == digests(tmp_path / "again")


def test_unwritable_folder_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(ToolFailed, match="cannot write the samples into"):
        make_samples(tmp_path / "taken")

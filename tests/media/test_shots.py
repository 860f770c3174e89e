"""Shots in reels of real clips whose cuts, fades and dissolves are known to the frame."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.glance import Glancer
from footage.media.shots import DELAY, Boundary, ShotDetector
from footage.model.asset import Transition

SIZE = (320, 180)
SINGLE = ("mdn_crystal", "mdn_elf", "mdn_frog", "mdn_monster", "mdn_pig", "mdn_rabbit")
Frames = NDArray[np.uint8]


@pytest.fixture(scope="module")
def footage(real_media: Path) -> dict[str, Frames]:
    """A hundred frames of each of the single shots."""
    found = {}
    for name in SINGLE:
        raw = clips.run(
            *("-i", real_media / f"{name}.mp4", "-frames:v", "100", "-vf", f"scale={SIZE[0]}:{SIZE[1]}"),
            *("-f", "rawvideo", "-pix_fmt", "rgb24", "-"),
        )
        found[name] = np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3)
    return found


def boundaries(path: Path, name: str = "mp4") -> list[Boundary]:
    detector, glancer = ShotDetector(), Glancer()
    found: list[Boundary] = []
    with open_video(str(path), name) as container:
        for frame in Reader(container, picture_stream(container)).frames():
            found += detector.feed(glancer.at(frame)[0])
    return [*found, *detector.finish()]


def reel(path: Path, frames: Sequence[Frames] | Frames) -> Path:
    """An ordinary x264 file of these frames."""
    return clips.make(path, frames=len(frames), size=SIZE, drawn=frames, gop=250)


def mixed(old: Frames, new: Frames) -> Frames:
    """A dissolve from one to the other."""
    share = np.linspace(0, 1, len(old) + 2)[1:-1, None, None, None]
    return (old * (1 - share) + new * share).astype(np.uint8)


def wiped(old: Frames, new: Frames) -> Frames:
    """A wipe from the left."""
    frames = old.copy()
    for number in range(len(old)):
        edge = SIZE[0] * (number + 1) // (len(old) + 1)
        frames[number, :, :edge] = new[number, :, :edge]
    return frames


def darkened(frames: Frames, *, out: bool) -> Frames:
    share = np.linspace(1, 0, len(frames))[:, None, None, None]
    return (frames * (share if out else share[::-1])).astype(np.uint8)


class Test_cuts:
    def test_are_found_at_the_very_frame(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        lengths = (40, 8, 25, 60, 13, 30)
        starts = np.cumsum((0, *lengths[:-1])).tolist()
        frames = np.concatenate(
            [footage[name][:length] for name, length in zip(SINGLE, lengths, strict=True)]
        )
        found = boundaries(reel(tmp_path / "cuts.mp4", frames))
        assert [boundary.frame for boundary in found] == starts[1:]
        assert {boundary.transition for boundary in found} == {Transition.CUT}

    def test_survive_a_blended_frame(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        old, new = footage["mdn_elf"][:40], footage["mdn_rabbit"][:40]
        blend = mixed(old[-1:], new[:1])
        found = boundaries(reel(tmp_path / "blend.mp4", np.concatenate((old, blend, new))))
        assert len(found) == 1
        assert found[0].frame in (40, 41)

    def test_none_is_shorter_than_eight_frames(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        names = [SINGLE[number % 6] for number in range(20)]
        frames = np.concatenate([footage[name][:5] for name in names])
        starts = [0, *(boundary.frame for boundary in boundaries(reel(tmp_path / "quick.mp4", frames))), 100]
        assert min(np.diff(starts)) >= 8


class Test_what_is_no_cut:
    @pytest.mark.parametrize("name", SINGLE)
    def test_a_single_shot(self, real_media: Path, name: str) -> None:
        assert boundaries(real_media / f"{name}.mp4") == []

    @pytest.mark.long
    def test_any_single_shot(self, real_media: Path) -> None:
        found = {path.name: boundaries(path) for path in sorted(real_media.glob("*.mp4"))}
        assert {name: each for name, each in found.items() if each} == {}

    def test_a_flash(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        frames = footage["mdn_frog"].copy()
        for number in (30, 31, 60):
            frames[number] = np.clip(frames[number].astype(int) + 150, 0, 255)
        assert boundaries(reel(tmp_path / "flash.mp4", frames)) == []

    def test_a_caption(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        frames = footage["mdn_pig"].copy()
        frames[30:70, 130:165, 20:300] = (20, 40, 160)
        assert boundaries(reel(tmp_path / "caption.mp4", frames)) == []

    @pytest.mark.parametrize("gain", [0.7, 1.3])
    def test_an_exposure_step(self, footage: dict[str, Frames], tmp_path: Path, gain: float) -> None:
        frames = footage["mdn_monster"].copy()
        frames[50:] = np.clip(frames[50:] * gain, 0, 255)
        assert boundaries(reel(tmp_path / "step.mp4", frames)) == []

    def test_an_exposure_ramp(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        gains = np.linspace(1, 0.5, 100)[:, None, None, None]
        frames = (footage["mdn_crystal"] * gains).astype(np.uint8)
        assert boundaries(reel(tmp_path / "ramp.mp4", frames)) == []

    def test_black_at_either_end(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        black = np.zeros((20, SIZE[1], SIZE[0], 3), np.uint8)
        frames = np.concatenate((black, footage["mdn_elf"], black))
        assert boundaries(reel(tmp_path / "ends.mp4", frames)) == []


class Test_gradual_transitions:
    @pytest.mark.parametrize("length", [10, 16, 25])
    def test_dissolves(self, footage: dict[str, Frames], tmp_path: Path, length: int) -> None:
        old, new = footage["mdn_frog"], footage["mdn_rabbit"]
        between = mixed(old[50 : 50 + length], new[:length])
        found = boundaries(reel(tmp_path / "d.mp4", np.concatenate((old[:50], between, new[length:]))))
        assert [boundary.transition for boundary in found] == [Transition.DISSOLVE]
        assert abs(found[0].frame - 50 - length / 2) <= 3
        assert found[0].first >= 44
        assert found[0].last <= 56 + length

    def test_a_wipe(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        old, new = footage["mdn_frog"], footage["mdn_rabbit"]
        between = wiped(old[50:65], new[:15])
        found = boundaries(reel(tmp_path / "w.mp4", np.concatenate((old[:50], between, new[15:]))))
        assert len(found) == 1
        assert 50 <= found[0].frame <= 65

    @pytest.mark.parametrize("black", [2, 30, 150])
    def test_a_fade_through_black(self, footage: dict[str, Frames], tmp_path: Path, black: int) -> None:
        nothing = np.zeros((black, SIZE[1], SIZE[0], 3), np.uint8)
        old, new = footage["mdn_pig"][:60], footage["mdn_monster"][:60]
        parts = (old[:50], darkened(old[50:], out=True), nothing, darkened(new[:10], out=False), new[10:])
        found = boundaries(reel(tmp_path / "f.mp4", np.concatenate(parts)))
        assert [boundary.transition for boundary in found] == [Transition.FADE]
        assert abs(found[0].frame - 60 - black / 2) <= 2

    def test_black_between_two_cuts_is_one_boundary(self, footage: dict[str, Frames], tmp_path: Path) -> None:
        nothing = np.zeros((12, SIZE[1], SIZE[0], 3), np.uint8)
        parts = (footage["mdn_pig"][:50], nothing, footage["mdn_elf"][:50])
        found = boundaries(reel(tmp_path / "gap.mp4", np.concatenate(parts)))
        assert [(boundary.transition, boundary.frame) for boundary in found] == [(Transition.FADE, 56)]


class Test_what_is_decided_when:
    def test_boundaries_come_in_order_and_never_before_what_is_settled(
        self, footage: dict[str, Frames], tmp_path: Path
    ) -> None:
        frames = np.concatenate([footage[name][:50] for name in SINGLE])
        frames[100:130] = mixed(frames[70:100], frames[130:160])
        path = reel(tmp_path / "mix.mp4", frames)
        detector, glancer = ShotDetector(), Glancer()
        settled, latest = 0, 0
        with open_video(str(path), "mp4") as container:
            for number, frame in enumerate(Reader(container, picture_stream(container)).frames()):
                for boundary in detector.feed(glancer.at(frame)[0]):
                    assert settled <= boundary.frame
                    assert latest < boundary.frame
                    latest = boundary.frame
                settled = detector.settled
                assert settled == max(0, number + 1 - DELAY)
        assert latest > 0

    def test_memory_does_not_grow(self) -> None:
        detector, glancer = ShotDetector(), Glancer()
        frame: Any = clips.draw(3, SIZE)
        blurred = np.asarray(cv2.GaussianBlur(frame, (0, 0), 5), np.uint8)
        import av

        glances = [glancer.at(av.VideoFrame.from_ndarray(each))[0] for each in (frame, blurred)]
        for number in range(2000):
            list(detector.feed(glances[number // 100 % 2]))
        held = [getattr(detector, name) for name in vars(detector)]
        assert max(len(each) for each in held if hasattr(each, "__len__")) <= 2 * DELAY

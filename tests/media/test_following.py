"""Following a region through clips whose truth is known, in the sandbox as everywhere else."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
import masked
from footage.errors import BadInput, ToolFailed
from footage.media.following import Followed, follow
from footage.media.following import frames as luma_frames
from footage.media.following.flow import shared_motion
from footage.media.following.frames import LumaFrames
from footage.media.following.outlines import Similarity, area_of, corners_of, widened
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.geometry import WHOLE_PICTURE, Point, Pose, Region, Shape, polygon_pose
from footage.model.progress import Silent
from footage.model.span import FrameIndex, Span

SIZE = (320, 180)
Picture = NDArray[np.uint8]
Way = Callable[[int], complex]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("following")


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Iterator[Sandbox]:
    with Sandbox([folder], folder) as sandbox:
        yield sandbox


def grains(seed: int, width: int, height: int, size: float = 2.0, contrast: float = 45) -> Picture:
    """A grey texture of irregular grains."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), size))
    return np.asarray(np.clip(120 + smooth / smooth.std() * contrast, 0, 255), np.uint8)


@dataclass
class Scene:
    """A target that moves over a background.

    Attributes:
        way: its centre on each frame, in pixels.
        turn: its size and angle on each frame, as a complex number.
        change: what is done to each finished picture.
    """

    way: Way
    turn: Way = field(default=lambda _: 1 + 0j)
    width: int = 48
    height: int = 40
    oval: bool = False
    size: tuple[int, int] = SIZE
    change: Callable[[int, Picture], Picture] = field(default=lambda _, picture: picture)
    seed: int = 1
    contrast: float = 45

    def frames(self, count: int) -> Iterator[Picture]:
        ground = grains(self.seed + 100, *self.size, 3.0, 30)
        looks = grains(self.seed, self.width, self.height, contrast=self.contrast)
        alpha = np.full(looks.shape, 255, np.uint8)
        if self.oval:
            alpha = np.zeros_like(looks)
            cv2.ellipse(alpha, ((self.width / 2, self.height / 2), (self.width, self.height), 0), 255, -1)
        for number in range(count):
            matrix = self.motion(number)
            seen = cv2.warpAffine(looks, matrix, self.size)
            share = cv2.warpAffine(alpha, matrix, self.size)[..., None] / 255.0
            grey = ground[..., None] * (1 - share) + seen[..., None] * share
            yield self.change(number, np.repeat(np.asarray(grey, np.uint8), 3, axis=2))

    def motion(self, number: int) -> NDArray[np.float64]:
        turn, centre = self.turn(number), self.way(number)
        middle = complex(self.width, self.height) / 2
        # OpenCV counts pixels from their middles.
        shift = centre - turn * (middle - 0.5 - 0.5j) - 0.5 - 0.5j
        return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])

    def corners(self, number: int) -> list[complex]:
        """The rim of the target on a frame, in pixels."""
        half = complex(self.width, self.height) / 2
        if self.oval:
            angles = (2 * math.pi * part / 24 for part in range(24))
            rim = [complex(half.real * math.cos(angle), half.imag * math.sin(angle)) for angle in angles]
        else:
            rim = [-half, half.conjugate(), half, -half.conjugate()]
        return [self.way(number) + self.turn(number) * point for point in rim]

    def pose(self, number: int, loose: float = 0.0) -> Pose:
        """A box around it, as a person draws it; a frame lasts for a tick."""
        xs, ys = zip(*((z.real, z.imag) for z in self.corners(number)), strict=True)
        left, top, right, bottom = min(xs) - loose, min(ys) - loose, max(xs) + loose, max(ys) + loose
        across, down = self.size
        return Pose(number, Region(left / across, top / down, (right - left) / across, (bottom - top) / down))

    def uncovered(self, found: Followed, number: int, first: int = 0) -> float:
        """How far the target reaches out of the mask on a frame, in pixels beyond every mask's growth."""
        pose = found.poses[number - first]
        outline = np.array([(x * self.size[0], y * self.size[1]) for x, y in pose.points], np.float32)
        out = [-cv2.pointPolygonTest(outline, (z.real, z.imag), True) for z in self.corners(number)]
        return max(out) - 4


def straight(number: int) -> complex:
    return complex(70 + 3.5 * number, 80 + 10 * math.sin(number / 5))


def dimmed(number: int, picture: Picture) -> Picture:
    return np.asarray(picture * (0.75 + 0.25 * math.sin(number / 6)), np.uint8)


def clip(folder: Path, name: str, scene: Scene, count: int = 40) -> Path:
    path = folder / f"{name}.mp4"
    if not path.exists():
        clips.make(path, frames=count, size=scene.size, drawn=scene.frames(count))
    return path


@pytest.fixture(scope="module")
def two_shots(folder: Path) -> Path:
    """Two backgrounds and two targets of their own, with a cut between the frames 19 and 20."""
    first, second = Scene(straight), Scene(straight, seed=7)
    pictures = [*first.frames(20), *list(second.frames(40))[20:]]
    return clips.make(folder / "shots.mp4", frames=40, size=SIZE, drawn=pictures)


@pytest.fixture(scope="module")
def numbered(folder: Path) -> Path:
    """Frames that carry their numbers, and few sync frames."""
    return clips.make(folder / "numbered.mp4", frames=150, gop=40)


def index_of(count: int = 40) -> FrameIndex:
    """Times of a clip at 25 frames a second, as its own are: 512 ticks a frame."""
    return FrameIndex(Fraction(1, 12800), tuple(512 * number for number in range(count)), 512 * count)


def at_ticks(poses: Sequence[Pose], index: FrameIndex) -> list[Pose]:
    """Poses drawn on frames, at those frames' ticks."""
    return [Pose(index.pts[pose.tick or 0], pose.region, pose.points) for pose in poses]


def followed(
    sandbox: Sandbox,
    path: Path,
    poses: Sequence[Pose],
    *,
    frames: range = range(40),
    shape: Shape = Shape.BOX,
    cuts: Sequence[int] = (),
    index: FrameIndex | None = None,
) -> Followed:
    """Follow poses whose ticks are numbers of frames."""
    index = index or index_of()
    cut_ticks = [index.pts[number] for number in cuts]
    drawn = at_ticks(poses, index)
    return follow(sandbox, path, FORMATS["mp4"], index, frames, shape, drawn, cut_ticks, Silent())


def doubts(found: Followed, index: FrameIndex | None = None) -> list[int]:
    """The numbers of the doubtful frames."""
    index = index or index_of(200)
    return [n for n, tick in enumerate(index.pts) if any(tick in span for span in found.doubtful)]


def centre(points: Sequence[Point], size: tuple[int, int] = SIZE) -> complex:
    return complex(
        sum(x for x, _ in points) / len(points) * size[0], sum(y for _, y in points) / len(points) * size[1]
    )


class Test_a_target_that_shows:
    @pytest.mark.parametrize(
        "name, scene",
        [
            ("moves", Scene(straight)),
            ("stands", Scene(lambda _: 150 + 90j)),
            ("grows", Scene(straight, lambda n: complex(1 + n / 60))),
            ("shrinks", Scene(straight, lambda n: complex(1 - n / 90))),
            ("turns", Scene(straight, lambda n: complex(math.cos(n / 25), math.sin(n / 25)))),
            ("jumps", Scene(lambda n: 120 + 90j + 17 * complex((n // 7) % 2, (n // 5) % 2))),
            ("oval", Scene(straight, oval=True, height=48)),
            ("faint", Scene(straight, contrast=8)),
            ("light", Scene(straight, change=dimmed)),
        ],
    )
    def test_stays_covered_without_a_doubt(
        self, sandbox: Sandbox, folder: Path, name: str, scene: Scene
    ) -> None:
        found = followed(sandbox, clip(folder, name, scene), [scene.pose(0)])
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0
        assert doubts(found) == []

    def test_has_one_polygon_a_frame_at_the_frames_tick(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight)
        found = followed(sandbox, clip(folder, "moves", scene), [scene.pose(12)], frames=range(10, 31))
        assert [pose.tick for pose in found.poses] == [512 * number for number in range(10, 31)]
        assert {len(pose.points) for pose in found.poses} == {4}
        assert found.poses[2].region.w == pytest.approx(48 / 320, abs=1e-5), "as it was drawn"

    def test_under_noise_and_smear(self, sandbox: Sandbox, folder: Path) -> None:
        rng = np.random.default_rng(3)

        def spoil(_: int, picture: Picture) -> Picture:
            smeared = cv2.blur(picture, (7, 1))
            return np.asarray(np.clip(smeared + rng.normal(0, 9, picture.shape), 0, 255), np.uint8)

        scene = Scene(straight, change=spoil)
        found = followed(sandbox, clip(folder, "noise", scene), [scene.pose(0)])
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0
        assert doubts(found) == []

    def test_drawn_wide_on_a_background_that_stays(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight, oval=True, width=36, height=60)
        found = followed(sandbox, clip(folder, "slim", scene), [scene.pose(0, loose=12)])
        away = [abs(centre(pose.points) - straight(n)) for n, pose in enumerate(found.poses)]
        assert max(away) < 3, "the background in the corners does not hold it back"
        assert doubts(found) == []

    def test_tiny(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight, width=12, height=12, oval=True)
        found = followed(sandbox, clip(folder, "tiny", scene), [scene.pose(0)])
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0

    def test_nearly_the_whole_picture(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(lambda n: complex(158 + n / 10, 90), width=300, height=170)
        found = followed(sandbox, clip(folder, "large", scene), [scene.pose(0)])
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0

    def test_does_not_tremble(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(lambda _: 150 + 90j)
        found = followed(sandbox, clip(folder, "stands", scene), [scene.pose(0)])
        places = [centre(pose.points) for pose in found.poses]
        assert max(abs(place - places[0]) for place in places) < 0.25

    def test_that_turns_away_is_covered_all_the_same(self, sandbox: Sandbox, folder: Path) -> None:
        still = Scene(lambda _: 160 + 90j, width=64, height=56, seed=4)

        def narrower(number: int, picture: Picture) -> Picture:
            share = 1 - number / 110
            matrix = np.array([[share, 0, 160 * (1 - share)], [0, 1, 0]])
            return np.asarray(cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REFLECT), np.uint8)

        still.change = narrower
        found = followed(sandbox, clip(folder, "away", still), [still.pose(0)])
        for number, pose in enumerate(found.poses):
            heights = [y * 180 for _, y in pose.points]
            assert min(heights) - 4 <= 90 - 28
            assert max(heights) + 4 >= 90 + 28, number
        assert doubts(found) == []


class Test_shapes:
    def test_an_ellipse_becomes_a_polygon_around_it(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight, oval=True, height=48)
        found = followed(sandbox, clip(folder, "oval", scene), [scene.pose(0)], shape=Shape.ELLIPSE)
        assert {len(pose.points) for pose in found.poses} == {16}
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0
        outline = np.array([(x * 320, y * 180) for x, y in found.poses[0].points], np.float32)
        assert all(cv2.pointPolygonTest(outline, (z.real, z.imag), True) > -0.01 for z in scene.corners(0))
        assert cv2.contourArea(outline) < 1.03 * math.pi * 24 * 24

    def test_a_polygon_keeps_its_corners(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight, lambda n: complex(math.cos(n / 25), math.sin(n / 25)))
        start = straight(0)
        hook = [-24 - 20j, 24 - 20j, 24 + 20j, 10 + 20j, 10 - 6j, -24 - 6j]
        points = [((start + z).real / 320, (start + z).imag / 180) for z in hook]
        path = clip(folder, "turns", scene)
        found = followed(sandbox, path, [polygon_pose(0, points)], shape=Shape.POLYGON)
        assert {len(pose.points) for pose in found.poses} == {6}
        for number in (10, 25, 39):
            turn = scene.turn(number)
            for (x, y), corner in zip(found.poses[number].points, hook, strict=True):
                assert abs(complex(x * 320, y * 180) - (straight(number) + turn * corner)) < 2.5


class Test_both_ways:
    def test_from_a_pose_in_the_middle(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight, lambda n: complex(1 + (n - 20) / 60))
        found = followed(sandbox, clip(folder, "grows-late", scene), [scene.pose(20)])
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0
        assert doubts(found) == []

    def test_between_poses_that_agree(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight)
        poses = [scene.pose(0), scene.pose(39)]
        found = followed(sandbox, clip(folder, "moves", scene), poses)
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0
        assert doubts(found) == []
        assert {len(pose.points) for pose in found.poses} == {4}

    def test_between_poses_that_disagree_both_are_covered_and_doubted(
        self, sandbox: Sandbox, folder: Path
    ) -> None:
        scene = Scene(straight)
        right = scene.pose(39).region
        beside = Pose(39, Region(right.x - 0.05, right.y, right.w, right.h))
        found = followed(sandbox, clip(folder, "moves", scene), [scene.pose(0), beside])
        assert doubts(found) == list(range(1, 39)), "not on the frames that a person drew on"
        assert max(scene.uncovered(found, number) for number in range(39)) <= 0
        assert min(pose.region.w for pose in found.poses[1:39]) > right.w + 0.045

    def test_is_in_doubt_also_where_it_is_sure_for_a_moment_between_two_doubts(
        self, sandbox: Sandbox, folder: Path
    ) -> None:
        def cover(number: int, picture: Picture) -> Picture:
            if number in range(10, 15) or number in range(19, 24):
                picture[:] = 90
            return picture

        scene = Scene(straight, change=cover)
        found = followed(sandbox, clip(folder, "hidden-twice", scene), [scene.pose(0)])
        assert set(range(10, 24)) <= set(doubts(found))
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0
        drawn = followed(sandbox, clip(folder, "hidden-twice", scene), [scene.pose(0), scene.pose(16)])
        assert set(doubts(drawn)).isdisjoint(range(15, 19)), "not around what a person drew"

    def test_a_later_pose_takes_over_where_the_target_was_lost(self, sandbox: Sandbox, folder: Path) -> None:
        def cover(number: int, picture: Picture) -> Picture:
            if 12 <= number < 20:
                picture[:] = 90
            return picture

        scene = Scene(lambda n: straight(n) + (90 - 40j if n >= 16 else 0), change=cover)
        path = clip(folder, "elsewhere", scene)
        alone = followed(sandbox, path, [scene.pose(0)])
        assert set(range(12, 20)) <= set(doubts(alone))
        both = followed(sandbox, path, [scene.pose(0), scene.pose(30)])
        assert set(range(12, 20)) <= set(doubts(both)) <= set(range(11, 24))
        assert max(scene.uncovered(both, number) for number in (*range(11), *range(24, 40))) <= 0


class Test_what_cannot_be_seen:
    def test_is_doubtful_grows_and_is_found_again(self, sandbox: Sandbox, folder: Path) -> None:
        bar = grains(77, 76, 180)[..., None]

        def cover(_: int, picture: Picture) -> Picture:
            picture[:, 120:196] = bar
            return picture

        scene = Scene(lambda n: complex(30 + 6.5 * n, 90), change=cover, width=40)
        found = followed(sandbox, clip(folder, "behind", scene), [scene.pose(0)])
        hidden = [n for n in range(40) if 30 + 6.5 * n - 20 >= 120 and 30 + 6.5 * n + 20 <= 196]
        assert len(hidden) >= 5
        assert set(hidden) <= set(doubts(found)), "never lost without a word"
        clear = [n for n in range(40) if not 110 < 30 + 6.5 * n < 226]
        assert not set(clear) & set(doubts(found)), "found again"
        assert max(scene.uncovered(found, number) for number in clear) <= 0
        assert max(scene.uncovered(found, number) for number in hidden) <= 0, "looked for on the way between"
        assert found.poses[hidden[3]].region.w > 1.1 * found.poses[0].region.w

    def test_what_passes_in_front_is_not_followed(self, sandbox: Sandbox, folder: Path) -> None:
        def cover(number: int, picture: Picture) -> Picture:
            left = 200 - 2 * number
            picture[:, left : left + 60] = 40
            return picture

        scene = Scene(lambda _: 150 + 90j, change=cover)
        found = followed(sandbox, clip(folder, "slowly", scene), [scene.pose(0)])
        sure = set(range(40)) - set(doubts(found))
        assert max(scene.uncovered(found, number) for number in sure) <= 0
        assert set(range(32, 36)) <= set(doubts(found))
        assert len(sure) > 15

    def test_out_of_the_picture_and_back(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(lambda n: complex(-70 + 0.35 * (n - 22) ** 2, 90))
        found = followed(sandbox, clip(folder, "leaves", scene), [scene.pose(0)])
        assert set(range(18, 27)) <= set(doubts(found))
        assert not {*range(6), *range(38, 40)} & set(doubts(found))
        assert max(scene.uncovered(found, number) for number in (*range(10), 38, 39)) <= 0

    def test_gone_for_good(self, sandbox: Sandbox, folder: Path) -> None:
        def away(number: int, picture: Picture) -> Picture:
            return grains(900 + number, *SIZE)[..., None].repeat(3, 2) if number >= 15 else picture

        scene = Scene(straight, change=away)
        found = followed(sandbox, clip(folder, "gone", scene), [scene.pose(0)])
        assert doubts(found) == list(range(15, 40))
        sizes = [pose.region.w for pose in found.poses]
        assert sizes[39] > 1.5 * sizes[14], "held and grown"
        assert abs(centre(found.poses[39].points) - straight(14)) < 3

    def test_crossed_by_another_like_it(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(lambda _: 150 + 90j)
        twin = Scene(lambda n: complex(30 + 7 * n, 96))
        looks = grains(1, 48, 40)

        def cross(number: int, picture: Picture) -> Picture:
            seen = cv2.warpAffine(looks, twin.motion(number), SIZE)
            share = cv2.warpAffine(np.full_like(looks, 255), twin.motion(number), SIZE)
            picture[share > 127] = seen[share > 127][:, None]
            return picture

        scene.change = cross
        found = followed(sandbox, clip(folder, "crossed", scene), [scene.pose(0)])
        assert set(range(22, 40)) <= set(doubts(found)), "it may be the other one"
        assert not set(range(6)) & set(doubts(found))


class Test_cuts:
    def test_end_a_track(self, sandbox: Sandbox, two_shots: Path) -> None:
        scene = Scene(straight)
        found = followed(sandbox, two_shots, [scene.pose(3)], cuts=[20])
        assert doubts(found) == list(range(20, 40))
        assert len({pose.points for pose in found.poses[20:]}) == 1, "held"
        assert found.poses[20].region.w > 1.5 * found.poses[19].region.w
        assert abs(centre(found.poses[39].points) - straight(19)) < 3
        assert max(scene.uncovered(found, number) for number in range(20)) <= 0

    def test_before_the_first_pose_hold_it_too(self, sandbox: Sandbox, two_shots: Path) -> None:
        found = followed(sandbox, two_shots, [Scene(straight).pose(30)], cuts=[20])
        assert doubts(found) == list(range(20))
        assert abs(centre(found.poses[0].points) - straight(20)) < 3

    def test_with_a_pose_on_either_side(self, sandbox: Sandbox, two_shots: Path) -> None:
        scene = Scene(straight)
        found = followed(sandbox, two_shots, [scene.pose(0), scene.pose(25)], cuts=[20])
        assert doubts(found) == []
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0

    def test_that_nobody_told_of_are_doubtful(self, sandbox: Sandbox, two_shots: Path) -> None:
        found = followed(sandbox, two_shots, [Scene(straight).pose(0)])
        assert doubts(found) == list(range(20, 40))


class Test_stretches:
    def test_of_one_frame(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight)
        found = followed(sandbox, clip(folder, "moves", scene), [scene.pose(7)], frames=range(7, 8))
        assert len(found.poses) == 1
        assert scene.uncovered(found, 7, first=7) < -3.9

    def test_a_pose_without_a_moment_lies_on_the_first_frame(self, sandbox: Sandbox, folder: Path) -> None:
        scene, index = Scene(straight), index_of()
        path = clip(folder, "moves", scene)
        pose = Pose(None, scene.pose(5).region)
        found = follow(sandbox, path, FORMATS["mp4"], index, range(5, 25), Shape.BOX, [pose], (), Silent())
        assert max(scene.uncovered(found, number, first=5) for number in range(5, 25)) <= 0

    def test_begin_exactly_where_they_say(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(lambda n: complex(40 + 6 * n, 90))
        path = clip(folder, "quick", scene)
        found = followed(sandbox, path, [scene.pose(29)], frames=range(29, 40))
        away = [abs(centre(found.poses[n - 29].points) - scene.way(n)) for n in range(29, 40)]
        assert max(away) < 1.5, "a frame early or late would be six pixels off"

    def test_again_give_the_same(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight)
        path = clip(folder, "moves", scene)
        assert followed(sandbox, path, [scene.pose(0)]) == followed(sandbox, path, [scene.pose(0)])

    def test_tell_how_far_they_are(self, sandbox: Sandbox, folder: Path) -> None:
        class Steps:
            seen: list[tuple[str, int, int]]

            def __init__(self) -> None:
                self.seen = []

            def step(self, label: str, done: int, total: int) -> None:
                self.seen.append((label, done, total))

        scene, index, steps = Scene(straight), index_of(), Steps()
        path = clip(folder, "moves", scene)
        drawn = at_ticks([scene.pose(0), scene.pose(39)], index)
        follow(sandbox, path, FORMATS["mp4"], index, range(40), Shape.BOX, drawn, (), steps)
        assert steps.seen == [("following", 16 * n, 76) for n in range(1, 5)]


class Test_how_it_is_shown:
    @pytest.mark.parametrize(
        "rotation, mirrored", [(90, False), (180, False), (270, False), (0, True), (90, True)]
    )
    def test_turned_and_mirrored(self, sandbox: Sandbox, folder: Path, rotation: int, mirrored: bool) -> None:
        shown = (180, 320) if rotation % 180 else (320, 180)
        scene = Scene(lambda n: complex(60 + 2 * n, 100 + n), size=shown)
        path = folder / f"turned-{rotation}-{mirrored}.mp4"
        clips.make(path, frames=30, size=SIZE, rotation=rotation, mirrored=mirrored, drawn=scene.frames(30))
        found = followed(sandbox, path, [scene.pose(0)], frames=range(30), index=masked.index_of(path))
        assert max(scene.uncovered(found, number) for number in range(30)) <= 0
        assert doubts(found) == []

    def test_oblong_pixels(self, sandbox: Sandbox, folder: Path) -> None:
        def turn(number: int) -> complex:
            return complex(math.cos(number / 15), math.sin(number / 15))

        scene = Scene(straight, turn)
        narrow = (np.asarray(cv2.resize(frame, (160, 180)), np.uint8) for frame in scene.frames(30))
        path = folder / "oblong.mp4"
        clips.make(path, frames=30, size=(160, 180), sample_aspect=2, drawn=narrow)
        found = followed(sandbox, path, [scene.pose(0)], frames=range(30), index=masked.index_of(path))
        assert max(scene.uncovered(found, number) for number in range(30)) <= 0
        # In stored pixels the box would be sheared as it turns.
        a, b, c, _ = (complex(x * 320, y * 180) for x, y in found.poses[29].points)
        assert abs(((b - a) / (c - b)).real) < 0.1 * abs((b - a) / (c - b))

    def test_at_uneven_times(self, sandbox: Sandbox, folder: Path) -> None:
        scene, times = Scene(straight), clips.uneven_times(40)
        path = folder / "uneven.mp4"
        clips.make(path, frames=40, size=SIZE, times=times, drawn=scene.frames(40))
        index = masked.index_of(path)
        assert list(index.pts) == times
        found = followed(sandbox, path, [scene.pose(0)], index=index)
        assert [pose.tick for pose in found.poses] == times
        assert max(scene.uncovered(found, number) for number in range(40)) <= 0

    def test_ten_bits(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight)
        path = folder / "ten.mp4"
        clips.make(
            path, codec="hevc", frames=20, size=SIZE, pixel_format="yuv420p10le", drawn=scene.frames(20)
        )
        index, eight = masked.index_of(path), clip(folder, "moves", scene)
        with (
            LumaFrames(str(path), "mp4", index, range(2)) as deep,
            LumaFrames(str(eight), "mp4", index_of(), range(2)) as plain,
        ):
            assert np.abs(deep[1].astype(int) - plain[1]).mean() < 3, "of the same brightness"
        found = followed(sandbox, path, [scene.pose(0)], frames=range(20), index=masked.index_of(path))
        assert max(scene.uncovered(found, number) for number in range(20)) <= 0


class Test_frames:
    def test_in_any_order_and_more_than_are_kept(
        self, numbered: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(luma_frames, "_KEPT_BYTES", 1)
        with LumaFrames(str(numbered), "mp4", masked.index_of(numbered), range(3, 150)) as frames:
            for number in (5, 149, 148, 66, 3, 67, 130, 131):
                assert clips.frame_number(frames[number]) == number
                assert len(frames._blocks) == 1

    def test_reduced(self, numbered: Path) -> None:
        with LumaFrames(str(numbered), "mp4", masked.index_of(numbered), range(10)) as frames:
            assert frames.size == (320, 180)
            assert frames.reduce_by(3) == (107, 60)
            assert frames[2].shape == (60, 107)

    @pytest.mark.parametrize("suffix", [".mp4", ".ts", ".mkv"])
    def test_by_their_numbers_where_times_are_wrong(self, folder: Path, suffix: str) -> None:
        path = clips.make(folder / f"times{suffix}", frames=60, gop=15)
        right = masked.index_of(path)
        # As if the times had been repaired when it was taken in: they are not those of the packets.
        moved = FrameIndex(right.time_base, tuple(tick + 7 for tick in right.pts), right.end + 7)
        for index in (right, moved):
            with LumaFrames(str(path), masked.FORMATS[suffix], index, range(30, 50)) as frames:
                assert [clips.frame_number(frames[number]) for number in (30, 49)] == [30, 49]

    def test_that_are_not_there(self, sandbox: Sandbox, folder: Path) -> None:
        scene = Scene(straight)
        with pytest.raises(ToolFailed, match="not found again") as failure:
            followed(
                sandbox, clip(folder, "moves", scene), [scene.pose(0)], frames=range(60), index=index_of(60)
            )
        assert failure.value.hint

    def test_of_what_is_no_clip(self, sandbox: Sandbox, folder: Path) -> None:
        path = folder / "broken.mp4"
        path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(64))
        with pytest.raises(BadInput):
            followed(sandbox, path, [Pose(0, WHOLE_PICTURE)])


class Test_geometry:
    def test_a_similarity_between_reduced_pictures(self) -> None:
        motion = Similarity(1.2 + 0.3j, 40 - 10j)
        half = motion.resized(0.5)
        for place in (0j, 100 + 50j, -3 + 8j):
            # Counted from the picture's corner, everything in the reduced picture is half as far.
            whole = motion.at(place) + 0.5 + 0.5j
            small = half.at((place + 0.5 + 0.5j) / 2 - 0.5 - 0.5j) + 0.5 + 0.5j
            assert small == pytest.approx(whole / 2)
        assert motion.after(motion.inverse()).at(5 + 6j) == pytest.approx(5 + 6j)

    def test_widened_moves_every_edge(self) -> None:
        box = np.array([0, 10, 10 + 4j, 4j])
        assert widened(box, 1).tolist() == pytest.approx([-1 - 1j, 11 - 1j, 11 + 5j, -1 + 5j])
        assert widened(box[::-1], 1).tolist() == pytest.approx([-1 + 5j, 11 + 5j, 11 - 1j, -1 - 1j])
        spike = np.array([0, 100 + 1j, 100 - 1j])
        assert np.abs(widened(spike, 1) - spike).max() < 9, "sharp corners are blunted"
        assert area_of(widened(box, 0)) == pytest.approx(40)

    def test_an_ellipses_corners_lie_around_it(self) -> None:
        corners = corners_of(Pose(0, Region(0.2, 0.2, 0.4, 0.4)), Shape.ELLIPSE, (100, 100)) + 0.5 + 0.5j
        along = np.linspace(0, 1, 9)[:, None] * (np.roll(corners, -1) - corners) + corners
        assert np.abs(along - (40 + 40j)).min() == pytest.approx(20, abs=1e-9)

    def test_the_motion_of_the_heaviest_points(self) -> None:
        rng = np.random.default_rng(0)
        start = rng.uniform(0, 100, 40) + 1j * rng.uniform(0, 100, 40)
        end = (1.1 + 0.1j) * start + 5 - 3j
        end[25:] = start[25:]
        motion, inside = shared_motion(start, end, np.ones(40), 0.5, 1 + 0j)
        assert motion.turn == pytest.approx(1.1 + 0.1j)
        assert inside.tolist() == [True] * 25 + [False] * 15
        weights = np.where(np.arange(40) < 25, 0.3, 1.0)
        assert shared_motion(start, end, weights, 0.5, 1 + 0j)[0].turn == pytest.approx(1)

    def test_the_motion_of_one_point(self) -> None:
        motion, _ = shared_motion(np.array([3 + 4j]), np.array([5 + 5j]), np.ones(1), 1.0, 2 + 0j)
        assert motion.at(3 + 4j) == pytest.approx(5 + 5j)
        assert motion.turn == 2


def test_spans_are_whole_frames(sandbox: Sandbox, folder: Path) -> None:
    def away(number: int, picture: Picture) -> Picture:
        return np.full_like(picture, 128) if 10 <= number < 14 or number >= 36 else picture

    scene = Scene(lambda _: 150 + 90j, change=away)
    found = followed(sandbox, clip(folder, "twice", scene), [scene.pose(0)])
    assert found.doubtful == (Span(512 * 10, 512 * 14), Span(512 * 36, 512 * 40))

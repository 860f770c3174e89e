"""What is looked at before anything is rendered: outlines over the footage, in a strip and a small video."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
import masked
from footage.media.picture import Picture, as_image
from footage.media.preview import Shown, chosen_frames, outlined_still, shown_flag, stretches, strip, video
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.flag import Flag, Mask, Reason, State, Treatment, mask_of
from footage.model.geometry import Pose, Region, Shape, polygon_pose
from footage.model.progress import Silent
from footage.model.span import FrameIndex, Span

SURE, IN_DOUBT = (60, 255, 120), (255, 90, 200)
BOX = Region(0.1, 0.4, 0.3, 0.4)
OVAL = Region(0.6, 0.4, 0.3, 0.5)
ARROW = ((0.2, 0.5), (0.6, 0.6), (0.2, 0.9), (0.3, 0.7))
SIZE = (320, 180)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips.make(tmp_path_factory.mktemp("preview") / "clip.mp4", frames=80)


def flag(index: FrameIndex, first: int, stop: int, *poses: Pose, number: int = 1, **more: object) -> Flag:
    """A flag from one frame up to another."""
    span = Span(index.pts[first], index.frame_end(stop - 1))
    made = Flag(number, 1, span, (Reason.PRIVACY,), State.OPEN, poses=poses, treatment=Treatment.BLUR)
    return replace(made, **more)  # type: ignore[arg-type]


def shown(index: FrameIndex, *flags: Flag) -> list[Shown]:
    return [
        shown_flag(each, mask_of(each, Treatment.BLUR, SIZE) if each.masks_pictures else None, index)
        for each in flags
    ]


def stripped(source: Path, folder: Path, *flags: Flag) -> Picture:
    index = masked.index_of(source)
    with Sandbox([source], folder) as sandbox:
        return strip(sandbox, source, FORMATS["mp4"], index, shown(index, *flags))


def filmed(source: Path, folder: Path, *flags: Flag) -> Path:
    index = masked.index_of(source)
    with Sandbox([source], folder) as sandbox:
        return video(sandbox, source, FORMATS["mp4"], index, shown(index, *flags), Silent())


def cells(picture: Picture, rows: int, columns: int) -> list[list[NDArray[np.uint8]]]:
    """The frames of a strip of clips of 320 by 180, by row and column."""
    pixels = np.asarray(as_image(picture))
    assert pixels.shape == (8 + rows * (22 + 180 + 22 + 8), 8 + columns * (320 + 8), 3)
    return [
        [
            pixels[8 + 22 + row * 232 : 8 + 22 + row * 232 + 180, 8 + column * 328 : 8 + column * 328 + 320]
            for column in range(columns)
        ]
        for row in range(rows)
    ]


def inked(pixels: NDArray[np.uint8], colour: tuple[int, int, int], slack: int = 12) -> NDArray[np.bool_]:
    """Where a colour is drawn."""
    return np.asarray(np.abs(pixels.astype(int) - colour).max(2) <= slack)


def extent(where: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """The box around what is set: left, top, right, bottom."""
    rows, columns = np.nonzero(where)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


class Test_strip:
    def test_outlines_the_masks_over_the_footage(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        flags = [
            flag(index, 10, 31, Pose(None, BOX)),
            flag(index, 20, 23, Pose(None, OVAL), number=2, shape=Shape.ELLIPSE),
        ]
        first, second = cells(stripped(source, tmp_path, *flags), 2, 6)
        numbers = [8, 13, 18, 22, 27, 32]
        assert [clips.frame_number(cell) for cell in first] == numbers
        assert [clips.frame_number(cell) for cell in second] == [18, 19, 20, 22, 23, 24]
        for cell in first:
            # Five per cent of the region's size are added on every side, four pixels at least.
            left, top, right, bottom = extent(inked(cell, SURE)[64:, :180])
            assert abs(left - (32 - 5)) <= 2 and abs(right - (128 + 5)) <= 2
            assert abs(top + 64 - (72 - 4)) <= 2 and abs(bottom + 64 - (144 + 4)) <= 2
            assert not inked(cell, SURE)[80:136, 44:116].any(), "inside shows the footage"
        ringed = [inked(cell, SURE)[:, 180:].any() for cell in first]
        assert ringed == [number in range(18, 25) for number in numbers]

    def test_shows_an_outline_on_anything(self, source: Path, tmp_path: Path) -> None:
        """There is a dark rim on both sides of the bright line."""
        index = masked.index_of(source)
        (row,) = cells(stripped(source, tmp_path, flag(index, 10, 11, Pose(None, BOX))), 1, 5)
        column = row[0][100:110, 14:42].astype(int).max(2).mean(0)
        line = int(inked(row[0], SURE)[104, 14:42].argmax())
        assert column[line - 2 : line].min() < 40 and column[line + 2 : line + 5].min() < 40

    def test_writes_a_timecode_under_each_frame(self, source: Path, tmp_path: Path) -> None:
        marked = flag(masked.index_of(source), 10, 31, Pose(None, BOX))
        pixels = np.asarray(as_image(stripped(source, tmp_path, marked)))
        under = pixels[8 + 22 + 180 : 8 + 22 + 180 + 22]
        texts = [under[:, 8 + column * 328 : 8 + column * 328 + 100].tobytes() for column in range(6)]
        assert len(set(texts)) == 6
        assert all(max(text) > 150 for text in texts)

    def test_marks_doubtful_frames(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        track = tuple(polygon_pose(tick, ARROW) for tick in index.pts[8:33])
        doubt = (Span(index.pts[17], index.pts[19]),)
        followed = flag(index, 10, 31, Pose(index.pts[10], BOX), follow=True, track=track, doubtful=doubt)
        first, second = cells(stripped(source, tmp_path, followed), 2, 6)
        row = [*first, *second[:2]]
        assert (np.asarray(second[2]) < 30).all(), "a row has six frames"
        numbers = [8, 10, 13, 17, 18, 22, 27, 32]
        assert [clips.frame_number(cell) for cell in row] == numbers
        for number, cell in zip(numbers, row, strict=True):
            doubtful = number in (17, 18)
            assert inked(cell, IN_DOUBT).any() == doubtful
            assert inked(cell, SURE).any() != doubtful
            assert not inked(cell, SURE)[124:129, 60:80].any(), "an arrow's notch is not inside"
        answered = replace(followed, answered=True)
        assert not inked(np.asarray(as_image(stripped(source, tmp_path, answered))), IN_DOUBT).any()

    def test_says_what_is_cut_and_what_is_muted(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        cut = flag(index, 10, 20, treatment=Treatment.CUT)
        muted = flag(index, 15, 25, number=2, mute=True, treatment=None)
        both = flag(index, 40, 44, Pose(None, BOX), number=3, mute=True)
        assert [each.title for each in shown(index, cut, muted, both)] == [
            "flag 1: cut",
            "flag 2: muted",
            "flag 3: blur, box, muted",
        ]
        first, second, third = cells(stripped(source, tmp_path, cut, muted, both), 3, 6)

        def words(cell: NDArray[np.uint8]) -> int:
            """How far to the right the dark ground of words in the upper left corner reaches."""
            return int((cell[2] > 30).any(1).argmax())

        assert [words(cell) > words(first[0]) for cell in first] == [False] * 3 + [True] * 3
        assert words(second[-1]) > 40 and not inked(second[0], SURE).any()
        assert [words(cell) > 40 for cell in third] == [False, False, True, True, False, False]

    def test_of_a_turned_clip_with_a_mask_that_moves(self, tmp_path: Path) -> None:
        turned = clips.make(tmp_path / "turned.mp4", frames=12, size=(180, 320), rotation=90)
        index = masked.index_of(turned)
        moving = flag(index, 0, 12, Pose(index.pts[0], BOX), Pose(index.end, OVAL))
        (row,) = cells(stripped(turned, tmp_path, moving), 1, 6)
        middles = [sum(extent(inked(cell, SURE)[60:])[::2]) / 2 for cell in row]
        assert middles[0] < 90
        assert middles[-1] > 230
        assert middles == sorted(middles)


class Test_video:
    def test_shows_flagged_stretches_and_a_second_around_them(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        marked = flag(index, 30, 32, Pose(None, BOX))
        path = filmed(source, tmp_path, marked)
        pictures = [np.asarray(each.to_ndarray(format="rgb24"), np.uint8) for each in masked.frames(path)]
        assert [clips.frame_number(picture) for picture in pictures] == list(range(3, 59))
        inside = [inked(picture, SURE, 40)[60:].sum() > 100 for picture in pictures]
        assert inside == [28 <= number < 34 for number in range(3, 59)]
        with av.open(str(path)) as container:
            assert [stream.type for stream in container.streams] == ["video"]
            assert container.streams.video[0].codec_context.name == "h264"
            assert container.duration == 56 * 40_000

    def test_is_small_and_even(self, tmp_path: Path) -> None:
        large = clips.make(tmp_path / "large.mp4", frames=4, size=(1282, 562))
        (first, *_) = masked.frames(
            filmed(large, tmp_path, flag(masked.index_of(large), 0, 4, Pose(None, BOX)))
        )
        assert (first.width, first.height) == (640, 280)
        assert first.format.name == "yuv420p"

    def test_keeps_uneven_times_and_joins_what_is_apart(self, tmp_path: Path) -> None:
        times = [3 * time for time in clips.uneven_times(80)]
        uneven = clips.make(tmp_path / "uneven.mp4", frames=80, times=times)
        index = masked.index_of(uneven)
        flags = (
            flag(index, 12, 14, Pose(None, BOX)),
            flag(index, 60, 62, treatment=Treatment.CUT, number=2),
        )
        parts = stretches(shown(index, *flags), index)
        with av.open(str(filmed(uneven, tmp_path, *flags))) as container:
            frames = list(container.decode(video=0))
            step = container.streams.video[0].time_base
        assert step is not None
        lengths = [index.frame_end(part[-1]) - index.pts[part.start] for part in parts]
        starts = [0, lengths[0]]
        wanted = [
            (index.pts[number] - index.pts[part.start] + start) * index.time_base
            for part, start in zip(parts, starts, strict=True)
            for number in part
        ]
        assert [frame.pts * step for frame in frames if frame.pts is not None] == wanted

    def test_burns_in_timecode_and_words(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        path = filmed(source, tmp_path, flag(index, 30, 34, treatment=Treatment.CUT))
        frames = [each.to_ndarray(format="rgb24") for each in masked.frames(path)]
        corners = [frame[-20:, :100] for frame in frames]
        assert all(corner.max() > 200 and corner.min() < 30 for corner in corners)
        assert all(np.abs(a.astype(int) - b).max() > 60 for a, b in pairwise(corners))
        labelled = [frame[:3, :20].max() < 60 for frame in frames]
        assert labelled == [number in range(30, 34) for number in range(5, 59)]


class Test_still:
    def test_is_outlined_at_a_size_to_look_at(self) -> None:
        picture = Picture(2560, 1440, 4, np.full((1440, 2560, 4), 100, np.uint8).tobytes())
        poses = (Pose(None, Region(0.25, 0.25, 0.25, 0.25)),)
        made = outlined_still(picture, [Mask(1, None, Shape.BOX, poses, Treatment.FILL, (0.0125, 0.0125))])
        assert (made.width, made.height, made.channels) == (1280, 720, 3)
        pixels = np.asarray(as_image(made))
        _, _, right, bottom = extent(inked(pixels, SURE))
        assert abs(bottom - 369) <= 2 and abs(right - 656) <= 2
        assert pixels[270, 480].max() < 130


class Test_which_frames:
    def flag(self, frames: range, *posed: int, doubtful: tuple[range, ...] = ()) -> Shown:
        return Shown(1, "", frames, None, posed=posed, doubtful=doubtful)

    def test_the_ends_the_poses_and_some_between(self) -> None:
        assert chosen_frames(self.flag(range(10, 61), 10, 17)) == [10, 17, 20, 30, 40, 50, 60]
        assert chosen_frames(self.flag(range(100))) == [0, 20, 40, 59, 79, 99]

    def test_where_a_doubt_begins_its_middle_and_its_last(self) -> None:
        found = chosen_frames(self.flag(range(100), doubtful=(range(30, 37), range(45, 46))))
        assert found == [0, 20, 30, 33, 36, 40, 45, 59, 79, 99]

    def test_as_many_as_there_are(self) -> None:
        assert chosen_frames(self.flag(range(10, 11))) == [10]
        assert chosen_frames(self.flag(range(10, 14))) == [10, 11, 12, 13]

    def test_never_more_than_twelve(self) -> None:
        chosen = chosen_frames(self.flag(range(10, 90), *range(10, 90)))
        assert len(chosen) == 12
        assert (chosen[0], chosen[-1]) == (10, 89)

    def test_poses_outside_the_span_do_not_count(self) -> None:
        assert chosen_frames(self.flag(range(10, 16), 0, 50)) == [10, 11, 12, 13, 14, 15]


class Test_which_stretches:
    INDEX = FrameIndex(Fraction(1, 25), tuple(range(300)), 300)

    def flags(self, *frames: range) -> list[Shown]:
        return [Shown(number, "", each, None) for number, each in enumerate(frames)]

    def test_a_second_more_at_both_ends_within_the_clip(self) -> None:
        assert stretches(self.flags(range(100, 110)), self.INDEX) == [range(75, 135)]
        assert stretches(self.flags(range(300)), self.INDEX) == [range(300)]

    def test_what_meets_is_one(self) -> None:
        found = stretches(self.flags(range(200, 210), range(10, 20), range(60, 70)), self.INDEX)
        assert found == [range(95), range(175, 235)]

"""The strip of masked frames that is looked at before anything is rendered."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import clips
import masked
from footage.media.picture import Picture, as_image
from footage.media.preview import chosen_frames, strip
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.flag import Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Pose, Region, Shape
from footage.model.span import FrameIndex, Span

BOX = Region(0.1, 0.4, 0.3, 0.4)
OVAL = Region(0.6, 0.4, 0.3, 0.5)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips.make(tmp_path_factory.mktemp("preview") / "clip.mp4", frames=40)


def drawn(source: Path, folder: Path, masks: list[Mask]) -> Picture:
    with Sandbox([source], folder) as sandbox:
        return strip(sandbox, source, FORMATS["mp4"], masked.index_of(source), masks)


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


class Test_strip:
    def test_shows_masked_frames_of_every_mask(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        masks = [
            masked.mask(index, 10, 30, BOX),
            masked.mask(index, 20, 22, OVAL, shape=Shape.ELLIPSE, flag=2),
        ]
        first, second = cells(drawn(source, tmp_path, masks), 2, 6)
        assert [clips.frame_number(cell) for cell in first] == [10, 14, 18, 22, 26, 30]
        assert [clips.frame_number(cell) for cell in second[:3]] == [20, 21, 22]
        assert len({cell.tobytes() for cell in second[3:]}) == 1, "the rest is empty"
        for cell in (*first, *second[:3]):
            assert cell[80:140, 40:120].max() == 0
        covered = [cell[120, 240].max() == 0 for cell in first]
        assert covered == [False, False, False, True, False, False]

    def test_writes_a_timecode_under_each_frame(self, source: Path, tmp_path: Path) -> None:
        mask = masked.mask(masked.index_of(source), 10, 30, BOX)
        pixels = np.asarray(as_image(drawn(source, tmp_path, [mask])))
        under = pixels[8 + 22 + 180 : 8 + 22 + 180 + 22]
        texts = [under[:, 8 + column * 328 : 8 + column * 328 + 100].tobytes() for column in range(6)]
        assert len(set(texts)) == 6
        assert all(max(text) > 150 for text in texts)

    @pytest.mark.parametrize("treatment", Treatment)
    def test_of_a_turned_clip_with_a_mask_that_moves(self, tmp_path: Path, treatment: Treatment) -> None:
        turned = clips.make(tmp_path / "turned.mp4", frames=12, size=(180, 320), rotation=90)
        index = masked.index_of(turned)
        mask = masked.mask(index, 0, 11, BOX, to=OVAL, treatment=treatment)
        shown = cells(drawn(turned, tmp_path, [mask]), 1, 6)[0]
        plain = cells(
            drawn(turned, tmp_path, [replace(mask, poses=(Pose(None, Region(0, 0, 0.01, 0.01)),))]), 1, 6
        )
        changed = [np.abs(a.astype(int) - b).max(2) > 8 for a, b in zip(shown, plain[0], strict=True)]
        middles = [np.argwhere(where[40:]).mean(0)[1] for where in changed]
        assert middles[0] < 110
        assert middles[-1] > 190
        assert middles == sorted(middles)


class Test_which_frames:
    INDEX = FrameIndex(Fraction(1, 25), tuple(range(100)), 100)

    def mask(self, span: Span | None, *ticks: int) -> Mask:
        poses = tuple(Pose(tick, WHOLE_PICTURE) for tick in ticks) or (Pose(None, WHOLE_PICTURE),)
        return Mask(1, span, Shape.BOX, poses, Treatment.FILL)

    def test_the_ends_the_poses_and_some_between(self) -> None:
        assert chosen_frames(self.mask(Span(10, 61), 10, 17), self.INDEX) == [10, 17, 20, 30, 40, 50, 60]
        assert chosen_frames(self.mask(None), self.INDEX) == [0, 20, 40, 59, 79, 99]

    def test_as_many_as_there_are(self) -> None:
        assert chosen_frames(self.mask(Span(10, 11)), self.INDEX) == [10]
        assert chosen_frames(self.mask(Span(10, 14)), self.INDEX) == [10, 11, 12, 13]

    def test_never_more_than_twelve(self) -> None:
        chosen = chosen_frames(self.mask(Span(10, 90), *range(10, 90)), self.INDEX)
        assert len(chosen) == 12
        assert (chosen[0], chosen[-1]) == (10, 89)

    def test_poses_outside_the_span_do_not_count(self) -> None:
        assert chosen_frames(self.mask(Span(10, 16), 0, 50), self.INDEX) == [10, 11, 12, 13, 14, 15]

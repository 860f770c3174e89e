"""What masks show: nothing that depends on what they hide, steady, and without seams."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from footage.media.masking import OPAQUE, Cover
from footage.media.painting import Painter, mask_still
from footage.media.picture import Picture
from footage.media.planes import Role, paintable, planar, planes_of
from footage.model.flag import Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Point, Pose, Region, Shape, polygon_pose
from footage.model.span import FrameIndex, Span

INDEX = FrameIndex(Fraction(1, 25), tuple(range(8)), 8)
TREATMENTS = (Treatment.BLUR, Treatment.MOSAIC, Treatment.FILL)
# swscale reads past the end of lines that are no multiple of sixteen: their last samples vary.
WIDTH, HEIGHT = 256, 118
FORMATS = (
    *("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv411p", "yuv410p", "yuv440p", "gray", "gbrp", "rgb24"),
    *("yuv420p10le", "yuv422p10le", "yuv444p12le", "gray10le", "gbrp10le", "yuva444p10le", "rgba"),
    *("nv12", "p010le", "yuyv422", "uyvy422", "yuv422p10be", "bgr24"),
)


def scene(pixel_format: str, seed: int = 1, size: tuple[int, int] = (WIDTH, HEIGHT)) -> VideoFrame:
    """A picture with gradients, edges and grain, in any pixel format."""
    width, height = size
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    channels = [x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)]
    rgb = np.stack(channels, 2) // 2 + 60 * ((x // 9 + y // 7) % 2)[:, :, None]
    rgb = rgb + np.random.default_rng(seed).integers(0, 12, rgb.shape)
    frame = VideoFrame.from_ndarray(np.clip(rgb, 0, 255).astype(np.uint8), "rgb24")
    return frame.reformat(format=pixel_format)


def with_noise(frame: VideoFrame, where: NDArray[np.bool_], seed: int) -> VideoFrame:
    """The frame with noise in every sample that belongs to a pixel of the map."""
    frame = paintable(frame)
    noise = np.random.default_rng(seed)
    for plane in planes_of(frame):
        rows, columns = plane.samples.shape
        whole = np.zeros((rows * plane.down, columns * plane.across), bool)
        whole[: where.shape[0], : where.shape[1]] = where
        cells = whole.reshape(rows, plane.down, columns, plane.across).any((1, 3))
        plane.samples[cells] = noise.integers(0, plane.peak + 1, int(cells.sum()))
    return frame


def samples(frame: VideoFrame) -> list[NDArray[np.int64]]:
    return [plane.samples.astype(np.int64) for plane in planes_of(planar(frame))]


def painter(masks: Sequence[Mask], rotation: int = 0, *, mirrored: bool = False) -> Painter:
    return Painter(masks, INDEX, rotation=rotation, mirrored=mirrored, interlaced=False)


def one(treatment: Treatment, region: Region, shape: Shape = Shape.BOX, flag: int = 1) -> Mask:
    return Mask(flag, None, shape, (Pose(None, region),), treatment)


def star(x: float, y: float, size: float, angle: float = 0.0) -> tuple[Point, ...]:
    """A star with five points, some of which may lie outside the picture."""
    turns = [(angle + math.pi * n / 5, size * (0.4 if n % 2 else 1)) for n in range(10)]
    return tuple(
        (x + reach * math.cos(turn), y + reach * math.sin(turn) * WIDTH / HEIGHT) for turn, reach in turns
    )


def covered(covers: Sequence[Cover], width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.bool_]:
    """All pixels that are hidden."""
    where = np.zeros((height + 8, width + 8), bool)
    for cover in covers:
        rows, columns = cover.alpha.shape
        where[cover.top : cover.top + rows, cover.left : cover.left + columns] |= cover.alpha == OPAQUE
    return where[:height, :width]


def hidden(painter: Painter, frame: VideoFrame, number: int) -> NDArray[np.bool_]:
    """All pixels of a stored frame that are hidden."""
    layers = painter.layers(paintable(frame), number)
    return covered([layer.cover for layer in layers], frame.width, frame.height)


def drawn(masks: Sequence[Mask], number: int) -> NDArray[np.bool_]:
    """The same of an upright frame."""
    return hidden(painter(masks), scene("yuv444p"), number)


def assert_independent(painter: Painter, pixel_format: str, number: int) -> None:
    """Noise in place of all that is hidden gives the same picture, byte for byte."""
    where = hidden(painter, scene(pixel_format), number)
    plain = samples(painter.painted(scene(pixel_format), number))
    for seed in (7, 8):
        noisy = samples(painter.painted(with_noise(scene(pixel_format), where, seed), number))
        assert all((a == b).all() for a, b in zip(plain, noisy, strict=True))


def situations(treatment: Treatment) -> dict[str, list[Mask]]:
    """Masks in every situation that could leak."""
    moving = (Pose(0, Region(0.1, 0.1, 0.3, 0.4)), Pose(3, Region(0.4, 0.5, 0.2, 0.4)))
    return {
        "box": [one(treatment, Region(0.313, 0.271, 0.3, 0.4))],
        "ellipse": [one(treatment, Region(0.313, 0.271, 0.3, 0.4), Shape.ELLIPSE)],
        "corner": [
            one(treatment, Region(0.8, 0.7, 0.2, 0.3)),
            one(treatment, Region(0, 0, 0.1, 0.1), flag=2),
        ],
        "one pixel": [one(treatment, Region(77 / WIDTH, 33 / HEIGHT, 1 / WIDTH, 1 / HEIGHT))],
        "whole picture": [one(treatment, WHOLE_PICTURE)],
        "band": [one(treatment, Region(0, 0.2, 1, 0.8))],
        "all but a line": [one(treatment, Region(0, 0, 1, 1 - 1 / HEIGHT))],
        "moving ellipse": [Mask(1, Span(0, 5), Shape.ELLIPSE, moving, treatment)],
        "widened": [
            Mask(1, None, shape, (Pose(None, Region(0.1 + at, 0.2, 0.2, 0.3)),), treatment, (0.02, 0.03))
            for at, shape in ((0.0, Shape.BOX), (0.4, Shape.ELLIPSE))
        ],
        "polygon": [Mask(1, None, Shape.POLYGON, (polygon_pose(None, star(0.5, 0.4, 0.3)),), treatment)],
        "followed polygon": [
            Mask(
                1,
                None,
                Shape.POLYGON,
                tuple(polygon_pose(n, star(0.7 + 0.05 * n, 0.5, 0.2 + 0.01 * n, n / 5)) for n in range(8)),
                treatment,
                (0.02, 0.03),
            )
        ],
        "overlap": [
            one(treatment, Region(0.2, 0.2, 0.3, 0.4)),
            one(treatment, Region(0.4, 0.3, 0.3, 0.4), Shape.ELLIPSE, 2),
        ],
        "side by side": [
            one(treatment, Region(0.2, 0.2, 0.2, 0.4)),
            one(treatment, Region(0.4, 0.2, 0.2, 0.4), flag=2),
        ],
        "one inside another": [
            one(treatment, Region(0.1, 0.1, 0.7, 0.8)),
            one(Treatment.FILL, Region(0.3, 0.3, 0.2, 0.2), flag=2),
        ],
        "islands that fill the picture": [
            one(treatment, Region(0, 0, 0.5, 1)),
            one(treatment, Region(0.5, 0, 0.5, 1), flag=2),
        ],
    }


class Test_painter:
    MOVING = (Pose(0, Region(0.1, 0.1, 0.2, 0.2)), Pose(7, Region(0.8, 0.8, 0.2, 0.2)))

    def test_covers_all_that_is_passed_while_a_frame_is_on_screen(self) -> None:
        mask = Mask(1, None, Shape.BOX, self.MOVING, Treatment.FILL)
        luma = samples(painter([mask]).painted(scene("yuv444p"), 3))[0]
        rows, columns = np.nonzero(luma == 16)
        assert (columns.min(), columns.max()) == (int(0.4 * WIDTH), math.ceil(0.7 * WIDTH) - 1)
        assert (rows.min(), rows.max()) == (int(0.4 * HEIGHT), math.ceil(0.7 * HEIGHT) - 1)

    def test_masks_two_frames_more_at_both_ends(self) -> None:
        early = Mask(1, Span(3, 4), Shape.BOX, self.MOVING, Treatment.FILL)
        late = Mask(2, Span(5, 8), Shape.BOX, self.MOVING, Treatment.FILL)
        both = painter([early, late])
        assert [[mask.flag for mask in both.masks(number)] for number in range(8)] == [
            [],
            [1],
            [1],
            [1, 2],
            [1, 2],
            [1, 2],
            [2],
            [2],
        ]
        assert [both.begins(number) for number in range(8)] == [number in (1, 3) for number in range(8)]
        untouched = scene("yuv420p")
        assert both.painted(untouched, 0) is untouched


class Test_nothing_of_what_is_hidden:
    """Noise in place of the hidden pixels gives the same picture, byte for byte."""

    @pytest.mark.parametrize("situation", situations(Treatment.BLUR))
    @pytest.mark.parametrize("treatment", TREATMENTS)
    def test_in_any_situation(self, treatment: Treatment, situation: str) -> None:
        for number in (0, 2):
            assert_independent(painter(situations(treatment)[situation]), "yuv420p", number)

    @pytest.mark.parametrize("pixel_format", FORMATS)
    @pytest.mark.parametrize("treatment", TREATMENTS)
    def test_in_any_pixel_format(self, treatment: Treatment, pixel_format: str) -> None:
        masks = [*situations(treatment)["overlap"], *situations(treatment)["followed polygon"]]
        assert_independent(painter(masks), pixel_format, 0)

    @pytest.mark.parametrize("mirrored", [False, True])
    @pytest.mark.parametrize("rotation", [0, 90, 180, 270])
    def test_however_the_picture_is_turned(self, rotation: int, mirrored: bool) -> None:
        masks = [
            one(Treatment.BLUR, Region(0.05, 0.6, 0.3, 0.3), Shape.ELLIPSE),
            *situations(Treatment.MOSAIC)["followed polygon"],
        ]
        assert_independent(painter(masks, rotation, mirrored=mirrored), "yuv420p", 2)

    @pytest.mark.parametrize("interlaced", [False, True])
    def test_in_fields(self, interlaced: bool) -> None:
        masks = situations(Treatment.BLUR)["widened"]
        woven = Painter(masks, INDEX, rotation=0, mirrored=False, interlaced=interlaced)
        assert_independent(woven, "yuv420p", 1)

    def test_a_feather_mixes_what_is_shown_with_what_is_not_hidden(self) -> None:
        """Around what is hidden the picture passes into the blur."""
        masks = situations(Treatment.BLUR)["widened"]
        plain, frame = scene("yuv444p"), scene("yuv444p")
        layers = painter(masks).layers(frame, 0)
        shown = samples(painter(masks).painted(frame, 0))[0]
        for cover in (layer.cover for layer in layers):
            rows, columns = cover.alpha.shape
            place = slice(cover.top, cover.top + rows), slice(cover.left, cover.left + columns)
            soft = (cover.alpha > 0) & (cover.alpha < OPAQUE)
            change = (shown - samples(plain)[0])[place]
            assert soft.any()
            assert (change[cover.alpha == 0] == 0).all()
            nearly, hardly = (np.abs(change[soft & part]) for part in (cover.alpha > 127, cover.alpha < 128))
            assert nearly.mean() > 1.5 * hardly.mean() > 0

    @pytest.mark.parametrize("channels", [3, 4])
    @pytest.mark.parametrize("treatment", TREATMENTS)
    def test_in_a_still(self, treatment: Treatment, channels: int) -> None:
        pixels = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, channels)).astype(np.uint8)
        masks = [*situations(treatment)["overlap"], *situations(treatment)["polygon"]]
        other = pixels.copy()
        other[drawn(masks, 0)] = 77
        results = [
            mask_still(Picture(WIDTH, HEIGHT, channels, p.tobytes()), masks).data for p in (pixels, other)
        ]
        assert results[0] == results[1]
        assert results[0] != pixels.tobytes()

    def test_and_everything_else_stays(self) -> None:
        for treatment in TREATMENTS:
            masks = situations(treatment)["overlap"]
            before, after = samples(scene("yuv420p")), samples(painter(masks).painted(scene("yuv420p"), 0))
            far = np.ones((HEIGHT, WIDTH), bool)
            far[
                int(0.2 * HEIGHT) - 10 : int(0.7 * HEIGHT) + 11, int(0.2 * WIDTH) - 10 : int(0.7 * WIDTH) + 11
            ] = False
            assert (before[0][far] == after[0][far]).all()
            assert (before[1][far[::2, ::2]] == after[1][far[::2, ::2]]).all()


class Test_fill:
    @pytest.mark.parametrize(
        ("pixel_format", "black"),
        [
            ("yuv420p", (16, 128, 128)),
            ("yuvj422p", (0, 128, 128)),
            ("yuv444p", (16, 128, 128)),
            ("yuv422p10le", (64, 512, 512)),
            ("gbrp", (0, 0, 0)),
            ("gray", (16,)),
            ("yuva444p10le", (64, 512, 512, 1023)),
        ],
    )
    def test_is_black(self, pixel_format: str, black: tuple[int, ...]) -> None:
        frame = painter([one(Treatment.FILL, WHOLE_PICTURE)]).painted(scene(pixel_format), 0)
        assert tuple(int(plane.max()) for plane in samples(frame)) == black
        assert tuple(int(plane.min()) for plane in samples(frame)) == black

    def test_is_black_in_full_range(self) -> None:
        frame = scene("yuv420p")
        frame.color_range = ColorRange.JPEG
        assert samples(painter([one(Treatment.FILL, WHOLE_PICTURE)]).painted(frame, 0))[0].max() == 0

    def test_has_a_hard_edge(self) -> None:
        masks = [one(Treatment.FILL, Region(0.25, 0.25, 0.5, 0.5))]
        before, after = scene("yuv444p"), painter(masks).painted(scene("yuv444p"), 0)
        changed = samples(before)[0] != samples(after)[0]
        assert (samples(after)[0][changed] == 16).all()

    def test_lies_above_other_treatments(self) -> None:
        masks = [one(Treatment.FILL, Region(0.3, 0.3, 0.3, 0.3)), one(Treatment.BLUR, WHOLE_PICTURE, flag=2)]
        frame = painter(masks).painted(scene("yuv420p"), 0)
        assert (samples(frame)[0][drawn(masks[:1], 0)] == 16).all()


class Test_blur:
    REGION = Region(0.3, 0.25, 0.4, 0.5)

    def test_goes_on_from_its_surroundings(self) -> None:
        """Over a plain picture a blur cannot be seen at all; between two halves it passes smoothly."""
        plain = VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH), 90, np.uint8), "gray")
        assert set(samples(painter([one(Treatment.BLUR, self.REGION)]).painted(plain, 0))[0].ravel()) == {90}
        halves = np.full((HEIGHT, WIDTH), 60, np.uint8)
        halves[:, WIDTH // 2 :] = 180
        frame = VideoFrame.from_ndarray(halves, "gray")
        row = samples(painter([one(Treatment.BLUR, self.REGION)]).painted(frame, 0))[0][HEIGHT // 2]
        inside = row[int(0.3 * WIDTH) + 1 : int(0.7 * WIDTH) - 1]
        assert (np.diff(inside) >= -1).all()
        assert np.abs(np.diff(inside)).max() <= 8
        assert inside[0] < 85
        assert inside[-1] > 155

    def test_fades_into_the_picture(self) -> None:
        bright = np.full((HEIGHT, WIDTH), 200, np.uint8)
        bright[: int(0.25 * HEIGHT) - 12] = 40
        frame = VideoFrame.from_ndarray(bright, "gray")
        masks = [one(Treatment.BLUR, self.REGION)]
        changed = samples(painter(masks).painted(frame, 0))[0] != bright
        rows = np.nonzero(changed.any(1))[0]
        assert rows.min() >= int(0.25 * HEIGHT) - 8

    def test_does_not_flicker_with_grain(self) -> None:
        masks = [one(Treatment.BLUR, self.REGION)]
        shown = [samples(painter(masks).painted(scene("yuv420p", seed), 0))[0] for seed in (1, 2)]
        grain = np.abs(samples(scene("yuv420p", 1))[0] - samples(scene("yuv420p", 2))[0])
        inner = drawn([one(Treatment.BLUR, Region(0.35, 0.3, 0.3, 0.4))], 0)
        assert np.abs(shown[0] - shown[1])[inner].mean() < grain[inner].mean() / 5
        assert np.abs(shown[0] - shown[1])[inner].max() <= 2

    def test_of_a_whole_picture_is_made_up_and_held(self) -> None:
        masks = [one(Treatment.BLUR, WHOLE_PICTURE)]
        first = samples(painter(masks).painted(scene("yuv420p", 1), 0))
        later = samples(painter(masks).painted(scene("yuv420p", 2), 5))
        assert all((a == b).all() for a, b in zip(first, later, strict=True))
        assert first[0].std() > 3
        assert np.abs(np.diff(first[0])).max() <= 6
        other = samples(painter([one(Treatment.BLUR, WHOLE_PICTURE, flag=2)]).painted(scene("yuv420p"), 0))
        assert (first[0] != other[0]).any()


SIDES = (90 / WIDTH, 90 / HEIGHT)


class Test_mosaic:
    REGION = Region(20 / WIDTH, 10 / HEIGHT, *SIDES)

    def test_is_flat_blocks(self) -> None:
        frame = painter([one(Treatment.MOSAIC, self.REGION)]).painted(scene("gray"), 0)
        blocks = samples(frame)[0][10:100, 20:110].reshape(9, 10, 9, 10)
        assert (blocks.max((1, 3)) == blocks.min((1, 3))).all()
        assert len(np.unique(blocks)) > 20

    def test_moves_with_its_region_and_keeps_its_blocks(self) -> None:
        plain = VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH), 120, np.uint8), "gray")
        poses = (Pose(0, self.REGION), Pose(7, Region(self.REGION.x + 70 / WIDTH, self.REGION.y, *SIDES)))
        moving = painter([Mask(1, None, Shape.BOX, poses, Treatment.MOSAIC)])
        first, later = (
            samples(moving.painted(VideoFrame.from_ndarray(plain.to_ndarray(), "gray"), number))[0]
            for number in (0, 5)
        )
        assert (first[10:100, 20:110] == later[10:100, 70:160]).all()
        assert first[10:100, 20:110].std() > 4

    def test_keeps_its_blocks_while_it_grows(self) -> None:
        """Twice the size: the same blocks, twice as large."""
        poses = (
            Pose(0, Region(20 / WIDTH, 10 / HEIGHT, 54 / WIDTH, 54 / HEIGHT)),
            Pose(6, Region(20 / WIDTH, 10 / HEIGHT, 108 / WIDTH, 108 / HEIGHT)),
        )
        growing = painter([Mask(1, None, Shape.BOX, poses, Treatment.MOSAIC)])
        first, later = (
            samples(
                growing.painted(
                    VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH), 120, np.uint8), "gray"), number
                )
            )[0]
            for number in (0, 7)
        )
        assert (first[13:64:6, 23:74:6] == later[16:118:12, 26:128:12]).all()
        assert (later[10:118, 20:128].reshape(9, 12, 9, 12).std((1, 3)) == 0).all()

    def test_keeps_its_blocks_while_it_turns(self) -> None:
        """The blocks of a polygon that turns on the spot stay where they are, and as large as they are."""
        poses = tuple(polygon_pose(n, star(0.5, 0.5, 0.2, n / 9)) for n in range(8))
        turning = painter([Mask(1, None, Shape.POLYGON, poses, Treatment.MOSAIC)])
        places = {
            tuple(round(part, 6) for part in (blocks.x, blocks.y, blocks.width, blocks.height))
            for blocks in (turning.layers(scene("yuv420p"), number)[0].blocks for number in range(8))
            if blocks
        }
        assert len(places) == 1

    def test_does_not_flicker_with_grain(self) -> None:
        masks = [one(Treatment.MOSAIC, self.REGION)]
        shown = [samples(painter(masks).painted(scene("yuv420p", seed), 0))[0] for seed in (1, 2)]
        assert np.abs(shown[0] - shown[1])[20:90, 30:100].max() <= 2


class Test_planes:
    def test_the_colours_of_fields_span_four_lines(self) -> None:
        masks = [one(Treatment.FILL, Region(0.5, 50 / HEIGHT, 0.1, 4 / HEIGHT))]
        for interlaced, lines in ((False, range(50, 54)), (True, range(48, 56))):
            woven = Painter(masks, INDEX, rotation=0, mirrored=False, interlaced=interlaced)
            cover = woven.layers(scene("yuv420p"), 0)[0].cover
            assert range(cover.top, cover.top + len(cover.alpha)) == lines

    def test_the_colours_of_444_are_colours(self) -> None:
        roles = [plane.role for plane in planes_of(scene("yuv444p"))]
        assert roles == [Role.LUMA, Role.CHROMA, Role.CHROMA]

    def test_a_transparent_picture_is_opaque_where_it_is_masked(self) -> None:
        frame = paintable(scene("yuva444p10le"))
        planes_of(frame)[3].samples[:] = 0
        masks = [one(Treatment.BLUR, Region(0.3, 0.3, 0.3, 0.3))]
        alpha = samples(painter(masks).painted(frame, 0))[3]
        assert (alpha[drawn(masks, 0)] == 1023).all()
        assert alpha[0, 0] == 0

    def test_painting_leaves_the_decoders_picture_alone(self) -> None:
        frame = scene("nv12")
        before = bytes(frame.planes[0])
        painter([one(Treatment.FILL, WHOLE_PICTURE)]).painted(frame, 0)
        assert bytes(frame.planes[0]) == before

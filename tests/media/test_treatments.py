"""What masks show: nothing that depends on what they hide, steady, and without seams."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from av import VideoFrame
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from footage.media.comparing import drawn_map
from footage.media.orientation import turn
from footage.media.painting import Painter, mask_still
from footage.media.picture import Picture
from footage.media.planes import Role, paintable, planar, planes_of
from footage.model.flag import Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Pose, Region, Shape, region_at
from footage.model.span import FrameIndex, Span

INDEX = FrameIndex(Fraction(1, 25), tuple(range(8)), 8)
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


def drawn(masks: Sequence[Mask], number: int) -> NDArray[np.bool_]:
    where = np.zeros((HEIGHT, WIDTH), bool)
    for mask in masks:
        where |= drawn_map(region_at(mask.poses, INDEX.pts[number]), mask.shape, WIDTH, HEIGHT)
    return where


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


class Test_nothing_of_what_is_hidden:
    """Noise in place of the hidden pixels gives the same picture, byte for byte."""

    @pytest.mark.parametrize("situation", situations(Treatment.BLUR))
    @pytest.mark.parametrize("treatment", Treatment)
    def test_in_any_situation(self, treatment: Treatment, situation: str) -> None:
        masks = situations(treatment)[situation]
        for number in (0, 2):
            where = drawn(masks, number)
            plain = painter(masks).painted(scene("yuv420p"), number)
            noisy = painter(masks).painted(with_noise(scene("yuv420p"), where, 7), number)
            for a, b in zip(samples(plain), samples(noisy), strict=True):
                assert (a == b).all()

    @pytest.mark.parametrize("pixel_format", FORMATS)
    @pytest.mark.parametrize("treatment", Treatment)
    def test_in_any_pixel_format(self, treatment: Treatment, pixel_format: str) -> None:
        masks = situations(treatment)["overlap"]
        where = drawn(masks, 0)
        plain = painter(masks).painted(scene(pixel_format), 0)
        for seed in (7, 8):
            noisy = painter(masks).painted(with_noise(scene(pixel_format), where, seed), 0)
            for a, b in zip(samples(plain), samples(noisy), strict=True):
                assert (a == b).all()

    @pytest.mark.parametrize("mirrored", [False, True])
    @pytest.mark.parametrize("rotation", [0, 90, 180, 270])
    def test_however_the_picture_is_turned(self, rotation: int, mirrored: bool) -> None:
        mask = one(Treatment.BLUR, Region(0.05, 0.6, 0.3, 0.3), Shape.ELLIPSE)
        size = (WIDTH, HEIGHT) if rotation % 180 == 0 else (HEIGHT, WIDTH)
        shown = drawn_map(mask.poses[0].region, mask.shape, *size)
        stored = next(
            where
            for where in (
                np.rot90(flipped, turns) for flipped in (shown, shown[:, ::-1]) for turns in range(4)
            )
            if where.shape == (HEIGHT, WIDTH) and (turn(where, rotation, mirrored) == shown).all()
        )
        plain = painter([mask], rotation, mirrored=mirrored).painted(scene("yuv420p"), 0)
        noisy = painter([mask], rotation, mirrored=mirrored).painted(
            with_noise(scene("yuv420p"), stored, 3), 0
        )
        for a, b in zip(samples(plain), samples(noisy), strict=True):
            assert (a == b).all()

    @pytest.mark.parametrize("channels", [3, 4])
    @pytest.mark.parametrize("treatment", Treatment)
    def test_in_a_still(self, treatment: Treatment, channels: int) -> None:
        pixels = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, channels)).astype(np.uint8)
        masks = situations(treatment)["overlap"]
        other = pixels.copy()
        other[drawn(masks, 0)] = 77
        results = [
            mask_still(Picture(WIDTH, HEIGHT, channels, p.tobytes()), masks).data for p in (pixels, other)
        ]
        assert results[0] == results[1]
        assert results[0] != pixels.tobytes()

    def test_and_everything_else_stays(self) -> None:
        for treatment in Treatment:
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


class Test_mosaic:
    REGION = Region(20 / WIDTH, 10 / HEIGHT, 90 / WIDTH, 90 / HEIGHT)

    def test_is_flat_blocks(self) -> None:
        frame = painter([one(Treatment.MOSAIC, self.REGION)]).painted(scene("gray"), 0)
        blocks = samples(frame)[0][10:100, 20:110].reshape(9, 10, 9, 10)
        assert (blocks.max((1, 3)) == blocks.min((1, 3))).all()
        assert len(np.unique(blocks)) > 20

    def test_moves_with_its_region_and_keeps_its_blocks(self) -> None:
        region = Region(30 / WIDTH, 20 / HEIGHT, 90 / WIDTH, 90 / HEIGHT)
        plain = np.full((HEIGHT, WIDTH), 120, np.uint8)
        first, later = (
            samples(
                painter([one(Treatment.MOSAIC, where)]).painted(VideoFrame.from_ndarray(plain, "gray"), 0)
            )[0]
            for where in (self.REGION, region)
        )
        assert (first[10:100, 20:110] == later[20:110, 30:120]).all()
        assert first[10:100, 20:110].std() > 4

    def test_keeps_its_blocks_while_it_grows(self) -> None:
        poses = (Pose(0, Region(0.1, 0.1, 0.3, 0.4)), Pose(7, Region(0.1, 0.1, 0.45, 0.6)))
        mask = Mask(1, None, Shape.BOX, poses, Treatment.MOSAIC)
        counts = {painter([mask]).layers(scene("yuv420p"), number)[0].blocks for number in range(8)}
        assert len(counts) == 1

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

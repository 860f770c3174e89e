"""Holding one picture against another: what is inside a drawn map, and what is outside of it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from footage.media.comparing import Views, drawn_map, outside_map, overwrite, tolerance_for
from footage.media.masking import cover_of, shown_region
from footage.media.planes import Plane, Role, Samples
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape

WIDTH, HEIGHT = 128, 96
REGION = Region(0.25, 0.25, 0.5, 0.5)
WHERE = drawn_map(REGION, Shape.BOX, WIDTH, HEIGHT)
FILL = tolerance_for(Treatment.FILL, "h264")


def plane(levels: NDArray[np.float64], bits: int = 8) -> Plane:
    whole = np.clip(np.rint(levels * (1 << bits - 8)), 0, (1 << bits) - 1)
    samples: Samples = whole.astype(np.uint8) if bits == 8 else whole.astype(np.uint16)
    return Plane(samples, Role.LUMA, bits, 1, 1, 16 << bits - 8)


def views(shown: NDArray[np.float64], bits: int = 8) -> Views:
    """What is shown, black as expected, and a busy original."""
    return Views([plane(shown, bits)], [plane(BLACK, bits)], [plane(SOURCE, bits)])


BLACK = np.full((HEIGHT, WIDTH), 16.0)
SOURCE = np.random.default_rng(3).integers(16, 236, (HEIGHT, WIDTH)).astype(np.float64)


class Test_covered:
    @pytest.mark.parametrize("bits", [8, 10])
    def test_what_an_encoder_does_is_let_pass(self, bits: int) -> None:
        ringing = BLACK + np.random.default_rng(1).normal(0, 1.5, BLACK.shape)
        ringing[40, 60] += 12
        assert views(ringing, bits).covered(WHERE, FILL) == ""

    @pytest.mark.parametrize("bits", [8, 10])
    @pytest.mark.parametrize("size", [3, 5, 9])
    def test_a_small_hole_is_found(self, size: int, bits: int) -> None:
        holed = BLACK.copy()
        holed[40 : 40 + size, 60 : 60 + size] = SOURCE[40 : 40 + size, 60 : 60 + size]
        assert views(holed, bits).covered(WHERE, FILL).startswith("up to ")

    def test_a_faint_hole_is_found(self) -> None:
        faint = BLACK.copy()
        faint[40:48, 60:68] += 8
        assert "nearby" in views(faint).covered(WHERE, FILL)

    def test_a_bright_speck_is_found(self) -> None:
        specked = BLACK.copy()
        specked[40, 60] = 100
        assert views(specked).covered(WHERE, FILL).startswith("up to 84 levels")

    def test_a_veil_is_found(self) -> None:
        assert "4.0 overall" in views(BLACK + 4).covered(WHERE, FILL)

    def test_a_trace_of_the_original_is_found(self) -> None:
        """Four in a hundred cannot be seen, until somebody turns up the contrast."""
        traced = BLACK + 0.04 * (SOURCE - SOURCE.mean())
        assert views(traced).covered(WHERE, FILL) == "4% of the original shines through"

    def test_the_outermost_two_pixels_may_ring(self) -> None:
        rim = WHERE & ~drawn_map(
            Region(REGION.x + 2 / WIDTH, REGION.y + 2 / HEIGHT, REGION.w - 4 / WIDTH, REGION.h - 4 / HEIGHT),
            Shape.BOX,
            WIDTH,
            HEIGHT,
        )
        assert views(BLACK + 100 * rim).covered(WHERE, FILL) == ""
        wider = np.roll(rim, 1, 1) & WHERE
        assert views(BLACK + 100 * wider).covered(WHERE, FILL) != ""

    def test_of_a_mask_with_nothing_but_a_rim_all_counts(self) -> None:
        tiny = drawn_map(Region(0.5, 0.5, 3 / WIDTH, 3 / HEIGHT), Shape.BOX, WIDTH, HEIGHT)
        assert views(BLACK + 10).covered(tiny, FILL) == ""
        assert views(SOURCE).covered(tiny, FILL) != ""


class Test_elsewhere:
    def test_an_encoders_noise_passes_and_a_changed_part_does_not(self) -> None:
        noisy = SOURCE + np.random.default_rng(1).normal(0, 3, SOURCE.shape)
        assert views(noisy).elsewhere(~WHERE) == ""
        assert views(noisy).elsewhere(None) == ""
        noisy[:12, :12] = 16
        assert views(noisy).elsewhere(~WHERE).endswith(" dB, at least 30 dB are asked")
        assert views(BLACK).elsewhere(np.zeros_like(WHERE)) == ""


class Test_maps:
    def test_a_box_has_every_pixel_it_touches(self) -> None:
        where = drawn_map(Region(10.5 / WIDTH, 20 / HEIGHT, 5 / WIDTH, 5 / HEIGHT), Shape.BOX, WIDTH, HEIGHT)
        assert np.argwhere(where).tolist() == [
            [row, column] for row in range(20, 25) for column in range(10, 16)
        ]

    def test_an_ellipse_has_the_pixels_whose_middle_is_in_it(self) -> None:
        where = drawn_map(Region(0, 0, 4 / WIDTH, 4 / HEIGHT), Shape.ELLIPSE, WIDTH, HEIGHT)
        assert where[:4, :4].tolist() == [
            [False, True, True, False],
            [True, True, True, True],
            [True, True, True, True],
            [False, True, True, False],
        ]

    def test_the_smallest_region_has_a_pixel(self) -> None:
        for shape in Shape:
            assert drawn_map(Region(0.999, 0.999, 1e-6, 1e-6), shape, WIDTH, HEIGHT).sum() == 1

    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("end", [Region(0.5, 0.2, 0.3, 0.2), Region(0.2, 0.7, 0.1, 0.3), REGION])
    def test_no_mask_reaches_what_is_outside(self, shape: Shape, end: Region) -> None:
        mask = Mask(1, None, shape, (Pose(0, REGION), Pose(10, end)), Treatment.BLUR)
        cover = cover_of(shown_region(mask, 0, 10), shape, WIDTH, HEIGHT, (4, 4), 8)
        changed = np.zeros((HEIGHT + 8, WIDTH + 8), bool)
        rows, columns = cover.alpha.shape
        changed[cover.top : cover.top + rows, cover.left : cover.left + columns] = cover.alpha > 0
        outside = outside_map([[REGION, end]], WIDTH, HEIGHT)
        assert not (changed[:HEIGHT, :WIDTH] & outside).any()

    def test_most_of_a_picture_is_outside(self) -> None:
        assert outside_map([[Region(0.4, 0.4, 0.1, 0.1)]], 1920, 1080).mean() > 0.95

    def test_noise_takes_the_place_of_all_that_is_drawn(self) -> None:
        luma = np.full((HEIGHT, WIDTH), 300, np.uint16)
        chroma = np.full((HEIGHT // 2, WIDTH // 2), 300, np.uint16)
        planes = [Plane(luma, Role.LUMA, 10, 1, 1, 64), Plane(chroma, Role.CHROMA, 10, 2, 2, 512)]
        overwrite(planes, WHERE, 1)
        assert (luma[~WHERE] == 300).all()
        assert np.mean(luma[WHERE] == 300) < 0.01
        assert (chroma != 300)[HEIGHT // 8 : 3 * HEIGHT // 8, WIDTH // 8 : 3 * WIDTH // 8].mean() > 0.99
        assert luma.max() > 900

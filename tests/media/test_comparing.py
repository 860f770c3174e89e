"""Holding one picture against another: what is inside a drawn map, and what is outside of it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from footage.media.planes import Plane, Role, Samples
from footage.media.proving.comparing import Views, area_of, overwrite, same_samples, tolerance_for
from footage.model.flag import Treatment

WIDTH, HEIGHT = 128, 96


def box(left: int, top: int, right: int, bottom: int) -> NDArray[np.bool_]:
    where = np.zeros((HEIGHT, WIDTH), bool)
    where[top:bottom, left:right] = True
    return where


WHERE = box(32, 24, 96, 72)
AREA = area_of(WHERE)
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
        assert views(ringing, bits).covered(AREA, FILL) == ""

    @pytest.mark.parametrize("bits", [8, 10])
    @pytest.mark.parametrize("size", [3, 5, 9])
    def test_a_small_hole_is_found(self, size: int, bits: int) -> None:
        holed = BLACK.copy()
        holed[40 : 40 + size, 60 : 60 + size] = SOURCE[40 : 40 + size, 60 : 60 + size]
        assert views(holed, bits).covered(AREA, FILL).startswith("up to ")

    def test_a_faint_hole_is_found(self) -> None:
        faint = BLACK.copy()
        faint[40:48, 60:68] += 8
        assert "nearby" in views(faint).covered(AREA, FILL)

    def test_a_bright_speck_is_found(self) -> None:
        specked = BLACK.copy()
        specked[40, 60] = 100
        assert views(specked).covered(AREA, FILL).startswith("up to 84 levels")

    def test_a_veil_is_found(self) -> None:
        assert "4.0 overall" in views(BLACK + 4).covered(AREA, FILL)

    def test_a_trace_of_the_original_is_found(self) -> None:
        """Four in a hundred cannot be seen, until somebody turns up the contrast."""
        traced = BLACK + 0.04 * (SOURCE - SOURCE.mean())
        assert views(traced).covered(AREA, FILL) == "4% of the original shines through"

    def test_the_outermost_two_pixels_may_ring(self) -> None:
        rim = WHERE & ~box(34, 26, 94, 70)
        assert views(BLACK + 25 * rim).covered(AREA, FILL) == ""
        wider = np.roll(rim, 1, 1) & WHERE
        assert views(BLACK + 25 * wider).covered(AREA, FILL).startswith("up to 25 levels")

    @pytest.mark.parametrize("width", [1, 2])
    @pytest.mark.parametrize("bits", [8, 10])
    def test_but_may_not_show_the_original(self, bits: int, width: int) -> None:
        """On one side only, as where a mask lies a little beside its place."""
        bare = WHERE & ~box(32 + width, 0, WIDTH, HEIGHT)
        shown = np.where(bare, SOURCE, BLACK)
        assert views(shown, bits).covered(AREA, FILL).endswith(" of the original shows at its rim")

    def test_of_a_mask_with_nothing_but_a_rim_all_counts(self) -> None:
        tiny = area_of(box(64, 48, 67, 51))
        assert views(BLACK + 10).covered(tiny, FILL) == ""
        assert views(SOURCE).covered(tiny, FILL) != ""

    def test_a_picture_edge_is_no_rim(self) -> None:
        corner = area_of(box(96, 72, WIDTH, HEIGHT))
        shown = BLACK.copy()
        shown[-1, -8:] += 100
        assert views(shown).covered(corner, FILL) != ""

    def test_of_nothing_nothing_is_wrong(self) -> None:
        assert views(SOURCE).covered(area_of(np.zeros_like(WHERE)), FILL) == ""


class Test_elsewhere:
    def test_an_encoders_noise_passes_and_a_changed_part_does_not(self) -> None:
        noisy = SOURCE + np.random.default_rng(1).normal(0, 3, SOURCE.shape)
        assert views(noisy).elsewhere(~WHERE) == ""
        assert views(noisy).elsewhere(None) == ""
        noisy[:12, :12] = 16
        assert views(noisy).elsewhere(~WHERE).endswith(" dB, at least 30 dB are asked")
        assert views(BLACK).elsewhere(np.zeros_like(WHERE)) == ""


class Test_areas:
    @pytest.mark.parametrize("spans", [(1, 1), (2, 1), (2, 2), (4, 4)])
    def test_lie_on_every_grid(self, spans: tuple[int, int]) -> None:
        across, down = spans
        area = area_of(box(37, 29, 50, 43))
        rows = np.arange(HEIGHT * WIDTH, dtype=np.uint16).reshape(HEIGHT, WIDTH)[::down, ::across]
        part = area.part_of(Plane(rows.copy(), Role.CHROMA, 16, across, down, 0))
        assert part[0, 0] == area.top * WIDTH + area.left
        assert part.shape == (area.where.shape[0] // down, area.where.shape[1] // across)

    def test_end_where_the_picture_does(self) -> None:
        where = np.zeros((31, 17), bool)
        where[30, 16] = True
        area = area_of(where)
        chroma = Plane(np.zeros((16, 9), np.uint8), Role.CHROMA, 8, 2, 2, 128)
        overwrite([chroma], area, 1)
        assert area.where.sum() == 1
        assert np.flatnonzero(chroma.samples).tolist() == [16 * 9 - 1]

    def test_noise_takes_the_place_of_all_that_is_drawn(self) -> None:
        luma = np.full((HEIGHT, WIDTH), 300, np.uint16)
        chroma = np.full((HEIGHT // 2, WIDTH // 2), 300, np.uint16)
        planes = [Plane(luma, Role.LUMA, 10, 1, 1, 64), Plane(chroma, Role.CHROMA, 10, 2, 2, 512)]
        overwrite(planes, AREA, 1)
        assert (luma[~WHERE] == 300).all()
        assert np.mean(luma[WHERE] == 300) < 0.01
        assert (chroma != 300)[HEIGHT // 8 : 3 * HEIGHT // 8, WIDTH // 8 : 3 * WIDTH // 8].mean() > 0.99
        assert luma.max() > 900


def test_pictures_are_the_same_only_sample_for_sample() -> None:
    other = SOURCE.copy()
    other[5, 5] += 1
    assert same_samples([plane(SOURCE)], [plane(SOURCE.copy())])
    assert not same_samples([plane(SOURCE)], [plane(other)])
    assert not same_samples([plane(SOURCE)], [])

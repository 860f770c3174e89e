"""Times of frames that say nothing, or something impossible."""

import doctest
from array import array
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from footage.media import frametimes
from footage.media.frametimes import UNKNOWN, add_time, settled_times


def settled(times: list[int | None], step: int = 10) -> tuple[list[int], list[int]]:
    stored: array[int] = array("q")
    for tick in times:
        add_time(stored, tick)
    found, jumps = settled_times(stored, step, Fraction(1, 1000))
    return found.tolist(), jumps


class Test_settled_times:
    def test_examples(self) -> None:
        assert doctest.testmod(frametimes).failed == 0

    def test_good_times_stay(self) -> None:
        assert settled([-7, 3, 4, 900]) == ([-7, 3, 4, 900], [])

    def test_missing_times_follow_the_frame_before(self) -> None:
        assert settled([None, 20, None, None, 50]) == ([10, 20, 30, 40, 50], [])
        assert settled([None, None, None]) == ([0, 10, 20], [])

    def test_equal_times_are_a_tick_apart(self) -> None:
        assert settled([0, 10, 10, 10, 20]) == ([0, 10, 11, 12, 20], [])

    def test_coding_order_is_sorted(self) -> None:
        assert settled([0, 30, 10, 20, 60, 40, 50]) == ([0, 10, 20, 30, 40, 50, 60], [])

    def test_what_jumps_back_moves_behind(self) -> None:
        first, second = [10 * number for number in range(100)], [10 * number + 5 for number in range(100)]
        times, jumps = settled([*first, *second])
        assert times == [10 * number for number in range(200)]
        assert jumps == [100]

    def test_what_leaps_half_a_day_moves_near(self) -> None:
        day = 86_400_000
        assert settled([0, 10, day, day + 20]) == ([0, 10, 20, 40], [2])

    def test_absurd_times_count_as_missing(self) -> None:
        assert settled([0, 1 << 62, 20]) == ([0, 10, 20], [])
        assert settled([0, UNKNOWN, 20]) == ([0, 10, 20], [])

    @given(st.lists(st.one_of(st.none(), st.integers(-(1 << 63), (1 << 63) - 1)), min_size=1, max_size=80))
    def test_times_always_increase(self, times: list[int | None]) -> None:
        found, jumps = settled(times)
        assert len(found) == len(times)
        assert all(early < late for early, late in pairwise(found))
        assert all(0 < jump < len(times) for jump in jumps)

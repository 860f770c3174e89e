"""Which packets must be encoded anew, told from their order alone; and when each is decoded."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from footage.media.rendering.copyplan import plan_copy
from footage.media.rendering.packets import HIDDEN, CannotCopy, Packets, Restart, Stretch, stretches
from footage.model.flag import Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Pose, Shape
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex, Span

CLOSED, OPEN = Restart.CLOSED, Restart.OPEN
STEP = 10


def packets(shown: Sequence[int], restarts: dict[int, Restart], depth: int = 2) -> Packets:
    """Packets in decoding order by the numbers of their frames, ten ticks each."""
    numbers = np.array(shown, np.int64)
    dts = (np.arange(len(shown)) - depth) * STEP
    kinds = np.zeros(len(shown), np.uint8)
    for place, kind in restarts.items():
        kinds[place] = kind
    return Packets(numbers * STEP, dts, numbers, kinds)


# Groups of six: I P B B P B, told as in the closed and in the open way.
CLOSED_GROUPS = packets(
    [0, 3, 1, 2, 5, 4, 6, 9, 7, 8, 11, 10, 12, 15, 13, 14, 17, 16], dict.fromkeys((0, 6, 12), CLOSED)
)
OPEN_GROUPS = packets([0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 15, 13, 14], {0: CLOSED, 4: OPEN, 10: OPEN})
PLAIN = packets(range(18), dict.fromkeys((0, 6, 12), CLOSED), depth=0)


class Test_stretches:
    @pytest.mark.parametrize(
        ("stored", "touched", "found"),
        [
            (PLAIN, [8], [Stretch(6, 8, 12)]),
            (PLAIN, [8, 9, 10], [Stretch(6, 8, 12)]),
            (PLAIN, [6], [Stretch(6, 6, 12)]),
            (PLAIN, [5, 6], [Stretch(0, 5, 12)]),
            (PLAIN, [2, 8], [Stretch(0, 2, 6), Stretch(6, 8, 12)]),
            (PLAIN, [2, 6], [Stretch(0, 2, 12)]),
            (PLAIN, [17], [Stretch(12, 17, 18)]),
            (PLAIN, [], []),
            (CLOSED_GROUPS, [8], [Stretch(6, 7, 12)]),
            (CLOSED_GROUPS, [11], [Stretch(6, 10, 12)]),
            (CLOSED_GROUPS, [6], [Stretch(6, 6, 12)]),
            (OPEN_GROUPS, [2], [Stretch(0, 1, 4, leading=2)]),
            (OPEN_GROUPS, [7], [Stretch(4, 7, 10, leading=2)]),
            (OPEN_GROUPS, [4], [Stretch(0, 4, 10, leading=2)]),
            (OPEN_GROUPS, [6], [Stretch(0, 4, 4, leading=2)]),
            (OPEN_GROUPS, [2, 6], [Stretch(0, 1, 4, leading=2)]),
            (OPEN_GROUPS, [2, 4], [Stretch(0, 1, 10, leading=2)]),
            (OPEN_GROUPS, [2, 8], [Stretch(0, 1, 10, leading=2)]),
            (OPEN_GROUPS, [2, 14], [Stretch(0, 1, 4, leading=2), Stretch(10, 13, 16)]),
            (OPEN_GROUPS, [14], [Stretch(10, 13, 16)]),
        ],
    )
    def test_around_touched_packets(self, stored: Packets, touched: list[int], found: list[Stretch]) -> None:
        assert stretches(stored, touched) == found

    def test_hold_every_touched_packet(self) -> None:
        """Whatever is touched: nothing of it is copied, and what is copied is shown apart from it."""
        chance = np.random.default_rng(1)
        for stored in (PLAIN, CLOSED_GROUPS, OPEN_GROUPS):
            for _ in range(300):
                touched = np.flatnonzero(chance.random(len(stored)) < chance.random() / 2)
                found = stretches(stored, touched)
                inside = np.concatenate([each.places for each in found] or [np.array([], np.int64)])
                assert set(touched) <= set(inside)
                assert len(inside) == len(set(inside))
                for before, after in pairwise(found):
                    assert before.end < after.first


class Test_plans:
    def index(self, count: int) -> FrameIndex:
        return FrameIndex(Fraction(1, 250), tuple(range(0, count * STEP, STEP)), count * STEP)

    def mask(self, first: int, last: int) -> Mask:
        """With its padding, it covers two frames more at both ends."""
        span = Span((first + 2) * STEP, (last - 1) * STEP)
        return Mask(1, span, Shape.BOX, (Pose(None, WHOLE_PICTURE),), Treatment.FILL)

    def test_keep_the_times_at_which_packets_are_decoded(self) -> None:
        index = self.index(len(CLOSED_GROUPS))
        redaction = Redaction((self.mask(7, 11),))
        plan = plan_copy(CLOSED_GROUPS, redaction, Timeline(index, ()))
        assert plan.encoded == 5
        assert plan.decoded.tolist() == CLOSED_GROUPS.dts.tolist()
        assert plan.depth == CLOSED_GROUPS.depth == 1

    def test_let_an_encoder_reorder_no_more_than_the_source(self) -> None:
        plan = plan_copy(PLAIN, Redaction((self.mask(7, 11),)), Timeline(self.index(18), ()))
        assert plan.depth == 0

    def test_move_what_follows_a_cut_up(self) -> None:
        index = self.index(len(CLOSED_GROUPS))
        timeline = Timeline(index, (Span(20, 50),))
        plan = plan_copy(CLOSED_GROUPS, Redaction(cuts=timeline.cuts), timeline)
        assert plan.encoded == 2
        assert len(plan.decoded) == 15
        assert (np.diff(plan.decoded) > 0).all()
        assert plan.decoded[-1] == CLOSED_GROUPS.dts[-1] - 30

    def test_leave_out_what_is_hidden(self) -> None:
        """Packets behind an edit list have no number; what needs them is encoded."""
        numbers = PLAIN.numbers - 2
        numbers[:2] = HIDDEN
        stored = Packets(PLAIN.pts - 2 * STEP, PLAIN.dts - 2 * STEP, numbers, PLAIN.restarts)
        plan = plan_copy(stored, Redaction(), Timeline(self.index(16), ()))
        assert plan.stretches == (Stretch(0, 0, 6),)
        assert plan.encoded == 4
        assert plan.decoded.tolist() == list(range(0, 160, STEP))

    def test_are_none_where_nothing_is_left_to_copy(self) -> None:
        with pytest.raises(CannotCopy, match="next place to start at"):
            plan_copy(PLAIN, Redaction((self.mask(0, 17),)), Timeline(self.index(18), ()))

    def test_decode_in_order_and_in_time_whatever_is_cut(self) -> None:
        """Also at uneven times, where copied packets' own times would overtake each other."""
        chance = np.random.default_rng(7)
        for stored in (PLAIN, CLOSED_GROUPS, OPEN_GROUPS):
            for _ in range(200):
                ticks = np.cumsum(chance.integers(1, 90, len(stored) + 1))
                index = FrameIndex(Fraction(1, 1000), tuple(ticks[:-1].tolist()), int(ticks[-1]))
                depth = stored.depth
                ahead = ticks[0] - np.arange(depth, 0, -1)
                dts = np.concatenate((ahead, ticks))[: len(stored)]
                uneven = Packets(ticks[stored.numbers], dts, stored.numbers, stored.restarts)
                first, length = int(chance.integers(1, len(stored) - 2)), int(chance.integers(1, 8))
                last = min(first + length, len(stored) - 1)
                timeline = Timeline(index, (Span(index.pts[first], index.frame_end(last - 1)),))
                plan = plan_copy(uneven, Redaction(cuts=timeline.cuts), timeline)
                assert len(plan.decoded) == len(timeline.kept)
                assert (np.diff(plan.decoded) > 0).all()
                kept = np.sort(plan.numbers[plan.numbers >= 0])
                assert kept.tolist() == list(range(len(timeline.kept)))

"""What flags ask for, what it does to an asset's times, and what tells one rendition from another."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from footage.model.flag import PADDING, Flag, Mask, Reason, State, Treatment, mask_of
from footage.model.geometry import WHOLE_PICTURE, Pose, Region, Shape, polygon_pose
from footage.model.redaction import Redaction, Timeline, merged, recipe_of, redaction_of, standing_recipe
from footage.model.span import FrameIndex, Span

SIZE = (1000, 500)
INDEX = FrameIndex(Fraction(1, 100), tuple(range(7, 407, 4)), 407)
BOX = Region(0.2, 0.2, 0.4, 0.02)
SHA = "a" * 64


def flag(number: int = 1, **said: Any) -> Flag:
    plain = Flag(number, 1, Span(107, 207), (Reason.DEATH,), State.OPEN, poses=(Pose(None, BOX),))
    return replace(plain, **said)


def test_mask_is_widened_by_a_twentieth_and_by_four_pixels_at_least() -> None:
    assert mask_of(flag(), Treatment.FILL, SIZE).grow == (0.4 / 20, 4 / 500)


def test_mask_is_widened_by_its_size_where_it_is_largest() -> None:
    poses = (Pose(107, BOX), Pose(207, Region(0.1, 0.1, 0.8, 0.6)))
    assert mask_of(flag(poses=poses), Treatment.FILL, SIZE).grow == (0.8 / 20, 0.6 / 20)


def test_mask_of_the_whole_picture_is_a_box() -> None:
    assert mask_of(flag(poses=(), shape=Shape.ELLIPSE), Treatment.FILL, SIZE).shape is Shape.BOX


def test_mask_of_the_whole_picture_has_nowhere_to_grow() -> None:
    mask = mask_of(flag(poses=()), Treatment.FILL, SIZE)
    assert (mask.grow, mask.poses) == ((0, 0), (Pose(None, WHOLE_PICTURE),))


def test_followed_mask_lies_where_it_was_found() -> None:
    track = (
        polygon_pose(107, [(0, 0), (0.5, 0), (0, 0.5)]),
        polygon_pose(111, [(0.1, 0), (0.6, 0), (0.1, 0.5)]),
    )
    mask = mask_of(flag(follow=True, track=track), Treatment.FILL, SIZE)
    assert (mask.shape, mask.poses, mask.grow) == (Shape.POLYGON, track, (0.025, 0.025))


def test_padding_at_both_ends_within_the_clip() -> None:
    inner = Mask(1, Span(107, 207), Shape.BOX, (Pose(None, BOX),), Treatment.FILL)
    assert PADDING == 2
    assert inner.frames(INDEX) == range(25 - 2, 50 + 2)
    assert replace(inner, span=Span(7, 11)).frames(INDEX) == range(3)
    assert replace(inner, span=Span(400, 407)).frames(INDEX) == range(96, 100)
    assert replace(inner, span=None).frames(INDEX) == range(100)


def test_flags_ask_for_masks_cuts_and_silence() -> None:
    flags = [
        flag(1, treatment=Treatment.MOSAIC),
        flag(2, treatment=Treatment.CUT, poses=(), span=Span(300, 320)),
        flag(3, mute=True, poses=(), span=Span(10, 30)),
        flag(4, mute=True, span=Span(30, 50)),
        flag(5, state=State.DISMISSED),
        flag(6, state=State.SOURCE),
        flag(7, state=State.PROPOSED, treatment=Treatment.CUT),
    ]
    asking, redaction = redaction_of(flags, Treatment.BLUR, SIZE)
    assert [one.number for one in asking] == [1, 2, 3, 4]
    assert [(mask.flag, mask.treatment) for mask in redaction.masks] == [
        (1, Treatment.MOSAIC),
        (4, Treatment.BLUR),
    ]
    assert redaction.cuts == (Span(300, 320),)
    assert redaction.mutes == (Span(10, 50),)
    assert [one.treatment for one in asking] == [Treatment.MOSAIC, Treatment.CUT, None, Treatment.BLUR]


def test_chosen_treatment_goes_to_those_that_are_picked() -> None:
    flags = [
        flag(1, state=State.MASKED, treatment=Treatment.FILL),
        flag(2),
        flag(3),
        flag(4, mute=True, poses=()),
    ]
    asking, redaction = redaction_of(flags, Treatment.BLUR, SIZE, chosen=Treatment.MOSAIC, only=(2,))
    assert [(mask.flag, mask.treatment) for mask in redaction.masks] == [
        (1, Treatment.FILL),
        (2, Treatment.MOSAIC),
    ]
    assert [one.number for one in asking] == [1, 2]


def test_chosen_treatment_leaves_cuts_as_they_are() -> None:
    flags = [flag(1, treatment=Treatment.CUT, poses=()), flag(2, treatment=Treatment.FILL)]
    asking, redaction = redaction_of(flags, Treatment.BLUR, SIZE, chosen=Treatment.MOSAIC)
    assert [one.treatment for one in asking] == [Treatment.CUT, Treatment.MOSAIC]
    assert redaction.cuts == (Span(107, 207),) and [mask.flag for mask in redaction.masks] == [2]


def test_cut_and_silence_of_one_flag_is_a_cut() -> None:
    _, redaction = redaction_of([flag(treatment=Treatment.CUT, mute=True, poses=())], Treatment.BLUR, SIZE)
    assert redaction == Redaction(cuts=(Span(107, 207),))


def test_times_after_cuts() -> None:
    timeline = Timeline(INDEX, (Span(199, 207), Span(108, 115)))
    assert timeline.removed == (range(25, 27), range(48, 50))
    assert timeline.gaps == (Span(107, 115), Span(199, 207))
    assert timeline.kept == (*range(25), *range(27, 48), *range(50, 100))
    shortened = timeline.shortened
    assert len(shortened.pts) == 96
    assert shortened.pts == tuple(range(7, 391, 4))
    assert shortened.end == 391
    assert [timeline.tick(tick) for tick in (7, 106, 107, 111, 115, 120, 205, 207, 407)] == [
        7,
        106,
        107,
        107,
        107,
        112,
        191,
        191,
        391,
    ]
    assert timeline.span(Span(100, 120)) == Span(100, 112)
    assert timeline.span(Span(107, 115)) is None


def test_cut_of_the_first_frames_keeps_the_start() -> None:
    timeline = Timeline(INDEX, (Span(7, 27),))
    assert timeline.shortened.pts[:2] == (7, 11)
    assert timeline.shortened.end == 387


def test_uneven_times_stay_uneven_after_a_cut() -> None:
    index = FrameIndex(Fraction(1, 1000), (0, 33, 70, 100, 141, 160), 200)
    assert Timeline(index, (Span(70, 101),)).shortened == FrameIndex(Fraction(1, 1000), (0, 33, 70, 89), 129)


def test_nothing_cut_is_the_same_index() -> None:
    timeline = Timeline(INDEX)
    assert timeline.shortened is INDEX
    assert (timeline.removed, timeline.gaps, timeline.tick(99)) == ((), (), 99)


def test_merged_spans() -> None:
    assert merged([Span(8, 9), Span(0, 5), Span(4, 8)]) == (Span(0, 9),)
    assert merged([]) == ()


@pytest.mark.parametrize(
    "other",
    [
        {"span": Span(107, 208)},
        {"poses": (Pose(None, Region(0.2, 0.2, 0.4, 0.03)),)},
        {"poses": (Pose(107, BOX),)},
        {"shape": Shape.ELLIPSE},
        {"treatment": Treatment.FILL},
        {"mute": True},
        {"number": 2},
        {"track": (polygon_pose(107, [(0, 0), (0.5, 0), (0, 0.5)]),)},
    ],
)
def test_any_edit_makes_another_recipe(other: dict[str, Any]) -> None:
    before = standing_recipe(SHA, [flag()], Treatment.BLUR, SIZE)
    assert before != standing_recipe(SHA, [flag(**other)], Treatment.BLUR, SIZE)
    assert before == standing_recipe(SHA, [flag(note="seen", looked="b" * 64)], Treatment.BLUR, SIZE)


def test_polygons_of_the_same_box_differ() -> None:
    def recipe(*points: tuple[float, float]) -> str:
        pose = polygon_pose(None, points)
        return standing_recipe(SHA, [flag(shape=Shape.POLYGON, poses=(pose,))], Treatment.BLUR, SIZE)

    assert recipe((0, 0), (0.5, 0), (0, 0.5)) != recipe((0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5))


def test_recipe_of_another_original_or_of_nothing() -> None:
    assert recipe_of(SHA, Redaction()) != recipe_of("b" * 64, Redaction())
    assert standing_recipe(SHA, [flag(state=State.DISMISSED)], Treatment.BLUR, SIZE) == ""

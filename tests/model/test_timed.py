"""Cues in step with cuts and silences."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.redaction import Timeline, merged
from footage.model.span import FrameIndex, Span
from footage.model.timed import Cue, ExactCue, cues_at, exact, kept, silenced

INDEX = FrameIndex(Fraction(1, 1000), tuple(range(500, 10500, 40)), 10500)
UNCUT = Timeline(INDEX)


def spans(most: int = 11000) -> st.SearchStrategy[Span]:
    """Spans around a clip of ten seconds."""
    return st.builds(
        lambda start, length: Span(start, start + length), st.integers(500, most), st.integers(1, 3000)
    )


CUES = st.lists(st.builds(Cue, spans(), st.sampled_from(["a", "b\nc"])), max_size=8)
HIDDEN = st.lists(spans(10000), max_size=3).map(merged)


def cue(start: int, end: int, text: str = "words") -> Cue:
    return Cue(Span(start, end), text)


def test_cues_are_counted_from_the_first_frame() -> None:
    (found,) = cues_at([ExactCue(Fraction(1), Fraction(5, 2), "x")], INDEX)
    assert found == cue(1500, 3000, "x")
    assert exact([found], INDEX) == (ExactCue(Fraction(1), Fraction(5, 2), "x"),)


def test_cues_are_put_in_order_and_none_is_shorter_than_a_tick() -> None:
    coarse = FrameIndex(Fraction(1, 25), tuple(range(50)), 50)
    late, short = ExactCue(Fraction(1), Fraction(2), "b"), ExactCue(Fraction(0), Fraction(1, 1000), "a")
    assert cues_at([late, short], coarse) == (cue(0, 1, "a"), cue(25, 50, "b"))


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5)), max_size=6))
def test_thousandths_survive_the_ticks_of_usual_clips(times: list[tuple[int, int]]) -> None:
    for base in (Fraction(1, 90000), Fraction(1, 12800), Fraction(1001, 30000) / 1001, Fraction(1, 1000)):
        index = FrameIndex(base, (7,), 8)
        told = sorted(
            (ExactCue(Fraction(start, 1000), Fraction(start + length, 1000), "x") for start, length in times),
            key=lambda each: (each.start, each.end),
        )
        back = exact(cues_at(told, index), index)
        rounded = [(round(each.start * 1000), round(each.end * 1000)) for each in back]
        assert rounded == [(int(each.start * 1000), int(each.end * 1000)) for each in told]


def test_what_meets_a_cut_falls_away_and_the_rest_moves_up() -> None:
    cut = Timeline(INDEX, (Span(2500, 4500),))
    cues = [cue(500, 1500, "before"), cue(2600, 4400, "within"), cue(4000, 5500, "out of"), cue(6500, 7500)]
    assert kept(cues, cut, ()).cues == (cue(500, 1500, "before"), cue(4500, 5500))
    found = kept(cues, cut, ())
    assert (found.cut, found.shortened, found.silenced) == ((2, 3), (), ())
    assert "cues 2, 3 are each left out, because part of it was cut out" in found.notes()


@pytest.mark.parametrize("span", [Span(2000, 5000), Span(2000, 2501), Span(4499, 5000), Span(2500, 2510)])
def test_words_of_which_anything_is_cut_out_are_not_told(span: Span) -> None:
    cut = Timeline(INDEX, (Span(2510, 4500),))
    assert kept([Cue(span, "the name")], cut, ()).cues == ()


@pytest.mark.parametrize("mute", [Span(1000, 1001), Span(1999, 3000), Span(500, 10500), Span(1200, 1300)])
def test_a_cue_that_meets_a_silence_is_left_out_whole(mute: Span) -> None:
    found = kept([cue(1000, 2000, "the name"), cue(3500, 4000)], UNCUT, (mute,))
    assert all(each.text != "the name" for each in found.cues) and 1 in found.silenced
    assert "silenced" in found.notes()[0]


def test_a_cue_beside_a_silence_stays() -> None:
    both = [cue(1000, 2000), cue(3000, 4000)]
    assert kept(both, UNCUT, (Span(2000, 3000),)).cues == tuple(both)


def test_cues_end_with_the_clip() -> None:
    found = kept([cue(9500, 12000), cue(10500, 11000)], UNCUT, ())
    assert found.cues == (cue(9500, 10500),) and found.beyond == (2,) and found.shortened == (1,)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("span", [Span(1200, 1300), None])
@pytest.mark.parametrize("how", ["mute", "cut"])
def test_what_is_hidden_or_may_come_to_be_is_no_subtitle(state: State, span: Span | None, how: str) -> None:
    flag = Flag(1, 1, span, (Reason.PRIVACY,), state)
    flag = replace(flag, **{"mute": True} if how == "mute" else {"treatment": Treatment.CUT})
    found = kept([cue(1000, 2000, "the name"), cue(3000, 4000)], UNCUT, silenced([flag], INDEX.whole))
    heard = state in (State.DISMISSED, State.SOURCE)
    assert ("the name" in {each.text for each in found.cues}) is heard
    assert len(found.cues) == (2 if heard else 1 if span else 0)


@given(CUES, HIDDEN, HIDDEN)
def test_every_cue_is_accounted_for(cues: list[Cue], cuts: tuple[Span, ...], mutes: tuple[Span, ...]) -> None:
    timeline = Timeline(INDEX, cuts)
    found = kept(cues, timeline, mutes)
    out = sorted((*found.silenced, *found.cut, *found.beyond))
    assert len(found.cues) + len(out) == len(cues) and len(set(out)) == len(out)
    stays = [each for number, each in enumerate(cues, 1) if number not in out]
    assert [each.text for each in stays] == [each.text for each in found.cues]
    assert not any(each.span.overlaps(hidden) for each in stays for hidden in (*mutes, *cuts))
    end = timeline.tick(INDEX.end)
    for before, after in zip(stays, found.cues, strict=True):
        assert 500 <= after.span.start < after.span.end <= end
        assert after.span.end - after.span.start <= before.span.end - before.span.start

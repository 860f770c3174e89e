"""Checks of subtitles by profile: every rule at its limit and just beyond."""

from fractions import Fraction

import pytest

from footage.errors import NotFound
from footage.model.span import FrameIndex, Span
from footage.model.subtitle_checks import PROFILES, CueFinding, check_cues, profile_named
from footage.model.timed import Cue

INDEX = FrameIndex(Fraction(1, 1000), tuple(range(0, 20000, 40)), 20000)


def check(profile: str, *cues: tuple[int, int, str], mutes: tuple[Span, ...] = ()) -> list[CueFinding]:
    told = [Cue(Span(start, end), text) for start, end, text in cues]
    return list(check_cues(told, profile_named(profile), INDEX, mutes))


def rules(profile: str, *cues: tuple[int, int, str]) -> list[str]:
    return [finding.rule for finding in check(profile, *cues)]


@pytest.mark.parametrize(
    ("profile", "cue", "found"),
    [
        ("netflix", (0, 5000, "x" * 42), []),
        ("netflix", (0, 5000, "x" * 43), ["line-length"]),
        ("teletext", (0, 100, "x" * 37), []),
        ("teletext", (0, 100, "x" * 38), ["line-length"]),
        ("cea-608", (0, 100, "x" * 32), []),
        ("cea-608", (0, 100, "x" * 33), ["line-length"]),
        ("netflix", (0, 5000, "a\nb"), []),
        ("netflix", (0, 5000, "a\nb\nc"), ["lines"]),
        ("cea-608", (0, 5000, "a\nb\nc\nd\ne"), ["lines"]),
        ("netflix", (0, 2000, "x" * 20 + "\n" + "x" * 20), []),
        ("netflix", (0, 1990, "x" * 20 + "\n" + "x" * 20), ["speed"]),
        ("bbc", (0, 4000, "word " * 12), []),
        ("bbc", (0, 3990, "word " * 12), ["speed"]),
        ("netflix", (0, 833, "x"), []),
        ("netflix", (0, 830, "x"), ["too-short"]),
        ("netflix", (0, 7000, "x"), []),
        ("netflix", (0, 7010, "x"), ["too-long"]),
        ("bbc", (0, 1000, "\n"), ["empty"]),
        ("bbc", (0, 1000, "hid\u202eden"), ["hidden-signs"]),
        ("bbc", (19000, 20000, "x"), []),
        ("bbc", (19000, 20010, "x"), ["beyond-the-end"]),
        ("bbc", (20000, 21000, "x"), ["beyond-the-end"]),
    ],
)
def test_a_rule_at_its_limit(profile: str, cue: tuple[int, int, str], found: list[str]) -> None:
    assert rules(profile, cue) == found


def test_cues_that_overlap_are_found_and_cues_that_touch_are_not() -> None:
    assert rules("bbc", (0, 1000, "a"), (1000, 2000, "b")) == []
    (finding,) = check("bbc", (0, 1001, "a"), (1000, 2000, "b"))
    assert (finding.cue, finding.rule, finding.proposal) == (1, "overlap", "end it at 0:01.000")


def test_findings_tell_cue_time_and_what_to_do() -> None:
    long = "smoke rises over the town while people run for shelter in the square"
    (finding,) = check("netflix", (0, 1000, "a"), (2500, 8000, long))
    assert (finding.cue, finding.at) == (2, Fraction(5, 2))
    assert "68 characters" in finding.message and "42" in finding.message
    lines = finding.proposal.split(" / ")
    assert " ".join(lines) == long and len(lines) == 2 and max(map(len, lines)) <= 42


def test_a_short_cue_may_stand_longer_only_where_there_is_room() -> None:
    (free,) = check("netflix", (1000, 1500, "a"))
    assert free.proposal == "let it stand until 0:01.833"
    (tight, _) = check("netflix", (1000, 1500, "a"), (1600, 2000, "b"))
    assert "let it stand" not in tight.proposal and tight.rule == "too-short"


def test_words_that_are_silenced_are_named() -> None:
    (finding,) = check("bbc", (0, 1000, "the name"), mutes=(Span(900, 950),))
    assert finding.rule == "silenced" and "left out" in finding.message


def test_marks_on_letters_take_no_room() -> None:
    assert rules("teletext", (0, 5000, "e\u0301" * 37)) == []


def test_ten_thousand_characters_are_checked_at_once() -> None:
    assert {"line-length", "speed"} <= set(rules("netflix", (0, 1000, "word " * 2000)))


def test_an_unknown_profile_names_the_nearest() -> None:
    assert profile_named("Netflix") is PROFILES["netflix"]
    with pytest.raises(NotFound) as caught:
        profile_named("cea608")
    assert "cea-608" in caught.value.hint
    with pytest.raises(NotFound) as caught:
        profile_named("zzz")
    assert all(name in caught.value.hint for name in PROFILES)

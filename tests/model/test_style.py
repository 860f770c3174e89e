"""House styles as data: what they say of dates, and what is said of a file that does not hold together."""

import copy
import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest

from footage.errors import Usage
from footage.model.provenance import About, Standing
from footage.model.style import CIRCA, UNKNOWN_PLACE, Medium, Style, Voice, parse_style
from footage.model.template import Template
from subjects import AFP, AP, NEWSFLASH, REUTERS, STYLES

TODAY = dt.date(2023, 3, 25)
NEWSFLASH_DATA: dict[str, Any] = tomllib.loads(
    (files("footage") / "styles/newsflash.toml").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("layout", "day", "written"),
    [
        (NEWSFLASH, dt.date(2023, 3, 24), "Friday, Mar. 24, 2023"),
        (NEWSFLASH, dt.date(1999, 9, 1), "Wednesday, Sep. 1, 1999"),
        (NEWSFLASH, dt.date(2023, 5, 5), "Friday, May 5, 2023"),
        (NEWSFLASH, dt.date(2023, 6, 5), "Monday, Jun. 5, 2023"),
        (AP, dt.date(2023, 3, 24), "Friday, March 24, 2023"),
        (AP, dt.date(2023, 3, 25), "Saturday, March 25, 2023"),
        (AP, dt.date(2023, 3, 11), "Saturday, March 11, 2023"),
        (AP, dt.date(2023, 3, 10), "March 10, 2023"),
        (AP, dt.date(2023, 3, 26), "March 26, 2023"),
        (AP, dt.date(2022, 9, 5), "Sept. 5, 2022"),
        (REUTERS, dt.date(2023, 3, 24), "March 24, 2023"),
        (REUTERS, dt.date(2022, 9, 5), "September 5, 2022"),
        (AFP, dt.date(2023, 2, 24), "February 24, 2023"),
    ],
)
def test_dates_are_written_as_the_house_does(layout: Style, day: dt.date, written: str) -> None:
    assert layout.date(day, TODAY) == written


def test_ap_cuts_months_short_with_a_day_only_and_five_never() -> None:
    assert " ".join(AP.dates.months) == "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec."
    assert AP.dates.months_alone[:2] == ("January", "February")


@pytest.mark.parametrize("layout", STYLES, ids=lambda layout: layout.name)
def test_every_style_words_every_medium_voice_and_verdict_and_holds_to_iim(layout: Style) -> None:
    assert set(layout.media) == set(Medium)
    for wording in layout.media.values():
        assert set(wording.voices) == set(Voice)
        for sentences in wording.voices.values():
            assert "undated" in sentences.undated.text and "{shot}" in sentences.dated.text
            assert "circa" in sentences.dated.names and "{people}" in layout.people.text
    assert set(layout.credit.voices) == set(Voice)
    assert layout.verification is not None
    assert set(layout.verification.standings) == set(Standing) and set(layout.verification.about) == set(
        About
    )
    assert (layout.limits.caption_bytes, layout.limits.credit_bytes) == (2000, 32)


def test_a_style_without_words_for_grabs_speaks_of_them_as_stills() -> None:
    assert "grab" not in NEWSFLASH_DATA
    assert NEWSFLASH.media[Medium.GRAB] == NEWSFLASH.media[Medium.STILL]


def test_a_voice_without_words_of_its_own_is_released() -> None:
    for voice in (Voice.HANDOUT, Voice.SOCIAL, Voice.EYEWITNESS):
        assert (
            NEWSFLASH.media[Medium.VIDEO].voices[voice]
            == NEWSFLASH.media[Medium.VIDEO].voices[Voice.RELEASED]
        )
        assert NEWSFLASH.credit.voices[voice] == NEWSFLASH.credit.voices[Voice.RELEASED]


@pytest.mark.parametrize("layout", STYLES, ids=lambda layout: layout.name)
def test_styles_name_no_agency(layout: Style) -> None:
    def printed() -> Iterator[Template]:
        yield layout.credit.frame
        yield from layout.credit.voices.values()
        yield layout.people
        if layout.verification:
            yield from layout.verification.standings.values()
        if layout.handout:
            yield layout.handout.restrictions
        for wording in layout.media.values():
            for sentences in wording.voices.values():
                yield from (sentences.undated, sentences.dated, sentences.released)
        disclosure = layout.disclosure
        yield from (disclosure.ours, disclosure.cut, disclosure.muted, disclosure.source)

    for template in printed():
        assert not re.search(r"\b(?:AP|REUTERS|AFP|Newsflash)\b", template.text, re.IGNORECASE), template.text
    for template in layout.credit.voices.values():
        assert "{agency}" in template.text


def test_handouts_of_ap_last_two_weeks() -> None:
    assert AP.handout is not None and AP.handout.days == 14 and AP.handout.no_archive
    assert "No archiving" in AP.handout.terms
    assert NEWSFLASH.handout is None
    assert REUTERS.handout is not None and REUTERS.handout.days == 0


def test_what_a_style_may_leave_out_falls_away_or_has_ordinary_words() -> None:
    data = copy.deepcopy(NEWSFLASH_DATA)
    for key in ("people", "unknown_place", "verification"):
        del data[key]
    del data["dates"]["circa"]
    layout = parse_style("house", data)
    assert (layout.people.text, layout.unknown_place) == ("", UNKNOWN_PLACE)
    assert (layout.verification, layout.handout, layout.dates.circa.text) == (None, None, CIRCA)


def remove(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        del data[path[-1]]

    return change


def put(*path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        (remove("title"), "lacks the key 'title'", "newsflash"),
        (remove("still"), "lacks the key 'still'", ""),
        (remove("dates", "months"), "lacks the key 'dates.months'", ""),
        (remove("disclosure", "hidden", "fill"), "lacks the key 'disclosure.hidden.fill'", ""),
        (put("captoin", value=1), "does not know the key 'captoin'", ""),
        (put("dates", "mnths", value=[]), "does not know the key 'dates.mnths'", "did you mean months"),
        (put("video", "staf", value={}), "does not know the key 'video.staf'", "did you mean staff"),
        (
            put("disclosure", "because", "deaht", value="x"),
            "'disclosure.because.deaht'",
            "did you mean death",
        ),
        (put("dates", "weekday", value="allways"), "does not know 'allways' at 'dates.weekday'", "always"),
        (put("dates", "weekday", value="recent"), "lacks the key 'dates.recent_days'", "recent_days = 14"),
        (put("dates", "months", value=["Jan."] * 11), "needs 12 texts at 'dates.months'", '"January"'),
        (put("dates", "months", value=[1] * 12), "needs 12 texts at 'dates.months'", ""),
        (put("title", value=3), "needs a text at 'title', not 3", ""),
        (put("video", value="x"), "needs a table at 'video', not 'x'", "[video]"),
        (put("limits", "caption_bytes", value="2000"), "needs a number at 'limits.caption_bytes'", ""),
        (put("limits", "credit_bytes", value=-1), "needs a number at 'limits.credit_bytes'", ""),
        (put("limits", "credit_bytes", value=True), "needs a number at 'limits.credit_bytes'", ""),
        (put("video", "undated", value="{Show} here."), "'video.undated'", "did you mean {Shows}"),
        (put("video", "undated", value="{Shows}[ in {in_place}."), "does not close", "]"),
        (put("video", "undated", value="{Shows}] here."), "was not opened", ""),
        (put("video", "undated", value="{Shows here."), "opens a brace that does not close", ""),
        (put("video", "undated", value="Shows} here."), "closes a brace that was not opened", ""),
        (put("credit", "frame", value="({shows})"), "'credit.frame'", "{credit}"),
        (put("video", "staff", "dated", value="{0.__class__}"), "'video.staff.dated'", ""),
        (put("video", "socail", value={}), "does not know the key 'video.socail'", "did you mean social"),
        (put("video", "social", value={"undated": "x"}), "lacks the key 'video.social.dated'", ""),
        (put("credit", "handut", value="x"), "does not know the key 'credit.handut'", "did you mean handout"),
        (put("credit", "frame", value="Credit."), "has no {credit} at 'credit.frame'", "({credit})"),
        (put("people", value="{peple}"), "'people'", "did you mean {people}"),
        (remove("verification", "about", "date"), "lacks the key 'verification.about.date'", ""),
        (put("verification", "verified", value="{how_}"), "'verification.verified'", "did you mean {how}"),
        (put("handout", value={}), "lacks the key 'handout.days'", ""),
        (
            put("handout", value={"days": 14, "terms": "t", "no_archive": "yes"}),
            "needs true or false at 'handout.no_archive'",
            "no_archive = true",
        ),
    ],
)
def test_a_flaw_is_named_with_its_key_and_with_what_was_meant(
    change: Callable[[dict[str, Any]], None], message: str, hint: str
) -> None:
    data = copy.deepcopy(NEWSFLASH_DATA)
    change(data)
    with pytest.raises(Usage) as refusal:
        parse_style("house", data)
    assert refusal.value.message.startswith("the style house ")
    assert message in refusal.value.message
    assert hint in refusal.value.hint
    assert refusal.value.hint

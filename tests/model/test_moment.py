"""Reading days and moments from what people type, and writing them so that they are read back."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footage.errors import Usage
from footage.model.moment import Moment, moment_text, parse_day, parse_moment

TODAY = dt.date(2023, 3, 25)
DAY = dt.date(2023, 3, 24)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-03-24", Moment(DAY)),
        (" 2023-03-24 ", Moment(DAY)),
        ("2023-3-24", Moment(DAY)),
        ("2023/03/24", Moment(DAY)),
        ("2023-03-24 23:50", Moment(DAY, dt.time(23, 50))),
        ("2023-03-24  23:50:07", Moment(DAY, dt.time(23, 50, 7))),
        ("2023-03-24 9:05", Moment(DAY, dt.time(9, 5))),
        ("2023-03-24T23:50:07.25", Moment(DAY, dt.time(23, 50, 7, 250000))),
        ("2023-03-24 23:50 Europe/Kyiv", Moment(DAY, dt.time(23, 50), "Europe/Kyiv")),
        ("2023-03-24 23:50 europe/kyiv", Moment(DAY, dt.time(23, 50), "Europe/Kyiv")),
        ("2023-03-24 20:00 America/New York", Moment(DAY, dt.time(20), "America/New_York")),
        ("2023-03-24T23:50:00+02:00", Moment(DAY, dt.time(23, 50), "+02:00")),
        ("2023-03-24T23:50+0200", Moment(DAY, dt.time(23, 50), "+02:00")),
        ("2023-03-24 23:50 -03:30", Moment(DAY, dt.time(23, 50), "-03:30")),
        ("2023-03-24T21:50Z", Moment(DAY, dt.time(21, 50), "UTC")),
        ("2023-03-24 21:50-00:00", Moment(DAY, dt.time(21, 50), "+00:00")),
        ("2023-03-24 Europe/Kyiv", Moment(DAY, None, "Europe/Kyiv")),
        ("2023-03-24 EET", Moment(DAY, None, "EET")),
        ("2023-03-24 +02", Moment(DAY, None, "+02:00")),
        ("today", Moment(TODAY)),
        ("Today 23:50 Europe/Kyiv", Moment(TODAY, dt.time(23, 50), "Europe/Kyiv")),
        ("yesterday", Moment(DAY)),
        ("24.03.2023", Moment(DAY)),
        ("24 March 2023", Moment(DAY)),
        ("24th march 2023 23:50", Moment(DAY, dt.time(23, 50))),
        ("Mar. 24, 2023", Moment(DAY)),
        ("Friday, Mar. 24, 2023", Moment(DAY)),
        ("2024-02-29", Moment(dt.date(2024, 2, 29))),
    ],
)
def test_what_people_type_is_read(text: str, moment: Moment) -> None:
    assert parse_moment(text, TODAY) == moment


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("2023-02-30", "2023-02-28"),
        ("2023-02-29", "2023-02-28"),
        ("2024-02-30", "2024-02-29"),
        ("2023-04-31", "2023-04-30"),
        ("2023-24-03", "2023-03-24"),
        ("2023-00-10", "2023-01-10"),
        ("2023-14-31", "2023-12-31"),
        ("2023-03-00", "2023-03-01"),
        ("31.02.2023", "2023-02-28"),
        ("30 February 2023", "2023-02-28"),
        ("2023-02-30 23:50 Europe/Kyiv", "2023-02-28"),
        ("Thursday, Mar. 24, 2023", "2023-03-23"),
        ("24/03/2023", "2023-03-24"),
        ("03/24/2023", "2023-03-24"),
        ("03/04/2023", "2023-03-04 or 2023-04-03"),
        ("2023-03-24 24:00", "23:59"),
        ("2023-03-24 9:61", "09:59"),
        ("2023-03-24 23:50 Europe/Kyif", "Europe/Kyiv"),
        ("2023-03-24 23:50 Kyiv", "Europe/Kyiv"),
        ("2023-03-24 23:50 Berlin", "Europe/Berlin"),
        ("2023-03-24 23:50 EEST", "Europe/Kyiv or as +02:00"),
        ("2023-03-24 23:50 localtime", "Europe/Kyiv or as +02:00"),
        ("2023-03-24 23:50 +15:00", "-12:00 to +14:00"),
        ("2023-03-24 23:50 +02:75", "-12:00 to +14:00"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest_that_is(text: str, nearest: str) -> None:
    with pytest.raises(Usage) as refusal:
        parse_moment(text, TODAY)
    assert nearest in refusal.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "soon",
        "24 March",
        "March 2023",
        "Friday",
        "2023",
        "2023-03",
        "20230324",
        "23:50",
        "2023-03-24T",
        "٢٠٢٣-٠٣-٢٤",
        "24 март 2023",
        "2023-03-24\x00",
        "2023-03-24 2023-03-25",
        "2023-03-24 23:50:00:00",
    ],
)
def test_what_is_no_date_is_refused_with_how_to_type_one(text: str) -> None:
    with pytest.raises(Usage) as refusal:
        parse_moment(text, TODAY)
    assert repr(text) in refusal.value.message
    assert "2023-03-24" in refusal.value.hint


def test_a_day_alone_is_read_too_and_takes_no_time() -> None:
    assert parse_day("24 March 2023", TODAY) == DAY
    with pytest.raises(Usage):
        parse_day("2023-03-24 23:50", TODAY)


@pytest.mark.parametrize(
    ("moment", "instant"),
    [
        (Moment(DAY, dt.time(23, 50), "Europe/Kyiv"), "2023-03-24T21:50:00+00:00"),
        (Moment(DAY, dt.time(23, 50), "-03:30"), "2023-03-25T03:20:00+00:00"),
        (Moment(DAY, dt.time(23, 50)), "2023-03-24T23:50:00+00:00"),
        (Moment(DAY, None, "Europe/Kyiv"), "2023-03-23T22:00:00+00:00"),
        (Moment(dt.date(2023, 7, 1), None, "Europe/Kyiv"), "2023-06-30T21:00:00+00:00"),
        # Midnight does not exist there on this day: it starts at one o'clock.
        (Moment(dt.date(2023, 3, 26), None, "Asia/Beirut"), "2023-03-25T22:00:00+00:00"),
    ],
)
def test_a_moment_is_an_instant_in_utc(moment: Moment, instant: str) -> None:
    assert moment.instant().isoformat() == instant


def test_where_no_zone_is_stated_the_default_one_counts() -> None:
    assert Moment(DAY).instant("Europe/Kyiv") == Moment(DAY, None, "Europe/Kyiv").instant()


@pytest.mark.parametrize(
    "moment", [Moment(DAY, None, "Europe/Atlantis"), Moment(dt.date.min, None, "+02:00")]
)
def test_an_instant_that_cannot_be_told_is_refused(moment: Moment) -> None:
    with pytest.raises(Usage):
        moment.instant()


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (Moment(DAY), "2023-03-24"),
        (Moment(DAY, dt.time(9, 5)), "2023-03-24 09:05"),
        (Moment(DAY, dt.time(9, 5, 7)), "2023-03-24 09:05:07"),
        (Moment(DAY, dt.time(9, 5, 0, 250000)), "2023-03-24 09:05:00.250000"),
        (Moment(DAY, dt.time(9, 5), "+02:00"), "2023-03-24 09:05 +02:00"),
        (Moment(DAY, None, "Europe/Kyiv"), "2023-03-24 Europe/Kyiv"),
    ],
)
def test_the_text_of_a_moment_is_the_shortest_that_says_all(moment: Moment, text: str) -> None:
    assert moment_text(moment) == text
    assert parse_moment(text, TODAY) == moment


ZONES = st.none() | st.sampled_from(sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}))
OFFSETS = st.builds("{}{:02}:{:02}".format, st.sampled_from("+-"), st.integers(0, 13), st.integers(0, 59))
MOMENTS = st.builds(Moment, st.dates(), st.none() | st.times(), ZONES | OFFSETS.filter("-00:00".__ne__))


@settings(deadline=None)
@given(MOMENTS)
def test_its_text_is_read_back_to_the_same_moment(moment: Moment) -> None:
    assert parse_moment(moment_text(moment), TODAY) == moment


@settings(deadline=None)
@given(st.lists(st.dates(), min_size=2))
def test_texts_of_days_sort_as_the_days_do(days: list[dt.date]) -> None:
    assert sorted(moment_text(Moment(day)) for day in days) == [
        moment_text(Moment(day)) for day in sorted(days)
    ]


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789-/.:TZ+ aMmrEKyv,"), max_size=30) | st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        moment = parse_moment(text, TODAY)
    except Usage as refusal:
        assert refusal.message
        assert refusal.hint
    else:
        assert parse_moment(moment_text(moment), TODAY) == moment


@pytest.mark.parametrize(
    "words", ["circa 2023-03-20", "about 20 March 2023", "Around 2023-03-20", "c. 2023-03-20"]
)
def test_a_day_may_be_about_right(words: str) -> None:
    moment = parse_moment(words, dt.date(2023, 3, 24))
    assert moment == Moment(dt.date(2023, 3, 20), circa=True)
    assert moment_text(moment) == "2023-03-20 circa"
    assert parse_moment(moment_text(moment), dt.date(2023, 3, 24)) == moment
    assert parse_moment("2023-03-20", dt.date(2023, 3, 24)) != moment

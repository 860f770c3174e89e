"""Dates in metadata: every form is read, and what is no date gives none."""

import datetime as dt

import pytest

from footage.errors import Usage
from footage.formats.stamps import begin_stamp, end_stamp, offset, read_stamp, write_stamp
from footage.model.moment import Moment

DAY = dt.date(2023, 3, 24)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2023-03-24", Moment(DAY)),
        ("20230324", Moment(DAY)),
        ("2023:03:24 23:50:01", Moment(DAY, dt.time(23, 50, 1))),
        ("2023-03-24T23:50", Moment(DAY, dt.time(23, 50))),
        ("2023-03-24T23:50:01.25+02:00", Moment(DAY, dt.time(23, 50, 1, 250_000), "+02:00")),
        ("2023-03-24T23:50:01.123456789Z", Moment(DAY, dt.time(23, 50, 1, 123_456), "UTC")),
        ("2023-03-24T23:50:01-0330", Moment(DAY, dt.time(23, 50, 1), "-03:30")),
        ("20230324T235001+0000", Moment(DAY, dt.time(23, 50, 1), "+00:00")),
        ("2023-03-24T23:50:01+25:00", Moment(DAY, dt.time(23, 50, 1))),
        ("2023-03-24T24:00:00", None),
        ("2023-02-29", None),
        ("0000:00:00 00:00:00", None),
        ("1904-01-01T00:00:00.000000Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("2023", None),
        ("2023-03", None),
        ("2023-03:24", None),
        ("٢٠٢٣-٠٣-٢٤", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_stamps_are_read(text: str, moment: Moment | None) -> None:
    assert read_stamp(text) == moment


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (Moment(DAY), "2023-03-24"),
        (Moment(DAY, None, "Europe/Kyiv"), "2023-03-24"),
        (Moment(DAY, dt.time(23, 50)), "2023-03-24T23:50:00"),
        (Moment(DAY, dt.time(23, 50), "Europe/Kyiv"), "2023-03-24T23:50:00+02:00"),
        (Moment(dt.date(2023, 7, 1), dt.time(23, 50), "Europe/Kyiv"), "2023-07-01T23:50:00+03:00"),
        (Moment(DAY, dt.time(23, 50), "America/St_Johns"), "2023-03-24T23:50:00-02:30"),
        (Moment(DAY, dt.time(23, 50), "-03:30"), "2023-03-24T23:50:00-03:30"),
        (Moment(DAY, dt.time(23, 50), "Nowhere/Atall"), "2023-03-24T23:50:00"),
    ],
)
def test_stamps_are_written(moment: Moment, text: str) -> None:
    assert write_stamp(moment) == text


def test_a_day_has_no_offset() -> None:
    assert offset(Moment(DAY, None, "Europe/Kyiv")) == ""


def test_a_day_counts_from_its_beginning_until_it_is_over_in_its_own_zone() -> None:
    day = Moment(dt.date(2023, 3, 26), zone="Europe/Kyiv")
    assert begin_stamp(day) == "2023-03-26T00:00:00+02:00"
    assert end_stamp(day) == "2023-03-27T00:00:00+03:00"
    assert begin_stamp(Moment(dt.date(2023, 3, 26))) == "2023-03-26T00:00:00+00:00"
    exact = Moment(dt.date(2023, 3, 26), dt.time(9, 30, 0, 5), "-03:30")
    assert begin_stamp(exact) == end_stamp(exact) == "2023-03-26T09:30:00.000005-03:30"
    assert end_stamp(Moment(dt.date.max)) == "9999-12-31T00:00:00+00:00"


def test_a_zone_that_is_not_known_here_is_never_taken_for_another() -> None:
    with pytest.raises(Usage, match="no time zone called 'Europe/Atlantis'"):
        begin_stamp(Moment(dt.date(2023, 3, 26), dt.time(9), "Europe/Atlantis"))

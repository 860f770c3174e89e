"""Dates as metadata writes them: XMP's ISO 8601, IIM's digits, EXIF's colons, QuickTime's tags."""

import datetime as dt
import re
from dataclasses import replace

from footage.errors import Usage
from footage.model.moment import Moment

_STAMP = re.compile(
    r"\s*(\d{4})([-:]?)(\d\d)\2(\d\d)"
    r"(?:(?:T|\s+)?(\d\d):?(\d\d)(?::?(\d\d)(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d\d:?\d\d)?)?\s*",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
_FIRST_PHOTOGRAPH, _END_OF_TIME = 1826, 9999
_CLOCKS_THAT_WERE_NEVER_SET = (dt.date(1904, 1, 1), dt.date(1970, 1, 1))
_FARTHEST_ZONE = dt.timedelta(hours=14)


def read_stamp(text: str) -> Moment | None:
    """Read a date, or a date and time, in any of the forms that media files use.

    A date that does not exist or that no picture can have, a year or month alone, and the first day of a
    clock that was never set (1904 in QuickTime, 1970 in Unix) give None.

    >>> read_stamp("2021:10:20 21:01:01") == read_stamp("20211020T210101")
    True
    >>> read_stamp("2023-03-24T23:50+0200").zone
    '+02:00'
    """
    match = _STAMP.fullmatch(text[:64])
    if match is None:
        return None
    year, _, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        date = dt.date(int(year), int(month), int(day))
        time = None
        if hour is not None:
            time = dt.time(int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")))
    except ValueError:
        return None
    if date in _CLOCKS_THAT_WERE_NEVER_SET or not _FIRST_PHOTOGRAPH <= date.year < _END_OF_TIME:
        return None
    return Moment(date, time, _zone(zone or ""))


def write_stamp(moment: Moment) -> str:
    """A moment in ISO 8601 as XMP writes it, its zone as an offset where it is known.

    >>> write_stamp(Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv"))
    '2023-03-24T23:50:00+02:00'
    """
    if moment.time is None:
        return moment.day.isoformat()
    return f"{moment.day.isoformat()}T{moment.time.isoformat('auto')}{offset(moment)}"


def begin_stamp(moment: Moment) -> str:
    """The point in time from which a moment counts, where a format knows no days; UTC where no zone is known.

    >>> begin_stamp(Moment(dt.date(2023, 3, 24), zone="Europe/Kyiv"))
    '2023-03-24T00:00:00+02:00'

    Raises:
        Usage: the zone is not known on this machine.
    """
    exact = replace(moment, time=moment.time or dt.time(), zone=moment.zone or "UTC")
    exact.instant()
    return write_stamp(exact)


def end_stamp(moment: Moment) -> str:
    """The same for the end of a time: a day alone counts until it is over.

    >>> end_stamp(Moment(dt.date(2023, 3, 24)))
    '2023-03-25T00:00:00+00:00'

    Raises:
        Usage: the zone is not known on this machine.
    """
    if moment.time is None and moment.day < dt.date.max:
        moment = replace(moment, day=moment.day + dt.timedelta(days=1))
    return begin_stamp(moment)


def offset(moment: Moment) -> str:
    """The zone of a moment as an offset from UTC, ``+02:00``; nothing where it or the time is not known."""
    if moment.time is None or moment.zone is None:
        return ""
    try:
        instant = moment.instant().replace(tzinfo=None)
    except Usage:
        return ""
    minutes = round((dt.datetime.combine(moment.day, moment.time) - instant).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def _zone(text: str) -> str | None:
    if text == "Z":
        return "UTC"
    match = _OFFSET.fullmatch(text)
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    if int(minutes) > 59 or dt.timedelta(hours=int(hours), minutes=int(minutes)) > _FARTHEST_ZONE:
        return None
    return f"{sign}{hours}:{minutes}"

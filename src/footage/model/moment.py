"""Days and moments as a source states them, and reading them from what people type."""

import calendar
import datetime as dt
import difflib
import re
import zoneinfo
from dataclasses import dataclass, replace

from footage.errors import Usage
from footage.model.dates import WEEKDAYS, DateMention, find_dates

_HINT = 'type it as 2023-03-24, "2023-03-24 23:50", "2023-03-24 23:50 Europe/Kyiv" or today'
_ISO_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ZONE = r"[A-Z+-][^\s/]*(?:/.*)?"
_PARTS = re.compile(
    r"(?P<day>today|yesterday|.*?[0-9])"
    r"(?:(?:T|\s+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    rf"(?:\s*(?P<zone>{_ZONE}))?|\s+(?P<zone_of_day>{_ZONE}))?",
    re.IGNORECASE,
)
_CIRCA = re.compile(r"(?:circa|about|around|c\.)\s+(?P<moment>.*)|(?P<before>.*)\s+circa", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])([0-9]{2})(?::?([0-9]{2}))?")
_MACHINE_ZONES = frozenset({"localtime", "Factory", "posixrules"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and where known the time of day and the zone it was stated in.

    Attributes:
        day: by the clock of whoever stated it; this is the day that captions print.
        time: of day; None where only the day is known.
        zone: an IANA name ("Europe/Kyiv") or an offset ("+02:00"); None where nobody said.
        circa: it is only about right.
    """

    day: dt.date
    time: dt.time | None = None
    zone: str | None = None
    circa: bool = False

    def instant(self, default_zone: str = "UTC") -> dt.datetime:
        """The point in time it names, in UTC; a day alone stands for its start in its zone.

        Args:
            default_zone: the zone that counts where none was stated.

        >>> Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv").instant().isoformat()
        '2023-03-24T21:50:00+00:00'

        Raises:
            Usage: the zone is not known on this machine, or the moment lies outside the calendar.
        """
        local = dt.datetime.combine(self.day, self.time or dt.time(), _zone(self.zone or default_zone))
        try:
            return local.astimezone(dt.UTC)
        except OverflowError as error:
            raise Usage(f"{moment_text(self)} lies outside the calendar", _HINT) from error


def parse_moment(text: str, today: dt.date) -> Moment:
    """Read a day or a moment that a person typed.

    ``2023-03-24``, ``2023-03-24 23:50``, ``2023-03-24 23:50:30 Europe/Kyiv``, ``2023-03-24T23:50:00+02:00``,
    ``today`` and ``yesterday`` are read, and instead of the ISO day what :func:`parse_day` reads; with
    ``circa`` before it (or ``about``, ``around``) it is only about right.

    >>> moment_text(parse_moment("24 March 2023 23:50 europe/kyiv", dt.date(2023, 3, 25)))
    '2023-03-24 23:50 Europe/Kyiv'

    Raises:
        Usage: it cannot be read, or there is no such day, time or zone; the hint names the nearest.
    """
    words = " ".join(text.split())
    if roughly := _CIRCA.fullmatch(words):
        return replace(parse_moment(roughly["moment"] or roughly["before"], today), circa=True)
    match = _PARTS.fullmatch(words)
    if match is None:
        raise Usage(f"cannot read the date {text!r}", _HINT)
    day = parse_day(match["day"], today, whole=text)
    time = _parse_time(match["time"], text) if match["time"] else None
    return Moment(day, time, _parse_zone(match["zone"] or match["zone_of_day"]))


def parse_day(text: str, today: dt.date, *, whole: str = "") -> dt.date:
    """Read a day that a person typed: ISO, ``today``, ``yesterday``, ``24.03.2023`` or ``March 24, 2023``.

    Args:
        today: by the desk's clock.
        whole: what error messages quote instead of ``text``.

    >>> parse_day("24th March 2023", dt.date(2023, 3, 25))
    datetime.date(2023, 3, 24)

    Raises:
        Usage: it cannot be read, or there is no such day; the hint names the nearest.
    """
    text, whole = text.strip(), whole or text
    match text.casefold():
        case "today":
            return today
        case "yesterday":
            return today - dt.timedelta(days=1)
    if iso := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, iso.groups())
        return _existing(year, month, day, whole)
    if slashes := _SLASHES.fullmatch(text):
        raise Usage(
            f"cannot read the date {whole!r}: days and months are not told apart", _slash_hint(slashes)
        )
    return _day_in_words(text, whole)


def moment_text(moment: Moment) -> str:
    """A moment as text that :func:`parse_moment` reads back to an equal one; ISO, so that it sorts by day.

    >>> moment_text(Moment(dt.date(2023, 3, 24), dt.time(23, 50), "+02:00"))
    '2023-03-24 23:50 +02:00'
    """
    parts = [moment.day.isoformat()]
    if moment.time is not None:
        exact = moment.time.second or moment.time.microsecond
        parts.append(moment.time.isoformat() if exact else moment.time.isoformat("minutes"))
    ends = (moment.zone, "circa" if moment.circa else None)
    return " ".join([*parts, *filter(None, ends)])


def _existing(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Usage(
            f"there is no such day as {text!r}", f"the nearest is {_nearest_day(year, month, day)}"
        ) from None


def _nearest_day(year: int, month: int, day: int) -> dt.date:
    if month > 12 and 1 <= day <= 12:
        month, day = day, month
    year, month = max(year, 1), min(max(month, 1), 12)
    return dt.date(year, month, min(max(day, 1), calendar.monthrange(year, month)[1]))


def _slash_hint(match: re.Match[str]) -> str:
    first, second, year = map(int, match.groups())
    pairs = {(second, first), (first, second)}
    days = sorted(f"{year:04}-{month:02}-{day:02}" for month, day in pairs if 1 <= month <= 12 and day <= 31)
    return f"type {' or '.join(days)}" if days else _HINT


def _day_in_words(text: str, whole: str) -> dt.date:
    found = next(find_dates(text, any_case=True), None)
    if found is None or found.text != text or not found.complete:
        raise Usage(f"cannot read the date {whole!r}", _HINT)
    day = _existing(found.year or 0, found.month or 0, found.day or 0, whole)
    if found.weekday not in (None, day.weekday()):
        raise Usage(f"{whole!r} names the wrong weekday", _weekday_hint(found, day))
    return day


def _weekday_hint(found: DateMention, day: dt.date) -> str:
    near = (day + dt.timedelta(days=step) for step in (-3, -2, -1, 1, 2, 3))
    meant = next(other for other in near if other.weekday() == found.weekday)
    return f"{day} is a {WEEKDAYS[day.weekday()]}; the nearest {WEEKDAYS[meant.weekday()]} is {meant}"


def _parse_time(text: str, whole: str) -> dt.time:
    clock, _, fraction = text.partition(".")
    hour, minute, second = map(int, [*clock.split(":"), "0"][:3])
    if hour > 23 or minute > 59 or second > 59:
        nearest = "23:59" if hour > 23 else f"{hour:02}:{min(minute, 59):02}"
        hint = f"times run from 00:00 to 23:59; the nearest is {nearest}"
        raise Usage(f"there is no such time of day as {text} in {whole!r}", hint)
    return dt.time(hour, minute, second, int(fraction.ljust(6, "0") or 0))


def _parse_zone(text: str | None) -> str | None:
    if text is None:
        return None
    if text in ("Z", "z"):
        return "UTC"
    if match := _OFFSET.fullmatch(text):
        sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
        if minutes > 59 or hours * 60 + minutes > 14 * 60:
            raise Usage(f"there is no time zone {text}", "offsets run from -12:00 to +14:00")
        return f"{sign if hours or minutes else '+'}{hours:02}:{minutes:02}"
    text = text.replace(" ", "_")
    if not _known(text):
        zones = zoneinfo.available_timezones() - _MACHINE_ZONES
        same = [name for name in zones if name.casefold() == text.casefold()]
        if not same:
            raise _unknown_zone(text)
        return same[0]
    return text


def _known(name: str) -> bool:
    """Whether it is an IANA zone; asks for the one name, because listing all reads hundreds of files."""
    if name in _MACHINE_ZONES:
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _zone(name: str) -> dt.tzinfo:
    if match := _OFFSET.fullmatch(name):
        offset = dt.timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return dt.timezone(-offset if match[1] == "-" else offset)
    if not _known(name):
        raise _unknown_zone(name)
    return zoneinfo.ZoneInfo(name)


def _unknown_zone(name: str) -> Usage:
    """The refusal of a zone's name, with the one that is meant: spelled most like it, or of that city."""
    known = {zone.casefold(): zone for zone in sorted(zoneinfo.available_timezones()) if "/" in zone}
    cities = {folded.rpartition("/")[2]: zone for folded, zone in known.items()}
    wanted = name.casefold()
    pool = known if "/" in wanted else cities
    near = difflib.get_close_matches(wanted, pool, 1, 0.8)
    hint = f"did you mean {pool[near[0]]}?" if near else "type a zone as Europe/Kyiv or as +02:00"
    return Usage(f"there is no time zone called {name!r}", hint)

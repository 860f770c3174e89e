"""Dates as people write them in English prose: finding and reading them."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS = tuple(calendar.month_name)[1:]
WEEKDAYS = tuple(calendar.day_name)

_END = r"(?!\w|\.\d)"
_WEEKDAY_NAMES = "|".join(WEEKDAYS)
_WEEKDAY = rf"(?P<weekday>{_WEEKDAY_NAMES}|(?:Mon|Tues?|Wed|Thu|Thurs?|Fri|Sat|Sun)\b\.?)"
_MONTH = (
    r"(?P<month>(?:January|Jan|February|Feb|March|Mar|April|Apr|May|June|Jun|July|Jul"
    r"|August|Aug|September|Sept|Sep|October|Oct|November|Nov|December|Dec)\b\.?)"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)" + _END
_FORMS = tuple(
    re.compile(r"(?<!\w)" + form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"(?:{_WEEKDAY},?\s+)?{_MONTH}\s+{_DAY}{_END}(?:,?\s+{_YEAR})?",
        rf"(?:{_WEEKDAY},?\s+(?:on\s+)?(?:the\s+)?)?{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?{_END}",
        rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){_END}",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}){_END}",
        rf"(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/(?P<year>\d{{4}}){_END}",
        rf"{_MONTH},?\s+{_YEAR}",
        rf"(?P<weekday>{_WEEKDAY_NAMES}){_END}",
    )
)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date that stands in a text, as far as it is told.

    Attributes:
        start, end: where in the text, half-open, in characters.
        text: as it stands there, its weekday included.
        weekday: 0 for Monday; None where none is told.
        month_word: the month as spelled, its full stop included; empty where it is a number.
        ambiguous: day and month are numbers between slashes and may be the other way round.
    """

    start: int
    end: int
    text: str
    weekday: int | None
    day: int | None
    month: int | None
    year: int | None
    month_word: str = ""
    ambiguous: bool = False

    def agrees(self, day: dt.date) -> bool:
        """Whether what is told fits a day; the weekday counts only where nothing else is told.

        >>> next(find_dates("on Thursday, March 24")).agrees(dt.date(2023, 3, 24))
        True
        """
        if self.month is None:
            return self.weekday == day.weekday()
        if self.year not in (None, day.year):
            return False
        readings = {(self.day, self.month)} | ({(self.month, self.day)} if self.ambiguous else set())
        return any(number in (None, day.day) and month == day.month for number, month in readings)

    def date(self) -> dt.date | None:
        """The day it names, where day, month and year are told and there is such a day."""
        if self.day is None or self.month is None or self.year is None or self.ambiguous:
            return None
        try:
            return dt.date(self.year, self.month, self.day)
        except ValueError:
            return None

    @property
    def span(self) -> tuple[int, int]:
        """Where in the text it stands."""
        return self.start, self.end

    @property
    def complete(self) -> bool:
        """Whether day, month and year are told (which does not say that there is such a day)."""
        return None not in (self.day, self.month, self.year)


def find_dates(text: str, *, any_case: bool = False) -> Iterator[DateMention]:
    """The dates that stand in a text, in order, none overlapping another.

    Read are ``Friday, Mar. 24, 2023``, ``24th March``, ``March 2023``, ``2023-03-24``, ``24.03.2023``,
    ``3/24/2023`` and a weekday alone. Months and weekdays count only with a capital, so that soldiers may
    march, unless ``any_case`` says otherwise.

    >>> [found.text for found in find_dates("shot on 24th March and released on Friday, Mar. 31, 2023")]
    ['24th March', 'Friday, Mar. 31, 2023']
    """
    taken: list[DateMention] = []
    for form in _FORMS:
        for match in form.finditer(text):
            mention = _mention(match, any_case)
            if mention and not any(mention.start < o.end and o.start < mention.end for o in taken):
                taken.append(mention)
    yield from sorted(taken, key=lambda mention: mention.start)


def month_number(word: str) -> int:
    """The number of a month from its name or its first three letters, with or without a full stop.

    >>> month_number("Sept."), month_number("may")
    (9, 5)
    """
    return [name[:3].casefold() for name in MONTHS].index(word[:3].casefold()) + 1


def weekday_number(word: str) -> int:
    """The number of a weekday, 0 for Monday, from its name or its first three letters."""
    return [name[:3].casefold() for name in WEEKDAYS].index(word[:3].casefold())


def _mention(match: re.Match[str], any_case: bool) -> DateMention | None:
    parts = match.groupdict()
    day, month, year = parts.get("day"), parts.get("month") or "", parts.get("year")
    weekday = parts.get("weekday")
    spelled = month if month[:1].isalpha() else ""
    if not any_case and any(word and not word[0].isupper() for word in (spelled, weekday)):
        return None
    if day and int(day) > 31:
        return None
    slashed = "/" in match[0] and not match[0][:4].isdigit()
    numbers = [int(day) if day else None, _month(month)]
    if slashed and int(month) > 12:
        numbers.reverse()
    if numbers[1] is not None and not 1 <= numbers[1] <= 12:
        return None
    return DateMention(
        match.start(),
        match.end(),
        match[0],
        weekday_number(weekday) if weekday else None,
        numbers[0],
        numbers[1],
        int(year) if year else None,
        spelled,
        slashed and int(month) <= 12 and int(day or 0) <= 12 and month != day,
    )


def _month(text: str) -> int | None:
    if not text:
        return None
    return month_number(text) if text[0].isalpha() else int(text)

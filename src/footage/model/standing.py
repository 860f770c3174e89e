"""Standing texts: dated, attributed paragraphs used again and again, with dates that count."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from footage.model.numerals import ordinal

_VARIABLE = re.compile(r"\{[^{}\n]{1,200}\}")
_SINCE = re.compile(
    r"\{\s*(days|weeks|months|years)\s+since\s+([0-9]{4}-[0-9]{2}-[0-9]{2})\s*(,\s*ordinal\s*)?\}",
    re.IGNORECASE,
)
_USE = re.compile(r"\{text:([^{}\s]{1,200})\}")


@dataclass(frozen=True, slots=True)
class StandingText:
    """A paragraph that stands until it is out of date.

    Attributes:
        key: the desk's short name for it.
        text: with ``{days since 2022-02-24, ordinal}`` and the like in it.
        source: the key of the source that says so; empty where it is ours.
        as_of: the day its figures hold for; None where it says nothing that ages.
        days: for how many days after ``as_of`` it may be used; None for any number.
    """

    key: str
    text: str
    source: str = ""
    as_of: dt.date | None = None
    days: int | None = None
    revision: int = 1

    @property
    def until(self) -> dt.date | None:
        """The last day on which it may be used; None where it does not age."""
        if self.as_of is None or self.days is None:
            return None
        return dt.date.fromordinal(min(self.as_of.toordinal() + self.days, dt.date.max.toordinal()))

    def stale(self, on: dt.date) -> bool:
        """Whether it is out of date on a day."""
        return self.until is not None and on > self.until


def worded(text: str, on: dt.date) -> str:
    """A standing text as it reads on a day; a variable that is not known stays as it is.

    Ordinals count the day, week, month or year that is running, the first being the first. Plain numbers of
    days count the first day too; of weeks, months and years only whole ones count.

    >>> worded("the {days since 2022-02-24, ordinal} day", dt.date(2023, 3, 24))
    'the 394th day'
    >>> worded("{weather}", dt.date(2023, 3, 24))
    '{weather}'
    """
    return _VARIABLE.sub(lambda match: _counted(match[0], on) or match[0], text)


def unworded(text: str, on: dt.date) -> tuple[str, ...]:
    """The variables of a text that stay visible: not known, or a day that is still to come.

    >>> unworded("{weather} on the {days since 2022-02-30} day", dt.date(2023, 3, 24))
    ('{weather}', '{days since 2022-02-30}')
    """
    found = (match[0] for match in _VARIABLE.finditer(text))
    return tuple(dict.fromkeys(one for one in found if not (_USE.fullmatch(one) or _counted(one, on))))


def texts_used(text: str) -> tuple[str, ...]:
    """The keys of the standing texts that a story's text names, each once.

    >>> texts_used("Shelling goes on. {text:war-day} {text:losses} {text:war-day}")
    ('war-day', 'losses')
    """
    return tuple(dict.fromkeys(_USE.findall(text)))


def told(text: str, texts: Mapping[str, StandingText], on: dt.date) -> str:
    """A story's text with its standing texts in their places, as they read on a day.

    One that is not there stays visible by its name.

    >>> told("{text:war-day}", {"war-day": StandingText("war-day", "Day {days since 2022-02-24}.")},
    ...      dt.date(2023, 3, 24))
    'Day 394.'
    """
    return _USE.sub(lambda use: worded(texts[use[1]].text, on) if use[1] in texts else use[0], text)


def _counted(variable: str, on: dt.date) -> str:
    match = _SINCE.fullmatch(variable)
    if match is None:
        return ""
    try:
        since = dt.date.fromisoformat(match[2])
    except ValueError:
        return ""
    if on < since:
        return ""
    whole = _WHOLE[match[1].lower()](since, on)
    if match[3]:
        return ordinal(whole + 1)
    return str(whole + 1 if match[1].lower() == "days" else whole)


def _months(since: dt.date, on: dt.date) -> int:
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)


_WHOLE: Mapping[str, Callable[[dt.date, dt.date], int]] = {
    "days": lambda since, on: (on - since).days,
    "weeks": lambda since, on: (on - since).days // 7,
    "months": _months,
    "years": lambda since, on: _months(since, on) // 12,
}


def lapses(text: str, texts: Mapping[str, StandingText], on: dt.date) -> Iterator[tuple[str, str]]:
    """What is wrong with the standing texts that a story names, on a day: each key, and what it is.

    >>> list(lapses("{text:war-day}", {}, dt.date(2023, 3, 24)))
    [('war-day', 'is not there')]
    """
    for key in texts_used(text):
        found = texts.get(key)
        if found is None:
            yield key, "is not there"
        elif found.stale(on):
            yield key, f"held until {found.until}"
        elif unknown := unworded(found.text, on):
            yield key, f"has variables that cannot be worded: {', '.join(unknown)}"

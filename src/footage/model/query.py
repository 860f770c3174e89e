"""Queries: what people type to find footage, read into terms that a catalogue can answer."""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction

from footage.errors import Usage
from footage.model.asset import Kind
from footage.model.flag import Reason, State
from footage.model.folding import fold
from footage.model.span import parse_seconds

_PART = re.compile(r'(not:)?([a-z][a-z_-]+:)?(?:["“„]([^"“”]*)["“”]?|(\S+))', re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_DATE_HINT = (
    "type a day as 2023-03-24, a month as 2023-03, a year as 2023, or a range as 2023-03-01..2023-03-31"
)


class Test(StrEnum):
    """What a term asks of a field."""

    __test__ = False

    WORDS = "words"
    IS = "is"
    BETWEEN = "between"
    ANY = "any"


class Sort(StrEnum):
    """What results are ordered by: latest, longest and best first, names from A to Z."""

    ADDED = "added"
    RELEASED = "released"
    SHOT = "shot"
    DURATION = "duration"
    RATING = "rating"
    NAME = "name"


Bound = str | Fraction | int | None


@dataclass(frozen=True, slots=True)
class Term:
    """One condition.

    Attributes:
        field: the field it is about; empty for all text.
        test: WORDS: the words of ``text`` stand in it, in that order; IS: it is ``text``, in any case;
            BETWEEN: it lies from ``low`` to ``high``, both included; ANY: something is stated.
        whole: for WORDS, whether the last word must end where ``text`` ends.
        low, high: ISO days for dates, seconds for durations, whole numbers for ratings; None for no limit.
        negated: what this holds for is left out.
    """

    field: str
    test: Test
    text: str = ""
    whole: bool = False
    low: Bound = None
    high: Bound = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold.

    Attributes:
        sort: None where nobody asked for an order.
        reverse: that order the other way round.
    """

    terms: tuple[Term, ...] = ()
    sort: Sort | None = None
    reverse: bool = False


TEXT_FIELDS = (
    *("name", "shows", "headline", "place", "city", "country", "statement", "caption", "shots", "person"),
    *("keyword", "credit", "creator", "rights", "note", "url"),
)
"""Fields whose words are searched."""

DATE_FIELDS = ("released", "shot", "added")
"""Fields that hold a day."""

EXACT_FIELDS = ("story", "source", "relayed_by", "language")
"""Fields that are matched as a whole, in any case."""

_YES_NO = ("yes", "no")
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "flagged": (*State, "any", "none"),
    "reason": (*Reason, "any", "none"),
    "embargo": ("any", "none"),
    "expires": ("any", "none"),
    "undated": _YES_NO,
    "masked_at_source": _YES_NO,
    "grabbed": _YES_NO,
    "damaged": _YES_NO,
}
"""Fields with a few values."""

_ALWAYS_STATED = ("kind", *(field for field, choices in CHOICES.items() if choices == _YES_NO))

FIELDS = (*TEXT_FIELDS, *DATE_FIELDS, *EXACT_FIELDS, *CHOICES, "duration", "rating")
"""Every field a query may name; ``not:`` and ``sort:`` stand beside them."""


def parse_query(words: Sequence[str], today: dt.date) -> Query:
    """Read a query; arguments are united, and each may hold several words.

    A bare word stands for every word that begins with it, quoted words for themselves alone. An argument of
    several words and nothing else is a phrase, because the shell has taken its quotes away. ``any`` and
    ``none`` ask whether something is stated. A colon behind no field's name (``12:30``, ``https://…``) is
    text.

    Args:
        today: the day that ``today`` and ``yesterday`` count from.

    Raises:
        Usage: an unknown field, a value its field cannot have, or nothing to search for.

    >>> query = parse_query(["kind:video not:dog"], dt.date(2023, 3, 24))
    >>> [(term.field, term.text, term.negated) for term in query.terms]
    [('kind', 'video', False), ('', 'dog', True)]
    """
    terms: list[Term] = []
    sort: Sort | None = None
    reverse = False
    parts = [part for word in words for part in _parts(word)]
    for part in parts:
        if part.field == "sort":
            sort, reverse = _parse_sort(part)
        elif term := _parse_term(part, today):
            terms.append(term)
    if parts and not terms and sort is None:
        raise Usage(f"there is no word to search for in {' '.join(words)!r}", "type a word, or field:value")
    return Query(tuple(terms), sort, reverse)


def is_query(text: str) -> bool:
    """Whether a text is meant as a query: it has a space, a quote, or a colon after letters.

    >>> is_query("story:bakhmut"), is_query("clip.mp4"), is_query("12:30")
    (True, False, False)
    """
    return " " in text.strip() or any(part.negated or part.field or part.quoted for part in _parts(text))


@dataclass(frozen=True, slots=True)
class _Part:
    """``not:field:value`` taken apart; the field in lower case, empty for a plain word."""

    negated: bool
    field: str
    value: str
    quoted: bool

    @property
    def typed(self) -> str:
        value = f'"{self.value}"' if self.quoted else self.value
        return f"{'not:' * self.negated}{self.field}{':' * bool(self.field)}{value}"


def _parts(argument: str) -> list[_Part]:
    parts = [_part(match) for match in _PART.finditer(argument)]
    if len(parts) > 1 and not any(part.negated or part.field or part.quoted for part in parts):
        return [_Part(False, "", argument, False)]
    return parts


def _part(match: re.Match[str]) -> _Part:
    value = match[3] if match[4] is None else match[4]
    field = (match[2] or "").rstrip(":")
    if field and value.startswith("//"):
        field, value = "", f"{field}:{value}"
    return _Part(match[1] is not None, field.casefold().replace("-", "_"), value, match[4] is None)


def _parse_term(part: _Part, today: dt.date) -> Term | None:
    if not part.field:
        _refuse_bare_field(part.value)
        text = Term("", Test.WORDS, part.value, whole=part.quoted, negated=part.negated)
        return text if fold(part.value) else None
    field, value = part.field, part.value
    if field not in FIELDS:
        near = get_close_matches(field, FIELDS, 1, 0)[0]
        hint = f"type {near}:{value}, or for the words themselves '\"{field}:{value}\"'"
        raise Usage(f"a query has no field {field!r}; the nearest is {near!r}", hint)
    if not part.quoted and value.casefold() in ("any", "none") and field not in _ALWAYS_STATED:
        return Term(field, Test.ANY, negated=part.negated != (value.casefold() == "none"))
    term = _narrowed(field, value, today)
    return replace(term, whole=part.quoted and term.test is Test.WORDS, negated=part.negated)


def _narrowed(field: str, value: str, today: dt.date) -> Term:
    if field in DATE_FIELDS:
        low, high = _parse_days(field, value, today)
        return Term(field, Test.BETWEEN, low=low, high=high)
    if field == "duration":
        return _duration(value)
    if field == "rating":
        return _rating(value)
    if field in CHOICES:
        return Term(field, Test.IS, _choice(field, value))
    if not fold(value):
        raise Usage(f"{field}:{value} holds no word", f"type a word after {field}:")
    return Term(field, Test.IS if field in EXACT_FIELDS else Test.WORDS, value)


def _refuse_bare_field(value: str) -> None:
    name = value.casefold().replace("-", "_")
    if name.endswith(":") and name[:-1] in (*FIELDS, "not", "sort"):
        raise Usage(f"{value} stands without a value", f"put the value right behind it, as in {value}VALUE")


def _parse_sort(part: _Part) -> tuple[Sort, bool]:
    name, _, turned = part.value.casefold().partition(":")
    if part.negated or name not in tuple(Sort) or turned not in ("", "reverse"):
        near = get_close_matches(name, tuple(Sort), 1, 0)[0]
        hint = f"one of {', '.join(Sort)}; the other way round with sort:{near}:reverse"
        raise Usage(f"cannot sort by {part.typed}; the nearest is sort:{near}", hint)
    return Sort(name), bool(turned)


def _choice(field: str, value: str) -> str:
    choices = CHOICES[field]
    for choice in choices:
        if choice.casefold() == value.casefold():
            return str(choice)
    near = get_close_matches(value, choices, 1, 0)[0]
    raise Usage(f"{field} cannot be {value!r}; the nearest is {field}:{near}", "one of " + ", ".join(choices))


def _parse_days(field: str, value: str, today: dt.date) -> tuple[str | None, str | None]:
    first, dots, last = value.partition("..")
    if dots and not first and not last:
        raise Usage(f"{field}:.. names no day", _DATE_HINT)
    low = _days(field, first, today)[0].isoformat() if first else None
    high = _days(field, last if dots else first, today)[1].isoformat() if last or not dots else None
    if low and high and low > high:
        raise Usage(f"{field}:{value} ends before it begins", f"type {field}:{last}..{first}")
    return low, high


def _days(field: str, text: str, today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of a year, a month or a day."""
    if text.casefold() in ("today", "yesterday"):
        day = today - dt.timedelta(days=text.casefold() == "yesterday")
        return day, day
    match = _DATE.fullmatch(text)
    if match is None:
        raise Usage(f"cannot read the date {text!r} after {field}:", _DATE_HINT)
    year, month, day_number = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    if year < 1 or not 1 <= month <= 12:
        raise Usage(f"{text} is no date: months run from 01 to 12", _DATE_HINT)
    last_day = calendar.monthrange(year, month)[1]
    if not 1 <= day_number <= last_day:
        raise Usage(f"{text} is no date", f"the last day of that month is {match[1]}-{match[2]}-{last_day}")
    first = dt.date(year, month, day_number)
    if match[3]:
        return first, first
    return first, dt.date(year, month, last_day) if match[2] else dt.date(year, 12, 31)


def _duration(value: str) -> Term:
    first, dots, last = value.partition("..")
    if dots and not first and not last:
        raise Usage("duration:.. names no length", "type duration:30.. for thirty seconds or longer")
    low = parse_seconds(first) if first else None
    high = parse_seconds(last) if last else None
    if not dots and low is not None:
        high = low + 1 - Fraction(1, 1_000_000) if low.denominator == 1 else low
    if low is not None and high is not None and low > high:
        raise Usage(f"duration:{value} ends before it begins", f"type duration:{last}..{first}")
    return Term("duration", Test.BETWEEN, low=low, high=high)


def _rating(value: str) -> Term:
    match = re.fullmatch(r"([0-5])?(\.\.)?([0-5])?", value)
    if match is None or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
        raise Usage(
            f"cannot read the rating {value!r}", "ratings run from 0 to 5: rating:4, rating:3.., rating:1..3"
        )
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else (None if match[2] else low)
    if low is not None and high is not None and low > high:
        raise Usage(f"rating:{value} ends before it begins", f"type rating:{high}..{low}")
    return Term("rating", Test.BETWEEN, low=low, high=high)

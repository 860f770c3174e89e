"""Facts as people type them into a form or a table: one text a field, which reads back to the same value.

A moment stands as ``2023-03-24 23:50 Europe/Kyiv``, yes and no as words, several values with ``|`` between
them; a ``|`` or a backslash within one has a backslash before it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from footage.errors import Usage
from footage.model.facts import Facts
from footage.model.fields import FIELDS, Sort
from footage.model.moment import Moment, moment_text, parse_moment

_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_PARTS = re.compile(r"\\[\\|\s]|.", re.DOTALL)
_SPACE_AT_AN_END = re.compile(r"\A\s|\s\Z")
STARS = 5


@dataclass(frozen=True, slots=True)
class Restatement:
    """How a person's facts are to change: what is stated anew, and the fields that say nothing any longer."""

    stated: Facts
    unset: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.stated.stated() or self.unset)

    def of(self, before: Facts) -> Facts:
        """The facts that hold afterwards.

        >>> Restatement(Facts(city="Kyiv"), ("place",)).of(Facts(place="there", rating=3)).stated()
        ('city', 'rating')
        """
        kept = {name: getattr(before, name) for name in before.stated() if name not in self.unset}
        return self.stated.over(Facts(**kept))


def restated(
    before: Facts, texts: Mapping[str, str | None], today: dt.date, where: Callable[[str], str]
) -> Restatement:
    """What texts change of facts: only those that do not say what is stated already.

    Args:
        texts: by field; None takes a fact away.
        where: tells where a field's text stands, for what is wrong with it.

    Raises:
        Usage: a text cannot be read, or ``shot`` and ``undated`` are both stated.
    """
    stated: dict[str, Any] = {}
    for name, text in texts.items():
        known = getattr(before, name)
        if text is None or _one_newline(text) == _one_newline(fact_text(known)):
            continue
        try:
            value = read_fact(name, text, today)
        except Usage as error:
            raise Usage(f"{where(name)}: {error.message}", error.hint) from error
        if value != known:
            stated[name] = value
    unset = tuple(name for name, text in texts.items() if text is None and name in before.stated())
    if _two_dates(before, stated, texts):
        told = "shot and undated contradict each other"
        raise Usage(f"{where('undated')}: {told}", "state one of the two, and empty the other")
    return Restatement(Facts(**stated), unset)


def fact_text(value: object) -> str:
    r"""One field's value as text; empty where nothing is stated.

    >>> fact_text(("No Russia", "a|b"))
    'No Russia | a\\|b'
    """
    match value:
        case None:
            return ""
        case Moment():
            return moment_text(value)
        case bool():
            return "yes" if value else "no"
        case tuple():
            return " | ".join(map(_piece, value))
    return str(value)


def read_fact(name: str, text: str, today: dt.date) -> object:
    r"""The value that a field's text states.

    >>> read_fact("keyword", "tank | a\\|b", dt.date(2023, 3, 24))
    ('tank', 'a|b')

    Raises:
        Usage: it cannot be read.
    """
    match FIELDS[name].sort:
        case Sort.MOMENT:
            return stated_moment(name, text, today)
        case Sort.TRUTH:
            return _truth(text)
        case Sort.LIST:
            return _several(text)
        case Sort.NUMBER:
            return _stars(text)
    return text


def stated_moment(name: str, text: str, today: dt.date) -> Moment:
    """The moment that a field's text states; only the day of shooting may be about right.

    Raises:
        Usage: it cannot be read, or may not be about right.
    """
    moment = parse_moment(text, today)
    if moment.circa and name != "shot":
        raise Usage(f"{name} cannot be {text!r}: only --shot may be about right", f"--{name} {moment.day}")
    return moment


def field_name(word: str) -> str:
    """The field a person means: ``masked-at-source`` and ``masked_at_source`` are one.

    Raises:
        Usage: there is no such field; names the nearest.
    """
    name = word.strip().lstrip("-").replace("-", "_")
    if name not in FIELDS:
        near = get_close_matches(name, FIELDS, 1)
        known = ", ".join(field.option for field in FIELDS.values())
        ask = f"did you mean {FIELDS[near[0]].option}?" if near else known
        raise Usage(f"there is no fact {word!r}", ask)
    return name


def _two_dates(before: Facts, stated: Mapping[str, object], texts: Mapping[str, str | None]) -> bool:
    """Whether a form says both; what stood there before and was left alone is not its fault."""
    shot = texts.get("shot") and stated.get("shot", before.shot)
    undated = texts.get("undated") and stated.get("undated", before.undated)
    return bool(shot and undated) and not stated.keys().isdisjoint(("shot", "undated"))


def _one_newline(text: str) -> str:
    """Programs change the line ends of what they save; that states nothing."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _truth(text: str) -> bool:
    truth = _TRUTHS.get(text.strip().casefold())
    if truth is None:
        raise Usage(f"{text!r} is neither yes nor no", "type yes or no")
    return truth


def _stars(text: str) -> int:
    stars = text.strip()
    if stars.isascii() and stars.isdigit() and int(stars) <= STARS:
        return int(stars)
    raise Usage(f"{text!r} is no number of stars", f"type a number from 0 to {STARS}")


def _piece(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("|", "\\|")
    return _SPACE_AT_AN_END.sub(lambda space: "\\" + space[0], escaped)


def _several(text: str) -> tuple[str, ...]:
    pieces: list[list[str]] = [[]]
    for part in _PARTS.findall(text):
        if part == "|":
            pieces.append([])
        else:
            pieces[-1].append(part)
    values = tuple(value for piece in pieces if (value := _joined(piece)))
    if not values:
        raise Usage(f"{text!r} holds no value", "type values with | between them")
    return values


def _joined(parts: list[str]) -> str:
    """One value: its outer white space means nothing, except where a backslash stands before it."""
    first, last = 0, len(parts)
    while first < last and parts[first].isspace():
        first += 1
    while last > first and parts[last - 1].isspace():
        last -= 1
    return "".join(part[1] if len(part) == 2 else part for part in parts[first:last])

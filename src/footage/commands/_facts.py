"""The FACTS options, shared by ``add``, ``set`` and ``story add``."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from footage.errors import Usage
from footage.model.fields import FIELDS, Field, Sort

if TYPE_CHECKING:
    from datetime import date

    from footage.commands._session import Session
    from footage.library import Library
    from footage.model.facts import Facts


def facts_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb all the FACTS options; they arrive as one ``stated`` mapping for :func:`typed_facts`."""
    return _with_options(function, FIELDS.values())


def story_facts_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a story's own facts."""
    return _with_options(function, [field for field in FIELDS.values() if field.name != "story"])


def typed_facts(session: "Session", library: "Library", stated: dict[str, Any]) -> "Facts":
    """The facts that options stated, their codes expanded; what stays as it was typed is noted.

    Raises:
        Usage: a date cannot be read, or ``--shot`` and ``--undated`` contradict each other.
    """
    from footage.actions.codes import expanded

    typed = expanded(library, read_facts(stated, library.today()))
    for note in (*typed.notes, *_without_zone(typed.facts)):
        session.note(note)
    return typed.facts


def read_facts(stated: dict[str, Any], today: "date") -> "Facts":
    """The facts that options stated.

    Raises:
        Usage: a date cannot be read, or ``--shot`` and ``--undated`` contradict each other.
    """
    from footage.model.facts import Facts
    from footage.model.typed import stated_moment

    values: dict[str, Any] = {}
    for name, value in stated.items():
        if value is None or value == ():
            continue
        words = value if isinstance(value, tuple) else (value,)
        if any(isinstance(word, str) and not word.strip() for word in words):
            option = FIELDS[name].option
            raise Usage(f"--{option} is empty", f"to take a fact away: --unset {option}")
        values[name] = stated_moment(name, value, today) if FIELDS[name].sort is Sort.MOMENT else value
    if "shot" in values and values.get("undated"):
        raise Usage("--shot and --undated contradict each other", "give one of the two")
    return Facts(**values)


def _without_zone(facts: "Facts") -> Iterator[str]:
    """What is said of times by which something is held back and whose zone nobody stated."""
    from footage.model.moment import moment_text

    for name in ("embargo", "expires"):
        moment = getattr(facts, name)
        if moment is not None and moment.time is not None and moment.zone is None:
            meant = f'--{name} "{moment_text(moment)} Europe/Kyiv"'
            yield f"--{name}: no zone was stated, it is taken as UTC: {meant}"


def _with_options(function: Callable[..., Any], fields: Iterable[Field]) -> Callable[..., Any]:
    for field in reversed(list(fields)):
        function = _option(field)(function)
    return function


def _option(field: Field) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    name = f"--{field.option}"
    match field.sort:
        case Sort.TRUTH:
            return click.option(name, is_flag=True, default=None, help=field.help)
        case Sort.NUMBER:
            return click.option(name, type=click.IntRange(0, 5), help=field.help)
        case Sort.LIST:
            return click.option(name, metavar="TEXT", multiple=True, help=f"{field.help} (repeatable).")
        case Sort.MOMENT:
            return click.option(name, metavar="DATE", help=field.help)
    metavar = "SLUG" if field.name == "story" else "TEXT"
    return click.option(name, metavar=metavar, help=field.help)

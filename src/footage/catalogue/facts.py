"""Facts: what is stated of assets, one row a stated field and origin, as text a person can read.

A moment stands as ``2023-03-24``, ``2023-03-24 23:50`` or ``2023-03-24 23:50 Europe/Kyiv``, several values
as a JSON array, yes and no as ``true`` and ``false``, a number in digits.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_type_hints

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, or_, select

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.errors import Conflict, Damaged
from footage.model.custody import canonical
from footage.model.facts import Facts, Origin
from footage.model.moment import Moment, moment_text

_MOMENT = re.compile(r"(\S+)(?: (\d\S*))?(?: (\D.*))?")
_CIRCA = " circa"
_HINT = "run footage verify; bring the catalogue back from a backup"


def of_asset(connection: Connection, number: int) -> dict[Origin, Facts]:
    """What a person and what the file itself state of an asset; both are there, silent or not."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, dict[Origin, Facts]]:
    """The same of several assets at once."""
    texts: dict[tuple[int, Origin], dict[str, str]] = {}
    fact = tables.fact
    for batch in batches(numbers):
        rows = connection.execute(select(fact).where(fact.c.asset.in_(batch)))
        for asset, origin, field, value in rows:
            texts.setdefault((asset, Origin(origin)), {})[field] = value
    stored = (Origin.PERSON, Origin.FILE)
    return {n: {origin: from_texts(texts.get((n, origin), {})) for origin in stored} for n in numbers}


def put(connection: Connection, number: int, origin: Origin, facts: Facts, seen: Facts | None = None) -> None:
    """Replace all that an origin states of an asset.

    Args:
        origin: PERSON or FILE; a story's facts belong to the story.
        seen: what stood there when the change was thought out; None to replace whatever stands there.

    Raises:
        Conflict: something else stands there by now.
    """
    if origin is Origin.STORY:
        raise ValueError("a story's facts are put with the story")
    if seen is not None and of_asset(connection, number)[origin] != seen:
        raise Conflict(
            f"the facts of asset {number} were changed by somebody else meanwhile",
            f"look at them with footage show {number}, then state yours again",
        )
    fact = tables.fact
    connection.execute(delete(fact).where(fact.c.asset == number, fact.c.origin == origin.value))
    rows = [
        {"asset": number, "origin": origin.value, "field": field, "value": value}
        for field, value in to_texts(facts).items()
    ]
    if rows:
        connection.execute(insert(fact), rows)


def effective(connection: Connection, number: int) -> Facts:
    """What holds of an asset: a person's word over its story's over its file's.

    A date that a camera wrote never dates an asset by itself, and a description that a stranger wrote never
    becomes a caption of ours: the file's ``shot`` and ``shows`` wait until a person states them.
    """
    return effective_of(connection, [number])[number]


def effective_of(connection: Connection, numbers: Sequence[int]) -> dict[int, Facts]:
    """The effective facts of several assets at once."""
    stated = of_assets(connection, numbers)
    settled = _settled(connection, stated)
    return {
        number: settled[number].over(replace(origins[Origin.FILE], shot=None, shows=None))
        for number, origins in stated.items()
    }


def settled_of(connection: Connection, numbers: Sequence[int]) -> dict[int, Facts]:
    """What the desk itself states of several assets: a person's word over the story's.

    An asset of another source than its story's inherits nothing that its story's source did
    (:meth:`~footage.model.facts.Facts.within`).

    Captions, credits, clearance and exports are made of these alone. What a file says of itself is a
    stranger's word; it may name people and places, and waits until a person takes it up.
    """
    return _settled(connection, of_assets(connection, numbers))


def _names_source(table: Table, key: str) -> ColumnElement[bool]:
    relays = (table.c.field == "relayed_by") & table.c.value.contains(canonical(key), autoescape=True)
    return or_((table.c.field == "source") & (table.c.value == key), relays)


def _settled(connection: Connection, stated: Mapping[int, Mapping[Origin, Facts]]) -> dict[int, Facts]:
    told = of_stories(connection, {slug for origins in stated.values() if (slug := _story(origins))})
    return {
        number: origins[Origin.PERSON].within(told.get(_story(origins), Facts()))
        for number, origins in stated.items()
    }


def assets_naming(connection: Connection, key: str) -> list[int]:
    """The numbers of the assets whose facts, or whose story's facts, name a source, ascending."""
    fact, story_fact = tables.fact, tables.story_fact
    stories = select(story_fact.c.story).where(_names_source(story_fact, key))
    inherits = (fact.c.field == "story") & fact.c.value.in_(stories)
    named = select(fact.c.asset).where(or_(_names_source(fact, key), inherits))
    return list(connection.scalars(named.distinct().order_by(fact.c.asset)))


def to_texts(facts: Facts) -> dict[str, str]:
    """Each stated field as text."""
    return {field: _to_text(getattr(facts, field)) for field in facts.stated()}


def from_texts(texts: Mapping[str, str]) -> Facts:
    """The facts that :func:`to_texts` wrote.

    Raises:
        Damaged: a value cannot be read, or a field is unknown.
    """
    values: dict[str, Any] = {}
    for field, text in texts.items():
        try:
            values[field] = _READERS[_TYPES[field]](text)
        except (KeyError, ValueError) as error:
            raise Damaged(f"the catalogue states {field} as {text!r}, which cannot be read", _HINT) from error
    return Facts(**values)


def _story(origins: Mapping[Origin, Facts]) -> str:
    return origins[Origin.PERSON].story or ""


def of_stories(connection: Connection, slugs: Iterable[str]) -> dict[str, Facts]:
    texts: dict[str, dict[str, str]] = {slug: {} for slug in slugs}
    story_fact = tables.story_fact
    for batch in batches(list(texts)):
        for slug, field, value in connection.execute(select(story_fact).where(story_fact.c.story.in_(batch))):
            texts[slug][field] = value
    return {slug: from_texts(stated) for slug, stated in texts.items()}


def _to_text(value: object) -> str:
    if isinstance(value, Moment):
        return moment_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return canonical(value)
    return str(value)


def _moment(text: str) -> Moment:
    """Read what ``moment_text`` wrote, also where this machine does not know the zone."""
    exact = text.removesuffix(_CIRCA)
    match = _MOMENT.fullmatch(exact)
    if match is None:
        raise ValueError(text)
    time = dt.time.fromisoformat(match[2]) if match[2] else None
    return Moment(dt.date.fromisoformat(match[1]), time, match[3], circa=exact != text)


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _several(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


_TYPES = get_type_hints(Facts)
_READERS: dict[object, Callable[[str], object]] = {
    str | None: str,
    Moment | None: _moment,
    bool | None: _truth,
    int | None: int,
    tuple[str, ...]: _several,
}

"""Standing texts: paragraphs used again and again."""

import dataclasses
import datetime as dt
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.errors import Conflict, NotFound
from footage.model.standing import StandingText

_text = tables.standing_text


def add(connection: Connection, text: StandingText) -> StandingText:
    """Keep a new text.

    Raises:
        Conflict: its key is taken.
    """
    if find(connection, text.key):
        hint = f'footage text set {text.key} "…" writes it anew'
        raise Conflict(f"there is a standing text {text.key} already", hint)
    connection.execute(insert(_text).values(_values(text)))
    return text


def find(connection: Connection, key: str) -> StandingText | None:
    """The text of a key; None where there is none."""
    return of_keys(connection, [key]).get(key)


def get(connection: Connection, key: str) -> StandingText:
    """The text of a key.

    Raises:
        NotFound: there is none.
    """
    if found := find(connection, key):
        return found
    near = get_close_matches(key, list(connection.scalars(select(_text.c.key))), 1)
    hint = f"did you mean {near[0]}?" if near else "list them with footage text list"
    raise NotFound(f"there is no standing text {key}", hint)


def of_keys(connection: Connection, keys: Collection[str]) -> dict[str, StandingText]:
    """The texts of several keys; one that is not there is left out."""
    found = {}
    for batch in batches(sorted(keys)):
        for row in connection.execute(select(_text).where(_text.c.key.in_(batch))):
            found[row.key] = _noun(row)
    return found


def everything(connection: Connection) -> list[StandingText]:
    """Every text, by key."""
    return [_noun(row) for row in connection.execute(select(_text).order_by(_text.c.key))]


def replace(connection: Connection, text: StandingText) -> StandingText:
    """Write a text anew; gives it with its next revision.

    Raises:
        Conflict: it was changed since it was read.
    """
    values = _values(text) | {"revision": text.revision + 1}
    seen = (_text.c.key == text.key) & (_text.c.revision == text.revision)
    if connection.execute(update(_text).where(seen).values(values)).rowcount != 1:
        raise Conflict(
            f"the standing text {text.key} was changed by somebody else meanwhile",
            f"look at it with footage text show {text.key}, then try again",
        )
    return dataclasses.replace(text, revision=text.revision + 1)


def drop(connection: Connection, key: str) -> None:
    """Forget a text."""
    connection.execute(delete(_text).where(_text.c.key == key))


def _values(text: StandingText) -> dict[str, Any]:
    return dataclasses.asdict(text) | {"as_of": text.as_of.isoformat() if text.as_of else None}


def _noun(row: Row[Any]) -> StandingText:
    as_of = dt.date.fromisoformat(row.as_of) if row.as_of else None
    return StandingText(**{**row._mapping, "as_of": as_of})

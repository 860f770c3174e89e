"""The custody log: it only grows, and each event is chained to the one before."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, insert, select, update

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.errors import Conflict
from footage.model.custody import GENESIS, Event, broken_links, canonical, event_hash

_log = tables.event_log
_PAGE = 500


class Head(NamedTuple):
    """Where the log ends: its newest event's sequence number and hash; 0 and sixty-four zeros at first."""

    sequence: int
    hash: str


def head(connection: Connection) -> Head:
    """Where the log ends."""
    table = tables.custody_head
    return Head(*connection.execute(select(table.c.sequence, table.c.hash)).one())


def append(
    connection: Connection,
    at: str,
    actor: str,
    action: str,
    assets: Sequence[int],
    detail: Mapping[str, object],
) -> Event:
    """Add an event behind the newest.

    The head row stays locked until the transaction ends: two writers cannot both follow the same event.

    Args:
        at: UTC, ISO 8601 with milliseconds.
        detail: JSON values.

    Raises:
        Conflict: another writer was faster.
    """
    table = tables.custody_head
    locked = connection.execute(select(table.c.sequence, table.c.hash).with_for_update()).one()
    last = Head(*locked)
    stated = json.loads(canonical(detail))
    sequence, numbers = last.sequence + 1, tuple(assets)
    made = event_hash(last.hash, sequence, at, actor, action, numbers, stated)
    event = Event(sequence, at, actor, action, numbers, stated, last.hash, made)
    connection.execute(insert(_log).values(_values(event)))
    if numbers:
        rows = [{"asset": number, "event": sequence} for number in dict.fromkeys(numbers)]
        connection.execute(insert(tables.event_asset), rows)
    moved = update(table).where(table.c.sequence == last.sequence).values(sequence=sequence, hash=made)
    if connection.execute(moved).rowcount != 1:
        raise Conflict("another footage wrote to the custody log at the same moment", "try again")
    return event


def everything(connection: Connection) -> Iterator[Event]:
    """Every event, oldest first, a page at a time."""
    after = 0
    while page := _read(connection, _ordered().where(_log.c.sequence > after).limit(_PAGE)):
        yield from page
        after = page[-1].sequence


def newest(connection: Connection, limit: int, before: int | None = None) -> list[Event]:
    """A page of events, newest first; ``before`` is the last sequence number of the page before this one."""
    page = select(_log).order_by(_log.c.sequence.desc()).limit(limit)
    return _read(connection, page if before is None else page.where(_log.c.sequence < before))


def of_assets(connection: Connection, numbers: Sequence[int]) -> list[Event]:
    """Every event that touched any of some assets, oldest first."""
    touched = tables.event_asset
    found: dict[int, Event] = {}
    for batch in batches(numbers):
        sequences = select(touched.c.event).where(touched.c.asset.in_(batch))
        for event in _read(connection, _ordered().where(_log.c.sequence.in_(sequences))):
            found[event.sequence] = event
    return [found[sequence] for sequence in sorted(found)]


def broken(connection: Connection) -> list[int]:
    """The sequence numbers at which the log does not hold, in order; newest events cut off count too."""
    links = broken_links(everything(connection))
    last = next(iter(newest(connection, 1)), None)
    end = Head(last.sequence, last.hash) if last else Head(0, GENESIS)
    return links if end == head(connection) else sorted({*links, end.sequence + 1})


def last_added(connection: Connection) -> list[int]:
    """The numbers of what the last ``add`` took in, in that order."""
    found: list[int] = []
    batch = None
    for event in _additions(connection):
        told = event.detail.get("batch")
        if batch not in (None, told):
            break
        batch = told
        found += event.assets
    return found[::-1]


def _additions(connection: Connection) -> Iterator[Event]:
    """The events that took assets in, newest first."""
    added = select(_log).where(_log.c.action == "add").order_by(_log.c.sequence.desc())
    page = _read(connection, added.limit(_PAGE))
    while page:
        yield from (event for event in page if "batch" in event.detail)
        page = _read(connection, added.where(_log.c.sequence < page[-1].sequence).limit(_PAGE))


def _ordered() -> Select[Any]:
    return select(_log).order_by(_log.c.sequence)


def _read(connection: Connection, chosen: Select[Any]) -> list[Event]:
    return [_noun(row) for row in connection.execute(chosen)]


def _values(event: Event) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "assets": list(event.assets),
        "detail": event.detail,
        "previous": event.previous,
        "hash": event.hash,
    }


def _noun(row: Row[Any]) -> Event:
    values = {**row._mapping, "assets": tuple(row.assets)}
    return Event(**values)

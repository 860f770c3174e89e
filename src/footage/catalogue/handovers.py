"""Handovers: what was recorded of the hands that assets came through, first to last."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.catalogue.facts import from_texts
from footage.model.moment import Moment, moment_text
from footage.model.provenance import Deed, Handover

_handover = tables.handover


def of_asset(connection: Connection, number: int) -> tuple[Handover, ...]:
    """What was recorded of one asset."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Handover, ...]]:
    """The same of several assets, by asset."""
    found: dict[int, tuple[Handover, ...]] = dict.fromkeys(numbers, ())
    for batch in batches(numbers):
        chosen = select(_handover).where(_handover.c.asset.in_(batch))
        for row in connection.execute(chosen.order_by(_handover.c.asset, _handover.c.position)):
            found[row.asset] = (*found[row.asset], _noun(row))
    return found


def replace_all(connection: Connection, number: int, chain: Sequence[Handover]) -> None:
    """Record a chain in place of what was recorded of an asset before."""
    connection.execute(delete(_handover).where(_handover.c.asset == number))
    rows = [
        {
            "asset": number,
            "position": position,
            "deed": link.deed.value,
            "party": link.party,
            "on": moment_text(link.on) if link.on else None,
            "statement": link.statement,
        }
        for position, link in enumerate(chain)
    ]
    if rows:
        connection.execute(insert(_handover), rows)


def to_words(chain: Sequence[Handover]) -> list[dict[str, object]]:
    """A chain as changes in the custody log and documents tell it."""
    return [
        {
            "deed": link.deed.value,
            "party": link.party,
            "on": moment_text(link.on) if link.on else None,
            "statement": link.statement or None,
        }
        for link in chain
    ]


def from_words(words: Sequence[Mapping[str, Any]]) -> tuple[Handover, ...]:
    """The chain that :func:`to_words` told."""
    return tuple(
        Handover(Deed(one["deed"]), one["party"], _moment(one["on"]), one["statement"] or "") for one in words
    )


def _noun(row: Row[Any]) -> Handover:
    return Handover(Deed(row.deed), row.party, _moment(row.on), row.statement)


def _moment(text: str | None) -> Moment | None:
    """A moment stands here as it does among the facts, and is read back as leniently."""
    return from_texts({"released": text}).released if text else None

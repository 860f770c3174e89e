"""Renditions: files made from assets."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from footage.catalogue import tables
from footage.model.asset import Purpose, Rendition

_rendition = tables.rendition


def of_asset(connection: Connection, number: int, purpose: Purpose | None = None) -> list[Rendition]:
    """An asset's renditions (of one purpose, or all), by purpose and position."""
    chosen = select(_rendition).where(_rendition.c.asset == number)
    if purpose is not None:
        chosen = chosen.where(_rendition.c.purpose == purpose.value)
    ordered = chosen.order_by(_rendition.c.purpose, _rendition.c.position)
    return [_noun(row) for row in connection.execute(ordered)]


def get(connection: Connection, number: int, purpose: Purpose, position: int = 0) -> Rendition | None:
    """The one rendition of a purpose and position; None where it was not made."""
    found = of_asset(connection, number, purpose)
    return next((rendition for rendition in found if rendition.position == position), None)


def put(connection: Connection, rendition: Rendition) -> None:
    """Keep a rendition in place of the one of the same asset, purpose and position."""
    drop(connection, rendition.asset, rendition.purpose, rendition.position)
    connection.execute(insert(_rendition).values(asdict(rendition) | {"purpose": rendition.purpose.value}))


def drop(connection: Connection, number: int, purpose: Purpose, position: int | None = None) -> None:
    """Forget the renditions of a purpose (at one position, or all); their bytes stay in the vault."""
    gone = (_rendition.c.asset == number) & (_rendition.c.purpose == purpose.value)
    if position is not None:
        gone &= _rendition.c.position == position
    connection.execute(delete(_rendition).where(gone))


def by_sha(connection: Connection, sha256: str) -> list[Rendition]:
    """Every rendition with exactly these bytes."""
    return [_noun(row) for row in connection.execute(select(_rendition).where(_rendition.c.sha256 == sha256))]


def everything(connection: Connection) -> Iterator[Rendition]:
    """Every rendition of every asset, by asset; read it to its end before changing any."""
    ordered = select(_rendition).order_by(_rendition.c.asset, _rendition.c.purpose, _rendition.c.position)
    for row in connection.execute(ordered):
        yield _noun(row)


def _noun(row: Row[Any]) -> Rendition:
    return Rendition(**{**row._mapping, "purpose": Purpose(row.purpose)})

"""Soundbites: who says what in videos."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.model.span import Span
from footage.model.timed import Soundbite

_soundbite = tables.soundbite


def of_asset(connection: Connection, number: int) -> tuple[Soundbite, ...]:
    """An asset's soundbites, by time."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Soundbite, ...]]:
    """The soundbites of several assets by asset, each asset's by time."""
    found: dict[int, list[Soundbite]] = {number: [] for number in numbers}
    for batch in batches(numbers):
        chosen = select(_soundbite).where(_soundbite.c.asset.in_(batch)).order_by(_soundbite.c.start)
        for row in connection.execute(chosen):
            found[row.asset].append(_noun(row))
    return {number: tuple(each) for number, each in found.items()}


def put(connection: Connection, number: int, soundbite: Soundbite) -> None:
    """Keep a soundbite in place of the one that begins at the same moment."""
    drop(connection, number, soundbite.span.start)
    connection.execute(
        insert(_soundbite).values(
            asset=number,
            start=soundbite.span.start,
            end=soundbite.span.end,
            language=soundbite.language,
            speaker=soundbite.speaker,
            quote=soundbite.quote,
        )
    )


def drop(connection: Connection, number: int, start: int) -> None:
    """Forget the soundbite that begins at a tick, where there is one."""
    same = and_(_soundbite.c.asset == number, _soundbite.c.start == start)
    connection.execute(delete(_soundbite).where(same))


def _noun(row: Row[Any]) -> Soundbite:
    return Soundbite(Span(row.start, row.end), row.language, row.speaker, row.quote)

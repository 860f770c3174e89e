"""What went to whom."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.model.dispatch import Dispatch

_dispatch = tables.dispatch


def add(connection: Connection, dispatch: Dispatch) -> Dispatch:
    """Keep what left the house; gives it with its number."""
    values = dataclasses.asdict(dispatch)
    del values["number"]
    (number,) = connection.execute(insert(_dispatch).values(values)).inserted_primary_key or (0,)
    return dataclasses.replace(dispatch, number=number)


def of_asset(connection: Connection, number: int) -> list[Dispatch]:
    """All that went out of an asset, oldest first."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Dispatch]]:
    """The same of several assets, by asset."""
    found: dict[int, list[Dispatch]] = {number: [] for number in numbers}
    for batch in batches(numbers):
        chosen = select(_dispatch).where(_dispatch.c.asset.in_(batch)).order_by(_dispatch.c.number)
        for row in connection.execute(chosen):
            found[row.asset].append(_noun(row))
    return found


def assets_sent(connection: Connection) -> list[int]:
    """The numbers of all assets of which anything went out, ascending."""
    return list(connection.scalars(select(_dispatch.c.asset).distinct().order_by(_dispatch.c.asset)))


def _noun(row: Row[Any]) -> Dispatch:
    return Dispatch(**row._mapping)

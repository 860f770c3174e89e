"""The versions of assets after their corrections, and whether they were killed."""

import dataclasses
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.model.dispatch import Edition

_edition = tables.edition


def of_asset(connection: Connection, number: int) -> Edition:
    """An asset's edition; the first where it was never corrected."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, Edition]:
    """The editions of several assets, by asset."""
    found = {number: Edition(number) for number in numbers}
    for batch in batches(numbers):
        for row in connection.execute(select(_edition).where(_edition.c.asset.in_(batch))):
            found[row.asset] = Edition(**row._mapping)
    return found


def put(connection: Connection, edition: Edition) -> None:
    """Keep an asset's edition in place of the one before."""
    connection.execute(delete(_edition).where(_edition.c.asset == edition.asset))
    connection.execute(insert(_edition).values(dataclasses.asdict(edition)))

"""Verdicts: what was found when an asset's place, date or source was checked."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.model.provenance import About, Standing, Verdict

_verdict = tables.verdict


def of_asset(connection: Connection, number: int) -> tuple[Verdict, ...]:
    """What was found of one asset: its place, its date, its source, as far as they were checked."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Verdict, ...]]:
    """The same of several assets, by asset."""
    found: dict[int, list[Verdict]] = {number: [] for number in numbers}
    for batch in batches(numbers):
        for row in connection.execute(select(_verdict).where(_verdict.c.asset.in_(batch))):
            found[row.asset].append(_noun(row))
    order = list(About)
    return {
        number: tuple(sorted(verdicts, key=lambda verdict: order.index(verdict.about)))
        for number, verdicts in found.items()
    }


def put(connection: Connection, number: int, verdict: Verdict) -> None:
    """Keep a verdict in place of the one before about the same."""
    drop(connection, number, verdict.about)
    values = {name: value for name, value in dataclasses.asdict(verdict).items() if name in _verdict.c}
    words = {"about": verdict.about.value, "standing": verdict.standing.value}
    connection.execute(insert(_verdict).values(asset=number, **{**values, **words}))


def drop(connection: Connection, number: int, about: About) -> None:
    """Forget what was found about one thing."""
    connection.execute(delete(_verdict).where(_verdict.c.asset == number, _verdict.c.about == about.value))


def _noun(row: Row[Any]) -> Verdict:
    values = {name: value for name, value in row._mapping.items() if name != "asset"}
    words = {"about": About(row.about), "standing": Standing(row.standing)}
    return Verdict(**{**values, **words})

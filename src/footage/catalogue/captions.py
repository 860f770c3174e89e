"""Captions that people wrote."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select, update

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.errors import Conflict
from footage.model.caption import WrittenCaption

_caption = tables.written_caption


def of_asset(connection: Connection, number: int) -> list[WrittenCaption]:
    """An asset's written captions, by style."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, list[WrittenCaption]]:
    """The written captions of several assets by asset, each asset's by style."""
    found: dict[int, list[WrittenCaption]] = {number: [] for number in numbers}
    for batch in batches(numbers):
        chosen = select(_caption).where(_caption.c.asset.in_(batch)).order_by(_caption.c.style)
        for row in connection.execute(chosen):
            found[row.asset].append(_noun(row))
    return found


def get(connection: Connection, number: int, style: str) -> WrittenCaption | None:
    """The caption written for an asset in a style; None where nobody wrote one."""
    return next((caption for caption in of_asset(connection, number) if caption.style == style), None)


def add(connection: Connection, caption: WrittenCaption) -> WrittenCaption:
    """Keep a new caption.

    Raises:
        Conflict: one is written for that asset and style already.
    """
    if get(connection, caption.asset, caption.style):
        raise _changed(caption)
    connection.execute(insert(_caption).values(dataclasses.asdict(caption)))
    return caption


def replace(connection: Connection, caption: WrittenCaption) -> WrittenCaption:
    """Write a caption anew; gives it with its next revision.

    Raises:
        Conflict: it was changed since it was read.
    """
    values = dataclasses.asdict(caption) | {"revision": caption.revision + 1}
    if connection.execute(update(_caption).where(_seen(caption)).values(values)).rowcount != 1:
        raise _changed(caption)
    return dataclasses.replace(caption, revision=caption.revision + 1)


def drop(connection: Connection, caption: WrittenCaption) -> None:
    """Forget a written caption, so that it is made from the facts again.

    Raises:
        Conflict: it was changed since it was read.
    """
    if connection.execute(delete(_caption).where(_seen(caption))).rowcount != 1:
        raise _changed(caption)


def _seen(caption: WrittenCaption) -> ColumnElement[bool]:
    return and_(
        _caption.c.asset == caption.asset,
        _caption.c.style == caption.style,
        _caption.c.revision == caption.revision,
    )


def _changed(caption: WrittenCaption) -> Conflict:
    return Conflict(
        f"the caption of asset {caption.asset} was written by somebody else meanwhile",
        f"look at it with footage caption {caption.asset}, then try again",
    )


def _noun(row: Row[Any]) -> WrittenCaption:
    return WrittenCaption(**row._mapping)

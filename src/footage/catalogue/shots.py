"""Shots of videos."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from footage.catalogue import tables
from footage.model.asset import Shot, Transition
from footage.model.span import Span


def of_asset(connection: Connection, number: int) -> list[Shot]:
    """An asset's shots, in order; none for a still."""
    shot = tables.shot
    rows = connection.execute(select(shot).where(shot.c.asset == number).order_by(shot.c.number))
    return [
        Shot(row.number, Span(row.start, row.end), Transition(row.transition), row.keyframe, row.description)
        for row in rows
    ]


def replace_all(connection: Connection, number: int, shots: Iterable[Shot]) -> None:
    """Keep these shots of an asset in place of all before."""
    connection.execute(delete(tables.shot).where(tables.shot.c.asset == number))
    rows = [
        {
            "asset": number,
            "number": shot.number,
            "start": shot.span.start,
            "end": shot.span.end,
            "transition": shot.transition.value,
            "keyframe": shot.keyframe,
            "description": shot.description,
        }
        for shot in shots
    ]
    if rows:
        connection.execute(insert(tables.shot), rows)

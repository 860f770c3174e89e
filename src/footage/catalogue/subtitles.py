"""Subtitles: the cues of videos, by language."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, insert, select

from footage.catalogue import tables
from footage.model.span import Span
from footage.model.timed import Cue

_subtitle = tables.subtitle


def of_asset(connection: Connection, number: int) -> dict[str, tuple[Cue, ...]]:
    """An asset's cues by language, each language's by time."""
    chosen = select(_subtitle).where(_subtitle.c.asset == number).order_by(_subtitle.c.language)
    return {
        row.language: tuple(Cue(Span(start, end), text) for start, end, text in row.cues)
        for row in connection.execute(chosen)
    }


def put(connection: Connection, number: int, language: str, cues: Sequence[Cue]) -> None:
    """Keep the cues of a language in place of all before; no cues forget the language."""
    same = and_(_subtitle.c.asset == number, _subtitle.c.language == language)
    connection.execute(delete(_subtitle).where(same))
    if cues:
        words = [[cue.span.start, cue.span.end, cue.text] for cue in cues]
        connection.execute(insert(_subtitle).values(asset=number, language=language, cues=words))

"""Sources."""

import dataclasses
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.errors import Conflict, NotFound
from footage.model.source import Source, SourceKind

_source = tables.source


def add(connection: Connection, source: Source) -> Source:
    """Keep a new source.

    Raises:
        Conflict: its key or its handle is taken.
    """
    for word in (source.key, source.handle):
        if word and (known := find(connection, word)):
            raise _taken(word, known)
    connection.execute(insert(_source).values(_values(source)))
    return source


def find(connection: Connection, key_or_handle: str) -> Source | None:
    """The source of a key, or of a handle with its at sign, in any case; None where there is none."""
    folded = key_or_handle.casefold()
    column = _source.c.handle_folded if folded.startswith("@") else _source.c.key_folded
    row = connection.execute(select(_source).where(column == folded)).first()
    return None if row is None else _noun(row)


def get(connection: Connection, key_or_handle: str) -> Source:
    """The source of a key, or of a handle with its at sign, in any case.

    Raises:
        NotFound: there is none.
    """
    if found := find(connection, key_or_handle):
        return found
    names = [name for source in everything(connection) for name in (source.key, source.handle) if name]
    near = get_close_matches(key_or_handle, names, 1)
    hint = f"did you mean {near[0]}?" if near else "list them with footage source list"
    raise NotFound(f"there is no source {key_or_handle}", hint)


def of_keys(connection: Connection, keys: Collection[str]) -> dict[str, Source]:
    """The sources of several keys at once; an unknown key is left out."""
    found: dict[str, Source] = {}
    for batch in batches(sorted(keys)):
        for row in connection.execute(select(_source).where(_source.c.key.in_(batch))):
            found[row.key] = _noun(row)
    return found


def everything(connection: Connection) -> list[Source]:
    """Every source, by key."""
    return [_noun(row) for row in connection.execute(select(_source).order_by(_source.c.key_folded))]


def replace(connection: Connection, source: Source) -> Source:
    """Write a source anew; gives it with its next revision.

    Raises:
        Conflict: it was changed since it was read, or its handle is another's.
    """
    if source.handle and (known := find(connection, source.handle)) and known.key != source.key:
        raise _taken(source.handle, known)
    values = _values(source) | {"revision": source.revision + 1}
    seen = (_source.c.key == source.key) & (_source.c.revision == source.revision)
    if connection.execute(update(_source).where(seen).values(values)).rowcount != 1:
        raise Conflict(
            f"the source {source.key} was changed by somebody else meanwhile",
            f"look at it with footage source show {source.key}, then try again",
        )
    return dataclasses.replace(source, revision=source.revision + 1)


def _taken(word: str, known: Source) -> Conflict:
    return Conflict(f"{word} is taken by the source {known.key}", f"footage source show {known.key}")


def _values(source: Source) -> dict[str, Any]:
    folded = {"key_folded": source.key.casefold(), "handle_folded": source.handle.casefold()}
    return dataclasses.asdict(source) | {"kind": source.kind.value} | folded


def _noun(row: Row[Any]) -> Source:
    values = {field.name: row._mapping[field.name] for field in dataclasses.fields(Source)}
    return Source(**{**values, "kind": SourceKind(row.kind)})

"""Assets and their streams."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update

from footage.catalogue import tables
from footage.catalogue.batches import batches
from footage.errors import Conflict, NotFound
from footage.model.asset import Asset, Kind, Stream

LARGEST_NUMBER = 2**31 - 1
"""No asset ever has a greater number."""

_COLUMNS = [column.name for column in tables.asset.columns]
_STREAM_COLUMNS = [field.name for field in dataclasses.fields(Stream)]


def add(connection: Connection, asset: Asset) -> Asset:
    """Catalogue an asset; gives it with its number.

    Raises:
        Conflict: an asset with the same bytes is catalogued already.
    """
    if known := by_exact_sha(connection, asset.sha256):
        raise Conflict(
            f"{asset.name} is catalogued already, as asset {known.number}", f"footage show {known.number}"
        )
    values = _values(asset)
    del values["number"]
    (number,) = connection.execute(insert(tables.asset).values(values)).inserted_primary_key or (0,)
    added = dataclasses.replace(asset, number=number)
    _put_streams(connection, added)
    return added


def get(connection: Connection, number: int) -> Asset:
    """The asset of a number, a discarded one too.

    Raises:
        NotFound: there is none.
    """
    if found := of_numbers(connection, [number]):
        return found[number]
    last = connection.scalar(select(func.max(tables.asset.c.number)))
    hint = f"the newest asset is {last}" if last else "the library is empty: footage add PATH"
    raise NotFound(f"there is no asset {number}", hint)


def of_numbers(connection: Connection, numbers: Sequence[int]) -> dict[int, Asset]:
    """The assets of several numbers in that order, discarded ones too; unknown numbers are left out."""
    found: dict[int, Asset] = {}
    possible = [number for number in numbers if 0 < number <= LARGEST_NUMBER]
    for batch in batches(possible):
        read = _read(connection, select(tables.asset).where(tables.asset.c.number.in_(batch)))
        found.update((asset.number, asset) for asset in read)
    return {number: found[number] for number in possible if number in found}


def by_exact_sha(connection: Connection, sha256: str) -> Asset | None:
    """The asset of exactly these bytes, a discarded one too; None where there is none."""
    return next(iter(_read(connection, select(tables.asset).where(tables.asset.c.sha256 == sha256))), None)


def by_sha(connection: Connection, start: str) -> list[Asset]:
    """Every asset whose SHA-256 begins so (hexadecimal, in any case), by number."""
    digest, start = tables.asset.c.sha256, start.lower()
    between = select(tables.asset).where(digest >= start, digest <= f"{start}g")
    return _read(connection, between.order_by(tables.asset.c.number))


def by_name(connection: Connection, name: str) -> list[Asset]:
    """Every asset of this original file name, by number; composed letters equal those written in parts."""
    forms = {name, normalize("NFC", name), normalize("NFD", name)}
    named = select(tables.asset).where(tables.asset.c.name.in_(sorted(forms)))
    return _read(connection, named.order_by(tables.asset.c.number))


def near_names(connection: Connection, name: str) -> list[str]:
    """Original file names that look like one, the likeliest first, at most three, of the newest thousands."""
    names = select(tables.asset.c.name).where(tables.asset.c.discarded.is_(None))
    newest = connection.scalars(names.order_by(tables.asset.c.number.desc()).limit(5000))
    return get_close_matches(name, list(dict.fromkeys(newest)), 3)


def grabs_of(connection: Connection, number: int) -> list[Asset]:
    """The stills grabbed from a video, by number."""
    grabbed = select(tables.asset).where(tables.asset.c.grabbed_from == number)
    return _read(connection, grabbed.order_by(tables.asset.c.number))


def replace(connection: Connection, asset: Asset) -> Asset:
    """Write an asset anew; gives it with its next revision.

    Raises:
        Conflict: it was changed since it was read.
    """
    values = _values(asset) | {"revision": asset.revision + 1}
    seen = (tables.asset.c.number == asset.number) & (tables.asset.c.revision == asset.revision)
    if connection.execute(update(tables.asset).where(seen).values(values)).rowcount != 1:
        raise Conflict(
            f"asset {asset.number} was changed by somebody else meanwhile",
            f"look at it with footage show {asset.number}, then try again",
        )
    changed = dataclasses.replace(asset, revision=asset.revision + 1)
    connection.execute(delete(tables.stream).where(tables.stream.c.asset == asset.number))
    _put_streams(connection, changed)
    return changed


def discard(connection: Connection, asset: Asset, because: str, *, purged: bool = False) -> Asset:
    """Take an asset out of sight; it keeps its number.

    Raises:
        Conflict: it was changed since it was read.
    """
    gone = dataclasses.replace(asset, discarded=because, purged=asset.purged or purged)
    return replace(connection, gone)


def between(connection: Connection, first: int, last: int) -> list[int]:
    """The numbers from ``first`` to ``last``, both included, of assets in sight, ascending."""
    return numbers(
        connection, tables.asset.c.number.between(min(first, LARGEST_NUMBER), min(last, LARGEST_NUMBER))
    )


def numbers(connection: Connection, *conditions: ColumnElement[bool]) -> list[int]:
    """The numbers of all assets in sight (or of those for which conditions hold), ascending."""
    number = tables.asset.c.number
    chosen = select(number).where(tables.asset.c.discarded.is_(None), *conditions)
    return list(connection.scalars(chosen.order_by(number)))


def newest(connection: Connection, limit: int, before: int | None = None) -> list[Asset]:
    """A page of assets in sight, newest first.

    Args:
        before: the last number of the page before this one; None for the first page.
    """
    number = tables.asset.c.number
    page = select(tables.asset).where(tables.asset.c.discarded.is_(None))
    if before is not None:
        page = page.where(number < before)
    return _read(connection, page.order_by(number.desc()).limit(limit))


def everything(connection: Connection) -> Iterator[Asset]:
    """Every asset, discarded ones too, by number, however many."""
    after = 0
    while page := _page(connection, after):
        yield from page
        after = page[-1].number


def count(connection: Connection) -> int:
    """How many assets are in sight."""
    return (
        connection.scalar(
            select(func.count()).select_from(tables.asset).where(tables.asset.c.discarded.is_(None))
        )
        or 0
    )


def _page(connection: Connection, after: int) -> list[Asset]:
    number = tables.asset.c.number
    return _read(connection, select(tables.asset).where(number > after).order_by(number).limit(500))


def _read(connection: Connection, chosen: Select[Any]) -> list[Asset]:
    rows = connection.execute(chosen).all()
    streams = _streams(connection, [row.number for row in rows])
    return [_asset(row, streams.get(row.number, ())) for row in rows]


def _streams(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[Stream, ...]]:
    found: dict[int, tuple[Stream, ...]] = {}
    stream = tables.stream
    for batch in batches(numbers):
        of_batch = select(stream).where(stream.c.asset.in_(batch)).order_by(stream.c.asset, stream.c.index)
        for row in connection.execute(of_batch):
            found[row.asset] = (*found.get(row.asset, ()), _stream(row))
    return found


def _put_streams(connection: Connection, asset: Asset) -> None:
    rows = [
        {"asset": asset.number} | {name: getattr(stream, name) for name in _STREAM_COLUMNS}
        for stream in asset.streams
    ]
    if rows:
        connection.execute(insert(tables.stream), rows)


def _values(asset: Asset) -> dict[str, Any]:
    return {name: getattr(asset, name) for name in _COLUMNS} | {"kind": asset.kind.value}


def _asset(row: Row[Any], streams: tuple[Stream, ...]) -> Asset:
    values: Mapping[str, Any] = {name: row._mapping[name] for name in _COLUMNS}
    return Asset(**{**values, "kind": Kind(values["kind"]), "streams": streams})


def _stream(row: Row[Any]) -> Stream:
    return Stream(**{name: row._mapping[name] for name in _STREAM_COLUMNS})

"""A real catalogue in a file, and assets to put into it."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from footage.catalogue import assets, facts, search
from footage.catalogue.opening import Catalogue, open_catalogue
from footage.model.asset import Asset, Kind, Stream
from footage.model.facts import Facts, Origin
from footage.model.query import parse_query

TODAY = dt.date(2023, 3, 24)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the catalogue lies."""
    return tmp_path / "catalogue.sqlite"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a catalogue in which nothing is yet."""
    made = tmp_path_factory.mktemp("empty") / "catalogue.sqlite"
    open_catalogue(made, make=True).close()
    return made


@pytest.fixture
def catalogue(path: Path, empty: Path) -> Iterator[Catalogue]:
    """A new catalogue."""
    shutil.copyfile(empty, path)
    made = open_catalogue(path)
    yield made
    made.close()


@pytest.fixture
def connection(catalogue: Catalogue) -> Iterator[Connection]:
    """A transaction that writes."""
    with catalogue.write() as opened:
        yield opened


@pytest.fixture
def an_asset() -> Callable[..., Asset]:
    """Makes assets; each new one has other bytes."""
    made = 0

    def make(name: str = "clip.mp4", kind: Kind = Kind.VIDEO, seconds: int = 10, **values: Any) -> Asset:
        nonlocal made
        made += 1
        video = kind is Kind.VIDEO
        base = Asset(
            number=0,
            sha256=f"{made:08x}" + "ab" * 28,
            name=name,
            path=f"/cards/{name}",
            kind=kind,
            size=1000 + made,
            format="mp4" if video else "jpeg",
            width=1280,
            height=720,
            time_base=Fraction(1, 12800) if video else Fraction(1),
            start=0,
            end=12800 * seconds if video else 0,
            frames=25 * seconds if video else 1,
            streams=(Stream(0, "video", "h264", width=1280, height=720),) if video else (),
            added="2023-03-24T12:00:00.000+00:00",
        )
        return Asset(**{**{name: getattr(base, name) for name in Asset.__slots__}, **values})

    return make


@pytest.fixture
def catalogued(connection: Connection, an_asset: Callable[..., Asset]) -> Callable[..., int]:
    """Catalogues an asset of which a person states facts, searchable; gives its number."""

    def put(stated: Facts | None = None, **values: Any) -> int:
        number = assets.add(connection, an_asset(**values)).number
        facts.put(connection, number, Origin.PERSON, stated or Facts())
        search.index(connection, number)
        return number

    return put


@pytest.fixture
def found(connection: Connection) -> Callable[..., list[int]]:
    """Asks a query as typed, one argument a word; gives the numbers."""

    def ask(*words: str, limit: int | None = None) -> list[int]:
        return search.find(connection, parse_query(words, TODAY), limit)

    return ask

"""How fast ``find`` answers in a large library: ``python bench/bench_find.py [ASSETS]``.

Makes a catalogue of 100,000 assets (or as many as asked for), puts queries of every sort to it inside this
process, and prints how long the first fifty of each take with all that a table of them shows: the median and
the slowest of twenty runs (the one with a cold page cache among them), and the time of the processor in it.
"""

import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Connection, insert

from footage.catalogue import search, selections, sources, stories, tables
from footage.catalogue.listings import listing
from footage.catalogue.opening import Catalogue, open_catalogue
from footage.model.facts import Facts
from footage.model.query import parse_query
from footage.model.source import Source, SourceKind
from footage.model.story import Story

LIMIT_MS = 100
RUNS = 20
TODAY = dt.date(2024, 1, 1)
FIRST_DAY = dt.date(2014, 1, 1)
SUBJECTS = ("fighters", "medics", "sappers", "drone operators", "villagers", "Бійці", "Рятувальники")
DEEDS = ("destroy", "inspect", "evacuate", "shell", "search", "cross", "знищують", "рятують")
THINGS = ("positions", "a bridge", "a school", "an armoured vehicle", "trenches", "склад", "міст")
PLACES = ("Bakhmut direction", "Kherson oblast", "Бахмутський напрямок", "Avdiivka", "Lyman", "Куп'янськ")

QUERIES = {
    "no query": "",
    "common word": "ukrainian",
    "common word, whole": '"ukrainian"',
    "common beginning": "ukr",
    "rare word": "needle",
    "Cyrillic, written in Latin": "bakhmutskyi",
    "phrase": '"Bakhmut direction"',
    "field, common": "kind:video",
    "field, rare": "story:story-77",
    "credit": "credit:@unit7",
    "a month": "released:2016-03",
    "a range of days": "released:2016-03-05..2016-04-02",
    "common word and field": "ukrainian kind:video",
    "common word and rare field": "ukrainian story:story-77",
    "common word and range": "ukrainian duration:30..60",
    "common word and oldest days": "ukrainian released:2014-01-01..2014-01-09",
    "two that never meet": "ukrainian kind:video rating:5",
    "without a common word": "kind:video not:ukrainian",
    "everything, by release": "sort:released",
    "everything, by length, reversed": "sort:duration:reverse",
    "common word, by release": "ukrainian sort:released",
    "common word, by name": "ukrainian sort:name",
    "flagged": "flagged:open",
}


def main() -> None:
    """Make the catalogue, ask, and print the table."""
    assets = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.sqlite"
        made = _seconds(lambda: _make(path, assets))
        print(f"{assets:,} assets, made in {made:.1f} s, {path.stat().st_size / 1e6:.0f} MB")
        print(f"{'the first fifty of':<34}{'median':>10}{'slowest':>10}{'processor':>11}{'found':>8}")
        for label, query in QUERIES.items():
            print(_line(label, path, query))
        print(_resolving(path))


def _line(label: str, path: Path, query: str) -> str:
    catalogue = open_catalogue(path)
    found: list[int] = []

    def ask(connection: Connection) -> None:
        found[:] = search.find(connection, parse_query([query] if query else [], TODAY), 50)
        listing(connection, found)

    times = _times(catalogue, ask)
    catalogue.close()
    return f"{label:<34}{times}{len(found):>8}{times.verdict}"


def _resolving(path: Path) -> str:
    catalogue = open_catalogue(path)
    times = _times(catalogue, lambda connection: selections.resolve(connection, ["story:story-77"], TODAY))
    catalogue.close()
    return f"{'ASSETS: story:story-77':<34}{times}"


@dataclass(frozen=True)
class _Times:
    """Milliseconds by the clock on the wall, and of them those the processor worked for us."""

    wall: list[float]
    processor: list[float]

    def __str__(self) -> str:
        median, busy = statistics.median(self.wall), statistics.median(self.processor)
        return f"{median:>7.1f} ms{max(self.wall):>7.1f} ms{busy:>8.1f} ms"

    @property
    def verdict(self) -> str:
        return "" if statistics.median(self.wall) <= LIMIT_MS else f"  over {LIMIT_MS} ms"


def _times(catalogue: Catalogue, ask: Callable[[Connection], object]) -> _Times:
    wall, processor = [], []
    for _ in range(RUNS):
        with catalogue.read() as connection:
            busy = time.process_time()
            wall.append(_seconds(lambda: ask(connection)) * 1000)
            processor.append((time.process_time() - busy) * 1000)
    return _Times(wall, processor)


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def _make(path: Path, assets: int) -> None:
    catalogue = open_catalogue(path, make=True)
    chance = random.Random(1)
    with catalogue.write() as connection:
        for number in range(40):
            sources.add(
                connection,
                Source(
                    f"unit{number}",
                    f"{number}th Brigade",
                    f"the {number}th",
                    f"@unit{number}",
                    SourceKind.MILITARY,
                ),
            )
        for number in range(500):
            stories.add(connection, Story(f"story-{number}", Facts(country="Ukraine")))
        for first in range(1, assets + 1, 5000):
            numbers = range(first, min(first + 5000, assets + 1))
            connection.execute(insert(tables.asset), [_asset(number, assets) for number in numbers])
            connection.execute(
                insert(tables.fact), [row for n in numbers for row in _facts(n, assets, chance)]
            )
            flagged = [_flag(number) for number in numbers if number % 200 == 0]
            connection.execute(insert(tables.flag), flagged)
        search.reindex_everything(connection)
    catalogue.close()


def _asset(number: int, assets: int) -> dict[str, object]:
    video = number % 3 != 0
    return {
        "number": number,
        "sha256": f"{number * 2654435761 % 2**256:064x}",
        "name": f"IMG_{number:06}.{'mp4' if video else 'jpg'}",
        "path": f"/cards/{number % 97}/IMG_{number:06}",
        "kind": "video" if video else "still",
        "size": 1000 + number,
        "format": "mp4" if video else "jpeg",
        "width": 1920,
        "height": 1080,
        "time_base": Fraction(1, 12800) if video else Fraction(1),
        "start": 0,
        "end": 512 * 25 * (number % 600 + 1) if video else 0,
        "frames": 25 * (number % 600 + 1) if video else 1,
        "added": f"{_day(number, assets).isoformat()}T12:00:00.000+00:00",
        "damaged": "",
        "discarded": None,
        "purged": False,
        "revision": 1,
    }


def _facts(number: int, assets: int, chance: random.Random) -> Iterator[dict[str, object]]:
    stated = {
        "shows": f"{chance.choice(SUBJECTS)} {chance.choice(DEEDS)} {chance.choice(THINGS)}",
        "statement": " ".join(f"word{chance.randrange(20000)}" for _ in range(30)),
        "place": chance.choice(PLACES),
        "released": _day(number, assets).isoformat(),
        "source": f"unit{number % 40}",
        "story": f"story-{number % 500}",
        "undated": "true",
    }
    if number % 2:
        stated["headline"] = "Ukrainian army on the move"
    if number % 10_000 == 7:
        stated["note"] = "needle"
    if number % 3 == 0:
        stated["rating"] = str(5)
    for field, value in stated.items():
        yield {"asset": number, "origin": "person", "field": field, "value": value}


def _flag(number: int) -> dict[str, object]:
    return {
        "asset": number,
        "reasons": ["death"],
        "state": "open",
        "shape": "box",
        "poses": [],
        "note": "",
        "because": "",
        "looked": "",
        "revision": 1,
    }


def _day(number: int, assets: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=number * 3650 // assets)


if __name__ == "__main__":
    main()

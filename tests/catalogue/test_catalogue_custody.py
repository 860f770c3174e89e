"""The custody log only grows, never forks, and shows every break."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from footage.catalogue import custody
from footage.catalogue.opening import Catalogue, open_catalogue
from footage.model.custody import GENESIS, broken_links

AT = "2023-03-24T12:00:00.000+00:00"


def _append(connection: Connection, *assets: int, action: str = "set", **detail: object) -> str:
    return custody.append(connection, AT, "Olha", action, assets, detail).hash


def test_each_event_follows_the_one_before(connection: Connection, catalogued: Callable[..., int]) -> None:
    first, second = catalogued(), catalogued()
    assert custody.head(connection) == (0, GENESIS)
    one = custody.append(connection, AT, "Olha", "add", [first], {"path": "/клип.mp4"})
    two = custody.append(connection, AT, "Ivan", "set", [second, first], {"facts": {"city": "Bakhmut"}})
    assert (one.sequence, one.previous) == (1, GENESIS)
    assert (two.sequence, two.previous) == (2, one.hash)
    assert custody.head(connection) == (2, two.hash)
    assert list(custody.everything(connection)) == [one, two]
    assert custody.of_assets(connection, [second]) == [two]
    assert custody.of_assets(connection, [first, second]) == [one, two]
    assert custody.newest(connection, 1) == [two]
    assert custody.newest(connection, 5, before=2) == [one]
    assert custody.broken(connection) == []


def test_a_detail_reads_back_as_it_was_hashed(connection: Connection) -> None:
    detail = {"path": "/caf\udce9\\n.mp4", "pose": (0.1, 1e-7, None), "numbers": {2: "two", 10: "ten"}}
    made = custody.append(connection, AT, "ol\udce9", "add", [], detail)
    read = next(custody.everything(connection))
    assert read == made
    assert read.detail["path"] == "/caf\udce9\\n.mp4"
    assert broken_links([read]) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET actor = 'nobody'",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event SELECT * FROM event",
        "UPDATE event_asset SET event = 1, asset = 2",
        "DELETE FROM event_asset",
        "DELETE FROM custody_head",
    ],
)
def test_the_log_refuses_every_change(
    path: Path, connection: Connection, catalogued: Callable[..., int], statement: str
) -> None:
    _append(connection, catalogued())
    connection.commit()
    with sqlite3.connect(path) as raw, pytest.raises(sqlite3.IntegrityError, match="only grows"):
        raw.execute(statement)
    raw.close()


def test_our_own_statements_are_refused_too(connection: Connection) -> None:
    _append(connection)
    with pytest.raises(IntegrityError, match="only grows"):
        connection.exec_driver_sql("DELETE FROM event WHERE sequence = 1")


def test_a_changed_event_is_found(path: Path, catalogue: Catalogue) -> None:
    with catalogue.write() as connection:
        for number in range(510):
            _append(connection, count=number)
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER event_no_update")
        raw.execute("UPDATE event SET actor = 'nobody' WHERE sequence = 505")
    raw.close()
    with catalogue.read() as connection:
        assert custody.broken(connection) == [505]


def test_newest_events_cut_off_are_found(path: Path, catalogue: Catalogue) -> None:
    with catalogue.write() as connection:
        for _ in range(4):
            _append(connection)
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER event_no_delete")
        raw.execute("DELETE FROM event WHERE sequence > 2")
    raw.close()
    with catalogue.read() as connection:
        assert custody.broken(connection) == [3]


def test_threads_never_fork_the_chain(catalogue: Catalogue) -> None:
    def write() -> None:
        for count in range(15):
            with catalogue.write() as connection:
                _append(connection, count=count)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalogue.read() as connection:
        assert custody.broken(connection) == []
        assert custody.head(connection).sequence == 60


def test_processes_never_fork_the_chain(path: Path) -> None:
    open_catalogue(path, make=True).close()
    code = f"""
import pathlib
from footage.catalogue import custody
from footage.catalogue.opening import open_catalogue
catalogue = open_catalogue(pathlib.Path({str(path)!r}))
for count in range(20):
    with catalogue.write() as connection:
        custody.append(connection, {AT!r}, "process", "set", [], {{"count": count}})
"""
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    catalogue = open_catalogue(path)
    with catalogue.read() as connection:
        assert custody.broken(connection) == []
        assert custody.head(connection).sequence == 60
    catalogue.close()


def test_last_is_what_the_last_add_took_in(connection: Connection, catalogued: Callable[..., int]) -> None:
    numbers = [catalogued() for _ in range(5)]
    assert custody.last_added(connection) == []
    _append(connection, numbers[0], action="add", batch="monday")
    _append(connection, numbers[1], action="add", batch="tuesday")
    _append(connection, numbers[0], action="set")
    _append(connection, numbers[3], action="add", batch="tuesday")
    _append(connection, numbers[2], action="add", batch="tuesday")
    _append(connection, numbers[0], action="add", seen_again="/clip.mp4")
    assert custody.last_added(connection) == [numbers[1], numbers[3], numbers[2]]

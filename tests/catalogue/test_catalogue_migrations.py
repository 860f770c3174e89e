"""Migrations lead to the schema that the code knows, and are part of the package."""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from footage.catalogue import assets, flags, opening
from footage.catalogue.migrating import migrate, migrations
from footage.catalogue.opening import HEAD, open_catalogue, schema_version
from footage.catalogue.tables import metadata
from footage.model.asset import Asset
from footage.model.flag import Flag, Reason, State
from footage.model.geometry import Pose, Region
from footage.model.span import Span


def _schema(path: Path) -> dict[str, str]:
    opened = sqlite3.connect(path)
    rows = opened.execute(
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    opened.close()
    # SQLite quotes the name of a table that was renamed.
    return {name: "".join(sql.replace('"', "").split()) for name, sql in rows}


def _migrate_from_nothing(path: Path) -> None:
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path))
    with engine.begin() as connection:
        migrate(connection, path)
    engine.dispose()


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    assert ScriptDirectory.from_config(migrations()).get_heads() == [HEAD]


def test_a_migrated_catalogue_is_like_a_new_one(tmp_path: Path) -> None:
    new, old = tmp_path / "new.sqlite", tmp_path / "old.sqlite"
    open_catalogue(new, make=True).close()
    _migrate_from_nothing(old)
    catalogue = open_catalogue(old)
    with catalogue.read() as connection:
        assert schema_version(connection) == HEAD
        assert connection.exec_driver_sql("SELECT * FROM custody_head").all() == [(1, 0, "0" * 64)]
    catalogue.close()
    assert _schema(old) == _schema(new)
    assert len([name for name in _schema(new) if name.startswith("trigger ")]) == 6


def test_the_tables_are_what_the_migrations_made(tmp_path: Path) -> None:
    _migrate_from_nothing(tmp_path / "old.sqlite")
    catalogue = open_catalogue(tmp_path / "old.sqlite")
    with catalogue.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    catalogue.close()
    assert [one for one in found if "search_words" not in str(one)] == []


def test_flags_of_the_first_schema_are_kept(tmp_path: Path, an_asset: Callable[..., Asset]) -> None:
    path = tmp_path / "old.sqlite"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(path))
    with engine.begin() as connection:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        asset = assets.add(connection, an_asset())
        connection.exec_driver_sql(
            'INSERT INTO flag (number, asset, start, "end", reasons, state, shape, poses, note, because, '
            f"looked, revision) VALUES (7, {asset.number}, 10, 20, '[\"death\"]', 'open', 'box', "
            "'[[null,0.25,0.25,0.5,0.5]]', 'a note', '', '', 3)"
        )
    engine.dispose()
    catalogue = open_catalogue(path)
    with catalogue.read() as connection:
        (flag,) = flags.of_asset(connection, asset.number)
    catalogue.close()
    pose = Pose(None, Region(0.25, 0.25, 0.5, 0.5))
    assert flag == Flag(
        7, asset.number, Span(10, 20), (Reason.DEATH,), State.OPEN, poses=(pose,), note="a note", revision=3
    )


def test_an_older_catalogue_is_migrated_as_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, an_asset: Callable[..., Asset]
) -> None:
    path = tmp_path / "catalogue.sqlite"
    catalogue = open_catalogue(path, make=True)
    with catalogue.write() as connection:
        added = assets.add(connection, an_asset())
    catalogue.close()
    sys.modules.pop("footage.catalogue.migrating")
    monkeypatch.setattr(opening, "HEAD", "the next one")
    catalogue = open_catalogue(path)
    assert "footage.catalogue.migrating" in sys.modules
    with catalogue.read() as connection:
        assert list(assets.everything(connection)) == [added]
    catalogue.close()

"""Migrations lead to the schema that the code knows, and are part of the package."""

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from footage.catalogue import assets, opening
from footage.catalogue.migrating import migrate, migrations
from footage.catalogue.opening import HEAD, open_catalogue, schema_version
from footage.catalogue.tables import metadata
from footage.model.asset import Asset


def _schema(path: Path) -> dict[str, str]:
    opened = sqlite3.connect(path)
    rows = opened.execute(
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    opened.close()
    return {name: "".join(sql.split()) for name, sql in rows}


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

"""Opening a catalogue: one SQLite file, its transactions, its schema, and what its failures mean."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import QueuePool

from footage.catalogue.tables import custody_head, metadata
from footage.errors import Conflict, Damaged, FootageError, NotFound, Refused, ToolFailed
from footage.model.custody import GENESIS

HEAD = "0003"
"""The schema version this program reads and writes: the newest of ``migrations/versions``."""

_VERSION_TABLE = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
_WAIT_SECONDS = 5.0
_CACHE_KIBIBYTES = 65_536


class Catalogue:
    """An open catalogue, safe to use from several threads."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self.engine = engine
        self.path = path

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the catalogue and changes nothing.

        Raises:
            Damaged, Refused, ToolFailed, Conflict: the catalogue cannot be read.
        """
        with self._transaction(writes=False) as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is alone in writing; committed at the end, rolled back by an exception.

        Raises:
            Conflict: another program is writing, and does not stop for five seconds.
            Damaged, Refused, ToolFailed: the catalogue cannot be written; nothing was changed.
        """
        with self._transaction(writes=True) as connection:
            yield connection

    def backup(self, destination: Path) -> None:
        """Copy one state of the catalogue into a file that is not there yet, others may go on writing.

        Raises:
            Conflict: the destination exists.
            ToolFailed, Refused: it cannot be written.
        """
        if destination.exists():
            raise Conflict(f"{destination} exists already", "name a file that does not exist")
        with (
            _understood(destination),
            closing(_connect(self.path)) as source,
            closing(sqlite3.connect(destination)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Connection]:
        with (
            _understood(self.path),
            self.engine.connect().execution_options(writes=writes) as connection,
            connection.begin() as transaction,
        ):
            yield connection
            if not writes:
                transaction.rollback()


def open_catalogue(path: Path, *, make: bool = False) -> Catalogue:
    """Open a catalogue, and bring an older one to this program's schema.

    Args:
        path: its file, on a local disk (a network file system loses SQLite's locks).
        make: whether an absent or empty one is made.

    Raises:
        NotFound: there is none, and none was to be made.
        Refused: it was made by a newer program, or may not be written.
        Damaged: it is no catalogue, or its pages are broken.
    """
    if not make and not path.is_file():
        raise NotFound(f"the catalogue {path} is not there", "bring it back from a backup")
    catalogue = Catalogue(_engine(path), path)
    try:
        _bring_up_to_date(catalogue, make)
    except FootageError:
        catalogue.close()
        raise
    return catalogue


def make_schema(connection: Connection) -> None:
    """Make every table in an empty database, as the newest migration leaves them."""
    metadata.create_all(connection)
    connection.execute(text(_VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})
    connection.execute(custody_head.insert().values(id=1, sequence=0, hash=GENESIS))


def schema_version(connection: Connection) -> str | None:
    """The version written in the catalogue; None where there is none."""
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.scalar(text(known)) is None:
        return None
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if version is None else str(version)


def integrity_problems(connection: Connection) -> list[str]:
    """What SQLite finds wrong with its own pages and with rows that point nowhere; empty when all is well."""
    try:
        told = [str(words) for words in connection.scalars(text("PRAGMA integrity_check"))]
        if told != ["ok"]:
            return told
        astray = connection.execute(text("PRAGMA foreign_key_check")).all()
    except DatabaseError as error:
        return [str(error.orig)]
    return [f"a row of {row[0]} names a row of {row[2]} that is not there" for row in astray]


def _bring_up_to_date(catalogue: Catalogue, make: bool) -> None:
    with catalogue.read() as connection:
        if schema_version(connection) == HEAD:
            return
    with catalogue.write() as connection:
        version = schema_version(connection)
        if version is None:
            _make_or_refuse(connection, catalogue.path, make)
        elif version != HEAD:
            from footage.catalogue.migrating import migrate

            migrate(connection, catalogue.path)


def _make_or_refuse(connection: Connection, path: Path, make: bool) -> None:
    filled = connection.scalar(text("SELECT count(*) FROM sqlite_master"))
    if filled or not make:
        raise Damaged(f"{path} is no catalogue of footage", "bring it back from a backup")
    make_schema(connection)


def _engine(path: Path) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: _connect(path), poolclass=QueuePool, pool_size=4, max_overflow=-1
    )
    event.listen(engine, "begin", _begin)
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "recursive_triggers = ON",
        f"cache_size = -{_CACHE_KIBIBYTES}",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    """Say SQLite's failures in words."""
    try:
        yield
    except sqlite3.Error as error:
        raise _meaning(error, path) or error from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error) and (meaning := _meaning(error.orig, path)):
            raise meaning from error
        raise


def _meaning(error: sqlite3.Error, path: Path) -> FootageError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Conflict(f"another footage is writing to {path}", "try again when it is done")
    if code == sqlite3.SQLITE_FULL:
        return ToolFailed(f"the disk of {path} is full; nothing was changed", "make room and try again")
    if code == sqlite3.SQLITE_IOERR:
        return ToolFailed(
            f"the disk failed under {path}: {error}", "look at the disk, then run footage verify"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        hint = "look at who owns the file and its folder, and whether the disk is mounted read-only"
        return Refused(f"{path} cannot be opened for writing", hint)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Damaged(f"{path} is damaged: {error}", "run footage verify; bring it back from a backup")
    return None

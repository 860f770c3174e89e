"""One open library: catalogue, vault, settings, who is acting, and the clock."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection

from footage.catalogue import custody
from footage.catalogue.opening import Catalogue, open_catalogue
from footage.errors import Conflict, NotFound
from footage.model.custody import Event
from footage.settings import FILE_NAME, Settings, read_settings
from footage.vault import Vault, disk_errors

Clock = Callable[[], datetime]

CATALOGUE_NAME = "catalogue.sqlite"


class Deed:
    """One thing a person does: one transaction and one custody event.

    Attributes:
        connection: the open transaction.
    """

    def __init__(self, connection: Connection, action: str, actor: str, at: str) -> None:
        self.connection = connection
        self._action, self._actor, self._at = action, actor, at
        self.event: Event | None = None
        self.cancelled = False

    def cancel(self) -> None:
        """There is nothing to do after all: nothing is changed, and no event is left."""
        self.cancelled = True

    def record(self, assets: Sequence[int], detail: Mapping[str, object]) -> Event:
        """Append the deed's one custody event; the last thing a deed does."""
        self.event = custody.append(self.connection, self._at, self._actor, self._action, assets, detail)
        return self.event


class _RolledBack(Exception):
    """Rolls back the transaction of a dry run, or of a deed that found nothing to do."""


@dataclass(frozen=True)
class Library:
    """An open library.

    Attributes:
        root: its folder.
        actor: who acts; stands in every custody event.
        clock: gives the present moment, aware, in UTC.
        dry_run: deeds do all but commit.
    """

    root: Path
    settings: Settings
    vault: Vault
    catalogue: Catalogue
    actor: str
    clock: Clock
    dry_run: bool = False

    def now(self) -> str:
        """The present moment as the catalogue writes it: UTC, ISO 8601 with milliseconds."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds")

    def today(self) -> date:
        """The day by the clock on this machine's wall."""
        return self.clock().astimezone().date()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the catalogue and changes nothing."""
        with self.catalogue.read() as connection:
            yield connection

    @contextmanager
    def deed(self, action: str) -> Iterator[Deed]:
        """One deed; it is committed with its event, or (an error, a dry run) leaves nothing behind."""
        try:
            with self.catalogue.write() as connection:
                deed = Deed(connection, action, self.actor, self.now())
                yield deed
                if deed.event is None and not deed.cancelled:
                    raise RuntimeError(f"the deed {action!r} recorded no event")
                if self.dry_run or deed.cancelled:
                    raise _RolledBack
        except _RolledBack:
            pass

    def close(self) -> None:
        """Let go of the catalogue."""
        self.catalogue.close()


def open_library(
    root: Path, *, actor: str, clock: Clock, environment: Mapping[str, str], dry_run: bool = False
) -> Library:
    """Open the library in a folder.

    Raises:
        NotFound: there is none.
        Damaged: its settings or its catalogue cannot be read.
    """
    if not (root / FILE_NAME).is_file():
        raise NotFound(f"there is no library in {root}", f"footage init {root}")
    with disk_errors(root):
        settings = read_settings(root, environment)
    catalogue = open_catalogue(root / CATALOGUE_NAME)
    return Library(root, settings, Vault(root / "vault"), catalogue, actor, clock, dry_run)


def make_library(
    root: Path, settings: Settings, *, actor: str, clock: Clock, environment: Mapping[str, str]
) -> Library:
    """Make a library in a folder that is absent or empty of one; its settings file comes last.

    Raises:
        Conflict: a library is there already.
        Refused: the folder cannot be written to.
    """
    insist_on_none(root)
    with disk_errors(root):
        root.mkdir(parents=True, exist_ok=True)
        Vault(root / "vault").make()
    catalogue = open_catalogue(root / CATALOGUE_NAME, make=True)
    library = Library(root, settings, Vault(root / "vault"), catalogue, actor, clock)
    with library.deed("init") as deed:
        detail = {"agency": settings.agency, "style": settings.style, "treatment": settings.treatment}
        deed.record([], detail)
    library.close()
    _write_whole(root / FILE_NAME, settings.toml())
    return open_library(root, actor=actor, clock=clock, environment=environment)


def insist_on_none(root: Path) -> None:
    """Refuse a folder that is a library.

    Raises:
        Conflict: it is one.
    """
    if (root / FILE_NAME).exists():
        raise Conflict(f"{root} is a library already", f"footage --library {root}")


def _write_whole(path: Path, text: str) -> None:
    with disk_errors(path.parent):
        handle, name = tempfile.mkstemp(prefix=".footage-", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as made:
            made.write(text)
            made.flush()
            os.fsync(made.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)

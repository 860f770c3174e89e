"""Folders that are there whole or not at all: built beside their place, and renamed into it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from footage.errors import Conflict
from footage.vault import disk_errors


def free_destination(path: Path) -> Path:
    """Where a folder may be put, as an absolute path.

    Raises:
        Conflict: something is there already.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - "../out" is shown as people would name it
    with disk_errors(path):
        if path.is_symlink() or (path.exists() and (not path.is_dir() or any(path.iterdir()))):
            raise Conflict(f"{path} holds something already", "name a folder that is absent or empty")
    return path


@contextmanager
def stage_beside(destination: Path) -> Iterator[Path]:
    """A folder on the destination's own disk; what is left in it goes."""
    with disk_errors(destination):
        destination.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
        stage.chmod(0o755)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def flush(stage: Path) -> None:
    """Bring all that was written to the disk, before the catalogue is locked for the event."""
    with disk_errors(stage):
        for folder, _, names in os.walk(stage):
            for name in (*names, "."):
                handle = os.open(Path(folder) / name, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)


@contextmanager
def in_place(stage: Path, destination: Path) -> Iterator[Callable[[], None]]:
    """Gives what puts the package in place by one rename, and takes it away again where the event fails."""
    placed = False

    def put() -> None:
        nonlocal placed
        with disk_errors(destination):
            try:
                stage.rename(destination)
            except OSError as error:
                if destination.exists() and any(destination.iterdir()):
                    raise Conflict(f"{destination} was filled meanwhile", "name another folder") from error
                raise
        placed = True

    try:
        yield put
    except BaseException:
        if placed:
            destination.rename(stage)
        raise

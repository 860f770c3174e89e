"""The vault: bytes at rest, addressed by SHA-256, read-only, never overwritten.

Two shelves hold objects: ``originals`` (evidence) and ``renditions`` (files made from them, which can be made
again). An object reaches its final name only whole: copied and hashed in one read, flushed to the disk, made
read-only, then linked without overwriting.
"""

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from footage.errors import Conflict, Damaged, FootageError, NotFound, Refused, ToolFailed
from footage.model.progress import Progress

ORIGINALS = "originals"
RENDITIONS = "renditions"
_CHUNK = 4 << 20


class SourceChanged(Conflict):
    """The file that was read is not what it was when reading began; nothing is wrong with the vault."""


class SourceFailed(ToolFailed):
    """The disk or card that the file lies on could not be read; nothing is wrong with the vault."""


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that were copied into a private folder of the vault but have no final name yet."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class VaultObject:
    """An object on a shelf; ``extension`` is empty for originals."""

    shelf: str
    sha256: str
    extension: str
    path: Path


class Workspace:
    """A private folder on the vault's own disk; what is left in it is thrown away when it closes.

    A lock held as long as the folder is in use tells it apart from what a killed process left behind.
    """

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self._lock = lock

    def scratch(self) -> Path:
        """A fresh folder for a sandboxed child to write into; staged bytes never lie in one.

        Raises:
            ToolFailed, Refused: the disk does not take it.
        """
        with disk_errors(self.folder):
            return Path(tempfile.mkdtemp(prefix="scratch-", dir=self.folder))

    def adopt(self, made: Path) -> Path:
        """Move a file out of a child's reach before it is read back."""
        with disk_errors(self.folder):
            return made.replace(self.folder / made.name)

    def close(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


class Vault:
    """The folder that keeps originals and renditions."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._staging = root / "staging"

    def make(self) -> None:
        """Make the folders of an empty vault."""
        with disk_errors(self.root):
            for name in (ORIGINALS, RENDITIONS, "staging"):
                (self.root / name).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """A private folder to stage and render in; removed afterwards."""
        with disk_errors(self.root):
            self._staging.mkdir(parents=True, exist_ok=True)
            with self._staging_locked(fcntl.LOCK_SH):
                workspace = self._fresh_workspace()
        try:
            yield workspace
        finally:
            workspace.close()

    @contextmanager
    def alone(self) -> Iterator[tuple[Workspace, int]]:
        """A workspace while nobody else has one; whoever wants one meanwhile waits.

        What killed processes left behind is removed first; gives the workspace and how many folders went.

        Raises:
            Conflict: somebody has a workspace.
        """
        with disk_errors(self.root):
            self._staging.mkdir(parents=True, exist_ok=True)
        with self._staging_locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
            with disk_errors(self.root):
                left = self._work_folders()
                if not all(_unlocked(folder) for folder in left):
                    raise _somebody_works()
                _remove_folders(left)
                workspace = self._fresh_workspace()
            try:
                yield workspace, len(left)
            finally:
                workspace.close()

    def stage(self, source: BinaryIO, workspace: Workspace, label: str, progress: Progress) -> Staged:
        """Copy and hash a file in one read, and flush the copy to the disk.

        Args:
            source: an open descriptor of the original; only read from.
            label: its name, for progress and errors.

        Raises:
            ToolFailed: the disk is full or failed. SourceChanged: the file grew or shrank while it was read.
            SourceFailed: the file cannot be read to its end.
        """
        with disk_errors(self.root, label):
            handle, name = tempfile.mkstemp(prefix="in-", dir=workspace.folder)
            try:
                with os.fdopen(handle, "wb", buffering=0) as copy:
                    return _copied(source, copy, Path(name), label, progress)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def stage_made(self, path: Path) -> Staged:
        """Hash, flush and lock a file that was made in a workspace."""
        with disk_errors(self.root, path.name), path.open("rb") as made:
            digest = hashlib.file_digest(made, "sha256")
            os.fchmod(made.fileno(), 0o444)
            os.fsync(made.fileno())
            return Staged(path, digest.hexdigest(), os.fstat(made.fileno()).st_size)

    def keep(self, staged: Staged, shelf: str, extension: str = "") -> Path:
        """Give staged bytes their final name in place of the staged one; gives the path. Never overwrites.

        An object already there is compared by its hash and kept as it is.

        Raises:
            Damaged: an object of that name is there with other bytes.
        """
        target = self.put(staged, shelf, extension)
        with disk_errors(self.root):
            staged.path.unlink(missing_ok=True)
        return target

    def put(self, staged: Staged, shelf: str, extension: str = "") -> Path:
        """The same, but the staged name stays too (on disks that know hard links) until its workspace closes.

        Raises:
            Damaged: an object of that name is there with other bytes.
        """
        target = self.path(shelf, staged.sha256, extension)
        with disk_errors(self.root):
            if not target.parent.is_dir():
                target.parent.mkdir(exist_ok=True)
                _flush_folder(target.parent.parent)
            try:
                _link(staged.path, target)
            except FileExistsError:
                self._insist(target, staged.sha256)
            _flush_folder(target.parent)
        return target

    @contextmanager
    def replaced(
        self, staged: Staged, shelf: str, workspace: Workspace, extension: str = ""
    ) -> Iterator[None]:
        """Put good bytes in the place of an object that is damaged or missing.

        The damaged one lies aside until the block is done; when the block fails, all is as it was.
        """
        target = self.path(shelf, staged.sha256, extension)
        aside = workspace.folder / f"damaged-{target.name}"
        with disk_errors(self.root):
            if target.exists():
                target.replace(aside)
        try:
            self.put(staged, shelf, extension)
            yield
        except BaseException:
            with disk_errors(self.root):
                target.unlink(missing_ok=True)
                if aside.exists():
                    aside.replace(target)
            raise
        with disk_errors(self.root):
            aside.unlink(missing_ok=True)
            staged.path.unlink(missing_ok=True)

    def stage_bytes(self, data: bytes, workspace: Workspace) -> Staged:
        """Stage bytes that were made in memory."""
        with disk_errors(self.root):
            handle, name = tempfile.mkstemp(prefix="made-", dir=workspace.folder)
            with os.fdopen(handle, "wb") as made:
                made.write(data)
        return self.stage_made(Path(name))

    def keep_bytes(self, data: bytes, shelf: str, extension: str, workspace: Workspace) -> str:
        """Keep bytes that were made in memory; gives their SHA-256."""
        staged = self.stage_bytes(data, workspace)
        self.keep(staged, shelf, extension)
        return staged.sha256

    def path(self, shelf: str, sha256: str, extension: str = "") -> Path:
        """Where an object is, or would be."""
        return self.root / shelf / sha256[:2] / f"{sha256}{extension}"

    def present(self, shelf: str, sha256: str, extension: str = "") -> Path:
        """Where an object is.

        Raises:
            NotFound: it is missing.
        """
        path = self.path(shelf, sha256, extension)
        if not path.is_file():
            what = "original" if shelf == ORIGINALS else "rendition"
            raise NotFound(f"the {what} {sha256[:12]} is missing from the vault", "footage verify")
        return path

    def intact(self, path: Path, sha256: str) -> bool:
        """Whether a file's bytes still hash to its name."""
        with disk_errors(self.root), path.open("rb") as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest() == sha256

    def objects(self, shelf: str) -> Iterator[VaultObject]:
        """Every object on a shelf, in the order of their names."""
        for path in sorted((self.root / shelf).glob("*/*")):
            yield VaultObject(shelf, path.name[:64], path.name[64:], path)

    def remove(self, shelf: str, sha256: str, extension: str = "") -> None:
        """Remove an object for good; a missing one is no error."""
        path = self.path(shelf, sha256, extension)
        with disk_errors(self.root):
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _flush_folder(path.parent)

    def abandoned(self) -> list[Path]:
        """Folders that killed processes left behind; none that is in use."""
        if not self._staging.is_dir():
            return []
        with self._staging_locked(fcntl.LOCK_EX):
            return [folder for folder in self._work_folders() if _unlocked(folder)]

    def sweep(self) -> int:
        """Remove what killed processes left behind; gives how many folders."""
        left = self.abandoned()
        _remove_folders(left)
        return len(left)

    def _work_folders(self) -> list[Path]:
        return sorted(self._staging.glob("work-*"))

    def _fresh_workspace(self) -> Workspace:
        folder = Path(tempfile.mkdtemp(prefix="work-", dir=self._staging))
        lock = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Workspace(folder, lock)

    @contextmanager
    def _staging_locked(self, how: int) -> Iterator[None]:
        """Keep a folder that is being made apart from one that was abandoned before its lock was there.

        Raises:
            Conflict: with ``LOCK_NB``, somebody holds the lock.
        """
        handle = os.open(self._staging, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            try:
                fcntl.flock(handle, how)
            except BlockingIOError as error:
                raise _somebody_works() from error
            yield
        finally:
            os.close(handle)

    def _insist(self, path: Path, sha256: str) -> None:
        if not self.intact(path, sha256):
            raise Damaged(
                f"the vault's object {sha256[:12]} no longer has the bytes it had", "footage verify"
            )


@contextmanager
def disk_errors(place: Path, what: str = "") -> Iterator[None]:
    """Translate what the operating system says of a disk into our words."""
    subject = what or str(place)
    try:
        yield
    except FootageError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ToolFailed(
                f"the disk that holds {place} is full; {subject} was not written",
                "free some space and run the same command again; nothing was lost",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Refused(f"{place} cannot be written to: {error.strerror}", f"ls -ld {place}") from error
        raise ToolFailed(f"{subject}: {error.strerror or error}", "footage doctor") from error


def _copied(source: BinaryIO, copy: BinaryIO, name: Path, label: str, progress: Progress) -> Staged:
    """Copy and hash in one read, and flush."""
    size, digest, done = os.fstat(source.fileno()).st_size, hashlib.sha256(), 0
    while done <= size and (chunk := _read(source, label)):
        digest.update(chunk)
        _write_all(copy, chunk)
        done += len(chunk)
        progress.step(f"copying {label}", done, max(size, done))
    if done != size:
        raise SourceChanged(f"{label} changed while it was read", "add it again once it is complete")
    os.fchmod(copy.fileno(), 0o444)
    os.fsync(copy.fileno())
    return Staged(name, digest.hexdigest(), done)


def _read(source: BinaryIO, label: str) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        hint = "look at the disk or card it lies on, or take another copy of it"
        raise SourceFailed(f"{label} cannot be read: {error.strerror}", hint) from error


def _write_all(copy: BinaryIO, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[copy.write(view) :]


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK):
            raise
        if target.exists():
            raise FileExistsError(target) from error
        source.rename(target)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _somebody_works() -> Conflict:
    return Conflict("another footage is working in this library", "when it is done: footage repair")


def _remove_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _unlocked(folder: Path) -> bool:
    try:
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True

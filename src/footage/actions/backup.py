"""Backups: a second library in another folder, verified as it is written."""

import shutil
from pathlib import Path

from footage.catalogue import assets, renditions
from footage.catalogue.opening import open_catalogue
from footage.errors import Conflict, Damaged, Refused
from footage.library import CATALOGUE_NAME, Library
from footage.model.progress import Progress, Silent
from footage.settings import FILE_NAME
from footage.vault import ORIGINALS, RENDITIONS, Vault, VaultObject, Workspace, disk_errors

_MARKER = "backup-of.txt"
_FOLDERS = ("styles", "profiles", "codes", "notices")


def backup(library: Library, destination: Path, progress: Progress) -> int:
    """Copy a library into a folder; a later backup into the same folder copies what is new or rotted there.

    What was purged since is removed from the folder too. The event is recorded once all is done.

    The copy is a library of its own: ``footage --library DIR verify`` checks it.

    Returns:
        How many objects were copied.

    Raises:
        Conflict: the folder holds something else. Refused: it lies inside the library.
        Damaged: an object no longer has the bytes it had; it is not copied.
    """
    destination = destination.resolve()
    _check_destination(library, destination)
    copied = 0
    if library.dry_run:
        return 0
    with disk_errors(destination):
        destination.mkdir(parents=True, exist_ok=True)
        (destination / _MARKER).write_text(f"{library.root}\n", "utf-8", "surrogateescape")
    vault = Vault(destination / "vault")
    vault.make()
    vault.sweep()
    fresh = _copy_catalogue(library, destination)
    objects = [kept for shelf in (ORIGINALS, RENDITIONS) for kept in library.vault.objects(shelf)]
    with vault.workspace() as workspace:
        for done, kept in enumerate(objects):
            progress.step("copying", done, len(objects))
            copied += _copy(kept, vault, workspace)
    _put_in_place(library, fresh, destination)
    _copy_folders(library, destination)
    _remove_gone(destination, vault)
    with library.deed("backup") as deed:
        deed.record([], {"to": str(destination), "copied": copied})
    return copied


def _check_destination(library: Library, destination: Path) -> None:
    root = library.root.resolve()
    if destination == root or root in destination.parents:
        raise Refused(
            f"{destination} lies inside the library", "name a folder elsewhere, best on another disk"
        )
    if not destination.exists():
        return
    if not destination.is_dir():
        raise Conflict(f"{destination} is no folder", "name a folder that is absent or empty")
    marker = destination / _MARKER
    ours = marker.is_file() and marker.read_text("utf-8", "surrogateescape").strip() == str(library.root)
    if not ours and any(destination.iterdir()):
        hint = "name a folder that is absent, empty, or an earlier backup of this library"
        raise Conflict(f"{destination} holds something else", hint)


def _copy(kept: VaultObject, vault: Vault, workspace: Workspace) -> bool:
    """Copy an object, unless the backup has it with the very same bytes; says whether it was copied."""
    there = vault.path(kept.shelf, kept.sha256, kept.extension)
    if there.is_file() and vault.intact(there, kept.sha256):
        return False
    with disk_errors(kept.path), kept.path.open("rb", buffering=0) as source:
        staged = vault.stage(source, workspace, kept.sha256[:12], Silent())
        if staged.sha256 != kept.sha256:
            raise Damaged(f"the object {kept.sha256[:12]} no longer has the bytes it had", "footage verify")
    with vault.replaced(staged, kept.shelf, workspace, kept.extension):
        return True


def _remove_gone(destination: Path, vault: Vault) -> None:
    """Remove what the backup's catalogue calls purged, and renditions that it does not name (any more)."""
    catalogue = open_catalogue(destination / CATALOGUE_NAME)
    try:
        with catalogue.read() as connection:
            purged = [asset.sha256 for asset in assets.everything(connection) if asset.purged]
            named = {row.sha256 for row in renditions.everything(connection)}
    finally:
        catalogue.close()
    for sha256 in purged:
        vault.remove(ORIGINALS, sha256)
    for made in list(vault.objects(RENDITIONS)):
        if made.sha256 not in named:
            vault.remove(RENDITIONS, made.sha256, made.extension)


def _copy_catalogue(library: Library, destination: Path) -> Path:
    """One state of the catalogue, beside its final name; every object it names is in the vault by now."""
    fresh = destination / f"{CATALOGUE_NAME}.new"
    with disk_errors(destination):
        fresh.unlink(missing_ok=True)
        library.catalogue.backup(fresh)
    return fresh


def _copy_folders(library: Library, destination: Path) -> None:
    """The desk's own files: what it made for itself, and the notices that it sent."""
    with disk_errors(destination):
        for name in _FOLDERS:
            if (library.root / name).is_dir():
                shutil.copytree(library.root / name, destination / name, dirs_exist_ok=True)


def _put_in_place(library: Library, fresh: Path, destination: Path) -> None:
    with disk_errors(destination):
        for suffix in ("-wal", "-shm"):
            (destination / f"{CATALOGUE_NAME}{suffix}").unlink(missing_ok=True)
        fresh.replace(destination / CATALOGUE_NAME)
        shutil.copyfile(library.root / FILE_NAME, destination / FILE_NAME)

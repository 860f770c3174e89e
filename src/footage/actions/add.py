"""Taking footage in: the vault keeps the bytes, the sandbox looks at them, the catalogue remembers."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.facts import check_facts, resolve_facts
from footage.catalogue import assets, frames, renditions, search, shots
from footage.catalogue import facts as fact_rows
from footage.errors import BadInput, FootageError, NotFound
from footage.formats.embedded_facts import facts_from
from footage.formats.xmp import read_xmp
from footage.library import Library
from footage.media.intake import open_original
from footage.media.look import Look, look
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.model.asset import Asset, Purpose, Rendition
from footage.model.facts import Facts, Origin
from footage.model.progress import Progress
from footage.settings import FILE_NAME
from footage.vault import ORIGINALS, RENDITIONS, Staged, VaultObject, Workspace

_SIDECAR_LIMIT = 1 << 20
LOOKED_AT = "look-1"
"""The recipe of thumbnails and keyframes; counted up when they come to be made differently."""


class Verdict(StrEnum):
    """What became of a file."""

    ADDED = "added"
    KNOWN = "known"
    DAMAGED = "damaged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file.

    Attributes:
        path: as it was given or found.
        asset: its number; None where it was refused.
        reason: why it was refused, what is damaged, which asset it is; empty otherwise.
        error: the error behind a refusal.
    """

    path: Path
    verdict: Verdict
    asset: int | None = None
    reason: str = ""
    hint: str = ""
    error: FootageError | None = field(default=None, compare=False)


def add(library: Library, paths: Sequence[Path], stated: Facts, progress: Progress) -> Iterator[Taken]:
    """Take in files and folders, one after the other; a bad file does not stop the others.

    Args:
        stated: facts that a person states of all of them.

    Raises:
        NotFound: a path that is not there, or a source that nobody added.
        ToolFailed: the disk is full; what was taken in before stays.
    """
    files = find_files(paths)
    batch = library.now()
    with library.reading() as connection:
        check_facts(connection, stated)
    if not library.dry_run:
        library.vault.sweep()
    with (
        library.vault.workspace() as workspace,
        Sandbox([library.vault.root], workspace.scratch()) as sandbox,
    ):
        for path in files:
            intake = _Intake(library, workspace, sandbox, stated, batch, progress)
            try:
                yield intake.take(path)
            except BadInput as error:
                yield Taken(path, Verdict.REFUSED, None, error.message, error.hint, error)


def adopt(library: Library, left: Sequence[VaultObject], progress: Progress) -> tuple[int, ...]:
    """Catalogue originals that a killed ``add`` left in the vault; gives their numbers.

    Their names are lost; they are called ``recovered-`` and the start of their SHA-256.
    """
    found: list[int] = []
    with (
        library.vault.workspace() as workspace,
        Sandbox([library.vault.root], workspace.scratch()) as sandbox,
    ):
        intake = _Intake(library, workspace, sandbox, Facts(), library.now(), progress)
        for kept in left:
            try:
                taken = intake.adopt(kept)
            except BadInput:
                continue
            if taken.asset is not None:
                found.append(taken.asset)
    return tuple(found)


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files that paths stand for: files as given, folders recursively by name, never into a library.

    Hidden files and sidecars beside their footage are passed over in folders.

    Raises:
        NotFound: a path is not there.
    """
    found: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise NotFound(f"there is no file {path}", "check the path")
        found += _files_below(path) if path.is_dir() and not path.is_symlink() else [path]
    return list(dict.fromkeys(found))


def _files_below(folder: Path) -> list[Path]:
    if (folder / FILE_NAME).is_file():
        return []
    found: list[Path] = []
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    names = {entry.name for entry in entries}
    for entry in entries:
        if entry.name.startswith(".") or _is_sidecar(entry.name, names):
            continue
        if entry.is_dir() and not entry.is_symlink():
            found += _files_below(entry)
        else:
            found.append(entry)
    return found


def _is_sidecar(name: str, names: set[str]) -> bool:
    if not name.casefold().endswith(".xmp"):
        return False
    stem = name[:-4]
    return stem in names or any(other.rpartition(".")[0] == stem for other in names - {name})


@dataclass(frozen=True, slots=True)
class _Kept:
    """A thumbnail or keyframe that the vault has and no row names yet."""

    purpose: Purpose
    position: int
    sha256: str
    width: int
    height: int

    def row(self, asset: int) -> Rendition:
        return Rendition(
            asset, self.purpose, self.position, LOOKED_AT, self.sha256, ".jpg", self.width, self.height
        )


@dataclass(frozen=True)
class _Intake:
    library: Library
    workspace: Workspace
    sandbox: Sandbox
    stated: Facts
    batch: str
    progress: Progress

    def take(self, path: Path) -> Taken:
        with open_original(path) as original:
            staged = self.library.vault.stage(original, self.workspace, path.name, self.progress)
        try:
            return self._take_staged(path, staged)
        finally:
            staged.path.unlink(missing_ok=True)

    def adopt(self, kept: VaultObject) -> Taken:
        staged = Staged(kept.path, kept.sha256, kept.path.stat().st_size)
        keyframes: list[_Kept] = []
        seen = look(self.sandbox, kept.path, kept.sha256[:12], self.progress, self._keeper(keyframes))
        path = Path(f"recovered-{kept.sha256[:12]}{seen.format.extensions[0]}")
        thumbnail = self._kept(Purpose.THUMBNAIL, 0, seen.thumbnail)
        return self._catalogue(path, staged, seen, _embedded_facts(path, seen), [thumbnail, *keyframes], None)

    def _take_staged(self, path: Path, staged: Staged) -> Taken:
        with self.library.reading() as connection:
            known = assets.by_exact_sha(connection, staged.sha256)
        if known is not None and known.discarded is None:
            self._restore(path, known, staged)
            return _known(path, known)
        keyframes: list[_Kept] = []
        seen = look(self.sandbox, staged.path, path.name, self.progress, self._keeper(keyframes))
        embedded = _embedded_facts(path, seen)
        if self.library.dry_run:
            return _verdict(path, None, seen.damaged)
        self.library.vault.keep(staged, ORIGINALS)
        thumbnail = self._kept(Purpose.THUMBNAIL, 0, seen.thumbnail)
        return self._catalogue(path, staged, seen, embedded, [thumbnail, *keyframes], known)

    def _catalogue(
        self,
        path: Path,
        staged: Staged,
        seen: Look,
        embedded: Facts,
        pictures: list[_Kept],
        known: Asset | None,
    ) -> Taken:
        with self.library.deed("add") as deed:
            connection = deed.connection
            now_known = assets.by_exact_sha(connection, staged.sha256)
            if now_known is not None and now_known.discarded is None:
                deed.record([now_known.number], {"seen again": str(path)})
                return _known(path, now_known)
            asset = _asset_row(path, staged, seen, self.library.now())
            asset = (
                assets.add(connection, asset) if now_known is None else _revive(connection, asset, now_known)
            )
            if seen.index is not None:
                frames.put(connection, asset.number, seen.index)
            shots.replace_all(connection, asset.number, seen.shots)
            for kept in pictures:
                renditions.put(connection, kept.row(asset.number))
            fact_rows.put(connection, asset.number, Origin.FILE, embedded)
            fact_rows.put(connection, asset.number, Origin.PERSON, resolve_facts(connection, self.stated))
            search.index(connection, asset.number)
            detail = {
                "batch": self.batch,
                "name": asset.name,
                "path": asset.path,
                "sha256": asset.sha256,
                "size": asset.size,
                "damaged": asset.damaged,
                "facts": fact_rows.to_texts(self.stated),
            }
            deed.record([asset.number], {key: value for key, value in detail.items() if value})
        return _verdict(path, asset.number, asset.damaged, back=known is not None)

    def _keeper(self, kept: list[_Kept]) -> Callable[[int, Picture], None]:
        def keep(number: int, picture: Picture) -> None:
            if not self.library.dry_run:
                kept.append(self._kept(Purpose.KEYFRAME, number, picture))

        return keep

    def _kept(self, purpose: Purpose, position: int, picture: Picture) -> _Kept:
        sha256 = self.library.vault.keep_bytes(picture.jpeg(), RENDITIONS, ".jpg", self.workspace)
        return _Kept(purpose, position, sha256, picture.width, picture.height)

    def _restore(self, path: Path, known: Asset, staged: Staged) -> None:
        """A second add gives back an original that went missing from the vault or was damaged in it."""
        vault = self.library.vault
        kept = vault.path(ORIGINALS, known.sha256)
        if self.library.dry_run or (kept.is_file() and vault.intact(kept, known.sha256)):
            return
        vault.remove(ORIGINALS, known.sha256)
        vault.keep(staged, ORIGINALS)
        with self.library.deed("restore") as deed:
            deed.record([known.number], {"path": str(path.absolute()), "sha256": known.sha256})


def _asset_row(path: Path, staged: Staged, seen: Look, now: str) -> Asset:
    index = seen.index
    return Asset(
        number=0,
        sha256=staged.sha256,
        name=path.name,
        path=str(path.absolute()),
        kind=seen.format.kind,
        size=staged.size,
        format=seen.format.name,
        width=seen.width,
        height=seen.height,
        time_base=index.time_base if index else Fraction(1),
        start=index.pts[0] if index else 0,
        end=index.end if index else 0,
        frames=len(index.pts) if index else 1,
        streams=seen.streams,
        added=now,
        damaged=seen.damaged,
    )


def _revive(connection: Connection, asset: Asset, discarded: Asset) -> Asset:
    """A discarded asset that is added again comes back under its number."""
    return assets.replace(connection, replace(asset, number=discarded.number, revision=discarded.revision))


def _embedded_facts(path: Path, seen: Look) -> Facts:
    packets = seen.packets
    embedded = facts_from(packets.xmp, packets.iim, packets.exif, packets.tags)
    return _sidecar_facts(path).over(embedded)


def _sidecar_facts(path: Path) -> Facts:
    """Facts from a sidecar beside the file: ``clip.mp4.xmp`` before ``clip.xmp``."""
    for name in (f"{path.name}.xmp", f"{path.stem}.xmp"):
        sidecar = path.with_name(name)
        if not os.path.lexists(sidecar):
            continue
        try:
            with open_original(sidecar) as packet:
                return read_xmp(packet.read(_SIDECAR_LIMIT))
        except BadInput:
            continue
    return Facts()


def _known(path: Path, known: Asset) -> Taken:
    number = known.number
    hint = f"footage show {number}; to change its facts: footage set {number} …"
    return Taken(path, Verdict.KNOWN, number, f"the same bytes as asset {number} ({known.name})", hint)


def _verdict(path: Path, number: int | None, damaged: str, *, back: bool = False) -> Taken:
    if damaged:
        hint = f"footage show {number}" if number else ""
        return Taken(path, Verdict.DAMAGED, number, damaged, hint)
    return Taken(path, Verdict.ADDED, number, "taken back in after it was discarded" if back else "")

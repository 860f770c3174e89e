"""Taking footage in: the vault keeps the bytes, the sandbox looks at them, the catalogue remembers."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.facts import check_facts, facts_change, resolve_facts
from footage.actions.flag import flag_words
from footage.catalogue import assets, flags, frames, renditions, search, shots
from footage.catalogue import facts as fact_rows
from footage.errors import BadInput, FootageError, NotFound
from footage.formats.embedded_facts import combined, facts_from
from footage.formats.newsml import read_newsml
from footage.formats.ninjs import read_ninjs
from footage.formats.untrusted import LARGEST
from footage.formats.xmp import read_xmp
from footage.library import Library
from footage.media.intake import open_original
from footage.media.look import Look, look
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.model.asset import Asset, Purpose, Rendition, Shot
from footage.model.change import Change
from footage.model.facts import Facts, Origin
from footage.model.flag import Flag, Reason, State
from footage.model.printable import printable
from footage.model.progress import Progress
from footage.settings import FILE_NAME
from footage.vault import (
    ORIGINALS,
    RENDITIONS,
    SourceChanged,
    SourceFailed,
    Staged,
    Vault,
    VaultObject,
    Workspace,
)

_TIMED = (".vtt", ".srt")
_PACKAGED = (".ninjs.json", ".newsml.xml", ".caption.txt", ".shotlist.txt", *_TIMED)
"""Endings of what lies beside footage under its stem."""

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
        ToolFailed: this machine failed (a full disk …). Damaged: the vault did.
            What was taken in before stays.
    """
    files = find_files(paths)
    batch = library.now()
    with library.reading() as connection:
        check_facts(connection, stated)
    if not library.dry_run:
        library.vault.sweep()
    with (
        library.vault.workspace() as workspace,
        Sandbox([workspace.folder], workspace.scratch()) as sandbox,
    ):
        for path in files:
            intake = _Intake(library, workspace, sandbox, stated, batch, progress)
            try:
                yield intake.take(path)
            except (BadInput, SourceChanged, SourceFailed) as error:
                yield Taken(path, Verdict.REFUSED, None, error.message, error.hint, error)


def adopt(
    library: Library, left: Sequence[VaultObject], workspace: Workspace, progress: Progress
) -> tuple[int, ...]:
    """Catalogue originals that a killed ``add`` or ``grab`` left in the vault; gives their numbers.

    Their names are lost; they are called ``recovered-`` and the start of their SHA-256. So are the flags that
    a grab's video had: a proposed one on the whole of each holds it back until a person has looked.
    """
    found: list[int] = []
    with Sandbox([library.vault.root], workspace.scratch()) as sandbox:
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

    Hidden files and sidecars beside their footage (XMP, and a package's) are passed over in folders. A folder
    that cannot be read stands for itself.

    Raises:
        NotFound: a path is not there.
    """
    found: list[Path] = []
    for path in paths:
        if not os.path.lexists(path):
            raise NotFound(f"there is no file {path}", "check the path")
        found += _files_below(path) if _is_folder(path) else [path]
    return list(dict.fromkeys(found))


def _files_below(folder: Path) -> list[Path]:
    if os.path.isfile(folder / FILE_NAME):  # noqa: PTH113 - pathlib's raises in a folder one may not enter
        return []
    found: list[Path] = []
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError:
        return [folder]
    names = {entry.name for entry in entries}
    for entry in entries:
        if entry.name.startswith(".") or _is_sidecar(entry.name, names):
            continue
        if _is_folder(entry):
            found += _files_below(entry)
        else:
            found.append(entry)
    return found


def _is_folder(path: Path) -> bool:
    """Whether it is one (a link to one is none); what cannot be looked at is none either."""
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - as above


def _is_sidecar(name: str, names: set[str]) -> bool:
    if name.casefold().endswith(".xmp"):
        stem = name[:-4]
        return stem in names or _have_stem(names - {name}, stem)
    ending = next((ending for ending in _PACKAGED if name.casefold().endswith(ending)), None)
    if ending is None:
        return False
    stem = name[: -len(ending)]
    footage = [other for other in names if not other.casefold().endswith((*_PACKAGED, ".xmp"))]
    # Subtitles have their language between (clip.uk.vtt).
    stems = (stem, stem.rpartition(".")[0]) if ending in _TIMED else (stem,)
    return any(each and _have_stem(footage, each) for each in stems)


def _have_stem(names: Iterable[str], stem: str) -> bool:
    return any(name.rpartition(".")[0] == stem for name in names)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A thumbnail or keyframe, staged: it is kept once its asset is accepted."""

    purpose: Purpose
    position: int
    staged: Staged
    width: int
    height: int

    def row(self, asset: int) -> Rendition:
        """The rendition's row."""
        return Rendition(
            asset, self.purpose, self.position, LOOKED_AT, self.staged.sha256, ".jpg", self.width, self.height
        )


def look_and_draw(
    vault: Vault, sandbox: Sandbox, path: Path, name: str, workspace: Workspace, progress: Progress
) -> tuple[Look, tuple[Drawn, ...]]:
    """Look at a file, and stage its thumbnail and keyframes in the workspace.

    Raises:
        BadInput, ToolFailed: as :func:`footage.media.look.look`.
    """
    drawn: list[Drawn] = []

    def stage(purpose: Purpose, position: int, picture: Picture) -> None:
        staged = vault.stage_bytes(picture.jpeg(), workspace)
        drawn.append(Drawn(purpose, position, staged, picture.width, picture.height))

    try:
        seen = look(sandbox, path, name, progress, partial(stage, Purpose.KEYFRAME))
        stage(Purpose.THUMBNAIL, 0, seen.thumbnail)
    except BaseException:
        forget(drawn)
        raise
    return seen, tuple(drawn)


def forget(drawn: Iterable[Drawn]) -> None:
    """Take staged pictures out of the workspace; those that were put into the vault stay there."""
    for picture in drawn:
        picture.staged.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Intake:
    library: Library
    workspace: Workspace
    sandbox: Sandbox
    stated: Facts
    batch: str
    progress: Progress

    def take(self, path: Path) -> Taken:
        if _is_folder(path):
            raise BadInput(f"the folder {path} cannot be read", f"ls -ld {path}")
        with open_original(path) as original:
            staged = self.library.vault.stage(original, self.workspace, path.name, self.progress)
        try:
            return self._take_staged(path, staged)
        finally:
            staged.path.unlink(missing_ok=True)

    def adopt(self, kept: VaultObject) -> Taken:
        staged = Staged(kept.path, kept.sha256, kept.path.stat().st_size)
        seen, drawn = self._look(kept.path, kept.sha256[:12])
        path = Path(f"recovered-{kept.sha256[:12]}{seen.format.extensions[0]}")
        try:
            return self._catalogue(path, staged, seen, _embedded_facts(path, seen), drawn, recovered=True)
        finally:
            forget(drawn)

    def _take_staged(self, path: Path, staged: Staged) -> Taken:
        with self.library.reading() as connection:
            known = assets.by_exact_sha(connection, staged.sha256)
        if known is not None and known.discarded is None:
            self._restore(path, known, staged)
            return _known(path, known)
        seen, drawn = self._look(staged.path, path.name)
        try:
            embedded = _embedded_facts(path, seen)
            if self.library.dry_run:
                return _verdict(path, None, seen.damaged)
            return self._catalogue(path, staged, seen, embedded, drawn)
        finally:
            forget(drawn)

    def _look(self, path: Path, name: str) -> tuple[Look, tuple[Drawn, ...]]:
        return look_and_draw(self.library.vault, self.sandbox, path, name, self.workspace, self.progress)

    def _catalogue(
        self,
        path: Path,
        staged: Staged,
        seen: Look,
        embedded: Facts,
        drawn: Sequence[Drawn],
        *,
        recovered: bool = False,
    ) -> Taken:
        objects = [(staged, ORIGINALS, ""), *((picture.staged, RENDITIONS, ".jpg") for picture in drawn)]
        vault = self.library.vault
        for made, shelf, extension in objects:
            vault.put(made, shelf, extension)
        with self.library.deed("add") as deed:
            connection = deed.connection
            known = assets.by_exact_sha(connection, staged.sha256)
            if known is not None and known.discarded is None:
                deed.record([known.number], {"seen again": str(path)})
                return _known(path, known)
            # Once more, because a purge may have removed them since; in here, no purge does.
            for made, shelf, extension in objects:
                if not vault.path(shelf, made.sha256, extension).is_file():
                    vault.put(made, shelf, extension)
            asset = _asset_row(path, staged, seen, self.library.now())
            asset = assets.add(connection, asset) if known is None else _revive(connection, asset, known)
            if seen.index is not None:
                frames.put(connection, asset.number, seen.index)
            changes = _put_shots(connection, asset.number, seen.shots)
            for picture in drawn:
                renditions.put(connection, picture.row(asset.number))
            fact_rows.put(connection, asset.number, Origin.FILE, embedded)
            changes += self._put_stated(connection, asset.number)
            flag = flags.add(connection, _unseen(asset, seen)) if recovered else None
            search.index(connection, asset.number)
            detail = {
                "batch": self.batch,
                "name": asset.name,
                "path": asset.path,
                "sha256": asset.sha256,
                "size": asset.size,
                "damaged": asset.damaged,
                "facts": fact_rows.to_texts(self.stated),
                "changes": [change.words() for change in changes] if known is not None else [],
                "flag": flag_words(flag) if flag else {},
            }
            deed.record([asset.number], {key: value for key, value in detail.items() if value})
        return _verdict(path, asset.number, asset.damaged, back=known is not None)

    def _put_stated(self, connection: Connection, number: int) -> list[Change]:
        """State a person's facts; what persons stated before a discard stands where these are silent."""
        before = fact_rows.of_asset(connection, number)[Origin.PERSON]
        after = resolve_facts(connection, self.stated).over(before)
        fact_rows.put(connection, number, Origin.PERSON, after)
        return [facts_change("facts", str(number), before, after)] if after != before else []

    def _restore(self, path: Path, known: Asset, staged: Staged) -> None:
        """A second add gives back an original that went missing from the vault or was damaged in it."""
        vault = self.library.vault
        kept = vault.path(ORIGINALS, known.sha256)
        if self.library.dry_run or (kept.is_file() and vault.intact(kept, known.sha256)):
            return
        with vault.replaced(staged, ORIGINALS, self.workspace), self.library.deed("restore") as deed:
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
    back = replace(
        asset,
        number=discarded.number,
        revision=discarded.revision,
        grabbed_from=discarded.grabbed_from,
        grabbed_at=discarded.grabbed_at,
    )
    return assets.replace(connection, back)


def _put_shots(connection: Connection, number: int, seen: Sequence[Shot]) -> list[Change]:
    """Keep shots; where one is as it was before a discard, it keeps its description too."""
    before = shots.of_asset(connection, number)
    told = {shot.span: shot.description for shot in before}
    shots.replace_all(
        connection, number, [replace(shot, description=told.get(shot.span, "")) for shot in seen]
    )
    spans = {shot.span for shot in seen}
    return [
        Change("description", f"{number} {shot.number}", {"description": shot.description}, {})
        for shot in before
        if shot.description and shot.span not in spans
    ]


def _unseen(asset: Asset, seen: Look) -> Flag:
    """The flag on what nobody may have looked at: all of it."""
    span = seen.index.whole if seen.index else None
    note = "recovered after a crash: look at it before it goes out"
    return Flag(0, asset.number, span, (Reason.PRIVACY,), State.PROPOSED, note=note)


def _embedded_facts(path: Path, seen: Look) -> Facts:
    """What a file and the sidecars beside it propose of it; sidecars are written later, and count first."""
    packets = seen.packets
    embedded = facts_from(packets.xmp, packets.iim, packets.exif, packets.tags)
    return combined([*_sidecar_facts(path), embedded])


def _sidecar_facts(path: Path) -> Iterator[Facts]:
    """Facts from what lies beside the file: XMP (``clip.mp4.xmp`` before ``clip.xmp``), ninjs, NewsML-G2.

    One that cannot be read is a note.
    """
    kinds: tuple[tuple[Callable[[bytes], Facts], tuple[str, ...]], ...] = (
        (read_xmp, (f"{path.name}.xmp", f"{path.stem}.xmp")),
        (read_ninjs, (f"{path.stem}.ninjs.json",)),
        (read_newsml, (f"{path.stem}.newsml.xml",)),
    )
    for read, names in kinds:
        for sidecar in (path.with_name(name) for name in names):
            if not os.path.lexists(sidecar):
                continue
            try:
                with open_original(sidecar) as file:
                    yield read(file.read(LARGEST + 1))
                break
            except (BadInput, OSError) as error:
                reason = error.message if isinstance(error, BadInput) else error.strerror
                yield Facts(note=f"the sidecar {printable(sidecar.name)} was not read: {reason}")


def _known(path: Path, known: Asset) -> Taken:
    number = known.number
    hint = f"footage show {number}; to change its facts: footage set {number} …"
    return Taken(path, Verdict.KNOWN, number, f"the same bytes as asset {number} ({known.name})", hint)


def _verdict(path: Path, number: int | None, damaged: str, *, back: bool = False) -> Taken:
    if damaged:
        hint = f"footage show {number}" if number else ""
        return Taken(path, Verdict.DAMAGED, number, damaged, hint)
    return Taken(path, Verdict.ADDED, number, "taken back in after it was discarded" if back else "")

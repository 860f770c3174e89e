"""Auditing: what published files carry beside what they are meant to show. It leaves no event."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from threading import Event

from footage.actions.flag import asset_and_index
from footage.actions.lanes import in_lanes
from footage.catalogue import assets
from footage.catalogue import flags as flag_rows
from footage.errors import BadInput, Refused, ToolFailed
from footage.library import Library
from footage.media.audit import Allowed, Candidate, audit_media, audit_name_alone, hold_against, is_text
from footage.media.intake import open_original
from footage.media.sandbox import MachineFailed, Sandbox
from footage.media.sniff import FORMATS, HEAD_SIZE, Format, sniff
from footage.model.asset import Asset
from footage.model.leak import Item, Leak, Severity
from footage.model.progress import Progress
from footage.model.redaction import Redaction, redaction_of
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS

_BATCH = 200


def audit(target: Path, library: Library | None, against: int | None, progress: Progress) -> tuple[Leak, ...]:
    """Look through a file, or through every file of a folder.

    Args:
        library: only needed with ``against``.
        against: number of the asset whose flags must be hidden in them; None for none.

    Raises:
        BadInput: the file is no footage, or is not there, or the folder holds no files or cannot be read.
        NotFound: there is no such asset. Refused: the asset hides nothing that can be seen, or its original
            is gone. ToolFailed: the original cannot be decoded as before, or this machine failed.
    """
    held = None if library is None or against is None else _held(library, against)
    if held is not None:
        _insist_on_something_hidden(held)
    files = list(_files(target))
    if not files:
        raise BadInput(f"{target} holds no files", "name the folder that is to go out")
    with TemporaryDirectory(prefix="footage-audit-") as scratch, Sandbox([target], Path(scratch)) as sandbox:
        found = [
            leak
            for number, file in enumerate(files)
            for leak in _audited(sandbox, file, _Part(progress, number, len(files)), Allowed())
        ]
    if held is not None and library is not None:
        found += _against(library, held, files, target, progress)
    return tuple(found)


def audit_package(
    library: Library,
    folder: Path,
    numbers: Mapping[str, int],
    progress: Progress,
    *,
    stated: Mapping[int, Sequence[str]] | None = None,
    located: bool = False,
) -> tuple[Leak, ...]:
    """Look through a package of our own before it goes out.

    Args:
        numbers: the asset of each file, by the file's path in the folder; files of all assets are absent.
        stated: texts that the desk put into its files' own tags, by asset; they are traces.
        located: whether coordinates were let out on purpose; they are traces then.

    Raises:
        ToolFailed: an original cannot be decoded as before, or this machine failed.
    """
    with library.reading() as connection:
        known = assets.of_numbers(connection, sorted(set(numbers.values())))
        flagged = flag_rows.of_assets(connection, list(known))
    files = list(_files(folder))
    asked = []
    for number, file in enumerate(files):
        asset = known.get(numbers.get(file.shown, 0))
        names = (asset.name, asset.stem, *(stated or {}).get(asset.number, ())) if asset else ()
        asked.append((file, _Part(progress, number, len(files)), Allowed(names, located)))
    found = list(_audited_in_lanes(library, folder, asked))
    for number in known:
        if not flagged[number]:
            continue
        held = _held(library, number)
        if held.redaction.masks or held.redaction.cuts:
            others = {path for path, owner in numbers.items() if owner != number}
            mine = [file for file in files if file.shown not in others]
            found += _against(library, held, mine, folder, progress)
    return tuple(found)


def _audited_in_lanes(
    library: Library, folder: Path, asked: "Sequence[tuple[_File, _Part, Allowed]]"
) -> Iterator[Leak]:
    """Look through files of a folder, a batch of them in each of several children at once; in order."""
    with library.vault.workspace() as workspace:

        def audited(batch: "Sequence[tuple[_File, _Part, Allowed]]", stopped: Event) -> list[Leak]:
            with Sandbox([folder], workspace.scratch()) as sandbox:
                wanted = takewhile(lambda _: not stopped.is_set(), batch)
                return [leak for each in wanted for leak in _audited(sandbox, *each)]

        yield from in_lanes(audited, asked, _BATCH)


@dataclass(frozen=True, slots=True)
class _File:
    """A file to look through; ``problem`` says why it is not opened, where it is not."""

    path: Path
    shown: str
    alone: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Held:
    """An asset and all that is to be hidden in it."""

    asset: Asset
    index: FrameIndex | None
    redaction: Redaction


@dataclass(frozen=True, slots=True)
class _Part:
    """One file's share of the progress of all."""

    progress: Progress
    number: int
    files: int

    def step(self, label: str, done: int, total: int) -> None:
        """Count in thousandths of a file."""
        share = 1000 * done // max(1, total)
        self.progress.step(label, 1000 * self.number + share, 1000 * self.files)


def _files(target: Path) -> Iterator[_File]:
    """The file, or every file below the folder in order; links are not followed.

    Raises:
        BadInput: the file is not there, or the folder cannot be read.
    """
    try:
        is_folder = stat.S_ISDIR(target.lstat().st_mode)
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        open_original(target).close()
        yield _File(target, target.name, alone=True)
        return
    unread: list[OSError] = []
    for folder, folders, names in os.walk(target, onerror=unread.append):
        folders.sort()
        # A path that is too long is no link here: it is among the folders that cannot be read.
        links = [name for name in folders if os.path.islink(Path(folder) / name)]  # noqa: PTH114
        for name in sorted((*names, *links)):
            path = Path(folder) / name
            shown = path.relative_to(target).as_posix()
            try:
                regular = stat.S_ISREG(path.lstat().st_mode)
            except OSError as error:
                yield _File(path, shown, alone=False, problem=f"it cannot be read: {error.strerror}")
                continue
            problem = "" if regular else "it is a link, a pipe or a device, which is not followed"
            yield _File(path, shown, alone=False, problem=problem)
    for failed in unread:
        path = Path(failed.filename)
        if path == target:
            raise BadInput(f"{target} cannot be read: {failed.strerror}", "copy it elsewhere and try")
        shown = path.relative_to(target).as_posix()
        yield _File(path, shown, alone=False, problem=f"this folder cannot be read: {failed.strerror}")


def _audited(sandbox: Sandbox, file: _File, progress: Progress, allowed: Allowed) -> Iterator[Leak]:
    """Look through one file and at its name, whoever gave it."""
    yield from audit_name_alone(PurePath(file.shown), file.shown)
    if file.problem:
        yield Leak(file.shown, Item.UNKNOWN_FILE, Severity.LEAK, file.problem)
        return
    try:
        format = _format(file)
    except BadInput as error:
        if file.alone:
            raise
        yield Leak(file.shown, Item.UNKNOWN_FILE, Severity.LEAK, f"not looked into: {error.message}")
        return
    try:
        yield from audit_media(sandbox, file.path, file.shown, format, progress, allowed)
    except MachineFailed:
        raise
    except (BadInput, ToolFailed) as error:
        yield Leak(file.shown, Item.UNREADABLE, Severity.LEAK, f"it broke its reader: {error.message}")


def _format(file: _File) -> Format | None:
    """What a file is; None for a text that is looked through as such.

    Raises:
        BadInput: it is something else.
    """
    with open_original(file.path) as opened:
        head = opened.read(HEAD_SIZE)
    try:
        return sniff(head)
    except BadInput:
        readable = b"\0" not in head and is_text(file.shown)
        if readable and (not file.alone or file.path.suffix.casefold() == ".xmp"):
            return None
        raise


def _insist_on_something_hidden(held: _Held) -> None:
    """Refuse an asset of which nothing is hidden that could be seen."""
    redaction, number = held.redaction, held.asset.number
    if redaction.masks or redaction.cuts:
        return
    why = "no flag of it is open or masked"
    if redaction.mutes:
        why = "its flags only silence, and sound is not compared"
    raise Refused(f"asset {number} has nothing to hide that can be seen: {why}", f"footage flags {number}")


def _held(library: Library, number: int) -> _Held:
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        flags = flag_rows.of_asset(connection, number)
    size = (asset.width, asset.height)
    _, redaction = redaction_of(flags, library.settings.treatment, size)
    return _Held(asset, index, redaction)


def _against(
    library: Library, held: _Held, files: Sequence[_File], target: Path, progress: Progress
) -> tuple[Leak, ...]:
    candidates = []
    for file in files:
        try:
            format = None if file.problem else _format(file)
        except BadInput:
            continue
        if not file.problem:
            candidates.append(Candidate(file.shown, file.path, format))
    original = library.vault.present(ORIGINALS, held.asset.sha256)
    format = FORMATS[held.asset.format]
    with (
        library.vault.workspace() as workspace,
        Sandbox([original, target], workspace.scratch()) as sandbox,
    ):
        return hold_against(sandbox, original, format, held.index, held.redaction, candidates, progress)

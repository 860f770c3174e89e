"""Repairing: what can be made again is made again, what was left behind is taken up."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from footage.actions.add import adopt, look_and_draw
from footage.catalogue import assets, flags, renditions, search
from footage.errors import BadInput, NotFound
from footage.library import Library
from footage.media.sandbox import Sandbox
from footage.model.asset import Asset, Purpose, Rendition
from footage.model.flag import State
from footage.model.progress import Progress
from footage.vault import ORIGINALS, RENDITIONS, VaultObject, Workspace

_MADE_BY_LOOKING = (Purpose.THUMBNAIL, Purpose.KEYFRAME)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was done.

    Attributes:
        swept: folders of killed processes that were removed.
        adopted: numbers of the assets made of originals that no row named.
        remade: numbers of the assets whose thumbnails and keyframes were made anew.
        reopened: numbers of the assets whose masked rendition is gone; they want ``footage blur``.
        removed: how many renditions that no row named were removed.
        failed: numbers of the assets whose thumbnails and keyframes could not be made anew.
    """

    swept: int
    adopted: tuple[int, ...]
    remade: tuple[int, ...]
    reopened: tuple[int, ...]
    removed: int
    failed: tuple[int, ...] = ()


def repair(library: Library, progress: Progress) -> Repaired:
    """Make everything derived whole again; originals are never removed.

    A masked rendition that is missing or damaged is not made anew without a person: its flags are open again.
    What another process has made and not recorded yet looks like a leftover, so others wait meanwhile.

    Raises:
        Conflict: another process is working in the library.
    """
    if library.dry_run:
        return _plan(library)
    with library.vault.alone() as (workspace, swept):
        return _repair_alone(library, workspace, swept, progress)


def _repair_alone(library: Library, workspace: Workspace, swept: int, progress: Progress) -> Repaired:
    adopted = adopt(library, _unnamed_originals(library), workspace, progress)
    broken = _broken_renditions(library)
    for row in broken:
        library.vault.remove(RENDITIONS, row.sha256, row.extension)
    wanted = sorted({row.asset for row in broken if row.purpose in _MADE_BY_LOOKING})
    remade = _remake(library, wanted, workspace, progress)
    reopened = _reopen(library, sorted({r.asset for r in broken if r.purpose not in _MADE_BY_LOOKING}))
    unnamed = _unnamed_renditions(library)
    for kept in unnamed:
        library.vault.remove(RENDITIONS, kept.sha256, kept.extension)
    failed = tuple(number for number in wanted if number not in remade)
    done = Repaired(swept, adopted, remade, reopened, len(unnamed), failed)
    with library.deed("repair") as deed:
        search.reindex_everything(deed.connection)
        detail = {"removed": done.removed, "swept": swept, "failed": list(failed)}
        deed.record([*adopted, *remade, *reopened], detail)
    return done


def _plan(library: Library) -> Repaired:
    broken = _broken_renditions(library)
    remade = sorted({r.asset for r in broken if r.purpose in _MADE_BY_LOOKING})
    reopened = sorted({r.asset for r in broken if r.purpose not in _MADE_BY_LOOKING})
    swept, removed = len(library.vault.abandoned()), len(_unnamed_renditions(library))
    return Repaired(swept, (), tuple(remade), tuple(reopened), removed)


def _unnamed_originals(library: Library) -> list[VaultObject]:
    there = list(library.vault.objects(ORIGINALS))
    with library.reading() as connection:
        named = {asset.sha256 for asset in assets.everything(connection)}
    return [kept for kept in there if kept.sha256 not in named]


def _unnamed_renditions(library: Library) -> list[VaultObject]:
    there = list(library.vault.objects(RENDITIONS))
    with library.reading() as connection:
        named = {row.sha256 for row in renditions.everything(connection)}
    return [kept for kept in there if kept.sha256 not in named]


def _broken_renditions(library: Library) -> list[Rendition]:
    with library.reading() as connection:
        rows = list(renditions.everything(connection))
    broken = []
    for row in rows:
        path = library.vault.path(RENDITIONS, row.sha256, row.extension)
        if not path.is_file() or not library.vault.intact(path, row.sha256):
            broken.append(row)
    return broken


def _remake(
    library: Library, numbers: list[int], workspace: Workspace, progress: Progress
) -> tuple[int, ...]:
    remade = []
    with Sandbox([library.vault.root], workspace.scratch()) as sandbox:
        for number in numbers:
            with library.reading() as connection:
                asset = assets.get(connection, number)
            try:
                rows = _look_again(library, asset, workspace, sandbox, progress)
            except (BadInput, NotFound):
                continue
            with library.deed("remake") as deed:
                for row in rows:
                    renditions.put(deed.connection, row)
                deed.record([number], {"renditions": [row.sha256 for row in rows]})
            remade.append(number)
    return tuple(remade)


def _look_again(
    library: Library, asset: Asset, workspace: Workspace, sandbox: Sandbox, progress: Progress
) -> list[Rendition]:
    original = library.vault.present(ORIGINALS, asset.sha256)
    _, drawn = look_and_draw(library.vault, sandbox, original, asset.name, workspace, progress)
    for picture in drawn:
        library.vault.keep(picture.staged, RENDITIONS, ".jpg")
    return [picture.row(asset.number) for picture in drawn]


def _reopen(library: Library, numbers: list[int]) -> tuple[int, ...]:
    for number in numbers:
        with library.deed("reopen") as deed:
            _forget_masked(deed.connection, number)
            changed = [flag for flag in flags.of_asset(deed.connection, number) if flag.state is State.MASKED]
            for flag in changed:
                flags.replace(deed.connection, replace(flag, state=State.OPEN, looked=""))
            search.index(deed.connection, number)
            deed.record(
                [number], {"flags": [flag.number for flag in changed], "why": "masked rendition lost"}
            )
    return tuple(numbers)


def _forget_masked(connection: Connection, number: int) -> None:
    for row in renditions.of_asset(connection, number):
        if row.purpose not in _MADE_BY_LOOKING:
            renditions.drop(connection, number, row.purpose, row.position)

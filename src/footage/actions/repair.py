"""Repairing: what can be made again is made again, what was left behind is taken up."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from footage.actions.add import LOOKED_AT, adopt
from footage.catalogue import assets, flags, renditions, search
from footage.errors import BadInput, NotFound
from footage.library import Library
from footage.media.look import look
from footage.media.picture import Picture
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
    """

    swept: int
    adopted: tuple[int, ...]
    remade: tuple[int, ...]
    reopened: tuple[int, ...]
    removed: int


def repair(library: Library, progress: Progress) -> Repaired:
    """Make everything derived whole again; originals are never removed.

    A masked rendition that is missing or damaged is not made anew without a person: its flags are open again.
    """
    if library.dry_run:
        return _plan(library)
    swept = library.vault.sweep()
    adopted = adopt(library, _unnamed_originals(library), progress)
    broken = _broken_renditions(library)
    for row in broken:
        library.vault.remove(RENDITIONS, row.sha256, row.extension)
    remade = _remake(library, sorted({r.asset for r in broken if r.purpose in _MADE_BY_LOOKING}), progress)
    reopened = _reopen(library, sorted({r.asset for r in broken if r.purpose not in _MADE_BY_LOOKING}))
    unnamed = _unnamed_renditions(library)
    for kept in unnamed:
        library.vault.remove(RENDITIONS, kept.sha256, kept.extension)
    done = Repaired(swept, adopted, remade, reopened, len(unnamed))
    with library.deed("repair") as deed:
        search.reindex_everything(deed.connection)
        deed.record([*adopted, *remade, *reopened], {"removed": done.removed, "swept": swept})
    return done


def _plan(library: Library) -> Repaired:
    broken = _broken_renditions(library)
    remade = sorted({r.asset for r in broken if r.purpose in _MADE_BY_LOOKING})
    reopened = sorted({r.asset for r in broken if r.purpose not in _MADE_BY_LOOKING})
    swept, removed = len(library.vault.abandoned()), len(_unnamed_renditions(library))
    return Repaired(swept, (), tuple(remade), tuple(reopened), removed)


def _unnamed_originals(library: Library) -> list[VaultObject]:
    with library.reading() as connection:
        named = {asset.sha256 for asset in assets.everything(connection)}
    return [kept for kept in library.vault.objects(ORIGINALS) if kept.sha256 not in named]


def _unnamed_renditions(library: Library) -> list[VaultObject]:
    with library.reading() as connection:
        named = {row.sha256 for row in renditions.everything(connection)}
    return [kept for kept in library.vault.objects(RENDITIONS) if kept.sha256 not in named]


def _broken_renditions(library: Library) -> list[Rendition]:
    with library.reading() as connection:
        rows = list(renditions.everything(connection))
    broken = []
    for row in rows:
        path = library.vault.path(RENDITIONS, row.sha256, row.extension)
        if not path.is_file() or not library.vault.intact(path, row.sha256):
            broken.append(row)
    return broken


def _remake(library: Library, numbers: list[int], progress: Progress) -> tuple[int, ...]:
    remade = []
    with (
        library.vault.workspace() as workspace,
        Sandbox([library.vault.root], workspace.scratch()) as sandbox,
    ):
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
    rows: list[Rendition] = []

    def keeper(purpose: Purpose) -> Callable[[int, Picture], None]:
        def keep(position: int, picture: Picture) -> None:
            sha256 = library.vault.keep_bytes(picture.jpeg(), RENDITIONS, ".jpg", workspace)
            size = (picture.width, picture.height)
            rows.append(Rendition(asset.number, purpose, position, LOOKED_AT, sha256, ".jpg", *size))

        return keep

    original = library.vault.present(ORIGINALS, asset.sha256)
    seen = look(sandbox, original, asset.name, progress, keeper(Purpose.KEYFRAME))
    keeper(Purpose.THUMBNAIL)(0, seen.thumbnail)
    return rows


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

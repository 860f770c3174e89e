"""Discarding: out of the catalogue's sight, and with a purge the bytes too; both leave an event."""

from collections.abc import Sequence

from sqlalchemy import Connection

from footage.actions.flag import in_sight
from footage.catalogue import assets, renditions, search
from footage.errors import Usage
from footage.library import Library
from footage.model.asset import Asset, Rendition
from footage.vault import ORIGINALS, RENDITIONS


def discard(
    library: Library, numbers: Sequence[int], because: str, *, purge: bool = False
) -> tuple[Asset, ...]:
    """Put assets out of sight; with ``purge`` their bytes are removed for good.

    What was discarded before can still be purged. The rows and the custody events stay. With the bytes go
    the previews in the library's folder.

    Raises:
        Usage: no reason is given. NotFound: an unknown asset. Refused: it is discarded already.
    """
    if not because.strip():
        raise Usage("a discard needs its reason", "--because TEXT")
    with library.deed("purge" if purge else "discard") as deed:
        gone: list[Asset] = []
        removed: list[Rendition] = []
        for number in dict.fromkeys(numbers):
            asset = assets.get(deed.connection, number)
            if not purge:
                in_sight(asset)
            if purge:
                removed += _forget_renditions(deed.connection, number)
            gone.append(assets.discard(deed.connection, asset, because, purged=purge))
            search.index(deed.connection, number)
        detail = {"because": because, "sha256": [asset.sha256 for asset in gone]}
        deed.record([asset.number for asset in gone], detail)
    if purge and not library.dry_run:
        _remove(library, gone, removed)
    return tuple(gone)


def _remove(library: Library, gone: Sequence[Asset], removed: Sequence[Rendition]) -> None:
    """Remove bytes after their purge is on record, but not those that were added again since.

    Inside a transaction that is alone in writing: an ``add`` either finds the bytes gone in its own and puts
    them back, or has named them before this one begins.
    """
    with library.catalogue.write() as connection:
        now = assets.of_numbers(connection, [asset.number for asset in gone])
        for asset in now.values():
            if asset.purged:
                library.vault.remove(ORIGINALS, asset.sha256)
                for kind in (".png", ".mp4"):
                    (library.root / f"preview-{asset.number}{kind}").unlink(missing_ok=True)
        for row in removed:
            if not renditions.by_sha(connection, row.sha256):
                library.vault.remove(RENDITIONS, row.sha256, row.extension)


def _forget_renditions(connection: Connection, number: int) -> list[Rendition]:
    """Drop an asset's renditions; gives those whose bytes no other asset needs."""
    rows = renditions.of_asset(connection, number)
    for row in rows:
        renditions.drop(connection, number, row.purpose, row.position)
    return [row for row in rows if not renditions.by_sha(connection, row.sha256)]

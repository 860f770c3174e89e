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

    What was discarded before can still be purged. The rows and the custody events stay.

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
        for asset in gone:
            library.vault.remove(ORIGINALS, asset.sha256)
        for row in removed:
            library.vault.remove(RENDITIONS, row.sha256, row.extension)
    return tuple(gone)


def _forget_renditions(connection: Connection, number: int) -> list[Rendition]:
    """Drop an asset's renditions; gives those whose bytes no other asset needs."""
    rows = renditions.of_asset(connection, number)
    for row in rows:
        renditions.drop(connection, number, row.purpose, row.position)
    return [row for row in rows if not renditions.by_sha(connection, row.sha256)]

"""Kills: an asset that may never be used again; everyone who has it is told to take it down."""

from collections.abc import Collection, Sequence
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.kin import Kin, kin_of
from footage.actions.notices import (
    Notified,
    Told,
    addressed,
    checked_reason,
    notice_folder,
    placing,
    record_notices,
    told_words,
)
from footage.catalogue import assets, dispatches, editions
from footage.errors import Refused, ToolFailed
from footage.library import Library
from footage.model.asset import Asset
from footage.model.dispatch import Edition, NoticeKind, Record, latest, package_of
from footage.model.publication import Publication


def kill(library: Library, numbers: Sequence[int], because: str, destination: Path | None = None) -> Notified:
    """Lock assets for good, discarded ones too, and write a kill notice to everyone who was sent one.

    Args:
        because: why, in words that the receivers read.
        destination: None for a folder of its own in the library.

    Raises:
        Usage: no reason is given. Conflict: the destination holds something.
        Refused: all of them were killed already. NotFound: an unknown asset.
    """
    because = checked_reason(because)
    wanted = list(dict.fromkeys(numbers))
    with placing(library) as place, library.deed("kill") as deed:
        connection = deed.connection
        tellings: list[Told] = []
        versions: dict[int, int] = {}
        left_out: list[tuple[int, str]] = []
        for number in wanted:
            asset, edition = assets.get(connection, number), editions.of_asset(connection, number)
            if edition.killed is not None:
                left_out.append((number, f"it was killed already: {edition.killed}"))
                continue
            versions[number] = edition.version + 1
            editions.put(connection, Edition(number, edition.version + 1, because))
            tellings += _tellings(library, connection, asset, edition.version + 1)
        if not versions:
            number, why = left_out[0]
            raise Refused(f"asset {number}: {why}", f"footage sent {number}")
        folder = notice_folder(library, NoticeKind.KILL, list(versions), destination) if tellings else None
        record_notices(library, connection, NoticeKind.KILL, tellings, folder)
        notices = addressed(library, NoticeKind.KILL, because, tellings)
        detail = {"because": because, "notices": str(folder or ""), "told": told_words(tellings)}
        deed.record(list(versions), detail)
        if folder is not None:
            place(notices, folder)
    related, notes = _related(library, versions)
    return Notified(NoticeKind.KILL, folder, notices, versions, tuple(left_out), related=related, notes=notes)


def _related(library: Library, killed: Collection[int]) -> tuple[tuple[Kin, ...], tuple[str, ...]]:
    """What hangs together with what was killed, and what the desk should know: the kill itself is done."""
    kin: dict[int, Kin] = {}
    notes = []
    for number in killed:
        try:
            kin |= {one.asset.number: one for one in kin_of(library, number)}
        except ToolFailed as error:
            notes.append(f"asset {number}: copies could not be looked for: {error.message}")
    return tuple(one for number, one in kin.items() if number not in killed), tuple(notes)


def _tellings(library: Library, connection: Connection, asset: Asset, version: int) -> list[Told]:
    went = dispatches.of_asset(connection, asset.number)
    return [
        Told(asset, package_of(last, went), version, last.record, _publication(library, asset, last.record))
        for last in latest(went).values()
    ]


def _publication(library: Library, asset: Asset, record: Record) -> Publication:
    """What was said of it, as far as it takes to know it again."""
    return Publication(
        caption=str(record["caption"]),
        headline=str(record["headline"]),
        credit=str(record["credit"]),
        supplier=library.settings.agency,
        guid=f"urn:sha256:{asset.sha256}",
        kind=asset.kind,
    )

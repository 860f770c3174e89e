"""Corrections: everyone who was sent something that is said otherwise now is told so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.caption import Captioned, captions_of
from footage.actions.flag import in_sight
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
from footage.actions.ready import clearance_of
from footage.actions.sent import said
from footage.actions.sidecars import publication_of, tellings_of
from footage.catalogue import assets, dispatches, editions
from footage.errors import Refused
from footage.library import Library
from footage.model.asset import Kind
from footage.model.dispatch import Dispatch, Edition, NoticeKind, Record, differences, latest, package_of
from footage.model.redaction import standing_recipe
from footage.model.wording import compose
from footage.settings import read_profile, read_style

_TOLD_ANYWAY = ("embargo", "expired")
"""What does not hold a correction back: that something may not be used now is what it may have to say."""


def correct(
    library: Library, numbers: Sequence[int], because: str, destination: Path | None = None
) -> Notified:
    """Write a notice to every receiver of what is said otherwise now; the version of each asset rises.

    Args:
        because: why, in words that the receivers read.
        destination: None for a folder of its own in the library.

    Raises:
        Usage: no reason is given. Conflict: the destination holds something.
        Refused: an asset was killed or is not ready, or none of them was sent and changed since.
    """
    because = checked_reason(because)
    wanted = list(dict.fromkeys(numbers))
    with placing(library) as place, library.deed("correct") as deed:
        connection = deed.connection
        tellings: list[Told] = []
        left_out: list[tuple[int, str]] = []
        for number in wanted:
            found = _of_asset(library, connection, number)
            tellings += found
            if not found:
                went = dispatches.of_asset(connection, number)
                left_out.append((number, _UNCHANGED if went else _NEVER_SENT))
        if not tellings:
            raise _nothing_to_correct(left_out)
        versions = {one.asset.number: one.version for one in tellings}
        for number, version in versions.items():
            editions.put(connection, Edition(number, version))
        record_notices(library, connection, NoticeKind.CORRECTION, tellings)
        folder = notice_folder(library, NoticeKind.CORRECTION, list(versions), destination)
        notices = addressed(library, NoticeKind.CORRECTION, because, tellings)
        detail = {"because": because, "notices": str(folder), "told": told_words(tellings)}
        deed.record(list(versions), detail)
        place(notices, folder)
    anew = dict.fromkeys((one.asset.number, one.package.client) for one in tellings if one.media_changed)
    return Notified(NoticeKind.CORRECTION, folder, notices, versions, tuple(left_out), tuple(anew))


_UNCHANGED = "nothing changed since it was sent"
_NEVER_SENT = "it was never sent"


def _nothing_to_correct(left_out: Sequence[tuple[int, str]]) -> Refused:
    told = "; ".join(f"asset {number}: {why}" for number, why in left_out[:_TOLD])
    more = f"; and {len(left_out) - _TOLD} more" if len(left_out) > _TOLD else ""
    first, why = left_out[0]
    hint = f"footage export {first} --to DIR" if why == _NEVER_SENT else f"footage set {first} --help"
    return Refused(f"there is nothing to correct: {told}{more}", hint)


_TOLD = 5


def _of_asset(library: Library, connection: Connection, number: int) -> list[Told]:
    """What its receivers have to be told of one asset; nothing where it was not sent or did not change."""
    in_sight(assets.get(connection, number))
    edition = editions.of_asset(connection, number)
    if edition.killed is not None:
        raise Refused(f"asset {number} was killed: {edition.killed}", f"footage sent {number}")
    went = dispatches.of_asset(connection, number)
    now = _captions(library, connection, number, went)
    tellings = [
        telling
        for last in latest(went).values()
        if (telling := _telling(library, connection, edition, last, went, now[str(last.record["style"])]))
    ]
    for style in dict.fromkeys(str(one.record["style"]) for one in tellings):
        _insist_ready(library, connection, now[style])
    return tellings


def _captions(
    library: Library, connection: Connection, number: int, went: Sequence[Dispatch]
) -> dict[str, Captioned]:
    """An asset's captions of today in every style in which it went out."""
    names = dict.fromkeys(str(one.record["style"]) for one in went)
    styles = [read_style(name, library.root) for name in names]
    return {style.name: captions_of(library, connection, [number], style)[0] for style in styles}


def _telling(
    library: Library,
    connection: Connection,
    edition: Edition,
    last: Dispatch,
    went: Sequence[Dispatch],
    captioned: Captioned,
) -> Told | None:
    """What one receiver has to be told; None where all it has still holds."""
    asset, flags = captioned.asset, captioned.subject.flags
    fresh = said(captioned) | {"day": library.today().isoformat()}
    if _only_grew_older(library, captioned, last.record):
        fresh |= {"caption": last.record["caption"], "day": last.record["day"]}
    found = differences(last.record, fresh)
    profile = read_profile(str(last.record["profile"]), library.root)
    burnt_in = profile.video.lower_third and asset.kind is Kind.VIDEO
    mask = standing_recipe(asset.sha256, flags, library.settings.treatment, (asset.width, asset.height))
    media_changed = mask != last.record["mask"] or (burnt_in and "credit" in {one.field for one in found})
    if not found and not media_changed:
        return None
    record: Record = {**last.record, **fresh, "mask": mask}
    own = tellings_of(library, connection, [captioned], profile)[asset.number]
    publication = publication_of(own, None, masked=any(flag.drawn for flag in flags))
    publication = replace(publication, caption=str(record["caption"]))
    package = package_of(last, went)
    return Told(asset, package, edition.version + 1, record, publication, found, media_changed)


def _only_grew_older(library: Library, captioned: Captioned, record: Record) -> bool:
    """Whether a caption differs only because time went by: some styles name the weekday of what is fresh."""
    if captioned.written or captioned.lacks or captioned.text == record["caption"]:
        return False
    day = date.fromisoformat(str(record["day"]))
    style = read_style(captioned.style, library.root)
    return compose(captioned.subject, style, day, str(captioned.asset.number)) == record["caption"]


def _insist_ready(library: Library, connection: Connection, captioned: Captioned) -> None:
    number = captioned.asset.number
    clearance = clearance_of(library, connection, captioned)
    held = [one for one in clearance.obstacles if one.kind not in _TOLD_ANYWAY]
    if held:
        told = "; ".join(one.message for one in held)
        raise Refused(f"asset {number} is not ready, and nothing was written: {told}", held[0].hint)

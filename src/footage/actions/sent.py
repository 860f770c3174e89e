"""What went to whom: remembered at each export, and listed."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from footage.catalogue import assets, dispatches, editions
from footage.library import Library
from footage.model.asset import Asset, Kind
from footage.model.caption import Subject
from footage.model.dispatch import Dispatch, Edition, followed_by, told_again
from footage.model.facts import Facts
from footage.model.moment import Moment, moment_text
from footage.model.profile import Profile
from footage.model.source import published_name

if TYPE_CHECKING:
    from footage.actions.caption import Captioned
    from footage.actions.packaging import Packed

INTERNAL = ("note", "rating")
"""Facts that no package says."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One asset in one package or notice.

    Attributes:
        followed: the last notice that went to the same receiver after it; None where none did.
        edition: the asset's as it is now.
    """

    asset: Asset
    dispatch: Dispatch
    followed: Dispatch | None
    edition: Edition


def sent(library: Library, numbers: Sequence[int] | None) -> tuple[Sent, ...]:
    """What went to whom of some assets (None: of all), oldest first."""
    with library.reading() as connection:
        wanted = dispatches.assets_sent(connection) if numbers is None else list(dict.fromkeys(numbers))
        known = assets.of_numbers(connection, wanted)
        went = dispatches.of_assets(connection, wanted)
        standing = editions.of_assets(connection, wanted)
    listed = [
        Sent(known[number], one, followed_by(one, went[number]), standing[number])
        for number in wanted
        for one in went[number]
    ]
    return tuple(sorted(listed, key=lambda one: one.dispatch.number))


def told_again_of(library: Library, numbers: Sequence[int], *, gone: bool = False) -> tuple[str, ...]:
    """Who has assets that were changed just now, and how to tell them: a sentence each, the first few alone.

    Args:
        gone: they were put out of sight, so that no correction can follow.
    """
    with library.reading() as connection:
        went = dispatches.of_assets(connection, list(dict.fromkeys(numbers)))
        standing = editions.of_assets(connection, list(went))
    alive = {number: sent for number, sent in went.items() if standing[number].killed is None}
    told = [words for number, sent in alive.items() if (words := told_again(number, sent, gone=gone))]
    more = [f"and {len(told) - _TOLD} more assets were sent: footage sent"] if len(told) > _TOLD else []
    return (*told[:_TOLD], *more)


_TOLD = 3


def record_dispatches(
    library: Library,
    connection: Connection,
    packed: Sequence["Packed"],
    folder: Path,
    client: str,
    profile: Profile,
) -> None:
    """Remember what a package says of each of its assets, in the deed that hands it out.

    Args:
        folder: where the package lies for good.
        client: who it is for; empty where nobody was named.
    """
    standing = editions.of_assets(connection, [one.captioned.asset.number for one in packed])
    for one in packed:
        asset = one.captioned.asset
        media = next(file for file in one.files if file.role == asset.kind.value)
        record = {
            **said(one.captioned),
            "day": library.today().isoformat(),
            "media": media.path,
            "sha256": media.sha256,
            "mask": one.masked.recipe if one.masked else "",
            **one.beside,
            "profile": profile.name,
            "formats": sorted(profile.formats),
            "lower_third": lower_third(profile, asset.kind),
            "terms": profile.terms,
        }
        version = standing[asset.number].version
        dispatches.add(
            connection, Dispatch(asset.number, client, str(folder), library.now(), version, record)
        )


def said(captioned: "Captioned") -> dict[str, object]:
    """What a package says of an asset today, in plain JSON values; sources stand by their names."""
    return {
        "caption": captioned.text,
        "credit": captioned.credit,
        "headline": captioned.subject.facts.headline or "",
        "facts": _fact_words(captioned.subject),
        "style": captioned.style,
    }


def lower_third(profile: Profile, kind: Kind) -> bool:
    """Whether a profile burns the credit into pictures of a kind."""
    return profile.video.lower_third if kind is Kind.VIDEO else profile.still.lower_third


def _fact_words(subject: Subject) -> dict[str, str | list[str]]:
    facts, source = subject.facts, subject.source
    named: dict[str, str | list[str]] = {}
    for field in fields(Facts):
        value = getattr(facts, field.name)
        if value not in (None, ()) and field.name not in (*INTERNAL, "headline", "credit"):
            named[field.name] = _words(value)
    if source is not None:
        named["source"] = published_name(source)
    if subject.relayed_by:
        named["relayed_by"] = list(map(published_name, subject.relayed_by))
    return named


def _words(value: object) -> str | list[str]:
    if isinstance(value, Moment):
        return moment_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return list(value) if isinstance(value, tuple) else str(value)

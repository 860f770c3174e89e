"""Kin: what hangs together with an asset, so that a desk decides on it as well."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from footage.catalogue import assets, custody, dispatches, editions, renditions, search
from footage.errors import BadInput, ToolFailed
from footage.library import Library
from footage.media.likeness import alike, miniature
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import look_still
from footage.model.asset import Asset, Purpose, Rendition
from footage.model.query import Query, Term, Test
from footage.vault import RENDITIONS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Kin:
    """An asset that hangs together with another one.

    Attributes:
        of: the other's number.
        how: in words.
        sent: whether it left the house.
    """

    asset: Asset
    of: int
    how: str
    sent: bool


def kin_of(library: Library, number: int) -> tuple[Kin, ...]:
    """The grabs, copies and near-duplicates of an asset that were not killed, the surest first, each once.

    What looks alike is searched for among the newest assets, by their thumbnails alone.
    """
    with library.reading() as connection:
        asset = assets.get(connection, number)
        found: dict[int, str] = {}
        for other, how in _recorded(connection, asset):
            found.setdefault(other, how)
        pictures = renditions.of_asset(connection, number, Purpose.THUMBNAIL)
        pictures += renditions.of_asset(connection, number, Purpose.KEYFRAME)[:_KEYFRAMES]
        newest = assets.newest(connection, _COMPARED)
        others = [
            row
            for other in newest
            if other.number != number and other.number not in found
            for row in renditions.of_asset(connection, other.number, Purpose.THUMBNAIL)
        ]
    for other in _looking_alike(library, pictures, others):
        found.setdefault(other, "looks the same")
    found.pop(number, None)
    with library.reading() as connection:
        return _undecided(connection, number, found)


_COMPARED = 300
_KEYFRAMES = 12
_LISTED = 50
_SEARCHED = 200
_COPY = re.compile(r"(?:[ ._-]+(?:copy|edit|edited|trim|cut|final|v\d{1,2})|\s*\(\d{1,3}\))+$")
"""What people and programs put behind the name of a copy."""


def _undecided(connection: Connection, number: int, found: dict[int, str]) -> tuple[Kin, ...]:
    """Those that may still be used: not killed, and in sight or sent before they were put out of it."""
    known = assets.of_numbers(connection, list(found))
    went = dispatches.of_assets(connection, list(known))
    standing = editions.of_assets(connection, list(known))
    return tuple(
        Kin(each, number, found[each.number], bool(went[each.number]))
        for each in known.values()
        if standing[each.number].killed is None and (each.discarded is None or went[each.number])
    )


def _recorded(connection: Connection, asset: Asset) -> Iterator[tuple[int, str]]:
    yield from ((grab.number, "grabbed from it") for grab in assets.grabs_of(connection, asset.number))
    if asset.grabbed_from is not None:
        yield asset.grabbed_from, "the video it was grabbed from"
        siblings = assets.grabs_of(connection, asset.grabbed_from)
        yield from ((grab.number, "grabbed from the same video") for grab in siblings)
    for event in custody.of_assets(connection, [asset.number]):
        if event.action == "flag like" and asset.number in event.assets[:2]:
            yield from ((other, "a copy: its flags were carried over") for other in event.assets[:2])
    yield from ((other, "has the same name") for other in _named_alike(connection, asset))


def _named_alike(connection: Connection, asset: Asset) -> list[int]:
    """The assets whose names are the same but for their extension and what marks a copy."""
    stem = _bare(asset.stem)
    query = Query((Term("name", Test.WORDS, stem),))
    near = assets.of_numbers(connection, search.find(connection, query, _SEARCHED))
    return [one.number for one in near.values() if _bare(one.stem) == stem][:_LISTED]


def _bare(stem: str) -> str:
    """A name without what marks a copy."""
    return _COPY.sub("", stem.casefold())


def _looking_alike(library: Library, mine: Sequence[Rendition], others: Sequence[Rendition]) -> list[int]:
    """The assets of those renditions that look like one of ours."""
    with (
        library.vault.workspace() as workspace,
        Sandbox([library.vault.root], workspace.scratch()) as sandbox,
    ):
        seen = [_miniature(library, sandbox, row) for row in mine]
        ours = [one for one in seen if one is not None]
        return [
            row.asset
            for row in others
            if ours and (theirs := _miniature(library, sandbox, row)) is not None and alike(theirs, ours)
        ]


def _miniature(library: Library, sandbox: Sandbox, row: Rendition) -> "NDArray[np.float64] | None":
    """A rendition for comparing; None where it cannot be seen (any more), or shows nothing."""
    path = library.vault.path(RENDITIONS, row.sha256, row.extension)
    if not path.is_file():
        return None
    try:
        return miniature(look_still(sandbox, path, FORMATS["jpeg"]).thumbnail)
    except (BadInput, ToolFailed):
        return None

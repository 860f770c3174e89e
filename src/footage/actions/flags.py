"""Listing flags."""

from collections.abc import Sequence

from sqlalchemy import Connection

from footage.catalogue import assets, flags, frames
from footage.library import Library
from footage.model.asset import Kind
from footage.model.flag import Flag, State
from footage.model.span import FrameIndex


def list_flags(
    library: Library, numbers: Sequence[int] | None, states: Sequence[State] = (), *, doubtful: bool = False
) -> tuple[Flag, ...]:
    """Flags of some assets (None: of all in sight), in the states asked for (none named: in all).

    With ``doubtful`` those that following left in doubt, and that nobody has answered.

    They come by asset, then by where they begin.
    """
    with library.reading() as connection:
        found = _all_of(connection, numbers)
    asked = states or not doubtful
    wanted = [
        flag
        for flag in found
        if (asked and (not states or flag.state in states)) or (doubtful and flag.drawn and flag.in_doubt)
    ]
    return tuple(
        sorted(wanted, key=lambda flag: (flag.asset, flag.span.start if flag.span else 0, flag.number))
    )


def _all_of(connection: Connection, numbers: Sequence[int] | None) -> list[Flag]:
    if numbers is None:
        return flags.in_states(connection, list(State))
    return [flag for found in flags.of_assets(connection, numbers).values() for flag in found]


def indexes_of(library: Library, numbers: Sequence[int]) -> dict[int, FrameIndex]:
    """The frame times of those assets that are videos, by number."""
    with library.reading() as connection:
        known = assets.of_numbers(connection, list(dict.fromkeys(numbers)))
        videos = [asset.number for asset in known.values() if asset.kind is Kind.VIDEO]
        return {number: frames.get(connection, number) for number in videos}

"""Selections: which assets the words on a command line name."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from footage.catalogue import assets, custody, search
from footage.errors import NotFound
from footage.model.asset import Asset
from footage.model.query import parse_query
from footage.model.selection import Last, Name, Numbers, parse_pick, too_short


def resolve(
    connection: Connection, words: Sequence[str], today: dt.date, *, discarded: bool = False
) -> list[int]:
    """The numbers that words name, each once, in the order of the words.

    A query's assets come by number unless it asks for another order. Discarded assets are out of sight: only
    naming one by itself finds it, and says why it is gone.

    Args:
        today: the day that queries count from.
        discarded: whether a discarded asset may be named too.

    Raises:
        NotFound: a word names nothing, more than one file, or a discarded asset.
        Usage: a word that cannot be read.
    """
    found: dict[int, None] = {}
    for word in words:
        found.update(dict.fromkeys(_named(connection, word, today, discarded)))
    return list(found)


def _named(connection: Connection, word: str, today: dt.date, discarded: bool) -> list[int]:
    pick = parse_pick(word)
    if isinstance(pick, Last):
        return _last(connection, discarded)
    if isinstance(pick, Numbers):
        return [
            number for first, last in pick.ranges for number in _between(connection, first, last, discarded)
        ]
    if candidates := _candidates(connection, pick):
        return [_only(pick, candidates, discarded).number]
    if pick.query:
        return _found(connection, word, today)
    raise _nothing_named(connection, word)


def _last(connection: Connection, discarded: bool) -> list[int]:
    added = assets.of_numbers(connection, custody.last_added(connection)).values()
    found = [asset.number for asset in added if discarded or asset.discarded is None]
    if not found:
        raise NotFound("nothing that the last add took in is in sight", "footage find lists what there is")
    return found


def _between(connection: Connection, first: int, last: int, discarded: bool) -> list[int]:
    if first == last:
        return [_in_sight(assets.get(connection, first), discarded).number]
    found = assets.between(connection, first, last)
    if not found:
        raise NotFound(f"there is no asset from {first} to {last}", "footage find lists what there is")
    return found


def _candidates(connection: Connection, pick: Name) -> list[Asset]:
    named = assets.by_name(connection, pick.text)
    started = assets.by_sha(connection, pick.sha256) if pick.sha256 else []
    return list({asset.number: asset for asset in (*named, *started)}.values())


def _only(pick: Name, candidates: Sequence[Asset], discarded: bool) -> Asset:
    in_sight = [asset for asset in candidates if asset.discarded is None]
    if len(in_sight) > 1:
        told = ", ".join(f"{asset.number} ({asset.name})" for asset in in_sight[:5])
        more = "" if len(in_sight) <= 5 else f" and {len(in_sight) - 5} more"
        numbers = ",".join(str(asset.number) for asset in in_sight[:5])
        raise NotFound(
            f"{pick.text} names more than one asset: {told}{more}", f"type a number, or {numbers} for all"
        )
    return _in_sight((in_sight or candidates)[0], discarded)


def _in_sight(asset: Asset, discarded: bool) -> Asset:
    if asset.discarded is not None and not discarded:
        hint = f"footage history {asset.number} tells more; adding the file again takes it back in"
        raise NotFound(f"asset {asset.number} ({asset.name}) was discarded: {asset.discarded}", hint)
    return asset


def _found(connection: Connection, word: str, today: dt.date) -> list[int]:
    query = parse_query([word], today)
    found = search.find(connection, query)
    if not found:
        raise NotFound(f"no asset matches {word}", "try fewer words with footage find")
    return found if query.sort else sorted(found)


def _nothing_named(connection: Connection, word: str) -> NotFound:
    if too_short(word):
        hint = "the start of a SHA-256 has six characters or more, with a letter among them"
    elif near := assets.near_names(connection, word):
        hint = f"did you mean {near[0]}?"
    else:
        hint = f"footage find {word} searches all text"
    return NotFound(f"no asset is called {word}", hint)

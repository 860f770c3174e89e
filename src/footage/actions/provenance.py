"""Provenance: the chain of hands that footage came through, as the desk writes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from footage.actions.source import source_key
from footage.catalogue import facts as fact_rows
from footage.catalogue import handovers, sources
from footage.errors import Usage
from footage.library import Deed, Library
from footage.model.change import Change
from footage.model.facts import Facts
from footage.model.moment import Moment, moment_text
from footage.model.provenance import Deed as Hand
from footage.model.provenance import Handover, chain_of, recorded_with, sentences, year_told
from footage.model.source import Source

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Provenance:
    """The chain of one asset.

    Attributes:
        chain: what was recorded, and where that is silent what follows from the facts.
        recorded: what was recorded alone.
        sources: the chain's parties, by key.
        sentences: the chain as the desk writes it.
    """

    asset: int
    chain: tuple[Handover, ...]
    recorded: tuple[Handover, ...]
    sources: Mapping[str, Source]
    sentences: tuple[str, ...]


def provenance(library: Library, numbers: Sequence[int]) -> tuple[Provenance, ...]:
    """The chains of assets, in that order."""
    with library.reading() as connection:
        return provenance_of(connection, numbers)


def provenance_of(connection: Connection, numbers: Sequence[int]) -> tuple[Provenance, ...]:
    """The same, read with a few statements however many they are."""
    facts = fact_rows.settled_of(connection, numbers)
    recorded = handovers.of_assets(connection, numbers)
    keys = {key for told in facts.values() for key in (told.source, *told.relayed_by) if key}
    keys |= {link.party for chain in recorded.values() for link in chain}
    known = sources.of_keys(connection, keys)
    return tuple(_provenance(number, facts[number], recorded[number], known) for number in numbers)


def obtained(
    library: Library, numbers: Sequence[int], party: str, on: Moment | None, statement: str
) -> tuple[Provenance, ...]:
    """Record from whom footage was obtained; an earlier such record of it is replaced.

    Args:
        party: a source's key, or an @handle (an unknown one becomes a stub).

    Raises:
        NotFound: an unknown source. Usage: a day that is still to come.
    """
    if on is not None and on.day > library.today() + timedelta(1):
        raise Usage(f"{moment_text(on)} is still to come", "--on takes the day on which it was obtained")

    def link(_: Provenance, key: str) -> Handover:
        return Handover(Hand.OBTAINED, key, on, statement)

    return _record(library, numbers, [party], link)


def relayed(
    library: Library, numbers: Sequence[int], parties: Sequence[str], *, with_statement: bool
) -> tuple[Provenance, ...]:
    """Record who else relayed footage, each party once.

    Raises:
        NotFound: an unknown source. Usage: there is no statement that could have been relayed.
    """

    def link(before: Provenance, key: str) -> Handover:
        if not with_statement:
            return Handover(Hand.RELAYED, key)
        said = next((one.statement for one in before.chain if one.statement.strip()), "")
        if not said:
            hint = f'footage set {before.asset} --statement "…"'
            raise Usage(f"asset {before.asset} came with no statement that could be relayed", hint)
        return Handover(Hand.RELAYED, key, None, said)

    return _record(library, numbers, parties, link)


def forget(library: Library, numbers: Sequence[int]) -> tuple[Provenance, ...]:
    """Take away what was recorded: the chain follows from the facts again."""
    with library.deed("provenance") as deed:
        changes = []
        for before in provenance_of(deed.connection, numbers):
            if before.recorded:
                handovers.replace_all(deed.connection, before.asset, ())
                changes.append(_change(before.asset, before.recorded, ()))
        made = provenance_of(deed.connection, numbers)
        _close(deed, changes, {})
    return made


def recorded_chain(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    """What is recorded of an asset's chain as changes tell it, and what puts such a record back."""
    number = int(key)

    def put(words: Record) -> None:
        handovers.replace_all(connection, number, handovers.from_words(words.get("chain", [])))

    return _told(handovers.of_asset(connection, number)), put


def _provenance(
    number: int, facts: Facts, recorded: tuple[Handover, ...], known: Mapping[str, Source]
) -> Provenance:
    chain = chain_of(facts, known.get(facts.source or ""), recorded)
    return Provenance(number, chain, recorded, known, sentences(chain, known, year_told(facts)))


def _record(
    library: Library,
    numbers: Sequence[int],
    parties: Sequence[str],
    link: Callable[[Provenance, str], Handover],
) -> tuple[Provenance, ...]:
    with library.deed("provenance") as deed:
        stubs = [word for word in parties if word.startswith("@") and not sources.find(deed.connection, word)]
        keys = [source_key(deed.connection, word) for word in parties]
        changes = []
        for before in provenance_of(deed.connection, numbers):
            after = before.recorded
            for key in keys:
                after = recorded_with(after, link(before, key))
            if after != before.recorded:
                handovers.replace_all(deed.connection, before.asset, after)
                changes.append(_change(before.asset, before.recorded, after))
        made = provenance_of(deed.connection, numbers)
        _close(deed, changes, {"stubs": stubs} if stubs else {})
    return made


def _close(deed: Deed, changes: Sequence[Change], made: Record) -> None:
    if changes:
        touched = [int(change.key) for change in changes]
        deed.record(touched, {"changes": [change.words() for change in changes], **made})
    else:
        deed.cancel()


def _change(number: int, before: Sequence[Handover], after: Sequence[Handover]) -> Change:
    return Change("provenance", str(number), _told(before), _told(after))


def _told(chain: Sequence[Handover]) -> Record:
    return {"chain": handovers.to_words(chain)} if chain else {}

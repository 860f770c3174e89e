"""Checks: a place, a date or a source verified by what, not verified, or found to be wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from footage.catalogue import facts as fact_rows
from footage.catalogue import verdicts
from footage.errors import Refused, Usage
from footage.library import Library
from footage.model.change import Change
from footage.model.provenance import About, Standing, Verdict, fact_checked

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of one asset."""

    asset: int
    verdict: Verdict


def check(
    library: Library, numbers: Sequence[int], about: About, standing: Standing, how: str
) -> tuple[Checked, ...]:
    """Keep what was found of assets, in place of what was found about the same before; one deed for all.

    Args:
        how: by what it was verified or contradicted.

    Raises:
        Usage: it was verified, and nobody says by what; or not verified, by something.
        Refused: nothing is stated that could have been verified or contradicted.
    """
    if standing is Standing.VERIFIED and not how.strip():
        raise Usage("nobody says by what it was verified", '--how "landmarks"')
    if standing is Standing.UNVERIFIED and how.strip():
        raise Usage("what is not verified was not verified by anything", "--not, or --how TEXT")
    with library.deed("checked") as deed:
        facts = fact_rows.settled_of(deed.connection, numbers)
        before = verdicts.of_assets(deed.connection, numbers)
        found = []
        for number in numbers:
            fact = fact_checked(about, facts[number])
            if standing is not Standing.UNVERIFIED and not fact:
                hint = f"footage set {number} {_OPTIONS[about]}"
                raise Refused(f"nothing is stated of the {about} of asset {number}", hint)
            verdict = Verdict(about, standing, how, library.actor, library.now(), fact)
            verdicts.put(deed.connection, number, verdict)
            found.append(Checked(number, verdict))
        after = verdicts.of_assets(deed.connection, numbers)
        changes = [
            Change("verdict", f"{n} {about}", _told(about, before[n]), _told(about, after[n]))
            for n in numbers
        ]
        deed.record(numbers, {"changes": [change.words() for change in changes]})
    return tuple(found)


def recorded_verdict(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    """What was found about one thing of an asset as changes tell it, and what puts such a record back."""
    number, about = int(key.split(" ")[0]), About(key.split(" ")[1])

    def put(words: Record) -> None:
        if words:
            told = {**words, "standing": Standing(words["standing"])}
            verdicts.put(connection, number, Verdict(about, **told))
        else:
            verdicts.drop(connection, number, about)

    return _told(about, verdicts.of_asset(connection, number)), put


_OPTIONS = {About.PLACE: '--place "…"', About.DATE: "--shot DATE", About.SOURCE: "--source KEY"}


def _told(about: About, found: Sequence[Verdict]) -> Record:
    """What was found about one thing, as changes tell it; nothing where it was not checked."""
    verdict = next((one for one in found if one.about is about), None)
    if verdict is None:
        return {}
    names = ("how", "actor", "at", "fact")
    return {"standing": verdict.standing.value, **{name: getattr(verdict, name) for name in names}}

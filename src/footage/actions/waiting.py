"""What waits for a person in a library."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from footage.actions.ready import ready
from footage.catalogue import assets, flags
from footage.library import Library
from footage.model.clearance import Clearance
from footage.model.flag import State

_SHOWN = 8
_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that waits, and the assets it waits on."""

    what: str
    assets: tuple[int, ...]
    hint: str

    @property
    def count(self) -> int:
        """How many assets."""
        return len(self.assets)

    def numbers_words(self) -> str:
        """The first numbers, as a command takes them."""
        shown = ",".join(map(str, self.assets[:_SHOWN]))
        return f"{shown} …" if self.count > _SHOWN else shown


@dataclass(frozen=True, slots=True)
class Overview:
    """How many assets are in sight, and what waits: flags of all, the rest of the newest five hundred."""

    assets: int
    items: tuple[Waiting, ...]


def waiting(library: Library) -> Overview:
    """Gather what stands between assets and publication."""
    with library.reading() as connection:
        total = assets.count(connection)
        undecided = _assets_with(connection, State.PROPOSED)
        unmasked = _assets_with(connection, State.OPEN)
        doubtful = _assets_in_doubt(connection)
        numbers = sorted(asset.number for asset in assets.newest(connection, _LOOKED_AT))
    clearances = ready(library, numbers)
    items = [
        Waiting(what, found, hint)
        for what, found, hint in (
            ("flags nobody has decided on", undecided, "footage flags --proposed"),
            ("flags without a mask", unmasked, "footage blur flagged:open"),
            ("masks that may have lost what they follow", doubtful, "footage flags --doubtful"),
        )
        if found
    ]
    items += [
        Waiting(what, tuple(found), hint.format(first=found[0]))
        for what, kinds, hint in _KINDS
        if (found := _held(clearances, kinds))
    ]
    clear = tuple(clearance.asset for clearance in clearances if clearance.ready)
    if clear:
        items.append(Waiting("ready to export", clear, f"footage export {_words(clear)} --to DIR"))
    return Overview(total, tuple(items))


def _assets_with(connection: Connection, state: State) -> tuple[int, ...]:
    return tuple(sorted({flag.asset for flag in flags.in_states(connection, [state])}))


def _assets_in_doubt(connection: Connection) -> tuple[int, ...]:
    drawn = flags.in_states(connection, [State.OPEN, State.MASKED])
    return tuple(sorted({flag.asset for flag in drawn if flag.in_doubt}))


def _held(clearances: Sequence[Clearance], kinds: Collection[str]) -> list[int]:
    return [one.asset for one in clearances if any(obstacle.kind in kinds for obstacle in one.obstacles)]


def _words(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers)) if len(numbers) <= _SHOWN else "ASSETS"


_KINDS = (
    (
        "masks missing, stale or unproven",
        ("mask-missing", "mask-stale", "mask-unproven"),
        "footage blur {first}",
    ),
    ("masks nobody has looked at", ("not-looked-at",), "footage flags {first}"),
    ("facts a caption lacks", ("no-caption",), "footage ready {first}"),
    ("nobody credited", ("no-credit",), "footage set {first} --source KEY"),
    ("sources to fill in", ("stub-source",), "footage source list"),
    ("captions that contradict the facts", ("caption-contradiction",), "footage caption {first} --check"),
    ("embargoed", ("embargo",), "footage show {first}"),
    ("expired", ("expired",), "footage show {first}"),
)

"""What waits for a person in a library."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from footage.actions.correct import changed_since_sent
from footage.actions.ready import ready
from footage.catalogue import assets, flags
from footage.library import Library
from footage.model.clearance import Clearance
from footage.model.flag import State

_SHOWN = 8
_LOOKED_AT = 500
_OPENS_SOON = timedelta(hours=24)
_ENDS_SOON = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that waits, and the assets it waits on.

    Attributes:
        at: when it comes, by the clock on this machine's wall; None for what waits already.
    """

    what: str
    assets: tuple[int, ...]
    hint: str
    at: datetime | None = None

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
        outdated = changed_since_sent(library, connection, numbers)
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
    if outdated:
        hint = f"footage correct {outdated[0]} --because TEXT"
        items.append(Waiting("changed since they were sent", outdated, hint))
    clear = tuple(clearance.asset for clearance in clearances if clearance.ready)
    if clear:
        items.append(Waiting("ready to export", clear, f"footage export {_words(clear)} --to DIR"))
    items += _coming(clearances, library.clock())
    return Overview(total, tuple(items))


def _coming(clearances: Sequence[Clearance], now: datetime) -> Iterator[Waiting]:
    """The embargoes that end within a day, and the uses that end within three, the next first."""
    found: dict[tuple[datetime, str, str], list[int]] = {}
    for one in clearances:
        if one.opens and now < one.opens <= now + _OPENS_SOON:
            key = (one.opens, "embargo ends", "footage export {assets} --to DIR")
            found.setdefault(key, []).append(one.asset)
        if one.ends and now < one.ends <= now + _ENDS_SOON:
            found.setdefault((one.ends, "use ends", "footage sent {assets}"), []).append(one.asset)
    for (moment, what, hint), numbers in sorted(found.items()):
        local = moment.astimezone()
        when = f"{what} {local:%Y-%m-%d %H:%M} {local:%Z}"
        yield Waiting(when, tuple(numbers), hint.format(assets=_words(numbers)), local)


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
    ("facts found to be wrong", ("contradicted-fact",), "footage ready {first}"),
    ("standing texts out of date", ("stale-text", "unknown-text"), "footage text list"),
    ("embargoed", ("embargo",), "footage show {first}"),
    ("expired", ("expired",), "footage show {first}"),
)

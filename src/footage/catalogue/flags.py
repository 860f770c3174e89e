"""Flags."""

import dataclasses
import json
import zlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from footage.catalogue import tables
from footage.catalogue.assets import LARGEST_NUMBER
from footage.catalogue.batches import batches
from footage.errors import Conflict, Damaged, NotFound
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.geometry import Pose, Region, Shape
from footage.model.span import Span

_flag = tables.flag


def add(connection: Connection, flag: Flag) -> Flag:
    """Keep a new flag; gives it with its number."""
    values = _values(flag)
    del values["number"]
    (number,) = connection.execute(insert(_flag).values(values)).inserted_primary_key or (0,)
    return dataclasses.replace(flag, number=number)


def get(connection: Connection, number: int) -> Flag:
    """The flag of a number.

    Raises:
        NotFound: there is none.
    """
    if 0 < number <= LARGEST_NUMBER and (
        found := _read(connection, select(_flag).where(_flag.c.number == number))
    ):
        return found[0]
    last = connection.scalar(select(func.max(_flag.c.number)))
    hint = f"the newest flag is {last}; list them with footage flags" if last else "nothing is flagged yet"
    raise NotFound(f"there is no flag {number}", hint)


def of_asset(connection: Connection, number: int) -> list[Flag]:
    """An asset's flags, by number."""
    return of_assets(connection, [number])[number]


def of_assets(connection: Connection, numbers: Sequence[int]) -> dict[int, list[Flag]]:
    """The flags of several assets by asset, each asset's by number."""
    found: dict[int, list[Flag]] = {number: [] for number in numbers}
    for batch in batches(numbers):
        for flag in _read(connection, select(_flag).where(_flag.c.asset.in_(batch))):
            found[flag.asset].append(flag)
    return found


def in_states(connection: Connection, states: Collection[State]) -> list[Flag]:
    """The flags in any of some states, of assets in sight, by number."""
    in_sight = select(_flag).join(tables.asset).where(tables.asset.c.discarded.is_(None))
    return _read(connection, in_sight.where(_flag.c.state.in_([state.value for state in states])))


def replace(connection: Connection, flag: Flag) -> Flag:
    """Write a flag anew; gives it with its next revision.

    Raises:
        Conflict: it was changed since it was read.
    """
    values = _values(flag) | {"revision": flag.revision + 1}
    seen = (_flag.c.number == flag.number) & (_flag.c.revision == flag.revision)
    if connection.execute(update(_flag).where(seen).values(values)).rowcount != 1:
        raise Conflict(
            f"flag {flag.number} was changed by somebody else meanwhile",
            f"look at it with footage flags {flag.asset}, then try again",
        )
    return dataclasses.replace(flag, revision=flag.revision + 1)


def _read(connection: Connection, chosen: Select[Any]) -> list[Flag]:
    return [_noun(row) for row in connection.execute(chosen.order_by(_flag.c.number))]


def _values(flag: Flag) -> dict[str, Any]:
    return {
        "number": flag.number,
        "asset": flag.asset,
        "start": flag.span.start if flag.span else None,
        "end": flag.span.end if flag.span else None,
        "reasons": list(flag.reasons),
        "state": flag.state.value,
        "shape": flag.shape.value,
        "poses": _poses_values(flag.poses),
        "treatment": flag.treatment.value if flag.treatment else None,
        "note": flag.note,
        "because": flag.because,
        "looked": flag.looked,
        "revision": flag.revision,
        "mute": flag.mute,
        "follow": flag.follow,
        "track": _packed(flag.track) if flag.track else None,
        "doubtful": [[span.start, span.end] for span in flag.doubtful],
        "answered": flag.answered,
    }


def _noun(row: Row[Any]) -> Flag:
    return Flag(
        number=row.number,
        asset=row.asset,
        span=None if row.start is None else Span(row.start, row.end),
        reasons=tuple(Reason(reason) for reason in row.reasons),
        state=State(row.state),
        shape=Shape(row.shape),
        poses=_poses(row.poses),
        treatment=Treatment(row.treatment) if row.treatment else None,
        note=row.note,
        because=row.because,
        mute=row.mute,
        follow=row.follow,
        track=_unpacked(row.track, row.number) if row.track else (),
        doubtful=tuple(Span(start, end) for start, end in row.doubtful),
        answered=row.answered,
        looked=row.looked,
        revision=row.revision,
    )


def _poses_values(poses: Sequence[Pose]) -> list[list[Any]]:
    return [[pose.tick, *dataclasses.astuple(pose.region), *map(list, pose.points)] for pose in poses]


def _poses(values: Sequence[Sequence[Any]]) -> tuple[Pose, ...]:
    return tuple(
        Pose(tick, Region(x, y, w, h), tuple((p, q) for p, q in points))
        for tick, x, y, w, h, *points in values
    )


def _packed(track: Sequence[Pose]) -> bytes:
    """A pose for every frame is long: the same JSON as poses, compressed with zlib."""
    return zlib.compress(json.dumps(_poses_values(track), separators=(",", ":")).encode())


def _unpacked(packed: bytes, flag: int) -> tuple[Pose, ...]:
    try:
        return _poses(json.loads(zlib.decompress(packed)))
    except (zlib.error, ValueError, TypeError) as error:
        hint = f"footage flag --edit {flag} --follow follows it anew"
        raise Damaged(f"the record of where flag {flag} lies is broken", hint) from error

"""The custody log: what we did, each event chained to the one before by its hash."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Event:
    """One deed.

    Attributes:
        sequence: from 1, without a gap.
        at: UTC, ISO 8601 with milliseconds.
        actor: who acted.
        action: the deed's name.
        assets: numbers of the assets it touched.
        detail: what was done, as JSON values.
        previous: the hash of the event before (sixty-four zeros before the first).
        hash: SHA-256 of ``previous`` and the canonical JSON of the rest.
    """

    sequence: int
    at: str
    actor: str
    action: str
    assets: tuple[int, ...]
    detail: Mapping[str, object]
    previous: str
    hash: str


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces, the same text for the same value everywhere.

    >>> canonical({"b": 1, "a": "ґ"})
    '{"a":"ґ","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Surrogates that stand for no byte of a file's name, which no encoding takes: as JSON's own escapes.
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def event_hash(
    previous: str,
    sequence: int,
    at: str,
    actor: str,
    action: str,
    assets: Iterable[int],
    detail: Mapping[str, object],
) -> str:
    """The hash that names an event and all before it."""
    body = canonical([sequence, at, actor, action, list(assets), detail])
    body = _NO_BYTE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", body)
    return hashlib.sha256(f"{previous}\n{body}".encode("utf-8", "surrogateescape")).hexdigest()


def broken_links(events: Iterable[Event]) -> list[int]:
    """The sequence numbers at which a chain does not hold, in order."""
    previous, expected, broken = GENESIS, 1, []
    for event in events:
        made = event_hash(
            event.previous, event.sequence, event.at, event.actor, event.action, event.assets, event.detail
        )
        if event.previous != previous or event.sequence != expected or event.hash != made:
            broken.append(event.sequence)
        previous, expected = event.hash, event.sequence + 1
    return broken

"""What went to whom, the versions that corrections make, and how two of them differ."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

Record = Mapping[str, object]


class NoticeKind(StrEnum):
    """What a notice asks of those who were sent something."""

    CORRECTION = "correction"
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One asset in one package or notice that left the house.

    Attributes:
        number: the catalogue's; 0 before it gave one.
        client: who it was for; empty where nobody was named.
        folder: where the package was written; a notice keeps the folder of the package that it is about.
        at: UTC, ISO 8601 with milliseconds.
        version: of the asset, as it went out.
        notice: empty for a package, else a :class:`NoticeKind`.
        record: what was said of it, as :func:`differences` compares it, and what told its media apart.
    """

    asset: int
    client: str
    folder: str
    at: str
    version: int
    record: Record
    notice: str = ""
    number: int = 0

    @property
    def receiver(self) -> "Receiver":
        """Who got it."""
        return Receiver(self.client, self.folder)


class Receiver(NamedTuple):
    """A client (empty where nobody was named) and the folder that its package was written to."""

    client: str
    folder: str


@dataclass(frozen=True, slots=True)
class Edition:
    """How often an asset was changed after it went out.

    Attributes:
        version: 1 until the first correction.
        killed: why it may never be used again; None while it may.
    """

    asset: int
    version: int = 1
    killed: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was said and what is said instead; empty where nothing was or is."""

    field: str
    label: str
    before: str
    after: str


def differences(before: Record, after: Record) -> tuple[Difference, ...]:
    """How two records differ, field by field: the caption first, then the credit, the headline and the facts.

    What lies beside the caption is compared only where both tell of it.

    >>> old = {"caption": "Smoke in Kyiv.", "facts": {"city": "Kyiv", "person": ["A", "B"]}}
    >>> new = {"caption": "Smoke in Lviv.", "facts": {"city": "Lviv", "person": ["A", "B"]}}
    >>> [(one.label, one.before, one.after) for one in differences(old, new)]
    [('Caption', 'Smoke in Kyiv.', 'Smoke in Lviv.'), ('City', 'Kyiv', 'Lviv')]
    """
    old, new = _texts(before), _texts(after)
    for name in _BESIDE:
        if name in before and name in after:
            old[name], new[name] = _text(before[name]), _text(after[name])
    return tuple(
        Difference(name, _label(name), old.get(name, ""), new.get(name, ""))
        for name in {**old, **new}
        if old.get(name, "") != new.get(name, "")
    )


def still_says(text: str, difference: Difference) -> bool:
    """Whether a text says what a difference took back; where what holds now contains that, it is none.

    >>> moved = Difference("place", "Place", "Bakhmut", "Near Bakhmut")
    >>> still_says("Smoke over Bakhmut", moved), still_says("Smoke near Bakhmut", moved)
    (True, False)
    """
    if not difference.before.strip():
        return False
    now, before = difference.after.casefold(), difference.before.casefold()
    told = text.casefold().replace(now, "") if now else text.casefold()
    return re.search(rf"(?<!\w){re.escape(before)}(?!\w)", told) is not None


def told_again(number: int, dispatches: Sequence[Dispatch], *, gone: bool = False) -> str:
    """Who has an asset that changes here, and how to tell them; empty where nobody has.

    Args:
        gone: it is put out of sight, so that no correction can follow.
    """
    clients = list(dict.fromkeys(one.client for one in latest(dispatches)))
    if not clients:
        return ""
    named = [client or "somebody not named" for client in clients]
    shown = ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED} more" if len(named) > _NAMED else "")
    tell = "" if gone else f"footage correct {number} --because TEXT, or "
    return f"asset {number} was sent to {shown}; to tell them: {tell}footage kill {number} --because TEXT"


_NAMED = 5


def latest(dispatches: Sequence[Dispatch]) -> dict[Receiver, Dispatch]:
    """The newest of each receiver of one asset, oldest receiver first; of its packages and notices alike."""
    return {one.receiver: one for one in sorted(dispatches, key=lambda one: one.number)}


def package_of(dispatch: Dispatch, dispatches: Sequence[Dispatch]) -> Dispatch:
    """The package that a dispatch (a notice, or a package itself) is about."""
    sent = [one for one in dispatches if not one.notice and one.receiver == dispatch.receiver]
    return sent[-1] if sent else dispatch


def followed_by(dispatch: Dispatch, dispatches: Sequence[Dispatch]) -> Dispatch | None:
    """The last notice that followed a package to the same receiver; None where none did, or for a notice."""
    later = [
        one
        for one in dispatches
        if one.notice and one.number > dispatch.number and one.receiver == dispatch.receiver
    ]
    return None if dispatch.notice or not later else later[-1]


_BESIDE = ("provenance", "shot_list", "subtitles")
"""What packages say beside captions and facts; records of older packages are silent about it."""

_LABELS = {
    "shot": "Date shot",
    "undated": "Undated",
    "url": "Published at",
    "rights": "Usage terms",
    "person": "Shown",
    "keyword": "Keywords",
    "embargo": "Embargoed until",
    "expires": "Not to be used after",
    "alt": "Alternative text",
}


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def _texts(record: Record) -> dict[str, str]:
    texts = {name: _text(record.get(name, "")) for name in ("caption", "credit", "headline")}
    facts = record.get("facts")
    if isinstance(facts, Mapping):
        texts |= {str(name): _text(value) for name, value in facts.items()}
    return texts


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)

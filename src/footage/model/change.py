"""Changes of what is stated: what the custody log keeps of them, enough to take them back."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One record that was changed.

    Attributes:
        what: the kind of record (``facts``, ``story``, ``source``, ``caption``, ``description`` …).
        key: which one, as text.
        before, after: what it stated; empty for a record that was not there.
    """

    what: str
    key: str
    before: Mapping[str, object]
    after: Mapping[str, object]

    def words(self) -> dict[str, object]:
        """The change as the custody log writes it."""
        return {"what": self.what, "key": self.key, "before": dict(self.before), "after": dict(self.after)}


def changes_of(detail: Mapping[str, object]) -> tuple[Change, ...]:
    """The changes that an event's detail tells of; none for a deed that changed no facts."""
    told = detail.get("changes", [])
    if not isinstance(told, list):
        return ()
    return tuple(Change(item["what"], item["key"], item["before"], item["after"]) for item in told)

"""Proof: what was read back from a masked rendition before it was believed."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of each check by name: an empty text is a pass, anything else says what failed."""

    checks: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether checks were made and all of them passed."""
        return bool(self.checks) and not any(self.checks.values())

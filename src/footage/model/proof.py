"""Proof: what was read back from a masked rendition before it was believed."""

import json
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

    def passed(self) -> dict[str, bool]:
        """Whether each check passed, by name."""
        return {name: not failure for name, failure in self.checks.items()}

    def words(self) -> str:
        """The proof as the catalogue keeps it.

        >>> proof_of(Proof({"sound": ""}).words()).ok
        True
        """
        return json.dumps(dict(self.checks), sort_keys=True)


def proof_of(words: str) -> Proof:
    """The proof that :meth:`Proof.words` wrote; no words are a proof that does not hold."""
    return Proof(json.loads(words) if words else {})

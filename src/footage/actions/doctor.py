"""What this installation is made of."""

from dataclasses import dataclass

from footage.media.rungs import Rung
from footage.media.sandbox import rungs
from footage.media.tools import versions


@dataclass(frozen=True, slots=True)
class Health:
    """Versions by name, and what a decoding child gives up on this machine."""

    versions: dict[str, str]
    rungs: tuple[Rung, ...]


def doctor() -> Health:
    """Ask the tools and a real child."""
    return Health(versions(), rungs())

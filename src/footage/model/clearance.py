"""Clearance: may this be published now, and if not, why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands between an asset and publication, with the command that removes it."""

    kind: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Clearance:
    """The one answer for one asset."""

    asset: int
    obstacles: tuple[Obstacle, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles

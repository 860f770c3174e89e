"""How long deeds say how far they are."""

from typing import Protocol


class Progress(Protocol):
    """Where a deed reports; a terminal bar, a job row, or :class:`Silent`."""

    def step(self, label: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` units (frames, bytes, files) of ``label`` are behind us."""


class Silent:
    """Reports to nobody."""

    def step(self, label: str, done: int, total: int) -> None:
        """Say nothing."""

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


class Named:
    """Reports for one of several things that are worked on at once."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress, self._name = progress, name

    def step(self, label: str, done: int, total: int) -> None:
        """Say it with the thing's name before the label."""
        self._progress.step(f"{self._name}: {label}", done, total)

"""A figure of a benchmark: what was asked, what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a benchmark's table.

    Attributes:
        wanted: the limit, in words; empty for a figure that is only told.
        met: whether the limit holds; None for a figure that is only told.
    """

    name: str
    measured: str
    wanted: str = ""
    met: bool | None = None

    def line(self) -> str:
        """The figure as a line of the table."""
        verdict = {True: "met", False: "MISSED", None: ""}[self.met]
        return f"{self.name:56} {self.measured:>18}  {self.wanted:22} {verdict}".rstrip()

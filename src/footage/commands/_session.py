"""What one run of the command line holds: where the library is, who acts, and how to speak."""

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footage.errors import NotFound
from footage.model.printable import printable
from footage.model.progress import Progress, Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from footage.library import Library

MARKER = "footage.toml"

Clock = Callable[[], datetime]
_PIECE = re.compile(r"[^\s/]*/+|[^\s/]+\s*|\s+")
_BETWEEN = 3
_WORD = 40
"""The longest piece of a word for which other columns give way, and what stands between columns."""
_NARROW = 16
"""Columns up to this wide (numbers, states, dates) are never cut or wrapped to fit a terminal."""


@dataclass
class Session:
    """One run.

    Attributes:
        folder: what ``--library`` said; None where it was silent.
        actor: what ``--as`` said; None where it was silent.
        clock: gives the present moment, aware.
        json: whether one JSON document is wanted.
        code: the exit code so far; the highest wins.
    """

    environment: Mapping[str, str]
    clock: Clock = field(default_factory=lambda: present)
    folder: Path | None = None
    actor: str | None = None
    json: bool = False
    code: int = 0
    library_root: Path | None = field(default=None, init=False)

    def who(self) -> str:
        """Who acts: the option, the environment, the system's user."""
        import getpass

        if named := self.actor or self.environment.get("FOOTAGE_ACTOR"):
            return named
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return f"uid {os.getuid()}"

    def root(self) -> Path:
        """Where the library is, or would be: the option, the environment, upwards from here, the home."""
        if self.folder is not None:
            return self.folder.absolute()
        if named := self.environment.get("FOOTAGE_LIBRARY"):
            return Path(named).absolute()
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / MARKER).is_file():
                return folder
        return Path.home() / "Footage"

    @contextmanager
    def library(self, *, make: bool = False, dry_run: bool = False) -> "Iterator[Library]":
        """The library, open; with ``make`` one that is absent is made (never by a dry run).

        Raises:
            NotFound: there is none.
        """
        from footage.library import make_library, open_library
        from footage.settings import Settings

        root = self.root()
        self.library_root = root
        if make and not (root / MARKER).is_file():
            if dry_run:
                raise NotFound(f"there is no library in {root} yet", f"footage init {root}")
            make_library(
                root, Settings(), actor=self.who(), clock=self.clock, environment=self.environment
            ).close()
            self.note(f"made a new library in {root}")
        library = open_library(
            root, actor=self.who(), clock=self.clock, environment=self.environment, dry_run=dry_run
        )
        try:
            yield library
        finally:
            library.close()
        if dry_run:
            self.note("dry run: nothing was changed")

    def worsen(self, code: int) -> None:
        """Remember an exit code; the highest wins."""
        self.code = max(self.code, code)

    def say(self, text: str = "") -> None:
        """Print a line for people on stdout; nothing in JSON mode."""
        if not self.json:
            print(printable(text))

    def note(self, text: str) -> None:
        """Print a line on stderr."""
        print(printable(text), file=sys.stderr)

    def document(self, value: object) -> None:
        """Print the one JSON document; nothing where people read."""
        if self.json:
            import json

            text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
            print(text.encode("utf-8", "backslashreplace").decode("utf-8"))

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        flexible: str = "",
        firm: Collection[str] = (),
    ) -> None:
        """Print a table: fitted to a terminal, tab-separated in a pipe.

        Args:
            columns: their names; all empty for a list of names and values, which needs no head.
            flexible: the column that gives way where the terminal is narrow (the last where none is named).
            firm: columns that are never wrapped, however wide they are.
        """
        if self.json:
            return
        cells = [[printable("" if cell is None else str(cell)) for cell in row] for row in rows]
        if sys.stdout.isatty():
            _fitted_table(columns, cells, flexible or columns[-1], firm)
        else:
            if any(columns):
                print("\t".join(columns))
            for row in cells:
                print("\t".join(row))

    @contextmanager
    def progress(self) -> "Iterator[Progress]":
        """A bar on a terminal, silence elsewhere."""
        if not sys.stderr.isatty() or self.json:
            yield Silent()
            return
        from footage.commands._bar import Bar

        with Bar() as bar:
            yield bar


def _fitted_table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], flexible: str, firm: Collection[str]
) -> None:
    """A table as wide as the terminal at most; columns with nothing in them are left out."""
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    filled = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    columns, rows = [columns[at] for at in filled], [[row[at] for at in filled] for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=any(columns))
    console = Console(highlight=False)
    widths = [max(map(cell_len, (name, *(row[at] for row in rows)))) for at, name in enumerate(columns)]
    room = console.width - _BETWEEN * (len(columns) - 1) - sum(widths)
    broken: dict[int, list[str]] = {}
    for number, (name, width) in enumerate(zip(columns, widths, strict=True)):
        gives = name == flexible and (any(columns) or number == len(columns) - 1)
        if not gives and (width <= _NARROW or name in firm):
            table.add_column(name, no_wrap=True, min_width=width)
        elif gives and room < 0:
            pieces = [piece for row in rows for piece in _pieces(row[number])]
            least = min(_WORD, max(map(cell_len, (name, *map(str.strip, pieces)))))
            table.add_column(name, overflow="fold", min_width=least)
            broken[number] = [_broken(row[number], max(least, width + room)) for row in rows]
        else:
            table.add_column(name, overflow="fold")
    for at, row in enumerate(rows):
        cells = (broken[number][at] if number in broken else cell for number, cell in enumerate(row))
        table.add_row(*map(Text, cells))
    console.print(table)


def _pieces(cell: str) -> list[str]:
    """The parts of a cell between which a line may end: behind white space, and behind a stroke in a word."""
    return _PIECE.findall(cell)


def _broken(cell: str, width: int) -> str:
    """A cell in lines of a width, as far as its pieces allow."""
    from rich.cells import cell_len

    lines = [""]
    for piece in _pieces(cell):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _plain(value: object) -> Any:
    """Numbers and dates as JSON says them."""
    from fractions import Fraction

    if isinstance(value, Fraction):
        return round(float(value), 6)
    if isinstance(value, (Path, datetime)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a document")


def present() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


pass_session = click.make_pass_decorator(Session)

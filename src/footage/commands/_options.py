"""Options that several verbs share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footage.errors import Usage

if TYPE_CHECKING:
    from footage.library import Library

Function = Callable[..., Any]


def dry_run(function: Function) -> Function:
    """``--dry-run``: all but the change."""
    return click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing.")(function)


def assets(*, required: bool = True) -> Callable[[Function], Function]:
    """``ASSETS``: any number of words that name assets."""
    metavar = "ASSETS..." if required else "[ASSETS...]"
    return click.argument("words", metavar=metavar, nargs=-1, required=required)


def notice(function: Function) -> Function:
    """``--because`` and ``--to``: what a notice says, and where it is written."""
    because = click.option("--because", required=True, help="Why, in words for those who were sent it.")
    folder = click.option(
        "--to",
        "folder",
        type=click.Path(path_type=Path),
        help="A new or empty folder.  [one under notices/ in the library]",
    )
    return because(folder(function))


def one_asset(library: "Library", word: str) -> int:
    """The one asset that a word names.

    Raises:
        Usage: it names several.
    """
    from footage.actions.find import select

    numbers = select(library, [word])
    if len(numbers) != 1:
        raise Usage(f"{word!r} names {len(numbers)} assets; one is wanted", "name one by its number")
    return numbers[0]

"""``footage set``."""

from typing import TYPE_CHECKING, Any, BinaryIO

import click

from footage.commands import _options
from footage.commands._facts import facts_options, typed_facts
from footage.commands._group import verb
from footage.commands._session import Session, pass_session
from footage.errors import FootageError

if TYPE_CHECKING:
    from footage.actions.facts import Outcome
    from footage.library import Library


@verb(
    "set",
    examples="""
    footage set 1 --city Bakhmut --keyword artillery
    footage set 1 --unset city
    footage set 2 --take all
    footage set --from facts.csv --dry-run
    """,
)
@_options.assets(required=False)
@facts_options
@click.option("--unset", metavar="FIELD", multiple=True, help="Take a fact away (repeatable).")
@click.option(
    "--take",
    "taken",
    metavar="FIELD",
    multiple=True,
    help="Take up what the file says of itself: a fact, or all (repeatable).",
)
@click.option(
    "--from",
    "table",
    metavar="FILE.csv",
    type=click.File("rb"),
    help="State what a table says that find --csv began; of ASSETS only, where some are named.",
)
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    unset: tuple[str, ...],
    taken: tuple[str, ...],
    table: BinaryIO | None,
    dry_run: bool,
    **stated: Any,
) -> None:
    """State FACTS of ASSETS.

    What a person says wins over the story. What a file says of itself is only proposed (footage show); --take
    takes it up.

    In a table, an empty cell changes nothing, (unset) takes a fact away, and | stands between several values.
    """
    from footage.actions.facts import set_facts
    from footage.actions.find import select
    from footage.commands._difference import say_outcome
    from footage.commands._notices import note_receivers

    said = [name for name, value in stated.items() if value not in (None, ())]
    if table is not None and (said or unset or taken):
        raise click.UsageError("--from takes all facts from the table; leave the other options out.")
    if table is None and not words:
        raise click.UsageError("Missing argument 'ASSETS...'.")
    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        if table is not None:
            outcome = _from_table(library, table, numbers if words else None)
        else:
            outcome = set_facts(library, numbers, typed_facts(session, library, stated), unset, taken)
        note_receivers(session, library, outcome.numbers)
    say_outcome(session, outcome, dry_run=dry_run)


def _from_table(library: "Library", table: BinaryIO, only: list[int] | None) -> "Outcome":
    from footage.actions.facts_table import set_from_table

    try:
        return set_from_table(library, table.read(), only)
    except FootageError as error:
        error.message = f"{table.name}: {error.message}"
        raise

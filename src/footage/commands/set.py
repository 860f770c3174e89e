"""``footage set``."""

from typing import Any

import click

from footage.commands import _options
from footage.commands._facts import facts_options, read_facts
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb(
    "set",
    examples="""
    footage set 1 --city Bakhmut --keyword artillery
    footage set 1 --unset city
    footage set 2 --take all
    """,
)
@_options.assets()
@facts_options
@click.option("--unset", metavar="FIELD", multiple=True, help="Take a fact away (repeatable).")
@click.option(
    "--take",
    "taken",
    metavar="FIELD",
    multiple=True,
    help="Take up what the file says of itself: a fact, or all (repeatable).",
)
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    unset: tuple[str, ...],
    taken: tuple[str, ...],
    dry_run: bool,
    **stated: Any,
) -> None:
    """State FACTS of ASSETS.

    What a person says wins over the story. What a file says of itself is only proposed (footage show); --take
    takes it up.
    """
    from footage.actions.facts import set_facts
    from footage.actions.find import select

    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        changed = set_facts(library, numbers, read_facts(stated, library.today()), unset, taken)
    session.say(f"changed: {', '.join(map(str, changed)) or 'nothing'}")
    session.document({"changed": list(changed)})

"""``footage add``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from footage.commands._facts import facts_options, typed_facts
from footage.commands._group import verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.add import Taken


@verb(
    "add",
    examples="""
    footage add clip.mp4 still.jpg --source 92ombr --released 2023-03-24 --undated --country Ukraine
    footage add card/ --story bakhmut
    """,
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@facts_options
@dry_run
@pass_session
def command(session: Session, /, paths: tuple[Path, ...], dry_run: bool, **stated: Any) -> None:
    """Take files and folders in.

    The originals are copied into the vault and never touched. A file that is known already is named, not
    stored twice; one that is no footage is refused, and the others are taken in all the same.
    """
    from footage.actions.add import add

    documents = []
    with session.library(make=True, dry_run=dry_run) as library, session.progress() as progress:
        facts = typed_facts(session, library, stated)
        for taken in add(library, paths, facts, progress):
            _say(session, taken)
            documents.append(_document(taken))
    if not documents:
        session.note("nothing to add: hidden files, sidecars and whatever lies in a library are passed over")
    session.document(documents)


def _say(session: Session, taken: "Taken") -> None:
    from footage.commands._door import exit_code

    if taken.error is not None:
        session.worsen(exit_code(taken.error))
    if session.json:
        return
    number = f"asset {taken.asset}: " if taken.asset else ""
    line = f"{number}{taken.path}: {taken.verdict}"
    told = f"{line}: {taken.reason}" if taken.reason else line
    if taken.error is None:
        session.say(told)
    else:
        session.note(told)
    if taken.hint:
        session.note(f"  hint: {taken.hint}")


def _document(taken: "Taken") -> dict[str, object]:
    return {
        "path": str(taken.path),
        "verdict": taken.verdict.value,
        "asset": taken.asset,
        "reason": taken.reason or None,
        "hint": taken.hint or None,
        "seen_before": [],
    }

"""``footage edit``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session
from footage.errors import BadInput, FootageError, NotFound, Usage

if TYPE_CHECKING:
    from footage.actions.edit import Editing
    from footage.actions.facts import Outcome
    from footage.library import Library


@verb(
    "edit",
    examples="""
    footage edit 1
    footage edit story:bakhmut --dry-run
    """,
)
@_options.assets()
@_options.dry_run
@pass_session
def command(session: Session, /, words: tuple[str, ...], dry_run: bool) -> None:
    """Edit the facts of ASSETS as a text.

    In the editor that VISUAL or EDITOR names (EDITOR="code --wait"). What was changed is stated when you
    leave it; where it cannot be, that is told and your text is kept.
    """
    from footage.actions.edit import begin_editing
    from footage.actions.find import select
    from footage.commands._difference import say_outcome

    with session.library(dry_run=dry_run) as library:
        editing = begin_editing(library, select(library, words))
        outcome = _edited(session, library, editing)
    say_outcome(session, outcome, dry_run=dry_run)


def _edited(session: Session, library: "Library", editing: "Editing") -> "Outcome":
    """What came of editing. What a person wrote is kept wherever it was not stated."""
    from footage.commands._editor import editor_words, write_draft

    program = editor_words(session.environment)
    draft = write_draft(editing.text)
    untouched = draft.read_bytes()
    try:
        outcome = _stated(session, library, editing, program, draft)
    except FootageError as error:
        if draft.exists() and draft.read_bytes() != untouched:
            error.hint = f"your text is kept in {draft}" + (f"; {error.hint}" if error.hint else "")
        else:
            draft.unlink(missing_ok=True)
        raise
    draft.unlink(missing_ok=True)
    return outcome


def _stated(
    session: Session, library: "Library", editing: "Editing", program: list[str], draft: Path
) -> "Outcome":
    """Let the person edit until what was written can be stated, or they give up."""
    from footage.actions.edit import finish_editing
    from footage.commands._editor import run_editor

    while True:
        content = run_editor(program, draft)
        try:
            return finish_editing(library, editing, content)
        except (BadInput, NotFound, Usage) as error:
            if not _again(session, error):
                raise


def _again(session: Session, error: FootageError) -> bool:
    """Whether the person wants to go back into the text; nobody is asked where nobody sits."""
    if session.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    session.note(f"{error.message}" + (f" ({error.hint})" if error.hint else ""))
    return click.confirm("Edit the text again?", default=True, err=True)

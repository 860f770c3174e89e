"""``footage ready``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.model.clearance import Clearance


@verb("ready", examples="footage ready story:bakhmut")
@_options.assets()
@click.option("--style", help="The house style its caption is judged in.  [the library's]")
@pass_session
def command(session: Session, /, words: tuple[str, ...], style: str | None) -> None:
    """Say whether ASSETS may be published.

    And if not, why, with what to type. Exit code 0 or 4."""
    from footage.actions.find import select
    from footage.actions.ready import ready
    from footage.commands._documents import clearance_document

    with session.library() as library:
        answers = ready(library, select(library, words), style)
    say_clearances(session, answers)
    session.document([clearance_document(answer) for answer in answers])
    if not all(answer.ready for answer in answers):
        session.worsen(4)


def say_clearances(session: Session, answers: "Sequence[Clearance]") -> None:
    """Print each answer with what stands in the way and what removes it."""
    for answer in answers:
        if answer.ready:
            session.say(f"asset {answer.asset}: ready")
        for obstacle in answer.obstacles:
            session.say(f"asset {answer.asset}: {obstacle.message}")
            session.say(f"  hint: {obstacle.hint}")
        for finding in answer.advice:
            session.say(f"asset {answer.asset}: advice: {finding.message}")
    if any(answer.ready and answer.masked for answer in answers):
        session.say(PROVEN_MEANS)


PROVEN_MEANS = "Proven: every pixel that was drawn is covered. It does not say that everything was drawn."

"""``footage verify``."""

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("verify", examples="footage verify")
@_options.assets(required=False)
@click.option("--fast", is_flag=True, help="Presence and sizes alone, without reading the bytes.")
@pass_session
def command(session: Session, /, words: tuple[str, ...], fast: bool) -> None:
    """Check that all is as it was.

    Every byte is what it was, nothing is missing, the custody log holds. Exit code 8 where something is
    wrong.
    """
    from footage.actions.find import select
    from footage.actions.verify import verify

    with session.library() as library, session.progress() as progress:
        numbers = select(library, words) if words else None
        found = verify(library, numbers, progress, fast=fast)
    for problem in found.problems:
        session.say(f"{problem.kind}: {problem.message}")
        session.say(f"  hint: {problem.hint}")
    for leftover in found.leftovers:
        session.say(f"leftover (harmless): {leftover}")
    if found.leftovers:
        session.say("  hint: footage repair")
    if found.sound:
        means = "unchanged since it was taken in; this says nothing about whether it is genuine"
        session.say(f"sound: {found.objects} objects, {means}")
    else:
        session.worsen(8)
    session.document(
        {
            "sound": found.sound,
            "problems": [{"kind": p.kind, "message": p.message, "hint": p.hint} for p in found.problems],
            "leftovers": list(found.leftovers),
            "objects": found.objects,
        }
    )

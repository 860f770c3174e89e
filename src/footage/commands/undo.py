"""``footage undo``."""

import click

from footage.commands._group import verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session


@verb("undo", examples="footage undo")
@click.option("--past", is_flag=True, help="Also past an export, a correction or a kill, which stay.")
@dry_run
@pass_session
def command(session: Session, /, past: bool, dry_run: bool) -> None:
    """Take back the last change of facts.

    Or of a caption, a source, a story, a shot description. Again: the one before it. What was masked,
    exported or discarded is not undone; a change older than the last export only with --past.
    """
    from footage.actions.undo import undo
    from footage.commands._documents import event_document
    from footage.model.change import changes_of

    with session.library(dry_run=dry_run) as library:
        event = undo(library, past=past)
    touched = f" of asset {', '.join(map(str, event.assets))}" if event.assets else ""
    done = "would take back" if dry_run else "took back"
    session.say(f"{done}: {event.action}{touched} ({event.actor}, {event.at})")
    for change in changes_of(event.detail):
        for field in {**change.before, **change.after}:
            was, now = (side.get(field, "nothing") for side in (change.after, change.before))
            session.say(f"  {change.what} {change.key}: {field}: {was} -> {now}")
    session.document(event_document(event))

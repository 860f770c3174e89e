"""``footage undo``."""

from footage.commands._group import verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session


@verb("undo", examples="footage undo")
@dry_run
@pass_session
def command(session: Session, /, dry_run: bool) -> None:
    """Take back the last change of facts.

    Or of a caption, a source, a story, a shot description. Again: the one before it. What was masked,
    exported or discarded is not undone.
    """
    from footage.actions.undo import undo
    from footage.commands._documents import event_document

    with session.library(dry_run=dry_run) as library:
        event = undo(library)
    touched = f" of asset {', '.join(map(str, event.assets))}" if event.assets else ""
    session.say(f"took back: {event.action}{touched} ({event.actor}, {event.at})")
    session.document(event_document(event))

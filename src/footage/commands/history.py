"""``footage history``."""

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("history", examples="footage history 1")
@_options.assets(required=False)
@pass_session
def command(session: Session, /, words: tuple[str, ...]) -> None:
    """Print the custody log: what was done, by whom, when (UTC), oldest first."""
    from footage.actions.find import select
    from footage.actions.history import history
    from footage.commands._documents import event_document
    from footage.model.custody import canonical

    with session.library() as library:
        events = history(library, select(library, words, discarded=True) if words else None)
    rows = [
        (
            e.sequence,
            e.at[:19],
            e.actor,
            e.action,
            ",".join(map(str, e.assets)),
            canonical(e.detail),
            e.hash[:12],
        )
        for e in events
    ]
    session.table(["no.", "at (UTC)", "who", "did", "asset", "detail", "hash"], rows, flexible="detail")
    session.document([event_document(event) for event in events])

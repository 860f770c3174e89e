"""``footage history``."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.model.custody import Event


@verb("history", examples="footage history 1")
@_options.assets(required=False)
@pass_session
def command(session: Session, /, words: tuple[str, ...]) -> None:
    """Print the custody log: who did what, when (UTC).

    Oldest first. On a terminal each event's detail is cut to a line; in a pipe and with --json it is whole.
    """
    from footage.actions.find import select
    from footage.actions.history import history
    from footage.commands._documents import event_document

    with session.library() as library:
        events = history(library, select(library, words, discarded=True) if words else None)
    if sys.stdout.isatty():
        _say_in_short(session, events)
    else:
        rows = [(*_columns(event), _detail(event), event.hash) for event in events]
        session.table(["no.", "at (UTC)", "who", "did", "asset", "detail", "hash"], rows)
    session.document([event_document(event) for event in events])


def _columns(event: "Event") -> tuple[str, ...]:
    at = event.at[:19].replace("T", " ")
    return str(event.sequence), at, event.actor, event.action, ",".join(map(str, event.assets))


def _say_in_short(session: Session, events: "Sequence[Event]") -> None:
    from shutil import get_terminal_size

    from footage.commands._deeds import in_short

    room = get_terminal_size().columns - 3
    for event in events:
        number, at, actor, action, touched = _columns(event)
        assets = f" of {touched}" if touched else ""
        session.say(f"{number}  {at}  {actor}: {action}{assets}  [{event.hash[:12]}]")
        detail = in_short(event)
        session.say(f"   {detail if len(detail) <= room else detail[: room - 1] + '…'}")


def _detail(event: "Event") -> str:
    from footage.model.custody import canonical

    return canonical(event.detail)

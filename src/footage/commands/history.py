"""``footage history``."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session
from footage.model.change import changes_of

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

    room = get_terminal_size().columns - 3
    for event in events:
        number, at, actor, action, touched = _columns(event)
        assets = f" of {touched}" if touched else ""
        session.say(f"{number}  {at}  {actor}: {action}{assets}  [{event.hash[:12]}]")
        detail = _in_short(event)
        session.say(f"   {detail if len(detail) <= room else detail[: room - 1] + '…'}")


def _in_short(event: "Event") -> str:
    """What a person wants to read of an event; the whole detail where there is no short word for it."""
    told = event.detail
    match event.action:
        case "add":
            return f"{told.get('name')} from {told.get('path')}"
        case "export":
            client = f" for {told['for']}" if told.get("for") else ""
            return f"to {told.get('folder')}{client}, {told.get('profile')}, style {told.get('style')}"
        case "discard" | "purge" | "correct" | "kill":
            return f"because: {told.get('because')}"
    changes = changes_of(told)
    if changes:
        return "; ".join(f"{one.what} {one.key}: {', '.join({**one.before, **one.after})}" for one in changes)
    return _detail(event)


def _detail(event: "Event") -> str:
    from footage.model.custody import canonical

    return canonical(event.detail)

"""Taking back the last deed that changed facts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from footage.actions.caption import put_caption
from footage.actions.checked import recorded_verdict
from footage.actions.facts import put_person_facts
from footage.actions.provenance import recorded_chain
from footage.actions.shots import put_soundbite, soundbite_words
from footage.actions.source import source_words
from footage.actions.subtitles import kept_subtitles
from footage.actions.text import kept_story_text, kept_text
from footage.catalogue import captions, custody, search, shots, soundbites, sources, stories
from footage.catalogue import facts as fact_rows
from footage.errors import Conflict, NotFound
from footage.library import Library
from footage.model.change import Change, changes_of
from footage.model.custody import Event
from footage.model.facts import Origin
from footage.model.source import SourceKind

Record = Mapping[str, Any]


def undo(library: Library, *, past: bool = False) -> Event:
    """Take back the last deed that changed facts and was not taken back yet; gives that deed.

    Args:
        past: also where something was sent, corrected or killed since.

    Raises:
        NotFound: there is nothing to take back.
        Conflict: what it stated was changed since, or something left the house since.
    """
    with library.deed("undo") as deed:
        event, since = _last_change(deed.connection)
        if since is not None and not past:
            raise _left_the_house(event, since)
        changes = changes_of(event.detail)
        for change in reversed(changes):
            _take_back(library, deed.connection, change)
        deed.record(event.assets, {"undoes": event.sequence, "was": event.action})
    return event


_FINAL = {"export": "an export", "correct": "a correction", "kill": "a kill"}
"""The deeds that others have seen: nothing takes them back."""


def _left_the_house(event: Event, since: Event) -> Conflict:
    last = f"{_FINAL[since.action]}{_touched(since)} ({_minute(since)})"
    change = f"{event.action}{_touched(event)} ({event.actor}, {_minute(event)})"
    return Conflict(
        f"after the last change came {last}, which cannot be taken back; the change before it was: {change}",
        "footage undo --past takes that change back",
    )


def _touched(event: Event) -> str:
    shown = ", ".join(map(str, event.assets[:_SHOWN])) + (" …" if len(event.assets) > _SHOWN else "")
    return f" of asset {shown}" if event.assets else ""


def _minute(event: Event) -> str:
    return f"{event.at[:16].replace('T', ' ')} UTC"


_SHOWN = 8


def _last_change(connection: Connection) -> tuple[Event, Event | None]:
    """The change to take back, and what left the house since, the newest."""
    undone: set[object] = set()
    since: Event | None = None
    for event in _newest_first(connection):
        if event.action == "undo":
            undone.add(event.detail.get("undoes"))
        elif event.action in _FINAL:
            since = since or event
        elif event.sequence not in undone and changes_of(event.detail) and event.action != "add":
            return event, since
    raise NotFound("there is no change of facts to take back", "footage history")


def _newest_first(connection: Connection) -> Iterator[Event]:
    before = None
    while page := custody.newest(connection, 200, before):
        yield from page
        before = page[-1].sequence


def _take_back(library: Library, connection: Connection, change: Change) -> None:
    now, put = _KEEPERS[change.what](library, connection, change.key)
    fields = {**change.before, **change.after}
    for name in fields:
        if now.get(name) != change.after.get(name):
            raise Conflict(f"{change.what} {change.key}: {name} was changed since", "footage history")
    restored = {name: value for name, value in now.items() if name not in fields} | dict(change.before)
    put(restored)


def _asset_facts(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    number = int(key)
    now = fact_rows.of_asset(connection, number)[Origin.PERSON]
    return fact_rows.to_texts(now), lambda words: put_person_facts(
        connection, number, fact_rows.from_texts(words)
    )


def _story(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    story = stories.get(connection, key)

    def put(words: Record) -> None:
        stories.replace(connection, replace(story, facts=fact_rows.from_texts(words)))
        search.reindex_story(connection, key)

    return fact_rows.to_texts(story.facts), put


def _source(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    source = sources.get(connection, key)

    def put(words: Record) -> None:
        values = dict(words) | {"kind": SourceKind(str(words["kind"]))}
        sources.replace(connection, replace(source, **values))
        search.reindex_source(connection, key)

    return source_words(source), put


def _caption(library: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    number, style = key.split(" ")
    written = captions.get(connection, int(number), style)

    def put(words: Record) -> None:
        put_caption(library, connection, int(number), style, str(words.get("text", "")))

    return {"text": written.text} if written else {}, put


def _description(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    number, wanted = (int(part) for part in key.split(" "))
    known = shots.of_asset(connection, number)
    text = next(shot.description for shot in known if shot.number == wanted)

    def put(words: Record) -> None:
        told = str(words.get("description", ""))
        changed = [replace(shot, description=told) if shot.number == wanted else shot for shot in known]
        shots.replace_all(connection, number, changed)
        search.index(connection, number)

    return {"description": text}, put


def _soundbite(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    number, start = (int(part) for part in key.split(" "))
    known = {each.span.start: each for each in soundbites.of_asset(connection, number)}

    def put(words: Record) -> None:
        put_soundbite(connection, number, start, words)

    return soundbite_words(known.get(start)), put


_KEEPERS = {
    "facts": _asset_facts,
    "story": _story,
    "source": _source,
    "caption": _caption,
    "description": _description,
    "soundbite": _soundbite,
    "subtitles": kept_subtitles,
    "provenance": recorded_chain,
    "verdict": recorded_verdict,
    "text": kept_text,
    "story text": kept_story_text,
}

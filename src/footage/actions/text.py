"""Standing texts: paragraphs used again and again, with dates that count, and the stories they stand in."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from footage.actions.source import source_key
from footage.catalogue import search, standing_texts, stories
from footage.errors import Refused, Usage
from footage.library import Library
from footage.model.change import Change
from footage.model.standing import StandingText, texts_used, told, unworded, worded
from footage.model.story import Story

Record = Mapping[str, Any]

_KEY = re.compile(r"[^\W_][\w.-]{0,99}")


@dataclass(frozen=True, slots=True)
class TextView:
    """A standing text as it reads on a day.

    Attributes:
        unknown: the variables in it that stay visible.
        stories: the slugs of the stories that name it.
    """

    text: StandingText
    on: date
    worded: str
    unknown: tuple[str, ...]
    stories: tuple[str, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether it is out of date on that day."""
        return self.text.stale(self.on)


def add_text(library: Library, text: StandingText) -> TextView:
    """Keep a new standing text; one with a number of days and no day holds from today.

    Raises:
        Usage: the key or the text cannot be used. Conflict: the key is taken. NotFound: an unknown source.
    """
    if not _KEY.fullmatch(text.key):
        hint = "use letters, digits, '.', '_' and '-' (war-day)"
        raise Usage(f"{text.key!r} cannot be the key of a standing text", hint)
    with library.deed("text add") as deed:
        made = standing_texts.add(deed.connection, _usable(library, deed.connection, text))
        deed.record([], {"changes": [Change("text", made.key, {}, _text_words(made)).words()]})
    return _view(made, library.today())


def set_text(library: Library, key: str, stated: Mapping[str, Any]) -> TextView:
    """Change a standing text, or the day and the number of days that it holds for.

    Raises:
        NotFound: there is no such text, or no such source. Usage: nothing is stated, or the text is empty.
    """
    if not stated:
        raise Usage("nothing is stated", "footage text set --help")
    with library.deed("text set") as deed:
        before = standing_texts.get(deed.connection, key)
        after = _usable(library, deed.connection, replace(before, **stated))
        if after == before:
            deed.cancel()
        else:
            after = standing_texts.replace(deed.connection, after)
            change = Change("text", key, _text_words(before), _text_words(after))
            deed.record([], {"changes": [change.words()]})
    return _view(after, library.today())


def show_text(library: Library, key: str, on: date | None = None) -> TextView:
    """One standing text as it reads on a day (None: today).

    Raises:
        NotFound: there is no such text.
    """
    with library.reading() as connection:
        found = standing_texts.get(connection, key)
        return _view(found, on or library.today(), stories.everything(connection))


def list_texts(library: Library) -> tuple[TextView, ...]:
    """All standing texts as they read today, by key."""
    with library.reading() as connection:
        known = stories.everything(connection)
        found = standing_texts.everything(connection)
    return tuple(_view(text, library.today(), known) for text in found)


def use_text(library: Library, key: str, slug: str) -> Story:
    """Put a standing text at the end of a story's text, by its name.

    Raises:
        NotFound: there is no such text or no such story. Refused: it stands there already.
    """
    with library.deed("text use") as deed:
        standing_texts.get(deed.connection, key)
        before = stories.get(deed.connection, slug)
        if key in texts_used(before.text):
            raise Refused(f"the story {slug} has the text {key} already", f"footage story show {slug}")
        text = "\n\n".join(filter(None, (before.text.rstrip(), f"{{text:{key}}}")))
        after = stories.replace(deed.connection, replace(before, text=text))
        change = Change("story text", slug, {"text": before.text}, {"text": after.text})
        deed.record(search.numbers_of_story(deed.connection, slug), {"changes": [change.words()]})
    return after


def texts_of(connection: Connection, told_stories: Collection[str]) -> dict[str, StandingText]:
    """The standing texts that any of several stories' texts name, by key."""
    keys = {key for text in told_stories for key in texts_used(text)}
    return standing_texts.of_keys(connection, keys)


def story_text(connection: Connection, story: Story, on: date) -> str:
    """A story's text as it reads on a day, its standing texts in their places."""
    return told(story.text, texts_of(connection, [story.text]), on)


def kept_text(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    """A standing text as changes tell it, and what puts such a record back."""
    now = standing_texts.find(connection, key)

    def put(words: Record) -> None:
        if not words:
            standing_texts.drop(connection, key)
            return
        as_of = date.fromisoformat(words["as_of"]) if words["as_of"] else None
        values = {**words, "as_of": as_of}
        if now is None:
            standing_texts.add(connection, StandingText(key, **values))
        else:
            standing_texts.replace(connection, replace(now, **values))

    return _text_words(now) if now else {}, put


def kept_story_text(_: Library, connection: Connection, slug: str) -> tuple[Record, Callable[[Record], None]]:
    """A story's text as changes tell it, and what puts such a record back."""
    story = stories.get(connection, slug)

    def put(words: Record) -> None:
        stories.replace(connection, replace(story, text=words.get("text", "")))

    return {"text": story.text}, put


def _usable(library: Library, connection: Connection, text: StandingText) -> StandingText:
    if not text.text.strip():
        raise Usage("a standing text has to say something", f'footage text set {text.key} "…"')
    source = source_key(connection, text.source) if text.source else ""
    held = library.today() if text.days is not None and text.as_of is None else text.as_of
    return replace(text, source=source, as_of=held)


def _view(text: StandingText, on: date, known: Collection[Story] = ()) -> TextView:
    used = tuple(story.slug for story in known if text.key in texts_used(story.text))
    return TextView(text, on, worded(text.text, on), unworded(text.text, on), used)


def _text_words(text: StandingText) -> dict[str, object]:
    return {
        "text": text.text,
        "source": text.source,
        "as_of": text.as_of.isoformat() if text.as_of else None,
        "days": text.days,
    }

"""Stories."""

import dataclasses
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from footage.catalogue import tables
from footage.catalogue.facts import of_stories, to_texts
from footage.errors import Conflict, NotFound
from footage.model.story import Story

_story = tables.story


def add(connection: Connection, story: Story) -> Story:
    """Keep a new story.

    Raises:
        Conflict: its slug is taken.
    """
    if find(connection, story.slug):
        raise Conflict(f"there is a story {story.slug} already", f"footage story show {story.slug}")
    connection.execute(insert(_story).values(slug=story.slug, text=story.text, revision=story.revision))
    _put_facts(connection, story)
    return story


def find(connection: Connection, slug: str) -> Story | None:
    """The story of a slug; None where there is none."""
    rows = connection.execute(select(_story).where(_story.c.slug == slug)).all()
    return next(iter(_nouns(connection, rows)), None)


def get(connection: Connection, slug: str) -> Story:
    """The story of a slug.

    Raises:
        NotFound: there is none.
    """
    if found := find(connection, slug):
        return found
    near = get_close_matches(slug, list(connection.scalars(select(_story.c.slug))), 1)
    hint = f"did you mean {near[0]}?" if near else "list them with footage story list"
    raise NotFound(f"there is no story {slug}", hint)


def everything(connection: Connection) -> list[Story]:
    """Every story, by slug."""
    return _nouns(connection, connection.execute(select(_story).order_by(_story.c.slug)).all())


def replace(connection: Connection, story: Story) -> Story:
    """Write a story anew; gives it with its next revision.

    Raises:
        Conflict: it was changed since it was read.
    """
    seen = (_story.c.slug == story.slug) & (_story.c.revision == story.revision)
    values = {"text": story.text, "revision": story.revision + 1}
    if connection.execute(update(_story).where(seen).values(values)).rowcount != 1:
        raise Conflict(
            f"the story {story.slug} was changed by somebody else meanwhile",
            f"look at it with footage story show {story.slug}, then try again",
        )
    _put_facts(connection, story)
    return dataclasses.replace(story, revision=story.revision + 1)


def _put_facts(connection: Connection, story: Story) -> None:
    table = tables.story_fact
    connection.execute(delete(table).where(table.c.story == story.slug))
    rows = [
        {"story": story.slug, "field": field, "value": value}
        for field, value in to_texts(story.facts).items()
    ]
    if rows:
        connection.execute(insert(table), rows)


def _nouns(connection: Connection, rows: Sequence[Row[Any]]) -> list[Story]:
    facts = of_stories(connection, [row.slug for row in rows])
    return [Story(row.slug, facts[row.slug], row.text, row.revision) for row in rows]

"""Stories: add one, change one, list them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from footage.actions.facts import Restated, checked_slug, facts_change, resolve_facts
from footage.catalogue import search, stories
from footage.library import Library
from footage.model.facts import Facts
from footage.model.story import Story
from footage.model.typed import Restatement, field_name


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story and the numbers of its assets."""

    story: Story
    assets: tuple[int, ...]


def add_story(library: Library, slug: str, stated: Facts) -> Story:
    """Add a story; its assets inherit its facts.

    Raises:
        Conflict: there is one of that slug. NotFound: an unknown source.
    """
    checked_slug(slug)
    with library.deed("story add") as deed:
        facts = resolve_facts(deed.connection, replace(stated, story=None))
        story = stories.add(deed.connection, Story(slug, facts))
        deed.record([], {"story": slug, "changes": [facts_change("story", slug, Facts(), facts).words()]})
    return story


def set_story(library: Library, slug: str, stated: Facts, unset: Sequence[str] = ()) -> Restated:
    """State more facts of a story, and take others away; its assets are indexed anew.

    Args:
        unset: field names.

    Raises:
        NotFound: there is no such story. Usage: a field is unknown.
    """
    names = tuple(field_name(word) for word in unset)
    with library.deed("story set") as deed:
        before = stories.get(deed.connection, slug)
        resolved = resolve_facts(deed.connection, replace(stated, story=None))
        facts = Restatement(resolved, names).of(before.facts)
        if facts == before.facts:
            deed.cancel()
        else:
            stories.replace(deed.connection, replace(before, facts=facts))
            search.reindex_story(deed.connection, slug)
            deed.record([], {"changes": [facts_change("story", slug, before.facts, facts).words()]})
    return Restated("story", slug, before.facts, facts)


def list_stories(library: Library) -> tuple[StoryView, ...]:
    """All stories, by slug."""
    with library.reading() as connection:
        return tuple(_view(connection, story) for story in stories.everything(connection))


def show_story(library: Library, slug: str) -> StoryView:
    """One story.

    Raises:
        NotFound: there is no such story.
    """
    with library.reading() as connection:
        return _view(connection, stories.get(connection, slug))


def _view(connection: Connection, story: Story) -> StoryView:
    return StoryView(story, tuple(search.numbers_of_story(connection, story.slug)))

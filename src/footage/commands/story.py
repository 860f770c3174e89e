"""``footage story``."""

from typing import TYPE_CHECKING, Any

import click

from footage.commands._facts import read_facts, story_facts_options
from footage.commands._group import VerbWithDeeds, verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.story import StoryView


@click.group("story", cls=VerbWithDeeds)
def command() -> None:
    """News items with facts to inherit."""


@verb("add", examples='footage story add ford --headline "Brigade crosses a ford" --country Ukraine')
@click.argument("slug")
@story_facts_options
@dry_run
@pass_session
def add(session: Session, /, slug: str, dry_run: bool, **stated: Any) -> None:
    """Add a story under SLUG, with the FACTS its assets inherit."""
    from footage.actions.story import StoryView, add_story

    with session.library(make=True, dry_run=dry_run) as library:
        made = add_story(library, slug, read_facts(stated, library.today()))
    _say(session, StoryView(made, ()))


@verb("set", examples="footage story set bakhmut --city Bakhmut")
@click.argument("slug")
@story_facts_options
@dry_run
@pass_session
def set_(session: Session, /, slug: str, dry_run: bool, **stated: Any) -> None:
    """State more FACTS of a story; its assets inherit them at once."""
    from footage.actions.story import set_story, show_story

    with session.library(dry_run=dry_run) as library:
        set_story(library, slug, read_facts(stated, library.today()))
        view = show_story(library, slug)
    _say(session, view)


@verb("list", examples="footage story list")
@pass_session
def list_(session: Session) -> None:
    """List the stories."""
    from footage.actions.story import list_stories

    with session.library() as library:
        views = list_stories(library)
    rows = [(v.story.slug, len(v.assets), v.story.facts.headline or "") for v in views]
    session.table(["slug", "assets", "headline"], rows)
    session.document([_document(view) for view in views])


@verb("show", examples="footage story show bakhmut")
@click.argument("slug")
@pass_session
def show(session: Session, /, slug: str) -> None:
    """Show one story: its facts and the numbers of its assets."""
    from footage.actions.story import show_story

    with session.library() as library:
        view = show_story(library, slug)
    _say(session, view)


def _say(session: Session, view: "StoryView") -> None:
    from footage.commands._documents import facts_document

    numbers = ", ".join(map(str, view.assets)) or "none yet"
    rows = [("story", view.story.slug), ("assets", numbers), *facts_document(view.story.facts).items()]
    session.table(["", ""], rows)
    session.document(_document(view))


def _document(view: "StoryView") -> dict[str, object]:
    from footage.commands._documents import facts_document

    facts = facts_document(view.story.facts)
    return {"slug": view.story.slug, "facts": facts, "assets": list(view.assets), "text": view.story.text}


for _deed in (add, set_, list_, show):
    command.add_command(_deed)

"""``footage story``."""

from typing import TYPE_CHECKING, Any, BinaryIO

import click

from footage.commands._facts import story_facts_options, typed_facts
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
        made = add_story(library, slug, typed_facts(session, library, stated))
    _say(session, StoryView(made, ()))


@verb(
    "set",
    examples="""
    footage story set bakhmut --city Bakhmut
    footage story set bakhmut --unset embargo --dry-run
    """,
)
@click.argument("slug")
@story_facts_options
@click.option("--unset", metavar="FIELD", multiple=True, help="Take a fact away (repeatable).")
@dry_run
@pass_session
def set_(session: Session, /, slug: str, unset: tuple[str, ...], dry_run: bool, **stated: Any) -> None:
    """State more FACTS of a story; its assets inherit them at once."""
    from footage.actions.story import set_story, show_story
    from footage.commands._difference import difference_documents, say_differences

    with session.library(dry_run=dry_run) as library:
        changed = set_story(library, slug, typed_facts(session, library, stated), unset)
        view = show_story(library, slug)
    changes = difference_documents((changed,))
    if dry_run and not session.json:
        say_differences(session, (changed,))
        if not changes:
            session.say("changed: nothing")
        return
    if not session.json:
        _say(session, view)
    session.document(_document(view) | {"changes": changes})


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


@verb(
    "read",
    examples="""
    footage story read story.txt
    footage story read story.txt --accept --story ford
    """,
)
@click.argument("file", metavar="FILE", type=click.File("rb"))
@click.option("--accept", is_flag=True, help="Make a story of it, with its facts, sources and text.")
@click.option("--story", "slug", metavar="SLUG", help="The story it belongs to.  [made of the headline]")
@click.option("--style", help="The house style of its captions.  [the library's]")
@dry_run
@pass_session
def read(
    session: Session, /, file: BinaryIO, accept: bool, slug: str | None, style: str | None, dry_run: bool
) -> None:
    """Take an article apart.

    FILE (- for what is piped in) is read for its headline, its captions, its source, its statement and who
    relayed it; everything found is shown with its line. Nothing is stated before you --accept it, and what
    was stated of the story before stands.
    """
    from footage.actions.story_read import accept_story, read_story
    from footage.commands._readings import article_document, read_input, say_accepted, say_article

    with session.library(dry_run=dry_run) as library:
        article = read_story(library, read_input(file), style)
        accepted = accept_story(library, article, slug) if accept else None
    if not session.json:
        say_article(session, article)
        if accepted:
            say_accepted(session, accepted)
        else:
            session.note("nothing is stated yet: add --accept to make a story of it")
    session.document(article_document(article, accepted))


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
    from footage.commands._documents import fact_words, facts_document

    numbers = ", ".join(map(str, view.assets)) or "none yet"
    facts = facts_document(view.story.facts)
    told = [(name, fact_words(value)) for name, value in facts.items()]
    rows = [("story", view.story.slug), ("assets", numbers), *told]
    session.table(["", ""], rows)
    session.document(_document(view))


def _document(view: "StoryView") -> dict[str, object]:
    from footage.commands._documents import facts_document

    facts = facts_document(view.story.facts)
    return {"slug": view.story.slug, "facts": facts, "assets": list(view.assets), "text": view.story.text}


for _deed in (add, set_, list_, read, show):
    command.add_command(_deed)

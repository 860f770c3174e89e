"""Reading articles back: a story's text taken apart, and with a person's consent made a story."""

from dataclasses import dataclass, replace

from footage.actions.facts import Restated, checked_slug, facts_change
from footage.actions.read_caption import add_read_sources, fill_read_sources
from footage.catalogue import search, sources, stories
from footage.errors import Conflict, Usage
from footage.library import Library
from footage.model.article import ReadArticle, read_article
from footage.model.change import Change
from footage.model.facts import Facts
from footage.model.folding import spellings
from footage.model.source import Source
from footage.model.story import Story
from footage.settings import read_style

_SLUG_WORDS = 4


@dataclass(frozen=True, slots=True)
class Accepted:
    """The story that an article became.

    Attributes:
        changed: its facts before and after; of a new story, before it stated nothing.
        kept: the facts in which what was stated before stands against the article.
        replaced: whether another text stood there.
    """

    story: Story
    changed: Restated
    sources: tuple[Source, ...]
    kept: tuple[str, ...] = ()
    replaced: bool = False


def read_story(library: Library, text: str, style: str | None = None) -> ReadArticle:
    """What an article says; nothing is changed.

    Args:
        text: as :func:`footage.formats.prose.read_prose` gives it.
        style: the house style of its captions; None for the library's.

    Raises:
        NotFound: there is no style of that name.
    """
    layout = read_style(style or library.settings.style, library.root)
    with library.reading() as connection:
        known = sources.everything(connection)
    return read_article(text, layout, known, library.settings.agency, library.today())


def accept_story(library: Library, article: ReadArticle, slug: str | None = None) -> Accepted:
    """Make an article a story, or add what it says to one; one deed.

    What is stated of the story already stands. Sources that the desk does not know are added, stubs filled.

    Args:
        slug: None for one made of the headline.

    Raises:
        Usage: the slug cannot be used, or there is no headline to make one of.
        Conflict: a story has the slug that was made of the headline.
    """
    made_up = slug is None
    slug = checked_slug(slug or slug_of(article.facts.headline or ""))
    with library.deed("story read") as deed:
        before = stories.find(deed.connection, slug)
        if before is not None and made_up:
            told = f"there is a story {slug} already"
            raise Conflict(told, f"--story {slug} adds what was read to it; --story SLUG makes another")
        made = add_read_sources(deed.connection, article.new_sources)
        filled = fill_read_sources(deed.connection, article.filled)
        known = before or stories.add(deed.connection, Story(slug))
        facts = known.facts.over(article.facts)
        after = stories.replace(deed.connection, replace(known, facts=facts, text=article.prose))
        search.reindex_story(deed.connection, slug)
        changes = [
            *filled,
            facts_change("story", slug, known.facts, facts).words(),
            Change("story text", slug, {"text": known.text}, {"text": article.prose}).words(),
        ]
        touched = search.numbers_of_story(deed.connection, slug)
        deed.record(touched, {"story": slug, "changes": changes, **({"sources": made} if made else {})})
    return Accepted(
        after,
        Restated("story", slug, known.facts, facts),
        (*article.new_sources, *article.filled),
        _kept(known.facts, article.facts),
        known.text not in ("", article.prose),
    )


def slug_of(headline: str) -> str:
    """A slug made of a headline's first words.

    >>> slug_of("Ukrainian Fighters Hold Ford Near Bakhmut")
    'ukrainian-fighters-hold-ford'

    Raises:
        Usage: there are no words.
    """
    words = spellings(headline)[min(1, len(spellings(headline)) - 1)].replace("'", "").split()
    if not words:
        raise Usage("no headline was read, so the story has no slug", "name one with --story SLUG")
    return "-".join(words[:_SLUG_WORDS])


def _kept(before: Facts, read: Facts) -> tuple[str, ...]:
    after = before.over(read)
    return tuple(name for name in read.stated() if getattr(after, name) != getattr(read, name))

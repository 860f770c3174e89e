"""Finding assets, and naming them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from footage.catalogue import search, selections
from footage.catalogue.listings import Listing, listing
from footage.library import Library
from footage.model.query import parse_query
from footage.model.style import Style
from footage.model.wording import compose, credit_line, lacks
from footage.settings import read_style


@dataclass(frozen=True, slots=True)
class Found:
    """An asset that a query found, with its credit line and (where it can be made) its caption."""

    listing: Listing
    credit: str
    caption: str


def find(library: Library, words: Sequence[str], limit: int | None) -> list[Found]:
    """What a query finds, newest first unless it says otherwise; no words find everything in sight.

    Raises:
        Usage: an unknown field, or a value that cannot be read.
    """
    query = parse_query(words, library.today())
    with library.reading() as connection:
        found = listing(connection, search.find(connection, query, limit))
    layout, today = read_style(library.settings.style, library.root), library.today()
    return [_worded(one, library.settings.agency, layout, today) for one in found]


def select(library: Library, words: Sequence[str], *, discarded: bool = False) -> list[int]:
    """The numbers that ASSETS stands for, in the order of the words; ``discarded`` ones where asked for.

    Raises:
        NotFound: a word that names nothing. Usage: one that cannot be read.
    """
    with library.reading() as connection:
        return selections.resolve(connection, words, library.today(), discarded=discarded)


def _worded(one: Listing, agency: str, style: Style, today: date) -> Found:
    subject = one.subject(agency)
    text = one.written(style.name)
    if not text and not lacks(subject):
        text = compose(subject, style, today)
    return Found(one, credit_line(one.facts, one.source, agency), text)

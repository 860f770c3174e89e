"""Finding: an index of words and terms over what is known of each asset, and the queries put to it.

Words live in an FTS5 table whose row number is the asset's, so that the newest matches come first without
any sorting. What a field can be exactly stands there too, as terms like ``kind=video``; only ranges and
orders need the table ``search`` beside it.
"""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    column,
    delete,
    insert,
    not_,
    select,
    table,
)

from footage.catalogue import assets, facts, tables
from footage.catalogue.batches import batches
from footage.catalogue.documents import documents, microseconds, term
from footage.model.folding import spellings
from footage.model.query import DATE_FIELDS, Query, Sort, Term, Test

_words = table(
    "search_words", column("rowid", Integer), *map(column, ("search_words", "terms", *tables.WORD_COLUMNS))
)
_order = tables.search
_SHORTEST_BEGINNING = 3
_AFTER_ANY_TIME = "~"
_LONGEST = 2**62
_MADE = '(terms : "has=made_credit")'


def index(connection: Connection, number: int) -> None:
    """Bring what search knows of an asset up to date; a discarded asset is forgotten."""
    index_several(connection, [number])


def index_several(connection: Connection, numbers: Sequence[int]) -> None:
    """The same of several assets at once."""
    for batch in batches(numbers):
        connection.execute(delete(_words).where(_words.c.rowid.in_(batch)))
        connection.execute(delete(_order).where(_order.c.asset.in_(batch)))
        found = list(documents(connection, batch))
        if found:
            connection.execute(insert(_words), [{"rowid": one.asset, **one.words} for one in found])
            connection.execute(insert(_order), [{"asset": one.asset, **one.order} for one in found])


def reindex_story(connection: Connection, slug: str) -> None:
    """Bring up to date what search knows of a story's assets."""
    index_several(connection, numbers_of_story(connection, slug))


def reindex_source(connection: Connection, key: str) -> None:
    """Bring up to date what search knows of the assets that a source released or relayed."""
    index_several(connection, facts.assets_naming(connection, key))


def reindex_everything(connection: Connection) -> None:
    """Make the whole index anew from what the catalogue states, whatever became of the old one."""
    connection.exec_driver_sql("DROP TABLE search_words")
    connection.exec_driver_sql(tables.SEARCH_WORDS)
    connection.execute(delete(_order))
    index_several(connection, assets.numbers(connection))


def numbers_of_story(connection: Connection, slug: str) -> list[int]:
    """The numbers of a story's assets in sight, ascending."""
    of_story = _words.c.search_words.op("MATCH")(_exactly(term("story", slug)))
    return list(connection.scalars(select(_words.c.rowid).where(of_story).order_by(_words.c.rowid)))


def find(connection: Connection, query: Query, limit: int | None = None) -> list[int]:
    """The numbers of the assets in sight that a query finds: newest first, unless it says otherwise.

    Args:
        limit: how many at most; None for all.
    """
    ranged = [term for term in query.terms if _needs_range(term)]
    worded = [term for term in query.terms if not _needs_range(term)]
    sort = query.sort or Sort.ADDED
    number: ColumnElement[int] = _words.c.rowid if worded else _order.c.asset
    chosen = select(number)
    if worded:
        chosen = chosen.where(_words.c.search_words.op("MATCH")(_match(worded)))
        if ranged or sort is not Sort.ADDED:
            chosen = chosen.join_from(_words, _order, _order.c.asset == _words.c.rowid)
    chosen = chosen.where(*map(_range, ranged))
    return list(connection.scalars(chosen.order_by(*_ordering(sort, query.reverse, number)).limit(limit)))


def _ordering(sort: Sort, reverse: bool, number: ColumnElement[int]) -> list[ColumnElement[Any]]:
    """Newest, latest, longest and best first, names from A to Z; what is unknown comes last, either way."""
    newest_first = (sort is not Sort.NAME) != reverse
    if sort is Sort.ADDED:
        return [number.desc() if newest_first else number.asc()]
    value = _order.c[sort.value]
    if newest_first:
        return [value.desc(), number.desc()]
    unknown = value == (-1 if isinstance(value.type, Integer) else "")
    return [unknown, value.asc(), number.asc()] if sort is not Sort.NAME else [value.asc(), number.asc()]


def _needs_range(term: Term) -> bool:
    return term.test is Test.BETWEEN and _calendar_unit(term) is None


def _range(asked: Term) -> ColumnElement[bool]:
    value = _order.c[asked.field]
    bounds = [value != "" if asked.field in DATE_FIELDS else value >= 0]
    if asked.low is not None:
        bounds.append(value >= _bound(asked.low))
    if asked.high is not None:
        high = _bound(asked.high)
        bounds.append(value < f"{high}{_AFTER_ANY_TIME}" if asked.field in DATE_FIELDS else value <= high)
    return not_(and_(*bounds)) if asked.negated else and_(*bounds)


def _bound(value: str | Fraction | int) -> str | int:
    return min(microseconds(value), _LONGEST) if isinstance(value, Fraction) else value


def _calendar_unit(asked: Term) -> str | None:
    """The year, month or day that a range of days is, as ISO text; None where it is none of them."""
    if asked.field not in DATE_FIELDS or not isinstance(asked.low, str) or not isinstance(asked.high, str):
        return None
    low, high = dt.date.fromisoformat(asked.low), dt.date.fromisoformat(asked.high)
    after = high + dt.timedelta(days=1) if high < dt.date.max else high
    if low == high:
        return asked.low
    if (low.day, after.day) == (1, 1) and (low.year, low.month) == (high.year, high.month):
        return asked.low[:7]
    if (low.month, low.day, high.month, high.day) == (1, 1, 12, 31) and low.year == high.year:
        return asked.low[:4]
    return None


def _match(asked: Sequence[Term]) -> str:
    """Terms as an FTS5 expression; whatever a person typed stands in it between quotes, folded."""
    wanted = [_expression(term) for term in asked if not term.negated] or [_exactly("all")]
    unwanted = [_expression(term) for term in asked if term.negated]
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def _expression(asked: Term) -> str:
    if asked.test is Test.ANY:
        return _exactly(term("has", asked.field))
    if asked.test is Test.IS:
        return _exactly(term(asked.field, asked.text))
    if asked.test is Test.BETWEEN:
        return _exactly(term(asked.field, _calendar_unit(asked) or ""))
    if asked.field == "credit" and "/" in asked.text:
        # A credit that is made ends in "/" and our own name, which is no fact and stands in no index.
        stated = _in_column("credit", asked.text, whole=asked.whole)
        made = _in_column("credit", asked.text.rpartition("/")[0], whole=True)
        return f"({stated} OR ({made} AND {_MADE}))"
    return _in_column(asked.field, asked.text, whole=asked.whole)


def _exactly(word: str) -> str:
    return f'(terms : "{word}")'


def _in_column(field: str, text: str, *, whole: bool) -> str:
    where = field or "- {terms}"
    phrases = " OR ".join(_phrase(spelling, whole) for spelling in spellings(text))
    return f"({where} : ({phrases}))"


def _phrase(text: str, whole: bool) -> str:
    """Words in that order; the last of them may go on, if it has three letters to begin with."""
    last = text.rpartition(" ")[2]
    return f'"{text}"' if whole or len(last) < _SHORTEST_BEGINNING else f'"{text}" *'

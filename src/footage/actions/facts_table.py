"""Facts as a table: printing them for a spreadsheet, and stating what came back from one."""

import hashlib
from collections.abc import Collection, Sequence

from footage.actions.facts import Outcome, Statement, located, refuse_all, restate_typed
from footage.catalogue import assets, search
from footage.catalogue import facts as fact_rows
from footage.errors import Conflict, FootageError, NotFound, Refused, Usage
from footage.formats.facts_table import Row, read_table, write_table
from footage.library import Library
from footage.model.asset import Asset
from footage.model.custody import canonical
from footage.model.facts import Facts, Origin
from footage.model.fields import FIELDS
from footage.model.query import parse_query
from footage.model.typed import Restatement, fact_text, field_name, restated

KEY = "asset"
REVISION = "revision"
_IDENTITY = ("name", "kind", "sha256")
_READ_ONLY = (*_IDENTITY, REVISION)


def facts_table(library: Library, words: Sequence[str], limit: int | None) -> tuple[str, int]:
    """What persons state of the assets that a query finds, as CSV; and how many they are.

    Raises:
        Usage: an unknown field in the query, or a value that cannot be read.
    """
    query = parse_query(words, library.today())
    with library.reading() as connection:
        found = assets.of_numbers(connection, search.find(connection, query, limit))
        stated = fact_rows.of_assets(connection, list(found))
    columns = [KEY, *_READ_ONLY, *(field.option for field in FIELDS.values())]
    rows = []
    for number, asset in found.items():
        own = stated[number][Origin.PERSON]
        rows.append([str(number), *_identity(asset).values(), _revision(own), *_texts(own)])
    return write_table(columns, rows), len(rows)


def set_from_table(library: Library, content: bytes, only: Collection[int] | None) -> Outcome:
    """State what a table says: each cell that says something else than what is stated; one deed for all.

    Args:
        only: the assets whose rows count; None for all rows.

    Raises:
        Conflict: an asset's facts were changed since the table was written, by the table's own column.
        BadInput: it is no table. Usage: a column or a value cannot be read. NotFound: an asset or a source is
            unknown. Refused: a row describes another file than its asset. Nothing is changed where one row is
            wrong; the message names its row and column.
    """
    heads, rows = read_table(content, KEY)
    columns = {head: field_name(head) for head in heads if head not in (KEY, *_READ_ONLY)}
    numbered, problems = _numbered(rows)
    chosen = {n: row for n, row in numbered.items() if only is None or n in only}
    with library.reading() as connection:
        known = assets.of_numbers(connection, list(chosen))
        stated = fact_rows.of_assets(connection, list(known))
    statements: dict[int, Statement] = {}
    for number, row in chosen.items():
        try:
            _check_identity(number, known.get(number), row)
            own = stated[number][Origin.PERSON]
            change = _restated(library, own, row, columns)
            seen = _seen(number, own, row) if change else None
        except FootageError as error:
            problems.append(located(error, f"row {row.number}"))
        else:
            statements[number] = Statement(change, seen, f"row {row.number}")
    if problems:
        raise refuse_all(problems)
    missing = sorted(set(only or ()) - set(chosen))
    told = (f"the table has no row for asset {', '.join(map(str, missing))}",) if missing else ()
    outcome = restate_typed(library, "set", {n: one for n, one in statements.items() if one.restatement})
    return Outcome(outcome.changed, (*told, *outcome.notes))


def _identity(asset: Asset) -> dict[str, str]:
    return {"name": asset.name, "kind": asset.kind.value, "sha256": asset.sha256}


def _revision(facts: Facts) -> str:
    """What tells these facts from others; a letter before it keeps spreadsheets from reading a number."""
    told = canonical(fact_rows.to_texts(facts)).encode("utf-8", "surrogatepass")
    return f"r{hashlib.sha256(told).hexdigest()[:12]}"


def _seen(number: int, own: Facts, row: Row) -> Facts | None:
    """The facts that a row was written over; None where it does not say.

    Raises:
        Conflict: other facts stand there by now.
    """
    written = (row.cells.get(REVISION) or "").strip()
    if not written:
        return None
    if written != _revision(own):
        raise Conflict(
            f"the facts of asset {number} were changed since the table was written",
            "print a new table with footage find … --csv; an emptied cell of revision states the row all the "
            "same",
        )
    return own


def _texts(facts: Facts) -> list[str]:
    return [fact_text(getattr(facts, name)) for name in FIELDS]


def _numbered(rows: Sequence[Row]) -> tuple[dict[int, Row], list[FootageError]]:
    numbered: dict[int, Row] = {}
    problems: list[FootageError] = []
    for row in rows:
        cell = (row.cells.get(KEY) or "").strip()
        where = f"row {row.number}, column {KEY}"
        if not (cell.isascii() and cell.isdigit() and len(cell) <= 18):
            problems.append(Usage(f"{where}: {cell!r} is no asset's number", "find them with footage find"))
        elif int(cell) in numbered:
            problems.append(Usage(f"{where}: asset {int(cell)} has a row already", "keep one row an asset"))
        else:
            numbered[int(cell)] = row
    return numbered, problems


def _check_identity(number: int, asset: Asset | None, row: Row) -> None:
    """Refuse a row that was made for another file: the numbers of another library mean other assets."""
    if asset is None:
        raise NotFound(f"there is no asset {number}", "footage find lists what there is")
    if asset.discarded is not None:
        raise NotFound(f"asset {number} was discarded", f"footage history {number}")
    for column, value in _identity(asset).items():
        cell = row.cells.get(column)
        if cell and cell.strip() and cell.strip().casefold() != value.strip().casefold():
            told = f"column {column}: asset {number} is {value}, not {cell}"
            raise Refused(told, f"{column} cannot be set; empty the cell, or mend the number of the asset")


def _restated(library: Library, before: Facts, row: Row, columns: dict[str, str]) -> Restatement:
    told = {columns[head]: cell for head, cell in row.cells.items() if head in columns}
    texts = {name: text for name, text in told.items() if text is None or text.strip()}
    heads = {name: head for head, name in columns.items()}
    return restated(before, texts, library.today(), lambda name: f"column {heads[name]}")

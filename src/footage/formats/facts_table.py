"""Tables of facts as CSV: one row an asset, written so that no spreadsheet runs a cell, read back exactly.

Where a cell begins with a sign that starts a formula, an apostrophe stands before that sign, and so it does
within a cell wherever a reader that takes another separator would begin a new one; reading takes one
apostrophe away. ``(unset)`` takes a fact away.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from footage.errors import BadInput, Usage
from footage.formats.plain_text import decode_text
from footage.model.legible import legible, read_legible

UNSET = "(unset)"
LONGEST = 64 << 20
_STARTS = r"(?:\A|(?<=[,;\t\n\"]))"
_SIGNS = r"[=+\-@\t\r＝＋－＠]"
_UNSET = rf"\s*{re.escape(UNSET)}\s*\Z"
_FORMULA = re.compile(rf"{_STARTS}(?='*+{_SIGNS})|\A(?='*+{_UNSET})")
_INERT = re.compile(rf"{_STARTS}'(?='*+{_SIGNS})|\A'(?='*+{_UNSET})")
_SEPARATORS = ",;\t"
_DECLARED = re.compile(r'"?sep=([,;\t])"?\r?\n')


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the heads.

    Attributes:
        number: as a spreadsheet counts it; the heads are row 1.
        cells: by the head of their column; None where the cell asks to take a fact away.
    """

    number: int
    cells: Mapping[str, str | None]


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""The CSV of a table, UTF-8 text with commas.

    >>> write_table(["asset", "credit"], [["1", "@92OMBr/Newsflash"]])
    "asset,credit\n1,'@92OMBr/Newsflash\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert_cell(cell) for cell in row])
    return text.getvalue()


def read_table(content: bytes, key: str) -> tuple[list[str], list[Row]]:
    r"""The heads and the rows of a CSV, whichever of its dialects a spreadsheet saved it in.

    Args:
        key: the column that must be there; by it the separator is recognised.

    >>> read_table(b"\xef\xbb\xbfasset;credit\r\n1;'@92OMBr\r\n", "asset")
    (['asset', 'credit'], [Row(number=2, cells={'asset': '1', 'credit': '@92OMBr'})])

    Raises:
        BadInput: the text is in no known encoding, too large, or no CSV.
        Usage: a column is missing, nameless or there twice.
    """
    if len(content) > LONGEST:
        raise BadInput(f"it has more than {LONGEST >> 20} MiB", "split it into several tables")
    text = decode_text(content)
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text
    separator = declared[1] if declared else _separator(body, key)
    records = _records(body, separator)
    if not records:
        raise BadInput("it is empty", "footage find --csv prints a table")
    heads = [_head(cell) for cell in records[0]]
    _check_heads(heads, records[1:], key)
    return [head for head in heads if head], [
        _row(number, heads, record)
        for number, record in enumerate(records[1:], 2)
        if any(map(str.strip, record))
    ]


def inert_cell(text: str) -> str:
    """A cell that says a text, and does nothing.

    >>> inert_cell("=1+1"), inert_cell("'=1+1"), inert_cell("1+1")
    ("'=1+1", "''=1+1", '1+1')
    """
    return _FORMULA.sub("'", legible(text))


def read_cell(cell: str) -> str | None:
    """The text that :func:`inert_cell` wrote; None for a cell that asks to take a fact away."""
    return None if cell.strip() == UNSET else read_legible(_INERT.sub("", cell))


def _separator(text: str, key: str) -> str:
    """The separator that makes a column of the key."""
    first = re.split(r"[\r\n]", text, maxsplit=1)[0]
    for separator in _SEPARATORS:
        heads = next(csv.reader([first], delimiter=separator), [])
        if key in map(_head, heads):
            return separator
    raise _no_column(key)


def _records(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise BadInput(
            f"it is no CSV at line {reader.line_num}: {error}",
            "save it from the spreadsheet as CSV once more",
        ) from error


def _head(cell: str) -> str:
    return cell.strip().casefold().replace("_", "-")


def _check_heads(heads: Sequence[str], records: Sequence[Sequence[str]], key: str) -> None:
    if key not in heads:
        raise _no_column(key)
    for at, head in enumerate(heads):
        if head and head in heads[:at]:
            raise Usage(f"the column {head!r} is there twice", "remove one of the two")
        if not head and any(len(record) > at and record[at].strip() for record in records):
            raise Usage(f"column {at + 1} has no name", "name it in the first row, or empty it")


def _row(number: int, heads: Sequence[str], record: Sequence[str]) -> Row:
    if any(cell.strip() for cell in record[len(heads) :]):
        raise Usage(f"row {number} has more cells than there are columns", "quote cells that hold separators")
    cells = zip(heads, record, strict=False)
    return Row(number, {head: read_cell(cell) for head, cell in cells if head})


def _no_column(key: str) -> Usage:
    return Usage(f"the table has no column {key!r}", f"its first row names the columns: {key},shows,city …")

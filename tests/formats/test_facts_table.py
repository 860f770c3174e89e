"""Tables of facts: read back exactly, inert in every spreadsheet, in the dialects that spreadsheets save."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.errors import BadInput, Usage
from footage.formats.facts_table import Row, inert_cell, read_cell, read_table, write_table
from typing_facts import HOSTILE, SIGNS, TEXTS

SIGNS_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@given(st.one_of(TEXTS, st.text(SIGNS, max_size=12)))
def test_a_cell_reads_back_and_is_inert(text: str) -> None:
    cell = inert_cell(text)
    assert read_cell(cell) == text
    assert not cell.startswith(SIGNS_OF_FORMULAS)
    assert "\x1b" not in cell and "\u202e" not in cell


@given(st.lists(TEXTS, min_size=1, max_size=3), st.sampled_from([",", ";", "\t", "|"]))
def test_no_reader_of_whatever_separator_finds_a_formula(texts: list[str], separator: str) -> None:
    table = write_table(["asset", "note"], [["1", text] for text in texts])
    table.encode()
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        for record in csv.reader(io.StringIO(table, newline=""), delimiter=separator, quoting=quoting):
            assert separator == "|" or not [cell for cell in record if cell.startswith(SIGNS_OF_FORMULAS)]


def test_a_table_reads_back() -> None:
    rows = [[str(at), text] for at, text in enumerate(HOSTILE, 1)]
    heads, found = read_table(write_table(["asset", "note"], rows).encode(), "asset")
    assert heads == ["asset", "note"]
    assert [[row.cells["asset"], row.cells["note"]] for row in found] == rows
    assert [row.number for row in found] == list(range(2, len(HOSTILE) + 2))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_dialects_of_spreadsheets(separator: str, end: str, encoding: str) -> None:
    lines = (
        ["Asset", '"city"', "Masked_At_Source"],
        ["1", '"Київ, ""x"";\ty"', "yes"],
        ["", "", ""],
        ["2", "", ""],
    )
    content = "".join(separator.join(line) + end for line in lines).encode(encoding)
    heads, rows = read_table(content, "asset")
    assert heads == ["asset", "city", "masked-at-source"]
    assert rows == [
        Row(2, {"asset": "1", "city": 'Київ, "x";\ty', "masked-at-source": "yes"}),
        Row(4, {"asset": "2", "city": "", "masked-at-source": ""}),
    ]


def test_a_declared_separator_counts_no_row() -> None:
    assert read_table(b"sep=;\r\nasset;city\r\n1;Kyiv, x\r\n", "asset")[1] == [
        Row(2, {"asset": "1", "city": "Kyiv, x"})
    ]


def test_a_cell_that_takes_away_and_one_that_says_so() -> None:
    assert read_cell("(unset)") is None and read_cell(" (unset) ") is None
    assert read_cell(inert_cell("(unset)")) == "(unset)"
    assert read_cell("=typed by hand") == "=typed by hand"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"number,city\n1,x\n", "no column 'asset'"),
        (b"asset,city,City\n1,x,y\n", "'city' is there twice"),
        (b"asset,,city\n1,x,y\n", "column 2 has no name"),
        (b"asset,city\n1,x,y\n", "row 2 has more cells"),
    ],
)
def test_tables_that_cannot_be_read(content: bytes, told: str) -> None:
    with pytest.raises(Usage) as error:
        read_table(content, "asset")
    assert told in error.value.message and error.value.hint


@pytest.mark.parametrize(
    "content", [b'asset,city\n1,"open\n', b"asset,city\n1,caf\xe9\n", b'asset,c\n1,a"b"c"\n1,"a"b\n']
)
def test_files_that_are_no_table(content: bytes) -> None:
    with pytest.raises(BadInput) as error:
        read_table(content, "asset")
    assert error.value.hint


def test_an_empty_file_is_no_table() -> None:
    with pytest.raises(Usage, match="no column"):
        read_table(b"", "asset")

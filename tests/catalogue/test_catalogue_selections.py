"""What the words of a command line name."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from footage.catalogue import assets, custody, search, selections
from footage.errors import NotFound, Usage
from footage.model.facts import Facts

Catalogued = Callable[..., int]

TODAY = dt.date(2023, 3, 24)
AT = "2023-03-24T12:00:00.000+00:00"
SHAS = ("3f9c" + "0" * 60, "3f9cab" + "1" * 58, "3f9cab" + "2" * 58, "777777" + "3" * 58, "d" * 64)


@pytest.fixture
def library(connection: Connection, catalogued: Catalogued) -> Connection:
    """Five assets; the fourth was discarded, two are called the same."""
    names = ("clip.mp4", "Схід caf\udce9.mp4", "clip.mp4", "gone.mp4", "facade")
    for name, sha256 in zip(names, SHAS, strict=True):
        catalogued(Facts(shows="medics" if "." in name else "sappers"), name=name, sha256=sha256)
    assets.discard(connection, assets.get(connection, 4), "shows a hospital")
    search.index(connection, 4)
    return connection


def _resolve(connection: Connection, *words: str) -> list[int]:
    return selections.resolve(connection, words, TODAY)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["3", "1"], [3, 1]),
        (["3,1..2", "2", "5"], [3, 1, 2, 5]),
        (["2..40"], [2, 3, 5]),
        (["3f9cab1"], [2]),
        (["3F9CAB" + "2" * 58], [3]),
        (["Схід caf\udce9.mp4"], [2]),
        (["facade"], [5]),
        (["shows:medics"], [1, 2, 3]),
        (["kind:video sort:added", "1"], [5, 3, 2, 1]),
        (['"medics"'], [1, 2, 3]),
        (["5", "shows:medics"], [5, 1, 2, 3]),
        ([], []),
    ],
)
def test_words_name_assets_in_their_order(library: Connection, words: list[str], wanted: list[int]) -> None:
    assert _resolve(library, *words) == wanted


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("9", "no asset 9", "the newest asset is 5"),
        ("0", "no asset 0", "the newest asset is 5"),
        ("777777", "no asset 777777", "the newest asset is 5"),
        ("1,9", "no asset 9", "the newest asset is 5"),
        ("90..99", "no asset from 90 to 99", "footage find"),
        ("4..4", "asset 4 (gone.mp4) was discarded: shows a hospital", "footage history 4"),
        ("4", "asset 4 (gone.mp4) was discarded: shows a hospital", "footage history 4"),
        ("gone.mp4", "was discarded", "adding the file again"),
        ("clip.mp4", "names more than one asset: 1 (clip.mp4), 3 (clip.mp4)", "1,3 for all"),
        ("3f9cab", "names more than one asset: 2 (Схід", "2,3 for all"),
        ("clpi.mp4", "no asset is called clpi.mp4", "did you mean clip.mp4?"),
        ("3f9ca", "no asset is called 3f9ca", "six characters or more"),
        ("zebra", "no asset is called zebra", "footage find zebra"),
        ("abcdef1234", "no asset is called abcdef1234", "footage find"),
        ("story:none_such", "no asset matches story:none_such", "footage find"),
        ("last", "last add", "footage find"),
    ],
)
def test_what_names_nothing_is_said_with_the_nearest(
    library: Connection, word: str, message: str, hint: str
) -> None:
    with pytest.raises(NotFound) as caught:
        _resolve(library, "1", word)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_what_cannot_be_read_is_said(library: Connection) -> None:
    with pytest.raises(Usage, match="ends before it begins"):
        _resolve(library, "40..12")
    with pytest.raises(Usage, match="no field 'stroy'"):
        _resolve(library, "stroy:bakhmut")


def test_a_discarded_asset_is_named_where_that_is_asked_for(library: Connection) -> None:
    assert selections.resolve(library, ["4", "gone.mp4", "1"], TODAY, discarded=True) == [4, 1]


def test_a_name_in_sight_goes_before_one_that_is_not(library: Connection, catalogued: Catalogued) -> None:
    again = catalogued(name="gone.mp4")
    assert _resolve(library, "gone.mp4") == [again]


def test_a_file_may_be_called_like_a_query(library: Connection, catalogued: Catalogued) -> None:
    number = catalogued(name="kind:video of it")
    assert _resolve(library, "kind:video of it") == [number]


def test_digits_alone_are_a_number_whatever_files_are_called(
    library: Connection, catalogued: Catalogued
) -> None:
    catalogued(name="2")
    assert _resolve(library, "2") == [2]


def test_last_is_what_the_last_add_took_in(library: Connection) -> None:
    for number, batch in ((1, "monday"), (3, "tuesday"), (4, "tuesday"), (2, "tuesday")):
        custody.append(library, AT, "Olha", "add", [number], {"batch": batch})
    assert _resolve(library, "last") == [3, 2]
    assert _resolve(library, "2", "last") == [2, 3]

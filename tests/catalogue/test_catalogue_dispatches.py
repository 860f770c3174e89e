"""What went to whom, and the versions of assets, as the catalogue keeps them."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Connection

from footage.catalogue import dispatches, editions
from footage.model.dispatch import Dispatch, Edition

AT = "2023-03-24T12:00:00.000+00:00"
RECORD = {"caption": "Дим \udcff\u202e <b>", "facts": {"person": ["A", "B"], "city": "Київ"}}


def test_dispatch_comes_back_as_it_went(connection: Connection, catalogued: Callable[..., int]) -> None:
    number = catalogued()
    first = dispatches.add(connection, Dispatch(number, "AP \udcff", "/out/\udcfe", AT, 1, RECORD))
    second = dispatches.add(connection, replace(first, version=2, notice="kill"))
    assert (first.number, second.number) == (1, 2)
    assert dispatches.of_asset(connection, number) == [first, second]


def test_dispatches_of_many_assets(connection: Connection, catalogued: Callable[..., int]) -> None:
    numbers = [catalogued() for _ in range(3)]
    wide = [*numbers, *range(5000, 6200)]
    assert dispatches.assets_sent(connection) == []
    late = dispatches.add(connection, Dispatch(numbers[2], "", "/a", AT, 1, RECORD))
    early = dispatches.add(connection, Dispatch(numbers[0], "", "/b", AT, 1, RECORD))
    found = dispatches.of_assets(connection, wide)
    assert found.keys() == set(wide)
    assert {number: sent for number, sent in found.items() if sent} == {
        numbers[0]: [early],
        numbers[2]: [late],
    }
    assert dispatches.assets_sent(connection) == [numbers[0], numbers[2]]


def test_edition_is_the_first_until_it_is_put(connection: Connection, catalogued: Callable[..., int]) -> None:
    number, other = catalogued(), catalogued()
    assert editions.of_asset(connection, number) == Edition(number, 1, None)
    editions.put(connection, Edition(number, 2))
    editions.put(connection, Edition(number, 3, "wrong \udcff"))
    assert editions.of_assets(connection, [number, other, *range(5000, 6200)]) == {
        number: Edition(number, 3, "wrong \udcff"),
        other: Edition(other),
        **{absent: Edition(absent) for absent in range(5000, 6200)},
    }

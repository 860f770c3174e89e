"""What went to whom: how records differ, what followed what, and the folders of receivers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.model.dispatch import (
    Difference,
    Dispatch,
    Receiver,
    differences,
    followed_by,
    latest,
    package_of,
)
from footage.model.notice import folder_names

TEXTS = st.text(max_size=8)
RECORDS = st.fixed_dictionaries(
    {
        "caption": TEXTS,
        "credit": TEXTS,
        "headline": TEXTS,
        "facts": st.dictionaries(
            st.sampled_from(["city", "person", "shot", "undated"]), TEXTS | st.lists(TEXTS, max_size=3)
        ),
        "sha256": TEXTS,
    }
)


def sent(number: int, client: str = "AP", folder: str = "/out", notice: str = "", **record: Any) -> Dispatch:
    """Something that left the house."""
    return Dispatch(1, client, folder, "2023-03-24T12:00:00.000+00:00", 1, record, notice, number)


@given(RECORDS)
def test_nothing_differs_from_itself(record: dict[str, Any]) -> None:
    assert differences(record, record) == ()


@given(RECORDS, RECORDS)
def test_differences_are_told_both_ways(old: dict[str, Any], new: dict[str, Any]) -> None:
    there = {(one.field, one.before, one.after) for one in differences(old, new)}
    back = {(one.field, one.after, one.before) for one in differences(new, old)}
    assert there == back
    assert ("caption", old["caption"], new["caption"]) in there or old["caption"] == new["caption"]


def test_facts_that_came_and_went_stand_against_nothing() -> None:
    old = {"caption": "A", "facts": {"rights": "Editorial use only", "person": ["X", "Y"]}}
    new = {"caption": "A", "facts": {"embargo": "2023-03-25", "person": ["X"]}}
    assert differences(old, new) == (
        Difference("rights", "Usage terms", "Editorial use only", ""),
        Difference("person", "Shown", "X; Y", "X"),
        Difference("embargo", "Embargoed until", "", "2023-03-25"),
    )


def test_every_receiver_has_one_latest_dispatch() -> None:
    went = [sent(3, "B"), sent(1), sent(4, notice="correction"), sent(2, folder="/two")]
    assert {to: one.number for to, one in latest(went).items()} == {
        Receiver("AP", "/out"): 4,
        Receiver("AP", "/two"): 2,
        Receiver("B", "/out"): 3,
    }


def test_notice_belongs_to_the_package_before_it() -> None:
    package, other, first, second = (
        sent(1),
        sent(2, "B"),
        sent(3, notice="correction"),
        sent(4, notice="kill"),
    )
    went = [package, other, first, second]
    assert package_of(second, went) == package and package_of(other, went) == other
    assert followed_by(package, went) == second
    assert followed_by(other, went) is None
    assert followed_by(first, went) is None
    assert followed_by(sent(5), [*went, sent(5)]) is None


@given(
    st.lists(TEXTS | st.sampled_from(["a", "A", "a-2", "A-2", ".", "..", "/", "é", "e\u0301"]), max_size=8)
)
def test_folder_names_are_safe_and_apart(wanted: list[str]) -> None:
    names = folder_names(wanted)
    assert len(names) == len(wanted)
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert name and not set(name) & set('/\\\0:*?"<>| \n') and not name.startswith((".", "-"))
        assert name.isprintable()


@pytest.mark.parametrize("name", ["\ud800\udcff", "界" * 10_000, "x" * 10_000])
def test_folder_names_fit_a_disk(name: str) -> None:
    first, second = folder_names([name, name])
    assert first != second and len(second.encode()) < 255

"""Finding the dates in English prose."""

import datetime as dt

import pytest

from footage.model.dates import MONTHS, find_dates

DAY = dt.date(2023, 3, 24)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("by the 92nd OMBr on Friday, Mar. 24, 2023. (x)", ["Friday, Mar. 24, 2023"]),
        ("on Friday, on 24th March, along", ["Friday, on 24th March"]),
        ("on March 3 and on 4 March 2023", ["March 3", "4 March 2023"]),
        ("Sept. 5, 2022, and Sep 6", ["Sept. 5, 2022", "Sep 6"]),
        ("2023-03-24, 24.03.2023 and 3/24/2023", ["2023-03-24", "24.03.2023", "3/24/2023"]),
        ("in March 2023", ["March 2023"]),
        ("on Friday", ["Friday"]),
        ("MARCH 24, 2023", ["MARCH 24, 2023"]),
        ("they march 24 miles and may 5 times", []),
        ("the 24th Brigade, version 1.2.2023.4, 12/13", []),
        ("Mar. 45 and 99 May", []),
        ("Fridays and Mayors", []),
    ],
)
def test_dates_are_found_as_they_stand(text: str, found: list[str]) -> None:
    assert [mention.text for mention in find_dates(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "March 24",
        "24 Mar. 2023",
        "2023-03-24",
        "24.3.2023",
        "24/3/2023",
        "March 2023",
        "Friday",
        "Thursday, Mar. 24",
    ],
)
def test_a_mention_agrees_with_its_day(text: str) -> None:
    (mention,) = find_dates(text)
    assert mention.agrees(DAY)


@pytest.mark.parametrize(
    "text", ["March 25", "24 Mar. 2022", "2023-03-23", "24.4.2023", "April 2023", "Thursday", "3/4/2023"]
)
def test_a_mention_does_not_agree_with_another_day(text: str) -> None:
    (mention,) = find_dates(text)
    assert not mention.agrees(DAY)


def test_numbers_between_slashes_may_be_either_way_round() -> None:
    (mention,) = find_dates("3/4/2023")
    assert mention.agrees(dt.date(2023, 4, 3))
    assert mention.agrees(dt.date(2023, 3, 4))
    assert mention.date() is None


def test_a_day_that_does_not_exist_is_a_mention_without_a_date() -> None:
    (mention,) = find_dates("Feb. 30, 2023")
    assert mention.complete
    assert mention.date() is None


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_known_by_its_name_and_its_first_letters(number: int) -> None:
    name = MONTHS[number - 1]
    for spelled in {name, name[:3], f"{name[:3]}."}:
        (mention,) = find_dates(f"{spelled} 7, 2023")
        assert mention.date() == dt.date(2023, number, 7)

"""The words that name assets."""

import pytest

from footage.errors import Usage
from footage.model.selection import Last, Name, Numbers, Pick, parse_pick, too_short


@pytest.mark.parametrize(
    ("word", "pick"),
    [
        ("12", Numbers(((12, 12),))),
        ("007", Numbers(((7, 7),))),
        ("123456", Numbers(((123456, 123456),))),
        ("12,15", Numbers(((12, 12), (15, 15)))),
        ("12..40,3", Numbers(((12, 40), (3, 3)))),
        ("5..5", Numbers(((5, 5),))),
        ("last", Last()),
        ("LAST", Name("LAST")),
        ("3f9cab", Name("3f9cab", "3f9cab")),
        ("3F9CAB", Name("3F9CAB", "3f9cab")),
        ("f" * 64, Name("f" * 64, "f" * 64)),
        ("f" * 65, Name("f" * 65)),
        ("3f9ca", Name("3f9ca")),
        ("clip.mp4", Name("clip.mp4")),
        ("12..", Name("12..")),
        ("12,", Name("12,")),
        ("-3", Name("-3")),
        ("١٢", Numbers(((12, 12),))),
        ("1" * 5000, Name("1" * 5000)),
        ("story:bakhmut", Name("story:bakhmut", query=True)),
        ("my clip.mp4", Name("my clip.mp4", query=True)),
    ],
)
def test_a_word_is_read_as_what_it_looks_like(word: str, pick: Pick) -> None:
    assert parse_pick(word) == pick


def test_a_range_that_ends_before_it_begins_is_turned_round() -> None:
    with pytest.raises(Usage, match=r"40\.\.12 ends before it begins") as caught:
        parse_pick("1,40..12")
    assert caught.value.hint == "type 12..40"


@pytest.mark.parametrize(
    ("word", "wanted"), [("3f9ca", True), ("a1", True), ("face", False), ("3f9cab", False)]
)
def test_too_short_a_start_of_a_sha_is_told_apart(word: str, wanted: bool) -> None:
    assert too_short(word) is wanted

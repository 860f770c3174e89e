"""Prose from outside: encodings, sizes, control characters."""

import pytest

from footage.errors import BadInput
from footage.formats.prose import LARGEST, checked_prose, read_prose

TEXT = "Дим над Бахмутом. “It burns.”\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_text_in_any_of_unicodes_encodings(encoding: str) -> None:
    assert read_prose((TEXT * 9).encode(encoding), "story.txt") == TEXT * 9


def test_line_ends_are_one() -> None:
    assert read_prose(b"a\r\nb\rc\n", "story.txt") == "a\nb\nc\n"


def test_another_encoding_is_named_by_its_byte_and_line() -> None:
    with pytest.raises(BadInput, match=r"story\.txt: .*0xc4 in line 2"):
        read_prose("fine\nДим".encode("cp1251"), "story.txt")


@pytest.mark.parametrize("sign", ["\x1b", "\0", "\x9b", "\x07", "\udc80"])
def test_control_characters_are_refused_by_name(sign: str) -> None:
    with pytest.raises(BadInput, match=rf"U\+{ord(sign):04X}\) in line 3"):
        checked_prose(f"a\nb\nc{sign}", "story.txt")


@pytest.mark.parametrize(
    "text", ["\u202eright to left", "zero\u200bwidth", "= formula", "<b>", "a --> b", "a\tb"]
)
def test_what_only_looks_odd_arrives_as_it_is(text: str) -> None:
    assert read_prose(text.encode(), "story.txt") == text


@pytest.mark.parametrize("content", [b"", b" \n", b"...", b"\xef\xbb\xbf"])
def test_nothing_is_no_text(content: bytes) -> None:
    with pytest.raises(BadInput, match="no words"):
        read_prose(content, "story.txt")


def test_what_is_too_large_is_not_read() -> None:
    assert read_prose(b"a" * LARGEST, "story.txt")
    with pytest.raises(BadInput, match="larger than 256 KB"):
        read_prose(b"a" * (LARGEST + 1), "story.txt")

"""What every format can hold: the same text in all of them, and what is replaced is said by name."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.formats.writable import escaped_path, is_address, replaced, writable
from footage.model.publication import Place, Publication
from publications import EXAMPLE, ITEM, hostile


def test_what_everything_can_hold_stays_as_it_is() -> None:
    assert writable(ITEM) == ITEM
    assert replaced(ITEM) == ()


def test_what_cannot_be_held_is_replaced_and_named_field_by_field() -> None:
    spoiled = replace(
        ITEM,
        caption="a\x00b\ud800c\x9b",
        keyword=("war\x1b", "war\x1b", ""),
        created=Place(city="Ky\ufffeiv"),
        shots=(replace(ITEM.shots[0], description="\x07"),),
    )
    clean = writable(spoiled)
    assert clean.caption == "a\ufffdb\ufffdc\ufffd"
    assert clean.keyword == ("war\ufffd",)
    assert clean.created == Place(city="Ky\ufffdiv")
    assert clean.shots[0].description == "\ufffd"
    assert replaced(spoiled) == (
        "caption: U+0000, U+D800, U+009B cannot be held by every format: written as U+FFFD",
        "keyword: U+001B cannot be held by every format: written as U+FFFD",
        "city: U+FFFE cannot be held by every format: written as U+FFFD",
        "description: U+0007 cannot be held by every format: written as U+FFFD",
    )


def test_names_stay_on_one_line_and_prose_keeps_its_lines() -> None:
    clean = writable(Publication("a\r\nb\rc\td ", credit="a\r\nb\tc", statement="a\nb"))
    assert (clean.caption, clean.credit, clean.statement) == ("a\nb\nc\td", "a b c", "a\nb")
    assert replaced(Publication("a\r\nb", credit="a\nb")) == ()


def test_paths_and_roles_are_left_to_those_who_write_them() -> None:
    link = replace(ITEM.links[0], href="a\udcff\x1b.mp4")
    assert writable(replace(ITEM, links=(link,))).links == (link,)
    assert replaced(replace(ITEM, links=(link,))) == ()
    assert escaped_path(link.href) == "a%FF%1B.mp4"
    assert writable(EXAMPLE).status is EXAMPLE.status


@pytest.mark.parametrize("seed", range(20))
def test_it_is_done_once(seed: int) -> None:
    clean = writable(hostile(seed))
    assert writable(clean) == clean
    assert replaced(clean) == ()


@given(
    st.text(alphabet=st.characters(), max_size=30) | st.text(alphabet=st.characters(categories=["Cs", "Cc"]))
)
def test_xml_holds_whatever_is_left(text: str) -> None:
    element = ET.Element("a", at=writable(Publication("", credit=text)).credit)
    element.text = writable(Publication(text)).caption
    back = ET.fromstring(ET.tostring(element, encoding="utf-8"))
    assert (back.text or "", back.get("at")) == (element.text, element.get("at"))


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("urn:sha256:ab12", True),
        ("http://cv.iptc.org/newscodes/contentwarning/death", True),
        ("https://example.org/%D0%B6", True),
        ("https://example.org/ж", False),
        ("https://example.org/%zz", False),
        ("clip.mp4", False),
        ("http:", False),
        ("a: b", False),
        ("urn:a\n", False),
        ("", False),
    ],
)
def test_addresses_are_told_from_words(text: str, whole: bool) -> None:
    assert is_address(text) is whole

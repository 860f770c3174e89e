"""What containers say: QuickTime's keys before the generic ones, and only what can be true."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footage.formats.quicktime import read_tag_location, read_tags, write_keys
from footage.formats.xmp import write_xmp
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Publication
from publications import EXAMPLE


def test_a_phones_clip() -> None:
    tags = {
        "major_brand": "qt  ",
        "creation_time": "2023-03-24T10:01:30.000000Z",
        "com.apple.quicktime.creationdate": "2023-03-24T12:01:30+0200",
        "com.apple.quicktime.location.ISO6709": "+48.5947+037.9999+123.456/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.title": "Near Bakhmut",
        "title": "another",
        "com.apple.quicktime.artist": "Olena",
        "com.apple.quicktime.description": "Smoke rises",
        "com.apple.quicktime.keywords": "war, Bakhmut,,war",
    }
    assert read_tags(tags) == Facts(
        shows="Smoke rises",
        headline="Near Bakhmut",
        shot=Moment(dt.date(2023, 3, 24), dt.time(12, 1, 30), "+02:00"),
        creator="Olena",
        keyword=("war", "Bakhmut"),
    )
    assert read_tag_location(tags) == (48.5947, 37.9999)


def test_a_matroska_file_of_a_channel() -> None:
    tags = {
        "TITLE": "Near Bakhmut",
        "ARTIST": "92nd OMBr",
        "COMMENT": "https://t.me/ombr92/1",
        "PURL": "https://t.me/ombr92/1",
        "DESCRIPTION": "Smoke\r\nrises",
        "COPYRIGHT": "© 92nd OMBr",
        "DATE": "20230324",
    }
    assert read_tags(tags) == Facts(
        shows="Smoke\nrises",
        headline="Near Bakhmut",
        shot=Moment(dt.date(2023, 3, 24)),
        url="https://t.me/ombr92/1",
        creator="92nd OMBr",
        rights="© 92nd OMBr",
        note="https://t.me/ombr92/1",
    )


def test_a_clock_that_was_never_set_dates_nothing() -> None:
    assert read_tags({"creation_time": "1904-01-01T00:00:00.000000Z"}) == Facts()


def test_an_unreadable_date_gives_way_to_the_next() -> None:
    told = read_tags({"date": "2023", "creation_time": "2023-03-24T10:01:30Z"})
    assert told.shot == Moment(dt.date(2023, 3, 24), dt.time(10, 1, 30), "UTC")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "t.me/ombr92"])
def test_only_an_address_of_the_web_is_one(url: str) -> None:
    assert read_tags({"purl": url}) == Facts()


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("+48.5947+037.9999/", (48.5947, 37.9999)),
        ("-48.5947-037.9999-12.0CRSWGS_84/", (-48.5947, -37.9999)),
        ("+4835.682+03759.994/", (48.5947, 37.9999)),
        ("+483540.92-0375959.64/", (48.5947, -37.9999)),
        ("+48.5947+037.9999", (48.5947, 37.9999)),
        ("+90.0001+037.0/", None),
        ("+48.0+180.1/", None),
        ("+48.5947", None),
        ("48.5947, 37.9999", None),
        ("+485+037/", None),
        ("", None),
    ],
)
def test_locations(text: str, location: tuple[float, float] | None) -> None:
    found = read_tag_location({"location": text})
    assert found == (location and pytest.approx(location, abs=1e-6))


NAMES = st.sampled_from(
    ["title", "TITLE", "location", "date", "creation_time", "purl", "com.apple.quicktime.keywords"]
)


@given(st.dictionaries(NAMES | st.text(max_size=5), st.text(max_size=40)))
@settings(max_examples=150, deadline=None)
def test_no_tags_raise(tags: dict[str, str]) -> None:
    read_tags(tags)
    read_tag_location(tags)


def test_what_we_write_is_read_back_and_stands_in_xmp_too() -> None:
    keys = write_keys(EXAMPLE)
    assert read_tags(keys) == Facts(
        shows=EXAMPLE.caption,
        headline="Near Bakhmut",
        creator="Olena Kovalenko",
        rights="© 92nd OMBr",
        embargo=EXAMPLE.embargo,
        expires=EXAMPLE.expires,
        note="No archiving.",
    )
    packet = ET.fromstring(write_xmp(EXAMPLE))
    assert {*keys.values()} <= {element.text for element in packet.iter()}
    assert write_keys(Publication("Smoke.", story="smoke")) == {
        "com.apple.quicktime.title": "smoke",
        "com.apple.quicktime.description": "Smoke.",
    }

"""All packets of a file together: the stronger standard wins, and garbage of any kind says nothing."""

import datetime as dt
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from footage.formats.embedded_facts import facts_from, location_from
from footage.formats.xmp import write_xmp
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Publication
from publications import EXAMPLE

IIM = b"\x1c\x02\x5a\x00\x04Kyiv\x1c\x02\x65\x00\x07Ukraine\x1c\x02\x28\x00\x0bUse with it"
TAGS = {"title": "A title", "creation_time": "2023-03-20T10:00:00Z", "comment": "a comment"}


def test_xmp_counts_before_iim_and_iim_before_tags() -> None:
    found = facts_from(write_xmp(Publication("Smoke rises.", city="Bakhmut")), IIM, b"", TAGS)
    assert found == Facts(
        shows="Smoke rises.",
        headline="A title",
        city="Bakhmut",
        country="Ukraine",
        shot=Moment(dt.date(2023, 3, 20), dt.time(10, 0), "UTC"),
        note="Use with it\na comment",
    )


def test_a_packet_that_says_undated_silences_a_containers_clock() -> None:
    found = facts_from(write_xmp(Publication("Smoke rises.", undated=True)), b"", b"", TAGS)
    assert (found.undated, found.shot) == (True, None)


def test_an_unreadable_packet_is_noted_and_the_others_count() -> None:
    found = facts_from(b"<x>", IIM, b"", {})
    assert (found.city, found.country) == ("Kyiv", "Ukraine")
    assert found.note is not None
    first, second = found.note.split("\n")
    assert first.startswith("the file's XMP cannot be read: ")
    assert second == "Use with it"


def test_the_same_note_stands_once() -> None:
    assert facts_from(b"", IIM, b"", {"comment": "Use with it"}).note == "Use with it"


def test_nothing_says_nothing() -> None:
    assert facts_from(b"", b"", b"", {}) == Facts()
    assert location_from(b"", b"", {}) is None


def test_the_camera_knows_best_where_it_was(real_media: Path) -> None:
    with Image.open(real_media / "exif_DSCN0010.jpg") as picture:
        exif = picture.info["exif"]
    tags = {"location": "+01.0+002.0/"}
    packet = write_xmp(EXAMPLE)
    found = location_from(packet, exif, tags)
    assert found is not None
    assert round(found[0], 3) == 43.467
    assert location_from(packet, b"", tags) == (1.0, 2.0)
    assert location_from(packet, b"", {}) == EXAMPLE.location


GARBAGE = st.one_of(
    st.binary(max_size=300),
    st.binary(max_size=100).map(lambda tail: b"\x1c\x02\x78" + tail),
    st.binary(max_size=100).map(lambda tail: b"II*\0\x08\0\0\0\x05\0" + tail),
    st.binary(max_size=60).map(lambda tail: write_xmp(EXAMPLE).replace(b"Bakhmut", tail)),
)


@given(GARBAGE, GARBAGE, GARBAGE, st.dictionaries(st.text(max_size=9), st.text(max_size=20), max_size=5))
@settings(max_examples=200, deadline=None)
def test_garbage_never_raises(xmp: bytes, iim: bytes, exif: bytes, tags: dict[str, str]) -> None:
    facts_from(xmp, iim, exif, tags)
    location_from(xmp, exif, tags)

"""XMP: what is written is read back, in every spelling, and hostile packets say nothing."""

import datetime as dt
import json
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from footage.formats.stamps import read_stamp
from footage.formats.writable import writable
from footage.formats.xmp import LARGEST_PACKET, read_xmp, read_xmp_location, write_xmp
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Publication
from publications import EXAMPLE, hostile

REFERENCE = "IPTC-PhotometadataRef-Std2021.1"
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
PREFIXES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
)


def packet(body: str, attributes: str = "") -> bytes:
    """A packet of one description."""
    return (
        f"<rdf:RDF {RDF}><rdf:Description {PREFIXES} {attributes}>{body}</rdf:Description></rdf:RDF>".encode()
    )


def test_what_is_written_is_read_back() -> None:
    assert read_xmp(write_xmp(EXAMPLE)) == Facts(
        shows=EXAMPLE.caption,
        headline="Near Bakhmut",
        place="Bakhmut direction",
        city="Bakhmut",
        state="Donetsk Oblast",
        country="Ukraine",
        shot=Moment(dt.date(2023, 3, 23), dt.time(12, 1, 30), "+02:00"),
        released=Moment(dt.date(2023, 3, 24), dt.time(23, 50), "+02:00"),
        creator="Olena Kovalenko, A second hand",
        creator_title="HONS",
        credit="@92OMBr/Newsflash",
        person=("Ivan Sirko",),
        rights="© 92nd OMBr",
        embargo=EXAMPLE.embargo,
        expires=EXAMPLE.expires,
        language="uk",
        keyword=("war", "Bakhmut"),
        event="Battle of Bakhmut",
        alt="A column of smoke above low houses.",
        job="2023-0324-17",
        note="No archiving.",
    )


def test_undated_is_written_and_read_back() -> None:
    found = read_xmp(write_xmp(Publication("Smoke rises.", undated=True)))
    assert found == Facts(shows="Smoke rises.", undated=True)


def test_a_publication_cannot_be_undated_and_dated() -> None:
    with pytest.raises(ValueError, match="undated"):
        Publication("Smoke rises.", undated=True, date_created=Moment(dt.date(2023, 3, 24)))


def test_a_location_is_written_only_where_one_is_given() -> None:
    assert read_xmp_location(write_xmp(EXAMPLE)) == pytest.approx((48.594722, -37.999972), abs=1e-7)
    plain = write_xmp(Publication("Smoke rises.", city="Bakhmut"))
    assert b"GPS" not in plain
    assert read_xmp_location(plain) is None


def test_the_packet_is_wrapped_and_well_formed_whatever_the_words_hold() -> None:
    words = "a\x00b\x1b[31m]]>&lt;\ud800\ufffe <script>\u202e"
    written = write_xmp(Publication(words, keyword=(words,), story=words))
    assert written.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode())
    assert written.endswith(b'<?xpacket end="w"?>')
    ET.fromstring(written)
    gone = "\ufffd"
    assert read_xmp(written).shows == f"a{gone}b{gone}[31m]]>&lt;{gone}{gone} <script>\u202e"


def test_the_reference_picture_gives_its_facts(conformance: Path) -> None:
    with Image.open(conformance / "IPTC-PhotometadataRef-Std2021.1.jpg") as picture:
        found = read_xmp(picture.info["xmp"])
    assert found == Facts(
        shows="The description aka caption (ref2021.1)",
        headline="The Headline (ref2021.1)",
        place="Sublocation (Core) (ref2021.1)",
        city="City (Core) (ref2021.1)",
        state="Province/State(Core)(ref2021.1)",
        country="Country (Core) (ref2021.1)",
        shot=Moment(dt.date(2021, 10, 20), dt.time(21, 1, 1), "+00:00"),
        creator="Creator1 (ref2021.1)",
        creator_title="Creator's Job Title  (ref2021.1)",
        credit="Credit Line (ref2021.1)",
        person=("Person Shown 1 (ref2021.1)", "Person Shown 2 (ref2021.1)"),
        rights="Copyright (Notice) 2021.1 IPTC - www.iptc.org  (ref2021.1)",
        keyword=("Keyword1ref2021.1", "Keyword2ref2021.1", "Keyword3ref2021.1"),
        event="Event Name (ref2021.1)",
        alt="This is the Alt Text description to support accessibility in 2021.1",
        job="Job Id (ref2021.1)",
        rating=1,
        note="An Instruction (ref2021.1)",
    )


LISTED = {
    "shows": "XMP-dc:Description",
    "headline": "XMP-photoshop:Headline",
    "place": "XMP-iptcCore:Location",
    "city": "XMP-photoshop:City",
    "state": "XMP-photoshop:State",
    "country": "XMP-photoshop:Country",
    "creator": "XMP-dc:Creator",
    "creator_title": "XMP-photoshop:AuthorsPosition",
    "credit": "XMP-photoshop:Credit",
    "person": "XMP-iptcExt:PersonInImage",
    "rights": "XMP-dc:Rights",
    "keyword": "XMP-dc:Subject",
    "event": "XMP-iptcExt:Event",
    "alt": "XMP-iptcCore:AltTextAccessibility",
    "job": "XMP-photoshop:TransmissionReference",
    "rating": "XMP-xmp:Rating",
    "note": "XMP-photoshop:Instructions",
}


def test_the_reference_picture_is_read_as_exiftool_lists_it(conformance: Path) -> None:
    (listing,) = json.loads((conformance / f"{REFERENCE}-ExifToolRead.json").read_text())
    with Image.open(conformance / f"{REFERENCE}.jpg") as picture:
        found = read_xmp(picture.info["xmp"])
    assert {*found.stated()} == {*LISTED, "shot"}
    for name, tag in LISTED.items():
        said, wanted = getattr(found, name), listing[tag]
        together = ", ".join(wanted) if name == "creator" else wanted
        assert said == (tuple(together) if isinstance(together, list) else together), name
    assert found.shot == read_stamp(listing["XMP-photoshop:DateCreated"])


@pytest.mark.parametrize(
    ("written", "facts"),
    [
        (packet("", 'photoshop:City="Bakhmut" xmp:Rating="5"'), Facts(city="Bakhmut", rating=5)),
        (packet("<xmp:Rating>-1</xmp:Rating>"), Facts()),
        (
            packet(
                '<dc:description><rdf:Alt><rdf:li xml:lang="uk">Дим</rdf:li>'
                '<rdf:li xml:lang="x-default">Smoke</rdf:li></rdf:Alt></dc:description>'
            ),
            Facts(shows="Smoke"),
        ),
        (
            packet('<dc:description><rdf:Alt><rdf:li xml:lang="uk">Дим</rdf:li></rdf:Alt></dc:description>'),
            Facts(shows="Дим"),
        ),
        (packet("<dc:description>bare</dc:description>"), Facts(shows="bare")),
        (
            packet(
                '<dc:creator><rdf:Seq><rdf:li rdf:parseType="Resource"><rdf:value>A</rdf:value></rdf:li>'
                "<rdf:li><rdf:Description><rdf:value>B</rdf:value></rdf:Description></rdf:li>"
                '<rdf:li rdf:resource="https://example.org/c"/></rdf:Seq></dc:creator>'
            ),
            Facts(creator="A, B, https://example.org/c"),
        ),
        (
            packet(
                '<Iptc4xmpExt:LocationCreated Iptc4xmpExt:City="Kyiv" Iptc4xmpExt:CountryName="Ukraine"/>'
                "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li><rdf:Description>"
                "<Iptc4xmpExt:City>Bakhmut</Iptc4xmpExt:City></rdf:Description></rdf:li></rdf:Bag>"
                "</Iptc4xmpExt:LocationShown>"
            ),
            Facts(city="Bakhmut", country="Ukraine"),
        ),
        (packet("<photoshop:DateCreated>2023-02-30</photoshop:DateCreated>"), Facts()),
        (packet("<Iptc4xmpExt:CircaDateCreated>around 1600</Iptc4xmpExt:CircaDateCreated>"), Facts()),
        (
            b"\xef\xbb\xbf" + packet("<photoshop:City>Bakhmut</photoshop:City>") + b" \n\0\0",
            Facts(city="Bakhmut"),
        ),
        (b"", Facts()),
    ],
)
def test_every_spelling_is_read(written: bytes, facts: Facts) -> None:
    assert read_xmp(written) == facts


@pytest.mark.parametrize(
    ("latitude", "longitude", "location"),
    [
        ("48,35.68332N", "37,59.99832W", (48.594722, -37.999972)),
        ("48,35,41S", "37,0,0E", (-48.594722, 37.0)),
        ("91,0.0N", "37,0.0E", None),
        ("48,0.0E", "37,0.0N", None),
        ("48.5", "37.0", None),
    ],
)
def test_locations_are_read_where_they_exist(
    latitude: str, longitude: str, location: tuple[float, float] | None
) -> None:
    found = read_xmp_location(packet("", f'exif:GPSLatitude="{latitude}" exif:GPSLongitude="{longitude}"'))
    assert found == (location and pytest.approx(location, abs=1e-6))


@pytest.mark.parametrize("seed", range(30))
def test_hostile_texts_are_written_as_they_are_read(seed: int) -> None:
    publication = hostile(seed)
    found, clean = read_xmp(write_xmp(publication)), writable(publication)
    for name, wanted in (
        ("shows", clean.caption),
        ("headline", clean.headline),
        ("credit", clean.credit),
        ("event", clean.event),
        ("alt", clean.alt),
        ("job", clean.job),
        ("creator_title", clean.creator_title),
    ):
        assert (getattr(found, name) or "") == wanted[:10_000].strip(), name
    assert found.keyword == tuple(dict.fromkeys(word[:10_000].strip() for word in clean.keyword))


def harmful() -> dict[str, bytes]:
    """Packets made to do harm."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    inner = packet("<photoshop:City>&l9;</photoshop:City>").decode()
    stolen = packet("<photoshop:City>&x;</photoshop:City>").decode()
    return {
        "billion laughs": f'<!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>{inner}'.encode(),
        "external entity": f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>{stolen}'.encode(),
        "external type": b'<!DOCTYPE r SYSTEM "http://127.0.0.1/x.dtd">'
        + write_xmp(EXAMPLE).partition(b"?>")[2],
        "ten megabytes": packet(f"<photoshop:City>{'a' * 10_000_000}</photoshop:City>"),
        "deep": packet("<dc:subject>" * 10_000 + "</dc:subject>" * 10_000),
        "wide": packet("<photoshop:City/>" * 60_000),
        "half": write_xmp(EXAMPLE)[:700],
        "no RDF": b"<x/>",
        "no XML": bytes(range(256)),
        "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><x/>',
    }


@pytest.mark.parametrize("name", harmful())
def test_a_hostile_packet_says_nothing_but_a_note(name: str) -> None:
    written = harmful()[name]
    started = time.monotonic()
    found = read_xmp(written)
    assert time.monotonic() - started < 2
    assert found.stated() == ("note",)
    assert found.note is not None
    assert found.note.startswith("the file's XMP")
    assert len(written) < LARGEST_PACKET or "larger than" in found.note


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_broken_packet_never_raises(data: st.DataObject) -> None:
    whole = bytearray(write_xmp(EXAMPLE))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    read_xmp(bytes(whole))
    read_xmp_location(bytes(whole))


def test_a_day_that_is_about_right_stands_where_it_is_told_as_such() -> None:
    day = Moment(dt.date(2023, 3, 20), circa=True)
    packet = write_xmp(Publication("Smoke rises.", date_created=day))
    assert b"photoshop:DateCreated" not in packet and b"CircaDateCreated" in packet
    assert read_xmp(packet).shot == day

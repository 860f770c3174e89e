"""ninjs and NewsML-G2: valid by their schemas, saying all that was meant, whatever the texts hold."""

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from lxml import etree
from referencing import Registry, Resource

from footage.errors import ToolFailed
from footage.formats.newsml import check_newsml, read_newsml, write_newsml
from footage.formats.ninjs import check_ninjs, read_ninjs, write_ninjs
from footage.formats.writable import replaced, writable
from footage.model.asset import Kind
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Place, Publication, Status
from publications import EXAMPLE, ITEM, hostile

PLAIN = Publication("Smoke rises.", guid="urn:newsflash:1", version_created=ITEM.version_created)
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
NAR = "{http://iptc.org/std/nar/2006-10-01/}"

Validate = Callable[[bytes], None]
Write = Callable[[Publication], bytes]
Check = Callable[[bytes, Publication], None]

KINDS = pytest.mark.parametrize(
    ("write", "check"), [(write_ninjs, check_ninjs), (write_newsml, check_newsml)], ids=["ninjs", "newsml"]
)


@pytest.fixture(scope="session")
def valid_ninjs(conformance: Path) -> Validate:
    """Check a document against the schema, addresses and times too."""
    formats = FormatChecker(())
    formats.checks("uri")(lambda text: not isinstance(text, str) or bool(ADDRESS.fullmatch(text)))
    formats.checks("date-time", ValueError)(_is_point_in_time)
    places = Resource.from_contents(json.loads((conformance / "GeoJSON-schema.json").read_text()))
    validator = Draft202012Validator(
        json.loads((conformance / "ninjs-schema_3.1.json").read_text()),
        registry=Registry().with_resource("https://geojson.org/schema/GeoJSON.json", places),
        format_checker=formats,
    )

    def validate(written: bytes) -> None:
        validator.validate(json.loads(written))

    return validate


def _is_point_in_time(text: object) -> bool:
    return not isinstance(text, str) or dt.datetime.fromisoformat(text).tzinfo is not None


@pytest.fixture(scope="session")
def valid_newsml(conformance: Path) -> Validate:
    """Check a document against the schema of conformance level power."""
    schema = etree.XMLSchema(etree.parse(conformance / "NewsML-G2_2.35-spec-All-Power.xsd"))

    def validate(written: bytes) -> None:
        schema.assertValid(etree.fromstring(written))

    return validate


def newsml(publication: Publication) -> Any:
    """The item that is written."""
    return etree.fromstring(write_newsml(publication))


def test_the_validators_find_what_is_wrong(valid_ninjs: Validate, valid_newsml: Validate) -> None:
    document = json.loads(write_ninjs(ITEM))
    for spoiled in ({"uri": "no address"}, {"versionCreated": "2023-03-24"}, {"creditline": "x"}):
        with pytest.raises(ValidationError):
            valid_ninjs(json.dumps(document | spoiled).encode())
    with pytest.raises(etree.DocumentInvalid):
        valid_newsml(write_newsml(ITEM).replace(b"creditline", b"byline"))


@pytest.mark.parametrize(
    "publication",
    [
        ITEM,
        EXAMPLE,
        PLAIN,
        replace(PLAIN, undated=True, language="Ukrainian, mostly", data_mining="no", event_id=("1 2",)),
        replace(PLAIN, creator_title="HONS", status=Status.CANCELED, location=(0.0, -180.0)),
        replace(PLAIN, date_created=Moment(dt.date(2023, 3, 24)), created=Place(city="Kyiv")),
        replace(PLAIN, embargo=Moment(dt.date(2023, 3, 24), dt.time(9)), expires=Moment(dt.date.max)),
    ],
)
def test_what_is_written_is_valid_and_found_again(
    publication: Publication, valid_ninjs: Validate, valid_newsml: Validate
) -> None:
    written = write_ninjs(publication)
    valid_ninjs(written)
    check_ninjs(written, publication)
    written = write_newsml(publication)
    valid_newsml(written)
    check_newsml(written, publication)


@pytest.mark.parametrize("seed", [range(30), pytest.param(range(30, 400), marks=pytest.mark.long)])
def test_hostile_texts_arrive_exactly_or_are_replaced_by_name(
    seed: range, valid_ninjs: Validate, valid_newsml: Validate
) -> None:
    for number in seed:
        publication = hostile(number)
        item, document = write_newsml(publication), write_ninjs(publication)
        valid_newsml(item)
        valid_ninjs(document)
        check_newsml(item, publication)
        check_ninjs(document, publication)
        clean = writable(publication)
        assert {said["value"] for said in json.loads(document)["descriptions"]} >= {clean.caption} - {""}
        (*found,) = newsml(publication).iterfind(f"{NAR}contentMeta/{NAR}creditline")
        assert [each.text for each in found] == [clean.credit] * bool(clean.credit)
        if clean.caption == publication.caption and "\ufffd" not in clean.caption:
            assert not [told for told in replaced(publication) if told.startswith("caption:")]
        for facts in (read_newsml(item), read_ninjs(document)):
            assert facts.shows == (clean.caption or None) or len(clean.caption) > 10_000
            assert facts.credit == (clean.credit or None) or len(clean.credit) > 10_000


@KINDS
def test_a_field_that_is_missing_or_different_is_named(write: Write, check: Check) -> None:
    written = write(ITEM)
    for name, other in (
        ("caption", "Smoke."),
        ("credit", "@92OMBr"),
        ("source", "Somebody"),
        ("relayed_by", ("Somebody",)),
        ("hops", ITEM.hops[:2]),
        ("embargo", None),
        ("expires", Moment(dt.date(2023, 4, 8))),
        ("date_created", None),
        ("released", Moment(dt.date(2023, 3, 24))),
        ("creator", ("A, B",)),
        ("person", ()),
        ("content_warnings", ()),
        ("status", Status.CANCELED),
        ("version", 3),
        ("location", (48.6, 38.0)),
        ("links", ITEM.links[1:]),
        ("usage_terms", ""),
        ("statement", "-"),
        ("country_code", ""),
        ("created", None),
    ):
        changes: dict[str, Any] = {name: other}
        with pytest.raises(ToolFailed, match="does not say the"):
            check(written, replace(ITEM, **changes))
    with pytest.raises(ToolFailed, match="does not say the credit as it was meant"):
        check(written, replace(ITEM, credit="@92OMBr"))
    with pytest.raises(ToolFailed, match="cannot be read"):
        check(written[:-20], ITEM)
    check(written, ITEM)


def test_a_shot_that_moved_is_named() -> None:
    first, second = ITEM.shots
    for shots in ((first,), (second, first), (replace(first, start=Fraction(1, 25)), second)):
        with pytest.raises(ToolFailed, match="does not say the shots"):
            check_newsml(write_newsml(ITEM), replace(ITEM, shots=shots, shot_list=ITEM.dopesheet))


@pytest.mark.parametrize("write", [write_ninjs, write_newsml])
def test_a_news_item_needs_a_name_and_a_time(write: Write) -> None:
    for lacking in (replace(PLAIN, guid=""), replace(PLAIN, version_created=None)):
        with pytest.raises(ValueError, match="guid"):
            write(lacking)


def test_ninjs_says_what_it_has_no_field_for_with_roles() -> None:
    said = json.loads(write_ninjs(ITEM))
    assert said["uri"] == "urn:newsflash:1" and said["type"] == "video" and said["version"] == "2"
    assert said["embargoedUntil"] == "2023-03-25T06:00:00+02:00"
    assert said["expires"] == "2023-04-08T00:00:00+00:00"
    assert said["contentCreated"] == "2023-03-23T12:01:30+02:00"
    assert [source for source in said["infoSources"] if source["role"] in ("creditline", "relay")] == [
        {"name": "@92OMBr/Newsflash", "role": "creditline"},
        {"name": "Ground Forces of the Armed Forces of Ukraine", "role": "relay"},
    ]
    told = {each["role"]: each["value"] for each in said["descriptions"]}
    assert told["caption"] == ITEM.caption
    assert told["shotlist"] == "1. 0:00–0:00.480 Wide of <a street> & smoke"
    assert said["renditions"][0] == {
        "name": "main",
        "href": "file:a%20b.mp4",
        "title": "a b.mp4",
        "contentType": "video/mp4",
        "sizeInBytes": 4711,
        "width": 640,
        "height": 360,
        "duration": 2.0,
        "videoCodec": "h264",
        "frameRate": 25.0,
    }


def test_ninjs_never_makes_a_point_in_time_of_a_day() -> None:
    for moment in (Moment(dt.date(2023, 3, 23)), Moment(dt.date(2023, 3, 23), dt.time(12, 1))):
        dated = replace(PLAIN, date_created=moment)
        assert "contentCreated" not in json.loads(write_ninjs(dated))
        assert read_ninjs(write_ninjs(dated)).shot == moment


def test_newsml_puts_everything_in_the_standards_order() -> None:
    item = newsml(ITEM)
    assert [etree.QName(part).localname for part in item] == [
        *("catalogRef", "catalog", "hopHistory", "rightsInfo", "itemMeta", "contentMeta"),
        *("partMeta", "partMeta", "contentSet"),
    ]
    assert dict(item.attrib) == {
        "guid": "urn:newsflash:1",
        "version": "2",
        "standard": "NewsML-G2",
        "standardversion": "2.35",
        "conformance": "power",
    }
    assert item.findtext(f"{NAR}itemMeta/{NAR}embargoed") == "2023-03-25T06:00:00+02:00"
    assert item.findtext(f"{NAR}contentMeta/{NAR}creditline") == "@92OMBr/Newsflash"
    hops = item.findall(f"{NAR}hopHistory/{NAR}hop")
    assert [hop.get("timestamp") for hop in hops] == ["2023-03-24T23:50:00+02:00", "2023-03-24", None]
    assert [hop.findtext(f"{NAR}party/{NAR}name") for hop in hops] == [hop.party for hop in ITEM.hops]
    assert [hop.findtext(f"{NAR}action/{NAR}name") for hop in hops] == ["released", "relayed", "gave"]


def test_newsml_counts_pictures_where_that_is_exact_and_seconds_elsewhere() -> None:
    (first, _) = newsml(ITEM).findall(f"{NAR}partMeta")
    assert first.find(f"{NAR}icon").get("href") == "pictures/1-a%20b-1.jpg"
    assert dict(first.find(f"{NAR}timeDelim").attrib) == {
        "start": "0",
        "end": "12",
        "timeunit": "timeunit:editUnit",
        "renditionref": "rnd:highRes",
    }
    assert first.findtext(f"{NAR}description") == "Wide of <a street> & smoke"
    phone = replace(ITEM, links=(replace(ITEM.links[0], frame_rate=None),))
    odd = replace(ITEM, shots=(replace(ITEM.shots[0], end=Fraction(1, 3)),))
    for publication, end in ((phone, "0.480000"), (odd, "0.333333")):
        delimiter = newsml(publication).find(f"{NAR}partMeta/{NAR}timeDelim")
        assert (delimiter.get("end"), delimiter.get("timeunit")) == (end, "timeunit:normalPlayTime")


@pytest.mark.parametrize(
    ("kind", "ninjs", "newsml_class"),
    [(Kind.VIDEO, "video", "ninat:video"), (Kind.STILL, "picture", "ninat:picture")],
)
def test_videos_and_stills_are_told_apart(kind: Kind, ninjs: str, newsml_class: str) -> None:
    publication = replace(PLAIN, kind=kind)
    assert json.loads(write_ninjs(publication))["type"] == ninjs
    assert newsml(publication).find(f"{NAR}itemMeta/{NAR}itemClass").get("qcode") == newsml_class


FACTS = Facts(
    shows=ITEM.caption,
    headline="Near Bakhmut",
    place="Bakhmut direction",
    city="Bakhmut",
    state="Donetsk Oblast",
    country="Ukraine",
    shot=ITEM.date_created,
    released=ITEM.released,
    url="https://t.me/example/1",
    statement=ITEM.statement,
    creator="Olena Kovalenko, A second hand",
    creator_title="HONS",
    credit="@92OMBr/Newsflash",
    person=("Ivan Sirko",),
    rights="Editorial use only",
    embargo=ITEM.embargo,
    expires=ITEM.expires,
    language="uk",
    keyword=("war", "Bakhmut"),
    event="Battle of Bakhmut",
    alt="A column of smoke above low houses.",
    job="2023-0324-17",
    note=(
        "No archiving.\nCorrects the place.\n"
        "Source: 92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of Ukraine\n"
        "Relayed by: Ground Forces of the Armed Forces of Ukraine\nStory: bakhmut"
    ),
)


def test_our_own_items_give_their_facts_back() -> None:
    assert read_ninjs(write_ninjs(ITEM)) == FACTS
    assert read_newsml(write_newsml(ITEM)) == FACTS
    for facts in (read_ninjs(write_ninjs(PLAIN)), read_newsml(write_newsml(PLAIN))):
        assert facts == Facts(shows="Smoke rises.")
    undated = replace(PLAIN, undated=True)
    for facts in (read_ninjs(write_ninjs(undated)), read_newsml(write_newsml(undated))):
        assert facts == Facts(shows="Smoke rises.", undated=True)


def test_a_strangers_items_are_read_too() -> None:
    document = {
        "uri": "http://example.org/1",
        "headlines": [{"value": "Smoke over Kyiv"}, {"value": "second"}, 7, None],
        "descriptions": [{"value": "Smoke rises over Kyiv."}],
        "embargoedUntil": "2030-01-01T06:00:00Z",
        "contentCreated": "2023-03-23T12:01:30+02:00",
        "by": "Olena",
        "people": {"name": "no list"},
        "renditions": [{"duration": 1e300, "width": "a"}],
        "altIds": [{"role": "published", "value": "javascript:alert(1)"}],
    }
    assert read_ninjs(json.dumps(document).encode()) == Facts(
        shows="Smoke rises over Kyiv.",
        headline="Smoke over Kyiv",
        shot=Moment(dt.date(2023, 3, 23), dt.time(12, 1, 30), "+02:00"),
        embargo=Moment(dt.date(2030, 1, 1), dt.time(6), "UTC"),
        creator="Olena",
    )
    item = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="1">
      <itemMeta><embargoed>2030-01-01T06:00:00Z</embargoed></itemMeta><contentMeta>
      <contentCreated>2023-03-23T12:01:30+02:00</contentCreated><creator><name>Olena</name></creator>
      <headline>Smoke <inline>over</inline> Kyiv</headline><description>Smoke rises over Kyiv.</description>
      </contentMeta></newsItem></itemSet></newsMessage>"""
    assert read_newsml(item.encode()) == read_ninjs(json.dumps(document).encode())


def spoiled() -> dict[str, tuple[Callable[[bytes], Facts], bytes]]:
    """Documents made to do harm, and who reads them."""
    ours = write_newsml(PLAIN)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "billion laughs": (read_newsml, f'<!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]><r>&l9;</r>'.encode()),
        "external entity": (
            read_newsml,
            b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>',
        ),
        "deep XML": (read_newsml, b"<a>" * 100_000),
        "wide XML": (read_newsml, b"<a>" + b"<b/>" * 60_000 + b"</a>"),
        "large XML": (read_newsml, ours + b" " * (4 << 20)),
        "half XML": (read_newsml, ours[:300]),
        "no item": (read_newsml, b"<a/>"),
        "deep JSON": (read_ninjs, b'{"a":' + b"[" * 100_000),
        "wide JSON": (read_ninjs, b'{"a":[' + b"1," * 60_000 + b"1]}"),
        "large JSON": (read_ninjs, b" " * (5 << 20)),
        "half JSON": (read_ninjs, write_ninjs(PLAIN)[:100]),
        "a list": (read_ninjs, b"[]"),
        "no number": (read_ninjs, b'{"a": NaN}'),
        "digits": (read_ninjs, b'{"a": ' + b"9" * 10_000 + b"}"),
        "no UTF-8": (read_ninjs, b'{"by": "\xff"}'),
        "quotes": (read_ninjs, b'"' + b'\\"' * 2_000_000),
        "nothing but noise": (read_ninjs, bytes(range(256))),
    }


@pytest.mark.parametrize("name", spoiled())
def test_a_spoiled_document_says_nothing_but_a_note(name: str) -> None:
    read, document = spoiled()[name]
    found = read(document)
    assert found.stated() == ("note",)
    assert found.note is not None
    assert found.note.startswith(("the ninjs beside it ", "the NewsML-G2 beside it "))


def test_nothing_says_nothing_at_all() -> None:
    assert read_ninjs(b"") == read_newsml(b"") == Facts()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*json.loads(write_ninjs(ITEM))]), JSON), st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_a_document_holds_reading_never_raises(
    document: dict[str, Any], data: st.DataObject
) -> None:
    read_ninjs(json.dumps(document).encode())
    ours = json.loads(write_ninjs(ITEM))
    for name in document:
        if isinstance(ours[name], list) and ours[name]:
            ours[name][0] = data.draw(JSON)
    read_ninjs(json.dumps(ours).encode())


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_broken_item_never_raises(data: st.DataObject) -> None:
    whole = bytearray(write_newsml(ITEM))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    read_newsml(bytes(whole))

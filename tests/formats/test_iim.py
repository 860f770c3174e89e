"""IIM: its limits in bytes, what it cuts is told, and every malformed dataset is survived."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from footage.formats.iim import read_iim, truncated, write_iim
from footage.formats.writable import writable
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Publication
from publications import EXAMPLE, hostile

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
UTF_8 = b"\x1b%G"


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    """One dataset of the usual form."""
    return bytes((0x1C, record, number)) + len(value).to_bytes(2) + value


def test_every_field_stands_under_its_name() -> None:
    assert write_iim(replace(EXAMPLE, caption="Smoke rises.", source="92nd OMBr")) == {
        "Iptc.Envelope.CharacterSet": "\x1b%G",
        "Iptc.Application2.RecordVersion": "4",
        "Iptc.Application2.Caption": "Smoke rises.",
        "Iptc.Application2.Headline": "Near Bakhmut",
        "Iptc.Application2.ObjectName": "bakhmut",
        "Iptc.Application2.TransmissionReference": "2023-0324-17",
        "Iptc.Application2.Byline": ["Olena Kovalenko", "A second hand"],
        "Iptc.Application2.BylineTitle": "HONS",
        "Iptc.Application2.Writer": "ok/newsflash",
        "Iptc.Application2.Credit": "@92OMBr/Newsflash",
        "Iptc.Application2.Source": "92nd OMBr",
        "Iptc.Application2.Copyright": "© 92nd OMBr",
        "Iptc.Application2.SpecialInstructions": (
            "Embargoed until 2023-03-25 06:00 Europe/Kyiv. Not to be used after 2023-04-07. No archiving."
        ),
        "Iptc.Application2.SubLocation": "Bakhmut direction",
        "Iptc.Application2.City": "Bakhmut",
        "Iptc.Application2.ProvinceState": "Donetsk Oblast",
        "Iptc.Application2.CountryName": "Ukraine",
        "Iptc.Application2.CountryCode": "UKR",
        "Iptc.Application2.Keywords": ["war", "Bakhmut"],
        "Iptc.Application2.Language": "uk",
        "Iptc.Application2.DateCreated": "2023-03-23",
        "Iptc.Application2.TimeCreated": "12:01:30+02:00",
        "Iptc.Application2.ReleaseDate": "2023-03-25",
        "Iptc.Application2.ReleaseTime": "06:00:00+02:00",
        "Iptc.Application2.ExpirationDate": "2023-04-07",
    }


def test_what_nobody_states_is_not_written() -> None:
    written = write_iim(Publication("Smoke rises."))
    assert [name.rpartition(".")[2] for name in written] == ["CharacterSet", "RecordVersion", "Caption"]


def test_a_time_without_a_zone_is_left_out() -> None:
    written = write_iim(Publication("", date_created=Moment(dt.date(2023, 3, 24), dt.time(12, 0))))
    assert written["Iptc.Application2.DateCreated"] == "2023-03-24"
    assert "Iptc.Application2.TimeCreated" not in written


def test_a_credit_line_one_byte_too_long_is_cut_and_told() -> None:
    publication = Publication("", credit="Ukrainian Ground Forces/92nd OMBr")
    assert write_iim(publication)["Iptc.Application2.Credit"] == "Ukrainian Ground Forces/92nd OMB"
    assert truncated(publication) == (
        "IIM's credit line was cut from 33 to 32 bytes: 'Ukrainian Ground Forces/92nd OMB'",
    )


def test_a_cut_never_splits_a_character() -> None:
    publication = Publication("", city="a" + "Ж" * 20, keyword=("ok", "є" * 33))
    written = write_iim(publication)
    assert written["Iptc.Application2.City"] == "a" + "Ж" * 15
    assert written["Iptc.Application2.Keywords"] == ["ok", "є" * 32]
    told = truncated(publication)
    assert [sentence.split(":")[0] for sentence in told] == [
        "IIM's city was cut from 41 to 31 bytes",
        "IIM's keyword was cut from 66 to 64 bytes",
    ]


def test_what_fits_is_not_told() -> None:
    assert truncated(replace(EXAMPLE, source="92nd OMBr")) == ()
    assert truncated(Publication("a" * 2000)) == ()
    assert len(truncated(Publication("a" * 2001))) == 1


def test_datasets_are_read() -> None:
    packet = dataset(90, UTF_8, record=1) + b"".join(
        dataset(number, value.encode())
        for number, value in (
            (120, "Дим над містом"),
            (105, "Headline"),
            (92, "Bakhmut direction"),
            (90, "Bakhmut"),
            (95, "Donetsk Oblast"),
            (85, "HONS"),
            (103, "job 1"),
            (101, "Ukraine"),
            (55, "20230324"),
            (60, "235000+0200"),
            (80, "A"),
            (80, "B"),
            (110, "@92OMBr"),
            (116, "©"),
            (30, "20230325"),
            (37, "20230407"),
            (38, "120000+0300"),
            (135, "uk"),
            (25, "war"),
            (25, "Bakhmut"),
            (40, "No archiving."),
        )
    )
    assert read_iim(packet) == Facts(
        shows="Дим над містом",
        headline="Headline",
        place="Bakhmut direction",
        city="Bakhmut",
        state="Donetsk Oblast",
        country="Ukraine",
        shot=Moment(dt.date(2023, 3, 24), dt.time(23, 50), "+02:00"),
        creator="A, B",
        creator_title="HONS",
        credit="@92OMBr",
        rights="©",
        embargo=Moment(dt.date(2023, 3, 25)),
        expires=Moment(dt.date(2023, 4, 7), dt.time(12, 0), "+03:00"),
        language="uk",
        keyword=("war", "Bakhmut"),
        job="job 1",
        note="No archiving.",
    )


def test_the_exact_words_of_the_instructions_count_before_days_of_eight_digits() -> None:
    words = b"Embargoed until 2023-03-25 06:00 Europe/Kyiv. Not to be used after 2023-04-07. No archiving."
    found = read_iim(dataset(40, words) + dataset(30, b"20230325") + dataset(37, b"20230407"))
    assert found == Facts(embargo=EXAMPLE.embargo, expires=EXAMPLE.expires, note="No archiving.")


@pytest.mark.parametrize(
    ("declared", "value", "city"),
    [
        (UTF_8, "Бахмут".encode(), "Бахмут"),
        (UTF_8, b"M\xfcnchen", "München"),
        (b"\x1b.A", "München".encode("latin-1"), "München"),
        (b"\x1b.A", "München".encode(), "MÃ¼nchen"),
        (None, "Бахмут".encode(), "Бахмут"),
        (None, b"M\xfcnchen", "München"),
    ],
)
def test_the_declared_character_set_counts(declared: bytes | None, value: bytes, city: str) -> None:
    packet = (dataset(90, declared, record=1) if declared else b"") + dataset(90, value)
    assert read_iim(packet).city == city


def test_an_extended_dataset_is_read() -> None:
    text = b"a" * 4000
    packet = b"\x1c\x02\x78\x80\x04" + len(text).to_bytes(4) + text
    assert read_iim(packet + dataset(90, b"Bakhmut")) == Facts(shows=text.decode(), city="Bakhmut")


@pytest.mark.parametrize(
    "broken",
    [
        b"\x1c\x02\x78\xff\xff",
        b"\x1c\x02\x78\x80\x09",
        b"\x1c\x02\x78\x10\x00few",
        b"\x1d\x02\x78\x00\x02no",
        b"\x1c\x02",
        b"junk",
        b"\0",
    ],
)
def test_what_stands_before_a_malformed_dataset_counts(broken: bytes) -> None:
    assert read_iim(dataset(90, b"Bakhmut") + broken + dataset(101, b"Ukraine")) == Facts(city="Bakhmut")


def test_the_number_of_datasets_is_bounded() -> None:
    found = read_iim(dataset(25, b"a") * 1_999 + dataset(90, b"in") + dataset(101, b"out"))
    assert (found.city, found.country) == ("in", None)


def test_the_reference_picture_gives_its_facts(conformance: Path) -> None:
    with Image.open(conformance / "IPTC-PhotometadataRef-Std2021.1.jpg") as picture:
        found = read_iim(picture.info["photoshop"][0x0404])
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
        rights="Copyright (Notice) 2021.1 IPTC - www.iptc.org  (ref2021.1)",
        keyword=("Keyword1ref2021.1", "Keyword2ref2021.1", "Keyword3ref2021.1"),
        job="Job Id (ref2021.1)",
        note="An Instruction (ref2021.1)",
    )


@pytest.mark.parametrize("seed", range(30))
def test_hostile_texts_stay_within_their_bytes_and_hold_no_control(seed: int) -> None:
    publication = hostile(seed)
    limits = {
        "Caption": 2000,
        "Headline": 256,
        "ObjectName": 64,
        "Credit": 32,
        "CountryCode": 3,
        "Keywords": 64,
    }
    for name, value in write_iim(publication).items():
        for text in [value] if isinstance(value, str) else value:
            short = name.rpartition(".")[2]
            assert len(text.encode()) <= limits.get(short, 2000)
            assert short == "CharacterSet" or not CONTROLS.search(text)
    clean = writable(publication)
    told = any(sentence.startswith("IIM's caption was cut") for sentence in truncated(publication))
    assert told == (len(clean.caption.encode()) > 2000)


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=12))), st.binary(max_size=20))
@settings(max_examples=150, deadline=None)
def test_broken_datasets_never_raise(values: list[tuple[int, bytes]], tail: bytes) -> None:
    read_iim(b"".join(dataset(number, value) for number, value in values) + tail)


def test_an_embargo_and_an_expiry_keep_their_time_without_a_zone() -> None:
    moment = Moment(dt.date(2023, 3, 25), dt.time(6))
    written = write_iim(Publication("", embargo=moment, expires=moment))
    assert written["Iptc.Application2.ReleaseTime"] == "06:00:00+00:00"
    assert written["Iptc.Application2.ExpirationTime"] == "06:00:00+00:00"
    day = write_iim(Publication("", embargo=replace(moment, time=None)))
    assert "Iptc.Application2.ReleaseTime" not in day

"""EXIF: what cameras write is read, and offsets that lead nowhere say nothing."""

import datetime as dt
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from footage.formats.exif import read_exif, read_location
from footage.model.facts import Facts
from footage.model.moment import Moment

ASCII, SHORT, LONG, RATIONAL = 2, 3, 4, 5
EXIF, GPS = 0x8769, 0x8825
Entry = tuple[int, int, int, bytes]


def ascii_entry(tag: int, text: bytes) -> Entry:
    """A text, ended by NUL."""
    return tag, ASCII, len(text) + 1, text + b"\0"


def degrees(tag: int, order: str, *parts: int) -> Entry:
    """Three fractions."""
    return tag, RATIONAL, 3, struct.pack(f"{order}6I", *parts)


def tiff(order: str, **directories: list[Entry]) -> bytes:
    """A TIFF block of the directories ``first``, and ``exif`` and ``gps`` that it points to."""
    data = bytearray({"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}I", 8))
    first = [*directories["first"]]
    for name, tag in (("exif", EXIF), ("gps", GPS)):
        if name in directories:
            first.append((tag, LONG, 1, bytes(4)))
    pointers = _directory(data, order, first)
    for name, tag in (("exif", EXIF), ("gps", GPS)):
        if name in directories:
            struct.pack_into(f"{order}I", data, pointers[tag], len(data))
            _directory(data, order, directories[name])
    return bytes(data)


def _directory(data: bytearray, order: str, entries: list[Entry]) -> dict[int, int]:
    """Append a directory; give where each entry's value field lies."""
    start, places = len(data), {}
    data += struct.pack(f"{order}H", len(entries)) + bytes(12 * len(entries) + 4)
    for number, (tag, kind, count, value) in enumerate(entries):
        at = start + 2 + 12 * number
        places[tag] = at + 8
        if len(value) > 4:
            struct.pack_into(f"{order}HHII", data, at, tag, kind, count, len(data))
            data += value
        else:
            struct.pack_into(f"{order}HHI4s", data, at, tag, kind, count, value)
    return places


def camera(order: str) -> bytes:
    """What a camera writes."""
    return tiff(
        order,
        first=[
            ascii_entry(0x010E, "Дим над Бахмутом".encode()),
            ascii_entry(0x013B, b"Olena"),
            ascii_entry(0x8298, b"A photographer\0An editor"),
        ],
        exif=[ascii_entry(0x9003, b"2023:03:24 12:01:30"), ascii_entry(0x9011, b"+02:00")],
        gps=[
            ascii_entry(1, b"N"),
            degrees(2, order, 48, 1, 35, 1, 41, 1),
            ascii_entry(3, b"W"),
            degrees(4, order, 37, 1, 5999, 100, 0, 1),
        ],
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("head", [b"", b"Exif\0\0"])
def test_a_cameras_block_is_read(order: str, head: bytes) -> None:
    block = head + camera(order)
    assert read_exif(block) == Facts(
        shows="Дим над Бахмутом",
        shot=Moment(dt.date(2023, 3, 24), dt.time(12, 1, 30), "+02:00"),
        creator="Olena",
        rights="A photographer, An editor",
    )
    assert read_location(block) == pytest.approx((48 + 35 / 60 + 41 / 3600, -(37 + 59.99 / 60)))


@pytest.mark.parametrize(
    ("date", "zone", "shot"),
    [
        (b"2023:03:24 12:01:30", b"   :  ", Moment(dt.date(2023, 3, 24), dt.time(12, 1, 30))),
        (b"2023:03:24 12:01:30", b"", Moment(dt.date(2023, 3, 24), dt.time(12, 1, 30))),
        (b"0000:00:00 00:00:00", b"+02:00", None),
        (b"    :  :     :  :  ", b"", None),
    ],
)
def test_a_clock_without_zone_or_date_is_believed_as_far_as_it_goes(
    date: bytes, zone: bytes, shot: Moment | None
) -> None:
    block = tiff("<", first=[], exif=[ascii_entry(0x9003, date), ascii_entry(0x9011, zone)])
    assert read_exif(block) == Facts(shot=shot)


@pytest.mark.parametrize("words", [b"OLYMPUS DIGITAL CAMERA         ", b"SONY DSC", b"Screenshot", b" "])
def test_a_makers_own_description_shows_nothing(words: bytes) -> None:
    assert read_exif(tiff("<", first=[ascii_entry(0x010E, words)])) == Facts()


@pytest.mark.parametrize(
    "gps",
    [
        [ascii_entry(1, b"N"), degrees(2, "<", 48, 1, 0, 1, 0, 1), ascii_entry(3, b"E")],
        [
            ascii_entry(1, b"N"),
            degrees(2, "<", 48, 0, 0, 0, 0, 0),
            ascii_entry(3, b"E"),
            degrees(4, "<", *[1] * 6),
        ],
        [
            ascii_entry(1, b"N"),
            degrees(2, "<", 91, 1, 0, 1, 0, 1),
            ascii_entry(3, b"E"),
            degrees(4, "<", *[1] * 6),
        ],
        [
            ascii_entry(1, b""),
            degrees(2, "<", 48, 1, 0, 1, 0, 1),
            ascii_entry(3, b"E"),
            degrees(4, "<", *[1] * 6),
        ],
        [
            ascii_entry(1, b"NS"),
            degrees(2, "<", 48, 1, 0, 1, 0, 1),
            ascii_entry(3, b"E"),
            degrees(4, "<", *[1] * 6),
        ],
    ],
)
def test_half_a_location_is_none(gps: list[Entry]) -> None:
    assert read_location(tiff("<", first=[], gps=gps)) is None


def test_a_directory_that_points_at_itself_or_outside_says_nothing() -> None:
    looped = bytearray(tiff("<", first=[], exif=[]))
    struct.pack_into("<I", looped, 18, 8)
    assert read_exif(bytes(looped)) == Facts()
    struct.pack_into("<I", looped, 18, 0xFFFFFFF0)
    assert read_exif(bytes(looped)) == Facts()
    struct.pack_into("<I", looped, 4, 0xFFFFFFF0)
    assert read_exif(bytes(looped)) == Facts()


def test_a_value_of_another_type_says_nothing() -> None:
    assert read_exif(tiff("<", first=[(0x013B, SHORT, 2, b"ab\0\0")])) == Facts()
    assert read_exif(tiff("<", first=[(0x013B, RATIONAL, 1, b"a fraction")])) == Facts()


def test_a_value_that_reaches_past_the_end_says_nothing() -> None:
    assert read_exif(tiff("<", first=[(0x013B, ASCII, 99, b"too few characters")])) == Facts()


def test_real_pictures_are_read(real_media: Path) -> None:
    with Image.open(real_media / "exif_DSCN0010.jpg") as picture:
        block = picture.info["exif"]
    assert read_exif(block) == Facts(shot=Moment(dt.date(2008, 10, 22), dt.time(16, 28, 39)))
    assert read_location(block) == pytest.approx((43.4674483333333, 11.8851266666639))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_broken_block_never_raises(data: st.DataObject) -> None:
    block = bytearray(camera(data.draw(st.sampled_from("<>"))))
    for _ in range(data.draw(st.integers(1, 10))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(block)))
    read_exif(bytes(block[:cut]))
    read_location(bytes(block[:cut]))

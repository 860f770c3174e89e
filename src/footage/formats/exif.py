"""EXIF: what a camera or a phone wrote into a still.

Sources: TIFF 6.0 (the directories), CIPA DC-008 Exif 3.0 (the tags). A small strict reader: offsets that
point outside the block, entries beyond a number and values of another type than the tag's say nothing.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from footage.formats.foreign import decoded, tidy
from footage.formats.stamps import read_stamp
from footage.model.facts import Facts

_IMAGE_DESCRIPTION, _ARTIST, _COPYRIGHT = 0x010E, 0x013B, 0x8298
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
_DATE_TIME_ORIGINAL, _OFFSET_TIME_ORIGINAL = 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4

_ASCII, _LONG, _RATIONAL, _UTF_8 = 2, 4, 5, 129
_SIZES = {_ASCII: 1, _LONG: 4, _RATIONAL: 8, _UTF_8: 1}
_MOST_ENTRIES = 500

_SAID_BY_THE_CAMERA = frozenset(
    (
        "camera",
        "default",
        "digital camera",
        "exif_jpeg_picture",
        "konica minolta digital camera",
        "minolta digital camera",
        "olympus digital camera",
        "samsung camera pictures",
        "screenshot",
        "sony dsc",
    )
)


def read_exif(block: bytes) -> Facts:
    """The facts that an EXIF block proposes.

    A description that only the camera's maker wrote ("OLYMPUS DIGITAL CAMERA") is none.

    Args:
        block: from the TIFF header on, with or without ``Exif\\0\\0`` before it.
    """
    tiff = _tiff(block)
    if tiff is None:
        return Facts()
    first = tiff.directory(tiff.first)
    camera = tiff.directory(tiff.pointer(first, _EXIF_DIRECTORY))
    shot = tiff.text(camera, _DATE_TIME_ORIGINAL)
    shows = tidy(tiff.text(first, _IMAGE_DESCRIPTION))
    return Facts(
        shows=None if (shows or "").casefold() in _SAID_BY_THE_CAMERA else shows,
        shot=read_stamp(shot + tiff.text(camera, _OFFSET_TIME_ORIGINAL)) or read_stamp(shot),
        creator=tidy(tiff.text(first, _ARTIST)),
        rights=tidy(tiff.text(first, _COPYRIGHT)),
    )


def read_location(block: bytes) -> tuple[float, float] | None:
    """Latitude and longitude in degrees where the camera knew them, and they exist on Earth."""
    tiff = _tiff(block)
    if tiff is None:
        return None
    gps = tiff.directory(tiff.pointer(tiff.directory(tiff.first), _GPS_DIRECTORY))
    latitude = tiff.degrees(gps, _LATITUDE, tiff.text(gps, _LATITUDE_REF), "NS", 90)
    longitude = tiff.degrees(gps, _LONGITUDE, tiff.text(gps, _LONGITUDE_REF), "EW", 180)
    return None if latitude is None or longitude is None else (latitude, longitude)


Directory = Mapping[int, tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class _Tiff:
    """A TIFF structure: its bytes, its byte order as :mod:`struct` writes it, and its first directory."""

    data: bytes
    order: str
    first: int

    def directory(self, offset: int) -> Directory:
        """Type and value of each tag of the directory at an offset; empty where there is none."""
        if not 8 <= offset <= len(self.data) - 2:
            return {}
        (count,) = struct.unpack_from(f"{self.order}H", self.data, offset)
        found: dict[int, tuple[int, bytes]] = {}
        for at in range(offset + 2, offset + 2 + 12 * min(count, _MOST_ENTRIES), 12):
            if at + 12 > len(self.data):
                break
            tag, kind, number = struct.unpack_from(f"{self.order}HHI", self.data, at)
            size = number * _SIZES.get(kind, 0)
            start = at + 8
            if size > 4:
                (start,) = struct.unpack_from(f"{self.order}I", self.data, start)
            if size and start + size <= len(self.data):
                found.setdefault(tag, (kind, self.data[start : start + size]))
        return found

    def pointer(self, directory: Directory, tag: int) -> int:
        """The offset that a tag gives; 0 where it gives none."""
        kind, value = directory.get(tag, (0, b""))
        return int.from_bytes(value, "big" if self.order == ">" else "little") if kind == _LONG else 0

    def text(self, directory: Directory, tag: int) -> str:
        """A tag's text, its parts (a photographer's and an editor's copyright) joined."""
        kind, value = directory.get(tag, (0, b""))
        parts = value.split(b"\0") if kind in (_ASCII, _UTF_8) else ()
        return ", ".join(filter(None, (decoded(part).strip() for part in parts)))

    def degrees(self, directory: Directory, tag: int, letter: str, letters: str, most: int) -> float | None:
        """Degrees out of three fractions (degrees, minutes, seconds) and the hemisphere's letter."""
        kind, value = directory.get(tag, (0, b""))
        if kind != _RATIONAL or len(value) != 24 or letter not in tuple(letters):
            return None
        parts = struct.unpack(f"{self.order}6I", value)
        if 0 in parts[1::2]:
            return None
        whole, minutes, seconds = (
            above / below for above, below in zip(parts[::2], parts[1::2], strict=True)
        )
        size = whole + minutes / 60 + seconds / 3600
        if size > most:
            return None
        return float(-size if letter == letters[1] else size)


def _tiff(block: bytes) -> _Tiff | None:
    data = block.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return None
    return _Tiff(data, order, struct.unpack_from(f"{order}I", data, 4)[0])

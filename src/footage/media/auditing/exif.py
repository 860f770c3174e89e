"""EXIF blocks and TIFF files: what they say beyond how to show the picture.

Tags that show the picture, and caption, author and rights, may stay; all others are reported.

Sources: CIPA DC-008 (EXIF 3.0), TIFF 6.0, Adobe's TIFF technical notes, XMP specification part 3.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from footage.media.auditing.colour import audit_icc
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.photoshop import audit_iim, audit_resources
from footage.media.auditing.source import BROKEN, Source, gaps
from footage.media.auditing.tiff import Entry, Tiff
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

PICTURE_MARKS = re.compile(rb"\xff\xd8\xff[\xc0\xc4\xdb\xdd\xe0-\xef\xfe]|\x89PNG\r\n\x1a\n")
"""How a JPEG or PNG inside something else begins."""

_OFFSETS, _LENGTHS = 0x0201, 0x0202
_STRIPS = ((0x0111, 0x0117), (0x0144, 0x0145))
_NEW_SUBFILE, _USER_COMMENT = 0x00FE, 0x9286


class _Tag(IntEnum):
    """Tags that lead to something that is looked into."""

    EXIF = 0x8769
    GPS = 0x8825
    INTEROPERABILITY = 0xA005
    BELOW = 0x014A
    MAKER_NOTE = 0x927C
    XMP = 0x02BC
    IIM = 0x83BB
    RESOURCES = 0x8649
    ICC = 0x8773
    LAYERS = 0x935C


# How a picture is stored and to be shown.
_SHOWING = frozenset(
    (
        *range(0x00FE, 0x0108),
        *(0x010A, 0x0111, 0x0112, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119, 0x011A, 0x011B, 0x011C),
        *(0x011E, 0x011F, 0x0122, 0x0123, 0x0124, 0x0125, 0x0128, 0x0129, 0x012D, 0x013D, 0x013E, 0x013F),
        *(0x0140, 0x0141, 0x0142, 0x0143, 0x0144, 0x0145, 0x014C, 0x0150, 0x0152, 0x0153, 0x0154, 0x0155),
        *(0x0156, 0x015B, 0x0200, _OFFSETS, _LENGTHS, 0x0203, 0x0205, 0x0206, 0x0207, 0x0208, 0x0209),
        *(0x0211, 0x0212, 0x0213, 0x0214),
    )
)
_ABOUT_COLOURS = frozenset((0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA500, 0x9102))
_INTEROPERABILITY = frozenset((0x0001, 0x0002, 0x1000, 0x1001, 0x1002))
# Description, artist, copyright, rating, and Windows' title, comment, author, keywords and subject.
_DESCRIBING = frozenset((0x010E, 0x013B, 0x8298, 0x4746, 0x4749, *range(0x9C9B, 0x9CA0)))
_SETTINGS = frozenset(
    (
        *(0x829A, 0x829D, 0x8822, 0x8824, 0x8827, 0x8828, 0x8830, 0x8831, 0x8832, 0x8833, 0x8834, 0x8835),
        *(0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206, 0x9207, 0x9208, 0x9209, 0x920A, 0x9214, 0xA20B),
        *(
            0xA20C,
            0xA20E,
            0xA20F,
            0xA210,
            0xA214,
            0xA215,
            0xA217,
            0xA300,
            0xA301,
            0xA302,
            *range(0xA401, 0xA40D),
        ),
        *(0xA460, 0xA461, 0xA462, 0xA600, 0x9400, 0x9401, 0x9402, 0x9403, 0x9404, 0x9405, 0xC4A5),
    )
)
_TELLING = {
    **dict.fromkeys((0x010F, 0x0110, 0xA432, 0xA433, 0xA434, 0x013C, 0xC614, 0xC615), Item.CAMERA_MAKE),
    **dict.fromkeys((0xA431, 0xA435, 0xC62F), Item.SERIAL_NUMBER),
    0xA430: Item.OWNER_NAME,
    **dict.fromkeys((0x0132, *range(0x9003, 0x9005), *range(0x9290, 0x9293)), Item.CREATION_TIME),
    **dict.fromkeys((0x9010, 0x9011, 0x9012, 0x882A), Item.CREATION_TIME),
    **dict.fromkeys((0x0131, 0x000B), Item.ENCODER),
    **dict.fromkeys((0xA420, 0x800D), Item.DOCUMENT_ID),
    **dict.fromkeys((0x830E, 0x8480, 0x8482, 0x85D8, 0x87AF, 0x87B0, 0x87B1), Item.GPS),
}
_TRACES = frozenset((Item.ENCODER, Item.DOCUMENT_ID))
_NAMES = {
    0x010F: "make",
    0x0110: "model",
    0x0131: "software",
    0x0132: "edited",
    0x9003: "taken",
    0x9004: "digitised",
    0xA430: "camera's owner",
    0xA431: "camera's serial number",
    0xA433: "lens's make",
    0xA434: "lens",
    0xA435: "lens's serial number",
}
_GPS_VERSION = 0
_TEXT = 2


def audit_exif(block: Source, found: Findings) -> bool:
    """Look through an EXIF block (from its byte order on); says whether it held anything worth a finding."""
    before = list(found.all())
    try:
        _Audit(Tiff(block), found, is_file=False).run()
    except BROKEN as error:
        found.unread("its EXIF", error)
    if PICTURE_MARKS.search(block.at(0, 1 << 20)):
        found.leak(Item.EXIF_THUMBNAIL, "the EXIF block holds a picture")
    return list(found.all()) != before


def audit_tiff(source: Source, found: Findings) -> None:
    """Look through a TIFF file."""
    try:
        _Audit(Tiff(source), found, is_file=True).run()
    except BROKEN as error:
        found.unread("a part of it", error)


@dataclass(slots=True)
class _Audit:
    tiff: Tiff
    found: Findings
    is_file: bool

    def run(self) -> None:
        for number, entries in enumerate(self.tiff.chain(self.tiff.first)):
            if number and self.is_file:
                self.found.leak(Item.EXTRA_TIFF_IFD, f"it holds a further picture (directory {number + 1})")
            elif number:
                self._thumbnail(entries)
            self._directory(entries)
        self._unnamed()

    def _directory(self, entries: list[Entry]) -> None:
        self._pixels(entries)
        for entry in entries:
            try:
                self._entry(entry)
            except BROKEN as error:
                self.found.unread(f"tag 0x{entry.tag:04X}", error)

    def _entry(self, entry: Entry) -> None:
        tag, value = entry.tag, self.tiff.value
        inner = Source.part(self.tiff.source, entry.at, entry.at + entry.size)
        match tag:
            case _Tag.EXIF | _Tag.INTEROPERABILITY:
                self._below(entry, "EXIF")
            case _Tag.GPS:
                self._place(entry)
            case _Tag.BELOW:
                for at in self.tiff.numbers(entry)[:64]:
                    self.found.leak(Item.EXTRA_TIFF_IFD, "it holds a further picture below its first")
                    self._directory(self.tiff.directory(at)[0])
            case _Tag.MAKER_NOTE:
                self._maker_note(value(entry))
            case _Tag.XMP:
                audit_xmp(value(entry), self.found)
            case _Tag.IIM:
                audit_iim(value(entry), self.found)
            case _Tag.RESOURCES:
                audit_resources(inner, self.found)
            case _Tag.ICC:
                audit_icc(value(entry), self.found)
            case _Tag.LAYERS:
                words = f"Photoshop's layers ({bytes_counted(entry.size)})"
                self.found.leak(Item.TIFF_LAYERS, f"it holds {words}")
            case _:
                self._word(entry)

    def _below(self, entry: Entry, what: str) -> None:
        for at in self.tiff.numbers(entry)[:1]:
            entries, following = self.tiff.directory(at)
            self._directory(entries)
            if following:
                self.found.leak(Item.EXIF_TAG, f"its {what} directory goes on in another")

    def _word(self, entry: Entry) -> None:
        """A tag that points nowhere else."""
        tag, kind = entry.tag, entry.kind
        name = _NAMES.get(tag, f"EXIF tag 0x{tag:04X}")
        data = self.tiff.value(entry)
        if tag in _SHOWING or tag in _ABOUT_COLOURS or tag in _INTEROPERABILITY or tag in _DESCRIBING:
            if kind in (_TEXT, 7, 1) and PICTURE_MARKS.search(data):
                self.found.leak(Item.EMBEDDED_PICTURE, f"{name} holds a picture")
            return
        if tag in _SETTINGS:
            self.found.trace(Item.CAMERA_SETTINGS, "EXIF says how the camera was set")
        elif item := _TELLING.get(tag):
            told = self.tiff.text(entry) if kind == _TEXT else bytes_counted(entry.size)
            if told and told.strip("0: "):
                (self.found.trace if item in _TRACES else self.found.leak)(item, f"{name}: {quoted(told)}")
        elif tag == _USER_COMMENT:
            text = data[8:].decode("utf-8", "replace").strip("\0 ")
            self.found.text(Item.EXIF_TAG, "EXIF's user comment", text)
        elif any(data.strip(b"\0 ")):
            item = Item.TIFF_TAG if self.is_file else Item.EXIF_TAG
            self.found.leak(item, f"{name} holds {bytes_counted(entry.size)}")

    def _place(self, entry: Entry) -> None:
        for at in self.tiff.numbers(entry)[:1]:
            entries, _ = self.tiff.directory(at)
            if any(each.tag != _GPS_VERSION for each in entries):
                self.found.leak(Item.GPS, "EXIF tells where it was taken")

    def _maker_note(self, note: bytes) -> None:
        if any(note):
            self.found.leak(
                Item.MAKER_NOTE, f"EXIF holds the camera maker's own notes ({bytes_counted(len(note))})"
            )
        if PICTURE_MARKS.search(note):
            self.found.leak(Item.MAKER_NOTE_PREVIEW, "the camera maker's own notes hold a picture")

    def _thumbnail(self, entries: list[Entry]) -> None:
        tags = {each.tag for each in entries}
        if _OFFSETS in tags or any(offsets in tags for offsets, _ in _STRIPS):
            self.found.leak(Item.EXIF_THUMBNAIL, "the EXIF block holds a small picture (IFD1)")

    def _pixels(self, entries: list[Entry]) -> None:
        """Name the bytes of a directory's picture."""
        by_tag = {each.tag: each for each in entries}
        for offsets, lengths in (*_STRIPS, (_OFFSETS, _LENGTHS)):
            if offsets in by_tag and lengths in by_tag:
                places = self.tiff.numbers(by_tag[offsets])
                sizes = self.tiff.numbers(by_tag[lengths])
                self.tiff.named += [
                    (at, at + size + size % 2) for at, size in zip(places, sizes, strict=False)
                ]
        reduced = by_tag.get(_NEW_SUBFILE)
        if reduced is not None and self.is_file and any(n & 1 for n in self.tiff.numbers(reduced)):
            self.found.leak(Item.EXTRA_TIFF_IFD, "it holds a smaller copy of its picture")
        if self.is_file and _OFFSETS in by_tag:
            self.found.leak(Item.EXTRA_TIFF_IFD, "it holds a JPEG beside its picture")

    def _unnamed(self) -> None:
        source = self.tiff.source
        unnamed = [
            (start, end)
            for start, end in gaps(self.tiff.named, 0, len(source))
            if not source.blank(start, end, b"\0 ")
        ]
        if unnamed:
            count = sum(end - start for start, end in unnamed)
            what = "in it" if self.is_file else "in its EXIF"
            self.found.leak(Item.UNREFERENCED_BYTES, f"{bytes_counted(count)} {what} that no tag refers to")

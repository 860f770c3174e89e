"""JPEG files: every segment, and every byte between and behind them.

Sources: ITU-T T.81 and T.871 (JFIF, JFXX), CIPA DC-008 (EXIF), CIPA DC-007 (MPF), XMP specification part 3,
ICC.1:2022 annex B, ISO 21496-1 (gain maps), ISO/IEC 19566-5 (JUMBF), Adobe Photoshop File Formats.
"""

import re
from dataclasses import dataclass, field

from footage.media.auditing.colour import audit_icc
from footage.media.auditing.exif import PICTURE_MARKS, audit_exif
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.photoshop import audit_resources
from footage.media.auditing.source import BROKEN, Malformed, Source
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOI, _EOI, _SOS, _COM, _TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
_TABLES = frozenset(
    (0xC4, 0xCC, 0xDB, 0xDC, 0xDD, *range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC))
)
_LATER_TABLES = frozenset((0xCD, 0xCE, 0xCF, 0xDE, 0xDF))
_MOST_SEGMENTS = 100_000

_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_ICC, _MPF, _GAIN = b"ICC_PROFILE\0", b"MPF\0", b"urn:iso:std:iso:ts:21496:-1\0"
_WORDS = re.compile(rb"[\x20-\x7e]{4}")
_RESOURCES = (b"Photoshop 3.0\0", b"Adobe_Photoshop2.5:")
ENCODERS = re.compile(
    r"(Lavc|Lavf|x26[45]|FFmpeg|libx26[45]|HandBrake|CREATOR: gd-jpeg|LEAD Technologies|Intel\(R\) (JPEG|IPP)"
    r"|File written by Adobe Photoshop|Optimized (by|with) |Created with GIMP|Handmade Software)",
    re.IGNORECASE,
)
"""How comments begin that an encoder leaves behind."""


def audit_jpeg(source: Source, found: Findings) -> None:
    """Look through a JPEG file."""
    walk = _Walk(source, found)
    try:
        end = walk.run()
    except BROKEN as error:
        found.unread("a part of it", error)
        return
    if end < len(source):
        audit_behind(source, end, found)


def audit_frame(packet: Source, found: Findings) -> None:
    """Look through one picture of Motion JPEG, which may be two JPEGs for two fields."""
    inner = Findings()
    try:
        end = _Walk(packet, inner).run()
        if packet.at(end, 64).lstrip(b"\0\xff")[:1] == b"\xd8":
            field = packet.part(end + packet.at(end, 64).index(b"\xff\xd8"), len(packet))
            end = len(packet) - len(field) + _Walk(field, inner).run()
        if not packet.blank(end, len(packet)):
            inner.leak(Item.TRAILING_BYTES, f"{bytes_counted(len(packet) - end)} after the picture's end")
    except BROKEN as error:
        inner.unread("a part of it", error)
    for _, severity, words in inner.all():
        (found.leak if severity == "leak" else found.trace)(Item.MJPEG_SEGMENT, f"inside a picture: {words}")


def audit_behind(source: Source, start: int, found: Findings) -> None:
    """Say what stands behind a picture's end."""
    rest = source.part(start, len(source))
    head = rest.at(0, 1 << 20)
    what = "bytes"
    if head[4:8] == b"ftyp" or b"ftypmp4" in head or b"ftypqt" in head or b"ftypisom" in head:
        found.leak(Item.MOTION_PHOTO, "there is a video behind the picture")
        what = "bytes of video"
    elif PICTURE_MARKS.search(head):
        what = "bytes with a picture in them"
    elif rest.at(len(rest) - 4, 4) == b"SEFT":
        what = "bytes of a phone's own data"
    found.leak(Item.TRAILING_BYTES, f"{len(rest):,} {what} after the picture's end")


@dataclass(slots=True)
class _Walk:
    source: Source
    found: Findings
    profile: dict[int, bytes] = field(default_factory=dict)

    def run(self) -> int:
        """Walk from the start to the end of the image; gives where that is.

        Raises:
            Malformed: a segment does not fit.
        """
        if self.source.at(0, 2) != b"\xff\xd8":
            raise Malformed("does not begin as a JPEG does")
        at = 2
        for _ in range(_MOST_SEGMENTS):
            at, marker = self._marker(at)
            if marker == _EOI:
                break
            if marker in (_TEM, *range(0xD0, 0xD8)):
                continue
            if marker == _SOI:
                self.found.leak(Item.EMBEDDED_PICTURE, "a second picture begins before the first one ends")
                continue
            size = self.source.number(at, 2)
            if size < 2 or at + size > len(self.source):
                raise Malformed(f"has a segment that does not fit (at byte {at:,})")
            if marker == _SOS:
                at = self._behind_scan(at + size)
            else:
                self._segment(marker, self.source.part(at + 2, at + size))
                at += size
        else:
            raise Malformed(f"has more than {_MOST_SEGMENTS:,} segments")
        if self.profile:
            audit_icc(b"".join(self.profile[number] for number in sorted(self.profile)), self.found)
        return at

    def _marker(self, at: int) -> tuple[int, int]:
        """The next marker, and where what follows it begins."""
        start = at
        pair = self.source.at(at, 2)
        if len(pair) < 2:
            raise Malformed("breaks off before its end")
        if pair[0] != 0xFF:
            at = self.source.search(_MARKER, at, 2)
            if at < 0:
                raise Malformed("breaks off before its end")
            words = f"{bytes_counted(at - start)} between two segments"
            self.found.leak(Item.UNREFERENCED_BYTES, words)
        while self.source.at(at, 2) == b"\xff\xff":
            at += 1
        return at + 2, self.source.number(at + 1, 1)

    def _behind_scan(self, at: int) -> int:
        end = self.source.search(_MARKER, at, 2)
        if end < 0:
            raise Malformed("breaks off within its picture")
        return end

    def _segment(self, marker: int, body: Source) -> None:
        if marker in _TABLES:
            return
        head = body.at(0, 64)
        if marker == _COM:
            comment(body.at(0, len(body)), self.found)
        elif 0xE0 <= marker <= 0xEF:
            self._application(marker - 0xE0, body, head)
        elif marker in _LATER_TABLES:
            self.found.leak(Item.UNKNOWN_PART, f"a part of further pictures (marker 0x{marker:02X})")
        else:
            self.found.leak(Item.UNKNOWN_PART, f"a segment 0x{marker:02X} of {bytes_counted(len(body))}")

    def _application(self, number: int, body: Source, head: bytes) -> None:
        found, whole = self.found, body.at(0, len(body))
        match number:
            case 0 if head[:5] == b"JFIF\0":
                self._jfif(whole)
            case 0 if head[:5] == b"JFXX\0":
                found.leak(Item.JFXX_THUMBNAIL, "a JFXX segment holds a small picture")
            case 0 if head[:4] == b"AVI1":
                if whole[5:].strip(b"\0"):
                    self._other(0, head, body) if len(body) > 16 else None
            case 1 if head.startswith(_EXIF):
                audit_exif(body.part(len(_EXIF), len(body)), found)
            case 1 if head.startswith(_XMP):
                audit_xmp(whole[len(_XMP) :], found)
            case 1 if head.startswith(_EXTENDED):
                words = f"XMP goes on in a further segment ({bytes_counted(len(body))})"
                found.leak(Item.EXTENDED_XMP, words)
            case 2 if head.startswith(_ICC):
                self.profile.setdefault(whole[len(_ICC)], whole[len(_ICC) + 2 :])
            case 2 if head.startswith(_MPF):
                self._mpf(whole[len(_MPF) :])
            case 2 if head.startswith(_GAIN):
                found.leak(Item.GAIN_MAP, "a gain map's segment")
            case 11 if head[:2] == b"JP":
                found.leak(Item.C2PA, f"a C2PA or JUMBF segment ({bytes_counted(len(body))})")
            case 13 if head.startswith(_RESOURCES[0]):
                audit_resources(body.part(len(_RESOURCES[0]), len(body)), found)
            case 14 if head[:5] == b"Adobe" and not _WORDS.search(whole[5:]) and len(body) <= 64:
                pass
            case 12 if head[:5] == b"Ducky" and len(body) <= 15:
                pass
            case _:
                self._other(number, head, body)

    def _jfif(self, whole: bytes) -> None:
        width, height = whole[12:14] if len(whole) >= 14 else (0, 0)
        if width and height:
            self.found.leak(Item.JFIF_THUMBNAIL, f"the first segment holds a picture of {width} x {height}")
        elif len(whole) > 14:
            words = f"{bytes_counted(len(whole) - 14)} too many in the first segment"
            self.found.leak(Item.UNREFERENCED_BYTES, words)

    def _mpf(self, block: bytes) -> None:
        """The directory of a multi-picture file; one that lists the first picture alone says nothing."""
        count = 0
        order = "little" if block[:2] == b"II" else "big"
        at = int.from_bytes(block[4:8], "little" if order == "little" else "big")
        entries = int.from_bytes(block[at : at + 2], "little" if order == "little" else "big")
        for number in range(min(entries, 100)):
            entry = block[at + 2 + 12 * number : at + 14 + 12 * number]
            values = [
                int.from_bytes(part, "little" if order == "little" else "big")
                for part in (entry[:2], entry[8:12])
            ]
            if values[0] == 0xB001:
                count = values[1]
        if count != 1:
            self.found.leak(Item.MPF_PICTURE, f"it lists {count or 'further'} pictures (MPF)")

    def _other(self, number: int, head: bytes, body: Source) -> None:
        name = re.match(rb"[\x20-\x7e]{2,40}", head)
        told = f" {quoted(name[0].decode())}" if name else ""
        words = f"segment APP{number}{told} of {bytes_counted(len(body))}"
        self.found.leak(Item.JPEG_SEGMENT, words)


def comment(data: bytes, found: Findings) -> None:
    """Note a comment: an encoder's is a trace."""
    text = data.rstrip(b"\0").decode("utf-8", "replace")
    if ENCODERS.match(text) and len(text) < 200:
        found.trace(Item.ENCODER, f"a comment: {quoted(text)}")
    elif text.strip() or any(data):
        found.text(Item.JPEG_COMMENT, "a comment", text.strip() or bytes_counted(len(data)))

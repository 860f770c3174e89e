"""PNG, WebP and GIF files: every chunk or block, and every byte behind them.

Sources: PNG third edition (W3C), RFC 9649 (WebP), GIF89a, ImageMagick's and ExifTool's raw profiles.
"""

import re
import zlib

from footage.media.auditing.colour import audit_icc
from footage.media.auditing.exif import PICTURE_MARKS, audit_exif
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.jpeg import audit_behind
from footage.media.auditing.photoshop import audit_profile
from footage.media.auditing.source import BROKEN, LARGEST, Malformed, Source, source_of
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

_MOST_CHUNKS = 1_000_000
_PNG_SHOWING = frozenset(
    (
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"sBIT", b"sRGB", b"bKGD", b"hIST"),
        *(b"pHYs", b"cICP", b"mDCv", b"mDCV", b"cLLi", b"cLLI", b"iDOT", b"sTER"),
    )
)
_INFLATED_LIMIT = 8 << 20
_RAW_PROFILE = re.compile(r"Raw profile type (\w+)")
_HEX = re.compile(r"\s*\w+(?: profile)?\s+\d+\s+([0-9a-fA-F\s]*)")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def audit_png(source: Source, found: Findings) -> None:
    """Look through a PNG file."""
    try:
        end = _PngWalk(source, found).run()
        if end < len(source):
            audit_behind(source, end, found)
    except (*BROKEN, zlib.error) as error:
        found.unread("a part of it", error)


class _PngWalk:
    def __init__(self, source: Source, found: Findings) -> None:
        self._source, self._found = source, found
        self._pixels = zlib.decompressobj()
        self._inflated = self._wanted = 0
        self._left = 0

    def run(self) -> int:
        """Walk to the end of the image; gives where that is."""
        at = 8
        for _ in range(_MOST_CHUNKS):
            size, kind = self._source.number(at, 4), self._source.at(at + 4, 4)
            if at + 12 + size > len(self._source):
                raise Malformed("breaks off before its end")
            self._chunk(kind, self._source.part(at + 8, at + 8 + size))
            at += 12 + size
            if kind == b"IEND":
                break
        if self._left or self._pixels.unused_data or self._inflated > self._wanted > 0:
            self._found.leak(Item.UNREFERENCED_BYTES, "its compressed pixels go on behind the picture")
        return at

    def _chunk(self, kind: bytes, body: Source) -> None:
        found = self._found
        match kind:
            case b"IHDR":
                self._wanted = _raw_size(body.at(0, 13))
            case b"IDAT":
                self._count(body)
            case b"tEXt" | b"zTXt" | b"iTXt":
                self._text(kind, body.at(0, len(body)))
            case b"eXIf":
                said = audit_exif(body, found)
                (found.leak if said else found.trace)(Item.PNG_EXIF, "a chunk of EXIF")
            case b"iCCP":
                _, _, packed = body.at(0, len(body)).partition(b"\0")
                audit_icc(_inflated(packed[1:]), found)
            case b"caBX":
                found.leak(Item.C2PA, f"a C2PA manifest ({bytes_counted(len(body))})")
            case b"acTL":
                if body.number(0, 4) > 1:
                    found.leak(Item.APNG_FRAMES, f"it is an animation of {body.number(0, 4)} pictures")
            case b"fcTL" | b"fdAT":
                if kind == b"fdAT":
                    found.leak(Item.APNG_FRAMES, "it holds further pictures of an animation")
            case b"tIME":
                year, month, day = body.number(0, 2), body.number(2, 1), body.number(3, 1)
                found.leak(Item.CREATION_TIME, f"edited on {year}-{month:02}-{day:02}")
            case b"sPLT":
                found.trace(Item.ENCODER, "a suggested palette")
            case b"IEND":
                if len(body):
                    found.leak(Item.TRAILING_BYTES, f"{bytes_counted(len(body))} in the last chunk")
            case _ if kind not in _PNG_SHOWING:
                told = quoted(kind.decode("latin-1"))
                found.leak(Item.PNG_CHUNK, f"a chunk {told} of {bytes_counted(len(body))}")

    def _count(self, body: Source) -> None:
        """Inflate pixels to count them, never keeping more than a piece."""
        at = 0
        while at < len(body):
            if self._pixels.eof:
                self._left += len(body) - at
                return
            piece = body.at(at, 1 << 20)
            at += len(piece)
            while piece and not self._pixels.eof:
                self._inflated += len(self._pixels.decompress(piece, 1 << 22))
                piece = self._pixels.unconsumed_tail
                if self._inflated > self._wanted:
                    return

    def _text(self, kind: bytes, body: bytes) -> None:
        keyword, _, rest = body.partition(b"\0")
        name = keyword.decode("latin-1")
        if kind == b"zTXt":
            rest = _inflated(rest[1:])
        elif kind == b"iTXt":
            packed, rest = rest[:1] == b"\x01", rest[2:].split(b"\0", 2)[-1]
            rest = _inflated(rest) if packed else rest
        if name == "XML:com.adobe.xmp":
            audit_xmp(rest, self._found)
        elif match := _RAW_PROFILE.fullmatch(name):
            self._raw_profile(match[1], rest.decode("latin-1"))
        elif name == "Software":
            self._found.trace(Item.ENCODER, f"software: {quoted(rest.decode('utf-8', 'replace'))}")
        else:
            text = rest.decode("utf-8", "replace").strip() or "(empty)"
            self._found.text(Item.PNG_TEXT, f"text {quoted(name)}", text)

    def _raw_profile(self, kind: str, text: str) -> None:
        match = _HEX.fullmatch(text)
        data = bytes.fromhex(match[1]) if match else b""
        if kind in ("exif", "APP1") and data.removeprefix(b"Exif\0\0")[:2] in (b"II", b"MM"):
            told = audit_exif(source_of(data.removeprefix(b"Exif\0\0")), self._found)
            (self._found.leak if told else self._found.trace)(Item.PNG_EXIF, "EXIF as text")
        elif kind in ("iptc", "8bim"):
            audit_profile(data, self._found)
        elif kind == "xmp" and data:
            audit_xmp(data, self._found)
        elif kind in ("icc", "icm") and data:
            audit_icc(data, self._found)
        else:
            self._found.leak(Item.PNG_TEXT, f"a raw profile {quoted(kind)}")


def _inflated(data: bytes) -> bytes:
    """Inflated data.

    Raises:
        Malformed: it is more than 8 MiB.
    """
    inflater = zlib.decompressobj()
    found = inflater.decompress(data, _INFLATED_LIMIT)
    if inflater.unconsumed_tail:
        raise Malformed("has compressed words of impossible length")
    return found


def _raw_size(header: bytes) -> int:
    """How many bytes a PNG's pixels have before they are compressed, with a byte for each line's filter."""
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    bits = header[8] * _CHANNELS.get(header[9], 4)

    def size(columns: int, rows: int) -> int:
        return rows * (1 + -(-columns * bits // 8)) if columns and rows else 0

    if not header[12]:
        return size(width, height)
    return sum(
        size(-(-(width - left) // across), -(-(height - top) // down)) for left, top, across, down in _ADAM7
    )


_WEBP_SHOWING = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH"))


def audit_webp(source: Source, found: Findings) -> None:
    """Look through a WebP file."""
    try:
        end = 8 + source.number(4, 4, "little")
        if end > len(source):
            found.unread("a part of it", "breaks off before its end")
        pictures = _riff_chunks(source.part(12, end), found)
        if pictures > 1:
            found.leak(Item.WEBP_ANIMATION, f"it is an animation of {pictures} pictures")
        if end + end % 2 < len(source):
            audit_behind(source, end, found)
    except BROKEN as error:
        found.unread("a part of it", error)


def _riff_chunks(body: Source, found: Findings) -> int:
    """Look at each chunk; gives how many pictures there are."""
    at = pictures = 0
    while at + 8 <= len(body):
        kind, size = body.at(at, 4), body.number(at + 4, 4, "little")
        content = body.part(at + 8, at + 8 + size)
        match kind:
            case b"VP8 " | b"VP8L":
                pictures += 1
            case b"VP8X" | b"ALPH" | b"ANIM":
                pass
            case b"ANMF":
                pictures += 1
                _inside_frame(content, found)
            case b"ICCP":
                audit_icc(content.at(0, LARGEST), found)
            case b"EXIF":
                mark = b"Exif\0\0"
                told = audit_exif(content.part(len(mark) if content.at(0, 6) == mark else 0, size), found)
                (found.leak if told else found.trace)(Item.WEBP_EXIF, "a chunk of EXIF")
            case b"XMP ":
                audit_xmp(content.at(0, len(content)), found)
            case b"C2PA":
                found.leak(Item.C2PA, f"a C2PA manifest ({bytes_counted(size)})")
            case _:
                found.leak(
                    Item.WEBP_CHUNK, f"a chunk {quoted(kind.decode('latin-1'))} of {bytes_counted(size)}"
                )
        at += 8 + size + size % 2
    if not body.blank(at, len(body)):
        found.leak(Item.UNREFERENCED_BYTES, f"{bytes_counted(len(body) - at)} behind the last chunk")
    return pictures


def _inside_frame(frame: Source, found: Findings) -> None:
    at = 16
    while at + 8 <= len(frame):
        kind, size = frame.at(at, 4), frame.number(at + 4, 4, "little")
        if kind not in _WEBP_SHOWING:
            words = f"a chunk {quoted(kind.decode('latin-1'))} inside a picture of the animation"
            found.leak(Item.WEBP_CHUNK, words)
        at += 8 + size + size % 2


def audit_gif(source: Source, found: Findings) -> None:
    """Look through a GIF file."""
    try:
        end, pictures = _gif(source, found)
    except BROKEN as error:
        found.unread("a part of it", error)
        return
    if pictures > 1:
        found.trace(Item.GIF_ANIMATION, f"it shows {pictures} pictures, one after the other")
    if end < len(source):
        audit_behind(source, end, found)


def _gif(source: Source, found: Findings) -> tuple[int, int]:
    """Walk to the end of the image; gives where that is, and how many pictures there are."""
    flags = source.number(10, 1)
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    pictures = 0
    for _ in range(_MOST_CHUNKS):
        mark = source.number(at, 1)
        if mark == 0x3B:
            return at + 1, pictures
        if mark == 0x2C:
            pictures += 1
            local = source.number(at + 9, 1)
            at = _blocks_end(source, at + 11 + (3 << (local & 7) + 1 if local & 0x80 else 0))
        elif mark == 0x21:
            at = _extension(source, at, found)
        else:
            raise Malformed(f"goes wrong at byte {at:,}")
    raise Malformed(f"has more than {_MOST_CHUNKS:,} blocks")


def _extension(source: Source, at: int, found: Findings) -> int:
    label = source.number(at + 1, 1)
    end = _blocks_end(source, at + 2)
    body = source.at(at + 2, min(end - at - 2, 8 << 20))
    if label == 0xFF:
        _application(body, found)
    elif label in (0xFE, 0x01):
        text = b"".join(_sub_blocks(body)).decode("utf-8", "replace")
        if ENCODER.match(text):
            found.trace(Item.ENCODER, f"a comment: {quoted(text)}")
        else:
            found.text(Item.GIF_COMMENT, "a comment" if label == 0xFE else "text", text.strip() or "(bytes)")
    elif label != 0xF9:
        found.leak(Item.GIF_EXTENSION, f"a block of an unknown kind (0x{label:02X})")
    return end


ENCODER = re.compile(r"(Lavf|Created with (The )?GIMP|Created with ezgif|Made with)", re.IGNORECASE)
"""How comments of GIF writers begin."""


def _application(body: bytes, found: Findings) -> None:
    name = body[1:12]
    if name in (b"NETSCAPE2.0", b"ANIMEXTS1.0"):
        if len(body) > 17:
            found.leak(Item.GIF_EXTENSION, f"{bytes_counted(len(body) - 17)} too many in a loop's block")
    elif name == b"XMP DataXMP":
        packet, _, _ = body[12:].partition(b"\x01\xff\xfe\xfd\xfc")
        audit_xmp(packet, found)
    elif name == b"ICCRGBG1012":
        audit_icc(b"".join(_sub_blocks(body[12:])), found)
    else:
        found.leak(Item.GIF_EXTENSION, f"a block of an application {quoted(name.decode('latin-1'))}")
        if PICTURE_MARKS.search(body):
            found.leak(Item.EMBEDDED_PICTURE, "an application's block holds a picture")


def _blocks_end(source: Source, at: int) -> int:
    """Where a row of sub-blocks ends.

    Raises:
        Malformed: it does not.
    """
    while size := source.number(at, 1):
        at += 1 + size
    return at + 1


def _sub_blocks(body: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(body) and body[at]:
        found.append(body[at + 1 : at + 1 + body[at]])
        at += 1 + body[at]
    return found

"""What a file is, told from its first bytes alone: one format, one forced demuxer or decoder.

Names and extensions are never asked. A file that is no footage gets a sentence that says what it seems to be.

Sources of the marks: ISO/IEC 14496-12 (boxes, brands; the registry at mp4ra.org), ISO/IEC 23008-12 (HEIF),
RFC 8794 and 9559 (EBML, Matroska), ISO/IEC 13818-1 (transport stream), SMPTE ST 377-1 (MXF), the formats' own
specifications for the rest.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from footage.errors import BadInput
from footage.model.asset import Kind

HEAD_SIZE = 66 << 10
"""How many first bytes :func:`sniff` makes use of: an MXF file may start with 64 KiB of something else."""


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file the program takes in.

    Attributes:
        name: what the program calls it.
        demuxer: FFmpeg's demuxer to force; empty for a still.
        media_type: as registered with IANA.
        extensions: with their dots, lower case, the usual one first.
        pillow: Pillow's format name; empty for a video.
    """

    name: str
    kind: Kind
    demuxer: str
    media_type: str
    extensions: tuple[str, ...]
    pillow: str


def _video(name: str, demuxer: str, media_type: str, *extensions: str) -> Format:
    return Format(name, Kind.VIDEO, demuxer, media_type, extensions, "")


def _still(name: str, pillow: str, *extensions: str) -> Format:
    return Format(name, Kind.STILL, "", f"image/{name}", extensions, pillow)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            _video("mp4", "mov", "video/mp4", ".mp4", ".m4v", ".3gp", ".3g2", ".f4v", ".cmfv", ".m4s"),
            _video("mov", "mov", "video/quicktime", ".mov", ".qt"),
            _video("matroska", "matroska", "video/matroska", ".mkv", ".mk3d"),
            _video("webm", "matroska", "video/webm", ".webm"),
            _video("avi", "avi", "video/vnd.avi", ".avi", ".divx"),
            _video("mpegts", "mpegts", "video/mp2t", ".ts", ".mts", ".m2ts", ".m2t", ".tts"),
            _video("mxf", "mxf", "application/mxf", ".mxf"),
            _still("jpeg", "JPEG", ".jpg", ".jpeg", ".jpe", ".jfif"),
            _still("png", "PNG", ".png", ".apng"),
            _still("tiff", "TIFF", ".tif", ".tiff"),
            _still("webp", "WEBP", ".webp"),
            _still("gif", "GIF", ".gif"),
            _still("heic", "HEIF", ".heic", ".heif", ".hif"),
            _still("avif", "AVIF", ".avif"),
        )
    }
)

_CONVERT_STILL = "save it as JPEG, PNG or TIFF and add that"
_CONVERT_VIDEO = "convert it to MP4, MOV or MKV and add that"
_MEDIA_ITSELF = "add the media file itself, not what points to it"
_UNPACK = "unpack it and add what is in it"
_KNOWN = "MP4, MOV, MKV, WebM, AVI, MPEG-TS, MXF, JPEG, PNG, TIFF, WebP, GIF, HEIC and AVIF can be added"
_SOUND = ("it is sound without pictures", "add the video it belongs to")
_PLAYLIST = ("it is a playlist, which only points at other files", _MEDIA_ITSELF)
_CAMERA_RAW = ("it is a camera's raw picture", _CONVERT_STILL)


def sniff(head: bytes) -> Format:
    """Tell a file's format from its first bytes.

    Args:
        head: at least the first 4 KiB (or all there is); up to :data:`HEAD_SIZE` is made use of.

    Raises:
        BadInput: the file is empty, or something that is no footage; the message begins with "it is" and
            says what it seems to be.
    """
    if not head:
        raise BadInput("it is empty", "copy the file again from where it came")
    name = _by_mark(head) or _by_riff(head) or _by_ebml(head) or _by_boxes(head) or _by_packets(head)
    if name is None:
        _refuse_known(head)
        # Last, because anything may stand before an MXF file's first partition.
        name = "mxf" if _PARTITION_PACK in head[: _RUN_IN + len(_PARTITION_PACK)] else None
    if name is None:
        _refuse_text(head)
        raise BadInput("it is no video or still that can be told from its first bytes", _KNOWN)
    return FORMATS[name]


_PARTITION_PACK = bytes.fromhex("060e2b34020501010d0102010102")
_RUN_IN = 64 << 10

_MARKS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0\x08\0\0\0", "tiff"),
    (b"MM\0+\0\x08\0\0", "tiff"),
    (_PARTITION_PACK, "mxf"),
)


def _by_mark(head: bytes) -> str | None:
    if head[:4] == b"II*\0" and head[8:11] == b"CR\x02":
        raise BadInput(*_CAMERA_RAW)
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _by_riff(head: bytes) -> str | None:
    if head[:4] not in (b"RIFF", b"RF64", b"BW64"):
        return None
    if head[8:12] == b"WAVE":
        raise BadInput(*_SOUND)
    return {b"AVI ": "avi", b"WEBP": "webp"}.get(head[8:12])


def _by_ebml(head: bytes) -> str | None:
    """Matroska or WebM, by the DocType element of the EBML header (RFC 8794, section 11.2)."""
    if not head.startswith(b"\x1aE\xdf\xa3"):
        return None
    doctype = _ebml_doctype(head)
    if doctype == b"webm":
        return "webm"
    # Some writers leave the type out, and a damaged header may have lost it.
    if doctype in (b"matroska", b""):
        return "matroska"
    raise BadInput("it is an EBML file, but neither Matroska nor WebM", _CONVERT_VIDEO)


def _ebml_doctype(head: bytes) -> bytes:
    size, at = _ebml_number(head, 4)
    end = min(len(head), at + size)
    while at < end:
        length = _ebml_length(head[at])
        identifier = head[at : at + length]
        size, at = _ebml_number(head, at + length)
        if identifier == b"\x42\x82":
            return head[at : at + size].rstrip(b"\0")
        at += size
    return b""


def _ebml_length(first: int) -> int:
    """How many bytes a variable-size number takes, by the leading zeros of its first byte."""
    return 9 - first.bit_length()


def _ebml_number(head: bytes, at: int) -> tuple[int, int]:
    """A variable-size number and where it ends; a cut-off one is 0 at the end."""
    if at >= len(head) or head[at] == 0:
        return 0, len(head)
    length = _ebml_length(head[at])
    return int.from_bytes(head[at : at + length], "big") & ((1 << 7 * length) - 1), at + length


_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_STILL_STRUCTURES = frozenset((b"mif1", b"mif2", b"msf1", b"miaf"))
_SOUND_BRANDS = frozenset((b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"aax ", b"aaxc"))
_FRAGMENT_BOXES = frozenset((b"styp", b"moof", b"sidx", b"emsg", b"prft"))
_QUICKTIME_BOXES = frozenset((b"moov", b"mdat", b"pnot"))
_PADDING_BOXES = frozenset((b"free", b"skip", b"wide", b"uuid"))


def _by_boxes(head: bytes) -> str | None:
    """MP4, QuickTime, HEIC or AVIF: by the brands of ``ftyp``, or the first box that says anything."""
    name = None
    for kind, body in _top_boxes(head):
        if kind == b"ftyp":
            return _by_brands(body)
        if kind in _FRAGMENT_BOXES:
            return "mp4"
        if kind in _QUICKTIME_BOXES:
            return "mov"
        if kind not in _PADDING_BOXES:
            return name
        # QuickTime's padding alone, with nothing after it within reach, still says QuickTime.
        name = "mov" if kind != b"uuid" else name
    return name


def _top_boxes(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The kind and (what the head holds of) the body of each box at the top level."""
    at = 0
    while at + 8 <= len(head):
        size, kind = struct.unpack_from("!I4s", head, at)
        start = at + 8
        if size == 1 and at + 16 <= len(head):
            (size,) = struct.unpack_from("!Q", head, start)
            start += 8
        end = at + size if size else len(head)
        if end < start:
            return
        yield kind, head[start:end]
        at = end


def _by_brands(body: bytes) -> str:
    major = body[:4]
    brands = {major, *(body[at : at + 4] for at in range(8, len(body) - 3, 4))}
    if major in _SOUND_BRANDS:
        raise BadInput(*_SOUND)
    if major == b"crx ":
        raise BadInput(*_CAMERA_RAW)
    if major in _AVIF_BRANDS:
        return "avif"
    if major in _HEIC_BRANDS:
        return "heic"
    if major in _STILL_STRUCTURES:
        return "avif" if brands & _AVIF_BRANDS and not brands & _HEIC_BRANDS else "heic"
    return "mov" if major == b"qt  " else "mp4"


_SYNC = 0x47
_PACKETS_ASKED = 5


def _by_packets(head: bytes) -> str | None:
    """MPEG-TS: sync bytes in step.

    Packets are of 188 bytes, 192 (M2TS: a time code before each) or 204 (parity after each).
    A capture may begin in the middle of a packet.
    """
    for size in (188, 192, 204):
        for first in range(min(size, len(head))):
            if head[first] == _SYNC and _packets_in_step(head, first, size):
                return "mpegts"
    return None


def _packets_in_step(head: bytes, first: int, size: int) -> bool:
    starts = range(first, len(head) - 3, size)[:_PACKETS_ASKED]
    # A short capture counts where it begins with a packet and holds two.
    if len(starts) < _PACKETS_ASKED and (len(starts) < 2 or first != (4 if size == 192 else 0)):
        return False
    # Adaptation field control 00 is reserved: no packet has it, and neither has a text full of the letter G.
    return all(head[at] == _SYNC and head[at + 3] & 0x30 for at in starts)


_KNOWN_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"fLaC\0", *_SOUND),
    (b"#!AMR", *_SOUND),
    (b"MThd\0", *_SOUND),
    (b"caff\0", *_SOUND),
    (b"wvPk", *_SOUND),
    (b".snd\0", *_SOUND),
    (b"\x0b\x77", *_SOUND),
    (b"ID3\x02", *_SOUND),
    (b"ID3\x03", *_SOUND),
    (b"ID3\x04", *_SOUND),
    (b"FUJIFILMCCD-RAW", *_CAMERA_RAW),
    (b"IIRO\x08", *_CAMERA_RAW),
    (b"IIRS\x08", *_CAMERA_RAW),
    (b"IIU\0", *_CAMERA_RAW),
    (b"%PDF", "it is a PDF document", "take the pictures out of it and add those"),
    (b"%!PS", "it is a PostScript document", _CONVERT_STILL),
    (b"\xc5\xd0\xd3\xc6", "it is a PostScript document", _CONVERT_STILL),
    (b"\xd7\xcd\xc6\x9a", "it is a Windows metafile", _CONVERT_STILL),
    (b"8BPS\0", "it is a Photoshop document", _CONVERT_STILL),
    (b"\0\0\0\x0cjP  ", "it is a JPEG 2000 picture", _CONVERT_STILL),
    (b"\xffO\xffQ", "it is a JPEG 2000 picture", _CONVERT_STILL),
    (b"\0\0\0\x0cJXL ", "it is a JPEG XL picture", _CONVERT_STILL),
    (b"\xff\x0a", "it is a JPEG XL picture", _CONVERT_STILL),
    (b"\0\0\x01\0", "it is an icon", _CONVERT_STILL),
    (b"SIMPLE  =", "it is a FITS picture", _CONVERT_STILL),
    (b"\0\0\x01\xba", "it is an MPEG program stream (VOB, MPG)", _CONVERT_VIDEO),
    (b"\0\0\x01\xb3", "it is a bare MPEG video stream", _CONVERT_VIDEO),
    (b"\0\0\0\x01", "it is a bare H.264 or HEVC stream", _CONVERT_VIDEO),
    (b"\x1f\x07\0", "it is a DV stream", _CONVERT_VIDEO),
    (b"DKIF\0\0", "it is an IVF file", _CONVERT_VIDEO),
    (b"FLV\x01", "it is a Flash video", _CONVERT_VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "it is a Windows Media file (WMV, WMA)", _CONVERT_VIDEO),
    (b".RMF\0", "it is a RealMedia file", _CONVERT_VIDEO),
    (b"PK\x03\x04", "it is a ZIP archive or an office document", _UNPACK),
    (b"Rar!\x1a", "it is a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive", _UNPACK),
    (b"\x1f\x8b", "it is a gzip archive", _UNPACK),
    (b"\x7fELF", "it is a program", _KNOWN),
    (b"SQLite format 3\0", "it is a database", _KNOWN),
)
# The second byte of a frame of MPEG audio (layers II and III) or of AAC, after eight sync bits.
_AUDIO_FRAMES = frozenset(bytes.fromhex("e2e3f0f1f2f3f4f5f8f9fafbfcfd"))


def _refuse_known(head: bytes) -> None:
    for mark, message, hint in _KNOWN_MARKS:
        if head.startswith(mark):
            raise BadInput(message, hint)
    if head[:4] == b"OggS" and b"theora" in head[:512]:
        raise BadInput("it is an Ogg video", _CONVERT_VIDEO)
    is_aiff = head[:4] == b"FORM" and head[8:11] == b"AIF"
    if is_aiff or head[:4] == b"OggS" or (head[0] == 0xFF and head[1:2] and head[1] in _AUDIO_FRAMES):
        raise BadInput(*_SOUND)
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        raise BadInput("it is a Windows bitmap", _CONVERT_STILL)
    if head[:2] == b"MZ" and b"\0" in head:
        raise BadInput("it is a Windows program", _KNOWN)
    if not any(head):
        raise BadInput("it is nothing but zeros where it begins", "copy the file again from where it came")


_PLAYLIST_STARTS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"[Reference]", b"RTSPtext", b"rtsp://")
_SESSION_DESCRIPTION = re.compile(rb"v=0\r?\no=")
_ROOTS = (
    (re.compile(rb"<(\w+:)?svg\b", re.I), "it is an SVG drawing, which can carry programs", _CONVERT_STILL),
    (re.compile(rb"<(MPD|SmoothStreamingMedia|smil|asx|playlist)\b", re.I), *_PLAYLIST),
    (re.compile(rb"<html\b", re.I), "it is a web page", "save the video or picture itself and add that"),
)


def _refuse_text(head: bytes) -> None:
    text = _as_utf8(head)
    if text is None:
        return
    start = text.lstrip()
    if start.startswith(_PLAYLIST_STARTS) or _SESSION_DESCRIPTION.match(start):
        raise BadInput(*_PLAYLIST)
    if start.startswith(b"<"):
        # The outermost element says what it is: a web page may hold a drawing, and the other way round.
        found = [
            (match.start(), message, hint) for root, message, hint in _ROOTS if (match := root.search(start))
        ]
        _, message, hint = min(found, default=(0, "it is an XML document", _KNOWN))
        raise BadInput(message, hint)
    raise BadInput("it is a text file", _KNOWN)


def _as_utf8(head: bytes) -> bytes | None:
    """The head as UTF-8 without its byte order mark, where it is text at all."""
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        # A head may end within a character.
        text = (
            head[: len(head) & ~1].decode(encoding) if encoding == "utf-16" else _cut(head).decode(encoding)
        )
    except UnicodeDecodeError:
        return None
    if any(character < " " and character not in "\t\n\r\f\x1b" for character in text):
        return None
    return text.encode("utf-8", "replace")


def _cut(head: bytes) -> bytes:
    """The head without a character that its end cuts through."""
    for back in range(1, min(4, len(head)) + 1):
        if head[-back] >= 0xC0:
            return head[:-back]
        if head[-back] < 0x80:
            break
    return head

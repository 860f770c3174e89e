"""User data and metadata of MP4 and MOV: titles, places, cameras, thumbnails.

Sources: Apple's QuickTime File Format (user data, metadata), 3GPP TS 26.244 (``loci``), iTunes' tags.
"""

import re

from footage.media.auditing.boxes import Box, audit_rest, boxes
from footage.media.auditing.exif import PICTURE_MARKS
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Source
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

DEVICES = re.compile(
    r"gopro|\bdji|mavic|phantom|insta ?360|iphone|ipad|samsung|pixel \d|xiaomi|huawei|redmi|oneplus|canon"
    r"|nikon|sony|panasonic|lumix|fujifilm|olympus|ambarella|garmin|drift|axon|hikvision|dahua|blackmagic|arri\b"
    r"|red |leica|hasselblad|parrot|autel|yuneec|sjcam|novatek|allwinner",
    re.IGNORECASE,
)
"""Makers of cameras, as they name themselves in their files."""

_HANDLERS = re.compile(
    r"(Video|Picture|Sound|Audio|Alias|Text|Subtitle|Data|Hint|Timecode|Time Code|Meta|Bento4|GPAC|L-SMASH"
    r"|Core Media|Apple|ISO Media|Mainconcept|Vireo|ETI ISO|TLS|Lav[fc]|DataHandler|URL|Stereo|Mono"
    r"|.?(Video|Sound|Apple|Main)|Twitter|Google|vide|soun|mdir|mdta|libheif|USF5|VideoHandle|SoundHandle|PIC|AV1|HEVC|AVC|H\.26)",
    re.IGNORECASE,
)
_PLAIN = frozenset((b"hnti", b"hinf", b"ludt", b"kind", b"tagc", b"WLOC", b"AllF", b"LOOP", b"SelO", b"meta"))
MUXERS_TAGS = frozenset(
    ("major_brand", "minor_version", "compatible_brands", "vendor_id", "language", "encoding_params")
)
"""Tags that FFmpeg copies from one container into another: brands and codes."""

_KINDS = {
    b"\xa9xyz": Item.LOCATION,
    b"loci": Item.LOCATION,
    b"\xa9day": Item.CREATION_TIME,
    b"date": Item.CREATION_TIME,
    b"yrrc": Item.CREATION_TIME,
    **dict.fromkeys((b"\xa9TIM", b"\xa9TSC", b"\xa9TSZ"), Item.TIMECODE_TRACK),
    b"\xa9mak": Item.CAMERA_MAKE,
    b"\xa9mod": Item.CAMERA_MAKE,
    b"\xa9fmt": Item.CAMERA_MAKE,
    b"manu": Item.CAMERA_MAKE,
    b"modl": Item.CAMERA_MAKE,
    b"CAME": Item.SERIAL_NUMBER,
    b"MUID": Item.SERIAL_NUMBER,
    b"GPMF": Item.TELEMETRY,
    b"cprt": Item.CONTAINER_TAG,
    b"titl": Item.CONTAINER_TAG,
    b"auth": Item.CONTAINER_TAG,
    b"dscp": Item.CONTAINER_TAG,
    b"perf": Item.CONTAINER_TAG,
    b"gnre": Item.CONTAINER_TAG,
    b"name": Item.HANDLER_NAME,
    b"chpl": Item.CHAPTERS,
    b"covr": Item.ATTACHED_PICTURE,
    b"thmb": Item.ATTACHED_PICTURE,
    b"CNDA": Item.ATTACHED_PICTURE,
}
_ENCODERS = frozenset((b"\xa9too", b"\xa9enc", b"\xa9swr", b"tool"))
_KEYS = (
    (re.compile(r"location|gps|geo", re.IGNORECASE), Item.LOCATION),
    (re.compile(r"serial|identifier|uuid", re.IGNORECASE), Item.SERIAL_NUMBER),
    (re.compile(r"make|model|camera|lens|manufacturer|android", re.IGNORECASE), Item.CAMERA_MAKE),
    (re.compile(r"date|time", re.IGNORECASE), Item.CREATION_TIME),
    (re.compile(r"artwork", re.IGNORECASE), Item.ATTACHED_PICTURE),
)
_APPLE = "com.apple.quicktime."
_LONGEST = 1 << 20


def audit_user_data(source: Source, udta: Box, found: Findings) -> None:
    """Look through user data."""
    try:
        for box in boxes(source, udta.body, udta.end):
            # Apple's list ends with a zero of four bytes.
            _user_datum(source, box, found)
    except BROKEN as error:
        if not source.blank(udta.body, udta.end):
            found.unread("its user data", error)


def audit_track_name(name: str, found: Findings) -> None:
    """Note a track's name: one that a muxer gives by itself is a trace."""
    if DEVICES.search(name):
        found.leak(Item.CAMERA_MAKE, f"a track is named {quoted(name)}")
    elif name and _HANDLERS.match(name):
        found.trace(Item.HANDLER_NAME, f"a track is named {quoted(name)}")
    else:
        found.text(Item.HANDLER_NAME, "a track is named", name)


def _user_datum(source: Source, box: Box, found: Findings) -> None:
    data = source.at(box.body, min(box.end - box.body, _LONGEST))
    if box.kind == b"meta":
        audit_meta(source, box, found)
    elif box.kind == b"XMP_":
        audit_xmp(data, found)
    elif box.kind in _ENCODERS:
        _tool(_words(box.kind, data), found)
    elif item := _KINDS.get(box.kind):
        found.text(item, f"its user data say ({box.name})", _words(box.kind, data) or "(bytes)")
    elif box.kind[:1] == b"\xa9":
        found.text(Item.CONTAINER_TAG, f"its user data say ({box.name})", _words(box.kind, data))
    elif box.kind in (b"free", b"skip", b"uuid"):
        audit_rest(source, box, found, "its user data")
    elif box.kind not in _PLAIN and any(data):
        found.leak(Item.UDTA, f"a camera's or an editor's own data {box.name} ({bytes_counted(len(data))})")
    if PICTURE_MARKS.search(data):
        found.leak(Item.ATTACHED_PICTURE, f"its user data hold a picture ({box.name})")


def _words(kind: bytes, data: bytes) -> str:
    """The text of a datum: QuickTime's has its length and language before it."""
    if kind[:1] == b"\xa9" and len(data) > 4 and int.from_bytes(data[:2]) <= len(data) - 4:
        data = data[4 : 4 + int.from_bytes(data[:2])]
    elif len(data) > 6 and data[:4] == bytes(4):
        data = data[6:]
    return "".join(sign for sign in data.decode("utf-8", "replace") if sign.isprintable()).strip()


def audit_meta(source: Source, meta: Box, found: Findings) -> None:
    """Look through tags: iTunes' list, or Apple's keys and values."""
    try:
        _meta(source, meta, found)
    except BROKEN as error:
        found.unread("its tags", error)


def _meta(source: Source, meta: Box, found: Findings) -> None:
    # QuickTime's has no version before its boxes.
    start = meta.body if source.at(meta.body + 4, 4) == b"hdlr" else meta.body + 4
    keys: list[str] = []
    for box in boxes(source, start, meta.end):
        match box.kind:
            case b"hdlr":
                pass
            case b"keys":
                inner = boxes(source, box.body + 8, box.end)
                keys = [
                    source.at(key.body, min(200, key.end - key.body)).decode("utf-8", "replace")
                    for key in inner
                ]
            case b"ilst":
                for tag in boxes(source, box.body, box.end):
                    _tag(source, tag, keys, found)
            case _:
                audit_rest(source, box, found, "its tags")


def _tag(source: Source, tag: Box, keys: list[str], found: Findings) -> None:
    number = int.from_bytes(tag.kind)
    name = keys[number - 1] if 0 < number <= len(keys) else tag.name
    values = []
    for box in boxes(source, tag.body, tag.end):
        data = source.at(box.body, min(box.end - box.body, _LONGEST))
        if box.kind == b"data":
            values.append(data[8:])
        elif box.kind in (b"name", b"mean"):
            name = f"{name} {quoted(data[4:].decode('utf-8', 'replace'))}"
    value = b" ".join(values)
    text = value.decode("utf-8", "replace").strip("\0 ")
    if tag.kind == b"covr" or PICTURE_MARKS.search(value):
        found.leak(Item.ATTACHED_PICTURE, f"a cover picture ({bytes_counted(len(value))})")
    elif name.casefold() in MUXERS_TAGS:
        found.trace(Item.ENCODER, f"a tag {name}: {quoted(text)}")
    elif tag.kind in _ENCODERS or re.search(r"software|encoder|encoding tool|iTunSMPB|iTunNORM", name):
        _tool(text, found)
    elif item := _KINDS.get(tag.kind) or _by_key(name.removeprefix(_APPLE)):
        found.text(item, f"a tag {name}", text or bytes_counted(len(value)))
    else:
        found.text(Item.CONTAINER_TAG, f"a tag {name}", text or bytes_counted(len(value)))


def _by_key(name: str) -> Item | None:
    return next((item for pattern, item in _KEYS if pattern.search(name)), None)


def _tool(text: str, found: Findings) -> None:
    """Note a program's name; a camera's is a leak."""
    if DEVICES.search(text):
        found.leak(Item.CAMERA_MAKE, f"it was written by {quoted(text)}")
    else:
        found.trace(Item.ENCODER, f"it was written by {quoted(text)}")

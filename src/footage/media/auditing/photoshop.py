"""IPTC-IIM and Photoshop's image resources: caption, credit and rights may stay, all else is reported.

Sources: IPTC-NAA Information Interchange Model 4.2; Adobe Photoshop File Formats, "Image Resource Blocks".
"""

from footage.media.auditing.colour import audit_icc
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Malformed, Source, source_of
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

_MOST = 10_000
# Envelope: version, format, service, product, character set.
_ENVELOPE = frozenset((0, 20, 22, 30, 40, 50, 60, 90))
# Application record: title, subjects, keywords, dates that the desk states, people, places, words, credit.
_STATED = frozenset(
    (
        *(0, 3, 4, 5, 7, 8, 10, 12, 15, 20, 22, 25, 26, 27, 30, 35, 37, 38, 40, 42, 45, 47, 50, 55, 60, 62),
        *(
            63,
            75,
            80,
            85,
            90,
            92,
            95,
            100,
            101,
            103,
            105,
            110,
            115,
            116,
            118,
            120,
            121,
            122,
            130,
            131,
            135,
            150,
        ),
    )
)
_PREVIEWS = frozenset((200, 201, 202))
_PROGRAM = frozenset((65, 70))
# Resolution, printing, screens, grids, captions' digest: numbers alone.
_NUMBERS = frozenset(
    (
        *(0x03E9, 0x03EA, 0x03ED, 0x03EF, 0x03F1, 0x03F2, 0x03F3, 0x03F4, 0x03F5, 0x03F6, 0x03F7, 0x03F8),
        *(0x03FB, 0x0400, 0x0402, 0x0406, 0x0408, 0x040A, 0x040D, 0x0410, 0x0411, 0x0412, 0x0414, 0x0416),
        *(0x0417, 0x0419, 0x0421, 0x0425, 0x0426, 0x0428, 0x042F, 0x2710),
    )
)


def audit_iim(block: bytes, found: Findings) -> None:
    """Look through IPTC-IIM datasets."""
    at = 0
    for _ in range(_MOST):
        if at + 5 > len(block) or not any(block[at:]):
            break
        if block[at] != 0x1C:
            found.unread("its IPTC-IIM", f"goes wrong at byte {at:,}")
            return
        record, number = block[at + 1], block[at + 2]
        size, at = int.from_bytes(block[at + 3 : at + 5]), at + 5
        if size & 0x8000:
            length = size & 0x7FFF
            size, at = int.from_bytes(block[at : at + length]), at + length
        _dataset(record, number, block[at : at + size], found)
        at += size


def _dataset(record: int, number: int, value: bytes, found: Findings) -> None:
    name = f"IPTC-IIM {record}:{number:02}"
    if record == 2 and number in _PREVIEWS:
        if any(value):
            found.leak(Item.IPTC_THUMBNAIL, f"{name} holds a small picture ({bytes_counted(len(value))})")
    elif record == 2 and number in _PROGRAM:
        found.trace(Item.ENCODER, f"{name}: {quoted(value.decode('utf-8', 'replace'))}")
    elif not (record == 1 and number in _ENVELOPE) and not (record == 2 and number in _STATED):
        found.leak(Item.IPTC_DATASET, f"{name} holds {bytes_counted(len(value))}")


def audit_resources(block: Source, found: Findings) -> None:
    """Look through Photoshop's image resources, from the first ``8BIM`` on."""
    at = 0
    try:
        for _ in range(_MOST):
            if at + 12 > len(block):
                break
            at = _resource(block, at, found)
        if not block.blank(at, len(block)):
            found.leak(
                Item.UNREFERENCED_BYTES, f"{bytes_counted(len(block) - at)} after Photoshop's resources"
            )
    except BROKEN as error:
        found.unread("Photoshop's resources", error)


def _resource(block: Source, at: int, found: Findings) -> int:
    """Look at one resource; gives where the next one begins."""
    if block.at(at, 4) not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"):
        raise Malformed(f"goes wrong at byte {at:,}")
    number, name_length = block.number(at + 4, 2), block.number(at + 6, 1)
    name = block.at(at + 7, name_length).decode("latin-1")
    at += 6 + (name_length + 2) // 2 * 2
    size, start = block.number(at, 4), at + 4
    value = block.part(start, start + size)
    found.text(Item.PHOTOSHOP_RESOURCE, f"the name of Photoshop's resource 0x{number:04X}", name)
    match number:
        case 0x0404:
            audit_iim(value.at(0, len(value)), found)
        case 0x0409 | 0x040C:
            found.leak(Item.IPTC_THUMBNAIL, f"Photoshop's resources hold a small picture (0x{number:04X})")
        case 0x040F:
            audit_icc(value.at(0, len(value)), found)
        case 0x0422 | 0x0423:
            from footage.media.auditing.exif import audit_exif

            audit_exif(value, found)
        case 0x0424:
            audit_xmp(value.at(0, len(value)), found)
        case _ if number not in _NUMBERS and len(value):
            words = f"Photoshop's resource 0x{number:04X} holds {bytes_counted(len(value))}"
            found.leak(Item.PHOTOSHOP_RESOURCE, words)
    return start + size + size % 2


def is_resources(data: bytes) -> bool:
    """Whether a block begins as Photoshop's resources do."""
    return data[:4] == b"8BIM"


def audit_profile(data: bytes, found: Findings) -> None:
    """Look through a raw IPTC profile, which is Photoshop's resources or bare IIM."""
    if is_resources(data):
        audit_resources(source_of(data), found)
    else:
        audit_iim(data, found)

"""ICC profiles: whether they name a device or a person.

Source: ICC.1:2022, section 7; Apple's private tags.
"""

import re
import struct

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Malformed, gaps, source_of
from footage.model.leak import Item

_MOST_TAGS = 512
_LARGEST_NAMED = 8 << 20
# Colour spaces and printing conditions that everybody uses; a name that begins otherwise tells of a device.
_STANDARD = re.compile(
    r"(s ?rgb|display p3|image p3|dci.?p3|p3|adobe ?rgb|pro ?photo|romm|eci|apple rgb|generic|colou?rmatch"
    r"|rec\.?|itu|bt\.?|smpte|ntsc|pal\b|wide ?gamut|gray|grey|dot gain|linear|lab|xyz|coated|uncoated"
    r"|web coated|u\.?s\.? |swop|gracol|fogra|iso ?(coated|newspaper|uncoated)|japan color|pso|psr|cmyk"
    r"|artifex|c2(ci)?$|u?rgb$|iec|hd 709|sdtv|hdtv|best rgb|don rgb|beta rgb|bruce|ekta|a98|xyb|hlg|pq"
    r"|gimp|rgb (built-in|emulation)|reference (output|input|space))",
    re.IGNORECASE,
)
_DESCRIPTIONS = (b"desc", b"dmnd", b"dmdd", b"scrd", b"dscm")
_OF_A_SCREEN = {b"vcgt": "a screen's own calibration", b"mmod": "a screen's maker, model and serial number"}
_PLAIN = frozenset(
    (
        *(b"desc", b"dmnd", b"dmdd", b"scrd", b"dscm", b"cprt", b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ"),
        *(b"rTRC", b"gTRC", b"bTRC", b"kTRC", b"chad", b"chrm", b"lumi", b"meas", b"tech", b"view", b"vued"),
        *(b"A2B0", b"A2B1", b"A2B2", b"A2B3", b"B2A0", b"B2A1", b"B2A2", b"B2A3", b"D2B0", b"D2B1", b"D2B2"),
        *(b"D2B3", b"B2D0", b"B2D1", b"B2D2", b"B2D3", b"gamt", b"pre0", b"pre1", b"pre2", b"cicp", b"aarg"),
        *(b"aagg", b"aabg", b"ndin", b"aapy", b"clrt", b"clot", b"ciis", b"rig0", b"rig2", b"resp", b"bfd "),
        *(b"targ", b"calt", b"arts"),
    )
)


def audit_icc(profile: bytes, found: Findings) -> None:
    """Look through a colour profile."""
    try:
        _walk(profile, found)
    except BROKEN as error:
        found.unread("its colour profile", error)


def _walk(profile: bytes, found: Findings) -> None:
    if len(profile) < 132 or profile[36:40] != b"acsp":
        raise Malformed("does not begin as one does")
    (count,) = struct.unpack_from(">I", profile, 128)
    if count > _MOST_TAGS:
        raise Malformed(f"has {count:,} tags")
    named = [(0, 132 + 12 * count)]
    for number in range(count):
        tag, at, size = struct.unpack_from(">4sII", profile, 132 + 12 * number)
        named.append((at, at + size + -size % 4))
        _tag(tag, profile[at : at + min(size, _LARGEST_NAMED)], found)
    source = source_of(profile)
    unnamed = [(a, b) for a, b in gaps(named, 0, len(profile)) if not source.blank(a, b)]
    if unnamed:
        words = f"{bytes_counted(sum(b - a for a, b in unnamed))} in its colour profile that no tag refers to"
        found.leak(Item.UNREFERENCED_BYTES, words)


def _tag(tag: bytes, value: bytes, found: Findings) -> None:
    if tag in _OF_A_SCREEN:
        found.leak(Item.ICC_DEVICE_NAME, f"its colour profile holds {_OF_A_SCREEN[tag]}")
    elif tag in _DESCRIPTIONS:
        texts = [text for text in _texts(value) if len(text) > 2]
        # One that everybody knows has its name in many languages.
        if not any(_STANDARD.match(text) for text in texts):
            for text in texts:
                found.leak(Item.ICC_DEVICE_NAME, f"its colour profile is named {quoted(text)}")
    elif tag == b"meta":
        found.leak(Item.ICC_DEVICE_NAME, "its colour profile holds words about a device")
    elif tag not in _PLAIN:
        name = tag.decode("latin-1")
        found.leak(Item.ICC_DEVICE_NAME, f"its colour profile holds a part {quoted(name)} of somebody's own")


def _texts(value: bytes) -> list[str]:
    """The texts of a description, in each language."""
    if value[:4] == b"mluc":
        (count,) = struct.unpack_from(">I", value, 8)
        places = [struct.unpack_from(">II", value, 20 + 12 * number) for number in range(min(count, 100))]
        return [value[at : at + size].decode("utf-16-be", "replace").strip("\0 ") for size, at in places]
    if value[:4] == b"desc":
        (size,) = struct.unpack_from(">I", value, 8)
        return [value[12 : 12 + size].decode("latin-1").strip("\0 ")]
    return [value[8:].decode("latin-1").strip("\0 ")]

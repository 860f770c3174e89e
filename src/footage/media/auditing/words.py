"""Text files beside the media: pages, sidecars, lists, subtitles.

They are written to be read; what counts is what nobody reads: pictures inside pages, coordinates, paths.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import Source
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

LARGEST_TEXT = 32 << 20
"""Bytes of a text that is still read."""

_DATA = re.compile(rb"data:(image|video|application)/([\w.+-]+)(?:;[\w=-]+)*;base64,([A-Za-z0-9+/=\s%]+)")
_COORDINATES = (
    re.compile(rb"[+-]\d{2}\.\d{3,}[+-]\d{3}\.\d{3,}"),
    re.compile(rb"\bgeo:-?\d{1,2}\.\d+,-?\d{1,3}\.\d+"),
    re.compile(
        rb"(?i)\b(gps\w*|lat(itude)?|lon(g|gitude)?)\b[\"'\]>)]*\s*[:=(]\s*[\"'\[]*\s*[-+]?\d{1,3}[.,]\d{3,}"
    ),
    re.compile(rb"(?i)GPS\s*\(\s*-?\d{1,3}\.\d+\s*,\s*-?\d{1,3}\.\d+"),
    re.compile(rb"<(trkpt|wpt)\b|<coordinates>|\$G[PN](RMC|GGA)"),
)
# Under these a path names a person, or a disk of somebody's.
_PERSONAL = b"|".join((b"home", b"Users", b"root", b"mnt", b"media", b"Volumes"))
_PATHS = re.compile(
    rb"(?<![\w/.:-])(?:file:///?)?/(?:" + _PERSONAL + rb")/[^\s\"'<>|]{2,80}"
    rb"|\b[A-Z]:\\(?:Users|Documents and Settings)\\[^\s\"'<>|]{1,80}"
)
_XMP = re.compile(rb"<x:xmpmeta|<\?xpacket|<rdf:RDF")

PictureAudit = Callable[[bytes, Findings], None]


def audit_text(source: Source, found: Findings, audit_picture: PictureAudit) -> None:
    """Look through a text.

    Args:
        audit_picture: looks through a picture that stands in it.
    """
    if len(source) > LARGEST_TEXT:
        found.unread("it", f"is a text of {bytes_counted(len(source))}")
        return
    data = source.at(0, len(source))
    if _XMP.search(data[:4096]):
        audit_xmp(data, found)
    for number, match in enumerate(_DATA.finditer(data), 1):
        _picture(match, found.within(f"picture {number}"), audit_picture)
    rest = _DATA.sub(b"", data)
    for pattern in _COORDINATES:
        if told := pattern.search(rest):
            found.leak(Item.GPS, f"coordinates: {quoted(told[0].decode('utf-8', 'replace'))}")
    for match in _PATHS.finditer(rest):
        found.leak(Item.LOCAL_PATH, f"a path: {quoted(match[0].decode('utf-8', 'replace'))}")


def pictures_in(source: Source) -> Iterator[bytes]:
    """The pictures that stand in a text."""
    for match in _DATA.finditer(source.at(0, min(len(source), LARGEST_TEXT))):
        try:
            yield _bytes(match)
        except binascii.Error:
            continue


def _picture(match: "re.Match[bytes]", found: Findings, audit_picture: PictureAudit) -> None:
    try:
        data = _bytes(match)
    except binascii.Error as error:
        found.unread("it", str(error))
        return
    audit_picture(data, found)


def _bytes(match: "re.Match[bytes]") -> bytes:
    return base64.b64decode(re.sub(rb"\s|%0[AaDd]", b"", match[3]), validate=False)

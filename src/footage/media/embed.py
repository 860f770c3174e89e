"""Caption and credit in the file itself: our packet into our own fresh files, and never into anybody else's.

IIM, and XMP in PNG, TIFF and WebP, go through Exiv2. It cannot write GIF, HEIC, AVIF, MP4 and MOV, where the
packet is put into the container here, and in JPEG it would put XMP first: many readers believe what comes
last, which must be XMP, because IIM is cut. No pixel, sample or timestamp changes.

Source: XMP specification, part 3 (storage in files).
"""

from collections.abc import Mapping
from pathlib import Path

import pyexiv2

from footage.errors import ToolFailed
from footage.media.boxes import add_xmp_item, append_xmp, put_keys, put_xmp_in_movie

_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_LARGEST = 0xFFFF - 2
_APPLICATION_SEGMENTS = range(0xE0, 0xF0)
_SHORTEN = "shorten them with footage set or footage caption --write"

_GIF_XMP = b"\x21\xff\x0bXMP DataXMP"
_GIF_XMP_END = b"\x01" + bytes(range(0xFF, -1, -1)) + b"\x00"
_GIF_TRAILER = b";"

WITH_IIM = frozenset(("jpeg", "tiff"))
"""Formats that carry IIM beside XMP."""

WITH_KEYS = frozenset(("mp4", "mov"))
"""Formats that carry QuickTime's keys beside XMP."""

WITH_XMP = frozenset(("jpeg", "png", "tiff", "webp", "gif", "heic", "avif", "mp4", "mov"))
"""Formats that carry XMP; the others have their sidecar alone."""


def embed(
    path: Path,
    format_name: str,
    xmp: bytes,
    iim: Mapping[str, str | list[str]],
    keys: Mapping[str, str] | None = None,
) -> None:
    """Write caption and credit into a fresh file of our own, in place.

    A file of a format outside :data:`WITH_XMP` stays as it is. Where this fails, the file must not go out.

    Args:
        path: in a private folder, not published yet.
        format_name: as in :data:`footage.media.sniff.FORMATS`.
        xmp: a packet as :func:`footage.formats.xmp.write_xmp` writes it.
        iim: texts as :func:`footage.formats.iim.write_iim` gives them; left out where IIM has no place.
        keys: texts as :func:`footage.formats.quicktime.write_keys` gives them; left out likewise.

    Raises:
        ToolFailed: the file has no room or place for it.
    """
    if keys and format_name in WITH_KEYS:
        put_keys(path, keys, quicktime=format_name == "mov")
    match format_name:
        case "jpeg":
            _into_jpeg(path, xmp, iim)
        case "tiff" | "png" | "webp":
            _with_exiv2(path, xmp, iim if format_name in WITH_IIM else {})
        case "gif":
            _into_gif(path, xmp)
        case "heic" | "avif":
            add_xmp_item(path, xmp)
        case "mp4":
            append_xmp(path, xmp)
        case "mov":
            put_xmp_in_movie(path, xmp)


def _with_exiv2(path: Path, xmp: bytes, iim: Mapping[str, str | list[str]]) -> None:
    try:
        with pyexiv2.Image(str(path)) as image:
            if xmp:
                image.modify_raw_xmp(xmp.decode())
            if iim:
                image.modify_iptc(dict(iim))
    except RuntimeError as error:
        raise ToolFailed(
            f"caption and credit could not be written into {path.name}: {error}", _SHORTEN
        ) from error


def _into_jpeg(path: Path, xmp: bytes, iim: Mapping[str, str | list[str]]) -> None:
    """Put IIM into a JPEG, and a packet behind it as the last of the application segments."""
    segment = _JPEG_XMP + xmp
    if len(segment) > _JPEG_LARGEST:
        raise ToolFailed(f"caption, credit and keywords are too long for the JPEG {path.name}", _SHORTEN)
    _with_exiv2(path, b"", iim)
    data = path.read_bytes()
    at = 2
    while data[at + 1] in _APPLICATION_SEGMENTS:
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    path.write_bytes(data[:at] + b"\xff\xe1" + (2 + len(segment)).to_bytes(2) + segment + data[at:])


def _into_gif(path: Path, xmp: bytes) -> None:
    """Put a packet before the trailer, in an application extension (which GIF knows since 89a)."""
    with path.open("r+b") as file:
        file.seek(-1, 2)
        if file.read(1) != _GIF_TRAILER:
            raise ToolFailed(f"{path.name} does not end as a GIF does", "report this with: footage doctor")
        file.seek(-1, 2)
        file.write(_GIF_XMP + xmp + _GIF_XMP_END + _GIF_TRAILER)
        file.seek(0)
        file.write(b"GIF89a")

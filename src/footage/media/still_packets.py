"""Reading the raw metadata of stills, for :mod:`footage.media.embedded`; runs in the sandboxed child only.

Pillow finds the packets; nothing here reads what is in them.
"""

import io
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageFile

from footage.errors import BadInput
from footage.media.decoding import UNREADABLE, open_still, pad_to_declared_length, unreadable_is_bad_input
from footage.media.embedded import XMP_LIMIT, packed

_EXIF_MARK = b"Exif\0\0"
_IIM_RESOURCE = 0x0404
_TIFF_IIM = 33723
_TIFF_RESOURCES = 34377
_TIFF_SIZES = {3: 2, 4: 4, 8: 2, 9: 4}
_TIFF_TAG_LIMIT = 4 << 20
_TIFF_ENTRY_LIMIT = 4096
_BIG_TIFF = 43
_EXIF_DIRECTORIES = (0x8769, 0x8825)
# Description, make, model, software, date, artist, copyright (TIFF 6.0, part 1 and section 8).
_TIFF_DESCRIPTIVE = (270, 271, 272, 305, 306, 315, 33432)
_GIF_XMP = b"\x21\xff\x0bXMP DataXMP"
_GIF_XMP_TRAILER = b"\x01\xff\xfe\xfd\xfc"


def packets(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the XMP, IIM and EXIF packets of a still.

    What is missing, over its limit or not to be read is empty: metadata never keeps footage out.
    """
    name = params["format"]
    xmp = iim = exif = b""
    with Path(params["path"]).open("rb") as file, suppress(BadInput), unreadable_is_bad_input(name):
        image = _opened(file, name)
        if name == "png":
            # Chunks that stand behind the pixels are read with them.
            with suppress(*UNREADABLE):
                image.load()
        xmp = _gif_xmp(file) if name == "gif" else _bytes(image.info.get("xmp")) or _raw_profile(image, "xmp")
        exif = _tiff_exif(image) if name == "tiff" else _bytes(image.info.get("exif"))
        iim = _iim(image, file, name)
    yield packed(xmp, iim, exif.removeprefix(_EXIF_MARK))


def _opened(file: BinaryIO, name: str) -> ImageFile.ImageFile:
    try:
        return open_still(file, name)
    except UNREADABLE:
        file.seek(0)
        whole = pad_to_declared_length(file.read(), name)
        if whole is None:
            raise
        return open_still(io.BytesIO(whole), name)


def _iim(image: Image.Image, file: BinaryIO, name: str) -> bytes:
    """IIM from JPEG's APP13, TIFF's own tag or Photoshop's resources in one, or PNG's raw profile."""
    if name == "tiff":
        return _tiff_tag(file, _TIFF_IIM) or _resource(_tiff_tag(file, _TIFF_RESOURCES))
    resources = image.info.get("photoshop")
    if isinstance(resources, dict):
        return _bytes(resources.get(_IIM_RESOURCE))
    profile = _raw_profile(image, "iptc")
    return _resource(profile) or profile


def _resource(block: bytes) -> bytes:
    """The IIM among Photoshop's image resources (Adobe Photoshop File Formats, "Image Resource Blocks")."""
    at = 0
    while block[at : at + 4] == b"8BIM" and at + 12 <= len(block):
        number, name_length = struct.unpack_from(">HB", block, at + 4)
        at += 6 + (name_length + 2) // 2 * 2
        size = int.from_bytes(block[at : at + 4], "big")
        if number == _IIM_RESOURCE:
            return block[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
    return b""


def _tiff_tag(file: BinaryIO, tag: int) -> bytes:
    """A tag of a TIFF's first directory as it stands there (TIFF 6.0, section 2; BigTIFF).

    Pillow keeps only the first of the long integers that writers give IIM out for.
    """
    file.seek(0)
    head = file.read(16)
    order = ">" if head.startswith(b"MM") else "<"
    big = struct.unpack_from(f"{order}H", head, 2)[0] == _BIG_TIFF
    place, many, entry = ("Q", "Q", "HHQ8s") if big else ("I", "H", "HHI4s")
    place, many, entry = order + place, order + many, order + entry
    file.seek(struct.unpack_from(place, head, 8 if big else 4)[0])
    (entries,) = struct.unpack(many, file.read(struct.calcsize(many)))
    for _ in range(min(entries, _TIFF_ENTRY_LIMIT)):
        number, kind, count, value = struct.unpack(entry, file.read(struct.calcsize(entry)))
        if number == tag:
            size = count * _TIFF_SIZES.get(kind, 1)
            if size <= len(value):
                return bytes(value[:size])
            file.seek(struct.unpack(place, value)[0])
            return file.read(size) if size <= _TIFF_TAG_LIMIT else b""
    return b""


def _tiff_exif(image: ImageFile.ImageFile) -> bytes:
    """The descriptive tags of a TIFF with its EXIF and GPS directories, as a block of their own."""
    there, kept = image.getexif(), Image.Exif()
    kept.update({tag: there[tag] for tag in _TIFF_DESCRIPTIVE if tag in there})
    directories = {tag: there.get_ifd(tag) for tag in _EXIF_DIRECTORIES if tag in there}
    for tag, directory in directories.items():
        kept.get_ifd(tag).update(directory)
    return kept.tobytes() if len(kept) or directories else b""


def _raw_profile(image: Image.Image, kind: str) -> bytes:
    """A packet that ImageMagick or ExifTool wrote into a PNG's text as hexadecimal digits.

    The text is the kind, the length and the digits, each on lines of their own.
    """
    text = image.info.get(f"Raw profile type {kind}")
    if not isinstance(text, str) or len(text) > 3 * XMP_LIMIT:
        return b""
    match = re.fullmatch(r"\s*\w+(?: profile)?\s+\d+\s+([0-9a-fA-F\s]*)", text)
    return bytes.fromhex(match[1]) if match else b""


def _gif_xmp(file: BinaryIO) -> bytes:
    """XMP in a GIF: an application extension that holds the bare packet (XMP Specification, part 3, 1.1)."""
    file.seek(0)
    data = file.read()
    _, mark, rest = data.partition(_GIF_XMP)
    return rest[: max(0, rest.find(_GIF_XMP_TRAILER, 0, XMP_LIMIT + 8))] if mark else b""


def _bytes(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode(errors="replace")
    return value if isinstance(value, bytes) else b""

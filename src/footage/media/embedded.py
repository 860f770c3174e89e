"""Metadata that a file carries, as raw packets of bounded size.

What the packets say is for :mod:`footage.formats` to read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from footage.errors import ToolFailed
from footage.media.sandbox import Sandbox
from footage.media.sniff import Format
from footage.model.asset import Kind

XMP_LIMIT = 1 << 20
IIM_LIMIT = 256 << 10
EXIF_LIMIT = 256 << 10
TAG_LIMIT = 200
TAG_NAME_LIMIT = 100
TAG_VALUE_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Packets:
    """The metadata of a file. Every packet is as the file has it, and may be broken or hostile.

    Attributes:
        xmp: an XMP packet, at most 1 MiB; extended XMP is left out.
        iim: IPTC-IIM datasets, at most 256 KiB.
        exif: a TIFF block that starts with its byte order (``II`` or ``MM``), at most 256 KiB. A TIFF file's
            comes newly written, with its descriptive tags only.
        tags: a video's container tags, and those of its picture stream that the container does not have, at
            most 200 of at most 4,096 characters each, by FFmpeg's names (``creation_time``,
            ``com.apple.quicktime.location.ISO6709``).
    """

    xmp: bytes
    iim: bytes
    exif: bytes
    tags: Mapping[str, str]


def read_packets(sandbox: Sandbox, path: Path, format: Format) -> Packets:
    """Read a file's metadata packets. One that is missing, too large or not to be read is empty.

    Args:
        path: the vault's own copy.
        format: as it was sniffed.

    Raises:
        ToolFailed: the reader broke down.
    """
    module = "still_packets" if format.kind is Kind.STILL else "video_packets"
    message = sandbox.run(f"footage.media.{module}:packets", path=str(path), format=format.name)
    match message.values:
        case {"xmp": int(xmp), "iim": int(iim), "exif": int(exif), "tags": dict(tags)}:
            sizes = ((xmp, XMP_LIMIT), (iim, IIM_LIMIT), (exif, EXIF_LIMIT))
            fits = all(0 <= size <= limit for size, limit in sizes)
            if fits and xmp + iim + exif == len(message.payload):
                payload = message.payload
                return Packets(
                    payload[:xmp], payload[xmp : xmp + iim], payload[xmp + iim :], bounded_tags(tags)
                )
    raise ToolFailed("the decoder handed out metadata of impossible sizes")


def packed(
    xmp: bytes = b"", iim: bytes = b"", exif: bytes = b"", tags: Mapping[str, str] | None = None
) -> tuple[dict[str, object], bytes]:
    """The message in which the child hands packets out; one that is over its limit is left out."""
    xmp = xmp if len(xmp) <= XMP_LIMIT else b""
    iim = iim if len(iim) <= IIM_LIMIT else b""
    exif = exif if len(exif) <= EXIF_LIMIT else b""
    values: dict[str, object] = {
        "xmp": len(xmp),
        "iim": len(iim),
        "exif": len(exif),
        "tags": bounded_tags(tags or {}),
    }
    return values, xmp + iim + exif


def bounded_tags(tags: Mapping[str, object]) -> dict[str, str]:
    """No more tags, no longer names and no longer values than the limits; the rest is cut off.

    >>> bounded_tags({"title": "x" * 5000})["title"] == "x" * 4096
    True
    """
    kept = islice(tags.items(), TAG_LIMIT)
    return {_text(name, TAG_NAME_LIMIT): _text(value, TAG_VALUE_LIMIT) for name, value in kept}


def _text(value: object, limit: int) -> str:
    """Text that can be encoded: what is no character becomes a question mark."""
    return str(value)[:limit].encode(errors="replace").decode()

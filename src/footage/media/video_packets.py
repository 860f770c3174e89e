"""Reading the raw metadata of videos, for :mod:`footage.media.embedded`; runs in the sandboxed child only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from footage.errors import BadInput
from footage.media.demux import is_cover, open_video
from footage.media.embedded import XMP_LIMIT, packed

_BOX_LIMIT = 100_000
_XMP_USER_TYPE = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def packets(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the XMP packet and the tags of a video.

    What is missing, over its limit or not to be read is empty: metadata never keeps footage out.
    """
    path, name = params["path"], params["format"]
    xmp = b""
    if name in ("mp4", "mov"):
        with Path(path).open("rb") as file:
            xmp = xmp_packet(file)
    yield packed(xmp=xmp, tags=_tags(path, name))


def _tags(path: str, name: str) -> dict[str, str]:
    """The container's tags, and those of its picture stream that the container does not have."""
    try:
        container = open_video(path, name)
    except BadInput:
        return {}
    with container:
        pictures = [stream for stream in container.streams.video if not is_cover(stream)]
        return (pictures[0].metadata if pictures else {}) | container.metadata


def xmp_packet(file: BinaryIO) -> bytes:
    """XMP in MP4 (a ``uuid`` box of its own) or MOV (``moov/udta/XMP_``); XMP Specification, part 3, 1.2."""
    for kind, start, end in _boxes(file, 0, file.seek(0, 2)):
        if kind == b"uuid" and _read(file, start, start + 16) == _XMP_USER_TYPE:
            return _read(file, start + 16, end)
        if kind == b"moov" and (packet := _inner(file, start, end, (b"udta", b"XMP_"))):
            return packet
    return b""


def _inner(file: BinaryIO, start: int, end: int, names: tuple[bytes, ...]) -> bytes:
    """What the box that the names lead to holds."""
    for kind, inner_start, inner_end in _boxes(file, start, end):
        if kind == names[0]:
            rest = names[1:]
            return _inner(file, inner_start, inner_end, rest) if rest else _read(file, inner_start, inner_end)
    return b""


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box's name and where its body starts and ends (ISO/IEC 14496-12, 4.2), while they make sense."""
    for _ in range(_BOX_LIMIT):
        if start + 8 > end:
            return
        file.seek(start)
        header = file.read(16)
        size, kind, body = int.from_bytes(header[:4], "big"), header[4:8], start + 8
        if size == 1:
            size, body = int.from_bytes(header[8:16], "big"), start + 16
        elif size == 0:
            size = end - start
        if size < body - start or body > end:
            return
        yield kind, body, min(end, start + size)
        start += size


def _read(file: BinaryIO, start: int, end: int) -> bytes:
    """Bytes of the file; none where they are more than any packet may have."""
    if end - start > XMP_LIMIT:
        return b""
    file.seek(start)
    return file.read(end - start)

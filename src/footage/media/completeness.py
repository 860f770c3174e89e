"""Whether a file goes on to where its own structure says it ends: boxes, elements, chunks and packets.

Demuxers read what there is and stop without a word where a file breaks off, so its outermost structure is
walked here. Nothing is decoded; only sizes are read.

Sources: ISO/IEC 14496-12 (boxes), RFC 8794 and 9559 (EBML, Matroska), Microsoft's AVI RIFF reference,
SMPTE ST 336 and 377-1 (KLV, MXF), ISO/IEC 13818-1 (packets of 188 bytes; 192 with time codes, 204 with
parity).
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_STEPS = 1_000_000
_BOX_FORMATS = frozenset(("mp4", "mov"))
_FIRST_BOXES = frozenset((b"ftyp", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"styp", b"moof"))
_SYNC = 0x47


def breaks_off(path: str, format_name: str) -> bool:
    """Whether a file ends before its own structure does.

    False also where that cannot be told: a stream without sizes may be whole or not.

    Args:
        path: of a regular file.
        format_name: a video's name in :data:`footage.media.sniff.FORMATS`.
    """
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        if format_name == "mpegts":
            return _cut_packet(file, size)
        ends = {
            "matroska": _element_ends,
            "webm": _element_ends,
            "avi": _riff_ends,
            "mxf": _klv_ends,
        }.get(format_name, _box_ends)
        return max(ends(file, size), default=0) > size


def lacks_index(path: str, format_name: str) -> bool:
    """Whether an MP4 or QuickTime file begins as one but has no ``moov`` box at its top level."""
    if format_name not in _BOX_FORMATS:
        return False
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        kinds = [kind for kind, _ in _boxes(file, size)]
    return bool(kinds) and kinds[0] in _FIRST_BOXES and b"moov" not in kinds


def _box_ends(file: BinaryIO, size: int) -> Iterator[int]:
    return (end for _, end in _boxes(file, size))


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """The kind of each box at the top level and where it says it ends."""
    at = 0
    for _ in range(_STEPS):
        head = _read(file, at, 16)
        if len(head) < 8:
            # A few bytes of nothing behind the last box are common and harmless.
            if any(head):
                yield b"", at + 8
            return
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1 and len(head) == 16:
            (length,) = struct.unpack_from(">Q", head, 8)
        end = at + length if length else size
        if end < at + 8:
            return
        yield kind, end
        if end > size:
            return
        at = end


def _element_ends(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each element at the top level says it ends, and those within a segment of unknown size."""
    at = 0
    for _ in range(_STEPS):
        identifier, length, body = _element(file, at)
        if not identifier:
            return
        if length is None:
            # A live recording's segment and clusters have no size: walk through what is in them.
            at = body
            continue
        at = body + length
        yield at
        if at >= size:
            return


def _element(file: BinaryIO, at: int) -> tuple[bytes, int | None, int]:
    """An EBML element's identifier, the length of its body (None: unknown) and where that begins."""
    head = _read(file, at, 12)
    if not head or not head[0]:
        return b"", None, at
    wide = 9 - head[0].bit_length()
    if wide > 4 or len(head) <= wide or not head[wide]:
        return b"", None, at
    long = 9 - head[wide].bit_length()
    length = int.from_bytes(head[wide : wide + long], "big") & ((1 << 7 * long) - 1)
    unknown = length == (1 << 7 * long) - 1
    return head[:wide], None if unknown else length, at + wide + long


def _riff_ends(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each RIFF chunk says it ends: one in an AVI, several in an OpenDML AVI."""
    at = 0
    while at + 8 <= size:
        head = _read(file, at, 8)
        mark, length = struct.unpack("<4sI", head)
        if mark != b"RIFF" or not length:
            return
        at += 8 + length + length % 2
        # The padding byte of an odd chunk is often left out at the end.
        yield at - length % 2


def _klv_ends(file: BinaryIO, size: int) -> Iterator[int]:
    """Where each key-length-value packet of an MXF file says it ends."""
    at = 0
    for _ in range(_STEPS):
        head = _read(file, at, 25)
        if len(head) < 17 or head[:4] != b"\x06\x0e\x2b\x34":
            return
        count = head[16] & 0x7F if head[16] & 0x80 else 0
        if count > 8 or 17 + count > len(head):
            return
        length = int.from_bytes(head[17 : 17 + count], "big") if count else head[16]
        at += 17 + count + length
        yield at
        if at >= size:
            return


def _cut_packet(file: BinaryIO, size: int) -> bool:
    """Whether a transport stream's last packet is cut (a capture may begin within one)."""
    head = _read(file, 0, 204 * 6)
    for length in (188, 192, 204):
        for first in range(length):
            starts = head[first : first + 5 * length : length]
            if len(starts) == 5 and all(byte == _SYNC for byte in starts):
                begins = first - 4 if length == 192 else first
                return (size - begins) % length != 0
    return False


def _read(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)

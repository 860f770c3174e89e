"""MXF files: every packet of keys and values at the top level; what the sets say comes from the demuxer.

Sources: SMPTE ST 377-1, ST 379 and ST 336.
"""

from footage.media.auditing.findings import Findings, bytes_counted
from footage.media.auditing.source import BROKEN, Malformed, Source
from footage.model.leak import Item

_UNIVERSAL = bytes.fromhex("060e2b34")
_ESSENCE = bytes.fromhex("060e2b3401020101")
_PARTITION = bytes.fromhex("060e2b34020501010d010201")
_MOST = 20_000_000
_RUN_IN = 64 << 10


def audit_mxf(source: Source, found: Findings) -> None:
    """Look through an MXF file."""
    try:
        _walk(source, found)
    except BROKEN as error:
        found.unread("a part of it", error)


def _walk(source: Source, found: Findings) -> None:
    head = source.at(0, _RUN_IN + 16)
    at = head.find(_PARTITION)
    if at < 0:
        raise Malformed("does not begin as one does")
    if not source.blank(0, at):
        found.leak(Item.UNREFERENCED_BYTES, f"{bytes_counted(at)} before its first part")
    for _ in range(_MOST):
        if at + 17 > len(source):
            break
        key = source.at(at, 16)
        if not key.startswith(_UNIVERSAL):
            if not source.blank(at, len(source)):
                found.leak(Item.TRAILING_BYTES, f"{bytes_counted(len(source) - at)} behind its end")
            return
        size, body = _length(source, at + 16)
        if body + size > len(source):
            raise Malformed("breaks off before its end")
        if _is_fill(key):
            if not source.blank(body, body + size, b"\0\xff"):
                words = f"{bytes_counted(size)} in a part that is marked as empty"
                found.leak(Item.FREE_BOX_CONTENT, words)
        elif not _is_known(key):
            found.leak(Item.UNKNOWN_PART, f"a part {key.hex()} of {bytes_counted(size)}")
        at = body + size


def _is_fill(key: bytes) -> bool:
    return key[:4] == _UNIVERSAL and key[4:7] == b"\x01\x01\x01" and key[8:12] == bytes.fromhex("03010210")


def _is_known(key: bytes) -> bool:
    """Partitions, primers, sets, index tables, random index, and elements of essence."""
    if key[4:6] == b"\x02\x05" or key[4:6] == b"\x02\x53":
        return True
    return (key.startswith(_ESSENCE[:7]) and key[8:12] in (b"\x0d\x01\x03\x01", b"\x0e\x04\x03\x01")) or (
        key[4:6] in (b"\x01\x02", b"\x02\x63", b"\x02\x43") and key[8:10] == b"\x0d\x01"
    )


def _length(source: Source, at: int) -> tuple[int, int]:
    """A length in the basic encoding rules' form, and where the value begins."""
    first = source.number(at, 1)
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 0 < count <= 8:
        raise Malformed(f"goes wrong at byte {at:,}")
    return source.number(at + 1, count), at + 1 + count

"""Whether every byte of a finished file is accounted for: nothing lies in it that its own tables do not name.

Only files from FFmpeg's muxers are looked at here; what those never write counts as something that does not
belong there.

Sources: ISO/IEC 14496-12 (boxes, sample tables), RFC 8794 and 9559 (EBML, Matroska), Microsoft's AVI RIFF
reference, SMPTE ST 377-1 (MXF), ISO/IEC 13818-1 (transport streams).
"""

import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footage.media.proving.filebytes import FileBytes

_Span = tuple[int, int]


class _Stranger(Exception):
    """Something that does not belong into a file; the message says what."""


def unaccounted(path: str, format_name: str, packets: Sequence[int]) -> str:
    """What lies in a file beside its pictures and sound and what describes them, in words; empty for nothing.

    Args:
        format_name: in :data:`footage.media.sniff.FORMATS`.
        packets: how many the demuxer finds of each stream, in the file's order of streams.
    """
    look = _LOOKS[format_name]
    with FileBytes(path) as content:
        try:
            look(content, packets)
        except _Stranger as stranger:
            return str(stranger)
        except (struct.error, IndexError, ValueError, KeyError):
            return "it is not laid out as its format asks"
    return ""


# Boxes.

_EMPTY_BOXES = frozenset((b"free", b"skip", b"wide"))
_BOXES: Mapping[bytes, frozenset[bytes]] = {
    b"": frozenset((b"ftyp", b"moov", b"mdat")),
    b"moov": frozenset((b"mvhd", b"trak", b"udta")),
    b"udta": frozenset((b"meta",)),
    b"meta": frozenset((b"hdlr", b"ilst")),
    b"ilst": frozenset((b"\xa9too",)),
    b"trak": frozenset((b"tkhd", b"tapt", b"edts", b"tref", b"mdia")),
    b"edts": frozenset((b"elst",)),
    b"mdia": frozenset((b"mdhd", b"hdlr", b"minf")),
    b"minf": frozenset((b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl")),
    b"dinf": frozenset((b"dref",)),
    b"stbl": frozenset(
        (
            *(b"stsd", b"stts", b"ctts", b"cslg", b"stss", b"stps", b"sdtp"),
            *(b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp"),
        )
    ),
}


def _look_at_boxes(content: FileBytes, packets: Sequence[int]) -> None:
    top = list(_boxes(content, (0, len(content)), b""))
    holds = [body for kind, body in top if kind == b"mdat"]
    (movie,) = (body for kind, body in top if kind == b"moov")
    parts = list(_boxes(content, movie, b"moov"))
    for kind, body in parts:
        if kind == b"udta":
            _tables(content, kind, body)
    tracks = [body for kind, body in parts if kind == b"trak"]
    samples = [_samples(content, track) for track in tracks]
    for number, ((_, found), wanted) in enumerate(zip(samples, packets, strict=True), 1):
        if found is not None and found != wanted:
            raise _Stranger(f"track {number} has {found} samples, of which {wanted} are played")
    _insist_that_all_is_named(np.concatenate([spans for spans, _ in samples]), holds)


def _boxes(content: FileBytes, span: _Span, inside: bytes) -> Iterator[tuple[bytes, _Span]]:
    """The kind and the body of each box in a span that belongs there."""
    at, end = span
    while at < end:
        size, kind = struct.unpack(">I4s", content.read(at, at + 8))
        body = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", content.read(body, body + 8))
            body += 8
        if not body <= at + size <= end:
            raise _Stranger(f"a box ({_name(kind)}) that does not fit where it lies")
        if kind in _EMPTY_BOXES:
            _insist_on_zeros(content, (body, at + size), f"a box ({_name(kind)})")
        elif kind not in _BOXES[inside]:
            raise _Stranger(f"a box ({_name(kind)}) that does not belong there")
        else:
            yield kind, (body, at + size)
        at += size


def _tables(content: FileBytes, kind: bytes, body: _Span) -> dict[bytes, _Span]:
    """The bodies of all boxes in a box that hold no others."""
    tables = {}
    waiting = [(kind, body)]
    while waiting:
        inside, (start, end) = waiting.pop()
        # This one begins with a version.
        for kind, body in _boxes(content, (start + 4 * (inside == b"meta"), end), inside):
            if kind in _BOXES:
                waiting.append((kind, body))
            else:
                tables[kind] = body
    return tables


def _samples(content: FileBytes, track: _Span) -> tuple[NDArray[np.int64], int | None]:
    """Where a track's samples lie, first byte and the one after the last, and how many there are.

    Samples of one size are given chunk by chunk and not counted: those of plain sound are many, and read in
    packets.
    """
    tables = _tables(content, b"trak", track)
    kind = np.dtype(">u4" if b"stco" in tables else ">u8")
    chunks = _counted(content, (tables.get(b"stco") or tables[b"co64"])[0], kind)
    runs = _counted(content, tables[b"stsc"][0], np.dtype(">u4"), 3).reshape(-1, 3)
    if not len(chunks):
        return np.empty((0, 2), np.int64), 0
    lengths = np.repeat(runs[:, 1], np.diff(runs[:, 0], append=len(chunks) + 1))
    at = tables[b"stsz"][0]
    (size,) = struct.unpack(">4xI", content.read(at, at + 8))
    if size:
        return np.stack((chunks, chunks + lengths * size), 1), None
    sizes = _counted(content, at + 4, np.dtype(">u4"))
    if lengths.sum() != len(sizes):
        raise _Stranger("samples that belong to no chunk")
    before = np.cumsum(sizes) - sizes
    firsts = np.cumsum(lengths) - lengths
    starts = np.repeat(chunks - before[firsts], lengths) + before
    return np.stack((starts, starts + sizes), 1), len(sizes)


def _counted(content: FileBytes, at: int, kind: np.dtype[Any], each: int = 1) -> NDArray[np.int64]:
    """A table's numbers, behind their count (or that of groups of ``each``) and the four bytes before it."""
    (count,) = struct.unpack(">4xI", content.read(at, at + 8))
    start = at + 8
    return np.frombuffer(content.read(start, start + each * count * kind.itemsize), kind).astype(np.int64)


def _insist_that_all_is_named(samples: NDArray[np.int64], holds: Sequence[_Span]) -> None:
    """Samples must fill the media data without a gap, and share nothing."""
    ordered = samples[np.argsort(samples[:, 0], kind="stable")]
    ordered = ordered[ordered[:, 1] > ordered[:, 0]]
    room = sum(end - start for start, end in holds)
    named = int((ordered[:, 1] - ordered[:, 0]).sum())
    inside = all(
        any(start <= first and last <= end for start, end in holds) for first, last in _joined(ordered)
    )
    if (ordered[1:, 0] < ordered[:-1, 1]).any() or not inside or named > room:
        raise _Stranger("samples that overlap or lie outside of the media data")
    if named != room:
        raise _Stranger(f"{room - named:,} bytes of media data that no table names")


def _joined(ordered: NDArray[np.int64]) -> list[_Span]:
    """Spans that are in order, those that touch as one."""
    begins = np.concatenate(([True], ordered[1:, 0] != ordered[:-1, 1]))
    ends = np.append(begins[1:], True)
    return list(zip(ordered[begins, 0].tolist(), ordered[ends, 1].tolist(), strict=True))


# Elements.

_SEGMENT, _CLUSTER, _GROUP, _VOID = 0x18538067, 0x1F43B675, 0xA0, 0xEC
_SIMPLE_BLOCK, _BLOCK, _CHECKSUM = 0xA3, 0xA1, 0xBF
_LACED = 0x06
_ELEMENTS: Mapping[int, frozenset[int]] = {
    0: frozenset((0x1A45DFA3, _SEGMENT)),
    # Where things are, facts, tracks, an index of times, names and values.
    _SEGMENT: frozenset((0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1254C367, _CLUSTER)),
    # Its time, its own place, the size of the one before.
    _CLUSTER: frozenset((0xE7, 0xA7, 0xAB, _SIMPLE_BLOCK, _GROUP)),
    # How long it lasts, what it refers to, what of its sound is not played.
    _GROUP: frozenset((_BLOCK, 0x9B, 0xFB, 0x75A2)),
}


def _look_at_elements(content: FileBytes, packets: Sequence[int]) -> None:
    blocks = Counter[int]()
    waiting = [(0, (0, len(content)))]
    while waiting:
        inside, span = waiting.pop()
        for kind, body in _elements(content, span, inside):
            if kind in _ELEMENTS:
                waiting.append((kind, body))
            elif kind in (_SIMPLE_BLOCK, _BLOCK):
                track, start = _number(content, body[0], keep=False)
                if content.byte(start + 2) & _LACED:
                    raise _Stranger("blocks that hold several frames")
                blocks[track] += 1
    found = [blocks[track] for track in sorted(blocks)]
    if found != list(packets):
        raise _Stranger(f"blocks of {found} in its tracks, of which {list(packets)} are played")


def _elements(content: FileBytes, span: _Span, inside: int) -> Iterator[tuple[int, _Span]]:
    """The identifier and the body of each element in a span that belongs there."""
    at, end = span
    while at < end:
        kind, body = _number(content, at, keep=True)
        size, body = _number(content, body, keep=False)
        if body + size > end:
            raise _Stranger(f"an element ({kind:X}) that does not fit where it lies")
        if kind == _VOID:
            _insist_on_zeros(content, (body, body + size), "a void")
        elif kind not in _ELEMENTS[inside] and kind != _CHECKSUM:
            raise _Stranger(f"an element ({kind:X}) that does not belong there")
        else:
            yield kind, (body, body + size)
        at = body + size


def _number(content: FileBytes, at: int, *, keep: bool) -> tuple[int, int]:
    """A number of variable length, with its marker or without, and the place after it."""
    length = 9 - content.byte(at).bit_length()
    value = int.from_bytes(content.read(at, at + length), "big")
    return value if keep else value & ((1 << 7 * length) - 1), at + length


# Chunks, packets and keys.

_LISTS = frozenset((b"hdrl", b"INFO", b"movi", b"AVI ", b"AVIX", b"strl", b"odml", b"rec "))
_ROOM = 16
_CHUNKS = frozenset((b"avih", b"strh", b"strf", b"vprp", b"indx", b"dmlh", b"ISFT", b"idx1"))


def _look_at_chunks(content: FileBytes, packets: Sequence[int]) -> None:
    counts = Counter[int]()
    waiting = [(0, len(content))]
    while waiting:
        at, end = waiting.pop()
        while at + 8 <= end:
            kind, size = struct.unpack("<4sI", content.read(at, at + 8))
            body = (at + 8, at + 8 + size)
            if body[1] > end:
                raise _Stranger(f"a chunk ({_name(kind)}) that does not fit where it lies")
            if kind in (b"RIFF", b"LIST") and content.read(body[0], body[0] + 4) in _LISTS:
                waiting.append((body[0] + 4, body[1]))
            elif kind == b"JUNK":
                # Room for an index of a larger file is told so in its first bytes.
                _insist_on_zeros(content, (body[0] + _ROOM, max(body)), "a chunk (JUNK)")
            elif kind[:2].isdigit() and kind[2:] in (b"dc", b"db", b"wb"):
                counts[int(kind[:2])] += bool(size)
            elif kind not in _CHUNKS and not (kind[:2] == b"ix" and kind[2:].isdigit()):
                raise _Stranger(f"a chunk ({_name(kind)}) that does not belong there")
            at = body[1] + size % 2
        if at < end:
            raise _Stranger("bytes behind its last chunk")
    if (found := [counts[stream] for stream in range(len(packets))]) != list(packets):
        raise _Stranger(f"chunks of {found} in its streams, of which {list(packets)} are played")


_TS_PACKET, _TS_SYNC, _TS_MANY = 188, 0x47, 8192
_TS_PROGRAMS, _TS_SERVICES, _TS_PROGRAM, _TS_FIRST = 0, 17, 4096, 256


def _look_at_transport(content: FileBytes, packets: Sequence[int]) -> None:
    named = [_TS_PROGRAMS, _TS_SERVICES, _TS_PROGRAM, *range(_TS_FIRST, _TS_FIRST + len(packets))]
    strange = len(content) % _TS_PACKET > 0
    for at in range(0, len(content), _TS_MANY * _TS_PACKET):
        part = content.read(at, at + _TS_MANY * _TS_PACKET)
        rows = np.frombuffer(part, np.uint8, len(part) // _TS_PACKET * _TS_PACKET).reshape(-1, _TS_PACKET)
        streams = (rows[:, 1] & 0x1F).astype(np.int64) << 8 | rows[:, 2]
        strange |= bool((rows[:, 0] != _TS_SYNC).any() or not np.isin(streams, named).all())
    if strange:
        raise _Stranger("packets of no stream that its tables name")


_KEY = b"\x06\x0e\x2b\x34"
_FILL = bytes.fromhex("060e2b34010101020301021001000000")


def _look_at_keys(content: FileBytes, packets: Sequence[int]) -> None:  # noqa: ARG001
    at = 0
    while at < len(content):
        key, length = content.read(at, at + 16), content.byte(at + 16)
        start = at + 17
        if length & 0x80:
            length, start = (
                int.from_bytes(content.read(start, start + (length & 0x7F)), "big"),
                start + (length & 0x7F),
            )
        if not key.startswith(_KEY) or start + length > len(content):
            raise _Stranger("bytes that belong to no key")
        # The last byte but eight is the version of the list of keys.
        if key[:7] + key[8:] == _FILL[:7] + _FILL[8:]:
            _insist_on_zeros(content, (start, start + length), "filling")
        at = start + length


def _insist_on_zeros(content: FileBytes, span: _Span, what: str) -> None:
    start, end = span
    if any(part.strip(b"\0") for part in content.chunks(start, end)):
        raise _Stranger(f"{what} that is not empty")


def _name(kind: bytes) -> str:
    return "".join(chr(byte) if 32 < byte < 127 else "?" for byte in kind)


_LOOKS: Mapping[str, Callable[[FileBytes, Sequence[int]], None]] = {
    "mp4": _look_at_boxes,
    "mov": _look_at_boxes,
    "matroska": _look_at_elements,
    "webm": _look_at_elements,
    "avi": _look_at_chunks,
    "mpegts": _look_at_transport,
    "mxf": _look_at_keys,
}

"""Our own words in our own MP4, MOV, HEIC and AVIF files: boxes added so that what is there stays right.

Sources: ISO/IEC 14496-12 (boxes, items), ISO/IEC 23008-12 (items that describe a picture), the XMP
specification's part 3 (the ``uuid`` box), Apple's QuickTime File Format (user data, metadata keys).
"""

import io
import shutil
import struct
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from footage.errors import ToolFailed

_XMP_BOX = uuid.UUID("be7acfcb-97a9-42e8-9c71-999491e3afac").bytes
_XMP_TYPE = b"application/rdf+xml"
_HINT = "its sidecar says the same; report this with the output of: footage doctor"

_PLAIN = frozenset((b"ftyp", b"free", b"skip", b"wide", b"mdat", b"moov", b"uuid"))
_TO_CHUNKS = frozenset((b"trak", b"mdia", b"minf", b"stbl"))
_CHUNKS = {b"stco": "I", b"co64": "Q"}
_PIECE = 1 << 20

Parts = list[tuple[bytes, bytes]]
Extents = Mapping[int, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a box lies: its kind, its first byte, its content's first byte, and the byte after its last."""

    kind: bytes
    start: int
    content: int
    end: int


def append_xmp(path: Path, packet: bytes) -> None:
    """Put a packet into an MP4: a ``uuid`` box after all others, so that no offset moves.

    Raises:
        ToolFailed: the file's boxes do not add up.
    """
    with path.open("r+b") as file:
        _top(path, file)
        file.seek(0, io.SEEK_END)
        file.write(_box(b"uuid", _XMP_BOX + packet))


def put_xmp_in_movie(path: Path, packet: bytes) -> None:
    """Put a packet into a MOV: ``XMP_`` among the user data of its ``moov``, which must be its last box.

    Raises:
        ToolFailed: the boxes do not add up, or another box is the last and would move.
    """
    with path.open("r+b") as file:
        movie = _top(path, file)[-1]
        if movie.kind != b"moov":
            raise ToolFailed(f"{path.name} does not end with its index: its XMP has no place", _HINT)
        parts = _parts(_content(file, movie))
        said = b"".join(content for kind, content in parts if kind == b"udta")
        kept = [(kind, content) for kind, content in parts if kind != b"udta"]
        file.seek(movie.start)
        file.write(_boxed(b"moov", [*kept, (b"udta", said + _box(b"XMP_", packet))]))


def put_keys(path: Path, keys: Mapping[str, str], *, quicktime: bool) -> None:
    """Put texts by QuickTime's keys into a movie's ``moov``, in place of what a ``meta`` says there.

    What lies behind a ``moov`` that is not last moves by as much as it grows, and its chunk offsets say so.

    Args:
        quicktime: whether it is a MOV, whose ``meta`` lies in ``moov`` itself and has no version.

    Raises:
        ToolFailed: the boxes do not add up, or are not those of a plain movie.
    """
    with path.open("rb") as file:
        boxes = _top(path, file)
        movie = next((box for box in boxes if box.kind == b"moov"), None)
        if movie is None or not {box.kind for box in boxes} <= _PLAIN:
            raise ToolFailed(f"{path.name} is no plain movie: its keys have no place", _HINT)
        try:
            parts = _with_keys(_parts(_content(file, movie)), _keys(keys), quicktime=quicktime)
            grown = bytearray(_boxed(b"moov", parts))
            growth = len(grown) - (movie.end - movie.start)
            if movie is not boxes[-1]:
                _move_chunks(grown, 8, len(grown), movie.end, growth)
        except (struct.error, ValueError) as error:
            raise ToolFailed(
                f"{path.name} is not laid out as expected: its keys have no place", _HINT
            ) from error
        _rewrite(path, file, movie, grown)


def _with_keys(parts: Parts, metadata: bytes, *, quicktime: bool) -> Parts:
    """The parts of a ``moov`` with metadata where its kind of file has them."""
    if quicktime:
        return [*(part for part in parts if part[0] != b"meta"), (b"meta", metadata)]
    said = [part for kind, content in parts if kind == b"udta" for part in _parts(content)]
    told = [*(part for part in said if part[0] != b"meta"), (b"meta", bytes(4) + metadata)]
    kept = [part for part in parts if part[0] != b"udta"]
    return [*kept, (b"udta", b"".join(_box(*part) for part in told))]


def _keys(keys: Mapping[str, str]) -> bytes:
    """What is in a ``meta`` that gives texts by keys: its handler, the keys, and the values by number."""
    names = b"".join(_box(b"mdta", key.encode()) for key in keys)
    values = [_box(b"data", struct.pack(">II", 1, 0) + text.encode()) for text in keys.values()]
    items = [_box(struct.pack(">I", number), value) for number, value in enumerate(values, 1)]
    handler = struct.pack(">II4s12xB", 0, 0, b"mdta", 0)
    counted = struct.pack(">II", 0, len(keys)) + names
    return _box(b"hdlr", handler) + _box(b"keys", counted) + _box(b"ilst", b"".join(items))


def _move_chunks(movie: bytearray, start: int, end: int, behind: int, growth: int) -> None:
    """Add to every chunk offset in a span of boxes that points behind a place."""
    file = io.BytesIO(movie)
    for box in _walk_from(file, start, end):
        if box.kind in _TO_CHUNKS:
            _move_chunks(movie, box.content, box.end, behind, growth)
        elif box.kind in _CHUNKS:
            (count,) = struct.unpack_from(">I", movie, box.content + 4)
            layout = f">{count}{_CHUNKS[box.kind]}"
            offsets = struct.unpack_from(layout, movie, box.content + 8)
            moved = (offset + growth if offset >= behind else offset for offset in offsets)
            struct.pack_into(layout, movie, box.content + 8, *moved)


def _rewrite(path: Path, file: BinaryIO, old: Box, new: bytearray) -> None:
    """Put a box in another's place, whatever its size; the file is whole at every moment."""
    written = path.with_name(f"{path.name}.part")
    with written.open("xb") as target:
        file.seek(0)
        _copy(file, target, old.start)
        target.write(new)
        file.seek(old.end)
        shutil.copyfileobj(file, target, _PIECE)
    written.replace(path)


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size:
        piece = source.read(min(size, _PIECE))
        target.write(piece)
        size -= len(piece)


def add_xmp_item(path: Path, packet: bytes) -> None:
    """Put a packet into a HEIC or AVIF still: an item that describes the primary one.

    The packet itself lies at the end. The pictures move by as much as their directory grows, and the
    directory says so.

    Raises:
        ToolFailed: the file's boxes do not add up, or are of other versions than our encoders write.
    """
    data = path.read_bytes()
    try:
        described = _described(data, packet)
    except (struct.error, StopIteration, KeyError, ValueError, OverflowError) as error:
        raise ToolFailed(f"{path.name} is not laid out as expected: its XMP has no place", _HINT) from error
    path.write_bytes(described)


def _described(data: bytes, packet: bytes) -> bytes:
    """The still's bytes with one more item."""
    meta = next(box for box in _walk(io.BytesIO(data), len(data)) if box.kind == b"meta")
    head, parts = data[meta.content : meta.content + 4], dict(_parts(data[meta.content + 4 : meta.end]))
    extents = _read_extents(parts[b"iloc"])
    (primary,) = struct.unpack(">4xH", parts[b"pitm"])
    number = max(extents) + 1
    parts[b"iinf"] = _with_entry(parts[b"iinf"], number)
    parts[b"iref"] = _with_reference(parts.get(b"iref", bytes(4)), number, primary)
    parts[b"iloc"] = _write_extents({**extents, number: [(0, 0)]})
    grown = len(_boxed(b"meta", parts.items(), head)) - (meta.end - meta.start)
    moved = {
        item: [(at + grown if at >= meta.end else at, size) for at, size in places]
        for item, places in extents.items()
    }
    parts[b"iloc"] = _write_extents({**moved, number: [(len(data) + grown + 8, len(packet))]})
    directory = _boxed(b"meta", parts.items(), head)
    return data[: meta.start] + directory + data[meta.end :] + _box(b"mdat", packet)


def _with_entry(items: bytes, number: int) -> bytes:
    """``iinf`` (version 0) with an entry for our item."""
    version, count = struct.unpack_from(">IH", items)
    _expect(version == 0)
    entry = struct.pack(">IHH4s", 0x02000001, number, 0, b"mime") + b"\0" + _XMP_TYPE + b"\0\0"
    return struct.pack(">IH", 0, count + 1) + items[6:] + _box(b"infe", entry)


def _with_reference(references: bytes, number: int, primary: int) -> bytes:
    """``iref`` (version 0) that also says: our item describes the primary one."""
    _expect(references[:4] == bytes(4))
    return references + _box(b"cdsc", struct.pack(">HHH", number, 1, primary))


def _read_extents(locations: bytes) -> dict[int, list[tuple[int, int]]]:
    """Offset and size of each piece of each item, out of ``iloc`` (version 0)."""
    version, sizes, count = struct.unpack_from(">IHH", locations)
    _expect(version == 0)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    file = io.BytesIO(locations[8:])

    def number(size: int) -> int:
        return int.from_bytes(file.read(size))

    extents: dict[int, list[tuple[int, int]]] = {}
    for _ in range(count):
        item, elsewhere, base = number(2), number(2), number(base_size)
        _expect(elsewhere == 0)
        extents[item] = [(base + number(offset_size), number(length_size)) for _ in range(number(2))]
    return extents


def _write_extents(extents: Extents) -> bytes:
    """``iloc`` (version 0) with offsets and sizes of four bytes."""
    written = [struct.pack(">IHH", 0, 0x4400, len(extents))]
    for item, places in extents.items():
        written.append(struct.pack(">HHH", item, 0, len(places)))
        written += [struct.pack(">II", *place) for place in places]
    return b"".join(written)


def _expect(as_our_encoders_write: bool) -> None:
    if not as_our_encoders_write:
        raise ValueError("a version of a box that our encoders do not write")


def _top(path: Path, file: BinaryIO) -> list[Box]:
    """The boxes at the top level of a file, which they must fill."""
    size = file.seek(0, io.SEEK_END)
    try:
        boxes = list(_walk(file, size))
    except (struct.error, ValueError) as error:
        raise ToolFailed(f"{path.name} is not laid out as expected: its XMP has no place", _HINT) from error
    if not boxes:
        raise ToolFailed(f"{path.name} is empty: its XMP has no place", _HINT)
    return boxes


def _walk(file: BinaryIO, end: int) -> Iterator[Box]:
    """The boxes from the start of a file to an end; see :func:`_walk_from`."""
    return _walk_from(file, 0, end)


def _walk_from(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes from one byte of a file to another.

    Raises:
        struct.error, ValueError: they do not add up to it.
    """
    while start < end:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        content = start + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            content += 8
        if not content <= start + size <= end:
            raise ValueError("a box that does not fit")
        yield Box(kind, start, content, start + size)
        start += size


def _content(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.content)
    return file.read(box.end - box.content)


def _parts(content: bytes) -> Parts:
    """Kind and content of each box in a box's content."""
    file = io.BytesIO(content)
    return [(box.kind, _content(file, box)) for box in _walk(file, len(content))]


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _boxed(kind: bytes, parts: Iterable[tuple[bytes, bytes]], head: bytes = b"") -> bytes:
    """A box of boxes."""
    return _box(kind, head + b"".join(_box(*part) for part in parts))

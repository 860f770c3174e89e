"""Where a film's samples lie, and which of them an edit list keeps from being played.

Source: ISO/IEC 14496-12, 8.6 to 8.8.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from footage.media.auditing.boxes import Box, boxes
from footage.media.auditing.source import Malformed, Source

_MOST_SAMPLES = 50_000_000
_Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Track:
    """What is known of a track.

    Attributes:
        kind: its handler's. codings: of its descriptions. group: of the tracks that replace each other.
        times, lengths: of samples in fragments, in ticks.
    """

    number: int = 0
    kind: bytes = b""
    scale: int = 1
    enabled: bool = True
    group: int = 0
    codings: list[bytes] = field(default_factory=list)
    tables: dict[bytes, Box] = field(default_factory=dict)
    edits: Box | None = None
    clock: int = 0
    starts: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)


def sample_places(source: Source, track: Track) -> list[tuple[int, int]]:
    """The stretches of the file that a track's chunks fill.

    Raises:
        Malformed: its tables do not agree.
    """
    offsets = _offsets(source, track)
    if not len(offsets):
        return []
    sizes = _sizes(source, track)
    per_chunk = _per_chunk(source, track, len(offsets))
    ends = np.minimum(np.cumsum(per_chunk), len(sizes))
    totals = np.concatenate(([0], np.cumsum(sizes)))
    starts = np.concatenate(([0], ends[:-1]))
    lengths = totals[ends] - totals[starts]
    return [(int(at), int(at + length)) for at, length in zip(offsets, lengths, strict=True)]


def hidden_by_edits(source: Source, track: Track, movie_scale: int) -> tuple[int, float]:
    """How many of a track's samples no edit plays, and how many seconds they last."""
    starts, lengths = _shown_times(source, track)
    edits = _edits(source, track)
    if not len(starts) or edits is None:
        return 0, 0.0
    played = np.zeros(len(starts), bool)
    for duration, at in edits:
        if at < 0:
            continue
        # A movie's tick more, because its clock is coarser than the track's.
        end = at + (duration + 1) * track.scale / movie_scale if duration else np.inf
        played |= (starts < end) & (starts + lengths > at)
    return int((~played).sum()), float(lengths[~played].sum() / track.scale)


def fragment_samples(
    source: Source, moof: Box, traf: Box, defaults: dict[int, tuple[int, int, int]], tracks: list[Track]
) -> list[tuple[int, int]]:
    """The stretches of the file that a fragment's samples fill; their times are added to the track."""
    parts = list(boxes(source, traf.body, traf.end))
    head = next((box for box in parts if box.kind == b"tfhd"), None)
    if head is None:
        raise Malformed("has a fragment of no track")
    flags, number = source.number(head.body + 1, 3), source.number(head.body + 4, 4)
    track = next((each for each in tracks if each.number == number), Track())
    duration, size, _ = defaults.get(number, (0, 0, 0))
    at, base = head.body + 8, moof.start
    for bit, width in ((1, 8), (2, 4), (8, 4), (16, 4), (32, 4)):
        if flags & bit:
            value = source.number(at, width)
            at += width
            base = value if bit == 1 else base
            duration = value if bit == 8 else duration
            size = value if bit == 16 else size
    for box in parts:
        if box.kind == b"tfdt":
            track.clock = source.number(box.body + 4, 8 if source.number(box.body, 1) else 4)
    places, position = list[tuple[int, int]](), base
    for box in parts:
        if box.kind == b"trun":
            start, end = _run(source, box, track, base, position, duration, size)
            places.append((start, end))
            position = end
    return places


def _run(
    source: Source, box: Box, track: Track, base: int, position: int, duration: int, size: int
) -> tuple[int, int]:
    """The stretch of one run of samples."""
    version, flags = source.number(box.body, 1), source.number(box.body + 1, 3)
    count, at = source.number(box.body + 4, 4), box.body + 8
    if flags & 1:
        offset = source.number(at, 4)
        position = base + (offset - (1 << 32) if offset >> 31 else offset)
        at += 4
    at += 4 if flags & 4 else 0
    columns = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    table = source.at(at, min(box.end - at, 4 * len(columns) * count))
    rows = np.frombuffer(table[: len(table) // 4 * 4], ">u4").astype(np.int64)
    if (columns and len(rows) < count * len(columns)) or count > _MOST_SAMPLES:
        raise Malformed("has a fragment that breaks off")
    rows = rows.reshape(count, len(columns)) if columns else np.zeros((count, 0), np.int64)
    by_bit = {bit: rows[:, number] for number, bit in enumerate(columns)}
    sizes = by_bit.get(0x200, np.full(count, size, np.int64))
    lasting = by_bit.get(0x100, np.full(count, duration, np.int64))
    later = by_bit.get(0x800, np.zeros(count, np.int64))
    if version:
        later = np.where(later >> 31, later - (1 << 32), later)
    begun = track.clock + np.concatenate(([0], np.cumsum(lasting)[:-1])) if count else lasting
    track.starts += (begun + later).tolist()
    track.lengths += lasting.tolist()
    track.clock += int(lasting.sum())
    return position, position + int(sizes.sum())


def _offsets(source: Source, track: Track) -> _Numbers:
    if (box := track.tables.get(b"co64")) is not None:
        return _table(source, box, ">u8", 1)[:, 0]
    if (box := track.tables.get(b"stco")) is not None:
        return _table(source, box, ">u4", 1)[:, 0]
    return np.zeros(0, np.int64)


def _sizes(source: Source, track: Track) -> _Numbers:
    if (box := track.tables.get(b"stsz")) is not None:
        one, count = source.number(box.body + 4, 4), source.number(box.body + 8, 4)
        if count > _MOST_SAMPLES:
            raise Malformed(f"lists {count:,} samples")
        if one:
            return np.full(count, one, np.int64)
        return _table(source, box, ">u4", 1, skip=4)[:, 0]
    if (box := track.tables.get(b"stz2")) is not None:
        bits, count = source.number(box.body + 7, 1), source.number(box.body + 8, 4)
        data = np.frombuffer(source.at(box.body + 12, box.end - box.body - 12), np.uint8)
        if bits == 4:
            data = np.stack((data >> 4, data & 15), 1).reshape(-1)
        elif bits == 16:
            data = data[: len(data) // 2 * 2].view(">u2")
        return data[:count].astype(np.int64)
    return np.zeros(0, np.int64)


def _per_chunk(source: Source, track: Track, chunks: int) -> _Numbers:
    """How many samples each chunk holds."""
    box = track.tables.get(b"stsc")
    if box is None:
        raise Malformed("has a track whose chunks are not told")
    rows = _table(source, box, ">u4", 3)
    if not len(rows):
        raise Malformed("has a track whose chunks are not told")
    firsts = np.clip(rows[:, 0] - 1, 0, chunks)
    runs = np.diff(np.concatenate((firsts, [chunks])))
    if (runs < 0).any():
        raise Malformed("has chunks in no order")
    return np.repeat(rows[:, 1], runs)


def _shown_times(source: Source, track: Track) -> tuple[_Numbers, _Numbers]:
    """When each sample is shown and for how long, in ticks."""
    box = track.tables.get(b"stts")
    if box is None or not len(sizes := _sizes(source, track)):
        return np.array(track.starts, np.int64), np.array(track.lengths, np.int64)
    rows = _table(source, box, ">u4", 2)
    lengths = _expanded(rows[:, 1], rows[:, 0], len(sizes))
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    if (later := track.tables.get(b"ctts")) is not None:
        rows = _table(source, later, ">i4", 2)
        shifts = _expanded(rows[:, 1], rows[:, 0], len(starts))
        starts[: len(shifts)] += shifts
    return starts, lengths


def _expanded(values: _Numbers, counts: _Numbers, most: int) -> _Numbers:
    """Values repeated, to no more than there are samples."""
    ends = np.minimum(np.cumsum(np.maximum(counts, 0)), most)
    return np.repeat(values, np.diff(np.concatenate(([0], ends))))


def _edits(source: Source, track: Track) -> list[tuple[int, int]] | None:
    """Each edit's duration in the movie's ticks and its start in the track's; None where there are none."""
    box = track.edits
    if box is None or box.kind != b"elst":
        return None
    wide = source.number(box.body, 1) == 1
    count = min(source.number(box.body + 4, 4), 100_000)
    found = []
    for number in range(count):
        at = box.body + 8 + number * (20 if wide else 12)
        size = 8 if wide else 4
        duration, start = source.number(at, size), source.number(at + size, size)
        found.append((duration, start - (1 << 8 * size) if start >> (8 * size - 1) else start))
    return found


def _table(source: Source, box: Box, kind: str, columns: int, skip: int = 0) -> _Numbers:
    """A table's rows, as many as it says and holds."""
    width = int(kind[2]) * columns
    count = source.number(box.body + 4 + skip, 4)
    at = box.body + 8 + skip
    if count * width > box.end - at:
        raise Malformed("has a table that is shorter than it says")
    data = source.at(at, count * width)
    return np.frombuffer(data, kind).astype(np.int64).reshape(-1, columns)

"""MPEG transport streams: which packets belong to no programme, and what tables and headers say.

Sources: ISO/IEC 13818-1; ETSI EN 300 468 (service information); SMPTE RP 217 and MISB ST 1402 (metadata).
"""

from dataclasses import dataclass, field

import numpy as np

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Malformed, Source
from footage.model.leak import Item

_SYNC = 0x47
_NULL, _PAT, _SDT, _EIT, _TIME = 0x1FFF, 0, 0x11, 0x12, 0x14
_LAST_RESERVED = 0x1F
_PIECE = 16_384
_TABLES_KEPT = 64
_VIDEO = frozenset((0x01, 0x02, 0x10, 0x1B, 0x1E, 0x20, 0x21, 0x24, 0x33, 0x42, 0xD1, 0xEA))
_AUDIO = frozenset((0x03, 0x04, 0x0F, 0x11, 0x1C, 0x2D, 0x2E, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87))
_TEXT_DESCRIPTORS = frozenset((0x45, 0x46, 0x56, 0x59))
_SOUND_DESCRIPTORS = frozenset((0x6A, 0x7A, 0x7B, 0x7C, 0x81, 0xCC, 0x7F))
_PLAIN_SERVICES = ("Service01", "FFmpeg", "")


@dataclass(slots=True)
class _Tables:
    """The first sections of each table, by packet identifier."""

    sections: dict[int, list[bytes]] = field(default_factory=dict)
    open: dict[int, bytes] = field(default_factory=dict)


def audit_transport(source: Source, found: Findings) -> None:
    """Look through a transport stream."""
    try:
        _Walk(source, found).run()
    except BROKEN as error:
        found.unread("a part of it", error)


@dataclass(slots=True)
class _Walk:
    source: Source
    found: Findings
    counts: dict[int, int] = field(default_factory=dict)
    tables: _Tables = field(default_factory=_Tables)
    stuffed: bool = False
    private: bool = False
    wanted: set[int] = field(default_factory=lambda: {_PAT, _SDT})

    def run(self) -> None:
        """Count packets by their identifiers, gather the tables, weigh them."""
        size, first = self._packets()
        at = first
        while at + size <= len(self.source):
            piece = self.source.at(at, _PIECE * size)
            rows = np.frombuffer(piece[: len(piece) // size * size], np.uint8).reshape(-1, size)
            lead = 4 if size == 192 else 0
            self._count(rows[:, lead : lead + 188])
            at += len(rows) * size
        if not self.source.blank(at, len(self.source), b"\0\xff"):
            rest = len(self.source) - at
            if rest >= size:
                self.found.leak(Item.TRAILING_BYTES, f"{bytes_counted(rest)} behind its end")
        self._judge()

    def _packets(self) -> tuple[int, int]:
        """How long a packet is, and where the first begins."""
        head = self.source.at(0, 204 * 8)
        for size in (188, 192, 204):
            for first in range(min(size, len(head))):
                lead = 4 if size == 192 else 0
                places = range(first + lead, len(head), size)[:5]
                if places and all(head[place] == _SYNC for place in places) and len(places) > 1:
                    return size, first
        raise Malformed("is out of step")

    def _count(self, rows: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> None:
        synced = rows[:, 0] == _SYNC
        if not synced.all():
            lost = int((~synced).sum())
            self.found.leak(Item.UNREFERENCED_BYTES, f"{lost:,} packets out of step")
            rows = rows[synced]
        numbers = (rows[:, 1].astype(int) & 0x1F) << 8 | rows[:, 2]
        for number, count in zip(*np.unique(numbers, return_counts=True), strict=True):
            self.counts[int(number)] = self.counts.get(int(number), 0) + int(count)
        empty = rows[numbers == _NULL][:, 4:]
        self.stuffed |= bool(((empty != 0) & (empty != 0xFF)).any())
        adapted = ((rows[:, 3] & 0x20) > 0) & (rows[:, 4] > 1)
        self.private |= bool((rows[adapted][:, 5] & 0x02).any())
        for number in tuple(self.wanted):
            for row in rows[numbers == number][:_TABLES_KEPT]:
                self._section(number, bytes(row))
        if self.tables.sections.get(_PAT) and len(self.wanted) == 2:
            self.wanted |= set(self._programmes())
            for number in self.wanted - {_PAT, _SDT}:
                for row in rows[numbers == number][:_TABLES_KEPT]:
                    self._section(number, bytes(row))

    def _section(self, number: int, packet: bytes) -> None:
        kept = self.tables.sections.setdefault(number, [])
        if len(kept) >= _TABLES_KEPT:
            return
        at = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
        data = packet[at:]
        if packet[1] & 0x40 and data:
            self.tables.open[number] = data[1 + data[0] :]
        elif number in self.tables.open:
            self.tables.open[number] += data
        whole = self.tables.open.get(number, b"")
        if len(whole) >= 3:
            size = 3 + (int.from_bytes(whole[1:3]) & 0xFFF)
            if len(whole) >= size:
                if whole[:size] not in kept:
                    kept.append(whole[:size])
                del self.tables.open[number]

    def _programmes(self) -> list[int]:
        found = []
        for section in self.tables.sections.get(_PAT, []):
            body = section[8:-4]
            for at in range(0, len(body) - 3, 4):
                if int.from_bytes(body[at : at + 2]):
                    found.append(int.from_bytes(body[at + 2 : at + 4]) & 0x1FFF)
        return found

    def _judge(self) -> None:
        named, pictures = set(self._programmes()), 0
        for number in self._programmes():
            for kind, pid, descriptors in self._streams(number, named):
                named.add(pid)
                pictures += kind in _VIDEO
                self._stream(kind, descriptors)
        if pictures > 1:
            self.found.leak(Item.SECOND_VIDEO, f"it holds {pictures} streams of pictures")
        strange = {n: c for n, c in self.counts.items() if n not in named and _LAST_RESERVED < n < _NULL}
        if strange and named:
            count = sum(strange.values())
            self.found.leak(Item.UNREFERENCED_BYTES, f"{count:,} packets that belong to no programme")
        if self.stuffed:
            self.found.leak(Item.FREE_BOX_CONTENT, "something in packets that are marked as empty")
        if self.private:
            self.found.leak(Item.USER_DATA_IN_PICTURES, "private data in the packets' heads")
        if _TIME in self.counts:
            self.found.leak(Item.CREATION_TIME, "a table tells the time of day")
        if _EIT in self.counts:
            self.found.leak(Item.CONTAINER_TAG, "a table tells of programmes")
        self._services()

    def _streams(self, number: int, named: set[int]) -> list[tuple[int, int, bytes]]:
        """Kind, packet identifier and descriptors of each stream of a programme; its clock's is named."""
        found = []
        for section in self.tables.sections.get(number, []):
            if section[:1] != b"\x02":
                continue
            named.add(int.from_bytes(section[8:10]) & 0x1FFF)
            at = 12 + (int.from_bytes(section[10:12]) & 0xFFF)
            while at + 5 <= len(section) - 4:
                size = int.from_bytes(section[at + 3 : at + 5]) & 0xFFF
                pid = int.from_bytes(section[at + 1 : at + 3]) & 0x1FFF
                found.append((section[at], pid, section[at + 5 : at + 5 + size]))
                at += 5 + size
        return list(dict.fromkeys(found))

    def _stream(self, kind: int, descriptors: bytes) -> None:
        tags, at = set[int](), 0
        while at + 2 <= len(descriptors):
            tags.add(descriptors[at])
            at += 2 + descriptors[at + 1]
        if kind in _VIDEO or kind in _AUDIO:
            return
        if tags & _TEXT_DESCRIPTORS:
            self.found.leak(Item.SUBTITLES, "a stream of teletext or subtitles")
        elif (
            kind == 0x06 and (tags & _SOUND_DESCRIPTORS or b"Opus" in descriptors or b"AC-3" in descriptors)
        ) or (
            kind == 0x06
            and any(mark in descriptors for mark in (b"HEVC", b"AV01", b"VC-1", b"BSSD", b"drac"))
        ):
            return
        elif kind == 0x15 or b"KLVA" in descriptors:
            self.found.leak(Item.TELEMETRY, "a stream of metadata (places, movements)")
        else:
            self.found.leak(Item.DATA_TRACK, f"a stream of data (kind 0x{kind:02X})")

    def _services(self) -> None:
        for section in self.tables.sections.get(_SDT, []):
            at = 11
            while at + 5 <= len(section) - 4:
                size = int.from_bytes(section[at + 3 : at + 5]) & 0xFFF
                self._service(section[at + 5 : at + 5 + size])
                at += 5 + size

    def _service(self, descriptors: bytes) -> None:
        at = 0
        while at + 2 <= len(descriptors):
            tag, size = descriptors[at], descriptors[at + 1]
            body = descriptors[at + 2 : at + 2 + size]
            if tag == 0x48 and len(body) > 2:
                provider = body[2 : 2 + body[1]].decode("latin-1")
                name = body[3 + body[1] :].decode("latin-1")
                for told in (provider, name):
                    if told in _PLAIN_SERVICES:
                        self.found.trace(Item.ENCODER, f"a service is named {quoted(told)}") if told else None
                    else:
                        self.found.text(Item.CONTAINER_TAG, "a service is named", told)
            at += 2 + size

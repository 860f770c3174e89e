"""Matroska and WebM files: every element, skipping over the coded pictures themselves.

Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Malformed, Source
from footage.media.auditing.user_data import DEVICES, MUXERS_TAGS, audit_track_name
from footage.model.leak import Item

_MOST_ELEMENTS = 20_000_000
_HEADER, _SEGMENT, _VOID, _CRC = 0x1A45DFA3, 0x18538067, 0xEC, 0xBF
_SEEK, _INFO, _TRACKS, _CUES = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B
_CHAPTERS, _TAGS, _ATTACHMENTS, _CLUSTER = 0x1043A770, 0x1254C367, 0x1941A469, 0x1F43B675
_TITLE, _DATE, _MUXER, _WRITER = 0x7BA9, 0x4461, 0x4D80, 0x5741
_FILE_NAMES = frozenset((0x7384, 0x3C83AB, 0x3E83BB))
_INFO_PLAIN = frozenset((0x2AD7B1, 0x4489, 0x73A4, 0x3CB923, 0x3EB923, 0x4444, _VOID, _CRC))
_ENTRY, _NUMBER, _TYPE, _ENABLED, _NAME, _VIDEO, _CODEC = 0xAE, 0xD7, 0x83, 0xB9, 0x536E, 0xE0, 0x86
_TRACK_PLAIN = frozenset(
    (
        *(
            0x73C5,
            0x88,
            0x55AA,
            0x55AB,
            0x55AC,
            0x55AD,
            0x55AE,
            0x55AF,
            0x9C,
            0x6DE7,
            0x6DF8,
            0x23E383,
            0x234E7A,
        ),
        *(0x23314F, 0x537F, 0x55EE, 0x41E4, 0x22B59C, 0x22B59D, 0x63A2, 0x56AA, 0x56BB, 0x6624, 0xE1, 0x6D80),
        *(_VOID, _CRC, 0xAA, 0x6FAB),
    )
)
_VIDEO_PLAIN = frozenset(
    (
        *(
            0x9A,
            0x9D,
            0xB0,
            0xBA,
            0x54B0,
            0x54BA,
            0x54B2,
            0x54B3,
            0x2EB524,
            0x2FB523,
            0x2383E3,
            0x55B0,
            0x7670,
        ),
        *(_VOID, _CRC),
    )
)
_CROPS = frozenset((0x54AA, 0x54BB, 0x54CC, 0x54DD))
_STEREO, _ALPHA = 0x53B8, 0x53C0
_EXTENSION_TYPE, _LINK = 0x41E7, 0x7446
_CODEC_NAMES = frozenset((0x258688, 0x3A9697, 0x3B4040, 0x26B240))
_SIMPLE_BLOCK, _GROUP, _BLOCK, _ADDITIONS, _TIME = 0xA3, 0xA0, 0xA1, 0x75A1, 0xE7
_CLUSTER_PLAIN = frozenset((_TIME, 0xA7, 0xAB, _VOID, _CRC))
_GROUP_PLAIN = frozenset((0x9B, 0xFB, 0x75A2, 0xFA, _VOID, _CRC))
_TAG, _SIMPLE_TAG, _TAG_NAME, _TAG_STRING, _TAG_BINARY = 0x7373, 0x67C8, 0x45A3, 0x4487, 0x4485
_ATTACHED, _FILE_NAME, _FILE_KIND = 0x61A7, 0x466E, 0x4660
_KINDS = {1: "video", 2: "audio"}
_STATISTICS = ("DURATION", "BPS", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES", "_STATISTICS_TAGS")
_ENCODER_TAGS = ("ENCODER", "ENCODER_OPTIONS", "_STATISTICS_WRITING_APP", "ENCODED_BY", "ENCODER_SETTINGS")
_INVISIBLE = 0x08
_LEAST_CROP = 64


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its number, and where its content starts and ends."""

    number: int
    body: int
    end: int


@dataclass(slots=True)
class _Track:
    number: int = 0
    kind: int = 0
    enabled: bool = True
    codec: str = ""
    hidden: int = 0


def audit_matroska(source: Source, found: Findings) -> None:
    """Look through a Matroska or WebM file."""
    walk = _Walk(source, found)
    try:
        walk.run()
    except BROKEN as error:
        found.unread("a part of it", error)


@dataclass(slots=True)
class _Walk:
    source: Source
    found: Findings
    tracks: dict[int, _Track] = field(default_factory=dict)
    blocks: dict[int, int] = field(default_factory=dict)
    invisible: int = 0
    count: int = 0

    def run(self) -> None:
        """Look at everything, then weigh the tracks."""
        end = 0
        for element in self._elements(0, len(self.source), top=True):
            end = element.end
            if element.number == _SEGMENT:
                self._segment(element)
            elif element.number == _VOID:
                self._void(element)
            elif element.number != _HEADER or element.body > 64:
                words = f"{bytes_counted(element.end - element.body)} behind its end"
                self.found.leak(Item.TRAILING_BYTES, words)
        if not self.source.blank(end, len(self.source)):
            self.found.leak(Item.TRAILING_BYTES, f"{bytes_counted(len(self.source) - end)} behind its end")
        self._judge()

    def _elements(self, start: int, end: int, *, top: bool = False) -> Iterator[Element]:
        """The elements between two places.

        Raises:
            Malformed: one does not fit.
        """
        while start < end:
            self.count += 1
            if self.count > _MOST_ELEMENTS:
                raise Malformed("has too many elements")
            head = self.source.at(start, 12)
            if not head or not head[0]:
                if top:
                    return
                if self.source.blank(start, end):
                    return
                raise Malformed(f"goes wrong at byte {start:,}")
            length = 9 - head[0].bit_length()
            number = int.from_bytes(head[:length])
            width = 9 - head[length].bit_length() if length < len(head) and head[length] else 0
            if length > 4 or not width:
                if top:
                    return
                raise Malformed(f"goes wrong at byte {start:,}")
            size = int.from_bytes(head[length : length + width]) & ((1 << 7 * width) - 1)
            body = start + length + width
            unknown = size == (1 << 7 * width) - 1
            stop = self._unknown_end(number, body, end) if unknown else body + size
            if stop > end:
                if top:
                    return
                raise Malformed(f"breaks off within a part (at byte {start:,})")
            yield Element(number, body, stop)
            start = stop

    def _unknown_end(self, number: int, body: int, end: int) -> int:
        """Where an element of unknown size ends: a cluster before the next part, others with the file."""
        if number != _CLUSTER:
            return end
        at = body
        while at < end:
            head = self.source.at(at, 12)
            length = 9 - head[0].bit_length() if head and head[0] else 0
            number = int.from_bytes(head[:length]) if 0 < length <= 4 else 0
            if number in (_CLUSTER, _CUES, _TAGS, _CHAPTERS, _ATTACHMENTS, _INFO, _TRACKS) or not number:
                return at
            width = 9 - head[length].bit_length() if length < len(head) and head[length] else 1
            at += length + width + (int.from_bytes(head[length : length + width]) & ((1 << 7 * width) - 1))
        return end

    def _segment(self, segment: Element) -> None:
        for part in self._elements(segment.body, segment.end):
            match part.number:
                case 0x1549A966:
                    self._info(part)
                case 0x1654AE6B:
                    for entry in self._elements(part.body, part.end):
                        self._track(entry)
                case 0x1F43B675:
                    self._cluster(part)
                case 0x1043A770:
                    self.found.leak(Item.CHAPTERS, "it has chapters")
                case 0x1254C367:
                    for tag in self._elements(part.body, part.end):
                        self._tag(tag)
                case 0x1941A469:
                    for attached in self._elements(part.body, part.end):
                        self._attachment(attached)
                case 0xEC:
                    self._void(part)
                case _ if part.number not in (_SEEK, _CUES, _CRC):
                    self._unknown(part)

    def _info(self, info: Element) -> None:
        for part in self._elements(info.body, info.end):
            if part.number == _TITLE:
                self.found.text(Item.MKV_TAGS, "its title", self._text(part))
            elif part.number == _DATE:
                self.found.leak(Item.CREATION_TIME, "it tells when it was made")
            elif part.number in (_MUXER, _WRITER):
                self._tool(self._text(part))
            elif part.number in _FILE_NAMES:
                self.found.text(Item.FILE_NAME, "it tells a file's name", self._text(part))
            elif part.number not in _INFO_PLAIN:
                self._unknown(part)

    def _track(self, entry: Element) -> None:
        if entry.number != _ENTRY:
            return self._unknown_or_void(entry)
        track = _Track()
        for part in self._elements(entry.body, entry.end):
            match part.number:
                case 0xD7:
                    track.number = self._value(part)
                case 0x83:
                    track.kind = self._value(part)
                case 0xB9:
                    track.enabled = bool(self._value(part))
                case 0x86:
                    track.codec = self._text(part)
                case 0x536E:
                    audit_track_name(self._text(part), self.found)
                case 0xE0:
                    self._video(part)
                case 0x7446:
                    self.found.leak(Item.MKV_ATTACHMENT, "a track refers to an attached file")
                case _ if part.number in _CODEC_NAMES:
                    self._tool(self._text(part))
                case _ if part.number not in _TRACK_PLAIN:
                    self._unknown(part)
        self.tracks[track.number] = track
        return None

    def _video(self, video: Element) -> None:
        for part in self._elements(video.body, video.end):
            if part.number in _CROPS:
                if (cropped := self._value(part)) > _LEAST_CROP:
                    self.found.leak(Item.HIDDEN_BY_CROP, f"{cropped} lines of pixels are there but not shown")
            elif part.number == _ALPHA:
                if self._value(part):
                    self.found.leak(Item.HIDDEN_LAYER, "its pictures have a second layer (transparency)")
            elif part.number == _STEREO:
                if self._value(part):
                    self.found.leak(Item.HIDDEN_LAYER, "its pictures have a second view")
            elif part.number not in _VIDEO_PLAIN:
                self._unknown(part)

    def _cluster(self, cluster: Element) -> None:
        for part in self._elements(cluster.body, cluster.end):
            if part.number == _SIMPLE_BLOCK:
                self._block(part)
            elif part.number == _GROUP:
                for inner in self._elements(part.body, part.end):
                    if inner.number == _BLOCK:
                        self._block(inner)
                    elif inner.number == _ADDITIONS:
                        self.found.leak(Item.HIDDEN_LAYER, "data goes with its pictures (block additions)")
                    elif inner.number not in _GROUP_PLAIN:
                        self._unknown(inner)
            elif part.number == _VOID:
                self._void(part)
            elif part.number not in _CLUSTER_PLAIN:
                self._unknown(part)

    def _block(self, block: Element) -> None:
        head = self.source.at(block.body, 12)
        width = 9 - head[0].bit_length() if head and head[0] else 1
        number = int.from_bytes(head[:width]) & ((1 << 7 * width) - 1)
        self.blocks[number] = self.blocks.get(number, 0) + 1
        if len(head) > width + 2 and head[width + 2] & _INVISIBLE:
            self.invisible += 1

    def _tag(self, tag: Element) -> None:
        if tag.number != _TAG:
            return self._unknown_or_void(tag)
        for part in self._elements(tag.body, tag.end):
            if part.number == _SIMPLE_TAG:
                self._simple_tag(part)
        return None

    def _simple_tag(self, tag: Element) -> None:
        name = value = ""
        for part in self._elements(tag.body, tag.end):
            if part.number == _TAG_NAME:
                name = self._text(part)
            elif part.number == _TAG_STRING:
                value = self._text(part)
            elif part.number == _TAG_BINARY:
                value = bytes_counted(part.end - part.body)
            elif part.number == _SIMPLE_TAG:
                self._simple_tag(part)
        if name.upper() in _ENCODER_TAGS or name.casefold() in MUXERS_TAGS:
            self._tool(value)
        elif name.upper() == "HANDLER_NAME":
            audit_track_name(value, self.found)
        elif name.upper() not in _STATISTICS and not name.upper().startswith(_STATISTICS):
            if "DATE" in name.upper() or "TIME" in name.upper():
                self.found.text(Item.CREATION_TIME, f"a tag {quoted(name)}", value or "(bytes)")
            if "LOCATION" in name.upper() or "GPS" in name.upper():
                self.found.text(Item.LOCATION, f"a tag {quoted(name)}", value or "(bytes)")
            self.found.text(Item.MKV_TAGS, f"a tag {quoted(name)}", value or "(bytes)")

    def _attachment(self, attached: Element) -> None:
        if attached.number != _ATTACHED:
            return self._unknown_or_void(attached)
        name = kind = ""
        for part in self._elements(attached.body, attached.end):
            if part.number == _FILE_NAME:
                name = self._text(part)
            elif part.number == _FILE_KIND:
                kind = self._text(part)
        words = f"{quoted(name)}, {kind}, {bytes_counted(attached.end - attached.body)}"
        self.found.leak(Item.MKV_ATTACHMENT, f"an attached file ({words})")
        if kind.startswith("image/"):
            self.found.leak(Item.ATTACHED_PICTURE, f"an attached picture ({quoted(name)})")
        return None

    def _void(self, void: Element) -> None:
        if not self.source.blank(void.body, void.end):
            words = f"{bytes_counted(void.end - void.body)} in a part that is marked as empty"
            self.found.leak(Item.FREE_BOX_CONTENT, words)

    def _unknown_or_void(self, part: Element) -> None:
        if part.number == _VOID:
            self._void(part)
        elif part.number != _CRC:
            self._unknown(part)

    def _unknown(self, part: Element) -> None:
        if part.end > part.body:
            words = f"a part {part.number:#x} of {bytes_counted(part.end - part.body)} that no player needs"
            self.found.leak(Item.UNKNOWN_PART, words)

    def _tool(self, text: str) -> None:
        if DEVICES.search(text):
            self.found.leak(Item.CAMERA_MAKE, f"it was written by {quoted(text)}")
        elif text:
            self.found.trace(Item.ENCODER, f"it was written by {quoted(text)}")

    def _text(self, part: Element) -> str:
        data = self.source.at(part.body, min(part.end - part.body, 4096))
        return data.split(b"\0")[0].decode("utf-8", "replace")

    def _value(self, part: Element) -> int:
        return int.from_bytes(self.source.at(part.body, min(8, part.end - part.body)))

    def _judge(self) -> None:
        pictures = [track for track in self.tracks.values() if track.kind == 1]
        if len(pictures) > 1:
            self.found.leak(Item.SECOND_VIDEO, f"it holds {len(pictures)} tracks of pictures")
        for track in self.tracks.values():
            if track.kind in (0x11, 0x12):
                self.found.leak(Item.SUBTITLES, f"a track of text or buttons ({track.codec})")
            elif track.kind not in _KINDS:
                self.found.leak(Item.DATA_TRACK, f"a track of data ({track.codec or track.kind})")
            if not track.enabled:
                what = _KINDS.get(track.kind, "data")
                self.found.leak(Item.DISABLED_TRACK, f"a track of {what} that players do not play")
        for number, count in self.blocks.items():
            if number not in self.tracks:
                self.found.leak(Item.UNREFERENCED_BYTES, f"{count:,} blocks of a track that is not listed")
        if self.invisible:
            self.found.leak(Item.DISCARDED_PACKETS, f"{self.invisible:,} blocks are marked not to be shown")

"""Matroska and WebM files: every element, skipping over the coded pictures themselves.

Sources: RFC 8794 (EBML), RFC 9559 (Matroska).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Malformed, Source
from footage.media.auditing.user_data import DEVICES, MUXERS_TAGS, audit_track_name
from footage.model.leak import Item

_MOST_ELEMENTS = 20_000_000


class _Id(IntEnum):
    """Elements by the names that RFC 9559 gives them, some shortened."""

    # The file and its segment.
    EBML = 0x1A45DFA3
    SEGMENT = 0x18538067
    VOID = 0xEC
    CRC = 0xBF
    SEEK_HEAD = 0x114D9B74
    CUES = 0x1C53BB6B
    INFO = 0x1549A966
    TRACKS = 0x1654AE6B
    CLUSTER = 0x1F43B675
    CHAPTERS = 0x1043A770
    TAGS = 0x1254C367
    ATTACHMENTS = 0x1941A469

    # Of the segment.
    TITLE = 0x7BA9
    DATE = 0x4461
    MUXING_APP = 0x4D80
    WRITING_APP = 0x5741
    SEGMENT_FILE_NAME = 0x7384
    PREVIOUS_FILE_NAME = 0x3C83AB
    NEXT_FILE_NAME = 0x3E83BB
    TIMESTAMP_SCALE = 0x2AD7B1
    DURATION = 0x4489
    SEGMENT_UUID = 0x73A4
    PREVIOUS_UUID = 0x3CB923
    NEXT_UUID = 0x3EB923
    SEGMENT_FAMILY = 0x4444

    # Of a track.
    TRACK_ENTRY = 0xAE
    TRACK_NUMBER = 0xD7
    TRACK_TYPE = 0x83
    ENABLED = 0xB9
    CODEC = 0x86
    NAME = 0x536E
    VIDEO = 0xE0
    AUDIO = 0xE1
    ATTACHMENT_LINK = 0x7446
    CODEC_NAME = 0x258688
    CODEC_SETTINGS = 0x3A9697
    CODEC_INFO_URL = 0x3B4040
    CODEC_DOWNLOAD_URL = 0x26B240
    TRACK_UID = 0x73C5
    DEFAULT = 0x88
    FORCED = 0x55AA
    HEARING_IMPAIRED = 0x55AB
    VISUAL_IMPAIRED = 0x55AC
    TEXT_DESCRIPTIONS = 0x55AD
    ORIGINAL_LANGUAGE = 0x55AE
    COMMENTARY = 0x55AF
    LACING = 0x9C
    LEAST_CACHE = 0x6DE7
    MOST_CACHE = 0x6DF8
    DEFAULT_DURATION = 0x23E383
    DEFAULT_FIELD_DURATION = 0x234E7A
    TRACK_TIMESTAMP_SCALE = 0x23314F
    TRACK_OFFSET = 0x537F
    MOST_ADDITION_ID = 0x55EE
    ADDITION_MAPPING = 0x41E4
    LANGUAGE = 0x22B59C
    LANGUAGE_BCP47 = 0x22B59D
    CODEC_PRIVATE = 0x63A2
    CODEC_DELAY = 0x56AA
    SEEK_PREROLL = 0x56BB
    TRACK_TRANSLATE = 0x6624
    CONTENT_ENCODINGS = 0x6D80
    DECODE_ALL = 0xAA
    TRACK_OVERLAY = 0x6FAB

    # Of its pictures.
    CROP_BOTTOM = 0x54AA
    CROP_TOP = 0x54BB
    CROP_LEFT = 0x54CC
    CROP_RIGHT = 0x54DD
    STEREO_MODE = 0x53B8
    ALPHA_MODE = 0x53C0
    INTERLACED = 0x9A
    FIELD_ORDER = 0x9D
    PIXEL_WIDTH = 0xB0
    PIXEL_HEIGHT = 0xBA
    DISPLAY_WIDTH = 0x54B0
    DISPLAY_HEIGHT = 0x54BA
    DISPLAY_UNIT = 0x54B2
    ASPECT_RATIO_TYPE = 0x54B3
    FOUR_CC = 0x2EB524
    GAMMA = 0x2FB523
    FRAME_RATE = 0x2383E3
    COLOUR = 0x55B0
    PROJECTION = 0x7670

    # Of a cluster.
    TIMESTAMP = 0xE7
    POSITION = 0xA7
    PREVIOUS_SIZE = 0xAB
    SIMPLE_BLOCK = 0xA3
    BLOCK_GROUP = 0xA0
    BLOCK = 0xA1
    BLOCK_ADDITIONS = 0x75A1
    BLOCK_DURATION = 0x9B
    REFERENCE_BLOCK = 0xFB
    REFERENCE_PRIORITY = 0xFA
    DISCARD_PADDING = 0x75A2

    # Of tags and attachments.
    TAG = 0x7373
    SIMPLE_TAG = 0x67C8
    TAG_NAME = 0x45A3
    TAG_STRING = 0x4487
    TAG_BINARY = 0x4485
    ATTACHED_FILE = 0x61A7
    FILE_NAME = 0x466E
    FILE_MEDIA_TYPE = 0x4660


_SEGMENT_PLAIN = frozenset((_Id.SEEK_HEAD, _Id.CUES))
_INFO_PLAIN = frozenset(
    (
        _Id.TIMESTAMP_SCALE,
        _Id.DURATION,
        _Id.SEGMENT_UUID,
        _Id.PREVIOUS_UUID,
        _Id.NEXT_UUID,
        _Id.SEGMENT_FAMILY,
    )
)
_TRACK_PLAIN = frozenset(
    (
        _Id.AUDIO,
        _Id.TRACK_UID,
        _Id.DEFAULT,
        _Id.FORCED,
        _Id.HEARING_IMPAIRED,
        _Id.VISUAL_IMPAIRED,
        _Id.TEXT_DESCRIPTIONS,
        _Id.ORIGINAL_LANGUAGE,
        _Id.COMMENTARY,
        _Id.LACING,
        _Id.LEAST_CACHE,
        _Id.MOST_CACHE,
        _Id.DEFAULT_DURATION,
        _Id.DEFAULT_FIELD_DURATION,
        _Id.TRACK_TIMESTAMP_SCALE,
        _Id.TRACK_OFFSET,
        _Id.MOST_ADDITION_ID,
        _Id.ADDITION_MAPPING,
        _Id.LANGUAGE,
        _Id.LANGUAGE_BCP47,
        _Id.CODEC_PRIVATE,
        _Id.CODEC_DELAY,
        _Id.SEEK_PREROLL,
        _Id.TRACK_TRANSLATE,
        _Id.CONTENT_ENCODINGS,
        _Id.DECODE_ALL,
        _Id.TRACK_OVERLAY,
    )
)
_VIDEO_PLAIN = frozenset(
    (
        _Id.INTERLACED,
        _Id.FIELD_ORDER,
        _Id.PIXEL_WIDTH,
        _Id.PIXEL_HEIGHT,
        _Id.DISPLAY_WIDTH,
        _Id.DISPLAY_HEIGHT,
        _Id.DISPLAY_UNIT,
        _Id.ASPECT_RATIO_TYPE,
        _Id.FOUR_CC,
        _Id.GAMMA,
        _Id.FRAME_RATE,
        _Id.COLOUR,
        _Id.PROJECTION,
    )
)
_CLUSTER_PLAIN = frozenset((_Id.TIMESTAMP, _Id.POSITION, _Id.PREVIOUS_SIZE))
_GROUP_PLAIN = frozenset(
    (_Id.BLOCK_DURATION, _Id.REFERENCE_BLOCK, _Id.REFERENCE_PRIORITY, _Id.DISCARD_PADDING)
)
_FILE_NAMES = frozenset((_Id.SEGMENT_FILE_NAME, _Id.PREVIOUS_FILE_NAME, _Id.NEXT_FILE_NAME))
_CODEC_NAMES = frozenset((_Id.CODEC_NAME, _Id.CODEC_SETTINGS, _Id.CODEC_INFO_URL, _Id.CODEC_DOWNLOAD_URL))
_CROPS = frozenset((_Id.CROP_BOTTOM, _Id.CROP_TOP, _Id.CROP_LEFT, _Id.CROP_RIGHT))
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
            if element.number == _Id.SEGMENT:
                self._segment(element)
            elif element.number == _Id.VOID:
                self._void(element)
            elif element.number != _Id.EBML or element.body > 64:
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
        if number != _Id.CLUSTER:
            return end
        at = body
        while at < end:
            head = self.source.at(at, 12)
            length = 9 - head[0].bit_length() if head and head[0] else 0
            number = int.from_bytes(head[:length]) if 0 < length <= 4 else 0
            if (
                number
                in (_Id.CLUSTER, _Id.CUES, _Id.TAGS, _Id.CHAPTERS, _Id.ATTACHMENTS, _Id.INFO, _Id.TRACKS)
                or not number
            ):
                return at
            width = 9 - head[length].bit_length() if length < len(head) and head[length] else 1
            at += length + width + (int.from_bytes(head[length : length + width]) & ((1 << 7 * width) - 1))
        return end

    def _segment(self, segment: Element) -> None:
        for part in self._elements(segment.body, segment.end):
            match part.number:
                case _Id.INFO:
                    self._info(part)
                case _Id.TRACKS:
                    for entry in self._elements(part.body, part.end):
                        self._track(entry)
                case _Id.CLUSTER:
                    self._cluster(part)
                case _Id.CHAPTERS:
                    self.found.leak(Item.CHAPTERS, "it has chapters")
                case _Id.TAGS:
                    for tag in self._elements(part.body, part.end):
                        self._tag(tag)
                case _Id.ATTACHMENTS:
                    for attached in self._elements(part.body, part.end):
                        self._attachment(attached)
                case _:
                    self._rest(part, _SEGMENT_PLAIN)

    def _info(self, info: Element) -> None:
        for part in self._elements(info.body, info.end):
            if part.number == _Id.TITLE:
                self.found.text(Item.MKV_TAGS, "its title", self._text(part))
            elif part.number == _Id.DATE:
                self.found.leak(Item.CREATION_TIME, "it tells when it was made")
            elif part.number in (_Id.MUXING_APP, _Id.WRITING_APP):
                self._tool(self._text(part))
            elif part.number in _FILE_NAMES:
                self.found.text(Item.FILE_NAME, "it tells a file's name", self._text(part))
            else:
                self._rest(part, _INFO_PLAIN)

    def _track(self, entry: Element) -> None:
        if entry.number != _Id.TRACK_ENTRY:
            return self._rest(entry)
        track = _Track()
        for part in self._elements(entry.body, entry.end):
            match part.number:
                case _Id.TRACK_NUMBER:
                    track.number = self._value(part)
                case _Id.TRACK_TYPE:
                    track.kind = self._value(part)
                case _Id.ENABLED:
                    track.enabled = bool(self._value(part))
                case _Id.CODEC:
                    track.codec = self._text(part)
                case _Id.NAME:
                    audit_track_name(self._text(part), self.found)
                case _Id.VIDEO:
                    self._video(part)
                case _Id.ATTACHMENT_LINK:
                    self.found.leak(Item.MKV_ATTACHMENT, "a track refers to an attached file")
                case _ if part.number in _CODEC_NAMES:
                    self._tool(self._text(part))
                case _:
                    self._rest(part, _TRACK_PLAIN)
        self.tracks[track.number] = track
        return None

    def _video(self, video: Element) -> None:
        for part in self._elements(video.body, video.end):
            if part.number in _CROPS:
                if (cropped := self._value(part)) > _LEAST_CROP:
                    self.found.leak(Item.HIDDEN_BY_CROP, f"{cropped} lines of pixels are there but not shown")
            elif part.number == _Id.ALPHA_MODE:
                if self._value(part):
                    self.found.leak(Item.HIDDEN_LAYER, "its pictures have a second layer (transparency)")
            elif part.number == _Id.STEREO_MODE:
                if self._value(part):
                    self.found.leak(Item.HIDDEN_LAYER, "its pictures have a second view")
            else:
                self._rest(part, _VIDEO_PLAIN)

    def _cluster(self, cluster: Element) -> None:
        for part in self._elements(cluster.body, cluster.end):
            if part.number == _Id.SIMPLE_BLOCK:
                self._block(part)
            elif part.number == _Id.BLOCK_GROUP:
                for inner in self._elements(part.body, part.end):
                    if inner.number == _Id.BLOCK:
                        self._block(inner)
                    elif inner.number == _Id.BLOCK_ADDITIONS:
                        self.found.leak(Item.HIDDEN_LAYER, "data goes with its pictures (block additions)")
                    else:
                        self._rest(inner, _GROUP_PLAIN)
            else:
                self._rest(part, _CLUSTER_PLAIN)

    def _block(self, block: Element) -> None:
        head = self.source.at(block.body, 12)
        width = 9 - head[0].bit_length() if head and head[0] else 1
        number = int.from_bytes(head[:width]) & ((1 << 7 * width) - 1)
        self.blocks[number] = self.blocks.get(number, 0) + 1
        if len(head) > width + 2 and head[width + 2] & _INVISIBLE:
            self.invisible += 1

    def _tag(self, tag: Element) -> None:
        if tag.number != _Id.TAG:
            return self._rest(tag)
        for part in self._elements(tag.body, tag.end):
            if part.number == _Id.SIMPLE_TAG:
                self._simple_tag(part)
        return None

    def _simple_tag(self, tag: Element) -> None:
        name = value = ""
        for part in self._elements(tag.body, tag.end):
            if part.number == _Id.TAG_NAME:
                name = self._text(part)
            elif part.number == _Id.TAG_STRING:
                value = self._text(part)
            elif part.number == _Id.TAG_BINARY:
                value = bytes_counted(part.end - part.body)
            elif part.number == _Id.SIMPLE_TAG:
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
        if attached.number != _Id.ATTACHED_FILE:
            return self._rest(attached)
        name = kind = ""
        for part in self._elements(attached.body, attached.end):
            if part.number == _Id.FILE_NAME:
                name = self._text(part)
            elif part.number == _Id.FILE_MEDIA_TYPE:
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

    def _rest(self, part: Element, plain: Collection[int] = ()) -> None:
        """Note a part that is none of the plain ones; what is marked as empty may be anywhere."""
        if part.number == _Id.VOID:
            self._void(part)
        elif part.number != _Id.CRC and part.number not in plain and part.end > part.body:
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

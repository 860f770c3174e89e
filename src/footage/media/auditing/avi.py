"""AVI files: every chunk, skipping over the coded pictures themselves.

Sources: Microsoft's AVI RIFF file reference, OpenDML AVI 1.02, cameras' lists as ExifTool knows them.
"""

import re
from dataclasses import dataclass, field

from footage.media.auditing.exif import PICTURE_MARKS
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, Malformed, Source
from footage.media.auditing.user_data import DEVICES
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

_MOST_CHUNKS = 20_000_000
_DEEPEST = 6
_PLAIN = frozenset((b"avih", b"strf", b"strd", b"indx", b"idx1", b"dmlh", b"vprp"))
_LISTS = frozenset((b"hdrl", b"strl", b"movi", b"odml", b"rec ", b"INFO"))
_TOOLS = frozenset((b"ISFT", b"ITCH", b"IENG"))
_DATES = frozenset((b"ICRD", b"IDIT"))
# What a muxer writes where an index or a header may come to stand (OpenDML).
_RESERVED = re.compile(rb"(\x04\0\0[\0\x01]\0{4}\d\d(dc|db|wb|tx)\0*|odmldmlh.{4}\0*)", re.DOTALL)
_CHUNK = re.compile(rb"[0-9A-Fa-f]{2}(dc|db|wb|tx|pc|ix|sb|iv|__)|ix[0-9A-Fa-f]{2}")


def audit_avi(source: Source, found: Findings) -> None:
    """Look through an AVI file."""
    try:
        _Walk(source, found).run()
    except BROKEN as error:
        found.unread("a part of it", error)


@dataclass(slots=True)
class _Walk:
    source: Source
    found: Findings
    streams: list[bytes] = field(default_factory=list)
    count: int = 0

    def run(self) -> None:
        """Look at each RIFF of the file, and what is behind the last."""
        at = 0
        while self.source.at(at, 4) == b"RIFF":
            end = at + 8 + self.source.number(at + 4, 4, "little")
            if end > len(self.source):
                self.found.unread("a part of it", "breaks off before its end")
            self._chunks(at + 12, min(end, len(self.source)), b"", 0)
            at = end + end % 2
        if at < len(self.source) and not self.source.blank(at, len(self.source)):
            self.found.leak(Item.TRAILING_BYTES, f"{bytes_counted(len(self.source) - at)} behind its end")
        pictures = self.streams.count(b"vids")
        if pictures > 1:
            self.found.leak(Item.SECOND_VIDEO, f"it holds {pictures} streams of pictures")
        for kind in self.streams:
            if kind == b"txts":
                self.found.leak(Item.SUBTITLES, "a stream of text")
            elif kind not in (b"vids", b"auds"):
                self.found.leak(Item.DATA_TRACK, f"a stream of data {quoted(kind.decode('latin-1'))}")

    def _chunks(self, at: int, end: int, where: bytes, depth: int) -> None:
        if depth > _DEEPEST:
            raise Malformed("is nested too deeply")
        while at + 8 <= end:
            self.count += 1
            if self.count > _MOST_CHUNKS:
                raise Malformed("has too many chunks")
            head = self.source.at(at, 12)
            kind, size = head[:4], int.from_bytes(head[4:8], "little")
            body = at + 8
            if body + size > end:
                raise Malformed(f"has a chunk that does not fit (at byte {at:,})")
            if kind == b"LIST":
                self._list(head[8:12], body + 4, body + size, depth)
            elif where == b"INFO":
                self._info(kind, self.source.at(body, min(size, 4096)))
            else:
                self._chunk(kind, body, size, where)
            at = body + size + size % 2
        if not self.source.blank(at, end):
            raise Malformed(f"goes wrong at byte {at:,}")

    def _list(self, kind: bytes, body: int, end: int, depth: int) -> None:
        if kind in _LISTS:
            self._chunks(body, end, kind, depth + 1)
        else:
            data = self.source.at(body, min(end - body, 1 << 20))
            words = f"a list {quoted(kind.decode('latin-1'))} of {bytes_counted(end - body)}"
            self.found.leak(Item.UDTA, words)
            if PICTURE_MARKS.search(data):
                self.found.leak(Item.ATTACHED_PICTURE, "a list holds a picture")

    def _info(self, kind: bytes, data: bytes) -> None:
        text = data.split(b"\0")[0].decode("utf-8", "replace")
        name = quoted(kind.decode("latin-1"))
        if kind in _TOOLS and not DEVICES.search(text):
            self.found.trace(Item.ENCODER, f"it was written by {quoted(text)}")
        elif DEVICES.search(text):
            self.found.leak(Item.CAMERA_MAKE, f"a tag {name}: {quoted(text)}")
        elif kind in _DATES:
            self.found.leak(Item.CREATION_TIME, f"a tag {name}: {quoted(text)}")
        elif kind in (b"JUNK", b"JUNQ"):
            if any(data):
                self.found.leak(Item.FREE_BOX_CONTENT, "something in a chunk that is marked as empty")
        else:
            self.found.text(Item.CONTAINER_TAG, f"a tag {name}", text)

    def _chunk(self, kind: bytes, body: int, size: int, where: bytes) -> None:
        source, found = self.source, self.found
        if kind == b"strh":
            self.streams.append(source.at(body, 4))
        elif kind == b"strn":
            text = source.at(body, min(size, 300)).decode("utf-8", "replace").strip("\0 ")
            found.text(Item.HANDLER_NAME, "a stream is named", text)
        elif kind in (b"JUNK", b"JUNQ", b"PAD "):
            if not source.blank(body, body + size) and not self._reserved(body, size):
                found.leak(Item.FREE_BOX_CONTENT, f"{bytes_counted(size)} in a chunk that is marked as empty")
        elif kind == b"IDIT":
            found.leak(Item.CREATION_TIME, "it tells when it was recorded")
        elif kind == b"_PMX":
            audit_xmp(source.at(body, size), found)
        elif where in (b"movi", b"rec ") and _CHUNK.fullmatch(kind):
            number = int(kind[:2], 16) if not kind.startswith(b"ix") else 0
            if number >= len(self.streams):
                found.leak(Item.UNREFERENCED_BYTES, "chunks of a stream that is not listed")
        elif kind not in _PLAIN and size:
            words = f"a chunk {quoted(kind.decode('latin-1'))} of {bytes_counted(size)}"
            found.leak(Item.UNKNOWN_PART, words)

    def _reserved(self, body: int, size: int) -> bool:
        """Whether an empty chunk only keeps room for an index."""
        head = self.source.at(body, min(size, 64))
        return bool(_RESERVED.fullmatch(head)) and self.source.blank(body + len(head), body + size)

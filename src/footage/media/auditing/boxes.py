"""Boxes of the ISO base media file format, walked without believing them.

Sources: ISO/IEC 14496-12, 4.2 and 8.7; Apple's QuickTime File Format (aliases).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import Malformed, Source
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

MOST_BOXES = 200_000
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_KNOWN_UUIDS = {
    bytes.fromhex("d8fec3d61b0e483c92975828877ec481"): (Item.C2PA, "a C2PA manifest"),
    bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"): (Item.UUID_BOX, "Canon's own data"),
    bytes.fromhex("ffcc8263f8554a938814587a02521fdd"): (
        Item.UUID_BOX,
        "how a picture lies around the viewer",
    ),
}
_IN_THIS_FILE = 1
_MOST_OF_A_PATH = 4096
_TEXT = re.compile(r"[^\0-\x1f\x7f\ufffd]{4,}")


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its kind, its first byte, its content's first byte, and the byte after its last."""

    kind: bytes
    start: int
    body: int
    end: int

    @property
    def name(self) -> str:
        """Its kind in quotation marks."""
        return quoted(self.kind.decode("latin-1"))


def boxes(source: Source, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two places of a source.

    Raises:
        Malformed: one does not fit.
    """
    end = len(source) if end is None else end
    for _ in range(MOST_BOXES):
        if start + 8 > end:
            break
        size, kind, body = source.number(start, 4), source.at(start + 4, 4), start + 8
        if size == 1:
            size, body = source.number(start + 8, 8), start + 16
        elif size == 0:
            size = end - start
        if start + size < body or start + size > end:
            raise Malformed(f"has a box that does not fit (at byte {start:,})")
        yield Box(kind, start, body, start + size)
        start += size
    else:
        raise Malformed(f"has more than {MOST_BOXES:,} boxes")
    if start < end and not source.blank(start, end):
        raise Malformed(f"has bytes between its boxes (at byte {start:,})")


def audit_free(source: Source, box: Box, found: Findings) -> None:
    """Note what is in a box that is marked as empty."""
    if source.blank(box.body, box.end):
        return
    head = source.at(box.body, 200)
    text = head.decode("latin-1").strip("\0 ")
    if len(text) < 200 and text.startswith(
        ("IsoMedia File Produced with", "ISO Media file produced by", "Lavf")
    ):
        found.trace(Item.ENCODER, f"an empty box says {quoted(text)}")
        return
    words = f"{bytes_counted(box.end - box.body)} in a box {box.name} that is marked as empty"
    found.leak(Item.FREE_BOX_CONTENT, words)


def audit_uuid(source: Source, box: Box, found: Findings) -> None:
    """Look into a box of somebody's own kind."""
    kind = source.at(box.body, 16)
    if kind == XMP_BOX:
        audit_xmp(source.at(box.body + 16, box.end - box.body - 16), found)
        return
    item, what = _KNOWN_UUIDS.get(kind, (Item.UUID_BOX, f"a box of the kind {kind.hex()}"))
    found.leak(item, f"{what} ({bytes_counted(box.end - box.start)})")


def audit_rest(source: Source, box: Box, found: Findings, where: str) -> None:
    """Note a box that no player needs, or one that is empty."""
    if box.kind in (b"free", b"skip", b"wide"):
        audit_free(source, box, found)
    elif box.kind == b"uuid":
        audit_uuid(source, box, found)
    elif not source.blank(box.body, box.end):
        words = f"a box {box.name} of {bytes_counted(box.end - box.start)} in {where}"
        found.leak(Item.UNKNOWN_PART, words)


def audit_data_references(source: Source, information: Box, found: Findings) -> None:
    """Note where data information (``dinf``) says that the data are anywhere but in the file itself."""
    for table in boxes(source, information.body, information.end):
        if table.kind != b"dref":
            audit_rest(source, table, found, "what says where the data are")
            continue
        for entry in boxes(source, table.body + 8, table.end):
            told, inside = entry.body + 4, source.number(entry.body, 4) & _IN_THIS_FILE
            if not inside or not source.blank(told, entry.end):
                audit_path(source.part(told, entry.end), entry.name, found)


def audit_path(reference: Source, name: str, found: Findings) -> None:
    """Note a reference to another file.

    Args:
        reference: its bytes: a path, an address, or a record with a path in it.
        name: the box it stands in.
    """
    text = reference.at(0, min(len(reference), _MOST_OF_A_PATH)).decode("utf-8", "replace")
    path = max(_TEXT.findall(text), key=len, default="")
    words = f": {quoted(path)}" if path else ""
    found.leak(Item.LOCAL_PATH, f"it refers to another file by a box {name}{words}")

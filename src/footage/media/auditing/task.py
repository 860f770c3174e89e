"""Sandbox task: look through one file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from footage.errors import BadInput
from footage.media.auditing.avi import audit_avi
from footage.media.auditing.chunks import audit_gif, audit_png, audit_webp
from footage.media.auditing.exif import audit_tiff
from footage.media.auditing.findings import Findings
from footage.media.auditing.jpeg import audit_jpeg
from footage.media.auditing.matroska import audit_matroska
from footage.media.auditing.movie import audit_movie
from footage.media.auditing.mxf import audit_mxf
from footage.media.auditing.source import Source, source_of
from footage.media.auditing.streams import audit_streams
from footage.media.auditing.transport import audit_transport
from footage.media.auditing.words import audit_text
from footage.media.auditing.xmp import stated_texts
from footage.media.sniff import HEAD_SIZE, sniff
from footage.media.video_packets import xmp_packet

_Walk = Callable[[Source, Findings], None]

_STILLS: dict[str, _Walk] = {
    "jpeg": audit_jpeg,
    "png": audit_png,
    "tiff": audit_tiff,
    "webp": audit_webp,
    "gif": audit_gif,
    "heic": lambda source, found: audit_movie(source, found, still=True),
    "avif": lambda source, found: audit_movie(source, found, still=True),
}
_VIDEOS: dict[str, _Walk] = {
    "mp4": audit_movie,
    "mov": audit_movie,
    "matroska": audit_matroska,
    "webm": audit_matroska,
    "avi": audit_avi,
    "mpegts": audit_transport,
    "mxf": audit_mxf,
}


def audit(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the findings in ``path``, of ``format`` (empty for a text), with progress in bytes before."""
    name, path = params["format"], params["path"]
    with Path(path).open("rb") as file:
        # Players show tags, not XMP: what both say alike, the desk states.
        stated = stated_texts(xmp_packet(file)) if name in ("mp4", "mov") else frozenset()
        found = Findings({*params["names"], *stated}, located=bool(params["located"]))
        source = Source(file)
        if not name:
            audit_text(source, found, _audit_still)
        else:
            (_STILLS | _VIDEOS)[name](source, found)
    if name in _VIDEOS:
        for done, total in audit_streams(path, name, found):
            yield {"progress": ["auditing", done, total]}, b""
    yield {"findings": [list(each) for each in found.all()]}, b""


def _audit_still(data: bytes, found: Findings) -> None:
    """Look through a still inside a text."""
    try:
        format = sniff(data[:HEAD_SIZE])
    except BadInput as error:
        found.unread("it", error.message)
        return
    if walk := _STILLS.get(format.name):
        walk(source_of(data), found)
    else:
        found.unread("it", f"is {format.name}, which stands in a page")

"""All that a file's own metadata proposes, in one: XMP before IIM before EXIF before the container's tags."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from footage.formats.exif import read_exif, read_location
from footage.formats.foreign import tidy_all
from footage.formats.iim import read_iim
from footage.formats.quicktime import read_tag_location, read_tags
from footage.formats.xmp import read_xmp, read_xmp_location
from footage.model.facts import Facts


def facts_from(xmp: bytes, iim: bytes, exif: bytes, tags: Mapping[str, str]) -> Facts:
    """The facts that a file proposes of itself; anything that cannot be read says nothing.

    Notes are gathered from all four, among them that a packet could not be read.

    Args:
        xmp: an XMP packet. iim: IPTC IIM datasets. exif: an EXIF block. Each is empty where there is none.
        tags: the container's, as FFmpeg names them.
    """
    return combined((read_xmp(xmp), read_iim(iim), read_exif(exif), read_tags(tags)))


def combined(said: Sequence[Facts]) -> Facts:
    """What several say together, the stronger first; the lines of all notes are gathered, each once."""
    together = Facts()
    for weaker in said:
        together = together.over(weaker)
    notes = tidy_all(line for facts in said if facts.note for line in facts.note.splitlines())
    return replace(together, note="\n".join(notes) or None)


def location_from(xmp: bytes, exif: bytes, tags: Mapping[str, str]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees where a file states them, by its camera before its packet."""
    return read_location(exif) or read_tag_location(tags) or read_xmp_location(xmp)

"""What a video's container says: QuickTime's and other containers' tags, as FFmpeg names them, and our own.

Sources: Apple's QuickTime metadata keys; ISO 6709 (the location); FFmpeg's generic tag names.
"""

import re
from collections.abc import Mapping

from footage.formats.foreign import tidy, tidy_all
from footage.formats.stamps import read_stamp
from footage.formats.writable import writable
from footage.model.facts import Facts
from footage.model.publication import Publication, read_handling

_APPLE = "com.apple.quicktime."
_LOCATION = re.compile(
    r"([+-])((?:\d\d){1,3}(?:\.\d+)?)([+-])(\d(?:\d\d){1,3}(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?(?:CRS\S*)?/?"
)


def read_tags(tags: Mapping[str, str]) -> Facts:
    """The facts that a container's tags propose.

    ``creation_time`` is often the hour of a conversion, and says less than the camera's own date.

    Args:
        tags: in any case; the first of two that differ in case only counts.
    """
    told = _folded(tags)
    url = _one(told, "purl") or ""
    embargo, expires, comment = read_handling(_one(told, f"{_APPLE}comment", "comment") or "")
    dates = (told.get(name, "") for name in (f"{_APPLE}creationdate", "date", "creation_time"))
    return Facts(
        shows=_one(told, f"{_APPLE}description", "description", "synopsis"),
        headline=_one(told, f"{_APPLE}title", "title"),
        shot=next(filter(None, map(read_stamp, dates)), None),
        url=url if url.startswith(("https://", "http://")) else None,
        creator=_one(told, f"{_APPLE}artist", f"{_APPLE}author", "artist", "author"),
        rights=_one(told, f"{_APPLE}copyright", "copyright"),
        keyword=tidy_all((_one(told, f"{_APPLE}keywords", "keywords") or "").split(",")),
        embargo=embargo,
        expires=expires,
        note=tidy(comment),
    )


def write_keys(publication: Publication) -> dict[str, str]:
    """What a publication says in the container's own metadata, by QuickTime's keys.

    Most players show these and no XMP. Each text also stands in XMP as it is here, which says more.
    """
    publication = writable(publication)
    said = {
        "title": publication.headline or publication.story,
        "description": publication.caption,
        "author": next(iter(publication.creator), ""),
        "copyright": publication.rights,
        "information": publication.credit,
        "publisher": publication.supplier,
        "comment": publication.handling,
    }
    return {f"{_APPLE}{name}": text for name, text in said.items() if text}


def read_tag_location(tags: Mapping[str, str]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, where the container states them and they exist on Earth."""
    told = _folded(tags)
    for name in (f"{_APPLE}location.iso6709", "location", "location-eng"):
        match = _LOCATION.fullmatch(told.get(name, "").strip()[:100])
        if match is not None:
            latitude, longitude = _degrees(match[1], match[2], 2), _degrees(match[3], match[4], 3)
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return latitude, longitude
    return None


def _folded(tags: Mapping[str, str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, text in tags.items():
        told.setdefault(name.casefold(), text)
    return told


def _one(told: Mapping[str, str], *names: str) -> str | None:
    return next(filter(None, (tidy(told.get(name)) for name in names)), None)


def _degrees(sign: str, digits: str, width: int) -> float:
    """Degrees out of ISO 6709's three spellings: ``DD.D``, ``DDMM.M`` and ``DDMMSS.S``."""
    whole, dot, fraction = digits.partition(".")
    pairs = [whole[:width], *(whole[at : at + 2] for at in range(width, len(whole), 2))]
    pairs[-1] += dot + fraction
    size = sum(float(part) / parts for part, parts in zip(pairs, (1, 60, 3600), strict=False))
    return -size if sign == "-" else size

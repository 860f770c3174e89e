"""ninjs: a publication as a JSON news item, checked, and facts out of a stranger's.

Source: IPTC ninjs 3.1. It has no field for the credit line, the day of release, the desk's own dates and the
shot list: the first is an information source with a role, the others are descriptions with a role. Its dates
are points in time, so that a day or an hour without a zone stands in a description alone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from footage.errors import BadInput, ToolFailed
from footage.formats.carried import (
    CREATED,
    DESCRIPTIONS,
    LEVELS,
    Carried,
    facts_from,
    insist,
    location_text,
    meant,
    milliseconds,
    note_of,
    rate_text,
    stated,
)
from footage.formats.stamps import begin_stamp, end_stamp, offset, write_stamp
from footage.formats.untrusted import parse_json
from footage.formats.writable import escaped_path, is_address, writable
from footage.model.asset import Kind
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.publication import Link, Place, Publication

Json = dict[str, Any]

_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
_TYPES = {Kind.VIDEO: "video", Kind.STILL: "picture"}
_FILE = "file:"
"""What leads to a file beside this one: ninjs wants whole addresses, and a package does not know its own."""

_SOURCES = {"credit": "creditline", "source": "source", "relayed_by": "relay", "supplier": "supplier"}
_ROLES = {
    **DESCRIPTIONS,
    "creator_title": "creatorTitle",
    "caption_writer": "captionWriter",
    "data_mining": "dataMining",
    "hops": "provenance",
}
_IDS = {"job": "job", "url": "published"}
_KEYWORD, _WARNING = "keyword", "contentWarning"
_CREATED_LEVELS = tuple(CREATED + level for level in LEVELS)


def write_ninjs(publication: Publication) -> bytes:
    """A publication as a ninjs 3.1 document in UTF-8.

    What is written is what :func:`footage.formats.writable.writable` makes of it. A file's ``href`` is its
    name in the package with ``file:`` before it, its ``title`` the name alone.

    Raises:
        ValueError: it has no ``guid`` or no ``version_created``. Usage: a moment's zone is not known here.
    """
    publication = writable(publication)
    made = publication.version_created
    if not is_address(publication.guid) or made is None:
        raise ValueError("a news item needs a guid that is a URI, and the time of its version")
    said = meant(publication)
    document: Json = {
        "uri": publication.guid,
        "standard": _STANDARD,
        "type": _TYPES[publication.kind],
        "representationType": "full",
        "version": str(publication.version),
        "versionCreated": begin_stamp(made),
        "contentCreated": _point_in_time(publication.day_created),
        "embargoedUntil": begin_stamp(publication.embargo) if publication.embargo else "",
        "expires": end_stamp(publication.expires) if publication.expires else "",
        "pubStatus": publication.status.value,
        "copyrightNotice": publication.rights,
        "usageTerms": publication.usage_terms,
        "edNote": note_of(publication),
        "language": publication.language,
        "headlines": _values({"main": [publication.headline]}),
        "slugline": publication.story,
        "by": ", ".join(publication.creator),
        "located": (publication.created or publication.shown).name,
        "descriptions": _values({role: said.get(name, ()) for name, role in _ROLES.items()}),
        "infoSources": _named({role: said.get(name, ()) for name, role in _SOURCES.items()}, "role"),
        "people": _named({"shown": publication.person}, "rel"),
        "places": _places(publication),
        "subjects": _subjects(publication),
        "events": [
            *_named({"shown": [publication.event]}, "rel"),
            *({"id": identifier} for identifier in publication.event_id),
        ],
        "digitalSourceType": _term(publication.digital_source_type),
        "altIds": _values({"job": [publication.job], "published": [publication.url]}),
        "renditions": [_rendition(link) for link in publication.links],
    }
    told = {name: value for name, value in document.items() if value}
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def check_ninjs(written: bytes, publication: Publication) -> None:
    """Read a document back and compare all that was meant with what is there.

    Raises:
        ToolFailed: something is missing, different or too much; names the field.
    """
    publication = writable(publication)
    wanted = meant(publication) | stated({"created": [_point_in_time(publication.day_created)]})
    try:
        document = parse_json(written, "the ninjs")
    except BadInput as error:
        raise ToolFailed(error.message, "footage doctor") from error
    insist(wanted, _carried(document) | _measured(document), "the ninjs")


def read_ninjs(document: bytes) -> Facts:
    """The facts that a ninjs document proposes.

    One that cannot be read gives one fact, a note that says so. An empty one gives none.
    """
    if not document:
        return Facts()
    try:
        found = _carried(parse_json(document, "the ninjs beside it"))
    except BadInput as error:
        return Facts(note=error.message)
    return facts_from(found)


def _point_in_time(moment: Moment | None) -> str:
    """A moment as ninjs writes it; nothing where only the day is known, or not in which zone."""
    return write_stamp(moment) if moment and offset(moment) else ""


def _values(texts: Mapping[str, Iterable[str]]) -> list[Json]:
    return [{"role": role, "value": text} for role, each in texts.items() for text in each if text]


def _named(names: Mapping[str, Iterable[str]], role: str) -> list[Json]:
    return [{"name": name, role: word} for word, each in names.items() for name in each if name]


def _term(text: str) -> Json:
    """A term of a vocabulary by its address, or what stands in its place."""
    return ({"uri": text} if is_address(text) else {"literal": text}) if text else {}


def _places(publication: Publication) -> list[Json]:
    """One entry a level, of the place shown and of the camera's; and where on Earth the camera stood."""
    created = publication.created or Place()
    places = [{"name": getattr(publication.shown, level), "rel": level} for level in LEVELS]
    places += [{"name": getattr(created, level), "rel": CREATED + level} for level in LEVELS]
    told: list[Json] = [place for place in places if place["name"]]
    if publication.location is not None:
        latitude, longitude = map(float, location_text(publication.location).split())
        told.append({"rel": "location", "geoJSON": {"type": "Point", "coordinates": [longitude, latitude]}})
    return told


def _subjects(publication: Publication) -> list[Json]:
    warnings = [{**_term(warning), "rel": _WARNING} for warning in publication.content_warnings]
    return [*_named({_KEYWORD: publication.keyword}, "rel"), *warnings]


def _rendition(link: Link) -> Json:
    path = escaped_path(link.href)
    duration = milliseconds(link.duration)
    told: Json = {
        "name": link.role,
        "href": path if is_address(path) else _FILE + path,
        "title": "" if is_address(path) else unquote(path),
        "contentType": link.content_type,
        "sizeInBytes": link.size,
        "width": link.width,
        "height": link.height,
        "duration": duration / 1000 if duration is not None else None,
        "videoCodec": link.codec,
        "frameRate": float(rate_text(link.frame_rate) or 0),
    }
    return {name: value for name, value in told.items() if value not in ("", None) and value != 0.0}


def _carried(document: Json) -> Carried:
    """What a document says, ours or a stranger's."""
    said: dict[str, Iterable[str]] = {
        "guid": _texts(document, "uri"),
        "version": _texts(document, "version"),
        "version_created": _texts(document, "versionCreated"),
        "status": _texts(document, "pubStatus"),
        "created": _texts(document, "contentCreated"),
        "embargo": _texts(document, "embargoedUntil"),
        "expires": _texts(document, "expires"),
        "rights": _texts(document, "copyrightNotice"),
        "usage_terms": _texts(document, "usageTerms"),
        "note": _texts(document, "edNote"),
        "language": _texts(document, "language"),
        "headline": _of(document, "headlines", "value"),
        "story": _texts(document, "slugline"),
        "creator": _texts(document, "by"),
        "person": _of(document, "people", "name"),
        "keyword": _of(document, "subjects", "name", rel=_KEYWORD),
        "content_warnings": _terms(_objects(document, "subjects", rel=_WARNING)),
        "digital_source_type": _terms([_object(document.get("digitalSourceType"))]),
        "event": _of(document, "events", "name"),
        "event_id": _of(document, "events", "id"),
        **{name: _of(document, "descriptions", "value", role=role) for name, role in _ROLES.items()},
        **{name: _of(document, "infoSources", "name", role=role) for name, role in _SOURCES.items()},
        **{name: _of(document, "altIds", "value", role=role) for name, role in _IDS.items()},
        **{level: _of(document, "places", "name", rel=level) for level in (*LEVELS, *_CREATED_LEVELS)},
    }
    found = stated(said)
    if "caption" not in found and (plain := _of(document, "descriptions", "value", role=None)):
        found["caption"] = plain[:1]
    return found


def _measured(document: Json) -> Carried:
    """The numbers that a document of ours says."""
    places = _objects(document, "places", rel="location")
    links = [" ".join(_link_parts(each)) for each in _objects(document, "renditions")]
    return stated({"location": map(_point, places), "links": links})


def _objects(document: Json, name: str, **wanted: str | None) -> list[Json]:
    """The objects of a list that have certain values."""
    items = document.get(name)
    objects = [_object(item) for item in items] if isinstance(items, list) else []
    return [each for each in objects if all(each.get(key) == value for key, value in wanted.items())]


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _of(document: Json, name: str, field: str, **wanted: str | None) -> tuple[str, ...]:
    return tuple(text for each in _objects(document, name, **wanted) for text in _texts(each, field))


def _texts(document: Json, name: str) -> tuple[str, ...]:
    value = document.get(name)
    return (value,) if isinstance(value, str) and value else ()


def _terms(terms: Iterable[Json]) -> list[str]:
    return [text for term in terms for text in (*_texts(term, "uri"), *_texts(term, "literal"))]


def _point(place: Json) -> str:
    match _object(place.get("geoJSON")):
        case {"coordinates": [int() | float() as longitude, int() | float() as latitude]}:
            return location_text((latitude, longitude))
    return ""


def _link_parts(rendition: Json) -> Iterator[str]:
    """A rendition in the words of :func:`footage.formats.carried.link_text`."""
    yield from ("".join(_texts(rendition, "name")), "".join(_texts(rendition, "href")).removeprefix(_FILE))
    yield "".join(_texts(rendition, "contentType"))
    for name in ("sizeInBytes", "width", "height"):
        yield str(rendition.get(name))
    duration = rendition.get("duration")
    yield str(round(duration * 1000) if isinstance(duration, int | float) else None)
    yield "".join(_texts(rendition, "videoCodec"))
    rate = rendition.get("frameRate")
    yield f"{rate:.5f}".rstrip("0").rstrip(".") if isinstance(rate, int | float) else ""

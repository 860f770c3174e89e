"""NewsML-G2: a publication as a news item, checked, and facts out of a stranger's.

Source: IPTC NewsML-G2 2.35, conformance level power. What IPTC's vocabularies have no term for has one of our
own, by a scheme that the item itself declares.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from fractions import Fraction

from footage.errors import BadInput, ToolFailed
from footage.formats.carried import (
    CREATED,
    DESCRIPTIONS,
    LEVELS,
    Carried,
    facts_from,
    hop_line,
    insist,
    location_text,
    meant,
    milliseconds,
    note_of,
    rate_text,
    stated,
)
from footage.formats.stamps import begin_stamp, end_stamp, write_stamp
from footage.formats.untrusted import parse_xml
from footage.formats.writable import escaped_path, is_address, writable
from footage.model.asset import Kind
from footage.model.facts import Facts
from footage.model.publication import Hop, Link, Place, Publication, PublishedShot

_NAMESPACE = "http://iptc.org/std/nar/2006-10-01/"
_CATALOGUE = "http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_41.xml"
_OWN = "footage:"
_OWN_SCHEME = "urn:x-footage:"
_CLASSES = {Kind.VIDEO: "ninat:video", Kind.STILL: "ninat:picture"}
_RENDITIONS = {"main": "rnd:highRes", "preview": "rnd:preview", "thumbnail": "rnd:thumbnail"}
_ROLES = {name: "drol:caption" if name == "caption" else _OWN + role for name, role in DESCRIPTIONS.items()}
_SOURCES = {"source": _OWN + "source", "relayed_by": _OWN + "relay"}
_IDS = {"job": _OWN + "job", "url": _OWN + "published"}
_EVENT, _PERSON, _PLACE = "cpnat:event", "cpnat:person", "cpnat:geoArea"
_WRITER = _OWN + "captionWriter"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_NO_TAG = "und"
_CODE = re.compile(r"[A-Za-z0-9._-]+")


def write_newsml(publication: Publication) -> bytes:
    """A publication as a NewsML-G2 2.35 ``newsItem`` in UTF-8.

    What is written is what :func:`footage.formats.writable.writable` makes of it. A shot's times count
    pictures where all of them lie on one of a constant frame rate, else seconds (normal play time).

    Raises:
        ValueError: it has no ``guid`` or no ``version_created``. Usage: a moment's zone is not known here.
    """
    publication = writable(publication)
    if not publication.guid or publication.version_created is None:
        raise ValueError("a news item needs a guid and the time of its version")
    item = ET.Element(
        "newsItem",
        {
            "xmlns": _NAMESPACE,
            "guid": publication.guid,
            "version": str(publication.version),
            "standard": "NewsML-G2",
            "standardversion": "2.35",
            "conformance": "power",
        },
    )
    ET.SubElement(item, "catalogRef", href=_CATALOGUE)
    ET.SubElement(ET.SubElement(item, "catalog"), "scheme", alias=_OWN.rstrip(":"), uri=_OWN_SCHEME)
    _put_hops(item, publication.hops)
    _put_rights(item, publication)
    _put_item_meta(item, publication)
    _put_content_meta(item, publication)
    for shot in publication.shots:
        _put_shot(item, shot, _counted_by(publication))
    if publication.links:
        content = ET.SubElement(item, "contentSet")
        for number, link in enumerate(publication.links, 1):
            _put_link(content, link, number)
    ET.indent(item, " ")
    body = ET.tostring(item, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def check_newsml(written: bytes, publication: Publication) -> None:
    """Read a document back and compare all that was meant with what is there.

    Raises:
        ToolFailed: something is missing, different or too much; names the field.
    """
    publication = writable(publication)
    created, rate = publication.day_created, _counted_by(publication)
    own: dict[str, Iterable[str]] = {
        "created": [write_stamp(created)] if created else (),
        "shots": [" ".join(_shot_parts(shot, rate)) for shot in publication.shots],
    }
    try:
        item = parse_xml(written, "the NewsML-G2")
    except BadInput as error:
        raise ToolFailed(error.message, "footage doctor") from error
    insist(meant(publication) | stated(own), _carried(item) | _measured(item), "the NewsML-G2")


def read_newsml(document: bytes) -> Facts:
    """The facts that a NewsML-G2 document proposes: its first news item's.

    One that cannot be read gives one fact, a note that says so. An empty one gives none.
    """
    if not document:
        return Facts()
    what = "the NewsML-G2 beside it"
    try:
        item = next(parse_xml(document, what).iter(_name("newsItem")), None)
        if item is None:
            raise BadInput(f"{what} cannot be read: it holds no news item")
    except BadInput as error:
        return Facts(note=error.message)
    return facts_from(_carried(item))


def _put_hops(item: ET.Element, hops: Iterable[Hop]) -> None:
    history = ET.Element("hopHistory")
    for number, hop in enumerate(hops, 1):
        step = ET.SubElement(history, "hop", seq=str(number))
        if hop.on:
            step.set("timestamp", write_stamp(hop.on))
        _put_name(ET.SubElement(step, "party"), hop.party)
        action = ET.SubElement(step, "action")
        _put_name(action, hop.action)
        if hop.to:
            _put_name(ET.SubElement(action, "related", rel=f"{_OWN}to"), hop.to)
    if len(history):
        item.append(history)


def _put_rights(item: ET.Element, publication: Publication) -> None:
    rights = ET.Element("rightsInfo")
    _put(rights, "copyrightNotice", publication.rights)
    _put(rights, "usageTerms", publication.usage_terms)
    _put_term(rights, "dataMining", publication.data_mining)
    if len(rights):
        item.append(rights)


def _put_item_meta(item: ET.Element, publication: Publication) -> None:
    meta = ET.SubElement(item, "itemMeta")
    ET.SubElement(meta, "itemClass", qcode=_CLASSES[publication.kind])
    _put_name(ET.SubElement(meta, "provider"), publication.supplier)
    if publication.version_created:
        _put(meta, "versionCreated", begin_stamp(publication.version_created))
    if publication.embargo:
        _put(meta, "embargoed", begin_stamp(publication.embargo))
    ET.SubElement(meta, "pubStatus", qcode=f"stat:{publication.status}")
    _put(meta, "title", publication.story)
    _put(meta, "edNote", note_of(publication))
    if publication.content_warnings:
        ET.SubElement(meta, "signal", qcode="sig:cwarn")
    if publication.expires:
        _put(meta, "expires", end_stamp(publication.expires))


def _put_content_meta(item: ET.Element, publication: Publication) -> None:
    meta = ET.SubElement(item, "contentMeta")
    if publication.day_created:
        _put(meta, "contentCreated", write_stamp(publication.day_created))
    _put_term(meta, "digitalSourceType", publication.digital_source_type)
    _put_located(meta, publication)
    for name, role in _SOURCES.items():
        parties = publication.relayed_by if name == "relayed_by" else (publication.source,)
        for party in filter(None, parties):
            _put_name(ET.SubElement(meta, "infoSource", role=role), party)
    _put_creators(meta, publication)
    for warning in publication.content_warnings:
        _put_term(meta, "exclAudience", warning)
    for role, text in (("job", publication.job), ("published", publication.url)):
        _put(meta, "altId", text, type=_OWN + role)
    if publication.language:
        tag = publication.language if _LANGUAGE_TAG.fullmatch(publication.language) else _NO_TAG
        language = ET.SubElement(meta, "language", {"tag": tag})
        if tag != publication.language:
            _put_name(language, publication.language)
    for keyword in publication.keyword:
        _put(meta, "keyword", keyword)
    _put_subjects(meta, publication)
    _put(meta, "slugline", publication.story)
    _put(meta, "headline", publication.headline)
    _put(meta, "by", ", ".join(publication.creator))
    _put(meta, "creditline", publication.credit)
    said = meant(publication)
    for name, role in _ROLES.items():
        for text in said.get(name, ()):
            _put(meta, "description", text, role=role)


def _put_located(meta: ET.Element, publication: Publication) -> None:
    """Where the camera stood; where nobody has said so, the place shown."""
    located = ET.Element("located")
    if publication.created:
        _put_levels(located, publication.created, _OWN + CREATED)
    else:
        _put_levels(located, publication.shown, _OWN)
    if publication.location:
        latitude, longitude = location_text(publication.location).split()
        details = ET.SubElement(located, "geoAreaDetails")
        ET.SubElement(details, "position", latitude=latitude, longitude=longitude)
    if len(located):
        meta.append(located)


def _put_levels(parent: ET.Element, place: Place, prefix: str) -> None:
    for level in LEVELS:
        _put(parent, "name", getattr(place, level), role=prefix + level)


def _put_creators(meta: ET.Element, publication: Publication) -> None:
    title = publication.creator_title
    for name in publication.creator or ("",) * bool(title):
        creator = ET.SubElement(meta, "creator")
        _put(creator, "name", name)
        _put(creator, "definition", title)
        title = ""
    if publication.caption_writer:
        _put_name(ET.SubElement(meta, "contributor", role=_WRITER), publication.caption_writer)


def _put_subjects(meta: ET.Element, publication: Publication) -> None:
    for person in publication.person:
        _put_name(ET.SubElement(meta, "subject", type=_PERSON), person)
    if publication.event:
        _put_name(ET.SubElement(meta, "subject", type=_EVENT), publication.event)
    for identifier in publication.event_id:
        ET.SubElement(meta, "subject", type=_EVENT, literal=identifier)
    place = ET.Element("subject", type=_PLACE)
    _put_levels(place, publication.shown, _OWN)
    if len(place):
        meta.append(place)


def _put_shot(item: ET.Element, shot: PublishedShot, rate: Fraction | None) -> None:
    part = ET.SubElement(item, "partMeta", partid=f"shot-{shot.number}", seq=str(shot.number))
    if shot.keyframe:
        ET.SubElement(part, "icon", href=escaped_path(shot.keyframe))
    _, start, end, unit, *_ = _shot_parts(shot, rate)
    delimiter = ET.SubElement(part, "timeDelim", start=start, end=end, timeunit=unit)
    if rate is not None:
        delimiter.set("renditionref", _RENDITIONS["main"])
    _put(part, "description", shot.description, role=_ROLES["caption"])


def _shot_parts(shot: PublishedShot, rate: Fraction | None) -> tuple[str, ...]:
    """All that is told of a shot, its times in pictures where a rate is given."""
    if rate is not None:
        times, unit = [str(shot.start * rate), str(shot.end * rate)], "timeunit:editUnit"
    else:
        times, unit = [_play_time(shot.start), _play_time(shot.end)], "timeunit:normalPlayTime"
    return (str(shot.number), *times, unit, escaped_path(shot.keyframe), shot.description)


def _counted_by(publication: Publication) -> Fraction | None:
    """The frame rate that counts all shots' times in whole pictures; None where there is none."""
    rate = publication.main.frame_rate if publication.main else None
    times = (time for shot in publication.shots for time in (shot.start, shot.end))
    return rate if rate and all((time * rate).denominator == 1 for time in times) else None


def _play_time(seconds: Fraction) -> str:
    """Seconds to the nearest millionth.

    >>> _play_time(Fraction(9, 2)), _play_time(Fraction(1, 3))
    ('4.500000', '0.333333')
    """
    whole, millionths = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{whole}.{millionths:06}"


def _put_link(content: ET.Element, link: Link, number: int) -> None:
    duration = milliseconds(link.duration)
    numbers = {"size": link.size, "width": link.width, "height": link.height, "duration": duration}
    told = {
        "id": f"file-{number}",
        "rendition": _RENDITIONS.get(link.role, _OWN + link.role),
        "href": escaped_path(link.href),
        "contenttype": link.content_type,
        **{name: str(value) for name, value in numbers.items() if value is not None},
        "durationunit": "timeunit:milliseconds" if duration is not None else "",
        "videocodec": _OWN + link.codec if _CODE.fullmatch(link.codec) else "",
        "videoframerate": rate_text(link.frame_rate),
        "language": link.language if _LANGUAGE_TAG.fullmatch(link.language) else "",
    }
    ET.SubElement(content, "remoteContent", {name: text for name, text in told.items() if text})


def _put(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    if text:
        ET.SubElement(parent, name, attributes).text = text


def _put_name(parent: ET.Element, text: str) -> None:
    ET.SubElement(parent, "name").text = text


def _put_term(parent: ET.Element, name: str, text: str) -> None:
    """A term of a vocabulary by its address, or what stands in its place."""
    if is_address(text):
        ET.SubElement(parent, name, uri=text)
    elif text:
        _put_name(ET.SubElement(parent, name), text)


def _carried(item: ET.Element) -> Carried:
    """What an item says, ours or a stranger's."""
    places = [*_all(item, "contentMeta/subject", type=_PLACE), *_all(item, "contentMeta/located")]
    said: dict[str, Iterable[str]] = {
        "guid": [item.get("guid", "")],
        "version": [item.get("version", "")],
        "version_created": _texts(item, "itemMeta/versionCreated"),
        "status": [each.get("qcode", "").removeprefix("stat:") for each in _all(item, "itemMeta/pubStatus")],
        "credit": _texts(item, "contentMeta/creditline"),
        "headline": _texts(item, "contentMeta/headline"),
        "supplier": _texts(item, "itemMeta/provider/name"),
        "hops": [_hop_words(hop) for hop in _all(item, "hopHistory/hop")],
        "creator": _texts(item, "contentMeta/by") or [", ".join(_texts(item, "contentMeta/creator/name"))],
        "creator_title": _texts(item, "contentMeta/creator/definition"),
        "caption_writer": _named(item, "contentMeta/contributor", role=_WRITER),
        "created": _texts(item, "contentMeta/contentCreated"),
        "embargo": _texts(item, "itemMeta/embargoed"),
        "expires": _texts(item, "itemMeta/expires"),
        "rights": _texts(item, "rightsInfo/copyrightNotice"),
        "usage_terms": _texts(item, "rightsInfo/usageTerms"),
        "data_mining": _terms(item, "rightsInfo/dataMining"),
        "note": _texts(item, "itemMeta/edNote"),
        "keyword": _texts(item, "contentMeta/keyword"),
        "language": [tag for each in _all(item, "contentMeta/language") for tag in _language(each)],
        "person": _named(item, "contentMeta/subject", type=_PERSON),
        "event": _named(item, "contentMeta/subject", type=_EVENT),
        "event_id": [each.get("literal", "") for each in _all(item, "contentMeta/subject", type=_EVENT)],
        "content_warnings": _terms(item, "contentMeta/exclAudience"),
        "digital_source_type": _terms(item, "contentMeta/digitalSourceType"),
        "story": _texts(item, "contentMeta/slugline"),
        **{name: _texts(item, "contentMeta/description", role=role) for name, role in _ROLES.items()},
        **{name: _named(item, "contentMeta/infoSource", role=role) for name, role in _SOURCES.items()},
        **{name: _texts(item, "contentMeta/altId", type=kind) for name, kind in _IDS.items()},
        **{level: _level(places, _OWN + level) for level in LEVELS},
        **{CREATED + level: _level(places, _OWN + CREATED + level) for level in LEVELS},
    }
    found = stated(said)
    if "caption" not in found and (plain := _texts(item, "contentMeta/description", role=None)):
        found["caption"] = tuple(plain[:1])
    return found


def _measured(item: ET.Element) -> Carried:
    """The numbers that an item of ours says."""
    positions = _all(item, "contentMeta/located/geoAreaDetails/position")
    return stated(
        {
            "location": [f"{each.get('latitude')} {each.get('longitude')}" for each in positions],
            "links": [" ".join(_link_parts(each)) for each in _all(item, "contentSet/remoteContent")],
            "shots": [" ".join(_part_parts(part)) for part in _all(item, "partMeta")],
        }
    )


def _all(parent: ET.Element, path: str, **wanted: str | None) -> list[ET.Element]:
    """The elements at a path that have certain attributes (None: have them not)."""
    found = parent.findall("/".join(map(_name, path.split("/"))))
    return [each for each in found if all(each.get(key) == value for key, value in wanted.items())]


def _texts(parent: ET.Element, path: str, **wanted: str | None) -> list[str]:
    return ["".join(each.itertext()).strip() for each in _all(parent, path, **wanted)]


def _named(parent: ET.Element, path: str, **wanted: str | None) -> list[str]:
    return [name for each in _all(parent, path, **wanted) for name in _texts(each, "name")]


def _terms(parent: ET.Element, path: str) -> list[str]:
    return [text for each in _all(parent, path) for text in (each.get("uri", ""), *_texts(each, "name"))]


def _language(language: ET.Element) -> list[str]:
    return _texts(language, "name") or [language.get("tag", "")]


def _level(places: Iterable[ET.Element], role: str) -> list[str]:
    """A level's name in the first place that has it."""
    return next(filter(None, (_texts(place, "name", role=role) for place in places)), [])


def _hop_words(hop: ET.Element) -> str:
    party, action = _texts(hop, "party/name"), _texts(hop, "action/name")
    to = _texts(hop, "action/related/name")
    number = hop.get("seq", "0")
    return hop_line(number, "".join(party), "".join(action), "".join(to), hop.get("timestamp", ""))


def _link_parts(content: ET.Element) -> Iterator[str]:
    """A rendition in the words of :func:`footage.formats.carried.link_text`."""
    roles = {code: role for role, code in _RENDITIONS.items()}
    rendition = content.get("rendition", "")
    yield roles.get(rendition, rendition.removeprefix(_OWN))
    yield from (content.get("href", ""), content.get("contenttype", ""))
    yield from (str(content.get(name)) for name in ("size", "width", "height", "duration"))
    yield content.get("videocodec", "").removeprefix(_OWN)
    yield content.get("videoframerate", "")


def _part_parts(part: ET.Element) -> Iterator[str]:
    """A part in the words of :func:`_shot_parts`."""
    yield part.get("seq", "")
    for delimiter in _all(part, "timeDelim"):
        yield from (delimiter.get(name, "") for name in ("start", "end", "timeunit"))
    yield "".join(icon.get("href", "") for icon in _all(part, "icon"))
    yield "".join(_texts(part, "description"))


def _name(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"

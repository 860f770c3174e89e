"""XMP: facts out of a stranger's packet, and a publication into a packet of our own.

Sources: ISO 16684-1 (the packet and its RDF), IPTC Photo Metadata 2025.1 and IPTC Video Metadata Hub (the
properties). Where photo and video use different properties for one thing (the headline, the creator), both
are written. A stranger's packet is hostile: it is read as :mod:`footage.formats.untrusted` reads.
"""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import replace

from footage.errors import BadInput, Usage
from footage.formats.foreign import tidy, tidy_all
from footage.formats.stamps import read_stamp, write_stamp
from footage.formats.untrusted import LARGEST, parse_xml
from footage.formats.writable import escaped_path, writable
from footage.model.asset import Kind
from footage.model.facts import Facts
from footage.model.moment import Moment, moment_text, parse_moment
from footage.model.publication import Place, Publication, Status, read_handling

_NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "dc": "http://purl.org/dc/elements/1.1/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
}
for _prefix, _address in _NAMESPACES.items():
    ET.register_namespace(_prefix, _address)

LARGEST_PACKET = LARGEST
"""Bytes of a packet that is still read."""

_UNDATED = "undated"
_DEGREES = re.compile(r"(\d{1,3}),(\d{1,2})(?:,(\d{1,2}(?:\.\d+)?)|(\.\d+))?([NSEW])")


def read_xmp(packet: bytes) -> Facts:
    """The facts that a packet proposes.

    A packet that cannot be read gives one fact, a note that says so. An empty one gives none.
    """
    if not packet:
        return Facts()
    try:
        found = _Properties(_rdf(packet))
    except BadInput as error:
        return Facts(note=error.message)
    embargo, expires, instructions = read_handling(found.text("photoshop:Instructions") or "")
    circa = found.text("Iptc4xmpExt:CircaDateCreated") or ""
    return Facts(
        shows=found.text("dc:description"),
        headline=found.text("photoshop:Headline") or found.text("Iptc4xmpExt:Headline"),
        place=found.text("Iptc4xmpCore:Location") or found.of_location("Sublocation"),
        city=found.text("photoshop:City") or found.of_location("City"),
        state=found.text("photoshop:State") or found.of_location("ProvinceState"),
        country=found.text("photoshop:Country") or found.of_location("CountryName"),
        shot=read_stamp(found.text("photoshop:DateCreated") or "") or _roughly(circa),
        undated=True if circa == _UNDATED else None,
        released=read_stamp(found.text("xmpDM:releaseDate") or ""),
        creator=", ".join(found.texts("dc:creator")) or None,
        creator_title=found.text("photoshop:AuthorsPosition"),
        credit=found.text("photoshop:Credit"),
        person=found.texts("Iptc4xmpExt:PersonInImage"),
        rights=found.text("dc:rights") or found.text("xmpRights:UsageTerms"),
        language=found.text("dc:language"),
        keyword=found.texts("dc:subject"),
        embargo=embargo,
        expires=expires,
        event=found.text("Iptc4xmpExt:Event"),
        alt=found.text("Iptc4xmpCore:AltTextAccessibility"),
        job=found.text("photoshop:TransmissionReference"),
        rating=_rating(found.text("xmp:Rating") or ""),
        note=tidy(instructions),
    )


def read_xmp_location(packet: bytes) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, where a packet states them and they exist on Earth."""
    try:
        found = _Properties(_rdf(packet))
    except BadInput:
        return None
    latitude = _degrees(found.text("exif:GPSLatitude") or "", "NS")
    longitude = _degrees(found.text("exif:GPSLongitude") or "", "EW")
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude


def write_xmp(publication: Publication) -> bytes:
    """A whole packet, in UTF-8, that states a publication and nothing else; also an XMP sidecar's content.

    What is written is what :func:`footage.formats.writable.writable` makes of it.
    """
    publication = writable(publication)
    meta = ET.Element(_name("x:xmpmeta"))
    about = ET.SubElement(ET.SubElement(meta, _name("rdf:RDF")), _name("rdf:Description"))
    about.set(_name("rdf:about"), "")
    _describe(about, publication)
    _locate(about, publication)
    _administer(about, publication)
    _license(about, publication)
    if publication.kind is Kind.VIDEO:
        _tell_of_video(about, publication)
    ET.indent(meta, " ")
    body = ET.tostring(meta, encoding="unicode")
    head = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{head}\n{body}\n<?xpacket end="w"?>'.encode()


def _describe(about: ET.Element, publication: Publication) -> None:
    _put_language(about, "dc:description", publication.caption)
    _put(about, "photoshop:Headline", publication.headline)
    _put_language(about, "Iptc4xmpExt:Headline", publication.headline)
    _put_language(about, "dc:title", publication.story)
    _put_list(about, "dc:subject", "Bag", publication.keyword)
    _put_list(about, "dc:language", "Bag", (publication.language,))
    _put_list(about, "Iptc4xmpExt:PersonInImage", "Bag", publication.person)
    _put_language(about, "Iptc4xmpExt:Event", publication.event)
    _put_list(about, "Iptc4xmpExt:EventId", "Bag", publication.event_id)
    _put_language(about, "Iptc4xmpCore:AltTextAccessibility", publication.alt)
    _put_language(about, "Iptc4xmpCore:ExtDescrAccessibility", publication.extended_description)
    if publication.day_created is not None:
        _put(about, "photoshop:DateCreated", write_stamp(publication.day_created))
    elif publication.date_created is not None:
        _put(about, "Iptc4xmpExt:CircaDateCreated", moment_text(publication.date_created))
    if publication.undated:
        _put(about, "Iptc4xmpExt:CircaDateCreated", _UNDATED)
    warnings = publication.content_warnings
    for term, address in _structures(about, "Iptc4xmpExt:ContentWarning", "Bag", warnings):
        _put(term, "Iptc4xmpExt:CvTermId", address)


def _locate(about: ET.Element, publication: Publication) -> None:
    _put(about, "Iptc4xmpCore:Location", publication.place)
    _put(about, "photoshop:City", publication.city)
    _put(about, "photoshop:State", publication.state)
    _put(about, "photoshop:Country", publication.country)
    _put(about, "Iptc4xmpCore:CountryCode", publication.country_code)
    _put_place(about, "Iptc4xmpExt:LocationShown", publication.shown)
    _put_place(about, "Iptc4xmpExt:LocationCreated", publication.created or Place())
    if publication.location is not None:
        latitude, longitude = publication.location
        _put(about, "exif:GPSLatitude", _minutes(latitude, "NS"))
        _put(about, "exif:GPSLongitude", _minutes(longitude, "EW"))


def _put_place(about: ET.Element, name: str, place: Place) -> None:
    fields = {
        "Sublocation": place.sublocation,
        "City": place.city,
        "ProvinceState": place.state,
        "CountryName": place.country,
        "CountryCode": place.country_code,
    }
    for structure, _ in _structures(about, name, "Bag", ["".join(fields.values())]):
        for field, text in fields.items():
            _put(structure, f"Iptc4xmpExt:{field}", text)


def _administer(about: ET.Element, publication: Publication) -> None:
    _put_list(about, "dc:creator", "Seq", publication.creator)
    for entity, name in _structures(about, "Iptc4xmpExt:Creator", "Bag", publication.creator):
        _put_language(entity, "Iptc4xmpExt:Name", name)
    _put(about, "photoshop:AuthorsPosition", publication.creator_title)
    _put(about, "photoshop:CaptionWriter", publication.caption_writer)
    _put(about, "photoshop:Credit", publication.credit)
    _put(about, "photoshop:Source", publication.source)
    for entity, name in _structures(about, "Iptc4xmpExt:SupplyChainSource", "Bag", publication.relayed_by):
        _put_language(entity, "Iptc4xmpExt:Name", name)
    _put(about, "photoshop:Instructions", publication.handling)
    _put(about, "photoshop:TransmissionReference", publication.job)
    if publication.released is not None:
        _put(about, "xmpDM:releaseDate", write_stamp(publication.released))
    _put(about, "Iptc4xmpExt:DigitalSourceType", publication.digital_source_type)
    _put(about, "Iptc4xmpExt:DigImageGUID", publication.guid)
    for supplier, name in _structures(about, "plus:ImageSupplier", "Seq", (publication.supplier,)):
        _put(supplier, "plus:ImageSupplierName", name)


def _license(about: ET.Element, publication: Publication) -> None:
    _put_language(about, "dc:rights", publication.rights)
    _put_language(about, "xmpRights:UsageTerms", publication.usage_terms)
    _put(about, "plus:DataMining", publication.data_mining)


def _tell_of_video(about: ET.Element, publication: Publication) -> None:
    """What IPTC's Video Metadata Hub has and its photo metadata does not."""
    _put(about, "Iptc4xmpExt:ReleaseReady", str(publication.status is Status.USABLE))
    _put_language(about, "Iptc4xmpExt:Dopesheet", publication.dopesheet)
    pictures = [shot.keyframe for shot in publication.shots]
    for link, path in _structures(about, "Iptc4xmpExt:SnapshotLink", "Bag", pictures):
        _put(link, "Iptc4xmpExt:Link", escaped_path(path))
    texts = [link.href for link in publication.links if link.role == "subtitles"]
    for link, path in _structures(about, "Iptc4xmpExt:TimedTextLink", "Bag", texts):
        _put(link, "Iptc4xmpExt:Link", escaped_path(path))


def _put(parent: ET.Element, name: str, text: str) -> None:
    if text:
        ET.SubElement(parent, _name(name)).text = text


def _put_language(parent: ET.Element, name: str, text: str) -> None:
    if text:
        alternatives = ET.SubElement(ET.SubElement(parent, _name(name)), _name("rdf:Alt"))
        item = ET.SubElement(alternatives, _name("rdf:li"))
        item.set(_name("xml:lang"), "x-default")
        item.text = text


def _put_list(parent: ET.Element, name: str, container: str, texts: Iterable[str]) -> None:
    if told := [text for text in texts if text]:
        items = ET.SubElement(ET.SubElement(parent, _name(name)), _name(f"rdf:{container}"))
        for text in told:
            ET.SubElement(items, _name("rdf:li")).text = text


def _structures(
    parent: ET.Element, name: str, container: str, texts: Iterable[str]
) -> Iterator[tuple[ET.Element, str]]:
    """A new structure for each text that says something, in one list, and that text."""
    if told := [text for text in texts if text]:
        items = ET.SubElement(ET.SubElement(parent, _name(name)), _name(f"rdf:{container}"))
        for text in told:
            item = ET.SubElement(items, _name("rdf:li"))
            item.set(_name("rdf:parseType"), "Resource")
            yield item, text


def _minutes(degrees: float, letters: str) -> str:
    """Degrees as XMP writes them: ``48,16.5N``."""
    whole, minutes = divmod(round(abs(degrees) * 60_000_000), 60_000_000)
    return f"{whole},{minutes / 1_000_000:.6f}{letters[degrees < 0]}"


def _degrees(text: str, letters: str) -> float | None:
    match = _DEGREES.fullmatch(text.strip())
    if match is None or match[5] not in letters:
        return None
    degrees, minutes, seconds, fraction, letter = match.groups()
    size = int(degrees) + (float(minutes + (fraction or "")) + float(seconds or 0) / 60) / 60
    return -size if letter == letters[1] else size


def _roughly(text: str) -> Moment | None:
    """A day that is only about right; None where the text is something else."""
    try:
        return replace(parse_moment(text, dt.date.min), circa=True)
    except Usage:
        return None


def _rating(text: str) -> int | None:
    match = re.fullmatch(r"([0-5])(\.0+)?", text)
    return int(match[1]) if match else None


def _rdf(packet: bytes) -> ET.Element:
    """The packet's RDF element.

    Raises:
        BadInput: it is too large, too deep, declares a document type or entities, or is no XML or no XMP.
    """
    rdf = next(parse_xml(packet, "the file's XMP").iter(_name("rdf:RDF")), None)
    if rdf is None:
        raise BadInput("the file's XMP cannot be read: it holds no RDF")
    return rdf


class _Properties:
    """The properties that a packet's descriptions state, in whichever of RDF's spellings."""

    def __init__(self, rdf: ET.Element) -> None:
        self._nodes: dict[str, list[ET.Element]] = {}
        for description in rdf.findall(_name("rdf:Description")):
            for node in _fields(description):
                self._nodes.setdefault(node.tag, []).append(node)

    def text(self, name: str) -> str | None:
        """One text: of alternatives the default one, of a list the first."""
        for node in self._named(name):
            items = _items(node)
            chosen = [item for item in items if item.get(_name("xml:lang")) == "x-default"] or items
            if chosen and (said := tidy(_said(chosen[0]))):
                return said
        return None

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts of a list, without repetitions."""
        return tidy_all(_said(item) for node in self._named(name) for item in _items(node))

    def of_location(self, field: str) -> str | None:
        """A field of the first place shown, else of the place where the camera stood."""
        for name in ("Iptc4xmpExt:LocationShown", "Iptc4xmpExt:LocationCreated"):
            for node in self._named(name):
                for item in _items(node)[:1]:
                    if said := tidy(_field(item, f"Iptc4xmpExt:{field}")):
                        return said
        return None

    def _named(self, name: str) -> list[ET.Element]:
        return self._nodes.get(_name(name), [])


def _fields(structure: ET.Element) -> Iterator[ET.Element]:
    """What a structure states, spelt as attributes or as elements."""
    for name, text in structure.items():
        node = ET.Element(name)
        node.text = text
        yield node
    yield from structure


def _field(item: ET.Element, name: str) -> str:
    """One field of a structure, spelt with or without a description of its own."""
    inner = item.find(_name("rdf:Description"))
    for node in _fields(item if inner is None else inner):
        if node.tag == _name(name):
            return next(map(_said, _items(node)), "")
    return ""


def _items(node: ET.Element) -> list[ET.Element]:
    """The members of a property's list or alternatives, or the property itself."""
    for container in ("rdf:Alt", "rdf:Seq", "rdf:Bag"):
        if (found := node.find(_name(container))) is not None:
            return found.findall(_name("rdf:li"))
    return [node]


def _said(node: ET.Element) -> str:
    """A value's text, also where it is qualified or an address."""
    for path in (_name("rdf:value"), f"{_name('rdf:Description')}/{_name('rdf:value')}"):
        if (value := node.findtext(path)) is not None:
            return value
    return (node.text or "").strip() or node.get(_name("rdf:resource"), "")


def _name(prefixed: str) -> str:
    prefix, _, name = prefixed.partition(":")
    return f"{{{_NAMESPACES[prefix]}}}{name}"

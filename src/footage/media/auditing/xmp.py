"""XMP packets: caption, credit, rights and what the desk states may stay; all else is reported.

Sources: ISO 16684-1; XMP specification parts 2 and 3; IPTC Photo Metadata 2025.1; Google's Photos metadata
(GCamera, Container, GDepth); Metadata Working Group's regions.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from defusedxml import ElementTree as DefusedET

from footage.media.auditing.findings import Findings, quoted
from footage.model.leak import Item

LARGEST_PACKET = 4 << 20
"""Bytes of a packet that is still read."""

_DEEPEST = 60
_MOST_ELEMENTS = 50_000
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML = "http://www.w3.org/XML/1998/namespace"
_PREFIXES = {
    "adobe:ns:meta/": "x",
    _RDF: "rdf",
    _XML: "xml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://cipa.jp/exif/2.32/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia/": "xmpDM",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/Version#": "stVer",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions#": "stDim",
    "http://ns.adobe.com/camera-raw-settings/1.0/": "crs",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#": "MP",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MP",
    "http://ns.apple.com/faceinfo/1.0/": "apple-fi",
    "http://ns.google.com/photos/1.0/camera/": "GCamera",
    "http://ns.google.com/photos/1.0/image/": "GImage",
    "http://ns.google.com/photos/1.0/depthmap/": "GDepth",
    "http://ns.google.com/photos/dd/1.0/device/": "GDepth",
    "http://ns.google.com/photos/1.0/container/": "Container",
    "http://ns.google.com/photos/1.0/container/item/": "Container",
    "http://ns.google.com/photos/1.0/audio/": "GAudio",
    "http://ns.google.com/photos/1.0/panorama/": "GPano",
    "http://ns.adobe.com/hdr-gain-map/1.0/": "hdrgm",
    "http://ns.apple.com/HDRGainMap/1.0/": "hdrgm",
    "http://ns.apple.com/pixeldatainfo/1.0/": "pixeldata",
    "http://www.dji.com/drone-dji/1.0/": "drone-dji",
}
# Names that tell something wherever they stand, the first that fits counting.
_TELLING: tuple[tuple["re.Pattern[str]", Item, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), item, words)
    for pattern, item, words in (
        (r"xmp:Thumbnails|xmpGImg:.*|xmp:PageInfo|GImage:.*", Item.XMP_THUMBNAIL, "a small picture"),
        (r"xmpNote:HasExtendedXMP", Item.EXTENDED_XMP, "that it goes on in further segments"),
        (r"hdrgm:.*|pixeldata:.*", Item.GAIN_MAP, "a gain map"),
        (r"GDepth:.*", Item.DEPTH_MAP, "a depth map"),
        (r"GCamera:(Micro|Motion).*|.*MotionPhoto.*|.*MicroVideo.*", Item.MOTION_PHOTO, "a video"),
        (r"GAudio:.*", Item.EMBEDDED_PICTURE, "sound that goes with the picture"),
        (r"Container:.*", Item.MOTION_PHOTO, "further pictures or a video behind this one"),
        (
            r"(?!exif:GPSVersionID).*GPS.*|.*:Lat(itude)?|.*:Lon(gitude|g)?|.*Altitude",
            Item.GPS,
            "coordinates",
        ),
        (r"stRef:filePath|stRef:.*[Pp]ath|xmpDM:.*[Pp]ath", Item.LOCAL_PATH, "a path on a computer"),
        (
            r"mwg-rs:.*|MP:.*Region.*|apple-fi:.*|.*:ImageRegion",
            Item.FACE_REGIONS,
            "where faces or things are",
        ),
        (r"aux:OwnerName|exifEX:CameraOwnerName", Item.OWNER_NAME, "the camera's owner"),
        (r".*Serial.*|aux:ImageNumber|.*:ImageUniqueID", Item.SERIAL_NUMBER, "a serial number"),
        (
            r"tiff:(Make|Model)|.*Lens.*|drone-dji:.*|exif:DeviceSettingDescription",
            Item.CAMERA_MAKE,
            "the camera",
        ),
        (
            r"xmpMM:(History|DerivedFrom|Ingredients|Pantry|Manifest|RenditionOf|Versions).*"
            r"|photoshop:(DocumentAncestors|History|TextLayers|EmbeddedXMPDigest)|crs:.*|xmpDM:(Tracks|markers)",
            Item.EDIT_HISTORY,
            "how it was edited",
        ),
        (r"(xmp|tiff):(CreatorTool|Software)", Item.CREATOR_TOOL, "the program it was made with"),
        (
            r"xmp:(Create|Modify|Metadata)Date|(exif|exifEX):(DateTime|SubSecTime|OffsetTime).*|tiff:DateTime",
            Item.CREATION_TIME,
            "a time",
        ),
    )
)
# Nothing but what shows the picture, and what a desk states.
_STATED = re.compile(
    r"rdf:.*|xml:.*|dc:.*|xmpRights:.*|Iptc4xmpCore:.*|Iptc4xmpExt:.*|plus:.*|lr:.*"
    r"|photoshop:(Headline|Credit|Source|Instructions|City|State|Country|TransmissionReference|DateCreated"
    r"|CaptionWriter|AuthorsPosition|Category|SupplementalCategories|Urgency|ColorMode|ICCProfile|LegacyIPTCDigest"
    r"|SidecarForExtension)|MicrosoftPhoto:(Rating|LastKeyword.*)|xmp:(Rating|Label|Identifier)|xmpDM:releaseDate"
    r"|tiff:(Orientation|ImageWidth|ImageLength|[XY]Resolution|ResolutionUnit|BitsPerSample|SamplesPerPixel"
    r"|Compression|PhotometricInterpretation|PlanarConfiguration|YCbCr.*|ImageDescription|Artist|Copyright)"
    r"|exif:(Pixel[XY]Dimension|ColorSpace|ExifVersion|FlashpixVersion|ComponentsConfiguration|UserComment"
    r"|GPSVersionID)|exifEX:Gamma"
)
_SETTINGS = re.compile(r"exif:.*|exifEX:.*|aux:.*|tiff:.*|GPano:.*")
# How a film is coded; and what belongs to a history that is told anyway.
_TECHNICAL = re.compile(
    r"xmpDM:(video|audio|startTime|altTimecode|duration|time(Format|Value)|scale|value|trackType|frameRate).*"
    r"|st(Dim|Ref|Evt|Ver):.*"
)
_IDS = re.compile(r"xmpMM:.*(ID|RenditionClass|Version.*)")
_PICTURE = re.compile(r"\s*(/9j/|iVBORw0KGgo|R0lGOD|UklGR|AAAA[A-Za-z0-9+/]{4}Z0eX|SUkqA|TU0AK)")
_LONGEST_WORDS = 20_000


def audit_xmp(packet: bytes, found: Findings) -> None:
    """Look through a packet."""
    if not packet.strip(b"\0\t\n\r "):
        return
    if len(packet) > LARGEST_PACKET:
        found.unread("its XMP", f"is larger than {LARGEST_PACKET >> 20} MiB")
        return
    try:
        for name, text in _named(packet):
            _property(name, text, found)
    except (ET.ParseError, ValueError, LookupError, RecursionError) as error:
        found.unread("its XMP", f"is no XML that may be read ({error})")


def stated_texts(packet: bytes) -> frozenset[str]:
    """The texts of a packet's properties that a desk states; none where it cannot be read."""
    try:
        return frozenset(text.strip() for name, text in _named(packet) if _STATED.fullmatch(name))
    except (ET.ParseError, ValueError, LookupError, RecursionError):
        return frozenset()


def _named(packet: bytes) -> Iterator[tuple[str, str]]:
    """Every element and attribute with its prefix, and its text."""
    text = io.BytesIO(packet.strip(b"\0\t\n\r "))
    depth = count = 0
    for event, element in DefusedET.iterparse(text, ("start", "end", "comment"), forbid_dtd=True):
        if event == "comment":
            yield "comment", element.text or ""
            continue
        if event == "end":
            depth -= 1
            yield _prefixed(element.tag), element.text or ""
            yield "text", element.tail or ""
            continue
        depth, count = depth + 1, count + 1
        if depth > _DEEPEST or count > _MOST_ELEMENTS:
            raise ValueError("it is nested too deeply or has too many parts")
        for name, value in element.attrib.items():
            yield _prefixed(name), value


def _property(name: str, text: str, found: Findings) -> None:
    if _PICTURE.match(text) and len(text) > 200:
        found.leak(Item.XMP_THUMBNAIL, f"XMP's {name} holds a picture")
        return
    if name == "x:xmptk":
        found.trace(Item.ENCODER, f"XMP was written by {quoted(text)}")
        return
    for pattern, item, words in _TELLING:
        if pattern.fullmatch(name):
            found.leak(item, f"XMP tells {words} ({name})")
            return
    if name in ("comment", "text"):
        if text.strip():
            found.leak(Item.XMP_PROPERTY, f"XMP holds words outside its properties: {quoted(text)}")
    elif len(text) > _LONGEST_WORDS:
        found.leak(Item.XMP_PROPERTY, f"XMP's {name} holds {len(text):,} characters")
    elif _IDS.fullmatch(name):
        found.trace(Item.DOCUMENT_ID, f"XMP holds a number of the document ({name})")
    elif _STATED.fullmatch(name) or _TECHNICAL.fullmatch(name) or name.startswith("x:"):
        return
    elif _SETTINGS.fullmatch(name):
        found.trace(Item.CAMERA_SETTINGS, "XMP says how the camera was set")
    else:
        found.leak(Item.XMP_PROPERTY, f"XMP holds {name}")


def _prefixed(name: str) -> str:
    """A name with its namespace's usual prefix; an unknown namespace in full."""
    if not name.startswith("{"):
        return name
    address, _, local = name[1:].partition("}")
    return f"{_PREFIXES.get(address, address)}:{local}"

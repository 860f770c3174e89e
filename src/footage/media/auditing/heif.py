"""HEIC and AVIF stills: every item, and every byte that belongs to none.

Sources: ISO/IEC 14496-12, 8.11 (items), ISO/IEC 23008-12 (HEIF), ISO/IEC 23000-22 (MIAF), AV1 Image File
Format, Apple's gain maps and depth.
"""

from dataclasses import dataclass, field

from footage.media.auditing.boxes import Box, audit_data_references, audit_rest, boxes
from footage.media.auditing.colour import audit_icc
from footage.media.auditing.exif import audit_exif
from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.source import BROKEN, LARGEST, Malformed, Source, gaps
from footage.media.auditing.user_data import audit_track_name
from footage.media.auditing.xmp import audit_xmp
from footage.model.leak import Item

_MOST_ITEMS = 20_000
_PICTURES = frozenset(
    (b"hvc1", b"av01", b"grid", b"iden", b"iovl", b"jpeg", b"avc1", b"tmap", b"unci", b"j2k1")
)
_SHOWING = frozenset(
    (
        *(b"ispe", b"pixi", b"colr", b"hvcC", b"av1C", b"avcC", b"auxC", b"irot", b"imir", b"pasp", b"clap"),
        *(b"lsel", b"a1op", b"a1lx", b"mdcv", b"clli", b"cclv", b"rloc", b"amve", b"ndwt", b"lhvC", b"tols"),
        *(b"free", b"skip", b"prfr", b"rref"),
    )
)
_ALPHA = (
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
    b"urn:mpeg:avc:2015:auxid:1",
)
_DEPTH = (b"depth", b"disparity", b"auxid:2")
_GAIN = (b"hdrgainmap", b"gainmap")
_LEAST_CROP = 64


@dataclass(slots=True)
class Items:
    """What a ``meta`` box lists.

    Attributes:
        kinds: each item's type; ``labels`` its content type, or address.
        places: where each item's bytes lie in the file.
        links: references: (kind, from, to).
        properties: of each item, the boxes; ``named`` the bytes that ``idat`` holds for items.
    """

    primary: int = 0
    kinds: dict[int, bytes] = field(default_factory=dict)
    labels: dict[int, bytes] = field(default_factory=dict)
    places: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    links: list[tuple[bytes, int, int]] = field(default_factory=list)
    properties: dict[int, list[Box]] = field(default_factory=dict)
    idat: tuple[int, int] = (0, 0)


def audit_items(source: Source, meta: Box, found: Findings) -> list[tuple[int, int]]:
    """Look through a still's directory of items; gives which bytes of the file belong to them.

    Raises:
        Malformed: it makes no sense.
    """
    items = _read(source, meta, found)
    for number in items.kinds:
        try:
            _item(source, items, number, found)
        except BROKEN as error:
            found.unread(f"item {number}", error)
    _crop(source, items, found)
    named = [place for places in items.places.values() for place in places]
    first, last = items.idat
    for start, end in gaps(named, first, last):
        if not source.blank(start, end):
            words = f"{bytes_counted(end - start)} beside its items"
            found.leak(Item.UNREFERENCED_BYTES, words)
    return named


def _read(source: Source, meta: Box, found: Findings) -> Items:
    items = Items()
    inner = list(boxes(source, meta.body + 4, meta.end))
    for box in sorted(inner, key=lambda each: each.kind != b"idat"):
        body = source.part(box.body, box.end)
        match box.kind:
            case b"idat":
                items.idat = (box.body, box.end)
            case b"pitm":
                items.primary = body.number(4, 2 if body.number(0, 1) == 0 else 4)
            case b"iinf":
                _infos(source, box, items, found)
            case b"iloc":
                _locations(body, items)
            case b"iref":
                _references(source, box, items)
            case b"iprp":
                _properties(source, box, items, found)
            case b"hdlr":
                name = body.at(24, 200).split(b"\0")[0].decode("utf-8", "replace")
                audit_track_name(name, found)
            case b"dinf":
                audit_data_references(source, box, found)
            case _ if box.kind not in (b"grpl", b"ipro"):
                audit_rest(source, box, found, "its directory")
    return items


def _infos(source: Source, box: Box, items: Items, found: Findings) -> None:
    wide = source.number(box.body, 1) != 0
    for info in boxes(source, box.body + (8 if wide else 6), box.end):
        version = source.number(info.body, 1)
        if version < 2:
            raise Malformed("lists its items in an old way")
        size = 2 if version == 2 else 4
        at = info.body + 4
        number, kind = source.number(at, size), source.at(at + size + 2, 4)
        name, _, rest = source.at(at + size + 6, info.end - at - size - 6).partition(b"\0")
        items.kinds[number] = kind
        items.labels[number] = rest.split(b"\0")[0]
        if name and name not in (b"Exif", b"XMP", b"mime", b"Color", b"Alpha", b"HEVC Image", b"AV1 Image"):
            found.text(Item.HEIF_DESCRIPTION, "the name of an item", name.decode("utf-8", "replace"))
        if len(items.kinds) > _MOST_ITEMS:
            raise Malformed(f"lists more than {_MOST_ITEMS:,} items")


def _locations(body: Source, items: Items) -> None:
    version, sizes, more = body.number(0, 1), body.number(4, 1), body.number(5, 1)
    offset, length, base = sizes >> 4, sizes & 15, more >> 4
    index = more & 15 if version else 0
    wide = 4 if version == 2 else 2
    count, at = body.number(6, wide), 6 + wide

    def take(size: int) -> int:
        nonlocal at
        value = body.number(at, size) if size else 0
        at += size
        return value

    for _ in range(min(count, _MOST_ITEMS)):
        item = take(wide)
        method = take(2) & 15 if version else 0
        take(2)
        start = take(base)
        if method == 1:
            start += items.idat[0]
        places = []
        for _ in range(take(2)):
            take(index)
            first, size = start + take(offset), take(length)
            places.append((first, first + size))
        items.places[item] = [] if method == 2 else places


def _references(source: Source, box: Box, items: Items) -> None:
    size = 4 if source.number(box.body, 1) else 2
    for link in boxes(source, box.body + 4, box.end):
        origin = source.number(link.body, size)
        count = source.number(link.body + size, 2)
        for number in range(min(count, _MOST_ITEMS)):
            target = source.number(link.body + size + 2 + number * size, size)
            items.links.append((link.kind, origin, target))


def _properties(source: Source, box: Box, items: Items, found: Findings) -> None:
    held: list[Box] = []
    for part in boxes(source, box.body, box.end):
        if part.kind == b"ipco":
            held = list(boxes(source, part.body, part.end))
            for each in held:
                _property(source, each, found)
        elif part.kind == b"ipma":
            _associate(source.part(part.body, part.end), held, items)


def _associate(body: Source, held: list[Box], items: Items) -> None:
    number_size = 4 if body.number(0, 1) else 2
    index_size = 2 if body.number(3, 1) & 1 else 1
    at = 8
    for _ in range(min(body.number(4, 4), _MOST_ITEMS)):
        item, count = body.number(at, number_size), body.number(at + number_size, 1)
        at += number_size + 1
        for _ in range(count):
            index = body.number(at, index_size) & (0x7F if index_size == 1 else 0x7FFF)
            at += index_size
            if 0 < index <= len(held):
                items.properties.setdefault(item, []).append(held[index - 1])


def _property(source: Source, box: Box, found: Findings) -> None:
    match box.kind:
        case b"udes":
            words = source.at(box.body + 4, 400).replace(b"\0", b" ").decode("utf-8", "replace")
            found.text(Item.HEIF_DESCRIPTION, "a description", words)
        case b"colr" if source.at(box.body, 4) in (b"prof", b"rICC"):
            audit_icc(source.at(box.body + 4, box.end - box.body - 4), found)
        case b"crtt" | b"mdft":
            found.leak(Item.CREATION_TIME, "when it was made")
        case _ if box.kind not in _SHOWING:
            audit_rest(source, box, found, "its properties")


def _item(source: Source, items: Items, number: int, found: Findings) -> None:
    kind, label = items.kinds[number], items.labels[number]
    content = [source.at(start, min(end - start, LARGEST)) for start, end in items.places.get(number, [])]
    if kind in _PICTURES:
        _picture(source, items, number, found)
    elif kind == b"Exif":
        data = b"".join(content)
        skip = 4 + int.from_bytes(data[:4])
        told = audit_exif(_block(data[skip:]), found)
        (found.leak if told else found.trace)(Item.HEIF_EXIF, "an item of EXIF")
    elif kind == b"mime" and label == b"application/rdf+xml":
        audit_xmp(b"".join(content), found)
    elif kind in (b"mime", b"uri "):
        size = sum(map(len, content))
        what = quoted(label.decode("latin-1")) if label else "of an unknown kind"
        found.leak(Item.HEIF_MIME_ITEM, f"an item {what} of {bytes_counted(size)}")
    else:
        found.leak(Item.UNKNOWN_PART, f"an item {quoted(kind.decode('latin-1'))}")


def _block(data: bytes) -> Source:
    from footage.media.auditing.source import source_of

    return source_of(data.removeprefix(b"Exif\0\0"))


def _picture(source: Source, items: Items, number: int, found: Findings) -> None:
    """Say what a picture is for that is neither the shown one, nor a part of it, nor its transparency."""
    auxiliary = _auxiliary_kind(source, items, number)
    if items.kinds[number] == b"tmap":
        found.leak(Item.GAIN_MAP, "a second picture brightens the first (gain map)")
    elif any(kind == b"thmb" and origin == number for kind, origin, _ in items.links):
        found.leak(Item.HEIF_THUMBNAIL, "it holds a small picture")
    elif any(word in auxiliary for word in _GAIN):
        found.leak(Item.GAIN_MAP, "a second picture brightens the first (gain map)")
    elif any(word in auxiliary for word in _DEPTH):
        found.leak(Item.DEPTH_MAP, "a second picture tells distances")
    elif auxiliary in _ALPHA:
        return
    elif auxiliary or any(kind == b"auxl" and origin == number for kind, origin, _ in items.links):
        what = quoted(auxiliary.decode("latin-1")) if auxiliary else "of an unknown kind"
        found.leak(Item.HEIF_AUXILIARY, f"an auxiliary picture {what}")
    elif number not in _shown(items):
        found.leak(Item.HEIF_EXTRA_PICTURE, f"a further picture (item {number})")


def _auxiliary_kind(source: Source, items: Items, number: int) -> bytes:
    for box in items.properties.get(number, []):
        if box.kind == b"auxC":
            return source.at(box.body + 4, box.end - box.body - 4).split(b"\0")[0]
    return b""


def _shown(items: Items) -> set[int]:
    """The primary picture, all it is made of, and what tells its transparency, with all that is made of."""
    shown, waiting = set[int](), [items.primary]
    waiting += [origin for kind, origin, target in items.links if kind == b"auxl" and target == items.primary]
    while waiting:
        number = waiting.pop()
        if number in shown:
            continue
        shown.add(number)
        waiting += [target for kind, origin, target in items.links if kind == b"dimg" and origin == number]
    return shown


def _crop(source: Source, items: Items, found: Findings) -> None:
    """Note where much of the shown picture is cropped away."""
    size, crop = None, None
    for box in items.properties.get(items.primary, []):
        if box.kind == b"ispe":
            size = source.number(box.body + 4, 4), source.number(box.body + 8, 4)
        elif box.kind == b"clap":
            crop = clean_aperture(source, box.body)
    if size and crop and any(whole - part > _LEAST_CROP for whole, part in zip(size, crop, strict=True)):
        words = f"{size[0]} x {size[1]} pixels are there, {crop[0]} x {crop[1]} are shown"
        found.leak(Item.HIDDEN_BY_CROP, words)


def clean_aperture(source: Source, at: int) -> tuple[int, int]:
    """Width and height of a clean aperture, in whole pixels."""
    numbers = [source.number(at + 4 * number, 4) for number in range(4)]
    return numbers[0] // max(1, numbers[1]), numbers[2] // max(1, numbers[3])

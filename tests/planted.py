"""Files that carry what they should not, one thing each, and files that do not: for tests and figures.

Real writers make them where one writes such a thing (Pillow, FFmpeg, pillow-heif); the rest is spliced by
hand into what they wrote.
"""

import base64
import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin, TiffImagePlugin

import clips
from footage.formats.iim import write_iim
from footage.formats.xmp import write_xmp
from footage.media.embed import WITH_IIM, WITH_XMP, embed
from footage.media.picture import Picture
from footage.media.publish import publish_video
from footage.media.sandbox import Sandbox, rendering_limits
from footage.media.sniff import FORMATS, HEAD_SIZE, sniff
from footage.media.still import encode
from footage.model.progress import Silent
from publications import EXAMPLE

SIZE = (96, 64)
OWN_XMP = write_xmp(replace(EXAMPLE, location=None))
_TUNE = ("-f", "lavfi", "-i", "sine=duration=0.4:sample_rate=48000")
_XMP_HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" '
)


@dataclass(frozen=True)
class Planted:
    """A file with one leak: the item's name, the file's name, and what writes it at a path."""

    item: str
    name: str
    make: Callable[[Path], None]


PLANTED: list[Planted] = []


def plant(item: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a maker: it gives the file's bytes, or writes the path that it takes."""

    def register(maker: Callable[..., Any]) -> Callable[..., Any]:
        def make(path: Path) -> None:
            if maker.__code__.co_argcount:
                maker(path)
            else:
                path.write_bytes(maker())

        PLANTED.append(Planted(item, name, make))
        return maker

    return register


# pieces


def picture(size: tuple[int, int] = SIZE) -> Image.Image:
    """A picture with something in it."""
    return Image.fromarray(clips.draw(7, size))


def saved(format_name: str, size: tuple[int, int] = SIZE, **options: Any) -> bytes:
    """A picture as Pillow writes it."""
    file = io.BytesIO()
    picture(size).save(file, format_name, **options)
    return file.getvalue()


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2) + body


def in_jpeg(*segments: bytes) -> bytes:
    """A JPEG with more segments behind its first."""
    data = saved("JPEG")
    at = 4 + int.from_bytes(data[4:6])
    return data[:at] + b"".join(segments) + data[at:]


def resources(number: int, data: bytes) -> bytes:
    """A JPEG segment with one of Photoshop's resources."""
    block = b"8BIM" + struct.pack(">HH I", number, 0, len(data)) + data + bytes(len(data) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + block)


def xmp(attributes: str, inside: str = "") -> bytes:
    """An XMP packet with a description of given attributes and elements."""
    return f"{_XMP_HEAD}{attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>".encode()


def xmp_jpeg(attributes: str, inside: str = "") -> bytes:
    """A JPEG with such a packet."""
    return in_jpeg(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + xmp(attributes, inside)))


def exif_jpeg(tags: Mapping[int, Any], below: Mapping[int, Any] | None = None) -> bytes:
    """A JPEG with EXIF of Pillow's; ``below`` stands in the EXIF directory."""
    exif = Image.Exif()
    exif.update(tags)
    exif.get_ifd(0x8769).update(below or {})
    return saved("JPEG", exif=exif)


def thumbnail_exif(*, linked: bool = True) -> bytes:
    """An EXIF block with a small JPEG, which the first directory leads to or does not."""
    small = saved("JPEG", (32, 20))
    first = struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 1, 0, 26 if linked else 0)
    second = (
        struct.pack("<H", 2)
        + struct.pack("<HHII", 0x0201, 4, 1, 56)
        + struct.pack("<HHII", 0x0202, 4, 1, len(small))
    )
    return b"II*\0\x08\0\0\0" + first + second + bytes(4) + small


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def in_png(*chunks: bytes) -> bytes:
    """A PNG with more chunks behind its first."""
    data = saved("PNG")
    return data[:33] + b"".join(chunks) + data[33:]


def riff(kind: bytes, body: bytes) -> bytes:
    """A RIFF chunk."""
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)


def in_webp(kind: bytes, body: bytes) -> bytes:
    """A WebP with one more chunk at its end."""
    data = saved("WEBP") + riff(kind, body)
    return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]


def box(kind: bytes, body: bytes) -> bytes:
    """A box of MP4."""
    return (8 + len(body)).to_bytes(4) + kind + body


def clip(path: Path, *options: str, suffix: str = ".mp4", codec: str = "h264", audio: bool = True) -> Path:
    """A small clip beside a path, made once for a folder, and written to the path with more options."""
    base = path.parent / f"base-{codec}{'' if audio else '-silent'}{suffix}"
    if not base.exists():
        clips.make(base, codec=codec, frames=12, size=SIZE, audio=audio)
    if options:
        clips.run("-i", base, "-map", "0", "-c", "copy", "-fflags", "+bitexact", *options, path)
        return path
    path.write_bytes(base.read_bytes())
    return path


def with_part(path: Path, part: bytes, *where: bytes) -> None:
    """Put a box into one of a clip's movie's, at its end; the film's data lies before it."""
    content = path.read_bytes()
    at = content.index(b"moov") - 4
    for kind in where[1:]:
        at = content.index(kind, at) - 4
    size = int.from_bytes(content[at : at + 4])
    body = content[at + 8 : at + size] + part
    path.write_bytes(clips.with_box(content, where, body))


def mkv_element(number: int, body: bytes) -> bytes:
    """An element of Matroska, with a size of eight bytes."""
    return number.to_bytes((number.bit_length() + 7) // 8) + (1 << 56 | len(body)).to_bytes(8) + body


def units(path: Path, codec: str, *more: bytes) -> Path:
    """A clip with more units before its second picture (H.264, HEVC), written to a path."""
    raw = path.with_suffix(f".{codec}")
    clips.run("-i", clip(path.with_name(f"plain-{codec}.mp4"), codec=codec), "-map", "0:v", "-c", "copy", raw)
    data = raw.read_bytes()
    heads = (b"\x41",) if codec == "h264" else (b"\x02\x01", b"\x00\x01")
    start = min(at for head in heads if (at := data.find(b"\0\0\1" + head)) > 0)
    raw.write_bytes(data[:start] + b"".join(b"\0\0\1" + unit for unit in more) + data[start:])
    timed = ("-bsf:v", "setts=pts=3600*N:dts=3600*N:time_base=1/90000")
    clips.run("-f", codec, "-framerate", "25", "-i", raw, *timed, "-c", "copy", "-fflags", "+bitexact", path)
    raw.unlink()
    return path


# stills

_NIKON = b"Nikon\0\x02\x10\0\0serial 2003121"


@plant("exif-thumbnail", "linked.jpg")
def _exif_thumbnail() -> bytes:
    return in_jpeg(segment(0xE1, b"Exif\0\0" + thumbnail_exif()))


@plant("exif-thumbnail", "orphan.jpg")
def _exif_orphan() -> bytes:
    return in_jpeg(segment(0xE1, b"Exif\0\0" + thumbnail_exif(linked=False)))


@plant("jfif-thumbnail", "jfif.jpg")
def _jfif() -> bytes:
    data = saved("JPEG")
    at = 4 + int.from_bytes(data[4:6])
    return data[:2] + segment(0xE0, data[6 : at - 2] + b"\x02\x02" + bytes(range(12))) + data[at:]


@plant("jfxx-thumbnail", "jfxx.jpg")
def _jfxx() -> bytes:
    return in_jpeg(segment(0xE0, b"JFXX\0\x10" + saved("JPEG", (16, 16))))


@plant("iptc-thumbnail", "photoshop.jpg")
def _resource_thumbnail() -> bytes:
    return in_jpeg(resources(0x040C, bytes(28) + saved("JPEG", (16, 16))))


@plant("iptc-thumbnail", "iim.jpg")
def _iim_thumbnail() -> bytes:
    small = saved("JPEG", (16, 16))
    return in_jpeg(resources(0x0404, b"\x1c\x02\xca" + len(small).to_bytes(2) + small))


@plant("xmp-thumbnail", "xmp-thumbnail.jpg")
def _xmp_thumbnail() -> bytes:
    small = base64.b64encode(saved("JPEG", (16, 16))).decode()
    names = 'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:g="http://ns.adobe.com/xap/1.0/g/img/"'
    inside = f"<rdf:Alt><rdf:li rdf:parseType='Resource'><g:image>{small}</g:image></rdf:li></rdf:Alt>"
    return xmp_jpeg(names, f"<xmp:Thumbnails>{inside}</xmp:Thumbnails>")


@plant("extended-xmp", "extended.jpg")
def _extended() -> bytes:
    return in_jpeg(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32 + bytes(8) + b"<x/>"))


@plant("maker-note", "maker-note.jpg")
def _maker_note() -> bytes:
    return exif_jpeg({}, {0x927C: _NIKON})


@plant("maker-note-preview", "preview.jpg")
def _maker_note_preview() -> bytes:
    return exif_jpeg({}, {0x927C: _NIKON + saved("JPEG", (16, 16))})


@plant("mpf-picture", "mpf.jpg")
def _mpf() -> bytes:
    first, second = saved("JPEG"), saved("JPEG", (32, 20))
    entries = struct.pack("<IIIHH", 0x030000, len(first), 0, 0, 0) + struct.pack(
        "<IIIHH", 0, len(second), 9, 0, 0
    )
    tags = struct.pack("<HHI4s", 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, 2)
    tags += struct.pack("<HHII", 0xB002, 7, 32, 50)
    return in_jpeg(segment(0xE2, b"MPF\0II*\0\x08\0\0\0\x03\0" + tags + bytes(4) + entries)) + second


@plant("gain-map", "gain-map.jpg")
def _gain_map() -> bytes:
    return in_jpeg(segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0" + bytes(4))) + saved("JPEG", (32, 20))


@plant("gain-map", "gain-map-xmp.jpg")
def _gain_map_xmp() -> bytes:
    return xmp_jpeg('xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"')


@plant("depth-map", "depth.jpg")
def _depth() -> bytes:
    return xmp_jpeg('xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Format="RangeInverse"')


@plant("motion-photo", "motion.jpg")
def _motion(path: Path) -> None:
    path.write_bytes(saved("JPEG") + clip(path.with_name("motion.mp4")).read_bytes())
    path.with_name("motion.mp4").unlink()


@plant("c2pa", "c2pa.jpg")
def _c2pa_jpeg() -> bytes:
    return in_jpeg(segment(0xEB, b"JP\0\x01\0\0\0\x01" + box(b"jumb", box(b"jumd", b"c2pa" + bytes(20)))))


@plant("trailing-bytes", "behind.jpg")
def _behind_jpeg() -> bytes:
    return saved("JPEG") + saved("JPEG", (32, 20))


@plant("jpeg-comment", "comment.jpg")
def _comment() -> bytes:
    return saved("JPEG", comment="shot from the roof of the school")


@plant("jpeg-segment", "segment.jpg")
def _segment() -> bytes:
    return in_jpeg(segment(0xE5, b"Samsung\0" + bytes(range(40))))


@plant("photoshop-resource", "paths.jpg")
def _paths() -> bytes:
    return in_jpeg(resources(0x041E, b"\0\0\0\1https://internal.example/raw"))


@plant("iptc-dataset", "iim-raster.jpg")
def _raster() -> bytes:
    return in_jpeg(resources(0x0404, b"\x1c\x08\x0a" + (40).to_bytes(2) + bytes(range(40))))


@plant("unreferenced-bytes", "between.jpg")
def _between() -> bytes:
    return in_jpeg(b"hidden words between two segments")


@plant("gps", "gps.jpg")
def _gps() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 35.0, 40.0), 3: "E", 4: (37.0, 59.0, 59.0)})
    return saved("JPEG", exif=exif)


@plant("gps", "gps-xmp.jpg")
def _gps_xmp() -> bytes:
    return xmp_jpeg('xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,35.67N"')


@plant("camera-make", "camera.jpg")
def _camera() -> bytes:
    return exif_jpeg({0x010F: "SONY", 0x0110: "ILCE-7M3"})


@plant("serial-number", "serial.jpg")
def _serial() -> bytes:
    return exif_jpeg({}, {0xA431: "4512345"})


@plant("owner-name", "owner.jpg")
def _owner() -> bytes:
    return exif_jpeg({}, {0xA430: "O. Kovalenko"})


@plant("creation-time", "taken.jpg")
def _taken() -> bytes:
    return exif_jpeg({}, {0x9003: "2023:03:24 10:00:00"})


@plant("exif-tag", "user-comment.jpg")
def _user_comment() -> bytes:
    return exif_jpeg({}, {0x9286: b"ASCII\0\0\0the house of the witness"})


@plant("creator-tool", "tool.jpg")
def _tool() -> bytes:
    return xmp_jpeg(
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="Adobe Photoshop 25.0 (Macintosh)"'
    )


@plant("edit-history", "history.jpg")
def _history() -> bytes:
    inside = "<xmpMM:History><rdf:Seq><rdf:li>saved</rdf:li></rdf:Seq></xmpMM:History>"
    return xmp_jpeg('xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"', inside)


@plant("face-regions", "faces.jpg")
def _faces() -> bytes:
    names = 'xmlns:mwg="http://www.metadataworkinggroup.com/schemas/regions/"'
    return xmp_jpeg(names, "<mwg:Regions rdf:parseType='Resource'><mwg:Name>Ivan</mwg:Name></mwg:Regions>")


@plant("xmp-property", "unknown.jpg")
def _unknown_property() -> bytes:
    return xmp_jpeg('xmlns:n="http://newsroom.example/" n:informant="Ivan"')


@plant("icc-device-name", "icc.jpg")
def _icc() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    name = "sRGB built-in".encode("utf-16-be")
    assert name in profile
    return saved("JPEG", icc_profile=profile.replace(name, "Ivans Display".encode("utf-16-be")))


@plant("png-text", "text.png")
def _png_text() -> bytes:
    return in_png(chunk(b"tEXt", b"Comment\0the unmasked one is in /raw"))


@plant("png-text", "compressed.png")
def _png_compressed() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "O. Kovalenko", zip=True)
    return saved("PNG", pnginfo=info)


@plant("png-text", "international.png")
def _png_international() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Description", "Будинок свідка", "uk", zip=True)
    return saved("PNG", pnginfo=info)


@plant("png-exif", "exif.png")
def _png_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "ILCE-7M3"
    return saved("PNG", exif=exif)


@plant("c2pa", "c2pa.png")
def _c2pa_png() -> bytes:
    return in_png(chunk(b"caBX", box(b"jumb", b"c2pa.thumbnail.claim.jpeg")))


@plant("png-chunk", "private.png")
def _png_chunk() -> bytes:
    return in_png(chunk(b"fhId", b"what was there before"))


@plant("creation-time", "time.png")
def _png_time() -> bytes:
    return in_png(chunk(b"tIME", struct.pack(">H5B", 2023, 3, 24, 10, 0, 0)))


@plant("trailing-bytes", "acropalypse.png")
def _acropalypse() -> bytes:
    return saved("PNG") + saved("PNG", (200, 150))[-200:]


@plant("unreferenced-bytes", "pixels.png")
def _more_pixels() -> bytes:
    data = saved("PNG")
    at = data.index(b"IEND") - 4
    return data[:at] + chunk(b"IDAT", zlib.compress(picture((200, 150)).tobytes())) + data[at:]


@plant("apng-frames", "animated.png")
def _apng(path: Path) -> None:
    picture().save(path, save_all=True, append_images=[Image.new("RGB", SIZE, "red")])


@plant("iptc-thumbnail", "raw-profile.png")
def _raw_profile() -> bytes:
    small = saved("JPEG", (16, 16))
    block = b"8BIM" + struct.pack(">HHI", 0x040C, 0, len(small)) + small
    text = f"\niptc\n{len(block):8}\n{block.hex()}\n".encode()
    return in_png(chunk(b"zTXt", b"Raw profile type iptc\0\0" + zlib.compress(text)))


@plant("webp-animation", "animated.webp")
def _webp_animation(path: Path) -> None:
    picture().save(path, save_all=True, append_images=[Image.new("RGB", SIZE, "red")])


@plant("webp-exif", "exif.webp")
def _webp_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "ILCE-7M3"
    return saved("WEBP", exif=exif)


@plant("webp-chunk", "chunk.webp")
def _webp_chunk() -> bytes:
    return in_webp(b"RAW ", b"what was there before")


@plant("c2pa", "c2pa.webp")
def _c2pa_webp() -> bytes:
    return in_webp(b"C2PA", box(b"jumb", b"c2pa"))


@plant("trailing-bytes", "behind.webp")
def _behind_webp() -> bytes:
    return saved("WEBP") + b"behind the end"


@plant("gif-comment", "comment.gif")
def _gif_comment() -> bytes:
    return saved("GIF", comment=b"shot from the roof of the school")


@plant("gif-extension", "extension.gif")
def _gif_extension() -> bytes:
    data = saved("GIF")
    return data[:-1] + b"\x21\xff\x0bNEWSROOM1.0\x05Ivan!\0;"


@plant("trailing-bytes", "behind.gif")
def _behind_gif() -> bytes:
    return saved("GIF") + saved("GIF", (32, 20))


@plant("extra-tiff-ifd", "pages.tif")
def _tiff_pages(path: Path) -> None:
    picture().save(path, save_all=True, append_images=[Image.new("RGB", SIZE, "red")])


def _tiff(**tags: Any) -> bytes:
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for name, (kind, value) in tags.items():
        tag = int(name[1:], 16)
        directory.tagtype[tag] = kind
        directory[tag] = value
    return saved("TIFF", tiffinfo=directory)


@plant("tiff-layers", "layers.tif")
def _tiff_layers() -> bytes:
    return _tiff(t935C=(7, b"Adobe Photoshop Document Data Block\0" + bytes(range(99))))


@plant("gps", "geo.tif")
def _geo_tiff() -> bytes:
    return _tiff(t8482=(12, (0.0, 0.0, 0.0, 37.99, 48.59, 0.0)))


@plant("tiff-tag", "private.tif")
def _tiff_tag() -> bytes:
    return _tiff(tC7A1=(7, b"what was there before"))


@plant("unreferenced-bytes", "behind.tif")
def _behind_tiff() -> bytes:
    return saved("TIFF") + b"what was there before"


def _heic(**options: Any) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(picture((256, 160))).save(file, **options)
    return file.getvalue()


@plant("heif-thumbnail", "thumbnail.heic")
def _heif_thumbnail(path: Path) -> None:
    made = pillow_heif.from_pillow(picture((256, 160)))
    thumbnails: Any = [64]
    made[0].info["thumbnails"] = thumbnails
    made.save(path)


@plant("heif-auxiliary", "auxiliary.heic")
def _heif_auxiliary(path: Path) -> None:
    _heif_thumbnail(path)
    path.write_bytes(path.read_bytes().replace(b"thmb", b"auxl"))


@plant("heif-extra-picture", "two.heic")
def _heif_two(path: Path) -> None:
    made = pillow_heif.from_pillow(picture((256, 160)))
    made.add_from_pillow(Image.new("RGB", (256, 160), "red"))
    made.save(path)


@plant("heif-exif", "exif.heic")
def _heif_exif() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "ILCE-7M3"
    return _heic(exif=exif.tobytes())


@plant("heif-mime-item", "mime.heic")
def _heif_mime() -> bytes:
    data = _heic(xmp=xmp(""))
    assert b"application/rdf+xml" in data
    return data.replace(b"application/rdf+xml", b"application/raw-xml")


@plant("unreferenced-bytes", "behind.heic")
def _heif_behind() -> bytes:
    return _heic() + box(b"mdat", saved("JPEG", (32, 20)))


@plant("heif-extra-picture", "film.avif")
def _avif_film() -> bytes:
    return saved("AVIF", save_all=True, append_images=[Image.new("RGB", SIZE, "red")])


# videos


@plant("location", "location.mp4")
def _location(path: Path) -> None:
    clip(path, "-metadata", "location=+48.5947+037.9999/")


@plant("location", "location.mov")
def _location_mov(path: Path) -> None:
    place = "com.apple.quicktime.location.ISO6709=+48.5947+037.9999/"
    clip(path, "-movflags", "use_metadata_tags", "-metadata", place, suffix=".mov")


@plant("location", "location.mkv")
def _location_mkv(path: Path) -> None:
    clip(path, "-metadata", "location=+48.5947+037.9999/", suffix=".mkv")


@plant("camera-make", "camera.mov")
def _camera_mov(path: Path) -> None:
    made = ("-metadata", "com.apple.quicktime.make=Apple", "-metadata", "com.apple.quicktime.model=iPhone 14")
    clip(path, "-movflags", "use_metadata_tags", *made, suffix=".mov")


@plant("creation-time", "creation.mp4")
def _creation(path: Path) -> None:
    clip(path, "-metadata", "creation_time=2023-03-24T10:00:00Z")


@plant("creation-time", "creation.mkv")
def _creation_mkv(path: Path) -> None:
    clip(path, "-metadata", "creation_time=2023-03-24T10:00:00Z", suffix=".mkv")


@plant("container-tag", "title.mp4")
def _title(path: Path) -> None:
    clip(path, "-metadata", "title=the house of the witness")


@plant("container-tag", "title.avi")
def _title_avi(path: Path) -> None:
    clip(path, "-metadata", "title=the house of the witness", suffix=".avi", codec="mpeg4")


@plant("container-tag", "service.ts")
def _service(path: Path) -> None:
    clip(path, "-metadata", "service_name=secret service", suffix=".ts")


@plant("mkv-tags", "tags.mkv")
def _mkv_tags(path: Path) -> None:
    clip(path, "-metadata", "comment=shot from the roof", suffix=".mkv")


@plant("handler-name", "handler.mp4")
def _handler(path: Path) -> None:
    clip(path, "-metadata:s:v:0", "handler_name=camera of Ivan")


@plant("handler-name", "handler.mkv")
def _handler_mkv(path: Path) -> None:
    clip(path, "-metadata:s:v:0", "title=camera of Ivan", suffix=".mkv")


@plant("telemetry", "gopro.mov")
def _telemetry(path: Path) -> None:
    clip(path, "-timecode", "10:00:00:00", suffix=".mov")
    path.write_bytes(path.read_bytes().replace(b"tmcd", b"gpmd").replace(b"mhlrgpmd", b"mhlrmeta"))


@plant("timecode-track", "timecode.mov")
def _timecode(path: Path) -> None:
    clip(path, "-timecode", "10:00:00:00", suffix=".mov")


@plant("timecode-track", "timecode.mxf")
def _timecode_mxf(path: Path) -> None:
    clip(path, "-timecode", "10:00:00:00", suffix=".mxf", codec="mpeg2video")


@plant("attached-picture", "cover.mp4")
def _cover(path: Path) -> None:
    _with_cover(path, ".mp4")


@plant("mkv-attachment", "cover.mkv")
def _cover_mkv(path: Path) -> None:
    small = path.with_suffix(".jpg")
    small.write_bytes(saved("JPEG", (32, 20)))
    clip(path, "-attach", str(small), "-metadata:s:t", "mimetype=image/jpeg", suffix=".mkv")
    small.unlink()


def _with_cover(path: Path, suffix: str) -> None:
    cover = path.with_suffix(".png")
    cover.write_bytes(saved("PNG", (32, 20)))
    base = clip(path.with_name(f"film{suffix}"), suffix=suffix)
    art = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic")
    clips.run("-i", base, "-i", cover, *art, "-fflags", "+bitexact", path)
    cover.unlink()
    base.unlink()


def _twice(path: Path, codec: str = "h264") -> None:
    base = clip(path.with_name(f"film{path.suffix}"), suffix=path.suffix, codec=codec)
    clips.run("-i", base, "-map", "0:v", "-map", "0:v", "-c", "copy", "-fflags", "+bitexact", path)
    base.unlink()


for _suffix, _codec in ((".mp4", "h264"), (".mkv", "h264"), (".ts", "h264"), (".avi", "mpeg4")):
    PLANTED.append(Planted("second-video", f"two{_suffix}", lambda path, codec=_codec: _twice(path, codec)))  # type: ignore[misc]


@plant("disabled-track", "disabled.mp4")
def _disabled(path: Path) -> None:
    content = bytearray(clip(path).read_bytes())
    content[content.index(b"tkhd") + 7] &= ~1
    path.write_bytes(content)


def _subtitled(path: Path, codec: str) -> None:
    words = path.with_suffix(".srt")
    words.write_text("1\n00:00:00,000 --> 00:00:00,300\nIvan speaks\n")
    base = clip(path.with_name(f"film{path.suffix}"), suffix=path.suffix)
    chosen = ("-map", "0", "-map", "1", "-c", "copy", "-c:s", codec)
    clips.run("-i", base, "-i", words, *chosen, "-fflags", "+bitexact", path)
    words.unlink()
    base.unlink()


@plant("subtitles", "subtitles.mp4")
def _subtitles(path: Path) -> None:
    _subtitled(path, "mov_text")


@plant("subtitles", "subtitles.mkv")
def _subtitles_mkv(path: Path) -> None:
    _subtitled(path, "srt")


def _chaptered(path: Path) -> None:
    words = path.with_suffix(".txt")
    words.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=Ivan\n")
    base = clip(path.with_name(f"film{path.suffix}"), suffix=path.suffix)
    clips.run("-i", base, "-i", words, "-map_chapters", "1", "-c", "copy", "-fflags", "+bitexact", path)
    words.unlink()
    base.unlink()


plant("chapters", "chapters.mp4")(lambda path: _chaptered(path))
plant("chapters", "chapters.mkv")(lambda path: _chaptered(path))


def caption_message() -> bytes:
    """A message of closed captions (ATSC A/53), as H.264 and HEVC carry it."""
    body = b"\xb5\x00\x31GA94\x03\x42\xff\xfc\x94\x2c\xfc\x48\x49\xff"
    return bytes((4, len(body))) + body + b"\x80"


@plant("captions-in-sei", "captions.mp4")
def _captions(path: Path) -> None:
    units(path, "h264", b"\x06" + caption_message())


@plant("captions-in-sei", "captions.ts")
def _captions_hevc(path: Path) -> None:
    units(path, "hevc", b"\x4e\x01" + caption_message())


@plant("user-data-in-sei", "sei.mp4")
def _sei(path: Path) -> None:
    told = "h264_metadata=sei_user_data=086f3693b7b34f2c965321492feee5b8+48.5947+037.9999"
    clip(path, "-bsf:v", told)


@plant("unknown-unit", "unit.mp4")
def _unit(path: Path) -> None:
    units(path, "h264", b"\x1e" + b"what was there before")


@plant("hidden-layer", "layer.mp4")
def _layer(path: Path) -> None:
    units(path, "h264", b"\x74\x40\x00\x01" + bytes(range(1, 60)))


@plant("hidden-by-crop", "crop.mp4")
def _crop(path: Path) -> None:
    base = clips.make(path.with_name("large.mp4"), frames=6, size=(320, 180))
    clips.run(
        "-i", base, "-c", "copy", "-bsf:v", "h264_metadata=crop_right=128", "-fflags", "+bitexact", path
    )
    base.unlink()


@plant("user-data-in-pictures", "user-data.mkv")
def _user_data(path: Path) -> None:
    raw = path.with_suffix(".m2v")
    clips.run(
        "-i",
        clip(path.with_name("film.mkv"), suffix=".mkv", codec="mpeg2video"),
        "-map",
        "0:v",
        "-c",
        "copy",
        raw,
    )
    data = raw.read_bytes()
    at = data.index(b"\0\0\1\xb8")
    raw.write_bytes(data[:at] + b"\0\0\1\xb2camera 4512345" + data[at:])
    timed = ("-bsf:v", "setts=pts=40*N:dts=40*N:time_base=1/1000", "-c", "copy", "-fflags", "+bitexact")
    clips.run("-f", "mpegvideo", "-i", raw, *timed, path)
    raw.unlink()


@plant("mjpeg-segment", "comment.avi")
def _mjpeg_comment(path: Path) -> None:
    _motion_jpeg(path, saved("JPEG", comment="camera 4512345"))


@plant("mjpeg-segment", "exif.mov")
def _mjpeg_exif(path: Path) -> None:
    _motion_jpeg(path, _exif_thumbnail())


def _motion_jpeg(path: Path, frame: bytes) -> None:
    raw = path.with_suffix(".mjpeg")
    raw.write_bytes(frame * 5)
    clips.run("-f", "mjpeg", "-i", raw, "-c", "copy", "-fflags", "+bitexact", path)
    raw.unlink()


@plant("av1-metadata", "metadata.mkv")
def _av1_metadata(path: Path) -> None:
    av1_with(path, b"\x2a\x09\x04\xb5\x12\x34Ivan\x80")


def av1_with(path: Path, unit: bytes) -> Path:
    """An AV1 clip with one more open bitstream unit before its first picture."""
    raw = path.with_suffix(".obu")
    clips.run(
        "-i", clip(path.with_name("film.mkv"), suffix=".mkv", codec="av1"), "-map", "0:v", "-c", "copy", raw
    )
    data = raw.read_bytes()
    raw.write_bytes(data[:2] + unit + data[2:])
    clips.run("-f", "obu", "-i", raw, "-c", "copy", "-fflags", "+bitexact", path)
    raw.unlink()
    return path


@plant("edit-list-hidden", "edits.mp4")
def _edits(path: Path) -> None:
    whole = clips.make(path.with_name("whole.mp4"), frames=30, gop=30, size=SIZE)
    clips.trimmed(whole, path, 0.4)
    whole.unlink()


@plant("discarded-packets", "invisible.mkv")
def _invisible(path: Path) -> None:
    content = bytearray(clip(path, suffix=".mkv", audio=False).read_bytes())
    at = content.index(b"\x1f\x43\xb6\x75")
    at = content.index(b"\xa3", at)
    while content[at] == 0xA3:
        width = 9 - content[at + 1].bit_length()
        size = int.from_bytes(content[at + 1 : at + 1 + width]) & ((1 << 7 * width) - 1)
        last, at = at + 1 + width + 3, at + 1 + width + size
        if at >= len(content):
            break
    content[last] |= 0x08
    path.write_bytes(content)


@plant("unnamed-mdat-bytes", "unnamed.mp4")
def _unnamed(path: Path) -> None:
    clip(path)
    path.write_bytes(path.read_bytes() + box(b"mdat", saved("JPEG", (32, 20))))


@plant("free-box-content", "free.mp4")
def _free(path: Path) -> None:
    clip(path)
    path.write_bytes(path.read_bytes() + box(b"free", b"what was there before"))


@plant("free-box-content", "void.mkv")
def _void(path: Path) -> None:
    content = clip(path, suffix=".mkv").read_bytes()
    path.write_bytes(content + mkv_element(0xEC, b"what was there before"))


@plant("free-box-content", "void-inside.mkv")
def _void_inside(path: Path) -> None:
    content = clip(path, suffix=".mkv").read_bytes()
    segment, info = content.index(b"\x18\x53\x80\x67"), content.rindex(b"\x15\x49\xa9\x66")
    width = 9 - content[info + 4].bit_length()
    body = info + 4 + width
    end = body + (int.from_bytes(content[info + 4 : body]) & ((1 << 7 * width) - 1))
    void = mkv_element(0xEC, b"what was there before")
    inner = content[segment + 12 : info] + mkv_element(0x1549A966, content[body:end] + void) + content[end:]
    path.write_bytes(content[:segment] + mkv_element(0x18538067, inner))


@plant("free-box-content", "junk.avi")
def _junk(path: Path) -> None:
    content = clip(path, suffix=".avi", codec="mpeg4").read_bytes() + riff(b"JUNK", b"what was there before")
    path.write_bytes(content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:])


@plant("uuid-box", "uuid.mp4")
def _uuid(path: Path) -> None:
    clip(path)
    path.write_bytes(path.read_bytes() + box(b"uuid", bytes(range(16)) + b"serial 4512345"))


@plant("c2pa", "c2pa.mp4")
def _c2pa_mp4(path: Path) -> None:
    clip(path)
    kind = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    path.write_bytes(path.read_bytes() + box(b"uuid", kind + box(b"jumb", b"c2pa.thumbnail")))


@plant("udta", "udta.mp4")
def _udta(path: Path) -> None:
    clip(path)
    with_part(path, box(b"udta", box(b"SDLN", b"SEQ_PLAY") + box(b"FIRM", b"HD8.01.02.10.00")), b"moov")


@plant("unknown-part", "unknown.mp4")
def _unknown_box(path: Path) -> None:
    clip(path)
    with_part(path, box(b"secr", b"what was there before"), b"moov", b"trak")


@plant("unknown-part", "unknown.mkv")
def _unknown_element(path: Path) -> None:
    content = clip(path, suffix=".mkv").read_bytes()
    segment = content.index(b"\x18\x53\x80\x67")
    at = content.rindex(b"\x16\x54\xae\x6b")
    body = content[segment + 12 : at] + mkv_element(0x4DFF, b"what was there before") + content[at:]
    path.write_bytes(content[:segment] + mkv_element(0x18538067, body))


@plant("local-path", "alias.mov")
def _alias(path: Path) -> None:
    clip(path, suffix=".mov")
    record = bytes(40) + b"/Users/olena/raw/bakhmut/clip.mov" + bytes(9)
    _refer(path, box(b"alis", b"\0\0\0\1" + record))


@plant("local-path", "elsewhere.mp4")
def _elsewhere(path: Path) -> None:
    clip(path)
    _refer(path, box(b"url ", bytes(4)))


def _refer(path: Path, entry: bytes) -> None:
    """Make an entry the only one of the places where a track's pictures are said to be."""
    where = (*clips.TRACK, b"dinf", b"dref")
    path.write_bytes(clips.with_box(path.read_bytes(), where, bytes(4) + (1).to_bytes(4) + entry))


@plant("local-path", "alias.heic")
def _alias_heic() -> bytes:
    entry = box(b"url ", bytes(4) + b"file:///Users/olena/raw/clip.heic\0")
    reference = box(b"dinf", box(b"dref", bytes(4) + (1).to_bytes(4) + entry))
    return _heic() + box(b"meta", bytes(4) + reference)


@plant("local-path", "reference.mov")
def _reference(path: Path) -> None:
    clip(path, suffix=".mov")
    target = b"file:///Users/olena/raw/clip.mov\0"
    entry = box(b"rdrf", bytes(4) + b"url " + len(target).to_bytes(4) + target)
    with_part(path, box(b"rmra", box(b"rmda", entry)), b"moov")


@plant("unknown-part", "media-header.mov")
def _media_header(path: Path) -> None:
    clip(path, suffix=".mov")
    header = box(b"gmhd", box(b"gmin", bytes(16)) + box(b"secr", b"what was there before"))
    with_part(path, header, *clips.TRACK)


@plant("unknown-part", "longer-header.mp4")
def _longer_header(path: Path) -> None:
    clip(path)
    where = (*clips.TRACK, b"vmhd")
    path.write_bytes(clips.with_box(path.read_bytes(), where, bytes(12) + b"what was there before"))


@plant("handler-name", "data-handler.mov")
def _data_handler(path: Path) -> None:
    clip(path, suffix=".mov")
    name = b"camera of Ivan"
    with_part(
        path, box(b"hdlr", bytes(4) + b"dhlrurl " + bytes(12) + bytes((len(name),)) + name), *clips.TRACK
    )


@plant("trailing-bytes", "behind.mkv")
def _behind_mkv(path: Path) -> None:
    path.write_bytes(clip(path, suffix=".mkv").read_bytes() + saved("JPEG", (32, 20)))


@plant("trailing-bytes", "behind.mp4")
def _behind_mp4(path: Path) -> None:
    path.write_bytes(clip(path).read_bytes() + saved("JPEG", (32, 20)))


@plant("unreferenced-bytes", "strange.ts")
def _strange_packets(path: Path) -> None:
    packet = b"\x47\x1a\xbc\x10" + b"what was there before".ljust(184, b".")
    path.write_bytes(clip(path, suffix=".ts").read_bytes() + packet * 3)


@plant("free-box-content", "null.ts")
def _null_packets(path: Path) -> None:
    packet = b"\x47\x1f\xff\x10" + b"what was there before".ljust(184, b"\xff")
    path.write_bytes(clip(path, suffix=".ts").read_bytes() + packet)


@plant("trailing-bytes", "behind.mxf")
def _behind_mxf(path: Path) -> None:
    path.write_bytes(clip(path, suffix=".mxf", codec="mpeg2video").read_bytes() + saved("JPEG", (32, 20)))


# files that lie beside


@plant("lrv-thm-sidecar", "GX010042.LRV")
def _lrv(path: Path) -> None:
    clip(path)


@plant("aae-sidecar", "IMG_0042.AAE")
def _aae() -> bytes:
    return b'<?xml version="1.0"?><plist version="1.0"><dict/></plist>'


@plant("temporary-file", ".clip.mp4.part")
def _temporary(path: Path) -> None:
    clip(path)


@plant("file-name", "clip-unmasked.jpg")
def _file_name() -> bytes:
    return saved("JPEG")


@plant("local-path", "manifest.json")
def _local_path() -> bytes:
    return b'{"source": "/home/olena/raw/bakhmut/clip.mp4"}'


@plant("gps", "notes.txt")
def _gps_text() -> bytes:
    return b"seen at +48.5947+037.9999/ at noon"


@plant("gps", "DJI_0042.srt")
def _gps_subtitles() -> bytes:
    return b"1\n00:00:00,000 --> 00:00:00,033\n[latitude: 48.594722] [longitude: 37.999972]\n"


@plant("exif-thumbnail", "page.html")
def _page() -> bytes:
    return b'<img src="data:image/jpeg;base64,' + base64.b64encode(_exif_thumbnail()) + b'">'


@plant("creator-tool", "clip.mp4.xmp")
def _sidecar() -> bytes:
    return xmp('xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="DaVinci Resolve"')


@plant("unknown-file", "raw.zip")
def _zip() -> bytes:
    return b"PK\x03\x04" + bytes(40)


# clean files

_STILLS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    ".jpg": (("JPEG", {}), ("JPEG", {"progressive": True}), ("JPEG", {"quality": 40, "subsampling": 0})),
    ".png": (("PNG", {}), ("PNG", {"optimize": True}), ("PNG", {"dpi": (72, 72)})),
    ".tif": (
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
    ),
    ".webp": (("WEBP", {}), ("WEBP", {"lossless": True}), ("WEBP", {"quality": 30})),
    ".gif": (("GIF", {}), ("GIF", {"interlace": 0})),
    ".avif": (("AVIF", {}), ("AVIF", {"quality": 40})),
}
_MODES = {".jpg": ("RGB", "L", "CMYK"), ".png": ("RGB", "RGBA", "L", "P", "LA"), ".gif": ("P", "L")}
_VIDEOS = (
    *(("h264", suffix) for suffix in (".mp4", ".mov", ".mkv", ".ts", ".avi", ".mxf")),
    *(("hevc", suffix) for suffix in (".mp4", ".mov", ".mkv", ".ts")),
    *(("vp9", suffix) for suffix in (".webm", ".mp4", ".mkv")),
    *(("vp8", suffix) for suffix in (".webm", ".mkv")),
    *(("av1", suffix) for suffix in (".mp4", ".mkv", ".webm")),
    *(("mpeg2video", suffix) for suffix in (".mkv", ".ts", ".mxf")),
    *(("mpeg4", suffix) for suffix in (".avi", ".mp4", ".mkv")),
    *(("mjpeg", suffix) for suffix in (".avi", ".mov", ".mkv")),
    *(("prores", suffix) for suffix in (".mov", ".mkv")),
    *(("ffv1", suffix) for suffix in (".mkv", ".avi")),
)


def clean_stills(folder: Path) -> Iterator[Path]:
    """Stills with nothing in them but their picture, as Pillow and pillow-heif write them: 92 files."""
    for suffix, ways in _STILLS.items():
        for mode in _MODES.get(suffix, ("RGB", "L")):
            for number, (format_name, options) in enumerate(ways):
                for size in (SIZE, (33, 47)):
                    path = folder / f"{mode}-{number}-{size[0]}{suffix}"
                    picture(size).convert(mode).save(path, format_name, **options)
                    yield path
    for size in ((64, 64), (256, 160)):
        path = folder / f"{size[0]}.heic"
        pillow_heif.from_pillow(picture(size)).save(path)
        yield path


def clean_videos(folder: Path) -> Iterator[Path]:
    """Videos with nothing in them but pictures and sound, as FFmpeg writes them: 62 files and four more."""
    for codec, suffix in _VIDEOS:
        for audio in (True, False):
            path = folder / f"{codec}-{'sound' if audio else 'silent'}{suffix}"
            yield clips.make(path, codec=codec, frames=6, size=SIZE, audio=audio)
    turned = clips.make(folder / "turned.mp4", frames=6, size=SIZE, rotation=90, audio=True)
    plain = ("-f", "lavfi", "-i", "testsrc=size=96x64:duration=0.4")
    clips.run(*plain, *_TUNE, folder / "told.mp4")
    clips.run(
        *plain, *_TUNE, "-movflags", "frag_keyframe+empty_moov+default_base_moof", folder / "pieces.mp4"
    )
    clips.run(*plain, *_TUNE, "-movflags", "+faststart", folder / "index-first.mov")
    yield from (turned, folder / "told.mp4", folder / "pieces.mp4", folder / "index-first.mov")


def random_bytes(seed: int, count: int) -> bytes:
    """Bytes that mean nothing, the same for the same seed."""
    return np.random.default_rng(seed).bytes(count)


OWN = (
    *(("h264", ".mp4"), ("h264", ".mov"), ("hevc", ".mp4"), ("av1", ".mp4"), ("av1", ".mkv")),
    *(("mpeg2video", ".mxf"), ("mpeg2video", ".ts"), ("mjpeg", ".mov"), ("mjpeg", ".avi"), ("mpeg4", ".avi")),
    *(("vp9", ".webm"), ("prores", ".mov"), ("ffv1", ".mkv"), ("h264", ".ts"), ("h264", ".mkv")),
)
"""What :func:`own_videos` are made from."""


def own_stills(folder: Path) -> Iterator[Path]:
    """Stills of our own encoders in every format, with our own caption and credit in them: 28 files."""
    for name in sorted(name for name, format in FORMATS.items() if format.pillow):
        for channels in (3, 4):
            for size in ((64, 48), (129, 67)):
                pixels = np.random.default_rng(1).integers(0, 256, (*size[::-1], channels), dtype=np.uint8)
                path = folder / f"{channels}-{size[0]}-{name}{FORMATS[name].extensions[0]}"
                path.write_bytes(encode(Picture(*size, channels, pixels.tobytes()), name))
                embed(path, name, OWN_XMP, write_iim(EXAMPLE) if name in WITH_IIM else {})
                yield path


def own_videos(folder: Path, sources: Path) -> Iterator[Path]:
    """Masters and web copies of many codecs, with our own caption and credit in them: 30 files.

    Args:
        sources: of :func:`clean_videos`.
    """
    with Sandbox([sources], folder, rendering_limits(320, 180)) as sandbox:
        for codec, suffix in OWN:
            yield from published(sandbox, sources / f"{codec}-sound{suffix}")


def published(sandbox: Sandbox, source: Path) -> Iterator[Path]:
    """A master and a web copy of a clip, as a package has them."""
    with source.open("rb") as file:
        format = sniff(file.read(HEAD_SIZE))
    for web in (False, True):
        made = publish_video(sandbox, source, format, Silent(), web=web)
        if made.format in WITH_XMP:
            embed(made.path, made.format, OWN_XMP, {})
        yield made.path

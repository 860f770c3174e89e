"""Caption and credit in our own files: an independent reader finds them, and nothing else changes."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pillow_heif
import pytest
from PIL import Image

import exiftool
from footage.errors import ToolFailed
from footage.formats.iim import read_iim, write_iim
from footage.formats.quicktime import read_tags, write_keys
from footage.formats.xmp import read_xmp, write_xmp
from footage.media.boxes import put_keys
from footage.media.embed import WITH_IIM, WITH_XMP, embed
from footage.media.embedded import read_packets
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import encode
from footage.model.publication import Publication
from publications import EXAMPLE, ITEM

FFmpeg = Callable[..., bytes]
STILLS = sorted(name for name in WITH_XMP if FORMATS[name].pillow)
VIDEOS = {
    "mp4": (),
    "mp4 index first": ("-movflags", "+faststart"),
    "mov": (),
    "mov titled": ("-metadata", "title=K"),
}
XMP, IIM = write_xmp(EXAMPLE), write_iim(EXAMPLE)
VIDEO_XMP = write_xmp(ITEM)


def still(folder: Path, format_name: str, channels: int = 3) -> Path:
    """A still of our own encoder, with or without transparency."""
    pixels = np.random.default_rng(1).integers(0, 256, (48, 64, channels), dtype=np.uint8)
    path = folder / f"{channels}{FORMATS[format_name].extensions[0]}"
    path.write_bytes(encode(Picture(64, 48, channels, pixels.tobytes()), format_name))
    return path


def shown(path: Path) -> tuple[str, bytes]:
    """A still as Pillow shows it."""
    if path.suffix == ".heic":
        picture = pillow_heif.open_heif(path).to_pillow()
        return picture.mode, picture.tobytes()
    with Image.open(path) as picture:
        return picture.mode, picture.tobytes()


def clip(folder: Path, ffmpeg: FFmpeg, name: str, *options: str) -> Path:
    """A clip of ten frames with sound."""
    path = folder / name
    inputs = ("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=0.4", "-f", "lavfi", "-i", "sine=duration=0.4")
    ffmpeg(*inputs, "-fflags", "+bitexact", *options, path)
    return path


def samples(path: Path) -> list[bytes]:
    """Every packet, in the order of the file."""
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux() if packet.size]


@dataclass(frozen=True)
class Written:
    """A file before and after we wrote into it."""

    path: Path
    before: object
    after: object


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, ffmpeg: FFmpeg) -> dict[str, Written]:
    """A file of each kind with the example in it."""
    folder = tmp_path_factory.mktemp("written")
    made: dict[str, Written] = {}
    for format_name in STILLS:
        for channels in (3, 4):
            path = still(folder, format_name, channels)
            before = shown(path)
            embed(path, format_name, XMP, IIM)
            made[f"{format_name} {channels}"] = Written(path, before, shown(path))
    for number, (name, options) in enumerate(VIDEOS.items()):
        path = clip(folder, ffmpeg, f"{number}.{name[:3]}", *options)
        before_bytes, packets = path.read_bytes(), samples(path)
        embed(path, name[:3], VIDEO_XMP, IIM)
        if name.startswith("mp4"):
            assert path.read_bytes().startswith(before_bytes)
        made[name] = Written(path, packets, samples(path))
    return made


@pytest.fixture(scope="module")
def found(written: dict[str, Written]) -> dict[str, exiftool.Found]:
    """What an independent reader finds in each of them."""
    read = exiftool.read_all(each.path for each in written.values())
    return {name: read[each.path] for name, each in written.items()}


KINDS = [*(f"{name} {channels}" for name in STILLS for channels in (3, 4)), *VIDEOS]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_else_changes(written: dict[str, Written], kind: str) -> None:
    assert written[kind].before == written[kind].after


PLACE = {"City": "Bakhmut", "ProvinceState": "Donetsk Oblast", "CountryName": "Ukraine", "CountryCode": "UKR"}
IN_XMP = {
    "XMP-dc:Description": EXAMPLE.caption,
    "XMP-photoshop:Headline": "Near Bakhmut",
    "XMP-iptcExt:Headline": "Near Bakhmut",
    "XMP-dc:Title": "bakhmut",
    "XMP-dc:Creator": ["Olena Kovalenko", "A second hand"],
    "XMP-iptcExt:Creator": [{"Name": "Olena Kovalenko"}, {"Name": "A second hand"}],
    "XMP-photoshop:AuthorsPosition": "HONS",
    "XMP-photoshop:Credit": "@92OMBr/Newsflash",
    "XMP-photoshop:Source": EXAMPLE.source,
    "XMP-dc:Rights": "© 92nd OMBr",
    "XMP-xmpRights:UsageTerms": "Editorial use only",
    "XMP-photoshop:Instructions": (
        "Embargoed until 2023-03-25 06:00 Europe/Kyiv. Not to be used after 2023-04-07. No archiving."
    ),
    "XMP-photoshop:DateCreated": "2023:03:23 12:01:30+02:00",
    "XMP-photoshop:TransmissionReference": "2023-0324-17",
    "XMP-photoshop:CaptionWriter": "ok/newsflash",
    "XMP-iptcCore:Location": "Bakhmut direction",
    "XMP-photoshop:City": "Bakhmut",
    "XMP-photoshop:State": "Donetsk Oblast",
    "XMP-photoshop:Country": "Ukraine",
    "XMP-iptcCore:CountryCode": "UKR",
    "XMP-iptcExt:LocationShown": [{**PLACE, "Sublocation": "Bakhmut direction"}],
    "XMP-iptcExt:LocationCreated": [{**PLACE, "Sublocation": "A drone above", "City": "Chasiv Yar"}],
    "XMP-dc:Subject": ["war", "Bakhmut"],
    "XMP-dc:Language": ["uk"],
    "XMP-iptcExt:DigitalSourceType": EXAMPLE.digital_source_type,
    "XMP-iptcCore:AltTextAccessibility": EXAMPLE.alt,
    "XMP-iptcCore:ExtDescrAccessibility": EXAMPLE.extended_description,
    "XMP-iptcExt:EventID": ["https://example.org/events/bakhmut", "event 2"],
    "XMP-iptcExt:Event": "Battle of Bakhmut",
    "XMP-plus:ImageSupplier": [{"ImageSupplierName": "Newsflash"}],
    "XMP-iptcExt:DigitalImageGUID": "urn:newsflash:1",
    "XMP-iptcExt:PersonInImage": ["Ivan Sirko"],
    "XMP-iptcExt:SupplyChainSource": [{"Name": EXAMPLE.relayed_by[0]}],
    "XMP-xmpDM:ReleaseDate": "2023:03:24 23:50:00+02:00",
    "XMP:ContentWarning": [{"CvTermId": EXAMPLE.content_warnings[0]}],
    "XMP-exif:GPSLatitude": "48 deg 35' 41.00\" N",
    "XMP-exif:GPSLongitude": "37 deg 59' 59.90\" W",
}
"""All that the example says in XMP, by ExifTool's names."""

IN_A_VIDEOS_XMP = {
    "XMP-iptcExt:ReleaseReady": True,
    "XMP-iptcExt:Dopesheet": "1. 0:00–0:00.480 Wide of <a street> & smoke",
    "XMP-iptcExt:Snapshot": [{"Link": "pictures/1-a%20b-1.jpg"}, {"Link": "pictures/1-a%20b-2.jpg"}],
    "XMP:TimedTextLink": [{"Link": "a%20b.vtt"}],
}
IN_IIM = {
    "IPTC:CodedCharacterSet": "UTF8",
    "IPTC:ApplicationRecordVersion": 4,
    "IPTC:Caption-Abstract": EXAMPLE.caption,
    "IPTC:Headline": "Near Bakhmut",
    "IPTC:ObjectName": "bakhmut",
    "IPTC:By-line": ["Olena Kovalenko", "A second hand"],
    "IPTC:By-lineTitle": "HONS",
    "IPTC:Credit": "@92OMBr/Newsflash",
    "IPTC:Source": EXAMPLE.source[:32],
    "IPTC:CopyrightNotice": "© 92nd OMBr",
    "IPTC:SpecialInstructions": IN_XMP["XMP-photoshop:Instructions"],
    "IPTC:DateCreated": "2023:03:23",
    "IPTC:TimeCreated": "12:01:30+02:00",
    "IPTC:OriginalTransmissionReference": "2023-0324-17",
    "IPTC:Writer-Editor": "ok/newsflash",
    "IPTC:City": "Bakhmut",
    "IPTC:Sub-location": "Bakhmut direction",
    "IPTC:Province-State": "Donetsk Oblast",
    "IPTC:Country-PrimaryLocationName": "Ukraine",
    "IPTC:Country-PrimaryLocationCode": "UKR",
    "IPTC:Keywords": ["war", "Bakhmut"],
    "IPTC:LanguageIdentifier": "uk",
    "IPTC:ReleaseDate": "2023:03:25",
    "IPTC:ReleaseTime": "06:00:00+02:00",
    "IPTC:ExpirationDate": "2023:04:07",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_independent_reader_finds_what_we_say_and_nothing_else(
    found: dict[str, exiftool.Found], kind: str
) -> None:
    said = dict(found[kind])
    assert not [name for name in said if name.endswith((":Warning", ":Error"))]
    wanted = IN_XMP | IN_A_VIDEOS_XMP if kind in VIDEOS else IN_XMP
    said.pop("XMP-x:XMPToolkit", None)
    # Newer versions of the program know the term's name.
    assert said.pop("XMP-plus:DataMining") in (EXAMPLE.data_mining, "Prohibited")
    assert {name: value for name, value in said.items() if name.startswith("XMP")} == wanted


@pytest.mark.parametrize("kind", KINDS)
def test_iim_stands_in_jpeg_and_tiff_alone(found: dict[str, exiftool.Found], kind: str) -> None:
    said = {name: value for name, value in found[kind].items() if name.startswith("IPTC:")}
    assert said == (IN_IIM if kind.split()[0] in WITH_IIM else {})


def test_who_asks_a_jpeg_plainly_is_told_what_xmp_says(written: dict[str, Written]) -> None:
    said = exiftool.read_plainly(written["jpeg 3"].path)
    assert (said["Source"], said["Credit"], said["City"]) == (EXAMPLE.source, EXAMPLE.credit, EXAMPLE.city)
    assert said["DateCreated"] == "2023:03:23 12:01:30+02:00"


def test_a_movs_other_user_data_stays(found: dict[str, exiftool.Found]) -> None:
    assert found["mov titled"]["UserData:Title"] == "K"


def test_our_own_reader_finds_the_same_again(written: dict[str, Written], tmp_path: Path) -> None:
    folder = written["jpeg 3"].path.parent
    with Sandbox([folder], tmp_path) as sandbox:
        for kind in [*(f"{name} 3" for name in STILLS), *VIDEOS]:
            packets = read_packets(sandbox, written[kind].path, FORMATS[kind.split()[0]])
            assert read_xmp(packets.xmp) == read_xmp(VIDEO_XMP if kind in VIDEOS else XMP), kind
            if kind in ("jpeg 3", "tiff 3"):
                facts = read_iim(packets.iim)
                assert facts.credit == EXAMPLE.credit
                assert (facts.embargo, facts.expires) == (EXAMPLE.embargo, EXAMPLE.expires)


@pytest.mark.parametrize("name", VIDEOS)
def test_keys_are_found_and_every_sample_stays(name: str, tmp_path: Path, ffmpeg: FFmpeg) -> None:
    path = clip(tmp_path, ffmpeg, f"clip.{name[:3]}", *VIDEOS[name])
    before = samples(path)
    keys = write_keys(ITEM)
    put_keys(path, keys, quicktime=name.startswith("mov"))
    embed(path, name[:3], VIDEO_XMP, {})
    assert samples(path) == before
    assert [path] == [*tmp_path.iterdir()]
    said = exiftool.read(path)
    assert {tag: value for tag, value in said.items() if tag.startswith("Keys:")} == {
        "Keys:Title": "Near Bakhmut",
        "Keys:Description": ITEM.caption,
        "Keys:Author": "Olena Kovalenko",
        "Keys:Copyright": "© 92nd OMBr",
        "Keys:Information": "@92OMBr/Newsflash",
        "Keys:Publisher": "Newsflash",
        "Keys:Comment": IN_XMP["XMP-photoshop:Instructions"],
    }
    assert said["XMP-dc:Description"] == ITEM.caption
    with av.open(str(path)) as container:
        tags = container.metadata
    assert {key: tags[key] for key in keys} == keys
    facts = read_tags(tags)
    assert (facts.shows, facts.headline, facts.rights) == (ITEM.caption, "Near Bakhmut", "© 92nd OMBr")
    assert (facts.embargo, facts.expires, facts.note) == (ITEM.embargo, ITEM.expires, "No archiving.")


def test_every_chunk_behind_a_grown_index_moves_with_it(tmp_path: Path, ffmpeg: FFmpeg) -> None:
    path = clip(tmp_path, ffmpeg, "clip.mp4", "-movflags", "+faststart", "-g", "1")
    before, size = samples(path), path.stat().st_size
    put_keys(path, {"com.apple.quicktime.title": "x" * 100_000}, quicktime=False)
    assert path.stat().st_size > size + 100_000
    assert samples(path) == before
    put_keys(path, {"com.apple.quicktime.title": "y"}, quicktime=False)
    assert samples(path) == before
    with av.open(str(path)) as container:
        assert container.metadata["com.apple.quicktime.title"] == "y"
    assert path.stat().st_size < size + 500


@pytest.mark.parametrize("options", [("-movflags", "frag_keyframe+empty_moov"), ("-f", "matroska")])
def test_keys_go_into_plain_movies_only(tmp_path: Path, ffmpeg: FFmpeg, options: tuple[str, ...]) -> None:
    path = clip(tmp_path, ffmpeg, "clip.mp4", *options)
    before = path.read_bytes()
    with pytest.raises(ToolFailed, match="no place"):
        put_keys(path, {"com.apple.quicktime.title": "K"}, quicktime=False)
    assert path.read_bytes() == before
    assert [path] == [*tmp_path.iterdir()]


def test_a_container_without_a_place_for_xmp_stays_as_it_is(tmp_path: Path, ffmpeg: FFmpeg) -> None:
    path = clip(tmp_path, ffmpeg, "clip.mkv")
    before = path.read_bytes()
    embed(path, "matroska", XMP, IIM)
    assert path.read_bytes() == before


def test_a_caption_too_long_for_jpeg_is_refused_and_leaves_the_file(tmp_path: Path) -> None:
    path = still(tmp_path, "jpeg")
    before = path.read_bytes()
    long = write_xmp(Publication("", keyword=tuple(f"{'ж' * 200}{number}" for number in range(190))))
    assert len(long) > 65_535
    with pytest.raises(ToolFailed, match=r"too long for the JPEG 3\.jpg"):
        embed(path, "jpeg", long, IIM)
    assert path.read_bytes() == before


def test_a_mov_whose_index_is_not_last_is_refused(tmp_path: Path, ffmpeg: FFmpeg) -> None:
    path = clip(tmp_path, ffmpeg, "clip.mov", "-movflags", "+faststart")
    with pytest.raises(ToolFailed, match="does not end with its index"):
        embed(path, "mov", XMP, IIM)


@pytest.mark.parametrize("format_name", ["mp4", "mov"])
@pytest.mark.parametrize("tail", [b"\0\0", struct.pack(">I4s", 4, b"free"), struct.pack(">I4s", 99, b"free")])
def test_boxes_that_do_not_add_up_are_refused(tmp_path: Path, format_name: str, tail: bytes) -> None:
    path = tmp_path / "clip"
    path.write_bytes(struct.pack(">I4s", 8, b"moov") + tail)
    with pytest.raises(ToolFailed, match="not laid out as expected"):
        embed(path, format_name, XMP, {})


@pytest.mark.parametrize("format_name", ["jpeg", "png", "tiff", "webp"])
@pytest.mark.parametrize("size", [0, 3, 40])
def test_the_beginning_of_a_still_is_refused(tmp_path: Path, format_name: str, size: int) -> None:
    path = still(tmp_path, format_name)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ToolFailed, match="could not be written into 3"):
        embed(path, format_name, XMP, IIM)


@pytest.mark.parametrize("format_name", ["heic", "avif"])
@pytest.mark.parametrize("size", [0, 40, 200])
def test_half_a_still_is_refused(tmp_path: Path, format_name: str, size: int) -> None:
    path = still(tmp_path, format_name)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ToolFailed, match="not laid out as expected"):
        embed(path, format_name, XMP, {})


def test_a_gif_says_that_it_is_of_the_version_with_extensions(tmp_path: Path) -> None:
    path = still(tmp_path, "gif")
    path.write_bytes(b"GIF87a" + path.read_bytes()[6:])
    embed(path, "gif", XMP, {})
    assert path.read_bytes().startswith(b"GIF89a")


def test_half_a_gif_is_refused(tmp_path: Path) -> None:
    path = still(tmp_path, "gif")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ToolFailed, match="does not end as a GIF does"):
        embed(path, "gif", XMP, {})

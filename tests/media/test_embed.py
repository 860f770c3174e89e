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
from footage.formats.xmp import read_xmp, write_xmp
from footage.media.embed import WITH_IIM, WITH_XMP, embed
from footage.media.embedded import read_packets
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import encode
from footage.model.publication import Publication
from publications import EXAMPLE

FFmpeg = Callable[..., bytes]
STILLS = sorted(name for name in WITH_XMP if FORMATS[name].pillow)
VIDEOS = {
    "mp4": (),
    "mp4 index first": ("-movflags", "+faststart"),
    "mov": (),
    "mov titled": ("-metadata", "title=K"),
}
XMP, IIM = write_xmp(EXAMPLE), write_iim(EXAMPLE)


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
        embed(path, name[:3], XMP, IIM)
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


@pytest.mark.parametrize("kind", KINDS)
def test_an_independent_reader_finds_what_we_say(found: dict[str, exiftool.Found], kind: str) -> None:
    said = found[kind]
    assert not [name for name in said if name.endswith((":Warning", ":Error"))]
    assert said["XMP-dc:Description"] == EXAMPLE.caption
    assert said["XMP-photoshop:Credit"] == "@92OMBr/Newsflash"
    assert said["XMP-photoshop:Source"] == EXAMPLE.source
    assert said["XMP-photoshop:DateCreated"] == "2023:03:23 12:01:30+02:00"
    assert said["XMP-photoshop:City"] == "Bakhmut"
    assert said["XMP-xmpDM:ReleaseDate"] == "2023:03:24 23:50:00+02:00"
    assert said["XMP-photoshop:Headline"] == said["XMP-iptcExt:Headline"] == "Near Bakhmut"
    assert said["XMP-iptcExt:Creator"] == [{"Name": "Olena Kovalenko"}, {"Name": "A second hand"}]
    assert said["XMP-iptcExt:SupplyChainSource"] == [{"Name": EXAMPLE.relayed_by[0]}]
    assert said["XMP-iptcExt:DigitalSourceType"] == EXAMPLE.digital_source_type
    assert said["XMP:ContentWarning"] == [{"CvTermId": EXAMPLE.content_warnings[0]}]
    assert said["XMP-plus:ImageSupplier"] == [{"ImageSupplierName": "Newsflash"}]


@pytest.mark.parametrize("kind", KINDS)
def test_iim_stands_in_jpeg_and_tiff_alone(found: dict[str, exiftool.Found], kind: str) -> None:
    said = found[kind]
    if kind.split()[0] not in WITH_IIM:
        assert not [name for name in said if name.startswith("IPTC:")]
        return
    assert said["IPTC:CodedCharacterSet"] == "UTF8"
    assert said["IPTC:Caption-Abstract"] == EXAMPLE.caption
    assert said["IPTC:Credit"] == "@92OMBr/Newsflash"
    assert said["IPTC:Source"] == EXAMPLE.source[:32]
    assert (said["IPTC:DateCreated"], said["IPTC:TimeCreated"]) == ("2023:03:23", "12:01:30+02:00")
    assert (said["IPTC:ReleaseDate"], said["IPTC:ReleaseTime"]) == ("2023:03:25", "06:00:00+02:00")
    assert said["IPTC:By-line"] == ["Olena Kovalenko", "A second hand"]


def test_who_asks_a_jpeg_plainly_is_told_what_xmp_says(written: dict[str, Written]) -> None:
    said = exiftool.read_plainly(written["jpeg 3"].path)
    assert (said["Source"], said["Credit"], said["City"]) == (EXAMPLE.source, EXAMPLE.credit, EXAMPLE.city)
    assert said["DateCreated"] == "2023:03:23 12:01:30+02:00"


def test_a_movs_other_user_data_stays(found: dict[str, exiftool.Found]) -> None:
    assert found["mov titled"]["UserData:Title"] == "K"


def test_our_own_reader_finds_the_same_again(written: dict[str, Written], tmp_path: Path) -> None:
    folder = written["jpeg 3"].path.parent
    with Sandbox([folder], tmp_path) as sandbox:
        for format_name in STILLS:
            packets = read_packets(sandbox, written[f"{format_name} 3"].path, FORMATS[format_name])
            assert read_xmp(packets.xmp) == read_xmp(XMP), format_name
            if format_name == "jpeg":
                assert read_iim(packets.iim).credit == EXAMPLE.credit


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

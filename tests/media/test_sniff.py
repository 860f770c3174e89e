"""What a file is, told from its first bytes: real files of every format, and what only looks like one."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import av
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from footage.errors import BadInput
from footage.media.sniff import FORMATS, HEAD_SIZE, sniff
from footage.model.asset import Kind

PARTITION_PACK = bytes.fromhex("060e2b34020501010d0102010102 0400".replace(" ", ""))
EBML = b"\x1aE\xdf\xa3"


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack("!I4s", 8 + len(body), kind) + body


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    return box(b"ftyp", major + bytes(4) + b"".join(compatible))


def packets(size: int, lead: int, count: int = 8) -> bytes:
    packet = bytes(lead) + b"\x47\x40\x00\x10" + b"\xff" * 184
    return packet.ljust(size, b"\0") * count


def name_of(head: bytes) -> str:
    return sniff(head).name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, ffmpeg: Callable[..., bytes]) -> Callable[..., Path]:
    """Make a second of video in a container (and codec), once each."""
    folder = tmp_path_factory.mktemp("containers")

    def make(name: str, *arguments: str) -> Path:
        path = folder / name
        if not path.exists():
            ffmpeg("-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=0.4", *arguments, path)
        return path

    return make


CONTAINERS = {
    "mp4": ("clip.mp4", "-c:v", "libx264"),
    "fragmented mp4": ("frag.mp4", "-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov"),
    "3gp": ("clip.3gp", "-c:v", "libx264"),
    "mov": ("clip.mov", "-c:v", "prores_ks"),
    "matroska": ("clip.mkv", "-c:v", "libx264"),
    "webm": ("clip.webm", "-c:v", "libvpx"),
    "avi": ("clip.avi", "-c:v", "mpeg4"),
    "mpegts": ("clip.ts", "-c:v", "mpeg2video"),
    "m2ts": ("clip.m2ts", "-c:v", "mpeg2video"),
    "mxf": ("clip.mxf", "-c:v", "mpeg2video"),
}
NAMES = {"fragmented mp4": "mp4", "3gp": "mp4", "m2ts": "mpegts"}


@pytest.mark.parametrize("container", CONTAINERS)
def test_real_videos_are_told_and_open_with_the_forced_demuxer(
    made: Callable[..., Path], container: str
) -> None:
    path = made(*CONTAINERS[container])
    found = sniff(path.read_bytes()[:4096])
    assert found.name == NAMES.get(container, container)
    assert found.kind is Kind.VIDEO
    with av.open(str(path), format=found.demuxer) as clip:
        assert len(list(clip.decode(video=0))) == 10


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.kind is Kind.STILL])
def test_real_stills_are_told_and_open_with_the_named_decoder(name: str) -> None:
    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    found = FORMATS[name]
    Image.new("RGB", (64, 48), "teal").save(file, found.pillow)
    assert sniff(file.getvalue()[:4096]) is found
    with Image.open(file, formats=[found.pillow]) as opened:
        assert opened.size == (64, 48)


def test_the_real_clips_are_told(real_media: Path) -> None:
    clips = [path for path in real_media.iterdir() if path.suffix in (".mp4", ".avi", ".jpg")]
    assert clips
    for path in clips:
        with path.open("rb") as file:
            assert path.suffix in sniff(file.read(HEAD_SIZE)).extensions


def test_quicktime_without_a_brand_is_told(made: Callable[..., Path]) -> None:
    whole = made(*CONTAINERS["mov"]).read_bytes()
    (size,) = struct.unpack_from("!I", whole)
    assert name_of(whole[size:]) == "mov"


def test_a_segment_without_its_beginning_is_told(made: Callable[..., Path]) -> None:
    whole = made(*CONTAINERS["fragmented mp4"]).read_bytes()
    assert name_of(whole[whole.index(b"moof") - 4 :]) == "mp4"


def test_a_transport_stream_cut_anywhere_is_told(made: Callable[..., Path]) -> None:
    whole = made(*CONTAINERS["mpegts"]).read_bytes()
    assert {name_of(whole[cut : cut + 4096]) for cut in range(0, 188, 7)} == {"mpegts"}


def test_mxf_after_a_run_in_is_told(made: Callable[..., Path]) -> None:
    whole = made(*CONTAINERS["mxf"]).read_bytes()
    for run_in in (b"\x01", b"\x01" * 65_535, b"#EXTM3U is what it says\n"):
        assert name_of((run_in + whole)[:HEAD_SIZE]) == "mxf"
    with pytest.raises(BadInput):
        sniff((b"\x01" * 66_000 + whole)[:HEAD_SIZE])


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (ftyp(b"isom", b"iso2", b"mp41"), "mp4"),
        (ftyp(b"mp42"), "mp4"),
        (ftyp(b"M4V "), "mp4"),
        (ftyp(b"XAVC", b"mp42"), "mp4"),
        (ftyp(b"zzzz"), "mp4"),
        (ftyp(b"qt  "), "mov"),
        (ftyp(b"heic", b"mif1", b"heic"), "heic"),
        (ftyp(b"heix", b"mif1"), "heic"),
        (ftyp(b"mif1", b"heic", b"mif1"), "heic"),
        (ftyp(b"mif1", b"avif", b"miaf"), "avif"),
        (ftyp(b"mif1"), "heic"),
        (ftyp(b"mif1", b"avif", b"heic"), "heic"),
        (ftyp(b"msf1", b"hevc", b"iso8"), "heic"),
        (ftyp(b"msf1", b"avis", b"iso8"), "avif"),
        (ftyp(b"hevc", b"msf1"), "heic"),
        (ftyp(b"avif", b"mif1", b"heic"), "avif"),
        (ftyp(b"avis", b"msf1"), "avif"),
        (box(b"free") + ftyp(b"isom"), "mp4"),
        (struct.pack("!I4sQ", 1, b"free", 24) + bytes(8) + ftyp(b"qt  "), "mov"),
        (box(b"styp", b"msdh"), "mp4"),
        (box(b"sidx", bytes(20)), "mp4"),
        (box(b"emsg", bytes(20)), "mp4"),
        (box(b"moov", bytes(90)), "mov"),
        (struct.pack("!I4s", 0, b"mdat") + bytes(90), "mov"),
        (struct.pack("!I4sQ", 1, b"mdat", 1 << 40) + bytes(90), "mov"),
        (box(b"wide") + struct.pack("!I4s", 1 << 30, b"mdat"), "mov"),
        (struct.pack("!I4s", 1 << 30, b"free") + bytes(90), "mov"),
        (box(b"skip", bytes(9)) + box(b"moov"), "mov"),
        (EBML + b"\x84\x42\x82\x81x", None),
        (EBML + b"\x87\x42\x82\x84webm", "webm"),
        (EBML + b"\x01\0\0\0\0\0\0\x0f\x42\x86\x81\x01\x42\x82\x88matroska", "matroska"),
        (EBML + b"\x8b\xec\x82\0\0\x42\x82\x85webm\0", "webm"),
        (EBML + b"\xff", "matroska"),
        (EBML, "matroska"),
        (b"RIFF\xff\xff\xff\xffAVI LIST", "avi"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "webp"),
        (packets(188, 0), "mpegts"),
        (packets(188, 0, 2), "mpegts"),
        (packets(192, 4), "mpegts"),
        (packets(204, 0), "mpegts"),
        (packets(204, 0)[100:], "mpegts"),
        (PARTITION_PACK, "mxf"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"MM\0*\0\0\0\x08", "tiff"),
        (b"II+\0\x08\0\0\0", "tiff"),
        (b"MM\0+\0\x08\0\0", "tiff"),
        (b"GIF87a", "gif"),
    ],
)
def test_marks_are_told(head: bytes, name: str | None) -> None:
    if name is None:
        with pytest.raises(BadInput, match="neither Matroska nor WebM"):
            sniff(head)
    else:
        assert name_of(head) == name


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "is empty"),
        (bytes(4096), "nothing but zeros"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist"),
        (b"\xef\xbb\xbf\n #EXTM3U\n", "playlist"),
        ("#EXTM3U\n".encode("utf-16"), "playlist"),
        (b"ffconcat version 1.0\nfile 'other.mp4'\n", "playlist"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "playlist"),
        (b'<?xml version="1.0"?>\n<!-- x -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "playlist"),
        (b"<SmoothStreamingMedia MajorVersion='2'>", "playlist"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg:svg xmlns:svg="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<!DOCTYPE html><html><body><svg/></body></html>", "web page"),
        (b"<svg><foreignObject><html/></foreignObject></svg>", "SVG"),
        (b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>", "XML document"),
        (b"just some words", "text file"),
        ("просто слова".encode(), "text file"),
        ("просто слова".encode()[:-1], "text file"),
        (b"G" * 4096, "text file"),
        (b"Good morning, editors. " * 9, "text file"),
        (b"FORMAT: words", "text file"),
        (b"MZ is how this note starts", "text file"),
        (b"%PDF-1.7\n", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"\xc5\xd0\xd3\xc6", "PostScript"),
        (b"8BPS\0\1", "Photoshop"),
        (b"BM\x46\0\0\0\0\0\0\0\x36", "bitmap"),
        (b"SIMPLE  =                    T", "FITS"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x0a\xfa", "JPEG XL"),
        (b"II*\0\x10\0\0\0CR\2\0", "raw picture"),
        (ftyp(b"crx "), "raw picture"),
        (b"FUJIFILMCCD-RAW 0201", "raw picture"),
        (b"ID3\x04\0\0", "sound without pictures"),
        (b"\xff\xfb\x90\x64", "sound without pictures"),
        (b"\xff\xf1\x50\x80", "sound without pictures"),
        (b"fLaC\0", "sound without pictures"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "sound without pictures"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "sound without pictures"),
        (b"FORM\0\0\0\0AIFF", "sound without pictures"),
        (b"OggS\0\2" + bytes(22) + b"\x01vorbis", "sound without pictures"),
        (ftyp(b"M4A ", b"isom"), "sound without pictures"),
        (b"OggS\0\2" + bytes(22) + b"\x80theora", "Ogg video"),
        (b"\0\0\1\xba\x44", "program stream"),
        (b"\0\0\0\1\x67\x42", "H.264"),
        (b"FLV\1\5", "Flash"),
        (bytes.fromhex("3026b2758e66cf11"), "Windows Media"),
        (b"PK\3\4", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        (b"\x7fELF\2", "program"),
        (b"MZ\x90\0", "program"),
        (b"\x93\xfa\0\x01nothing known", "can be told"),
        (b"RIFF\0\0\0\0ACON", "can be told"),
        (struct.pack("!I4s", 2, b"moov") + bytes(90), "can be told"),
    ],
)
def test_what_is_no_footage_is_named(head: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        sniff(head)
    assert caught.value.message.startswith("it is ")
    assert caught.value.hint


def test_a_name_says_nothing(tmp_path: Path) -> None:
    disguised = tmp_path / "clip.mp4"
    disguised.write_text("ffconcat version 1.0\nfile 'neighbour.mp4'\n")
    with pytest.raises(BadInput, match="playlist"):
        sniff(disguised.read_bytes())


MARKS = [
    ftyp(b"isom"),
    EBML,
    b"RIFF\0\0\0\0AVI ",
    b"II*\0",
    b"<?xml ",
    b"\xff\xfe",
    packets(188, 0, 2),
    box(b"free"),
    struct.pack("!I4sQ", 1, b"free", 1),
    b"",
]


@given(st.sampled_from(MARKS), st.binary(max_size=400), st.integers(0, 400))
def test_any_bytes_are_a_known_format_or_bad_input(mark: bytes, rest: bytes, cut: int) -> None:
    try:
        found = sniff((mark + rest)[:cut])
    except BadInput as error:
        assert error.message.startswith("it is ")
    else:
        assert FORMATS[found.name] is found


def test_no_extension_belongs_to_two_formats() -> None:
    extensions = [extension for each in FORMATS.values() for extension in each.extensions]
    assert len(extensions) == len(set(extensions))
    assert all(extension.startswith(".") and extension.islower() for extension in extensions)

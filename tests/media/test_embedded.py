"""Raw metadata packets: found in every format, bounded, and never a reason to fail."""

import io
import random
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from PIL import Image, PngImagePlugin

from footage.errors import ToolFailed
from footage.media import still_packets, video_packets
from footage.media.embedded import IIM_LIMIT, TAG_LIMIT, XMP_LIMIT, Packets, packed, read_packets
from footage.media.sandbox import Message, Sandbox
from footage.media.sniff import FORMATS
from footage.model.asset import Kind

XMP = (
    b"<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
    + b" " * 300
    + b"</x:xmpmeta><?xpacket end='w'?>"
)
IIM = b"\x1c\x02\x78\x00\x06Hello!\x1c\x02\x50\x00\x04Bob!"
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")

Read = Callable[[bytes, str], Packets]


class _Direct(Sandbox):
    """Runs the tasks in this process, so that what they raise is seen as it is."""

    def run(self, task: str, **params: object) -> Message:
        module = {"still_packets": still_packets, "video_packets": video_packets}[
            task.split(".")[-1].split(":")[0]
        ]
        (message,) = module.packets(params, Path())
        return Message(*message)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read the packets of bytes, in this process."""

    def run(data: bytes, name: str) -> Packets:
        path = tmp_path / "object"
        path.write_bytes(data)
        return read_packets(_Direct((), tmp_path), path, FORMATS[name])

    return run


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox that may read the tests' temporary folders."""
    with Sandbox((tmp_path_factory.getbasetemp(),), tmp_path_factory.mktemp("scratch")) as child:
        yield child


@pytest.fixture
def exiftool() -> Callable[..., bytes]:
    """Run exiftool and give its stdout; skips where it is not installed."""
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")

    def run(*arguments: str | Path) -> bytes:
        done = subprocess.run(["exiftool", *map(str, arguments)], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def exif() -> Image.Exif:
    block = Image.Exif()
    block[0x010F] = "Maker"
    block.get_ifd(0x8769)[0x9003] = "2023:03:24 10:00:00"
    block.get_ifd(0x8825)[1] = "N"
    return block


def saved(name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.new("RGB", (64, 48), (90, 60, 30)).save(file, FORMATS[name].pillow, **options)
    return file.getvalue()


# Stills


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "heic", "avif"])
def test_xmp_and_exif_come_as_they_are(name: str, read: Read) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    options: dict[str, Any] = {"pnginfo": text} if name == "png" else {"xmp": XMP}
    found = read(saved(name, exif=exif().tobytes(), **options), name)
    assert found.xmp == XMP
    assert found.exif == exif().tobytes()[6:]
    assert (found.iim, found.tags) == (b"", {})


def test_a_tiffs_descriptive_tags_come_as_a_block_of_their_own(read: Read) -> None:
    whole = Image.Exif()
    whole.load(exif().tobytes())
    whole[700], whole[33723] = XMP, IIM
    found = read(saved("tiff", exif=whole), "tiff")
    assert found.xmp == XMP
    assert found.iim == IIM
    block = Image.Exif()
    block.load(found.exif)
    assert block[0x010F] == "Maker"
    assert block.get_ifd(0x8769)[0x9003] == "2023:03:24 10:00:00"
    assert block.get_ifd(0x8825)[1] == "N"
    assert found.exif[:2] in (b"II", b"MM") and b"xpacket" not in found.exif


def resources(*blocks: tuple[int, bytes]) -> bytes:
    return b"".join(
        b"8BIM"
        + struct.pack(">H", number)
        + b"\x03abc"
        + struct.pack(">I", len(data))
        + data
        + b"\0" * (len(data) % 2)
        for number, data in blocks
    )


def test_iim_is_found_wherever_writers_put_it(read: Read) -> None:
    block = resources((0x0409, b"odd"), (0x0404, IIM), (0x0422, b"rest"))
    app13 = b"Photoshop 3.0\0" + block
    jpeg = saved("jpeg")
    jpeg = jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(app13) + 2) + app13 + jpeg[2:]
    assert read(jpeg, "jpeg").iim == IIM
    assert read(saved("tiff", tiffinfo={34377: block}), "tiff").iim == block.partition(IIM)[1]
    for profile in (IIM, block):
        text = PngImagePlugin.PngInfo()
        text.add_text("Raw profile type iptc", f"\niptc\n{len(profile):8}\n{profile.hex()}\n", zip=True)
        assert read(saved("png", pnginfo=text), "png").iim == IIM


def test_a_png_is_read_to_its_end(read: Read) -> None:
    data = saved("png")
    body = b"XML:com.adobe.xmp\0\0\0\0\0" + XMP
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    assert read(data[:-12] + chunk + data[-12:], "png").xmp == XMP


def test_xmp_in_a_gif_is_found(read: Read) -> None:
    data = saved("gif")
    magic = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    extension = b"\x21\xff\x0bXMP DataXMP" + XMP + magic
    assert read(data[:-1] + extension + data[-1:], "gif").xmp == XMP
    assert read(data[:-1] + extension[:200], "gif").xmp == b""


def test_the_reference_pictures_packets_are_found(
    conformance: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "object"
    shutil.copyfile(conformance / "IPTC-PhotometadataRef-Std2021.1.jpg", path)
    found = read_packets(sandbox, path, FORMATS["jpeg"])
    assert b"Iptc4xmpExt" in found.xmp and b"The Headline" in found.xmp
    assert found.iim.startswith(b"\x1c") and b"The Headline" in found.iim
    assert found.exif[:2] in (b"II", b"MM")


def test_the_packets_are_exiftools(conformance: Path, exiftool: Callable[..., bytes], read: Read) -> None:
    path = conformance / "IPTC-PhotometadataRef-Std2021.1.jpg"
    found = read(path.read_bytes(), "jpeg")
    assert found.xmp == exiftool("-b", "-XMP", path)
    assert found.iim.rstrip(b"\0") == exiftool("-b", "-IPTC", path).rstrip(b"\0")
    assert found.exif == exiftool("-b", "-EXIF", path).removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "webp", "gif", "heic", "avif"])
def test_what_exiftool_writes_is_found(
    name: str, exiftool: Callable[..., bytes], read: Read, tmp_path: Path
) -> None:
    path = tmp_path / f"still{FORMATS[name].extensions[0]}"
    path.write_bytes(saved(name))
    iptc = ["-IPTC:Headline=Свічка"] if name in ("jpeg", "tiff", "png") else []
    exiftool(
        "-q", "-overwrite_original", "-codedcharacterset=utf8", "-XMP-dc:Description=Бахмут", *iptc, path
    )
    found = read(path.read_bytes(), name)
    assert "Бахмут".encode() in found.xmp
    assert bool(iptc) == ("Свічка".encode() in found.iim)


def test_real_photographs_have_their_exif(real_media: Path, read: Read) -> None:
    found = read((real_media / "exif_DSCN0010.jpg").read_bytes(), "jpeg")
    assert b"NIKON" in found.exif


def test_a_packet_over_its_limit_is_left_out(read: Read) -> None:
    large = b"\x1c\x02\x78" * (IIM_LIMIT // 3 + 1)
    data = saved("tiff", tiffinfo={700: XMP + b" " * XMP_LIMIT, 33723: large})
    found = read(data, "tiff")
    assert found.xmp == found.iim == b""


@pytest.mark.parametrize("kind", [1, 4, 7])
@pytest.mark.parametrize(("big", "order"), [(False, "<"), (False, ">"), (True, "<")])
def test_iim_is_found_in_tiffs_of_every_make(big: bool, kind: int, order: str, read: Read) -> None:
    plain = {258: 8, 262: 1, 256: 1, 257: 1, 277: 1, 278: 1, 279: 1}
    mark = {"<": b"II", ">": b"MM"}[order]
    head = struct.pack(f"{order}HHHQ", 43, 8, 0, 16) if big else struct.pack(f"{order}HI", 42, 8)
    entry, size, start = ("HHQ", 20, 16) if big else ("HHI", 12, 8)
    end = start + (8 if big else 2) + size * (len(plain) + 2) + (8 if big else 4)
    value = "Q" if big else "I"
    entries = [(tag, 3, 1, struct.pack(f"{order}H", number)) for tag, number in plain.items()]
    entries.append((273, 4, 1, struct.pack(f"{order}I", end + len(IIM))))
    entries.append((33723, kind, len(IIM) // (4 if kind == 4 else 1), struct.pack(order + value, end)))
    directory = struct.pack(order + ("Q" if big else "H"), len(entries))
    for tag, type_, count, data in sorted(entries):
        directory += struct.pack(order + entry, tag, type_, count) + data.ljust(8 if big else 4, b"\0")
    data = (mark + head + directory).ljust(end, b"\0") + IIM + b"\x80"
    assert read(data, "tiff").iim == IIM


@pytest.mark.parametrize("name", ["webp", "heic", "avif", "jpeg"])
def test_a_still_that_breaks_off_keeps_the_packets_before_the_break(name: str, read: Read) -> None:
    data = saved(name, xmp=XMP, exif=exif().tobytes())
    found = read(data[:-3], name)
    assert found.xmp[: len(XMP) - 3] == XMP[:-3] or (name == "webp" and found.xmp == b"")


@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "webp", "gif", "heic", "avif"])
def test_hostile_variations_of_a_still_give_packets_or_nothing(name: str, read: Read) -> None:
    options: dict[str, Any] = (
        {} if name == "gif" else {"exif": exif() if name == "tiff" else exif().tobytes()}
    )
    if name == "tiff":
        options["tiffinfo"] = {700: XMP, 33723: IIM, 34377: resources((0x0404, IIM))}
    elif name not in ("png", "gif"):
        options["xmp"] = XMP
    base = saved(name, **options)
    rng = random.Random(name)
    for case in range(30):
        data = bytearray(base)
        for _ in range(rng.choice((1, 4, 30))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if case % 3 == 0:
            del data[rng.randrange(len(data)) :]
        found = read(bytes(data), name)
        assert len(found.xmp) <= XMP_LIMIT and len(found.iim) <= IIM_LIMIT


# Videos


@pytest.fixture
def clip(ffmpeg: Callable[..., bytes], tmp_path: Path) -> Callable[..., Path]:
    """Make a short clip with the given container and options."""

    def make(extension: str, *options: str) -> Path:
        path = tmp_path / f"clip{extension}"
        picture = ("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=0.4")
        ffmpeg(*picture, "-c:v", "mpeg4", *options, path)
        return path

    return make


def test_quicktime_keys_and_plain_tags_are_handed_out(clip: Callable[..., Path], sandbox: Sandbox) -> None:
    keys = {
        "com.apple.quicktime.location.ISO6709": "+48.5894+038.0021/",
        "com.apple.quicktime.creationdate": "2023-03-24T10:00:00+0200",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 14",
        "title": "Свічка",
    }
    options = [part for key, value in keys.items() for part in ("-metadata", f"{key}={value}")]
    path = clip(".mov", "-movflags", "use_metadata_tags", *options, "-metadata:s:v", "language=ukr")
    found = read_packets(sandbox, path, FORMATS["mov"])
    assert keys.items() <= found.tags.items()
    assert found.tags["language"] == "ukr"
    assert (found.xmp, found.iim, found.exif) == (b"", b"", b"")


@pytest.mark.parametrize(("name", "extension"), [("matroska", ".mkv"), ("avi", ".avi")])
def test_other_containers_tags_are_handed_out(
    name: str, extension: str, clip: Callable[..., Path], read: Read
) -> None:
    path = clip(extension, "-metadata", "title=A title")
    assert "A title" in read(path.read_bytes(), name).tags.values()


def test_the_tags_are_bounded() -> None:
    values, _ = packed(tags={f"{number:0200}": "x" * 9000 for number in range(500)})
    tags: Any = values["tags"]
    assert len(packed(tags={str(number): "" for number in range(500)})[0]["tags"]) == TAG_LIMIT  # type: ignore[arg-type]
    assert {len(name) for name in tags} == {100} and {len(value) for value in tags.values()} == {4096}
    assert packed(tags={"name": "a\udcffb"})[0]["tags"] == {"name": "a?b"}


def box(kind: bytes, body: bytes, *, large: bool = False) -> bytes:
    if large:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


HEAD = box(b"ftyp", b"isom\0\0\0\0isom")


@pytest.mark.parametrize(
    "data",
    [
        HEAD + box(b"mdat", bytes(50)) + box(b"uuid", XMP_BOX + XMP),
        HEAD
        + box(b"mdat", bytes(50), large=True)
        + box(b"uuid", bytes(16) + b"x")
        + box(b"uuid", XMP_BOX + XMP, large=True),
        HEAD + struct.pack(">I4s", 0, b"uuid") + XMP_BOX + XMP,
        HEAD
        + box(
            b"moov",
            box(b"mvhd", bytes(30)) + box(b"udta", box(b"name", b"x") + box(b"XMP_", XMP)),
            large=True,
        ),
    ],
)
def test_xmp_is_found_in_the_boxes_of_mp4_and_mov(data: bytes, read: Read) -> None:
    assert read(data, "mp4").xmp == XMP


@pytest.mark.parametrize(
    "data",
    [
        HEAD + struct.pack(">I4s", 7, b"uuid") + XMP_BOX + XMP,
        HEAD + box(b"moov", b"") + struct.pack(">I4sQ", 1, b"free", 1 << 63) + box(b"uuid", XMP_BOX + XMP),
        HEAD + struct.pack(">I4sQ", 1, b"free", 3) + box(b"uuid", XMP_BOX + XMP),
        HEAD + box(b"uuid", XMP_BOX + XMP + bytes(XMP_LIMIT)),
        HEAD + box(b"uuid", XMP_BOX[:9]),
        HEAD + box(b"moov", struct.pack(">I4s", 4, b"udta") + box(b"XMP_", XMP)),
        box(b"free", b"") * 100_001 + box(b"uuid", XMP_BOX + XMP),
        b"",
    ],
)
def test_boxes_that_make_no_sense_hold_no_xmp(data: bytes, read: Read) -> None:
    assert read(data, "mp4").xmp == b""


@pytest.mark.parametrize(("name", "extension"), [("mp4", ".mp4"), ("mov", ".mov")])
def test_the_xmp_that_exiftool_writes_into_a_video_is_found(
    name: str, extension: str, clip: Callable[..., Path], exiftool: Callable[..., bytes], read: Read
) -> None:
    path = clip(extension)
    exiftool("-q", "-overwrite_original", "-XMP-dc:Description=Бахмут", path)
    assert "Бахмут".encode() in read(path.read_bytes(), name).xmp


def test_hostile_variations_of_a_video_give_packets_or_nothing(clip: Callable[..., Path], read: Read) -> None:
    base = clip(".mp4", "-metadata", "title=A title").read_bytes() + box(b"uuid", XMP_BOX + XMP)
    rng = random.Random(3)
    for _ in range(25):
        data = bytearray(base)
        for _ in range(rng.choice((1, 4, 30))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        read(bytes(data[: rng.randrange(len(data))]), "mp4")


def test_packets_of_impossible_sizes_are_not_believed(tmp_path: Path) -> None:
    honest: dict[str, Any] = {"xmp": 3, "iim": 2, "exif": 1, "tags": {"title": "A"}}

    class Lying(Sandbox):
        told: dict[str, Any] = honest

        def run(self, task: str, **params: object) -> Message:  # noqa: ARG002
            return Message(self.told, b"xxxiie")

    lying = Lying((), tmp_path)
    assert read_packets(lying, tmp_path, FORMATS["jpeg"]) == Packets(b"xxx", b"ii", b"e", {"title": "A"})
    lies: list[dict[str, Any]] = [{"xmp": 4}, {"xmp": -1, "iim": 6}, {"iim": "2"}, {"tags": []}]
    for lie in lies:
        lying.told = honest | lie
        with pytest.raises(ToolFailed):
            read_packets(lying, tmp_path, FORMATS["jpeg"])


def test_every_format_has_a_reader(read: Read) -> None:
    for name, format in FORMATS.items():
        assert read(b"nonsense" * 50, name) == Packets(b"", b"", b"", {}), (name, format.kind is Kind.STILL)

"""Stills: decoded right in every format, orientation and colour; broken and hostile ones refused in words."""

import io
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from footage.errors import BadInput, ToolFailed
from footage.media.decoding import pad_to_declared_length, unreadable_is_bad_input
from footage.media.orientation import turn
from footage.media.picture import Picture
from footage.media.sandbox import Message, Sandbox
from footage.media.sniff import FORMATS, sniff
from footage.media.still import encode, look_still, read_pixels
from footage.media.still_tasks import look, pixels

Pixels = NDArray[np.uint8]

NAMES = ("jpeg", "png", "tiff", "webp", "gif", "heic", "avif")
GREY = 128


def plain_picture(width: int = 96, height: int = 64) -> Pixels:
    """No two of its eight turnings are alike: four quarters, and a light ramp to tell where a cut is."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (200, 30, 30)
    picture[: height // 2, width // 2 :] = (30, 180, 40)
    picture[height // 2 :, : width // 2] = (40, 50, 200)
    picture[height // 2 :, width // 2 :] = (230, 220, 210)
    picture[:, :, 1] += np.linspace(0, 20, width, dtype=np.uint8)
    return picture


def busy_picture(width: int = 320, height: int = 240) -> Pixels:
    """Textured all over, so that every format needs bytes for every row."""
    grain = np.random.default_rng(7).integers(0, 60, (height // 4 + 1, width // 4 + 1, 3), np.uint8)
    noise, ground = (cv2.resize(picture, (width, height)) for picture in (grain, plain_picture()))
    return (noise + ground // 2).astype(np.uint8)


def written(picture: Pixels, name: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image = Image.fromarray(picture)
    if name == "heic":
        pillow_heif.register_heif_opener(thumbnails=False)
    if isinstance(options.get("exif"), Image.Exif) and name != "tiff":
        options["exif"] = options["exif"].tobytes()
    image.save(file, FORMATS[name].pillow, **options)
    return file.getvalue()


@pytest.fixture
def seen(tmp_path: Path) -> Callable[[bytes, str], tuple[dict[str, Any], Pixels]]:
    """Run the looking task on bytes: what it says, and the thumbnail."""

    def run(data: bytes, name: str) -> tuple[dict[str, Any], Pixels]:
        path = tmp_path / "object"
        path.write_bytes(data)
        told: Any
        ((told, payload),) = look({"path": str(path), "format": name}, tmp_path)
        shape = (told["thumbnail_height"], told["thumbnail_width"], 3)
        return told, np.frombuffer(payload, np.uint8).reshape(shape)

    return run


@pytest.fixture
def decoded(tmp_path: Path) -> Callable[[bytes, str], Pixels]:
    """Run the pixel task on bytes."""

    def run(data: bytes, name: str) -> Pixels:
        path = tmp_path / "object"
        path.write_bytes(data)
        messages = list(pixels({"path": str(path), "format": name}, tmp_path))
        values: Any = messages[0][0]
        data = b"".join(payload for _, payload in messages)
        return np.frombuffer(data, np.uint8).reshape(values["height"], values["width"], values["channels"])

    return run


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox that may read the tests' temporary folders."""
    with Sandbox((tmp_path_factory.getbasetemp(),), tmp_path_factory.mktemp("scratch")) as child:
        yield child


Seen = Callable[[bytes, str], tuple[dict[str, Any], Pixels]]
Developed = Callable[[bytes, str], Pixels]


def difference(one: Pixels, other: Pixels) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


# Orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "webp", "heic", "avif"])
def test_every_exif_orientation_shows_upright_in_every_format(
    name: str, orientation: int, seen: Seen, decoded: Developed
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = written(plain_picture(), name, exif=exif)
    image = Image.fromarray(plain_picture())
    image.getexif()[0x0112] = orientation
    upright = np.asarray(ImageOps.exif_transpose(image))
    values, thumbnail = seen(data, name)
    assert (values["width"], values["height"]) == (upright.shape[1], upright.shape[0])
    assert difference(thumbnail, upright) < 6
    assert difference(decoded(data, name), upright) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "webp", "avif"])
def test_the_told_turning_leads_from_the_stored_to_the_displayed_picture(
    name: str, orientation: int, seen: Seen
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    values, thumbnail = seen(written(plain_picture(), name, exif=exif), name)
    assert (values["stored_width"], values["stored_height"]) == (96, 64)
    assert difference(turn(plain_picture(), values["rotation"], values["mirrored"]), thumbnail) < 6


def test_exif_has_no_say_in_how_a_heic_is_turned(seen: Seen) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = written(plain_picture(), "heic", exif=exif)
    place = data.index(b"irot") - 4
    without = data[: place + 4] + b"free" + data[place + 8 :]
    values, _ = seen(without, "heic")
    assert (values["width"], values["height"]) == (96, 64)


def test_a_real_photograph_of_orientation_six_shows_upright(real_media: Path, seen: Seen) -> None:
    values, thumbnail = seen((real_media / "exif_landscape_6.jpg").read_bytes(), "jpeg")
    assert (values["width"], values["height"], values["rotation"]) == (600, 450, 90)
    fall = thumbnail[200:360, 240:280].mean()
    assert fall > thumbnail[200:360, 20:60].mean() + 40, "the waterfall stands upright in the middle"


# Colour and depth


def display_p3() -> bytes:
    """A Display P3 profile: sRGB's with P3's primaries (adapted to D50) and another name."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for kind, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), P3.T, strict=True):
        entry = profile.index(kind, 128)
        (offset,) = struct.unpack_from(">I", profile, entry + 4)
        struct.pack_into(">3i", profile, offset + 8, *(round(value * 65536) for value in column))
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "P3D ".encode("utf-16-be"))


P3 = np.array(
    [
        [0.51512, 0.29198, 0.15710],
        [0.24120, 0.69225, 0.06657],
        [-0.00105, 0.04189, 0.78407],
    ]
)
SRGB = np.array(
    [
        [0.43607, 0.38515, 0.14307],
        [0.22249, 0.71687, 0.06061],
        [0.01392, 0.09708, 0.71410],
    ]
)


def p3_to_srgb(colour: tuple[int, int, int]) -> NDArray[np.float64]:
    share = np.array(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.linalg.inv(SRGB) @ P3 @ linear, 0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(coded * 255)


@pytest.mark.parametrize("name", ["png", "tiff", "jpeg", "webp", "heic", "avif"])
def test_colours_come_through_the_embedded_profile(name: str, seen: Seen, decoded: Developed) -> None:
    wide = np.full((40, 40, 3), (200, 90, 60), np.uint8)
    data = written(wide, name, icc_profile=display_p3())
    values, thumbnail = seen(data, name)
    assert values["colour"].startswith("P3D")
    expected = p3_to_srgb((200, 90, 60))
    assert np.abs(expected - (200, 90, 60)).max() > 10, "the profile makes a difference that can be seen"
    for shown in (thumbnail, decoded(data, name)):
        assert np.abs(shown.mean(axis=(0, 1)) - expected).max() < 4


def test_a_profile_that_cannot_be_read_or_does_not_fit_is_passed_over(seen: Seen) -> None:
    grey = np.full((40, 40), 77, np.uint8)
    for data in (
        written(plain_picture(), "png", icc_profile=b"\0" * 200),
        written(plain_picture(), "png", icc_profile=display_p3()[:300]),
    ):
        values, thumbnail = seen(data, "png")
        assert values["colour"] == ""
        assert np.array_equal(thumbnail, plain_picture())
    values, thumbnail = seen(written(grey, "tiff", icc_profile=display_p3()), "tiff")
    assert values["colour"] == "" and (thumbnail == 77).all()


@pytest.mark.parametrize("name", ["jpeg", "tiff"])
def test_cmyk_shows_the_colours_of_its_inks(name: str, seen: Seen, decoded: Developed) -> None:
    inks = np.zeros((40, 60, 4), np.uint8)
    inks[:, :20, 1:3] = 255  # magenta and yellow: red
    inks[:, 20:40, 3] = 255  # black
    data = io.BytesIO()
    Image.fromarray(inks, "CMYK").save(data, FORMATS[name].pillow)
    for shown in (seen(data.getvalue(), name)[1], decoded(data.getvalue(), name)):
        red, black, white = (shown[20, x].astype(int) for x in (10, 30, 50))
        assert red[0] > 240 and red[1] < 15 and red[2] < 15
        assert black.max() < 15 and white.min() > 240


def test_sixteen_bits_are_scaled_not_clipped(seen: Seen, decoded: Developed) -> None:
    ramp = np.tile(np.linspace(0, 65535, 256).astype(np.uint16), (32, 1))
    for name, extension in (("png", ".png"), ("tiff", ".tif")):
        for samples in (ramp, np.dstack([ramp, ramp, ramp])):
            data = cv2.imencode(extension, samples)[1].tobytes()
            for shown in (seen(data, name)[1], decoded(data, name)):
                assert np.abs(shown[16, :, 1].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("white", [1.0, 255.0, 65535.0, 3e9])
def test_floating_point_is_scaled_to_the_scale_it_fits(white: float, seen: Seen) -> None:
    ramp = np.tile(np.linspace(0, white, 256, dtype=np.float32), (32, 1))
    data = io.BytesIO()
    Image.fromarray(ramp).save(data, "TIFF")
    _, thumbnail = seen(data.getvalue(), "tiff")
    assert np.abs(thumbnail[16, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_infinite_and_missing_samples_do_not_darken_the_rest(seen: Seen) -> None:
    ramp = np.tile(np.linspace(0, 1, 256, dtype=np.float32), (32, 1))
    ramp[0, 0], ramp[0, 1] = np.inf, np.nan
    data = io.BytesIO()
    Image.fromarray(ramp).save(data, "TIFF")
    _, thumbnail = seen(data.getvalue(), "tiff")
    assert np.abs(thumbnail[16, :, 0].astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_a_png_shows_the_same_picture(mode: str, seen: Seen, decoded: Developed) -> None:
    half = np.zeros((40, 60), np.uint8)
    half[:, 30:] = 255
    image = Image.fromarray(half)
    image = Image.fromarray(half.astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    data = io.BytesIO()
    image.save(data, "PNG")
    expected = np.dstack([half] * 3)
    assert np.array_equal(seen(data.getvalue(), "png")[1], expected)
    assert np.array_equal(decoded(data.getvalue(), "png"), expected)


def test_lab_and_ycbcr_tiffs_show_their_colours(decoded: Developed) -> None:
    for mode in ("LAB", "YCbCr"):
        image = Image.fromarray(plain_picture())
        if mode == "LAB":
            profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
            image = ImageCms.applyTransform(image, ImageCms.buildTransform(*profiles, "RGB", "LAB")) or image
        else:
            image = image.convert(mode)
        data = io.BytesIO()
        image.save(data, "TIFF")
        assert difference(decoded(data.getvalue(), "tiff"), plain_picture()) < 4


# Transparency


def glass() -> Pixels:
    """Opaque on the left, half transparent in the middle, wholly transparent with colours on the right."""
    picture = np.dstack([np.full((40, 60, 3), (200, 0, 0), np.uint8), np.full((40, 60), 255, np.uint8)])
    picture[:, 20:40, 3] = 128
    picture[:, 40:, 3] = 0
    return picture


def test_a_thumbnail_lies_on_neutral_grey(seen: Seen) -> None:
    _, thumbnail = seen(written(glass(), "png"), "png")
    assert thumbnail[20, 10].tolist() == [200, 0, 0]
    assert np.abs(thumbnail[20, 30].astype(int) - (164, 64, 64)).max() <= 1
    assert thumbnail[20, 50].tolist() == [GREY] * 3


@pytest.mark.parametrize("name", ["png", "tiff", "webp", "avif"])
def test_colours_under_full_transparency_are_not_handed_out(name: str, decoded: Developed) -> None:
    picture = decoded(
        written(glass(), name, **({"exact": True, "lossless": True} if name == "webp" else {})), name
    )
    assert picture.shape[2] == 4
    assert (picture[:, 45:] == 0).all()
    assert np.abs(picture[20, 10].astype(int) - (200, 0, 0, 255)).max() < 6
    assert 120 < picture[20, 30, 3] < 136


def test_alpha_that_hides_nothing_is_left_out(decoded: Developed) -> None:
    assert (
        decoded(written(np.dstack([plain_picture(), np.full((64, 96), 255, np.uint8)]), "png"), "png").shape[
            2
        ]
        == 3
    )


def test_a_transparent_palette_colour_is_transparent(decoded: Developed) -> None:
    image = Image.new("P", (40, 40), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(1, (20, 0, 40, 40))
    for name in ("png", "gif"):
        data = io.BytesIO()
        image.save(data, FORMATS[name].pillow, transparency=0)
        picture = decoded(data.getvalue(), name)
        assert picture[20, 5].tolist() == [0, 0, 0, 0]
        assert picture[20, 30].tolist() == [200, 100, 50, 255]


# Several pictures in one file


@pytest.mark.parametrize("name", ["gif", "webp", "png", "tiff", "avif"])
def test_of_several_pictures_the_first_is_the_still(name: str, seen: Seen) -> None:
    first, *others = (Image.fromarray(np.roll(plain_picture(), step, axis=1)) for step in (0, 24, 48))
    data = io.BytesIO()
    first.save(data, FORMATS[name].pillow, save_all=True, append_images=others, duration=100)
    values, thumbnail = seen(data.getvalue(), name)
    assert values["pictures"] == 3
    assert difference(thumbnail, plain_picture()) < 6


# Size


def test_a_thumbnail_keeps_the_proportions_and_is_never_enlarged(seen: Seen) -> None:
    for size, expected in (
        ((1999, 1001), (640, 320)),
        ((30, 3000), (6, 640)),
        ((12, 7), (12, 7)),
        ((1, 5000), (1, 640)),
    ):
        for name in ("jpeg", "png"):
            values, _ = seen(written(busy_picture(*size), name), name)
            assert (values["width"], values["height"]) == size
            assert (values["thumbnail_width"], values["thumbnail_height"]) == expected


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("task", [look, pixels])
@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (2_000_000_000, 1)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(
    size: tuple[int, int], task: Any, tmp_path: Path
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(png_claiming(*size))
    with pytest.raises(BadInput, match="300 million pixels"):
        list(task({"path": str(path), "format": "png"}, tmp_path))


# Broken files


WHOLE = {
    "jpeg": written(busy_picture(), "jpeg", quality=90),
    "png": written(busy_picture(), "png"),
    "tiff": written(busy_picture(), "tiff"),
    "gif": written(busy_picture(), "gif", interlace=0),
    "webp": written(busy_picture(), "webp", quality=85),
    "heic": written(busy_picture(), "heic", quality=70),
    "avif": written(busy_picture(), "avif", quality=85),
}


@pytest.mark.parametrize("share", [0.35, 0.6, 0.85])
@pytest.mark.parametrize("name", [*NAMES])
def test_what_a_file_that_breaks_off_still_shows_is_shown(
    name: str, share: float, seen: Seen, decoded: Developed
) -> None:
    data = WHOLE[name]
    _, whole = seen(data, name)
    values, thumbnail = seen(data[: round(len(data) * share)], name)
    percent = int(values["damaged"].removeprefix("breaks off after about ").removesuffix(" % of the picture"))
    assert abs(percent - share * 100) < 22
    rows = round(240 * percent / 100) - 40
    assert difference(thumbnail[:rows, :150], whole[:rows, :150]) < 1
    assert difference(decoded(data[: round(len(data) * share)], name), thumbnail) < 1
    if name != "gif":
        assert (thumbnail[-4:, -4:] == GREY).all(), "what is not there is left grey, not made up"


@pytest.mark.parametrize("orientation", [3, 6])
@pytest.mark.parametrize("name", ["jpeg", "tiff", "heic"])
def test_a_broken_picture_is_turned_like_a_whole_one(name: str, orientation: int, seen: Seen) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = written(busy_picture(), name, exif=exif)
    _, whole = seen(data, name)
    values, thumbnail = seen(data[: round(len(data) * 0.7)], name)
    assert values["damaged"].startswith("breaks off after about")
    assert thumbnail.shape == whole.shape
    top_right = np.s_[:60, -60:] if orientation == 6 else np.s_[-60:, -60:]
    assert difference(thumbnail[top_right], whole[top_right]) < 1


def test_tiles_that_a_heic_has_lost_are_grey(seen: Seen) -> None:
    data = written(busy_picture(), "heic", quality=70, tile_size=64)
    values, thumbnail = seen(data[: round(len(data) * 0.5)], "heic")
    assert values["damaged"].startswith("breaks off after about")
    assert (thumbnail[-64:] == GREY).all()


def test_a_progressive_jpeg_that_breaks_off_shows_in_less_detail(seen: Seen) -> None:
    data = written(busy_picture(), "jpeg", progressive=True)
    values, thumbnail = seen(data[: len(data) // 2], "jpeg")
    assert "less detail" in values["damaged"]
    assert difference(thumbnail, busy_picture()) < 12


def test_damaged_data_in_the_middle_of_a_png_keeps_what_comes_before(seen: Seen) -> None:
    data = bytearray(WHOLE["png"])
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    values, thumbnail = seen(bytes(data), "png")
    assert values["damaged"].startswith("breaks off after about")
    assert difference(thumbnail[:100], busy_picture()[:100]) == 0


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", [0, 1, 12, 40])
def test_a_file_with_no_picture_left_is_refused(name: str, length: int, seen: Seen) -> None:
    with pytest.raises(BadInput) as caught:
        seen(WHOLE[name][:length], name)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "gif"])
def test_a_file_that_breaks_off_where_its_pixels_begin_is_refused(name: str, seen: Seen) -> None:
    begin = {"jpeg": b"\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0", "png": b"IDAT"}.get(name, b"")
    data = WHOLE[name]
    end = data.index(begin) + len(begin) if begin else {"tiff": 400, "gif": 800}[name]
    with pytest.raises(BadInput, match="breaks off before anything of its picture shows"):
        seen(data[: end + 2], name)


@pytest.mark.parametrize(
    "error",
    [
        OSError,
        SyntaxError,
        RuntimeError,
        EOFError,
        KeyError,
        TypeError,
        OverflowError,
        struct.error,
        MemoryError,
    ],
)
def test_whatever_a_decoder_raises_is_bad_input(error: type[Exception]) -> None:
    with pytest.raises(BadInput) as caught, unreadable_is_bad_input("jpeg"):
        raise error("with a \x1b in it")
    assert caught.value.hint and "\x1b" not in caught.value.message


def test_a_picture_under_a_wrong_name_is_not_decoded_as_something_else(seen: Seen) -> None:
    for name in NAMES:
        other = "png" if name != "png" else "jpeg"
        with pytest.raises(BadInput, match=f"begins like {other.upper()} but cannot be opened"):
            seen(WHOLE[name], other)


@pytest.mark.parametrize("name", NAMES)
def test_hostile_variations_are_shown_or_refused_but_nothing_else(name: str, seen: Seen) -> None:
    base = written(plain_picture(), name)
    rng = random.Random(name)
    refused = 0
    for case in range(14):
        data = bytearray(base)
        for _ in range(rng.choice((1, 3, 20))):
            at = rng.randrange(len(data)) if case % 2 else rng.randrange(min(len(data), 200))
            data[at] = rng.randrange(256)
        if case % 3 == 0:
            del data[rng.randrange(len(data)) :]
        if case % 5 == 0:
            at = rng.randrange(len(data) + 1)
            data[at:at] = rng.randbytes(rng.randrange(1, 40))
        try:
            values, thumbnail = seen(bytes(data), name)
        except BadInput as error:
            refused += 1
            assert error.message and error.hint
        else:
            assert max(thumbnail.shape[:2]) <= 640 and values["width"] > 0
    assert refused


def test_padding_is_refused_where_the_header_lies() -> None:
    huge = b"RIFF" + (0xFFFFFFFF).to_bytes(4, "little") + b"WEBPVP8 "
    assert pad_to_declared_length(huge + (0xFFFFFFF0).to_bytes(4, "little"), "webp") is None
    assert pad_to_declared_length(WHOLE["webp"], "webp") is None
    assert pad_to_declared_length(b"\0\0\0\x02ftyp", "heic") is None


# Through the sandbox


@pytest.mark.parametrize("name", NAMES)
def test_the_parent_sees_the_picture_through_the_sandbox(name: str, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "object"
    path.write_bytes(written(plain_picture(), name))
    format = sniff(path.read_bytes()[:4096])
    seen = look_still(sandbox, path, format)
    assert (seen.width, seen.height, seen.damaged) == (96, 64, "")
    assert (seen.stream.codec, seen.stream.width, seen.stream.height) == (name, 96, 64)
    picture = read_pixels(sandbox, path, format)
    assert (picture.width, picture.height, picture.channels) == (96, 64, 3)
    for shown in (seen.thumbnail, picture):
        assert difference(np.frombuffer(shown.data, np.uint8).reshape(64, 96, 3), plain_picture()) < 6
    with Image.open(io.BytesIO(seen.thumbnail.jpeg())) as image:
        assert difference(np.asarray(image), plain_picture()) < 8
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_refusal_comes_through_the_sandbox_in_words(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "object"
    path.write_bytes(WHOLE["jpeg"][:300])
    for read in (look_still, read_pixels):
        with pytest.raises(BadInput, match="JPEG"):
            read(sandbox, path, FORMATS["jpeg"])


@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_large_pictures_come_in_bands_that_fit_together(
    orientation: int, sandbox: Sandbox, tmp_path: Path
) -> None:
    large = np.random.default_rng(1).integers(0, 255, (2100, 2600), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "object"
    path.write_bytes(written(large, "png", exif=exif, compress_level=0))
    picture = read_pixels(sandbox, path, FORMATS["png"])
    assert len(list(pixels({"path": str(path), "format": "png"}, tmp_path))) > 1
    with Image.open(path) as image:
        expected = np.asarray((ImageOps.exif_transpose(image) or image).convert("RGB"))
    assert np.array_equal(np.frombuffer(picture.data, np.uint8).reshape(expected.shape), expected)


def test_a_lying_decoder_is_not_believed(tmp_path: Path) -> None:
    honest: dict[str, Any] = {"width": 4, "height": 4, "stored_width": 4, "stored_height": 4}
    honest |= {"rotation": 0, "mirrored": False, "pictures": 1, "thumbnail_width": 4, "thumbnail_height": 4}
    lies: list[dict[str, Any]] = [{"width": 0}, {"width": 1 << 40}, {"height": "4"}, {"rotation": 45}]
    lies += [{"thumbnail_width": 4000}, {"thumbnail_height": 5}, {"pictures": None}]

    class Lying(Sandbox):
        told: dict[str, Any] = honest

        def run(self, task: str, **params: object) -> Message:  # noqa: ARG002
            return Message(self.told, bytes(48))

    lying = Lying((), tmp_path)
    assert look_still(lying, tmp_path, FORMATS["jpeg"]).width == 4
    for lie in lies:
        lying.told = honest | lie
        with pytest.raises(ToolFailed):
            look_still(lying, tmp_path, FORMATS["jpeg"])


def test_words_from_the_decoder_are_made_printable(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "object"
    evil = display_p3().replace("P3D ".encode("utf-16-be"), "P\x1b[2".encode("utf-16-be"))
    path.write_bytes(written(plain_picture(), "png", icc_profile=evil))
    assert look_still(sandbox, path, FORMATS["png"]).stream.colour.startswith("P\\x1b[2")


def test_the_parent_loads_no_decoder_before_it_needs_one() -> None:
    code = "import sys, footage.media.still, footage.media.embedded; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"PIL", "pillow_heif", "av", "numpy", "cv2"} & set(loaded)


# Encoding


def as_picture(pixels: Pixels) -> Picture:
    return Picture(pixels.shape[1], pixels.shape[0], pixels.shape[2], pixels.tobytes())


@pytest.mark.parametrize("name", NAMES)
def test_an_encoded_picture_decodes_to_the_same_pixels(name: str, decoded: Developed) -> None:
    data = encode(as_picture(busy_picture()), name)
    assert sniff(data[:4096]).name == name
    limit = {"png": 0.0, "tiff": 0.0}.get(name, 4.0)
    assert difference(decoded(data, name), busy_picture()) <= limit
    assert encode(as_picture(busy_picture()), name) == data


@pytest.mark.parametrize("name", NAMES)
def test_a_black_fill_stays_black_in_every_format(name: str, decoded: Developed) -> None:
    filled = busy_picture()
    filled[64:160, 96:208] = 0
    assert decoded(encode(as_picture(filled), name), name)[66:158, 98:206].max() <= 6


@pytest.mark.parametrize("name", NAMES)
def test_an_encoded_picture_carries_no_metadata(name: str) -> None:
    data = encode(as_picture(plain_picture()), name)
    if name == "heic":
        info = dict(pillow_heif.open_heif(data).info)
        assert not info["exif"] and not info["metadata"] and "xmp" not in info
    else:
        with Image.open(io.BytesIO(data)) as image:
            assert not {"exif", "xmp", "photoshop", "comment"} & set(image.info)
            if "icc_profile" in image.info:
                year, *_ = struct.unpack_from(">6H", image.info["icc_profile"], 24)
                assert year == 2000, "the profile does not say when it was made"
    for mark in (b"Exif", b"http://ns.adobe.com", b"8BIM", b"Pillow", b"tEXt", b"tIME"):
        assert mark not in data


@pytest.mark.parametrize("name", ["png", "tiff", "webp", "gif", "heic", "avif"])
def test_transparency_is_kept_where_the_format_has_it(name: str, decoded: Developed) -> None:
    picture = decoded(encode(as_picture(glass()), name), name)
    assert picture.shape[2] == 4
    assert picture[20, 10, 3] == 255 and picture[20, 50, 3] == 0


def test_a_jpeg_shows_neutral_grey_through_its_transparency(decoded: Developed) -> None:
    picture = decoded(encode(as_picture(glass()), "jpeg"), "jpeg")
    assert np.abs(picture[20, 50].astype(int) - GREY).max() <= 2


def test_a_gif_keeps_up_to_256_colours_as_they_are(decoded: Developed) -> None:
    few = np.repeat(np.repeat(busy_picture(16, 16), 8, axis=0), 8, axis=1)
    assert np.array_equal(decoded(encode(as_picture(few), "gif"), "gif"), few)


def test_a_picture_too_large_for_its_format_is_a_failure_in_words() -> None:
    with pytest.raises(ToolFailed, match="20000 x 1 could not be written as WEBP"):
        encode(Picture(20_000, 1, 3, bytes(60_000)), "webp")


@pytest.mark.parametrize(
    ("width", "height", "channels", "length"), [(2, 2, 3, 11), (2, 2, 1, 4), (0, 2, 3, 0), (-2, -2, 3, 12)]
)
def test_a_picture_whose_size_and_pixels_disagree_is_not_made(
    width: int, height: int, channels: int, length: int
) -> None:
    with pytest.raises(ToolFailed):
        Picture(width, height, channels, bytes(length))

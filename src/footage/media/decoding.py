"""Opening and decoding stills, broken ones too; runs in the sandboxed child only.

Pillow decodes, held to the one format that was sniffed; pillow-heif is its plugin for HEIC.

A picture that breaks off is evidence: what the file holds is shown. What it does not hold is never made up,
but left blank: grey, or in a GIF its first colour.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import AvifImagePlugin, Image, ImageFile, UnidentifiedImageError

from footage.errors import BadInput
from footage.media.orientation import exif_turn, turned_size
from footage.media.picture import GROUND, PIXEL_LIMIT
from footage.media.sniff import FORMATS
from footage.model.printable import printable

UNREADABLE = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow and its plugins raise when a file is broken: far more than they document."""

_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_ORIENTATION = 0x0112
_THREADS = 4
_DETAIL_LIMIT = 160
_PADDING_LIMIT = 256 << 20
_PADDINGS = (b"\0", bytes(6) + b"\x40", bytes(30) + b"\x9d", b"\x5a", b"\xa5\x3c\x96")
_ENOUGH = 3
_WHOLE_ONLY = ("webp", "heic", "avif")
_WEBP_FLAGS = 20
_WEBP_METADATA = 0b1100
_BLANK = GROUND[0]
_ROWS = 256
_LEAST_SHARE = 0.005
_FLAT = 8
_NOTHING_SHOWS = "it breaks off before anything of its picture shows"
_COPY = "ask whoever sent it for another copy"

# The address space of the sandbox is bounded, and every thread takes its share of it.
AvifImagePlugin.DEFAULT_MAX_THREADS = _THREADS
Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT


@dataclass(frozen=True, slots=True)
class Decoded:
    """A still as Pillow decoded it.

    Attributes:
        image: its pixels in the mode of the file, perhaps at a fraction of its size.
        width, height: of the whole displayed picture in pixels.
        rotation, mirrored: how the file says that the stored picture must be turned.
        turned: whether the decoder has already done that to ``image``.
        damaged: what is wrong and where it ends; empty when it is whole.
    """

    image: Image.Image
    width: int
    height: int
    rotation: int
    mirrored: bool
    turned: bool
    damaged: str = ""


@contextmanager
def unreadable_is_bad_input(name: str) -> Iterator[None]:
    """Turn whatever a broken file makes Pillow raise into BadInput, and its warnings into silence.

    Args:
        name: of the format in :data:`footage.media.sniff.FORMATS`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except _BOMB as error:
            most = f"{PIXEL_LIMIT // 1_000_000} million"
            raise BadInput(f"it claims to have more than {most} pixels", "add a smaller version") from error
        except MemoryError as error:
            raise BadInput("it needs more memory than it is allowed", "add a smaller version") from error
        except UnidentifiedImageError as error:
            raise BadInput(f"it begins like {name.upper()} but cannot be opened", _COPY) from error
        except UNREADABLE as error:
            detail = printable(str(error))[:_DETAIL_LIMIT] or type(error).__name__
            raise BadInput(f"its {name.upper()} picture cannot be decoded: {detail}", _COPY) from error


def open_still(file: BinaryIO, name: str) -> ImageFile.ImageFile:
    """Open a still as its sniffed format and nothing else; its pixels are not decoded yet.

    Raises:
        Exception: anything of :data:`UNREADABLE`; see :func:`unreadable_is_bad_input`.
    """
    if name == "heic":
        _register_heif()
    file.seek(0)
    return Image.open(file, formats=[FORMATS[name].pillow])


def decode(file: BinaryIO, name: str, side: int | None = None) -> Decoded:
    """Decode a still, or as much of it as the file holds; of several pictures the first.

    Args:
        name: of its format in :data:`footage.media.sniff.FORMATS`.
        side: how many pixels the longer side must have at least, where fewer than all will do; None for all.

    Raises:
        BadInput: it breaks off before anything shows.
        Exception: anything of :data:`UNREADABLE`; see :func:`unreadable_is_bad_input`.
    """
    if name in _WHOLE_ONLY and (still := _fill_up(file, name)):
        # Asked first, because libheif passes over missing tiles without a word.
        return still
    try:
        return _load(open_still(file, name), name, side)
    except UNREADABLE:
        still = _load_leniently(file, name, side) if name not in _WHOLE_ONLY else None
        if still is None:
            raise
        return still


def count_pictures(file: BinaryIO, name: str) -> int:
    """How many pictures an animation, a sequence or a document of several pages holds; at least 1."""
    try:
        return max(1, getattr(open_still(file, name), "n_frames", 1)) if name != "jpeg" else 1
    except UNREADABLE:
        return 1


def pad_to_declared_length(data: bytes, name: str, padding: bytes = b"\0") -> bytes | None:
    r"""A WebP, HEIC or AVIF file that breaks off, filled up to the length that its headers declare.

    Their decoders take nothing but whole files. None where the file is as long as it says, or says nonsense.

    >>> pad_to_declared_length(b"\0\0\0\x0fftypavif", "avif", b"ab")
    b'\x00\x00\x00\x0fftypavifaba'
    """
    if name == "webp":
        return _padded_webp(data, padding)
    end = _boxes_end(data) if name in ("heic", "avif") else 0
    return _padded(data, end, padding)


def _padded(data: bytes, length: int, padding: bytes) -> bytes | None:
    missing = length - len(data)
    if not 0 < missing <= _PADDING_LIMIT:
        return None
    return data + (padding * (missing // len(padding) + 1))[:missing]


def _boxes_end(data: bytes) -> int:
    """Where a row of boxes (ISO/IEC 14496-12, 4.2) says it ends; 0 where it makes no sense."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return 0
        at += size
    return at


def _padded_webp(data: bytes, padding: bytes) -> bytes | None:
    """A WebP that ends with the chunk in which it breaks off, and does not promise what would follow it.

    Source: RFC 9649, sections 2.3 to 2.7.
    """
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    if at <= len(data) and 8 + int.from_bytes(data[4:8], "little") <= len(data):
        return None
    whole = data[:at] if at <= len(data) else _padded(data, at, padding)
    if whole is None:
        return None
    fixed = bytearray(whole)
    fixed[4:8] = (len(whole) - 8).to_bytes(4, "little")
    if fixed[12:16] == b"VP8X" and len(fixed) > _WEBP_FLAGS:
        fixed[_WEBP_FLAGS] &= ~_WEBP_METADATA
    return bytes(fixed)


def _register_heif() -> None:
    # Deferred, because it takes time and only HEIC needs it.
    import pillow_heif

    pillow_heif.register_heif_opener(
        thumbnails=False, depth_images=False, aux_images=False, decode_threads=_THREADS
    )


def _load(image: ImageFile.ImageFile, name: str, side: int | None) -> Decoded:
    """Decode an opened still.

    Pillow turns TIFF when it loads it, and libheif turns HEIC; what EXIF says in a HEIC does not count
    (ISO/IEC 23008-12, 6.5.10), and pillow-heif takes it out.
    """
    if name == "avif":
        # Pillow tells AVIF's own orientation as EXIF's; XMP's, which it would ask next, has no say in AVIF.
        image.info.pop("xmp", None)
    before = _turning(image) if name == "tiff" else None
    size = _draft(image, side)
    image.load()
    rotation, mirrored = before or _turning(image)
    width, height = size if name == "jpeg" else image.size
    turned = name in ("tiff", "heic")
    if not turned:
        width, height = turned_size(width, height, rotation)
    return Decoded(image, width, height, rotation, mirrored, turned)


def _draft(image: ImageFile.ImageFile, side: int | None) -> tuple[int, int]:
    """Let the decoder skip what a smaller picture does not need (JPEG alone can); the full size."""
    width, height = image.size
    if side is not None:
        image.draft(
            None, (max(1, width * side // max(width, height)), max(1, height * side // max(width, height)))
        )
    return width, height


def _turning(image: Image.Image) -> tuple[int, bool]:
    try:
        return exif_turn(image.getexif().get(_ORIENTATION))
    except UNREADABLE:
        return 0, False


def _load_leniently(file: BinaryIO, name: str, side: int | None) -> Decoded | None:
    """Decode as far as the data goes."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = open_still(file, name)
        canvas = _lay_canvas(image, name)
        try:
            still = _load(image, name, side)
        except UNREADABLE:
            if canvas is None or image.mode == "P":  # its palette is lost
                raise
            still = canvas
    except UNREADABLE:
        return None
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    # The canvas stays as it is stored, whichever way the picture is turned: rows are missing there.
    stored = canvas.image if canvas is not None else still.image
    blank = still.image.info.get("transparency", 0) if name == "gif" else _blank(stored.mode)
    return _marked(still, _rows_drawn(stored, blank))


def _lay_canvas(image: ImageFile.ImageFile, name: str) -> Decoded | None:
    """Have a PNG or TIFF drawn on a blank canvas, which stays when the decoder gives up half-way."""
    if name not in ("png", "tiff"):
        return None
    rotation, mirrored = _turning(image) if name == "tiff" or "exif" in image.info else (0, False)
    width, height = image.size if name == "tiff" else turned_size(*image.size, rotation)
    canvas = Image.new(image.mode, turned_size(width, height, rotation), _blank(image.mode))
    canvas.info = dict(image.info)
    image.im = canvas.im
    return Decoded(canvas, width, height, rotation, mirrored, turned=False)


def _blank(mode: str) -> int | tuple[int, ...]:
    """The value of a pixel that the file does not hold; libjpeg leaves the same grey."""
    bands = Image.getmodebands(mode)
    if mode in ("1", "P"):
        return 0
    return _BLANK if bands == 1 else (_BLANK,) * bands


def _rows_drawn(image: Image.Image, blank: int | tuple[int, ...]) -> float:
    """The share of rows that hold anything but the blank; 0 where that is next to nothing."""
    # Adobe's inverted CMYK has its middle at 127.
    slack = 0 if image.mode in ("1", "P") else 1
    rows = pixels = 0
    for top in range(0, image.height, _ROWS):
        part = np.asarray(image.crop((0, top, image.width, min(image.height, top + _ROWS))))
        drawn = np.abs(part.astype(np.float64) - np.asarray(blank)) > slack
        drawn = drawn.reshape(*part.shape[:2], -1).any(axis=2)
        rows += int(drawn.any(axis=1).sum())
        pixels += int(drawn.sum())
    return rows / image.height if pixels >= _LEAST_SHARE * image.width * image.height else 0.0


def _marked(still: Decoded, share: float) -> Decoded:
    """A still with the words for how much of it there is.

    Raises:
        BadInput: it is next to nothing.
    """
    if share < _LEAST_SHARE:
        raise BadInput(_NOTHING_SHOWS, _COPY)
    if share == 1:
        return replace(still, damaged="breaks off; the whole picture shows, perhaps with less detail")
    percent = min(99, max(1, round(share * 100)))
    return replace(still, damaged=f"breaks off after about {percent} % of the picture")


def _fill_up(file: BinaryIO, name: str) -> Decoded | None:
    """Decode a WebP, HEIC or AVIF that breaks off; None for one that does not, or not in its pixels.

    The decoder is given the file with what is missing filled up in different ways. Pixels that come out the
    same are the file's own; those that differ were made up, and are left blank.
    """
    file.seek(0)
    data = file.read()
    if pad_to_declared_length(data, name) is None:
        return None
    fillings = (_load_filled(data, name, padding) for padding in _PADDINGS)
    decoded = list(islice((still for still in fillings if still is not None), _ENOUGH))
    if len(decoded) < 2:
        return None
    first, *others = decoded
    missing = np.zeros((first.image.height, first.image.width), dtype=np.bool_)
    for still in others:
        missing |= (_samples(first) != _samples(still)).any(axis=2)
    samples = _samples(first).copy()
    if name == "heic":
        missing |= _unfilled_tiles(samples)
    if missing.all() or int(np.ptp(samples[~missing], axis=0).max()) <= _FLAT:
        raise BadInput(_NOTHING_SHOWS, _COPY)
    samples[missing] = _BLANK
    image = Image.fromarray(samples.squeeze(axis=2) if samples.shape[2] == 1 else samples)
    image.info = dict(first.image.info)
    return _marked(replace(first, image=image), 1 - float(missing.mean()))


def _load_filled(data: bytes, name: str, padding: bytes) -> Decoded | None:
    filled = pad_to_declared_length(data, name, padding)
    try:
        return _load(open_still(io.BytesIO(filled), name), name, None) if filled else None
    except UNREADABLE:
        return None


def _samples(still: Decoded) -> NDArray[np.uint8]:
    """Height x width x channels."""
    return np.atleast_3d(np.asarray(still.image, dtype=np.uint8))


def _unfilled_tiles(samples: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where libheif had no tile: it leaves luma and chroma at zero there, which is a pure green.

    The last tile lies in a corner, in whichever the picture was turned.
    """
    unfilled = np.zeros(samples.shape[:2], dtype=np.bool_)
    if samples.shape[2] >= 3:
        for corner in (samples[0, 0], samples[0, -1], samples[-1, 0], samples[-1, -1]):
            if corner[0] == corner[2] == 0 < corner[1]:
                unfilled |= (samples[:, :, :3] == corner[:3]).all(axis=2)
    return unfilled

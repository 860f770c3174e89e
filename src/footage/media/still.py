"""Stills as the program sees them: decoded in the sandbox, encoded here.

The child hands out nothing but pixels and numbers; a still that leaves the program is written from pixels
alone, so that it can carry nothing else.
"""

import errno
import io
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from footage.errors import ToolFailed
from footage.media.picture import PIXEL_LIMIT, Picture, as_image, flattened
from footage.media.sandbox import Message, Sandbox
from footage.media.sniff import Format
from footage.model.asset import Stream
from footage.model.printable import printable

if TYPE_CHECKING:
    from PIL import Image

_THUMBNAIL_SIDE = 640
_TEXT_LIMIT = 200
_CLEAR = 255

JPEG_QUALITY = 92
"""Of a still that goes out, where nobody asks for another."""


@dataclass(frozen=True, slots=True)
class StillLook:
    """What was seen of a still.

    Attributes:
        width, height: of the displayed picture in pixels.
        stream: its one picture stream; ``colour`` is the name of its ICC profile.
        pictures: how many pictures the file holds (an animation, a document); the first is the still.
        damaged: what is wrong and where it ends; empty when it is whole.
        thumbnail: displayed, sRGB, at most 640 pixels on the longer side, never larger than the still.
    """

    width: int
    height: int
    stream: Stream
    pictures: int
    damaged: str
    thumbnail: Picture


def look_still(sandbox: Sandbox, path: Path, format: Format, *, quickly: bool = False) -> StillLook:
    """Look at a still.

    Args:
        path: the vault's own copy.
        format: as it was sniffed.
        quickly: decode the whole file, but to no more pixels than the thumbnail needs.

    Raises:
        BadInput: nothing of it can be shown, or it has more than 300 million pixels.
        ToolFailed: the decoder broke down.
    """
    message = sandbox.run(
        "footage.media.still_tasks:look", path=str(path), format=format.name, quickly=quickly
    )
    told = _Told(message)
    thumbnail = Picture(
        told.number("thumbnail_width", 1, _THUMBNAIL_SIDE),
        told.number("thumbnail_height", 1, _THUMBNAIL_SIDE),
        3,
        message.payload,
    )
    stream = Stream(
        index=0,
        kind="video",
        codec=format.name,
        width=told.number("stored_width", 1, PIXEL_LIMIT),
        height=told.number("stored_height", 1, PIXEL_LIMIT),
        rotation=told.rotation(),
        mirrored=told.number("mirrored", 0, 1) == 1,
        pixel_format=told.text("pixel_format"),
        colour=told.text("colour"),
    )
    return StillLook(
        width=told.number("width", 1, PIXEL_LIMIT),
        height=told.number("height", 1, PIXEL_LIMIT),
        stream=stream,
        pictures=told.number("pictures", 1, 1 << 31),
        damaged=told.text("damaged"),
        thumbnail=thumbnail,
    )


def read_pixels(sandbox: Sandbox, path: Path, format: Format) -> Picture:
    """All pixels of a still as displayed, with alpha where anything in it is transparent.

    Pictures with more than 8 bits a sample come with 8.

    Raises:
        BadInput: nothing of it can be shown, or it has more than 300 million pixels.
        ToolFailed: the decoder broke down.
    """
    parts: list[bytes] = []
    taken = 0
    size = (0, 0, 0)
    for message in sandbox.stream("footage.media.still_tasks:pixels", path=str(path), format=format.name):
        told = _Told(message)
        size = (
            told.number("width", 1, PIXEL_LIMIT),
            told.number("height", 1, PIXEL_LIMIT),
            told.number("channels", 3, 4),
        )
        parts.append(message.payload)
        taken += len(message.payload)
        if taken > 4 * PIXEL_LIMIT:
            raise ToolFailed("the decoder handed out more pixels than a still may have")
    return Picture(*size, b"".join(parts))


def encode(picture: Picture, format_name: str) -> bytes:
    """A still, made from pixels alone as :func:`write_still` makes it."""
    file = io.BytesIO()
    _save(picture, format_name, file, JPEG_QUALITY)
    return file.getvalue()


def write_still(picture: Picture, format_name: str, path: Path, quality: int = JPEG_QUALITY) -> None:
    """Write a still from pixels alone.

    Where the format has no transparency (JPEG), a neutral grey shows through. JPEG is 4:4:4; HEIC is 4:2:0,
    because few viewers show it otherwise; GIF never dithers, because dither would reach into what a mask has
    filled.

    Args:
        format_name: of a still in :data:`footage.media.sniff.FORMATS`.
        path: of the file. It holds no metadata but a plain sRGB profile (JPEG, PNG, TIFF, WebP) or the
            numbers that stand for one (HEIC, AVIF).
        quality: of a JPEG, 1 to 100.

    Raises:
        ToolFailed: the encoder cannot write such a picture, for instance one too large for the format.
        OSError: the disk did not take it.
    """
    # Into a file of the disk, not into memory, because Pillow lets other threads work meanwhile.
    with path.open("wb") as file:
        _save(picture, format_name, file, quality)


def _save(picture: Picture, format_name: str, file: BinaryIO, quality: int) -> None:
    image = as_image(picture)
    try:
        if format_name == "heic":
            _save_heic(image, file)
        else:
            pillow, options = _SAVING[format_name]
            if format_name == "jpeg":
                options = options | {"quality": quality}
            image = {"jpeg": flattened, "gif": _few_colours}.get(format_name, lambda same: same)(image)
            image.save(file, pillow, **options, **_profile_for(format_name))
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        size = f"{picture.width} x {picture.height}"
        message = f"a picture of {size} could not be written as {format_name.upper()}: {error}"
        raise ToolFailed(message, "export it in another format") from error


_SAVING: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"subsampling": 0}),
    "png": ("PNG", {}),
    "tiff": ("TIFF", {"compression": "tiff_adobe_deflate"}),
    "webp": ("WEBP", {"quality": 92, "method": 4}),
    "gif": ("GIF", {}),
    "avif": ("AVIF", {"quality": 90, "subsampling": "4:4:4"}),
}


def _profile_for(format_name: str) -> dict[str, bytes]:
    return {"icc_profile": _srgb_profile()} if format_name in ("jpeg", "png", "tiff", "webp") else {}


@cache
def _srgb_profile() -> bytes:
    """A small sRGB profile, the same on every day: bytes 24 to 35 are its date (ICC.1:2022, 7.2.1)."""
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + profile[36:]


def _save_heic(image: "Image.Image", file: BinaryIO) -> None:
    from pillow_heif import from_pillow

    from_pillow(image).save(file, quality=92, chroma=420)


def _few_colours(image: "Image.Image") -> "Image.Image":
    """At most 256 colours, or 255 and full transparency in place of what is more transparent than not."""
    from PIL import Image

    colours = image.convert("RGB").quantize(256 - (image.mode == "RGBA"), method=Image.Quantize.MEDIANCUT)
    if image.mode == "RGBA":
        colours.paste(_CLEAR, mask=image.getchannel("A").point(lambda alpha: 255 * (alpha < 128)))
        colours.info["transparency"] = _CLEAR
    return colours


class _Told:
    """What the child says of a still, not believed before it was checked."""

    def __init__(self, message: Message) -> None:
        self._values = message.values

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number.

        Raises:
            ToolFailed: it is missing, no number, or out of bounds.
        """
        value = self._values.get(name)
        if not isinstance(value, int) or not least <= value <= most:
            raise ToolFailed(f"the decoder told an impossible {name.replace('_', ' ')}")
        return int(value)

    def rotation(self) -> int:
        """A quarter turn.

        Raises:
            ToolFailed: it is none.
        """
        value = self.number("rotation", 0, 270)
        if value % 90:
            raise ToolFailed("the decoder told an impossible rotation")
        return value

    def text(self, name: str) -> str:
        """A short printable text; empty where nothing was told."""
        return printable(str(self._values.get(name, "")))[:_TEXT_LIMIT]

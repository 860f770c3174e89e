"""Pictures as plain pixels: what the sandboxed child hands out and what the parent encodes."""

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from footage.errors import ToolFailed

if TYPE_CHECKING:
    from PIL import Image

PIXEL_LIMIT = 300_000_000
"""No larger still is decoded: the largest cameras' have 150 million pixels, the largest phones' 200."""

GROUND = (128, 128, 128)
"""The neutral grey that shows through where a picture is transparent and its new home cannot be."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A displayed picture: 8-bit sRGB, row by row from the top left, without padding.

    Attributes:
        width, height: in pixels.
        channels: 3 (red, green, blue) or 4 (and alpha, not premultiplied).
        data: ``width * height * channels`` bytes.

    Raises:
        ToolFailed: the size and the pixels do not agree.
    """

    width: int
    height: int
    channels: int
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        wanted = self.width * self.height * self.channels
        if self.channels not in (3, 4) or min(self.width, self.height) < 1 or len(self.data) != wanted:
            size = f"{self.width} x {self.height} x {self.channels}"
            raise ToolFailed(
                f"a picture of {size} came with {len(self.data)} bytes",
                "try again; if it happens again, report it with the output of: footage doctor",
            )

    def jpeg(self, quality: int = 85) -> bytes:
        """A JPEG of it (4:2:0, no metadata), for thumbnails and keyframes; grey where it is transparent."""
        encoded = io.BytesIO()
        flattened(as_image(self)).save(encoded, "JPEG", quality=quality)
        return encoded.getvalue()


def as_image(picture: Picture) -> "Image.Image":
    """The same pixels as Pillow's image, mode RGB or RGBA."""
    from PIL import Image

    mode = "RGB" if picture.channels == 3 else "RGBA"
    return Image.frombytes(mode, (picture.width, picture.height), picture.data)


def shrunk(picture: Picture, longest: int) -> Picture:
    """The same picture with no side longer than that; the very same where none is."""
    if max(picture.width, picture.height) <= longest:
        return picture
    image = as_image(picture)
    image.thumbnail((longest, longest))
    return Picture(image.width, image.height, picture.channels, image.tobytes())


def flattened(image: "Image.Image") -> "Image.Image":
    """An RGB or RGBA image without transparency, laid over the neutral ground."""
    from PIL import Image

    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, (*GROUND, 255))
    return Image.alpha_composite(ground, image).convert("RGB")

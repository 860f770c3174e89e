"""From decoded samples of any kind to 8-bit sRGB; runs in the sandboxed child only."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from footage.media.decoding import UNREADABLE

_NAME_LIMIT = 80
_ROWS = 256
_PLAIN = {
    "1": "L",
    "La": "LA",
    "P": "RGB",
    "PA": "RGBA",
    "RGBX": "RGB",
    "RGBa": "RGBA",
    "YCbCr": "RGB",
    "HSV": "RGB",
}


class Developer:
    """Turns parts of one picture into 8-bit sRGB, all in the same way.

    Its embedded ICC profile is followed (relative colorimetric, with black point compensation); without one,
    or with one that cannot be read or does not fit, the samples are taken for sRGB. Samples of more than
    8 bits are scaled, not clipped.

    Args:
        image: the picture, loaded.

    Attributes:
        colour: the profile's name; empty where none is followed.
    """

    def __init__(self, image: Image.Image) -> None:
        self._range = _range(image)
        first = self.plain(image.crop((0, 0, 1, 1)))
        self.colour, self._transform = _transform(image.info.get("icc_profile"), first.mode.removesuffix("A"))

    def plain(self, part: Image.Image) -> Image.Image:
        """A part with 8 bits a sample in mode L, LA, RGB, RGBA, CMYK or LAB."""
        if self._range is not None:
            return _scaled(part, *self._range)
        if "transparency" in part.info and part.mode in ("1", "L", "P", "RGB"):
            return part.convert("LA" if part.mode in ("1", "L") else "RGBA")
        return part.convert(_PLAIN[part.mode]) if part.mode in _PLAIN else part

    def srgb(self, plain: Image.Image) -> Image.Image:
        """A plain part in mode RGB or RGBA."""
        alpha = plain.getchannel("A") if plain.mode in ("LA", "RGBA") else None
        colour = plain.convert(plain.mode.removesuffix("A")) if alpha else plain
        if self._transform is not None:
            colour = ImageCms.applyTransform(colour, self._transform) or colour
        colour = colour if colour.mode == "RGB" else colour.convert("RGB")
        if alpha:
            colour.putalpha(alpha)
        return colour


def pixel_format(image: Image.Image) -> str:
    """What a decoded still's samples are, in FFmpeg's words as far as it has one."""
    depth = image.info.get("bit_depth", 8)
    if isinstance(depth, int) and depth > 8:
        return f"gbrp{depth}le"
    return _FFMPEG.get(image.mode, image.mode.lower())


_FFMPEG = {
    "1": "monob",
    "L": "gray",
    "LA": "ya8",
    "P": "pal8",
    "RGB": "rgb24",
    "RGBA": "rgba",
    "I;16": "gray16le",
    "I;16L": "gray16le",
    "I;16B": "gray16be",
    "F": "grayf32le",
}


def _range(image: Image.Image) -> tuple[float, float] | None:
    """The samples that are black and white, where they have more than 8 bits.

    Floating point has its white at 1 by custom; where samples go beyond it, and in 32-bit integers, the next
    full scale that holds them is taken, and beyond 16 bits what they themselves span.
    """
    if image.mode.startswith("I;16"):
        return 0, 65535
    if image.mode not in ("I", "F"):
        return None
    extrema: Any = image.getextrema()
    low, high = map(float, extrema)
    if not np.isfinite((low, high)).all():
        return 0, 1
    whites = (1, 255, 65535) if image.mode == "F" else (255, 65535)
    if low >= 0:
        return 0, next((white for white in whites if high <= white), high)
    return low, max(high, low + 1)


def _scaled(part: Image.Image, black: float, white: float) -> Image.Image:
    scaled = np.empty((part.height, part.width), np.uint8)
    for top in range(0, part.height, _ROWS):
        bottom = min(part.height, top + _ROWS)
        rows = np.nan_to_num(np.asarray(part.crop((0, top, part.width, bottom))).astype(np.float64))
        scaled[top:bottom] = np.clip((rows - black) * (255 / (white - black)) + 0.5, 0, 255)
    return Image.fromarray(scaled)


def _transform(profile: object, mode: str) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The name of an embedded profile and the way from it to sRGB; nothing where it is of no use."""
    if mode == "LAB":
        return "CIELAB", _built(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), mode)
    if not isinstance(profile, bytes):
        return "", None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = (source.profile.profile_description or "").strip()[:_NAME_LIMIT]
        # What is sRGB stays exactly what it is.
        return name, None if name.startswith("sRGB") else _built(source, mode)
    except (ImageCms.PyCMSError, *UNREADABLE):
        return "", None


def _built(source: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        source,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )

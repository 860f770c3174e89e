"""A credit line burnt into pictures: white letters on a dark strip, in the lower third, inside the safe area.

The letters are Roboto's (Latin, Greek, Cyrillic), which comes as a package; what it has no letter for is
refused by name, never drawn as an empty box.
"""

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footage.errors import Refused
from footage.media.picture import Picture, as_image
from footage.model.printable import printable

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_SAFE = Fraction(1, 20)
"""The margin on every side: titles keep to the inner 90 per cent (SMPTE ST 2046-1)."""

_SIZE = Fraction(9, 200)
"""The letters' size in shares of the picture's shorter side, where that is not below what can be read."""

_SMALLEST = 10
_MOST_LINES = 3
_DARKNESS = 168
_WEIGHT, _WIDTH = 500, 100
_FAMILY = "Roboto"
_NOWHERE = "\U0010ffff"
"""A code that never stands for a character: what the font draws for it, it draws for all it lacks."""

_HINT = 'footage set ASSET --credit "…", or a profile without lower_third'


@dataclass(frozen=True, slots=True)
class Strip:
    """A credit line as it lies on a picture.

    Attributes:
        picture: greys and alpha, so that it looks the same in all colour systems.
        left, top: where its corner lies, in pixels.
    """

    picture: Picture
    left: int
    top: int


def drawn(text: str, width: int, height: int) -> Strip:
    """A credit line for a displayed picture of that size, in as few lines as fit, at most three.

    Raises:
        Refused: a letter cannot be drawn, or the text does not fit.
    """
    from PIL import Image, ImageDraw

    text = unicodedata.normalize("NFC", " ".join(text.split()))
    insist_on_letters(text)
    left, below = _margin(width), _margin(height)
    size, lines = _fitted(text, width - 2 * left, height // 3 - below)
    font, padding, leading = _font(size), _padding(size), _leading(size)
    box = (
        max(round(font.getlength(line)) for line in lines) + 2 * padding,
        leading * len(lines) + 2 * padding - (leading - size),
    )
    image = Image.new("RGBA", box, (0, 0, 0, _DARKNESS))
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        # Capitals of this font are seven tenths of its size, and a little lower they look centred.
        baseline = padding + number * leading + round(size * Fraction(17, 20))
        draw.text((padding, baseline), line, font=font, fill=(255, 255, 255, 255), anchor="ls")
    picture = Picture(*image.size, 4, image.tobytes())
    return Strip(picture, left, height - below - image.height)


def credited(picture: Picture, text: str) -> Picture:
    """A still with a credit line burnt in.

    Raises:
        Refused: a letter cannot be drawn, or the text does not fit.
    """
    from PIL import Image

    strip = drawn(text, picture.width, picture.height)
    over = Image.new("RGBA", (picture.width, picture.height), (0, 0, 0, 0))
    over.paste(as_image(strip.picture), (strip.left, strip.top))
    image = as_image(picture)
    image = Image.alpha_composite(image.convert("RGBA"), over).convert(image.mode)
    return Picture(picture.width, picture.height, picture.channels, image.tobytes())


def overlaid(
    pictures: Any, text: str, size: tuple[int, int], strip_path: Path, seconds: Fraction | None = None
) -> Any:
    """The pictures of an FFmpeg graph with a credit line burnt in; each keeps its time.

    Args:
        pictures: a stream of ``ffmpeg-python``, upright, with square pixels, in 8-bit 4:2:0.
        size: of the pictures.
        strip_path: a PNG is written there, for FFmpeg to read.
        seconds: how long it stands from the first picture on; None for the whole clip.

    Raises:
        Refused: a letter cannot be drawn, or the text does not fit.
    """
    import ffmpeg

    strip = drawn(text, *size)
    as_image(strip.picture).save(strip_path, "PNG")
    over = ffmpeg.input(
        f"file:{strip_path}", format="png_pipe", protocol_whitelist="file", codec_whitelist="png"
    )
    spell = {} if seconds is None else {"enable": f"lt(t,{float(seconds):.6f})"}
    laid = ffmpeg.filter(
        [pictures, over], "overlay", x=strip.left, y=strip.top, eof_action="repeat", format="yuv420", **spell
    )
    return laid.filter("format", "yuv420p")


def insist_on_letters(text: str) -> None:
    """Check that every letter can be drawn.

    Raises:
        Refused: the first that cannot, by name; or there is nothing to draw.
    """
    if not text.strip():
        raise Refused("there is no credit to burn in", 'footage set ASSET --credit "…"')
    nothing = _glyph(_NOWHERE)
    for sign in unicodedata.normalize("NFC", text):
        if sign == " ":
            continue
        if (
            printable(sign) != sign
            or unicodedata.bidirectional(sign) in ("R", "AL")
            or _glyph(sign) == nothing
        ):
            name = unicodedata.name(sign, "a sign without a name").lower()
            code = f"U+{ord(sign):04X}, {name}"
            told = f"the credit cannot be burnt in: {printable(sign)} ({code}) cannot be drawn"
            raise Refused(told, _HINT)


def _fitted(text: str, width: int, height: int) -> tuple[int, list[str]]:
    """The letters' size and the lines: smaller letters, down to three quarters, before more lines than fit.

    Raises:
        Refused: it does not fit.
    """
    short = min(width, height * 3) / (1 - 2 * _SAFE)
    best = max(_SMALLEST, round(short * _SIZE))
    for size in range(best, max(_SMALLEST, best * 3 // 4) - 1, -1):
        font, room = _font(size), width - 2 * _padding(size)
        lines = _broken(text, font, room)
        tall = _leading(size) * len(lines) + 2 * _padding(size)
        if len(lines) <= _MOST_LINES and tall <= height and max(map(font.getlength, lines)) <= room:
            return size, lines
    raise Refused(f"a credit of {len(text)} characters does not fit into the lower third", _HINT)


def _broken(text: str, font: "FreeTypeFont", room: int) -> list[str]:
    """Lines broken at spaces and after strokes, each as long as fits."""
    parts = text.replace("/", "/\n").replace(" ", " \n").split("\n")
    lines = [""]
    for part in parts:
        if lines[-1] and font.getlength((lines[-1] + part).rstrip()) > room:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def _margin(side: int) -> int:
    return -int(-side * _SAFE // 1)


def _padding(size: int) -> int:
    return max(3, size // 2)


def _leading(size: int) -> int:
    return size * 5 // 4


@cache
def _font(size: int) -> "FreeTypeFont":
    import fontpkg
    from PIL import ImageFont

    font = ImageFont.truetype(fontpkg.path(_FAMILY), size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([_WEIGHT, _WIDTH])
    return font


@cache
def _glyph(sign: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(32).getmask(sign)
    return mask.size, bytes(mask)

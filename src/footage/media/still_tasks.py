"""Looking at stills: the half of :mod:`footage.media.still` that runs in the sandboxed child."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from footage.media.decoding import Decoded, count_pictures, decode, unreadable_is_bad_input
from footage.media.developing import Developer, pixel_format
from footage.media.memory import keep_freed_memory
from footage.media.orientation import stored_box, turn, turned_size
from footage.media.picture import flattened

THUMBNAIL_SIDE = 640
_BAND_BYTES = 16 << 20

keep_freed_memory()


def look(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: what a still is, and its thumbnail: displayed, 8-bit sRGB, at most 640 pixels on the longer side.

    Raises:
        BadInput: nothing of it can be shown, or it is too large.
    """
    name = params["format"]
    with Path(params["path"]).open("rb") as file, unreadable_is_bad_input(name):
        still = decode(file, name, side=THUMBNAIL_SIDE * (1 if params.get("quickly") else 2))
        developer = Developer(still.image)
        thumbnail = _thumbnail(still, developer)
        pictures = count_pictures(file, name)
    stored_width, stored_height = turned_size(still.width, still.height, still.rotation)
    values: dict[str, object] = {
        "width": still.width,
        "height": still.height,
        "stored_width": stored_width,
        "stored_height": stored_height,
        "rotation": still.rotation,
        "mirrored": still.mirrored,
        "pixel_format": pixel_format(still.image),
        "colour": developer.colour,
        "pictures": pictures,
        "damaged": still.damaged,
        "thumbnail_width": thumbnail.width,
        "thumbnail_height": thumbnail.height,
    }
    yield values, thumbnail.tobytes()


def pixels(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: a still's pixels, displayed, 8-bit sRGB at full size, in bands from the top.

    Each message says width, height and channels of the whole, and carries the next band. There are four
    channels where anything is transparent; what is wholly so is black: no copy must carry what nobody sees.

    Raises:
        BadInput: nothing of it can be shown, or it is too large.
    """
    name = params["format"]
    with Path(params["path"]).open("rb") as file, unreadable_is_bad_input(name):
        still = decode(file, name)
        developer = Developer(still.image)
        transparent = any(_is_transparent(developer.plain(part)) for part in _bands(still))
        mode = "RGBA" if transparent else "RGB"
        values: dict[str, object] = {
            "width": still.width,
            "height": still.height,
            "channels": len(mode),
        }
        for part in _bands(still):
            band = _turned(_in_mode(developer.srgb(developer.plain(part)), mode), still)
            yield values, _without_hidden_colours(band).tobytes()


def _thumbnail(still: Decoded, developer: Developer) -> Image.Image:
    """Scaled down in the colours of the file (Lanczos), then brought to sRGB, turned and flattened."""
    scale = min(1.0, THUMBNAIL_SIDE / max(still.width, still.height))
    image = developer.plain(still.image)
    width, height = (max(1, round(side * scale)) for side in (still.width, still.height))
    size = (width, height) if still.turned else turned_size(width, height, still.rotation)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return flattened(Image.fromarray(_turned(developer.srgb(image), still)))


def _bands(still: Decoded) -> Iterator[Image.Image]:
    """The stored parts of a still that hold its displayed rows, a few at a time, from the top."""
    rotation, mirrored = _left_to_turn(still)
    rows = max(1, _BAND_BYTES // (4 * still.width))
    for top in range(0, still.height, rows):
        box = (0, top, still.width, min(still.height, top + rows))
        stored = stored_box(box, still.width, still.height, rotation, mirrored)
        yield still.image if stored == (0, 0, *still.image.size) else still.image.crop(stored)


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image in a mode; the very same where it is in it already."""
    return image if image.mode == mode else image.convert(mode)


def _turned(image: Image.Image, still: Decoded) -> NDArray[np.uint8]:
    return np.ascontiguousarray(turn(np.asarray(image), *_left_to_turn(still)))


def _left_to_turn(still: Decoded) -> tuple[int, bool]:
    return (0, False) if still.turned else (still.rotation, still.mirrored)


def _is_transparent(plain: Image.Image) -> bool:
    return plain.mode in ("LA", "RGBA") and plain.getchannel("A").getextrema() != (255, 255)


def _without_hidden_colours(band: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return band * (band[:, :, 3:] > 0) if band.shape[2] == 4 else band

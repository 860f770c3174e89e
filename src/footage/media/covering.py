"""The stand-in for a picture that may not be seen: it is drawn without ever opening the picture."""

import io

_SIDE = 640
_DARK, _LIGHT = (44, 48, 54), (58, 63, 70)
_STRIPE = 24


def covered_jpeg(width: int, height: int) -> tuple[bytes, int, int]:
    """A striped card in the shape of a picture of ``width`` by ``height`` pixels.

    Returns:
        A JPEG, and its width and height (at most 640 on the longer side).
    """
    from PIL import Image, ImageDraw

    scale = min(1.0, _SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    card = Image.new("RGB", size, _DARK)
    draw = ImageDraw.Draw(card)
    for left in range(-size[1], size[0], 2 * _STRIPE):
        top_right = (left + size[1], 0)
        draw.line([(left, size[1]), top_right], fill=_LIGHT, width=_STRIPE)
    made = io.BytesIO()
    card.save(made, "JPEG", quality=80)
    return made.getvalue(), *size

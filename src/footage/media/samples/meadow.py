"""The still to mask: a meadow, and the role player in red who lies in it."""

import numpy as np

from footage.media.samples.brush import (
    Canvas,
    Frame,
    fade,
    finish,
    gradient,
    line,
    noise,
    overlay,
    paint,
    polygon,
    rgb,
    ridge,
    shadow,
    share_of,
    stamp,
    stretch,
)
from footage.media.samples.figure import draw_lying


def meadow_with_figure(width: int, height: int) -> Frame:
    """A meadow at the edge of a village, the role player in red lying in the grass."""
    picture = finish(_meadow(width, height), 86)
    grass = picture.copy()
    under = shadow(round(0.34 * width), round(0.10 * height))
    stamp(picture, under, (0.48 * width, 0.735 * height), rgb("1d2612"), 0.95)
    draw_lying(picture, (0.36 * width, 0.70 * height), 0.24 * width)
    _overgrow(picture, grass, 0.725)
    return picture


def _meadow(width: int, height: int) -> Canvas:
    canvas = gradient(height, width, [(0, "8fb0c4"), (0.3, "dbe3dc"), (0.42, "efe9d3"), (1, "efe9d3")])
    clouds = np.clip(noise(height, width, width // 3, 81) - 0.42, 0, 1) * 1.4
    paint(canvas, clouds * fade(height, width, -0.1, 0.42), rgb("ffffff"))
    paint(canvas, ridge(height, width, 0.40 * height, 0.03 * height, width // 3, 82), rgb("9fae9c"))
    _village(canvas)
    paint(canvas, ridge(height, width, 0.475 * height, 0.014 * height, width // 30, 83), rgb("4d5f43"))
    meadow = gradient(height, width, [(0, "8a9a4e"), (0.48, "8f9c54"), (0.7, "76883f"), (1, "4c5c2b")])
    meadow += ((stretch(noise(height // 4, width, 9, 84), width, height) - 0.5) * 0.3)[..., None]
    paint(canvas, ridge(height, width, 0.5 * height, 0.006 * height, width // 5, 85), meadow)
    return canvas


def _village(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    random = np.random.default_rng(87)
    walls, roofs = [], []
    for step in range(9):
        x, base = 0.52 + 0.05 * step + random.uniform(-0.01, 0.01), 0.487 + random.uniform(-0.004, 0.004)
        wide, top = random.uniform(0.03, 0.045), base - random.uniform(0.03, 0.045)
        walls.append([(x, base), (x, top), (x + wide, top), (x + wide, base)])
        roofs.append([(x - 0.004, top), (x + wide / 2, top - 0.035), (x + wide + 0.004, top)])
    for outlines, colour in ((walls, "d8d3c4"), (roofs, "5d6470")):
        drawn = [[(x * width, y * height) for x, y in outline] for outline in outlines]
        paint(canvas, polygon(height, width, *drawn), rgb(colour))


def _overgrow(picture: Frame, grass: Frame, level: float) -> None:
    """Let blades of grass stand before whatever lies below a share of the height."""
    height, width = picture.shape[:2]
    random = np.random.default_rng(88)
    blades = np.zeros((height, width), np.uint8)
    for x in np.arange(0.34, 0.63, 0.0016) * width:
        foot = (level + random.uniform(0.0, 0.03)) * height
        tall = random.uniform(0.005, 0.034) * height
        tip = (x + random.uniform(-0.4, 0.4) * tall, foot - tall)
        line(blades, [(x, foot + 0.02 * height), tip], 0.0015 * width, (1.0, 1.0, 1.0))
    overlay(picture, grass, share_of(blades))

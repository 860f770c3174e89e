"""A track past a ruined wall, and the role player in red who walks along it."""

import math
from dataclasses import dataclass

import numpy as np

from footage.media.samples.brush import (
    HEIGHT,
    WIDTH,
    Canvas,
    Frame,
    Scene,
    camera,
    fade,
    finish,
    gradient,
    noise,
    paint,
    polygon,
    rgb,
    ridge,
    shadow,
    soften,
    stamp,
    stretch,
)
from footage.media.samples.figure import draw_walker


@dataclass(frozen=True, slots=True)
class Station:
    """Where the walking figure is at a second of its shot: its feet and its height, in pixels."""

    second: float
    x: float
    y: float
    tall: float


WALK = (Station(0, 300, 520, 270), Station(2, 610, 540, 296), Station(4, 880, 610, 384))
"""Between the stations the figure moves, and grows, in straight lines."""

_PATH = ((-20, 500), (420, 500), (820, 556), (1320, 640), (1320, 730), (760, 668), (330, 566), (-20, 556))
_WALL = (
    *((640, 468), (640, 300), (690, 292), (712, 250), (790, 246), (812, 300), (880, 286)),
    *((930, 214), (1010, 208), (1010, 330), (1090, 344), (1130, 420), (1190, 470)),
)
_OPENINGS = (
    ((722, 340), (782, 340), (782, 420), (722, 420)),
    ((900, 340), (960, 340), (960, 470), (900, 470)),
)
_RUBBLE = ((600, 440), (1230, 440), (1260, 490), (590, 490))


def figure_on_track() -> Scene:
    """A track beside a ruined wall in a pale morning; the role player in red walks along it."""
    ground = finish(_morning(HEIGHT + 16, WIDTH + 16), 29)
    under = shadow(230, 34)

    def at(second: float) -> Frame:
        middle = (WIDTH / 2 + 8 + 3 * math.sin(1.7 * second), HEIGHT / 2 + 8 + 2 * math.sin(2.3 * second))
        frame = camera(ground, WIDTH, HEIGHT, middle)
        here = _station(second)
        stamp(frame, under, (here.x + 34, here.y + 4), rgb("2c3326"), 0.8)
        draw_walker(frame, (here.x, here.y), here.tall, second * 0.95)
        return frame

    return at


def _station(second: float) -> Station:
    before, after = WALK[:2] if second < WALK[1].second else WALK[1:]
    share = (second - before.second) / (after.second - before.second)

    def mix(a: float, b: float) -> float:
        return a + (b - a) * share

    return Station(second, mix(before.x, after.x), mix(before.y, after.y), mix(before.tall, after.tall))


def _morning(height: int, width: int) -> Canvas:
    canvas = gradient(height, width, [(0, "a9c0c4"), (0.35, "d9e2da"), (0.5, "e6e6d2"), (1, "e6e6d2")])
    paint(canvas, ridge(height, width, 330, 26, 300, 21), rgb("b4c2b4"))
    paint(canvas, ridge(height, width, 362, 22, 60, 22), rgb("8aa08c"))
    grass = gradient(height, width, [(0, "7f9468"), (0.55, "8b9c68"), (0.75, "75894f"), (1, "4c6138")])
    grass += ((stretch(noise(height // 5, width, 7, 23), width, height) - 0.5) * 0.2)[..., None]
    paint(canvas, ridge(height, width, 398, 5, 300, 24), grass)
    _wall(canvas)
    stones = gradient(height, width, [(0, "cdc4a6"), (1, "b5ab8c")])
    stones += ((noise(height, width, 14, 25) - 0.5) * 0.16)[..., None]
    paint(canvas, soften(polygon(height, width, _PATH), 5), stones)
    band = fade(height, width, 0.62, 0.42) * fade(height, width, 0.3, 0.46)
    paint(canvas, band * (0.25 + 0.25 * noise(height, width, 300, 26)), rgb("eef0e8"))
    return canvas


def _wall(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    stone = gradient(height, width, [(0, "b9b5aa"), (0.4, "a8a497"), (0.7, "87856f"), (1, "87856f")])
    rows, columns = np.mgrid[:height, :width]
    joints = (rows % 22 < 2) | ((columns + rows // 22 % 2 * 24) % 48 < 2)
    stone += ((noise(height, width, 40, 27) - 0.5) * 0.2 - 0.10 * joints)[..., None]
    paint(canvas, polygon(height, width, _WALL), stone)
    paint(canvas, polygon(height, width, *_OPENINGS), rgb("4a5145"))
    rubble = ridge(height, width, 462, 14, 26, 28) * polygon(height, width, _RUBBLE)
    paint(canvas, soften(rubble, 1), rgb("8d8b77"))

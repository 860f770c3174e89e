"""Fields from above: a drone's view of a track, a river and a truck."""

import math

import cv2
import numpy as np

from footage.media.samples.brush import (
    HEIGHT,
    WIDTH,
    Canvas,
    Frame,
    Mask,
    Place,
    Scene,
    camera,
    curve,
    disc,
    fill,
    finish,
    gradient,
    line,
    noise,
    paint,
    rgb,
    share_of,
    soften,
    stamp,
    stroke,
)

_TRACK = ((-60, 690), (260, 610), (560, 640), (830, 540), (1080, 470), (1320, 500), (1800, 330))
_RIVER = ((1260, -60), (1190, 160), (1290, 350), (1240, 560), (1330, 760), (1300, 1080))
_CROPS = ("b9a862", "8f9a52", "a3854f", "6f8146", "c9b877", "7a6a45", "94a765", "b3975a")


def fields_from_above() -> Scene:
    """A drone's view: fields, hedges, a river with a ford, and a truck on the track that leads to it."""
    height, width = 1000, 1720
    canvas = _patchwork(height, width)
    _river_and_track(canvas)
    _trees(canvas)
    canvas *= (0.82 + 0.36 * noise(height, width, 520, 5, 3))[..., None]
    ground = finish(canvas, 6)
    track = curve(_TRACK, 400)
    puff = disc(90, 90, (45, 45), 45) * noise(90, 90, 26, 7)

    def at(second: float) -> Frame:
        frame = ground.copy()
        place = 110 + round(second * 40)
        for back in range(1, 9):
            x, y = track[place - 4 * back]
            stamp(frame, puff, (x + back * 1.5, y - back * 1.2), rgb("efe3c8"), 0.95 - 0.09 * back)
        _truck(frame, track[place], track[place + 3])
        seen = camera(frame, WIDTH, HEIGHT, (760 + 28 * second, 520 - 9 * second), 1 + 0.01 * second)
        _viewfinder(seen)
        return seen

    return at


def _patchwork(height: int, width: int) -> Canvas:
    random = np.random.default_rng(1)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    u, v = x * np.float32(0.94) - y * np.float32(0.34), x * np.float32(0.34) + y * np.float32(0.94)
    rows = np.cumsum(random.uniform(110, 210, 16)).astype(np.float32) - 160
    row = np.searchsorted(rows, v).astype(np.int32)
    wide = random.uniform(170, 420, 20).astype(np.float32)[row]
    along = (u + random.uniform(0, 400, 20).astype(np.float32)[row]) / wide
    field = row * 37 + np.floor(along).astype(np.int32) * 11
    palette = np.asarray([rgb(code) for code in _CROPS], np.float32)
    crops = palette[random.permutation(4096)[field % 4096] % len(_CROPS)]
    furrows = np.where(field % 3 == 0, np.sin(u * 0.7), np.sin(v * 0.9)).astype(np.float32)
    canvas: Canvas = crops + (furrows * 0.022 + (noise(height, width, 90, 2) - 0.5) * 0.14)[..., None]
    rim = np.minimum(np.abs(along - np.round(along)) * wide, _to_nearest(v, rows))
    paint(canvas, np.clip(1.2 - rim / 4, 0, 1) * 0.6, rgb("46512f"))
    return canvas


def _to_nearest(values: Mask, marks: Mask) -> Mask:
    """How far each value is from the nearest of the rising marks."""
    after = np.clip(np.searchsorted(marks, values), 1, len(marks) - 1)
    return np.asarray(
        np.minimum(np.abs(values - marks[after - 1]), np.abs(values - marks[after])), np.float32
    )


def _river_and_track(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    river, track = curve(_RIVER, 120), curve(_TRACK, 160)
    paint(canvas, soften(stroke(height, width, 176, river), 7) * 0.85, rgb("6d7c4a"))
    paint(canvas, soften(stroke(height, width, 132, river), 2), rgb("bcae84"))
    water = gradient(height, width, [(0, "3f6a78"), (1, "56838a")])
    water += ((noise(height, width, 60, 3) - 0.5) * 0.1)[..., None]
    paint(canvas, soften(stroke(height, width, 112, river), 1.5), water)
    wet = soften(stroke(height, width, 116, river), 3)
    paint(canvas, soften(stroke(height, width, 54, track), 12) * wet * 0.75, rgb("a9b39a"))
    dry = 1 - 0.85 * wet
    paint(canvas, soften(stroke(height, width, 26, track), 2) * dry, rgb("d3c093"))
    ruts = [[(x, y + aside) for x, y in track] for aside in (-6, 6)]
    paint(canvas, stroke(height, width, 4, *ruts) * dry * 0.5, rgb("9b8559"))


def _trees(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    random = np.random.default_rng(4)
    shadows, crowns, tops = (np.zeros((height, width), np.uint8) for _ in range(3))
    for x, y in _planted(random):
        size = random.uniform(9, 20)
        for mask, aside, down, share in (
            (shadows, 0.8, 0.6, 1.0),
            (crowns, 0, 0, 1.0),
            (tops, -0.3, -0.3, 0.5),
        ):
            middle = (round(x + aside * size), round(y + down * size))
            cv2.circle(mask, middle, round(size * share), 255, -1, cv2.LINE_AA)
    leaf = 0.7 + 0.3 * noise(height, width, 16, 8)
    for mask, strength, colour in ((shadows, 0.5, "1f2a1a"), (crowns, 1.0, "3f5a32"), (tops, 0.55, "6b8748")):
        paint(canvas, soften(share_of(mask), 2) * strength * leaf, rgb(colour))


def _planted(random: np.random.Generator) -> list[Place]:
    banks = [
        (x + side * random.uniform(74, 108), y + random.uniform(-12, 12))
        for x, y in curve(_RIVER, 90)
        for side in (-1, 1)
    ]
    away_from_the_ford = [(x, y) for x, y in banks if not 430 < y < 570]
    copse = [(random.normal(420, 60), random.normal(330, 40)) for _ in range(46)]
    hedge = [(600 + 13 * step, 800 - 5 * step + random.uniform(-6, 6)) for step in range(44)]
    return [place for place in away_from_the_ford + copse + hedge if random.random() < 0.8]


def _truck(frame: Frame, here: Place, ahead: Place) -> None:
    angle = math.atan2(ahead[1] - here[1], ahead[0] - here[0])
    along, aside = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))

    def box(rear: float, front: float, half: float, shift: float = 0.0) -> list[Place]:
        corners = ((rear, -half), (front, -half), (front, half), (rear, half))
        return [
            (here[0] + a * along[0] + b * aside[0] + shift, here[1] + a * along[1] + b * aside[1] + shift)
            for a, b in corners
        ]

    fill(frame, box(-32, 27, 12, 7), rgb("3a3423"))
    fill(frame, box(-32, 10, 12.5), rgb("4d5a37"))
    fill(frame, box(-29, 7, 9.5), rgb("66754a"))
    for rib in (-22, -12, -2):
        fill(frame, box(rib - 0.8, rib + 0.8, 9.5), rgb("55633d"))
    fill(frame, box(12, 28, 11.5), rgb("424e30"))
    fill(frame, box(20, 24, 9.5), rgb("b8c7cc"))


def _viewfinder(frame: Frame) -> None:
    white = rgb("f4f4ee")
    for x, dx in ((60, 1), (WIDTH - 60, -1)):
        for y, dy in ((50, 1), (HEIGHT - 50, -1)):
            line(frame, [(x + 34 * dx, y), (x, y), (x, y + 34 * dy)], 2, white)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        middle = (WIDTH / 2, HEIGHT / 2)
        line(frame, [(middle[0] + far * dx, middle[1] + far * dy) for far in (9, 24)], 2, white)

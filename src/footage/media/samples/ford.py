"""The ford in the evening."""

import math

import cv2
import numpy as np

from footage.media.samples.brush import (
    HEIGHT,
    WIDTH,
    Canvas,
    Frame,
    Place,
    Scene,
    camera,
    disc,
    fade,
    finish,
    gradient,
    light,
    line,
    noise,
    paint,
    polygon,
    rgb,
    ridge,
    share_of,
    soften,
    stretch,
)

_SKY = ((0, "3f5d86"), (0.25, "8f93a8"), (0.42, "f0b98a"), (0.5, "fbdca2"), (1, "fbdca2"))
_HILLS = ((0.465, 0.030, "a98a94", 62), (0.49, 0.022, "7c6b78", 63), (0.515, 0.014, "4f4c53", 64))
_SHORE = 0.56


def ford_in_evening() -> Scene:
    """The river and its ford in the evening, wide and empty but for birds."""
    ground = finish(ford(1480, 840), 69)

    def at(second: float) -> Frame:
        frame = camera(ground, WIDTH, HEIGHT, (730 + 6 * second, 420 - 2 * second), 0.9 + 0.025 * second)
        for bird in range(7):
            x = 380 + 46 * second + 58 * bird + 22 * math.sin(bird * 2.1)
            y = 190 - 7 * second + 26 * math.sin(bird * 1.7)
            lift = 7 * math.sin(second * 7 + bird)
            wings = [(x - 13, y - lift), (x - 5, y - 3), (x, y), (x + 5, y - 3), (x + 13, y - lift)]
            line(frame, wings, 2, rgb("3b2a3a"))
        return frame

    return at


def ford(width: int, height: int) -> Canvas:
    """The ford in the evening, as a canvas of any size."""
    canvas = gradient(height, width, _SKY)
    sun = (0.63 * width, 0.43 * height)
    light(canvas, disc(height, width, sun, 0.5 * width), (0.28, 0.15, 0.02))
    light(canvas, disc(height, width, sun, 0.06 * width), (0.9, 0.8, 0.5))
    streaks = stretch(noise(height, width // 5, width // 12, 61), width, height)
    paint(canvas, np.clip(streaks - 0.5, 0, 1) * 1.3 * fade(height, width, 0.0, 0.48), rgb("e8a6a0"))
    for level, swing, colour, seed in _HILLS:
        paint(canvas, ridge(height, width, level * height, swing * height, width // 4, seed), rgb(colour))
    _water(canvas, sun)
    _shores(canvas)
    _causeway(canvas)
    paint(canvas, ridge(height, width, 0.93 * height, 0.04 * height, width // 3, 68), rgb("2b2a2c"))
    _reeds(canvas)
    return canvas


def _water(canvas: Canvas, sun: Place) -> None:
    """Turn everything below the shore into water that mirrors what is above it."""
    height, width = canvas.shape[:2]
    top = round(_SHORE * height)
    deep = height - top
    mirrored = stretch(canvas[2 * top - height : top][::-1], width, deep)
    rows, columns = np.mgrid[:deep, :width].astype(np.float32)
    ripple = stretch(noise(deep // 2, width // 8, 14, 65), width, deep) - 0.5
    bent = columns + ripple * (6 + 60 * rows / height)
    seen = cv2.remap(mirrored, bent, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    canvas[top:] = seen * 0.82 + ripple[..., None] * 0.16 + np.asarray(rgb("0a1420"), np.float32)
    glitter = disc(deep, width, (sun[0], 0), 0.42 * width) * np.clip(ripple, 0, 1) * 2
    light(canvas[top:], glitter, (0.9, 0.65, 0.35))


def _shores(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    far = ridge(height, width, _SHORE * height - 4, 4, width // 6, 66)
    below = ridge(height, width, _SHORE * height + 5, 3, width // 9, 67)
    paint(canvas, far * (1 - below), rgb("3b3a3a"))


def _causeway(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    shape = [(x * width, y * height) for x, y in ((0.10, 1.0), (0.40, 1.0), (0.375, 0.565), (0.345, 0.565))]
    broken = 0.34 + 0.41 * noise(height, width, width // 40, 70)
    paint(canvas, soften(polygon(height, width, shape), 0.012 * width) * broken, rgb("d9b68c"))
    posts = []
    for near in np.linspace(0, 1, 8) ** 1.8:
        y, tall = (0.575 + 0.36 * near) * height, (0.02 + 0.085 * near) * height
        half = 0.003 * width * (0.3 + near)
        for x in ((0.340 - 0.235 * near) * width, (0.380 + 0.015 * near) * width):
            posts.append([(x - half, y), (x - half, y - tall), (x + half, y - tall), (x + half, y)])
    paint(canvas, polygon(height, width, *posts), rgb("332d31"))


def _reeds(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    random = np.random.default_rng(71)
    reeds = np.zeros((height, width), np.uint8)
    head, thick = (max(2, round(0.003 * width)), round(0.016 * height)), max(1, round(width / 640))
    for _ in range(170):
        x = random.choice((random.uniform(0, 0.16), random.uniform(0.66, 1.0))) * width
        tall, lean = random.uniform(0.08, 0.24) * height, random.uniform(-0.03, 0.05) * height
        tip = (round(x + lean), round(height - tall))
        cv2.line(reeds, (round(x), height), tip, 255, thick, cv2.LINE_AA)
        cv2.ellipse(reeds, tip, head, 8, 0, 360, 255, -1, cv2.LINE_AA)
    paint(canvas, share_of(reeds), rgb("231f26"))

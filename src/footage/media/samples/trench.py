"""A trench line at dusk."""

import math

import cv2
import numpy as np

from footage.media.samples.brush import (
    HEIGHT,
    WIDTH,
    Canvas,
    Frame,
    Mask,
    Scene,
    ball,
    camera,
    curve,
    disc,
    fade,
    finish,
    gradient,
    light,
    noise,
    overlay,
    paint,
    rgb,
    ridge,
    share_of,
    stamp,
    stretch,
    stroke,
)

_SKY = ((0, "141b38"), (0.3, "33345f"), (0.5, "8a4f6b"), (0.62, "e88a55"), (0.72, "f6c777"), (1, "f6c777"))
_HILLS = ((445, 26, 300, "5c4058", 12), (478, 22, 220, "3d2f47", 13), (512, 16, 160, "261f34", 14))


def trench_at_dusk() -> Scene:
    """A trench line against the last light; a flare sinks behind it."""
    height, width = HEIGHT, 1500
    distance = finish(_evening(height, width), 15)
    near = finish(_earth(height, width), 16)
    edge = np.clip(ridge(height, width, 590, 22, 140, 17) + _sandbags(near), 0, 1)
    glow = disc(360, 360, (180, 180), 180)

    def at(second: float) -> Frame:
        frame = camera(distance, WIDTH, HEIGHT, (690 + 9 * second, 360))
        falling = (812 - 10 * second, 150 + 26 * second)
        stamp(frame, glow, falling, rgb("ffe3b0"), 0.62 * (0.92 + 0.08 * math.sin(second * 23)))
        ball(frame, falling, 3.4, rgb("fffbe8"))
        left, top, solid = 40 + round(26 * second), 540, 630
        columns = slice(left, left + WIDTH)
        overlay(frame[top:solid], near[top:solid, columns], edge[top:solid, columns])
        frame[solid:] = near[solid:, columns]
        return frame

    return at


def _evening(height: int, width: int) -> Canvas:
    sky = gradient(height, width, _SKY)
    light(sky, disc(height, width, (980, 470), 520), (0.32, 0.16, 0.02))
    streaks = stretch(noise(height, width // 4, 120, 11), width, height)
    paint(sky, np.clip(streaks - 0.52, 0, 1) * 1.5 * fade(height, width, 0.1, 0.62), rgb("c9667a"))
    for level, swing, cell, colour, seed in _HILLS:
        paint(sky, ridge(height, width, level, swing, cell, seed), rgb(colour))
    _wire(sky)
    return sky


def _wire(canvas: Canvas) -> None:
    height, width = canvas.shape[:2]
    posts = [(60 + 170 * step, 470 + 8 * math.sin(step * 1.9)) for step in range(9)]
    dark = rgb("1a1728")
    paint(canvas, stroke(height, width, 6, *[[(x, y), (x + 5, y + 110)] for x, y in posts]), dark)
    sags = [[(x + part * 85, y + drop + 16 * part) for x, y in posts for part in (0, 1)] for drop in (10, 34)]
    paint(canvas, stroke(height, width, 2, *[curve(sag, 400) for sag in sags]) * 0.9, dark)


def _earth(height: int, width: int) -> Canvas:
    earth = gradient(height, width, [(0, "3b2b2a"), (0.8, "3b2b2a"), (0.9, "241c20"), (1, "120f14")])
    earth += ((noise(height, width, 60, 19) - 0.5) * 0.10)[..., None]
    return earth


def _sandbags(near: Frame) -> Mask:
    """Draw two courses of sandbags along the parapet; gives the mask of what they cover."""
    height, width = near.shape[:2]
    random = np.random.default_rng(18)
    cover = np.zeros((height, width), np.uint8)
    for course, level in enumerate((566, 592)):
        for step in range(width // 62 + 2):
            x = step * 62 - 31 * course + random.uniform(-4, 4)
            y = level + 12 * math.sin(x / 150) + random.uniform(-3, 3)
            middle, size, turn = (round(x), round(y)), (35, 17), random.uniform(-6, 6)
            if 18 < x / 62 < 21:
                continue
            cv2.ellipse(cover, middle, size, turn, 0, 360, 255, -1, cv2.LINE_AA)
            cv2.ellipse(near, middle, size, turn, 0, 360, (52, 38, 38), -1, cv2.LINE_AA)
            cv2.ellipse(near, middle, size, turn, 200, 320, (176, 112, 84), 3, cv2.LINE_AA)
    return share_of(cover)

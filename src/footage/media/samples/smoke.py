"""Smoke over a valley."""

import math

import numpy as np

from footage.media.samples.brush import (
    HEIGHT,
    WIDTH,
    Colour,
    Frame,
    Mask,
    Place,
    Scene,
    camera,
    disc,
    fade,
    finish,
    gradient,
    noise,
    overlay,
    paint,
    rgb,
    ridge,
    share_of,
    stamp,
    stretch,
)

_PLUMES = ((130, "f4f2ea", 0.0), (325, "4c4b4e", 1.5), (505, "dcd2c2", 2.8))
_PUFFS, _LIFE = 17, 7.8
_SIZES = range(26, 132)


def smoke_plumes() -> Scene:
    """Three plumes of exercise smoke behind a line of trees."""
    behind, front, edge = _valley(HEIGHT + 40, WIDTH + 80)
    lumps = [
        disc(120, 120, (60, 60), 60) ** 0.6 * (0.25 + 0.75 * noise(120, 120, 34, 48 + n)) for n in (0, 1)
    ]
    puffs = [[stretch(lump, size, size) for size in _SIZES] for lump in lumps]

    def at(second: float) -> Frame:
        middle = (WIDTH / 2 + 40 + 5 * second, HEIGHT / 2 + 20 - 2 * second)
        # Smoke and sky are soft: drawn at half the size they look the same, in a quarter of the time.
        far = camera(behind, WIDTH // 2, HEIGHT // 2, middle, 0.5)
        for number, (x, colour, ahead) in enumerate(_PLUMES):
            _plume(far, puffs, (x, 262), rgb(colour), second + ahead, number)
        frame = camera(far, WIDTH, HEIGHT, (WIDTH / 4, HEIGHT / 4), 2)
        before, mask = camera(front, WIDTH, HEIGHT, middle), camera(edge, WIDTH, HEIGHT, middle)
        top, solid = 440, 580
        overlay(frame[top:solid], before[top:solid], share_of(mask[top:solid]))
        frame[solid:] = before[solid:]
        return frame

    return at


def _valley(height: int, width: int) -> tuple[Frame, Frame, Frame]:
    """What lies behind the smoke, what lies before it, and the outline of the latter."""
    behind = gradient(height, width, [(0, "6f97b0"), (0.45, "bccdcd"), (0.6, "dcdcca"), (1, "e2e0cd")])
    clouds = np.clip(noise(height, width, 420, 41) - 0.45, 0, 1) * 1.2
    paint(behind, clouds * fade(height, width, -0.1, 0.5), rgb("f4f3ec"))
    paint(behind, ridge(height, width, 452, 20, 360, 42), rgb("93a08c"))
    front = gradient(height, width, [(0, "566045"), (0.68, "6d7548"), (0.8, "a09a55"), (1, "7c7a3c")])
    front += ((noise(height, width, 30, 44) - 0.5) * 0.16)[..., None]
    trees = np.clip(ridge(height, width, 505, 34, 34, 45) + ridge(height, width, 530, 6, 300, 46), 0, 1)
    paint(front, trees * fade(height, width, 0.8, 0.62), rgb("2f3d2b"))
    return finish(behind, 43), finish(front, 47), (trees * 255).astype(np.uint8)


def _plume(
    frame: Frame, puffs: list[list[Mask]], foot: Place, colour: Colour, second: float, seed: int
) -> None:
    for number in range(_PUFFS):
        grown = (second + _LIFE * number / _PUFFS) % _LIFE / _LIFE
        puff = puffs[(number + seed) % len(puffs)][int(len(_SIZES) * grown)]
        sway = 5 * math.sin(number * 2.4 + seed)
        middle = (foot[0] + 95 * grown**1.5 + sway, foot[1] - 235 * grown**0.85)
        red, green, blue = (part * (0.78 + 0.22 * grown) for part in colour)
        stamp(frame, puff, middle, (red, green, blue), 0.9 * min(1.0, 8 * grown) * (1 - grown) ** 0.6)

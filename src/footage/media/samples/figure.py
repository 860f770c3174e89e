"""The role player in red: the one thing in the samples that must be hidden.

Everything of the figure, and nothing else in its scenes, is of this red hue, so that a test can find each of
its pixels.
"""

import math

from footage.media.samples.brush import Colour, Frame, ball, fill, line, rgb

_LIGHT, _MIDDLE, _DARK = rgb("d9301c"), rgb("b3200f"), rgb("7d1408")

_Point = tuple[float, float]


def draw_walker(frame: Frame, foot: _Point, tall: float, stride: float) -> None:
    """Draw the figure walking to the right.

    Args:
        foot: where it stands, in pixels.
        tall: its height in pixels.
        stride: how many double steps it has walked; the fraction is the phase of the step.
    """
    swing = math.sin(2 * math.pi * stride)
    x, ground = foot
    bob = 0.012 * tall * abs(swing)
    hip = (x, ground - 0.50 * tall + bob)
    neck = (x + 0.03 * tall, ground - 0.83 * tall + bob)
    shoulder = (neck[0], neck[1] + 0.04 * tall)
    _limb(frame, shoulder, 0.17 * tall, -0.55 * swing, 0.35, 0.070 * tall, _DARK)
    _limb(frame, hip, 0.245 * tall, 0.50 * -swing, -0.45 * max(0.0, -swing), 0.095 * tall, _DARK)
    _limb(frame, hip, 0.245 * tall, 0.50 * swing, -0.45 * max(0.0, swing), 0.105 * tall, _MIDDLE)
    line(
        frame,
        [(neck[0] - 0.10 * tall, neck[1] + 0.06 * tall), (hip[0] - 0.10 * tall, hip[1] - 0.10 * tall)],
        0.10 * tall,
        _DARK,
    )
    line(frame, [(neck[0], neck[1] + 0.03 * tall), hip], 0.17 * tall, _LIGHT)
    _limb(frame, shoulder, 0.17 * tall, 0.55 * swing, 0.35, 0.075 * tall, _MIDDLE)
    _head(frame, (neck[0] + 0.015 * tall, neck[1] - 0.075 * tall), 0.072 * tall, 0.0)


def draw_lying(frame: Frame, left: _Point, long: float) -> None:
    """Draw the figure lying on its back, its head at ``left``, ``long`` pixels from there to its feet."""
    x, y = left
    shoulder, hip = (x + 0.16 * long, y + 0.005 * long), (x + 0.50 * long, y + 0.02 * long)
    line(
        frame,
        [hip, (x + 0.74 * long, y - 0.045 * long), (x + 0.97 * long, y + 0.035 * long)],
        0.085 * long,
        _DARK,
    )
    line(
        frame,
        [hip, (x + 0.75 * long, y + 0.045 * long), (x + 1.0 * long, y + 0.05 * long)],
        0.095 * long,
        _MIDDLE,
    )
    line(frame, [shoulder, hip], 0.165 * long, _LIGHT)
    line(
        frame,
        [shoulder, (x + 0.30 * long, y + 0.085 * long), (x + 0.42 * long, y + 0.13 * long)],
        0.06 * long,
        _MIDDLE,
    )
    _head(frame, (x + 0.045 * long, y - 0.01 * long), 0.068 * long, -math.pi / 2)


def _limb(
    frame: Frame, top: _Point, length: float, angle: float, bend: float, thick: float, colour: Colour
) -> None:
    joint = (top[0] + length * math.sin(angle), top[1] + length * math.cos(angle))
    end = (joint[0] + length * math.sin(angle + bend), joint[1] + length * math.cos(angle + bend))
    line(frame, [top, joint], thick, colour)
    line(frame, [joint, end], thick * 0.85, colour)


def _head(frame: Frame, centre: _Point, radius: float, turn: float) -> None:
    ball(frame, centre, radius, _MIDDLE)
    rim = [turn + math.pi * (1 + step / 12) for step in range(13)]
    fill(
        frame,
        [(centre[0] + 1.18 * radius * math.cos(a), centre[1] + 1.18 * radius * math.sin(a)) for a in rim],
        _LIGHT,
    )

"""Spans and frame times in a stream's own ticks.

A tick is one unit of the stream's time base. Nothing here is a float second: seconds are
:class:`fractions.Fraction`, and a frame is known by its presentation timestamp.
"""

import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from footage.errors import Usage

_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)")
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;])(\d{2,3})")
_FRAME = re.compile(r"f(\d+)")
_HINT = "type a time as 12, 12.5, 0:12, 00:00:12:05 (timecode) or f305 (frame)"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch ``[start, end)`` in ticks of the asset's time base."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a span ends after it starts: [{self.start}, {self.end})")

    def __contains__(self, tick: int) -> bool:
        return self.start <= tick < self.end

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two spans share at least one tick.

        >>> Span(0, 10).overlaps(Span(9, 12)), Span(0, 10).overlaps(Span(10, 12))
        (True, False)
        """
        return self.start < other.end and other.start < self.end

    def within(self, other: "Span") -> "Span | None":
        """The part of it that lies in another span.

        >>> Span(0, 10).within(Span(9, 12)), Span(0, 10).within(Span(10, 12))
        (Span(start=9, end=10), None)
        """
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


@dataclass(frozen=True)
class FrameIndex:
    """When each frame of a video is shown.

    Attributes:
        time_base: seconds a tick.
        pts: presentation timestamps in ticks, strictly increasing, one a frame (not empty).
        end: the tick at which the last frame's display ends.

    It has no slots, so that what takes a walk over all frames is worked out once.
    """

    time_base: Fraction
    pts: tuple[int, ...]
    end: int

    @property
    def whole(self) -> Span:
        """The whole clip, from its first frame's start to its last frame's end."""
        return Span(self.pts[0], self.end)

    @property
    def duration(self) -> Fraction:
        """The whole clip's length in seconds."""
        return (self.end - self.pts[0]) * self.time_base

    @cached_property
    def rate(self) -> Fraction | None:
        """Frames a second where every frame sits on an even grid (within a tick), else None.

        >>> FrameIndex(Fraction(1, 1000), (0, 33, 67, 100, 133), 167).rate
        Fraction(30, 1)
        """
        count = len(self.pts)
        if count < 2:
            return None
        first, last = self.pts[0], self.pts[-1]
        ticks, gaps = last - first, count - 1
        if any(abs(ticks * n - (tick - first) * gaps) > gaps for n, tick in enumerate(self.pts)):
            return None
        step = Fraction(ticks, gaps)
        return _tidy_rate(1 / (step * self.time_base), last - first)

    @property
    def timecode_rate(self) -> Fraction | None:
        """The rate that timecode counts at; None where frames come unevenly, or at a rate that has none."""
        rate = self.rate
        return rate if rate is not None and (rate.denominator == 1 or rate in _NTSC) else None

    def seconds(self, tick: int) -> Fraction:
        """Seconds from the first frame's start to a tick."""
        return (tick - self.pts[0]) * self.time_base

    def frame_at(self, tick: int) -> int:
        """The number of the frame on screen at a tick (the first before the clip, the last after it)."""
        return max(0, bisect_right(self.pts, tick) - 1)

    def frame_end(self, number: int) -> int:
        """The tick at which a frame leaves the screen."""
        return self.pts[number + 1] if number + 1 < len(self.pts) else self.end

    def frames_in(self, span: Span) -> range:
        """The numbers of the frames whose display meets a span.

        A frame that began before the span and is still on screen when it starts belongs to it.

        >>> FrameIndex(Fraction(1, 25), (0, 1, 2, 3), 4).frames_in(Span(1, 3))
        range(1, 3)
        """
        return range(self.frame_at(span.start), bisect_left(self.pts, span.end))

    def tick(self, text: str, *, rounding: str = "down") -> int:
        """Read a time a person typed; ``in`` points round down to a tick, ``out`` points up.

        Raises:
            Usage: the text is no time, lies outside the clip, or is a timecode on a variable frame rate.
        """
        text = text.strip()
        if frame := _FRAME.fullmatch(text):
            return self._tick_of_frame(int(frame[1]), text)
        if timecode := _TIMECODE.fullmatch(text):
            return self._tick_of_timecode(timecode, text)
        seconds = parse_seconds(text)
        exact = self.pts[0] + seconds / self.time_base
        tick = math.floor(exact) if rounding == "down" else math.ceil(exact)
        if not self.pts[0] <= tick <= self.end:
            raise self._outside(text)
        return tick

    def span(self, start: str, end: str) -> Span:
        """Read an in and an out point.

        Raises:
            Usage: one of them cannot be read or lies outside, or the out point is not after the in point.
        """
        first, last = self.tick(start), self.tick(end, rounding="up")
        if last <= first:
            raise Usage(f"the span {start} to {end} is empty", "the out point must lie after the in point")
        if first >= self.end:
            raise self._outside(start)
        return Span(first, last)

    def timecode(self, tick: int) -> str:
        """The label HH:MM:SS:FF (with ``;`` and drop-frame counting at 29.97 and 59.94) of a tick's frame.

        A clip without a timecode rate gets H:MM:SS.mmm instead. Drop-frame after SMPTE ST 12-1.
        """
        rate = self.timecode_rate
        if rate is None:
            return clock(self.seconds(tick), thousandths=True)
        number = self.frame_at(tick) if tick < self.end else len(self.pts)
        base, drop = _timecode_base(rate)
        if drop:
            tens, rest = divmod(number, base * 600 - 9 * drop)
            number += 9 * drop * tens + drop * max(0, (rest - drop) // (base * 60 - drop))
        seconds, frames = divmod(number, base)
        mark = ";" if drop else ":"
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{frames:02}"

    def _tick_of_frame(self, number: int, text: str) -> int:
        if number > len(self.pts):
            raise Usage(f"{text} lies outside the clip", f"its last frame is f{len(self.pts) - 1}")
        return self.end if number == len(self.pts) else self.pts[number]

    def _tick_of_timecode(self, match: re.Match[str], text: str) -> int:
        rate = self.timecode_rate
        if rate is None:
            varies = "varies" if self.rate is None else f"is {float(self.rate):g} a second, which has none"
            raise Usage(
                f"{text} is a timecode, and this clip's frame rate {varies}",
                "use seconds (12.5) or a frame (f305)",
            )
        base, drop = _timecode_base(rate)
        hours, minutes, seconds, _, frames = match.groups()
        if int(minutes) > 59 or int(seconds) > 59 or int(frames) >= base:
            hint = f"minutes and seconds run to 59, frames to {base - 1}"
            raise Usage(f"{text} is no timecode at {base} frames a second", hint)
        total = int(hours) * 60 + int(minutes)
        if drop and int(seconds) == 0 and int(frames) < drop and total % 10:
            raise Usage(f"{text} is a label that drop-frame counting skips", f"use {text[:-2]}{drop:02}")
        number = (total * 60 + int(seconds)) * base + int(frames) - drop * (total - total // 10)
        if number > len(self.pts):
            raise self._outside(text)
        return self._tick_of_frame(number, text)

    def _outside(self, text: str) -> Usage:
        length = clock(self.duration, thousandths=True)
        return Usage(f"{text} lies outside the clip", f"it runs from 0:00 to {length}")


def parse_seconds(text: str) -> Fraction:
    """Read ``12``, ``12.5``, ``0:12`` or ``1:02:03.5`` as exact seconds.

    >>> parse_seconds("1:02.5")
    Fraction(125, 2)

    Raises:
        Usage: the text is no time.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise Usage(f"cannot read the time {text!r}", _HINT)
    hours, minutes, seconds = match.groups()
    if (minutes is not None and Fraction(seconds) >= 60) or (hours is not None and int(minutes) >= 60):
        raise Usage(f"cannot read the time {text!r}: minutes and seconds run to 59", _HINT)
    return Fraction(int(hours or 0) * 3600 + int(minutes or 0) * 60) + Fraction(seconds)


def clock(seconds: Fraction, *, thousandths: bool = False) -> str:
    """Seconds as people read them: ``0:04``, ``1:02:03``, with thousandths ``0:04.200``.

    >>> clock(Fraction(63)), clock(Fraction(21, 5), thousandths=True)
    ('1:03', '0:04.200')
    """
    total = round(seconds * 1000) if thousandths else math.floor(seconds) * 1000
    whole, milli = divmod(total, 1000)
    hours, rest = divmod(whole, 3600)
    head = f"{hours}:{rest // 60:02}" if hours else f"{rest // 60}"
    return f"{head}:{rest % 60:02}" + (f".{milli:03}" if thousandths else "")


def exact_clock(seconds: Fraction) -> str:
    """The same, with thousandths only where there are any.

    >>> exact_clock(Fraction(8)), exact_clock(Fraction(21, 5))
    ('0:08', '0:04.200')
    """
    return clock(seconds, thousandths=round(seconds * 1000) % 1000 != 0)


def _tidy_rate(rate: Fraction, ticks: int) -> Fraction:
    """The broadcast rate that one measured over ``ticks`` stands for, as far as the ticks allow to tell."""
    slack = min(rate * 2 / ticks, Fraction(1, 4))
    near = [known for known in (*_WHOLE_RATES, *_NTSC) if abs(known - rate) <= slack]
    return min(near, key=lambda known: abs(known - rate), default=rate)


_WHOLE_RATES = tuple(map(Fraction, (24, 25, 30, 48, 50, 60, 100, 120)))
_NTSC = (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(120000, 1001))


def _timecode_base(rate: Fraction) -> tuple[int, int]:
    """Frames counted a second, and labels dropped a minute."""
    base = max(1, round(rate))
    drop = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}.get(rate, 0)
    return base, drop

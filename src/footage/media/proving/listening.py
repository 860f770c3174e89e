"""Sound as it is heard: decoded, and held against what should be heard beside every edit of it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

import av.error
import numpy as np
from av import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from footage.media.proving.heard_edits import HeardEdits
from footage.media.proving.watching import File
from footage.model.span import exact_clock

Samples = NDArray[np.float32]
Stretch = tuple[Fraction, Fraction]

ALIKE = 0.7
LOUDER = 10 ** (3 / 20)
LOW = 10 ** (-50 / 20)
JITTER = Fraction(1, 500)
"""Where ticks are coarse, each packet's time is rounded for itself; its samples follow the last ones."""

_RATE = 8000
_MANY = 64
_BESIDE = Fraction(1, 10)
_LAGS = 8
_HIDDEN = Fraction(3, 100)
_CLEARLY = 0.15
_SAME = 1e-3


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near to an edit, and how truly, sound must be the original's.

    Attributes:
        lag: by how much it may be shifted, in seconds.
        margin: how much beside an edit may be silent, or be a mixture.
        exact: whether its samples must be the original's own.
        whole: when the original's sound begins and ends, on its clock.
        stops: between which moments sound is compared, on the made file's clock.
    """

    lag: Fraction
    margin: Fraction
    exact: bool
    whole: Stretch
    stops: Stretch


def decoded(
    file: File, number: int, resampler: AudioResampler | None = None
) -> Iterator[tuple[Fraction, int, Samples]]:
    """A stream of sound, piece by piece: when it is heard, samples a second, channels by samples."""
    resampler = resampler or AudioResampler(format="fltp")
    with file.open() as container:
        stream = container.streams.audio[number]
        for frame in _frames(container, stream):
            file.pulse.beat()
            for part in resampler.resample(frame):
                if part.pts is not None and part.time_base is not None:
                    yield (
                        part.pts * part.time_base,
                        part.sample_rate,
                        np.asarray(part.to_ndarray(), np.float32),
                    )


def joins_differ(original: File, made: File, number: int, edits: HeardEdits, near: Nearness) -> str:
    """Whether beside an edit anything else is heard than what was there, in words.

    What stays must come up to each edit and begin after it; what was taken out must not. One that lies a
    packet beside its place cannot be told from one that was rounded to packets.
    """
    usual = _rate(original, number)
    if usual is None or _rate(made, number) is None:
        return ""
    rate = usual if near.exact else _RATE
    for first in range(0, len(edits.all), _MANY):
        wanted = [
            comparison
            for place in range(first, min(first + _MANY, len(edits.all)))
            for comparison in _comparisons(edits, place, near)
        ]
        shown = _heard(made, number, [each.shown for each in wanted], rate)
        kept, gone = (
            _heard(original, number, [_moved(each.shown, shift(each), near.lag) for each in wanted], rate)
            for shift in (_kept, _gone)
        )
        for each, here, own, other in zip(wanted, shown, kept, gone, strict=True):
            if wrong := _wrong(each, here, own, other, exact=near.exact):
                return f"is not cut or silenced in its place at {exact_clock(each.at)}: {wrong}"
    return ""


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A stretch beside an edit on the made file's clock, and where the same lies in the original.

    Attributes:
        at: the edit, on the original's clock.
        kept: seconds from there to what should be heard.
        gone: seconds to what was taken out in its place; None where that is not asked.
    """

    at: Fraction
    shown: Stretch
    kept: Fraction
    gone: Fraction | None = None


def _kept(each: _Comparison) -> Fraction:
    return each.kept


def _gone(each: _Comparison) -> Fraction:
    return each.kept if each.gone is None else each.gone


def _comparisons(edits: HeardEdits, place: int, near: Nearness) -> Iterator[_Comparison]:
    """What is to be compared beside an edit: before it and after it."""
    (first, last), (before, after) = edits.all[place], edits.mapped[place]
    earliest = edits.mapped[place - 1][1] if place else near.stops[0]
    latest = edits.mapped[place + 1][0] if place + 1 < len(edits.all) else near.stops[1]
    length = max(_BESIDE, _LAGS * near.lag)
    stretches = (
        (first - before, (max(earliest + near.margin, before - near.margin - length), before - near.margin)),
        (last - after, (after + near.margin, min(latest - near.margin, after + near.margin + length))),
    )
    for shift, shown in stretches:
        if shown[1] - shown[0] >= 2 * near.lag + JITTER:
            yield _Comparison(first, shown, shift)
    if before != after or first <= near.whole[0] or last >= near.whole[1]:
        return
    length = min(max(near.margin, _HIDDEN), last - first)
    stretches = (
        (first - before, (max(earliest, before - length), before)),
        (last - after, (after, min(latest, after + length))),
    )
    for (shift, shown), gone in zip(stretches, (last - before, first - after), strict=True):
        if shown[1] - shown[0] >= 2 * JITTER:
            yield _Comparison(first, shown, shift, gone)


def _moved(stretch: Stretch, shift: Fraction, wider: Fraction) -> Stretch:
    return stretch[0] + shift - wider, stretch[1] + shift + wider


def _wrong(each: _Comparison, shown: Samples, kept: Samples, gone: Samples, *, exact: bool) -> str:
    """What is wrong in one stretch, in words."""
    if shown.shape[0] != kept.shape[0]:
        return ""
    like, louder = likeness(shown, kept)
    if each.gone is not None:
        hidden, _ = likeness(shown, gone)
        loud = float(np.sqrt(np.square(shown).mean())) >= LOW
        return "what was taken out can be heard" if loud and hidden >= max(ALIKE, like + _CLEARLY) else ""
    if exact:
        return "" if _same(shown, kept) else "its samples are not the original's"
    if like < ALIKE:
        return "it is out of step, or another sound"
    return "" if 1 / LOUDER <= louder <= LOUDER else "its level is another"


def likeness(shown: Samples, wider: Samples) -> tuple[float, float]:
    """How much some sound is like any stretch of another, at most 1, and how much louder it is than that one.

    Where nothing is to be heard in either they are alike.
    """
    count, lags = shown.shape[1], wider.shape[1] - shown.shape[1] + 1
    if not count or lags < 1:
        return 1.0, 1.0
    size = wider.shape[1] + count
    spectrum = np.fft.rfft(wider, size) * np.conj(np.fft.rfft(shown, size))
    dots = np.fft.irfft(spectrum.sum(0), size)[:lags]
    sums = np.concatenate(([0.0], np.cumsum(np.square(wider, dtype=np.float64).sum(0))))
    powers = np.maximum(sums[count:] - sums[:-count], 1e-12)
    own, least = max(float(np.square(shown, dtype=np.float64).sum()), 1e-12), LOW**2 * shown.size
    if own < least and powers.min() < least:
        return 1.0, 1.0
    like = dots / np.sqrt(powers * own)
    best = int(like.argmax())
    return float(like[best]), float(np.sqrt(own / powers[best]))


def _same(shown: Samples, wider: Samples) -> bool:
    """Whether some samples are a stretch of others."""
    count = shown.shape[1]
    return any(
        float(np.abs(wider[:, lag : lag + count] - shown).max(initial=0)) <= _SAME
        for lag in range(wider.shape[1] - count + 1)
    )


def _heard(file: File, number: int, stretches: Sequence[Stretch], rate: int) -> list[Samples]:
    """What is heard in some stretches; silence where there is nothing."""
    counts = [max(0, round((end - start) * rate)) for start, end in stretches]
    found: list[Samples] = [np.zeros((0, 0), np.float32) for _ in stretches]
    order = sorted(range(len(stretches)), key=lambda place: stretches[place])
    starts = [stretches[place][0] for place in order]
    longest = max((end - start for start, end in stretches), default=Fraction(0))
    stop = max((end for _, end in stretches), default=Fraction(0))
    awaited: Fraction | None = None
    for told, _, samples in decoded(file, number, AudioResampler(format="fltp", rate=rate)):
        time = awaited if awaited is not None and abs(told - awaited) <= JITTER else told
        awaited = end = time + Fraction(samples.shape[1], rate)
        if not found[0].size:
            found = [np.zeros((len(samples), count), np.float32) for count in counts]
        if time > stop:
            break
        for place in order[bisect_left(starts, time - longest) : bisect_left(starts, end)]:
            at = round((time - stretches[place][0]) * rate)
            first, last = max(0, -at), min(samples.shape[1], counts[place] - at)
            if first < last:
                found[place][:, at + first : at + last] = samples[:, first:last]
    return found


def _rate(file: File, number: int) -> int | None:
    """How many samples a second a stream of sound has; None where it cannot be decoded."""
    return next((rate for _, rate, _ in decoded(file, number)), None)


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """What a stream of sound decodes to, past what cannot be decoded."""
    for packet in container.demux(stream):
        with suppress(av.error.FFmpegError):
            yield from packet.decode()

"""The clip's sound: wind all through, and in each shot what one would hear there."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Wave = npt.NDArray[np.floating[Any]]

RATE = 48_000


def soundtrack(shots: int, seconds: int) -> npt.NDArray[np.int16]:
    """Stereo samples at 48 kHz, ``int16 (samples, 2)``, for ``shots`` shots of ``seconds`` each."""
    random = np.random.default_rng(100)
    length = RATE * seconds
    wind = 0.5 * _coloured(random, length * shots, 500)
    voices = (_drone, _crickets, _footsteps, _thuds, _birds)
    heard = [
        voice(random, np.arange(length, dtype=np.float32) / np.float32(RATE)) for voice in voices[:shots]
    ]
    mixed = wind + np.concatenate([_eased(part) for part in heard])
    aside = np.roll(mixed, 37)
    stereo = np.stack([mixed, 0.8 * mixed + 0.2 * aside], axis=-1)
    loud = stereo / np.abs(stereo).max() * 0.6
    return np.asarray(loud * 32767).astype(np.int16)


def _coloured(random: np.random.Generator, length: int, corner: float) -> Wave:
    """Noise that falls off above ``corner`` hertz, at most 1."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    pitch = np.fft.rfftfreq(length, 1 / RATE)
    shaped = np.fft.irfft(spectrum / (1 + (pitch / corner) ** 2), length)
    return np.asarray(shaped / np.abs(shaped).max(), np.float32)


def _eased(part: Wave) -> Wave:
    """The part with its first and last hundredth of a second faded, so that cuts do not click."""
    ramp = np.minimum(1, np.minimum(np.arange(len(part)), np.arange(len(part))[::-1]) / (RATE / 100))
    return (part * ramp).astype(np.float32)


def _drone(_random: np.random.Generator, time: Wave) -> Wave:
    swell = 2 * np.pi * (112 * time + 1.5 * np.sin(2 * np.pi * 0.7 * time))
    harmonics = sum(np.sin(swell * part) / part for part in (1, 2, 3, 5))
    return np.asarray(0.25 * harmonics, np.float32)


def _crickets(_random: np.random.Generator, time: Wave) -> Wave:
    chirp = np.clip(np.sin(2 * np.pi * 17 * time), 0, 1) * (np.sin(2 * np.pi * 1.3 * time) > 0)
    return np.asarray(0.10 * chirp * np.sin(2 * np.pi * 4200 * time), np.float32)


def _footsteps(random: np.random.Generator, time: Wave) -> Wave:
    return _struck(
        time, np.arange(0.1, time[-1], 1 / 1.9), 45, lambda: 0.5 * _coloured(random, len(time), 1800)
    )


def _thuds(random: np.random.Generator, time: Wave) -> Wave:
    return _struck(time, np.array([0.4, 1.7, 2.1, 3.2]), 5, lambda: 1.2 * _coloured(random, len(time), 60))


def _birds(_random: np.random.Generator, time: Wave) -> Wave:
    song = np.sin(2 * np.pi * (2600 * time + 90 * np.sin(2 * np.pi * 6 * time)))
    return _struck(
        time, np.array([0.5, 0.8, 1.9, 2.2, 2.5, 3.4]), 14, lambda: np.asarray(0.12 * song, np.float32)
    )


def _struck(time: Wave, beats: npt.NDArray[np.float64], decay: float, voice: Callable[[], Wave]) -> Wave:
    """A voice that is struck at each beat and dies away, ``decay`` nepers a second."""
    since = time[:, None] - beats[None, :]
    strength = np.where(since >= 0, np.exp(-decay * np.maximum(since, 0)), 0).sum(axis=1)
    return np.asarray(voice() * strength, np.float32)

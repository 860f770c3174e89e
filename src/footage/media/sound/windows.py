"""The windows of AAC, and how packets of two encoders are joined although they use different ones.

Two neighbouring packets give true samples only if the window halves under which they overlap belong together.
One encoder bends its windows like a sine, another like a Kaiser-Bessel function; a decoder takes for the
first half of a packet the shape named in the packet before. Where a packet of ours meets one of the source's,
we therefore encode other samples than those that shall be heard: such that folded under our encoder's window
they give what the true samples give under the window with which the packet will be decoded.

Source: ISO/IEC 14496-3, 4.4.2.1 and 4.5.2.3 (the syntax), 4.6.11 (windows and overlap).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from footage.media.sound.edits import Samples

_SINGLE, _PAIR, _DATA, _FILL = 0, 1, 4, 6
_LONG, _STOP = 0, 3
_SINE, _BESSEL = 0, 1
_ALPHA = 4
_HEAD = 1024


@dataclass(frozen=True, slots=True)
class Window:
    """The window of a packet's first channel.

    Attributes:
        ends_long: whether its second half is that of a long window.
        begins_long: whether its first half is.
        bessel: whether its second half is a Kaiser-Bessel function, not a sine.
        at: which bit of the packet says so.
        shared: whether that bit counts for all channels.
    """

    ends_long: bool
    begins_long: bool
    bessel: bool
    at: int
    shared: bool


def window_of(content: bytes, channels: int) -> Window | None:
    """The window of a packet without a header; None where it does not begin with sound."""
    bits = _Bits(content[:_HEAD])
    kind = bits.read(3)
    while kind in (_FILL, _DATA):
        bits.skip_element(kind)
        kind = bits.read(3)
    if kind not in (_SINGLE, _PAIR):
        return None
    bits.read(4)
    shared = bits.read(1) == 1 if kind == _PAIR else True
    if kind == _SINGLE or not shared:
        bits.read(8)
    bits.read(1)
    sequence = bits.read(2)
    at = bits.at
    alone = channels == (2 if kind == _PAIR else 1)
    return Window(
        ends_long=sequence in (_LONG, _STOP),
        begins_long=sequence in (_LONG, _LONG + 1),
        bessel=bits.read(1) == _BESSEL,
        at=at,
        shared=shared and alone,
    )


def reshaped(content: bytes, window: Window, *, bessel: bool) -> bytes:
    """A packet with the shape of its window's second half changed; its samples are to be fitted to that."""
    changed = bytearray(content)
    mask = 0x80 >> window.at % 8
    changed[window.at // 8] = changed[window.at // 8] & ~mask | (mask if bessel else 0)
    return bytes(changed)


def fitted(samples: Samples, *, bessel: bool, encoder_bessel: bool, first: bool) -> Samples:
    """What to encode so that samples come out right beside a packet of the source.

    Args:
        bessel: whether a Kaiser-Bessel window will decode them.
        encoder_bessel: whether one encodes them.
        first: whether they lie under the first half of our packet's window, not under the second.
    """
    if bessel == encoder_bessel:
        return samples
    # A half window and its mirror image are each other's complement, so the correction is exact.
    theirs, ours = _rising(bessel)[:, np.newaxis], _rising(encoder_bessel)[:, np.newaxis]
    if not first:
        theirs, ours = theirs[::-1], ours[::-1]
    lacking = (theirs - ours) * samples
    mirrored = -lacking[::-1] if first else lacking[::-1]
    return samples + ours * (lacking + mirrored)


@cache
def _rising(bessel: bool) -> Samples:
    """The first half of a long window."""
    size = 1024
    rising: Samples = np.sin(np.pi / (2 * size) * (np.arange(size) + 0.5))
    if bessel:
        weights = np.cumsum(np.kaiser(size + 1, np.pi * _ALPHA))
        rising = np.sqrt(weights[:size] / weights[size])
    return rising


class _Bits:
    """Bits read one after another; zeros after the end."""

    def __init__(self, content: bytes) -> None:
        self._value = int.from_bytes(content, "big")
        self._size = 8 * len(content)
        self.at = 0

    def read(self, count: int) -> int:
        self.at += count
        over = self.at - self._size
        bits = self._value << over if over > 0 else self._value >> -over
        return bits & (1 << count) - 1

    def skip_element(self, kind: int) -> None:
        """Pass over padding or data, whose kind has been read."""
        aligned = False
        if kind == _DATA:
            self.read(4)
            aligned = self.read(1) == 1
            count = self.read(8)
            count += self.read(8) if count == 255 else 0
        else:
            count = self.read(4)
            count += self.read(8) - 1 if count == 15 else 0
        if aligned:
            self.at += -self.at % 8
        self.at += 8 * count

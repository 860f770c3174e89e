"""Sound in packets of equal length: the touched ones are encoded anew, the others copied.

A packet of a transform codec holds part of the samples of its own and of the next packet's time, so it stays
only where both are untouched. Encoded anew are whole stretches of packets on the source's own grid, begun a
few packets early, so that what is kept of them is what an encoder in full swing gives.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.packet import Packet

from footage.media.sound.coding import WARM_UP, Decoder, GridCoding, GridEncoder
from footage.media.sound.edits import CONTIGUOUS, Edits, Piece, Samples
from footage.media.sound.windows import Window

_BEHIND = 3
_AHEAD = 2
_EARLIER = 2
_LATER = 5
_HELD = 2

_Heard = tuple[int, Samples]


@dataclass(frozen=True, slots=True)
class _Given:
    """A packet of the source that gives its samples to a new packet.

    Attributes:
        number: in its run.
        before: the packets just before it.
        gains: by how much its samples are multiplied; None where they stay as they are.
    """

    number: int
    packet: "Packet[Any]"
    before: tuple["Packet[Any]", ...]
    piece: Piece
    time: Fraction
    gains: Samples | None


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one new packet.

    Attributes:
        position: counted in its run; may be negative.
        given: of what it is made; of two where two pieces meet.
    """

    position: int
    time: Fraction
    given: tuple[_Given, ...]

    @property
    def dirty(self) -> bool:
        """Whether its samples are others than one packet's of the source."""
        return len(self.given) != 1 or self.given[0].gains is not None


@dataclass(frozen=True, slots=True)
class New:
    """A packet of the result.

    Attributes:
        source: the packet it is a copy of, or whose place it takes; None in a place that had none.
        content: where it was encoded anew.
    """

    time: Fraction
    source: "Packet[Any] | None"
    content: bytes | None = None


class Grid:
    """Takes a stream's packets in order and gives the edited stream's."""

    def __init__(self, coding: GridCoding, edits: Edits) -> None:
        self._coding = coding
        self._edits = edits
        self._step = coding.step
        self._tolerance = max(CONTIGUOUS, self._step / 2)
        self._run: _Run | None = None
        self._expected: Fraction | None = None
        self._written: Fraction | None = None

    def feed(self, packet: "Packet[Any]", time: Fraction) -> Iterator[New]:
        """Take the next packet; gives those that are settled."""
        if self._run is None or self._expected is None or abs(time - self._expected) > self._tolerance:
            yield from self.finish()
            self._run = _Run(self._coding, self._edits, time, self._written)
        self._expected = time + self._step
        yield from self._noted(self._run.feed(packet, time))

    def finish(self) -> Iterator[New]:
        """Give what is left."""
        if self._run is not None:
            yield from self._noted(self._run.finish())
        self._run = None

    def _noted(self, news: Iterator[New]) -> Iterator[New]:
        for new in news:
            self._written = new.time + self._step
            yield new


class _Run:
    """Packets without a gap between them.

    Args:
        written: where what is written already ends.
    """

    def __init__(self, coding: GridCoding, edits: Edits, begin: Fraction, written: Fraction | None) -> None:
        self._coding = coding
        self._edits = edits
        self._step = coding.step
        self._pieces = edits.pieces(begin, self._step)
        self._begin = begin
        self._earliest = edits.moment(begin)
        self._written = written if edits.removing else None
        self._current = 0
        self._number = 0
        self._before: deque[Packet[Any]] = deque(maxlen=WARM_UP)
        self._open: dict[int, list[_Given]] = {}
        self._next: int | None = None
        self._seam = _Seam(coding)
        self._end = self._time = begin

    def feed(self, packet: "Packet[Any]", time: Fraction) -> Iterator[New]:
        self._end = end = time + self._step
        while (over := self._pieces[self._current].end) is not None and over <= time:
            self._current += 1
        for piece in self._pieces[self._current :]:
            if piece.start is not None and piece.start >= end:
                break
            self._give(packet, time, piece)
        self._before.append(packet)
        self._number += 1
        while self._open and self._next is not None and self._next < max(self._open) - _HELD:
            yield from self._seam.feed(self._settled())

    def finish(self) -> Iterator[New]:
        while self._open:
            yield from self._seam.feed(self._settled())
        # The last packet holds part of what would have come after it.
        yield from self._seam.finish(followed=self._edits.touches(self._end, self._end + self._step))

    def _give(self, packet: "Packet[Any]", time: Fraction, piece: Piece) -> None:
        position = self._number - piece.moved
        if self._next is None:
            late = (self._written or self._earliest) - time + piece.shift
            if time - piece.shift < self._earliest or late > self._step / 2:
                return
            if self._written is not None and late > 0:
                # A removal over a gap: what follows need not lie on the grid of what was before.
                self._pieces = self._edits.pieces(self._begin, self._step, late)
                piece = self._pieces[piece.number]
            self._next = position
        facts = self._coding.facts
        gains = self._edits.gains(time, facts.frame, facts.rate, piece)
        given = _Given(self._number, packet, tuple(self._before), piece, time, gains)
        if position >= self._next:
            self._open.setdefault(position, []).append(given)

    def _settled(self) -> Slot:
        assert self._next is not None
        given = tuple(self._open.pop(self._next, ()))
        self._time = given[0].time - given[0].piece.shift if given else self._time + self._step
        slot = Slot(self._next, self._time, given)
        self._next += 1
        return slot


@dataclass(slots=True)
class _Waiting:
    """A slot whose packet has not been given yet."""

    slot: Slot
    touched: bool


class _Seam:
    """Decides which slots are copied and which are encoded anew, and does it."""

    def __init__(self, coding: GridCoding) -> None:
        self._coding = coding
        self._ahead: deque[Slot] = deque()
        self._waiting: deque[_Waiting] = deque()
        self._behind: deque[Slot] = deque(maxlen=_BEHIND + _EARLIER)
        self._decoders: dict[int, Decoder] = {}
        self._encoder: GridEncoder | None = None
        self._encoded: dict[int, bytes] = {}
        self._fed: deque[_Heard] = deque(maxlen=_BEHIND + 1)
        self._stretched = 0

    def feed(self, slot: Slot) -> Iterator[New]:
        """Take the next slot; gives the packets that are ready."""
        self._ahead.append(slot)
        if len(self._ahead) > _AHEAD:
            self._settle(self._ahead.popleft(), followed=self._ahead[0].dirty)
            yield from self._ready(_EARLIER + 1)

    def finish(self, *, followed: bool) -> Iterator[New]:
        """Give what is left.

        Args:
            followed: whether what would come after it is touched.
        """
        while self._ahead:
            slot = self._ahead.popleft()
            self._settle(slot, followed=self._ahead[0].dirty if self._ahead else followed)
        if self._encoder is not None:
            self._encoded.update(self._encoder.finish())
        yield from self._ready(0)

    def _settle(self, slot: Slot, *, followed: bool) -> None:
        touched = slot.dirty or followed
        if touched:
            self._stretched = 0
        elif self._encoder is not None:
            touched = not self._closed(slot)
            self._stretched += 1
        self._waiting.append(_Waiting(slot, touched))
        if touched and self._encoder is None:
            self._open(slot)
        elif touched:
            self._encode(slot.position, self._samples(slot))
        self._behind.append(slot)

    def _open(self, slot: Slot) -> None:
        """Begin to encode: with a slot, or a little earlier where the windows meet better."""
        sound = [(each.position, self._samples(each)) for each in (*self._behind, slot, *self._ahead)]
        first, fed = slot.position, sound
        for position, window in self._openings():
            first, fed = position, self._joined(sound, position, window)
            if window is None or self._begins(fed, position, window):
                break
        self._fed.clear()
        self._encoder = GridEncoder(self._coding, max(fed[0][0], first - _BEHIND))
        for position, samples in fed:
            if first - _BEHIND <= position <= slot.position:
                self._encode(position, samples)
        for waiting in self._waiting:
            waiting.touched |= waiting.slot.position >= first

    def _openings(self) -> Iterator[tuple[int, Window | None]]:
        """Where encoding may begin, the latest first, with the window of the packet before."""
        for before in list(self._waiting)[-2::-1]:
            if before.touched:
                break
            yield before.slot.position + 1, self._coding.window(bytes(before.slot.given[0].packet))

    def _joined(self, sound: list[_Heard], first: int, window: Window | None) -> list[_Heard]:
        return [
            (at, self._coding.fitted(samples, window, first=True) if at == first else samples)
            for at, samples in sound
        ]

    def _begins(self, sound: list[_Heard], first: int, window: Window) -> bool:
        """Whether our first packet's window meets the one before it."""
        fed = [each for each in sound if each[0] >= first - _BEHIND]
        trial = GridEncoder(self._coding, fed[0][0])
        packets = dict(trial.feed(np.concatenate([samples for _, samples in fed])) + trial.finish())
        own = self._coding.window(packets[first])
        return own is None or own.begins_long == window.ends_long

    def _closed(self, slot: Slot) -> bool:
        """End encoding before a slot that stays as it is, if the windows allow it or it is high time.

        The last packet comes from an encoder of its own, which is given what makes it fit.
        """
        assert self._encoder is not None
        samples = self._samples(slot)
        before = slot.given[0].before
        theirs = self._coding.window(bytes(before[-1])) if before else None
        fitting = None
        if theirs is not None:
            closing = GridEncoder(self._coding, self._fed[0][0])
            fed = [*(each for _, each in self._fed), self._coding.fitted(samples, theirs, first=False)]
            last = dict(closing.feed(np.concatenate(fed)) + closing.finish())[slot.position - 1]
            fitting = self._coding.reshaped(last, theirs)
            if fitting is None and self._stretched < _LATER:
                return False
        self._encoded.update(self._encoder.feed(samples) + self._encoder.finish())
        self._encoded[slot.position - 1] = fitting or self._encoded[slot.position - 1]
        wanted = {waiting.slot.position for waiting in self._waiting if waiting.touched}
        self._encoded = {at: content for at, content in self._encoded.items() if at in wanted}
        self._encoder = None
        self._decoders.clear()
        return True

    def _encode(self, position: int, samples: Samples) -> None:
        assert self._encoder is not None
        self._fed.append((position, samples))
        self._encoded.update(self._encoder.feed(samples))

    def _ready(self, held: int) -> Iterator[New]:
        while len(self._waiting) > held:
            slot, touched = self._waiting[0].slot, self._waiting[0].touched
            if touched and slot.position not in self._encoded:
                break
            self._waiting.popleft()
            source = slot.given[0].packet if slot.given else None
            yield New(slot.time, source, self._encoded.pop(slot.position) if touched else None)

    def _samples(self, slot: Slot) -> Samples:
        """What a slot sounds like."""
        facts = self._coding.facts
        samples = np.zeros((facts.frame, facts.channels))
        for given in slot.given:
            if given.piece.number not in self._decoders:
                self._decoders[given.piece.number] = Decoder(facts)
            found = self._decoders[given.piece.number].samples(given.number, given.packet, given.before)
            samples += found if given.gains is None else found * given.gains[:, np.newaxis]
        return samples

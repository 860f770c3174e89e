"""A made file's sound held against its original's: silent where it must be, and all else as it was, in step.

Where nothing is silenced or taken out, packets and times must be the original's own. Else packets away from
the edits must be, or what they decode to must sound alike; what is silenced is decoded and measured.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import av.error
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from footage.media.proving.heard_edits import HeardEdits, met
from footage.media.proving.leftovers import Pieces, digest_of
from footage.media.proving.listening import (
    ALIKE,
    JITTER,
    LOUDER,
    LOW,
    Nearness,
    Samples,
    decoded,
    joins_differ,
)
from footage.media.proving.watching import File
from footage.media.rendering.muxing import sound_packets, sounds_in, sounds_of, times_differ
from footage.model.span import exact_clock

_Times = Sequence[tuple[Fraction, Fraction]]

SOUND = -1
"""Whose pieces of sound are, where pieces of pictures are a frame's."""

_STEP = Fraction(1, 50)
# Half a packet of AAC at 8 kHz; whatever has longer ones is not spliced by packets.
_MOST_HALF = Fraction(64, 1000)
_MOST = 90
_HALF_PACKETS_AWAY = 6
_LEAST_AWAY = Fraction(1, 8)
_FADE = Fraction(5, 1000)
_SILENT = 10 ** (-60 / 20)
_EDGE_SILENT = 10 ** (-50 / 20)
_EDGE_SHARE = 10 ** (-30 / 20)
_BLOCK = Fraction(1, 5)
_BLOCK_TOLERANCES = 8


@dataclass(slots=True)
class _Track:
    """The packets of one stream of sound in the order of their times: when each is heard, and its digest."""

    codec: str
    tick: Fraction
    ticks: "array[int]" = field(default_factory=lambda: array("q"))
    lengths: "array[int]" = field(default_factory=lambda: array("q"))
    digests: bytearray = field(default_factory=bytearray)
    rising: bool = True

    @property
    def plain(self) -> bool:
        """Whether its samples are stored one by one, as they are."""
        return self.codec.startswith("pcm_")

    @property
    def length(self) -> Fraction:
        """Of most packets, in seconds."""
        return (
            int(np.median(np.frombuffer(self.lengths, np.int64))) * self.tick if self.ticks else Fraction(0)
        )

    @property
    def span(self) -> tuple[Fraction, Fraction]:
        """When the first packet comes and the last one goes."""
        if not self.ticks:
            return Fraction(0), Fraction(0)
        return self.ticks[0] * self.tick, (self.ticks[-1] + self.lengths[-1]) * self.tick

    def add(self, packet: "Packet[AudioStream]", tick: int) -> None:
        """Append a packet."""
        self.ticks.append(tick)
        self.lengths.append(packet.duration or 0)
        self.digests += digest_of(bytes(packet))

    def settle(self) -> None:
        """Note whether the packets are in the order of their times, and put them into it.

        Where most packets are shorter, a long one is followed by a gap, which is no sound.
        """
        ticks, lengths = (np.array(each, np.int64) for each in (self.ticks, self.lengths))
        self.rising = bool((np.diff(ticks) >= 0).all())
        order = np.argsort(ticks, kind="stable")
        self.ticks = array("q", ticks[order].tobytes())
        longest = np.percentile(lengths, _MOST, method="lower") if len(lengths) else 0
        self.lengths = array("q", np.minimum(lengths, longest)[order].astype(np.int64).tobytes())
        digests = np.frombuffer(bytes(self.digests), np.uint8).reshape(len(ticks), -1)
        self.digests = bytearray(digests[order].tobytes())

    def packets(self) -> Iterator[tuple[Fraction, Fraction, bytes]]:
        """When each comes and goes, in seconds, and what tells it from others."""
        size = len(self.digests) // max(1, len(self.ticks))
        for place, (tick, length) in enumerate(zip(self.ticks, self.lengths, strict=True)):
            digest = bytes(self.digests[place * size : (place + 1) * size])
            yield tick * self.tick, (tick + length) * self.tick, digest

    def holds(self, digest: bytes, time: Fraction, tolerance: Fraction) -> bool:
        """Whether a packet is there, at a time or near it."""
        first = bisect_left(self.ticks, (time - tolerance) / self.tick)
        size = len(digest)
        for place in range(first, bisect_right(self.ticks, (time + tolerance) / self.tick)):
            if self.digests[place * size : (place + 1) * size] == digest:
                return True
        return False


def sound_differs(original: File, made: File, edits: HeardEdits) -> str:
    """How a made file's sound differs from what it should be, in words; empty where it does not.

    Raises:
        BadInput: a file cannot be opened.
    """
    with original.open() as source, made.open() as copy:
        streams = len(source.streams.audio), len(copy.streams.audio)
        if streams[0] != streams[1]:
            return f"{streams[1]} streams of sound instead of {streams[0]}"
        if not edits:
            return _untouched(source, copy)
    for number in range(streams[0]):
        kept, copied = _track(original, number, heard=True), _track(made, number, heard=False)
        if wrong := _edited(original, made, number, kept, copied, edits):
            return f"sound {number + 1} {wrong}"
    return ""


def gather_unheard(original: File, edits: HeardEdits, pieces: Pieces) -> None:
    """Take in every packet of sound that is silenced or taken out, but for those that are silent anyway.

    Plain sound is left out: a tone is like itself from one wave to the next.

    Raises:
        BadInput: the file cannot be opened.
    """
    if not edits:
        return
    with original.open() as container:
        streams = len(container.streams.audio)
    for number in range(streams):
        track = _track(original, number, heard=True)
        if track.plain:
            continue
        gone = _unheard(track, edits)
        loud = _loud(original, number, edits.all)
        with original.open() as container:
            stream = container.streams.audio[number]
            for packet in sound_packets(container, [stream]):
                original.pulse.beat()
                time = _time(packet)
                if time is None or not met(loud, time, time + max(track.length, _STEP)):
                    continue
                if digest_of(content := bytes(packet)) in gone:
                    pieces.add(SOUND, content)


def _untouched(source: InputContainer, copy: InputContainer) -> str:
    for number, (kept, copied) in enumerate(zip(sounds_of(source), sounds_in(copy), strict=True), 1):
        if kept.digest != copied.digest:
            return f"sound {number} is not the original's"
        if wrong := times_differ(kept.times, copied.times, copied.step):
            return f"sound {number} is out of time: {wrong}"
    return ""


def _time(packet: "Packet[AudioStream]") -> Fraction | None:
    tick = packet.pts if packet.pts is not None else packet.dts
    return None if tick is None else tick * packet.time_base


def _track(file: File, number: int, *, heard: bool) -> _Track:
    """A stream of sound: what is heard of it, or everything that the file holds."""
    with file.open() as container:
        sound = container.streams.audio[number]
        # What no decoder is known for has no context.
        context = cast("object | None", sound.codec_context)
        track = _Track(sound.codec_context.name if context is not None else "", sound.time_base or _STEP)
        for packet in sound_packets(container, [sound]) if heard else _all_packets(container, [sound]):
            file.pulse.beat()
            tick = packet.pts if packet.pts is not None else packet.dts
            if packet.size and tick is not None:
                track.add(packet, tick)
    track.settle()
    return track


def _all_packets(container: InputContainer, sounds: Sequence[AudioStream]) -> Iterator["Packet[AudioStream]"]:
    """Every packet of sound in a file, up to a place where it is broken."""
    with suppress(av.error.FFmpegError):
        yield from (cast("Packet[AudioStream]", packet) for packet in container.demux(*sounds))


def _edited(original: File, made: File, number: int, kept: _Track, copied: _Track, edits: HeardEdits) -> str:
    """How one edited stream of sound differs from what it should be, in words."""
    if not copied.rising:
        return "goes back in time"
    half = min(max(kept.length, copied.length) / 2, _MOST_HALF)
    away = max(_LEAST_AWAY, _HALF_PACKETS_AWAY * half)
    unheard = set[bytes]() if kept.plain else _unheard(kept, edits)
    if unheard and any(digest in unheard for _, _, digest in copied.packets()):
        return "holds a packet of what was silenced or taken out"
    if wrong := _not_silent(original, made, number, half, edits):
        return wrong
    exact = kept.plain and kept.codec == copied.codec
    slack = 2 * (kept.tick + copied.tick)
    begin, end = kept.span
    last = copied.span[1] if edits.touches(end, end + _STEP) else min(edits.after(end), copied.span[1])
    stops = max(edits.after(begin), copied.span[0]), last
    lag, margin = (slack, _FADE + slack) if exact else (half + slack, 2 * half + slack)
    near = Nearness(lag, margin, exact, kept.span, stops)
    if wrong := joins_differ(original, made, number, edits, near):
        return wrong
    if kept.codec == copied.codec and not _moved(kept, copied, edits, half, away):
        return ""
    return _unlike(original, made, number, max(half, _STEP), edits)


def _unheard(track: _Track, edits: HeardEdits) -> set[bytes]:
    """The digests of the packets that are silenced or taken out, and are like none that stays."""
    gone = {digest for start, end, digest in track.packets() if edits.swallows(start, end)}
    gone.difference_update(digest for start, end, digest in track.packets() if not edits.swallows(start, end))
    return gone


def _moved(kept: _Track, copied: _Track, edits: HeardEdits, tolerance: Fraction, margin: Fraction) -> bool:
    """Whether packets away from the edits are missing, others, or out of step, or there are more of them."""
    if any(
        not edits.touches(start, end, margin) and not copied.holds(digest, edits.after(start), tolerance)
        for start, end, digest in kept.packets()
    ):
        return True
    # Where they come from: the first moment that lies there now.
    return any(
        not edits.joins(start, end, margin + tolerance)
        and not kept.holds(digest, edits.before(start), tolerance)
        for start, end, digest in copied.packets()
    )


def _not_silent(original: File, made: File, number: int, half: Fraction, edits: HeardEdits) -> str:
    """Which muted span can be heard, in words.

    Near its ends an encoder spreads a little of what is around it, and a cut before it may have moved all by
    half a packet.
    """
    silences = edits.heard_silences()
    if not silences:
        return ""
    shift = half if edits.removals else Fraction(0)
    within = _levels(made, number, [_inner(span, shift + 2 * half) for span in silences])
    edges = _levels(made, number, [_inner(span, shift) for span in silences])
    heard = [span for span in edits.silences if edits.after(span[0]) < edits.after(span[1])]
    before = _levels(original, number, heard)
    for span, inside, outside, own in zip(silences, within, edges, before, strict=True):
        if own.count and not outside.count:
            return f"cannot be measured from {exact_clock(span[0])} on"
        # Of a span hardly longer than a packet nothing is out of reach of what is around it.
        long = span[1] - span[0] > 2 * (shift + 2 * half)
        if (long and inside.peak > _SILENT) or outside.mean > max(_EDGE_SILENT, _EDGE_SHARE * own.mean):
            return f"is not silent from {exact_clock(span[0])} on"
    return ""


def _inner(span: tuple[Fraction, Fraction], margin: Fraction) -> tuple[Fraction, Fraction]:
    """A span without a margin at its ends; at least the middle fifth of it."""
    start, end = span
    margin = min(margin, (end - start) * 2 / 5)
    return start + margin, end - margin


@dataclass(slots=True)
class _Level:
    """How loud a stretch of sound is, over all channels; 1 is full."""

    peak: float = 0.0
    squares: float = 0.0
    count: int = 0

    @property
    def mean(self) -> float:
        """The root of the mean square."""
        return float((self.squares / self.count) ** 0.5) if self.count else 0.0


def _levels(file: File, number: int, spans: _Times) -> list[_Level]:
    """How loud a stream of sound is in some spans, which are in order and apart."""
    levels = [_Level() for _ in spans]
    for time, rate, samples in decoded(file, number):
        end = time + Fraction(samples.shape[1], rate)
        place = bisect_right(spans, time, key=_end)
        while place < len(spans) and spans[place][0] < end:
            first, last = spans[place]
            part = samples[:, max(0, int((first - time) * rate)) : max(0, int((last - time) * rate))]
            if part.size:
                level = levels[place]
                level.peak = max(level.peak, float(np.abs(part).max()))
                level.squares += float(np.square(part, dtype=np.float64).sum())
                level.count += part.size
            place += 1
    return levels


def _end(span: tuple[Fraction, Fraction]) -> Fraction:
    return span[1]


def _loud(file: File, number: int, spans: _Times) -> list[tuple[Fraction, Fraction]]:
    """Where in some spans, which are in order, something can be heard."""
    loud: list[tuple[Fraction, Fraction]] = []
    for time, rate, samples in decoded(file, number):
        end = time + Fraction(samples.shape[1], rate)
        if met(spans, time, end) and np.abs(samples).max(initial=0) > _SILENT:
            if loud and time - loud[-1][1] < JITTER:
                loud[-1] = (loud[-1][0], end)
            else:
                loud.append((time, end))
    return loud


def _unlike(original: File, made: File, number: int, tolerance: Fraction, edits: HeardEdits) -> str:
    """Where one stream of sound does not sound like its original, or is out of step with it, in words."""
    rate, channels = _kind(made, number)
    if channels != _kind(original, number)[1]:
        return f"has {channels} channels, which are others than the original's"
    length = max(_BLOCK, _BLOCK_TOLERANCES * tolerance)
    size = int(length * rate)
    resampler = AudioResampler(format="fltp", rate=rate)
    expected = _in_blocks(_shortened(decoded(original, number, resampler), edits), rate, size)
    shown = _in_blocks(((time, samples) for time, _, samples in decoded(made, number)), rate, size)
    for block, first, second in _side_by_side(expected, shown):
        start = block * length
        if edits.joins(start, start + length, _LEAST_AWAY):
            continue
        if wrong := _apart(first, second, int(tolerance * rate), int(_LEAST_AWAY * rate)):
            return f"is not like the original from {exact_clock(start)} on: {wrong}"
    return ""


def _kind(file: File, number: int) -> tuple[int, int]:
    """How many samples a second a stream of sound has, and how many channels."""
    _, rate, samples = next(decoded(file, number), (0, 0, np.empty((0, 0), np.float32)))
    return rate, len(samples)


def _shortened(
    pieces: Iterator[tuple[Fraction, int, Samples]], edits: HeardEdits
) -> Iterator[tuple[Fraction, Samples]]:
    """Pieces of sound on the made file's clock; what touches an edit is left out."""
    for time, rate, samples in pieces:
        if not edits.touches(time, time + Fraction(samples.shape[1], rate)):
            yield edits.after(time), samples


def _in_blocks(
    pieces: Iterator[tuple[Fraction, Samples]], rate: int, size: int
) -> Iterator[tuple[int, Samples]]:
    """Pieces of sound as blocks of so many samples (the last may be shorter), with their numbers.

    What is missing between pieces is silent.
    """
    number, filled, block = 0, 0, np.empty((0, 0), np.float32)
    awaited: int | None = None
    for time, samples in pieces:
        at, done = round(time * rate), 0
        if awaited is not None and abs(at - awaited) <= JITTER * rate:
            at = awaited
        awaited = at + samples.shape[1]
        while done < samples.shape[1]:
            where, offset = divmod(at + done, size)
            if where != number or not block.size:
                if block.size:
                    yield number, block
                number, block = where, np.zeros((len(samples), size), np.float32)
            part = samples[:, done : done + size - offset]
            filled = offset + part.shape[1]
            block[:, offset:filled] = part
            done += part.shape[1]
    if block.size:
        yield number, block[:, :filled]


def _side_by_side(
    expected: Iterator[tuple[int, Samples]], shown: Iterator[tuple[int, Samples]]
) -> Iterator[tuple[int, Samples, Samples]]:
    """Blocks of the same numbers together; one that is missing is empty."""
    missing = np.empty((0, 0), np.float32)
    first, second = next(expected, None), next(shown, None)
    while first is not None or second is not None:
        number = min(each[0] for each in (first, second) if each is not None)
        here = [each is not None and each[0] == number for each in (first, second)]
        yield number, first[1] if first and here[0] else missing, second[1] if second and here[1] else missing
        first = next(expected, None) if here[0] else first
        second = next(shown, None) if here[1] else second


def _apart(expected: Samples, shown: Samples, tolerance: int, margin: int) -> str:
    """How two blocks of sound differ, in words.

    Args:
        tolerance: a shift by so many samples is let pass.
        margin: at its end, sound may have so many samples more or less.
    """
    length = min(expected.shape[1], shown.shape[1])
    if max(expected.shape[1], shown.shape[1]) - length > margin:
        return "one ends before the other"
    if length <= 2 * tolerance:
        # Less than a block is what remains at the end; the first and the last thing of a file may be lost.
        return ""
    expected, shown = expected[:, :length], shown[:, :length]
    own, other = (float(np.sqrt(np.square(each).mean())) for each in (expected, shown))
    if max(own, other) < LOW:
        return ""
    if not own / LOUDER <= other <= own * LOUDER:
        return "its level is another"
    spectrum = np.fft.rfft(expected, 2 * length) * np.conj(np.fft.rfft(shown, 2 * length))
    alike = np.fft.irfft(spectrum.sum(0), 2 * length) / (own * other * expected.size)
    near = max(alike[: tolerance + 1].max(), alike[-tolerance:].max(initial=-1))
    return "" if near >= ALIKE else "it is out of step, or another sound"

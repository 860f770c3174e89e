"""A made file's sound held against its original's: silent where it must be, and all else as it was, in step.

Where nothing is silenced or taken out, packets and times must be the original's own. Else packets away from
the edits must be, or what they decode to must sound alike; what is silenced is decoded and measured.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import av.error
import numpy as np
from av import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

from footage.media.leftovers import Pieces
from footage.media.muxing import sound_packets, sounds_in, sounds_of, times_differ
from footage.media.watching import File
from footage.model.redaction import Timeline
from footage.model.span import Span, exact_clock

_Times = Sequence[tuple[Fraction, Fraction]]
Samples = NDArray[np.float32]

SOUND = -1
"""Whose pieces of sound are, where pieces of pictures are a frame's."""

_STEP = Fraction(1, 50)
_HALF_PACKETS_AWAY = 6
_LEAST_AWAY = Fraction(1, 8)
_SILENT = 10 ** (-60 / 20)
_EDGE_SILENT = 10 ** (-50 / 20)
_EDGE_SHARE = 10 ** (-30 / 20)
_ALIKE = 0.7
_LOUDER = 10 ** (3 / 20)
_LOW = 10 ** (-50 / 20)
_BLOCK = Fraction(1, 5)
# Where ticks are coarse, each packet's time is rounded for itself; its samples follow the last all the same.
_JITTER = Fraction(1, 500)


class Edits:
    """What is silenced and taken out of the sound, in seconds on the original's clock."""

    def __init__(self, timeline: Timeline, mutes: Sequence[Span]) -> None:
        second = timeline.index.time_base
        self.silences: _Times = [(span.start * second, span.end * second) for span in mutes]
        self.removals: _Times = [(gap.start * second, gap.end * second) for gap in timeline.gaps]
        self._all = sorted((*self.silences, *self.removals))
        self._ends = [max(end for _, end in self._all[: n + 1]) for n in range(len(self._all))]

    def __bool__(self) -> bool:
        return bool(self._all)

    def after(self, time: Fraction) -> Fraction:
        """Where a moment lies when all is taken out."""
        return time - sum(
            (min(time, end) - start for start, end in self.removals if start < time), start=Fraction(0)
        )

    def touches(self, start: Fraction, end: Fraction, margin: Fraction = Fraction(0)) -> bool:
        """Whether an edit comes nearer to a stretch than a margin."""
        before = bisect_left(self._all, (end + margin,))
        return before > 0 and self._ends[before - 1] > start - margin

    def swallows(self, start: Fraction, end: Fraction) -> bool:
        """Whether a stretch lies in an edit wholly."""
        before = bisect_right(self._all, (start, end))
        return any(first <= start and end <= last for first, last in self._all[:before])

    def joins(self, start: Fraction, end: Fraction, margin: Fraction) -> bool:
        """Whether on the made file's clock an edit comes nearer to a stretch than a margin."""
        spans = ((self.after(first), self.after(last)) for first, last in self._all)
        return any(first < end + margin and start - margin < last for first, last in spans)

    def heard_silences(self) -> list[tuple[Fraction, Fraction]]:
        """What must be silent, on the made file's clock; what was taken out is not heard at all."""
        spans = [(self.after(start), self.after(end)) for start, end in self.silences]
        return [(start, end) for start, end in spans if start < end]


@dataclass(slots=True)
class _Track:
    """The packets of one stream of sound: when each comes and goes, and what tells it from others."""

    codec: str
    times: list[Fraction] = field(default_factory=list)
    ends: list[Fraction] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """Whether its samples are stored one by one, as they are."""
        return self.codec.startswith("pcm_")

    @property
    def length(self) -> Fraction:
        """Of its longest packet, in seconds."""
        lengths = (end - start for start, end in zip(self.times, self.ends, strict=True))
        return max(lengths, default=Fraction(0))

    def add(self, packet: "Packet[AudioStream]", time: Fraction) -> None:
        """Append a packet."""
        self.times.append(time)
        self.ends.append(time + (packet.duration or 0) * packet.time_base)
        self.digests.append(hashlib.blake2b(bytes(packet), digest_size=16).digest())


def sound_differs(original: File, made: File, edits: Edits) -> str:
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
    tracks = zip(_tracks(original, heard=True), _tracks(made, heard=False), strict=True)
    for number, (kept, copied) in enumerate(tracks):
        if wrong := _edited(original, made, number, kept, copied, edits):
            return f"sound {number + 1} {wrong}"
    return ""


def gather_unheard(original: File, edits: Edits, pieces: Pieces) -> None:
    """Take in every packet of sound that is silenced or taken out, but for those that are silent anyway.

    Plain sound is left out: a tone is like itself from one wave to the next.

    Raises:
        BadInput: the file cannot be opened.
    """
    if not edits:
        return
    tracks = _tracks(original, heard=True)
    for number, track in enumerate(tracks):
        if track.plain:
            continue
        spans = list(zip(track.times, track.ends, strict=True))
        heard = {
            digest for span, digest in zip(spans, track.digests, strict=True) if not edits.swallows(*span)
        }
        loud = _loud(original, number, [span for span in spans if edits.swallows(*span)])
        with original.open() as container:
            stream = container.streams.audio[number]
            for place, packet in enumerate(sound_packets(container, [stream])):
                if track.digests[place] not in heard and spans[place] in loud:
                    pieces.add(SOUND, bytes(packet))


def _untouched(source: InputContainer, copy: InputContainer) -> str:
    for number, (kept, copied) in enumerate(zip(sounds_of(source), sounds_in(copy), strict=True), 1):
        if kept.digest != copied.digest:
            return f"sound {number} is not the original's"
        if wrong := times_differ(kept.times, copied.times, copied.step):
            return f"sound {number} is out of time: {wrong}"
    return ""


def _tracks(file: File, *, heard: bool) -> list[_Track]:
    """All sound of a file: what is heard of it, or everything it holds."""
    with file.open() as container:
        sounds = container.streams.audio
        tracks = {sound.index: _Track(sound.codec_context.name) for sound in sounds}
        if not sounds:
            return []
        for packet in sound_packets(container, sounds) if heard else _all_packets(container, sounds):
            tick = packet.pts if packet.pts is not None else packet.dts
            if packet.size and tick is not None:
                tracks[packet.stream_index].add(packet, tick * packet.time_base)
        return list(tracks.values())


def _all_packets(container: InputContainer, sounds: Sequence[AudioStream]) -> Iterator["Packet[AudioStream]"]:
    """Every packet of sound in a file, up to a place where it is broken."""
    with suppress(av.error.FFmpegError):
        yield from (cast("Packet[AudioStream]", packet) for packet in container.demux(*sounds))


def _edited(original: File, made: File, number: int, kept: _Track, copied: _Track, edits: Edits) -> str:
    """How one edited stream of sound differs from what it should be, in words."""
    if any(later < time for time, later in zip(copied.times, copied.times[1:], strict=False)):
        return "goes back in time"
    half = max(kept.length, copied.length) / 2
    away = max(_LEAST_AWAY, _HALF_PACKETS_AWAY * half)
    if not kept.plain and _left_over(kept, copied, edits):
        return "holds a packet of what was silenced or taken out"
    if wrong := _not_silent(original, made, number, half, edits):
        return wrong
    if kept.codec == copied.codec and not _moved(kept, copied, edits, half, away):
        return ""
    return _unlike(original, made, number, max(half, _STEP), edits)


def _left_over(kept: _Track, copied: _Track, edits: Edits) -> bool:
    """Whether a packet is there that was silenced or taken out, and is like none that stays."""
    gone, stays = set[bytes](), set[bytes]()
    for start, end, digest in zip(kept.times, kept.ends, kept.digests, strict=True):
        (gone if edits.swallows(start, end) else stays).add(digest)
    return bool((gone - stays) & set(copied.digests))


def _moved(kept: _Track, copied: _Track, edits: Edits, tolerance: Fraction, margin: Fraction) -> bool:
    """Whether packets away from the edits are missing, others, or out of step, or there are more of them."""
    awaited = [
        (edits.after(start), digest)
        for start, end, digest in zip(kept.times, kept.ends, kept.digests, strict=True)
        if not edits.touches(start, end, margin)
    ]
    there = [
        (start, digest)
        for start, end, digest in zip(copied.times, copied.ends, copied.digests, strict=True)
        if not edits.joins(start, end, margin + tolerance)
    ]
    everything = [
        (edits.after(start), digest) for start, digest in zip(kept.times, kept.digests, strict=True)
    ]
    return not (
        _all_among(awaited, list(zip(copied.times, copied.digests, strict=True)), tolerance)
        and _all_among(there, everything, tolerance)
    )


def _all_among(
    wanted: Sequence[tuple[Fraction, bytes]], there: Sequence[tuple[Fraction, bytes]], tolerance: Fraction
) -> bool:
    """Whether each of some timed packets is among others, at its time or near it."""
    times = defaultdict[bytes, list[Fraction]](list)
    for time, digest in there:
        times[digest].append(time)
    return all(
        any(abs(time - other) <= tolerance for other in _nearest(times.get(digest, []), time))
        for time, digest in wanted
    )


def _nearest(times: list[Fraction], time: Fraction) -> list[Fraction]:
    """Of times in order the one before a time and the one after it."""
    after = bisect_left(times, time)
    return times[max(0, after - 1) : after + 1]


def _not_silent(original: File, made: File, number: int, half: Fraction, edits: Edits) -> str:
    """Which muted span can be heard, in words.

    Near its ends an encoder spreads a little of what is around it, and a cut before it may have moved all by
    half a packet.
    """
    silences = edits.heard_silences()
    if not silences:
        return ""
    shift = half if edits.removals else Fraction(0)
    inner = [(start + shift + 2 * half, end - shift - 2 * half) for start, end in silences]
    outer = [(start + shift, end - shift) for start, end in silences]
    within = _levels(made, number, inner)
    edges = _levels(made, number, outer)
    before = _levels(original, number, edits.silences)
    for (start, _), (peak, _), (_, left), (_, own) in zip(silences, within, edges, before, strict=True):
        if peak > _SILENT or left > max(_EDGE_SILENT, _EDGE_SHARE * own):
            return f"is not silent from {exact_clock(start)} on"
    return ""


def _levels(file: File, number: int, spans: _Times) -> list[tuple[float, float]]:
    """The peak and the root mean square of a stream of sound in some spans, over all channels; 1 is full."""
    peaks, squares, counts = ([0.0] * len(spans) for _ in range(3))
    for time, rate, samples in _decoded(file, number):
        end = time + Fraction(samples.shape[1], rate)
        for place, (first, last) in enumerate(spans):
            if first < end and time < last:
                part = samples[:, max(0, int((first - time) * rate)) : max(0, int((last - time) * rate))]
                if part.size:
                    peaks[place] = max(peaks[place], float(np.abs(part).max()))
                    squares[place] += float(np.square(part, dtype=np.float64).sum())
                    counts[place] += part.size
    return [
        (peak, (square / count) ** 0.5 if count else 0.0)
        for peak, square, count in zip(peaks, squares, counts, strict=True)
    ]


def _loud(file: File, number: int, spans: list[tuple[Fraction, Fraction]]) -> set[tuple[Fraction, Fraction]]:
    """Those of some spans, in order, in which something can be heard."""
    loud: set[tuple[Fraction, Fraction]] = set()
    starts = [start for start, _ in spans]
    for time, rate, samples in _decoded(file, number):
        end = time + Fraction(samples.shape[1], rate)
        if np.abs(samples).max(initial=0) > _SILENT:
            first = max(0, bisect_left(starts, time) - 1)
            for span in spans[first : bisect_left(starts, end)]:
                if span[1] > time:
                    loud.add(span)
    return loud


def _decoded(
    file: File, number: int, resampler: AudioResampler | None = None
) -> Iterator[tuple[Fraction, int, Samples]]:
    """A stream of sound, piece by piece: when it is heard, samples a second, channels by samples."""
    resampler = resampler or AudioResampler(format="fltp")
    with file.open() as container:
        stream = container.streams.audio[number]
        for frame in _frames(container, stream):
            for part in resampler.resample(frame):
                if part.pts is not None and part.time_base is not None:
                    yield (
                        part.pts * part.time_base,
                        part.sample_rate,
                        np.asarray(part.to_ndarray(), np.float32),
                    )


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """What a stream of sound decodes to, past what cannot be decoded."""
    for packet in container.demux(stream):
        with suppress(av.error.FFmpegError):
            yield from packet.decode()


def _unlike(original: File, made: File, number: int, tolerance: Fraction, edits: Edits) -> str:
    """Where one stream of sound does not sound like its original, or is out of step with it, in words."""
    rate, channels = _kind(made, number)
    if channels != _kind(original, number)[1]:
        return f"has {channels} channels, which are others than the original's"
    resampler = AudioResampler(format="fltp", rate=rate)
    expected = _in_blocks(_shortened(_decoded(original, number, resampler), edits), rate)
    shown = _in_blocks(((time, samples) for time, _, samples in _decoded(made, number)), rate)
    for block, first, second in _side_by_side(expected, shown):
        start = block * _BLOCK
        if edits.joins(start, start + _BLOCK, _LEAST_AWAY):
            continue
        if wrong := _apart(first, second, int(tolerance * rate), int(_LEAST_AWAY * rate)):
            return f"is not like the original from {exact_clock(start)} on: {wrong}"
    return ""


def _kind(file: File, number: int) -> tuple[int, int]:
    """How many samples a second a stream of sound has, and how many channels."""
    _, rate, samples = next(_decoded(file, number), (0, 0, np.empty((0, 0), np.float32)))
    return rate, len(samples)


def _shortened(
    pieces: Iterator[tuple[Fraction, int, Samples]], edits: Edits
) -> Iterator[tuple[Fraction, Samples]]:
    """Pieces of sound on the made file's clock; what touches an edit is left out."""
    for time, rate, samples in pieces:
        if not edits.touches(time, time + Fraction(samples.shape[1], rate)):
            yield edits.after(time), samples


def _in_blocks(pieces: Iterator[tuple[Fraction, Samples]], rate: int) -> Iterator[tuple[int, Samples]]:
    """Pieces of sound as blocks of equal length (the last may be shorter), with their numbers.

    What is missing between pieces is silent.
    """
    size = int(_BLOCK * rate)
    number, filled, block = 0, 0, np.empty((0, 0), np.float32)
    awaited: int | None = None
    for time, samples in pieces:
        at, done = round(time * rate), 0
        if awaited is not None and abs(at - awaited) <= _JITTER * rate:
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
        return ""
    expected, shown = expected[:, :length], shown[:, :length]
    own, other = (float(np.sqrt(np.square(each).mean())) for each in (expected, shown))
    if max(own, other) < _LOW:
        return ""
    if not own / _LOUDER <= other <= own * _LOUDER:
        return "its level is another"
    spectrum = np.fft.rfft(expected, 2 * length) * np.conj(np.fft.rfft(shown, 2 * length))
    alike = np.fft.irfft(spectrum.sum(0), 2 * length) / (own * other * expected.size)
    near = max(alike[: tolerance + 1].max(), alike[-tolerance:].max(initial=-1))
    return "" if near >= _ALIKE else "it is out of step, or another sound"

"""Which pictures of a made file are copies of the original's, and which stretches of both must be decoded.

A copy decodes to the original's own picture where everything that it needs is a copy too: from a picture at
which a decoder starts from nothing, in the original's own order, without a gap. That needs no decoding. What
lies around every place where this chain breaks is decoded all the same, because a mix-up of parameter sets
shows there.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import av.error
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from footage.media.demux import open_video, picture_stream
from footage.media.proving.coded import Pictures
from footage.model.redaction import Timeline

_Item = TypeVar("_Item")

_AROUND = 24
_AHEAD = 4
# HEVC's pictures that nothing of their own layer refers to may still be referred to by those of another.
_SKIPPABLE = "h264"


@dataclass(frozen=True, slots=True)
class Run:
    """Pictures to be decoded, by their places in stored order.

    Attributes:
        start: where a decoder can start.
        first: the first one wanted; those before it are decoded only as far as it needs them.
        stop: behind the last one.
    """

    start: int
    first: int
    stop: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is a copy, and what is to be decoded.

    Attributes:
        numbers: the number in the original's index of each picture of the made file, in its stored order.
        taken: whether each is certain to be the original's own picture, if the parameter sets are right.
        made, source: what is to be decoded of both files.
        decoded: the numbers of the frames that come out of ``made``, in order.
        beside: the numbers of frames taken out that lie next to frames that stay, in order.
    """

    numbers: NDArray[np.int64]
    taken: NDArray[np.bool_]
    made: tuple[Run, ...]
    source: tuple[Run, ...]
    decoded: tuple[int, ...]
    beside: tuple[int, ...]


def plan(source: Pictures, made: Pictures, timeline: Timeline, masked: Iterable[int]) -> Plan | None:
    """Hold the coded pictures of a made file against its original's.

    Args:
        masked: the numbers of frames that must be looked at in any case.

    Returns:
        None where nothing is a copy for certain, where pictures cannot be told by their times, or where
        what must be looked at does not come out by itself: then everything must be decoded.
    """
    index = timeline.index
    if source.codec != made.codec or not (source.told_in_order() and made.told_in_order()):
        return None
    shown = np.sort(source.times[~source.hidden])
    if not np.array_equal(shown, np.array(index.pts)) or made.hidden.any() or len(made) != len(timeline.kept):
        return None
    places = np.argsort(np.where(source.hidden, len(source), source.ranks()), kind="stable")
    numbers = np.array(timeline.kept, np.int64)[made.ranks()]
    origin = places[numbers]
    taken = _taken(source, made, origin)
    if not taken.any():
        return None
    beside = sorted({number for gone in timeline.removed for number in (gone[0], gone[-1])})
    joins = {number for gone in timeline.removed for number in (gone[0] - 1, gone[-1] + 1)}
    needed = np.isin(numbers, [*masked, *joins])
    decoded = _runs(made, _around_breaks(source, made, origin, taken) | needed)
    coming = sorted(int(numbers[place]) for run in decoded for place in _coming(made, run))
    compared = np.zeros(len(source), bool)
    compared[places[[*coming, *beside]]] = True
    runs = _runs(source, compared)
    # Some pictures do not come out of any decoder that starts near them.
    there = np.isin(np.flatnonzero(compared), [place for run in runs for place in _coming(source, run)])
    if not (np.isin(numbers[needed], coming).all() and there.all()):
        return None
    return Plan(numbers, taken, decoded, runs, tuple(coming), tuple(beside))


def _taken(source: Pictures, made: Pictures, origin: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pictures of the made file stand at the end of a chain of copies.

    Args:
        origin: for each the place in the source of the picture that it should be.
    """
    copied = (made.slices == source.slices[origin]).all(1)
    fresh, skipped = made.fresh, source.skipped
    taken = np.zeros(len(made), bool)
    for place in np.flatnonzero(copied):
        here = origin[place]
        if fresh[place] or (place == 0 and here == 0):
            taken[place] = True
        elif place and taken[place - 1]:
            before = origin[place - 1]
            taken[place] = here > before and bool(skipped[before + 1 : here].all())
    return taken


def _around_breaks(
    source: Pictures, made: Pictures, origin: NDArray[np.int64], taken: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Pictures of the made file that are no copies, and those around any place where a chain breaks."""
    setups, original_setups = np.array(made.setups), np.array(source.setups)[origin]
    broken = ~taken | (setups != original_setups)
    broken[1:] |= ~taken[:-1] | (np.diff(origin) != 1)
    broken[0] = True
    edges = np.zeros(len(made) + 1, np.int64)
    seams = np.flatnonzero(broken)
    np.add.at(edges, np.maximum(seams - _AROUND, 0), 1)
    np.add.at(edges, np.minimum(seams + _AROUND + 1, len(made)), -1)
    return np.asarray(edges.cumsum()[:-1] > 0)


def _runs(pictures: Pictures, wanted: NDArray[np.bool_]) -> tuple[Run, ...]:
    """What must be decoded, from where a decoder can start, for the pictures that are wanted."""
    fresh, skipped = pictures.fresh, pictures.skipped
    starts = np.flatnonzero(fresh | pictures.entry).tolist()
    runs: list[Run] = []
    for place in np.flatnonzero(wanted).tolist():
        before = bisect_right(starts, place) - 1
        if before > 0 and skipped[place] and not fresh[starts[before]]:
            before -= 1
        start = starts[before] if before >= 0 else 0
        if runs and start <= runs[-1].stop:
            runs[-1] = replace(runs[-1], stop=place + 1)
        else:
            runs.append(Run(start, place, place + 1))
    return tuple(runs)


def _coming(pictures: Pictures, run: Run) -> Iterator[int]:
    """The places from the first wanted one on that give a picture when a decoder starts with a run."""
    startable, skipped = pictures.fresh | pictures.entry, pictures.skipped
    lacking = bool(pictures.entry[run.start] and not pictures.fresh[run.start])
    for place in range(run.start, run.stop):
        if place > run.start and startable[place]:
            lacking = False
        if place >= run.first and not (lacking and skipped[place]):
            yield place


def decoded_frames(
    path: str, format_name: str, pictures: Pictures, runs: Sequence[Run]
) -> Iterator[tuple[int, VideoFrame]]:
    """The frames of some runs of a file, each with its place among all that are shown.

    What cannot be decoded does not come; some of those before a run's first may.

    Args:
        pictures: of the file, told by their times (``Pictures.told_in_order``).

    Raises:
        BadInput: the file cannot be opened.
    """
    shown = np.sort(pictures.times[~pictures.hidden])
    for run in runs:
        for frame in _frames(path, format_name, pictures, run):
            place = int(np.searchsorted(shown, frame.pts)) if frame.pts is not None else len(shown)
            if place < len(shown) and shown[place] == frame.pts:
                yield place, frame


def _frames(path: str, format_name: str, pictures: Pictures, run: Run) -> Iterator[VideoFrame]:
    """The frames that come out when a run, and perhaps some pictures before it, are decoded."""
    # Some demuxers look for a time among those at which pictures are decoded.
    places = (pictures.pts[run.start], pictures.dts[run.start]) if run.start else ()
    for tick in (*places, None):
        with open_video(path, format_name) as container:
            stream = picture_stream(container)
            packets = _packets(container, stream, tick)
            first = next(packets, None)
            if tick is None or (first is not None and first.pts in pictures.pts[: run.start + 1]):
                yield from _decoded(stream, chain((first,), packets), pictures, run)
                return


def _packets(
    container: InputContainer, stream: VideoStream, tick: int | None
) -> Iterator["Packet[VideoStream] | None"]:
    """A stream's packets, from a sync frame before a time where one is given."""
    with suppress(av.error.FFmpegError):
        if tick is not None:
            container.seek(tick, stream=stream)
        yield from (packet for packet in container.demux(stream) if packet.size)


def _decoded(
    stream: VideoStream, packets: Iterator["Packet[VideoStream] | None"], pictures: Pictures, run: Run
) -> Iterator[VideoFrame]:
    """What packets up to a run's last one decode to, past what cannot be decoded."""
    first, last = pictures.pts[run.first], pictures.pts[run.stop - 1]
    if run.first > run.start and pictures.codec == _SKIPPABLE:
        stream.codec_context.skip_frame = "NONREF"
    for packet in packets:
        if packet is not None:
            if packet.pts == first:
                stream.codec_context.skip_frame = "DEFAULT"
            with suppress(av.error.FFmpegError):
                yield from stream.decode(packet)
            if packet.pts == last:
                break
    with suppress(av.error.FFmpegError):
        yield from stream.decode(None)


def ahead(items: Iterator[_Item]) -> Generator[_Item]:
    """The same items, made in a thread of their own a little before they are asked for.

    It must be closed before anything that the items come from is.
    """
    pool = ThreadPoolExecutor(1)
    try:
        waiting = deque(pool.submit(next, items, None) for _ in range(_AHEAD))
        while (item := waiting.popleft().result()) is not None:
            waiting.append(pool.submit(next, items, None))
            yield item
    finally:
        pool.shutdown(cancel_futures=True)

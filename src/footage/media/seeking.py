"""Exact frames of a video by their times."""

import math
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction

import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footage.errors import ToolFailed
from footage.media.demux import Reader, open_video, picture_stream, usual_step
from footage.media.frametimes import UNKNOWN, add_time, settled_times
from footage.media.pictures import RGB, Screen, geometry_of

_AHEAD = 4
_BACK_SECONDS = (0, 2, 10, 60)
_NEAR_SECONDS = 2


def exact_frames(
    path: str, format_name: str, ticks: Sequence[int], longest: int | None = None
) -> Iterator[RGB]:
    """The frames at given times, as displayed; each is decoded exactly as in a whole pass.

    A frame is looked for from a sync frame before it. Where that does not find it for sure (transport
    streams, open groups of pictures) the file is read from its start, and so it is where the file's own times
    are not those of its frame index, because they had to be repaired.

    Args:
        ticks: presentation timestamps of the file's frame index, increasing.
        longest: the most pixels that the longer side may have; None for full size.

    Raises:
        BadInput: the file cannot be opened.
        ToolFailed: a frame is not there.
    """
    rest = deque(ticks)
    if rest and _times_in_order(path, format_name) is not None:
        yield from _sought_pictures(path, format_name, rest, longest)
    if rest:
        yield from _from_the_start(path, format_name, _numbers(path, format_name, rest), longest)


def numbered_frames(
    path: str, format_name: str, numbers: Sequence[int], longest: int | None = None
) -> Iterator[RGB]:
    """The frames of given numbers, from 0, as displayed: of a file whose frame index is not at hand.

    Args:
        numbers: increasing.

    Raises:
        BadInput: the file cannot be opened.
        ToolFailed: a frame is not there.
    """
    times = _times_in_order(path, format_name)
    if times is None or not numbers or numbers[-1] >= len(times):
        yield from _from_the_start(path, format_name, numbers, longest)
        return
    rest = deque(times[number] for number in numbers)
    yield from _sought_pictures(path, format_name, rest, longest)
    if rest:
        yield from _from_the_start(path, format_name, numbers[-len(rest) :], longest)


def _sought_pictures(path: str, format_name: str, rest: deque[int], longest: int | None) -> Iterator[RGB]:
    """The frames at given times by seeking, as displayed; those that were found are taken off."""
    screen: Screen | None = None
    if rest:
        with open_video(path, format_name) as container:
            stream = picture_stream(container)
            for frame in _sought(container, stream, rest):
                screen = screen or Screen(geometry_of(frame, stream))
                yield screen.show(frame, longest)


def _times_in_order(path: str, format_name: str) -> list[int] | None:
    """When frames are shown, by a file's own times, where these need no repair; nothing is decoded.

    Only then does a time stand for one frame: where two recordings were joined, both may have it.
    """
    shown: array[int] = array("q")
    latest = -math.inf
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        try:
            for packet in container.demux(stream):
                if not packet.size:
                    continue
                if packet.dts is not None and packet.dts < latest:
                    return None
                latest = latest if packet.dts is None else packet.dts
                add_time(shown, packet.pts)
        except av.error.FFmpegError:
            return None
        step, tick = usual_step(stream), stream.time_base or Fraction(1)
    if not shown or UNKNOWN in shown:
        return None
    times = sorted(shown)
    return times if settled_times(shown, step, tick)[0].tolist() == times else None


def _sought(container: InputContainer, stream: VideoStream, ticks: deque[int]) -> Iterator[VideoFrame]:
    """The frames at given times by seeking, as far as that finds them for sure; their times are taken off."""
    tick_seconds = stream.time_base or Fraction(1)
    while ticks:
        before = len(ticks)
        for seconds in _BACK_SECONDS:
            try:
                container.seek(ticks[0] - int(seconds / tick_seconds), stream=stream)
            except av.error.FFmpegError:
                return
            yield from _met(_steady(Reader(container, stream)), ticks, int(_NEAR_SECONDS / tick_seconds))
            if len(ticks) < before:
                break
        else:
            return


def _met(frames: Iterator[VideoFrame], ticks: deque[int], near: int) -> Iterator[VideoFrame]:
    """Of frames in order those at given times, as long as the next is near."""
    first = True
    for frame in frames:
        assert frame.pts is not None
        # What comes first after a seek must need nothing before it, and not lie behind the time: some
        # pictures that are stored after a sync frame are shown before it.
        if frame.pts > ticks[0] or (first and not frame.key_frame):
            return
        first = False
        if frame.pts == ticks[0]:
            ticks.popleft()
            yield frame
            if not ticks or ticks[0] - frame.pts > near:
                return


def _steady(reader: Reader) -> Iterator[VideoFrame]:
    """Frames as long as nothing is broken and their times are in order, a few frames beyond them included."""
    waiting: deque[VideoFrame] = deque()
    for frame in reader.frames():
        late = (
            waiting and waiting[-1].pts is not None and frame.pts is not None and frame.pts <= waiting[-1].pts
        )
        if frame.pts is None or late or reader.corrupt or reader.mishaps.broken:
            return
        waiting.append(frame)
        if len(waiting) > _AHEAD:
            yield waiting.popleft()
    yield from waiting


def _from_the_start(path: str, format_name: str, wanted: Sequence[int], longest: int | None) -> Iterator[RGB]:
    """The frames of given numbers, in one pass."""
    numbers = deque(wanted)
    if not numbers:
        return
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        screen: Screen | None = None
        for number, frame in enumerate(Reader(container, stream).frames()):
            screen = screen or Screen(geometry_of(frame, stream))
            if number == numbers[0]:
                yield screen.show(frame, longest)
                numbers.popleft()
            if not numbers:
                return
    raise ToolFailed(f"frame {numbers[0]} was not found again", "footage verify")


def _numbers(path: str, format_name: str, ticks: Sequence[int]) -> list[int]:
    """The frame numbers at given times, by the same repair of times as in a whole look."""
    times: array[int] = array("q")
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        for frame in Reader(container, stream).frames():
            add_time(times, frame.pts)
        # Read while the container is open: a closed one's streams give back freed memory.
        step, time_base = usual_step(stream), stream.time_base or Fraction(1)
    if not times:
        raise _missing(ticks[0])
    settled, _ = settled_times(times, step, time_base)
    by_tick = {int(tick): number for number, tick in enumerate(settled)}
    for tick in ticks:
        if tick not in by_tick:
            raise _missing(tick)
    return [by_tick[tick] for tick in ticks]


def _missing(tick: int) -> ToolFailed:
    return ToolFailed(f"the frame at tick {tick} was not found again", "footage verify")

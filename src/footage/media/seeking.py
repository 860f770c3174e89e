"""Exact frames of a video by their times."""

from array import array
from collections.abc import Iterator, Sequence
from fractions import Fraction

import av.error
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from footage.errors import ToolFailed
from footage.media.demux import Reader, open_video, picture_stream, usual_step
from footage.media.frametimes import add_time, settled_times
from footage.media.pictures import RGB, Screen, geometry_of

_AHEAD = 4
_BACK_SECONDS = (0, 2, 10, 60)


def exact_frames(
    path: str, format_name: str, ticks: Sequence[int], longest: int | None = None, *, seek: bool = True
) -> Iterator[RGB]:
    """The frames at given times, as displayed; each is decoded exactly as in a whole pass.

    A frame is looked for from a sync frame before it. Where that does not find it for sure (transport
    streams, open groups of pictures, times that are not in order) the file is read from its start.

    Args:
        ticks: presentation timestamps of the file's frame index, increasing.
        longest: the most pixels that the longer side may have; None for full size.
        seek: False reads from the start in any case: for a file whose times were repaired.

    Raises:
        BadInput: the file cannot be opened.
        ToolFailed: a frame is not there.
    """
    screen: Screen | None = None
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        for tick in ticks:
            frame = _sought(container, stream, tick) if seek else None
            if frame is None:
                break
            screen = screen or Screen(geometry_of(frame, stream))
            yield screen.show(frame, longest)
        else:
            return
    rest = ticks[ticks.index(tick) :]
    yield from _from_the_start(path, format_name, rest, longest)


def _sought(container: InputContainer, stream: VideoStream, tick: int) -> VideoFrame | None:
    """The frame at a time, decoded from a sync frame before it; None where that is not certain."""
    for seconds in _BACK_SECONDS:
        back = int(seconds / stream.time_base) if stream.time_base else 0
        try:
            container.seek(tick - back, stream=stream)
        except av.error.FFmpegError:
            return None
        found, sure = _decoded_at(container, stream, tick)
        if found is not None or sure:
            return found
    return None


def _decoded_at(container: InputContainer, stream: VideoStream, tick: int) -> tuple[VideoFrame | None, bool]:
    """The frame at a time and whether looking further back is of no use.

    The first frame after a seek must lie before the time or be it, and times must increase to a little
    beyond it.
    """
    reader = Reader(container, stream)
    found: VideoFrame | None = None
    latest: int | None = None
    ahead = 0
    for frame in reader.frames():
        if frame.pts is None or (latest is not None and frame.pts <= latest):
            return None, True
        if latest is None and frame.pts > tick:
            return None, False
        latest = frame.pts
        if frame.pts == tick:
            if reader.corrupt or not _clean(reader):
                return None, False
            found = frame
        elif frame.pts > tick:
            ahead += 1
            if found is None or ahead == _AHEAD:
                break
    return found, True


def _clean(reader: Reader) -> bool:
    return not reader.mishaps.broken and not reader.mishaps.undecoded


def _from_the_start(path: str, format_name: str, ticks: Sequence[int], longest: int | None) -> Iterator[RGB]:
    """The frames at given times by their numbers: one pass to number them, another to fetch them."""
    wanted = {number: tick for tick, number in _numbers(path, format_name, ticks).items()}
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        screen: Screen | None = None
        for number, frame in enumerate(Reader(container, stream).frames()):
            screen = screen or Screen(geometry_of(frame, stream))
            if wanted.pop(number, None) is not None:
                yield screen.show(frame, longest)
            if not wanted:
                return
    raise _missing(next(iter(wanted.values())))


def _numbers(path: str, format_name: str, ticks: Sequence[int]) -> dict[int, int]:
    """The frame numbers at given times, by the same repair of times as in a whole look."""
    times: array[int] = array("q")
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        for frame in Reader(container, stream).frames():
            add_time(times, frame.pts)
    if not times:
        raise _missing(ticks[0])
    settled, _ = settled_times(times, usual_step(stream), stream.time_base or Fraction(1))
    by_tick = {int(tick): number for number, tick in enumerate(settled)}
    for tick in ticks:
        if tick not in by_tick:
            raise _missing(tick)
    return {tick: by_tick[tick] for tick in ticks}


def _missing(tick: int) -> ToolFailed:
    return ToolFailed(f"the frame at tick {tick} was not found again", "run: footage verify")

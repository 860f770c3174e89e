"""The frames that following looks at: luma, upright, in square pixels, reduced, in any order.

A stretch of a clip is decoded in blocks of frames. As many blocks are kept as fit into a bounded memory, so
that a stretch of ordinary length is decoded once, however often and in whichever direction it is walked.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import Self, cast

import av.error
import cv2
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from footage.errors import ToolFailed
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.frametimes import UNKNOWN, add_time
from footage.media.orientation import turn, turned_size
from footage.media.pictures import geometry_of
from footage.media.planes import Role, planar, planes_of
from footage.model.span import FrameIndex

Luma = NDArray[np.uint8]

_BLOCK = 64
_KEPT_BYTES = 256 << 20
_BACK_SECONDS = (0, 2, 10, 60)


class LumaFrames:
    """The frames ``span`` of a clip, by their numbers in its index; a context manager.

    Args:
        span: the numbers of frames that will be asked for.

    Attributes:
        size: width and height of the displayed picture in pixels, in full.

    Raises:
        BadInput: the clip cannot be opened. ToolFailed: a frame is not there.
    """

    def __init__(self, source: str, format_name: str, index: FrameIndex, span: range) -> None:
        self._source, self._format, self._index, self._span = source, format_name, index, span
        self._blocks: OrderedDict[int, list[Luma]] = OrderedDict()
        self._numbered: Iterator[tuple[int, VideoFrame]] = iter(())
        self._next = -1
        self._ahead: tuple[int, Future[list[Luma]]] | None = None
        self._worker = ThreadPoolExecutor(1)
        with open_video(source, format_name) as container:
            stream = picture_stream(container)
            first = next(Reader(container, stream).frames(), None)
            if first is None:
                raise ToolFailed("no frame of it can be decoded any more", "run: footage verify")
            self._geometry = geometry_of(first, stream)
            self.size = self._geometry.shown_size(first.width, first.height)
        self._reduced = self.size

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.shutdown(cancel_futures=True)

    def reduce_by(self, divisor: int) -> tuple[int, int]:
        """Settle how many pixels become one, across and down; gives the width and height that makes.

        It has to be called before the first frame is asked for. What divides the size is reduced quickly.
        """
        width, height = self.size
        self._reduced = max(1, round(width / divisor)), max(1, round(height / divisor))
        return self._reduced

    def __getitem__(self, number: int) -> Luma:
        """A frame; not to be written to.

        Raises:
            ToolFailed: it is not there.
        """
        block, place = divmod(number - self._span.start, _BLOCK)
        if block in self._blocks:
            self._blocks.move_to_end(block)
        else:
            self._blocks[block] = self._taken(block)
            while len(self._blocks) > 1 and len(self._blocks) * self._block_bytes > _KEPT_BYTES:
                self._blocks.popitem(last=False)
        return self._blocks[block][place]

    @property
    def _block_bytes(self) -> int:
        return _BLOCK * self._reduced[0] * self._reduced[1]

    def _taken(self, block: int) -> list[Luma]:
        """A block's frames; while they are looked at, the next block is decoded."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            frames = ahead[1].result() if ahead[0] == block else []
            wait([ahead[1]])
        if ahead is None or ahead[0] != block:
            frames = self._decoded(block)
        following = block + 1
        if following not in self._blocks and following * _BLOCK < len(self._span):
            self._ahead = following, self._worker.submit(self._decoded, following)
        return frames

    def _decoded(self, block: int) -> list[Luma]:
        first = self._span.start + block * _BLOCK
        wanted = range(first, min(first + _BLOCK, self._span.stop))
        if self._next != first:
            self._numbered = self._from(first)
        self._next = wanted.stop
        frames = [self._seen(frame) for _, frame in islice(self._numbered, len(wanted))]
        if len(frames) < len(wanted):
            tick = self._index.pts[wanted[len(frames)]]
            raise ToolFailed(f"the frame at tick {tick} was not found again", "footage verify")
        return frames

    def _seen(self, frame: VideoFrame) -> Luma:
        """A frame's luma at the settled size, upright."""
        rotation, mirrored = self._geometry.rotation, self._geometry.mirrored
        size = turned_size(*self._reduced, rotation)
        small = np.asarray(cv2.resize(_luma(frame), size, interpolation=cv2.INTER_AREA), np.uint8)
        return np.ascontiguousarray(turn(small, rotation, mirrored))

    @cached_property
    def _in_order(self) -> bool:
        return _told_in_order(self._source, self._format, self._index)

    def _from(self, first: int) -> Iterator[tuple[int, VideoFrame]]:
        """Frames with their numbers from a number on: from a sync frame before it where that is sure."""
        number = first
        if first and self._in_order:
            for frame in self._sought(first):
                yield number, frame
                number += 1
        if number < self._span.stop:
            with open_video(self._source, self._format) as container:
                frames = Reader(container, picture_stream(container)).frames()
                yield from islice(enumerate(frames), number, None)

    def _sought(self, first: int) -> Iterator[VideoFrame]:
        """Frames from a number on as long as each has the time of the index, and nothing is broken."""
        with open_video(self._source, self._format) as container:
            stream = picture_stream(container)
            for seconds in _BACK_SECONDS:
                with suppress(av.error.FFmpegError):
                    container.seek(
                        self._index.pts[first] - int(seconds / self._index.time_base), stream=stream
                    )
                    frames = self._met(Reader(container, stream), first)
                    if (met := next(frames, None)) is not None:
                        yield met
                        yield from frames
                        return

    def _met(self, reader: Reader, first: int) -> Iterator[VideoFrame]:
        """Of the frames after a seek those from a number on, until one is not what it has to be."""
        number = -1
        for frame in reader.frames():
            if number < 0:
                # What comes first after a seek must need nothing before it.
                if frame.pts is None or not frame.key_frame or frame.pts > self._index.pts[first]:
                    return
                number = self._index.frame_at(frame.pts)
            if reader.corrupt or reader.mishaps.broken or self._index.pts[number] != frame.pts:
                return
            if number >= first:
                yield frame
            number += 1
            if number == self._span.stop:
                return


def _told_in_order(source: str, format_name: str, index: FrameIndex) -> bool:
    """Whether the packets' own times are those of the index, each once; nothing is decoded."""
    times: array[int] = array("q")
    with open_video(source, format_name) as container, suppress(av.error.FFmpegError):
        for packet in container.demux(picture_stream(container)):
            if packet.size and not packet.is_discard:
                add_time(times, packet.pts)
    return UNKNOWN not in times and sorted(times) == list(index.pts)


def _luma(frame: VideoFrame) -> Luma:
    """The luma plane (of RGB: the grey of it) in 8 bits."""
    plain = planar(frame)
    plane = planes_of(plain)[0]
    if plane.role is not Role.LUMA:
        return np.asarray(frame.reformat(format="gray").to_ndarray(), np.uint8)
    if plane.bits == 8:
        return cast(Luma, plane.samples)
    return np.asarray(plane.samples >> (plane.bits - 8), np.uint8)

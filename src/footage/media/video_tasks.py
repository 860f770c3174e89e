"""Looking at video: the half of :mod:`footage.media.video` that runs in the sandboxed child."""

import time
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from footage.errors import BadInput
from footage.media.colour_names import colour_name
from footage.media.completeness import breaks_off
from footage.media.demux import (
    Mishaps,
    Reader,
    decoder_name,
    is_cover,
    open_video,
    picture_stream,
    usual_step,
)
from footage.media.frametimes import add_time, settled_times
from footage.media.glance import Glance, Glancer
from footage.media.keyframes import LONGEST, Candidate, KeyframeChooser, worth
from footage.media.pictures import RGB, Geometry, Screen, geometry_of, smaller
from footage.media.seeking import exact_frames, numbered_frames
from footage.media.shots import Boundary, ShotDetector
from footage.model.asset import Transition
from footage.model.span import clock

THUMBNAIL_SIDE = 640

_Message = tuple[dict[str, object], bytes]

_EVERY_SECONDS = 0.25
_LIVELIER = 1.3
_LONGEST_LAST = 10
_PLACES = 5
_FULL_RANGE = 2


def look(params: dict[str, Any], scratch: Path) -> Iterator[_Message]:  # noqa: ARG001
    """Task: all there is to know of a video, in one pass.

    Hands out a keyframe a shot as they are found (``keyframe``, ``width``, ``height``; RGB), then what was
    seen (the frames' times as the payload, 64-bit integers), then the thumbnail.

    Raises:
        BadInput: it cannot be opened, holds no pictures, or none that can be decoded.
    """
    path, format_name = params["path"], params["format"]
    with open_video(path, format_name) as container:
        survey = _Survey(container, picture_stream(container))
        size = Path(path).stat().st_size
        reported = time.monotonic()
        for keyframe in survey.run():
            if keyframe is not None:
                number, picture = keyframe
                yield {"keyframe": number, **_size(picture)}, picture.tobytes()
            if time.monotonic() - reported >= _EVERY_SECONDS:
                reported = time.monotonic()
                yield {"progress": ["looking", min(survey.reader.position, size), size]}, b""
        cut = breaks_off(path, format_name)
        if survey.geometry is None:
            raise _without_pictures(cut)
        yield survey.result(cut)
        yield {"thumbnail": 1, **_size(survey.thumbnail)}, survey.thumbnail.tobytes()


def frames(params: dict[str, Any], scratch: Path) -> Iterator[_Message]:  # noqa: ARG001
    """Task: the frames shown at ``ticks``, displayed, at most ``longest`` pixels on the longer side.

    Raises:
        BadInput: it cannot be opened. ToolFailed: a frame was not found again.
    """
    path, format_name, ticks = params["path"], params["format"], params["ticks"]
    for picture in exact_frames(path, format_name, ticks, params["longest"]):
        yield _size(picture), picture.tobytes()


def numbered(params: dict[str, Any], scratch: Path) -> Iterator[_Message]:  # noqa: ARG001
    """Task: the frames of given ``numbers``, displayed, at most ``longest`` pixels on the longer side.

    Raises:
        BadInput: it cannot be opened. ToolFailed: a frame was not found again.
    """
    path, format_name, numbers = params["path"], params["format"], params["numbers"]
    for picture in numbered_frames(path, format_name, numbers, params["longest"]):
        yield _size(picture), picture.tobytes()


class _Survey:
    """One pass over a stream's frames."""

    def __init__(self, container: InputContainer, stream: VideoStream) -> None:
        self.reader = Reader(container, stream)
        self.geometry: Geometry | None = None
        self.thumbnail: RGB = np.zeros((1, 1, 3), np.uint8)
        self._container = container
        self._stream = stream
        self._times: array[int] = array("q")
        self._duration = 0
        self._detector = ShotDetector()
        self._chooser = KeyframeChooser()
        self._boundaries: deque[Boundary] = deque([Boundary(0, Transition.START, 0, -1)])
        self._shots: list[tuple[int, Transition, int]] = []
        self._glancer = Glancer()
        self._liveliness = -1.0
        self._black = True

    def run(self) -> Iterator[tuple[int, RGB] | None]:
        """Decode everything: a shot's number and keyframe when they are decided, and None after a frame."""
        before: Glance | None = None
        for number, frame in enumerate(self.reader.frames()):
            if self.geometry is None:
                self._begin(frame)
            add_time(self._times, frame.pts)
            self._duration = frame.duration
            glance, sharpness = self._glancer.at(frame)
            found = list(self._detector.feed(glance))
            self._offer(number, frame, glance, before, sharpness)
            before = glance
            yield from self._close_shots(found)
            yield None
        if before is not None:
            yield from self._close_shots(self._detector.finish())
            yield self._close_shot(len(self._times))

    def result(self, cut: bool) -> _Message:
        """What was seen, after the pass."""
        assert self.geometry is not None
        step = usual_step(self._stream)
        times, jumps = settled_times(self._times, step, self._tick)
        end = int(times[-1]) + self._last_duration(times, step)
        starts = [int(times[first]) for first, _, _ in self._shots]
        width, height = self._size
        values: dict[str, object] = {
            "width": width,
            "height": height,
            "time_base": str(self._tick),
            "end": end,
            "streams": [self._describe(stream) for stream in self._container.streams],
            "shots": [
                [start, after, transition.value, int(times[keyframe])]
                for (_, transition, keyframe), start, after in zip(
                    self._shots, starts, [*starts[1:], end], strict=True
                )
            ],
            "black": self._black,
            "damaged": self._damage(times, end, jumps, cut),
        }
        return values, times.astype("<i8").tobytes()

    @property
    def _tick(self) -> Fraction:
        return self._stream.time_base or Fraction(1, 90_000)

    def _begin(self, frame: VideoFrame) -> None:
        self.geometry = geometry_of(frame, self._stream)
        self._screen = Screen(self.geometry)
        self._size = self.geometry.shown_size(frame.width, frame.height)
        self._shown = _shown_values(frame, self.geometry)

    def _offer(
        self, number: int, frame: VideoFrame, glance: Glance, before: Glance | None, sharpness: float
    ) -> None:
        motion = glance.motion(before) if before is not None else 0.0
        fit = not glance.blank and not self.reader.corrupt
        candidate = Candidate(number, frame, worth(sharpness, motion, fit=fit), glance.spread, fit)
        self._chooser.offer(candidate, fresh=self._detector.jumped)
        self._chooser.thin(self._boundaries[-1].frame, self._detector.settled)
        self._black = self._black and glance.blank

    def _close_shots(self, found: Iterable[Boundary]) -> Iterator[tuple[int, RGB]]:
        for boundary in found:
            self._boundaries.append(boundary)
            yield self._close_shot(boundary.frame)

    def _close_shot(self, end: int) -> tuple[int, RGB]:
        """Decide on the keyframe of the oldest open shot."""
        begun = self._boundaries.popleft()
        chosen = self._chooser.choose(begun.frame, end, [begun, *self._boundaries])
        self._shots.append((begun.frame, begun.transition, chosen.number))
        picture = self._screen.show(chosen.frame, LONGEST)
        liveliness = chosen.liveliness if chosen.fit else 0.0
        if liveliness > self._liveliness * _LIVELIER or self._liveliness < 0:
            self._liveliness = liveliness
            self.thumbnail = smaller(picture, THUMBNAIL_SIDE)
        return len(self._shots), picture

    def _last_duration(self, times: NDArray[np.int64], step: int) -> int:
        """How long the last frame stays, in ticks.

        As its container says, but not longer than ten seconds or the longest wait for a frame before it.
        """
        gaps = np.diff(times)
        usual = int(gaps[-1]) if len(gaps) else step
        longest = max(int(gaps.max(initial=0)), int(_LONGEST_LAST / self._tick), 1)
        return max(1, min(self._duration or usual, longest))

    def _damage(self, times: NDArray[np.int64], end: int, jumps: list[int], cut: bool) -> str:
        first = int(times[0])

        def at(tick: int) -> str:
            return clock((tick - first) * self._tick, thousandths=True)

        notes = [f"breaks off at {at(end)}: the file is shorter than it says"] if cut else []
        mishaps = self.reader.mishaps
        if mishaps.undecoded:
            count = f"{mishaps.undecoded} packets" if mishaps.undecoded > 1 else "1 packet"
            notes.append(f"begins with {count} that cannot be decoded")
        broken = [at(tick) for tick in _places(mishaps, times, self._tick)]
        if broken:
            notes.append(f"broken data at {_listed(broken)}")
        if jumps:
            notes.append(f"the times jump at {_listed([at(int(times[jump])) for jump in jumps])}")
        return "; ".join(notes)

    def _describe(self, stream: Stream) -> dict[str, object]:
        """The fields of :class:`footage.model.asset.Stream` as JSON values."""
        kind = "attachment" if is_cover(stream) else stream.type
        values: dict[str, object] = {
            "index": stream.index,
            "kind": kind if kind in ("video", "audio", "subtitle", "attachment") else "data",
            "codec": _codec_name(stream),
            "profile": stream.profile or "",
            "language": "" if stream.language in (None, "und") else stream.language,
            "width": 0,
            "height": 0,
            "sample_aspect": "1",
            "rotation": 0,
            "mirrored": False,
            "pixel_format": "",
            "full_range": False,
            "colour": "",
            "frame_rate": None,
            "channels": 0,
            "sample_rate": 0,
        }
        if isinstance(stream, VideoStream) and decoder_name(stream):
            values |= _video_values(stream)
        if isinstance(stream, AudioStream) and decoder_name(stream):
            values |= {
                "channels": stream.codec_context.channels,
                "sample_rate": stream.codec_context.sample_rate,
            }
        if stream.index == self._stream.index:
            values |= self._shown
        return values


def _shown_values(first: VideoFrame, geometry: Geometry) -> dict[str, object]:
    """What only a decoded frame tells for sure of its stream."""
    return {
        "width": first.width,
        "height": first.height,
        "sample_aspect": str(geometry.sample_aspect),
        "rotation": geometry.rotation,
        "mirrored": geometry.mirrored,
        "pixel_format": first.format.name,
        "full_range": first.color_range == _FULL_RANGE or first.format.name.startswith("yuvj"),
        "colour": colour_name(first.colorspace, first.color_trc, first.color_primaries),
    }


def _size(picture: RGB) -> dict[str, object]:
    return {"width": picture.shape[1], "height": picture.shape[0]}


def _video_values(stream: VideoStream) -> dict[str, object]:
    context = stream.codec_context
    return {
        "width": context.width,
        "height": context.height,
        "pixel_format": context.pix_fmt or "",
        "frame_rate": str(stream.average_rate) if stream.average_rate else None,
    }


def _codec_name(stream: Stream) -> str:
    """FFmpeg's name of the codec (not of the decoder: ``av1``, not ``libdav1d``)."""
    if decoder_name(stream):
        return str(stream.codec_context.codec.canonical_name)
    return stream.name if stream.type == "data" and stream.name else ""


def _without_pictures(cut: bool) -> BadInput:
    what = "it breaks off before its first picture" if cut else "none of its pictures can be decoded"
    return BadInput(what, "ask whoever sent it for another copy")


def _places(mishaps: Mishaps, times: NDArray[np.int64], tick: Fraction) -> list[int]:
    """The ticks at which broken data begins; what follows within a second is the same place."""
    places: list[int] = []
    latest = None
    for number in mishaps.broken:
        moment = int(times[min(number, len(times) - 1)])
        if latest is None or (moment - latest) * tick > 1:
            places.append(moment)
        latest = moment
    return places


def _listed(moments: list[str]) -> str:
    more = len(moments) - _PLACES
    head = ", ".join(moments[:_PLACES])
    return f"{head} and at {more} more places" if more > 1 else ", ".join(moments)

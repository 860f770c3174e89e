"""A made file's pictures held against its original's: every frame that is not a copy, and those around it."""

from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

import cv2
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from footage.errors import ToolFailed
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.frames import fields_of, indexed_frames
from footage.media.frametimes import UNKNOWN, add_time, settled_times
from footage.media.orientation import turned_size
from footage.media.painting import Painter
from footage.media.pictures import Geometry, geometry_of
from footage.media.planes import copied, fitted, planar, planes_of
from footage.media.proving.coded import Pictures
from footage.media.proving.comparing import Area, Views, area_of, overwrite, same_samples, tolerance_for
from footage.media.proving.outlines import Map, covered_map, outside_map
from footage.media.proving.paced import Pulse
from footage.media.proving.stretches import Plan, ahead, decoded_frames, plan
from footage.media.rendering.muxing import times_differ
from footage.media.treatments import paint
from footage.model.flag import Mask
from footage.model.redaction import Timeline

# Formats that tell when a picture is decoded; of others it is guessed.
_TELL_DECODING = frozenset(("mp4", "mov", "mpegts"))
_NEARER = 2
# A colour sample that is four pixels wide reaches out of a mask, and nothing but DV's own format keeps it so.
_FOUR_ACROSS = frozenset(("yuv411p", "yuvj411p", "yuv410p", "uyyvyy411"))
_FOUR_ACROSS_FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class File:
    """A video file: where it is, and its format's name in :data:`footage.media.sniff.FORMATS`.

    Attributes:
        pulse: beats as its packets are read.
    """

    path: str
    format: str
    pulse: Pulse = field(default_factory=Pulse)

    def open(self) -> InputContainer:
        """The opened file.

        Raises:
            BadInput: it cannot be opened.
        """
        return open_video(self.path, self.format)


@dataclass(slots=True)
class Findings:
    """The first finding of a check, and how many there are: a long clip can fail on every frame."""

    first: str = ""
    count: int = 0

    def add(self, wording: Callable[[], str]) -> None:
        """Count a finding; only the first is put into words."""
        if not self.count:
            self.first = wording()
        self.count += 1

    def words(self) -> str:
        """What was found."""
        return self.first + (f", and {self.count - 1} more" if self.count > 1 else "")


@dataclass(slots=True)
class _Found:
    """What the checks of the pictures found."""

    picture: Findings = field(default_factory=Findings)
    uncovered: Findings = field(default_factory=Findings)
    changed: Findings = field(default_factory=Findings)
    copied: Findings = field(default_factory=Findings)
    telling: Findings = field(default_factory=Findings)


class Watching:
    """Every frame of a made file that must be looked at, against its original.

    Args:
        source, copies: the coded pictures of both files.
        masks: what must be covered.
    """

    def __init__(
        self,
        original: File,
        made: File,
        source: Pictures,
        copies: Pictures,
        timeline: Timeline,
        masks: Sequence[Mask],
    ) -> None:
        self._original, self._made = original, made
        self._source, self._copies = source, copies
        self._timeline, self._index = timeline, timeline.index
        self._masks = [_Watched(mask, mask.frames(timeline.index)) for mask in masks]
        self._plan = plan(source, copies, timeline, self._masked)
        self._step = copies.time_base
        self._screen: _Screen | None = None
        self._found = _Found()
        self._times: array[int] = array("q")
        self._missing: list[int] = []
        self._alike: set[int] = set()
        self._joins = _Joins(timeline)

    @property
    def looks_alike(self) -> frozenset[int]:
        """The numbers of frames that look the same with their masks on: these hide nothing."""
        return frozenset(self._alike)

    @property
    def untouched(self) -> NDArray[np.bool_]:
        """Which of the made file's coded pictures are copies for certain, and may be seen."""
        if self._plan is None:
            return np.zeros(len(self._copies), bool)
        return self._plan.taken & ~np.isin(self._plan.numbers, list(self._masked))

    @property
    def _masked(self) -> frozenset[int]:
        """The numbers of the frames on which a mask lies."""
        return frozenset(number for watched in self._masks for number in watched.frames)

    def run(self) -> Iterator[tuple[int, int]]:
        """Compare frame by frame; how many were, and of how many, comes out.

        Raises:
            ToolFailed: the original shows other frames than its index.
        """
        with self._original.open() as source, self._made.open() as made:
            streams = picture_stream(source), picture_stream(made)
            if self._plan:
                total, pairs = len(self._plan.decoded), self._chosen(self._plan)
                taken = frozenset(self._plan.numbers[self._plan.taken].tolist())
            else:
                total, pairs = len(self._timeline.kept), self._side_by_side(source, made, *streams)
                taken = frozenset()
            with closing(pairs):
                for done, (number, frame, shown) in enumerate(pairs, 1):
                    screen = self._screen or self._first(frame, shown, *streams)
                    self._compare(screen, frame, shown, number, taken=number in taken)
                    yield done, total

    def checks(self) -> dict[str, str]:
        """What was found, by the names of the checks; to be asked when the run has ended."""
        found = self._found
        for watched in self._masks:
            if not watched.frames:
                found.uncovered.add(partial("flag {} lies on no frame".format, watched.mask.flag))
            elif watched.lies[False] and not watched.lies[True]:
                found.uncovered.add(partial("flag {} covers nothing of any frame".format, watched.mask.flag))
        for number, other in self._joins.wrong:
            words = "{} shows what was to be seen on {}, which was cut out"
            found.changed.add(partial(words.format, self._name(number), self._name(other)))
        if self._screen is None:
            found.picture.add(lambda: "it shows no frame")
        if self._plan and not self._source.sets <= self._copies.sets:
            found.copied.add(lambda: "parameter sets of the original are missing")
        return {
            "frame-count": self._count_differs(),
            "timestamps": self._times_differ(),
            "picture": found.picture.words(),
            "copied": found.copied.words(),
            "covered": found.uncovered.words(),
            "independent": found.telling.words(),
            "elsewhere": found.changed.words(),
        }

    def _side_by_side(
        self, source: InputContainer, made: InputContainer, stream: VideoStream, copied_stream: VideoStream
    ) -> Generator[tuple[int, VideoFrame, VideoFrame]]:
        """All frames of both files, by their order: the number, the original's and the made one's."""
        kept = iter(self._timeline.kept)
        awaited = next(kept, None)
        ends = {number for gone in self._timeline.removed for number in (gone[0], gone[-1])}
        with closing(ahead(Reader(made, copied_stream).frames())) as copies:
            for number, frame in indexed_frames(source, stream, self._index):
                if number in ends:
                    self._joins.removed(number, frame)
                if number != awaited:
                    continue
                awaited = next(kept, None)
                shown = next(copies, None)
                if shown is not None:
                    add_time(self._times, shown.pts)
                    yield number, frame, shown
            for shown in copies:
                add_time(self._times, shown.pts)

    def _chosen(self, chosen: Plan) -> Generator[tuple[int, VideoFrame, VideoFrame]]:
        """The frames of both files that a plan names, likewise."""
        original, made, kept = self._original, self._made, self._timeline.kept
        wanted, beside = set(chosen.decoded), frozenset(chosen.beside)
        shown_there = decoded_frames(original.path, original.format, self._source, chosen.source)
        shown_here = decoded_frames(made.path, made.format, self._copies, chosen.made)
        with closing(ahead(shown_there)) as frames, closing(ahead(shown_here)) as copies:
            # A file that is put together wrongly may show its frames in another order than its times.
            awaited = _rising((kept[place], shown) for place, shown in copies if kept[place] in wanted)
            waiting = next(awaited, None)
            for number, frame in frames:
                if number in beside:
                    self._joins.removed(number, frame)
                if waiting is None or waiting[0] > number:
                    continue
                if waiting[0] < number:
                    break
                wanted.discard(number)
                yield number, frame, waiting[1]
                waiting = next(awaited, None)
        if waiting is not None:
            raise ToolFailed(
                f"frame {waiting[0]} of it cannot be decoded any more as when it was taken in",
                "run: footage verify",
            )
        self._missing = sorted(wanted)

    def _count_differs(self) -> str:
        wanted, coded = len(self._timeline.kept), len(self._copies)
        if self._plan:
            if not self._missing:
                return ""
            first = self._name(self._missing[0])
            return f"{len(self._missing)} frames cannot be decoded in their order, the first is {first}"
        shown = len(self._times)
        if shown != wanted:
            return f"{shown} frames instead of {wanted}"
        return f"{coded} coded pictures for {shown} frames" if coded != shown else ""

    def _times_differ(self) -> str:
        """How the made file's times differ from those the timeline asks for."""
        shortened, copies = self._timeline.shortened, self._copies
        ticks: Sequence[int] = sorted(copies.pts)
        if not self._plan:
            settled = settled_times(self._times, copies.usual, self._step)[0] if len(self._times) else ()
            ticks = [int(tick) for tick in settled]
        if (self._step, *ticks) != (shortened.time_base, *shortened.pts):
            wanted = [tick * shortened.time_base for tick in shortened.pts]
            if wrong := times_differ(wanted, [tick * self._step for tick in ticks], self._step):
                return wrong
        decoded = np.array(copies.dts, np.int64)
        told = decoded[decoded != UNKNOWN]
        if self._made.format in _TELL_DECODING and (np.diff(told) <= 0).any():
            return "its pictures are not decoded in the order of their times"
        return ""

    def _first(
        self, frame: VideoFrame, shown: VideoFrame, stream: VideoStream, copied_stream: VideoStream
    ) -> "_Screen":
        """What is settled by the first frames of both files."""
        geometry = geometry_of(frame, stream)
        interlaced = bool(fields_of(frame, stream))
        painter = Painter(
            [watched.mask for watched in self._masks],
            self._index,
            rotation=geometry.rotation,
            mirrored=geometry.mirrored,
            interlaced=interlaced,
        )
        if geometry != geometry_of(shown, copied_stream):
            self._found.picture.add(lambda: "another turning or shape of pixels than the original")
        self._screen = _Screen(painter, geometry)
        return self._screen

    def _compare(
        self, screen: "_Screen", frame: VideoFrame, shown: VideoFrame, number: int, *, taken: bool
    ) -> None:
        frame, shown = planar(frame), planar(shown)
        size = (shown.width, shown.height)
        if size != (frame.width, frame.height):
            words = "another size than the original: {} shows {} x {}"
            self._found.picture.add(partial(words.format, self._name(number), *size))
        masks = [mask for mask in self._masks if number in mask.frames]
        if taken and not masks:
            if not same_samples(planes_of(shown), planes_of(frame)):
                words = "{} differs from the original's, of which it is a copy"
                self._found.copied.add(partial(words.format, self._name(number)))
            return
        expected = self._expected(screen, frame, masks, number) if masks else frame
        views = Views(
            *(planes_of(fitted(each, *size, shown.format.name)) for each in (shown, expected, frame))
        )
        for watched in masks:
            mask, area = watched.mask, self._area(screen, watched, number, size)
            watched.lies[bool(area.where.any())] += 1
            tolerance = tolerance_for(mask.treatment, self._copies.codec)
            if frame.format.name in _FOUR_ACROSS:
                tolerance = tolerance.times(_FOUR_ACROSS_FACTOR)
            if wrong := views.covered(area, tolerance):
                self._found.uncovered.add(partial(self._wording, f"flag {mask.flag} on ", number, wrong))
        outside = screen.stored(size, partial(self._outside, masks, number)) if masks else None
        if wrong := views.elsewhere(outside):
            self._found.changed.add(partial(self._wording, "", number, wrong))
        if not masks:
            self._joins.kept(number, frame, shown)

    def _expected(
        self, screen: "_Screen", frame: VideoFrame, masks: Sequence["_Watched"], number: int
    ) -> VideoFrame:
        """What should be seen: the masks, on a copy of the original with noise wherever one is drawn.

        The same painted on the original itself must not differ in a single sample.
        """
        plain, expected = copied(frame), copied(frame)
        for mask in masks:
            overwrite(
                planes_of(expected), self._area(screen, mask, number, (frame.width, frame.height)), number
            )
        layers = screen.painter.layers(frame, number)
        for each in (plain, expected):
            paint(planes_of(each), layers)
        if not same_samples(planes_of(plain), planes_of(expected)):
            words = "on {} what is painted depends on what it hides"
            self._found.telling.add(partial(words.format, self._name(number)))
        if same_samples(planes_of(plain), planes_of(frame)):
            self._alike.add(number)
        return expected

    def _area(self, screen: "_Screen", watched: "_Watched", number: int, size: tuple[int, int]) -> Area:
        """What a mask must cover of a stored frame of a size."""
        if (known := watched.still.get(size)) is not None:
            return known
        shown = self._index.pts[number], self._index.frame_end(number)
        area = area_of(screen.stored(size, partial(covered_map, watched.mask, *shown)))
        if len(watched.mask.poses) == 1:
            watched.still[size] = area
        return area

    def _outside(self, masks: Sequence["_Watched"], number: int, width: int, height: int) -> Map:
        shown = self._index.pts[number], self._index.frame_end(number)
        return outside_map([watched.mask for watched in masks], *shown, width, height)

    def _name(self, number: int) -> str:
        return f"frame {number} ({self._index.timecode(self._index.pts[number])})"

    def _wording(self, whose: str, number: int, wrong: str) -> str:
        return f"{whose}{self._name(number)}: {wrong}"


def _rising(frames: Iterable[tuple[int, VideoFrame]]) -> Iterator[tuple[int, VideoFrame]]:
    """Numbered frames without those that come after one with a higher number."""
    highest = -1
    for number, frame in frames:
        if number > highest:
            highest = number
            yield number, frame


@dataclass(frozen=True, slots=True)
class _Watched:
    """A mask, the numbers of the frames it covers, and where, by the picture's size, if it stands still.

    Attributes:
        lies: on how many frames it covers a pixel, and on how many none.
    """

    mask: Mask
    frames: range
    still: dict[tuple[int, int], Area] = field(default_factory=dict)
    lies: Counter[bool] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Screen:
    """What paints on the original's stored frames, and how they are displayed."""

    painter: Painter
    geometry: Geometry

    def stored(self, size: tuple[int, int], displayed: Callable[[int, int], Map]) -> Map:
        """A map of the displayed picture, turned back.

        Args:
            size: width and height of the stored picture.
            displayed: gives the map for the width and height of the displayed one.
        """
        shown = displayed(*turned_size(*size, self.geometry.rotation))
        unmirrored = shown[:, ::-1] if self.geometry.mirrored else shown
        return np.ascontiguousarray(np.rot90(unmirrored, self.geometry.rotation // 90))


class _Joins:
    """Whether a frame next to a cut shows a frame that was taken out instead of its own.

    Where that frame and the one in its place are alike, neither can be told from the other, nor need it be.
    """

    def __init__(self, timeline: Timeline) -> None:
        self._before = {frames[0] - 1: frames for frames in timeline.removed}
        self._after = {frames[-1] + 1: frames for frames in timeline.removed}
        self._gone: list[tuple[int, VideoFrame]] = []
        self._last: tuple[int, VideoFrame, float] | None = None
        self.wrong: list[tuple[int, int]] = []
        """Frames that show others: their numbers and those of the others."""

    def removed(self, number: int, frame: VideoFrame) -> None:
        """Take note of a frame of the original that was taken out."""
        if self._last is not None and number in self._before.get(self._last[0], ()):
            self._judge(*self._last, number, frame)
        self._gone = [*self._gone[-1:], (number, frame)]

    def kept(self, number: int, frame: VideoFrame, shown: VideoFrame) -> None:
        """Take note of a frame that stays: the original's, and the one in its place."""
        if number not in self._before and number not in self._after:
            return
        self._last = (number, shown, _apart(frame, shown))
        for other, gone in self._gone:
            if other in self._after.get(number, ()):
                self._judge(*self._last, other, gone)

    def _judge(self, number: int, shown: VideoFrame, own: float, other: int, gone: VideoFrame) -> None:
        if _apart(gone, shown) * _NEARER < own:
            self.wrong.append((number, other))


def _apart(frame: VideoFrame, shown: VideoFrame) -> float:
    """How far two pictures' first planes lie apart, squared."""
    frame = fitted(planar(frame), shown.width, shown.height, shown.format.name)
    first, second = (planes_of(each)[0].samples for each in (frame, shown))
    return float(cv2.norm(first, second, cv2.NORM_L2SQR))

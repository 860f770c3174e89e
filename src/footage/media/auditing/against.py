"""Sandbox task: hold published files against their original and what was to be hidden in it."""

import io
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from footage.errors import BadInput, ToolFailed
from footage.media.auditing.exif import PICTURE_MARKS
from footage.media.auditing.findings import Findings
from footage.media.auditing.needles import Needles, needles_of
from footage.media.auditing.sights import (
    Grey,
    Sights,
    Spot,
    frame_sights,
    grey_of,
    sights_of,
    small_picture,
)
from footage.media.auditing.source import Source
from footage.media.auditing.words import pictures_in
from footage.media.decoding import decode, open_still, unreadable_is_bad_input
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.developing import Developer
from footage.media.orientation import turn
from footage.media.pictures import Screen, geometry_of
from footage.media.seeking import exact_frames, numbered_frames
from footage.media.sniff import FORMATS, HEAD_SIZE, sniff
from footage.media.wire import unpack_index, unpack_redaction
from footage.model.asset import Kind
from footage.model.flag import Mask
from footage.model.leak import Item
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex

_Message = tuple[dict[str, object], bytes]

_STILL_SIDE = 1280
_LONGEST, _SHORTEST = 960, 160
_SPOT_PIXELS = 48
_MOST_FRAMES = 20_000
_MOST_PIXELS = 400_000_000
_MOST_COMPARED = 400
_MOST_SEARCHED = 1500
_NEIGHBOURS = 50
_MOST_INSIDE = 32
_LARGEST_INSIDE = 32 << 20
_EVERY = 25
_MOST_EDGES = 32
_STEPS_BESIDE = (1, 4, 12, 30, 60)


def hold(params: dict[str, Any], scratch: Path) -> Iterator[_Message]:  # noqa: ARG001
    """Task: what each of ``files`` shows of what ``redaction`` hides in ``original``.

    Yields progress, then for each file its number and findings.

    Raises:
        BadInput: the original cannot be opened. ToolFailed: it cannot be decoded as before.
    """
    redaction = unpack_redaction(params["redaction"])
    index = unpack_index(params["index"]) if params["index"] else None
    path, format_name = params["original"], params["format"]
    needles = Needles()
    if index is None:
        sights = _still_sights(path, format_name, redaction.masks)
    else:
        yield {"progress": ["comparing", 0, len(params["files"]) + 1]}, b""
        needles = needles_of(path, format_name, index, _hidden(index, redaction))
        sights = yield from _video_sights(path, format_name, index, redaction)
    holding = _Holding(sights, needles, index, redaction)
    for number, (name, file_format) in enumerate(params["files"]):
        found = Findings()
        for _ in holding.file(name, file_format, found):
            yield {"progress": ["comparing", number + 1, len(params["files"]) + 1]}, b""
        yield {"file": number, "findings": [list(each) for each in found.all()]}, b""


@dataclass(slots=True)
class _Seen:
    """What the pictures of one file show: the first place of each kind, and how many more there are."""

    found: Findings
    moving: bool
    places: dict[int, list[str]] = field(default_factory=dict)
    frames: dict[int, int] = field(default_factory=dict)
    cuts: list[str] = field(default_factory=list)

    def hidden(self, where: str, told: tuple[int, int] | None) -> None:
        """Note what a picture shows of a flag's hidden part, and of which frame."""
        if told is not None:
            flag, number = told
            self.places.setdefault(flag, []).append(where)
            self.frames.setdefault(flag, number)

    def cut(self, where: str, shows: bool) -> None:
        """Note a picture that was cut out."""
        if shows:
            self.cuts.append(where)

    def tell(self) -> None:
        """Turn all that into findings."""
        for flag, places in self.places.items():
            when = f", as on frame {self.frames[flag]} of the original" if self.moving else ""
            words = f"{_and_more(places)} shows what flag {flag} hides{when}"
            self.found.leak(Item.UNMASKED_PICTURE, words)
        if self.cuts:
            self.found.leak(Item.CUT_PICTURE, f"{_and_more(self.cuts)} shows what was cut out")


def _and_more(places: list[str]) -> str:
    different = list(dict.fromkeys(places))
    return different[0] if len(different) == 1 else f"{different[0]} (and {len(different) - 1} more)"


class _Holding:
    """One original, held against one file after the other."""

    def __init__(
        self, sights: Sights, needles: Needles, index: FrameIndex | None, redaction: Redaction
    ) -> None:
        self._sights, self._needles = sights, needles
        self._index, self._redaction = index, redaction

    def file(self, path: str, format_name: str, found: Findings) -> Iterator[None]:
        """Hold a file against the original; yields now and then."""
        with Path(path).open("rb") as file:
            pictures = self._needles.found_in(Source(file))
            if pictures:
                words = f"{len(pictures):,} coded pictures of the original that were to be hidden are in it"
                found.leak(Item.UNMASKED_PACKETS, f"{words} (the first is frame {min(pictures)})")
            yield
            format = FORMATS.get(format_name)
            shown: Iterator[tuple[str, Grey]]
            if format is None:
                shown = _in_text(file)
            elif format.kind is Kind.STILL:
                shown = _in_still(file, format_name)
            else:
                shown = self._in_video(path, format_name)
            seen = _Seen(found, self._index is not None)
            try:
                for number, (where, picture) in enumerate(shown):
                    seen.hidden(where, self._sights.shown_in(picture))
                    seen.cut(where, self._sights.shows_cut(picture))
                    if number % _EVERY == 0:
                        yield
            except (BadInput, ToolFailed) as error:
                found.unread("a picture in it", error.message)
            seen.tell()

    def _in_video(self, path: str, format_name: str) -> Iterator[tuple[str, Grey]]:
        """Frames of a video: those in the places of hidden ones, where it is as long as it should be."""
        longest = _longest(self._redaction.masks)
        count = _count(path, format_name)
        places = self._places(count)
        if places is not None:
            for number, picture in zip(
                places, numbered_frames(path, format_name, places, longest), strict=True
            ):
                yield f"frame {number}", grey_of(picture)
            return
        step = max(1, -(-count // _MOST_SEARCHED))
        with open_video(path, format_name) as container:
            stream, screen = picture_stream(container), None
            for number, frame in enumerate(Reader(container, stream).frames()):
                if number % step == 0:
                    screen = screen or Screen(geometry_of(frame, stream))
                    yield f"frame {number}", grey_of(screen.show(frame, longest))

    def _places(self, count: int) -> list[int] | None:
        """Which frames to look at in a clip that has a frame for each that was kept; None for any other."""
        if self._index is None:
            return None
        timeline = Timeline(self._index, self._redaction.cuts)
        hidden = _hidden(self._index, self._redaction)
        if count == len(timeline.kept):
            wanted = [place for place, number in enumerate(timeline.kept) if number in hidden]
            joins = [
                place for place, (before, after) in enumerate(pairwise(timeline.kept)) if after - before > 1
            ]
            wanted += [place + step for place in joins for step in range(-2, 4)]
        elif count == len(self._index.pts):
            wanted = sorted(hidden)
        else:
            return None
        return _thinned(sorted({place for place in wanted if 0 <= place < count}), _MOST_COMPARED)


def _hidden(index: FrameIndex, redaction: Redaction) -> frozenset[int]:
    """The numbers of the frames that masks lie on or that were cut out."""
    removed = (number for frames in Timeline(index, redaction.cuts).removed for number in frames)
    masked = (number for mask in redaction.masks for number in mask.frames(index))
    return frozenset((*removed, *masked))


def _longest(masks: Sequence[Mask]) -> int:
    """How large a picture must be for the smallest region in it to be seen."""
    shares = [max(pose.region.w, pose.region.h) for mask in masks for pose in mask.poses]
    return int(min(_LONGEST, max(_SHORTEST, _SPOT_PIXELS / max(min(shares, default=1.0), 0.01))))


def _video_sights(
    path: str, format_name: str, index: FrameIndex, redaction: Redaction
) -> Generator[_Message, None, Sights]:
    """The sights of a video, with progress while its frames are read."""
    timeline = Timeline(index, redaction.cuts)
    gone = {number for frames in timeline.removed for number in frames}
    by_frame: dict[int, list[Mask]] = {}
    for mask in redaction.masks:
        for number in mask.frames(index):
            by_frame.setdefault(number, []).append(mask)
    near = {
        number
        for frames in timeline.removed
        for number in (
            *range(max(0, frames.start - _NEIGHBOURS), frames.start),
            *range(frames.stop, min(len(index.pts), frames.stop + _NEIGHBOURS)),
        )
    } - gone
    beside = _beside(by_frame.keys(), len(index.pts)) - gone
    longest = _longest(redaction.masks)
    most = min(_MOST_FRAMES, _MOST_PIXELS // longest**2 * 4)
    wanted = _thinned(sorted(by_frame.keys() | gone | near | beside), most)
    frames: list[tuple[int, NDArray[np.uint8], NDArray[np.uint8], list[Spot]]] = []
    removed, kept, shape = list[Grey](), list[Grey](), 1.0
    unmasked = list[Grey]()
    pictures = exact_frames(path, format_name, [index.pts[number] for number in wanted], longest)
    for number, picture in zip(wanted, pictures, strict=True):
        grey = grey_of(picture)
        shape = grey.shape[1] / grey.shape[0]
        masks = [] if number in gone else by_frame.get(number, [])
        if number in beside:
            unmasked.append(small_picture(grey))
        if masks:
            frames.append((number, *frame_sights(grey, masks, index.pts[number])))
        if number in gone:
            removed.append(small_picture(grey))
        elif number in near and not masks:
            kept.append(small_picture(grey))
        if number % _EVERY == 0:
            yield {"progress": ["comparing", 0, len(wanted)]}, b""
    return sights_of(shape, frames, removed, kept, unmasked)


def _beside(masked: Collection[int], count: int) -> set[int]:
    """Some of the frames before and after each stretch of masked ones, nearer ones closer together."""
    edges = [(number, -1) for number in masked if number - 1 not in masked]
    edges += [(number, 1) for number in masked if number + 1 not in masked]
    found = {number + way * step for number, way in edges[:_MOST_EDGES] for step in _STEPS_BESIDE}
    return {number for number in found if 0 <= number < count} - set(masked)


def _still_sights(path: str, format_name: str, masks: Sequence[Mask]) -> Sights:
    with Path(path).open("rb") as file:
        grey = _decoded(file, format_name)
    sights = frame_sights(grey, masks, 0)
    return sights_of(grey.shape[1] / grey.shape[0], [(0, *sights)], [], [])


def _count(path: str, format_name: str) -> int:
    """How many pictures of a video are shown, by its packets."""
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        return sum(1 for packet in container.demux(stream) if packet.size and not packet.is_discard)


def _thinned(numbers: list[int], most: int) -> list[int]:
    """At most so many of them, evenly, with the first and the last."""
    if len(numbers) <= most:
        return numbers
    return [numbers[place * (len(numbers) - 1) // (most - 1)] for place in range(most)]


def _in_still(file: BinaryIO, format_name: str) -> Iterator[tuple[str, Grey]]:
    """The picture of a still, its further pictures, and those inside its bytes, upright and turned."""
    yield "it", _decoded(file, format_name)
    if format_name in ("gif", "png", "webp", "tiff"):
        yield from _further(file, format_name)
    file.seek(0)
    data = file.read(_LARGEST_INSIDE)
    for number, match in enumerate(PICTURE_MARKS.finditer(data, 1)):
        if number == _MOST_INSIDE:
            return
        yield from _inside("a picture inside it", data[match.start() :])


def _in_text(file: BinaryIO) -> Iterator[tuple[str, Grey]]:
    for number, data in enumerate(pictures_in(Source(file)), 1):
        yield from _inside(f"picture {number} in it", data)


def _inside(where: str, data: bytes) -> Iterator[tuple[str, Grey]]:
    """A picture inside something else, turned each way and without black bars; none that is no picture."""
    try:
        name = sniff(data[:HEAD_SIZE]).name
        grey = _decoded(io.BytesIO(data), name)
    except BadInput:
        return
    for turns in range(4):
        yield where, np.ascontiguousarray(np.rot90(grey, turns))
    trimmed = _without_bars(grey)
    if trimmed.shape != grey.shape:
        yield where, trimmed


def _without_bars(grey: Grey) -> Grey:
    """A picture without black bars along its edges, which small pictures have that kept another shape."""
    rows, columns = (np.flatnonzero(grey.max(axis=axis) > 24) for axis in (1, 0))
    if not len(rows) or not len(columns):
        return grey
    return np.ascontiguousarray(grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])


def _further(file: BinaryIO, format_name: str) -> Iterator[tuple[str, Grey]]:
    with unreadable_is_bad_input(format_name):
        image = open_still(file, format_name)
        for number, frame in enumerate(ImageSequence.Iterator(image)):
            if number:
                yield f"picture {number + 1} in it", _grey(frame.convert("RGB"))
            if number > _MOST_COMPARED:
                return


def _decoded(file: BinaryIO, format_name: str) -> Grey:
    """A still as displayed, in grey; what is transparent as it would be if it were not."""
    with unreadable_is_bad_input(format_name):
        still = decode(file, format_name, side=_STILL_SIDE)
        developer = Developer(still.image)
        image = developer.srgb(developer.plain(still.image)).convert("RGB")
        image.thumbnail((_STILL_SIDE, _STILL_SIDE))
    stored = np.asarray(image, np.uint8)
    return grey_of(stored if still.turned else turn(stored, still.rotation, still.mirrored))


def _grey(image: Image.Image) -> Grey:
    return grey_of(np.asarray(image, np.uint8))

"""Proof of a masked copy: the finished file is read back and held against its original.

Nothing the renderer noted is believed. What must be seen where a mask was drawn is made from a copy of the
original whose drawn regions were overwritten with noise first: a result that agrees with it cannot have come
from the hidden pixels.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from av import VideoFrame
from av.container import InputContainer
from numpy.typing import NDArray

from footage.errors import ToolFailed
from footage.media.comparing import Map, Views, drawn_map, outside_map, overwrite, tolerance_for
from footage.media.demux import Reader, open_video, picture_stream, usual_step
from footage.media.frames import fields_of, indexed_frames
from footage.media.frametimes import add_time, settled_times
from footage.media.muxing import sounds_in, sounds_of, times_differ
from footage.media.orientation import turned_size
from footage.media.painting import Painter, mask_still
from footage.media.picture import Picture, as_image, flattened
from footage.media.pictures import Geometry, geometry_of
from footage.media.planes import copied, fitted, planar, planes_of, planes_of_pixels
from footage.media.sandbox import Sandbox, reporting
from footage.media.sniff import Format
from footage.media.still import read_pixels
from footage.media.treatments import paint
from footage.media.wire import pack_index, pack_masks, unpack_index, unpack_masks
from footage.model.flag import Mask
from footage.model.geometry import Region, region_at
from footage.model.progress import Progress
from footage.model.proof import Proof
from footage.model.span import FrameIndex

_STEP = 16
_VIDEO_CHECKS = ("frame-count", "timestamps", "picture", "covered", "elsewhere", "sound", "streams")
# What FFmpeg's muxers write about themselves.
_OWN_TAGS = frozenset(
    [
        "encoder",
        "duration",
        "language",
        "handler_name",
        "vendor_id",
        "data_type",
        "timecode",
        "major_brand",
        "minor_version",
        "compatible_brands",
        "uid",
        "generation_uid",
        "company_name",
        "product_name",
        "product_uid",
        "product_version",
        "product_version_num",
        "toolkit_version",
        "toolkit_version_num",
        "application_platform",
        "modification_date",
        "operational_pattern_ul",
        "material_package_umid",
        "file_package_umid",
    ]
)


def prove_masked_video(
    sandbox: Sandbox,
    original: Path,
    original_format: Format,
    masked: Path,
    masked_format: Format,
    index: FrameIndex,
    masks: Sequence[Mask],
    progress: Progress,
) -> Proof:
    """Read a masked clip back and hold every frame of it against its original.

    The checks: ``frame-count``, ``timestamps``, ``picture`` (size, turning and shape of the pixels),
    ``covered`` (on every flagged frame, everything that was drawn), ``elsewhere`` (all else looks like the
    original), ``sound`` (its packets and their times are the original's), ``streams`` (there is nothing else
    in the file).

    Args:
        sandbox: a fresh one, not that in which the clip was rendered.
        index, masks: what the clip was rendered from.

    Raises:
        BadInput: a file cannot be opened. ToolFailed: the original cannot be decoded as before.
    """
    task = sandbox.stream(
        "footage.media.proof:prove",
        original=str(original),
        original_format=original_format.name,
        masked=str(masked),
        masked_format=masked_format.name,
        index=pack_index(index),
        masks=pack_masks(masks),
    )
    said = [message.values for message in reporting(task, progress)]
    checks = said[0].get("checks") if len(said) == 1 else None
    if not isinstance(checks, dict) or set(checks) != set(_VIDEO_CHECKS):
        raise ToolFailed("the proof was not brought to its end", "try again: footage blur")
    return Proof({name: str(checks[name]) for name in _VIDEO_CHECKS})


def prove_masked_still(
    sandbox: Sandbox, original: Path, format: Format, masked: Path, masks: Sequence[Mask]
) -> Proof:
    """Decode a masked still and hold it against its original.

    The checks: ``picture`` (its size), ``covered`` and ``elsewhere``, as for a video.

    Args:
        format: of both files.

    Raises:
        BadInput: a file cannot be decoded.
    """
    source, shown = (read_pixels(sandbox, path, format) for path in (original, masked))
    return compare_stills(source, shown, masks, format.name)


def compare_stills(original: Picture, masked: Picture, masks: Sequence[Mask], format_name: str) -> Proof:
    """The checks of :func:`prove_masked_still`, on decoded pictures; what is transparent shows its ground."""
    width, height = original.width, original.height
    if (masked.width, masked.height) != (width, height):
        words = f"it is {masked.width} x {masked.height} instead of {width} x {height}"
        return Proof({"picture": words, "covered": "not comparable", "elsewhere": "not comparable"})
    drawn = [drawn_map(mask.poses[0].region, mask.shape, width, height) for mask in masks]
    noisy = np.frombuffer(original.data, np.uint8).reshape(height, width, -1).copy()
    overwrite(planes_of_pixels(noisy), np.logical_or.reduce(drawn), 0)
    expected = mask_still(replace(original, data=noisy.tobytes()), masks)
    views = Views(*(planes_of_pixels(_flat(picture)) for picture in (masked, expected, original)))
    uncovered = _Findings()
    for mask, where in zip(masks, drawn, strict=True):
        if wrong := views.covered(where, tolerance_for(mask.treatment, format_name)):
            uncovered.add(partial("flag {}: {}".format, mask.flag, wrong))
    outside = outside_map([[mask.poses[0].region] for mask in masks], width, height)
    return Proof({"picture": "", "covered": uncovered.words(), "elsewhere": views.elsewhere(outside)})


def prove(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the checks of :func:`prove_masked_video`, by name, with progress before them.

    Raises:
        BadInput: a file cannot be opened. ToolFailed: the original cannot be decoded as before.
    """
    index, masks = unpack_index(params["index"]), unpack_masks(params["masks"])

    def files() -> tuple[InputContainer, InputContainer]:
        original = open_video(params["original"], params["original_format"])
        return original, open_video(params["masked"], params["masked_format"])

    source, copy = files()
    with source, copy:
        comparison = _Comparison(source, copy, index, masks)
        for number in comparison.run():
            if number % _STEP == 0:
                yield {"progress": ["proving", number, len(index.pts)]}, b""
        checks = comparison.checks()
        checks["streams"] = _nothing_else(source, copy)
    source, copy = files()
    with source, copy:
        checks["sound"] = _same_sound(source, copy)
    yield {"checks": checks}, b""


class _Comparison:
    """Every frame of a copy against every frame of its original, side by side."""

    def __init__(
        self, source: InputContainer, copy: InputContainer, index: FrameIndex, masks: Sequence[Mask]
    ) -> None:
        self._source = source
        self._stream, self._copied = picture_stream(source), picture_stream(copy)
        self._codec = str(self._copied.codec_context.codec.canonical_name)
        self._copies = Reader(copy, self._copied).frames()
        self._index = index
        self._masks = masks
        self._unseen = set(masks)
        self._times: array[int] = array("q")
        self._picture = "it shows no frame"
        self._uncovered, self._changed = _Findings(), _Findings()

    def run(self) -> Iterator[int]:
        """Compare frame by frame; the number of each comes out when it is done."""
        screen: _Screen | None = None
        for number, frame in indexed_frames(self._source, self._stream, self._index):
            shown = next(self._copies, None)
            if shown is None:
                continue
            if screen is None:
                screen = self._screen(frame, shown)
            add_time(self._times, shown.pts)
            self._compare(screen, frame, shown, number)
            yield number
        for shown in self._copies:
            add_time(self._times, shown.pts)

    def checks(self) -> dict[str, str]:
        """What was found, by the names of the checks; to be asked when the run has ended."""
        wanted = [tick * self._index.time_base for tick in self._index.pts]
        step = self._copied.time_base or Fraction(1)
        shown = len(self._times)
        ticks = settled_times(self._times, usual_step(self._copied), step)[0] if shown else ()
        found = [int(tick) * step for tick in ticks]
        for mask in self._unseen:
            self._uncovered.add(partial("flag {} lies on no frame".format, mask.flag))
        return {
            "frame-count": f"{shown} frames instead of {len(wanted)}" if shown != len(wanted) else "",
            "timestamps": times_differ(wanted, found, step),
            "picture": self._picture,
            "covered": self._uncovered.words(),
            "elsewhere": self._changed.words(),
        }

    def _screen(self, frame: VideoFrame, shown: VideoFrame) -> "_Screen":
        geometry = geometry_of(frame, self._stream)
        painter = Painter(
            self._masks,
            self._index,
            rotation=geometry.rotation,
            mirrored=geometry.mirrored,
            interlaced=bool(fields_of(frame, self._stream)),
        )
        sizes = [(each.width, each.height) for each in (shown, frame)]
        different = [] if sizes[0] == sizes[1] else ["size"]
        if geometry != geometry_of(shown, self._copied):
            different.append("turning or shape of pixels")
        self._picture = f"another {' and '.join(different)} than the original" if different else ""
        return _Screen(painter, geometry)

    def _compare(self, screen: "_Screen", frame: VideoFrame, shown: VideoFrame, number: int) -> None:
        frame, shown = planar(frame), planar(shown)
        size = (shown.width, shown.height)
        masks = [mask for mask in self._masks if self._lies_on(mask, number)]
        self._unseen.difference_update(masks)
        expected = self._expected(screen, frame, masks, number) if masks else frame
        views = Views(
            *(planes_of(fitted(each, *size, shown.format.name)) for each in (shown, expected, frame))
        )
        for mask in masks:
            where = screen.stored(size, partial(self._drawn, mask, number))
            if wrong := views.covered(where, tolerance_for(mask.treatment, self._codec)):
                self._uncovered.add(partial(self._wording, f"flag {mask.flag} on ", number, wrong))
        passed = [self._passed(mask, number) for mask in masks]
        outside = screen.stored(size, partial(outside_map, passed)) if masks else None
        if wrong := views.elsewhere(outside):
            self._changed.add(partial(self._wording, "", number, wrong))

    def _expected(
        self, screen: "_Screen", frame: VideoFrame, masks: Sequence[Mask], number: int
    ) -> VideoFrame:
        """What should be seen: the masks, on a copy of the original with noise wherever one is drawn."""
        expected = copied(frame)
        for mask in masks:
            where = screen.stored((frame.width, frame.height), partial(self._drawn, mask, number))
            overwrite(planes_of(expected), where, number)
        paint(planes_of(expected), screen.painter.layers(frame, number))
        return expected

    def _lies_on(self, mask: Mask, number: int) -> bool:
        """Whether a frame is on screen at any time within a mask's span."""
        start, end = self._shown(number)
        return mask.span is None or (start < mask.span.end and mask.span.start < end)

    def _shown(self, number: int) -> tuple[int, int]:
        """The tick at which a frame comes and that at which it goes."""
        return self._index.pts[number], (*self._index.pts[number + 1 : number + 2], self._index.end)[0]

    def _wording(self, whose: str, number: int, wrong: str) -> str:
        return f"{whose}frame {number} ({self._index.timecode(self._index.pts[number])}): {wrong}"

    def _drawn(self, mask: Mask, number: int, width: int, height: int) -> Map:
        """What is drawn on a displayed frame when it comes and when it goes."""
        start, *_, end = self._passed(mask, number)
        first = drawn_map(start, mask.shape, width, height)
        return first if start == end else first | drawn_map(end, mask.shape, width, height)

    def _passed(self, mask: Mask, number: int) -> list[Region]:
        """The regions a mask passes while a frame is on screen, from its own tick to the next frame's."""
        start, end = self._shown(number)
        turns = [p.tick for p in mask.poses if p.tick is not None and start < p.tick < end]
        return [region_at(mask.poses, tick) for tick in (start, *turns, end)]


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


@dataclass(slots=True)
class _Findings:
    """The first finding of a check, and how many there are: a long clip can fail on every frame."""

    first: str = ""
    count: int = 0

    def add(self, wording: Callable[[], str]) -> None:
        """Count a finding; only the first is put into words."""
        if not self.count:
            self.first = wording()
        self.count += 1

    def words(self) -> str:
        return self.first + (f", and {self.count - 1} more" if self.count > 1 else "")


def _nothing_else(source: InputContainer, copy: InputContainer) -> str:
    """What the copy holds beside the pictures and the original's number of sounds, in words."""
    kinds = Counter[str](stream.type for stream in copy.streams)
    wanted = Counter[str](video=1, audio=len(source.streams.audio))
    found = [
        f"{kinds[kind]} of {kind} instead of {wanted[kind]}"
        for kind in kinds | wanted
        if kinds[kind] != wanted[kind]
    ]
    tags = chain(copy.metadata, *(stream.metadata for stream in copy.streams))
    found += sorted({f"the tag {tag}" for tag in tags if tag.casefold() not in _OWN_TAGS})
    if copy.chapters():
        found.append("chapters")
    return ", ".join(found)


def _same_sound(source: InputContainer, copy: InputContainer) -> str:
    """How the copy's sound differs from the original's, in words."""
    originals, copies = sounds_of(source), sounds_in(copy)
    if len(originals) != len(copies):
        return f"{len(copies)} streams of sound instead of {len(originals)}"
    for number, (kept, copied_) in enumerate(zip(originals, copies, strict=True), 1):
        if kept.digest != copied_.digest:
            return f"sound {number} is not the original's"
        if wrong := times_differ(kept.times, copied_.times, copied_.step):
            return f"sound {number} is out of time: {wrong}"
    return ""


def _flat(picture: Picture) -> NDArray[np.uint8]:
    """Height by width by three channels."""
    return np.asarray(flattened(as_image(picture)), np.uint8)

"""Following a region that somebody pointed at through a stretch of a clip.

The target is followed from every pose both ways, each time held against the frame on which it was drawn, so
that errors do not add up (key-anchored Lucas–Kanade flow and alignment). Between two poses both ways are
brought together. Where the target is lost or the two ways disagree, the mask grows and the frames are marked:
nothing is lost without a word.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from footage.errors import ToolFailed
from footage.media.following.course import Course
from footage.media.following.frames import LumaFrames
from footage.media.following.outlines import corners_of, shares_of
from footage.media.sandbox import Sandbox, reporting
from footage.media.sniff import Format
from footage.media.wire import pack_index, pack_poses, unpack_index, unpack_poses
from footage.model.geometry import Pose, Shape, polygon_pose
from footage.model.progress import Progress
from footage.model.span import FrameIndex, Span

_TARGET = 52
_SMALLEST, _LARGEST = 320, 1280
_NEAR = 1.6
_TELL_EVERY = 16
_DECIMALS = 6
_AGAIN = "the original is untouched; if it fails again, report it with the output of: footage doctor"


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a target is.

    Attributes:
        poses: a polygon for each frame, at the frame's tick.
        doubtful: whole frames, in ticks, on which a person must look whether it is covered.
    """

    poses: tuple[Pose, ...]
    doubtful: tuple[Span, ...]


def follow(
    sandbox: Sandbox,
    source: Path,
    format: Format,
    index: FrameIndex,
    frames: range,
    shape: Shape,
    poses: Sequence[Pose],
    cuts: Sequence[int],
    progress: Progress,
) -> Followed:
    """Follow what poses point at over a stretch of a clip.

    Args:
        source: the vault's own copy.
        frames: the numbers of the frames to cover, at least one.
        poses: drawn by a person, at least one; each belongs to the frame on screen at its tick. One without
            a tick belongs to the first frame.
        cuts: ticks at which a new shot begins; a target is not followed over them.

    Raises:
        BadInput: the source cannot be opened.
        ToolFailed: it could not be decoded as before.
    """
    task = sandbox.stream(
        "footage.media.following:track",
        source=str(source),
        format=format.name,
        index=pack_index(index),
        frames=[frames.start, frames.stop],
        shape=shape.value,
        poses=pack_poses(poses),
        cuts=list(cuts),
    )
    messages = list(reporting(task, progress))
    if len(messages) != 1:
        raise ToolFailed("the region was not followed to its end", _AGAIN)
    values, payload = messages[0].values, messages[0].payload
    corners, doubts = [int(count) for count in values["corners"]], [bool(each) for each in values["doubts"]]
    places = np.frombuffer(payload, np.float64)
    complete = len(corners) == len(doubts) == len(frames) and 2 * sum(corners) == len(places)
    if not complete or min(corners) < 3 or not np.isfinite(places).all():
        raise ToolFailed("the region was not followed to its end", _AGAIN)
    points = iter([(float(x), float(y)) for x, y in places.reshape(-1, 2)])
    made = tuple(
        polygon_pose(index.pts[number], [next(points) for _ in range(count)])
        for number, count in zip(frames, corners, strict=True)
    )
    return Followed(made, _spans(index, [n for n, doubt in zip(frames, doubts, strict=True) if doubt]))


def track(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:  # noqa: ARG001
    """Task: the outlines of :func:`follow` as pairs of 64-bit floats, after progress.

    Raises:
        BadInput: the source cannot be opened. ToolFailed: it could not be decoded as before.
    """
    index, frames = unpack_index(params["index"]), range(*params["frames"])
    shape, poses = Shape(params["shape"]), unpack_poses(params["poses"])
    with LumaFrames(params["source"], params["format"], index, frames) as pictures:
        divisor = _divisor(pictures.size, poses)
        size = pictures.reduce_by(divisor)
        drawn = {_number(pose, index, frames): corners_of(pose, shape, size) for pose in poses}
        cuts = sorted({number for tick in params["cuts"] if (number := index.frame_at(tick)) in frames[1:]})
        course = Course(pictures, frames, drawn, cuts, 1 / divisor)
        for done in course.walk():
            if done % _TELL_EVERY == 0:
                yield {"progress": ["following", done, course.length]}, b""
    places = [course.places[number] for number in frames]
    points = [point for place in places for point in shares_of(place.outline, size)]
    corners, doubts = [len(place.outline) for place in places], [place.doubtful for place in places]
    yield {"corners": corners, "doubts": doubts}, np.round(points, _DECIMALS).tobytes()


def _number(pose: Pose, index: FrameIndex, frames: range) -> int:
    """The number of the frame that a pose was drawn on."""
    if pose.tick is None:
        return frames.start
    return min(max(index.frame_at(pose.tick), frames.start), frames.stop - 1)


def _divisor(size: tuple[int, int], poses: Sequence[Pose]) -> int:
    """By how much pictures can be reduced so that the smallest target still has enough pixels."""
    smallest = min(math.sqrt(pose.region.w * pose.region.h * size[0] * size[1]) for pose in poses)
    wanted = max(smallest / _TARGET, 1.0, max(size) / _LARGEST)
    wanted = min(wanted, max(1.0, max(size) / _SMALLEST))
    # Numbers that divide the size are much quicker.
    quick = [
        n for n in range(1, 17) if size[0] % n == size[1] % n == 0 and max(n / wanted, wanted / n) < _NEAR
    ]
    return min(quick or [round(wanted)], key=lambda n: max(n / wanted, wanted / n))


def _spans(index: FrameIndex, numbers: Sequence[int]) -> tuple[Span, ...]:
    """Frames in order as spans, those that follow each other as one."""
    runs = (list(run) for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]))
    return tuple(Span(index.pts[run[0][1]], index.frame_end(run[-1][1])) for run in runs)

"""Small pictures of every frame of a clip, to compare two clips by; made in the sandboxed child only.

They lie in a file in the scratch folder, so that an hour of footage takes no memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av.error
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image

from footage.errors import BadInput
from footage.media.decoding import decode, unreadable_is_bad_input
from footage.media.demux import open_video, picture_stream
from footage.media.developing import Developer
from footage.media.frames import indexed_frames
from footage.media.orientation import turn, turned_size
from footage.media.picture import flattened
from footage.media.pictures import Geometry, geometry_of
from footage.model.span import FrameIndex

WIDTH, HEIGHT = 64, 36

Luma = NDArray[np.uint8]

_STILL_SIDE = 640
_BLACK = 64
_EVEN = 12
_LEAST_KEPT = 0.25
_LOOKED_THROUGH = 400


@dataclass(frozen=True, slots=True)
class Area:
    """The part of a displayed picture that is no black border; shares of its width and height."""

    left: float
    top: float
    right: float
    bottom: float


def video_miniatures(path: str, format_name: str, index: FrameIndex, file: BinaryIO) -> Iterator[int]:
    """Write the luma of each frame as displayed, 36 rows of 64 bytes; hands out how many are written.

    Every picture is stretched to the same shape: places in it are shares of its width and height.

    Raises:
        BadInput: it cannot be opened or shown. ToolFailed: it shows more or fewer frames than its index.
    """
    reformatter = VideoReformatter()
    with open_video(path, format_name) as container:
        stream = picture_stream(container)
        geometry: Geometry | None = None
        for number, frame in indexed_frames(container, stream, index):
            geometry = geometry or geometry_of(frame, stream)
            file.write(_shrunk(reformatter, frame, geometry).tobytes())
            yield number + 1


def still_miniature(path: str, format_name: str) -> Luma:
    """The same of a still: one frame.

    Raises:
        BadInput: nothing of it can be shown.
    """
    with Path(path).open("rb") as file, unreadable_is_bad_input(format_name):
        still = decode(file, format_name, side=_STILL_SIDE)
        developer = Developer(still.image)
        image = flattened(developer.srgb(developer.plain(still.image))).convert("L")
        rotation, mirrored = (0, False) if still.turned else (still.rotation, still.mirrored)
        stored = image.resize(turned_size(WIDTH, HEIGHT, rotation), Image.Resampling.BOX)
        return np.ascontiguousarray(turn(np.asarray(stored), rotation, mirrored))[None]


def active_area(pictures: Luma) -> Area:
    """What is left of a clip's pictures without the black borders that all of them have.

    Args:
        pictures: frames x 36 x 64. Where next to nothing would be left, all of it is.
    """
    step = max(1, len(pictures) // _LOOKED_THROUGH)
    brightest = pictures[::step].max(axis=0)
    border = min(int(brightest.min()) + _EVEN, _BLACK)
    rows, columns = (np.flatnonzero(np.percentile(brightest, 90, axis=axis) > border) for axis in (1, 0))
    if len(rows) < _LEAST_KEPT * HEIGHT or len(columns) < _LEAST_KEPT * WIDTH:
        return Area(0.0, 0.0, 1.0, 1.0)
    return Area(
        int(columns[0]) / WIDTH,
        int(rows[0]) / HEIGHT,
        int(columns[-1] + 1) / WIDTH,
        int(rows[-1] + 1) / HEIGHT,
    )


def _shrunk(reformatter: VideoReformatter, frame: VideoFrame, geometry: Geometry) -> Luma:
    across, down = turned_size(WIDTH, HEIGHT, geometry.rotation)
    try:
        small = reformatter.reformat(
            frame, across, down, "gray", interpolation=Interpolation.AREA, threads=1
        ).to_ndarray()
    except av.error.FFmpegError as error:
        name = frame.format.name
        raise BadInput(f"its pixels ({name}) cannot be shown", "convert it to H.264 in MP4") from error
    return turn(np.asarray(small, np.uint8), geometry.rotation, geometry.mirrored)

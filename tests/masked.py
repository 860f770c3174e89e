"""Masking small clips in tests: their frame index, a render and a proof without a sandbox around them."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from footage.media.demux import Reader, open_video, picture_stream, usual_step
from footage.media.frametimes import add_time, settled_times
from footage.media.planes import planar, planes_of
from footage.media.proving.task import prove
from footage.media.rendering.task import render
from footage.media.wire import pack_index, pack_redaction
from footage.model.flag import Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Pose, Region, Shape
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex, Span

FORMATS = {
    ".mp4": "mp4",
    ".mov": "mov",
    ".mkv": "matroska",
    ".webm": "webm",
    ".avi": "avi",
    ".ts": "mpegts",
    ".mxf": "mxf",
}


@dataclass(frozen=True)
class Masked:
    """A rendered clip: where it is, its format's name, and how it was made."""

    path: Path
    format: str
    encoded: int
    copied: int
    whole: str
    notes: tuple[str, ...]


def index_of(path: Path) -> FrameIndex:
    """A clip's frame index, as the catalogue has it."""
    times: array[int] = array("q")
    duration = 0
    with open_video(str(path), FORMATS[path.suffix]) as container:
        stream = picture_stream(container)
        for frame in Reader(container, stream).frames():
            add_time(times, frame.pts)
            duration = frame.duration
        # A stream's facts are gone when its container is closed.
        time_base, step = stream.time_base, usual_step(stream)
    assert time_base is not None
    ticks = [int(tick) for tick in settled_times(times, step, time_base)[0]]
    return FrameIndex(time_base, tuple(ticks), ticks[-1] + (duration or step))


def mask(
    index: FrameIndex,
    first: int = 0,
    last: int | None = None,
    region: Region = WHOLE_PICTURE,
    *,
    to: Region | None = None,
    shape: Shape = Shape.BOX,
    treatment: Treatment = Treatment.FILL,
    flag: int = 1,
) -> Mask:
    """A mask on the frames ``first`` to ``last`` (both included), which moves where ``to`` is given."""
    last = len(index.pts) - 1 if last is None else last
    end = index.pts[last + 1] if last + 1 < len(index.pts) else index.end
    poses = (Pose(None, region),) if to is None else (Pose(index.pts[first], region), Pose(end, to))
    return Mask(flag, Span(index.pts[first], end), shape, poses, treatment)


def rendered(source: Path, masks: Sequence[Mask], folder: Path, whole: str = "") -> Masked:
    """Render masks onto a clip; ``whole`` is why every frame is to be encoded."""
    return redacted(source, Redaction(tuple(masks)), folder, whole)


def redacted(source: Path, redaction: Redaction, folder: Path, whole: str = "") -> Masked:
    """Redact a clip; ``whole`` is why every frame is to be encoded."""
    folder.mkdir(exist_ok=True)
    *_, (values, _) = render(render_params(source, index_of(source), redaction, whole), folder)
    told: dict[str, Any] = dict(values)
    return Masked(
        Path(told["path"]),
        told["format"],
        told["encoded"],
        told["copied"],
        told["whole"],
        tuple(told["notes"]),
    )


def render_params(
    source: Path, index: FrameIndex, redaction: Redaction, whole: str = ""
) -> dict[str, object]:
    """What the task that renders a clip is told."""
    return {
        "source": str(source),
        "format": FORMATS[source.suffix],
        "index": pack_index(index),
        "redaction": pack_redaction(redaction),
        "whole": whole,
    }


def proven(
    source: Path, copy: Path, masks: Sequence[Mask], index: FrameIndex | None = None
) -> dict[str, str]:
    """The checks of a proof that failed, with what they said; ``index`` is the source's own unless given."""
    params = {
        "original": str(source),
        "original_format": FORMATS[source.suffix],
        "made": str(copy),
        "made_format": FORMATS[copy.suffix],
        "index": pack_index(index or index_of(source)),
        "redaction": pack_redaction(Redaction(tuple(masks))),
    }
    *_, (values, _) = prove(params, copy.parent)
    checks = values["checks"]
    assert isinstance(checks, dict)
    return {name: said for name, said in checks.items() if said}


def frames(path: Path) -> list[VideoFrame]:
    """All frames of a clip."""
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def luma(frame: VideoFrame) -> NDArray[np.float64]:
    """A frame's luma (of RGB: its green) in levels of 8 bits."""
    plane = planes_of(planar(frame))[0]
    return plane.samples.astype(np.float64) / (1 << plane.bits - 8)

"""Finding one clip's frames again in another: trimmed, encoded anew, at another rate or size, re-ordered.

Every frame of both is shrunk to a small picture; the pictures of one are looked for in the other, roughly
first, then laid over each other and told apart frame by frame (the modules ``passages``, ``registering``,
``timing`` and ``extents`` of this package).
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from footage.errors import ToolFailed
from footage.media.sandbox import Message, Sandbox, reporting
from footage.media.sniff import Format
from footage.media.wire import pack_index
from footage.model.alignment import Alignment, Placement, Segment
from footage.model.progress import Progress
from footage.model.span import FrameIndex

STILL = FrameIndex(Fraction(1), (0,), 1)
"""A still as a clip of one frame."""

_TASK = "footage.media.aligning.task:align"
_SEGMENTS = 10_000
_FARTHEST = 8.0
_GOES_ON = 2


def align(
    sandbox: Sandbox,
    mine: Path,
    my_format: Format,
    my_index: FrameIndex | None,
    other: Path,
    other_format: Format,
    other_index: FrameIndex | None,
    progress: Progress,
) -> Alignment:
    """What a clip shows of another one.

    Brightness, contrast, colours, size, black borders, a harder encoding, a logo and masks do not matter;
    borders that were cropped off are made up for. A still is a clip of one frame (:data:`STILL`).

    Args:
        sandbox: which may read both files.
        mine, other: the vault's own copies.
        my_index, other_index: when their frames are shown; None for a still.

    Returns:
        An alignment; without segments where the clip shows nothing of the other.

    Raises:
        BadInput: one of them cannot be opened. ToolFailed: one shows more or fewer frames than its index.
    """
    indexes = my_index or STILL, other_index or STILL
    messages = sandbox.stream(
        _TASK,
        mine=_side(mine, my_format, my_index),
        other=_side(other, other_format, other_index),
    )
    results = list(reporting(messages, progress))
    if len(results) != 1:
        raise _nonsense()
    return _unpacked(results[0], *indexes)


def _side(path: Path, format: Format, index: FrameIndex | None) -> dict[str, object]:
    return {
        "path": str(path),
        "format": format.name,
        "index": None if index is None else pack_index(index),
    }


def _unpacked(message: Message, mine: FrameIndex, other: FrameIndex) -> Alignment:
    """What the child says, not believed before it was checked."""
    match message.values:
        case {"placement": [*placement], "segments": [*told]} if len(told) <= _SEGMENTS:
            pass
        case _:
            raise _nonsense()
    if len(placement) != 4 or not all(
        isinstance(number, float) and abs(number) < _FARTHEST for number in placement
    ):
        raise _nonsense()
    try:
        rows = np.frombuffer(message.payload, "<i4").tolist()
    except ValueError as error:
        raise _nonsense() from error
    segments = []
    for values in told:
        segment, rows = _segment(values, rows, len(mine.pts), len(other.pts))
        segments.append(segment)
    if rows:
        raise _nonsense()
    return Alignment(mine, other, tuple(_joined(segments)), Placement(*placement))


def _segment(values: Any, rows: list[int], mine: int, others: int) -> tuple[Segment, list[int]]:
    match values:
        case [int(first), int(count), int(start), int(stop), float(confidence)]:
            pass
        case _:
            raise _nonsense()
    if not (0 <= first < first + count <= mine and 0.0 <= confidence <= 1.0 and len(rows) >= 3 * count):
        raise _nonsense()
    shown, least, most = (tuple(rows[at * count : (at + 1) * count]) for at in range(3))
    for low, at, high in zip(least, shown, most, strict=True):
        if not 0 <= low <= at <= high < others:
            raise _nonsense()
    if any(after < before for before, after in pairwise(shown)):
        raise _nonsense()
    sure = range(max(first, start), min(first + count, stop))
    return Segment(first, shown, least, most, sure, confidence), rows[3 * count :]


def _joined(segments: Sequence[Segment]) -> list[Segment]:
    """Segments, those that go on where the one before ends as one."""
    joined: list[Segment] = []
    for segment in segments:
        if joined and (whole := _whole(joined[-1], segment)):
            joined[-1] = whole
        else:
            joined.append(segment)
    return joined


def _whole(one: Segment, other: Segment) -> Segment | None:
    """Two segments as one; None where the second does not go on where the first ends."""
    kept = other.first - one.first
    if not 0 < kept <= len(one.shown) or not 0 <= other.shown[0] - one.shown[kept - 1] <= _GOES_ON:
        return None
    # A frame that may belong to either may show what either says.
    both = len(one.shown) - kept
    least = tuple(map(min, other.least[:both], one.least[kept:]))
    most = tuple(map(max, other.most[:both], one.most[kept:]))
    return Segment(
        one.first,
        one.shown[:kept] + other.shown,
        one.least[:kept] + least + other.least[len(least) :],
        one.most[:kept] + most + other.most[len(most) :],
        range(one.sure.start, other.sure.stop),
        min(one.confidence, other.confidence),
    )


def _nonsense() -> ToolFailed:
    return ToolFailed("the decoder told an impossible alignment", "run: footage verify")

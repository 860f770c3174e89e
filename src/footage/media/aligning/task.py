"""Aligning clips: the half of :mod:`footage.media.aligning` that runs in the sandboxed child."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from footage.media.aligning import STILL
from footage.media.aligning.extents import (
    Extent,
    agreement,
    credible,
    extent,
    still_extent,
    widened,
    without_overlap,
)
from footage.media.aligning.miniatures import HEIGHT, WIDTH, Area, Luma, still_miniature, video_miniatures
from footage.media.aligning.passages import (
    Floats,
    Numbers,
    Passage,
    all_pairs,
    edges,
    find_passages,
    find_still,
    matching_areas,
)
from footage.media.aligning.registering import Overlay, between, placed
from footage.media.aligning.timing import Comparison, settled, timed, timed_still
from footage.media.wire import unpack_index
from footage.model.alignment import Placement
from footage.model.span import FrameIndex

_Message = tuple[dict[str, object], bytes]

_EVERY = 64


def align(params: dict[str, Any], scratch: Path) -> Iterator[_Message]:
    """Task: which frames of a clip (``mine``) show which of another (``other``).

    Both are ``path``, ``format`` and ``index`` (None: a still, one frame). Hands out one message: the
    placement and the segments; the payload holds, segment by segment, what each frame shows, at least and at
    most (three rows of 32-bit integers).

    Raises:
        BadInput: one cannot be opened or shown. ToolFailed: one shows more or fewer frames than its index.
    """
    sides = params["mine"], params["other"]
    indexes = [_index_of(side) for side in sides]
    total = sum(len(index.pts) for index in indexes)
    pictures: list[Luma] = []
    before = 0
    for side, index, name in zip(sides, indexes, ("mine", "other"), strict=True):
        if side["index"] is None:
            pictures.append(still_miniature(side["path"], side["format"]))
            continue
        kept = scratch / f"{name}.luma"
        with kept.open("wb") as file:
            for done in video_miniatures(side["path"], side["format"], index, file):
                if done % _EVERY == 0:
                    yield {"progress": ["comparing", before + done, total]}, b""
        before += len(index.pts)
        pictures.append(np.memmap(kept, np.uint8, "r", shape=(len(index.pts), HEIGHT, WIDTH)))
    yield _packed(*_compared(pictures[0], indexes[0], pictures[1], indexes[1]))


def _index_of(side: dict[str, Any]) -> FrameIndex:
    return STILL if side["index"] is None else unpack_index(side["index"])


def _compared(
    mine: Luma, my_index: FrameIndex, others: Luma, other_index: FrameIndex
) -> tuple[Placement, list[Extent]]:
    area, other = matching_areas(mine, others)
    start = between(area, other)
    passages = _passages(edges(mine, area), my_index, edges(others, other), other_index)
    if not passages:
        return start, []
    placement = placed(mine, others, all_pairs(passages), start, area, other)
    if placement != start:
        overlay = Overlay(placement, area, other)
        own, far = edges(mine, overlay.common), edges(others, overlay.common, overlay)
        passages = _passages(own, my_index, far, other_index) or passages
        placement = placed(mine, others, all_pairs(passages), placement, area, other, better=1.0)
    return placement, _extents(mine, my_index, others, other_index, passages, placement, area, other)


def _passages(mine: Floats, my_index: FrameIndex, others: Floats, other_index: FrameIndex) -> list[Passage]:
    if my_index == STILL:
        return list(find_still(mine, others))
    return list(find_passages(mine, my_index, others, other_index))


def _extents(
    mine: Luma,
    my_index: FrameIndex,
    others: Luma,
    other_index: FrameIndex,
    passages: Sequence[Passage],
    placement: Placement,
    area: Area,
    other: Area,
) -> list[Extent]:
    overlay = Overlay(placement, area, other)
    if my_index == STILL:
        comparison = Comparison(mine, others, overlay, (passages[0].mine, passages[0].others))
        shown = still_extent(timed_still(int(passages[0].others[0]), comparison), comparison)
        return [shown] if shown else []
    found: list[tuple[Extent, float | None]] = []
    comparisons = []
    for at, passage in enumerate(passages):
        start = int(passages[at - 1].mine[0]) + 1 if at else 0
        stop = int(passages[at + 1].mine[-1]) if at + 1 < len(passages) else len(mine)
        comparison = Comparison(mine, others, overlay, (passage.mine, passage.others))
        wide = widened(passage, my_index, other_index, range(start, stop))
        core = range(int(passage.mine[0]), int(passage.mine[-1]) + 1)
        more = timed(wide, core, my_index, other_index, comparison)
        each = extent(passage, more, comparison)
        found.append((each, agreement(each, passage, comparison)))
        comparisons.append(comparison)
    believed = credible(found)
    return without_overlap(
        [each for (each, _), kept in zip(found, believed, strict=True) if kept],
        [comparison for comparison, kept in zip(comparisons, believed, strict=True) if kept],
    )


def _packed(placement: Placement, extents: Sequence[Extent]) -> _Message:
    segments: list[list[object]] = []
    rows: list[Numbers] = []
    for each in extents:
        frames = slice(each.first - each.timed.first, each.stop - each.timed.first)
        segments.append(
            [each.first, each.stop - each.first, each.sure.start, each.sure.stop, each.confidence]
        )
        rows += settled(each.timed, frames)
    payload = b"".join(row.astype("<i4").tobytes() for row in rows)
    return {"placement": list(astuple(placement)), "segments": segments}, payload

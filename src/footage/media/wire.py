"""Masks and frame times as the JSON values that parent and child exchange."""

from collections.abc import Sequence
from dataclasses import astuple
from fractions import Fraction
from typing import Any

from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex, Span


def pack_index(index: FrameIndex) -> dict[str, object]:
    """A frame index as JSON values."""
    return {"time_base": str(index.time_base), "pts": list(index.pts), "end": index.end}


def unpack_index(values: dict[str, Any]) -> FrameIndex:
    """The index that :func:`pack_index` packed."""
    return FrameIndex(Fraction(values["time_base"]), tuple(values["pts"]), values["end"])


def pack_poses(poses: Sequence[Pose]) -> list[list[Any]]:
    """Poses as JSON values."""
    return [[pose.tick, *astuple(pose.region), *map(list, pose.points)] for pose in poses]


def unpack_poses(values: Sequence[Sequence[Any]]) -> tuple[Pose, ...]:
    """The poses that :func:`pack_poses` packed."""
    return tuple(
        Pose(tick, Region(x, y, w, h), tuple((p, q) for p, q in points))
        for tick, x, y, w, h, *points in values
    )


def pack_spans(spans: Sequence[Span]) -> list[list[int]]:
    """Spans as JSON values."""
    return [[span.start, span.end] for span in spans]


def unpack_spans(values: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    """The spans that :func:`pack_spans` packed."""
    return tuple(Span(start, end) for start, end in values)


def pack_redaction(redaction: Redaction) -> dict[str, object]:
    """A redaction as JSON values."""
    return {
        "masks": pack_masks(redaction.masks),
        "cuts": pack_spans(redaction.cuts),
        "mutes": pack_spans(redaction.mutes),
    }


def unpack_redaction(values: dict[str, Any]) -> Redaction:
    """The redaction that :func:`pack_redaction` packed."""
    return Redaction(
        unpack_masks(values["masks"]), unpack_spans(values["cuts"]), unpack_spans(values["mutes"])
    )


def pack_masks(masks: Sequence[Mask]) -> list[dict[str, object]]:
    """Masks as JSON values; Python's JSON gives every float back exactly."""
    return [
        {
            "flag": mask.flag,
            "span": [mask.span.start, mask.span.end] if mask.span else None,
            "shape": mask.shape.value,
            "poses": pack_poses(mask.poses),
            "treatment": mask.treatment.value,
            "grow": list(mask.grow),
        }
        for mask in masks
    ]


def unpack_masks(values: Sequence[dict[str, Any]]) -> tuple[Mask, ...]:
    """The masks that :func:`pack_masks` packed."""
    return tuple(
        Mask(
            flag=value["flag"],
            span=Span(*value["span"]) if value["span"] else None,
            shape=Shape(value["shape"]),
            poses=unpack_poses(value["poses"]),
            treatment=Treatment(value["treatment"]),
            grow=tuple(value["grow"]),
        )
        for value in values
    )

"""Masks and frame times as the JSON values that parent and child exchange."""

from collections.abc import Sequence
from dataclasses import astuple
from fractions import Fraction
from typing import Any

from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape
from footage.model.span import FrameIndex, Span


def pack_index(index: FrameIndex) -> dict[str, object]:
    """A frame index as JSON values."""
    return {"time_base": str(index.time_base), "pts": list(index.pts), "end": index.end}


def unpack_index(values: dict[str, Any]) -> FrameIndex:
    """The index that :func:`pack_index` packed."""
    return FrameIndex(Fraction(values["time_base"]), tuple(values["pts"]), values["end"])


def pack_masks(masks: Sequence[Mask]) -> list[dict[str, object]]:
    """Masks as JSON values; Python's JSON gives every float back exactly."""
    return [
        {
            "flag": mask.flag,
            "span": [mask.span.start, mask.span.end] if mask.span else None,
            "shape": mask.shape.value,
            "poses": [[pose.tick, *astuple(pose.region)] for pose in mask.poses],
            "treatment": mask.treatment.value,
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
            poses=tuple(Pose(tick, Region(*region)) for tick, *region in value["poses"]),
            treatment=Treatment(value["treatment"]),
        )
        for value in values
    )

"""What ``--json`` says of each noun. Times are seconds from the first frame."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from footage.model.asset import Asset, Shot, Stream
from footage.model.caption import Finding
from footage.model.clearance import Clearance, Obstacle
from footage.model.custody import Event
from footage.model.facts import Facts
from footage.model.flag import Flag
from footage.model.geometry import Pose
from footage.model.moment import Moment, moment_text
from footage.model.source import Source
from footage.model.span import FrameIndex

Document = dict[str, Any]


def asset_document(
    asset: Asset, *, credit: str, released: Moment | None, caption: str, story: str | None
) -> Document:
    """An asset as ``find`` and ``show`` say it."""
    return {
        "number": asset.number,
        "sha256": asset.sha256,
        "name": asset.name,
        "kind": asset.kind.value,
        "duration": asset.duration,
        "width": asset.width,
        "height": asset.height,
        "credit": credit or None,
        "released": moment_text(released) if released else None,
        "caption": caption or None,
        "story": story,
        "damaged": asset.damaged or None,
    }


def facts_document(facts: Facts) -> Document:
    """The stated facts by their options' names."""
    values = {name.replace("_", "-"): getattr(facts, name) for name in facts.stated()}
    return {name: moment_text(v) if isinstance(v, Moment) else v for name, v in values.items()}


def fact_words(value: object) -> str:
    """A fact's value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def stream_document(stream: Stream) -> Document:
    """One stream."""
    document = asdict(stream)
    document["sample_aspect"] = str(stream.sample_aspect)
    document["frame_rate"] = str(stream.frame_rate) if stream.frame_rate else None
    return document


def shot_document(shot: Shot, index: FrameIndex, keyframe: object) -> Document:
    """One shot."""
    return {
        "number": shot.number,
        "in": index.seconds(shot.span.start),
        "out": index.seconds(shot.span.end),
        "transition": shot.transition.value,
        "keyframe": keyframe,
        "description": shot.description or None,
    }


def flag_document(flag: Flag, index: FrameIndex | None) -> Document:
    """One flag; a still's has neither in nor out."""

    def seconds(tick: int | None) -> Any:
        return None if index is None or tick is None else index.seconds(tick)

    return {
        "flag": flag.number,
        "asset": flag.asset,
        "in": seconds(flag.span.start if flag.span else None),
        "out": seconds(flag.span.end if flag.span else None),
        "reasons": [reason.value for reason in flag.reasons],
        "state": flag.state.value,
        "treatment": flag.treatment.value if flag.treatment else None,
        "shape": flag.shape.value,
        "poses": [{"at": seconds(pose.tick), **asdict(pose.region), **_corners(pose)} for pose in flag.poses],
        "mute": flag.mute,
        "follow": flag.follow,
        "doubtful": [{"in": seconds(span.start), "out": seconds(span.end)} for span in flag.doubtful],
        "answered": flag.answered,
        "looked": bool(flag.looked),
        "note": flag.note or None,
        "because": flag.because or None,
    }


def _corners(pose: Pose) -> Document:
    return {"points": [list(point) for point in pose.points]} if pose.points else {}


def finding_documents(findings: Iterable[Finding]) -> list[Document]:
    """What a check found."""
    return [
        {"rule": f.rule, "message": f.message, "proposal": f.proposal or None, "weight": f.weight.value}
        for f in findings
    ]


def obstacle_documents(obstacles: Sequence[Obstacle]) -> list[Document]:
    """What stands in the way."""
    return [asdict(obstacle) for obstacle in obstacles]


def clearance_document(clearance: Clearance) -> Document:
    """One answer."""
    return {
        "asset": clearance.asset,
        "ready": clearance.ready,
        "obstacles": obstacle_documents(clearance.obstacles),
        "advice": finding_documents(clearance.advice),
    }


def event_document(event: Event) -> Document:
    """One custody event; ``asset`` is its number where it touched exactly one."""
    return {
        "sequence": event.sequence,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "asset": event.assets[0] if len(event.assets) == 1 else None,
        "assets": list(event.assets),
        "detail": dict(event.detail),
        "hash": event.hash,
    }


def source_document(source: Source) -> Document:
    """One source."""
    return asdict(source)

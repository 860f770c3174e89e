"""Flags: stretches that need a decision, and the masks that hide them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

from footage.errors import Usage
from footage.model.custody import canonical
from footage.model.geometry import WHOLE_PICTURE, Pose, Shape
from footage.model.span import Span

_DRAWN_AS = 1
"""Counted up whenever masks come to be drawn differently, so that older renditions are made anew."""


class Reason(StrEnum):
    """Why a stretch needs a decision: IPTC content warnings, and three of the desk's own."""

    DEATH = "death"
    VIOLENCE = "violence"
    SUFFERING = "suffering"
    NUDITY = "nudity"
    SEXUALITY = "sexuality"
    LANGUAGE = "language"
    DRUG_USE = "drugUse"
    PRIVACY = "privacy"
    MINOR = "minor"
    PRISONER = "prisoner"


class State(StrEnum):
    """Where a flag stands."""

    PROPOSED = "proposed"
    OPEN = "open"
    MASKED = "masked"
    DISMISSED = "dismissed"
    SOURCE = "source"


class Treatment(StrEnum):
    """How a mask hides; none of the three carries anything of what it hides."""

    BLUR = "blur"
    MOSAIC = "mosaic"
    FILL = "fill"


@dataclass(frozen=True, slots=True)
class Flag:
    """A span (or, with ``span`` None, a whole still or clip) that needs a decision.

    Attributes:
        number: unique in the library; 0 before the catalogue gave one.
        asset: the asset's number.
        span: in ticks of the asset's time base; None for the whole of it.
        poses: where the mask lies; empty for the whole picture.
        treatment: None for the library's own.
        because: why it was resolved as it was.
        looked: SHA-256 of the masked rendition that a person looked at; empty while nobody has.
        revision: counted up at each edit.
    """

    number: int
    asset: int
    span: Span | None
    reasons: tuple[Reason, ...]
    state: State
    shape: Shape = Shape.BOX
    poses: tuple[Pose, ...] = ()
    treatment: Treatment | None = None
    note: str = ""
    because: str = ""
    looked: str = ""
    revision: int = 1

    @property
    def drawn(self) -> bool:
        """Whether this flag's mask belongs on the picture."""
        return self.state in (State.OPEN, State.MASKED)

    @property
    def reopened(self) -> State:
        """The state of the same flag where its mask is not rendered (any more)."""
        return State.OPEN if self.state is State.MASKED else self.state


@dataclass(frozen=True, slots=True)
class Mask:
    """What a renderer needs to hide one flag.

    Attributes:
        flag: the flag's number; it also seeds what is drawn.
        span: frames on screen in it are covered; None for all of them (and for a still).
        poses: at least one.
    """

    flag: int
    span: Span | None
    shape: Shape
    poses: tuple[Pose, ...]
    treatment: Treatment


def mask_of(flag: Flag, chosen: Treatment | None, default: Treatment) -> Mask:
    """The mask that hides a flag: the option's treatment, else the flag's, else the library's."""
    poses = flag.poses or (Pose(None, WHOLE_PICTURE),)
    return Mask(flag.number, flag.span, flag.shape, poses, chosen or flag.treatment or default)


def mask_recipe(sha256: str, masks: Iterable[Mask]) -> str:
    """What a masked rendition is made of: the original, every mask, and the way masks are drawn.

    Two renditions with the same recipe hide the same; any edit of a flag makes another one.
    """
    drawn = [
        [
            mask.flag,
            [mask.span.start, mask.span.end] if mask.span else None,
            mask.shape,
            [[pose.tick, *astuple(pose.region)] for pose in mask.poses],
            mask.treatment,
        ]
        for mask in sorted(masks, key=lambda mask: mask.flag)
    ]
    return hashlib.sha256(canonical([_DRAWN_AS, sha256, drawn]).encode()).hexdigest()


def drawn_masks(
    flags: Sequence[Flag], default: Treatment, *, chosen: Treatment | None = None, only: Sequence[int] = ()
) -> tuple[tuple[Flag, ...], tuple[Mask, ...]]:
    """The flags that belong on the picture and their masks; ``only`` leaves other open flags out."""
    drawn = tuple(
        flag
        for flag in flags
        if flag.drawn and (flag.state is State.MASKED or not only or flag.number in only)
    )
    picked = {flag.number for flag in drawn if not only or flag.number in only}
    masks = tuple(mask_of(flag, chosen if flag.number in picked else None, default) for flag in drawn)
    return drawn, masks


def standing_recipe(sha256: str, flags: Sequence[Flag], default: Treatment) -> str:
    """What a masked rendition would have to be made of today; empty where nothing is drawn."""
    drawn, masks = drawn_masks(flags, default)
    return mask_recipe(sha256, masks) if drawn else ""


def parse_reason(text: str) -> Reason:
    """Read a reason, in any case.

    >>> parse_reason("druguse")
    <Reason.DRUG_USE: 'drugUse'>

    Raises:
        Usage: no such reason.
    """
    for reason in Reason:
        if reason.value.casefold() == text.strip().casefold():
            return reason
    raise Usage(f"{text!r} is no reason for a flag", "one of " + ", ".join(Reason))

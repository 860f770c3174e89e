"""Flags: stretches that need a decision, and the masks that hide them."""

from dataclasses import dataclass
from enum import StrEnum

from footage.errors import Usage
from footage.model.geometry import WHOLE_PICTURE, Pose, Shape
from footage.model.span import Span


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
    revision: int = 1

    @property
    def drawn(self) -> bool:
        """Whether this flag's mask belongs on the picture."""
        return self.state in (State.OPEN, State.MASKED)

    @property
    def waits(self) -> bool:
        """Whether a person or a mask is still owed."""
        return self.state in (State.OPEN, State.PROPOSED)


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

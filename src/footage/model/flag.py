"""Flags: stretches that need a decision, and the masks that hide them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from footage.errors import Usage
from footage.model.geometry import WHOLE_PICTURE, Pose, Shape
from footage.model.span import FrameIndex, Span

PADDING = 2
"""Frames before and after its span that a mask covers too."""

_GROWTH = 20
_LEAST_GROWTH = 4


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
    """How a flag is hidden: under a mask that carries nothing of what it hides, or by a cut."""

    BLUR = "blur"
    MOSAIC = "mosaic"
    FILL = "fill"
    CUT = "cut"


MASKING = (Treatment.BLUR, Treatment.MOSAIC, Treatment.FILL)
"""The treatments that lie on the picture."""


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
        mute: whether its sound is silenced.
        follow: whether its mask follows what the poses point at, instead of straight lines between them.
        track: where the mask lies frame by frame, found by following; empty where it does not follow.
        doubtful: spans in which following lost its target or was not sure; a person must look at them.
        answered: whether a person did, and vouches for the mask there.
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
    mute: bool = False
    follow: bool = False
    track: tuple[Pose, ...] = ()
    doubtful: tuple[Span, ...] = ()
    answered: bool = False
    looked: str = ""
    revision: int = 1

    @property
    def in_doubt(self) -> bool:
        """Whether following left a doubt that nobody has answered."""
        return bool(self.doubtful) and not self.answered

    @property
    def cut(self) -> bool:
        """Whether the flag's span is taken out, instead of hidden."""
        return self.treatment is Treatment.CUT

    @property
    def masks_pictures(self) -> bool:
        """Whether a mask belongs to it: not where it is cut, or where only its sound is silenced."""
        return not self.cut and (not self.mute or bool(self.poses) or self.treatment is not None)

    @property
    def drawn(self) -> bool:
        """Whether what this flag asks for is to be done: it is open, or done already."""
        return self.state in (State.OPEN, State.MASKED)

    @property
    def reopened(self) -> State:
        """The state of the same flag where its mask is not rendered (any more)."""
        return State.OPEN if self.state is State.MASKED else self.state


@dataclass(frozen=True, slots=True)
class Mask:
    """What a renderer needs to hide one flag.

    On each of its frames the outline is covered over everything it passes while the frame is on screen,
    widened by ``grow`` on every side and cut to the picture.

    Attributes:
        flag: the flag's number; it also seeds what is drawn.
        span: frames on screen in it are covered, and :data:`PADDING` more at both ends; None for all of them
            (and for a still).
        poses: at least one.
        grow: how far the outline is widened on every side, in shares of the displayed width and height.
    """

    flag: int
    span: Span | None
    shape: Shape
    poses: tuple[Pose, ...]
    treatment: Treatment
    grow: tuple[float, float] = (0.0, 0.0)

    def frames(self, index: FrameIndex) -> range:
        """The numbers of the frames it covers.

        >>> from fractions import Fraction
        >>> index = FrameIndex(Fraction(1, 25), tuple(range(100)), 100)
        >>> Mask(1, Span(10, 20), Shape.BOX, (Pose(None, WHOLE_PICTURE),), Treatment.FILL).frames(index)
        range(8, 22)
        """
        return padded_frames(self.span, index)


def padded_frames(span: Span | None, index: FrameIndex) -> range:
    """The numbers of the frames that meet a span (None: all), and of :data:`PADDING` more at both ends."""
    frames = index.frames_in(span or index.whole)
    return range(max(0, frames.start - PADDING), min(len(index.pts), frames.stop + PADDING))


def mask_of(flag: Flag, treatment: Treatment, size: tuple[int, int]) -> Mask:
    """The mask that hides a flag.

    Args:
        size: width and height of the displayed picture in pixels.
    """
    poses = flag.track or flag.poses
    if not poses:
        whole = (Pose(None, WHOLE_PICTURE),)
        return Mask(flag.number, flag.span, Shape.BOX, whole, treatment)
    shape = Shape.POLYGON if flag.track else flag.shape
    return Mask(flag.number, flag.span, shape, poses, treatment, _growth(poses, size))


def _growth(poses: Sequence[Pose], size: tuple[int, int]) -> tuple[float, float]:
    """How far a mask is widened: by a twentieth of its size where it is largest, four pixels at least."""
    largest = max(pose.region.w for pose in poses), max(pose.region.h for pose in poses)
    across, down = (
        max(_LEAST_GROWTH / side, share / _GROWTH) for side, share in zip(size, largest, strict=True)
    )
    return across, down


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

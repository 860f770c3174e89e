"""Captions: the prose under a picture or clip, and what a check finds in it."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage.model.asset import Kind
from footage.model.facts import Facts
from footage.model.flag import Flag
from footage.model.moment import Moment
from footage.model.provenance import Verdict
from footage.model.source import Source


class Weight(StrEnum):
    """How much a finding weighs."""

    CONTRADICTION = "contradiction"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        message: what is wrong, in words.
        proposal: what could stand instead; empty where a person must think of it.
        span: where in the caption, in characters, half-open; None where it is of the whole, or of what is
            not there.
    """

    rule: str
    message: str
    proposal: str = ""
    weight: Weight = Weight.ADVICE
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of what IPTC's IIM holds a caption and a credit line take, in bytes of UTF-8."""

    caption: int
    caption_limit: int
    credit: int
    credit_limit: int

    def __str__(self) -> str:
        return (
            f"caption {self.caption} of {self.caption_limit} bytes, "
            f"credit {self.credit} of {self.credit_limit}"
        )


@dataclass(frozen=True, slots=True)
class Timing:
    """How ticks become seconds from the first frame.

    Attributes:
        start: the tick of the first frame's start.
        time_base: seconds a tick.
    """

    start: int
    time_base: Fraction

    def seconds(self, tick: int) -> Fraction:
        """Seconds from the first frame to a tick.

        >>> Timing(512, Fraction(1, 512)).seconds(1024)
        Fraction(1, 1)
        """
        return (tick - self.start) * self.time_base


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything a caption is worded from.

    Attributes:
        facts: what the desk states of the asset; nothing that only the file says of itself.
        source: who released it; None where nobody is named.
        relayed_by: the sources that passed it on.
        agency: our own agency's name.
        flags: the asset's flags (for disclosures: ours and the source's).
        grab: whether it is a still taken from a video.
        verdicts: what was found when its facts were checked, as far as that still holds.
        event: the day that its story states; None where it states none.
        timing: what times its flags' spans; None for a still.
    """

    kind: Kind
    facts: Facts
    source: Source | None
    agency: str
    relayed_by: tuple[Source, ...] = ()
    flags: tuple[Flag, ...] = ()
    grab: bool = False
    verdicts: tuple[Verdict, ...] = ()
    event: Moment | None = None
    timing: Timing | None = None


@dataclass(frozen=True, slots=True)
class WrittenCaption:
    """A caption that a person wrote, kept as written.

    Attributes:
        style: the house style it was written for.
    """

    asset: int
    style: str
    text: str
    actor: str
    at: str
    revision: int = 1

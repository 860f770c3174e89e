"""Captions: the prose under a picture or clip, and what a check finds in it."""

from dataclasses import dataclass
from enum import StrEnum

from footage.model.asset import Kind
from footage.model.facts import Facts
from footage.model.flag import Flag
from footage.model.source import Source


class Weight(StrEnum):
    """How much a finding weighs."""

    CONTRADICTION = "contradiction"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: the rule, what is wrong in words, and a proposal (or nothing)."""

    rule: str
    message: str
    proposal: str = ""
    weight: Weight = Weight.ADVICE


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
    """

    kind: Kind
    facts: Facts
    source: Source | None
    agency: str
    relayed_by: tuple[Source, ...] = ()
    flags: tuple[Flag, ...] = ()
    grab: bool = False


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

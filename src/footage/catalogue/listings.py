"""Listings: what a table of many assets shows, read with a few statements however many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection

from footage.catalogue import assets, captions, facts, flags, sources, verdicts
from footage.model.asset import Asset, Kind
from footage.model.caption import Subject, Timing, WrittenCaption
from footage.model.facts import Facts
from footage.model.flag import Flag
from footage.model.moment import Moment
from footage.model.provenance import Verdict, holding
from footage.model.source import Source


@dataclass(frozen=True, slots=True)
class Listing:
    """One asset in a table.

    Attributes:
        duration: seconds; None for a still.
        width, height: of the displayed picture in pixels.
        grab: whether it is a still taken from a video.
        facts: what the desk states; nothing that only the file says of itself.
        source: who released it; None where nobody is named.
        relayed_by: the sources that passed it on.
        captions: those a person wrote, by style.
        verdicts: what was found when its facts were checked, where these are still the same.
        event: the day that its story states.
        timing: what times its flags' spans; None for a still.
    """

    number: int
    sha256: str
    name: str
    kind: Kind
    duration: Fraction | None
    width: int
    height: int
    damaged: str
    grab: bool
    facts: Facts
    source: Source | None
    relayed_by: tuple[Source, ...]
    flags: tuple[Flag, ...]
    captions: tuple[WrittenCaption, ...]
    verdicts: tuple[Verdict, ...] = ()
    event: Moment | None = None
    timing: Timing | None = None

    @property
    def story(self) -> str | None:
        """The story's slug."""
        return self.facts.story

    @property
    def released(self) -> Moment | None:
        """When the source made it public."""
        return self.facts.released

    def subject(self, agency: str) -> Subject:
        """What its credit line and its caption are worded from."""
        return Subject(
            self.kind,
            self.facts,
            self.source,
            agency,
            self.relayed_by,
            self.flags,
            self.grab,
            self.verdicts,
            self.event,
            self.timing,
        )

    def written(self, style: str) -> str:
        """The caption that a person wrote in a style; empty where nobody did."""
        return next((caption.text for caption in self.captions if caption.style == style), "")


def listing(connection: Connection, numbers: Sequence[int]) -> list[Listing]:
    """The listings of several assets in that order; unknown numbers are left out."""
    found = assets.of_numbers(connection, numbers)
    known = list(found)
    told = facts.settled_of(connection, known)
    keys = {key for stated in told.values() for key in (stated.source, *stated.relayed_by) if key}
    named = sources.of_keys(connection, keys)
    flagged = flags.of_assets(connection, known)
    written = captions.of_assets(connection, known)
    found_out = verdicts.of_assets(connection, known)
    stories = facts.of_stories(connection, {stated.story for stated in told.values() if stated.story})
    return [
        _listing(asset, told[number], stories, named, flagged[number], written[number], found_out[number])
        for number, asset in found.items()
    ]


def _listing(
    asset: Asset,
    stated: Facts,
    stories: Mapping[str, Facts],
    named: Mapping[str, Source],
    flagged: Sequence[Flag],
    written: Sequence[WrittenCaption],
    found_out: Sequence[Verdict],
) -> Listing:
    return Listing(
        number=asset.number,
        sha256=asset.sha256,
        name=asset.name,
        kind=asset.kind,
        duration=asset.duration,
        width=asset.width,
        height=asset.height,
        damaged=asset.damaged,
        grab=asset.grabbed_from is not None,
        facts=stated,
        source=named.get(stated.source or ""),
        relayed_by=tuple(named[key] for key in stated.relayed_by if key in named),
        flags=tuple(flagged),
        captions=tuple(written),
        verdicts=holding(found_out, stated),
        event=stories.get(stated.story or "", Facts()).shot,
        timing=None if asset.kind is Kind.STILL else Timing(asset.start, asset.time_base),
    )

"""Clearance: may this be published now, and if not, why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from footage.model.asset import Asset, Rendition
from footage.model.caption import Finding, Weight
from footage.model.facts import Facts
from footage.model.flag import Flag, State
from footage.model.moment import moment_text
from footage.model.provenance import About, Verdict, fact_checked, holding
from footage.model.provenance import Standing as Found
from footage.model.rights import ends, opens, unusable
from footage.model.source import Source
from footage.model.standing import StandingText, lapses


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands between an asset and publication, with the command that removes it."""

    kind: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Clearance:
    """The one answer for one asset.

    Attributes:
        advice: never blocks.
        masked: whether anything is hidden.
        opens, ends: when its embargo ends and when its use does, in UTC; None where nothing says so.
    """

    asset: int
    obstacles: tuple[Obstacle, ...]
    advice: tuple[Finding, ...] = ()
    masked: bool = False
    opens: datetime | None = None
    ends: datetime | None = None

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles


@dataclass(frozen=True, slots=True)
class Standing:
    """All that clearance is judged from.

    Attributes:
        facts: what the desk states of the asset.
        masked: the masked rendition, where there is one.
        recipe: what a masked rendition would have to be made of today; empty where nothing is drawn.
        proven: whether the masked rendition carries a proof that holds.
        caption_lacks: what a caption still asks for, each with the option that states it.
        look_required: whether the library wants a person to look at every mask.
        present: whether the vault has the original, by its size.
        killed: why it may never be used again; None where it may.
        video_killed: the same of the video that it was grabbed from.
        verdicts: what was found when its place, date or source was checked.
        story_text, texts: its story's text, and the standing texts that it may name, by key.
        terms: the facts as they go out, a handout's terms among them.
        proposed: what its file says of itself.
        sent: the day it first left the house; today where it has not.
        today: by the desk's clock.
    """

    asset: Asset
    facts: Facts
    source: Source | None
    flags: tuple[Flag, ...]
    masked: Rendition | None
    recipe: str
    proven: bool
    credit: str
    caption_lacks: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    look_required: bool
    present: bool
    terms: Facts
    sent: date
    today: date
    killed: str | None = None
    video_killed: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    story_text: str = ""
    texts: Mapping[str, StandingText] = field(default_factory=dict)
    proposed: Facts = field(default_factory=Facts)


def clear(standing: Standing, now: datetime) -> Clearance:
    """Judge one asset at a moment (aware)."""
    facts = standing.terms
    found = (
        *_kill_obstacles(standing),
        *_flag_obstacles(standing),
        *_mask_obstacles(standing),
        *_fact_obstacles(standing),
        *_verdict_obstacles(standing),
        *_caption_obstacles(standing),
        *_text_obstacles(standing),
        *_clock_obstacles(standing, now),
        *_proposed_obstacles(standing, now),
    )
    advice = [finding for finding in standing.findings if finding.weight is Weight.ADVICE]
    if standing.asset.damaged:
        advice.append(Finding("damaged", f"the file is damaged: {standing.asset.damaged}"))
    if standing.video_killed is not None:
        told = f"its video, asset {standing.asset.grabbed_from}, was killed: {standing.video_killed}"
        advice.append(Finding("video-killed", told, f"footage kill {standing.asset.number} --because TEXT"))
    advice += _zone_advice(standing)
    return Clearance(
        standing.asset.number,
        found,
        tuple(advice),
        masked=any(flag.state is State.MASKED for flag in standing.flags),
        opens=opens(facts.embargo) if facts.embargo else None,
        ends=ends(facts.expires) if facts.expires else None,
    )


_THE_REST = "send the rest: footage export … --ready-only"
_ANY_ZONE = timedelta(days=1)
"""Two clocks on Earth never differ by more: a day later by one may be the same day by the other."""


def _flag_obstacles(standing: Standing) -> Iterator[Obstacle]:
    number = standing.asset.number
    for flag in standing.flags:
        reasons = ", ".join(flag.reasons)
        if flag.state is State.OPEN:
            told = f"flag {flag.number} ({reasons}) is not masked"
            yield Obstacle("open-flag", told, f"footage blur {number}")
        elif flag.state is State.PROPOSED:
            yield Obstacle(
                "proposed-flag",
                f"flag {flag.number} ({reasons}) is only proposed; nobody has decided",
                f"footage resolve {flag.number} --confirm",
            )
        if flag.drawn and flag.in_doubt:
            places = "1 place" if len(flag.doubtful) == 1 else f"{len(flag.doubtful)} places"
            yield Obstacle(
                "doubtful-flag",
                f"the mask of flag {flag.number} may have lost its target in {places}; nobody has looked",
                f'footage blur {number} --preview, then footage resolve {flag.number} --looked --because "…"',
            )


def _mask_obstacles(standing: Standing) -> Iterator[Obstacle]:
    if not any(flag.state is State.MASKED for flag in standing.flags):
        return
    hint = f"footage blur {standing.asset.number}"
    if standing.masked is None:
        yield Obstacle("mask-missing", "the masked rendition is missing", hint)
        return
    if standing.masked.recipe != standing.recipe and not any(f.state is State.OPEN for f in standing.flags):
        yield Obstacle("mask-stale", "the masked rendition is older than its flags", hint)
    if not standing.proven:
        yield Obstacle("mask-unproven", "the masked rendition carries no proof that holds", hint)
    if standing.look_required:
        for flag in standing.flags:
            if flag.state is State.MASKED and flag.looked != standing.masked.sha256:
                yield Obstacle(
                    "not-looked-at",
                    f"nobody has looked at the mask of flag {flag.number}",
                    f"footage resolve {flag.number} --looked",
                )


def _fact_obstacles(standing: Standing) -> Iterator[Obstacle]:
    number, facts = standing.asset.number, standing.facts
    if not standing.present:
        told = "the original is missing from the vault, or no longer has its size"
        yield Obstacle("original-missing", told, f"footage verify {number}")
    if facts.shot and facts.released and facts.shot.day > facts.released.day + _ANY_ZONE:
        told = f"it was shot on {facts.shot.day}, after it was released on {facts.released.day}"
        yield Obstacle("facts-contradict", told, f"footage set {number} --shot DATE")
    if facts.released and facts.released.day > standing.today + _ANY_ZONE:
        told = f"it is released on {facts.released.day}, which is in the future"
        yield Obstacle("facts-contradict", told, f"footage set {number} --released DATE")
    if facts.embargo and facts.expires and facts.expires.instant() < facts.embargo.instant():
        yield Obstacle(
            "facts-contradict", "its use ends before its embargo", f"footage set {number} --expires DATE"
        )
    if standing.source is not None and standing.source.stub:
        handle = standing.source.handle
        yield Obstacle(
            "stub-source",
            f"the source {handle or standing.source.key} is only a handle; who it is has not been filled in",
            f'footage source set {standing.source.key} --name "LONG NAME" --in-caption "the …"',
        )
    if not standing.credit:
        hint = f"footage set {standing.asset.number} --source KEY"
        yield Obstacle("no-credit", "nobody is credited", hint)


def _caption_obstacles(standing: Standing) -> Iterator[Obstacle]:
    number = standing.asset.number
    for what, option in standing.caption_lacks:
        yield Obstacle("no-caption", f"the caption lacks {what}", f"footage set {number} {option}")
    for finding in standing.findings:
        if finding.weight is Weight.CONTRADICTION:
            hint = f"footage caption {number} --check"
            told = f"the caption contradicts the facts: {finding.message}"
            yield Obstacle("caption-contradiction", told, hint)


def _kill_obstacles(standing: Standing) -> Iterator[Obstacle]:
    number = standing.asset.number
    if standing.killed is not None:
        hint = f"nothing lifts a kill; footage sent {number} lists who has it"
        yield Obstacle("killed", f"it was killed: {standing.killed}", hint)


_OPTIONS = {About.PLACE: '--place "…"', About.DATE: "--shot DATE", About.SOURCE: "--source KEY"}


def _verdict_obstacles(standing: Standing) -> Iterator[Obstacle]:
    number = standing.asset.number
    for verdict in holding(standing.verdicts, standing.facts):
        fact = fact_checked(verdict.about, standing.facts)
        if verdict.standing is Found.CONTRADICTED and fact:
            by = f" ({verdict.how})" if verdict.how else ""
            right = f"footage set {number} {_OPTIONS[verdict.about]}"
            yield Obstacle(
                "contradicted-fact",
                f"its {verdict.about} was found to be wrong{by}, and is still stated: {fact}",
                f'{right}, then footage checked {number} {verdict.about} --how "…"',
            )


def _text_obstacles(standing: Standing) -> Iterator[Obstacle]:
    for key, what in lapses(standing.story_text, standing.texts, standing.today):
        verb, day = ("set", " --as-of today") if key in standing.texts else ("add", "")
        kind = "unknown-text" if key not in standing.texts else "stale-text"
        told = f"the standing text {key} of the story {standing.facts.story} {what}"
        yield Obstacle(kind, told, f'footage text {verb} {key} "…"{day}')


def _clock_obstacles(standing: Standing, now: datetime) -> Iterator[Obstacle]:
    number, facts = standing.asset.number, standing.terms
    if facts.embargo is not None and now < opens(facts.embargo):
        until = moment_text(facts.embargo)
        hint = f"wait until then, or {_THE_REST}; footage set {number} --unset embargo lifts it"
        yield Obstacle("embargo", f"embargoed until {until}", hint)
    if facts.expires is not None and now >= ends(facts.expires):
        since = moment_text(facts.expires)
        if standing.facts.expires:
            hint = f"{_THE_REST}; footage set {number} --unset expires, where its source allows it"
            yield Obstacle("expired", f"its use ended on {since}", hint)
        else:
            told = f"its use as a handout ended on {since}; it was first sent on {standing.sent}"
            yield Obstacle(
                "expired", told, f"footage set {number} --expires DATE, where its source allows it"
            )


def _proposed_obstacles(standing: Standing, now: datetime) -> Iterator[Obstacle]:
    """The dates that came with a file bind nobody, but somebody has to decide before it leaves."""
    number, file = standing.asset.number, standing.proposed
    grab = standing.asset.grabbed_from is not None
    if file.embargo and not standing.facts.embargo and now < opens(file.embargo):
        taken = f'--embargo "{moment_text(file.embargo)}"' if grab else "--take embargo"
        yield Obstacle(
            "proposed-embargo",
            f"its file says: embargoed until {moment_text(file.embargo)}; nobody has decided",
            f"take it up: footage set {number} {taken}; a date of your own decides otherwise, one that "
            f"is past lifts it: footage set {number} --embargo DATE",
        )
    if (status := unusable(file.note)) and not standing.facts.embargo:
        yield Obstacle(
            "proposed-embargo",
            f"its news item says that it is {status}; nobody has decided",
            f"ask its source; a date of your own decides, one that is past lifts it: "
            f"footage set {number} --embargo DATE",
        )
    if file.expires and not standing.facts.expires and now >= ends(file.expires):
        taken = f'--expires "{moment_text(file.expires)}"' if grab else "--take expires"
        yield Obstacle(
            "proposed-expiry",
            f"its file says: not to be used after {moment_text(file.expires)}; nobody has decided",
            f"take it up: footage set {number} {taken}; a later date decides otherwise: "
            f"footage set {number} --expires DATE",
        )


def _zone_advice(standing: Standing) -> Iterator[Finding]:
    """An embargo without a zone means another moment to everybody who reads it."""
    embargo = standing.facts.embargo
    if embargo is not None and embargo.time is not None and embargo.zone is None:
        told = f"the embargo {moment_text(embargo)} names no time zone; it is taken as UTC"
        proposal = f'footage set {standing.asset.number} --embargo "{moment_text(embargo)} Europe/Kyiv"'
        yield Finding("embargo-zone", told, proposal)

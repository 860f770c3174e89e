"""Provenance: the chain of hands that footage came through, and what was found when it was checked."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from footage.model.dates import MONTHS, WEEKDAYS
from footage.model.english import listed, tidy
from footage.model.facts import Facts
from footage.model.moment import Moment, moment_text
from footage.model.numerals import ordinal
from footage.model.source import Source, SourceKind, in_full

_QUOTES = (("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("„", "”"))
_ENDS = (".", "!", "?", "…")


class Deed(StrEnum):
    """What a hand did."""

    OBTAINED = "obtained"
    RELAYED = "relayed"


@dataclass(frozen=True, slots=True)
class Handover:
    """One link of the chain: we obtained footage from somebody, or somebody else relayed it too.

    Attributes:
        party: a source's key.
        on: when; None where nobody has said.
        statement: what came along with it; of a relay, the statement that it passed on.
    """

    deed: Deed
    party: str
    on: Moment | None = None
    statement: str = ""


class About(StrEnum):
    """What can be checked."""

    PLACE = "place"
    DATE = "date"
    SOURCE = "source"


class Standing(StrEnum):
    """What a check found."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found, and who found it.

    Attributes:
        how: by what ("landmarks", "satellite pictures"); empty where nobody checked.
        at: UTC, ISO 8601 with milliseconds.
        fact: what stood there when it was checked; a verdict holds for that alone.
    """

    about: About
    standing: Standing
    how: str = ""
    actor: str = ""
    at: str = ""
    fact: str = ""


def chain_of(facts: Facts, source: Source | None, recorded: Sequence[Handover] = ()) -> tuple[Handover, ...]:
    """The chain of hands: what was recorded of it, and where that is silent what follows from the facts.

    The footage was obtained from its source on the day it was released, with the statement; who relayed it
    relayed both. Our own staff's footage came through nobody's hands.

    Args:
        source: the facts' own source.

    >>> [link.deed.value for link in chain_of(Facts(source="a", relayed_by=("b",)), Source("a"))]
    ['obtained', 'relayed']
    """
    told = {(link.deed, link.party): link for link in recorded}
    obtained = [_filled(link, facts) for link in recorded if link.deed is Deed.OBTAINED]
    staff = source is not None and source.kind is SourceKind.STAFF
    if not obtained and facts.source and not staff:
        obtained = [_filled(Handover(Deed.OBTAINED, facts.source), facts)]
    parties = {link.party for link in obtained}
    relayed = [
        told.pop((Deed.RELAYED, party), Handover(Deed.RELAYED, party, statement=facts.statement or ""))
        for party in dict.fromkeys(facts.relayed_by)
        if party not in parties
    ]
    return (*obtained, *relayed, *(link for link in told.values() if link.deed is Deed.RELAYED))


def recorded_with(chain: Sequence[Handover], link: Handover) -> tuple[Handover, ...]:
    """What is recorded of a chain after one more link.

    We obtain footage once: a second time takes the first one's place. A party relays it once.
    """
    same = {one for one in chain if one.deed is link.deed and link.deed is Deed.OBTAINED}
    same |= {one for one in chain if (one.deed, one.party) == (link.deed, link.party)}
    kept = [one for one in chain if one not in same]
    if link.deed is Deed.OBTAINED:
        return (link, *kept)
    return (*kept, link)


def sentences(
    chain: Sequence[Handover], sources: Mapping[str, Source], caption_year: int | None = None
) -> tuple[str, ...]:
    """The chain as the desk writes it; "the images" are a video's as much as a still's.

    A day is told without its year, unless the caption beside it tells another one.

    Args:
        sources: by key.
        caption_year: the year that the caption tells; None where it tells none.

    >>> brigade = Source("92", "92nd Brigade")
    >>> chain = [Handover(Deed.OBTAINED, "92", Moment(dt.date(2023, 3, 24)))]
    >>> sentences(chain, {"92": brigade})
    ('The images were obtained from the 92nd Brigade on Friday, on 24th March.',)
    """
    return tuple(_sentences(chain, sources, caption_year))


def year_told(facts: Facts) -> int | None:
    """The year that a caption of these facts tells: of the release, else of the shooting.

    >>> year_told(Facts(shot=Moment(dt.date(2022, 3, 5)), released=Moment(dt.date(2023, 3, 24))))
    2023
    """
    day = facts.released or facts.shot
    return day.day.year if day else None


def fact_checked(about: About, facts: Facts) -> str:
    """What the facts state of a place, a date or a source, as one text; empty where they are silent.

    >>> fact_checked(About.PLACE, Facts(place="near Bakhmut", country="Ukraine"))
    'near Bakhmut, Ukraine'
    """
    if about is About.PLACE:
        return ", ".join(filter(None, (facts.place, facts.city, facts.state, facts.country)))
    if about is About.SOURCE:
        return facts.source or ""
    shot = moment_text(facts.shot) if facts.shot else "undated" if facts.undated else ""
    released = f"released {moment_text(facts.released)}" if facts.released else ""
    return ", ".join(filter(None, (shot, released)))


def holding(verdicts: Sequence[Verdict], facts: Facts) -> tuple[Verdict, ...]:
    """The verdicts that still speak of what the facts state; one about something else has lapsed."""
    return tuple(v for v in verdicts if not v.fact or v.fact == fact_checked(v.about, facts))


def _filled(link: Handover, facts: Facts) -> Handover:
    """What the facts state of a link to their own source, where the link is silent."""
    if link.party != facts.source:
        return link
    return replace(link, on=link.on or facts.released, statement=link.statement or facts.statement or "")


def _sentences(
    chain: Sequence[Handover], sources: Mapping[str, Source], caption_year: int | None
) -> Iterator[str]:
    obtained = [link for link in chain if link.deed is Deed.OBTAINED]
    for link in obtained:
        yield _obtained(link, _named(link.party, sources), caption_year)
    relays = [link for link in chain if link.deed is Deed.RELAYED]
    also = "also " if obtained else ""
    for what, links in (
        ("images and statement", [link for link in relays if tidy(link.statement)]),
        ("images", [link for link in relays if not tidy(link.statement)]),
    ):
        if links:
            names = [_named(link.party, sources) for link in links]
            parties = listed([*(name + _closing(name) for name in names[-2:-1]), names[-1]])
            parties = ", ".join([*names[:-2], parties])
            yield _stopped(f"The {what} were {also}relayed by {parties}")


def _obtained(link: Handover, party: str, caption_year: int | None) -> str:
    closed = _closing(party)
    told = f"The images were obtained from {party}"
    if link.on is not None:
        told += f"{closed} on {_day(link.on.day, caption_year)}"
    statement = _quoted(link.statement)
    if not statement:
        return _stopped(told)
    comma = "," if link.on else closed
    return _stopped(f"{told}{comma} along with a statement saying: “{statement}”", statement)


def _closing(name: str) -> str:
    """The comma that ends an apposition which a comma in the name begins."""
    return "," if "," in name and not name.endswith(",") else ""


def _day(day: dt.date, caption_year: int | None) -> str:
    year = f" {day.year}" if caption_year not in (None, day.year) else ""
    return f"{WEEKDAYS[day.weekday()]}, on {ordinal(day.day)} {MONTHS[day.month - 1]}{year}"


def _quoted(statement: str) -> str:
    """A statement as it stands between double quotes: without its own around it, those in it single."""
    text = tidy(statement)
    for opening, closing in _QUOTES:
        inner = text[1:-1]
        if text.startswith(opening) and text.endswith(closing) and opening not in inner:
            text = inner.strip()
            break
    return text.replace("“", "‘").replace("”", "’")


def _stopped(sentence: str, quoted: str = "") -> str:
    """A sentence with its full stop, unless it (or what it quotes at its end) has one."""
    told = quoted.rstrip("’'\"»)") or sentence
    return sentence if told.endswith(_ENDS) else f"{sentence}."


def _named(party: str, sources: Mapping[str, Source]) -> str:
    return in_full(sources.get(party) or Source(party))

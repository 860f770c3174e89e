"""The wording of captions and credit lines: from facts and a house style to prose."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from footage.errors import Refused
from footage.model.asset import Kind
from footage.model.caption import Subject
from footage.model.english import (
    bare_place,
    in_country,
    in_place,
    listed,
    locates,
    mid_sentence,
    sentence_case,
    tidy,
    without_article,
    without_stop,
    words_pattern,
)
from footage.model.facts import Facts
from footage.model.flag import MASKING, Flag, Reason, State
from footage.model.source import Source, SourceKind
from footage.model.style import ANY_TREATMENT, Medium, MediumWording, Sentences, Style

_ANYTHING = re.compile("")
_CUT = re.compile(r"\bcuts?\b", re.IGNORECASE)
_SILENCED = re.compile(r"\b(?:silenced|muted)\b", re.IGNORECASE)
_PERSONS = (SourceKind.PERSON, SourceKind.STAFF, SourceKind.EYEWITNESS)


def compose(subject: Subject, style: Style, today: dt.date, asset: str = "ASSET") -> str:
    """The caption of a subject in a house style, its credit at the end, on one line.

    Args:
        today: the day of writing; some styles tell recent days with their weekday.
        asset: what the hint of a refusal calls the asset, as one would type it.

    Raises:
        Refused: it lacks something (:func:`lacks`); the hint is the command that states it.
    """
    lacking = lacks(subject)
    if lacking:
        options = " ".join(option for _, option in lacking)
        raise Refused(f"the caption lacks {listed(missing(subject))}", f"footage set {asset} {options}")
    sentences, values = sentences_for(subject, style), _values(subject, style, today)
    first = sentences.dated if subject.facts.shot else sentences.undated
    credit = style.credit.frame.fill({"credit": caption_credit(subject, style)})
    told = (first.fill(values), sentences.released.fill(values))
    ours = (sentence for _, _, sentence in our_disclosures(subject, style))
    return " ".join(part for part in (*told, source_disclosure(subject, style), *ours, credit) if part)


def lacks(subject: Subject) -> tuple[tuple[str, str], ...]:
    """What a caption needs and nobody has decided: in words, and the option of ``set`` that states it.

    >>> lacks(Subject(Kind.VIDEO, Facts(undated=True), None, "Newsflash"))
    (('what it shows', '--shows "who does what"'),)
    """
    facts, lacking = subject.facts, []
    if not without_stop(tidy(facts.shows)):
        lacking.append(("what it shows", '--shows "who does what"'))
    if facts.shot is None and not facts.undated:
        lacking.append(("the day it was shot (--shot DATE), or that it is undated", "--undated"))
    if facts.shot is not None and facts.undated:
        clash = "one decision (it is said to be undated, and to be shot on a day)"
        lacking.append((clash, "--unset shot (or --unset undated)"))
    return tuple(lacking)


def missing(subject: Subject) -> tuple[str, ...]:
    """The words of :func:`lacks` alone; nothing where a caption can be made."""
    return tuple(what for what, _ in lacks(subject))


def credit_line(facts: Facts, source: Source | None, agency: str) -> str:
    """What must be printed: "@92OMBr/Newsflash"; nothing where nobody is known to credit.

    A credit that a person wrote wins. Else it is the source's handle (or its name, or the creator's) and our
    agency's. With neither source nor creator the agency cannot vouch for whose footage it is: that is for a
    person to say.

    >>> credit_line(Facts(), Source("92ombr", handle="@92OMBr"), "Newsflash")
    '@92OMBr/Newsflash'
    """
    if facts.credit and tidy(facts.credit):
        return _written_credit(facts.credit)
    party = _handle(facts, source)
    agency = tidy(agency)
    if not party or party.casefold() == agency.casefold():
        return agency if party else ""
    return f"{party}/{agency}" if agency else party


def caption_credit(subject: Subject, style: Style) -> str:
    """The credit as a style prints it at a caption's end; the agency alone where nobody else is known."""
    facts, source = subject.facts, subject.source
    if facts.credit and tidy(facts.credit):
        return _written_credit(facts.credit)
    agency = tidy(subject.agency)
    values = {
        "handle": _handle(facts, source),
        "parties": "/".join(_parties(facts, source)),
        "creator": tidy(facts.creator) or (short_name(source) if source else ""),
        "agency": agency,
        "medium": wording_for(subject, style).credit_noun,
    }
    others = {key: "" if value.casefold() == agency.casefold() else value for key, value in values.items()}
    template = style.credit.staff if _by_staff(source) else style.credit.released
    return template.fill({**others, "agency": agency})


def source_disclosure(subject: Subject, style: Style) -> str:
    """The sentence that tells of masks that came with the footage; their reasons are only apparent."""
    flags = tuple(flag for flag in subject.flags if flag.state is State.SOURCE)
    if not flags and not subject.facts.masked_at_source:
        return ""
    values = _disclosed(flags, subject, style)
    wording = style.disclosure.source if values["because"] else style.disclosure.source_unexplained
    return wording.fill(values)


def our_disclosures(subject: Subject, style: Style) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """What a style tells of what we did: in a word, what shows that a sentence tells it, and the sentence.

    Nothing comes of what we did not do, and of what the style is silent about.
    """
    done = [flag for flag in subject.flags if flag.state is State.MASKED]
    wording = style.disclosure
    kinds = (
        ("masked", _ANYTHING, wording.ours, [flag for flag in done if flag.masks_pictures]),
        ("cut", _CUT, wording.cut, [flag for flag in done if flag.cut]),
        ("silenced", _SILENCED, wording.muted, [flag for flag in done if flag.mute and not flag.cut]),
    )
    for what, told_by, template, flags in kinds:
        if flags and (sentence := template.fill(_disclosed(flags, subject, style))):
            yield what, told_by, sentence


def wording_for(subject: Subject, style: Style) -> MediumWording:
    """How a style speaks of the subject's medium."""
    if subject.kind is Kind.VIDEO:
        return style.media[Medium.VIDEO]
    return style.media[Medium.GRAB if subject.grab else Medium.STILL]


def sentences_for(subject: Subject, style: Style) -> Sentences:
    """A style's sentences for the subject's medium and source."""
    wording = wording_for(subject, style)
    return wording.staff if _by_staff(subject.source) else wording.released


def in_sentence(source: Source) -> str:
    """A source as sentences name it: as its record says, else its long name (with its article) or its handle.

    >>> in_sentence(Source("gf", "Ground Forces of the Armed Forces of Ukraine"))
    'the Ground Forces of the Armed Forces of Ukraine'
    """
    if tidy(source.in_caption):
        return tidy(source.in_caption)
    name = tidy(source.name)
    plain = source.kind in _PERSONS or not source.article or name != without_article(name)
    return (name if plain else f"the {name}") if name else tidy(source.handle)


def short_name(source: Source) -> str:
    """A source as credits name it: as in captions, without the article."""
    return without_article(in_sentence(source))


def _values(subject: Subject, style: Style, today: dt.date) -> dict[str, str]:
    facts = subject.facts
    shows = without_stop(tidy(facts.shows))
    place, city, country = (without_stop(tidy(text)) for text in (facts.place, facts.city, facts.country))
    where = _where([place, city, country], shows)
    spot = next((part for part in (place, city) if part), "")
    return {
        "Shows": sentence_case(shows),
        "shows": mid_sentence(shows),
        "in_place": in_place(spot) if spot in where else "",
        "in_country": in_country(country) if country in where and not _says(spot, country) else "",
        "in_where": ", ".join(filter(None, [_leading(where, country), *where[1:]])),
        "shot": style.date(facts.shot.day, today) if facts.shot else "",
        "released": style.date(facts.released.day, today) if facts.released else "",
        "source": in_sentence(subject.source) if subject.source else "",
        "agency": tidy(subject.agency),
    }


def _where(parts: list[str], shows: str) -> list[str]:
    """Place, city and country without those that another of them, or ``shows``, says already."""
    kept: list[str] = []
    for part in parts:
        if part and not locates(shows, part) and not any(_says(other, part) for other in kept):
            kept.append(part)
    return kept


def _leading(where: list[str], country: str) -> str:
    if not where:
        return ""
    return in_country(where[0]) if where[0] == country else in_place(where[0])


def _says(text: str, part: str) -> bool:
    return bool(part) and bool(re.search(words_pattern(bare_place(part)), text, re.IGNORECASE))


def _by_staff(source: Source | None) -> bool:
    return source is not None and source.kind is SourceKind.STAFF


def _written_credit(credit: str) -> str:
    """A credit as a person wrote it, without the brackets that captions put around it."""
    credit = tidy(credit)
    if credit.startswith("(") and credit.endswith(")") and "(" not in credit[1:]:
        return credit[1:-1].strip()
    return credit


def _handle(facts: Facts, source: Source | None) -> str:
    """Who is credited, in one word where there is one; a staff member by name."""
    creator = tidy(facts.creator)
    if source is None:
        return creator
    if _by_staff(source):
        return creator or short_name(source)
    return tidy(source.handle) or short_name(source) or creator


def _parties(facts: Facts, source: Source | None) -> tuple[str, ...]:
    """Who is credited, the person before the organisation, nobody twice."""
    names = (tidy(facts.creator), short_name(source) if source else "")
    return tuple(dict.fromkeys(name for name in names if name))


def _disclosed(flags: Sequence[Flag], subject: Subject, style: Style) -> dict[str, str]:
    """What disclosures tell of flags: how and why they hide."""
    wording, treatments = style.disclosure, {flag.treatment for flag in flags}
    only = treatments.pop() if len(treatments) == 1 else None
    reasons = {reason for flag in flags for reason in flag.reasons}
    phrases = (wording.because.get(reason, "") for reason in Reason if reason in reasons)
    return {
        "agency": tidy(subject.agency),
        "noun": wording_for(subject, style).noun,
        "hidden": wording.hidden[only if only in MASKING else ANY_TREATMENT],
        "because": listed(tuple(dict.fromkeys(phrase for phrase in phrases if phrase))),
    }

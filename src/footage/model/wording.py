"""The wording of captions and credit lines: from facts and a house style to prose."""

import datetime as dt
import math
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
    location_unknown,
    mid_sentence,
    sentence_case,
    tidy,
    without_article,
    without_stop,
    words_pattern,
)
from footage.model.facts import Facts
from footage.model.flag import MASKING, Flag, Reason, State, Treatment
from footage.model.provenance import About
from footage.model.source import PERSONS, Source, SourceKind
from footage.model.style import ANY_TREATMENT, Medium, MediumWording, Sentences, Style, Voice

_ANYTHING = re.compile("")
_CUT = re.compile(r"\bcuts?\b", re.IGNORECASE)
_SILENCED = re.compile(r"\b(?:silenced|muted)\b", re.IGNORECASE)
_ORGANISATIONS = (SourceKind.MILITARY, SourceKind.GOVERNMENT, SourceKind.AGENCY)
_THIRD_PARTIES = (Voice.HANDOUT, Voice.SOCIAL, Voice.EYEWITNESS)


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
    told = (
        *statements(subject, style, today),
        verification(subject, style),
        source_disclosure(subject, style),
        *(sentence for _, _, sentence in our_disclosures(subject, style)),
        framed_credit(subject, style),
    )
    return " ".join(part for part in told if part)


def statements(subject: Subject, style: Style, today: dt.date) -> tuple[str, ...]:
    """What a caption states: who does what, who released it, who is seen; each as a sentence or nothing."""
    sentences, values = sentences_for(subject, style), _values(subject, style, today)
    dated = sentences.dated.fill(_dated(values, sentences.dated.names))
    first = dated if subject.facts.shot else sentences.undated.fill(values)
    named = {"people": listed(unnamed_people(subject.facts)), "noun": wording_for(subject, style).noun}
    return first, sentences.released.fill(values), style.people.fill(named)


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
        "relays": "/".join(filter(None, map(short_name, subject.relayed_by))),
        "creator": tidy(facts.creator) or (short_name(source) if source else ""),
        "agency": agency,
        "medium": wording_for(subject, style).credit_noun,
    }
    others = {key: "" if value.casefold() == agency.casefold() else value for key, value in values.items()}
    return style.credit.voices[voice_of(source)].fill({**others, "agency": agency})


def restrictions(subject: Subject, style: Style) -> str:
    """What a style prints behind the credit of third parties' footage; mostly nothing."""
    if style.handout is None or voice_of(subject.source) not in _THIRD_PARTIES:
        return ""
    noun = wording_for(subject, style).noun
    values = {
        "agency": tidy(subject.agency),
        "parties": "/".join(_parties(subject.facts, subject.source)),
        "noun": noun,
        "NOUN": noun.upper(),
    }
    return style.handout.restrictions.fill(values)


def framed_credit(subject: Subject, style: Style) -> str:
    """The credit as it ends a caption: in its brackets, its restrictions behind it."""
    told = {"credit": caption_credit(subject, style), "restrictions": restrictions(subject, style)}
    return style.credit.frame.fill(told)


def verification(subject: Subject, style: Style) -> str:
    """The sentence that tells what was verified and what was not; nothing where nothing was checked."""
    wording = style.verification
    if wording is None:
        return ""
    phrases = (
        wording.standings[verdict.standing].fill(
            {
                "about": wording.about[verdict.about],
                "how": _means(verdict.how),
                "agency": tidy(subject.agency),
            }
        )
        for about in About
        for verdict in subject.verdicts
        if verdict.about is about
    )
    sentence = "; ".join(phrase for phrase in phrases if phrase)
    return sentence and f"{sentence_case(sentence).rstrip('.')}."


def source_disclosure(subject: Subject, style: Style) -> str:
    """What is told of masks that came with the footage; their reasons are only apparent.

    Masks that hide in one way for the same reasons share a sentence. Where there are several, each says when,
    unless cuts of ours have moved the times.
    """
    flags = tuple(flag for flag in subject.flags if flag.state is State.SOURCE)
    if not flags:
        return _told_of_source((), subject, style, "") if subject.facts.masked_at_source else ""
    alike: dict[tuple[Treatment | None, frozenset[Reason]], list[Flag]] = {}
    for flag in sorted(flags, key=_begins):
        alike.setdefault((flag.treatment, frozenset(flag.reasons)), []).append(flag)
    told = (
        _told_of_source(group, subject, style, _times(group, subject) if len(flags) > 1 else "")
        for group in alike.values()
    )
    return " ".join(dict.fromkeys(sentence for sentence in told if sentence))


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
    return wording_for(subject, style).voices[voice_of(subject.source)]


def voice_of(source: Source | None) -> Voice:
    """Whose footage a source's is; a channel or an eyewitness with a handle speaks on social media.

    >>> voice_of(Source("w", "Witness", handle="@w", kind=SourceKind.EYEWITNESS))
    <Voice.SOCIAL: 'social'>
    """
    if source is None:
        return Voice.RELEASED
    if source.kind is SourceKind.STAFF:
        return Voice.STAFF
    if source.kind in _ORGANISATIONS:
        return Voice.HANDOUT
    if source.kind in (SourceKind.CHANNEL, SourceKind.EYEWITNESS) and tidy(source.handle):
        return Voice.SOCIAL
    return Voice.EYEWITNESS if source.kind is SourceKind.EYEWITNESS else Voice.RELEASED


def unnamed_people(facts: Facts) -> tuple[str, ...]:
    """The persons seen whom ``shows`` does not name already.

    >>> unnamed_people(Facts(shows="Ivan Sirko speaks", person=("Ivan Sirko", "Olha Koval")))
    ('Olha Koval',)
    """
    people = dict.fromkeys(without_stop(tidy(person)) for person in facts.person)
    return tuple(person for person in people if person and not _says(tidy(facts.shows), person))


def in_sentence(source: Source) -> str:
    """A source as sentences name it: as its record says, else its long name (with its article) or its handle.

    >>> in_sentence(Source("gf", "Ground Forces of the Armed Forces of Ukraine"))
    'the Ground Forces of the Armed Forces of Ukraine'
    """
    if tidy(source.in_caption):
        return tidy(source.in_caption)
    name = "" if source.withheld else tidy(source.name)
    plain = source.kind in PERSONS or not source.article or name != without_article(name)
    return (name if plain else f"the {name}") if name else tidy(source.handle)


def short_name(source: Source) -> str:
    """A source as credits name it: as in captions, without the article."""
    return without_article(in_sentence(source))


def _values(subject: Subject, style: Style, today: dt.date) -> dict[str, str]:
    facts = subject.facts
    shows = without_stop(tidy(facts.shows))
    about_right = facts.shot is not None and facts.shot.circa
    shot = style.date(facts.shot.day, today) if facts.shot else ""
    relays = (in_sentence(source) for source in subject.relayed_by)
    return {
        "Shows": sentence_case(shows),
        "shows": mid_sentence(shows),
        **_places(facts, style, shows),
        "shot": "" if about_right else shot,
        "circa": style.dates.circa.fill({"date": shot}) if about_right else "",
        "released": style.date(facts.released.day, today) if facts.released else "",
        "source": in_sentence(subject.source) if subject.source else "",
        "relays": listed(tuple(dict.fromkeys(relay for relay in relays if relay))),
        "agency": tidy(subject.agency),
    }


def _dated(values: dict[str, str], names: frozenset[str]) -> dict[str, str]:
    """The values for a sentence that may know no words for a date which is only about right."""
    return values if "circa" in names else {**values, "shot": values["shot"] or values["circa"]}


def _places(facts: Facts, style: Style, shows: str) -> dict[str, str]:
    """Where it is, as each style may say it."""
    place, city, country = (without_stop(tidy(text)) for text in (facts.place, facts.city, facts.country))
    unknown = style.unknown_place if location_unknown(place) else ""
    where = _where(["" if unknown else place, city, country], shows)
    spot = city if unknown else place or city
    known = ", ".join(filter(None, [_leading(where, country), *where[1:]]))
    return {
        "in_place": " ".join(filter(None, [unknown, in_place(spot) if spot in where else ""])),
        "in_country": in_country(country) if country in where and not _says(spot, country) else "",
        "in_where": " ".join(filter(None, [unknown, known])),
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
    if source.kind is SourceKind.STAFF:
        return creator or short_name(source)
    return tidy(source.handle) or short_name(source) or creator


def _parties(facts: Facts, source: Source | None) -> tuple[str, ...]:
    """Who is credited, the person before the organisation, nobody twice."""
    names = (tidy(facts.creator), short_name(source) if source else "")
    return tuple(dict.fromkeys(name for name in names if name))


def _told_of_source(flags: Sequence[Flag], subject: Subject, style: Style, when: str) -> str:
    values = {**_disclosed(flags, subject, style), "when": when}
    explained = style.disclosure.source if values["because"] else style.disclosure.source_unexplained
    return explained.fill(values)


def _begins(flag: Flag) -> int:
    return flag.span.start if flag.span else -1


def _times(flags: Sequence[Flag], subject: Subject) -> str:
    """When flags hide something, in whole seconds; nothing where that cannot be said."""
    timing, spans = subject.timing, [flag.span for flag in flags if flag.span]
    cut = any(flag.cut and flag.state is State.MASKED for flag in subject.flags)
    if timing is None or cut or len(spans) < len(flags):
        return ""
    seconds = ((math.floor(timing.seconds(s.start)), math.ceil(timing.seconds(s.end))) for s in spans)
    return listed([f"from {_clock(first)} to {_clock(last)}" for first, last in dict.fromkeys(seconds)])


def _clock(seconds: int) -> str:
    """Whole seconds as people say them.

    >>> _clock(64), _clock(3604)
    ('1:04', '1:00:04')
    """
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _means(how: str) -> str:
    """By what something was verified, as it stands after "by"."""
    text = without_stop(tidy(how))
    return text[3:] if text[:3].casefold() == "by " else text


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

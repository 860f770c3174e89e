"""The sub-editor: what is wrong with a caption, by the stated facts, the house style and good form.

Only a contradiction of stated facts is one. What stands in the text because a fact says it (a date in
``shows``, a country in a source's name) is at most advice, and so is every matter of wording.
"""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum, auto

from footage.model.caption import Finding, Subject, Weight
from footage.model.countries import is_country, same_country
from footage.model.dates import WEEKDAYS, DateMention, find_dates
from footage.model.dissection import Dissection
from footage.model.english import (
    bare_place,
    location_unknown,
    sentences,
    tidy,
    without_article,
    without_stop,
)
from footage.model.goodform import HIDING, good_form
from footage.model.style import Style
from footage.model.verifying import claims_checked
from footage.model.wording import (
    credit_line,
    in_sentence,
    our_disclosures,
    short_name,
    source_disclosure,
    unnamed_people,
)


def check(text: str, subject: Subject, style: Style, today: dt.date) -> tuple[Finding, ...]:
    """What is wrong with a caption, composed or written by a person; contradictions first.

    Args:
        text: the whole caption, its credit at the end.
        today: the day of checking.
    """
    caption = Dissection(text, subject, style, today)
    found = dict.fromkeys(finding for rule in _RULES for finding in rule(caption))
    rules = {finding.rule for finding in found}
    kept = (
        replace(finding, span=caption.whole_span(finding.span)) if finding.span else finding
        for finding in found
        if _SAID_BY.get(finding.rule) not in rules
    )
    return tuple(sorted(kept, key=lambda finding: finding.weight is not Weight.CONTRADICTION))


class _Claim(Enum):
    """What the words before a date make it the date of."""

    RELEASED = auto()
    SHOT = auto()
    ELSE = auto()
    UNSAID = auto()


_RELEASING = (
    "released|published|posted|shared|issued|distributed|uploaded|made public|handed out|emerged|surfaced"
    "|appeared|circulated|aired|broadcast"
)
_SHOOTING = "shot|taken|filmed|recorded|captured|photographed|made|dated|from"
_OTHER_DEEDS = (
    "obtained|received|relayed|supplied|provided|verified|sent|transmitted|reported|said|told|announced"
    "|confirmed|updated|began|begun|started|launched|founded|formed|annexed|invaded|born|died|signed|declared"
    "|seized|liberated|occupied|since|until|till|of|anniversary|before|after"
)
_DEEDS = re.compile(
    rf"\b(?:(?P<released>{_RELEASING})|(?P<shot>{_SHOOTING})|(?P<other>{_OTHER_DEEDS}))\b", re.IGNORECASE
)
_LINK = re.compile(
    r"(?:\s+by\s+[^,;:]{1,200}?)?,?(?:\s+(?:late|early))?(?:\s+(?:on|in|at|around|about|circa))?(?:\s+the)?\s*",
    re.IGNORECASE,
)
_MATERIAL = re.compile(
    r"\b(?:footage|videos?|clips?|images?|photos?|photographs?|pictures?|frames?|stills?|handout|recordings?"
    r"|screengrabs?|it)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?!(?:undated|armed|unarmed|united|masked|mechani[sz]ed|motori[sz]ed|combined|allied|uniformed)\b)"
    r"(?:\w{2,}ed|was|were|had|hit|struck|fell|broke|took|happened)\b",
    re.IGNORECASE,
)
_UNDATED = re.compile(
    r"\bundated\b|\bdate\s+(?:is\s+|was\s+)?(?:unknown|unclear)\b|\bunknown\s+date\b|\bnot\s+dated\b"
    r"|\bdate\b[^.]{0,40}\bnot\b",
    re.IGNORECASE,
)
_OF_ITS_CHECK = re.compile(r"\W+(?:\w+\W+){0,3}(?:verif|confirm)", re.IGNORECASE)
_IN_A_COUNTRY = re.compile(
    r"(?:\b(?:in|across|inside|within|throughout)\s+(?:the\s+)?(?:(?:north|south|east|west|central)\S*\s+)?"
    r"|(?P<before>[^\W_][\w'’-]*),\s+)$",
    re.IGNORECASE,
)
_ORIGIN = re.compile(
    r"\b(?:made|built|produced|manufactured|born|trained|based|living|developed|designed|bought)\s+in\s+"
    r"(?:the\s+)?$",
    re.IGNORECASE,
)
_PLACE_SLOT = re.compile(
    r"\b(?:in|near|outside|at)\s+(?P<place>(?!in\b)[^\W\d_][\w'’-]*(?:\s+(?!in\b)[^\W_][\w'’-]*){0,4})"
    r"(?:,|\s+in(?:\s+the)?)\s+$"
)
_WIDE_PLACE = re.compile(
    r"\b(?:regions?|oblast|districts?|provinces?|areas?|county|raion|state|north|south|east|west|central)",
    re.IGNORECASE,
)
_RELEASED_BY = re.compile(
    r"\b(?P<deed>released|published|posted|shared|issued|distributed)\s+by\s+"
    r"(?P<who>.{1,200}?)(?=\s+(?:on|in|at|via|and|show\w*)\b|[.,;:(]|$)",
    re.IGNORECASE,
)
_CREDIT_NOUNS = re.compile(
    r"\b(?:(?:photos?|videos?|pictures?|images?)(?: by)?|handout|social media|screen ?grab)\b", re.IGNORECASE
)
_STOP = re.compile(r"[.!?…][\"'”’»)\]]*\s+")
_PARTING = re.compile(r"/|\bvia\b")
_UNKNOWN = re.compile(r"\b(?:unknown|undisclosed|unclear|unspecified)\b", re.IGNORECASE)
_NOT_TELLING = frozenset(
    {"the", "a", "an", "of", "and", "for", "in", "on", "at", "by", "to", "near"}
    | {"direction", "region", "city", "village", "area", "front", "sector"}
)
_ALIKE = 0.72
_SAID_BY = {
    "released-missing": "wrong-date",
    "shot-missing": "not-undated",
    "source-missing": "other-source",
    "place-missing": "other-place",
    "country-missing": "other-country",
}
"""What is missing need not be said where the same fact is contradicted."""


def _dates(caption: Dissection) -> Iterator[Finding]:
    for mention in caption.dates:
        yield from _wrong_weekday(caption, mention)
        yield from _wrong_date(caption, mention)
        if mention.month and caption.weight(mention.start, mention.end) is Weight.CONTRADICTION:
            yield from _date_style(caption, mention)


def _wrong_weekday(caption: Dissection, mention: DateMention) -> Iterator[Finding]:
    if mention.weekday is None or mention.month is None:
        return
    day = mention.date() or next((day for day in _stated_days(caption) if mention.agrees(day)), None)
    if day is not None and day.weekday() != mention.weekday:
        right, wrong = WEEKDAYS[day.weekday()], WEEKDAYS[mention.weekday]
        message = f"{mention.text!r} names the wrong weekday: {day} is a {right}, not a {wrong}"
        weight = caption.weight(mention.start, mention.end)
        yield Finding("wrong-weekday", message, caption.style.date(day, caption.today), weight, mention.span)


def _wrong_date(caption: Dissection, mention: DateMention) -> Iterator[Finding]:
    facts, claim = caption.subject.facts, _claim(caption, mention)
    weight, span = caption.weight(mention.start, mention.end), mention.span
    if claim is _Claim.UNSAID:
        yield from _bare_date(caption, mention, weight)
    elif claim is _Claim.SHOT and facts.undated:
        message = f"it is stated to be undated, and the caption dates it {mention.text!r}"
        yield Finding("wrong-date", message, "undated", weight, span)
    elif claim is not _Claim.ELSE:
        verb, fact = ("released", facts.released) if claim is _Claim.RELEASED else ("shot", facts.shot)
        if fact is None:
            message = f"the caption says that it was {verb} {mention.text!r}, the facts do not"
            yield Finding("unstated-date", message, f"--{verb} {mention.date() or 'DATE'}", span=span)
        elif not mention.agrees(fact.day):
            right = caption.style.date(fact.day, caption.today)
            message = f"it was {verb} on {right}, not on {mention.text!r}"
            yield Finding("wrong-date", message, right, weight, span)
    if claim is not _Claim.ELSE:
        yield from _impossible_day(caption, mention)


def _bare_date(caption: Dissection, mention: DateMention, weight: Weight) -> Iterator[Finding]:
    """A date of which nothing is said: readers take it for the day of what they see."""
    days, span = _stated_days(caption), mention.span
    if mention.day is None or any(mention.agrees(day) for day in days):
        return
    if not days and not caption.subject.facts.undated:
        message = f"the caption says {mention.text!r}, the facts state no date"
        proposal = f"--shot {mention.date() or 'DATE'} or --released …"
        yield Finding("unstated-date", message, proposal, span=span)
        return
    right = " or ".join(caption.style.date(day, caption.today) for day in days) or "undated"
    message = f"{mention.text!r} is neither the day it was shot nor the day it was released"
    if weight is Weight.ADVICE or _of_a_past_event(caption.body[: mention.start]):
        yield Finding("other-date", message, right, span=span)
    else:
        yield Finding("wrong-date", message, right, weight, span)


def _impossible_day(caption: Dissection, mention: DateMention) -> Iterator[Finding]:
    """A day that the caption tells of the footage, and that has not come, or lies before what it shows."""
    day, event = mention.date(), _event_day(caption)
    if day is None or day in _stated_days(caption):
        return
    if _lies_ahead(day, caption):
        yield Finding("future-date", f"{mention.text!r} lies in the future", span=mention.span)
    elif event and day < event and _claim(caption, mention) is not _Claim.UNSAID:
        message = f"{mention.text!r} lies before the story's event on {event}"
        yield Finding("before-event", message, caption.style.date(event, caption.today), span=mention.span)


def _stated_days(caption: Dissection) -> tuple[dt.date, ...]:
    facts = caption.subject.facts
    return tuple(moment.day for moment in (facts.shot, facts.released) if moment)


def _claim(caption: Dissection, mention: DateMention) -> _Claim:
    """What the words before a date make it the date of; only what is tied to it closely counts."""
    before = caption.body[max(0, mention.start - 400) : mention.start]
    sentence = [*sentences(before + "X")][-1][:-1]
    offset = mention.start - len(sentence)
    deeds = [
        deed
        for deed in _DEEDS.finditer(sentence)
        if caption.weight(offset + deed.start(), offset + deed.end()) is Weight.CONTRADICTION
    ]
    if not deeds or not _LINK.fullmatch(sentence, deeds[-1].end()):
        return _Claim.UNSAID
    if deeds[-1]["other"]:
        return _Claim.ELSE
    if not _MATERIAL.search(sentence[: deeds[-1].start()]):
        return _Claim.UNSAID
    return _Claim.RELEASED if deeds[-1]["released"] else _Claim.SHOT


def _of_a_past_event(before: str) -> bool:
    """Whether the clause is told in the past: captions tell what they show in the present tense."""
    return bool(_PAST.search(re.split(r"[,;:.]\s", before)[-1]))


def _date_style(caption: Dissection, mention: DateMention) -> Iterator[Finding]:
    style, day, spelled = caption.style, mention.date(), mention.month_word
    months = style.dates.months_alone if mention.day is None else style.dates.months
    month = months[(mention.month or 1) - 1]
    ends_the_sentence = mention.text.endswith(".") and spelled == f"{month}."
    if spelled and spelled != month and not ends_the_sentence:
        message = f"{mention.text!r}: this style writes {month!r}, not {spelled!r}"
        right = style.date(day, caption.today) if day else mention.text.replace(spelled, month)
        yield Finding("month-style", message, right, span=mention.span)
    elif day in _stated_days(caption) and day is not None and mention.weekday in (None, day.weekday()):
        right = style.date(day, caption.today)
        if right != mention.text:
            told = mention.weekday is not None
            rule = "date-style" if told is style.tells_weekday(day, caption.today) else "weekday-style"
            message = f"this style writes {right!r}, not {mention.text!r}"
            yield Finding(rule, message, right, span=mention.span)


def _undated(caption: Dissection) -> Iterator[Finding]:
    facts, found = caption.subject.facts, [*_UNDATED.finditer(caption.body)]
    own = _UNDATED.search(caption.sentences.undated.text)
    if facts.undated and own and not found:
        weight = Weight.CONTRADICTION if caption.english else Weight.ADVICE
        message = "nobody knows when it was shot, and the caption does not say so"
        yield Finding("undated-missing", message, own[0], weight)
    if facts.shot:
        right = caption.style.date(facts.shot.day, caption.today)
        for match in found:
            if not _OF_ITS_CHECK.match(caption.body, match.end()):
                message = f"the caption says {match[0]!r}, the facts say that it was shot on {right}"
                yield Finding("not-undated", message, right, caption.weight(*match.span()), match.span())


def _country(caption: Dissection) -> Iterator[Finding]:
    country = tidy(caption.subject.facts.country)
    if not is_country(country) or any(same_country(match[0], country) for match in caption.countries):
        return
    for match in caption.countries:
        before = caption.body[: match.start()]
        slot = _IN_A_COUNTRY.search(before)
        if slot and not _ORIGIN.search(before) and not is_country(slot["before"] or ""):
            message = f"the caption says {match[0]}, the facts say {country}"
            yield Finding("other-country", message, country, caption.weight(*match.span()), match.span())


def _place(caption: Dissection) -> Iterator[Finding]:
    places = [bare_place(place) for place in _spots(caption)]
    unknown = location_unknown(tidy(caption.subject.facts.place))
    if not (places or unknown) or (places and _share_a_word(caption.body, " ".join(places))):
        return
    told = " and ".join(places) or "that nobody knows where it is"
    for country in caption.countries:
        slot = _PLACE_SLOT.search(caption.body[: country.start()])
        if slot is None or not slot["place"][0].isupper() or is_country(slot["place"]):
            continue
        wide, span = _WIDE_PLACE.search(slot["place"]), slot.span("place")
        weight = Weight.ADVICE if wide else caption.weight(*span)
        message = f"the caption says {slot['place']}, the facts say {told}"
        proposal = places[0] if places else caption.style.unknown_place
        yield Finding("other-place", message, proposal, weight, span)


def _spots(caption: Dissection) -> list[str]:
    """The place and the city that the facts name."""
    facts = caption.subject.facts
    spots = (without_stop(tidy(text)) for text in (facts.place, facts.city))
    return [spot for spot in spots if spot and not location_unknown(spot)]


def _source(caption: Dissection) -> Iterator[Finding]:
    for match in _RELEASED_BY.finditer(caption.body):
        who, source = match["who"], caption.subject.source
        spans = (match.span("deed"), match.span("who"))
        stated = any(caption.weight(*span) is Weight.ADVICE for span in spans)
        material = _MATERIAL.search(caption.body[: match.start()])
        if stated or not material or not _names_somebody(who, caption):
            continue
        if source is None:
            message = f"the caption says that {who} released it, the facts name nobody"
            yield Finding("unstated-source", message, "--source KEY", span=match.span("who"))
        elif not any(_same_party(who, name, caption) for name in _party_names(caption)):
            message = f"the caption says that {who} released it, the facts say {in_sentence(source)}"
            yield Finding(
                "other-source", message, in_sentence(source), Weight.CONTRADICTION, match.span("who")
            )


def _party_names(caption: Dissection) -> tuple[str, ...]:
    facts = caption.subject.facts
    names = [tidy(facts.creator), *map(tidy, facts.person)]
    for source in caption.sources:
        names += [in_sentence(source), tidy(source.name), tidy(source.handle), tidy(source.key)]
    return tuple(name for name in names if name)


def _names_somebody(who: str, caption: Dissection) -> bool:
    """Whether words name a certain source, not only "the brigade" or "Ukrainian troops"."""
    words = (word for word in re.findall(r"@?\w[\w'’]*", who) if word.casefold() not in _NOT_TELLING)
    telling = (word for word in words if not _of_the_country(word, caption))
    return any(not word.islower() or word[0] == "@" or word[0].isdigit() for word in telling)


def _same_party(who: str, name: str, caption: Dissection) -> bool:
    """Whether two names may be one party's: they share a telling word, and no number tells them apart."""
    numbers, others = set(re.findall(r"\d+", who)), set(re.findall(r"\d+", name))
    if numbers and others:
        return bool(numbers & others)
    mine, theirs = (
        {word for word in _telling(text) if not _of_the_country(word, caption)} for text in (who, name)
    )
    return any(_alike(word, other) for word in mine for other in theirs)


def _of_the_country(word: str, caption: Dissection) -> bool:
    """Whether a word is the stated country's name or made from it ("Ukrainian")."""
    country = tidy(caption.subject.facts.country).casefold()
    return len(country) > 3 and word.casefold()[:5] == country[:5]


def _telling(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold())) - _NOT_TELLING


def _share_a_word(text: str, other: str) -> bool:
    words = _telling(other)
    return any(_alike(mine, word) for mine in _telling(text) for word in words)


def _alike(word: str, other: str) -> bool:
    """Whether two words may be one, inflected or transliterated differently (Kyiv and Kiev)."""
    if word == other:
        return True
    short, long = sorted((len(word), len(other)))
    if short < 4 or 2 * short < _ALIKE * (short + long) or any(map(str.isdigit, word + other)):
        return False
    return difflib.SequenceMatcher(None, word, other).ratio() >= _ALIKE


def _credit(caption: Dissection) -> Iterator[Finding]:
    ours, told, framed = caption.our_credit, caption.credit, caption.framed_credit
    facts, agency, span = caption.subject.facts, tidy(caption.subject.agency), caption.credit_span
    if not ours or told == ours:
        return
    if not told:
        yield Finding("credit-missing", f"the credit {framed} is missing", framed)
    elif any(_same_credit(tail, caption) for tail in (told, *_tails(caption.unrestricted))):
        yield Finding(
            "credit-style", f"this style writes the credit {framed}, not ({told})", framed, span=span
        )
    elif credit_line(facts, caption.subject.source, agency):
        message = f"the credit is {ours}, not {told}"
        yield Finding("other-credit", message, framed, Weight.CONTRADICTION, span)
    elif _credit_parts(agency) <= _credit_parts(told):
        message = f"the caption credits {told}, the facts name nobody to credit"
        yield Finding("unstated-credit", message, f'--credit "{told}"', span=span)
    else:
        message = f"the credit {told} is not ours: {agency} does not stand in it"
        yield Finding("other-credit", message, framed, Weight.CONTRADICTION, span)


def _tails(line: str) -> Iterator[str]:
    """What may be a credit without brackets: all that stands behind what may be the end of a sentence."""
    return (line[stop.end() :] for stop in _STOP.finditer(line))


def _same_credit(credit: str, caption: Dissection) -> bool:
    return _credit_parts(credit) == _credit_parts(caption.our_credit) or _credits_ours(credit, caption)


def _credit_parts(credit: str) -> frozenset[str]:
    """Whom a credit names: in any order and case, without the words that say what is credited."""
    parts = (_CREDIT_NOUNS.sub(" ", part) for part in _PARTING.split(tidy(credit).casefold()))
    return frozenset(tidy(part) for part in parts if part.strip())


def _credits_ours(credit: str, caption: Dissection) -> bool:
    """Whether a credit names our agency, somebody whom the facts credit, and nobody else."""
    facts, parts = caption.subject.facts, _credit_parts(credit)
    agency = _credit_parts(caption.subject.agency)
    if tidy(facts.credit) or not agency <= parts:
        return False
    names = {tidy(facts.creator)}
    for source in caption.sources:
        handle = tidy(source.handle)
        names |= {handle, handle.lstrip("@"), short_name(source), without_article(tidy(source.name))}
    known = {part for name in names if name for part in _credit_parts(name)}
    return (parts - agency or agency) <= known


def _untold(caption: Dissection) -> Iterator[Finding]:
    """Facts that the style tells and the caption does not."""
    facts, source = caption.subject.facts, caption.subject.source
    told = [mention for mention in caption.dates if mention.month]
    for verb, fact in (("released", facts.released), ("shot", facts.shot)):
        if fact and caption.prints(verb) and not any(mention.agrees(fact.day) for mention in told):
            right = caption.style.date(fact.day, caption.today)
            yield Finding(f"{verb}-missing", f"the caption does not say when it was {verb}", right)
    if source and caption.prints("source"):
        name = in_sentence(source)
        named = any(_same_party(caption.body, other, caption) for other in _party_names(caption))
        if name and name not in caption.body and not named:
            yield Finding("source-missing", "the caption does not say who released it", name)
    spots = _spots(caption)
    if spots and _telling(spots[0]) and not _share_a_word(caption.body, " ".join(spots)):
        yield Finding("place-missing", f"the caption does not say that it is in {spots[0]}", spots[0])
    if location_unknown(tidy(facts.place)) and not _UNKNOWN.search(caption.body):
        message = "nobody knows where it is, and the caption does not say so"
        yield Finding("place-missing", message, caption.style.unknown_place)
    country = without_stop(tidy(facts.country))
    named_country = any(same_country(match[0], country) for match in caption.countries)
    if _telling(country) and not named_country and not _share_a_word(caption.body, country):
        yield Finding("country-missing", f"the caption does not say that it is in {country}", country)
    for person in unnamed_people(facts) if caption.style.people.text else ():
        if person.casefold() not in caption.body.casefold():
            yield Finding("person-missing", f"the caption does not name {person}, who is seen", person)


def _impossible_facts(caption: Dissection) -> Iterator[Finding]:
    """A stated day that has not come, or that lies before what is shown happened."""
    facts, event = caption.subject.facts, _event_day(caption)
    for verb, fact in (("shot", facts.shot), ("released", facts.released)):
        if fact is None:
            continue
        if _lies_ahead(fact.day, caption):
            yield Finding("future-date", f"it is stated to be {verb} in the future, on {fact.day}")
        elif event and fact.day < event:
            message = f"it is stated to be {verb} on {fact.day}, before the story's event on {event}"
            yield Finding("before-event", message, f"--{verb} {event}")


def _lies_ahead(day: dt.date, caption: Dissection) -> bool:
    """Whether a day is after tomorrow: tomorrow has begun somewhere."""
    return (day - caption.today).days > 1


def _event_day(caption: Dissection) -> dt.date | None:
    """When what the story tells of happened: as the story dates it, or the event's name does."""
    if caption.subject.event:
        return caption.subject.event.day
    told = (mention.date() for mention in find_dates(tidy(caption.subject.facts.event)))
    return next((day for day in told if day), None)


def _disclosure(caption: Dissection) -> Iterator[Finding]:
    agency = tidy(caption.subject.agency).casefold()
    told = [sentence.casefold() for sentence in sentences(caption.body) if HIDING.search(sentence)]
    by_us = [sentence for sentence in told if agency in sentence]
    theirs = source_disclosure(caption.subject, caption.style)
    if theirs and not set(told) - set(by_us):
        yield Finding("disclosure-missing", "the caption does not say that it came masked", theirs)
    for what, told_by, ours in our_disclosures(caption.subject, caption.style):
        if not any(told_by.search(sentence) for sentence in by_us):
            yield Finding("disclosure-missing", f"the caption does not say that we {what} parts of it", ours)


_RULES: tuple[Callable[[Dissection], Iterator[Finding]], ...] = (
    _dates,
    _undated,
    _country,
    _place,
    _source,
    _credit,
    _untold,
    _impossible_facts,
    _disclosure,
    claims_checked,
    good_form,
)

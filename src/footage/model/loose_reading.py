"""Captions of no known layout: mending small slips, and reading what can be read of the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from footage.model.asset import Kind
from footage.model.countries import country_pattern
from footage.model.dates import DateMention, find_dates
from footage.model.english import bare_place, sentences, tidy, without_stop
from footage.model.facts import Facts
from footage.model.moment import Moment

_STRAY = re.compile(r" +(?=\))|(?<=\() +| +(?=[,.;:!?](?: |$))")
_STUCK = re.compile(r"(?<=[^\s(])(?=\([^()]*\)\.?$)")
_UNSTOPPED = re.compile(r"(?<=[^.!?…\s]) (?=\([^()]*\)$)")
_STOPPED_CREDIT = re.compile(r"(?<=\))\.$")
_CREDIT = re.compile(r"\s*\(\s*([^()]*?)\s*\)\s*\.?$")
_CREDIT_MARKS = re.compile(r"[/@]|\bvia\b|\b(?:photo|video|handout|courtesy|credit)\b", re.IGNORECASE)
_UNDATED = re.compile(r"\bundated\b|\bdate (?:is |was )?(?:unknown|unclear)\b", re.IGNORECASE)
_RELEASED = re.compile(
    r"\b(?:released|published|posted|shared|issued|distributed|provided|handed out)\b"
    r"(?: by (?P<who>(?:the |an? )?[^\s,;:]+(?: [^\s,;:]+){0,15}?)(?=,|;| on\b| in\b| at\b|\.?$))?",
)
_SHOT = re.compile(r"\b(?:shot|taken|filmed|recorded|captured|photographed)\b")
_STILL_NOUNS = "images?|photos?|photographs?|pictures?|stills?|screen ?grabs?|frames?"
_STILL = re.compile(rf"\b(?:{_STILL_NOUNS})\b", re.IGNORECASE)
_MATERIAL = rf"(?:footage|videos?|clips?|handout|{_STILL_NOUNS})"
_TAIL = re.compile(rf",? in (?:an? |this |these |the )?(?:\w+ ){{0,4}}{_MATERIAL}\b.*$", re.IGNORECASE)
_HEAD = re.compile(
    rf"^(?:In|On) (?:an? |this |these |the )?(?:\w+ ){{0,4}}{_MATERIAL}\b[^,]*(?:, (?:and )?[^,]*\d{{4}})?, "
)
_IN_WORDS = re.compile(r" (?=(?:in|near|outside|at|on|around|close to|north|south|east|west)\b)")


@dataclass(frozen=True, slots=True)
class Loose:
    """What could be read of a caption.

    Attributes:
        source: who released it, as the caption says it; empty where it does not.
        credit: what its brackets hold; empty where it has none.
        unread: the sentences of which nothing could be read.
    """

    kind: Kind
    facts: Facts
    source: str = ""
    credit: str = ""
    unread: tuple[str, ...] = ()


def mendings(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A caption on one line, then with its small slips mended, one after another; each with remarks on them.

    >>> [*mendings("It burns. (@92OMBr/Newsflash )")][-1]
    ('It burns. (@92OMBr/Newsflash)', ('there are stray spaces in it',))
    """
    line = tidy(text)
    untidy = line != text.strip()
    remarks: tuple[str, ...] = ("there are line ends or double spaces in it",) if untidy else ()
    yield line, remarks
    for pattern, put, remark in (
        (_STRAY, "", "there are stray spaces in it"),
        (_STUCK, " ", "no space stands before its credit"),
        (_STOPPED_CREDIT, "", "a full stop stands behind its credit"),
        (_UNSTOPPED, ". ", "its last sentence does not end in a full stop"),
    ):
        better = pattern.sub(put, line)
        if better != line:
            line, remarks = better, tuple(dict.fromkeys((*remarks, remark)))
            yield line, remarks


def read_loosely(line: str, agency: str) -> Loose:
    """What can be read of a caption that no layout fits: its credit, its dates, its source, what it shows.

    >>> read_loosely("Smoke over Kyiv, Ukraine. Undated. (@x/Newsflash)", "Newsflash").facts.undated
    True
    """
    body, credit = split_credit(line, agency)
    read = Loose(Kind.STILL if _STILL.search(body) else Kind.VIDEO, Facts(), "", credit)
    for at, sentence in enumerate(sentences(body)):
        read = _with_sentence(read, sentence, first=not at)
    return read


def split_credit(line: str, agency: str) -> tuple[str, str]:
    """A caption without the brackets at its end, and what these hold; as it is where they hold no credit."""
    match = _CREDIT.search(line)
    if match is None:
        return line, ""
    ours = tidy(agency).casefold()
    is_credit = _CREDIT_MARKS.search(match[1]) or (ours and ours in match[1].casefold())
    return (line[: match.start()], match[1]) if is_credit else (line, "")


def _with_sentence(read: Loose, sentence: str, *, first: bool) -> Loose:
    """What is known after one more sentence."""
    facts, told = read.facts, Facts()
    if _UNDATED.search(sentence):
        told = replace(told, undated=True)
    for mention in find_dates(sentence):
        told = _dated(told, sentence, mention)
    who = next((match["who"] for match in _RELEASED.finditer(sentence) if match["who"]), "")
    if first:
        told = _shown(sentence).over(told)
    if told.undated and (facts.shot or told.shot):
        told = replace(told, undated=None)
    if not (told.stated() or who):
        return replace(read, unread=(*read.unread, sentence))
    return replace(read, facts=facts.over(told), source=read.source or without_stop(who))


def _dated(told: Facts, sentence: str, mention: DateMention) -> Facts:
    day = mention.date()
    before = sentence[: mention.start]
    released = max((match.start() for match in _RELEASED.finditer(before)), default=-1)
    shot = max((match.start() for match in _SHOT.finditer(before)), default=-1)
    if day is None or released == shot:
        return told
    if released > shot:
        return told if told.released else replace(told, released=Moment(day))
    return told if told.shot else replace(told, shot=Moment(day))


def _shown(sentence: str) -> Facts:
    """What the first sentence says of who does what, and where."""
    text = without_stop(_HEAD.sub("", _TAIL.sub("", sentence)))
    place = land = None
    country = next(reversed([*country_pattern().finditer(text)]), None)
    if country and country.end() == len(text):
        before = text[: country.start()].rstrip()
        if before.endswith((" in", ",")):
            land = country[0]
            text = before.removesuffix(" in").rstrip(", ")
    parts = _IN_WORDS.split(text)
    if len(parts) > 1 and re.search(r"[A-ZÀ-Þ\d]|[^\x00-\u024f]", bare_place(parts[-1])):
        place = parts[-1].removeprefix("in ")
        text = text[: -len(parts[-1])].rstrip()
    return Facts(shows=text or None, place=place, country=land)

"""A caption taken apart: its body, its credit, its dates, and which of its words the facts say themselves."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from footage.model.caption import Subject, Weight
from footage.model.countries import country_pattern
from footage.model.dates import DateMention, find_dates
from footage.model.english import sentences, tidy, without_stop, words_pattern
from footage.model.source import Source
from footage.model.style import Sentences, Style
from footage.model.template import STOPPED
from footage.model.wording import (
    caption_credit,
    framed_credit,
    in_sentence,
    restrictions,
    sentences_for,
    short_name,
)

_CREDIT_MARKS = re.compile(r"[/@]|\bvia\b|\b(?:photo|video|handout|courtesy|credit)\b", re.IGNORECASE)
_RESTRICTIONS = re.compile(
    r"\s*\b(?:ATTENTION EDITORS|RESTRICTED TO EDITORIAL USE|EDITORIAL USE ONLY|MANDATORY CREDIT)\b.*$"
)
_BARE_CREDIT = re.compile(r"/|\bvia\b")
_BEFORE_A_HANDLE = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=@)")
_LONGEST_CREDIT = 150
_ENDED = re.compile(r"[.!?…)\]]$")


@dataclass(frozen=True)
class Dissection:
    """A caption and all that it is compared with.

    Attributes:
        text: as it came; everything else is taken from it with its spaces made single.
        today: the day of checking.
    """

    text: str
    subject: Subject
    style: Style
    today: dt.date

    @cached_property
    def line(self) -> str:
        """The caption on one line, with single spaces."""
        return tidy(self.text)

    @property
    def body(self) -> str:
        """The line without the credit at its end."""
        return self._halves[0]

    @property
    def credit(self) -> str:
        """What the brackets at its end say, or its last words without brackets, where that is a credit."""
        return self._halves[1]

    @cached_property
    def our_credit(self) -> str:
        """What the credit would be in this style."""
        return caption_credit(self.subject, self.style)

    @cached_property
    def framed_credit(self) -> str:
        """The same as it would stand in the caption."""
        return framed_credit(self.subject, self.style)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates in the body."""
        return tuple(find_dates(self.body))

    @cached_property
    def countries(self) -> tuple[re.Match[str], ...]:
        """Where the body names countries."""
        return tuple(country_pattern().finditer(self.body))

    @cached_property
    def sentences(self) -> Sentences:
        """What the style would say of this subject."""
        return sentences_for(self.subject, self.style)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Who released it, and who passed it on."""
        return tuple(source for source in (self.subject.source, *self.subject.relayed_by) if source)

    @cached_property
    def english(self) -> bool:
        """Whether most of its letters are Latin; the rules about words do not read other scripts."""
        letters = [letter for letter in self.body if letter.isalpha()]
        return 2 * sum(letter < "\u0250" for letter in letters) >= len(letters)

    def prints(self, name: str) -> bool:
        """Whether the style would tell this value (``released``, ``source`` …) of the subject."""
        first = self.sentences.dated if self.subject.facts.shot else self.sentences.undated
        return name in first.names | self.sentences.released.names

    def weight(self, start: int, end: int) -> Weight:
        """How much a contradiction in a stretch of the body weighs: less where facts say it themselves."""
        words = re.compile(r"\w+").finditer(self.body, start, end)
        spans = [word.span() for word in words] or [(start, end)]
        stated = all(
            any(first <= begin and stop <= last for first, last in self._stated_stretches)
            for begin, stop in spans
        )
        return Weight.ADVICE if stated else Weight.CONTRADICTION

    @cached_property
    def credit_span(self) -> tuple[int, int] | None:
        """Where in the line the credit stands."""
        at = self.line.rfind(self.credit, len(self.body)) if self.credit else -1
        return (at, at + len(self.credit)) if at >= 0 else None

    @property
    def ends_as_owed(self) -> bool:
        """Whether it ends in the credit exactly as the style writes it."""
        return bool(self.framed_credit) and self.line.endswith(self.framed_credit)

    def whole_span(self, span: tuple[int, int]) -> tuple[int, int]:
        """A stretch of the line as a stretch of the text as it came."""
        at = self._origins
        return at[span[0]], at[span[1] - 1] + 1

    @cached_property
    def _origins(self) -> list[int]:
        """For each character of the line, which of the text's it is."""
        marks = (at for at, sign in enumerate(self.text) if not sign.isspace())
        origins: list[int] = []
        for sign in self.line:
            origins.append(origins[-1] + 1 if sign == " " else next(marks))
        return origins

    @cached_property
    def _halves(self) -> tuple[str, str]:
        if self.ends_as_owed:
            return self.line.removesuffix(self.framed_credit).rstrip(), self.our_credit
        line = self.unrestricted
        body, credit = _split_brackets(line)
        if credit and self._is_credit(body, credit):
            return body, credit
        last = "".join([*sentences(line)][-1:])
        bare = last[max((stop.end() for stop in _BEFORE_A_HANDLE.finditer(last)), default=0) :]
        is_credit = len(bare) < _LONGEST_CREDIT and _BARE_CREDIT.search(bare) and not _ENDED.search(bare)
        return (line.removesuffix(bare).rstrip(), bare) if is_credit and bare != line else (line, "")

    @property
    def unrestricted(self) -> str:
        """The line without the restrictions that some styles print behind the credit."""
        owed = restrictions(self.subject, self.style)
        line = self.line.removesuffix(owed).rstrip() if owed else self.line
        return _RESTRICTIONS.sub("", line)

    def _is_credit(self, body: str, credit: str) -> bool:
        if any(f"({credit})" in fact for fact in self._stated):
            return False
        agency = tidy(self.subject.agency).casefold()
        if _CREDIT_MARKS.search(credit) or (agency and agency in credit.casefold()):
            return True
        return bool(STOPPED.search(body)) and not credit[0].islower()

    @cached_property
    def _stated(self) -> tuple[str, ...]:
        """Every text that the facts state, and our own name."""
        facts = self.subject.facts
        texts = [facts.shows, facts.headline, facts.statement, facts.place, facts.city, facts.country]
        texts += [facts.creator, facts.credit, facts.url, *facts.person, self.subject.agency]
        texts += [facts.event, *(verdict.how for verdict in self.subject.verdicts)]
        for source in self.sources:
            texts += [in_sentence(source), short_name(source), source.name, source.handle]
        kept = (without_stop(tidy(text)) for text in texts)
        return tuple(dict.fromkeys(text for text in kept if text))

    @cached_property
    def _stated_stretches(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            match.span()
            for fact in self._stated
            for match in re.finditer(words_pattern(fact), self.body, re.IGNORECASE)
        )


def _split_brackets(line: str) -> tuple[str, str]:
    """A line up to the brackets that end it, and what these hold; a full stop after them is passed over."""
    bare, depth = line.rstrip(". "), 0
    if not bare.endswith(")"):
        return line, ""
    for at in range(len(bare) - 1, -1, -1):
        depth += (bare[at] == ")") - (bare[at] == "(")
        if not depth:
            return bare[:at].rstrip(), bare[at + 1 : -1].strip()
    return line, ""

"""A caption taken apart: its body, its credit, its dates, and which of its words the facts say themselves."""

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property

from footage.model.caption import Subject, Weight
from footage.model.countries import country_pattern
from footage.model.dates import DateMention, find_dates
from footage.model.english import tidy, without_stop, words_pattern
from footage.model.source import Source
from footage.model.style import Sentences, Style
from footage.model.wording import caption_credit, in_sentence, sentences_for

_CREDIT_MARKS = re.compile(r"[/@]|\bvia\b|\b(?:photo|video|handout|courtesy|credit)\b", re.IGNORECASE)
_FINAL = re.compile(r"[.!?…][\"'”’»)\]]*$")


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
        """What the brackets at its end say, where that is a credit."""
        return self._halves[1]

    @cached_property
    def our_credit(self) -> str:
        """What the credit would be in this style."""
        return caption_credit(self.subject, self.style)

    @cached_property
    def framed_credit(self) -> str:
        """The same as it would stand in the caption."""
        return self.style.credit.frame.fill({"credit": self.our_credit})

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
        """How much a contradiction in a stretch of the body weighs: less where a fact says it itself."""
        stated = any(first <= start and end <= last for first, last in self._stated_stretches)
        return Weight.ADVICE if stated else Weight.CONTRADICTION

    @cached_property
    def _halves(self) -> tuple[str, str]:
        framed = self.framed_credit
        if framed and self.line.endswith(framed):
            return self.line.removesuffix(framed).rstrip(), self.our_credit
        body, credit = _split_brackets(self.line)
        return (body, credit) if credit and self._is_credit(body, credit) else (self.line, "")

    def _is_credit(self, body: str, credit: str) -> bool:
        if any(f"({credit})" in fact for fact in self._stated):
            return False
        agency = tidy(self.subject.agency).casefold()
        if _CREDIT_MARKS.search(credit) or (agency and agency in credit.casefold()):
            return True
        return bool(_FINAL.search(body)) and not credit[0].islower()

    @cached_property
    def _stated(self) -> tuple[str, ...]:
        """Every text that the facts state, and our own name."""
        facts = self.subject.facts
        texts = [facts.shows, facts.headline, facts.statement, facts.place, facts.city, facts.country]
        texts += [facts.creator, facts.credit, facts.url, *facts.person, self.subject.agency]
        for source in self.sources:
            texts += [in_sentence(source), source.name, source.handle]
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

"""Articles read back: a story's text taken apart into headline, captions, and what it says of its source."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from footage.model.dates import DateMention, find_dates
from footage.model.english import sentences, tidy, without_article, without_stop
from footage.model.facts import Facts
from footage.model.flag import Reason, Treatment
from footage.model.folding import fold
from footage.model.known_sources import KnownSources, kind_of, same_party
from footage.model.loose_reading import mendings
from footage.model.moment import Moment, moment_text
from footage.model.reading import ReadCaption, read_caption
from footage.model.source import PERSONS, Source, SourceKind
from footage.model.style import Style
from footage.model.wording import in_sentence

_LONGEST_CAPTION = 2500
_LONGEST_HEADLINE = 250
_MATERIAL = r"(?:images?|footage|videos?|pictures?|photos?|photographs?|clips?|material|recordings?)"
_OBTAINED = re.compile(
    rf"\b{_MATERIAL}(?: and (?:the )?statement)? (?:was|were|have been|has been) (?:obtained|received) from ",
    re.IGNORECASE,
)
_RELAYED = re.compile(
    rf"\b(?P<what>{_MATERIAL}(?: and (?:the |a |their )?statement)?|statement) "
    r"(?:was|were|have been|has been) (?:also )?(?:relayed|passed on|shared|reposted) by ",
    re.IGNORECASE,
)
_PARTY_ENDS = re.compile(r",? (?:along with|together with|with a statement|which|who|that)\b")
_STATEMENT = re.compile(
    r"\b(?:along with|together with|with) (?:a|the|this) statement\b[^“”„«»\"‘’]{0,80}?"
    r"(?:“(?P<a>[^“”]+)”|\"(?P<b>[^\"]+)\"|«(?P<c>[^«»]+)»|„(?P<d>[^“”]+)[“”])",
    re.IGNORECASE,
)
_BETWEEN_PARTIES = re.compile(r",\s+(?=the\b|@)|,?\s+and\s+(?=the\b|@)")
_MASKED = re.compile(
    r"(?P<who>[^.]{0,200}?)\b(?P<how>black(?:ed)? out|blurred|pixell?ated|obscured|masked|censored)\b"
    r"(?P<why>[^.]{0,200})",
    re.IGNORECASE,
)
_HOW = {"bla": Treatment.FILL, "blu": Treatment.BLUR, "pix": Treatment.MOSAIC}
_WHY = (
    (re.compile(r"graphic|bloody|gruesome|disturbing|dead|death|bodies|body"), Reason.DEATH),
    (re.compile(r"nud(?:e|ity)"), Reason.NUDITY),
    (re.compile(r"privacy|identit|identif|recogni[sz]|faces?\b|plates?\b"), Reason.PRIVACY),
    (re.compile(r"minors?\b|child"), Reason.MINOR),
    (re.compile(r"prisoner|captive"), Reason.PRISONER),
)
_SOME = re.compile(
    r"\b(?:some|one|two|three|four|five|several|parts?|few|many|most|certain)\b", re.IGNORECASE
)
_COUNTED_DAY = re.compile(r"\bToday marks the (?P<count>\d{1,5})(?:st|nd|rd|th) day\b")
_SAYING = re.compile(
    r"\b(?:said|says|saying|claim(?:s|ed)?|report(?:s|ed)?|count(?:s|ed)?|estimate[sd]?|put|according to"
    r"|announced|stated|den(?:y|ies|ied)|dispute[sd]?|acknowledge[sd]?)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.,])\d[\d,. ]*\d(?![\w])|(?<![\w.,])\d(?!\w)")
_LABEL = re.compile(r"(?:captions?|pictures?|photos?|videos?|text|story|headline|ends?)\s*:?", re.IGNORECASE)
_HEADLINE_LABEL = re.compile(r"^headline:\s*", re.IGNORECASE)
_IN_HEADLINE = re.compile(
    r"\b(?P<place>(?:Near|In|At|Outside|Around|Inside|Over|Close To|North Of|South Of|East Of|West Of) "
    r"(?:[A-ZÀ-Þ\u0400-\u042f][\w'’-]*)(?: [A-ZÀ-Þ\u0400-\u042f][\w'’-]*)?)"
)
_MOST_SENTENCES = 6
_QUOTES = ("“", "„", "«", '"')
_SENTENCE_STOPS = (".", "!", "?", "…", ")", "”", '"', "»")
_OFFERED = (
    *("shows", "place", "city", "country", "shot", "undated", "released", "source", "creator", "credit"),
    *("person", "masked_at_source"),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something read, where it stands, and whether it can be taken up.

    Attributes:
        field: the fact, or what else it is: ``caption``, ``new source``, ``standing text``, ``masks``.
        value: in words.
        line: where in the text, from 1.
        words: what stands there.
        fact: whether the story takes it up.
    """

    field: str
    value: str
    line: int
    words: str
    fact: bool = False


@dataclass(frozen=True, slots=True)
class StandingParagraph:
    """A paragraph with dated, attributed figures, or a count of days, that will be wanted again.

    Attributes:
        text: with the count of days as a variable, where it has one and the first day is known.
        as_of: the day that it names; None where it names none.
    """

    text: str
    line: int
    as_of: dt.date | None = None


@dataclass(frozen=True, slots=True)
class SourceMask:
    """What a text says of masks that came with the footage.

    Attributes:
        treatment: None where the words stand for any.
        reasons: those that the words give; only apparent.
        partial: whether it is said of some of the pictures alone.
    """

    words: str
    line: int
    treatment: Treatment | None
    reasons: tuple[Reason, ...]
    partial: bool

    @property
    def in_words(self) -> str:
        """What it is, in words."""
        how = self.treatment.value if self.treatment else "masked"
        reasons = ", ".join(self.reasons) or "no reason given"
        return f"masked at the source ({how}): apparently {reasons}{', some of them' if self.partial else ''}"

    @property
    def command(self) -> str:
        """What to type to state it of an asset."""
        reasons = ",".join(self.reasons or (Reason.DEATH,))
        treatment = f" --treatment {self.treatment}" if self.treatment else ""
        return f"footage flag ASSET --by-source --reason {reasons}{treatment}"


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """What a story's text says.

    Attributes:
        text: as it came.
        prose: its paragraphs, without headline, captions and headings, an empty line between them.
        captions: each once, in order.
        facts: what all its captions say, its headline, its statement and its hands; ``source`` and
            ``relayed_by`` are keys.
        new_sources: those that the desk does not know yet, stubs where no long name is known.
        filled: sources that the desk has as stubs, with what the text adds to them.
        standing: paragraphs to keep as standing texts.
        proposals: everything read, with where it stands.
        masks: what it says of masks that came with the footage.
        remarks: what does not fit together, each in a sentence.
    """

    text: str
    prose: str
    facts: Facts
    captions: tuple[ReadCaption, ...] = ()
    new_sources: tuple[Source, ...] = ()
    filled: tuple[Source, ...] = ()
    standing: tuple[StandingParagraph, ...] = ()
    masks: tuple[SourceMask, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[str, ...] = ()


def read_article(
    text: str, style: Style, sources: Sequence[Source], agency: str, today: dt.date
) -> ReadArticle:
    """Take a story's text apart: headline, captions, source, statement, relays, standing paragraphs.

    Nothing read is certain: all of it is for a person to accept. What the captions contradict each other in
    is left out and remarked upon.

    Args:
        sources: those that the desk knows.
        agency: our own agency's name; it stands in the captions' credits.
        today: the day of reading; a day without a year is the last one of that name.
    """
    return _Reader(text, style, KnownSources(sources), agency, today).read()


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A piece of the text on one line; ``line`` says where it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class _Block:
    """What stands between empty lines, on one line; ``lines`` says where each of its lines begins in it."""

    text: str
    lines: tuple[tuple[int, int], ...]

    def line_at(self, offset: int) -> int:
        """The number of the line in the text that a place in the block came from."""
        return [number for start, number in self.lines if start <= offset][-1]

    def fragments(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Its paragraphs between two places: a line that goes on in the next one is not parted from it."""
        first = start
        for offset, _ in self.lines:
            if first < offset < end and not self._goes_on(offset):
                yield first, offset
                first = offset
        yield first, end

    def _goes_on(self, offset: int) -> bool:
        """Whether a line belongs to the one before it; the text's very first line may be its headline."""
        if self.text[offset].islower():
            return True
        second = self.lines[1][0] if self.lines[0][1] == 1 and len(self.lines) > 1 else 0
        heads = offset == second < _LONGEST_HEADLINE
        return not heads and not self.text[: offset - 1].endswith(_SENTENCE_STOPS)


@dataclass(frozen=True, slots=True)
class _Caption:
    """A caption as it stands in the text."""

    read: ReadCaption
    words: str
    line: int


@dataclass(frozen=True, slots=True)
class _Hand:
    """Who handed it on, as the text names it, and the day where it tells one."""

    party: str
    words: str
    line: int
    mention: DateMention | None = None
    statement: bool = False


@dataclass(frozen=True)
class _Reader:
    """One reading of an article."""

    text: str
    style: Style
    known: KnownSources
    agency: str
    today: dt.date

    def read(self) -> ReadArticle:
        captions, prose = self._parted()
        headline = _headline(prose)
        body = _joined(prose[1:] if headline else prose)
        return _Story(self, captions, headline, body).read()

    def _parted(self) -> tuple[list[_Caption], list[_Paragraph]]:
        """The captions, and the paragraphs between them."""
        captions: list[_Caption] = []
        prose: list[_Paragraph] = []
        for block in _blocks(self.text):
            for piece, caption in self._pieces(block):
                if caption:
                    captions.append(caption)
                else:
                    prose.append(piece)
        return captions, prose

    def _pieces(self, block: _Block) -> Iterator[tuple[_Paragraph, _Caption | None]]:
        """A block's paragraphs in order, each with the caption that it is."""
        start = 0
        for match in self._credit.finditer(block.text):
            begin = self._beginning(block, start, match)
            if begin is None:
                continue
            yield from ((part, None) for part in _within(block, start, begin))
            words = block.text[begin : match.end()].strip()
            line = block.line_at(begin)
            yield _Paragraph(words, line), _Caption(self._caption(words), words, line)
            start = match.end()
        for part in _within(block, start, len(block.text)):
            read = self._unbracketed(part.text)
            yield part, _Caption(read, part.text, part.line) if read else None

    @cached_property
    def _credit(self) -> re.Pattern[str]:
        """Finds brackets that hold our own name."""
        ours = r"\s+".join(map(re.escape, self.agency.split())) or r"(?!)"
        return re.compile(rf"\([^()]*(?<!\w){ours}(?!\w)[^()]*\)\.?", re.IGNORECASE)

    def _beginning(self, block: _Block, start: int, credit: re.Match[str]) -> int | None:
        """Where the caption begins that a credit ends: with the sentence from which a layout fits it."""
        before = block.text[start : credit.start()]
        starts = list(_sentence_starts(before))[-_MOST_SENTENCES:]
        for begin in reversed(starts):
            words = block.text[start + begin : credit.end()]
            if len(words) <= _LONGEST_CAPTION and self._caption(words).style:
                return start + begin
        if not starts:
            return None
        # No layout fits: the caption is the paragraph that its credit ends.
        return max(first for first, _ in block.fragments(start, credit.end()) if first <= credit.start())

    def _unbracketed(self, words: str) -> ReadCaption | None:
        """A caption of a style whose credits stand without brackets."""
        frame = self.style.credit.frame.text
        ours = self.agency.casefold() in words.casefold()
        if frame.startswith("(") or not ours or len(words) > _LONGEST_CAPTION:
            return None
        read = self._caption(words)
        return read if read.exact else None

    def _caption(self, words: str) -> ReadCaption:
        read: ReadCaption | None = self._captions.get(words)
        if read is None:
            read = read_caption(words, self.style, self.known.sources, self.agency, self.today)
            self._captions[words] = read
        return read

    @cached_property
    def _captions(self) -> dict[str, ReadCaption]:
        """Those that were read, for the same words are looked at more than once."""
        return {}


@dataclass(frozen=True)
class _Story:
    """The parts of an article, put together."""

    reader: _Reader
    standing_captions: Sequence[_Caption]
    headline: _Paragraph | None
    body: Sequence[_Paragraph]

    def read(self) -> ReadArticle:
        source, obtained = self._source()
        relays = self._relays()
        facts = self._facts(source, relays)
        known = self.reader.known
        fresh = [one for one in (source, *relays) if one]
        new = [one for one in fresh if one.key not in known.keys]
        filled = [one for one in fresh if one.key in known.keys and one not in known]
        captions = tuple(self._renamed(one.read, source) for one in self.captions)
        told = (paragraph.text for paragraph in self.body if not paragraph.text.isupper())
        return ReadArticle(
            self.reader.text,
            "\n\n".join(told),
            facts,
            captions,
            tuple(dict.fromkeys(new)),
            tuple(dict.fromkeys(filled)),
            tuple(self._standing()),
            tuple(self._masks()),
            tuple(self._proposals(facts, (*new, *filled), obtained)),
            tuple(dict.fromkeys(self._remarks(facts, obtained))),
        )

    @cached_property
    def captions(self) -> tuple[_Caption, ...]:
        """Each caption once: what differs in stray spaces alone is one."""
        found: dict[str, _Caption] = {}
        for caption in self.standing_captions:
            *_, (line, _) = mendings(caption.words)
            found.setdefault(line, caption)
        return tuple(found.values())

    @staticmethod
    def _renamed(read: ReadCaption, source: Source | None) -> ReadCaption:
        """A caption whose source is known by its long name now."""
        told = read.subject.source
        same = source is not None and told is not None and told.key == source.key
        return replace(read, subject=replace(read.subject, source=source)) if same else read

    # whose footage it is

    def _source(self) -> tuple[Source | None, _Hand | None]:
        """The one source of the captions and of the text, and from whom the text says it was obtained."""
        obtained = next(self._hands(_OBTAINED), None)
        told = [one.read.subject.source for one in self.captions]
        named = list(dict.fromkeys(source for source in told if source))
        if len(named) > 1:
            return None, obtained
        if not named:
            return (self._party(obtained.party) if obtained else None), obtained
        source = named[0]
        if obtained and not source.name and same_party(in_sentence(source), obtained.party):
            kind = kind_of(obtained.party) if source.kind is SourceKind.CHANNEL else source.kind
            return replace(_in_full(source, obtained.party), kind=kind), obtained
        return source, obtained

    def _party(self, party: str, taken: Sequence[str] = ()) -> Source:
        """The source that the text names in full, known or new."""
        known = self.reader.known.named(party)
        return known[0] if known else _in_full(self.reader.known.new(party, taken=taken), party)

    def _relays(self) -> tuple[Source, ...]:
        found: list[Source] = []
        for hand in self._hands(_RELAYED):
            for party in _BETWEEN_PARTIES.split(hand.party):
                found.append(self._party(party, [one.key for one in found]))
        return tuple(dict.fromkeys(found))

    def _hands(self, deed: re.Pattern[str]) -> Iterator[_Hand]:
        for paragraph in self.body:
            for match in deed.finditer(paragraph.text):
                rest = next(sentences(paragraph.text[match.end() :]), "")
                mention = next(find_dates(rest), None)
                ends = [found.start() for found in _PARTY_ENDS.finditer(rest)]
                ends += [mention.start] if mention else []
                party = tidy(rest[: min(ends, default=len(rest))])
                party = without_stop(re.sub(r",?(?: on)?(?: the)?$", "", party))
                if party:
                    statement = "statement" in match[0].casefold()
                    yield _Hand(party, match[0] + rest, paragraph.line, mention, statement)

    # what the story states

    def _facts(self, source: Source | None, relays: Sequence[Source]) -> Facts:
        agreed = {name: value for name in _OFFERED if (value := self._agreed(name)) is not None}
        masks = list(self._masks())
        if masks and not any(mask.partial for mask in masks):
            agreed["masked_at_source"] = True
        facts = Facts(**agreed)
        obtained = next(self._hands(_OBTAINED), None)
        if facts.released is None and obtained and not self.captions:
            day = self._day(obtained.mention)
            facts = replace(facts, released=Moment(day) if day else None)
        if not self.captions and any(re.search(r"\bundated\b", one.text) for one in self.body):
            facts = replace(facts, undated=True)
        return replace(
            facts,
            headline=self.headline.text if self.headline else None,
            source=source.key if source else None,
            statement=self._statement()[0] or None,
            relayed_by=tuple(relay.key for relay in relays),
        )

    def _agreed(self, name: str) -> Any:
        """What all captions that state a fact say of it; None where they differ or are silent."""
        values = [getattr(one.read.facts, name) for one in self.captions]
        told = [value for value in values if value not in (None, ())]
        partly = name in ("masked_at_source", "undated", "shot") and len(told) < len(values)
        return told[0] if told and not partly and all(value == told[0] for value in told) else None

    def _statement(self) -> tuple[str, int]:
        """What the source said with it, and where; empty where nothing is quoted."""
        for paragraph in self.body:
            if match := _STATEMENT.search(paragraph.text):
                return tidy(next(filter(None, match.groups()))), paragraph.line
        return "", 0

    def _day(self, mention: DateMention | None) -> dt.date | None:
        """The day of a mention; without its year, that of the captions, else the last that fits."""
        if mention is None or mention.day is None or mention.month is None:
            return None
        if mention.year is not None:
            return mention.date()
        told = (one.read.facts.released for one in self.captions)
        years = [moment.day.year for moment in told if moment]
        years += range(self.reader.today.year, self.reader.today.year - 12, -1)
        for year in years:
            day = replace(mention, year=year).date()
            if day and day <= self.reader.today and mention.weekday in (None, day.weekday()):
                return day
        return None

    # what is to be kept or looked at

    def _masks(self) -> Iterator[SourceMask]:
        """What the text says of masks that came with the footage."""
        for paragraph in self.body:
            for sentence in sentences(paragraph.text):
                match = _MASKED.search(sentence)
                if match is None or not re.search(_MATERIAL, match["who"], re.IGNORECASE):
                    continue
                treatment = _HOW.get(match["how"][:3].casefold())
                reasons = tuple(reason for pattern, reason in _WHY if pattern.search(match["why"]))
                yield SourceMask(
                    sentence, paragraph.line, treatment, reasons, partial=bool(_SOME.search(match["who"]))
                )

    def _standing(self) -> Iterator[StandingParagraph]:
        for paragraph in self.body:
            days = (self._day(mention) for mention in find_dates(paragraph.text))
            day = max((day for day in days if day), default=None)
            if match := _COUNTED_DAY.search(paragraph.text):
                yield StandingParagraph(self._counting(paragraph.text, match), paragraph.line)
            elif day and _SAYING.search(paragraph.text) and _has_figures(paragraph.text):
                yield StandingParagraph(paragraph.text, paragraph.line, day)

    def _counting(self, text: str, match: re.Match[str]) -> str:
        """A count of days as a variable, where the captions tell the day that it is the count of."""
        released = self._agreed("released")
        if released is None:
            return text
        first = released.day - dt.timedelta(days=int(match["count"]) - 1)
        start, end = match.span("count")
        return f"{text[:start]}{{days since {first}, ordinal}}{text[end + 2 :]}"

    # in words

    def _proposals(self, facts: Facts, fresh: Sequence[Source], obtained: _Hand | None) -> Iterator[Proposal]:
        for name in facts.stated():
            line, words = self._place_of(name, obtained)
            yield Proposal(name.replace("_", "-"), fact_words(facts, name), line, words, True)
        for source in fresh:
            line, words = self._place_of("source", obtained)
            told = ", ".join(filter(None, (source.handle, source.in_caption, source.name)))
            yield Proposal("new source", f"{source.key}: {told}", line, words, True)
        for caption in self.captions:
            yield Proposal("caption", _in_words(caption.read), caption.line, caption.words)
        for mask in self._masks():
            yield Proposal("masks", mask.in_words, mask.line, mask.words)
        for paragraph in self._standing():
            yield Proposal("standing text", paragraph.text, paragraph.line, paragraph.text)

    def _place_of(self, name: str, obtained: _Hand | None) -> tuple[int, str]:
        """Where a fact stands: the line, and the words there."""
        if name == "headline" and self.headline:
            return self.headline.line, self.headline.text
        if name == "statement":
            text, line = self._statement()
            return line, f"“{text}”"
        if name == "relayed_by":
            hand = next(self._hands(_RELAYED))
            return hand.line, hand.words
        for caption in self.captions:
            if getattr(caption.read.facts, name) not in (None, ()):
                return caption.line, caption.words
        mask = next(self._masks(), None) if name == "masked_at_source" else None
        if mask:
            return mask.line, mask.words
        return (obtained.line, obtained.words) if obtained else (1, "")

    def _remarks(self, facts: Facts, obtained: _Hand | None) -> Iterator[str]:
        yield from self._about_doubles()
        for caption in self.captions:
            yield from (f"line {caption.line}: {remark}" for remark in caption.read.remarks)
            yield from (f"line {caption.line}: nothing was read of {one!r}" for one in caption.read.unread)
        for name in (*_OFFERED, "source"):
            told = {fact_words(one.read.facts, name) for one in self.captions} - {""}
            if len(told) > 1:
                yield f"the captions differ in {name.replace('_', '-')}: {'; '.join(sorted(told))}"
        yield from self._about_hands(facts, obtained)
        yield from self._about_headline(facts)
        for mask in self._masks():
            if mask.partial:
                yield f"line {mask.line}: say which ones are masked: {mask.command}"

    def _about_doubles(self) -> Iterator[str]:
        first: dict[str, int] = {}
        for caption in self.standing_captions:
            *_, (line, _) = mendings(caption.words)
            if line in first:
                yield f"line {caption.line}: the caption of line {first[line]} again"
            first.setdefault(line, caption.line)

    def _about_hands(self, facts: Facts, obtained: _Hand | None) -> Iterator[str]:
        if obtained is None:
            return
        day = self._day(obtained.mention)
        if day and facts.released and day != facts.released.day:
            released = facts.released.day
            yield f"line {obtained.line}: obtained on {day}, and by the captions released on {released}"
        for source in dict.fromkeys(one.read.subject.source for one in self.captions):
            if source and not any(
                same_party(name, obtained.party) for name in (in_sentence(source), source.name) if name
            ):
                by = in_sentence(source)
                told = f"line {obtained.line}: obtained from {obtained.party}"
                yield f"{told}, and by the captions released by {by}"

    def _about_headline(self, facts: Facts) -> Iterator[str]:
        """A headline that places it in other words; headlines may."""
        match = _IN_HEADLINE.search(self.headline.text) if self.headline else None
        place = facts.place or facts.city
        if match and place and fold(match["place"]) not in (fold(place), fold(f"in {place}")):
            yield f"the headline says {match['place']!r}, the captions {place!r}; both can stand"


def fact_words(facts: Facts, name: str) -> str:
    """A fact's value as people read it; empty where it is not stated."""
    value = getattr(facts, name)
    if value in (None, ()):
        return ""
    if isinstance(value, Moment):
        return moment_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _in_words(read: ReadCaption) -> str:
    kind = "grab" if read.subject.grab else read.subject.kind.value
    return f"{kind}, {'as' if read.exact else 'nearly as' if read.style else 'not as'} the style words it"


def _in_full(source: Source, party: str) -> Source:
    """A source with the long name that a text gives it."""
    name = without_article(party)
    article = name != party or source.kind not in PERSONS
    in_caption = source.in_caption or party
    return replace(source, name=name, in_caption=in_caption, article=article and name != party, stub=False)


def _headline(prose: Sequence[_Paragraph]) -> _Paragraph | None:
    """The first paragraph, where it can stand over an article."""
    first = next(iter(prose), None)
    if first is None:
        return None
    text = _HEADLINE_LABEL.sub("", first.text)
    stands = len(text) <= _LONGEST_HEADLINE and not text.endswith((".", ":", "…", ")"))
    stands = stands and not (_OBTAINED.search(text) or _RELAYED.search(text) or text.startswith(_QUOTES))
    return replace(first, text=text) if stands else None


def _joined(prose: Sequence[_Paragraph]) -> list[_Paragraph]:
    """The paragraphs, one that announces a quotation with the quotation."""
    found: list[_Paragraph] = []
    for paragraph in prose:
        if found and found[-1].text.endswith(":") and paragraph.text.startswith(_QUOTES):
            found[-1] = replace(found[-1], text=f"{found[-1].text} {paragraph.text}")
        else:
            found.append(paragraph)
    return found


def _blocks(text: str) -> Iterator[_Block]:
    lines: list[tuple[int, str]] = []
    for number, line in enumerate((*text.split("\n"), ""), 1):
        if tidy(line):
            lines.append((number, tidy(line)))
        elif lines:
            yield _block(lines)
            lines = []


def _block(lines: Sequence[tuple[int, str]]) -> _Block:
    text, starts = "", []
    for number, line in lines:
        text += " " if text else ""
        starts.append((len(text), number))
        text += line
    return _Block(text, tuple(starts))


def _within(block: _Block, start: int, end: int) -> Iterator[_Paragraph]:
    """The paragraphs in a part of a block; labels over captions are none."""
    for first, last in block.fragments(start, end):
        words = block.text[first:last].strip()
        if words and not (_LABEL.fullmatch(words) and (words.isupper() or words.endswith(":"))):
            yield _Paragraph(words, block.line_at(first))


def _sentence_starts(text: str) -> Iterator[int]:
    at = 0
    for sentence in sentences(text):
        at = text.index(sentence, at)
        yield at
        at += len(sentence)


def _has_figures(text: str) -> bool:
    """Whether numbers stand in it besides those of its dates."""
    dates = [(one.start, one.end) for one in find_dates(text)]
    return any(
        not any(start <= figure.start() < end for start, end in dates) for figure in _FIGURE.finditer(text)
    )

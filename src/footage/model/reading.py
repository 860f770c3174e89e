"""Captions read back: from the words of a house style to the facts that they were worded from.

A style's own templates are read backwards, whatever the style; of the readings that are possible the
likeliest is taken from which the style words the same caption again, character for character.
"""

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from footage.model.caption import Subject
from footage.model.caption_layouts import Layout, layouts
from footage.model.caption_slots import SECONDS, CaptionSlots, Where
from footage.model.english import sentence_case, without_article
from footage.model.facts import Facts
from footage.model.flag import Flag, State, Treatment
from footage.model.known_sources import HANDLE, KnownSources
from footage.model.loose_reading import Loose, mendings, read_loosely
from footage.model.moment import Moment
from footage.model.source import Source, SourceKind
from footage.model.style import Medium, Style, Voice
from footage.model.unfilling import Values, possible, unfill
from footage.model.wording import caption_credit, compose, lacks, voice_of

_READINGS = 150
"""How many ways to read one text in one layout are looked at."""
_TRIED = 150
_UNCREDITED = "it ends without a credit"
UNKNOWN_HANDLE = "@"
"""The handle of a source of which a caption says no more than that it has one."""
_BETWEEN = re.compile(r", | and ")


@dataclass(frozen=True, slots=True)
class ReadCaption:
    """What a caption says.

    Attributes:
        text: the caption as it came.
        style: the house style it was read by; empty where no style fits.
        subject: what it says: medium, facts, source and flags. A source that the desk does not know yet has a
            key of its own; flags have no asset, and their spans are in seconds.
        new_sources: the sources in it that the desk does not know yet.
        filled: sources that the desk has as stubs, with what the caption adds to them.
        exact: whether the style words the very same caption from the subject.
        unread: the sentences of which nothing could be read.
        remarks: what is unusual, each in a few words.
    """

    text: str
    style: str
    subject: Subject
    new_sources: tuple[Source, ...] = ()
    filled: tuple[Source, ...] = ()
    exact: bool = False
    unread: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def facts(self) -> Facts:
        """The facts; ``source`` is the key of the subject's source."""
        return self.subject.facts


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a caption: a layout, the values in its places, and where it is."""

    layout: Layout
    values: Values
    where: Where
    weight: tuple[int, ...]


def read_caption(
    text: str, style: Style, sources: Sequence[Source], agency: str, today: dt.date
) -> ReadCaption:
    """Read a caption back into facts; what cannot be read of it is named.

    Stray spaces, other apostrophes in a source's name, and a missing credit or full stop are put up with and
    remarked upon.

    Args:
        sources: those that the desk knows.
        agency: our own agency's name.
        today: the day of reading; some styles tell recent days with their weekday.
    """
    reader = _Reader(style, KnownSources(sources), agency, today)
    lines = list(mendings(text))
    for read in (reader.exact, reader.likeliest):
        for line, remarks in lines:
            if found := read(line):
                exact = found.exact and line == text
                return replace(found, text=text, exact=exact, remarks=(*remarks, *found.remarks))
    line, remarks = lines[-1]
    found = reader.loose(line)
    return replace(found, text=text, remarks=(*remarks, *found.remarks))


@dataclass(frozen=True)
class _Reader:
    """One reading of captions in one style."""

    style: Style
    known: KnownSources
    agency: str
    today: dt.date

    def exact(self, line: str) -> ReadCaption | None:
        """The likeliest reading from which the style words the same line."""
        readings = self._readings(line)
        plain = [one for one in readings[_TRIED:] if one.where == Where()]
        for reading in (*readings[:_TRIED], *plain[:_TRIED]):
            for subject in self._subjects(reading):
                if not lacks(subject) and compose(subject, self.style, self.today) == line:
                    return self._read(line, subject, exact=True)
        return None

    def likeliest(self, line: str) -> ReadCaption | None:
        """The likeliest reading, though the style words it differently; None where its layouts do not fit."""
        for reading in self._readings(line)[:_TRIED]:
            for subject in self._subjects(reading):
                if lacks(subject):
                    continue
                usual = compose(subject, self.style, self.today)
                if not reading.values.get("credit") and usual.startswith(line):
                    return self._read(line, subject, remarks=(_UNCREDITED,))
                differently = f"the style {self.style.name} words it differently: {usual}"
                return self._read(line, subject, remarks=(differently,))
        return None

    def loose(self, line: str) -> ReadCaption:
        """What can be read of a caption that no layout fits."""
        found = read_loosely(line, self.agency)
        source = self._loose_source(found)
        facts = replace(found.facts, source=source.key) if source else found.facts
        subject = Subject(found.kind, facts, source, self.agency)
        if found.credit and caption_credit(subject, self.style) != found.credit:
            subject = replace(subject, facts=replace(facts, credit=found.credit))
        unfit = f"no layout of the style {self.style.name} fits it"
        remarks = (unfit,) if found.credit else (unfit, _UNCREDITED)
        return replace(self._read(line, subject, remarks=remarks), style="", unread=found.unread)

    def _read(
        self, line: str, subject: Subject, *, exact: bool = False, remarks: tuple[str, ...] = ()
    ) -> ReadCaption:
        named = tuple(source for source in (subject.source, *subject.relayed_by) if source)
        new = tuple(source for source in named if source.key not in self.known.keys)
        filled = tuple(source for source in named if source not in self.known and source not in new)
        return ReadCaption(line, self.style.name, subject, new, filled, exact=exact, remarks=remarks)

    # the readings of a line

    def _readings(self, line: str) -> list[_Reading]:
        found = [
            reading
            for layout in self._layouts
            if possible(layout.parts, line)
            for values in self._values(layout, line)
            if not layout.dated or "shot" in values or "circa" in values
            for reading in self._located(layout, values)
        ]
        return sorted(found, key=lambda reading: reading.weight, reverse=True)

    @cached_property
    def _layouts(self) -> tuple[Layout, ...]:
        return tuple(layouts(self.style))

    @cached_property
    def _slots_of(self) -> dict[tuple[str, str], CaptionSlots]:
        nouns = {(layout.noun, layout.credit_noun) for layout in self._layouts}
        return {both: CaptionSlots(self.style, self.agency, *both) for both in nouns}

    def _slots(self, layout: Layout) -> CaptionSlots:
        return self._slots_of[layout.noun, layout.credit_noun]

    def _values(self, layout: Layout, line: str) -> Iterator[Values]:
        """Some of the ways to read a line in a layout, those with long values and those with short ones."""
        slots, seen = self._slots(layout), list[Values]()
        for shorter_first in (False, True):
            found = unfill(layout.parts, line, slots, shorter_first=shorter_first)
            for values in itertools.islice(found, _READINGS):
                if values not in seen:
                    seen.append(values)
                    yield values

    def _located(self, layout: Layout, values: Values) -> Iterator[_Reading]:
        for where in self._slots(layout).where(values):
            yield _Reading(layout, values, where, self._weight(layout, values, where))

    def _weight(self, layout: Layout, values: Values, where: Where) -> tuple[int, ...]:
        """What speaks for a reading, the most telling first."""
        credit, name = values.get("credit", ""), values.get("source", "")
        understood = next(self._credits(layout, credit), None) is not None
        told = sum(key in values for key in ("released", "shot", "circa", "source", "verified", "disclosed"))
        known = self.known.named(name)
        fitting = any(voice_of(source) in layout.voices for source in known)
        shows = values.get("Shows") or values["shows"]
        return (understood, told, fitting, bool(known), *where.weight, -len(name.split()), -len(shows))

    def _credits(self, layout: Layout, credit: str) -> Iterator[Values]:
        return unfill(layout.credit.parts, credit, self._slots(layout)) if credit else iter(())

    # the subjects of a reading

    def _subjects(self, reading: _Reading) -> Iterator[Subject]:
        """What a reading may say, the simplest first; a credit that its parties do not make was written."""
        credit = reading.values.get("credit", "")
        for written in (None, credit) if credit else (None,):
            parties = itertools.product(self._sources(reading), self._created(reading))
            for bare, (source, creator) in itertools.product(self._bare(reading), parties):
                for relays in self._relays(reading):
                    facts = replace(
                        bare.facts,
                        source=source.key if source else None,
                        creator=creator or None,
                        credit=written,
                        relayed_by=tuple(relay.key for relay in relays),
                    )
                    subject = replace(bare, facts=facts, source=source, relayed_by=relays)
                    if written or not credit or caption_credit(subject, self.style) == credit:
                        yield subject

    def _bare(self, reading: _Reading) -> Iterator[Subject]:
        """What a reading says, but for who made, released and relayed it."""
        slots, values, layout = self._slots(reading.layout), reading.values, reading.layout
        shot = slots.day(values.get("shot", "")) or slots.circa(values.get("circa", ""))
        released = slots.day(values.get("released", ""))
        disclosed = slots.disclosed(values["disclosed"]) if "disclosed" in values else None
        flags = (*(disclosed or ()), *self._ours(values, slots))
        people = values.get("shown.people", "")
        shows = values.get("Shows") or values["shows"]
        told = Facts(
            place=reading.where.place or None,
            city=reading.where.city or None,
            country=reading.where.country or None,
            shot=Moment(shot, circa=bool(values.get("circa"))) if shot else None,
            undated=None if layout.dated else True,
            released=Moment(released) if released else None,
            masked_at_source=None if disclosed is None else True,
        )
        for words, persons in itertools.product(
            dict.fromkeys((sentence_case(shows), shows)), (_listed(people), (people,)) if people else ((),)
        ):
            yield Subject(
                layout.kind,
                replace(told, shows=words, person=persons),
                None,
                self.agency,
                flags=flags,
                grab=layout.medium is Medium.GRAB,
                verdicts=slots.verdicts(values["verified"]) if "verified" in values else (),
                timing=SECONDS if any(flag.span for flag in flags) else None,
            )

    def _ours(self, values: Values, slots: CaptionSlots) -> Iterator[Flag]:
        """The flags that the sentences on what we did ourselves tell of."""
        wording = self.style.disclosure
        for prefix, template, treatment in (
            ("ours", wording.ours, None),
            ("cut", wording.cut, Treatment.CUT),
            ("muted", wording.muted, None),
        ):
            told = [name for name in values if name.startswith(f"{prefix}.")]
            if told and template.text:
                reasons = next(slots.reasons(values.get(f"{prefix}.because", "")), ())
                yield Flag(0, 0, None, reasons, State.MASKED, treatment=treatment, mute=prefix == "muted")

    def _created(self, reading: _Reading) -> tuple[str, ...]:
        """Who may have made it, by the credit and what stands behind it; nobody first."""
        name = without_article(reading.values.get("source", ""))
        found = [""]
        for told in self._named_in_credit(reading):
            found += [told.removesuffix(f"/{name}"), told] if name else [told, *told.split("/")[:1]]
        return tuple(dict.fromkeys(found))

    def _named_in_credit(self, reading: _Reading) -> tuple[str, ...]:
        """Who stands in the credit, by the style's own pattern, and in the restrictions behind it."""
        credits = itertools.islice(self._credits(reading.layout, reading.values.get("credit", "")), 20)
        names = ("creator", "parties", "handle")
        found = [values[name] for values in credits for name in names if name in values]
        return (*found, *filter(None, [reading.values.get("restrictions.parties")]))

    def _sources(self, reading: _Reading) -> tuple[Source | None, ...]:
        layout, name = reading.layout, reading.values.get("source", "")
        credited = self._credited(reading)
        handles = [one for one in credited if one.startswith("@")]
        known = (*self.known.named(name), *filter(None, map(self.known.of_handle, handles)))
        known = tuple(self.known.filled(source, name) for source in known)
        fitting = [source for source in known if voice_of(source) in layout.voices]
        if name:
            found = fitting or list(known) or self._new(layout, name, (*handles, "", UNKNOWN_HANDLE))
            return tuple(dict.fromkeys(found))
        named = [source for one in credited for source in self.known.named(one)]
        fitting += [source for source in named if voice_of(source) in layout.voices]
        new = [source for one in credited for source in self._new(layout, *_name_and_handle(one))]
        nobody = [None] if Voice.RELEASED in layout.voices else []
        unnamed = [Source(kind.value, kind=kind, stub=True) for kind in SourceKind]
        anybody = [source for source in unnamed if voice_of(source) in layout.voices]
        return tuple(dict.fromkeys((*nobody, *fitting, *new, *anybody)))

    def _credited(self, reading: _Reading) -> tuple[str, ...]:
        """Each party that may stand in the credit."""
        parts = (part for told in self._named_in_credit(reading) for part in (told, *told.split("/")))
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def _new(self, layout: Layout, name: str, handles: Sequence[str]) -> Iterator[Source]:
        """Sources of that name that the desk does not know, of a kind that a layout speaks of."""
        for handle in handles:
            source = self.known.new(name, handle)
            for kind in (source.kind, *SourceKind):
                fitting = replace(source, kind=kind)
                if voice_of(fitting) in layout.voices:
                    yield fitting
                    break

    def _relays(self, reading: _Reading) -> Iterator[tuple[Source, ...]]:
        """Who passed it on, by the sentences or the credit."""
        told = reading.values.get("relays", "")
        if told:
            yield tuple(self._relay(name) for name in _listed(told))
            yield (self._relay(told),)
            return
        credit = reading.values.get("credit", "")
        for values in itertools.islice(self._credits(reading.layout, credit), 20):
            if relays := values.get("relays", ""):
                yield tuple(self._relay(name) for name in relays.split("/"))
                yield (self._relay(relays),)
        yield ()

    def _relay(self, name: str) -> Source:
        return next(iter(self.known.named(name)), None) or self.known.new(name)

    def _loose_source(self, found: Loose) -> Source | None:
        handle = match[0] if (match := HANDLE.search(found.credit)) else ""
        known = (self.known.of_handle(handle), *self.known.named(found.source))
        if not (found.source or handle):
            return None
        return next(filter(None, known), None) or self.known.new(found.source, handle)


def _listed(text: str) -> tuple[str, ...]:
    """The parts of a list in prose."""
    return tuple(part for part in _BETWEEN.split(text) if part)


def _name_and_handle(text: str) -> tuple[str, tuple[str, ...]]:
    return ("", (text,)) if text.startswith("@") else (text, ("",))

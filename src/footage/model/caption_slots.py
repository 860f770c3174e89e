"""What can stand in the places of a house style's templates, and what it says there."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from footage.model.caption import Timing
from footage.model.countries import is_country
from footage.model.dates import WEEKDAYS
from footage.model.english import (
    bare_place,
    in_country,
    in_place,
    listed,
    location_unknown,
    sentence_case,
    tidy,
    without_article,
    without_stop,
)
from footage.model.flag import Flag, Reason, State, Treatment
from footage.model.provenance import About, Standing, Verdict
from footage.model.span import Span
from footage.model.style import ANY_TREATMENT, Style
from footage.model.template import Template
from footage.model.unfilling import Values, openings, unfill

SECONDS = Timing(0, Fraction(1))
"""What times the spans of flags that a caption tells of: a tick is a second."""

_LONGEST_DATE = 60
_LONGEST_PLACE = 8
"""Words; a longer place is hardly one."""
_MOST_PHRASES = 6
_UPRIGHT = re.compile(r"[A-ZÀ-ÖØ-Þ\d]|[^\W_a-zß-öø-ÿ]")
_CLOCK = r"(?:\d+:)?\d{1,2}:\d\d"
_STRETCH = re.compile(rf"from ({_CLOCK}) to ({_CLOCK})")


@dataclass(frozen=True, slots=True)
class Where:
    """A place as a caption's words name it."""

    place: str = ""
    city: str = ""
    country: str = ""

    @property
    def weight(self) -> tuple[int, int, int]:
        """How likely these are names of places: a known country, a place with a capital, then few words.

        What is no known country may be one where a place stands before it and all its words have capitals.
        """
        spots = [spot for spot in (self.place, self.city) if spot]
        plausible = 0 if not spots else 1 if all(map(_is_name, spots)) else -1
        country = 0
        if self.country:
            upright = all(_UPRIGHT.match(word) for word in self.country.split())
            country = 2 if is_country(self.country) else 1 if upright and plausible > 0 else -1
        return country, plausible, -sum(len(spot.split()) for spot in spots)


@dataclass(frozen=True)
class CaptionSlots:
    """The slots of one style's sentences; names may carry a prefix with a full stop (``ours.because``)."""

    style: Style
    agency: str
    noun: str
    credit_noun: str
    _days: dict[str, dt.date | None] = field(default_factory=dict)
    _read: dict[tuple[str, str], bool] = field(default_factory=dict)

    def opens(self, name: str, text: str, at: int) -> bool:
        """Whether a value of a name may begin there in a text."""
        match name.rpartition(".")[2]:
            case "in_place" | "in_where":
                start = text[at : at + 40]
                return bare_place(start) != start or text.startswith(self.style.unknown_place, at)
            case "in_country":
                return text.startswith("in ", at)
            case "agency":
                return text.startswith(tidy(self.agency), at)
            case "released" | "shot":
                return text.startswith(self._dates, at) or text[at : at + 1].isdigit()
            case "circa":
                return text.startswith(openings(self.style.dates.circa.parts, {}), at)
            case "verified":
                return text.startswith(self._verifying, at)
            case "disclosed":
                return text.startswith(self._disclosing, at)
        return at < len(text)

    def fits(self, name: str, value: str) -> bool:
        """Whether a text can be a name's value."""
        match name.rpartition(".")[2]:
            case "Shows":
                return value == sentence_case(value) == without_stop(value)
            case "shows" | "people":
                return value == without_stop(value)
            case "in_country":
                return len(value) > len("in ")
            case "released" | "shot":
                return self.day(value) is not None
            case "circa":
                return self.circa(value) is not None
            case "agency":
                return value == tidy(self.agency)
            case "noun":
                return value == self.noun
            case "medium":
                return value == self.credit_noun
            case "NOUN":
                return value == self.noun.upper()
            case "because":
                return bool(next(self.reasons(value), ()))
            case "verified" | "disclosed" if value.endswith("."):
                return self._sentences_fit(name, value)
            case "verified" | "disclosed":
                return False
        return True

    def day(self, text: str) -> dt.date | None:
        """The day that a text in this style names; its weekday is not looked at. None where it names none."""
        if len(text) > _LONGEST_DATE or not any(map(str.isdigit, text)):
            return None
        if text not in self._days:
            templates = (self.style.dates.weekday_day, self.style.dates.day)
            read = (day for template in templates for day in self._days_of(template, text))
            self._days[text] = next(read, None)
        return self._days[text]

    def _sentences_fit(self, name: str, value: str) -> bool:
        """Whether a text can be all that is told of checks, or of masks that came with the footage."""
        key = (name, value)
        if key not in self._read:
            fits = bool(self.verdicts(value)) if name == "verified" else self.disclosed(value) is not None
            self._read[key] = fits
        return self._read[key]

    @cached_property
    def _dates(self) -> tuple[str, ...]:
        """What dates begin with, but for digits."""
        words = {"weekday": WEEKDAYS, "month": self.style.dates.months, "day": (), "day2": (), "year": ()}
        templates = (self.style.dates.weekday_day, self.style.dates.day)
        return tuple(opening for template in templates for opening in openings(template.parts, words))

    @cached_property
    def _verifying(self) -> tuple[str, ...]:
        """What a sentence on checks begins with."""
        wording = self.style.verification
        if wording is None:
            return ()
        words = {"about": tuple(wording.about.values()), "agency": (tidy(self.agency),)}
        found = [opening for one in wording.standings.values() for opening in openings(one.parts, words)]
        return tuple(dict.fromkeys((*found, *map(sentence_case, found))))

    @cached_property
    def _disclosing(self) -> tuple[str, ...]:
        """What a sentence on masks of the source begins with."""
        words = {"agency": (tidy(self.agency),), "noun": (self.noun,)}
        wording = self.style.disclosure
        templates = (wording.source, wording.source_unexplained)
        return tuple(opening for template in templates for opening in openings(template.parts, words))

    def circa(self, text: str) -> dt.date | None:
        """The day that a text in this style names as about right."""
        read = unfill(self.style.dates.circa.parts, text, self)
        return next((day for values in read if (day := self.day(values["date"]))), None)

    def reasons(self, text: str) -> Iterator[tuple[Reason, ...]]:
        """The reasons that a list of the style's phrases may stand for."""
        phrases: dict[str, list[Reason]] = {}
        for reason, phrase in self.style.disclosure.because.items():
            phrases.setdefault(phrase, []).append(reason)
        told = [phrase for phrase in phrases if phrase and phrase in text]
        if told and listed(told) == text:
            yield from itertools.product(*(phrases[phrase] for phrase in told))

    def treatments(self, hidden: str) -> tuple[Treatment | None, ...]:
        """The treatments that a style's word may stand for."""
        words = self.style.disclosure.hidden
        keys = (key for key, word in words.items() if word == hidden and key != ANY_TREATMENT)
        named = tuple(map(Treatment, keys))
        return (None, Treatment.CUT, *named) if words[ANY_TREATMENT] == hidden else named

    def where(self, values: Values) -> Iterator[Where]:
        """What the places' names in the values say, the likelier first."""
        if "in_where" in values:
            yield from self._read_list(values["in_where"])
            return
        country = _read_country(values.get("in_country", ""))
        place, unknown = values.get("in_place", ""), self.style.unknown_place
        if place == unknown:
            yield Where("unknown", "", country)
        elif place.startswith(f"{unknown} "):
            yield Where("unknown", _read_place(place.removeprefix(f"{unknown} ")), country)
        else:
            yield Where(_read_place(place), "", country)

    def verdicts(self, text: str) -> tuple[Verdict, ...]:
        """What a sentence says of what was checked; nothing where it is no such sentence."""
        if self.style.verification is None:
            return ()
        parts = text.removesuffix(".").split("; ")
        if len(parts) > _MOST_PHRASES:
            return ()
        for ends in itertools.product((True, False), repeat=len(parts) - 1):
            phrases = [parts[0]]
            for part, parted in zip(parts[1:], ends, strict=True):
                phrases[-1:] = [phrases[-1], part] if parted else [f"{phrases[-1]}; {part}"]
            read = [self._verdict(phrase, first=not at) for at, phrase in enumerate(phrases)]
            if all(read):
                return tuple(verdict for verdict in read if verdict)
        return ()

    def disclosed(self, text: str) -> tuple[Flag, ...] | None:
        """The flags that the sentences on masks of the source tell of; None where they are no such sentences.

        No flags where they tell no more than that there are masks.
        """
        told = next(self._disclosures(text), None)
        if told is None:
            return None
        flags: list[Flag] = []
        for values in told:
            flags += self._flags(values, flags)
        if len(flags) == 1 and flags[0].span:
            # A style says when only where several flags are told apart: these two begin and end together.
            flags.append(flags[0])
        bare = len(flags) == 1 and not (flags[0].reasons or flags[0].treatment)
        return () if bare else tuple(flags)

    def _disclosures(self, text: str) -> Iterator[list[Values]]:
        if not text:
            yield []
            return
        for end in [match.end() for match in re.finditer(r"\.(?= |$)", text)]:
            for template in (self.style.disclosure.source, self.style.disclosure.source_unexplained):
                for values in unfill(template.parts, text[:end], self):
                    if not self._tells(values):
                        continue
                    for rest in self._disclosures(text[end + 1 :]):
                        yield [values, *rest]

    def _tells(self, values: Values) -> bool:
        return bool(self.treatments(values.get("hidden", ""))) and (
            "when" not in values or bool(_stretches(values["when"]))
        )

    def _flags(self, values: Values, before: Sequence[Flag]) -> list[Flag]:
        """The flags of one sentence; never so alike to those before that one sentence would tell of both."""
        taken = {(flag.treatment, frozenset(flag.reasons)) for flag in before}
        because = values.get("because")
        choices = [
            (treatment, reasons)
            for treatment in self.treatments(values["hidden"])
            for reasons in (self.reasons(because) if because else [()])
        ]
        free = [one for one in choices if (one[0], frozenset(one[1])) not in taken]
        treatment, reasons = (free or choices)[0]
        spans = _stretches(values["when"]) if "when" in values else (None,)
        return [Flag(0, 0, span, reasons, State.SOURCE, treatment=treatment) for span in spans]

    def _verdict(self, phrase: str, *, first: bool) -> Verdict | None:
        wording = self.style.verification
        assert wording is not None
        spellings = (phrase, phrase[:1].lower() + phrase[1:]) if first else (phrase,)
        for standing in Standing:
            for spelt in spellings:
                for values in unfill(wording.standings[standing].parts, spelt, self):
                    about = next((one for one in About if wording.about[one] == values.get("about")), None)
                    if about is not None:
                        return Verdict(about, standing, values.get("how", ""))
        return None

    def _days_of(self, template: Template, text: str) -> Iterator[dt.date]:
        for values in unfill(template.parts, text, _DateSlots(self.style)):
            months = [at for at, word in enumerate(self.style.dates.months, 1) if word == values.get("month")]
            try:
                yield dt.date(int(values["year"]), months[0], int(values.get("day") or values["day2"]))
            except (KeyError, IndexError, ValueError):
                continue

    def _read_list(self, text: str) -> Iterator[Where]:
        """Readings of "in place, city, country"."""
        unknown = self.style.unknown_place
        if text == unknown:
            yield Where("unknown")
        elif text.startswith(f"{unknown} "):
            for known in self._read_list(text.removeprefix(f"{unknown} ")):
                if not known.city:
                    yield Where("unknown", known.place, known.country)
        parts = text.split(", ")
        last = parts[-1]
        if len(parts) == 1 and is_country(_read_country(text)):
            yield Where(country=_read_country(text))
        if len(parts) > 2 and is_country(last):
            yield Where(_read_place(", ".join(parts[:-2])), parts[-2], last)
        if len(parts) > 1 and is_country(last):
            yield Where(_read_place(", ".join(parts[:-1])), "", last)
        yield Where(_read_place(text))


@dataclass(frozen=True, slots=True)
class _DateSlots:
    """The slots of a style's dates."""

    style: Style

    def opens(self, name: str, text: str, at: int) -> bool:
        if name in ("day", "day2", "year"):
            return text[at : at + 1].isdigit()
        return at < len(text)

    def fits(self, name: str, value: str) -> bool:
        if name == "month":
            return value in self.style.dates.months
        if name == "weekday":
            return value in WEEKDAYS
        return value.isascii() and value.isdigit() and len(value) <= (4 if name == "year" else 2)


def _stretches(text: str) -> tuple[Span, ...]:
    """The spans, in seconds, of "from 0:04 to 0:07 and from 0:09 to 0:12"; none in other words."""
    found = list(_STRETCH.finditer(text))
    if not found or listed([match[0] for match in found]) != text:
        return ()
    times = [(_seconds(match[1]), _seconds(match[2])) for match in found]
    return tuple(Span(start, end) for start, end in times) if all(a < b for a, b in times) else ()


def _seconds(clock: str) -> int:
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def _read_place(text: str) -> str:
    """A place whose words in a sentence these are."""
    bare = text.removeprefix("in ")
    return bare if in_place(bare) == text else text


def _read_country(text: str) -> str:
    bare = text.removeprefix("in ")
    plain = without_article(bare)
    return plain if in_country(plain) == text else bare


def _is_name(place: str) -> bool:
    if location_unknown(place):
        return True
    words = without_article(bare_place(place)).split()
    return 0 < len(words) <= _LONGEST_PLACE and any(_UPRIGHT.match(word) for word in words)

"""House styles: how an agency words its captions, as data read from one TOML file each."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from footage.errors import Usage
from footage.model.dates import MONTHS, WEEKDAYS
from footage.model.flag import MASKING, Reason
from footage.model.provenance import About, Standing
from footage.model.template import Template, nearest, parse_template


class Medium(StrEnum):
    """What a caption speaks of; a grab is a still taken from a video."""

    VIDEO = "video"
    STILL = "still"
    GRAB = "grab"


class WeekdayPolicy(StrEnum):
    """When a date is told with its weekday."""

    ALWAYS = "always"
    RECENT = "recent"
    NEVER = "never"


class Voice(StrEnum):
    """Whose footage a caption speaks of; styles word each in its own way, or all as ``released``.

    ``handout`` is what an organisation gave out, ``social`` what stood under a handle, ``eyewitness`` what
    somebody who was there made, ``staff`` our own.
    """

    RELEASED = "released"
    HANDOUT = "handout"
    SOCIAL = "social"
    EYEWITNESS = "eyewitness"
    STAFF = "staff"


SENTENCE_NAMES = (
    "Shows",
    "shows",
    "in_place",
    "in_country",
    "in_where",
    "shot",
    "circa",
    "released",
    "source",
    "relays",
    "agency",
)
PEOPLE_NAMES = ("people", "noun")
DATE_NAMES = ("weekday", "month", "day", "day2", "year")
CREDIT_NAMES = ("handle", "parties", "relays", "creator", "agency", "medium")
FRAME_NAMES = ("credit", "restrictions")
RESTRICTION_NAMES = ("agency", "parties", "noun", "NOUN")
DISCLOSURE_NAMES = ("agency", "noun", "when", "hidden", "because")
VERIFICATION_NAMES = ("about", "how", "agency")
ANY_TREATMENT = "any"
UNKNOWN_PLACE = "at an unknown location"
CIRCA = "circa {date}"


@dataclass(frozen=True, slots=True)
class DateWording:
    """How dates are written.

    Attributes:
        day, weekday_day: a date without and with its weekday.
        weekday: when the weekday is told; ``recent`` means not longer ago than ``recent_days``.
        months: twelve names as they stand with a day; ``months_alone``: without a day.
        circa: a date that is only about right.
    """

    day: Template
    weekday_day: Template
    weekday: WeekdayPolicy
    recent_days: int
    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    circa: Template


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a caption.

    Attributes:
        undated, dated: the first sentence, where nobody knows and where it is known when it was shot.
        released: the second one, or nothing.
    """

    undated: Template
    dated: Template
    released: Template


@dataclass(frozen=True, slots=True)
class MediumWording:
    """How one medium is spoken of.

    Attributes:
        noun: what disclosures call it ("footage").
        credit_noun: what credits call it ("Photo").
        voices: the sentences for each voice.
    """

    noun: str
    credit_noun: str
    voices: Mapping[Voice, Sentences]


@dataclass(frozen=True, slots=True)
class CreditWording:
    """The credit line.

    Attributes:
        frame: how it stands at the caption's end ("({credit})"), the restrictions of a handout behind it.
        voices: what it says for each voice.
    """

    frame: Template
    voices: Mapping[Voice, Template]


@dataclass(frozen=True, slots=True)
class DisclosureWording:
    """What is said of masks.

    Attributes:
        ours: of masks that we made; may say nothing.
        cut, muted: of what we took out, and of sound that we silenced; may say nothing.
        source: of masks that came with the footage, for a reason that is apparent.
        source_unexplained: the same where no reason is known.
        hidden: what each treatment does, by its name; ``any`` where treatments differ or are not known.
        because: the reason, by the flag's.
    """

    ours: Template
    cut: Template
    muted: Template
    source: Template
    source_unexplained: Template
    hidden: Mapping[str, str]
    because: Mapping[Reason, str]


@dataclass(frozen=True, slots=True)
class VerificationWording:
    """What is said of what was checked; a sentence joins the phrases with semicolons.

    Attributes:
        standings: the phrase for each standing (``verified``, ``unverified``, ``contradicted``).
        about: what the checked facts are called (``place``, ``date``, ``source``).
    """

    standings: Mapping[Standing, Template]
    about: Mapping[About, str]


@dataclass(frozen=True, slots=True)
class Handout:
    """On what terms third parties' footage may be used.

    Attributes:
        days: for how long after its release; 0 for any time.
        terms: in words, as usage terms say them.
        no_archive: whether it may not be kept.
        restrictions: what captions print behind the credit of a handout; may say nothing.
    """

    days: int
    terms: str
    no_archive: bool
    restrictions: Template


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may be: bytes of UTF-8 in IIM's fields, and sentences (0 for any number)."""

    caption_bytes: int
    credit_bytes: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Style:
    """One house style: a layout of captions, with places for every agency's own name.

    Attributes:
        people: the sentence that names who is seen; may say nothing.
        unknown_place: what stands for a place that is stated to be unknown, with its preposition.
        verification: None where the style is silent about what was checked.
        handout: None where the style knows no terms for handouts.
    """

    name: str
    title: str
    dates: DateWording
    media: Mapping[Medium, MediumWording]
    credit: CreditWording
    disclosure: DisclosureWording
    limits: Limits
    people: Template
    unknown_place: str
    verification: VerificationWording | None
    handout: Handout | None

    def date(self, day: dt.date, today: dt.date) -> str:
        """A day as this style writes it.

        Args:
            today: the day of writing, which decides whether a weekday is told.
        """
        told = self.tells_weekday(day, today)
        values = {
            "weekday": WEEKDAYS[day.weekday()],
            "month": self.dates.months[day.month - 1],
            "day": str(day.day),
            "day2": f"{day.day:02}",
            "year": str(day.year),
        }
        return (self.dates.weekday_day if told else self.dates.day).fill(values)

    def tells_weekday(self, day: dt.date, today: dt.date) -> bool:
        """Whether a day is told with its weekday."""
        if self.dates.weekday is WeekdayPolicy.RECENT:
            return 0 <= (today - day).days <= self.dates.recent_days
        return self.dates.weekday is WeekdayPolicy.ALWAYS


def parse_style(name: str, data: Mapping[str, object]) -> Style:
    """Read a house style from the content of its TOML file.

    Args:
        name: what the style is called on the command line.
        data: as ``tomllib`` gives it.

    Raises:
        Usage: a key is missing, not known, or holds something else than it should; the message names the key
            with its tables, the hint what was probably meant.
    """
    top = _Table(name, "", data)
    top.only(
        ("title", "dates", "video", "still", "credit", "disclosure", "limits"),
        ("grab", "people", "unknown_place", "verification", "handout"),
    )
    media = {medium: _medium(top.table(medium.value)) for medium in Medium if medium in data}
    media.setdefault(Medium.GRAB, media[Medium.STILL])
    return Style(
        name,
        top.text("title"),
        _dates(top.table("dates")),
        media,
        _credit(top.table("credit")),
        _disclosure(top.table("disclosure")),
        _limits(top.table("limits")),
        top.optional("people", PEOPLE_NAMES),
        top.text("unknown_place") if "unknown_place" in data else UNKNOWN_PLACE,
        _verification(top.table("verification")) if "verification" in data else None,
        _handout(top.table("handout")) if "handout" in data else None,
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of a style's file, read key by key."""

    style: str
    path: str
    data: Mapping[str, object]

    def only(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Check that it has all the required keys and none besides these and the optional ones."""
        known = (*required, *optional)
        for key in self.data:
            if key not in known:
                absent = [other for other in known if other not in self.data]
                near = nearest(key, absent) or nearest(key, known)
                hint = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
                raise self.wrong(f"does not know the key {self.full(key)!r}", hint)
        for key in required:
            if key not in self.data:
                raise self.wrong(
                    f"lacks the key {self.full(key)!r}", "write it as the style newsflash has it"
                )

    def text(self, key: str) -> str:
        value = self.data[key]
        if not isinstance(value, str):
            raise self.wrong(f"needs a text at {self.full(key)!r}, not {value!r}", f'{key} = "…"')
        return value

    def number(self, key: str) -> int:
        value = self.data[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(f"needs a number at {self.full(key)!r}, not {value!r}", f"{key} = 14")
        return value

    def table(self, key: str) -> "_Table":
        value = self.data[key]
        if not isinstance(value, Mapping):
            raise self.wrong(f"needs a table at {self.full(key)!r}, not {value!r}", f"[{self.full(key)}]")
        return _Table(self.style, self.full(key), value)

    def template(self, key: str, names: Collection[str]) -> Template:
        try:
            return parse_template(self.text(key), names)
        except Usage as error:
            raise self.wrong(f"has a flaw at {self.full(key)!r}: {error.message}", error.hint) from error

    def optional(self, key: str, names: Collection[str], default: str = "") -> Template:
        """The template of a key that may be left out; without a default it then says nothing."""
        return self.template(key, names) if key in self.data else parse_template(default, names)

    def truth(self, key: str) -> bool:
        value = self.data[key]
        if not isinstance(value, bool):
            raise self.wrong(f"needs true or false at {self.full(key)!r}, not {value!r}", f"{key} = true")
        return value

    def texts(self, key: str, count: int, like: tuple[str, ...]) -> tuple[str, ...]:
        value = self.data[key]
        if not isinstance(value, list) or len(value) != count or not all(isinstance(v, str) for v in value):
            example = ", ".join(f'"{text}"' for text in like[:2])
            raise self.wrong(f"needs {count} texts at {self.full(key)!r}", f"{key} = [{example}, …]")
        return tuple(value)

    def word_of(self, key: str, choices: Collection[str]) -> str:
        value = self.text(key)
        if value not in choices:
            near = nearest(value, choices)
            hint = f"did you mean {near}?" if near else f"one of {', '.join(choices)}"
            raise self.wrong(f"does not know {value!r} at {self.full(key)!r}", hint)
        return value

    def wrong(self, what: str, hint: str) -> Usage:
        return Usage(f"the style {self.style} {what}", hint)

    def full(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _dates(table: _Table) -> DateWording:
    table.only(("day", "weekday_day", "weekday", "months", "months_alone"), ("recent_days", "circa"))
    policy = WeekdayPolicy(table.word_of("weekday", tuple(WeekdayPolicy)))
    if policy is WeekdayPolicy.RECENT and "recent_days" not in table.data:
        raise table.wrong(f"lacks the key {table.full('recent_days')!r}", "recent_days = 14")
    return DateWording(
        table.template("day", DATE_NAMES),
        table.template("weekday_day", DATE_NAMES),
        policy,
        table.number("recent_days") if "recent_days" in table.data else 0,
        table.texts("months", 12, MONTHS),
        table.texts("months_alone", 12, MONTHS),
        table.optional("circa", ("date",), CIRCA),
    )


def _medium(table: _Table) -> MediumWording:
    own = [voice for voice in Voice if voice is not Voice.RELEASED]
    table.only(("noun", "credit_noun", "undated", "dated", "released"), own)
    voices = {Voice.RELEASED: _sentences(table)}
    for voice in own:
        if voice in table.data:
            worded = table.table(voice)
            worded.only(("undated", "dated", "released"))
            voices[voice] = _sentences(worded)
        else:
            voices[voice] = voices[Voice.RELEASED]
    return MediumWording(table.text("noun"), table.text("credit_noun"), voices)


def _sentences(table: _Table) -> Sentences:
    return Sentences(
        table.template("undated", SENTENCE_NAMES),
        table.template("dated", SENTENCE_NAMES),
        table.template("released", SENTENCE_NAMES),
    )


def _credit(table: _Table) -> CreditWording:
    table.only(("frame", "released", "staff"), tuple(Voice))
    frame = table.template("frame", FRAME_NAMES)
    if "credit" not in frame.names:
        raise table.wrong(f"has no {{credit}} at {table.full('frame')!r}", 'frame = "({credit})"')
    released = table.template("released", CREDIT_NAMES)
    voices = {
        voice: table.template(voice, CREDIT_NAMES) if voice in table.data else released for voice in Voice
    }
    return CreditWording(frame, voices)


def _disclosure(table: _Table) -> DisclosureWording:
    table.only(("ours", "source", "source_unexplained", "hidden", "because"), ("cut", "muted"))
    hidden, because = table.table("hidden"), table.table("because")
    hidden.only((*MASKING, ANY_TREATMENT))
    because.only((), tuple(Reason))
    return DisclosureWording(
        table.template("ours", DISCLOSURE_NAMES),
        table.optional("cut", DISCLOSURE_NAMES),
        table.optional("muted", DISCLOSURE_NAMES),
        table.template("source", DISCLOSURE_NAMES),
        table.template("source_unexplained", DISCLOSURE_NAMES),
        {key: hidden.text(key) for key in hidden.data},
        {reason: because.text(reason) for reason in Reason if reason in because.data},
    )


def _verification(table: _Table) -> VerificationWording:
    table.only((*Standing, "about"))
    about = table.table("about")
    about.only(tuple(About))
    standings = {standing: table.template(standing, VERIFICATION_NAMES) for standing in Standing}
    return VerificationWording(standings, {one: about.text(one) for one in About})


def _handout(table: _Table) -> Handout:
    table.only(("days", "terms", "no_archive"), ("restrictions",))
    return Handout(
        table.number("days"),
        table.text("terms"),
        table.truth("no_archive"),
        table.optional("restrictions", RESTRICTION_NAMES),
    )


def _limits(table: _Table) -> Limits:
    table.only(("caption_bytes", "credit_bytes"), ("sentences",))
    sentences = table.number("sentences") if "sentences" in table.data else 0
    return Limits(table.number("caption_bytes"), table.number("credit_bytes"), sentences)

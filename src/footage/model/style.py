"""House styles: how an agency words its captions, as data read from one TOML file each."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from footage.errors import Usage
from footage.model.dates import MONTHS, WEEKDAYS
from footage.model.flag import MASKING, Reason
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


SENTENCE_NAMES = (
    "Shows",
    "shows",
    "in_place",
    "in_country",
    "in_where",
    "shot",
    "released",
    "source",
    "agency",
)
DATE_NAMES = ("weekday", "month", "day", "year")
CREDIT_NAMES = ("handle", "parties", "creator", "agency", "medium")
DISCLOSURE_NAMES = ("agency", "noun", "hidden", "because")
ANY_TREATMENT = "any"


@dataclass(frozen=True, slots=True)
class DateWording:
    """How dates are written.

    Attributes:
        day, weekday_day: a date without and with its weekday.
        weekday: when the weekday is told; ``recent`` means not longer ago than ``recent_days``.
        months: twelve names as they stand with a day; ``months_alone``: without a day.
    """

    day: Template
    weekday_day: Template
    weekday: WeekdayPolicy
    recent_days: int
    months: tuple[str, ...]
    months_alone: tuple[str, ...]


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
        released, staff: the sentences for what a source released, and for what our own staff made.
    """

    noun: str
    credit_noun: str
    released: Sentences
    staff: Sentences


@dataclass(frozen=True, slots=True)
class CreditWording:
    """The credit line.

    Attributes:
        frame: how it stands at the caption's end ("({credit})").
        released, staff: what it says for a source's work, and for our own staff's.
    """

    frame: Template
    released: Template
    staff: Template


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
class Limits:
    """How long things may be: bytes of UTF-8 in IIM's fields, and sentences (0 for any number)."""

    caption_bytes: int
    credit_bytes: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Style:
    """One house style: a layout of captions, with places for every agency's own name."""

    name: str
    title: str
    dates: DateWording
    media: Mapping[Medium, MediumWording]
    credit: CreditWording
    disclosure: DisclosureWording
    limits: Limits

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
    top.only(("title", "dates", "video", "still", "credit", "disclosure", "limits"), ("grab",))
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
    table.only(("day", "weekday_day", "weekday", "months", "months_alone"), ("recent_days",))
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
    )


def _medium(table: _Table) -> MediumWording:
    table.only(("noun", "credit_noun", "undated", "dated", "released"), ("staff",))
    released = _sentences(table)
    staff = released
    if "staff" in table.data:
        own = table.table("staff")
        own.only(("undated", "dated", "released"))
        staff = _sentences(own)
    return MediumWording(table.text("noun"), table.text("credit_noun"), released, staff)


def _sentences(table: _Table) -> Sentences:
    return Sentences(
        table.template("undated", SENTENCE_NAMES),
        table.template("dated", SENTENCE_NAMES),
        table.template("released", SENTENCE_NAMES),
    )


def _credit(table: _Table) -> CreditWording:
    table.only(("frame", "released", "staff"))
    return CreditWording(
        table.template("frame", ("credit",)),
        table.template("released", CREDIT_NAMES),
        table.template("staff", CREDIT_NAMES),
    )


def _disclosure(table: _Table) -> DisclosureWording:
    table.only(("ours", "source", "source_unexplained", "hidden", "because"), ("cut", "muted"))
    hidden, because = table.table("hidden"), table.table("because")
    hidden.only((*MASKING, ANY_TREATMENT))
    because.only((), tuple(Reason))
    return DisclosureWording(
        table.template("ours", DISCLOSURE_NAMES),
        _optional(table, "cut"),
        _optional(table, "muted"),
        table.template("source", DISCLOSURE_NAMES),
        table.template("source_unexplained", DISCLOSURE_NAMES),
        {key: hidden.text(key) for key in hidden.data},
        {reason: because.text(reason) for reason in Reason if reason in because.data},
    )


def _optional(table: _Table, key: str) -> Template:
    """A sentence of a disclosure; nothing where the style is silent."""
    return table.template(key, DISCLOSURE_NAMES) if key in table.data else parse_template("", ())


def _limits(table: _Table) -> Limits:
    table.only(("caption_bytes", "credit_bytes"), ("sentences",))
    sentences = table.number("sentences") if "sentences" in table.data else 0
    return Limits(table.number("caption_bytes"), table.number("credit_bytes"), sentences)

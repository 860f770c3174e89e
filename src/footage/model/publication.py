"""Publication: what a published file says of itself."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage.errors import Usage
from footage.model.asset import Kind
from footage.model.moment import Moment, moment_text, parse_moment
from footage.model.span import exact_clock

HUMAN_EDITS = "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"
"""The digital source type of what people altered, for instance by masking it."""

CONTENT_WARNING = "http://cv.iptc.org/newscodes/contentwarning/"
"""What a content warning's address starts with; a reason's name follows."""

_EMBARGO = re.compile(r"Embargoed until ([^.\n]{10,80})\.(?:\s+|$)")
_EXPIRY = re.compile(r"Not to be used after ([^.\n]{10,80})\.(?:\s+|$)")


class Status(StrEnum):
    """May it be used? ``canceled`` is a killed item's."""

    USABLE = "usable"
    WITHHELD = "withheld"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Place:
    """A place from the smallest to the largest; empty means: not stated."""

    sublocation: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    country_code: str = ""

    @property
    def name(self) -> str:
        """What is stated, in one line, without the code.

        >>> Place("Bakhmut direction", country="Ukraine", country_code="UKR").name
        'Bakhmut direction, Ukraine'
        """
        return ", ".join(filter(None, (self.sublocation, self.city, self.state, self.country)))


@dataclass(frozen=True, slots=True)
class PublishedShot:
    """A shot of the published video.

    Attributes:
        number: from 1.
        start, end: in exact seconds from the published file's first frame; half-open.
        keyframe: its picture's path in the package; empty where it has none.
    """

    number: int
    start: Fraction
    end: Fraction
    description: str = ""
    keyframe: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A file that belongs to the publication.

    Attributes:
        href: its path in the package (``clip.mp4``), not escaped; or an address with a scheme.
        content_type: an IANA media type (``video/mp4``).
        role: ``main`` for the media itself, else ``preview``, ``thumbnail``, ``subtitles`` …
        size: in bytes. duration: in exact seconds. codec: FFmpeg's name of the pictures' coding.
        frame_rate: pictures a second where that is constant; None where it varies or there is none.
        language: of subtitles, as a BCP 47 code.
    """

    href: str
    content_type: str
    role: str = "main"
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration: Fraction | None = None
    codec: str = ""
    frame_rate: Fraction | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the footage on its way to us, from hand to hand.

    Attributes:
        party: who acted, by its long name. action: what it did (``released``, ``relayed``, ``obtained``).
        to: whom it gave it to; empty: everybody, or nobody said.
    """

    party: str
    action: str
    on: Moment | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that is written into one published file, and nothing else is; empty means: not stated.

    XMP and IIM need nothing but the caption; ninjs and NewsML-G2 also ``kind``, ``guid`` and
    ``version_created``.

    Attributes:
        caption: the wire caption, as printed.
        credit: the credit line, as printed.
        source: who released it, by its long name.
        creator: who made it. creator_title: its job title or AP's code for a handout (``HONS``).
        caption_writer: who wrote the caption.
        place: where in or near the city ("Bakhmut direction"); with ``city``, ``state``, ``country`` and
            ``country_code`` (ISO 3166, three letters) the place shown, see :attr:`shown`.
        created: where the camera stood; None: nobody has said.
        date_created: when it was shot; contradicts ``undated``.
        undated: nobody knows when it was shot.
        released: when the source made it public.
        relayed_by: who passed it on, by long name. hops: the same and more, step by step, first step first.
        statement: what the source said with it. url: where the source published it.
        rights: the copyright notice. usage_terms: what a buyer may do with it.
        data_mining: the address of PLUS's term for what machines may do with it.
        instructions: for the desk that receives it; see also :attr:`handling`.
        edit_note: what this version changed and why, for the desk that receives it.
        language: of the speech in it, as a BCP 47 code.
        person: who is shown.
        event: what it was made at, in words; event_id: its identifiers.
        alt: what it shows, for those who do not see it (at most 250 characters, IPTC advises).
        extended_description: the same at length.
        content_warnings: addresses of IPTC content warnings.
        digital_source_type: the address of IPTC's term, for instance :data:`HUMAN_EDITS`.
        story: the story's slug; the standards' title and slugline. job: the desk's own number of the job.
        supplier: our own agency.
        guid: a name for these very bytes' content that nobody else uses, as a URI; the same in all versions.
        version: from 1. version_created: when it was made, with its zone.
        status: may it be used?
        location: latitude and longitude in degrees; None unless the desk asked to keep it.
        embargo: not before. expires: not after.
        shots: the published video's. shot_list: all of them as the desk prints them; else :attr:`dopesheet`.
        links: the media itself first, then what belongs to it.
    """

    caption: str
    headline: str = ""
    credit: str = ""
    source: str = ""
    creator: tuple[str, ...] = ()
    place: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    date_created: Moment | None = None
    undated: bool = False
    released: Moment | None = None
    relayed_by: tuple[str, ...] = ()
    rights: str = ""
    usage_terms: str = ""
    instructions: str = ""
    keyword: tuple[str, ...] = ()
    language: str = ""
    person: tuple[str, ...] = ()
    content_warnings: tuple[str, ...] = ()
    digital_source_type: str = ""
    story: str = ""
    supplier: str = ""
    guid: str = ""
    location: tuple[float, float] | None = None
    embargo: Moment | None = None
    expires: Moment | None = None
    kind: Kind = Kind.STILL
    creator_title: str = ""
    caption_writer: str = ""
    country_code: str = ""
    created: Place | None = None
    job: str = ""
    event: str = ""
    event_id: tuple[str, ...] = ()
    alt: str = ""
    extended_description: str = ""
    data_mining: str = ""
    statement: str = ""
    url: str = ""
    edit_note: str = ""
    version: int = 1
    version_created: Moment | None = None
    status: Status = Status.USABLE
    hops: tuple[Hop, ...] = ()
    shots: tuple[PublishedShot, ...] = ()
    shot_list: str = ""
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        if self.undated and self.date_created is not None:
            raise ValueError("undated footage has no date of creation")

    @property
    def day_created(self) -> Moment | None:
        """When it was shot, for fields that hold an exact date: nothing where that is only about right."""
        return self.date_created if self.date_created and not self.date_created.circa else None

    @property
    def shown(self) -> Place:
        """The place shown."""
        return Place(self.place, self.city, self.state, self.country, self.country_code)

    @property
    def handling(self) -> str:
        """The instructions, led by the embargo and the expiry: few standards have fields for those.

        :func:`read_handling` is the way back.

        >>> day = Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv")
        >>> Publication("Smoke rises.", embargo=day, instructions="No archiving.").handling
        'Embargoed until 2023-03-24 23:50 Europe/Kyiv. No archiving.'
        """
        lines = (
            f"Embargoed until {moment_text(self.embargo)}." if self.embargo else "",
            f"Not to be used after {moment_text(self.expires)}." if self.expires else "",
            self.instructions,
        )
        return " ".join(filter(None, lines))

    @property
    def dopesheet(self) -> str:
        """The shot list as text: as the desk prints it, else one line a shot that says anything.

        >>> shot = PublishedShot(1, Fraction(0), Fraction(9, 2), "Wide of a street")
        >>> Publication("Smoke rises.", shots=(shot,)).dopesheet
        '1. 0:00–0:04.500 Wide of a street'
        """
        lines = (
            f"{shot.number}. {exact_clock(shot.start)}–{exact_clock(shot.end)} {shot.description}"
            for shot in self.shots
            if shot.description
        )
        return self.shot_list or "\n".join(lines)

    @property
    def main(self) -> Link | None:
        """The media itself, where a link leads to it."""
        return next((link for link in self.links if link.role == "main"), None)


def read_handling(text: str) -> tuple[Moment | None, Moment | None, str]:
    """The embargo, the expiry and the rest of instructions that :attr:`Publication.handling` worded.

    >>> embargo, expires, rest = read_handling("Embargoed until 2023-03-24. No archiving.")
    >>> str(embargo.day), expires, rest
    ('2023-03-24', None, 'No archiving.')
    """
    embargo, text = _leading(_EMBARGO, text)
    expires, text = _leading(_EXPIRY, text)
    return embargo, expires, text


def _leading(pattern: re.Pattern[str], text: str) -> tuple[Moment | None, str]:
    """The moment that a sentence at the beginning states, and what follows it."""
    match = pattern.match(text)
    if match is None:
        return None, text
    try:
        moment = parse_moment(match[1], dt.date.min)
    except Usage:
        return None, text
    return (moment, text[match.end() :]) if moment_text(moment) == match[1] else (None, text)

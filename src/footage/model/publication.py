"""Publication: what a published file says of itself."""

from dataclasses import dataclass

from footage.model.moment import Moment, moment_text

HUMAN_EDITS = "http://cv.iptc.org/newscodes/digitalsourcetype/humanEdits"
"""The digital source type of what people altered, for instance by masking it."""

CONTENT_WARNING = "http://cv.iptc.org/newscodes/contentwarning/"
"""What a content warning's address starts with; a reason's name follows."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that is written into one published file, and nothing else is; empty means: not stated.

    Attributes:
        caption: the wire caption, as printed.
        credit: the credit line, as printed.
        source: who released it, by its long name.
        creator: who made it.
        place: where in or near the city ("Bakhmut direction").
        date_created: when it was shot; contradicts ``undated``.
        undated: nobody knows when it was shot.
        released: when the source made it public.
        relayed_by: who passed it on, by long name.
        rights: the copyright notice. usage_terms: what a buyer may do with it.
        instructions: for the desk that receives it; see also :attr:`handling`.
        language: of the speech in it, as a BCP 47 code.
        person: who is shown.
        content_warnings: addresses of IPTC content warnings.
        digital_source_type: the address of IPTC's term, for instance :data:`HUMAN_EDITS`.
        story: the story's slug.
        supplier: our own agency.
        guid: a name for these very bytes' content that nobody else uses.
        location: latitude and longitude in degrees; None unless the desk asked to keep it.
        embargo: not before. expires: not after.
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

    def __post_init__(self) -> None:
        if self.undated and self.date_created is not None:
            raise ValueError("undated footage has no date of creation")

    @property
    def handling(self) -> str:
        """The instructions, led by the embargo and the expiry: no standard has a field of its own for those.

        >>> import datetime
        >>> day = Moment(datetime.date(2023, 3, 24), datetime.time(23, 50), "Europe/Kyiv")
        >>> Publication("Smoke rises.", embargo=day, instructions="No archiving.").handling
        'Embargoed until 2023-03-24 23:50 Europe/Kyiv. No archiving.'
        """
        lines = (
            f"Embargoed until {moment_text(self.embargo)}." if self.embargo else "",
            f"Not to be used after {moment_text(self.expires)}." if self.expires else "",
            self.instructions,
        )
        return " ".join(filter(None, lines))

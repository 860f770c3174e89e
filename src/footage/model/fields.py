"""The fields of facts: what sort of value each takes, and what it means, for options, tables and forms."""

from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """What a field holds."""

    TEXT = "text"
    MOMENT = "moment"
    LIST = "list"
    TRUTH = "truth"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of facts.

    Attributes:
        name: as :class:`~footage.model.facts.Facts` has it.
        prose: whether words stand in it; not a key, a code or an address.
    """

    name: str
    sort: Sort
    help: str
    prose: bool = False

    @property
    def option(self) -> str:
        """Its name as people type it.

        >>> FIELDS["masked_at_source"].option
        'masked-at-source'
        """
        return self.name.replace("_", "-")


_TEXT, _MOMENT, _LIST, _TRUTH = Sort.TEXT, Sort.MOMENT, Sort.LIST, Sort.TRUTH
_EXAMPLE = '2023-03-24, "2023-03-24 23:50 Europe/Kyiv", today'
_ALL = (
    Field("shows", _TEXT, "Who does what, in the present tense, without a place.", True),
    Field("headline", _TEXT, "The headline.", True),
    Field("place", _TEXT, "Where, as the caption says it (Bakhmut direction).", True),
    Field("city", _TEXT, "The city.", True),
    Field("state", _TEXT, "The state, province or oblast.", True),
    Field("country", _TEXT, "The country.", True),
    Field("shot", _MOMENT, "When it was shot."),
    Field("undated", _TRUTH, "Nobody knows when it was shot."),
    Field("released", _MOMENT, f"When the source made it public ({_EXAMPLE})."),
    Field("source", _TEXT, "Who released it: a source's key, or an @handle."),
    Field("url", _TEXT, "Where it was published."),
    Field("statement", _TEXT, "What the source said with it.", True),
    Field("relayed_by", _LIST, "A source that passed it on"),
    Field("creator", _TEXT, "Who made it.", True),
    Field("creator_title", _TEXT, "What the creator is to us (HONS, HOGP, Staff).", True),
    Field("credit", _TEXT, "The credit line (else made from the source's handle and the agency).", True),
    Field("person", _LIST, "Somebody shown", True),
    Field("rights", _TEXT, "Usage terms.", True),
    Field("mandatory_credit", _TRUTH, "Not without its credit line."),
    Field("no_archive", _TRUTH, "Not to be kept after its use."),
    Field("territory", _LIST, 'Where it may not be used, or only there ("No Russia")', True),
    Field("embargo", _MOMENT, "Not before."),
    Field("expires", _MOMENT, "Not after."),
    Field("language", _TEXT, "The language spoken in it (a code: uk)."),
    Field("keyword", _LIST, "A keyword", True),
    Field("event", _TEXT, "What it was made at.", True),
    Field("alt", _TEXT, "What it shows, for those who do not see it.", True),
    Field("job", _TEXT, "The desk's own number for the job."),
    Field("rating", Sort.NUMBER, "Stars."),
    Field("masked_at_source", _TRUTH, "Parts were hidden before it reached us."),
    Field("story", _TEXT, "The story it belongs to; made if new."),
    Field("note", _TEXT, "A note for the desk; never leaves the house.", True),
)
FIELDS = {field.name: field for field in _ALL}
"""Every field of facts by its name, in the order in which people are shown them."""

"""Sources: who released the footage."""

from dataclasses import dataclass
from enum import StrEnum

from footage.model.english import tidy, without_article


class SourceKind(StrEnum):
    """What sort of source it is; house styles word them differently."""

    MILITARY = "military"
    GOVERNMENT = "government"
    AGENCY = "agency"
    EYEWITNESS = "eyewitness"
    CHANNEL = "channel"
    STAFF = "staff"
    PERSON = "person"


PERSONS = (SourceKind.PERSON, SourceKind.STAFF, SourceKind.EYEWITNESS)
"""The kinds that are human beings: no article stands before their names."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who released the footage.

    Attributes:
        key: the desk's short name for it.
        name: its long name; empty in a stub.
        in_caption: as written in captions, its article included ("the 92nd OMBr"); empty in a stub.
        handle: with its at sign ("@92OMBr"), or empty.
        article: whether sentences put "the" before its long name.
        stub: made from an unknown handle; holds footage back until it is filled in.
    """

    key: str
    name: str = ""
    in_caption: str = ""
    handle: str = ""
    kind: SourceKind = SourceKind.CHANNEL
    article: bool = True
    stub: bool = False
    revision: int = 1


def in_full(source: Source) -> str:
    """A source as sentences name it by its long name; a stub by its handle.

    Organisations take "the" unless their record says otherwise or the name has it already; persons do not.

    >>> in_full(Source("gf", "Ground Forces of the Armed Forces of Ukraine", "the Ground Forces"))
    'the Ground Forces of the Armed Forces of Ukraine'
    >>> in_full(Source("olha", "Olha Kovalenko", kind=SourceKind.PERSON)), in_full(Source("92ombr"))
    ('Olha Kovalenko', '92ombr')
    """
    name = tidy(source.name)
    if not name:
        return tidy(source.in_caption) or tidy(source.handle) or source.key
    plain = source.kind in PERSONS or not source.article or name != without_article(name)
    return name if plain else f"the {name}"

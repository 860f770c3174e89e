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
        withheld: whether its long name stays in the house.
    """

    key: str
    name: str = ""
    in_caption: str = ""
    handle: str = ""
    kind: SourceKind = SourceKind.CHANNEL
    article: bool = True
    stub: bool = False
    withheld: bool = False
    revision: int = 1


def in_full(source: Source) -> str:
    """A source as sentences name it by its long name; a stub by its handle.

    Organisations take "the" unless their record says otherwise, captions write them without it, or the name
    has it already; persons do not.

    >>> in_full(Source("gf", "Ground Forces of the Armed Forces of Ukraine", "the Ground Forces"))
    'the Ground Forces of the Armed Forces of Ukraine'
    >>> in_full(Source("olha", "Olha Kovalenko", kind=SourceKind.PERSON)), in_full(Source("92ombr"))
    ('Olha Kovalenko', '92ombr')
    >>> in_full(Source("kl", "Karsk Live, a Telegram channel", "Karsk Live"))
    'Karsk Live, a Telegram channel'
    >>> in_full(Source("olha", "Olha Kovalenko", "an eyewitness", withheld=True))
    'an eyewitness'
    """
    if source.withheld:
        return published_name(source) or "a source"
    name = tidy(source.name)
    if not name:
        return tidy(source.in_caption) or tidy(source.handle) or source.key
    in_caption = tidy(source.in_caption)
    plain = source.kind in PERSONS or not source.article or name != without_article(name)
    plain = plain or bool(in_caption and in_caption == without_article(in_caption))
    return name if plain else f"the {name}"


def published_name(source: Source) -> str:
    """What fields that hold a name alone tell of a source: its long name, unless that is withheld.

    >>> published_name(Source("olha", "Olha Kovalenko")), published_name(Source("92ombr", handle="@92OMBr"))
    ('Olha Kovalenko', '@92OMBr')
    >>> published_name(Source("olha", "Olha Kovalenko", "an eyewitness", "@olha", withheld=True))
    'an eyewitness'
    """
    if source.withheld:
        return tidy(source.in_caption) or tidy(source.handle)
    return source.name or source.handle

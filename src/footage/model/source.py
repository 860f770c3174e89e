"""Sources: who released the footage."""

from dataclasses import dataclass
from enum import StrEnum


class SourceKind(StrEnum):
    """What sort of source it is; house styles word them differently."""

    MILITARY = "military"
    GOVERNMENT = "government"
    AGENCY = "agency"
    EYEWITNESS = "eyewitness"
    CHANNEL = "channel"
    STAFF = "staff"
    PERSON = "person"


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

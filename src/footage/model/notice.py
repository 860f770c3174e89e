"""Notices to those who were sent something: use other words from now on, or do not use it at all."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from footage.model.dispatch import Difference, NoticeKind
from footage.model.publication import Status


@dataclass(frozen=True, slots=True)
class NoticePackage:
    """A package that a notice is about, in the receiver's words.

    Attributes:
        folder: its name, without where it lies on our disks.
        sent: UTC, ISO 8601.
        media: the media file's name in it.
        sha256: of that file.
    """

    folder: str
    sent: str
    version: int
    media: str
    sha256: str


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """What a notice says of one asset.

    Attributes:
        guid: the name by which receivers' systems know the asset.
        version: the version that the notice makes.
        packages: those that hold what it speaks of.
        caption, credit: what is to be used from now on; for a kill, what was sent.
        differences: before and after; none for a kill.
        media_changed: the media that was sent is not to be used any more; it is sent anew by itself.
        files: the files beside the notice that belong to it.
    """

    asset: int
    guid: str
    name: str
    kind: str
    version: int
    packages: tuple[NoticePackage, ...]
    caption: str
    credit: str
    headline: str = ""
    differences: tuple[Difference, ...] = ()
    media_changed: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to one receiver.

    Attributes:
        to: the client's name; empty where nobody was named.
        made: when, in words.
        reason: why, in the desk's words.
        program: what made it, with its version.
    """

    kind: NoticeKind
    agency: str
    to: str
    made: str
    reason: str
    items: tuple[NoticeItem, ...]
    program: str = ""

    @property
    def wording(self) -> "Wording":
        """What it tells its reader to do."""
        return _WORDINGS[self.kind]

    @property
    def status(self) -> Status:
        """What holds of all its items: the strictest of what holds of one, for who reads nothing else."""
        return status_of(self.kind, media_changed=any(item.media_changed for item in self.items))


@dataclass(frozen=True, slots=True)
class Wording:
    """What a notice of one kind tells its reader to do, in the field's words.

    Attributes:
        title: its first line.
        order: the order itself, in sentences.
        caption: what stands over the caption.
        media: what is added where the media that was sent must not be used any more.
    """

    title: str
    order: str
    caption: str
    media: str = ""


_WORDINGS = {
    NoticeKind.CORRECTION: Wording(
        "CORRECTION",
        "The caption and the facts below replace those that we sent before. Please correct what you have "
        "published, and what you keep.",
        "PLEASE USE THE FOLLOWING CAPTION",
        "THE MEDIA HAS CHANGED TOO. Please stop using the file named above; we send another one to take its "
        "place.",
    ),
    NoticeKind.KILL: Wording(
        "MANDATORY KILL",
        "Do not use the items below, in whole or in part, from this moment on. Take them out of everything "
        "you have published, scheduled or passed on, remove them from your systems and archives, and tell "
        "those who had them from you.",
        "THE CAPTION WAS, FOR RECOGNITION ONLY",
    ),
}


def status_of(kind: NoticeKind, *, media_changed: bool) -> Status:
    """What a notice makes of an item: what still may be used may be used in other words."""
    if kind is NoticeKind.KILL:
        return Status.CANCELED
    return Status.WITHHELD if media_changed else Status.USABLE


def folder_names(wanted: Sequence[str]) -> list[str]:
    """A folder's name for each of several names that people gave, none like another on any disk.

    >>> folder_names(["AP Desk", "ap/desk", "../..", ""])
    ['AP-Desk', 'ap-desk-2', 'unnamed', 'unnamed-2']
    """
    made: list[str] = []
    for name in wanted:
        plain = _UNSAFE.sub("-", unicodedata.normalize("NFC", name)).strip("-._")[:_LONGEST] or "unnamed"
        taken = {one.casefold() for one in made}
        number, candidate = 1, plain
        while candidate.casefold() in taken:
            number += 1
            candidate = f"{plain}-{number}"
        made.append(candidate)
    return made


_LONGEST = 60
_UNSAFE = re.compile(r"[^\w.]+")

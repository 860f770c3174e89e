"""Notices: what changed for whom, written beside their final place and renamed into it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path, PurePath

from sqlalchemy import Connection

from footage import __version__
from footage.actions.kin import Kin
from footage.actions.naming import SUFFIXES
from footage.actions.placing import flush, free_destination, in_place, stage_beside
from footage.catalogue import dispatches
from footage.errors import Usage
from footage.formats.newsml import check_newsml, write_newsml
from footage.formats.ninjs import check_ninjs, write_ninjs
from footage.formats.notices import notice_document, notice_text
from footage.formats.pages import notice_page
from footage.formats.xmp import write_xmp
from footage.library import Library
from footage.model.asset import Asset
from footage.model.dispatch import Difference, Dispatch, NoticeKind, Record
from footage.model.moment import Moment
from footage.model.notice import Notice, NoticeItem, NoticePackage, folder_names, status_of
from footage.model.printable import printable
from footage.model.profile import Sidecar
from footage.model.publication import Publication
from footage.vault import disk_errors


@dataclass(frozen=True, slots=True)
class Told:
    """What has to be told to one receiver of one asset.

    Attributes:
        package: the package that it had.
        version: the one that the notice makes.
        record: what holds from now on.
        publication: the same for the files that machines read, whatever its version.
        media_changed: the media that it had is not to be used any more.
        anew: a file that it had must be sent anew, because no notice can hold it.
        formats: what lay beside the media in its package, and lies in a correction as well.
    """

    asset: Asset
    package: Dispatch
    version: int
    record: Record
    publication: Publication
    differences: tuple[Difference, ...] = ()
    media_changed: bool = False
    anew: bool = False
    formats: frozenset[Sidecar] = frozenset()


@dataclass(frozen=True, slots=True)
class Addressed:
    """A notice, the name of its receiver's folder, and the files that belong to its items, by their names."""

    folder: str
    notice: Notice
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Notified:
    """What a correction or a kill did.

    Attributes:
        folder: where the notices lie; None where nobody had to be told.
        versions: each asset's new version, by its number.
        left_out: assets to which nothing was done, each with why.
        anew: the assets whose media has to be sent anew, each with its receivers' clients.
        related: what a kill leaves to decide on.
        notes: what the desk should know.
    """

    kind: NoticeKind
    folder: Path | None
    notices: tuple[Addressed, ...]
    versions: Mapping[int, int]
    left_out: tuple[tuple[int, str], ...] = ()
    anew: tuple[tuple[int, str], ...] = ()
    related: tuple[Kin, ...] = ()
    notes: tuple[str, ...] = ()


def checked_reason(because: str) -> str:
    """A reason as it is printed: one line, in which nothing hides.

    Raises:
        Usage: it is empty, or has signs that cannot be printed.
    """
    reason = " ".join(because.split())
    if not reason:
        raise Usage("a notice needs its reason", "--because TEXT")
    if printable(reason) != reason:
        raise Usage("the reason has signs that cannot be printed", "type it without control characters")
    return reason


def notice_folder(library: Library, kind: NoticeKind, numbers: Sequence[int], wanted: Path | None) -> Path:
    """Where notices will lie: the folder that was asked for, or one of their own in the library.

    Raises:
        Conflict: the folder that was asked for holds something.
    """
    if wanted is not None:
        return free_destination(wanted)
    shown = "-".join(map(str, numbers[:_NAMED]))
    more = f"-and-{len(numbers) - _NAMED}-more" if len(numbers) > _NAMED else ""
    plain = library.root / "notices" / f"{library.today().isoformat()}-{kind}-{shown}{more}"
    path, again = plain, 1
    while path.exists():
        again += 1
        path = plain.with_name(f"{plain.name}.{again}")
    return path


def addressed(
    library: Library, kind: NoticeKind, because: str, tellings: Sequence[Told]
) -> tuple[Addressed, ...]:
    """One notice a receiver: a client, or where nobody was named each package's folder."""
    receivers = _by_receiver(tellings)
    made = library.now()[:16].replace("T", " ") + " UTC"
    blank = Notice(kind, library.settings.agency, "", made, because, (), f"footage {__version__}")
    return tuple(
        _addressed(library, name, replace(blank, to=told[0].package.client), told)
        for name, told in receivers.items()
    )


def _by_receiver(tellings: Sequence[Told]) -> dict[str, list[Told]]:
    """What each receiver is told, by the name of its folder."""
    receivers: dict[tuple[str, str], list[Told]] = {}
    for telling in tellings:
        client = telling.package.client
        receivers.setdefault((client, "" if client else telling.package.folder), []).append(telling)
    names = folder_names([client or PurePath(folder).name for client, folder in receivers])
    return dict(zip(names, receivers.values(), strict=True))


@contextmanager
def placing(library: Library) -> Iterator[Callable[[Sequence[Addressed], Path], None]]:
    """Gives what writes notices and puts their folder in place; an error later takes it away again."""
    with ExitStack() as stack:

        def place(notices: Sequence[Addressed], folder: Path) -> None:
            if library.dry_run or not notices:
                return
            stage = stack.enter_context(stage_beside(folder))
            put = stack.enter_context(in_place(stage, folder))
            for one in notices:
                _write(one, stage / one.folder)
            flush(stage)
            put()

        yield place


def record_notices(
    library: Library,
    connection: Connection,
    kind: NoticeKind,
    tellings: Sequence[Told],
    folder: Path | None,
) -> None:
    """Remember what each receiver was told, and where its notice lies in ``folder``."""
    for name, told in _by_receiver(tellings).items():
        for one in told:
            notice = replace(
                one.package,
                number=0,
                at=library.now(),
                version=one.version,
                notice=kind.value,
                record={**one.record, "notices": str(folder / name) if folder else ""},
            )
            dispatches.add(connection, notice)


def told_words(tellings: Sequence[Told]) -> list[dict[str, object]]:
    """What the custody log says of those who were told."""
    return [
        {
            "asset": one.asset.number,
            "for": one.package.client,
            "folder": one.package.folder,
            "version": one.version,
            "differences": [[each.field, each.before, each.after] for each in one.differences],
        }
        for one in tellings
    ]


_NAMED = 4
_RESERVED = "notice"


def _addressed(library: Library, folder: str, notice: Notice, tellings: Sequence[Told]) -> Addressed:
    alike: dict[tuple[object, ...], list[Told]] = {}
    for one in tellings:
        caption = str(one.record.get("caption"))
        told = (one.asset.number, caption, one.differences, one.media_changed, one.formats)
        alike.setdefault(told, []).append(one)
    groups = list(alike.values())
    files: dict[str, bytes] = {}
    items = []
    for group, stem in zip(groups, _stems(groups), strict=True):
        own = _files(library, notice, group[0], stem)
        files |= own
        items.append(_item(group, tuple(own)))
    return Addressed(folder, replace(notice, items=tuple(items)), files)


def _files(library: Library, notice: Notice, telling: Told, stem: str) -> dict[str, bytes]:
    """The files of one item: for a correction what its package had, for a kill what systems read."""
    publication = replace(
        telling.publication,
        version=telling.version,
        version_created=_moment(library),
        edit_note=f"{notice.wording.title}: {notice.reason}",
        status=status_of(notice.kind, media_changed=telling.media_changed),
    )
    killed = notice.kind is NoticeKind.KILL
    formats = _KILLED if killed else telling.formats
    files: dict[str, bytes] = {}
    if Sidecar.CAPTION in formats:
        files[stem + SUFFIXES[Sidecar.CAPTION]] = f"{publication.caption}\n".encode(
            "utf-8", "backslashreplace"
        )
    if Sidecar.XMP in formats:
        suffix = PurePath(_said(telling.package.record, "media")).suffix
        files[f"{stem}{suffix}.xmp"] = write_xmp(publication)
    if Sidecar.NINJS in formats:
        files[stem + SUFFIXES[Sidecar.NINJS]] = written = write_ninjs(publication)
        check_ninjs(written, publication)
    if Sidecar.NEWSML in formats:
        files[stem + SUFFIXES[Sidecar.NEWSML]] = written = write_newsml(publication)
        check_newsml(written, publication)
    if Sidecar.SHOTLIST in formats and publication.shot_list:
        files[stem + SUFFIXES[Sidecar.SHOTLIST]] = publication.shot_list.encode("utf-8", "replace")
    return files


_KILLED = frozenset({Sidecar.NINJS, Sidecar.NEWSML})
"""What a kill notice has for machines, whatever its receiver had: none of them must miss it."""


def _moment(library: Library) -> Moment:
    now = library.clock().astimezone(UTC)
    return Moment(now.date(), now.time().replace(microsecond=0), "UTC")


def _item(group: Sequence[Told], files: tuple[str, ...]) -> NoticeItem:
    first = group[0]
    return NoticeItem(
        asset=first.asset.number,
        guid=f"urn:sha256:{first.asset.sha256}",
        name=_said(first.package.record, "media") or first.asset.name,
        kind=first.asset.kind.value,
        version=first.version,
        packages=tuple(_package(one.package) for one in group),
        caption=_said(first.record, "caption"),
        credit=_said(first.record, "credit"),
        headline=_said(first.record, "headline"),
        differences=first.differences,
        media_changed=first.media_changed,
        files=files,
    )


def _package(package: Dispatch) -> NoticePackage:
    record = package.record
    return NoticePackage(
        PurePath(package.folder).name,
        package.at,
        package.version,
        _said(record, "media"),
        _said(record, "sha256"),
    )


def _said(record: Record, name: str) -> str:
    return str(record.get(name, ""))


def _stems(groups: Sequence[Sequence[Told]]) -> list[str]:
    """A name for the files of each item: its media's, with the asset's number where two would collide."""
    made: list[str] = []
    for first, *_ in groups:
        stem = PurePath(_said(first.package.record, "media") or first.asset.name).stem
        taken = {_RESERVED, *(one.casefold() for one in made)}
        while stem.casefold() in taken:
            stem = f"{stem}-{first.asset.number}"
        made.append(stem)
    return made


def _write(one: Addressed, folder: Path) -> None:
    pages = {"notice.txt": notice_text(one.notice), "notice.html": notice_page(one.notice)}
    files = {name: text.encode("utf-8", "backslashreplace") for name, text in pages.items()} | dict(one.files)
    listed = [(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in files.items()]
    files["notice.json"] = notice_document(one.notice, listed)
    with disk_errors(folder):
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)

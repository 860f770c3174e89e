"""Exports: what is clear is built beside the destination, checked, and renamed into place."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from footage import __version__
from footage.actions.audit import audit_package
from footage.actions.blur import Order as Redacting
from footage.actions.blur import blur
from footage.actions.caption import Captioned, caption_of, captions_of
from footage.actions.naming import package_names
from footage.actions.packaging import Packed, pack
from footage.actions.placing import flush, free_destination, in_place, stage_beside
from footage.actions.ready import clearance_of, clearances_of
from footage.actions.sent import record_dispatches
from footage.actions.sidecars import tellings_of, untimed
from footage.catalogue import custody, renditions, stories
from footage.errors import Conflict, Refused, Usage
from footage.formats.pages import package_index
from footage.library import Library
from footage.media.tools import versions
from footage.model.asset import Purpose
from footage.model.clearance import Clearance
from footage.model.flag import State
from footage.model.leak import Leak, leaks_among
from footage.model.page import Package
from footage.model.profile import Profile
from footage.model.progress import Progress
from footage.model.proof import proof_of
from footage.model.story import Story
from footage.settings import read_profile, read_style
from footage.vault import disk_errors


class NotReady(Refused):
    """Something stands in the way; ``clearances`` says what, for each asset asked for."""

    def __init__(self, clearances: Sequence[Clearance]) -> None:
        held = [clearance.asset for clearance in clearances if not clearance.ready]
        super().__init__(
            f"not ready: {', '.join(f'asset {number}' for number in held)}; nothing was exported",
            f"footage ready {','.join(map(str, held))}",
        )
        self.clearances = tuple(clearances)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of a package; ``asset`` is None for what belongs to all."""

    path: str
    asset: int | None
    role: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Exported:
    """A package.

    Attributes:
        notes: what a person should know: texts cut by a format's limits, sound left out.
        held: answers for the assets that were left out by ``ready_only``.
        masked: whether anything in it is hidden by us.
    """

    folder: Path
    files: tuple[ExportedFile, ...]
    notes: tuple[str, ...]
    held: tuple[Clearance, ...] = ()
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Attributes:
        style: None for the library's.
        finish: render missing masks first.
        ready_only: leave out what is not ready.
        keep_location: the only way that coordinates go out.
    """

    destination: Path
    profile: str = "master"
    style: str | None = None
    client: str = ""
    finish: bool = False
    ready_only: bool = False
    keep_location: bool = False


def export(library: Library, numbers: Sequence[int], order: Order, progress: Progress) -> Exported:
    """Build a package of all assets asked for, or of none.

    Raises:
        NotReady: something stands in the way. Conflict: the destination holds something.
        Refused: the audit found a leak. Usage: nothing is asked for.
        ToolFailed: a file could not be made; nothing is left behind.
    """
    if not numbers:
        raise Usage("nothing to export", "name assets, or a query that finds some")
    destination = free_destination(order.destination)
    profile = read_profile(order.profile, library.root)
    if order.finish:
        _finish(library, numbers, progress)
    captions, held = _cleared(library, numbers, order)
    if library.dry_run:
        facts = {one.asset.number: one.subject.facts for one in captions}
        names = package_names([one.asset for one in captions], profile, facts)
        planned = [ExportedFile(name, number, "media", "", 0) for number, name in names.items()]
        return Exported(destination, tuple(planned), (), held)
    with stage_beside(destination) as stage:
        packed = pack(library, captions, profile, stage, progress, keep_location=order.keep_location)
        files = _finish_package(library, order, profile, packed, stage, progress)
        flush(stage)
        with in_place(stage, destination) as put, library.deed("export") as deed:
            _insist_unchanged(library, deed.connection, packed, order, profile)
            detail = {
                "folder": str(destination),
                "for": order.client,
                "profile": order.profile,
                "style": order.style or library.settings.style,
                "files": [[file.path, file.sha256] for file in files],
            }
            record_dispatches(library, deed.connection, packed, destination, order.client, profile)
            deed.record([one.asset.number for one in captions], detail)
            put()
    notes = tuple(note for one in packed for note in one.notes)
    return Exported(destination, files, notes, held, any(one.masked for one in packed))


_LEAKS_TOLD = 3
_FINISHED = ("open-flag", "mask-missing", "mask-stale", "mask-unproven")
"""The obstacles that rendering masks removes."""


def _after_finishing(clearance: Clearance) -> Clearance:
    """What would be left of the obstacles after the masks were rendered."""
    left = tuple(obstacle for obstacle in clearance.obstacles if obstacle.kind not in _FINISHED)
    return replace(clearance, obstacles=left)


def _finish(library: Library, numbers: Sequence[int], progress: Progress) -> None:
    """Render the masks that are missing; questions that wait for a person stay."""
    layout = read_style(library.settings.style, library.root)
    for number in numbers:
        with library.reading() as connection:
            clearance = clearance_of(library, connection, caption_of(library, connection, number, layout))
        if any(one.kind in _FINISHED for one in clearance.obstacles):
            blur(library, number, progress, Redacting())


def _cleared(
    library: Library, numbers: Sequence[int], order: Order
) -> tuple[list[Captioned], tuple[Clearance, ...]]:
    layout = read_style(order.style or library.settings.style, library.root)
    with library.reading() as connection:
        captions = captions_of(library, connection, numbers, layout)
        clearances = list(clearances_of(library, connection, captions))
    if order.finish and library.dry_run:
        clearances = [_after_finishing(clearance) for clearance in clearances]
    held = [clearance for clearance in clearances if not clearance.ready]
    ready = [one for one, clearance in zip(captions, clearances, strict=True) if clearance.ready]
    if held and not (order.ready_only and ready):
        raise NotReady(clearances)
    return ready, tuple(held)


def _insist_unchanged(
    library: Library, connection: Connection, packed: Sequence[Packed], order: Order, profile: Profile
) -> None:
    """What was packed must still be clear and unchanged at the moment when nobody else can write."""
    layout = read_style(order.style or library.settings.style, library.root)
    numbers = [one.captioned.asset.number for one in packed]
    captions = captions_of(library, connection, numbers, layout)
    clearances = clearances_of(library, connection, captions)
    if not all(clearance.ready for clearance in clearances):
        raise NotReady(clearances)
    tellings = tellings_of(library, connection, captions, profile)
    for one, now in zip(packed, captions, strict=True):
        told = untimed(tellings[now.asset.number])
        masked = renditions.get(connection, now.asset.number, Purpose.MASKED) if one.masked else None
        if told != untimed(one.telling) or masked != one.masked:
            raise Conflict(
                f"asset {now.asset.number} was changed while it was packed; nothing was exported",
                "run the same command again",
            )


def _finish_package(
    library: Library,
    order: Order,
    profile: Profile,
    packed: Sequence[Packed],
    stage: Path,
    progress: Progress,
) -> tuple[ExportedFile, ...]:
    """The files that belong to all: the index, and the manifest, which comes last and tells of the audit.

    Raises:
        Refused: the audit found a leak.
    """
    files = [
        ExportedFile(file.path, one.captioned.asset.number, file.role, file.sha256, file.size)
        for one in packed
        for file in one.files
    ]
    with library.reading() as connection:
        head = custody.head(connection)
        story = _story_of(connection, packed)
    page = Package(
        headline=(story.facts.headline if story else None) or _headline_of(packed),
        agency=library.settings.agency,
        made=library.now()[:16].replace("T", " ") + " UTC",
        program=f"footage {__version__}",
        custody=head.hash,
        assets=tuple(one.page for one in packed),
        story=story.slug if story else "",
    )
    files.append(_write(stage, "index.html", "index", package_index(page).encode("utf-8", "replace")))
    numbers = {file.path: file.asset for file in files if file.asset is not None}
    stated = {one.captioned.asset.number: one.stated for one in packed}
    found = audit_package(library, stage, numbers, progress, stated=stated, located=order.keep_location)
    _insist_on_no_leak(found, packed)
    manifest = {
        "footage": __version__,
        "agency": library.settings.agency,
        "made": library.now(),
        "profile": order.profile,
        "style": order.style or library.settings.style,
        "custody": {"sequence": head.sequence, "head": head.hash},
        "tools": versions(),
        "audit": {"leaks": 0, "traces": [{"file": each.file, "item": str(each.item)} for each in found]},
        "assets": [_manifest_entry(one, profile) for one in packed],
        "files": [_file_entry(file) for file in files],
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    files.append(_write(stage, "manifest.json", "manifest", text.encode("utf-8", "backslashreplace")))
    return tuple(files)


def _insist_on_no_leak(found: Sequence[Leak], packed: Sequence[Packed]) -> None:
    leaks = leaks_among(tuple(found))
    if leaks:
        told = "; ".join(f"{leak.file}: {leak.message}" for leak in leaks[:_LEAKS_TOLD])
        more = f"; and {len(leaks) - _LEAKS_TOLD} more" if len(leaks) > _LEAKS_TOLD else ""
        masked = ",".join(str(one.captioned.asset.number) for one in packed if one.masked)
        hint = f"footage blur {masked} --whole, then export again; " if masked else ""
        raise Refused(
            f"the package would leak ({told}{more}); nothing was exported",
            f"{hint}if it leaks again, report it with the output of: footage doctor",
        )


def _manifest_entry(one: Packed, profile: Profile) -> dict[str, object]:
    captioned = one.captioned
    asset, flags = captioned.asset, captioned.subject.flags
    hidden = [flag for flag in flags if flag.state is State.MASKED]
    masks = [flag for flag in hidden if flag.masks_pictures]
    # A profile that names files anew may do so because the original's name tells too much.
    name = {"name": asset.name} if "stem" in profile.naming.names else {}
    return {
        "asset": asset.number,
        "original": {**name, "sha256": asset.sha256, "size": asset.size},
        "caption": captioned.text,
        "credit": captioned.credit,
        "masked": [
            {"reasons": list(flag.reasons), "treatment": flag.treatment, "span": _seconds(one, flag.number)}
            for flag in masks
        ],
        "cut": [
            {
                "reasons": list(flag.reasons),
                "at": next(iter(_seconds(one, flag.number) or ()), None),
                "seconds": round(float(one.removed.get(flag.number, 0)), 6),
            }
            for flag in hidden
            if flag.cut
        ],
        "muted": [
            {"reasons": list(flag.reasons), "span": _seconds(one, flag.number)}
            for flag in hidden
            if flag.mute and not flag.cut
        ],
        "masked_at_source": bool(captioned.subject.facts.masked_at_source)
        or any(flag.state is State.SOURCE for flag in flags),
        "damaged": asset.damaged or None,
        "proof": proof_of(one.masked.proof).passed() if one.masked else None,
    }


def _seconds(one: Packed, flag: int) -> list[float] | None:
    span = one.spans.get(flag)
    return [round(float(end), 6) for end in span] if span else None


def _file_entry(file: ExportedFile) -> dict[str, object]:
    return {
        "path": file.path,
        "asset": file.asset,
        "role": file.role,
        "sha256": file.sha256,
        "size": file.size,
    }


def _story_of(connection: Connection, packed: Sequence[Packed]) -> Story | None:
    """The one story that all assets belong to."""
    slugs = {one.captioned.subject.facts.story for one in packed}
    slug = slugs.pop() if len(slugs) == 1 else None
    return stories.find(connection, slug) if slug else None


def _headline_of(packed: Sequence[Packed]) -> str:
    """The headline that all share; one that only some have would speak for the others."""
    told = {one.captioned.subject.facts.headline or one.captioned.subject.facts.shows for one in packed}
    shared = told.pop() if len(told) == 1 else None
    return shared or (packed[0].page.name if len(packed) == 1 else f"{len(packed)} items")


def _write(stage: Path, name: str, role: str, data: bytes) -> ExportedFile:
    with disk_errors(stage):
        (stage / name).write_bytes(data)
    return ExportedFile(name, None, role, hashlib.sha256(data).hexdigest(), len(data))

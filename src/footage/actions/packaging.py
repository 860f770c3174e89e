"""The files of a package: media fit to go out, sidecars, and pictures made from the media alone.

Stills are packed in batches, two of them at a time. A batch shares one sandboxed child, because a child takes
longer to start than a still to be packed; a still that breaks it is tried once more in a child of its own.
What must not reach another package's file never shares a child: masked stills, and originals that tell where
they were made.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from threading import Event

from footage.actions.caption import Captioned
from footage.actions.disclosing import spans_of, timeline_of
from footage.actions.front_page import entry_of, with_files
from footage.actions.lanes import in_lanes
from footage.actions.naming import PICTURES, insist_unique, package_names, stem_of
from footage.actions.published_shots import picture_ticks, published_shots, told_shots
from footage.actions.sidecars import (
    Published,
    Telling,
    publication_of,
    said_beside,
    sidecars_of,
    tellings_of,
)
from footage.catalogue import frames, renditions
from footage.errors import FootageError, ToolFailed
from footage.formats.embedded_facts import location_from
from footage.formats.iim import truncated, write_iim
from footage.formats.quicktime import write_keys
from footage.formats.writable import replaced
from footage.formats.xmp import write_xmp
from footage.library import Library
from footage.media.embed import WITH_IIM, WITH_KEYS, WITH_XMP, embed
from footage.media.embedded import Packets, read_packets
from footage.media.keyframes import LONGEST
from footage.media.look import Look, format_of, look
from footage.media.lower_third import credited
from footage.media.memory import keep_freed_memory
from footage.media.picture import Picture, shrunk
from footage.media.publish import PublishedVideo, publish_video
from footage.media.rendering import render_video
from footage.media.sandbox import MachineFailed, Sandbox, rendering_limits
from footage.media.sniff import FORMATS, Format
from footage.media.still import look_still, read_pixels, write_still
from footage.media.video import frames_at
from footage.model import page
from footage.model.asset import Asset, Kind, Purpose, Rendition, Shot
from footage.model.profile import Coding, Profile
from footage.model.progress import Progress
from footage.model.publication import Publication
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, RENDITIONS, Workspace, disk_errors

_BATCH = 40


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of one asset, by its path in the package."""

    path: str
    role: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Packed:
    """One asset, packed.

    Attributes:
        masked: the rendition that its media is made from; None where nothing is masked.
        spans: each flag's in and out in the packed media, in seconds from its first frame, by the flag's
            number; where it was cut out, both are where the ends were joined.
        removed: how many seconds each flag's cut took out, by the flag's number.
        notes: what a person should know.
        telling: what was told beside its caption.
        stated: the texts that were written into its media's own tags.
        beside: what else is said of it, as of :func:`said_beside`.
    """

    captioned: Captioned
    masked: Rendition | None
    files: tuple[PackedFile, ...]
    spans: Mapping[int, tuple[Fraction, Fraction]]
    removed: Mapping[int, Fraction]
    page: page.PackageAsset
    notes: tuple[str, ...]
    telling: Telling
    stated: tuple[str, ...] = ()
    beside: Mapping[str, object] = field(default_factory=dict)


def pack(
    library: Library,
    captions: Sequence[Captioned],
    profile: Profile,
    stage: Path,
    progress: Progress,
    *,
    keep_location: bool,
) -> tuple[Packed, ...]:
    """Write every asset's files into ``stage``.

    Raises:
        ToolFailed: a file could not be made, or what was made does not hold what it should.
    """
    facts = {one.asset.number: one.subject.facts for one in captions}
    names = package_names([one.asset for one in captions], profile, facts)
    with disk_errors(stage):
        (stage / PICTURES).mkdir()
    with library.reading() as connection:
        tellings = tellings_of(library, connection, captions, profile)
    packed: dict[int, Packed] = {}
    with library.vault.workspace() as workspace:
        desk = _Desk(library, profile, stage, workspace, progress, keep_location)
        packings = [_Packing(desk, tellings[number], name) for number, name in names.items()]
        for packing in packings:
            if packing.asset.kind is Kind.VIDEO:
                with _named(packing.asset):
                    packed[packing.asset.number] = packing.video()
        stills = [packing for packing in packings if packing.asset.kind is Kind.STILL]
        for number, done in enumerate(_packed_stills(desk, stills), 1):
            packed[done.captioned.asset.number] = done
            progress.step("packing", number, len(stills))
    found = tuple(packed[one.asset.number] for one in captions)
    insist_unique([file.path for one in found for file in one.files])
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is the same for all assets of a package."""

    library: Library
    profile: Profile
    stage: Path
    workspace: Workspace
    progress: Progress
    keep_location: bool


@dataclass(frozen=True, slots=True)
class _Known:
    """What the catalogue says of an asset, beyond its caption.

    Attributes:
        masked: the rendition that goes out in the original's place; None where nothing is drawn.
        source, format: what goes out, in the vault.
    """

    masked: Rendition | None
    index: FrameIndex | None
    source: Path
    format: Format


def _packed_stills(desk: _Desk, stills: "Sequence[_Packing]") -> Iterator[Packed]:
    """Pack stills, two batches at once; in order."""
    keep_freed_memory()
    most = 1 if desk.keep_location else _BATCH
    yield from in_lanes(lambda batch, stopped: _packed_batch(desk, batch, stopped), stills, most)


def _packed_batch(desk: _Desk, batch: "Sequence[_Packing]", stopped: Event) -> list[Packed]:
    """Pack stills in one child, masked ones in their own; what breaks it is tried once more, alone."""
    known = [packing.known() for packing in batch]
    limits = max(
        (rendering_limits(*_stored_size(packing.asset)) for packing in batch), key=lambda each: each.memory
    )
    shared = ((packing, each) for packing, each in zip(batch, known, strict=True) if each.masked is None)
    readable = [path for packing, each in shared for path in packing.readable(each)]
    packed: list[Packed] = []
    with Sandbox(readable, desk.workspace.scratch(), limits) as sandbox:
        for packing, each in zip(batch, known, strict=True):
            if stopped.is_set():
                break
            with _named(packing.asset):
                if each.masked is not None:
                    packed.append(packing.still_alone(each))
                    continue
                try:
                    packed.append(packing.still(each, sandbox))
                except MachineFailed:
                    raise
                except ToolFailed:
                    packed.append(packing.still_alone(each))
    return packed


@dataclass(frozen=True, slots=True)
class _Packing:
    """One asset on its way into the package."""

    desk: _Desk
    telling: Telling
    name: str

    @property
    def captioned(self) -> Captioned:
        return self.telling.captioned

    @property
    def asset(self) -> Asset:
        return self.captioned.asset

    @property
    def stem(self) -> str:
        """The media's name without its extension."""
        return stem_of(self.name)

    def known(self) -> _Known:
        """What is to go out.

        Raises:
            ToolFailed: the masked rendition is missing.
        """
        asset, library = self.asset, self.desk.library
        video = asset.kind is Kind.VIDEO
        drawn = any(flag.drawn for flag in self.captioned.subject.flags)
        with library.reading() as connection:
            masked = renditions.get(connection, asset.number, Purpose.MASKED) if drawn else None
            index = frames.get(connection, asset.number) if video else None
        if not drawn:
            path = library.vault.present(ORIGINALS, asset.sha256)
            return _Known(None, index, path, FORMATS[asset.format])
        if masked is None:
            raise ToolFailed(
                f"the masked rendition of asset {asset.number} is missing", f"footage blur {asset.number}"
            )
        path = library.vault.present(RENDITIONS, masked.sha256, masked.extension)
        return _Known(masked, index, path, format_of(path))

    def readable(self, known: _Known) -> list[Path]:
        """What a child must read for it."""
        original = self.desk.library.vault.path(ORIGINALS, self.asset.sha256)
        return [known.source, self.desk.stage, *([original] if self.desk.keep_location else [])]

    def video(self) -> Packed:
        """Pack a video.

        Raises:
            ToolFailed: it could not be made, or does not hold what it should.
        """
        known = self.known()
        self._insist_intact(known)
        timeline = timeline_of(self.captioned.subject.flags, known.index)
        assert timeline is not None
        limits = rendering_limits(*_stored_size(self.asset))
        with Sandbox(self.readable(known), self.desk.workspace.scratch(), limits) as sandbox:
            location = self._location(sandbox)
            media, format, notes = self._video(sandbox, known, timeline)
            publication = publication_of(self.telling, location, masked=known.masked is not None)
            notes += self._embed(media, format, publication)
            seen = look(sandbox, media, media.name, self.desk.progress, lambda *_: None)
            self._insist_whole(seen, timeline.shortened)
            told = told_shots(self.telling.shots.shots, timeline, self.telling.shots.anew)
            assert seen.index is not None
            ticks = picture_ticks(told, timeline, seen.index)
            keyframes = tuple(frames_at(sandbox, media, format, ticks, LONGEST))
        return self._packed(known, media, seen, keyframes, told, timeline, publication, notes)

    def still_alone(self, known: _Known) -> Packed:
        """Pack a still in a child of its own.

        Raises:
            ToolFailed: as :meth:`still`.
        """
        limits = rendering_limits(*_stored_size(self.asset))
        with Sandbox(self.readable(known), self.desk.workspace.scratch(), limits) as sandbox:
            return self.still(known, sandbox)

    def still(self, known: _Known, sandbox: Sandbox) -> Packed:
        """Pack a still.

        Raises:
            ToolFailed: it could not be made, or does not hold what it should.
        """
        self._insist_intact(known)
        wanted = self.desk.profile.still
        location = self._location(sandbox)
        picture = read_pixels(sandbox, known.source, known.format)
        if wanted.longest_side:
            picture = shrunk(picture, wanted.longest_side)
        if wanted.lower_third:
            picture = credited(picture, self.captioned.credit)
        format = FORMATS["jpeg"] if wanted.coding is Coding.JPEG else known.format
        media = self._target(format)
        with disk_errors(self.desk.stage):
            write_still(picture, format.name, media, wanted.quality)
        publication = publication_of(self.telling, location, masked=known.masked is not None)
        notes = self._embed(media, format, publication)
        told = look_still(sandbox, media, format, quickly=True)
        nothing = Packets(b"", b"", b"", {})
        seen = Look(
            format, told.width, told.height, (told.stream,), None, (), told.thumbnail, told.damaged, nothing
        )
        self._insist_whole(seen, None)
        return self._packed(known, media, seen, (), (), None, publication, notes)

    def _packed(
        self,
        known: _Known,
        media: Path,
        seen: Look,
        keyframes: Sequence[Picture],
        told: Sequence[Shot],
        timeline: Timeline | None,
        publication: Publication,
        notes: Sequence[str],
    ) -> Packed:
        """Write what lies beside a published file."""
        stage = self.desk.stage
        pictures = self._pictures(seen, keyframes)
        shown = published_shots(told, timeline, [one.path for one in pictures[1:]]) if timeline else ()
        main = _packed_file(stage, media, self.asset.kind.value)
        published = Published(main.path, main.size, seen, pictures[0].path, shown, tuple(told), timeline)
        beside, more = sidecars_of(self.telling, self.desk.profile, publication, published)
        made = [
            main,
            *(self._written(each.path, each.role, each.data) for each in beside),
            *(_packed_file(stage, stage / one.path, "picture") for one in pictures),
        ]
        spans, removed = spans_of(self.captioned.subject.flags, timeline)
        entry = entry_of(
            self.telling.captioned,
            seen,
            media.name,
            pictures,
            shown,
            self.telling.restrictions,
            self.telling.statement,
            spans,
            removed,
        )
        listed = [page.PackageFile(file.path, file.role, file.size, file.sha256) for file in made]
        return Packed(
            self.captioned,
            known.masked,
            tuple(made),
            spans,
            removed,
            with_files(entry, listed),
            (*notes, *more),
            self.telling,
            tuple(_keys(seen.format, publication).values()),
            said_beside(self.telling, self.desk.profile.formats, main.path, told, timeline),
        )

    def _insist_intact(self, known: _Known) -> None:
        number, vault = self.asset.number, self.desk.library.vault
        if known.masked is None and not vault.intact(known.source, self.asset.sha256):
            raise ToolFailed(f"the original of asset {number} is damaged", "footage verify")
        if known.masked is not None and not vault.intact(known.source, known.masked.sha256):
            raise ToolFailed(f"the masked rendition of asset {number} is damaged", "footage repair")

    def _video(self, sandbox: Sandbox, known: _Known, timeline: Timeline) -> tuple[Path, Format, list[str]]:
        made = self._published(sandbox, known.source, known.format)
        unfit = _unfit(made)
        if unfit:
            made.path.unlink()
            # With no masks: only what is shown and heard is written.
            anew = render_video(
                sandbox,
                known.source,
                known.format,
                timeline.shortened,
                Redaction(),
                self.desk.progress,
                whole=True,
            )
            made = self._published(sandbox, anew.path, FORMATS[anew.format])
            if left := _unfit(made):
                raise ToolFailed(f"{self.name} cannot go out: {left}", "footage export --profile web")
        target = self._target(FORMATS[made.format])
        with disk_errors(self.desk.stage):
            shutil.move(made.path, target)
        notes = [f"asset {self.asset.number}: left out: {phrase}" for phrase in made.left_out]
        if unfit:
            notes.append(f"asset {self.asset.number}: encoded anew, because {unfit}")
        return target, FORMATS[made.format], notes

    def _published(self, sandbox: Sandbox, source: Path, format: Format) -> PublishedVideo:
        wanted = self.desk.profile.video
        return publish_video(
            sandbox,
            source,
            format,
            self.desk.progress,
            web=wanted.coding is Coding.H264,
            longest_side=wanted.longest_side,
            burnt_in=self.captioned.credit if wanted.lower_third else "",
        )

    def _embed(self, media: Path, format: Format, publication: Publication) -> list[str]:
        notes = [f"asset {self.asset.number}: {told}" for told in replaced(publication)]
        if format.name in WITH_XMP:
            keys = _keys(format, publication)
            embed(media, format.name, write_xmp(publication), write_iim(publication), keys)
        if format.name in WITH_IIM:
            notes += [f"asset {self.asset.number}: {told}" for told in truncated(publication)]
        return notes

    def _insist_whole(self, seen: Look, index: FrameIndex | None) -> None:
        """What goes out is looked at once more: whole, and as many frames as it should have."""
        if seen.damaged and not self.asset.damaged:
            raise ToolFailed(f"the exported {self.name} is damaged: {seen.damaged}", "try the export again")
        if seen.index is not None and index is not None and len(seen.index.pts) != len(index.pts):
            raise ToolFailed(
                f"the exported {self.name} shows {len(seen.index.pts)} frames instead of {len(index.pts)}",
                "footage doctor",
            )

    def _pictures(self, seen: Look, keyframes: Sequence[Picture]) -> list[page.Picture]:
        """The poster, then a keyframe a shot: made from the published file alone."""
        stage, stem = self.desk.stage, f"{self.asset.number}-{self.stem}"
        facts = self.captioned.subject.facts
        told = facts.alt or facts.headline or facts.shows or self.name
        made = [(f"{stem}.jpg", seen.thumbnail, told)]
        made += [
            (f"{stem}-{number}.jpg", picture, f"shot {number}") for number, picture in enumerate(keyframes, 1)
        ]
        shown = []
        for name, picture, alt in made:
            path = f"{PICTURES}/{name}"
            with disk_errors(stage):
                (stage / path).write_bytes(picture.jpeg())
            shown.append(page.Picture(picture.width, picture.height, alt, path=path))
        return shown

    def _location(self, sandbox: Sandbox) -> tuple[float, float] | None:
        """Where its camera stood; None where nobody asked to tell."""
        if not self.desk.keep_location:
            return None
        original = self.desk.library.vault.present(ORIGINALS, self.asset.sha256)
        packets = read_packets(sandbox, original, FORMATS[self.asset.format])
        return location_from(packets.xmp, packets.exif, packets.tags)

    def _written(self, name: str, role: str, data: bytes) -> PackedFile:
        path = self.desk.stage / name
        with disk_errors(self.desk.stage):
            path.write_bytes(data)
        return PackedFile(name, role, hashlib.sha256(data).hexdigest(), len(data))

    def _target(self, made: Format) -> Path:
        """The media's path: under its own extension while the format is the original's."""
        own = self.name[len(self.stem) :]
        kept = made.name == self.asset.format or own.casefold() in made.extensions
        return self.desk.stage / (self.stem + (own if kept and own else made.extensions[0]))


def _unfit(made: PublishedVideo) -> str:
    """Why a video cannot go out as it is coded, in words; empty where it can."""
    pictures = f"{made.hidden} picture{'s'[: made.hidden != 1]} that no player shows" if made.hidden else ""
    sound = "sound that no player plays" if made.unheard else ""
    if held := " and ".join(filter(None, (pictures, sound))):
        return f"the file holds {held}"
    if made.talking:
        return "its pictures carry words that cannot be left out"
    return "its pictures cannot be started at without what is said beside them" if made.headless else ""


@contextmanager
def _named(asset: Asset) -> Iterator[None]:
    """Lets what goes wrong say with which asset it does."""
    try:
        yield
    except FootageError as error:
        if f"asset {asset.number}" in error.message:
            raise
        raise type(error)(f"asset {asset.number}: {error.message}", error.hint) from error


def _keys(format: Format, publication: Publication) -> dict[str, str]:
    """What is said in the tags of the container itself."""
    return write_keys(publication) if format.name in WITH_KEYS else {}


def _stored_size(asset: Asset) -> tuple[int, int]:
    """Of the picture as it is stored, in pixels."""
    stream = next(stream for stream in asset.streams if stream.kind == "video")
    return stream.width, stream.height


def _packed_file(stage: Path, path: Path, role: str) -> PackedFile:
    with disk_errors(path), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return PackedFile(path.relative_to(stage).as_posix(), role, digest, path.stat().st_size)

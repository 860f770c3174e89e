"""The files of a package: media fit to go out, captions, sidecars, and pictures made from the media alone."""

import hashlib
import shutil
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from footage.actions.caption import Captioned
from footage.actions.disclosing import (
    instructions_of,
    masked_by_source,
    masked_by_us,
    spans_of,
    timeline_of,
)
from footage.catalogue import frames, renditions, shots
from footage.errors import ToolFailed
from footage.formats.embedded_facts import location_from
from footage.formats.iim import truncated, write_iim
from footage.formats.xmp import write_xmp
from footage.library import Library
from footage.media.embed import WITH_IIM, WITH_XMP, embed
from footage.media.embedded import read_packets
from footage.media.look import Look, format_of, look
from footage.media.picture import Picture
from footage.media.publish import PublishedVideo, publish_video
from footage.media.render import render_video
from footage.media.sandbox import Limits, Sandbox, rendering_limits
from footage.media.sniff import FORMATS, Format
from footage.media.still import encode, read_pixels
from footage.model import page
from footage.model.asset import Asset, Kind, Purpose, Rendition, Shot
from footage.model.flag import Reason, State
from footage.model.moment import Moment, moment_text
from footage.model.progress import Progress
from footage.model.publication import CONTENT_WARNING, HUMAN_EDITS, Publication
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex, clock
from footage.vault import ORIGINALS, RENDITIONS, Workspace, disk_errors

PICTURES = "pictures"
_RESERVED = ("index", "manifest", PICTURES)
_PLAYABLE = ("mp4", "webm", "mov")
_NOT_IPTC = (Reason.PRIVACY, Reason.MINOR, Reason.PRISONER)


class Profile(StrEnum):
    """What the media is for.

    ``master`` keeps container, codec and size; ``web`` is H.264 in MP4, and JPEG.
    """

    MASTER = "master"
    WEB = "web"


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
    """

    captioned: Captioned
    masked: Rendition | None
    files: tuple[PackedFile, ...]
    spans: Mapping[int, tuple[Fraction, Fraction]]
    removed: Mapping[int, Fraction]
    page: page.PackageAsset
    notes: tuple[str, ...]


def package_names(assets: Sequence[Asset], profile: Profile) -> dict[int, str]:
    """The media's file name of each asset, by its number; names that would collide get the number.

    Names collide where any file of one asset would have the name of another's (``a.jpg`` and ``a.png`` share
    their caption's), also where they differ only in case or in Unicode's normal form; signs that cannot be
    printed are replaced.
    """
    parts = {asset.number: (_clean(asset.stem), _clean(_extension(asset, profile))) for asset in assets}
    wanted = Counter(key for stem, extension in parts.values() for key in _file_keys(stem, extension))
    named, taken = {}, set()
    for number, (stem, extension) in parts.items():
        keys = _file_keys(stem, extension)
        if all(wanted[key] == 1 for key in keys) and _collision_key(stem) not in _RESERVED:
            named[number] = stem + extension
            taken |= keys
    for number, (stem, extension) in parts.items():
        if number in named:
            continue
        stem = f"{stem}-{number}"
        while _file_keys(stem, extension) & taken:
            stem = f"{stem}-{number}"
        named[number] = stem + extension
        taken |= _file_keys(stem, extension)
    return {number: named[number] for number in parts}


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
    names = package_names([one.asset for one in captions], profile)
    with disk_errors(stage):
        (stage / PICTURES).mkdir()
    with library.vault.workspace() as workspace:
        packings = [
            _Packing(library, one, profile, stage, workspace, progress, names[one.asset.number])
            for one in captions
        ]
        packed = tuple(packing.pack(keep_location=keep_location) for packing in packings)
    _insist_unique([file.path for one in packed for file in one.files])
    return packed


@dataclass(frozen=True)
class _Packing:
    """One asset on its way into the package."""

    library: Library
    captioned: Captioned
    profile: Profile
    stage: Path
    workspace: Workspace
    progress: Progress
    name: str

    def pack(self, *, keep_location: bool) -> Packed:
        asset = self.captioned.asset
        with self.library.reading() as connection:
            masked = renditions.get(connection, asset.number, Purpose.MASKED)
            index = frames.get(connection, asset.number) if asset.kind is Kind.VIDEO else None
            known = shots.of_asset(connection, asset.number)
        drawn = any(flag.drawn for flag in self.captioned.subject.flags)
        if drawn and masked is None:
            raise ToolFailed(
                f"the masked rendition of asset {asset.number} is missing", f"footage blur {asset.number}"
            )
        timeline = timeline_of(self.captioned.subject.flags, index)
        source, format = self._source(masked if drawn else None)
        limits = _limits(asset)
        readable = [source, self.stage]
        if keep_location:
            readable.append(self.library.vault.path(ORIGINALS, asset.sha256))
        with Sandbox(readable, self.workspace.scratch(), limits) as sandbox:
            location = self._location(sandbox) if keep_location else None
            media, media_format, notes = self._media(sandbox, source, format, timeline)
            publication = self._publication(location, masked=drawn)
            notes += self._embed(media, media_format, publication)
            pictures: list[tuple[int, Picture]] = []
            seen = look(
                sandbox, media, media.name, self.progress, lambda number, it: pictures.append((number, it))
            )
        self._check(seen, timeline.shortened if timeline else None)
        shown = self._pictures(seen, pictures)
        files = [
            _packed(self.stage, media, asset.kind.value),
            self._text(f"{media.name}.xmp", "metadata", write_xmp(publication)),
            self._text(
                f"{(media.name.rpartition('.')[0] or media.name)}.caption.txt",
                "caption",
                f"{self.captioned.text}\n".encode(),
            ),
            *(_packed(self.stage, self.stage / one.path, "picture") for one in shown),
        ]
        spans, removed = spans_of(self.captioned.subject.flags, timeline)
        shot_pages = _shot_pages(seen, shown[1:], known, timeline)
        entry = self._page(seen, media, files, shown[0], shot_pages, spans, removed)
        masked = masked if drawn else None
        return Packed(self.captioned, masked, tuple(files), spans, removed, entry, tuple(notes))

    def _source(self, masked: Rendition | None) -> tuple[Path, Format]:
        asset = self.captioned.asset
        vault = self.library.vault
        if masked is None:
            path = vault.present(ORIGINALS, asset.sha256)
            if not vault.intact(path, asset.sha256):
                raise ToolFailed(f"the original of asset {asset.number} is damaged", "footage verify")
            return path, FORMATS[asset.format]
        path = vault.present(RENDITIONS, masked.sha256, masked.extension)
        if not vault.intact(path, masked.sha256):
            raise ToolFailed(f"the masked rendition of asset {asset.number} is damaged", "footage repair")
        return path, format_of(path)

    def _media(
        self, sandbox: Sandbox, source: Path, format: Format, timeline: Timeline | None
    ) -> tuple[Path, Format, list[str]]:
        if timeline is None:
            return self._still(sandbox, source, format)
        web = self.profile is Profile.WEB
        made = publish_video(sandbox, source, format, self.progress, web=web)
        unfit = _unfit(made)
        if unfit:
            made.path.unlink()
            # With no masks: only what is shown and heard is written.
            shown = timeline.shortened
            anew = render_video(sandbox, source, format, shown, Redaction(), self.progress, whole=True)
            made = publish_video(sandbox, anew.path, FORMATS[anew.format], self.progress, web=web)
            if left := _unfit(made):
                raise ToolFailed(f"{self.name} cannot go out: {left}", "footage export --profile web")
        target = self._target(FORMATS[made.format])
        with disk_errors(self.stage):
            shutil.move(made.path, target)
        number = self.captioned.asset.number
        notes = [f"asset {number}: left out: {phrase}" for phrase in made.left_out]
        if unfit:
            notes.append(f"asset {number}: encoded anew, because {unfit}")
        return target, FORMATS[made.format], notes

    def _still(self, sandbox: Sandbox, source: Path, format: Format) -> tuple[Path, Format, list[str]]:
        picture = read_pixels(sandbox, source, format)
        made = FORMATS["jpeg"] if self.profile is Profile.WEB else format
        target = self._target(made)
        with disk_errors(self.stage):
            target.write_bytes(encode(picture, made.name))
        return target, made, []

    def _embed(self, media: Path, format: Format, publication: Publication) -> list[str]:
        if format.name not in WITH_XMP:
            return []
        embed(media, format.name, write_xmp(publication), write_iim(publication))
        number = self.captioned.asset.number
        if format.name not in WITH_IIM:
            return []
        return [f"asset {number}: {told}" for told in truncated(publication)]

    def _check(self, seen: Look, index: FrameIndex | None) -> None:
        """What goes out is looked at once more: whole, and as many frames as it should have."""
        asset = self.captioned.asset
        if seen.damaged and not asset.damaged:
            raise ToolFailed(f"the exported {self.name} is damaged: {seen.damaged}", "try the export again")
        if seen.index is not None and index is not None and len(seen.index.pts) != len(index.pts):
            raise ToolFailed(
                f"the exported {self.name} shows {len(seen.index.pts)} frames instead of {len(index.pts)}",
                "footage doctor",
            )

    def _pictures(self, seen: Look, keyframes: Sequence[tuple[int, Picture]]) -> list[page.Picture]:
        """The poster, then a keyframe a shot: made from the published file alone."""
        stem = f"{self.captioned.asset.number}-{self.stem}"
        told = self.captioned.subject.facts.headline or self.captioned.subject.facts.shows or self.name
        made = [(f"{stem}.jpg", seen.thumbnail, told)]
        made += [(f"{stem}-{number}.jpg", picture, f"shot {number}") for number, picture in keyframes]
        shown = []
        for name, picture, alt in made:
            path = f"{PICTURES}/{name}"
            with disk_errors(self.stage):
                (self.stage / path).write_bytes(picture.jpeg())
            shown.append(page.Picture(picture.width, picture.height, alt, path=path))
        return shown

    def _publication(self, location: tuple[float, float] | None, *, masked: bool) -> Publication:
        subject = self.captioned.subject
        facts, source = subject.facts, subject.source
        hidden = [flag for flag in subject.flags if flag.state in (State.MASKED, State.SOURCE)]
        warnings = dict.fromkeys(r for flag in hidden for r in flag.reasons if r not in _NOT_IPTC)
        return Publication(
            caption=self.captioned.text,
            headline=facts.headline or "",
            credit=self.captioned.credit,
            source=(source.name or source.handle) if source else "",
            creator=(facts.creator,) if facts.creator else (),
            place=facts.place or "",
            city=facts.city or "",
            country=facts.country or "",
            date_created=facts.shot,
            undated=bool(facts.undated),
            released=facts.released,
            relayed_by=tuple(relay.name or relay.handle for relay in subject.relayed_by),
            usage_terms=facts.rights or "",
            instructions=instructions_of(subject.flags, subject.agency) if masked else "",
            keyword=facts.keyword,
            language=facts.language or "",
            person=facts.person,
            content_warnings=tuple(CONTENT_WARNING + reason for reason in warnings),
            digital_source_type=HUMAN_EDITS if masked else "",
            story=facts.story or "",
            supplier=subject.agency,
            guid=f"urn:sha256:{self.captioned.asset.sha256}",
            location=location,
            embargo=facts.embargo,
            expires=facts.expires,
        )

    def _location(self, sandbox: Sandbox) -> tuple[float, float] | None:
        asset = self.captioned.asset
        original = self.library.vault.present(ORIGINALS, asset.sha256)
        packets = read_packets(sandbox, original, FORMATS[asset.format])
        return location_from(packets.xmp, packets.exif, packets.tags)

    def _page(
        self,
        seen: Look,
        media: Path,
        files: Sequence[PackedFile],
        poster: page.Picture,
        shot_pages: tuple[page.PageShot, ...],
        spans: Mapping[int, tuple[Fraction, Fraction]],
        removed: Mapping[int, Fraction],
    ) -> page.PackageAsset:
        subject, facts = self.captioned.subject, self.captioned.subject.facts
        return page.PackageAsset(
            number=self.captioned.asset.number,
            name=media.name,
            kind=self.captioned.asset.kind.value,
            picture=poster,
            dimensions=f"{seen.width} × {seen.height}",
            caption=self.captioned.text,
            credit=self.captioned.credit,
            headline=facts.headline or "",
            duration=clock(seen.index.duration) if seen.index else "",
            playable=seen.format.name in _PLAYABLE,
            facts=tuple(_fact_lines(self.captioned)),
            restrictions=tuple(_restrictions(self.captioned)),
            shots=shot_pages,
            masked_by_us=masked_by_us(subject.flags, subject.agency, spans, removed),
            masked_by_source=masked_by_source(self.captioned, spans),
            files=tuple(
                page.PackageFile(file.path, file.role, file.size, file.sha256)
                for file in files
                if file.role != "picture"
            ),
        )

    def _text(self, name: str, role: str, data: bytes) -> PackedFile:
        path = self.stage / name
        with disk_errors(self.stage):
            path.write_bytes(data)
        return _packed(self.stage, path, role)

    def _target(self, made: Format) -> Path:
        """The media's path: under its own extension while the format is the original's."""
        own = self.name[len(self.stem) :]
        kept = made.name == self.captioned.asset.format or own.casefold() in made.extensions
        return self.stage / (self.stem + (own if kept and own else made.extensions[0]))

    @property
    def stem(self) -> str:
        """The media's name without its extension."""
        return self.name.rpartition(".")[0] or self.name


def _insist_unique(paths: Sequence[str]) -> None:
    """Check that no file of a package took another's place, on any disk the package may be copied to.

    Raises:
        ToolFailed: one did.
    """
    kept = Counter(_collision_key(path) for path in (*paths, "index.html", "manifest.json"))
    if twice := [path for path in paths if kept[_collision_key(path)] > 1]:
        raise ToolFailed(f"two files of the package would be called {twice[0]}", "export the assets apart")


def _unfit(made: PublishedVideo) -> str:
    """Why a video cannot go out as it is coded, in words; empty where it can."""
    pictures = f"{made.hidden} picture{'s'[: made.hidden != 1]} that no player shows" if made.hidden else ""
    sound = "sound that no player plays" if made.unheard else ""
    if held := " and ".join(filter(None, (pictures, sound))):
        return f"the file holds {held}"
    if made.talking:
        return "its pictures carry words that cannot be left out"
    return "its pictures cannot be started at without what is said beside them" if made.headless else ""


def _clean(name: str) -> str:
    """A name whose every sign can be seen."""
    return "".join(sign if sign.isprintable() else "_" for sign in name)


def _extension(asset: Asset, profile: Profile) -> str:
    if profile is Profile.WEB:
        return ".mp4" if asset.kind is Kind.VIDEO else ".jpg"
    return asset.extension


def _file_keys(stem: str, extension: str) -> set[str]:
    """What tells apart the names of an asset's files."""
    media = f"{stem}{extension}"
    return {_collision_key(name) for name in (media, f"{media}.xmp", f"{stem}.caption.txt")}


def _collision_key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _limits(asset: Asset) -> Limits:
    stream = next(stream for stream in asset.streams if stream.kind == "video")
    return rendering_limits(stream.width, stream.height)


def _packed(stage: Path, path: Path, role: str) -> PackedFile:
    with disk_errors(path), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return PackedFile(str(path.relative_to(stage)), role, digest, path.stat().st_size)


def _shot_pages(
    seen: Look, keyframes: Sequence[page.Picture], known: Sequence[Shot], timeline: Timeline | None
) -> tuple[page.PageShot, ...]:
    """The published file's shots; a description comes along from the catalogue's shot that it lies in."""
    if seen.index is None or timeline is None:
        return ()
    kept, pts = timeline.kept, timeline.index.pts
    made = []
    for shot, picture in zip(seen.shots, keyframes, strict=True):
        start = seen.index.seconds(shot.span.start)
        length = seen.index.seconds(shot.span.end) - start
        frame = seen.index.frame_at(shot.keyframe)
        tick = pts[kept[min(frame, len(kept) - 1)]]
        described = next((one.description for one in known if tick in one.span), "")
        picture = replace(picture, alt=described or picture.alt)
        made.append(page.PageShot(shot.number, picture, clock(start), f"{float(length):.1f} s", described))
    return tuple(made)


def _fact_lines(captioned: Captioned) -> list[page.PageFact]:
    subject, facts = captioned.subject, captioned.subject.facts
    where = ", ".join(part for part in (facts.place, facts.city, facts.country) if part)
    source = subject.source
    shot = moment_text(facts.shot) if facts.shot else "undated" if facts.undated else ""
    lines = (
        ("Place", where),
        ("Shot", shot),
        ("Released", moment_text(facts.released) if facts.released else ""),
        ("Source", (source.name or source.handle) if source else ""),
        ("Relayed by", ", ".join(relay.name or relay.handle for relay in subject.relayed_by)),
        ("Statement", facts.statement or ""),
        ("Creator", facts.creator or ""),
        ("Shown", ", ".join(facts.person)),
        ("Published at", facts.url or ""),
        ("Keywords", ", ".join(facts.keyword)),
    )
    return [page.PageFact(label, value) for label, value in lines if value]


def _restrictions(captioned: Captioned) -> list[str]:
    facts = captioned.subject.facts
    return [
        *([_until("Embargoed until", facts.embargo)] if facts.embargo else []),
        *([_until("Not to be used after", facts.expires)] if facts.expires else []),
        *([facts.rights] if facts.rights else []),
    ]


def _until(words: str, moment: Moment) -> str:
    return f"{words} {moment_text(moment)}."

"""What is said of a published file, in the file itself and in the files beside it."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date

from sqlalchemy import Connection

from footage.actions.caption import Captioned
from footage.actions.disclosing import instructions_of
from footage.actions.naming import SUFFIXES, stem_of
from footage.actions.provenance import Provenance, provenance_of
from footage.actions.published_shots import KnownShots, clip_of, known_shots, notes_of, withheld_notes
from footage.actions.ready import terms_of
from footage.actions.text import story_text
from footage.catalogue import editions, stories, subtitles
from footage.formats.newsml import check_newsml, write_newsml
from footage.formats.ninjs import check_ninjs, write_ninjs
from footage.formats.subtitles import write
from footage.formats.writable import writable
from footage.formats.xmp import write_xmp
from footage.library import Library
from footage.media.look import Look
from footage.model.asset import Kind, Shot
from footage.model.dispatch import Edition
from footage.model.english import location_unknown
from footage.model.facts import Facts
from footage.model.flag import Reason, State
from footage.model.moment import Moment, moment_text
from footage.model.profile import Profile, Sidecar
from footage.model.provenance import Deed
from footage.model.publication import (
    CONTENT_WARNING,
    HUMAN_EDITS,
    Hop,
    Link,
    Publication,
    PublishedShot,
)
from footage.model.redaction import Timeline
from footage.model.rights import restrictions
from footage.model.shotlist import Clip, Line, script
from footage.model.source import published_name
from footage.model.span import exact_clock
from footage.model.timed import Cue, exact, kept, silenced

_NEVER = Moment(date.min)
_NOT_IPTC = (Reason.PRIVACY, Reason.MINOR, Reason.PRISONER)
_WEBVTT = "text/vtt"


@dataclass(frozen=True, slots=True)
class Telling:
    """All that may be told of an asset beside its caption, read before it is packed.

    Attributes:
        facts: the stated ones, and where they are silent the terms of its style's handouts.
        restrictions: what whoever uses it must heed, a sentence each.
        instructions: those among them that no field of a standard holds.
        cues: its subtitles by language, at the original's times.
        shots: what is known of its shots; nothing for a still.
        statement: what came with it.
        story_text: of its story, as it reads today.
        made: when this version of it is made.
    """

    captioned: Captioned
    facts: Facts
    restrictions: tuple[str, ...]
    instructions: str
    provenance: Provenance
    edition: Edition
    cues: Mapping[str, tuple[Cue, ...]]
    shots: KnownShots
    statement: str
    story_text: str
    made: Moment


@dataclass(frozen=True, slots=True)
class Published:
    """A published file as it was looked at.

    Attributes:
        path: in the package.
        size: in bytes.
        poster: the path of its small picture in the package.
        shots: at its own times. known: the catalogue's shots of which they are, at the original's.
        timeline: where the original's frames lie in it; None for a still.
    """

    path: str
    size: int
    seen: Look
    poster: str
    shots: tuple[PublishedShot, ...]
    known: tuple[Shot, ...]
    timeline: Timeline | None


@dataclass(frozen=True, slots=True)
class SidecarFile:
    """A file beside the media, by its path in the package; ``link`` where news items name it."""

    path: str
    role: str
    data: bytes
    link: Link | None = None


def tellings_of(
    library: Library, connection: Connection, captions: Sequence[Captioned], profile: Profile
) -> dict[int, Telling]:
    """What may be told of assets, by number; read with a few statements however many stills they are."""
    numbers = [one.asset.number for one in captions]
    terms = terms_of(library, connection, captions)
    chains = {one.asset: one for one in provenance_of(connection, numbers)}
    standing = editions.of_assets(connection, numbers)
    slugs = {slug for one in captions if (slug := one.subject.facts.story)}
    known = (stories.find(connection, slug) for slug in sorted(slugs))
    stories_told = {story.slug: story_text(connection, story, library.today()) for story in known if story}
    now = library.clock().astimezone(UTC)
    made = Moment(now.date(), now.time().replace(microsecond=0), "UTC")
    told = {}
    for one in captions:
        number, video = one.asset.number, one.asset.kind is Kind.VIDEO
        facts, chain = terms[number].facts, chains[number]
        if profile.terms:
            rights = " ".join(
                restrictions(Facts(rights=text))[0] for text in (facts.rights, profile.terms) if text
            )
            facts = replace(facts, rights=rights)
        told[number] = Telling(
            captioned=one,
            facts=facts,
            restrictions=restrictions(facts),
            instructions=" ".join(restrictions(replace(facts, embargo=None, expires=None, rights=None))),
            provenance=chain,
            edition=standing[number],
            cues=subtitles.of_asset(connection, number) if video else {},
            shots=known_shots(connection, number) if video else KnownShots(),
            statement=facts.statement or _statement(chain),
            story_text=stories_told.get(facts.story or "", ""),
            made=made,
        )
    return told


def untimed(telling: Telling) -> Telling:
    """The same, whenever it is made: what two readings of the catalogue must agree on."""
    return replace(telling, made=_NEVER)


def publication_of(telling: Telling, location: tuple[float, float] | None, *, masked: bool) -> Publication:
    """What is written into the published file.

    Args:
        masked: whether anything in it is hidden by us.
    """
    captioned, facts = telling.captioned, telling.facts
    subject = captioned.subject
    hidden = [flag for flag in subject.flags if flag.state in (State.MASKED, State.SOURCE)]
    warnings = dict.fromkeys(r for flag in hidden for r in flag.reasons if r not in _NOT_IPTC)
    masking = instructions_of(subject.flags, subject.agency) if masked else ""
    return Publication(
        caption=captioned.text,
        headline=facts.headline or "",
        credit=captioned.credit,
        source=published_name(subject.source) if subject.source else "",
        creator=(facts.creator,) if facts.creator else (),
        creator_title=facts.creator_title or "",
        place="" if location_unknown(facts.place or "") else facts.place or "",
        city=facts.city or "",
        state=facts.state or "",
        country=facts.country or "",
        date_created=facts.shot,
        undated=bool(facts.undated),
        released=facts.released,
        relayed_by=tuple(map(published_name, subject.relayed_by)),
        statement=telling.statement,
        url=facts.url or "",
        usage_terms=facts.rights or "",
        instructions=" ".join(filter(None, (telling.instructions, masking))),
        edit_note=f"Corrected: version {telling.edition.version}." if telling.edition.version > 1 else "",
        keyword=facts.keyword,
        language=facts.language or "",
        person=facts.person,
        event=facts.event or "",
        alt=facts.alt or "",
        content_warnings=tuple(CONTENT_WARNING + reason for reason in warnings),
        digital_source_type=HUMAN_EDITS if masked else "",
        story=facts.story or "",
        job=facts.job or "",
        supplier=subject.agency,
        guid=f"urn:sha256:{captioned.asset.sha256}",
        version=telling.edition.version,
        version_created=telling.made,
        kind=captioned.asset.kind,
        hops=tuple(_hops(telling)),
        location=location,
        embargo=facts.embargo,
        expires=facts.expires,
    )


def sidecars_of(
    telling: Telling, profile: Profile, publication: Publication, published: Published
) -> tuple[list[SidecarFile], list[str]]:
    """The files beside a published file that its profile asks for, and what a person should know of them.

    Raises:
        ToolFailed: what was written does not say what it should. Usage: it cannot be said in a format.
    """
    wanted, stem = profile.formats, stem_of(published.path)
    files: list[SidecarFile] = []
    notes: list[str] = []
    if Sidecar.VTT in wanted:
        found, told = _subtitles(telling, published.path, published.timeline)
        files += found
        notes += told
    shot_list = shot_list_of(telling, published.path, published.known, published.timeline)
    if published.timeline:
        notes += withheld_notes(telling.captioned.asset.number, telling.shots, published.timeline)
        notes += notes_of(_clip(telling, published.path, published.known, published.timeline))
    if Sidecar.SHOTLIST in wanted and shot_list:
        path = stem + SUFFIXES[Sidecar.SHOTLIST]
        files.append(SidecarFile(path, "shotlist", shot_list.encode("utf-8", "replace")))
    full = replace(
        publication,
        shots=published.shots,
        shot_list=shot_list,
        links=(_main(published), _poster(published), *(file.link for file in files if file.link)),
    )
    for sidecar, role, made in _WRITTEN:
        if sidecar in wanted:
            path = f"{published.path}.xmp" if sidecar is Sidecar.XMP else stem + SUFFIXES[sidecar]
            files.append(SidecarFile(path, role, made(full)))
    if Sidecar.CAPTION in wanted:
        text = f"{writable(publication).caption}\n".encode()
        files.append(SidecarFile(stem + SUFFIXES[Sidecar.CAPTION], "caption", text))
    return files, notes


def shot_list_of(telling: Telling, path: str, told: Sequence[Shot], timeline: Timeline | None) -> str:
    """The shot list as desks print it; empty where nobody described a shot or wrote down what is said.

    Args:
        path: the published file's in the package.
        told: its shots, as of :func:`footage.actions.published_shots.told_shots`.
        timeline: None for a still.
    """
    clip = _clip(telling, path, told, timeline) if timeline else None
    return script([clip]) if clip and _says_more(clip) else ""


def said_beside(
    telling: Telling, formats: Collection[str], path: str, told: Sequence[Shot], timeline: Timeline | None
) -> dict[str, list[str]]:
    """What a package says that is neither caption nor fact, in words to be compared later.

    That is the chain of hands, and of a video its shot list and, where ``formats`` has them, its subtitles: a
    language each with what tells their text apart. The other arguments are those of :func:`shot_list_of`.
    """
    said = {"provenance": [_hop_words(hop) for hop in _hops(telling)]}
    if timeline is not None:
        clip = _clip(telling, path, told, timeline)
        said["shot_list"] = [_line_words(line) for line in clip.lines] if _says_more(clip) else []
        if Sidecar.VTT in formats:
            found, _ = _subtitles(telling, path, timeline)
            said["subtitles"] = [
                f"{file.link.language} (SHA-256 {hashlib.sha256(file.data).hexdigest()[:16]})"
                for file in found
                if file.link
            ]
    return said


def _hop_words(hop: Hop) -> str:
    return f"{hop.party} {hop.action}" + (f" on {moment_text(hop.on)}" if hop.on else "")


def _ninjs(publication: Publication) -> bytes:
    written = write_ninjs(publication)
    check_ninjs(written, publication)
    return written


def _newsml(publication: Publication) -> bytes:
    written = write_newsml(publication)
    check_newsml(written, publication)
    return written


_WRITTEN: tuple[tuple[Sidecar, str, Callable[[Publication], bytes]], ...] = (
    (Sidecar.XMP, "metadata", write_xmp),
    (Sidecar.NINJS, "ninjs", _ninjs),
    (Sidecar.NEWSML, "newsml", _newsml),
)


def _hops(telling: Telling) -> Iterator[Hop]:
    """The chain of hands from the first to ours: who released it and when, who relayed it, and we."""
    subject, chain = telling.captioned.subject, telling.provenance.chain
    for link in chain:
        party = telling.provenance.sources.get(link.party)
        name = published_name(party) if party else link.party
        if link.deed is Deed.RELAYED:
            yield Hop(name, "relayed", link.on)
        else:
            own = link.party == subject.facts.source
            yield Hop(name, "released", subject.facts.released if own else None)
    if chain:
        obtained = (link.on for link in chain if link.deed is Deed.OBTAINED)
        yield Hop(subject.agency, "obtained", next(obtained, None))


def _statement(provenance: Provenance) -> str:
    """What was recorded to have come along with footage."""
    return next((link.statement for link in provenance.chain if link.statement.strip()), "")


def _main(published: Published) -> Link:
    seen = published.seen
    codec = next((stream.codec for stream in seen.streams if stream.kind == "video"), "")
    return Link(
        published.path,
        seen.format.media_type,
        size=published.size,
        width=seen.width,
        height=seen.height,
        duration=seen.index.duration if seen.index else None,
        codec=codec if seen.index else "",
        frame_rate=seen.index.rate if seen.index else None,
    )


def _poster(published: Published) -> Link:
    thumbnail = published.seen.thumbnail
    return Link(published.poster, "image/jpeg", "thumbnail", width=thumbnail.width, height=thumbnail.height)


def _subtitles(
    telling: Telling, published: str, timeline: Timeline | None
) -> tuple[list[SidecarFile], list[str]]:
    """A file a language, in step with the published clip; the first one's name tells no language."""
    number = telling.captioned.asset.number
    if timeline is None:
        return [], []
    mutes = silenced(telling.captioned.subject.flags, timeline.index.whole)
    spoken = telling.facts.language
    first = spoken if spoken in telling.cues else next(iter(telling.cues), None)
    files, notes = [], []
    for language, cues in telling.cues.items():
        left = kept(cues, timeline, mutes)
        notes += [f"asset {number}: subtitles {language}: {note}" for note in left.notes()]
        if left.cues:
            data = write(exact(left.cues, timeline.shortened), "vtt").encode("utf-8", "replace")
            ending = SUFFIXES[Sidecar.VTT]
            path = stem_of(published) + (ending if language == first else f".{language}{ending}")
            link = Link(path, _WEBVTT, "subtitles", size=len(data), language=language)
            files.append(SidecarFile(path, "subtitles", data, link))
    return files, notes


def _clip(telling: Telling, path: str, told: Sequence[Shot], timeline: Timeline) -> Clip:
    return clip_of(
        telling.captioned,
        telling.facts,
        told,
        telling.shots.soundbites,
        timeline,
        telling.restrictions,
        telling.story_text,
        path,
    )


def _says_more(clip: Clip) -> bool:
    """Whether anybody described a shot of it or wrote down what is said."""
    return any(line.shot or line.soundbite for line in clip.lines)


def _line_words(line: Line) -> str:
    words = line.shot
    if spoken := line.soundbite:
        words = f"{spoken.speaker} ({spoken.language}): {spoken.quote}"
    told = f"{exact_clock(line.start)}-{exact_clock(line.end)} {words}".rstrip()
    return f"{told} ({'; '.join(line.marks)})" if line.marks else told

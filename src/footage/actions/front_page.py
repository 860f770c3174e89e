"""What a package's front page tells of one asset."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from footage.actions.caption import Captioned
from footage.actions.disclosing import masked_by_source, masked_by_us
from footage.media.look import Look
from footage.model import page
from footage.model.moment import moment_text
from footage.model.publication import PublishedShot
from footage.model.source import published_name
from footage.model.span import clock

_PLAYABLE = ("mp4", "webm", "mov")
_PICTURE = "picture"
_ROLES = {"shotlist": "shot list", "newsml": "NewsML-G2"}


def entry_of(
    captioned: Captioned,
    seen: Look,
    name: str,
    pictures: Sequence[page.Picture],
    shots: Sequence[PublishedShot],
    restrictions: Sequence[str],
    statement: str,
    spans: Mapping[int, tuple[Fraction, Fraction]],
    removed: Mapping[int, Fraction],
) -> page.PackageAsset:
    """The page's entry for a published file, without its files.

    Args:
        seen: the published file as it was looked at.
        name: its path in the package.
        pictures: the poster, then the keyframes of the shots.
        statement: what came with it.
        spans, removed: where its flags lie, as of :func:`footage.actions.disclosing.spans_of`.
    """
    subject, facts = captioned.subject, captioned.subject.facts
    return page.PackageAsset(
        number=captioned.asset.number,
        name=name,
        kind=captioned.asset.kind.value,
        picture=pictures[0],
        dimensions=f"{seen.width} × {seen.height}",
        caption=captioned.text,
        credit=captioned.credit,
        headline=facts.headline or "",
        duration=clock(seen.index.duration) if seen.index else "",
        playable=seen.format.name in _PLAYABLE,
        facts=tuple(_fact_lines(captioned, statement)),
        restrictions=tuple(restrictions),
        shots=tuple(_page_shot(shot, {one.path: one for one in pictures}) for shot in shots),
        masked_by_us=masked_by_us(subject.flags, subject.agency, spans, removed),
        masked_by_source=masked_by_source(captioned, spans),
    )


def with_files(entry: page.PackageAsset, files: Sequence[page.PackageFile]) -> page.PackageAsset:
    """The entry with its files, the media first; the page's own pictures are not listed."""
    listed = (replace(file, role=_ROLES.get(file.role, file.role)) for file in files if file.role != _PICTURE)
    return replace(entry, files=tuple(listed))


def _page_shot(shot: PublishedShot, pictures: Mapping[str, page.Picture]) -> page.PageShot:
    picture = pictures[shot.keyframe]
    picture = replace(picture, alt=shot.description or picture.alt)
    length = f"{float(shot.end - shot.start):.1f} s"
    return page.PageShot(shot.number, picture, clock(shot.start), length, shot.description)


def _fact_lines(captioned: Captioned, statement: str) -> list[page.PageFact]:
    subject, facts = captioned.subject, captioned.subject.facts
    where = ", ".join(part for part in (facts.place, facts.city, facts.state, facts.country) if part)
    source = subject.source
    shot = moment_text(facts.shot) if facts.shot else "undated" if facts.undated else ""
    lines = (
        ("Place", where),
        ("Shot", shot),
        ("Released", moment_text(facts.released) if facts.released else ""),
        ("Source", published_name(source) if source else ""),
        ("Relayed by", ", ".join(map(published_name, subject.relayed_by))),
        ("Statement", statement),
        ("Event", facts.event or ""),
        ("Creator", facts.creator or ""),
        ("Shown", ", ".join(facts.person)),
        ("Published at", facts.url or ""),
        ("Keywords", ", ".join(facts.keyword)),
        ("Job", facts.job or ""),
    )
    return [page.PageFact(label, value) for label, value in lines if value]

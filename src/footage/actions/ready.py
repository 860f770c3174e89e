"""Clearance: gathering what it is judged from, and judging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from footage.actions.caption import Captioned, captions_of
from footage.actions.text import texts_of
from footage.catalogue import dispatches, editions, renditions, stories
from footage.catalogue import facts as fact_rows
from footage.library import Library
from footage.model.asset import Asset, Purpose
from footage.model.clearance import Clearance, Standing, clear
from footage.model.facts import Facts, Origin
from footage.model.proof import proof_of
from footage.model.redaction import standing_recipe
from footage.model.rights import handout_of, with_terms
from footage.model.standing import StandingText
from footage.settings import read_style
from footage.vault import ORIGINALS, RENDITIONS


def ready(library: Library, numbers: Sequence[int], style: str | None = None) -> tuple[Clearance, ...]:
    """Say of each asset whether it may be published now, and if not, why.

    Raises:
        NotFound: an unknown asset or style.
    """
    layout = read_style(style or library.settings.style, library.root)
    with library.reading() as connection:
        return clearances_of(library, connection, captions_of(library, connection, numbers, layout))


def clearance_of(library: Library, connection: Connection, captioned: Captioned) -> Clearance:
    """Judge one asset."""
    return clearances_of(library, connection, [captioned])[0]


def clearances_of(
    library: Library, connection: Connection, captions: Sequence[Captioned]
) -> tuple[Clearance, ...]:
    """Judge several assets, read with a few statements however many they are."""
    gathered = _gather(library, connection, captions)
    now = library.clock()
    return tuple(clear(_standing(library, connection, one, gathered), now) for one in captions)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an asset goes out.

    Attributes:
        facts: as the desk states them, and where they are silent as its style's handouts go.
        sent: the day it first left the house; today where it has not.
    """

    facts: Facts
    sent: date


def terms_of(library: Library, connection: Connection, captions: Sequence[Captioned]) -> dict[int, Terms]:
    """On what terms several assets go out, each in the style of its caption, by number."""
    handouts = {name: read_style(name, library.root).handout for name in {one.style for one in captions}}
    bound = {
        one.asset.number: handout_of(one.subject.facts, one.subject.source, handouts[one.style])
        for one in captions
    }
    sent = _first_sent(connection, [number for number, handout in bound.items() if handout])
    found = {}
    for one in captions:
        number = one.asset.number
        day = sent.get(number, library.today())
        found[number] = Terms(with_terms(one.subject.facts, bound[number], day), day)
    return found


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What clearance is judged from beside captions, read once for all assets."""

    terms: Mapping[int, Terms]
    killed: Mapping[int, str | None]
    story_texts: Mapping[str, str]
    texts: Mapping[str, StandingText]
    proposed: Mapping[int, Facts]


def _gather(library: Library, connection: Connection, captions: Sequence[Captioned]) -> _Gathered:
    numbers = [one.asset.number for one in captions]
    slugs = {slug for one in captions if (slug := one.subject.facts.story)}
    known = (stories.find(connection, slug) for slug in sorted(slugs))
    told = {story.slug: story.text for story in known if story and story.text}
    videos = [one.asset.grabbed_from for one in captions if one.asset.grabbed_from is not None]
    standing = editions.of_assets(connection, [*numbers, *videos])
    return _Gathered(
        terms=terms_of(library, connection, captions),
        killed={number: one.killed for number, one in standing.items()},
        story_texts=told,
        texts=texts_of(connection, told.values()),
        proposed=_proposed(connection, [one.asset for one in captions]),
    )


def _standing(
    library: Library, connection: Connection, captioned: Captioned, gathered: _Gathered
) -> Standing:
    asset, subject = captioned.asset, captioned.subject
    drawn = any(flag.drawn for flag in subject.flags)
    masked = renditions.get(connection, asset.number, Purpose.MASKED) if drawn else None
    if masked is not None and not library.vault.path(RENDITIONS, masked.sha256, masked.extension).is_file():
        masked = None
    terms = gathered.terms[asset.number]
    return Standing(
        asset=asset,
        facts=subject.facts,
        source=subject.source,
        flags=subject.flags,
        masked=masked,
        recipe=standing_recipe(
            asset.sha256, subject.flags, library.settings.treatment, (asset.width, asset.height)
        ),
        proven=masked is not None and proof_of(masked.proof).ok,
        credit=captioned.credit,
        caption_lacks=captioned.lacks,
        findings=captioned.findings,
        look_required=library.settings.look == "required",
        present=_present(library, asset),
        terms=terms.facts,
        sent=terms.sent,
        today=library.today(),
        killed=gathered.killed[asset.number],
        video_killed=gathered.killed[asset.grabbed_from] if asset.grabbed_from is not None else None,
        verdicts=subject.verdicts,
        story_text=gathered.story_texts.get(subject.facts.story or "", ""),
        texts=gathered.texts,
        proposed=gathered.proposed[asset.number],
    )


def _proposed(connection: Connection, known: Sequence[Asset]) -> dict[int, Facts]:
    """What files say of themselves, by asset; of a grab, what the clip's file says."""
    files = {asset.number: asset.grabbed_from or asset.number for asset in known}
    told = fact_rows.of_assets(connection, list(dict.fromkeys(files.values())))
    return {number: told[file][Origin.FILE] for number, file in files.items()}


def _first_sent(connection: Connection, numbers: Sequence[int]) -> dict[int, date]:
    """The days on which assets first left the house, of those that did."""
    sent = dispatches.of_assets(connection, numbers)
    return {number: date.fromisoformat(rows[0].at[:10]) for number, rows in sent.items() if rows}


def _present(library: Library, asset: Asset) -> bool:
    path = library.vault.path(ORIGINALS, asset.sha256)
    return path.is_file() and path.stat().st_size == asset.size

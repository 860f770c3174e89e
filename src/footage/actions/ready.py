"""Clearance: gathering what it is judged from, and judging."""

from collections.abc import Sequence

from sqlalchemy import Connection

from footage.actions.caption import Captioned, captions_of
from footage.catalogue import renditions
from footage.library import Library
from footage.model.asset import Asset, Purpose
from footage.model.clearance import Clearance, Standing, clear
from footage.model.proof import proof_of
from footage.model.redaction import standing_recipe
from footage.settings import read_style
from footage.vault import ORIGINALS, RENDITIONS


def ready(library: Library, numbers: Sequence[int], style: str | None = None) -> tuple[Clearance, ...]:
    """Say of each asset whether it may be published now, and if not, why.

    Raises:
        NotFound: an unknown asset or style.
    """
    layout = read_style(style or library.settings.style)
    with library.reading() as connection:
        captions = captions_of(library, connection, numbers, layout)
        return tuple(clearance_of(library, connection, captioned) for captioned in captions)


def clearance_of(library: Library, connection: Connection, captioned: Captioned) -> Clearance:
    """Judge one asset."""
    asset, subject = captioned.asset, captioned.subject
    drawn = any(flag.drawn for flag in subject.flags)
    masked = renditions.get(connection, asset.number, Purpose.MASKED) if drawn else None
    if masked is not None and not library.vault.path(RENDITIONS, masked.sha256, masked.extension).is_file():
        masked = None
    standing = Standing(
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
    )
    return clear(standing, library.clock())


def _present(library: Library, asset: Asset) -> bool:
    path = library.vault.path(ORIGINALS, asset.sha256)
    return path.is_file() and path.stat().st_size == asset.size

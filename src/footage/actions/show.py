"""Showing one asset with all that is known of it."""

from dataclasses import dataclass
from pathlib import Path

from footage.actions.caption import Captioned, caption_of
from footage.actions.flag import asset_and_index
from footage.actions.provenance import Provenance, provenance_of
from footage.catalogue import editions, renditions, shots, verdicts
from footage.catalogue import facts as fact_rows
from footage.library import Library
from footage.model.asset import Asset, Rendition, Shot
from footage.model.dispatch import Edition
from footage.model.facts import Facts, Origin
from footage.model.flag import Flag
from footage.model.provenance import Verdict
from footage.model.span import FrameIndex
from footage.settings import read_style
from footage.vault import ORIGINALS, RENDITIONS


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset and all that hangs on it.

    Attributes:
        facts: what holds: a person's word over the story's over the file's own.
        stated: what each origin says; ``captioned`` is made without the file's.
        renditions: each with where the vault keeps it.
        verdicts: what was found when its facts were checked, also where they are others by now.
    """

    asset: Asset
    index: FrameIndex | None
    facts: Facts
    stated: dict[Origin, Facts]
    captioned: Captioned
    shots: tuple[Shot, ...]
    flags: tuple[Flag, ...]
    renditions: tuple[tuple[Rendition, Path], ...]
    original: Path
    provenance: Provenance
    verdicts: tuple[Verdict, ...]
    edition: Edition


def show(library: Library, number: int, style: str | None = None) -> AssetView:
    """All that is known of an asset.

    Raises:
        NotFound: there is none. Refused: it was discarded.
    """
    layout = read_style(style or library.settings.style, library.root)
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        captioned = caption_of(library, connection, number, layout)
        rows = renditions.of_asset(connection, number)
        return AssetView(
            asset=asset,
            index=index,
            facts=fact_rows.effective(connection, number),
            stated=fact_rows.of_asset(connection, number),
            captioned=captioned,
            shots=tuple(shots.of_asset(connection, number)),
            flags=captioned.subject.flags,
            renditions=tuple(
                (row, library.vault.path(RENDITIONS, row.sha256, row.extension)) for row in rows
            ),
            original=library.vault.path(ORIGINALS, asset.sha256),
            provenance=provenance_of(connection, [number])[0],
            verdicts=verdicts.of_asset(connection, number),
            edition=editions.of_asset(connection, number),
        )

"""What to open when a person asks to see an asset."""

from pathlib import Path

from footage.actions.flag import asset_and_index
from footage.catalogue import flags, renditions
from footage.errors import Refused
from footage.library import Library
from footage.model.asset import Purpose
from footage.model.flag import State
from footage.model.proof import proof_of
from footage.model.redaction import standing_recipe
from footage.vault import ORIGINALS, RENDITIONS


def file_to_open(library: Library, number: int) -> Path:
    """The file a person may see without asking for the original: the masked one where anything is flagged.

    Raises:
        Refused: it is flagged and not masked as its flags stand today.
    """
    with library.reading() as connection:
        asset, _ = asset_and_index(connection, number)
        found = flags.of_asset(connection, number)
        masked = renditions.get(connection, number, Purpose.MASKED)
    hint = f"footage blur {number}, or footage open {number} --original (it is logged)"
    if any(flag.state is State.PROPOSED for flag in found):
        raise Refused(f"asset {number} has flags that nobody has decided on", hint)
    recipe = standing_recipe(asset.sha256, found, library.settings.treatment, (asset.width, asset.height))
    if not recipe:
        return library.vault.present(ORIGINALS, asset.sha256)
    open_ones = any(flag.state is State.OPEN for flag in found)
    if open_ones or masked is None or masked.recipe != recipe or not proof_of(masked.proof).ok:
        raise Refused(f"asset {number} is flagged and not masked", hint)
    return library.vault.present(RENDITIONS, masked.sha256, masked.extension)


def original_to_open(library: Library, number: int) -> Path:
    """The original; that somebody looked at it is logged."""
    with library.deed("open original") as deed:
        asset, _ = asset_and_index(deed.connection, number)
        path = library.vault.present(ORIGINALS, asset.sha256)
        deed.record([number], {"sha256": asset.sha256})
    return path

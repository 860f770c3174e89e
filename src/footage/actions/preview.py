"""A strip of masked frames, to look at before anything is rendered."""

import os
from pathlib import Path

from footage.actions.flag import asset_and_index
from footage.catalogue import flags as flag_rows
from footage.errors import Conflict, Refused
from footage.library import Library
from footage.media.painting import mask_still
from footage.media.preview import strip
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import encode, read_pixels
from footage.model.flag import Treatment, drawn_masks
from footage.vault import ORIGINALS, disk_errors


def preview(
    library: Library, number: int, destination: Path | None, treatment: Treatment | None = None
) -> Path:
    """Write a PNG with masked frames from the start, the poses and the end of every flagged span.

    Args:
        destination: None for ``preview-N.png`` in the library's folder.

    Raises:
        Refused: nothing is flagged. Conflict: the destination is a folder, lies in the vault, or is a file
        that is no PNG.
    """
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        found = flag_rows.of_asset(connection, number)
    _, masks = drawn_masks(found, library.settings.treatment, chosen=treatment)
    if not masks:
        hint = f"footage flag {number} IN OUT --reason REASON"
        raise Refused(f"asset {number} has nothing to mask", hint)
    path = (destination or library.root / f"preview-{number}.png").absolute()
    _insist_on_place(library, number, path)
    original = library.vault.present(ORIGINALS, asset.sha256)
    with library.vault.workspace() as workspace:
        with Sandbox([original], workspace.scratch()) as sandbox:
            format = FORMATS[asset.format]
            if index is None:
                picture = mask_still(read_pixels(sandbox, original, format), masks)
            else:
                picture = strip(sandbox, original, format, index, masks)
        if library.dry_run:
            return path
        with disk_errors(path.parent):
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_bytes(encode(picture, "png"))
            fresh.replace(path)
    return path


def _insist_on_place(library: Library, number: int, path: Path) -> None:
    """Refuse to write over anything that is no preview."""
    hint = f"footage blur {number} --preview --to preview-{number}.png"
    if path.is_dir():
        raise Conflict(f"{path} is a folder", hint)
    if path.parent.resolve().is_relative_to(library.vault.root.resolve()):
        raise Conflict(f"{path} lies in the vault, which keeps originals and renditions only", hint)
    if path.suffix.lower() != ".png" and os.path.lexists(path):
        raise Conflict(f"{path} is there already and is no PNG; it was not overwritten", hint)

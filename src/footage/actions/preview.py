"""What is to be hidden, to look at before anything is rendered."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from footage.actions.flag import asset_and_index
from footage.catalogue import flags as flag_rows
from footage.errors import Conflict, Refused, Usage
from footage.library import Library
from footage.media.preview import outlined_still, shown_flag, strip, video
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import encode, read_pixels
from footage.model.asset import Asset
from footage.model.flag import Flag, Mask, Treatment
from footage.model.progress import Progress
from footage.model.redaction import redaction_of
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, Workspace, disk_errors

_STRIP, _VIDEO = ".png", ".mp4"


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be shown of an asset; ``flags`` are those that ask for something."""

    asset: Asset
    index: FrameIndex | None
    original: Path
    flags: tuple[Flag, ...]
    masks: tuple[Mask, ...]


def preview(
    library: Library, number: int, destination: Path | None, treatment: Treatment | None, progress: Progress
) -> tuple[Path, ...]:
    """Show what is to be hidden, as outlines over the footage: in a strip of stills and in a small video.

    Args:
        destination: a ``.png`` for the strip, or an ``.mp4`` for the video; None for both, as
            ``preview-N.png`` and ``preview-N.mp4`` in the library's folder. A still has no video.

    Returns:
        Where they are.

    Raises:
        Refused: nothing is flagged. Usage: the destination is neither a ``.png`` nor, for a video, an
        ``.mp4``. Conflict: it is a folder, lies in the vault, or is a file that is no preview.
    """
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        found = flag_rows.of_asset(connection, number)
    size = (asset.width, asset.height)
    flags, redaction = redaction_of(found, library.settings.treatment, size, chosen=treatment)
    if not flags:
        hint = f"footage flag {number} IN OUT --reason REASON"
        raise Refused(f"asset {number} has nothing to mask", hint)
    kinds = (_STRIP,) if index is None else (_STRIP, _VIDEO)
    paths = _places(library, number, destination, kinds)
    original = library.vault.present(ORIGINALS, asset.sha256)
    if library.dry_run:
        return paths
    job = _Job(asset, index, original, flags, redaction.masks)
    with library.vault.workspace() as workspace, Sandbox([original], workspace.scratch()) as sandbox:
        drawn = [_drawn(job, path.suffix.lower(), sandbox, workspace, progress) for path in paths]
        for made, path in zip(drawn, paths, strict=True):
            _put(made, path)
    return paths


def _places(
    library: Library, number: int, destination: Path | None, kinds: Sequence[str]
) -> tuple[Path, ...]:
    """Where the previews go; all of them are there to be written."""
    wanted = [destination] if destination else [library.root / f"preview-{number}{kind}" for kind in kinds]
    paths = tuple(path.absolute() for path in wanted)
    for path in paths:
        hint = f"footage blur {number} --preview --to preview-{number}.png"
        _insist_on_place(library, path, hint)
        if path.suffix.lower() not in kinds:
            endings = "a .png" if len(kinds) == 1 else "a .png (the strip) or an .mp4 (the video)"
            raise Usage(f"the preview of asset {number} is {endings}, not {path.name}", hint)
    return paths


def _insist_on_place(library: Library, path: Path, hint: str) -> None:
    """Refuse to write over anything that is no preview."""
    if path.is_dir():
        raise Conflict(f"{path} is a folder", hint)
    if not path.parent.is_dir():
        raise Conflict(f"there is no folder {path.parent}", f"mkdir -p {path.parent}")
    if path.parent.resolve().is_relative_to(library.vault.root.resolve()):
        raise Conflict(f"{path} lies in the vault, which keeps originals and renditions only", hint)
    # What is there may be footage: only what bears a preview's name is written over.
    if not path.name.startswith("preview") and os.path.lexists(path):
        raise Conflict(f"{path} is there already and may be no preview; it was not overwritten", hint)


def _drawn(job: _Job, kind: str, sandbox: Sandbox, workspace: Workspace, progress: Progress) -> Path:
    """The strip or the video, in the workspace."""
    format = FORMATS[job.asset.format]
    if job.index is None:
        picture = outlined_still(read_pixels(sandbox, job.original, format), job.masks)
    else:
        masks = {mask.flag: mask for mask in job.masks}
        flags = [shown_flag(flag, masks.get(flag.number), job.index) for flag in job.flags]
        if kind == _VIDEO:
            return workspace.adopt(video(sandbox, job.original, format, job.index, flags, progress))
        picture = strip(sandbox, job.original, format, job.index, flags)
    path = workspace.folder / "preview.png"
    with disk_errors(workspace.folder):
        path.write_bytes(encode(picture, "png"))
    return path


def _put(made: Path, path: Path) -> None:
    """Copy a finished file to its place: it is there whole, or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    with disk_errors(path.parent):
        try:
            shutil.copyfile(made, fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

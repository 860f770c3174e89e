"""A strip of masked frames, to look at before anything is rendered."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from footage.actions.flag import asset_and_index
from footage.catalogue import flags as flag_rows
from footage.errors import Conflict, Refused
from footage.library import Library
from footage.media.preview import Framed, strip
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS, Format
from footage.media.still import read_pixels
from footage.media.video import frames_at
from footage.model.flag import Mask, Treatment, drawn_masks
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, disk_errors

_FRAMES = 6
_SIDE = 640


def preview(
    library: Library, number: int, destination: Path | None, treatment: Treatment | None = None
) -> Path:
    """Write a PNG with masked frames from the start, the poses and the end of every flagged span.

    Args:
        destination: None for ``preview-N.png`` in the library's folder.

    Raises:
        Refused: nothing is flagged. Conflict: the destination is a folder.
    """
    with library.reading() as connection:
        asset, index = asset_and_index(connection, number)
        found = flag_rows.of_asset(connection, number)
    _, masks = drawn_masks(found, library.settings.treatment, chosen=treatment)
    if not masks:
        hint = f"footage flag {number} IN OUT --reason REASON"
        raise Refused(f"asset {number} has nothing to mask", hint)
    path = (destination or library.root / f"preview-{number}.png").absolute()
    if path.is_dir():
        raise Conflict(f"{path} is a folder", "name a file: --to preview.png")
    original = library.vault.present(ORIGINALS, asset.sha256)
    with library.vault.workspace() as workspace:
        with Sandbox([library.vault.root], workspace.scratch()) as sandbox:
            framed = _framed(sandbox, original, FORMATS[asset.format], index, masks)
        with disk_errors(path.parent):
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_bytes(strip(framed, masks, index))
            fresh.replace(path)
    return path


def frames_to_show(index: FrameIndex, masks: Sequence[Mask]) -> list[int]:
    """The numbers of the frames that a strip shows: each span's first and last, its poses, and some between."""
    chosen: set[int] = set()
    for mask in masks:
        covered = index.frames_in(mask.span) if mask.span else range(len(index.pts))
        posed = [index.frame_at(pose.tick) for pose in mask.poses if pose.tick is not None]
        steps = [covered[round(Fraction(n, _FRAMES - 1) * (len(covered) - 1))] for n in range(_FRAMES)]
        chosen.update(min(max(frame, covered[0]), covered[-1]) for frame in (*posed, *steps))
    return sorted(chosen)


def _framed(
    sandbox: Sandbox, original: Path, format: Format, index: FrameIndex | None, masks: Sequence[Mask]
) -> list[Framed]:
    if index is None:
        return [Framed(None, "", read_pixels(sandbox, original, format))]
    ticks = [index.pts[frame] for frame in frames_to_show(index, masks)]
    pictures = frames_at(sandbox, original, format, ticks, _SIDE)
    return [
        Framed(tick, index.timecode(tick), picture) for tick, picture in zip(ticks, pictures, strict=True)
    ]

"""A contact sheet of assets: one HTML page that carries its pictures."""

import os
from collections.abc import Sequence
from pathlib import Path

from footage.actions.show import AssetView, show
from footage.errors import Conflict
from footage.formats.pages import contact_sheet
from footage.library import Library
from footage.media.covering import covered_jpeg
from footage.model import page
from footage.model.asset import Purpose, Rendition, Shot
from footage.model.flag import Flag, State, Treatment
from footage.model.redaction import standing_recipe
from footage.model.span import FrameIndex, clock, exact_clock
from footage.vault import disk_errors


def sheet(library: Library, numbers: Sequence[int], title: str, destination: Path | None) -> Path:
    """Write a contact sheet; what is flagged and not masked yet is covered in it.

    Args:
        destination: None for ``sheet.html`` in the library's folder.

    Raises:
        Conflict: the destination is a folder. NotFound: an unknown asset.
    """
    path = Path(os.path.abspath(destination or library.root / "sheet.html"))  # noqa: PTH100
    _insist_on_page(library, path)
    made = page.Sheet(
        title=title,
        agency=library.settings.agency,
        made=library.now()[:16].replace("T", " ") + " UTC",
        assets=tuple(_asset(show(library, number), library.settings.treatment) for number in numbers),
    )
    if not library.dry_run:
        with disk_errors(path.parent):
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_text(contact_sheet(made), "utf-8", "replace")
            fresh.replace(path)
    return path


def _insist_on_page(library: Library, path: Path) -> None:
    """A sheet overwrites an older sheet, and nothing else."""
    if path.is_dir():
        raise Conflict(f"{path} is a folder", "name a file: --to sheet.html")
    if library.vault.root.resolve() in path.resolve().parents:
        raise Conflict(f"{path} lies in the vault", "name a file elsewhere: --to sheet.html")
    if os.path.lexists(path) and path.suffix.casefold() not in (".html", ".htm"):
        raise Conflict(f"{path} is there already and is no page", "name another file: --to sheet.html")


def _asset(view: AssetView, treatment: Treatment) -> page.SheetAsset:
    asset, index = view.asset, view.index
    whole = Purpose.MASKED_THUMBNAIL if _masked(view) else Purpose.THUMBNAIL
    waiting = _waiting(view, treatment)
    return page.SheetAsset(
        number=asset.number,
        name=asset.name,
        kind=asset.kind.value,
        picture=_picture(view, whole, 0, asset.name, covered=bool(waiting)),
        dimensions=f"{asset.width} × {asset.height}",
        duration=clock(index.duration) if index else "",
        shots=tuple(_shot(view, index, shot, waiting) for shot in view.shots) if index else (),
        flags=tuple(_flag(flag, index) for flag in view.flags),
        caption=view.captioned.text,
        credit=view.captioned.credit,
        damaged=asset.damaged,
    )


def _waiting(view: AssetView, treatment: Treatment) -> list[Flag]:
    """The flags whose places may not be seen yet: undecided, not masked as they stand today, or in doubt."""
    asset = view.asset
    done = [flag for flag in view.flags if flag.state is State.MASKED]
    recipe = standing_recipe(asset.sha256, done, treatment, (asset.width, asset.height))
    stale = all(row.recipe != recipe for row, _ in view.renditions if row.purpose is Purpose.MASKED)
    return [
        flag
        for flag in view.flags
        if flag.state in (State.OPEN, State.PROPOSED) or (flag.drawn and (stale or flag.in_doubt))
    ]


def _masked(view: AssetView) -> bool:
    """Whether the pictures of the masked rendition are the ones that may be seen."""
    return any(flag.state is State.MASKED for flag in view.flags)


def _shot(view: AssetView, index: FrameIndex, shot: Shot, waiting: Sequence[Flag]) -> page.PageShot:
    here = [flag for flag in view.flags if flag.span is None or flag.span.overlaps(shot.span)]
    purpose = Purpose.MASKED_KEYFRAME if _masked(view) else Purpose.KEYFRAME
    alt = shot.description or f"shot {shot.number} of {view.asset.name}"
    length = index.seconds(shot.span.end) - index.seconds(shot.span.start)
    return page.PageShot(
        number=shot.number,
        picture=_picture(view, purpose, shot.number, alt, covered=any(flag in waiting for flag in here)),
        start=clock(index.seconds(shot.span.start)),
        length=f"{float(length):.1f} s",
        description=shot.description,
        flags=tuple(", ".join(flag.reasons) for flag in here if flag.state is not State.DISMISSED),
    )


def _picture(view: AssetView, purpose: Purpose, position: int, alt: str, *, covered: bool) -> page.Picture:
    found: dict[tuple[Purpose, int], tuple[Rendition, Path]] = {
        (row.purpose, row.position): (row, path) for row, path in view.renditions
    }
    row, path = found.get((purpose, position), (None, None))
    if covered or row is None or path is None or not path.is_file():
        jpeg, width, height = covered_jpeg(view.asset.width, view.asset.height)
        return page.Picture(width, height, f"{alt} (covered)", jpeg=jpeg, covered=True)
    with disk_errors(path):
        return page.Picture(row.width, row.height, alt, jpeg=path.read_bytes())


def _flag(flag: Flag, index: FrameIndex | None) -> page.PageFlag:
    span = ""
    if flag.span is not None and index is not None:
        ends = (exact_clock(index.seconds(tick)) for tick in (flag.span.start, flag.span.end))
        span = " to ".join(ends)
    return page.PageFlag(flag.number, span, tuple(flag.reasons), flag.state.value, flag.note or flag.because)

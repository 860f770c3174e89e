"""Shots: listing and describing them, and choosing another keyframe."""

from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection

from footage.actions.flag import asset_and_index
from footage.catalogue import renditions, search, shots
from footage.errors import NotFound, Usage
from footage.library import Library
from footage.model.asset import Purpose, Shot
from footage.model.change import Change
from footage.model.span import FrameIndex
from footage.vault import RENDITIONS


@dataclass(frozen=True, slots=True)
class ShotView:
    """A shot, and where its keyframe is kept: the masked one where anything is masked (None: it was cut)."""

    shot: Shot
    keyframe: Path | None


def list_shots(library: Library, number: int) -> tuple[FrameIndex, tuple[ShotView, ...]]:
    """A video's frame times and its shots.

    Raises:
        Usage: it is a still. NotFound: there is no such asset.
    """
    with library.reading() as connection:
        index = _video_index(connection, number)
        rows = renditions.of_asset(connection, number)
        found = shots.of_asset(connection, number)
    views = []
    masked = any(row.purpose is Purpose.MASKED for row in rows)
    purpose = Purpose.MASKED_KEYFRAME if masked else Purpose.KEYFRAME
    for shot in found:
        row = next((row for row in rows if (row.purpose, row.position) == (purpose, shot.number)), None)
        path = library.vault.path(RENDITIONS, row.sha256, row.extension) if row else None
        views.append(ShotView(shot, path))
    return index, tuple(views)


def describe(library: Library, number: int, shot: int, text: str) -> None:
    """Describe a shot in a person's words; an empty text takes the description away.

    Raises:
        NotFound: no such asset or shot. Usage: it is a still.
    """
    with library.deed("describe") as deed:
        _video_index(deed.connection, number)
        known = shots.of_asset(deed.connection, number)
        before = next((one for one in known if one.number == shot), None)
        if before is None:
            raise NotFound(f"asset {number} has no shot {shot}", f"its shots are 1 to {len(known)}")
        changed = [replace(one, description=text) if one is before else one for one in known]
        shots.replace_all(deed.connection, number, changed)
        search.index(deed.connection, number)
        told = {"description": before.description} if before.description else {}
        now = {"description": text} if text else {}
        change = Change("description", f"{number} {shot}", told, now)
        deed.record([number], {"changes": [change.words()]})


def _video_index(connection: Connection, number: int) -> FrameIndex:
    _, index = asset_and_index(connection, number)
    if index is None:
        raise Usage(f"asset {number} is a still and has no shots", f"footage show {number}")
    return index

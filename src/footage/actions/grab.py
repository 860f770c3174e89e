"""Grabs: a full-resolution still out of a video, an asset of its own."""

from dataclasses import replace
from fractions import Fraction

from sqlalchemy import Connection

from footage.actions.add import LOOKED_AT
from footage.actions.flag import asset_and_index, carry
from footage.catalogue import assets, editions, flags, renditions, search
from footage.catalogue import facts as fact_rows
from footage.errors import Conflict, Refused, Usage
from footage.library import Library
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import look_still
from footage.media.video import frames_at
from footage.model.asset import Asset, Kind, Purpose, Rendition
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, RENDITIONS, Staged, Workspace

_QUALITY = 95


def grab(library: Library, number: int, time: str) -> Asset | None:
    """Take the frame at a time out of a video; facts and the flags that cover it go along.

    A grab that was discarded comes back under its number, with the flags it had.

    Returns:
        The new still; None in a dry run.

    Raises:
        Usage: the asset is a still, or the time cannot be read or lies outside.
        Conflict: the same frame was grabbed before. Refused: the video was killed.
    """
    with library.reading() as connection:
        video, index = asset_and_index(connection, number)
        killed = editions.of_asset(connection, number).killed
    if killed is not None:
        raise Refused(f"asset {number} was killed: {killed}", f"footage sent {number}")
    if index is None:
        raise Usage(f"asset {number} is a still; there is nothing to grab from", f"footage show {number}")
    frame = min(index.frame_at(index.tick(time)), len(index.pts) - 1)
    tick = index.pts[frame]
    if library.dry_run:
        return None
    original = library.vault.present(ORIGINALS, video.sha256)
    with library.vault.workspace() as workspace:
        with Sandbox([original, workspace.folder], workspace.scratch()) as sandbox:
            (picture,) = frames_at(sandbox, original, FORMATS[video.format], [tick])
            path = workspace.folder / "grab.jpg"
            path.write_bytes(picture.jpeg(_QUALITY))
            staged = library.vault.stage_made(path)
            with library.reading() as connection:
                _unless_in_sight(connection, staged.sha256)
            thumbnail = look_still(sandbox, path, FORMATS["jpeg"]).thumbnail
        name = f"{video.stem}-{_name_of(index, tick)}.jpg"
        return _catalogue(library, video, index, tick, name, staged, picture, thumbnail, workspace)


def _catalogue(
    library: Library,
    video: Asset,
    index: FrameIndex,
    tick: int,
    name: str,
    staged: Staged,
    picture: Picture,
    thumbnail: Picture,
    workspace: Workspace,
) -> Asset:
    size = staged.size
    library.vault.keep(staged, ORIGINALS)
    made = library.vault.keep_bytes(thumbnail.jpeg(), RENDITIONS, ".jpg", workspace)
    with library.deed("grab") as deed:
        connection = deed.connection
        gone = _unless_in_sight(connection, staged.sha256)
        still = _still_row(library, video, tick, name, staged.sha256, size, picture)
        if gone is None:
            still = assets.add(connection, still)
        else:
            still = assets.replace(connection, replace(still, number=gone.number, revision=gone.revision))
        row = Rendition(
            still.number, Purpose.THUMBNAIL, 0, LOOKED_AT, made, ".jpg", thumbnail.width, thumbnail.height
        )
        renditions.put(connection, row)
        for origin, facts in fact_rows.of_asset(connection, video.number).items():
            fact_rows.put(connection, still.number, origin, facts)
        carried = [
            own
            for flag in flags.of_asset(connection, video.number)
            if (own := carry(connection, flag, still.number, index, tick))
        ]
        search.index(connection, still.number)
        detail = {
            "from": video.number,
            "tick": tick,
            "sha256": still.sha256,
            "name": name,
            "flags": [flag.number for flag in carried],
        }
        deed.record([still.number, video.number], detail)
    return still


def _unless_in_sight(connection: Connection, sha256: str) -> Asset | None:
    """The discarded asset of the same bytes, which comes back under its number; None where there is none.

    Raises:
        Conflict: an asset in sight has them.
    """
    known = assets.by_exact_sha(connection, sha256)
    if known is not None and known.discarded is None:
        raise Conflict(f"that frame is asset {known.number} already", f"footage show {known.number}")
    return known


def _still_row(
    library: Library, video: Asset, tick: int, name: str, sha256: str, size: int, picture: Picture
) -> Asset:
    stream = next(stream for stream in video.streams if stream.kind == "video")
    return Asset(
        number=0,
        sha256=sha256,
        name=name,
        path=f"{video.path} at {tick}",
        kind=Kind.STILL,
        size=size,
        format="jpeg",
        width=picture.width,
        height=picture.height,
        time_base=Fraction(1),
        start=0,
        end=0,
        frames=1,
        streams=(
            replace(
                stream,
                index=0,
                codec="jpeg",
                profile="",
                width=picture.width,
                height=picture.height,
                sample_aspect=Fraction(1),
                rotation=0,
                mirrored=False,
                pixel_format="rgb24",
                frame_rate=None,
            ),
        ),
        added=library.now(),
        grabbed_from=video.number,
        grabbed_at=tick,
    )


def _name_of(index: FrameIndex, tick: int) -> str:
    return index.timecode(tick).replace(":", "-").replace(";", "-").replace(".", "-")

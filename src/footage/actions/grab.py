"""Grabs: a full-resolution still out of a video, an asset of its own."""

from dataclasses import replace
from fractions import Fraction

from footage.actions.add import LOOKED_AT
from footage.actions.flag import asset_and_index
from footage.catalogue import assets, flags, renditions, search
from footage.catalogue import facts as fact_rows
from footage.errors import Conflict, Usage
from footage.library import Library
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.still import look_still
from footage.media.video import frames_at
from footage.model.asset import Asset, Kind, Purpose, Rendition
from footage.model.flag import Flag
from footage.model.geometry import Pose, region_at
from footage.model.span import FrameIndex
from footage.vault import ORIGINALS, RENDITIONS, Staged, Workspace

_QUALITY = 95


def grab(library: Library, number: int, time: str) -> Asset | None:
    """Take the frame at a time out of a video; facts and the flags that cover it go along.

    Returns:
        The new still; None in a dry run.

    Raises:
        Usage: the asset is a still, or the time cannot be read or lies outside.
        Conflict: the same frame was grabbed before.
    """
    with library.reading() as connection:
        video, index = asset_and_index(connection, number)
    if index is None:
        raise Usage(f"asset {number} is a still; there is nothing to grab from", f"footage show {number}")
    frame = min(index.frame_at(index.tick(time)), len(index.pts) - 1)
    tick = index.pts[frame]
    if library.dry_run:
        return None
    original = library.vault.present(ORIGINALS, video.sha256)
    with library.vault.workspace() as workspace:
        with Sandbox([library.vault.root], workspace.scratch()) as sandbox:
            (picture,) = frames_at(sandbox, original, FORMATS[video.format], [tick], seek=not video.damaged)
            path = workspace.folder / "grab.jpg"
            path.write_bytes(picture.jpeg(_QUALITY))
            staged = library.vault.stage_made(path)
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
        if known := assets.by_exact_sha(connection, staged.sha256):
            raise Conflict(f"that frame is asset {known.number} already", f"footage show {known.number}")
        still = assets.add(connection, _still_row(library, video, tick, name, staged.sha256, size, picture))
        row = Rendition(
            still.number, Purpose.THUMBNAIL, 0, LOOKED_AT, made, ".jpg", thumbnail.width, thumbnail.height
        )
        renditions.put(connection, row)
        for origin, facts in fact_rows.of_asset(connection, video.number).items():
            fact_rows.put(connection, still.number, origin, facts)
        carried = [
            flags.add(connection, _carried(flag, still.number, tick))
            for flag in flags.of_asset(connection, video.number)
            if flag.span is None or index.frame_at(tick) in index.frames_in(flag.span)
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


def _carried(flag: Flag, still: int, tick: int) -> Flag:
    """A flag of the video as the still's own: its mask where it is at that moment, to be rendered anew."""
    poses = (Pose(None, region_at(flag.poses, tick)),) if flag.poses else ()
    state = flag.reopened
    return replace(flag, number=0, asset=still, span=None, poses=poses, state=state, looked="", revision=1)


def _name_of(index: FrameIndex, tick: int) -> str:
    return index.timecode(tick).replace(":", "-").replace(";", "-").replace(".", "-")

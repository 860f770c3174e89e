"""Videos made fit to go out: the pictures and the sound of a file, and nothing else that was in it.

The work is done in the sandbox by :mod:`footage.media.publishing`; what it says of its file is checked here.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from footage.errors import ToolFailed
from footage.media.sandbox import Message, Sandbox, reporting
from footage.media.sniff import Format
from footage.model.printable import printable
from footage.model.progress import Progress

LONGEST_WEB_SIDE = 1920
"""Pixels, where nobody asks for another."""

_HINT = "try again; if it happens again, report it with the output of: footage doctor"


@dataclass(frozen=True, slots=True)
class PublishedVideo:
    """A fresh video, and what it holds.

    Attributes:
        path: in the sandbox's scratch folder; the caller moves it on.
        format: what it is now, a name in :data:`footage.media.sniff.FORMATS`.
        extension: with its dot.
        width, height: of the displayed picture in pixels.
        codecs: FFmpeg's names of the coding of its pictures and of each of its sound tracks.
        frames: how many coded pictures it holds.
        hidden: how many of those no player shows (an edit list hides them), though they can be taken out.
        unheard: how many packets of sound no player plays, beyond those that a decoder may need to begin.
        headless: whether decoders may not find a picture to start at, since what said so was left out (SEI).
        talking: whether its coded pictures carry words (a camera's, an editor's) that cannot be left out.
        left_out: what of the source's pictures and sound did not come along, and why; one phrase each.
    """

    path: Path
    format: str
    extension: str
    width: int
    height: int
    codecs: tuple[str, ...]
    frames: int
    hidden: int
    unheard: int
    headless: bool
    talking: bool
    left_out: tuple[str, ...]


def publish_video(
    sandbox: Sandbox,
    source: Path,
    format: Format,
    progress: Progress,
    *,
    web: bool,
    longest_side: int = LONGEST_WEB_SIDE,
    burnt_in: str = "",
) -> PublishedVideo:
    """Write a video that can go out.

    A master keeps the container, the coded pictures and sound, their timestamps, edit lists, rotation and
    pixel shape, bit for bit, and drops all else: metadata, chapters, covers, subtitles, data tracks, and what
    is said beside the pictures (SEI, user data, application data); ``talking`` tells where that cannot be
    left out. With it goes what an edit list hides: ``hidden`` and ``unheard`` tell. ``web`` is MP4 with H.264
    (8 bits, 4:2:0, BT.709, square pixels, upright) and AAC, playable while it loads, with every frame at its
    own time.

    Args:
        source: the vault's own copy of what may be seen (the masked rendition where there is one).
        format: of the source, as it was sniffed.
        longest_side: the most pixels on the web's longer side, none is enlarged; 0 for any.
        burnt_in: a credit line that stands in the web's pictures; empty for none.

    Raises:
        BadInput: the source shows no pictures. Refused: a letter of the credit line cannot be drawn.
        ToolFailed: FFmpeg failed, or a master does not hold its source's packets at their times.
    """
    extension = ".mp4" if web else format.extensions[0]
    name = f"{source.stem}-{'web' if web else 'master'}{extension}"
    task = "footage.media.publishing:publish"
    asked = sandbox.stream(
        task,
        path=str(source.absolute()),
        format=format.name,
        web=web,
        longest_side=longest_side,
        burnt_in=burnt_in,
        name=name,
    )
    messages = list(reporting(asked, progress))
    if len(messages) != 1:
        raise ToolFailed(f"publishing {name} gave {len(messages)} answers instead of one", _HINT)
    return _believed(messages[0], name, "mp4" if web else format.name, extension)


def _believed(message: Message, name: str, format_name: str, extension: str) -> PublishedVideo:
    """The published video, as far as the child's words hold."""
    match message.values:
        case {
            "path": str(path),
            "width": int(width),
            "height": int(height),
            "codecs": [*codecs],
            "frames": int(frames),
            "hidden": int(hidden),
            "unheard": int(unheard),
            "headless": bool(headless),
            "talking": bool(talking),
            "left_out": [*left_out],
        } if Path(path).name == name and _is_plain_file(Path(path)):
            return PublishedVideo(
                path=Path(path),
                format=format_name,
                extension=extension,
                width=width,
                height=height,
                codecs=tuple(printable(str(codec)) for codec in codecs),
                frames=frames,
                hidden=hidden,
                unheard=unheard,
                headless=headless,
                talking=talking,
                left_out=tuple(printable(str(phrase)) for phrase in left_out),
            )
    raise ToolFailed(f"publishing {name} gave nonsense for an answer", _HINT)


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False

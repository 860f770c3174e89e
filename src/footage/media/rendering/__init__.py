"""Redacting a video: masks, cuts and silences, rendered in the sandbox.

A redacted clip has its original's frames at its original's times, less what was cut out, and its original's
sound, but for what was cut out or silenced. Nothing else is taken along: no subtitles, no data, no chapters,
no metadata. Frames that nothing touches are copied as they are coded (:mod:`footage.media.rendering.smart`);
where that cannot be done, every frame is encoded anew.
"""

from dataclasses import dataclass
from pathlib import Path

from footage.errors import ToolFailed
from footage.media.sandbox import Sandbox, reporting
from footage.media.sniff import FORMATS, Format
from footage.media.wire import pack_index, pack_redaction
from footage.model.progress import Progress
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex

AGAIN = "the original is untouched; if it fails again, report it with the output of: footage doctor"
"""What can be done where a render failed."""

_ASKED = "you asked for it"


@dataclass(frozen=True, slots=True)
class RenderedVideo:
    """A redacted clip, not proven yet.

    Attributes:
        path: in the sandbox's scratch folder.
        format: its name in :data:`footage.media.sniff.FORMATS`; not always the original's.
        extension: with its dot.
        frames_copied: coded frames taken over without encoding them again.
        whole: why every frame was encoded, in words that follow "because"; empty where not every one was.
        notes: what could not be kept as in the original.
    """

    path: Path
    format: str
    extension: str
    frames_encoded: int
    frames_copied: int
    whole: str
    notes: tuple[str, ...] = ()


def render_video(
    sandbox: Sandbox,
    source: Path,
    format: Format,
    index: FrameIndex,
    redaction: Redaction,
    progress: Progress,
    *,
    whole: bool = False,
    damaged: str = "",
) -> RenderedVideo:
    """Redact a video. Nothing is left behind when it fails.

    Args:
        sandbox: with limits for rendering pictures of this size.
        source: the vault's own copy.
        index: of the source.
        whole: encode every frame, also those that nothing touches.
        damaged: what is known to be wrong with the source; every frame is encoded then.

    Raises:
        BadInput: the source cannot be opened.
        Refused: nothing would be left of it, or its sound cannot be edited.
        ToolFailed: it could not be decoded as before or encoded.
    """
    why = _ASKED if whole else f"the original is damaged: {damaged}" if damaged else ""
    task = sandbox.stream(
        "footage.media.rendering.task:render",
        source=str(source),
        format=format.name,
        index=pack_index(index),
        redaction=pack_redaction(redaction),
        whole=why,
    )
    messages = list(reporting(task, progress))
    if len(messages) != 1:
        raise ToolFailed("the clip was not rendered to its end", AGAIN)
    values = messages[0].values
    made = FORMATS[values["format"]]
    return RenderedVideo(
        Path(values["path"]),
        made.name,
        made.extensions[0],
        int(values["encoded"]),
        int(values["copied"]),
        str(values["whole"]),
        tuple(map(str, values["notes"])),
    )

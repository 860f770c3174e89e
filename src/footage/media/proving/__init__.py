"""Proof of a redacted copy: the finished file is read back and held against its original.

Nothing the renderer noted is believed. Which packets are copies of the original's is found out here, and
only the rest is decoded. What must be seen where a mask was drawn is made from a copy of the original whose
drawn regions were overwritten with noise first: a result that agrees with it cannot have come from the hidden
pixels.
"""

from pathlib import Path

from footage.errors import ToolFailed
from footage.media.sandbox import Sandbox, reporting
from footage.media.sniff import Format
from footage.media.wire import pack_index, pack_redaction
from footage.model.progress import Progress
from footage.model.proof import Proof
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex

PROVING = "footage.media.proving.task:prove"
"""The task that a sandbox for proving gets."""

_VIDEO_CHECKS = (
    "frame-count",
    "timestamps",
    "picture",
    "copied",
    "covered",
    "independent",
    "elsewhere",
    "absent",
    "container",
    "sound",
    "streams",
    "messages",
)


def prove_video(
    sandbox: Sandbox,
    original: Path,
    original_format: Format,
    made: Path,
    made_format: Format,
    index: FrameIndex,
    redaction: Redaction,
    progress: Progress,
) -> Proof:
    """Read a redacted clip back and hold it against its original.

    The checks:

    - ``frame-count`` and ``timestamps``: the frames that stay, at their times after the cuts;
    - ``picture``: size, turning and shape of the pixels;
    - ``copied``: what is copied looks exactly like the original where copies and other pictures meet;
    - ``covered``: on every frame of a mask, everything that it passes;
    - ``independent``: with noise in place of what a mask hides, it looks exactly the same;
    - ``elsewhere``: all else looks like the original;
    - ``absent``: no coded picture or sound of what is hidden or taken out is anywhere in the file's bytes;
    - ``container``: nothing is in the file that its own tables do not name;
    - ``sound``: the original's, silent where it must be, and in step;
    - ``streams``: there are no other streams, and no words about it;
    - ``messages``: H.264 and HEVC pictures carry no words, captions or anything else that is not needed.

    Args:
        sandbox: a fresh one, not that in which the clip was rendered.
        index, redaction: what the clip was rendered from; the index is the original's.

    Raises:
        BadInput: a file cannot be opened. ToolFailed: the original cannot be decoded as before.
    """
    task = sandbox.stream(
        PROVING,
        original=str(original),
        original_format=original_format.name,
        made=str(made),
        made_format=made_format.name,
        index=pack_index(index),
        redaction=pack_redaction(redaction),
    )
    said = [message.values for message in reporting(task, progress)]
    checks = said[0].get("checks") if len(said) == 1 else None
    if not isinstance(checks, dict) or set(checks) != set(_VIDEO_CHECKS):
        raise ToolFailed("the proof was not brought to its end", "try again: footage blur")
    return Proof({name: str(checks[name]) for name in _VIDEO_CHECKS})

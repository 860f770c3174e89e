"""The door to the audit of published files: each is looked through in the sandbox, by readers of its own.

:mod:`footage.media.auditing` says what is looked at and what is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from footage.errors import ToolFailed
from footage.media.auditing.findings import Findings
from footage.media.auditing.names import TEXTS, audit_name
from footage.media.sandbox import Message, Sandbox, reporting
from footage.media.sniff import Format
from footage.media.wire import pack_index, pack_redaction
from footage.model.leak import Item, Leak, Severity
from footage.model.printable import printable
from footage.model.progress import Progress
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex

_ITEMS = {item.value: item for item in Item}
_MOST_FINDINGS = 2000
_WORDS_LIMIT = 400
_TRY_AGAIN = "try again; if it happens again, report it with the output of: footage doctor"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may stand in a file because the desk put it there.

    Attributes:
        names: texts that the desk gave, such as the asset's own name.
        located: whether coordinates were let out on purpose.
    """

    names: tuple[str, ...] = ()
    located: bool = False


NOTHING = Allowed()


def audit_media(
    sandbox: Sandbox,
    path: Path,
    shown: str,
    format: Format | None,
    progress: Progress,
    allowed: Allowed = NOTHING,
) -> tuple[Leak, ...]:
    """Look through a file for what it should not carry.

    Args:
        shown: its name in the findings.
        format: as it was sniffed; None for a text.

    Raises:
        ToolFailed: the reader broke down.
    """
    messages = sandbox.stream(
        "footage.media.auditing.task:audit",
        path=str(path.absolute()),
        format=format.name if format else "",
        names=list(allowed.names),
        located=allowed.located,
    )
    results = list(reporting(messages, progress))
    if len(results) != 1:
        raise ToolFailed(f"auditing {shown} gave {len(results)} answers instead of one", _TRY_AGAIN)
    return believed(results[0], shown)


def audit_name_alone(name: PurePath, shown: str) -> tuple[Leak, ...]:
    """What a file's path in its folder tells, without the file."""
    found = Findings()
    audit_name(name, found)
    return tuple(_leak(list(each), shown) for each in found.all())


def is_text(name: str) -> bool:
    """Whether a file is looked through as text, by its name, where it is no media."""
    return PurePath(name).suffix.casefold() in TEXTS


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to be held against an original; ``format`` is None for a text."""

    shown: str
    path: Path
    format: Format | None


def hold_against(
    sandbox: Sandbox,
    original: Path,
    format: Format,
    index: FrameIndex | None,
    redaction: Redaction,
    candidates: Sequence[Candidate],
    progress: Progress,
) -> tuple[Leak, ...]:
    """Look whether files show what was to be hidden in an original, or hold its coded pictures.

    The sandbox must be allowed to read the original and every file. Found are pictures of the original's
    flagged frames in which what was drawn around is seen (stills, small pictures inside them, frames of
    videos), pictures of frames that were cut out, and coded slices of both, anywhere in a file. A picture
    that shows another part of the scene or another shape of it (cropped, stretched, mirrored), or in which
    the region has next to no detail or next to no pixels, is not judged.

    Args:
        format, index: of the original; no index for a still.
        redaction: its masks and cuts.

    Raises:
        BadInput, ToolFailed: the original cannot be decoded as before, or the reader broke down.
    """
    messages = sandbox.stream(
        "footage.media.auditing.against:hold",
        original=str(original.absolute()),
        format=format.name,
        index=pack_index(index) if index else None,
        redaction=pack_redaction(redaction),
        files=[[str(each.path.absolute()), each.format.name if each.format else ""] for each in candidates],
    )
    found: list[Leak] = []
    answered = 0
    for message in reporting(messages, progress):
        if message.values.get("file") != answered or answered >= len(candidates):
            raise ToolFailed("holding files against their original gave nonsense for an answer", _TRY_AGAIN)
        found += believed(message, candidates[answered].shown)
        answered += 1
    if answered != len(candidates):
        raise ToolFailed("holding files against their original was not brought to its end", _TRY_AGAIN)
    return tuple(found)


def believed(message: Message, shown: str) -> tuple[Leak, ...]:
    """The findings that a child says, as far as its words hold.

    Raises:
        ToolFailed: they do not.
    """
    findings: Sequence[object] | None = message.values.get("findings")
    if not isinstance(findings, list) or len(findings) > _MOST_FINDINGS:
        raise ToolFailed(f"auditing {shown} gave nonsense for an answer", _TRY_AGAIN)
    return tuple(_leak(finding, shown) for finding in findings)


def _leak(finding: object, shown: str) -> Leak:
    match finding:
        case [str(item), str(severity), str(words)]:
            try:
                return Leak(shown, _ITEMS[item], Severity(severity), printable(words[:_WORDS_LIMIT]))
            except (KeyError, ValueError) as error:
                raise ToolFailed(f"auditing {shown} gave nonsense for an answer", _TRY_AGAIN) from error
    raise ToolFailed(f"auditing {shown} gave nonsense for an answer", _TRY_AGAIN)

"""Every way the program can disappoint a person.

One class a family. The message says what went wrong with which thing, in the reader's words; the hint is the
next command to type. Exit codes and HTTP statuses belong to the doors.
"""

from collections.abc import Mapping


class FootageError(Exception):
    """Something a person can understand and act on.

    Args:
        message: what went wrong with which thing, one sentence without a full stop at the end needed.
        hint: what to type or do next; empty where there is nothing to do.

    Attributes:
        detail: what a program that reads the error may want beside its words, as JSON values.
    """

    kind = "error"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail: Mapping[str, object] = {}


class Usage(FootageError):
    """A word, date, span or region that cannot be read or lies outside."""

    kind = "usage"


class NotFound(FootageError):
    """An asset, source, story, style or library that is not there."""

    kind = "not-found"


class Refused(FootageError):
    """Something the program will not do while things stand as they do."""

    kind = "refused"


class BadInput(FootageError):
    """A file that is no footage."""

    kind = "bad-input"


class ToolFailed(FootageError):
    """A tool (FFmpeg, a decoder, the disk) failed."""

    kind = "tool-failed"


class Conflict(FootageError):
    """Somebody or something else was there first."""

    kind = "conflict"


class Damaged(FootageError):
    """The library's own bytes or records are not what they were."""

    kind = "damaged"

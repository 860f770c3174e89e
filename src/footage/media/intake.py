"""Opening an original that came from outside: only regular files, and the very file that was looked at.

Everything after works from the descriptor given out here, so that nobody can swap the file behind a name.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, NoReturn

from footage.errors import BadInput
from footage.model.printable import printable

_WHOLE_FILE = "add the file itself"
_NOT_FILES = (
    (stat.S_ISDIR, "is a folder", "add the files in it, or the folder with footage add"),
    (stat.S_ISLNK, "is a link to another file", "add the file it points to"),
    (stat.S_ISFIFO, "is a pipe, not a file", _WHOLE_FILE),
    (stat.S_ISSOCK, "is a socket, not a file", _WHOLE_FILE),
    (stat.S_ISBLK, "is a device, not a file", "copy the footage off it and add the copy"),
    (stat.S_ISCHR, "is a device, not a file", _WHOLE_FILE),
)


def open_original(path: Path) -> BinaryIO:
    """Open a file from outside for reading; never follows a link, never waits.

    Raises:
        BadInput: it is not there, no regular file, may not be read, or was swapped while it was opened.
    """
    try:
        seen = path.lstat()
        _refuse_other_kinds(path, seen.st_mode)
        # Non-blocking, because opening a pipe that took the file's place meanwhile would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        _refuse(path, error)
    opened = os.fstat(descriptor)
    if (opened.st_dev, opened.st_ino) != (seen.st_dev, seen.st_ino) or not stat.S_ISREG(opened.st_mode):
        os.close(descriptor)
        raise BadInput(f"{_shown(path)} was replaced while it was opened", "add it again")
    return os.fdopen(descriptor, "rb")


def _refuse_other_kinds(path: Path, mode: int) -> None:
    for is_kind, what, hint in _NOT_FILES:
        if is_kind(mode):
            raise BadInput(f"{_shown(path)} {what}", hint)
    if not stat.S_ISREG(mode):
        raise BadInput(f"{_shown(path)} is no regular file", _WHOLE_FILE)


def _refuse(path: Path, error: OSError | ValueError) -> NoReturn:
    shown = _shown(path)
    match error:
        case FileNotFoundError():
            raise BadInput(f"{shown} is not there", "check the name; it may have been moved") from error
        case PermissionError():
            raise BadInput(f"you may not read {shown}", f"ls -l {shown}") from error
        case NotADirectoryError():
            raise BadInput(f"{shown} lies below something that is no folder", "check the path") from error
        case OSError(errno=errno.ELOOP):
            raise BadInput(f"{shown} became a link while it was opened", _WHOLE_FILE) from error
        case OSError():
            raise BadInput(
                f"{shown} cannot be read: {error.strerror}", "copy it elsewhere and try"
            ) from error
    raise BadInput(f"{shown} is no possible file name", "check the path") from error


def _shown(path: Path) -> str:
    return printable(str(path))

"""A person's own editor on a text of ours."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from footage.errors import Refused, ToolFailed

_USUAL = ("sensible-editor", "editor", "nano", "vi")
_STDERR = 2


def editor_words(environment: Mapping[str, str]) -> list[str]:
    """The editor's command: ``VISUAL``, else ``EDITOR``, else the first usual one that is installed.

    Raises:
        ToolFailed: there is none, or its words cannot be read.
    """
    for name in ("VISUAL", "EDITOR"):
        if environment.get(name, "").strip():
            return _split(name, environment[name])
    for program in _USUAL:
        if shutil.which(program, path=environment.get("PATH")):
            return [program]
    told = f"VISUAL and EDITOR are not set, and none of {', '.join(_USUAL)} is installed"
    raise ToolFailed(told, "export EDITOR=nano")


def write_draft(text: str) -> Path:
    """A new private file that holds a text to edit.

    Raises:
        Refused: no file can be made in the folder for temporary files.
    """
    try:
        handle, name = tempfile.mkstemp(prefix="footage-edit-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as draft:
            draft.write(text)
    except OSError as error:
        raise Refused(
            f"the text to edit cannot be kept: {error}", "set TMPDIR to a folder of yours"
        ) from error
    return Path(name)


def run_editor(words: list[str], draft: Path) -> bytes:
    """Let a person edit a file; gives what it holds afterwards.

    Raises:
        ToolFailed: the editor cannot be started or ends with an error, or the file is gone.
    """
    command = shlex.join(words)
    try:
        done = subprocess.run(
            [*words, str(draft)], stdout=None if sys.stdout.isatty() else _STDERR, check=False
        )
    except OSError as error:
        hint = "set VISUAL or EDITOR to your editor (export EDITOR=nano)"
        raise ToolFailed(f"the editor {command} cannot be started: {error.strerror}", hint) from error
    if done.returncode:
        raise ToolFailed(f"the editor {command} ended with {done.returncode}; nothing was changed")
    try:
        return draft.read_bytes()
    except OSError as error:
        raise ToolFailed(f"the edited text is gone: {error.strerror}", "footage edit again") from error


def _split(name: str, value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError as error:
        raise ToolFailed(
            f"{name} is {value!r}, which is no command: {error}", "export EDITOR=nano"
        ) from error

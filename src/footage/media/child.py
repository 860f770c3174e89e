"""The child process in which hostile bytes are opened: takes tasks from its parent, hands back messages.

Nothing heavy is imported here: a task brings what it needs. What a task did not foresee ends the process,
with its traceback on standard error; the parent words it and starts another child for the next task.

A frame is the length of its header (4 bytes), the length of its payload (8 bytes), the header (JSON) and the
payload. The parent's first frame says what this child may do, each later one names a task (to run, or
to be ready for) and has no payload.
"""

import errno
import importlib
import json
import os
import signal
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from footage.errors import FootageError, NotFound, ToolFailed
from footage.media.rungs import Allowance, Rung, climb, limit, own_files, own_programs, renew_processor_time

PREFIX = struct.Struct("!IQ")
NO_ROOM = "no-room"
"""How an error is called that is the disk's and not the file's."""

_Task = Callable[[dict[str, Any], Path], Iterable[tuple[dict[str, object], bytes]]]


def main() -> None:
    """Give up what this process does not need, say so, and work through tasks until the parent is gone."""
    requests, answers = _take_pipes()
    charter = _receive(requests)
    package = str(charter["package"])
    scratch = Path(charter["scratch"])
    importlib.import_module(package)
    held = _confine(charter, scratch, package)
    _send(answers, {"rungs": [[rung.name, rung.active, rung.detail] for rung in held]})
    waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while True:
        asked = waiting.get()
        if "prepare" in asked:
            _task(asked["prepare"], package)
            continue
        renew_processor_time(charter["cpu_seconds"])
        _work(answers, asked, scratch, package)


def _take_pipes() -> tuple[int, int]:
    """Move the parent's pipes out of the libraries' way: what they print goes to standard error.

    Bare descriptors, because file objects would be closed while the interpreter shuts down, and the parent
    takes a closed pipe for the end of the process.
    """
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, answers


def _confine(charter: dict[str, Any], scratch: Path, package: str) -> list[Rung]:
    readable = (*map(Path, charter["readable"]), *own_files(("footage", package)))
    allowance = Allowance(readable, (scratch,), own_programs())
    limits = limit(charter["memory"], charter["file_bytes"])
    return [*limits, renew_processor_time(charter["cpu_seconds"]), *climb(allowance)]


def _listen(requests: int, waiting: SimpleQueue[dict[str, Any]]) -> None:
    """Take in tasks; when the parent is gone, end this process and all it started, whatever they do."""
    try:
        while True:
            waiting.put(_receive(requests))
    except EOFError:
        os.killpg(os.getpgrp(), signal.SIGKILL)


def _receive(requests: int) -> dict[str, Any]:
    header_size, _ = PREFIX.unpack(_read(requests, PREFIX.size))
    values: dict[str, Any] = json.loads(_read(requests, header_size))
    return values


def _read(requests: int, count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        part = os.read(requests, count - len(got))
        if not part:
            raise EOFError
        got += part
    return bytes(got)


def _send(answers: int, header: dict[str, object], payload: bytes = b"") -> None:
    text = json.dumps(header).encode()
    for part in (PREFIX.pack(len(text), len(payload)) + text, payload):
        left = memoryview(part)
        while left:
            left = left[os.write(answers, left) :]


def _work(answers: int, asked: dict[str, Any], scratch: Path, package: str) -> None:
    try:
        for values, payload in _task(asked["task"], package)(asked["params"], scratch):
            _send(answers, {"values": values}, payload)
    except FootageError as error:
        _send_error(answers, error)
    except MemoryError:
        _send_error(answers, ToolFailed("the decoder needs more memory than it is allowed"))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        _send_no_room(answers, error.errno)
    else:
        _send(answers, {"done": True})


def _task(name: str, package: str) -> _Task:
    module_name, _, function_name = name.partition(":")
    if not module_name.startswith(f"{package}.") or function_name.startswith("_"):
        raise NotFound(f"{name} is no task")
    function = getattr(importlib.import_module(module_name), function_name, None)
    if function is None or getattr(function, "__module__", "") != module_name:
        raise NotFound(f"{name} is no task")
    task: _Task = function
    return task


def _send_no_room(answers: int, number: int | None) -> None:
    if number == errno.EFBIG:
        _send_error(answers, ToolFailed("the decoder would write a larger file than it is allowed"))
    else:
        words = ["there is no room left on the disk", "free some room and try again"]
        _send(answers, {"error": [NO_ROOM, *words]})


def _send_error(answers: int, error: FootageError) -> None:
    _send(answers, {"error": [error.kind, error.message, error.hint]})

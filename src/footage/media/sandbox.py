"""The parent's side of the sandbox: hostile bytes are opened in a child process with limits.

The child gets a session of its own (so that Ctrl-C reaches the parent alone, and all the child started can
be killed with it), no descriptor but its three pipes, an environment of our own, a private folder, the limits
of :class:`Limits` and what :mod:`footage.media.rungs` adds. It lives for many tasks and is replaced when it
dies; when the parent dies, it ends itself.

What the child says is not believed: sizes are checked before memory is taken for them, and its words are
made printable.
"""

import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

from footage.errors import FootageError, ToolFailed
from footage.media.child import NO_ROOM, PREFIX
from footage.media.rungs import Rung
from footage.model.printable import printable
from footage.model.progress import Progress

HEADER_LIMIT = 16 << 20
PAYLOAD_LIMIT = 640 << 20
_WORDS_LIMIT = 2000
_LAST_WORDS_KEPT = 8192
_LAST_READS = 64
_PIPE_BYTES = 1 << 20

# Where somebody set them, this interpreter or FFmpeg's program is not found without.
_PASSED_ON = ("LD_LIBRARY_PATH", "IMAGEIO_FFMPEG_EXE")


class MachineFailed(ToolFailed):
    """The fault is this machine's and not the file's: the child did not start, or the disk is full."""


_FAMILIES = {family.kind: family for family in FootageError.__subclasses__()} | {NO_ROOM: MachineFailed}

_BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from footage.media.child import main; main()"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use.

    Attributes:
        memory: bytes of address space.
        cpu_seconds: of processor time for one task, all its threads together.
        wall_seconds: the longest silence between two messages; a long task reports progress. In all, a task
            keeps its parent waiting no longer than this and the processor time together.
        file_bytes: size of the largest file it may write.
    """

    memory: int
    cpu_seconds: int
    wall_seconds: int
    file_bytes: int


# FFmpeg starts no more threads than this by itself, however many processors there are.
_THREADS = min(os.cpu_count() or 1, 16)

LOOKING = Limits(
    memory=(2 << 30) + _THREADS * (128 << 20),
    cpu_seconds=8 * 3600,
    wall_seconds=120,
    file_bytes=4 << 30,
)
"""For looking at a file: enough to decode two hours of 4K footage on two processors.

Each decoding thread holds frames: of 4K in ten bits 4:2:2 it was seen to take 72 MiB.
"""

_STARTING = Limits(memory=0, cpu_seconds=0, wall_seconds=60, file_bytes=0)


def rendering_limits(width: int, height: int) -> Limits:
    """The limits for encoding video of a size in pixels.

    An encoder holds some dozens of frames, and more with each thread: a 4K picture takes 2.2 GB with x264 and
    3.3 GB with x265 on two processors.
    """
    pixels = width * height
    memory = (3 << 29) + 480 * pixels + _THREADS * ((64 << 20) + 16 * pixels)
    return Limits(memory=min(memory, 16 << 30), cpu_seconds=72 * 3600, wall_seconds=600, file_bytes=256 << 30)


@dataclass(frozen=True, slots=True)
class Message:
    """What a task hands out: small JSON values, and raw bytes (pixels, packets)."""

    values: dict[str, Any]
    payload: bytes

    @property
    def progress(self) -> tuple[str, int, int] | None:
        """What is being done, how much of it is behind us and of how much; None when this is a result."""
        match self.values:
            case {"progress": [str(label), int(done), int(total)], **rest} if not rest and not self.payload:
                return label, done, total
        return None


def reporting(messages: Iterator[Message], progress: Progress) -> Iterator[Message]:
    """Hand on a task's results, and turn its progress messages into steps of ``progress``."""
    for message in messages:
        if (step := message.progress) is not None:
            progress.step(*step)
        else:
            yield message


class Sandbox:
    """One long-lived child for tasks that open hostile bytes; a context manager, for one thread.

    The child starts with the first task and is replaced when it died.

    Args:
        readable: folders and files the child may read (the vault). Enforced where Landlock is there.
        scratch: an existing private folder, the only one the child may write into.
        limits: what one child may use.
        allowed_package: tasks are looked up in the modules of this package and nowhere else.
    """

    def __init__(
        self,
        readable: Sequence[Path],
        scratch: Path,
        limits: Limits = LOOKING,
        *,
        allowed_package: str = "footage.media",
    ) -> None:
        self._readable = tuple(readable)
        self._scratch = scratch
        self._limits = limits
        self._package = allowed_package
        self._child: _Child | None = None
        self._working: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child and all it started; a later task starts another."""
        child, self._child, self._working = self._child, None, None
        if child is not None:
            child.kill()

    def prepare(self, task: str) -> None:
        """Start the child and let it load what a task needs, while the caller does something else.

        Raises:
            MachineFailed: it did not start.
        """
        self._living_child().ask({"prepare": task})

    def stream(self, task: str, **params: object) -> Generator[Message]:
        """Run ``footage.media.<module>:<function>`` in the child and hand out its messages as they come.

        A task that is not heard to its end is given up, and its child with it: when the iterator is closed,
        and when the sandbox gets another task meanwhile.

        Raises:
            FootageError: what the task raised, in its own words.
            ToolFailed: the child crashed, was killed, used up its limits or broke the rules of the talk.
            MachineFailed: it did not start, or the disk is full.
            RuntimeError: the task was given up for another one (a mistake in our own code).
        """
        if self._working is not None:
            self.close()
        child = self._living_child()
        done = False
        try:
            self._working = child
            child.ask({"task": task, "params": params})
            patience = _Patience(self._limits)
            while self._working is child:
                match child.receive(patience):
                    case {"values": dict(values)}, payload:
                        yield Message(values, payload)
                    case {"done": True}, _:
                        done = True
                        return
                    case {"error": [str(kind), str(message), str(hint)]}, _:
                        done = True
                        raise _told(kind, message, hint)
                    case _:
                        raise ToolFailed(_NONSENSE, _HINT)
            raise RuntimeError(f"{task} was given up: its sandbox got another task or was closed")
        finally:
            if self._working is child:
                self._working = None
                if not done:
                    self.close()

    def run(self, task: str, **params: object) -> Message:
        """Run a task that hands out exactly one message.

        Raises:
            FootageError: as :meth:`stream`; also ToolFailed for none or several messages.
        """
        with closing(self.stream(task, **params)) as stream:
            messages = list(islice(stream, 2))
        if len(messages) != 1:
            raise ToolFailed(f"{task} gave {'no answer' if not messages else 'more than one answer'}")
        return messages[0]

    def rungs(self) -> tuple[Rung, ...]:
        """What the child of this sandbox gave up, asked of a real child."""
        return self._living_child().rungs

    def _living_child(self) -> "_Child":
        if self._child is not None and not self._child.fit:
            self.close()
        if self._child is None:
            self._child = _Child(self._readable, self._scratch, self._limits, self._package)
        return self._child


def rungs() -> tuple[Rung, ...]:
    """What a child gives up on this machine, asked of a real child."""
    with tempfile.TemporaryDirectory(prefix="footage-") as folder, Sandbox((), Path(folder)) as sandbox:
        return sandbox.rungs()


_NONSENSE = "the decoder answered nonsense"
_HINT = "the file may be damaged or made to do harm; try another copy of it"


class _Patience:
    """How long a task may keep its parent waiting: between two messages, and in all (seconds)."""

    def __init__(self, limits: Limits) -> None:
        self._silence = limits.wall_seconds
        self._total = limits.wall_seconds + limits.cpu_seconds
        self._silence_left, self._total_left = float(self._silence), float(self._total)

    def heard(self) -> None:
        """Begin the next silence."""
        self._silence_left = self._silence

    def left(self) -> float:
        """Seconds it may still wait."""
        return max(0.0, min(self._silence_left, self._total_left))

    def waited(self, seconds: float) -> None:
        """Count a wait."""
        self._silence_left -= seconds
        self._total_left -= seconds

    def complaint(self) -> str:
        """What was too long."""
        if self._total_left <= 0:
            return f"the decoder was not done after {self._total} seconds"
        return f"the decoder gave no sign of life for {self._silence} seconds"


class _Child:
    """One child process and the talk with it."""

    def __init__(self, readable: Sequence[Path], scratch: Path, limits: Limits, package: str) -> None:
        self._limits = limits
        self._last_words = b""
        self._process = _start(scratch)
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._requests = self._process.stdin
        self._answers = self._process.stdout.fileno()
        self._errors = self._process.stderr.fileno()
        self._selector = selectors.DefaultSelector()
        for descriptor in (self._answers, self._errors):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)
        _widen(self._answers)
        try:
            self.rungs = self._agree(readable, scratch, package)
        except BaseException:
            self.kill()
            raise

    @property
    def fit(self) -> bool:
        """Whether it can take a task: it lives, and says nothing unasked (a closed pipe counts as saying)."""
        said = {key.fd for key, _ in self._selector.select(0)}
        return self._process.poll() is None and self._answers not in said

    def ask(self, header: dict[str, object]) -> None:
        """Send a frame.

        Raises:
            ToolFailed: the child is gone.
        """
        text = json.dumps(header).encode()
        try:
            self._requests.write(PREFIX.pack(len(text), 0) + text)
            self._requests.flush()
        except BrokenPipeError as error:
            raise self._death() from error

    def receive(self, patience: _Patience) -> tuple[dict[str, Any], bytes]:
        """Wait for the next frame.

        Raises:
            ToolFailed: the child died, kept silent for too long, or announced more than it may send.
        """
        patience.heard()
        header_size, payload_size = PREFIX.unpack(self._read(PREFIX.size, patience))
        if header_size > HEADER_LIMIT or payload_size > PAYLOAD_LIMIT:
            raise ToolFailed("the decoder tried to hand out more than it may", _HINT)
        text = self._read(header_size, patience)
        payload = bytes(self._read(payload_size, patience))
        try:
            header = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ToolFailed(_NONSENSE, _HINT) from error
        if not isinstance(header, dict):
            raise ToolFailed(_NONSENSE, _HINT)
        return header, payload

    def kill(self) -> None:
        """End the process and all of its session, and take leave of it."""
        self._end_session()
        self._selector.close()
        with suppress(BrokenPipeError):
            self._requests.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _agree(self, readable: Sequence[Path], scratch: Path, package: str) -> tuple[Rung, ...]:
        """Say what the child may do, and hear what it gave up."""
        charter = {
            "readable": [os.fspath(path.absolute()) for path in readable],
            "scratch": os.fspath(scratch.absolute()),
            "package": package,
            "memory": self._limits.memory,
            "cpu_seconds": self._limits.cpu_seconds,
            "file_bytes": self._limits.file_bytes,
        }
        try:
            self.ask(charter)
            header, _ = self.receive(_Patience(_STARTING))
        except ToolFailed as error:
            raise MachineFailed(f"the sandbox did not start: {error.message}", "footage doctor") from error
        return tuple(Rung(*rung) for rung in header["rungs"])

    def _read(self, count: int, patience: _Patience) -> bytearray:
        buffer = bytearray(count)
        left = memoryview(buffer)
        while left:
            started = time.monotonic()
            ready = {key.fd for key, _ in self._selector.select(patience.left())}
            patience.waited(time.monotonic() - started)
            if not ready:
                raise _with_note(ToolFailed(patience.complaint(), _HINT), _lines(self._last_words))
            if self._errors in ready:
                self._hear_errors()
            if self._answers in ready:
                got = os.readv(self._answers, [left])
                if got == 0:
                    raise self._death()
                left = left[got:]
        return buffer

    def _end_session(self) -> int:
        """Kill whatever is left of the session; gives the child's exit code (a signal's is negative)."""
        # Once it has been waited for, its number may already belong to somebody else.
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def _hear_errors(self) -> bool:
        """Keep the last of what the child printed; say whether there was something."""
        try:
            said = os.read(self._errors, 65536)
        except BlockingIOError:
            return False
        if not said and self._errors in self._selector.get_map():
            self._selector.unregister(self._errors)
        self._last_words = (self._last_words + said)[-_LAST_WORDS_KEPT:]
        return bool(said)

    def _death(self) -> ToolFailed:
        """The words for a child that is gone."""
        code = self._end_session()
        # Bounded, because something that slipped out of the session might print for ever.
        for _ in range(_LAST_READS):
            if not self._hear_errors():
                break
        words = _lines(self._last_words)
        if code < 0:
            message, hint = _signal_words(-code, self._limits)
        else:
            last = words.rpartition("\n")[2] or f"exit code {code}"
            message, hint = f"the decoder broke down: {last[:_WORDS_LIMIT]}", _HINT
        return _with_note(ToolFailed(message, hint), words)


def _lines(said: bytes) -> str:
    """What a child printed, safe to show."""
    return printable(said.decode(errors="replace").strip(), keep_newlines=True)


def _widen(pipe: int) -> None:
    """Make a pipe as wide as Linux lets everybody make it: pixels pass several times faster."""
    if sys.platform == "linux":
        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _start(scratch: Path) -> subprocess.Popen[bytes]:
    places = json.dumps([entry for entry in sys.path if Path(entry).is_absolute()])
    threads = str(min(os.cpu_count() or 1, 8))
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": os.fspath(scratch.absolute()),
        "TMPDIR": os.fspath(scratch.absolute()),
        # Each arena and each spare thread takes address space, of which there is little.
        "MALLOC_ARENA_MAX": "4",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": "1",
        "OPENCV_FOR_THREADS_NUM": threads,
    }
    environment |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-X", "faulthandler", "-c", _BOOTSTRAP, places]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=scratch,
            env=environment,
            start_new_session=True,
        )
    except OSError as error:
        raise MachineFailed(f"the sandbox did not start: {error}", "footage doctor") from error


def _told(kind: str, message: str, hint: str) -> FootageError:
    """The error a task raised."""
    family = _FAMILIES.get(kind, ToolFailed)
    return family(printable(message[:_WORDS_LIMIT]), printable(hint[:_WORDS_LIMIT]))


def _signal_words(number: int, limits: Limits) -> tuple[str, str]:
    if number == signal.SIGXCPU:
        return f"the decoder used up its {limits.cpu_seconds} seconds of processor time", _HINT
    if number == signal.SIGKILL:
        return (
            "the system killed the decoder, most likely for want of memory",
            "close other programs and try again",
        )
    return f"the decoder crashed ({signal.Signals(number).name})", _HINT


def _with_note(error: ToolFailed, words: str) -> ToolFailed:
    if words:
        error.add_note(words)
    return error

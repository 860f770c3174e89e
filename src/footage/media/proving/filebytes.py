"""A file's bytes to be looked at anywhere, without having them all in memory.

Mapping a file would count against the address space that a sandboxed child may use; films are larger.
"""

import os
from collections.abc import Iterator
from typing import Self

from footage.media.proving.paced import Pulse

_WINDOW = 1 << 16
_CHUNK = 1 << 20


class FileBytes:
    """The bytes of a file; a context manager. What lies behind its end reads as nothing.

    Args:
        pulse: beats whenever the file is read.
    """

    def __init__(self, path: str, pulse: Pulse | None = None) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._size = os.fstat(self._file).st_size
        self._pulse = pulse or Pulse()
        self._start, self._window = 0, b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def __len__(self) -> int:
        return self._size

    def byte(self, at: int) -> int:
        """One byte.

        Raises:
            IndexError: it lies behind the end.
        """
        return self.read(at, at + 1)[0]

    def read(self, start: int, end: int) -> bytes:
        """The bytes from one place up to another."""
        if self._start <= start and end <= self._start + len(self._window):
            return self._window[start - self._start : end - self._start]
        self._pulse.beat()
        if end - start > _WINDOW:
            return os.pread(self._file, end - start, start)
        self._start, self._window = start, os.pread(self._file, _WINDOW, start)
        return self._window[: end - start]

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """The same, piece by piece."""
        for at in range(start, end, _CHUNK):
            yield self.read(at, min(end, at + _CHUNK))

"""What a transport stream carries, without what cuts it up.

Source: ISO/IEC 13818-1, 2.4.3 (transport packets, PES headers).
"""

from array import array
from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from footage.media.proving.filebytes import FileBytes
from footage.media.proving.paced import Pulse

_PACKET = 188
_MANY = 8192
_HEAD, _PES_HEAD = 4, 9
_NO_STREAM = 0x1FFF


class Payloads(FileBytes):
    """The bytes of one stream of a transport stream, one after the other; a context manager.

    Args:
        stream: its packet identifier.
        pulse: beats whenever the file is read.
    """

    def __init__(self, path: str, stream: int, pulse: Pulse | None = None) -> None:
        super().__init__(path, pulse)
        self._stream = stream
        self._chunk, self._content = -1, b""
        self._starts = array("q")
        at = 0
        for chunk in range(-(-super().__len__() // (_MANY * _PACKET))):
            self._starts.append(at)
            at += len(self._carried(chunk))
        self._length = at

    def __len__(self) -> int:
        return self._length

    def read(self, start: int, end: int) -> bytes:
        parts = []
        start, end = max(0, start), min(end, self._length)
        while start < end:
            chunk = bisect_right(self._starts, start) - 1
            offset = start - self._starts[chunk]
            parts.append(self._carried(chunk)[offset : offset + end - start])
            start += len(parts[-1])
        return b"".join(parts)

    def _carried(self, chunk: int) -> bytes:
        """What one part of the file carries of the stream."""
        if chunk != self._chunk:
            at = chunk * _MANY * _PACKET
            rows = _rows(super().read(at, at + _MANY * _PACKET))
            self._chunk, self._content = chunk, _payload(rows[_streams(rows) == self._stream])
        return self._content


def streams_of(path: str) -> list[int]:
    """The identifiers of all streams of a transport stream, its tables among them."""
    found = set[int]()
    with FileBytes(path) as content:
        for at in range(0, len(content), _MANY * _PACKET):
            found.update(np.unique(_streams(_rows(content.read(at, at + _MANY * _PACKET)))).tolist())
    return sorted(found - {_NO_STREAM})


def _rows(part: bytes) -> NDArray[np.uint8]:
    """One row for each packet; what is less than one at the end is left out."""
    return np.frombuffer(part, np.uint8, len(part) // _PACKET * _PACKET).reshape(-1, _PACKET)


def _streams(rows: NDArray[np.uint8]) -> NDArray[np.int64]:
    return (rows[:, 1] & 0x1F).astype(np.int64) << 8 | rows[:, 2]


def _payload(rows: NDArray[np.uint8]) -> bytes:
    """What packets of one stream carry, without the headers of its own packets (PES) that begin in them."""
    control = rows[:, 3] >> 4 & 3
    begins = _HEAD + np.where(control & 2, 1 + rows[:, 4].astype(np.int64), 0)
    begins = np.where(control & 1, np.minimum(begins, _PACKET), _PACKET)
    padded = np.pad(rows, ((0, 0), (0, _PES_HEAD)))
    head = np.take_along_axis(padded, begins[:, None] + np.arange(_PES_HEAD), 1)
    starting = (rows[:, 1] & 0x40 > 0) & (head[:, :3] == (0, 0, 1)).all(1)
    begins += np.where(starting, _PES_HEAD + head[:, 8].astype(np.int64), 0)
    return bytes(rows[np.arange(_PACKET) >= begins[:, None]].tobytes())

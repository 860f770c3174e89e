"""NAL units: the pieces in which H.264 and HEVC pictures are stored, and what may be copied of them.

Sources: ITU-T H.264 and H.265, chapter 7 (syntax) and annexes B (start codes) and D (messages); ISO/IEC
14496-15 (units behind their length).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

Unit = bytes
"""One unit: its header and its body, without a start code or length before it."""

_START = b"\0\0\1"
_ESCAPE = b"\0\0\3"
_STOP = 0x80


class Malformed(ValueError):
    """Coded bytes are not built as their format demands."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """How the units of one codec are told apart.

    Attributes:
        codec: FFmpeg's name of it.
        header: bytes of a unit's header.
        slices: types of the units that hold the pictures themselves.
        restarts: types of slices from which decoding can begin; nothing behind them needs what came before.
        open_restarts: likewise, but pictures stored behind and shown before them may need what came before.
        sets: types of parameter sets.
        plain: types that only say where a picture or the whole sequence begins and ends.
        delimiters: those of them that have a byte behind their header.
        messages: types that hold messages (SEI).
        kept_messages: kinds of messages that a decoder or a screen needs. What anybody can put in is not
            among them (captions, user data).
    """

    codec: str
    header: int
    slices: frozenset[int]
    restarts: frozenset[int]
    open_restarts: frozenset[int]
    sets: frozenset[int]
    plain: frozenset[int]
    delimiters: frozenset[int]
    messages: frozenset[int]
    kept_messages: frozenset[int] = field(repr=False)

    def kind(self, unit: Unit | memoryview) -> int:
        """A unit's type; -1 for one of another layer than the pictures (a second view, more detail).

        Raises:
            Malformed: it is shorter than its header.
        """
        if len(unit) < self.header:
            raise Malformed("a unit is shorter than its header")
        if self.header == 1:
            return unit[0] & 0x1F
        layer = (unit[0] & 1) << 5 | unit[1] >> 3
        return -1 if layer else unit[0] >> 1 & 0x3F

    def pictures(self, units: Iterable[Unit]) -> list[Unit]:
        """The slices among units."""
        return [unit for unit in units if self.kind(unit) in self.slices]

    def copied(self, units: Iterable[Unit]) -> list[Unit]:
        """What of a packet may be copied: no parameter sets, and of its messages only those needed."""
        kept = []
        for unit in units:
            kind = self.kind(unit)
            if kind in self.slices:
                kept.append(unit)
            elif kind in self.plain:
                # Whatever lies behind the header and the one byte of a delimiter is nothing a decoder reads.
                kept.append(unit[: self.header + (kind in self.delimiters)])
            elif kind in self.messages and (needed := self._needed(unit)):
                kept.append(needed)
        return kept

    def _needed(self, unit: Unit) -> Unit:
        """A unit of messages with those alone that are needed; empty where there are none."""
        try:
            messages = list(_messages(unescaped(unit[self.header :])))
        except Malformed:
            return b""
        needed = [whole for kind, whole in messages if kind in self.kept_messages]
        if len(needed) == len(messages):
            return unit
        body = b"".join(needed)
        return unit[: self.header] + escaped(body + bytes([_STOP])) if body else b""


# Messages: 0 buffering period, 1 picture timing, 6 recovery point, 45 frame packing, 47 display orientation,
# 129 active parameter sets, 130 decoding unit, 137 mastering display, 144 light level, 147 transfer.
H264 = Syntax(
    codec="h264",
    header=1,
    slices=frozenset((1, 2, 3, 4, 5)),
    restarts=frozenset((5,)),
    open_restarts=frozenset(),
    sets=frozenset((7, 8, 13, 15)),
    plain=frozenset((9, 10, 11)),
    delimiters=frozenset((9,)),
    messages=frozenset((6,)),
    kept_messages=frozenset((0, 1, 6, 45, 47, 137, 144, 147)),
)
HEVC = Syntax(
    codec="hevc",
    header=2,
    slices=frozenset((*range(10), *range(16, 22))),
    restarts=frozenset((16, 17, 18, 19, 20)),
    open_restarts=frozenset((21,)),
    sets=frozenset((32, 33, 34)),
    plain=frozenset((35, 36, 37)),
    delimiters=frozenset((35,)),
    messages=frozenset((39, 40)),
    kept_messages=frozenset((0, 1, 6, 45, 47, 129, 130, 137, 144, 147)),
)
SYNTAXES = {each.codec: each for each in (H264, HEVC)}

_BLA_N_LP = 18


def split(data: bytes, prefix: int) -> list[Unit]:
    r"""The units of a packet in which each stands behind its length.

    Args:
        prefix: bytes of a length.

    >>> split(b"\0\1a\0\2bc", 2)
    [b'a', b'bc']

    Raises:
        Malformed: the lengths do not add up.
    """
    units, at, end = [], 0, len(data)
    while at < end:
        start = at + prefix
        stop = start + int.from_bytes(data[at:start], "big")
        if stop > end or start > end:
            raise Malformed("a unit is longer than its packet")
        if stop > start:
            units.append(data[start:stop])
        at = stop
    return units


def split_stream(data: bytes) -> list[Unit]:
    r"""The units of a stream in which each stands behind a start code.

    >>> split_stream(b"\0\0\0\1a\0\0\1bc\0")
    [b'a', b'bc']
    """
    pieces = data.split(_START)[1:]
    return [unit for unit in (piece.rstrip(b"\0") for piece in pieces) if unit]


def joined(units: Iterable[Unit], prefix: int) -> bytes:
    r"""Units as one packet, each behind its length.

    >>> joined([b"a", b"bc"], 2)
    b'\x00\x01a\x00\x02bc'

    Raises:
        Malformed: a unit is too long for its length.
    """
    parts: list[bytes] = []
    for unit in units:
        if len(unit) >> 8 * prefix:
            raise Malformed("a unit is too long")
        parts += (len(unit).to_bytes(prefix, "big"), unit)
    return b"".join(parts)


def unescaped(body: bytes) -> bytes:
    """A unit's body without the bytes that keep start codes out of it."""
    return body.replace(_ESCAPE, b"\0\0") if _ESCAPE in body else body


def escaped(body: bytes) -> bytes:
    r"""A body with the bytes put in that keep start codes out of it.

    >>> escaped(b"\0\0\0\0\1")
    b'\x00\x00\x03\x00\x00\x03\x01'
    """
    made = bytearray()
    zeros = 0
    for byte in body:
        if zeros == 2 and byte <= 3:
            made.append(3)
            zeros = 0
        made.append(byte)
        zeros = zeros + 1 if not byte else 0
    return bytes(made)


def without_leading(units: Sequence[Unit]) -> list[Unit]:
    """An HEVC picture from which decoding can begin, told as one that no leading pictures follow.

    What was stored behind it and shown before it must be gone (H.265, 7.4.2.2: CRA becomes BLA_N_LP).
    """
    return [
        bytes([unit[0] & 0x81 | _BLA_N_LP << 1]) + unit[1:] if HEVC.kind(unit) in HEVC.open_restarts else unit
        for unit in units
    ]


def golombs(body: bytes, at: int = 0) -> Iterator[int]:
    r"""Unsigned Exp-Golomb numbers from a bit of an unescaped body on (9.1 of H.264).

    >>> from itertools import islice
    >>> list(islice(golombs(bytes([0b10100110])), 3))
    [0, 1, 2]

    Raises:
        Malformed: the body ends within a number.
    """
    bits = "".join(f"{byte:08b}" for byte in body)
    while True:
        zeros = bits.find("1", at) - at
        end = at + 2 * zeros + 1
        if zeros < 0 or end > len(bits):
            raise Malformed("a number is cut off")
        yield int(bits[at + zeros : end], 2) - 1
        at = end


def golomb(number: int) -> str:
    """A number as the bits that :func:`golombs` reads.

    >>> golomb(0), golomb(15)
    ('1', '000010000')
    """
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def _messages(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind of each message of an unescaped body, and the whole of it."""
    at, end = 0, len(body.rstrip(b"\0"))
    while at < end and not (at == end - 1 and body[at] == _STOP):
        kind, after = _extended(body, at)
        size, after = _extended(body, after)
        if after + size > len(body):
            raise Malformed("a message is longer than its unit")
        yield kind, body[at : after + size]
        at = after + size


def _extended(body: bytes, at: int) -> tuple[int, int]:
    """A number that goes on for as long as its bytes are 255, and where it ends."""
    number = 0
    while at < len(body):
        number += body[at]
        at += 1
        if body[at - 1] != 0xFF:
            return number, at
    raise Malformed("a message is cut off")

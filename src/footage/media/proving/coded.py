"""The coded pictures of a file as it stores them: their slices, what they need, and where their bytes lie.

Sources: ITU-T H.264 and H.265, sections 7.3.1 and 7.4.2 and Annex B (NAL units), ISO/IEC 14496-15 (their
lengths and parameter sets in files). Nothing is decoded, and no code is shared with what writes such files.
"""

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from footage.media.demux import usual_step
from footage.media.frametimes import UNKNOWN, add_time
from footage.media.proving.filebytes import FileBytes
from footage.media.proving.paced import Pulse
from footage.model.span import FrameIndex

Content = memoryview | bytes

_START = b"\0\0\1"
_DIGEST = 16
_HEAD = 64
_CRA, _BLA = 21, 18


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Which kinds of NAL units of a codec are what; a kind stands in a unit's first byte.

    Attributes:
        fresh: slices of pictures at which a decoder starts from nothing.
        entry: those at which it can start, but pictures stored after them may need earlier ones.
        skipped: slices of those pictures.
        marks: where a picture or everything begins or ends.
        messages: units of messages (SEI), of which only the kinds in ``told`` may be there: a decoder or a
            screen needs them, and nobody's words have room in them.
    """

    shift: int
    mask: int
    slices: frozenset[int]
    sets: frozenset[int]
    fresh: frozenset[int]
    marks: frozenset[int]
    messages: frozenset[int]
    told: frozenset[int]
    entry: frozenset[int] = frozenset()
    skipped: frozenset[int] = frozenset()

    def of(self, unit: Content) -> int:
        return unit[0] >> self.shift & self.mask if len(unit) else -1


# Buffering period, picture timing, recovery point, frame packing, display orientation, mastering display,
# light level, transfer; of HEVC the sets in use and decoding units too.
_TOLD = frozenset((0, 1, 6, 45, 47, 137, 144, 147))
# What x264 and x265 put before their names.
_USER_DATA = 5
_SIGNED = (
    bytes.fromhex("dc45e9bde6d948b7962cd820d923eeef") + b"x264 - core",
    bytes.fromhex("2ca2de09b51747dbbb55a4fe7fc2fc4e") + b"x265 (build",
)
_KINDS = {
    "h264": _Kinds(
        0,
        0x1F,
        frozenset((1, 2, 3, 4, 5, 20, 21)),
        frozenset((7, 8, 13, 15)),
        fresh=frozenset((5,)),
        marks=frozenset((9, 10, 11)),
        messages=frozenset((6,)),
        told=_TOLD,
    ),
    "hevc": _Kinds(
        1,
        0x3F,
        frozenset(range(32)),
        frozenset((32, 33, 34)),
        fresh=frozenset((16, 17, _BLA, 19, 20)),
        marks=frozenset((35, 36, 37)),
        messages=frozenset((39, 40)),
        told=_TOLD | {129, 130},
        entry=frozenset((_CRA,)),
        skipped=frozenset((8, 9)),
    ),
}


class Packing:
    """How the packets of one stream are taken apart.

    Of a codec other than H.264 and HEVC a whole packet counts as one slice.
    """

    def __init__(self, stream: VideoStream) -> None:
        self._kinds = _KINDS.get(stream.codec_context.codec.canonical_name)
        self._intra = bool(stream.codec_context.codec.intra_only)
        self._length = 0
        self.sets: set[bytes] = set()
        """Every parameter set met so far."""
        self._read_configuration(stream.codec_context.extradata or b"")

    def slices(self, packet: Content) -> list[Content]:
        """The coded slices of a packet, each with its header."""
        if self._kinds is None:
            return [packet]
        return [unit for unit in self._units(packet) if self._kinds.of(unit) in self._kinds.slices]

    def read(self, packet: "Packet[VideoStream]") -> "Coded":
        """What a packet holds."""
        content = memoryview(cast("bytes", packet))
        configuration = b""
        if packet.has_sidedata("new_extradata"):
            configuration = bytes(cast("bytes", packet.get_sidedata("new_extradata")))
            self._read_configuration(configuration)
        if self._kinds is None:
            return Coded([content], fresh=self._intra, setup=configuration)
        slices, sets = [], [configuration]
        for unit in self._units(content):
            kind = self._kinds.of(unit)
            if kind in self._kinds.slices:
                slices.append(unit)
            elif kind in self._kinds.sets:
                sets.append(bytes(unit))
                self._note(unit)
        kinds = {self._kinds.of(unit) for unit in slices}
        return Coded(
            slices,
            fresh=bool(kinds & self._kinds.fresh),
            entry=bool(kinds & self._kinds.entry),
            skipped=bool(kinds & self._kinds.skipped),
            setup=b"".join(sets),
            rewritable=bool(self._kinds.entry),
        )

    def strange(self, packet: Content, *, signed: bool = False) -> str:
        """What a packet holds beside slices and what is needed to decode and show them, in words.

        Args:
            signed: an encoder may say its own name and settings.
        """
        strange = (self._strange(unit, signed=signed) for unit in self._units(packet))
        return next(filter(None, strange), "") if self._kinds is not None else ""

    def strange_configuration(self, data: bytes, *, signed: bool = False) -> str:
        """The same of what stands outside of the packets."""
        if self._kinds is None or len(data) < 7:
            return ""
        if data.startswith((_START, b"\0" + _START)):
            units: Sequence[Content] = list(_by_starts(data))
            end = len(data)
        else:
            units, end = _sets_of(data, hevc=bool(self._kinds.entry))
        for unit in units:
            if strange := self._strange(unit, signed=signed):
                return strange
        # Of H.264 the format of its colours may follow.
        return "" if end == len(data) or self._colours(data[end:]) else "something behind the parameter sets"

    def _strange(self, unit: Content, *, signed: bool) -> str:
        """What is wrong with there being a unit, in words."""
        kinds, kind = self._kinds, -1 if self._kinds is None else self._kinds.of(unit)
        if kinds is None:
            return ""
        if kinds.entry and (unit[0] & 1 or (len(unit) > 1 and unit[1] >> 3)):
            return "a unit of another layer"
        if kind not in kinds.messages:
            known = kind in kinds.slices | kinds.sets | kinds.marks
            return "" if known else f"a unit of kind {kind}"
        for message, body in _told(bytes(unit[1 + bool(kinds.entry) :])):
            if message not in kinds.told and not (
                signed and message == _USER_DATA and body.startswith(_SIGNED)
            ):
                return f"a message of kind {message}"
        return ""

    def _colours(self, rest: bytes) -> bool:
        """Whether this is all that may follow the parameter sets of an ``avcC``."""
        told = self._kinds is not None and not self._kinds.entry and len(rest) == 4
        return told and rest[0] >= 0xFC and rest[1] >= 0xF8 and rest[2] >= 0xF8 and not rest[3]

    def _units(self, packet: Content) -> Iterator[Content]:
        return _by_lengths(packet, self._length) if self._length else _by_starts(packet)

    def _note(self, unit: Content) -> None:
        self.sets.add(hashlib.blake2b(bytes(unit).rstrip(b"\0"), digest_size=_DIGEST).digest())

    def _read_configuration(self, data: bytes) -> None:
        """Take in parameter sets that stand outside of the packets, and how long the units' lengths are."""
        if self._kinds is None or len(data) < 7:
            return
        if data.startswith((_START, b"\0" + _START)):
            units: Sequence[Content] = list(_by_starts(data))
        elif self._kinds.entry:
            self._length = (data[21] & 3) + 1 if len(data) > 22 else 4
            units, _ = _sets_of(data, hevc=True)
        else:
            self._length = (data[4] & 3) + 1
            units, _ = _sets_of(data, hevc=False)
        for unit in units:
            if self._kinds.of(unit) in self._kinds.sets:
                self._note(unit)


@dataclass(frozen=True, slots=True)
class Coded:
    """One coded picture.

    Attributes:
        fresh: whether a decoder can start at it, whatever came before.
        entry: whether it can start there, but for the pictures that are ``skipped``.
        setup: parameter sets and the like that come with it.
        rewritable: whether a unit's kind may be changed when the picture is copied: from CRA to BLA.
    """

    slices: list[Content]
    fresh: bool = False
    entry: bool = False
    skipped: bool = False
    setup: bytes = b""
    rewritable: bool = False

    def digest(self) -> bytes:
        """Tells its slices from any others."""
        whole = hashlib.blake2b(digest_size=_DIGEST)
        for unit in self.slices:
            whole.update(len(unit).to_bytes(8, "big"))
            if self.rewritable and unit[0] >> 1 & 0x3F == _CRA:
                whole.update(bytes((unit[0] & 0x81 | _BLA << 1,)))
                whole.update(unit[1:])
            else:
                whole.update(unit)
        return whole.digest()


@dataclass(slots=True)
class Pictures:
    """All coded pictures of a stream, in the order in which they are stored.

    Attributes:
        codec: FFmpeg's name.
        usual: ticks between two pictures by the container's own average.
        broken: whether some of the file could not be read.
        sets: every parameter set of the stream.
    """

    codec: str = ""
    time_base: Fraction = Fraction(1)
    usual: int = 1
    pts: "array[int]" = field(default_factory=lambda: array("q"))
    dts: "array[int]" = field(default_factory=lambda: array("q"))
    marks: bytearray = field(default_factory=bytearray)
    digests: bytearray = field(default_factory=bytearray)
    setups: "array[int]" = field(default_factory=lambda: array("q"))
    sets: frozenset[bytes] = frozenset()
    broken: bool = False

    def add(self, packet: "Packet[VideoStream]", coded: Coded) -> None:
        """Append the next picture."""
        add_time(self.pts, packet.pts)
        add_time(self.dts, packet.dts)
        flags = (coded.fresh, coded.entry, coded.skipped, packet.is_discard)
        self.marks.append(sum(flag << place for place, flag in enumerate(flags)))
        self.digests += coded.digest()
        self.setups.append(hash(coded.setup) if coded.setup else 0)

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def times(self) -> NDArray[np.int64]:
        """The presentation timestamp of each."""
        return np.array(self.pts, np.int64)

    @property
    def slices(self) -> NDArray[np.uint64]:
        """Two numbers for each, alike where all slices are."""
        return np.frombuffer(bytes(self.digests), np.uint64).reshape(-1, 2)

    @property
    def fresh(self) -> NDArray[np.bool_]:
        """Whether a decoder can start at each, whatever came before."""
        return self._marked(0)

    @property
    def entry(self) -> NDArray[np.bool_]:
        """Whether it can start at each, but for those that are ``skipped`` then."""
        return self._marked(1)

    @property
    def skipped(self) -> NDArray[np.bool_]:
        """Whether each may need pictures from before the entry it follows."""
        return self._marked(2)

    @property
    def hidden(self) -> NDArray[np.bool_]:
        """Whether an edit list hides each."""
        return self._marked(3)

    def ranks(self) -> NDArray[np.int64]:
        """The place of each among those that are shown, in the order of their times; -1 for hidden ones."""
        found = np.full(len(self), -1, np.int64)
        shown = np.flatnonzero(~self.hidden)
        found[shown[np.argsort(self.times[shown], kind="stable")]] = np.arange(len(shown))
        return found

    def told_in_order(self) -> bool:
        """Whether every picture that is shown has a time of its own, and nothing was broken."""
        times = self.times[~self.hidden]
        return not self.broken and UNKNOWN not in times and len(np.unique(times)) == len(times)

    def _marked(self, place: int) -> NDArray[np.bool_]:
        return np.asarray(np.frombuffer(bytes(self.marks), np.uint8) >> place & 1, np.bool_)


@dataclass(slots=True)
class Places:
    """Where the slices of a stream lie in its file, as far as they were found again there.

    Attributes:
        spans: first byte and the one after the last of each slice, one after the other.
        counts: how many slices of each picture were found.
    """

    file: FileBytes
    spans: "array[int]" = field(default_factory=lambda: array("q"))
    counts: "array[int]" = field(default_factory=lambda: array("q"))

    def add(self, packet: "Packet[VideoStream]", coded: Coded) -> None:
        """Look for the next picture's slices behind the place that the demuxer names."""
        at = packet.pos
        content = memoryview(cast("bytes", packet))
        if at is not None and at >= 0:
            there = self.file.read(at, at + _HEAD + len(content))
            start = there.find(content)
            if start >= 0:
                offsets = _offsets(content, coded.slices)
                self.spans.extend(at + start + edge for edge in offsets)
                self.counts.append(len(offsets) // 2)
                return
        self.counts.append(0)

    def of(self, pictures: NDArray[np.bool_]) -> NDArray[np.int64]:
        """First and last byte (the one after it) of the slices of some pictures, one row each, in order."""
        spans = np.array(self.spans, np.int64).reshape(-1, 2)
        chosen = spans[np.repeat(pictures, np.array(self.counts, np.int64))]
        return chosen[np.argsort(chosen[:, 0], kind="stable")]


def read_pictures(
    container: InputContainer, stream: VideoStream, places: Places | None = None, pulse: Pulse | None = None
) -> Pictures:
    """Go through all packets of a stream; nothing is decoded.

    Args:
        places: to be told where the slices lie.
        pulse: to be told of each packet.
    """
    codec = stream.codec_context.codec.canonical_name
    pictures, syntax = Pictures(codec, stream.time_base or Fraction(1), usual_step(stream)), Packing(stream)
    configured = frozenset(syntax.sets)
    for packet in packets_of(container, stream, pictures):
        coded = syntax.read(packet)
        pictures.add(packet, coded)
        if pulse is not None:
            pulse.beat()
        if places is not None:
            places.add(packet, coded)
    pictures.sets = frozenset(syntax.sets)
    if pictures.sets == configured:
        # Sets that are only said again change nothing, wherever they stand.
        pictures.setups = array("q", bytes(8 * len(pictures)))
    return pictures


def numbers_of(pictures: Pictures, index: FrameIndex) -> NDArray[np.int64]:
    """The number in a file's index of each of its coded pictures; -1 for one without.

    Where pictures cannot be told by their times they are counted as they are stored; where there are more or
    fewer than in the index, none has a number.
    """
    shown = ~pictures.hidden
    if int(shown.sum()) != len(index.pts):
        return np.full(len(pictures), -1, np.int64)
    if pictures.told_in_order():
        return pictures.ranks()
    return np.where(shown, shown.cumsum() - 1, -1)


def packets_of(
    container: InputContainer, stream: VideoStream, pictures: Pictures
) -> Iterator["Packet[VideoStream]"]:
    """A stream's packets up to its end, or to a place where it is broken, which is noted."""
    try:
        for packet in container.demux(stream):
            if packet.size:
                yield packet
    except av.error.FFmpegError:
        pictures.broken = True


def _by_lengths(packet: Content, length: int) -> Iterator[Content]:
    at = 0
    while at + length <= len(packet):
        size = int.from_bytes(packet[at : at + length], "big")
        at += length
        if size:
            yield packet[at : at + size]
        at += size


def _by_starts(packet: Content) -> Iterator[Content]:
    content = bytes(packet)
    at = content.find(_START)
    while at >= 0:
        after = content.find(_START, at + 3)
        unit = content[at + 3 : after if after >= 0 else len(content)].rstrip(b"\0")
        if unit:
            yield unit
        at = after


def _sets_of(data: bytes, *, hevc: bool) -> tuple[Sequence[Content], int]:
    """The parameter sets of an ``avcC`` or ``hvcC``, and where they end.

    Source: ISO/IEC 14496-15, 5.3.3.1 and 8.3.3.1.
    """
    sets: list[Content] = []
    at, groups = (23, data[22] if len(data) > 22 else 0) if hevc else (5, 2)
    for group in range(groups):
        if hevc:
            count = int.from_bytes(data[at + 1 : at + 3], "big")
            at += 3
        else:
            count = data[at] & (0xFF if group else 0x1F) if at < len(data) else 0
            at += 1
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2], "big")
            sets.append(data[at + 2 : at + 2 + size])
            at += 2 + size
    return sets, at


def _told(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The kind of each message in a unit, and what it holds; -1 where they are not built as they should be.

    Source: ITU-T H.264, 7.3.2.3.
    """
    body = body.replace(b"\0\0\3", b"\0\0").rstrip(b"\0")
    at, end = 0, len(body) - 1
    while at < end:
        numbers = [0, 0]
        for place in range(2):
            while at < end and body[at] == 0xFF:
                numbers[place] += 0xFF
                at += 1
            numbers[place] += body[at]
            at += 1
        yield numbers[0], body[at : at + numbers[1]]
        at += numbers[1]
    if at != end or body[end:] != b"\x80":
        yield -1, b""


def _offsets(packet: memoryview, slices: list[Content]) -> list[int]:
    """Where slices begin and end in their packet, one after the other."""
    found = []
    whole, at = packet.obj if isinstance(packet.obj, bytes) else bytes(packet), 0
    for unit in slices:
        at = whole.find(unit, at)
        if at < 0:
            break
        found += [at, at + len(unit)]
        at += len(unit)
    return found

"""What a decoder of H.264 or HEVC is told before the first picture, as MP4 and Matroska store it.

Sources: ISO/IEC 14496-15, 5.3.3 (avcC) and 8.3.3 (hvcC); ITU-T H.264 and H.265, 7.3.2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from footage.media.rendering.units import H264, HEVC, Malformed, Unit, escaped, golomb, golombs, unescaped

_SPS, _PPS = 7, 8
_HIGH_PROFILES = frozenset((100, 110, 122, 144, 244))
_HEVC_ORDER = _HEVC_VPS, _HEVC_SPS, _HEVC_PPS = 32, 33, 34
_FIRST_IRAP, _LAST_IRAP = 16, 23
_COMPLETE = 0x80
_HIGH_TIER = 0x20
_ANY_PARALLELISM = b"\xf0\0\xfc"
_PROFILE_END = 13
_SHORTEST_SET = 3
_THIRTY_TWO = range(31, -1, -1)
_SIXTEEN = range(15, -1, -1)
_NINE_BITS = range(30, 14, -1)


@dataclass(frozen=True, slots=True)
class AvcConfiguration:
    """An avcC record.

    Attributes:
        profile, compatibility, level: what a decoder must be able to do for all of its sets.
        prefix: bytes of the length before each unit of a packet.
        sequence, picture: the parameter sets.
        extension: what follows them, for some profiles.
    """

    profile: int
    compatibility: int
    level: int
    prefix: int
    sequence: tuple[Unit, ...]
    picture: tuple[Unit, ...]
    extension: bytes = b""

    @classmethod
    def read(cls, data: bytes) -> "AvcConfiguration":
        """Read the record.

        Raises:
            Malformed: it is none.
        """
        if len(data) < 7 or data[0] != 1:
            raise Malformed("no avcC")
        sequence, at = _counted(data, 6, data[5] & 0x1F)
        if at >= len(data):
            raise Malformed("an avcC is cut off")
        picture, at = _counted(data, at + 1, data[at])
        wrong = [unit for unit in sequence if unit[0] & 0x1F != _SPS]
        wrong += [unit for unit in picture if unit[0] & 0x1F != _PPS]
        if not sequence or not picture or wrong:
            raise Malformed("an avcC without its parameter sets")
        # Of what follows, the colour format and depth; further sets would not be copied with the pictures.
        extension = data[at : at + 3] + b"\0" if len(data) >= at + 4 else b""
        return cls(data[1], data[2], data[3], (data[4] & 3) + 1, sequence, picture, extension)

    @property
    def sets(self) -> tuple[Unit, ...]:
        """All parameter sets."""
        return self.sequence + self.picture

    @property
    def one_size(self) -> bool:
        """Whether one size and kind of pictures is told of, and each set has a number of its own."""
        numbers = [next(golombs(unescaped(unit[1:12]))) for unit in set(self.picture)]
        return len(set(self.sequence)) == 1 and len(set(numbers)) == len(numbers)

    def packed(self) -> bytes:
        """The record's bytes."""
        counts = (0xE0 | len(self.sequence), len(self.picture))
        head = bytes([1, self.profile, self.compatibility, self.level, 0xFC | self.prefix - 1])
        return (
            head + bytes(counts[:1]) + _listed(self.sequence) + bytes(counts[1:]) + _listed(self.picture)
        ) + self.extension

    def unused_id(self) -> int:
        """A number that none of its sets has.

        Raises:
            Malformed: there is none, or a set cannot be read.
        """
        taken = {next(golombs(unescaped(unit[4:12]))) for unit in self.sequence}
        for unit in self.picture:
            taken.update(islice(golombs(unescaped(unit[1:12])), 2))
        return _free(_THIRTY_TWO, taken)

    def with_sets(self, added: Sequence[Unit]) -> "AvcConfiguration":
        """The same with an encoder's sets beside its own, and four bytes to a length.

        Args:
            added: with numbers of their own (:meth:`unused_id`).
        """
        sequence = tuple(unit for unit in added if H264.kind(unit) == _SPS)
        picture = tuple(unit for unit in added if H264.kind(unit) == _PPS)
        profile = max(self.profile, *(unit[1] for unit in sequence))
        compatibility = self.compatibility if profile == self.profile else 0
        for unit in sequence:
            compatibility &= unit[2]
        return replace(
            self,
            profile=profile,
            compatibility=compatibility,
            level=max(self.level, *(unit[3] for unit in sequence)),
            prefix=4,
            sequence=self.sequence + sequence,
            picture=self.picture + picture,
            extension=self.extension if profile in _HIGH_PROFILES else b"",
        )


@dataclass(frozen=True, slots=True)
class HevcConfiguration:
    """An hvcC record.

    Attributes:
        head: its bytes from the profile on, up to the length before each unit of a packet.
        flags: the upper bits of the byte that tells that length.
        prefix: bytes of that length.
        sets: all parameter sets; other units that it may hold are left out.
    """

    head: bytes
    flags: int
    prefix: int
    sets: tuple[Unit, ...]

    @classmethod
    def read(cls, data: bytes) -> "HevcConfiguration":
        """Read the record.

        Raises:
            Malformed: it is none.
        """
        if len(data) < 23 or data[0] != 1:
            raise Malformed("no hvcC")
        at, sets = 23, []
        for _ in range(data[22]):
            if at + 3 > len(data):
                raise Malformed("an hvcC is cut off")
            units, after = _counted(data, at + 3, int.from_bytes(data[at + 1 : at + 3], "big"))
            if data[at] & 0x3F in HEVC.sets:
                sets += [unit for unit in units if HEVC.kind(unit) in HEVC.sets]
            at = after
        if {HEVC.kind(unit) for unit in sets} != HEVC.sets:
            raise Malformed("an hvcC without its parameter sets")
        return cls(data[1:21], data[21] & 0xFC, (data[21] & 3) + 1, tuple(sets))

    @property
    def one_size(self) -> bool:
        """Whether one size and kind of pictures is told of."""
        return len({unit for unit in self.sets if HEVC.kind(unit) == _HEVC_SPS}) == 1

    def packed(self) -> bytes:
        """The record's bytes."""
        arrays = []
        for kind in _HEVC_ORDER:
            units = [unit for unit in self.sets if HEVC.kind(unit) == kind]
            arrays.append(bytes([_COMPLETE | kind]) + len(units).to_bytes(2, "big") + _listed(units))
        return b"\1" + self.head + bytes([self.flags | self.prefix - 1, len(arrays)]) + b"".join(arrays)

    def unused_id(self) -> int:
        """A number for picture parameter sets that none of its own has, and that takes nine bits to write.

        Raises:
            Malformed: there is none, or a set cannot be read.
        """
        taken = {next(golombs(unescaped(unit[2:12]))) for unit in self._of(_HEVC_PPS)}
        return _free(_NINE_BITS, taken)

    def with_sets(self, added: Sequence[Unit]) -> "HevcConfiguration":
        """The same with an encoder's sets beside its own, and four bytes to a length.

        Args:
            added: one of each kind, all with the number 0; here they get unused ones, the picture parameter
                set :meth:`unused_id`.

        Raises:
            Malformed: they are not such.
        """
        video = _free(_SIXTEEN, {unit[2] >> 4 for unit in self._of(_HEVC_VPS)})
        sequence = _free(_SIXTEEN, {_sequence_id(unit) for unit in self._of(_HEVC_SPS)})
        own = {HEVC.kind(unit): unit for unit in added}
        plain = set(own) == HEVC.sets and len(own) == len(added)
        if not plain or own[_HEVC_SPS][2] >> 1 & 7 or _sequence_id(own[_HEVC_SPS]):
            raise Malformed("an encoder's parameter sets are of a strange kind")
        renumbered = (
            _rewritten(own[_HEVC_VPS], f"{video:04b}", 4),
            _with_sequence_id(own[_HEVC_SPS], video, sequence),
            _rewritten(own[_HEVC_PPS], golomb(self.unused_id()) + golomb(sequence), 2),
        )
        told = unescaped(own[_HEVC_SPS][2:32])[1:13]
        return replace(self, head=_covering(self.head, told), prefix=4, sets=self.sets + renumbered)

    def _of(self, kind: int) -> list[Unit]:
        return [unit for unit in self.sets if HEVC.kind(unit) == kind]


Configuration = AvcConfiguration | HevcConfiguration


def read_configuration(codec: str, data: bytes) -> Configuration:
    """The record of a stream's decoder.

    Raises:
        Malformed: it is none.
    """
    return AvcConfiguration.read(data) if codec == H264.codec else HevcConfiguration.read(data)


def renumbered(unit: Unit, number: int) -> Unit:
    """An HEVC slice that needed the picture parameter set 0, and needs that of another number.

    Args:
        number: one that takes nine bits to write, where 0 took one (:meth:`HevcConfiguration.unused_id`):
            everything behind it moves by a whole byte and stays as it is.

    Raises:
        Malformed: it needs another set than that.
    """
    before = 2 if _FIRST_IRAP <= HEVC.kind(unit) <= _LAST_IRAP else 1
    first = f"{unit[2]:08b}"
    if first[before] != "1":
        raise Malformed("a slice needs an unknown parameter set")
    bits = first[:before] + golomb(number) + first[before + 1 :]
    # What keeps start codes out of a unit depends on the bytes before only as far back as the last non-zero.
    steady = next((at for at in range(3, len(unit)) if unit[at] > 3), len(unit))
    head = int(bits, 2).to_bytes(2, "big") + unescaped(b"\1" + unit[3:steady])[1:]
    return unit[:2] + escaped(head) + unit[steady:]


def _sequence_id(unit: Unit) -> int:
    """The number of an HEVC sequence parameter set, behind the profiles and levels of its layers in time."""
    body = unescaped(unit[2:])
    layers = body[0] >> 1 & 7
    bits = _bits(body)
    at = 8 * _PROFILE_END
    told = bits[at : at + 2 * layers]
    at += (16 if layers else 0) + 88 * told[::2].count("1") + 8 * told[1::2].count("1")
    return next(golombs(body, at))


def _with_sequence_id(unit: Unit, video: int, sequence: int) -> Unit:
    """An HEVC sequence parameter set 0 with another number, for the video parameter set of a number."""
    body = unescaped(unit[2:])
    bits = f"{video:04b}" + _bits(body)[4 : 8 * _PROFILE_END] + golomb(sequence)
    return _rewritten(unit, bits, 8 * _PROFILE_END + 1)


def _rewritten(unit: Unit, bits: str, instead: int) -> Unit:
    """An HEVC parameter set with its first bits changed.

    Args:
        bits: stand for as many bits as ``instead`` says.
    """
    body = _bits(unescaped(unit[2:]))
    changed = bits + body[instead : body.rindex("1") + 1]
    changed += "0" * (-len(changed) % 8)
    return unit[:2] + escaped(int(changed, 2).to_bytes(len(changed) // 8, "big"))


def _covering(head: bytes, told: bytes) -> bytes:
    """The first bytes of an hvcC for decoders of its own and of an encoder's pictures.

    Args:
        head: of the record. told: twelve bytes of the encoder's, from the profile to the level.
    """
    if len(told) != _PROFILE_END - 1:
        raise Malformed("an encoder's parameter set is cut off")
    wider = told if told[0] & 0x1F > head[0] & 0x1F else head[:12]
    tier = (head[0] | told[0]) & _HIGH_TIER
    level = max(head[11], told[11])
    return bytes([wider[0] | tier]) + wider[1:11] + bytes([level]) + _ANY_PARALLELISM + head[15:]


def _free(numbers: Iterable[int], taken: set[int]) -> int:
    for number in numbers:
        if number not in taken:
            return number
    raise Malformed("all numbers of parameter sets are taken")


def _bits(body: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in body)


def _counted(data: bytes, at: int, count: int) -> tuple[tuple[Unit, ...], int]:
    """A number of units behind lengths of two bytes, and where they end."""
    units = []
    for _ in range(count):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data) or at < start + _SHORTEST_SET:
            raise Malformed("a parameter set is cut off")
        units.append(data[start:at])
    return tuple(units), at


def _listed(units: Iterable[Unit]) -> bytes:
    return b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)

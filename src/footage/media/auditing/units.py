"""What is said inside coded pictures, beside the pictures: read packet by packet, nothing is decoded.

Sources: ITU-T H.264 and H.265 (units, annex D), ANSI/CTA-708 and ATSC A/53 part 4 (captions), ISO/IEC 13818-2
and 14496-2 (user data), AV1 bitstream specification (open bitstream units), IEC 61834-4 (packs of DV), SMPTE
RDD 36 (ProRes).
"""

import re
from collections.abc import Callable, Iterator

from footage.media.auditing.findings import Findings, bytes_counted, quoted
from footage.media.auditing.jpeg import audit_frame
from footage.media.auditing.source import source_of
from footage.model.leak import Item

_START_CODE = re.compile(b"\0\0\1")
_ENCODER = re.compile(
    rb"(x264 - |x265 \(|Lavc|Lavf|AVS|XviD|DivX|FMP4|HandBrake|VideoLAN|Elemental|MainConcept)"
)
_H264_PLAIN = frozenset((1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13))
_H264_SEI, _H264_FILLER = 6, 12
_H264_LAYERS = frozenset((14, 15, 19, 20, 21))
_HEVC_PLAIN = frozenset((*range(10), *range(16, 22), 32, 33, 34, 35, 36, 37))
_HEVC_SEI, _HEVC_FILLER = (39, 40), 38
# Payloads that are numbers about timing, display, colour and the like.
_SEI_NUMBERS = frozenset(
    (
        *(
            0,
            1,
            2,
            *range(6, 24),
            45,
            47,
            128,
            129,
            130,
            131,
            132,
            133,
            134,
            135,
            137,
            142,
            144,
            147,
            148,
            149,
        ),
        *(150, 151, 152, 153, 154, 155, 156, 160, 165, 167, 168, 176, 177, 200, 201, 202, 203, 204, 205),
    )
)
_SEI_FILLER, _SEI_REGISTERED, _SEI_UNREGISTERED, _SEI_TIMECODE = 3, 4, 5, 136
_LARGEST_NUMBERS = 4096
_CAPTIONS = (b"GA94\x03", b"CC\x01\xf8")
_FORMATS_OF_PICTURES = (b"DTG1", b"GA94\x06")
# HDR10+ and HDR Vivid: brightness, scene by scene (registered by country and provider).
_BRIGHTNESS = (b"\xb5\x00\x3c\x00\x01", b"\x26\x00\x04\x00\x05", b"\xb5\x00\x3c\x00\x02")
_OBU_PLAIN = frozenset((1, 2, 3, 4, 6, 7))
_OBU_METADATA, _OBU_PADDING = 5, 15
_UUID = 16
_MPEG = frozenset(("mpeg1video", "mpeg2video", "mpeg4"))

PacketReader = Callable[[bytes, Findings], None]


def reader_for(codec: str, extradata: bytes) -> PacketReader | None:
    """What reads the packets of a codec (FFmpeg's name); None where nothing is said inside its pictures."""
    if codec in ("h264", "hevc"):
        length = length_size(codec, extradata)
        return lambda packet, found: _units(codec, packet, length, found)
    if codec in _MPEG:
        return lambda packet, found: _user_data(codec, packet, found)
    return {
        "mjpeg": lambda packet, found: audit_frame(source_of(packet), found),
        "av1": _open_units,
        "dvvideo": _packs,
        "prores": _icon_frame,
    }.get(codec)


def audit_extradata(codec: str, extradata: bytes, found: Findings) -> None:
    """Look through what a stream says once for all its pictures."""
    if codec == "hevc" and length_size(codec, extradata):
        for unit in _listed(extradata):
            _hevc(unit, found)
    elif codec in ("h264", "hevc") and _START_CODE.search(extradata[:8]):
        _units(codec, extradata, 0, found)
    elif codec == "av1" and extradata[:1] == b"\x81":
        _open_units(extradata[4:], found)
    elif codec in _MPEG:
        _user_data(codec, extradata, found)


def length_size(codec: str, extradata: bytes) -> int:
    """Bytes of the length before each unit (ISO/IEC 14496-15); 0 where start codes part the units."""
    if codec == "h264":
        return (extradata[4] & 3) + 1 if len(extradata) > 6 and extradata[0] == 1 else 0
    boxed = len(extradata) > 22 and extradata[:3] not in (b"\0\0\0", b"\0\0\1")
    return (extradata[21] & 3) + 1 if boxed else 0


def units_of(packet: bytes, length: int) -> Iterator[bytes]:
    """The units of a packet of H.264 or HEVC."""
    if not length:
        yield from (unit for unit in _START_CODE.split(packet)[1:] if unit)
        return
    at = 0
    while at + length < len(packet):
        size = int.from_bytes(packet[at : at + length])
        # No unit can hold a start code: where one stands, another unit begins.
        yield from _START_CODE.split(packet[at + length : at + length + size])
        at += length + size


def _listed(extradata: bytes) -> Iterator[bytes]:
    """The units in an HEVC configuration record (ISO/IEC 14496-15, 8.3.3)."""
    at = 23
    for _ in range(extradata[22]):
        count = int.from_bytes(extradata[at + 1 : at + 3])
        at += 3
        for _ in range(count):
            size = int.from_bytes(extradata[at : at + 2])
            yield extradata[at + 2 : at + 2 + size]
            at += 2 + size


def _units(codec: str, packet: bytes, length: int, found: Findings) -> None:
    read = _h264 if codec == "h264" else _hevc
    for unit in units_of(packet, length):
        if unit:
            read(unit, found)


def _h264(unit: bytes, found: Findings) -> None:
    kind = unit[0] & 0x1F
    if kind in _H264_PLAIN:
        return
    if kind == _H264_SEI:
        _supplement(unit[1:], found)
    elif kind == _H264_FILLER:
        _filler(unit[1:], found)
    elif kind in _H264_LAYERS:
        found.leak(Item.HIDDEN_LAYER, "its pictures have a second layer or view")
    else:
        found.leak(Item.UNKNOWN_UNIT, f"units of the kind {kind} among its pictures")


def _hevc(unit: bytes, found: Findings) -> None:
    if len(unit) < 2:
        return
    kind, layer = unit[0] >> 1 & 0x3F, (unit[0] & 1) << 5 | unit[1] >> 3
    if layer:
        found.leak(Item.HIDDEN_LAYER, "its pictures have a second layer or view")
    elif kind in _HEVC_SEI:
        _supplement(unit[2:], found)
    elif kind == _HEVC_FILLER:
        _filler(unit[2:], found)
    elif kind not in _HEVC_PLAIN:
        found.leak(Item.UNKNOWN_UNIT, f"units of the kind {kind} among its pictures")


def _filler(content: bytes, found: Findings) -> None:
    if content.rstrip(b"\0").rstrip(b"\x80").strip(b"\xff"):
        found.leak(Item.UNKNOWN_UNIT, "something in units that are marked as filling")


def _supplement(content: bytes, found: Findings) -> None:
    """Supplemental enhancement information, message by message."""
    content = content.replace(b"\0\0\3", b"\0\0")
    at = 0
    while at + 2 < len(content) or (at + 2 == len(content) and content[at] != 0x80):
        kind, at = _extended(content, at)
        size, at = _extended(content, at)
        _message(kind, content[at : at + size], found)
        at += size


def _extended(content: bytes, at: int) -> tuple[int, int]:
    value = 0
    while at < len(content) and content[at] == 0xFF:
        value += 255
        at += 1
    return value + (content[at] if at < len(content) else 0), at + 1


def _message(kind: int, payload: bytes, found: Findings) -> None:
    if kind == _SEI_REGISTERED:
        _registered(payload, found)
    elif kind == _SEI_UNREGISTERED:
        _unregistered(payload, found)
    elif kind == _SEI_TIMECODE:
        found.trace(Item.TIMECODE_TRACK, "its pictures carry timecode")
    elif kind == _SEI_FILLER and not payload.strip(b"\xff"):
        return
    elif kind not in _SEI_NUMBERS or len(payload) > _LARGEST_NUMBERS:
        words = f"a message of the kind {kind} inside the pictures ({bytes_counted(len(payload))})"
        found.leak(Item.USER_DATA_IN_SEI, words)


def _registered(payload: bytes, found: Findings) -> None:
    if any(mark in payload[:12] for mark in _CAPTIONS) or payload[:3] == b"\xb5\x00\x2f":
        found.leak(Item.CAPTIONS_IN_SEI, "captions inside the pictures")
    elif not any(mark in payload[:12] for mark in _FORMATS_OF_PICTURES) and not payload.startswith(
        _BRIGHTNESS
    ):
        words = f"registered user data inside the pictures ({bytes_counted(len(payload))})"
        found.leak(Item.USER_DATA_IN_SEI, words)


def _unregistered(payload: bytes, found: Findings) -> None:
    said = payload[_UUID:]
    if _ENCODER.match(said) and _is_words(said):
        found.trace(Item.ENCODER, f"its pictures say {quoted(said.decode('latin-1').strip(chr(0)))}")
    elif any(said):
        words = said.decode("utf-8", "replace") if _is_words(said) else bytes_counted(len(said))
        found.leak(Item.USER_DATA_IN_SEI, f"user data inside the pictures: {quoted(words)}")


def _is_words(data: bytes) -> bool:
    return all(0x20 <= sign < 0x7F or sign in b"\t\n\r" for sign in data.rstrip(b"\0"))


def _user_data(codec: str, packet: bytes, found: Findings) -> None:
    """User data of MPEG: what follows a start code B2, up to the next start code."""
    if b"\0\0\1\xb2" not in packet:
        return
    for unit in _START_CODE.split(packet)[1:]:
        if unit[:1] != b"\xb2" or not (said := unit[1:].rstrip(b"\0")):
            continue
        if said.startswith(_CAPTIONS):
            found.leak(Item.CAPTIONS_IN_SEI, "captions inside the pictures")
        elif _ENCODER.match(said) and _is_words(said):
            found.trace(Item.ENCODER, f"its pictures say {quoted(said.decode('latin-1'))}")
        elif not said.startswith(_FORMATS_OF_PICTURES):
            words = said.decode("latin-1") if _is_words(said) else bytes_counted(len(said))
            found.leak(Item.USER_DATA_IN_PICTURES, f"user data inside {codec} pictures: {quoted(words)}")


def _open_units(packet: bytes, found: Findings) -> None:
    """Open bitstream units of AV1."""
    at = 0
    while at < len(packet):
        head = packet[at]
        kind, extended, sized = head >> 3 & 15, head >> 2 & 1, head >> 1 & 1
        layer = packet[at + 1 : at + 2] if extended else b""
        at += 1 + extended
        size, at = _leb128(packet, at) if sized else (len(packet) - at, at)
        body = packet[at : at + size]
        at += size
        if layer and layer[0] >> 3 & 3:
            found.leak(Item.HIDDEN_LAYER, "its pictures have a second layer")
        if kind == _OBU_METADATA:
            _av1_metadata(body, found)
        elif kind == _OBU_PADDING:
            if body.rstrip(b"\0")[:-1].strip(b"\0\xff"):
                found.leak(Item.AV1_METADATA, "something in units that are marked as padding")
        elif kind not in _OBU_PLAIN:
            found.leak(Item.UNKNOWN_UNIT, f"units of the kind {kind} among its pictures")


def _av1_metadata(body: bytes, found: Findings) -> None:
    kind, at = _leb128(body, 0)
    payload = body[at:]
    if kind == 4:
        if any(mark in payload[:12] for mark in _CAPTIONS):
            found.leak(Item.CAPTIONS_IN_SEI, "captions inside the pictures")
        elif not payload.startswith(_BRIGHTNESS):
            words = f"registered user data inside AV1 pictures ({bytes_counted(len(payload))})"
            found.leak(Item.AV1_METADATA, words)
    elif kind == 5:
        found.trace(Item.TIMECODE_TRACK, "its pictures carry timecode")
    elif kind not in (1, 2, 3):
        words = f"metadata of the kind {kind} inside AV1 pictures ({bytes_counted(len(payload))})"
        found.leak(Item.AV1_METADATA, words)


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(8):
        if at >= len(data):
            break
        sign = data[at]
        value |= (sign & 0x7F) << 7 * count
        at += 1
        if not sign & 0x80:
            break
    return value, at


_DATE_PACKS = frozenset((0x52, 0x53, 0x62, 0x63))
_DIF_BLOCK = 80


def _packs(packet: bytes, found: Findings) -> None:
    """DV: packs that tell when it was recorded, in the blocks for subcode, picture and sound."""
    for at in range(0, len(packet) - _DIF_BLOCK + 1, _DIF_BLOCK):
        block = packet[at : at + _DIF_BLOCK]
        section = block[0] >> 5
        starts = {1: range(6, 54, 8), 2: range(3, 78, 5), 3: range(3, 8, 5)}.get(section, range(0))
        for start in starts:
            pack = block[start : start + 5]
            if pack[0] in _DATE_PACKS and pack[1:] != b"\xff\xff\xff\xff":
                found.leak(Item.CREATION_TIME, "its pictures tell when they were recorded")
                return


def _icon_frame(packet: bytes, found: Findings) -> None:
    """ProRes: a frame says how long it is."""
    size = int.from_bytes(packet[:4])
    if 8 <= size < len(packet) and packet[4:8] == b"icpf" and packet[size:].strip(b"\0"):
        words = f"{bytes_counted(len(packet) - size)} behind a picture"
        found.leak(Item.UNKNOWN_UNIT, words)

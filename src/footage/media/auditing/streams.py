"""What the demuxer hands out of a video: its streams, its tags, its packets and what they say."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import av.error
from av.container import InputContainer
from av.stream import Stream

from footage.errors import BadInput
from footage.media.auditing.findings import Findings, quoted
from footage.media.auditing.units import PacketReader, audit_extradata, reader_for
from footage.media.demux import Reader, decoder_name, is_cover, open_video, picture_stream
from footage.model.leak import Item

_EVERY = 500
_UNHEARD_SECONDS = 0.15
_LEAST_CROP = 64
_PROGRAM_TAGS = frozenset(
    (
        *("company_name", "product_name", "product_version", "product_version_num", "product_uid"),
        *("application_platform", "toolkit_version", "toolkit_version_num", "encoder"),
    )
)
# What an MXF file cannot leave out: numbers of its own, made anew for it.
_OWN_NUMBERS = frozenset(
    (
        *("uid", "generation_uid", "operational_pattern_ul", "material_package_umid", "file_package_umid"),
        *("data_type", "duration", "language", "file_package_name"),
    )
)
_NO_TIME = ("00:00:00:00", "00:00:00;00", "1970-01-01", "0-00-00")


@dataclass(slots=True)
class _Seen:
    """What is counted of a stream."""

    reader: PacketReader | None
    discarded: int = 0
    seconds: float = field(default=0.0)


def audit_streams(path: str, format_name: str, found: Findings) -> Iterator[tuple[int, int]]:
    """Look through every packet; yields how far it is, in bytes."""
    try:
        container = open_video(path, format_name)
    except BadInput as error:
        found.unread("it", error.message)
        return
    with container:
        _kinds(container, found)
        if format_name == "mxf":
            _tags(container, found)
        if container.chapters():
            found.leak(Item.CHAPTERS, f"it has {len(container.chapters())} chapters")
        yield from _packets(container, found)
    _cropped(path, format_name, found)


def _kinds(container: InputContainer, found: Findings) -> None:
    moving = [stream for stream in container.streams.video if not is_cover(stream)]
    if len(moving) > 1:
        found.leak(Item.SECOND_VIDEO, f"it holds {len(moving)} streams of pictures")
    if len(moving) < len(container.streams.video):
        found.leak(Item.ATTACHED_PICTURE, "it holds a cover picture")
    if container.streams.subtitles:
        found.leak(Item.SUBTITLES, f"it holds {len(container.streams.subtitles)} streams of text")
    if container.format.name == "mxf" and container.streams.data:
        found.leak(Item.DATA_TRACK, "a stream of data (captions, places)")


def _cropped(path: str, format_name: str, found: Findings) -> None:
    """Note where coded pictures are much larger than what is shown; their first is decoded for that."""
    with open_video(path, format_name) as container:
        try:
            stream = picture_stream(container)
            frame = next(Reader(container, stream).frames(), None)
        except BadInput:
            return
        if frame is not None:
            context = stream.codec_context
            _crop((context.coded_width, context.coded_height), (frame.width, frame.height), found)


def _crop(coded: tuple[int, int], shown: tuple[int, int], found: Findings) -> None:
    if all(shown) and any(whole - part > _LEAST_CROP for whole, part in zip(coded, shown, strict=True)):
        words = f"{coded[0]} x {coded[1]} pixels are there, {shown[0]} x {shown[1]} are shown"
        found.leak(Item.HIDDEN_BY_CROP, words)


def _tags(container: InputContainer, found: Findings) -> None:
    for tags in (container.metadata, *(stream.metadata for stream in container.streams)):
        for name, value in tags.items():
            lower = name.casefold()
            if lower in _OWN_NUMBERS:
                continue
            if lower in _PROGRAM_TAGS:
                found.trace(Item.ENCODER, f"{name}: {quoted(value)}")
            elif "date" in lower:
                if not value.startswith(_NO_TIME):
                    found.leak(Item.CREATION_TIME, f"a tag {name}: {quoted(value)}")
            elif lower == "timecode":
                if value not in _NO_TIME:
                    found.leak(Item.TIMECODE_TRACK, f"it begins at {quoted(value)}")
            else:
                found.text(Item.CONTAINER_TAG, f"a tag {name}", value)


def _packets(container: InputContainer, found: Findings) -> Iterator[tuple[int, int]]:
    seen: dict[int, _Seen] = {}
    for stream in container.streams:
        codec = _codec(stream)
        extradata = bytes(stream.codec_context.extradata or b"") if codec else b""
        audit_extradata(codec, extradata, found)
        seen[stream.index] = _Seen(reader_for(codec, extradata))
    size = container.size or 1
    try:
        for number, packet in enumerate(container.demux()):
            one = seen.get(packet.stream_index)
            if one is None or not packet.size:
                continue
            if one.reader is not None:
                one.reader(bytes(packet), found)
            if packet.is_discard:
                one.discarded += 1
                one.seconds += float((packet.duration or 0) * (packet.time_base or 0))
            if number % _EVERY == 0:
                yield min(packet.pos or 0, size), size
    except av.error.FFmpegError as error:
        found.unread("a part of its packets", (error.strerror or "invalid data").lower())
    _discarded(container, seen, found)


def _discarded(container: InputContainer, seen: dict[int, _Seen], found: Findings) -> None:
    for stream in container.streams:
        one = seen[stream.index]
        if stream.type == "video" and one.discarded:
            found.leak(Item.DISCARDED_PACKETS, f"{one.discarded:,} pictures are marked not to be shown")
        elif one.seconds > _UNHEARD_SECONDS:
            found.leak(
                Item.DISCARDED_PACKETS, f"{one.seconds:.2f} seconds of sound are marked not to be played"
            )


def _codec(stream: Stream) -> str:
    return str(stream.codec_context.codec.canonical_name) if decoder_name(stream) else ""

"""Proving clips in tests, and putting files together that a proof must not let pass."""

import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

import clips
import masked
from footage.media.planes import planes_of
from footage.media.proving.task import prove
from footage.media.wire import pack_index, pack_redaction
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex

Hide = Callable[[NDArray[np.uint8], int], None]


def proof(
    source: Path, made: Path, redaction: Redaction, index: FrameIndex | None = None
) -> tuple[dict[str, str], int]:
    """All checks of a proof, and how many frames it decoded of the made file at least."""
    params = {
        "original": str(source),
        "original_format": masked.FORMATS[source.suffix],
        "made": str(made),
        "made_format": masked.FORMATS[made.suffix],
        "index": pack_index(index or masked.index_of(source)),
        "redaction": pack_redaction(redaction),
    }
    decoded = 0
    checks: dict[str, str] = {}
    for values, _ in prove(params, made.parent):
        told = cast("dict[str, Any]", values)
        decoded = told["progress"][2] if "progress" in told else decoded
        checks = told.get("checks", {})
    return checks, decoded


def failures(
    source: Path, made: Path, redaction: Redaction, index: FrameIndex | None = None
) -> dict[str, str]:
    """The checks that failed, with what they said."""
    return {name: said for name, said in proof(source, made, redaction, index)[0].items() if said}


def painted_by_hand(source: Path, path: Path, hide: Hide, *options: str) -> Path:
    """A clip with its luma painted frame by frame by the test, and the original's sound."""
    planes = []
    for number, frame in enumerate(masked.frames(source)):
        samples = [plane.samples.copy() for plane in planes_of(frame)]
        hide(cast("NDArray[np.uint8]", samples[0]), number)
        planes += [each.tobytes() for each in samples]
        size = f"{frame.width}x{frame.height}"
    clips.run(
        *("-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", size, "-framerate", "25"),
        *("-i", "pipe:0", "-i", str(source), "-map", "0:v", "-map", "1:a", "-c:a", "copy", "-c:v", "libx264"),
        *("-crf", "10", "-color_range", "tv", "-fflags", "+bitexact", *options, str(path)),
        stdin=b"".join(planes),
    )
    return path


def pictures(path: Path) -> list["Packet[VideoStream]"]:
    """A clip's coded pictures, as stored."""
    with av.open(str(path)) as container:
        return [packet for packet in container.demux(video=0) if packet.size]


def with_pictures(
    template: Path, path: Path, packets: Iterable["Packet[VideoStream]"], *, extradata: bytes = b""
) -> Path:
    """A clip like another, of these coded pictures and the other's sound."""
    with av.open(str(template)) as source, av.open(str(path), "w", options={"fflags": "+bitexact"}) as out:
        stream = source.streams.video[0]
        pictures = out.add_stream_from_template(stream)
        if extradata:
            pictures.codec_context.extradata = extradata
        sounds = {sound.index: out.add_stream_from_template(sound) for sound in source.streams.audio}
        for packet in packets:
            packet.stream = pictures
            out.mux(packet)
        for sound in source.demux(*source.streams.audio) if sounds else ():
            if sound.size:
                sound.stream = sounds[sound.stream_index]
                out.mux(sound)
    return path


def joined_configuration(first: bytes, second: bytes) -> bytes:
    """The ``avcC`` of a clip with another's parameter sets behind its own; each has one of both kinds."""

    def taken_apart(data: bytes) -> tuple[bytes, bytes, bytes]:
        middle = 8 + int.from_bytes(data[6:8], "big")
        end = middle + 3 + int.from_bytes(data[middle + 1 : middle + 3], "big")
        return data[6:middle], data[middle + 1 : end], data[end:]

    (sequence, picture, rest), (other_sequence, other_picture, _) = map(taken_apart, (first, second))
    return first[:5] + b"\xe2" + sequence + other_sequence + b"\x02" + picture + other_picture + rest


def box(kind: bytes, content: bytes) -> bytes:
    """An MP4 box."""
    return struct.pack(">I4s", 8 + len(content), kind) + content

"""Holding a redacted clip against its original, by decoding both: what is the same, what is not."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

import clips
import masked
from footage.media.rendering.units import SYNTAXES, split, split_stream
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex

Picture = tuple[bytes, ...]

_HEAD, _LEAST = 16, 48


@dataclass(frozen=True)
class Copy:
    """A redacted clip beside its original.

    Attributes:
        kept: numbers in the original of the frames that should be there.
        same: those of them whose pictures are the original's to the bit.
        hidden: those that a mask lies on.
    """

    kept: tuple[int, ...]
    same: frozenset[int]
    hidden: frozenset[int]


def pictures(path: Path) -> list[tuple[Fraction, Picture]]:
    """Every shown frame of a file: its time in seconds and its samples, without the padding of lines."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_type = "AUTO"
        assert stream.time_base is not None
        for frame in container.decode(stream):
            assert frame.pts is not None
            found.append((frame.pts * stream.time_base, samples(frame)))
    return found


def samples(frame: av.VideoFrame) -> Picture:
    """A frame's samples, without the padding of lines."""
    planes = []
    for plane, part in zip(frame.planes, frame.format.components, strict=False):
        width = plane.width * (2 if part.bits > 8 else 1)
        lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        planes.append(lines[: plane.height, :width].tobytes())
    return tuple(planes)


def hashes_by_program(path: Path) -> list[str]:
    """The hash of every frame that the bundled program shows."""
    lines = clips.run("-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-").decode()
    return [line.rpartition(",")[2].strip() for line in lines.splitlines() if not line.startswith("#")]


def held(source: Path, made: Path, redaction: Redaction) -> Copy:
    """Hold a redacted clip against its original; the times of the frames must be right."""
    index = masked.index_of(source)
    timeline = Timeline(index, redaction.cuts)
    before, after = pictures(source), pictures(made)
    assert [time for time, _ in before] == [tick * index.time_base for tick in index.pts]
    step = masked.index_of(made).time_base
    wanted = [tick * index.time_base for tick in timeline.shortened.pts]
    assert len(after) == len(wanted)
    assert all(abs(time - want) < step for (time, _), want in zip(after, wanted, strict=True))
    assert [clock for clock, _ in after] == sorted({clock for clock, _ in after})
    program = hashes_by_program(made), hashes_by_program(source)
    same = set()
    for place, number in enumerate(timeline.kept):
        alike = after[place][1] == before[number][1]
        assert alike == (program[0][place] == program[1][number]), "two decoders do not agree"
        if alike:
            same.add(number)
    hidden = {number for mask in redaction.masks for number in mask.frames(index)} & set(timeline.kept)
    return Copy(timeline.kept, frozenset(same), frozenset(hidden))


def leaked(source: Path, made: Path, redaction: Redaction) -> list[int]:
    """The numbers of hidden or cut frames of which a coded slice lies anywhere in a redacted file."""
    index = masked.index_of(source)
    timeline = Timeline(index, redaction.cuts)
    hidden = {number for mask in redaction.masks for number in mask.frames(index)}
    hidden |= set(range(len(index.pts))) - set(timeline.kept)
    slices = _slices(source, index)
    # Of still or even pictures some are coded alike, but for their headers.
    shown = b" ".join(each for number, found in slices.items() if number not in hidden for each in found)
    content = made.read_bytes()
    return [
        number
        for number, found in slices.items()
        if number in hidden and any(each[_HEAD:] in content for each in found if each[_HEAD:] not in shown)
    ]


def _slices(path: Path, index: FrameIndex) -> dict[int, list[bytes]]:
    """The coded slices of every frame of H.264 or HEVC, but for those so short that they might recur."""
    found: dict[int, list[bytes]] = {}
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        syntax = SYNTAXES.get(stream.codec_context.name)
        if syntax is None:
            return {}
        extradata = stream.codec_context.extradata or b""
        prefix = (extradata[21 if syntax.codec == "hevc" else 4] & 3) + 1
        stored = extradata[:1] == b"\1"
        for packet in container.demux(stream):
            if packet.size and packet.pts in index.pts:
                units = split(bytes(packet), prefix) if stored else split_stream(bytes(packet))
                found[index.pts.index(packet.pts)] = [
                    unit for unit in units if syntax.kind(unit) in syntax.slices and len(unit) >= _LEAST
                ]
    return found


def sounds(path: Path) -> list[tuple[Fraction, bytes]]:
    """Every packet of the first sound that is heard: when, and its bytes."""
    with av.open(str(path)) as container:
        return [
            (packet.pts * packet.time_base, bytes(packet))
            for packet in (container.demux(audio=0) if container.streams.audio else ())
            if packet.size and packet.pts is not None and not packet.is_discard
        ]

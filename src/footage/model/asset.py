"""Assets, their streams and shots, and the renditions made from them."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from footage.model.span import Span


class Kind(StrEnum):
    """What an asset is."""

    VIDEO = "video"
    STILL = "still"


class Purpose(StrEnum):
    """What a rendition is for."""

    THUMBNAIL = "thumbnail"
    KEYFRAME = "keyframe"
    MASKED = "masked"
    MASKED_THUMBNAIL = "masked-thumbnail"
    MASKED_KEYFRAME = "masked-keyframe"


class Transition(StrEnum):
    """How a shot begins."""

    START = "start"
    CUT = "cut"
    DISSOLVE = "dissolve"
    FADE = "fade"
    WIPE = "wipe"


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of a file, as its container and decoder tell it.

    Attributes:
        kind: ``video``, ``audio``, ``subtitle``, ``data`` or ``attachment``.
        codec: FFmpeg's name of it, for instance ``h264``.
        width, height: coded size in pixels; 0 where it is no picture.
        sample_aspect: width of a pixel over its height.
        rotation: degrees clockwise that a viewer must turn the picture: 0, 90, 180 or 270.
        mirrored: whether it must also be mirrored left to right, after turning.
        pixel_format: FFmpeg's name, for instance ``yuv420p10le``.
        full_range: whether luma uses the full scale.
        frame_rate: the container's average, as a note only; never for timing.
    """

    index: int
    kind: str
    codec: str
    profile: str = ""
    language: str = ""
    width: int = 0
    height: int = 0
    sample_aspect: Fraction = Fraction(1)
    rotation: int = 0
    mirrored: bool = False
    pixel_format: str = ""
    full_range: bool = False
    colour: str = ""
    frame_rate: Fraction | None = None
    channels: int = 0
    sample_rate: int = 0


@dataclass(frozen=True, slots=True)
class Asset:
    """One catalogued original; its identity is the SHA-256 of its bytes.

    Attributes:
        number: the catalogue's; 0 before it gave one.
        name: the original file name; undecodable bytes are kept as surrogate escapes.
        path: where it was taken in from, in full.
        size: in bytes.
        format: the demuxer or decoder it was opened with, for instance ``mp4`` or ``jpeg``.
        width, height: of the displayed picture in pixels (rotation and sample aspect applied).
        time_base: seconds a tick of its spans; 1 for a still.
        start, end: ticks of the first frame's start and the last frame's end; 0, 0 for a still.
        frames: how many frames it shows; 1 for a still.
        damaged: what is wrong and where it ends; empty when it is whole.
        added: UTC, ISO 8601.
        discarded: why it is out of sight; None while it is not.
        grabbed_from, grabbed_at: for a grab, the video's number and the frame's tick in it.
    """

    number: int
    sha256: str
    name: str
    path: str
    kind: Kind
    size: int
    format: str
    width: int
    height: int
    time_base: Fraction
    start: int
    end: int
    frames: int
    streams: tuple[Stream, ...]
    added: str
    damaged: str = ""
    discarded: str | None = None
    purged: bool = False
    grabbed_from: int | None = None
    grabbed_at: int | None = None
    revision: int = 1

    @property
    def duration(self) -> Fraction | None:
        """Seconds from the first frame's start to the last frame's end; None for a still."""
        return None if self.kind is Kind.STILL else (self.end - self.start) * self.time_base

    @property
    def stem(self) -> str:
        """The original name without its extension."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def extension(self) -> str:
        """The original name's extension with its dot, or nothing."""
        head, dot, tail = self.name.rpartition(".")
        return dot + tail if head else ""


@dataclass(frozen=True, slots=True)
class Shot:
    """Footage between two cuts.

    Attributes:
        number: from 1, in order.
        keyframe: the tick of the frame that stands for it.
    """

    number: int
    span: Span
    transition: Transition
    keyframe: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A file made from an asset.

    Attributes:
        asset: the asset's number.
        position: which of its kind (a keyframe's shot number); 0 where there is one alone.
        recipe: what it was made of and how; a different recipe makes a different file.
        sha256: of its bytes, which the vault keeps.
        extension: with its dot.
        proof: the proof's JSON for a masked rendition, else empty.
    """

    asset: int
    purpose: Purpose
    position: int
    recipe: str
    sha256: str
    extension: str
    width: int
    height: int
    proof: str = ""

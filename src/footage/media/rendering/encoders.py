"""Which encoder writes a masked clip, and how: the source's own codec wherever one of ours can.

Quality is held by quantiser, never by a bit rate: a published copy should not be told from its original where
nothing was hidden.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from av import Codec, VideoFormat
from av.codec.codec import PixFmtLoss, find_best_pix_fmt_of_list

H264 = "h264"


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder and its settings.

    Attributes:
        codec: FFmpeg's name of what it writes.
        name: FFmpeg's name of the encoder.
        quantiser: fixed for every picture; 0 where ``options`` say the quality.
        bit_rate: what the encoder may use, in bits a second; 0 for its own choice.
        gop: frames between two sync frames at most; 0 for the encoder's own choice.
        b_frames: how many in a row; None for the encoder's own choice.
        rates: frame rates it can write; empty for any.
    """

    codec: str
    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    quantiser: int = 0
    bit_rate: int = 0
    gop: int = 0
    b_frames: int | None = None
    rates: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a masked clip should be like, as its source is.

    Attributes:
        profile: as the source's decoder names it.
        pixel_format: of the decoded pictures.
        fields: ``""`` for whole frames, ``"tff"`` or ``"bff"`` for fields, upper or lower one first.
        reordered: whether the source has B-frames.
    """

    codec: str
    profile: str
    pixel_format: str
    fields: str
    reordered: bool


def encoder_for(wanted: Wanted) -> Encoder | None:
    """The encoder for a source's own codec, set up to match it; None where there is none."""
    known = _ENCODERS.get(wanted.codec)
    if known is None:
        return None
    options = {**known.options, **dict(_matching(wanted))}
    b_frames = known.b_frames if wanted.reordered else 0
    return replace(known, options=options, b_frames=b_frames)


def in_part(encoder: Encoder, depth: int, number: int) -> Encoder:
    """The same encoder for pictures that come to stand among copied ones.

    Args:
        encoder: for H.264 or HEVC.
        depth: how many frames that are shown later it may put before one.
        number: that its parameter sets get, where the encoder can choose.
    """
    words = f"x26{4 if encoder.codec == H264 else 5}-params"
    told = [encoder.options[words]] if words in encoder.options else []
    if encoder.codec == H264:
        told.append(f"sps-id={number}")
    if depth == 1:
        told.append("b-pyramid=none" if encoder.codec == H264 else "b-pyramid=0")
    b_frames = encoder.b_frames if depth else 0
    return replace(encoder, options={**encoder.options, words: ":".join(told)}, b_frames=b_frames)


def pixel_format(encoder: Encoder, source: str, width: int, height: int) -> tuple[str, str]:
    """The encoder's pixel format nearest to the source's, and what is lost by it (empty: nothing)."""
    offered = [each.name for each in Codec(encoder.name, "w").video_formats or ()]
    if encoder.name in _EVEN_SIZES and (width % 2 or height % 2):
        offered = [name for name in offered if VideoFormat(name).chroma_width(2) == 2]
    best, loss = find_best_pix_fmt_of_list(offered, source)
    if best is None:
        return offered[0], ""
    words = [word for kind, word in _LOSSES if loss & kind]
    return best.name, " and ".join(words)


def nearest_rate(encoder: Encoder, rate: Fraction) -> Fraction:
    """The frame rate to tell the encoder; timestamps do not depend on it."""
    return min(encoder.rates, key=lambda known: abs(known - rate)) if encoder.rates else rate


def _matching(wanted: Wanted) -> Iterator[tuple[str, str]]:
    """Options that make an encoder's output like its source."""
    match wanted.codec:
        case "h264":
            if wanted.fields:
                yield "x264-params", f"{wanted.fields}=1"
            elif "444" in wanted.pixel_format:
                # x264 saves six steps of quality on the colours of 4:4:4 by itself.
                yield "chromaoffset", str(_COLOUR_OFFSET - 6)
            elif profile := _H264_PROFILES.get(wanted.profile):
                yield "profile", profile
        case "prores":
            yield "profile", _PRORES_PROFILES.get(wanted.profile, "auto")
        case "dnxhd":
            ten, full = "10" in wanted.pixel_format, "422" not in wanted.pixel_format
            yield "profile", "dnxhr_444" if full else "dnxhr_hqx" if ten else "dnxhr_hq"


_H264_PROFILES = {"Baseline": "baseline", "Constrained Baseline": "baseline", "Main": "main"}
_PRORES_PROFILES = {
    "Proxy": "proxy",
    "LT": "lt",
    "Standard": "standard",
    "HQ": "hq",
    "4444": "4444",
    "XQ": "4444xq",
}
# These take sizes that are no multiple of two without colour subsampling only.
_EVEN_SIZES = frozenset(("libx264", "libx265"))
_LOSSES: Sequence[tuple[PixFmtLoss, str]] = (
    (PixFmtLoss.RESOLUTION, "fewer colour samples"),
    (PixFmtLoss.DEPTH, "fewer bits"),
    (PixFmtLoss.ALPHA, "no transparency"),
)
_AMPLE = 200_000_000
_MPEG2_RATES = tuple(
    Fraction(*rate)
    for rate in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (50, 1), (60000, 1001), (60, 1))
)

# What spreads quality unevenly is off (adaptive quantisation, macroblock trees): it would save on what a mask
# shows and on its edge. Captions and other words that a stream may carry beside its pictures are not taken
# along (a53cc).
_COLOUR_OFFSET = -3
_ENCODERS = {
    each.codec: each
    for each in (
        Encoder(
            "h264",
            "libx264",
            {
                "preset": "veryfast",
                "crf": "16",
                "aq-mode": "0",
                "chromaoffset": str(_COLOUR_OFFSET),
                "forced-idr": "1",
                "a53cc": "0",
            },
        ),
        Encoder(
            "hevc",
            "libx265",
            {
                "preset": "superfast",
                "crf": "16",
                "forced-idr": "1",
                "a53cc": "0",
                "x265-params": "log-level=error:open-gop=0:info=0:cutree=0:cbqpoffs=-3:crqpoffs=-3",
            },
        ),
        Encoder(
            "vp8",
            "libvpx",
            {"deadline": "good", "cpu-used": "5", "crf": "6", "auto-alt-ref": "0"},
            bit_rate=_AMPLE,
        ),
        Encoder("vp9", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "7", "crf": "12", "row-mt": "1"}),
        Encoder("av1", "libsvtav1", {"preset": "8", "crf": "10", "svtav1-params": "enable-tf=0"}),
        Encoder(
            "mpeg2video",
            "mpeg2video",
            {"a53cc": "0"},
            quantiser=1,
            bit_rate=_AMPLE,
            gop=12,
            b_frames=2,
            rates=_MPEG2_RATES,
        ),
        Encoder("mpeg4", "mpeg4", quantiser=1, bit_rate=_AMPLE, gop=25, b_frames=0),
        Encoder("mjpeg", "mjpeg", quantiser=2, bit_rate=_AMPLE),
        Encoder("prores", "prores_ks", {"vendor": "apl0"}),
        Encoder("dnxhd", "dnxhd"),
    )
}

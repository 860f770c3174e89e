"""Sandbox task: remux or encode a video for publication, with the bundled FFmpeg program.

Streams are chosen, never struck out: what is neither the picture nor sound does not come along. A remux does
not touch the coded pictures, but leaves out what is said beside them: SEI of H.264 and HEVC (captions,
places, an encoder's words), user data of MPEG-1 and MPEG-2, application data and comments of Motion JPEG,
metadata of AV1. Where a codec keeps such words so that they cannot be left out (MPEG-4, DV), the result says
so.
"""

import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import ffmpeg
import imageio_ffmpeg
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorTrc

from footage.errors import BadInput, ToolFailed
from footage.media.contents import contents_of, expect_equal
from footage.media.demux import (
    PIXEL_LIMIT,
    SOUND_DECODERS,
    Reader,
    decoder_name,
    open_video,
    picture_stream,
)
from footage.media.lower_third import overlaid
from footage.media.pictures import geometry_of
from footage.media.sniff import FORMATS

_STEREO = 2
_LABEL = "publishing"
_LOG_KEPT = 2000
_LAST_LINES = 3
# By types of unit: supplemental enhancement information (ITU-T H.264 and H.265, tables 7-1), user data
# (ISO/IEC 13818-2, table 6-1), application segments but the first and Adobe's, and comments (ITU-T T.81,
# table B.1), metadata and padding (AV1 bitstream specification, 6.2.2).
_WITHOUT_WORDS = {
    "h264": "filter_units=remove_types=6",
    "hevc": "filter_units=remove_types=39|40",
    "mpeg1video": "filter_units=remove_types=178",
    "mpeg2video": "filter_units=remove_types=178",
    "mjpeg": "filter_units=remove_types=225-237|239|254",
    "libdav1d": "filter_units=remove_types=5|15",
}
_HINT = "run: footage doctor, and keep its output for a report"

# Numbers of ISO/IEC 23091-2 (MatrixCoefficients).
_BT709, _BT601, _UNSPECIFIED = 1, 6, 2
_HDR = (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
_WIDE = (ColorPrimaries.BT2020, ColorPrimaries.SMPTE431, ColorPrimaries.SMPTE432)


@dataclass(frozen=True, slots=True)
class _Sound:
    """A sound stream that goes out."""

    index: int
    decoder: str
    channels: int


@dataclass(frozen=True, slots=True)
class _Strip:
    """A credit line to burn in (empty for none), and where its picture is written."""

    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class _Source:
    """What of a source goes out, and how.

    Attributes:
        picture, decoder: index of the picture stream, and what decodes it.
        shown: size on screen in square pixels. within: the same, no side longer than the web's.
        matrix: of the colours, a number of ISO/IEC 23091-2.
        beyond: whether its colours or brightness are more than BT.709 holds, and must be mapped.
        milliseconds: how long it is, by its container's word.
        left_out: sound that cannot come along, one phrase each.
    """

    path: Path
    format: str
    picture: int
    decoder: str
    sounds: tuple[_Sound, ...]
    shown: tuple[int, int]
    within: tuple[int, int]
    matrix: int
    beyond: bool
    milliseconds: int
    left_out: tuple[str, ...]


def publish(params: dict[str, Any], scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:
    """Publish ``path`` (of ``format``) as ``name`` in the scratch folder, for the ``web`` or as a master.

    Yields progress in milliseconds of footage, then the result's path, size in pixels, codecs and counts.

    Raises:
        BadInput: it shows no pictures.
        ToolFailed: FFmpeg failed, or a remux does not hold what its source holds.
    """
    target = scratch / params["name"]
    web = bool(params["web"])
    source = _look(Path(params["path"]), params["format"], params["longest_side"] or None, web=web)
    size = _even(source.within) if web else source.shown
    kept = [] if web else contents_of(source.path, source.format, _chosen(source))
    apart = bool(kept) and kept[0].told and not kept[0].stuck
    strip = _Strip(params["burnt_in"], scratch / "credit.png")
    command = _web(source, size, target, strip) if web else _master(source, target, told=apart)
    yield from _run(command, source, scratch)
    made = contents_of(target, "mp4" if web else source.format, range(1 + len(source.sounds)))
    if not web:
        expect_equal(made, kept)
    told: dict[str, object] = {
        "path": str(target),
        "width": size[0],
        "height": size[1],
        "codecs": [each.codec for each in made],
        "frames": len(made[0].times),
        "hidden": made[0].hidden,
        "unheard": sum(each.spare for each in made[1:]),
        "headless": made[0].headless,
        "talking": made[0].stuck,
        "left_out": source.left_out,
    }
    yield told, b""


def _look(path: Path, format_name: str, longest_side: int | None, *, web: bool) -> _Source:
    with open_video(str(path), format_name) as container:
        stream = picture_stream(container)
        frame = next(Reader(container, stream).frames(), None)
        if frame is None:
            raise BadInput("it shows no pictures", "footage show tells what is known of it")
        geometry = geometry_of(frame, stream)
        sounds = [(sound, decoder_name(sound)) for sound in container.streams.audio]
        fit = {sound.index for sound, decoder in sounds if decoder in SOUND_DECODERS or (decoder and not web)}
        return _Source(
            path=path,
            format=format_name,
            picture=stream.index,
            decoder=decoder_name(stream),
            sounds=tuple(
                _Sound(each.index, name, each.channels) for each, name in sounds if each.index in fit
            ),
            shown=geometry.shown_size(frame.width, frame.height),
            within=geometry.shown_size(frame.width, frame.height, longest_side),
            matrix=_matrix(frame),
            beyond=frame.color_trc in _HDR or frame.color_primaries in _WIDE,
            milliseconds=_milliseconds(container),
            left_out=tuple(_left_out(each.index, name) for each, name in sounds if each.index not in fit),
        )


def _left_out(index: int, decoder: str) -> str:
    return (
        f"the sound in stream {index}, which is coded {f'as {decoder}' if decoder else 'in an unknown way'}"
    )


def _matrix(frame: VideoFrame) -> int:
    """The frame's colour matrix; where it names none, BT.709 for high definition and BT.601 below."""
    if frame.colorspace != _UNSPECIFIED:
        return int(frame.colorspace)
    high = max(frame.width, frame.height) >= 1280 or min(frame.width, frame.height) > 576
    return _BT709 if high else _BT601


def _milliseconds(container: InputContainer) -> int:
    return max(1, (container.duration or 0) // (av.time_base // 1000))


def _even(size: tuple[int, int]) -> tuple[int, int]:
    """The size 4:2:0 can have: no side odd, none enlarged, none nothing."""
    width, height = (max(2, side - side % 2) for side in size)
    return width, height


def _chosen(source: _Source) -> list[int]:
    return [source.picture, *(sound.index for sound in source.sounds)]


def _input(source: _Source) -> Any:
    """The source for the program, as guarded as :func:`footage.media.demux.open_video` opens it."""
    demuxer = FORMATS[source.format].demuxer
    aliases = {"enable_drefs": 0, "use_absolute_path": 0} if demuxer == "mov" else {}
    decoders = {source.decoder, *(each.decoder for each in source.sounds if each.decoder in SOUND_DECODERS)}
    return ffmpeg.input(
        f"file:{source.path}",
        format=demuxer,
        protocol_whitelist="file",
        format_whitelist=demuxer,
        codec_whitelist=",".join(sorted(decoders)),
        max_pixels=PIXEL_LIMIT,
        **aliases,
    )


def _output(streams: Sequence[Any], target: Path, muxer: str, **options: object) -> list[str]:
    """The whole command, with nothing written but the streams: no metadata, chapters, times or tool names."""
    output = ffmpeg.output(
        *streams,
        f"file:{target}",
        format=muxer,
        map_metadata=-1,
        map_chapters=-1,
        fflags="+bitexact",
        **options,
    )
    quiet = ("-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:1")
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command: list[str] = ffmpeg.compile(output.global_args(*quiet), cmd=program, overwrite_output=True)
    return command


def _master(source: _Source, target: Path, *, told: bool) -> list[str]:
    """Remux the chosen streams into the container they came in, at their own times.

    Args:
        told: whether anything is said beside the pictures that can be left out.
    """
    whole = _input(source)
    options: dict[str, object] = {"codec": "copy", "copyts": None, "avoid_negative_ts": "disabled"}
    if told and source.decoder in _WITHOUT_WORDS:
        options["bsf:v"] = _WITHOUT_WORDS[source.decoder]
    if source.format == "mpegts":
        options |= {"muxdelay": 0, "muxpreload": 0}
    streams = [whole[str(index)] for index in _chosen(source)]
    return _output(streams, target, source.format, **options)


def _web(source: _Source, size: tuple[int, int], target: Path, strip: _Strip) -> list[str]:
    """Encode for a browser: every frame at its own time, and the colours a viewer of the source sees."""
    whole = _input(source)
    mapping = {"out_transfer": "bt709", "out_primaries": "bt709"} if source.beyond else {}
    picture = (
        whole[str(source.picture)]
        .filter("yadif", deint="interlaced")
        .filter(
            "scale",
            *size,
            flags="bicubic+accurate_rnd+full_chroma_int",
            in_color_matrix=source.matrix,
            out_color_matrix=_BT709,
            out_range="tv",
            **mapping,
        )
        .filter("setsar", 1)
        .filter("format", "yuv420p")
    )
    if strip.text:
        picture = overlaid(picture, strip.text, size, strip.path)
    stereo = {
        f"ac:a:{number}": _STEREO for number, sound in enumerate(source.sounds) if sound.channels > _STEREO
    }
    return _output(
        [picture, *(whole[str(sound.index)] for sound in source.sounds)],
        target,
        "mp4",
        fps_mode="passthrough",
        enc_time_base="demux",
        vcodec="libx264",
        preset="fast",
        crf=20,
        a53cc=0,
        **{"profile:v": "high", "bsf:v": _WITHOUT_WORDS["h264"], "flags:v": "+bitexact"},
        acodec="aac",
        audio_bitrate="160k",
        **{"flags:a": "+bitexact"},
        **stereo,
        movflags="+faststart",
    )


def _run(command: Sequence[str], source: _Source, scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:
    """Run FFmpeg and tell how far it is.

    Raises:
        ToolFailed: it did not end well.
    """
    log = scratch / "ffmpeg.log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as process,
    ):
        try:
            yield from _progress(process, source.milliseconds)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise ToolFailed(
            f"FFmpeg could not write the published copy: {_last_words(log, process.returncode)}", _HINT
        )


def _progress(
    process: subprocess.Popen[bytes], milliseconds: int
) -> Iterator[tuple[dict[str, object], bytes]]:
    """What the program says of how far it is, until it says no more."""
    for line in process.stdout or ():
        name, _, value = line.decode(errors="replace").strip().partition("=")
        if name == "out_time_us" and value.isdecimal():
            yield {"progress": [_LABEL, min(int(value) // 1000, milliseconds), milliseconds]}, b""


def _last_words(log: Path, code: int) -> str:
    if code < 0:
        return f"it was stopped ({signal.Signals(-code).name})"
    lines = log.read_bytes()[-_LOG_KEPT:].decode(errors="replace").splitlines()
    return "; ".join(lines[-_LAST_LINES:]) or "it gave no reason"

"""Small real clips for the tests, made with the bundled FFmpeg.

Every frame of :func:`make` carries its own number as a strip of black and white blocks along its top edge,
readable after any sensible encoding with :func:`frame_number`, four coloured fields whose place and colour
:func:`field_colours` reads, and a white square that moves a little each frame. Frames are drawn as a viewer
shall see them: a clip that is stored turned, mirrored or with oblong pixels shows the same picture.
"""

import subprocess
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

FIELDS = {
    "top left": (200, 40, 40),
    "top right": (40, 160, 60),
    "bottom left": (40, 70, 190),
    "bottom right": (210, 180, 50),
}
_MARK = (1, 1, 0, 1)
_BITS = 12
_BLOCKS = len(_MARK) + _BITS + 2
_STRIP = Fraction(1, 6)

TRACK = (b"moov", b"trak", b"mdia", b"minf")
"""The boxes that lead to a track's tables in an MP4."""

CODECS: dict[str, tuple[str, ...]] = {
    "h264": ("libx264", "-preset", "veryfast", "-crf", "16"),
    "hevc": ("libx265", "-preset", "ultrafast", "-crf", "16", "-x265-params", "log-level=none"),
    "vp8": ("libvpx", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "4", "-auto-alt-ref", "0"),
    "vp9": ("libvpx-vp9", "-b:v", "2M", "-deadline", "realtime", "-cpu-used", "8"),
    "av1": ("libsvtav1", "-preset", "12", "-crf", "25", "-svtav1-params", "lookahead=0"),
    "mpeg2video": ("mpeg2video", "-q:v", "3"),
    "mpeg4": ("mpeg4", "-q:v", "3"),
    "mjpeg": ("mjpeg", "-q:v", "3"),
    "prores": ("prores_ks", "-profile:v", "1"),
    "dnxhd": ("dnxhd", "-profile:v", "dnxhr_sq"),
    "ffv1": ("ffv1",),
}
_PIXELS = {"mjpeg": "yuvj420p", "prores": "yuv422p10le", "dnxhd": "yuv422p"}
_NO_COLOUR = frozenset(("vp8", "mpeg4", "mjpeg", "ffv1"))
_LONG_GOP = frozenset(("h264", "hevc", "mpeg2video", "mpeg4"))
_AUDIO = {".webm": "libopus", ".mxf": "pcm_s16le", ".avi": "pcm_s16le", ".ts": "aac"}


def run(*arguments: str | Path, stdin: bytes = b"") -> bytes:
    """Run the bundled FFmpeg and give its standard output; a failure fails the test with what it said."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def make(
    path: Path,
    *,
    codec: str = "h264",
    frames: int = 50,
    size: tuple[int, int] = (320, 180),
    rate: Fraction | int = 25,
    times: Sequence[int] | None = None,
    rotation: int = 0,
    mirrored: bool = False,
    sample_aspect: Fraction | int = 1,
    pixel_format: str = "",
    colour: str = "",
    transfer: str = "",
    primaries: str = "",
    full_range: bool = False,
    gop: int = 12,
    b_frames: int = 2,
    audio: bool = False,
    start: Fraction | int = 0,
    drawn: Iterable[Picture] | None = None,
    options: Sequence[str] = (),
) -> Path:
    """Write a clip; its container follows from the path's suffix.

    Args:
        codec: a key of :data:`CODECS`.
        size: of the picture as stored, before it is turned and stretched for a viewer.
        rate: frames a second, where ``times`` does not say otherwise.
        times: of each frame in thousandths of a second (a variable frame rate).
        rotation: degrees clockwise that a viewer must turn the stored picture.
        mirrored: whether a viewer must mirror it left to right, after turning.
        sample_aspect: width of a pixel over its height.
        pixel_format: FFmpeg's name; the codec's usual one where it is empty.
        colour: FFmpeg's name of the matrix; empty for BT.709, or BT.601 with codecs that cannot say it.
        transfer, primaries: FFmpeg's names; the same standard as the matrix where they are empty.
        start: seconds that the whole clip is shifted by.
        drawn: frames to use instead of the numbered ones, as a viewer shall see them (``frames`` long).
        options: more output options for FFmpeg.
    """
    width, height = size
    shown = size if rotation % 180 == 0 else (height, width)
    pictures = drawn if drawn is not None else (draw(number, shown) for number in range(frames))
    stored = b"".join(np.ascontiguousarray(_stored(each, rotation, mirrored)).tobytes() for each in pictures)
    colour = colour or ("smpte170m" if codec in _NO_COLOUR else "bt709")
    pixel_format = pixel_format or _PIXELS.get(codec, "yuv420p")
    full_range = full_range or codec == "mjpeg"
    plain = path if rotation == 0 and not mirrored else path.with_stem(path.stem + "-upright")
    filters = (*_timing(times), *_colouring(colour, transfer, primaries, full_range, pixel_format))
    length = times[-1] / 1000 + 0.04 if times else float(frames / Fraction(rate))
    tone = f"sine=frequency=440:sample_rate=48000:duration={length}"
    words = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{width}x{height}"]
    words += ["-framerate", str(Fraction(rate)), "-i", "pipe:0"]
    words += ["-f", "lavfi", "-i", tone] if audio else []
    words += ["-map", "0:v", "-vf", ",".join(filters), "-fps_mode", "passthrough"]
    words += ["-map", "1:a", "-c:a", _AUDIO.get(path.suffix, "aac")] if audio else []
    words += ["-c:v", *CODECS[codec], "-g", str(gop)]
    words += ["-bf", str(b_frames)] if codec in _LONG_GOP else []
    words += ["-aspect", str(Fraction(width, height) * Fraction(sample_aspect))]
    words += ["-enc_time_base:v", "1/1000", "-video_track_timescale", "1000"] if times else []
    words += ["-output_ts_offset", str(float(start))] if start else []
    run(*words, "-fflags", "+bitexact", *options, plain, stdin=stored)
    if plain != path:
        _turn(plain, path, rotation, mirrored)
    return path


def draw(number: int, size: tuple[int, int]) -> Picture:
    """One numbered frame of ``(width, height)`` pixels, as height x width x 3 RGB."""
    width, height = size
    picture = np.zeros((height, width, 3), np.uint8)
    top = _strip_height(height)
    middle_y, middle_x = (top + height) // 2, width // 2
    picture[:middle_y, :middle_x] = FIELDS["top left"]
    picture[:middle_y, middle_x:] = FIELDS["top right"]
    picture[middle_y:, :middle_x] = FIELDS["bottom left"]
    picture[middle_y:, middle_x:] = FIELDS["bottom right"]
    side = max(4, height // 10)
    left = middle_x - side + (number * 2) % (2 * side)
    picture[middle_y - side // 2 : middle_y + side // 2, left : left + side] = 255
    for block, bit in enumerate(_code(number)):
        picture[:top, block * width // _BLOCKS : (block + 1) * width // _BLOCKS] = 235 if bit else 16
    return picture


def frame_number(picture: NDArray[Any]) -> int:
    """The number that a frame of :func:`make` carries, from its RGB (or one luma plane) at any size.

    Raises:
        ValueError: the strip cannot be read.
    """
    height, width = picture.shape[:2]
    luma = picture.mean(axis=2) if picture.ndim == 3 else picture
    middle, reach = _strip_height(height) // 2, max(1, _strip_height(height) // 6)
    row = luma[middle - reach : middle + reach + 1]
    centres = [(2 * block + 1) * width // (2 * _BLOCKS) for block in range(_BLOCKS)]
    levels = [float(row[:, max(0, at - 1) : at + 2].mean()) for at in centres]
    bits = [level > 125 for level in levels]
    number = sum(bit << place for place, bit in enumerate(bits[len(_MARK) : len(_MARK) + _BITS]))
    if tuple(bits) != _code(number):
        raise ValueError(f"no frame number: the strip's levels are {[round(level) for level in levels]}")
    return number


def field_colours(picture: NDArray[Any]) -> dict[str, tuple[int, int, int]]:
    """The mean colour of each of the four fields (away from their edges), by the names of :data:`FIELDS`."""
    height, width = picture.shape[:2]
    top = _strip_height(height)
    middle = (top + height) // 2
    rows = {"top": (top, middle), "bottom": (middle, height)}
    columns = {"left": (0, width // 2), "right": (width // 2, width)}
    found = {}
    for name in FIELDS:
        (y0, y1), (x0, x1) = rows[name.split()[0]], columns[name.split()[1]]
        dy, dx = (y1 - y0) // 4, (x1 - x0) // 6
        inside = picture[y0 + dy : y1 - dy, x0 + dx : x0 + (x1 - x0) // 2] if name.endswith("left") else None
        if inside is None:
            inside = picture[y0 + dy : y1 - dy, x0 + (x1 - x0) // 2 : x1 - dx]
        red, green, blue = (round(float(level)) for level in inside.reshape(-1, 3).mean(axis=0))
        found[name] = (red, green, blue)
    return found


def uneven_times(frames: int) -> list[int]:
    """Times of a variable frame rate, in thousandths of a second: 40 ms apart, more or less."""
    return [40 * number + number * number * 7 % 23 for number in range(frames)]


def cut_short(source: Path, path: Path, share: float) -> Path:
    """Copy the first ``share`` (0..1) of a file's bytes."""
    content = source.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def trimmed(source: Path, path: Path, start: Fraction | float) -> Path:
    """Copy an MP4 from ``start`` seconds without encoding; an edit list hides the frames before it."""
    run("-ss", str(float(start)), "-i", source, "-map", "0", "-c", "copy", path)
    return path


def with_box(content: bytes, path: Sequence[bytes], body: bytes) -> bytes:
    """An MP4 whose media data lies before its movie, with one box of the movie given another body.

    Args:
        path: the kinds of the boxes that lead to it, from the top, its own last.
    """
    changed = bytearray(content)
    starts = [0]
    for kind in path:
        starts.append(changed.index(kind, starts[-1]) - 4)
    at = starts.pop()
    size = int.from_bytes(changed[at : at + 4], "big")
    changed[at : at + size] = (len(body) + 8).to_bytes(4, "big") + path[-1] + body
    for parent in starts[1:]:
        grown = int.from_bytes(changed[parent : parent + 4], "big") + len(body) + 8 - size
        changed[parent : parent + 4] = grown.to_bytes(4, "big")
    return bytes(changed)


def still(path: Path, colour: tuple[int, int, int] = (200, 40, 40)) -> Path:
    """A small picture file of one colour, for covers."""
    pixels = np.full((64, 64, 3), colour, np.uint8).tobytes()
    run(
        *("-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", "64x64", "-i", "pipe:0"),
        path,
        stdin=pixels,
    )
    return path


def sound_only(path: Path, *, cover: Path | None = None) -> Path:
    """A second of a tone, with or without a cover picture."""
    tone = ("-f", "lavfi", "-i", "sine=duration=1")
    if cover is None:
        run(*tone, "-c:a", "aac", path)
    else:
        art = ("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
        run(*tone, "-i", cover, *art, "-c:a", "aac", path)
    return path


def join(parts: Sequence[tuple[Path, int, int]], path: Path, *, size: tuple[int, int] = (320, 180)) -> Path:
    """One clip of hard cuts: of each source the frames ``[first, last)``, scaled, at 25 frames a second."""
    inputs = [word for source, _, _ in parts for word in ("-i", str(source))]
    pieces = "".join(
        f"[{number}:v]trim=start_frame={first}:end_frame={last},setpts=N/25/TB,fps=25,"
        f"scale={size[0]}:{size[1]},setsar=1,format=yuv420p[p{number}];"
        for number, (_, first, last) in enumerate(parts)
    )
    links = "".join(f"[p{number}]" for number in range(len(parts)))
    graph = f"{pieces}{links}concat=n={len(parts)}:v=1:a=0[out]"
    run(*inputs, "-filter_complex", graph, "-map", "[out]", "-c:v", *CODECS["h264"], path)
    return path


def _code(number: int) -> tuple[int, ...]:
    bits = tuple(number >> place & 1 for place in range(_BITS))
    odd = sum(bits) & 1
    return (*_MARK, *bits, odd, 1 - odd)


def _strip_height(height: int) -> int:
    return int(height * _STRIP)


def _stored(shown: Picture, rotation: int, mirrored: bool) -> Picture:
    """What to store so that turning it clockwise and then mirroring it gives the shown picture."""
    turned = shown[:, ::-1] if mirrored else shown
    return np.rot90(turned, rotation // 90)


def _timing(times: Sequence[int] | None) -> tuple[str, ...]:
    if times is None:
        return ()
    steps = "".join(f"if(eq(N\\,{number})\\,{time}\\," for number, time in enumerate(times))
    return "settb=1/1000", f"setpts={steps}0{')' * len(times)}"


def _colouring(
    colour: str, transfer: str, primaries: str, full_range: bool, pixel_format: str
) -> tuple[str, ...]:
    matrix = {"smpte170m": "bt601", "bt470bg": "bt601", "bt2020nc": "bt2020"}.get(colour, colour)
    spread = "full" if full_range else "limited"
    standard = "bt2020" if colour == "bt2020nc" else colour
    curve = transfer or ("bt2020-10" if standard == "bt2020" else standard)
    return (
        f"scale=out_color_matrix={matrix}:out_range={spread}:flags=bicubic+accurate_rnd+full_chroma_int",
        f"format={pixel_format}",
        f"setparams=colorspace={colour}:color_trc={curve}:color_primaries={primaries or standard}",
    )


def _turn(source: Path, path: Path, rotation: int, mirrored: bool) -> None:
    """Copy a clip and give it a display matrix (FFmpeg's option turns anticlockwise, then mirrors)."""
    flip = ("-display_hflip:v:0",) if mirrored else ()
    run("-display_rotation:v:0", str(-rotation), *flip, "-i", source, "-map", "0", "-c", "copy", path)
    source.unlink()

"""``python bench/redaction_render.py``: what a smart render costs beside a whole encode, and leaves alone.

The clip is a minute of 1080p with sound, textured, moving and grainy, coded as x264 does by default (sync
frames ten seconds apart, for nothing in it is a cut); ten of it, joined without encoding, are the long one.
Four seconds in the middle get a mask. Times are those of whole ``footage`` processes, proof and start-up
included.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
from av import VideoFrame
from bench_add import measure, program
from figures import Figure
from installed import compile_program
from numpy.typing import NDArray

SECONDS = 60
RATE = 25
TIMES = 10
MASKED = 4
PADDING = 2
RUN_OF_B_FRAMES = 3
REGION = "40%,40%,20%,20%"
BOX = "x=iw*0.39:y=ih*0.39:w=iw*0.22:h=ih*0.22"
# As the whole encode's own.
SETTINGS = ("-preset", "veryfast", "-crf", "16", "-aq-mode", "0", "-chromaoffset", "-3")


@dataclass(frozen=True)
class Blurred:
    """One run of ``footage blur``."""

    seconds: float
    megabytes: float
    path: Path
    encoded: int
    copied: int


def figures() -> Iterator[Figure]:
    """All figures of rendering, as they are measured."""
    compile_program()
    with tempfile.TemporaryDirectory(prefix="footage-bench-") as name:
        folder = Path(name)
        minute = make_minute(folder / "minute.mp4")
        long = join(minute, TIMES, folder / "long.mp4")
        smart, whole = (blur(minute, folder / "short", whole=each) for each in (False, True))
        yield from _encoded(minute, smart)
        yield _ratio(f"masking {MASKED} s of 1 min: faster than --whole", whole.seconds / smart.seconds, 3.5)
        yield from _untouched(minute, smart)
        yield _alike(minute, smart, whole)
        yield _against_program(minute, folder)
        slow_smart, slow_whole = (blur(long, folder / "long", whole=each) for each in (False, True))
        faster = slow_whole.seconds / slow_smart.seconds
        yield _ratio(f"masking {MASKED} s of {TIMES} min: faster than --whole", faster, 20)
        for words, one, ten in (("smart", smart, slow_smart), ("--whole", whole, slow_whole)):
            grown = ten.megabytes / one.megabytes
            measured = f"{one.megabytes:.0f} and {ten.megabytes:.0f} MB"
            yield Figure(
                f"peak memory, {words}: 1 min and {TIMES} min", measured, "at most x 1.1", grown <= 1.1
            )


def make_minute(path: Path) -> Path:
    """A textured ground under a moving camera, with something moving on it, grain and sound."""
    ground = path.with_suffix(".png")
    cv2.imwrite(str(ground), _ground(2560, 1440))
    camera = "crop=1920:1080:x='320+300*sin(t/3)':y='180+170*cos(t/4)'"
    graph = (
        f"[0:v]{camera},noise=alls=6:allf=t[far];[1:v]hue=s=0.4[near];"
        "[far][near]overlay=x='760+420*sin(t/2)':y='440+160*sin(t/3)',format=yuv420p[v]"
    )
    command = [
        program(),
        "-y",
        "-loglevel",
        "error",
        "-loop",
        "1",
        "-framerate",
        str(RATE),
        "-i",
        str(ground),
    ]
    command += [
        "-f",
        "lavfi",
        "-i",
        f"testsrc2=s=320x240:r={RATE}",
        "-f",
        "lavfi",
        "-i",
        "sine=f=330:r=48000",
    ]
    command += ["-filter_complex", graph, "-map", "[v]", "-map", "2:a", "-t", str(SECONDS)]
    command += ["-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0", "-c:a", "aac", str(path)]
    subprocess.run(command, check=True)
    return path


def join(clip: Path, times: int, path: Path) -> Path:
    """A clip behind itself as often as said, without encoding."""
    command = [program(), "-y", "-loglevel", "error", "-stream_loop", str(times - 1), "-i", str(clip)]
    subprocess.run([*command, "-c", "copy", str(path)], check=True)
    return path


def blur(clip: Path, library: Path, *, whole: bool) -> Blurred:
    """Mask four seconds in the middle of a clip; the library is made and the clip flagged where it is new."""
    footage = [sys.executable, "-m", "footage", "--library", str(library)]
    if not library.exists():
        _, middle = _length(clip)
        span = [f"{float(middle + side):.3f}" for side in (-Fraction(MASKED, 2), Fraction(MASKED, 2))]
        flag = ["flag", "1", *span, "--reason", "privacy", "--region", REGION]
        for words in (["add", str(clip)], flag):
            subprocess.run([*footage, *words], check=True, stdout=subprocess.DEVNULL)
    told = library.with_suffix(".json")
    words = ["blur", "1", "--json", *(["--whole"] if whole else [])]
    command = ["/bin/sh", "-c", 'out="$1"; shift; exec "$@" >"$out"', "sh", str(told), *footage, *words]
    seconds, megabytes = measure(command)
    (made,) = json.loads(told.read_text())
    path = library.with_name(f"{library.name}-{'whole' if whole else 'smart'}.mp4")
    path.write_bytes(Path(made["rendition"]).read_bytes())
    return Blurred(seconds, megabytes, path, made["frames_encoded"], made["frames_copied"])


def _encoded(clip: Path, smart: Blurred) -> Iterator[Figure]:
    """The frames encoded, against what a mask's place in its group of pictures makes necessary."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        starts = [packet.pts for packet in container.demux(stream) if packet.is_keyframe]
        tick = stream.time_base or Fraction(1)
    ends = [int(start * tick * RATE) for start in starts if start is not None]
    _, middle = _length(clip)
    first = int((middle - Fraction(MASKED, 2)) * RATE) - PADDING
    last = int((middle + Fraction(MASKED, 2)) * RATE) + PADDING
    needed = min(end for end in (*ends, SECONDS * RATE) if end >= last) - first
    limit = needed + RUN_OF_B_FRAMES
    measured = f"{smart.encoded} of {smart.encoded + smart.copied}"
    wanted = f"{needed} to {limit}"
    yield Figure(
        "frames encoded: mask, padding, up to the next IDR", measured, wanted, smart.encoded <= limit
    )
    gaps = [after - before for before, after in pairwise(ends)]
    yield Figure("  the source's sync frames are apart, at most", f"{max(gaps, default=0)} frames")


def _untouched(clip: Path, smart: Blurred) -> Iterator[Figure]:
    """Whether as many frames as were copied decode to the source's own, to the bit."""
    before, after = _hashes(clip), _hashes(smart.path)
    same = sum(one == other for one, other in zip(before, after, strict=True))
    share = f"{100 * same / smart.copied:.2f} %"
    yield Figure("untouched frames that decode to the same bits", share, "100 %", same == smart.copied)


def _alike(clip: Path, smart: Blurred, whole: Blurred) -> Figure:
    """How much better or worse the frames encoded look, outside of the mask."""
    _, middle = _length(clip)
    first, last = (int((middle + side) * RATE) for side in (-1, MASKED // 2 + 4))
    levels = [_psnr(clip, made.path, first, last) for made in (smart, whole)]
    measured = f"{levels[0]:.2f} and {levels[1]:.2f} dB"
    alike = abs(levels[0] - levels[1]) <= 0.5
    return Figure("PSNR of what was encoded: smart and --whole", measured, "within 0.5 dB", alike)


def _against_program(clip: Path, folder: Path) -> Figure:
    """Seconds of a whole encode against those of the program with a box drawn, measured in turn."""
    _, middle = _length(clip)
    start, end = middle - Fraction(MASKED, 2), middle + Fraction(MASKED, 2)
    drawn = f"drawbox={BOX}:t=fill:color=black:enable='between(t,{float(start)},{float(end)})'"
    command = [program(), "-y", "-nostdin", "-loglevel", "error", "-i", str(clip), "-vf", drawn]
    command += ["-c:v", "libx264", *SETTINGS, "-c:a", "copy", str(folder / "drawn.mp4")]
    pairs = []
    for _ in range(2):
        theirs, _ = measure(command)
        ours, _ = measure([sys.executable, __file__, "--render", str(clip), str(folder)])
        pairs.append(ours / theirs)
    measured = f"x {min(pairs):.2f}"
    name = "rendering the whole: time of ffmpeg with drawbox"
    return Figure(name, measured, "at most x 1.15", min(pairs) <= 1.15)


def render_whole(clip: Path, folder: Path) -> None:
    """Render a clip whole in its sandbox, as a process of its own; nothing is proven or kept."""
    from footage.media.rendering import render_video
    from footage.media.sandbox import Sandbox, rendering_limits
    from footage.media.sniff import FORMATS
    from footage.model.flag import Mask, Treatment
    from footage.model.geometry import Pose, Region, Shape
    from footage.model.progress import Silent
    from footage.model.redaction import Redaction
    from footage.model.span import FrameIndex, Span

    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        pts = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        index = FrameIndex(stream.time_base or Fraction(1), tuple(pts), 2 * pts[-1] - pts[-2])
    middle = (index.pts[0] + index.end) // 2
    reach = int(Fraction(MASKED, 2) / index.time_base)
    span = Span(middle - reach, middle + reach)
    mask = Mask(1, span, Shape.BOX, (Pose(None, Region(0.39, 0.39, 0.22, 0.22)),), Treatment.FILL)
    with (
        tempfile.TemporaryDirectory(dir=folder) as name,
        Sandbox([clip], Path(name), rendering_limits(1920, 1080)) as sandbox,
    ):
        render_video(sandbox, clip, FORMATS["mp4"], index, Redaction((mask,)), Silent(), whole=True)


def _ratio(name: str, measured: float, wanted: float) -> Figure:
    return Figure(name, f"x {measured:.1f}", f"at least x {wanted:g}", measured >= wanted)


def _length(clip: Path) -> tuple[Fraction, Fraction]:
    """A clip's length and its middle, in seconds."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        length = Fraction(stream.frames, RATE)
    return length, length / 2


def _hashes(path: Path) -> list[str]:
    """The hash of every decoded frame."""
    command = [
        program(),
        "-nostdin",
        "-loglevel",
        "error",
        "-i",
        str(path),
        "-map",
        "0:v",
        "-f",
        "framemd5",
        "-",
    ]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.rpartition(",")[2].strip() for line in lines if not line.startswith("#")]


def _psnr(clip: Path, made: Path, first: int, last: int) -> float:
    """PSNR in luma of the frames of some numbers, without what the mask and its edge cover."""
    errors = []
    for one, other in zip(_lumas(clip, first, last), _lumas(made, first, last), strict=True):
        difference = one.astype(np.float64) - other
        height, width = difference.shape
        difference[int(height * 0.35) : int(height * 0.65), int(width * 0.35) : int(width * 0.65)] = np.nan
        errors.append(float(np.nanmean(difference**2)))
    return 10 * float(np.log10(255**2 / np.mean(errors)))


def _lumas(path: Path, first: int, last: int) -> Iterator[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_type = "AUTO"
        container.seek(int(Fraction(first, RATE) / (stream.time_base or Fraction(1))), stream=stream)
        for frame in container.decode(stream):
            number = round(Fraction(frame.pts or 0) * (stream.time_base or Fraction(1)) * RATE)
            if number >= last:
                return
            if number >= first and number % 3 == 0:
                yield _luma(frame)


def _luma(frame: VideoFrame) -> NDArray[np.uint8]:
    plane = frame.planes[0]
    lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return np.asarray(lines[: plane.height, : plane.width])


def _ground(width: int, height: int) -> NDArray[np.uint8]:
    """A picture with detail at every scale, as ground, rubble and leaves have."""
    noise = np.random.default_rng(3)
    picture = np.zeros((height, width, 3), np.float32)
    for octave in range(9):
        side = 2 << octave
        rough = noise.random((side * height // width + 1, side, 3), np.float32) - 0.5
        rough = 0.75 * rough.mean(2, keepdims=True) + 0.25 * rough
        picture += cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC) * 90 / 1.2**octave
    return np.asarray(np.clip(picture + np.array((90, 110, 120)), 0, 255), np.uint8)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--render"]:
        render_whole(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        for figure in figures():
            print(figure.line(), flush=True)

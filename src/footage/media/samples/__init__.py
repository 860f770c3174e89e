"""Sample media of our own: a small story to try the program on, drawn and sounded by code alone.

Nothing in it is third-party material and nothing is graphic: what a desk would have to hide is a role player
in red. The same machine makes the same bytes each time.
"""

import math
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ffmpeg
import imageio_ffmpeg
import pillow_heif
from PIL import Image

from footage.errors import ToolFailed
from footage.media.samples import sound
from footage.media.samples.brush import HEIGHT, WIDTH, Frame, finish
from footage.media.samples.fields import fields_from_above
from footage.media.samples.ford import ford, ford_in_evening
from footage.media.samples.meadow import meadow_with_figure
from footage.media.samples.smoke import smoke_plumes
from footage.media.samples.story import FACTS, SUBTITLES, TEXT, StoryFacts
from footage.media.samples.track import WALK, Station, figure_on_track
from footage.media.samples.trench import trench_at_dusk
from footage.model.progress import Progress, Silent

FRAME_RATE = 25
SHOT_SECONDS = 4
SHOTS = (
    fields_from_above,
    trench_at_dusk,
    figure_on_track,
    smoke_plumes,
    ford_in_evening,
)
GPS = ("N", (47.0, 30.0, 0.0), "W", (20.0, 15.0, 0.0))
"""Where the phone's still claims to be: a spot in the Atlantic, degrees, minutes and seconds."""

_FIGURE_SHOT = SHOTS.index(figure_on_track)
_BLACKED_OUT = (520, 250, 800, 560)
_GPS_TAG, _EXIF_TAG = 0x8825, 0x8769
_MAKE, _MODEL, _TAKEN = 0x010F, 0x0110, 0x9003


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the sample media lie and what is in them.

    Attributes:
        clip: video, 1280 x 720 at 25 frames a second, H.264 and AAC, five shots of four seconds, hard cuts.
        still: JPEG with a lying figure to hide.
        masked_still: JPEG that its source blacked out.
        heic: a phone's HEIC with a GPS position and a date.
        story: the story's text.
        subtitles: what is called in the clip, as SRT.
        facts: what a desk would type about all of them.
        figure_span: in and out point, as the command line takes them, of the walking figure in the clip.
        figure_poses: regions with their times, as the command line takes them; between them, in straight
            lines, they cover the figure on every frame of the span.
        still_region: the region, as the command line takes it, that covers the figure in the still.
        black_region: what is blacked out in the still that was masked at its source.
    """

    clip: Path
    still: Path
    masked_still: Path
    heic: Path
    story: Path
    subtitles: Path
    facts: StoryFacts
    figure_span: tuple[str, str]
    figure_poses: tuple[str, ...]
    still_region: str
    black_region: str


def make_samples(folder: Path, progress: Progress | None = None) -> Samples:
    """Draw the sample media into a folder.

    The folder is made where it is absent; files of the same names are replaced.

    Raises:
        ToolFailed: the bundled FFmpeg could not encode the clip, or the folder cannot be written.
    """
    samples = Samples(
        clip=folder / "clip.mp4",
        still=folder / "still.jpg",
        masked_still=folder / "blacked-out.jpg",
        heic=folder / "phone.heic",
        story=folder / "story.txt",
        subtitles=folder / "clip.srt",
        facts=FACTS,
        figure_span=(_clock(0), _clock(SHOT_SECONDS)),
        figure_poses=tuple(_pose(station) for station in WALK),
        still_region="32%,62%,34%,17%",
        black_region=",".join(map(str, _box(_BLACKED_OUT))),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        samples.story.write_text(TEXT, encoding="utf-8")
        samples.subtitles.write_text(SUBTITLES, encoding="utf-8")
        _make_stills(samples)
        _encode(samples.clip, progress or Silent())
    except OSError as error:
        raise ToolFailed(f"cannot write the samples into {folder}: {error.strerror}") from error
    return samples


def _make_stills(samples: Samples) -> None:
    camera = _exif("2024:04:18 06:42:10")
    Image.fromarray(meadow_with_figure(1350, 900)).save(samples.still, quality=90, exif=camera.tobytes())
    handout = smoke_plumes()(1.0)
    left, top, right, bottom = _BLACKED_OUT
    handout[top:bottom, left:right] = 0
    Image.fromarray(handout).save(samples.masked_still, quality=88)
    phone = _exif("2024:04:17 19:55:03")
    phone.get_ifd(_GPS_TAG).update(dict(enumerate(GPS, start=1)))
    evening = Image.fromarray(finish(ford(1152, 864), 90))
    pillow_heif.from_pillow(evening).save(samples.heic, quality=70, exif=phone.tobytes())


def _exif(taken: str) -> Image.Exif:
    exif = Image.Exif()
    exif[_MAKE], exif[_MODEL] = "Footage", "Sample camera"
    exif.get_ifd(_EXIF_TAG)[_TAKEN] = taken
    return exif


def _frames(progress: Progress) -> Iterator[Frame]:
    count = SHOT_SECONDS * FRAME_RATE
    for number, make in enumerate(SHOTS):
        scene = make()
        for frame in range(count):
            yield scene(frame / FRAME_RATE)
        progress.step("drawing the samples", number + 1, len(SHOTS))


def _encode(clip: Path, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(prefix="footage-samples-") as scratch:
        heard = Path(scratch) / "sound.wav"
        _write_sound(heard)
        program = _command(heard, clip).run_async(
            cmd=imageio_ffmpeg.get_ffmpeg_exe(), pipe_stdin=True, pipe_stderr=True, overwrite_output=True
        )
        try:
            for frame in _frames(progress):
                program.stdin.write(frame.tobytes())
        except BrokenPipeError:
            pass  # its own words, read below, say why it stopped listening
        except BaseException:
            program.kill()
            raise
        finally:
            _, words = program.communicate()
        if program.returncode:
            reason = words.decode(errors="replace").strip()
            raise ToolFailed(f"FFmpeg could not make the sample clip {clip.name}: {reason}")


def _command(heard: Path, clip: Path) -> "ffmpeg.Stream":
    size = f"{WIDTH}x{HEIGHT}"
    pictures = ffmpeg.input("pipe:", format="rawvideo", pix_fmt="rgb24", s=size, framerate=FRAME_RATE)
    coloured = pictures.video.filter(
        "scale", out_color_matrix="bt709", out_range="tv", flags="accurate_rnd+bitexact"
    )
    return ffmpeg.output(
        coloured,
        ffmpeg.input(str(heard)).audio,
        str(clip),
        loglevel="error",
        vcodec="libx264",
        preset="superfast",
        crf=23,
        g=2 * FRAME_RATE,
        threads=1,
        pix_fmt="yuv420p",
        color_primaries="bt709",
        color_trc="bt709",
        colorspace="bt709",
        color_range="tv",
        acodec="aac",
        audio_bitrate="128k",
        fflags="+bitexact",
        **{"flags:v": "+bitexact", "flags:a": "+bitexact", "movflags": "+faststart"},
    )


def _write_sound(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(sound.RATE)
        file.writeframes(sound.soundtrack(len(SHOTS), SHOT_SECONDS).astype("<i2").tobytes())


def _clock(second: float) -> str:
    whole = _FIGURE_SHOT * SHOT_SECONDS + round(second)
    return f"{whole // 60}:{whole % 60:02}"


def _pose(station: Station) -> str:
    """The region around the figure at a station, in whole per cent, rounded outwards."""
    half, over, under = 0.34 * station.tall, 1.05 * station.tall, 0.09 * station.tall
    left = math.floor((station.x - half) / WIDTH * 100)
    top = math.floor((station.y - over) / HEIGHT * 100)
    right = math.ceil((station.x + half) / WIDTH * 100)
    bottom = math.ceil((station.y + under) / HEIGHT * 100)
    return f"{_clock(station.second)} {left}%,{top}%,{right - left}%,{bottom - top}%"


def _box(edges: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = edges
    return left, top, right - left, bottom - top

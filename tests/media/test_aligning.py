"""Finding a clip's frames again: in trimmed, re-encoded, re-timed and re-ordered copies, nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, permutations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clips
from footage.errors import ToolFailed
from footage.media.aligning import STILL, _unpacked, align
from footage.media.sandbox import Message, Sandbox
from footage.media.sniff import FORMATS
from footage.media.video import look_video
from footage.model.alignment import Alignment, Segment
from footage.model.progress import Silent
from footage.model.span import FrameIndex

FFmpeg = Callable[..., bytes]

_RATE = 25
_HARD = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "38")
_GOOD = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23")
_PASSED = ("-fps_mode", "passthrough")
_LOGO = "drawbox=x=iw*0.7:y=ih*0.05:w=iw*0.25:h=ih*0.15:color=white:t=fill"
_MASK = "drawbox=x=iw*0.3:y=ih*0.3:w=iw*0.35:h=ih*0.4:color=black:t=fill:enable='between(n,40,80)'"


@dataclass(frozen=True)
class Desk:
    """A sandbox that may read a folder, and what lies there."""

    sandbox: Sandbox
    folder: Path
    indexes: dict[Path, FrameIndex] = field(default_factory=dict)

    def index(self, path: Path) -> FrameIndex:
        """When a clip's frames are shown."""
        if path not in self.indexes:
            look = look_video(self.sandbox, path, FORMATS[_format(path)], Silent(), lambda *_: None)
            self.indexes[path] = look.index
        return self.indexes[path]

    def align(self, mine: Path, other: Path) -> Alignment:
        """What a clip or still shows of another one."""
        (own, my_index), (far, other_index) = (
            (FORMATS[_format(path)], None if path.suffix == ".jpg" else self.index(path))
            for path in (mine, other)
        )
        return align(self.sandbox, mine, own, my_index, other, far, other_index, Silent())


def _format(path: Path) -> str:
    return {".mkv": "matroska", ".jpg": "jpeg", ".avi": "avi"}.get(path.suffix, "mp4")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, real_media: Path) -> Iterator[Desk]:
    folder, scratch = tmp_path_factory.mktemp("clips"), tmp_path_factory.mktemp("scratch")
    with Sandbox([folder, real_media], scratch) as sandbox:
        yield Desk(sandbox, folder)


@pytest.fixture(scope="module")
def reel(desk: Desk, real_media: Path) -> Path:
    """Two shots of 60 frames: a camera that pans, one that stands still."""
    parts = [
        (real_media / "mdn_elf.mp4", 40, 100),
        (real_media / "dvrscan_traffic_camera.mp4", 100, 160),
    ]
    return clips.join(parts, desk.folder / "reel.mp4")


def _copy(ffmpeg: FFmpeg, source: Path, name: str, filters: str, *options: str) -> Path:
    path = source.with_name(name)
    ffmpeg("-i", source, "-vf", filters, "-an", *(options or _GOOD), path)
    return path


def _trim(first: int, stop: int) -> str:
    return f"trim=start_frame={first}:end_frame={stop},setpts=PTS-STARTPTS"


def _only(found: Alignment) -> Segment:
    (segment,) = found.segments
    return segment


# at the same rate: to the frame


@pytest.mark.parametrize(
    ("name", "filters", "options", "first", "count"),
    [
        ("trimmed.mp4", _trim(17, 97), _GOOD, 17, 80),
        ("hard.mp4", f"{_trim(17, 97)},scale=160:90", _HARD, 17, 80),
        ("thousandths.mkv", _trim(30, 120), _GOOD, 30, 90),
        ("logo.mp4", _LOGO, _GOOD, 0, 120),
        ("mask.mp4", _MASK, _GOOD, 0, 120),
        ("graded.mp4", "eq=brightness=0.08:contrast=0.8:saturation=0.4", _GOOD, 0, 120),
        ("pillars.mp4", "scale=240:180,pad=320:180:40:0", _GOOD, 0, 120),
    ],
)
def test_copy_at_the_same_rate(
    desk: Desk,
    reel: Path,
    ffmpeg: FFmpeg,
    name: str,
    filters: str,
    options: tuple[str, ...],
    first: int,
    count: int,
) -> None:
    segment = _only(desk.align(_copy(ffmpeg, reel, name, filters, *options), reel))
    assert segment.frames == segment.sure == range(count)
    assert segment.shown == segment.least == segment.most == tuple(range(first, first + count))
    assert segment.confidence > 0.5


def test_longer_clip_between_other_things(desk: Desk, reel: Path, ffmpeg: FFmpeg, real_media: Path) -> None:
    inside = _copy(ffmpeg, reel, "inside.mp4", _trim(20, 100))
    parts = [(real_media / "mdn_pig.mp4", 0, 30), (reel, 0, 120), (real_media / "mdn_frog.mp4", 0, 30)]
    longer = clips.join(parts, desk.folder / "longer.mp4")
    segment = _only(desk.align(longer, inside))
    assert segment.frames == segment.sure == range(50, 130)
    assert segment.shown == tuple(range(80))


def test_pieces(desk: Desk, reel: Path, ffmpeg: FFmpeg) -> None:
    without = "select='not(between(n,40,79))',setpts=N/25/TB"
    before, after = desk.align(_copy(ffmpeg, reel, "without.mp4", without), reel).segments
    assert (before.frames, before.shown) == (range(40), tuple(range(40)))
    assert (after.frames, after.shown) == (range(40, 80), tuple(range(80, 120)))
    swapped = clips.join([(reel, 70, 110), (reel, 10, 50)], desk.folder / "swapped.mp4")
    later, earlier = desk.align(swapped, reel).segments
    assert (later.frames, later.shown) == (range(40), tuple(range(70, 110)))
    assert (earlier.frames, earlier.shown) == (range(40, 80), tuple(range(10, 50)))


def test_stretches_that_look_alike(desk: Desk, reel: Path, ffmpeg: FFmpeg) -> None:
    frozen = (
        "drawbox=color=black:t=fill:enable='lt(n,30)+gt(n,90)',"
        "tpad=start_duration=1:stop_duration=1:start_mode=clone:stop_mode=clone"
    )
    source = _copy(ffmpeg, reel, "black-ends.mp4", frozen)
    segment = _only(desk.align(_copy(ffmpeg, source, "from-black.mp4", _trim(12, 140)), source))
    assert segment.frames == range(128)
    assert segment.shown == tuple(range(12, 140))


# at other rates: within a frame, and the true one is always among those it may show


def _numbers(ffmpeg: FFmpeg, path: Path) -> list[int]:
    """The numbers that the frames of a copy of a numbered clip carry."""
    raw = ffmpeg("-i", path, "-f", "rawvideo", "-fps_mode", "passthrough", "-pix_fmt", "gray", "pipe:1")
    frames = np.frombuffer(raw, np.uint8).reshape(-1, 180, 320)
    return [clips.frame_number(frame) for frame in frames]


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("faster.mp4", "fps=30"),
        ("slower.mp4", "fps=20"),
        ("double.mp4", "fps=50"),
        ("ntsc.mp4", "fps=30000/1001"),
        ("uneven.mp4", "select='mod(n\\,7)*mod(n\\,5)'"),
    ],
)
def test_copy_at_another_rate(desk: Desk, ffmpeg: FFmpeg, name: str, filters: str) -> None:
    source = desk.folder / "numbered.mp4"
    if not source.exists():
        clips.make(source, frames=100)
    copy = _copy(ffmpeg, source, name, filters, *_GOOD, *_PASSED)
    true = _numbers(ffmpeg, copy)
    segment = _only(desk.align(copy, source))
    assert segment.frames == range(len(true))
    told = zip(segment.least, segment.shown, segment.most, true, strict=True)
    for least, shown, most, number in told:
        assert least <= number <= most
        assert abs(shown - number) <= 1
        assert most - least <= 2


def test_slow_motion(desk: Desk, ffmpeg: FFmpeg) -> None:
    source = clips.make(desk.folder / "even.mp4", frames=100)
    slowed = _copy(ffmpeg, source, "slowed.mp4", "setpts='if(lt(N,50),N,2*N-50)/25/TB'", *_GOOD, *_PASSED)
    for mine, other in ((source, slowed), (slowed, source)):
        segment = _only(desk.align(mine, other))
        assert segment.shown == tuple(range(100))


@pytest.mark.long
def test_real_slow_motion(desk: Desk, real_media: Path) -> None:
    even, slowed = (real_media / f"dvrscan_traffic_camera{which}.mp4" for which in ("", "_vfr"))
    for mine, other in ((even, slowed), (slowed, even)):
        segment = _only(desk.align(mine, other))
        assert segment.shown == tuple(range(576))


# places


def test_cropped_copy(desk: Desk, reel: Path, ffmpeg: FFmpeg) -> None:
    found = desk.align(_copy(ffmpeg, reel, "cropped.mp4", "crop=288:162:24:6,scale=320:180"), reel)
    assert _only(found).shown == tuple(range(120))
    left, top = found.placement.point((24 / 320, 6 / 180))
    right, bottom = found.placement.point((312 / 320, 168 / 180))
    assert (left, top, right, bottom) == pytest.approx((0, 0, 1, 1), abs=0.01)


def test_turned_copy(desk: Desk, ffmpeg: FFmpeg) -> None:
    turned = clips.make(desk.folder / "turned.mp4", frames=60, size=(180, 320), rotation=90)
    baked = _copy(ffmpeg, turned, "baked.mp4", "null")
    assert _only(desk.align(baked, turned)).shown == tuple(range(60))


# what has nothing to do with each other


def test_unlike_clips(desk: Desk, real_media: Path) -> None:
    names = ("mdn_crystal.mp4", "mdn_monster.mp4", "mdn_pig.mp4")
    unlike = [clips.join([(real_media / name, 0, 60)], desk.folder / f"part-{name}") for name in names]
    for mine, other in permutations(unlike, 2):
        assert desk.align(mine, other).segments == ()


@pytest.mark.long
def test_all_real_clips(desk: Desk, real_media: Path) -> None:
    alike = [{"dvrscan_traffic_camera", "dvrscan_traffic_camera_vfr"}]
    alike += [{"tmk_pattern-hd-no-bar", "tmk_pattern-longer-no-bar"}]
    everything = sorted(real_media.glob("*.mp4"))
    alike += [{path.stem for path in everything if path.stem.startswith("tmk_chair")}]
    for mine, other in chain.from_iterable(
        zip(everything, _turned(everything, by), strict=True) for by in (1, 2, 3)
    ):
        related = any({mine.stem, other.stem} <= family for family in alike)
        assert bool(desk.align(mine, other).segments) == related, (mine.name, other.name)


def _turned(paths: list[Path], by: int) -> list[Path]:
    return paths[by:] + paths[:by]


def test_one_place_at_two_times(desk: Desk, real_media: Path) -> None:
    source = real_media / "dvrscan_traffic_camera.mp4"
    early, late = (
        clips.join([(source, first, first + 100)], desk.folder / name)
        for name, first in (("early.mp4", 0), ("late.mp4", 400))
    )
    assert desk.align(early, late).segments == ()


@pytest.mark.long
def test_real_near_duplicates(desk: Desk, real_media: Path) -> None:
    whole = real_media / "tmk_chair-22-with-large-logo-bar.mp4"
    found = desk.align(whole, real_media / "tmk_chair-19-sd-bar.mp4")
    segment = _only(found)
    assert segment.frames == range(111, 673)
    assert segment.shown == tuple(range(562))


# stills


def test_still_of_a_clip(desk: Desk, reel: Path, ffmpeg: FFmpeg, real_media: Path) -> None:
    still = desk.folder / "still.jpg"
    ffmpeg("-i", reel, "-vf", "select='eq(n,44)',scale=640:360", "-frames:v", "1", still)
    segment = _only(desk.align(still, reel))
    assert segment.frames == range(1)
    # Frames 43 and 44 of the reel are one of its source's.
    assert segment.least[0] <= 44 <= segment.most[0]
    assert segment.most[0] - segment.least[0] <= 1
    assert desk.align(still, real_media / "mdn_frog.mp4").segments == ()


def test_still_of_one_place_at_another_time(desk: Desk, real_media: Path, ffmpeg: FFmpeg) -> None:
    source = real_media / "dvrscan_traffic_camera.mp4"
    clip = clips.join([(source, 0, 100)], desk.folder / "road.mp4")
    for frame in (30, 420):
        still = desk.folder / f"road-{frame}.jpg"
        ffmpeg("-i", source, "-vf", f"select='eq(n,{frame})'", "-frames:v", "1", still)
        shown = [segment.shown for segment in desk.align(still, clip).segments]
        assert shown == ([(30,)] if frame == 30 else [])


def test_stills(desk: Desk, real_media: Path) -> None:
    original, smaller = real_media / "exif_DSCN0010.jpg", desk.folder / "smaller.jpg"
    with Image.open(original) as image:
        image.resize((320, 240)).save(smaller, quality=40)
    assert _only(desk.align(smaller, original)).shown == (0,)
    assert desk.align(real_media / "exif_DSCN0042.jpg", original).segments == ()


# what the child says is not believed


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"placement": [1.0, 1.0, 0.0], "segments": []},
        {"placement": [1.0, 1.0, 0.0, float("nan")], "segments": []},
        {"placement": [1.0, 1.0, 0.0, 0.0], "segments": [[0, 3, 0, 3, 1.0]]},
        {"placement": [1.0, 1.0, 0.0, 0.0], "segments": [[0, 1, 0, 1, 2.0]]},
        {"placement": [1.0, 1.0, 0.0, 0.0], "segments": [[-1, 1, 0, 1, 1.0]]},
        {"placement": [1.0, 1.0, 0.0, 0.0], "segments": []},
    ],
)
def test_nonsense_is_refused(values: dict[str, object]) -> None:
    index = replace(STILL, pts=(0, 1), end=2, time_base=Fraction(1, 25))
    good = {"placement": [1.0, 1.0, 0.0, 0.0], "segments": [[0, 2, 0, 2, 1.0]]}
    rows = np.array([0, 1, 0, 1, 0, 1], "<i4").tobytes()
    assert _only(_unpacked(Message(good, rows), index, index)).shown == (0, 1)
    with pytest.raises(ToolFailed):
        _unpacked(Message(values, rows), index, index)
    with pytest.raises(ToolFailed):
        _unpacked(Message(good, np.array([0, 2, 0, 1, 0, 2], "<i4").tobytes()), index, index)


def test_what_goes_on_is_one_segment() -> None:
    index = FrameIndex(Fraction(1, 25), tuple(range(8)), 8)

    def told(*starts: tuple[int, int]) -> tuple[Segment, ...]:
        segments = [[first, 3, first, first + 3, 0.5] for first, _ in starts]
        rows = [list(range(shown, shown + 3)) * 3 for _, shown in starts]
        values = {"placement": [1.0, 1.0, 0.0, 0.0], "segments": segments}
        return _unpacked(Message(values, np.array(rows, "<i4").tobytes()), index, index).segments

    (whole,) = told((0, 0), (3, 3))
    assert (whole.frames, whole.shown, whole.sure) == (range(6), tuple(range(6)), range(6))
    (overlapping,) = told((0, 0), (2, 3))
    assert overlapping.shown == (0, 1, 3, 4, 5)
    assert (overlapping.least, overlapping.most) == ((0, 1, 2, 4, 5), (0, 1, 3, 4, 5))
    assert len(told((0, 0), (3, 5))) == len(told((0, 0), (4, 4))) == len(told((0, 4), (3, 0))) == 2

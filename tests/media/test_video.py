"""Looking at video: real clips of every container and codec, through the real sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clips
from footage.errors import BadInput, ToolFailed
from footage.media.picture import Picture
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS, sniff
from footage.media.video import VideoLook, frames_at, frames_numbered, look_video
from footage.model.asset import Transition
from footage.model.progress import Silent

USUAL = [
    ("mp4", "h264"),
    ("mp4", "av1"),
    ("mov", "prores"),
    ("mkv", "hevc"),
    ("webm", "vp8"),
    ("webm", "vp9"),
    ("avi", "mpeg4"),
    ("avi", "mjpeg"),
    ("ts", "mpeg2video"),
    ("mxf", "dnxhd"),
]
ALL = {
    "mp4": ("h264", "hevc", "vp9", "av1", "mpeg2video", "mpeg4", "mjpeg"),
    "mov": ("h264", "hevc", "mpeg2video", "mpeg4", "mjpeg", "prores", "dnxhd"),
    "mkv": ("h264", "hevc", "vp8", "vp9", "av1", "mpeg2video", "mpeg4", "mjpeg", "prores", "dnxhd", "ffv1"),
    "webm": ("vp8", "vp9", "av1"),
    "avi": ("h264", "mpeg2video", "mpeg4", "mjpeg", "ffv1"),
    "ts": ("h264", "hevc", "mpeg2video", "mpeg4"),
    "mxf": ("h264", "mpeg2video", "prores", "dnxhd"),
}
REST = [(suffix, codec) for suffix, codecs in ALL.items() for codec in codecs if (suffix, codec) not in USUAL]
DAY = 97_200


@dataclass(frozen=True)
class Seen:
    look: VideoLook
    keyframes: list[Picture]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="module")
def sandbox(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    shared = Path(__file__).resolve().parents[3] / "shared" / "media"
    with Sandbox([folder, shared], tmp_path_factory.mktemp("scratch")) as started:
        yield started


def look(sandbox: Sandbox, path: Path) -> Seen:
    kept: list[Picture] = []

    def keep(number: int, picture: Picture) -> None:
        kept.append(picture)
        assert number == len(kept)

    with path.open("rb") as file:
        format = sniff(file.read(1 << 16))
    return Seen(look_video(sandbox, path, format, Silent(), keep), kept)


def pixels(picture: Picture) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, 3)


def number_of(picture: Picture) -> int:
    return clips.frame_number(pixels(picture))


def mirrored(picture: Picture) -> Picture:
    return Picture(picture.width, picture.height, 3, np.ascontiguousarray(pixels(picture)[:, ::-1]).tobytes())


def assert_colours(picture: Picture, tolerance: int = 8) -> None:
    for name, found in clips.field_colours(pixels(picture)).items():
        wanted = clips.FIELDS[name]
        off = max(abs(a - b) for a, b in zip(found, wanted, strict=True))
        assert off <= tolerance, (name, found, wanted)


def assert_numbered(seen: Seen) -> None:
    """Every keyframe is the frame that its tick says it is."""
    index = seen.look.index
    for shot, picture in zip(seen.look.shots, seen.keyframes, strict=True):
        assert number_of(picture) == index.frame_at(shot.keyframe)


class Test_every_container_and_codec:
    @pytest.mark.parametrize(("suffix", "codec"), USUAL)
    def test_of_the_usual(self, sandbox: Sandbox, folder: Path, suffix: str, codec: str) -> None:
        self.check(sandbox, folder, suffix, codec)

    @pytest.mark.long
    @pytest.mark.parametrize(("suffix", "codec"), REST)
    def test_of_the_rest(self, sandbox: Sandbox, folder: Path, suffix: str, codec: str) -> None:
        self.check(sandbox, folder, suffix, codec)

    def check(self, sandbox: Sandbox, folder: Path, suffix: str, codec: str) -> None:
        path = clips.make(folder / f"{codec}.{suffix}", codec=codec, frames=30, audio=True)
        seen = look(sandbox, path)
        index = seen.look.index
        assert len(index.pts) == 30
        assert index.rate == 25
        assert index.duration == Fraction(30, 25)
        assert (seen.look.width, seen.look.height) == (320, 180)
        video = seen.look.streams[0]
        assert (video.kind, video.codec, video.width, video.height) == ("video", codec, 320, 180)
        assert [stream.kind for stream in seen.look.streams] == ["video", "audio"]
        assert seen.look.streams[1].channels >= 1
        assert seen.look.streams[1].sample_rate == 48000
        assert [shot.transition for shot in seen.look.shots] == [Transition.START]
        assert seen.look.shots[0].span == index.whole
        assert seen.look.damaged == ""
        assert not seen.look.black
        assert_numbered(seen)
        assert_colours(seen.look.thumbnail)
        ticks = [index.pts[number] for number in (0, 7, 29)]
        pictures = frames_at(sandbox, path, FORMATS[formats(suffix)], ticks)
        assert [number_of(picture) for picture in pictures] == [0, 7, 29]


def formats(suffix: str) -> str:
    return {"mkv": "matroska", "ts": "mpegts"}.get(suffix, suffix)


class Test_how_a_picture_lies:
    @pytest.mark.parametrize(
        ("rotation", "mirrored"), [(90, False), (180, False), (270, False), (90, True), (0, True)]
    )
    def test_turned_and_mirrored(self, sandbox: Sandbox, folder: Path, rotation: int, mirrored: bool) -> None:
        path = clips.make(
            folder / f"{rotation}{mirrored}.mp4", frames=10, rotation=rotation, mirrored=mirrored
        )
        seen = look(sandbox, path)
        stored = seen.look.streams[0]
        assert (stored.rotation, stored.mirrored) == (rotation, mirrored)
        assert (stored.width, stored.height) == (320, 180)
        upright = (320, 180) if rotation == 180 or rotation == 0 else (180, 320)
        assert (seen.look.width, seen.look.height) == upright
        assert (seen.keyframes[0].width, seen.keyframes[0].height) == upright
        assert_numbered(seen)
        assert_colours(seen.look.thumbnail)

    def test_oblong_pixels(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(
            folder / "pal.mp4", codec="mpeg4", frames=6, size=(720, 576), sample_aspect=Fraction(16, 15)
        )
        seen = look(sandbox, path)
        assert seen.look.streams[0].sample_aspect == Fraction(16, 15)
        assert (seen.look.width, seen.look.height) == (768, 576)
        assert (seen.look.thumbnail.width, seen.look.thumbnail.height) == (640, 480)
        assert_numbered(seen)

    def test_large_pictures_come_smaller(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(folder / "large.mp4", frames=5, size=(2560, 1440), options=("-preset", "ultrafast"))
        seen = look(sandbox, path)
        assert (seen.look.width, seen.look.height) == (2560, 1440)
        assert (seen.keyframes[0].width, seen.keyframes[0].height) == (1280, 720)
        assert (seen.look.thumbnail.width, seen.look.thumbnail.height) == (640, 360)
        assert_colours(seen.keyframes[0])
        tick = seen.look.index.pts[3]
        (whole,) = frames_at(sandbox, path, FORMATS["mp4"], [tick])
        assert (whole.width, whole.height, number_of(whole)) == (2560, 1440, 3)
        (small,) = frames_at(sandbox, path, FORMATS["mp4"], [tick], 320)
        assert (small.width, small.height, number_of(small)) == (320, 180, 3)

    @pytest.mark.parametrize(
        "coding",
        [
            {"full_range": True},
            {"codec": "hevc", "pixel_format": "yuv420p10le"},
            {"codec": "hevc", "pixel_format": "yuv420p10le", "colour": "bt2020nc", "primaries": "bt709"},
            {"colour": "smpte170m"},
            {"pixel_format": "yuv444p"},
        ],
        ids=str,
    )
    def test_colours(self, sandbox: Sandbox, folder: Path, coding: dict[str, Any]) -> None:
        seen = look(sandbox, clips.make(folder / f"{len(str(coding))}.mp4", frames=8, **coding))
        assert_colours(seen.look.thumbnail, 5)
        stream = seen.look.streams[0]
        assert stream.full_range == coding.get("full_range", False)
        assert stream.pixel_format.startswith(coding.get("pixel_format", "yuv"))
        assert stream.colour.split()[0] == coding.get("colour", "bt709")


class Test_when_frames_are_shown:
    @pytest.mark.parametrize("suffix", ["mp4", "mkv"])
    def test_variable_frame_rate(self, sandbox: Sandbox, folder: Path, suffix: str) -> None:
        times = clips.uneven_times(40)
        path = clips.make(folder / f"uneven.{suffix}", frames=40, times=times)
        index = look(sandbox, path).look.index
        assert [round(index.seconds(tick) * 1000) for tick in index.pts] == times
        assert index.rate is None

    @pytest.mark.parametrize("suffix", ["mp4", "ts", "mkv"])
    def test_a_late_start(self, sandbox: Sandbox, folder: Path, suffix: str) -> None:
        path = clips.make(folder / f"late.{suffix}", frames=20, start=100, audio=True)
        index = look(sandbox, path).look.index
        assert index.pts[0] * index.time_base > 99
        assert index.duration == Fraction(20, 25)
        (picture,) = frames_at(sandbox, path, FORMATS[formats(suffix)], [index.pts[11]])
        assert number_of(picture) == 11

    def test_an_edit_list_hides_frames(self, sandbox: Sandbox, folder: Path) -> None:
        whole = clips.make(folder / "whole.mp4", frames=30, gop=30)
        path = clips.trimmed(whole, folder / "trimmed.mp4", Fraction(2, 5))
        seen = look(sandbox, path)
        assert len(seen.look.index.pts) == 20
        pictures = list(frames_at(sandbox, path, FORMATS["mp4"], seen.look.index.pts))
        assert [number_of(picture) for picture in pictures] == list(range(10, 30))

    @pytest.mark.parametrize("suffix", ["avi", "mxf"])
    def test_times_in_coding_order_are_sorted(self, sandbox: Sandbox, folder: Path, suffix: str) -> None:
        path = clips.make(folder / f"reordered.{suffix}", frames=30, b_frames=3)
        seen = look(sandbox, path)
        assert seen.look.index.rate == 25
        assert seen.look.damaged == ""
        ticks = seen.look.index.pts[4:20]
        pictures = frames_at(sandbox, path, FORMATS[suffix], ticks)
        assert [number_of(picture) for picture in pictures] == list(range(4, 20))

    def test_times_that_jump_back(self, sandbox: Sandbox, folder: Path) -> None:
        first = clips.make(folder / "first.ts", frames=50, start=100)
        again = clips.make(folder / "again.ts", frames=50, start=20)
        path = folder / "joined.ts"
        path.write_bytes(first.read_bytes() + again.read_bytes())
        seen = look(sandbox, path)
        index = seen.look.index
        assert len(index.pts) == 100
        assert index.duration == Fraction(100, 25)
        assert seen.look.damaged == "the times jump at 0:02.000"
        wanted = [index.pts[number] for number in (3, 60)]
        pictures = frames_at(sandbox, path, FORMATS["mpegts"], wanted)
        assert [number_of(picture) for picture in pictures] == [3, 10]

    def test_a_single_frame(self, sandbox: Sandbox, folder: Path) -> None:
        seen = look(sandbox, clips.make(folder / "one.mp4", frames=1))
        assert len(seen.look.index.pts) == 1
        assert seen.look.index.duration == Fraction(1, 25)
        assert len(seen.look.shots) == len(seen.keyframes) == 1

    def test_a_claim_of_27_hours_is_ten_frames(self, sandbox: Sandbox, folder: Path) -> None:
        times = [number * DAY * 100 for number in range(9)] + [8 * DAY * 100 + 40]
        path = clips.make(folder / "day.mkv", frames=10, times=times)
        seen = look(sandbox, path)
        assert len(seen.look.index.pts) == 10
        assert seen.look.index.duration < DAY
        assert_numbered(seen)

    def test_a_last_frame_does_not_stay_for_hours(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(folder / "stays.mp4", frames=10)
        content = path.read_bytes()
        entry = content.index(b"stts") + 8
        count, step = (int.from_bytes(content[entry + at : entry + at + 4], "big") for at in (4, 8))
        assert (count, step) == (10, 512)
        # One entry for nine frames and one for the last: 27 hours of the clip's own ticks.
        table = b"".join(part.to_bytes(4, "big") for part in (0, 2, 9, step, 1, DAY * 12800))
        path.write_bytes(clips.with_box(content, (*clips.TRACK, b"stbl", b"stts"), table))
        index = look(sandbox, path).look.index
        assert len(index.pts) == 10
        assert index.duration == Fraction(9, 25) + 10


class Test_which_frame_stands_for_a_shot:
    def test_not_the_black_and_not_the_blurred(self, sandbox: Sandbox, folder: Path) -> None:
        import cv2

        drawn = [clips.draw(number, (320, 180)) for number in range(50)]
        for number in range(20):
            drawn[number][:] = 0
        for number in (*range(20, 30), *range(34, 50)):
            drawn[number] = np.asarray(cv2.GaussianBlur(drawn[number], (0, 0), 6), np.uint8)
        seen = look(sandbox, clips.make(folder / "dull.mp4", frames=50, drawn=drawn))
        assert len(seen.look.shots) == 1
        assert number_of(seen.keyframes[0]) in range(30, 34)
        assert number_of(seen.look.thumbnail) in range(30, 34)

    def test_thumbnails_are_black_only_where_all_is(self, sandbox: Sandbox, folder: Path) -> None:
        nothing = [np.zeros((180, 320, 3), np.uint8)] * 30
        seen = look(sandbox, clips.make(folder / "black.mp4", frames=30, drawn=nothing))
        assert seen.look.black
        something = [*nothing[:28], clips.draw(28, (320, 180)), nothing[0]]
        seen = look(sandbox, clips.make(folder / "blink.mp4", frames=30, drawn=something))
        assert not seen.look.black
        assert number_of(seen.look.thumbnail) == 28

    def test_the_thumbnail_is_of_the_liveliest_shot(self, sandbox: Sandbox, folder: Path) -> None:
        dull = [(clips.draw(number, (320, 180)) // 4 + 70).astype(np.uint8) for number in range(30)]
        lively = [clips.draw(number, (320, 180))[:, ::-1] for number in range(30)]
        seen = look(sandbox, clips.make(folder / "two.mp4", frames=60, drawn=[*dull, *lively]))
        assert len(seen.look.shots) == 2
        assert number_of(mirrored(seen.keyframes[1])) in range(30)
        assert number_of(mirrored(seen.look.thumbnail)) in range(30)

    def test_each_shot_has_its_own(self, sandbox: Sandbox, folder: Path, real_media: Path) -> None:
        names = ("mdn_elf", "mdn_frog", "mdn_crystal")
        parts = [(real_media / f"{name}.mp4", 20, 60) for name in names]
        path = clips.join(parts, folder / "joined.mp4")
        seen = look(sandbox, path)
        index = seen.look.index
        assert [index.frame_at(shot.span.start) for shot in seen.look.shots] == [0, 40, 80]
        assert [shot.transition for shot in seen.look.shots] == [
            Transition.START,
            Transition.CUT,
            Transition.CUT,
        ]
        ticks = [shot.keyframe for shot in seen.look.shots]
        assert all(shot.keyframe in shot.span for shot in seen.look.shots)
        for kept, again in zip(seen.keyframes, frames_at(sandbox, path, FORMATS["mp4"], ticks), strict=True):
            assert np.array_equal(pixels(kept), pixels(again))


class Test_damaged_files:
    @pytest.mark.parametrize(
        ("name", "codec", "options"),
        [
            ("front.mp4", "h264", ("-movflags", "+faststart")),
            ("pieces.mp4", "h264", ("-movflags", "+frag_keyframe+empty_moov")),
            ("cut.mkv", "h264", ()),
            ("cut.webm", "vp9", ()),
            ("cut.avi", "mpeg4", ()),
            ("cut.mxf", "mpeg2video", ()),
        ],
    )
    def test_what_breaks_off_is_evidence(
        self, sandbox: Sandbox, folder: Path, name: str, codec: str, options: tuple[str, ...]
    ) -> None:
        whole = clips.make(folder / f"whole-{name}", codec=codec, frames=80, audio=True, options=options)
        seen = look(sandbox, clips.cut_short(whole, folder / name, 0.6))
        frames = len(seen.look.index.pts)
        assert 30 < frames < 70
        end = seen.look.index.duration
        assert seen.look.damaged.startswith(
            f"breaks off at 0:0{float(end):.3f}: the file is shorter than it says"
        )
        assert_numbered(seen)

    def test_a_transport_stream_cut_within_a_packet(self, sandbox: Sandbox, folder: Path) -> None:
        whole = clips.make(folder / "whole.ts", frames=80)
        path = folder / "cut.ts"
        content = whole.read_bytes()
        path.write_bytes(content[: len(content) // 376 * 188 + 100])
        seen = look(sandbox, path)
        assert 20 < len(seen.look.index.pts) < 80
        assert seen.look.damaged.startswith("breaks off at 0:0")

    def test_broken_data_in_the_middle_is_named_and_passed(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(folder / "bruised.mkv", frames=100, options=("-movflags", "+faststart"))
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 200] = bytes(200)
        path.write_bytes(content)
        seen = look(sandbox, path)
        assert len(seen.look.index.pts) > 80
        assert seen.look.damaged.startswith("broken data at 0:0")

    def test_a_beginning_that_cannot_be_decoded(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(folder / "dumb.mp4", codec="vp9", frames=40, gop=10)
        content = bytearray(path.read_bytes())
        media = content.index(b"mdat") + 4
        content[media : media + 1500] = bytes(1500)
        path.write_bytes(content)
        seen = look(sandbox, path)
        assert len(seen.look.index.pts) >= 30
        assert seen.look.damaged.startswith("begins with ")
        assert "that cannot be decoded" in seen.look.damaged

    def test_a_capture_that_begins_within_a_group(self, sandbox: Sandbox, folder: Path) -> None:
        whole = clips.make(folder / "tuned.ts", codec="mpeg2video", frames=60, gop=25)
        path = folder / "tuned-in.ts"
        path.write_bytes(whole.read_bytes()[188 * 60 :])
        seen = look(sandbox, path)
        index = seen.look.index
        first = number_of(next(frames_at(sandbox, path, FORMATS["mpegts"], [index.pts[0]])))
        assert first > 0
        assert len(index.pts) >= 30
        assert_colours(seen.look.thumbnail)

    def test_an_index_that_is_missing(self, sandbox: Sandbox, folder: Path) -> None:
        whole = clips.make(folder / "back.mp4", frames=30)
        path = clips.cut_short(whole, folder / "headless.mp4", 0.5)
        with pytest.raises(BadInput, match=r"index \(moov\) is missing: the file breaks off before it"):
            look(sandbox, path)

    def test_a_change_of_size(self, sandbox: Sandbox, folder: Path) -> None:
        small = clips.make(folder / "small.ts", frames=25, gop=25)
        large = clips.make(folder / "large.ts", frames=25, gop=25, size=(640, 360), start=1)
        path = folder / "grows.ts"
        path.write_bytes(small.read_bytes() + large.read_bytes())
        seen = look(sandbox, path)
        assert len(seen.look.index.pts) == 50
        assert (seen.look.width, seen.look.height) == (320, 180)
        assert_colours(seen.look.thumbnail)


class Test_what_is_no_footage:
    def test_sound_alone(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.sound_only(folder / "sound.mp4")
        with pytest.raises(BadInput, match=r"^it is sound without pictures$"):
            look_at(sandbox, path, "mp4")

    def test_sound_with_a_cover(self, sandbox: Sandbox, folder: Path) -> None:
        cover = clips.still(folder / "cover.png")
        path = clips.sound_only(folder / "song.m4a", cover=cover)
        with pytest.raises(BadInput, match=r"^it is sound without pictures but a cover$"):
            look_at(sandbox, path, "mp4")

    def test_a_cover_beside_the_pictures_is_not_shown(self, sandbox: Sandbox, folder: Path) -> None:
        plain = clips.make(folder / "plain.mp4", frames=10)
        cover = clips.still(folder / "jacket.png")
        path = folder / "covered.mp4"
        clips.run(
            *("-i", cover, "-i", plain, "-map", "0", "-map", "1", "-c", "copy"),
            *("-disposition:v:0", "attached_pic", path),
        )
        seen = look(sandbox, path)
        assert sorted(stream.kind for stream in seen.look.streams) == ["attachment", "video"]
        assert len(seen.look.index.pts) == 10
        assert_numbered(seen)

    @pytest.mark.parametrize("text", ["#EXTM3U\n/etc/passwd\n", "ffconcat version 1.0\nfile plain.mp4\n"])
    def test_a_playlist_in_disguise(self, sandbox: Sandbox, folder: Path, text: str) -> None:
        clips.make(folder / "plain.mp4", frames=3)
        path = folder / "list.mp4"
        path.write_text(text)
        for name in ("mp4", "matroska", "webm", "avi", "mpegts", "mxf"):
            with pytest.raises(BadInput):
                look_at(sandbox, path, name)

    def test_no_frame_at_all(self, sandbox: Sandbox, folder: Path) -> None:
        whole = clips.make(folder / "empty.mp4", frames=10, options=("-movflags", "+faststart"))
        content = whole.read_bytes()
        path = folder / "shell.mp4"
        path.write_bytes(content[: content.index(b"mdat") + 4])
        with pytest.raises(BadInput, match="it breaks off before its first picture"):
            look_at(sandbox, path, "mp4")

    def test_pictures_in_an_unread_codec(self, sandbox: Sandbox, folder: Path) -> None:
        path = folder / "theora.mkv"
        clips.run("-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=1", "-c:v", "magicyuv", path)
        with pytest.raises(BadInput, match="its pictures are coded as magicyuv, which is not read here"):
            look_at(sandbox, path, "matroska")

    def test_too_many_streams(self, sandbox: Sandbox, folder: Path) -> None:
        plain = clips.make(folder / "single.mkv", frames=2)
        path = folder / "many.mkv"
        clips.run("-i", plain, *("-map", "0:v") * 33, "-c", "copy", path)
        with pytest.raises(BadInput, match="it has 33 streams; at most 32 are taken"):
            look_at(sandbox, path, "matroska")


def look_at(sandbox: Sandbox, path: Path, name: str) -> VideoLook:
    return look_video(sandbox, path, FORMATS[name], Silent(), lambda *_: None)


class Test_exact_frames:
    def test_every_frame_of_an_open_group(self, sandbox: Sandbox, folder: Path) -> None:
        for codec, options in (
            ("h264", ("-x264-params", "open-gop=1:scenecut=0")),
            ("hevc", ("-x265-params", "open-gop=1:keyint=12:log-level=none")),
            ("mpeg2video", ()),
        ):
            path = clips.make(folder / f"open-{codec}.mp4", codec=codec, frames=40, options=options)
            index = look(sandbox, path).look.index
            everything = list(frames_at(sandbox, path, FORMATS["mp4"], index.pts))
            assert [number_of(picture) for picture in everything] == list(range(40))
            reference = clips.run("-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-")
            assert len(reference) == 40 * 320 * 180 * 3 // 2
            for number in (10, 11, 12, 13, 23, 24, 25):
                (alone,) = frames_at(sandbox, path, FORMATS["mp4"], [index.pts[number]])
                assert alone.data == everything[number].data

    def test_a_frame_that_is_not_there(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(folder / "few.mp4", frames=5)
        with pytest.raises(ToolFailed, match="the frame at tick 17 was not found again"):
            list(frames_at(sandbox, path, FORMATS["mp4"], [17]))


class Test_numbered_frames:
    @pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi"])
    def test_each_is_the_one_of_its_number(self, sandbox: Sandbox, folder: Path, suffix: str) -> None:
        path = clips.make(folder / f"numbered{suffix}", frames=40, b_frames=0 if suffix == ".avi" else 2)
        format = next(each for each in FORMATS.values() if suffix in each.extensions)
        found = frames_numbered(sandbox, path, format, [0, 11, 12, 30, 39], 160)
        assert [number_of(picture) for picture in found] == [0, 11, 12, 30, 39]

    def test_one_that_is_not_there(self, sandbox: Sandbox, folder: Path) -> None:
        path = clips.make(folder / "few.mp4", frames=5)
        with pytest.raises(ToolFailed, match="frame 5 was not found again"):
            list(frames_numbered(sandbox, path, FORMATS["mp4"], [3, 5]))


class Test_real_clips:
    @pytest.mark.long
    def test_ten_bit_hdr(self, sandbox: Sandbox, real_media: Path) -> None:
        seen = look(sandbox, real_media / "torchcodec_bt2020_10bit.mp4")
        assert len(seen.look.index.pts) == 60
        assert seen.look.streams[0].colour == "bt2020nc smpte2084 bt2020"
        assert seen.look.streams[0].pixel_format == "yuv420p10le"

    def test_variable_frame_rate_and_progress(self, sandbox: Sandbox, real_media: Path) -> None:
        steps: list[tuple[str, int, int]] = []

        class Told:
            def step(self, label: str, done: int, total: int) -> None:
                steps.append((label, done, total))

        path = real_media / "dvrscan_traffic_camera_vfr.mp4"
        seen = look_video(sandbox, path, FORMATS["mp4"], Told(), lambda *_: None)
        assert len(seen.index.pts) == 576
        assert seen.index.rate is None
        assert len(seen.shots) == 1
        size = path.stat().st_size
        assert steps
        assert all(label == "looking" and 0 <= done <= total == size for label, done, total in steps)
        assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)

"""Clips encoded whole: the original's frames at the original's times, with its sound, and the masks on."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
import masked
from footage.errors import ToolFailed
from footage.media.pictures import Screen, geometry_of
from footage.media.proving import prove_video
from footage.media.rendering import render_video
from footage.media.rendering.task import render
from footage.media.sandbox import LOOKING, Sandbox, rendering_limits
from footage.media.sniff import FORMATS
from footage.model.flag import MASKING, Mask, Treatment
from footage.model.geometry import WHOLE_PICTURE, Region, Shape, region_at
from footage.model.progress import Silent
from footage.model.redaction import Redaction

BOX = Region(0.1, 0.3, 0.25, 0.3)
MOVED = Region(0.2, 0.4, 0.25, 0.3)
OVAL = Region(0.5, 0.25, 0.4, 0.6)
WHOLE = "the test wants it"

PAIRS = [
    *(("h264", ".mp4"), ("hevc", ".mp4"), ("vp9", ".webm"), ("mpeg2video", ".ts"), ("mjpeg", ".avi")),
    *(
        pytest.param(*pair, marks=pytest.mark.long)
        for pair in (
            *(("h264", ".mov"), ("h264", ".mkv"), ("h264", ".ts"), ("hevc", ".mkv"), ("hevc", ".ts")),
            *(("hevc", ".mov"), ("vp8", ".webm"), ("vp9", ".mp4"), ("vp9", ".mkv"), ("av1", ".mp4")),
            *(("av1", ".webm"), ("mpeg2video", ".mxf"), ("mpeg2video", ".mkv"), ("mpeg4", ".mp4")),
            *(
                ("mjpeg", ".mov"),
                ("prores", ".mov"),
                ("prores", ".mxf"),
                ("dnxhd", ".mov"),
                ("dnxhd", ".mxf"),
            ),
        )
    ),
]


def two_masks(source: Path, treatment: Treatment = Treatment.FILL) -> list[Mask]:
    """A box that moves over the frames 5 to 11, and an ellipse from frame 9 to the last."""
    index = masked.index_of(source)
    return [
        masked.mask(index, 5, 11, BOX, to=MOVED, treatment=treatment),
        masked.mask(index, 9, None, OVAL, shape=Shape.ELLIPSE, treatment=treatment, flag=2),
    ]


def times(path: Path) -> list[Fraction]:
    index = masked.index_of(path)
    return [tick * index.time_base for tick in (*index.pts, index.end)]


def displayed(path: Path) -> list[NDArray[np.uint8]]:
    """Every frame as its viewer sees it."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        screen = Screen(geometry_of(frames[0], stream))
        return [screen.show(frame) for frame in frames]


def check(source: Path, folder: Path, masks: Sequence[Mask]) -> masked.Masked:
    """Render, prove, and look at the outcome with other eyes than the proof's."""
    made = masked.rendered(source, masks, folder, WHOLE)
    assert masked.proven(source, made.path, masks) == {}
    assert [file.name for file in folder.iterdir()] == [made.path.name]
    index = masked.index_of(source)
    pictures = displayed(made.path)
    assert len(pictures) == len(index.pts)
    for number, (tick, picture) in enumerate(zip(index.pts, pictures, strict=True)):
        assert clips.frame_number(picture) == number
        for mask in masks:
            if mask.treatment is Treatment.FILL and number in mask.frames(index):
                inner = _inside(region_at(mask.poses, tick), mask.shape, picture)
                assert picture[inner].mean() < 4
                assert picture[inner].max() < 40
    return made


def _inside(region: Region, shape: Shape, picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """What of a picture lies at least three pixels inside a region's outline."""
    height, width, _ = picture.shape
    x = (np.arange(width) + 0.5 - (region.x + region.w / 2) * width) / (region.w * width / 2 - 3)
    y = (np.arange(height) + 0.5 - (region.y + region.h / 2) * height) / (region.h * height / 2 - 3)
    across, down = np.abs(x)[None, :], np.abs(y)[:, None]
    return np.asarray(across**2 + down**2 < 1 if shape is Shape.ELLIPSE else np.maximum(across, down) < 1)


def sounds_alike(first: Path, second: Path) -> bool:
    """Whether two files sound the same at the same times; AAC makes up some noise as it is decoded."""
    heard: list[list[tuple[float, NDArray[np.float64]]]] = []
    for path in (first, second):
        with av.open(str(path)) as container:
            frames = container.decode(container.streams.audio[0])
            heard.append([(frame.time or 0.0, frame.to_ndarray().astype(float)) for frame in frames])
    pairs = zip(*heard, strict=True)
    return all(a[0] == b[0] and np.allclose(a[1], b[1], atol=2e-3) for a, b in pairs)


def packets(path: Path, options: dict[str, str]) -> int:
    """How many packets of sound there are."""
    with av.open(str(path), options=options) as container:
        return sum(1 for packet in container.demux(audio=0) if packet.size)


class Test_codecs_and_formats:
    @pytest.mark.parametrize(("codec", "suffix"), PAIRS)
    def test_stay_the_originals(self, tmp_path: Path, codec: str, suffix: str) -> None:
        source = clips.make(tmp_path / f"clip{suffix}", codec=codec, frames=20, audio=True)
        for treatment in MASKING:
            made = check(source, tmp_path / treatment, two_masks(source, treatment))
            assert made.path.suffix == suffix
            assert (made.encoded, made.copied, made.whole, made.notes) == (20, 0, WHOLE, ())
            assert times(made.path) == times(source)
            with av.open(str(source)) as original, av.open(str(made.path)) as copy:
                names = [each.streams.video[0].codec_context.name for each in (original, copy)]
                formats = [each.streams.video[0].codec_context.pix_fmt for each in (original, copy)]
            assert names[0] == names[1]
            assert formats[0] == formats[1]

    def test_an_avi_stays_one_where_it_can_hold_the_times(self, tmp_path: Path) -> None:
        plain = clips.make(tmp_path / "plain.avi", codec="mpeg4", frames=20, b_frames=0, audio=True)
        assert check(plain, tmp_path / "plain", two_masks(plain)).path.suffix == ".avi"
        reordered = clips.make(tmp_path / "clip.avi", codec="h264", frames=20, audio=True)
        made = check(reordered, tmp_path / "made", two_masks(reordered))
        assert made.path.suffix == ".mov"
        assert made.notes == ("in MOV instead of AVI", "AVI cannot hold frames at uneven times")
        assert times(made.path) == times(reordered)

    def test_a_codec_without_an_encoder_becomes_h264(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mkv", codec="ffv1", frames=12)
        made = check(source, tmp_path / "made", two_masks(source))
        assert (made.path.suffix, made.notes) == (".mkv", ("as H264 instead of ffv1",))

    def test_an_odd_size_without_an_encoder_of_its_own(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mkv", codec="ffv1", frames=8, size=(321, 181))
        masks = [masked.mask(masked.index_of(source), 2, 5, BOX)]
        check(source, tmp_path / "made", masks)

    @pytest.mark.parametrize("pixel_format", ["uyvy422", "bgr24"])
    def test_packed_pixels(self, tmp_path: Path, pixel_format: str) -> None:
        source = tmp_path / "clip.avi"
        plain = clips.make(tmp_path / "plain.mp4", frames=12)
        clips.run("-i", plain, "-c:v", "rawvideo", "-pix_fmt", pixel_format, source)
        made = check(source, tmp_path / "made", two_masks(source))
        assert made.path.suffix == ".mov"

    @pytest.mark.long
    def test_dv(self, tmp_path: Path) -> None:
        source = tmp_path / "dv.avi"
        plain = clips.make(tmp_path / "plain.mp4", frames=12, size=(720, 480))
        clips.run("-i", plain, "-r", "30000/1001", "-c:v", "dvvideo", "-pix_fmt", "yuv411p", source)
        index = masked.index_of(source)
        made = masked.rendered(source, [masked.mask(index, 2, 8, BOX)], tmp_path / "made", WHOLE)
        assert masked.proven(source, made.path, [masked.mask(index, 2, 8, BOX)]) == {}


class Test_pictures:
    @pytest.mark.parametrize(("rotation", "mirrored"), [(90, False), (180, False), (270, True), (0, True)])
    def test_turned(self, tmp_path: Path, rotation: int, mirrored: bool) -> None:
        source = clips.make(
            tmp_path / "clip.mp4", frames=14, rotation=rotation, mirrored=mirrored, audio=True
        )
        made = check(source, tmp_path / "made", two_masks(source))
        with av.open(str(source)) as original, av.open(str(made.path)) as copy:
            turns = []
            for each in (original, copy):
                frame = next(each.decode(video=0))
                turns.append(geometry_of(frame, each.streams.video[0]))
        assert turns[0] == turns[1]
        assert (turns[0].rotation, turns[0].mirrored) == (rotation, mirrored)

    @pytest.mark.parametrize(
        ("suffix", "options"),
        [
            (".mov", {"pixel_format": "yuv422p10le"}),
            (".mp4", {"pixel_format": "yuv444p"}),
            (".mp4", {"full_range": True}),
            (".mp4", {"sample_aspect": Fraction(16, 15)}),
            (".mp4", {"b_frames": 0}),
            (".mp4", {"b_frames": 0, "options": ("-profile:v", "baseline")}),
            (".mp4", {"options": ("-profile:v", "main")}),
            (".webm", {"codec": "vp9", "full_range": True}),
            (".webm", {"codec": "vp9", "size": (321, 181)}),
            (".avi", {"codec": "mjpeg", "size": (321, 181)}),
            pytest.param(".mp4", {"codec": "hevc", "pixel_format": "yuv420p10le"}, marks=pytest.mark.long),
            pytest.param(".mp4", {"codec": "av1", "size": (321, 181)}, marks=pytest.mark.long),
            pytest.param(
                ".mkv",
                {"options": ("-x264-params", "open-gop=1:keyint=6:bframes=3"), "gop": 6},
                marks=pytest.mark.long,
            ),
        ],
    )
    def test_of_any_kind_stay_as_they_were(
        self, tmp_path: Path, suffix: str, options: dict[str, object]
    ) -> None:
        source = clips.make(tmp_path / f"clip{suffix}", frames=16, **options)  # type: ignore[arg-type]
        made = check(source, tmp_path / "made", two_masks(source, Treatment.BLUR))
        check(source, tmp_path / "filled", two_masks(source))
        facts = []
        for path in (source, made.path):
            with av.open(str(path)) as container:
                stream = container.streams.video[0]
                frame = next(container.decode(stream))
                context = stream.codec_context
                colours = (frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc)
                size = (frame.width, frame.height, stream.sample_aspect_ratio)
                facts.append((size, context.pix_fmt, context.profile, colours))
        assert facts[0] == facts[1]

    @pytest.mark.parametrize(
        ("codec", "suffix"), [("mpeg2video", ".ts"), ("libx264", ".mp4"), ("prores_ks", ".mov")]
    )
    def test_interlaced(self, tmp_path: Path, codec: str, suffix: str) -> None:
        source = tmp_path / f"clip{suffix}"
        fields = ("-vf", "interlace=scan=bff", "-flags", "+ildct+ilme", "-c:v", codec)
        first = ("-x264-params", "bff=1") if codec == "libx264" else ()
        clips.run("-f", "lavfi", "-i", "testsrc2=size=192x144:rate=50:duration=0.6", *fields, *first, source)
        index = masked.index_of(source)
        masks = [masked.mask(index, 3, 9, BOX, to=MOVED), masked.mask(index, 5, None, OVAL, flag=2)]
        made = masked.rendered(source, masks, tmp_path / "made", WHOLE)
        assert masked.proven(source, made.path, masks) == {}
        orders = []
        for path in (source, made.path):
            with av.open(str(path)) as container:
                frames = list(container.decode(video=0))
                assert all(frame.interlaced_frame for frame in frames)
                orders.append(container.streams.video[0].codec_context.field_order)
        assert orders[0] == orders[1]
        assert orders[0] > 1

    def test_the_first_masked_frame_needs_no_other(self, tmp_path: Path) -> None:
        for codec in ("h264", "hevc", "vp9", "mpeg2video"):
            source = clips.make(tmp_path / f"{codec}.mkv", codec=codec, frames=16)
            made = masked.rendered(source, two_masks(source), tmp_path / "made", WHOLE)
            kinds = [frame.pict_type for frame in masked.frames(made.path)]
            assert kinds[3] == kinds[7] == 1, codec


class Test_times:
    def test_of_a_variable_rate(self, tmp_path: Path) -> None:
        for suffix in (".mp4", ".mkv"):
            source = clips.make(
                tmp_path / f"clip{suffix}", frames=24, times=clips.uneven_times(24), audio=True
            )
            made = check(source, tmp_path / suffix[1:], two_masks(source))
            assert times(made.path) == times(source)
            assert masked.index_of(made.path).time_base == masked.index_of(source).time_base

    @pytest.mark.parametrize("suffix", [".mp4", ".ts", ".mkv", ".mov"])
    def test_that_start_late(self, tmp_path: Path, suffix: str) -> None:
        source = clips.make(tmp_path / f"clip{suffix}", frames=16, start=Fraction(7, 5), audio=True)
        made = check(source, tmp_path / "made", two_masks(source))
        assert times(made.path) == times(source)
        assert times(made.path)[0] >= Fraction(7, 5)
        with av.open(str(made.path)) as container:
            first = next(container.demux(video=0))
            assert first.pts is not None
            if suffix != ".mkv":  # which does not tell when to decode
                assert first.dts is not None
                assert 0 <= (first.pts - first.dts) * first.time_base < Fraction(1, 5)
        assert sounds_alike(made.path, source)

    @pytest.mark.parametrize("suffix", [".mov", ".ts"])
    def test_of_ntsc(self, tmp_path: Path, suffix: str) -> None:
        source = clips.make(tmp_path / f"clip{suffix}", frames=16, rate=Fraction(30000, 1001), audio=True)
        made = check(source, tmp_path / "made", two_masks(source))
        assert times(made.path) == times(source)
        assert masked.index_of(made.path).time_base == masked.index_of(source).time_base

    def test_behind_an_edit_list(self, tmp_path: Path) -> None:
        """Frames and sound that an edit list hides stay hidden."""
        whole = clips.make(tmp_path / "whole.mp4", frames=60, audio=True)
        source = clips.trimmed(whole, tmp_path / "clip.mp4", Fraction(7, 5))
        index = masked.index_of(source)
        assert len(index.pts) < 40
        masks = [masked.mask(index, 0, 6, BOX), masked.mask(index, 4, None, OVAL, flag=2)]
        made = masked.rendered(source, masks, tmp_path / "made", WHOLE)
        assert masked.proven(source, made.path, masks) == {}
        numbers = [clips.frame_number(picture) for picture in displayed(made.path)]
        assert numbers == list(range(35, 60))
        assert times(made.path) == times(source)
        assert sounds_alike(made.path, source)
        heard = [packets(path, {}) for path in (source, made.path)]
        assert heard[1] < heard[0], "what is hidden longest before the start is gone"
        assert packets(made.path, {"ignore_editlist": "1"}) == heard[1], "and nothing lies behind the edit"

    def test_of_one_frame(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=1)
        made = check(source, tmp_path / "made", [masked.mask(masked.index_of(source), region=BOX)])
        assert times(made.path) == times(source)


class Test_masks:
    def test_on_the_first_and_the_last_frame_alone(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=16)
        index = masked.index_of(source)
        masks = [masked.mask(index, 0, 0, BOX), masked.mask(index, 15, 15, OVAL, flag=2)]
        made = check(source, tmp_path / "made", masks)
        dark = [picture[80, 60].max() < 20 for picture in displayed(made.path)]
        assert dark == 3 * [True] + 13 * [False]
        dark = [picture[100, 220].max() < 20 for picture in displayed(made.path)]
        assert dark == 13 * [False] + 3 * [True]

    def test_on_the_whole_picture_and_the_whole_clip(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=12)
        mask = replace(masked.mask(masked.index_of(source), region=WHOLE_PICTURE), span=None)
        made = masked.rendered(source, [mask], tmp_path / "made", WHOLE)
        assert masked.proven(source, made.path, [mask]) == {}
        assert max(picture.max() for picture in displayed(made.path)) < 10

    def test_as_small_as_a_pixel(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=12)
        index = masked.index_of(source)
        for treatment in MASKING:
            tiny = masked.mask(index, 3, 8, Region(0.3, 0.4, 1 / 320, 1 / 180), treatment=treatment)
            made = masked.rendered(source, [tiny], tmp_path / treatment, WHOLE)
            assert masked.proven(source, made.path, [tiny]) == {}


class Test_nothing_else:
    def test_is_taken_along(self, tmp_path: Path) -> None:
        subtitles, chapters = tmp_path / "words.srt", tmp_path / "chapters.txt"
        subtitles.write_text("1\n00:00:00,000 --> 00:00:00,400\nHis name is\n")
        chapters.write_text(";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=300\ntitle=His name\n")
        plain = clips.make(tmp_path / "plain.mkv", frames=16, audio=True)
        tags = ("title=His name", "location=+48.6+38.0/", "comment=Bakhmut", "artist=He")
        source = tmp_path / "clip.mkv"
        clips.run(
            *("-i", plain, "-i", subtitles, "-i", chapters, "-i", plain, "-map", "0:v", "-map", "0:a"),
            *("-map", "1", "-map", "3:a", "-map_metadata", "2", "-c", "copy", "-attach", subtitles),
            *("-metadata:s:t", "mimetype=text/plain", "-metadata:s:a:0", "title=His voice"),
            *(word for tag in tags for word in ("-metadata", tag)),
            source,
        )
        made = check(source, tmp_path / "made", two_masks(source))
        content = made.path.read_bytes()
        for word in (b"His name", b"48.6", b"Bakhmut", b"His voice"):
            assert word not in content
        with av.open(str(made.path)) as copy:
            assert [stream.type for stream in copy.streams] == ["video", "audio", "audio"]
            assert not copy.chapters()

    def test_captions_inside_the_coded_pictures_neither(self, tmp_path: Path) -> None:
        """CEA-608 captions travel as side data of frames; an encoder writes them unless it is told not to."""
        source = tmp_path / "clip.ts"
        plain = clips.make(tmp_path / "plain.mp4", frames=12)
        clips.run("-i", plain, "-c:v", "mpeg2video", "-q:v", "2", "-bf", "0", source)
        user_data = b"\0\0\1\xb2GA94\x03\x41\xff\xfc\x94\x20\xff"
        elementary = tmp_path / "clip.m2v"
        clips.run("-i", source, "-c", "copy", "-f", "mpeg2video", elementary)
        slice_start = b"\0\0\1\x01"
        elementary.write_bytes(elementary.read_bytes().replace(slice_start, user_data + slice_start))
        timed = ("-c", "copy", "-bsf:v", "setts=pts=3600*N:dts=3600*N:time_base=1/90000")
        clips.run("-f", "mpegvideo", "-framerate", "25", "-i", elementary, *timed, source)
        assert b"GA94" in source.read_bytes()
        assert any(frame.side_data for frame in masked.frames(source))
        index = masked.index_of(source)
        made = masked.rendered(source, [masked.mask(index, 2, 8, BOX)], tmp_path / "made", WHOLE)
        assert b"GA94" not in made.path.read_bytes()


class Test_failing:
    def test_leaves_nothing_behind(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=12)
        index = masked.index_of(source)
        wrong = replace(index, pts=(*index.pts, index.end), end=index.end + 512)
        folder = tmp_path / "made"
        folder.mkdir()
        params = masked.render_params(source, wrong, Redaction((masked.mask(index, 2, 8, BOX),)))
        with pytest.raises(ToolFailed, match="it shows 12 frames; when it was taken in, it showed 13"):
            list(render(params, folder))
        assert not list(folder.iterdir())

    @pytest.mark.parametrize("whole", ["", WHOLE])
    def test_given_up_half_way_leaves_nothing_behind(self, tmp_path: Path, whole: str) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=60)
        folder = tmp_path / "made"
        folder.mkdir()
        redaction = Redaction(tuple(two_masks(source)))
        params = masked.render_params(source, masked.index_of(source), redaction, whole)
        task = render(params, folder)
        assert "progress" in next(task)[0]
        assert list(folder.iterdir())
        task.close()  # type: ignore[attr-defined]
        assert not list(folder.iterdir())


class Test_in_the_sandbox:
    @pytest.mark.parametrize(
        ("whole", "damaged", "encoded", "why"),
        [
            (False, "", 16, ""),
            (True, "", 40, "you asked for it"),
            (False, "broken data at 0:01", 40, "the original is damaged: broken data at 0:01"),
        ],
    )
    def test_rendered_in_one_child_and_proven_in_another(
        self, tmp_path: Path, whole: bool, damaged: str, encoded: int, why: str
    ) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=40, b_frames=0, audio=True)
        index = masked.index_of(source)
        redaction = Redaction((masked.mask(index, 10, 20, BOX, treatment=Treatment.BLUR),))
        steps: list[tuple[str, int, int]] = []

        class Listening:
            def step(self, label: str, done: int, total: int) -> None:
                steps.append((label, done, total))

        folder = tmp_path / "made"
        folder.mkdir()
        limits = rendering_limits(320, 180)
        mp4, listening = FORMATS["mp4"], Listening()
        with Sandbox([source], folder, limits) as sandbox:
            made = render_video(
                sandbox, source, mp4, index, redaction, listening, whole=whole, damaged=damaged
            )
        assert (made.format, made.extension, made.path.parent) == ("mp4", ".mp4", folder)
        assert (made.frames_encoded, made.frames_copied) == (encoded, 40 - encoded)
        assert (made.whole, made.notes) == (why, ())
        with Sandbox([source, folder], folder, limits) as fresh:
            proof = prove_video(fresh, source, mp4, made.path, mp4, index, redaction, listening)
        assert proof.ok, proof
        assert ("masking", 32, 40) in steps
        assert any(label == "proving" for label, _, _ in steps)

    def test_a_file_that_grows_too_large_is_not_kept(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=40)
        folder = tmp_path / "made"
        folder.mkdir()
        limits = replace(LOOKING, file_bytes=4096)
        redaction = Redaction(tuple(two_masks(source)))
        index = masked.index_of(source)
        with Sandbox([source], folder, limits) as sandbox, pytest.raises(ToolFailed):
            render_video(sandbox, source, FORMATS["mp4"], index, redaction, Silent())
        assert not [file for file in folder.rglob("*") if file.is_file() and file.suffix in masked.FORMATS]


class Test_real_clips:
    @pytest.mark.long
    @pytest.mark.parametrize(
        "name",
        [
            "dvrscan_traffic_camera_vfr.mp4",
            "dvrscan_issue53_brightness_change.avi",
            "torchcodec_bt2020_10bit.mp4",
            "torchcodec_bt709_full_range.mp4",
            "mdn_rabbit.mp4",
            "tmk_pattern-hd-no-bar.mp4",
            "intel_car-detection.mp4",
        ],
    )
    def test_are_masked_and_proven(self, real_media: Path, tmp_path: Path, name: str) -> None:
        source = real_media / name
        for treatment in MASKING:
            masks = two_masks(source, treatment)
            made = masked.rendered(source, masks, tmp_path / treatment, WHOLE)
            assert masked.proven(source, made.path, masks) == {}
            assert times(made.path) == times(source)
            assert made.path.suffix == source.suffix

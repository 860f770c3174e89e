"""The proof of a redacted copy: it passes a good one, and names what is wrong with any other."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

import clips
import masked
import proving
from footage.errors import ToolFailed
from footage.media.masked_stills import compare_stills, prove_masked_still, render_masked_still
from footage.media.painting import mask_still
from footage.media.picture import Picture
from footage.media.planes import Plane
from footage.media.proving import prove_video
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.media.treatments import Layer
from footage.model.flag import MASKING, PADDING, Mask, Treatment
from footage.model.geometry import Point, Pose, Region, Shape, polygon_pose
from footage.model.redaction import Redaction
from footage.model.span import FrameIndex, Span
from proving import failures

BOX = Region(0.3, 0.3, 0.3, 0.4)
MOVED = Region(0.5, 0.35, 0.3, 0.4)
WHOLE = "asked for"
FRAMES = 60
LONG = pytest.mark.long
HOW = [
    (Treatment.FILL, ""),
    (Treatment.BLUR, ""),
    pytest.param(Treatment.MOSAIC, "", marks=LONG),
    pytest.param(Treatment.FILL, WHOLE, marks=LONG),
    pytest.param(Treatment.BLUR, WHOLE, marks=LONG),
    (Treatment.MOSAIC, WHOLE),
]
"""Treatments, and why every frame is encoded."""


def busy(count: int, size: tuple[int, int] = (320, 180), step: int = 3) -> list[clips.Picture]:
    """Frames whose picture is busy everywhere, so that whatever is not covered can be told from a mask."""
    width, height = size
    noise = np.random.default_rng(4).integers(0, 256, (height // 8 + 1, width // 8 + 1, 3)).astype(np.uint8)
    ground = cv2.resize(noise, size, interpolation=cv2.INTER_NEAREST)
    drawn = []
    for number in range(count):
        picture = clips.draw(number, size)
        top = height // 6
        picture[top:] = picture[top:] // 2 + np.roll(ground, step * number, 1)[top:] // 2
        drawn.append(picture)
    return drawn


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sync frames at 0, 12, 24, 36 and 48."""
    path = tmp_path_factory.mktemp("proof") / "clip.mp4"
    return clips.make(path, frames=FRAMES, audio=True, drawn=busy(FRAMES), options=("-sc_threshold", "0"))


@pytest.fixture(scope="module")
def index(source: Path) -> FrameIndex:
    return masked.index_of(source)


def mask(index: FrameIndex, treatment: Treatment = Treatment.FILL) -> Mask:
    """On the frames 26 to 32, moving; with its padding it covers 24 to 34."""
    return masked.mask(index, 26, 32, BOX, to=MOVED, treatment=treatment)


def still(index: FrameIndex, region: Region = BOX, treatment: Treatment = Treatment.FILL) -> Mask:
    """The same frames, standing."""
    return masked.mask(index, 26, 32, region, treatment=treatment)


def made(source: Path, folder: Path, *masks: Mask, whole: str = "") -> Path:
    return masked.rendered(source, masks, folder / "made", whole).path


def by_pixels(region: Region, pixels: int, size: tuple[int, int] = (320, 180)) -> Region:
    """A region smaller by so many pixels on every side."""
    x, y = pixels / size[0], pixels / size[1]
    return Region(region.x + x, region.y + y, region.w - 2 * x, region.h - 2 * y)


def frames_late(mask: Mask, index: FrameIndex, frames: int) -> Mask:
    """The same mask so many frames later."""
    ticks = frames * (index.pts[1] - index.pts[0])
    assert mask.span is not None
    poses = [replace(pose, tick=pose.tick if pose.tick is None else pose.tick + ticks) for pose in mask.poses]
    return replace(mask, span=Span(mask.span.start + ticks, mask.span.end + ticks), poses=tuple(poses))


class Test_a_good_copy:
    @pytest.mark.parametrize(("treatment", "whole"), HOW)
    def test_passes(
        self, source: Path, index: FrameIndex, tmp_path: Path, treatment: Treatment, whole: str
    ) -> None:
        masks = (mask(index, treatment),)
        assert failures(source, made(source, tmp_path, *masks, whole=whole), Redaction(masks)) == {}

    @pytest.mark.parametrize(
        ("codec", "suffix"),
        [("hevc", ".mp4"), ("h264", ".mkv"), ("vp9", ".webm"), ("mpeg2video", ".mxf"), ("prores", ".mov")],
    )
    def test_passes_in_every_codec(self, tmp_path: Path, codec: str, suffix: str) -> None:
        source = clips.make(tmp_path / f"clip{suffix}", codec=codec, frames=30, audio=True)
        masks = (masked.mask(masked.index_of(source), 10, 14, BOX),)
        checks, _ = proving.proof(source, made(source, tmp_path, *masks), Redaction(masks))
        assert not any(checks.values()), checks
        assert list(checks) == [
            *("frame-count", "timestamps", "picture", "copied", "covered", "independent", "elsewhere"),
            *("absent", "container", "sound", "streams", "messages"),
        ]

    def test_of_a_noisy_clip_passes(self, tmp_path: Path) -> None:
        """Grain is the hardest to encode."""
        source = tmp_path / "noise.mp4"
        grain = "nullsrc=size=320x180:rate=25:duration=0.5,geq=lum='128+40*(random(1)-0.5)':cb=128:cr=128"
        clips.run("-f", "lavfi", "-i", grain, "-c:v", "libx264", "-crf", "8", source)
        masks = (masked.mask(masked.index_of(source), 5, 8, BOX),)
        assert failures(source, made(source, tmp_path, *masks), Redaction(masks)) == {}

    @pytest.mark.parametrize("shape", Shape)
    def test_of_every_shape_passes(
        self, source: Path, index: FrameIndex, tmp_path: Path, shape: Shape
    ) -> None:
        masks = (moving(index, shape),)
        assert failures(source, made(source, tmp_path, *masks), Redaction(masks)) == {}

    def test_through_the_sandbox_passes(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        masks = (mask(index),)
        copy = made(source, tmp_path, *masks)
        steps: list[tuple[str, int, int]] = []

        class Progress:
            def step(self, label: str, done: int, total: int) -> None:
                steps.append((label, done, total))

        mp4 = FORMATS["mp4"]
        with Sandbox([source, copy], tmp_path) as sandbox:
            proof = prove_video(sandbox, source, mp4, copy, mp4, index, Redaction(masks), Progress())
        assert proof.ok, proof
        assert {label for label, _, _ in steps} == {"proving"}

    def test_what_was_hidden_by_itself_may_be_there(self, tmp_path: Path) -> None:
        """Black under a black mask is coded as it was before."""
        source = tmp_path / "black.mp4"
        black = "color=black:size=320x180:rate=25:duration=1"
        clips.run("-f", "lavfi", "-i", black, "-c:v", "mjpeg", "-q:v", "3", source)
        masks = (masked.mask(masked.index_of(source)),)
        packets = proving.pictures(source)
        copy = proving.with_pictures(source, tmp_path / "copy.mp4", packets)
        assert failures(source, copy, Redaction(masks)) == {}


def moving(index: FrameIndex, shape: Shape) -> Mask:
    """A mask of a shape that moves fast, and is widened."""
    right = replace(mask(index), shape=shape, grow=(0.02, 0.03))
    if shape is Shape.POLYGON:
        right = replace(right, poses=tuple(diamond(pose) for pose in right.poses))
    return right


def diamond(pose: Pose) -> Pose:
    """The corners in the middle of a region's sides."""
    r = pose.region
    corners: tuple[Point, ...] = (
        (r.x + r.w / 2, r.y),
        (r.x + r.w, r.y + r.h / 2),
        (r.x + r.w / 2, r.y + r.h),
        (r.x, r.y + r.h / 2),
    )
    return polygon_pose(pose.tick, corners)


class Test_what_is_decoded:
    def test_is_what_was_encoded_and_what_lies_around_it(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "long.mp4", frames=400, size=(64, 36), gop=20)
        masks = (masked.mask(masked.index_of(source), 200, 204, BOX),)
        copy = masked.rendered(source, masks, tmp_path / "made")
        checks, decoded = proving.proof(source, copy.path, Redaction(masks))
        assert not any(checks.values()), checks
        # The file's first frames; from the sync frame 24 before to 24 after the next.
        assert copy.encoded < 30
        assert decoded < 25 + 44 + copy.encoded + 25


class Test_what_is_not_covered:
    @pytest.mark.parametrize("treatment", MASKING)
    def test_an_unmasked_copy(self, source: Path, index: FrameIndex, treatment: Treatment) -> None:
        wrong = failures(source, source, Redaction((mask(index, treatment),)))
        assert wrong["covered"].startswith("flag 1 on frame 24 (00:00:00:24): up to ")
        assert wrong["covered"].endswith(", and 10 more")
        assert wrong["absent"] == "frame 24 (00:00:00:24) of the original and 10 more are still in the file"

    @pytest.mark.parametrize(("treatment", "whole"), HOW)
    @pytest.mark.parametrize("by", [-1, 1])
    def test_a_mask_a_frame_early_or_late(
        self, source: Path, index: FrameIndex, tmp_path: Path, treatment: Treatment, by: int, whole: str
    ) -> None:
        right = still(index, treatment=treatment)
        copy = made(source, tmp_path, frames_late(right, index, by), whole=whole)
        wrong = failures(source, copy, Redaction((right,)))
        number = 24 if by > 0 else 34
        assert f"flag 1 on frame {number} " in wrong["covered"]

    @pytest.mark.parametrize("shape", Shape)
    @pytest.mark.parametrize("by", [-1, 1])
    def test_a_moving_mask_a_frame_early_or_late(
        self, source: Path, index: FrameIndex, tmp_path: Path, shape: Shape, by: int
    ) -> None:
        """Not at its ends only: it moves nine pixels a frame."""
        right = moving(index, shape)
        assert right.span is not None
        late = replace(frames_late(right, index, by), span=right.span)
        wrong = failures(source, made(source, tmp_path, late), Redaction((right,)))
        assert "shows at its rim" in wrong["covered"] or "levels from what" in wrong["covered"]

    def test_a_mask_without_its_padding(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        right = still(index)
        start, end = index.pts[26 + PADDING], index.pts[33 - PADDING]
        copy = made(source, tmp_path, replace(right, span=Span(start, end)))
        assert failures(source, copy, Redaction((right,)))["covered"].endswith(", and 3 more")

    @pytest.mark.parametrize(("treatment", "whole"), HOW)
    def test_a_mask_three_pixels_too_small(
        self, source: Path, index: FrameIndex, tmp_path: Path, treatment: Treatment, whole: str
    ) -> None:
        small = still(index, by_pixels(BOX, 3), treatment)
        copy = made(source, tmp_path, small, whole=whole)
        assert "covered" in failures(source, copy, Redaction((still(index, BOX, treatment),)))

    @pytest.mark.parametrize("shape", Shape)
    def test_a_moving_mask_three_pixels_too_small(
        self, source: Path, index: FrameIndex, tmp_path: Path, shape: Shape
    ) -> None:
        right = moving(index, shape)
        across, down = right.grow
        small = replace(right, grow=(across - 3 / 320, down - 3 / 180))
        assert "covered" in failures(source, made(source, tmp_path, small), Redaction((right,)))

    @pytest.mark.parametrize(("x", "y"), [(3, 0), (-3, 0), (0, 3), (0, -3)])
    def test_a_mask_three_pixels_beside_its_place(
        self, source: Path, index: FrameIndex, tmp_path: Path, x: int, y: int
    ) -> None:
        beside = replace(BOX, x=BOX.x + x / 320, y=BOX.y + y / 180)
        copy = made(source, tmp_path, still(index, beside))
        assert "at its rim" in failures(source, copy, Redaction((still(index),)))["covered"]

    @pytest.mark.parametrize(
        "look",
        [
            {"rotation": 90},
            pytest.param({"mirrored": True}, marks=LONG),
            pytest.param({"sample_aspect": Fraction(4, 3)}, marks=LONG),
        ],
    )
    def test_in_turned_pictures_and_oblong_pixels_too(self, tmp_path: Path, look: dict[str, int]) -> None:
        shown = (180, 320) if "rotation" in look else (320, 180)
        drawn = busy(24, shown)
        source = clips.make(tmp_path / "clip.mp4", frames=24, drawn=drawn, **look)  # type: ignore[arg-type]
        index = masked.index_of(source)
        region = Region(0.1, 0.5, 0.3, 0.2)
        right = masked.mask(index, 10, 14, region)
        wrong = {
            "small": masked.mask(index, 10, 14, by_pixels(region, 3, shown)),
            "late": frames_late(right, index, 1),
            "early": frames_late(right, index, -1),
        }
        assert failures(source, made(source, tmp_path, right), Redaction((right,))) == {}
        for name, other in wrong.items():
            (tmp_path / name).mkdir()
            copy = made(source, tmp_path / name, other)
            assert "covered" in failures(source, copy, Redaction((right,))), name

    def test_a_mask_in_another_place(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        copy = made(source, tmp_path, mask(index))
        there = still(index, Region(0, 0.5, 0.2, 0.4))
        assert set(failures(source, copy, Redaction((there,)))) == {"covered", "elsewhere"}

    def test_one_mask_of_two(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        other = masked.mask(index, 0, 3, Region(0, 0.5, 0.2, 0.4), flag=7)
        copy = made(source, tmp_path, mask(index))
        wrong = failures(source, copy, Redaction((mask(index), other)))
        assert wrong["covered"].startswith("flag 7 on frame 0 ")
        assert wrong["absent"].startswith("frame 0 ")

    def test_a_real_blur_of_what_is_hidden(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        """However strong a real blur is, it is a copy of what it hides."""

        def hide(luma: NDArray[np.uint8], number: int) -> None:
            if 24 <= number <= 34:
                part = luma[54:126, 96:192]
                part[:] = cv2.GaussianBlur(part, (0, 0), 16)

        copy = proving.painted_by_hand(source, tmp_path / "copy.mp4", hide)
        assert "covered" in failures(source, copy, Redaction((still(index, treatment=Treatment.BLUR),)))

    @pytest.mark.parametrize("share", [0.95, 0.7])
    def test_a_mask_that_lets_something_through(
        self, source: Path, index: FrameIndex, tmp_path: Path, share: float
    ) -> None:
        def hide(luma: NDArray[np.uint8], number: int) -> None:
            if 24 <= number <= 34:
                luma[54:126, 96:192] = np.rint(16 * share + luma[54:126, 96:192] * (1 - share))

        grey = ("-vf", "hue=s=0:enable='between(n,24,34)'")
        copy = proving.painted_by_hand(source, tmp_path / "copy.mp4", hide, *grey)
        assert "covered" in failures(source, copy, Redaction((still(index),)))

    def test_a_mask_that_lies_beside_every_picture(self, source: Path, index: FrameIndex) -> None:
        beside = still(index, Region(1.2, 1.2, 0.1, 0.1))
        found = failures(source, source, Redaction((beside,)))
        assert found["covered"] == "flag 1 covers nothing of any frame"

    def test_a_mask_that_leaves_the_picture_passes(
        self, source: Path, index: FrameIndex, tmp_path: Path
    ) -> None:
        leaving = masked.mask(index, 20, 40, shape=Shape.POLYGON)
        there = [Region(0.5 + 0.04 * number, 0.3, 0.2, 0.3) for number in range(24)]
        poses = tuple(diamond(Pose(index.pts[18 + n], region)) for n, region in enumerate(there))
        leaving = replace(leaving, poses=poses)
        copy = made(source, tmp_path, leaving)
        assert "covered" not in failures(source, copy, Redaction((leaving,)))

    def test_a_hole_in_a_mask(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        hole = Region(0.45, 0.45, 8 / 320, 8 / 180)
        parts = [
            Region(BOX.x, BOX.y, BOX.w, hole.y - BOX.y),
            Region(BOX.x, hole.y, hole.x - BOX.x, BOX.y + BOX.h - hole.y),
            Region(hole.x, hole.y + hole.h, hole.w, BOX.y + BOX.h - hole.y - hole.h),
            Region(hole.x + hole.w, hole.y, BOX.x + BOX.w - hole.x - hole.w, BOX.y + BOX.h - hole.y),
        ]
        masks = [replace(still(index, part), flag=number) for number, part in enumerate(parts, 1)]
        copy = made(source, tmp_path, *masks)
        assert "covered" in failures(source, copy, Redaction((still(index),)))

    def test_a_mask_turned_the_wrong_way(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The proof does not share the renderer's idea of where a region lies in a turned picture."""
        source = clips.make(tmp_path / "clip.mp4", frames=10, rotation=90)
        masks = (masked.mask(masked.index_of(source), 3, 6, Region(0.1, 0.5, 0.3, 0.2)),)
        wrong = lambda region, rotation, mirrored: region  # noqa: E731, ARG005
        monkeypatch.setattr("footage.media.painting.stored_region", wrong)
        assert "covered" in failures(source, made(source, tmp_path, *masks), Redaction(masks))


def really_blurred(planes: Sequence[Plane], layers: Sequence[Layer]) -> None:
    """A painter that blurs what is there, as most programs do."""
    for plane in planes:
        for layer in layers:
            patch = layer.cover.on(plane)
            under = patch.of(plane.samples)
            np.copyto(under, cv2.GaussianBlur(under, (0, 0), 40), where=patch.alpha == 255)


class Test_what_depends_on_what_it_hides:
    def test_a_real_blur(
        self, source: Path, index: FrameIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Renderer and proof share the painter, so that nothing but noise can tell."""
        for name in ("painting", "proving.watching"):
            monkeypatch.setattr(f"footage.media.{name}.paint", really_blurred)
        masks = (still(index, treatment=Treatment.BLUR),)
        wrong = failures(source, made(source, tmp_path, *masks), Redaction(masks))
        assert wrong["independent"] == (
            "on frame 24 (00:00:00:24) what is painted depends on what it hides, and 10 more"
        )


class Test_what_is_changed_elsewhere:
    def test_another_picture(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        def hide(luma: NDArray[np.uint8], number: int) -> None:
            if 24 <= number <= 34:
                luma[54:126, 96:192] = 16
            if number == 40:
                luma[:] = luma[::-1]

        copy = proving.painted_by_hand(source, tmp_path / "copy.mp4", hide)
        found = failures(source, copy, Redaction((still(index),)))
        assert found["elsewhere"].startswith("frame 40 (00:00:01:15): ")
        assert "at least 30 dB are asked" in found["elsewhere"]

    def test_a_mask_that_nobody_drew(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        extra = masked.mask(index, 28, 29, Region(0, 0.8, 0.1, 0.2), flag=2)
        found = failures(source, made(source, tmp_path, mask(index), extra), Redaction((mask(index),)))
        assert set(found) == {"elsewhere"}
        assert found["elsewhere"].startswith("frame 26 ")


class Test_what_is_copied:
    def test_under_other_parameter_sets(self, source: Path, tmp_path: Path) -> None:
        """Every slice is there, and every time; only the decoder is told wrongly what to make of them."""
        other = clips.make(
            tmp_path / "other.mp4", frames=3, drawn=busy(3), options=("-x264-params", "cabac=0:ref=1")
        )
        configuration = proving.pictures(other)[0].stream.codec_context.extradata
        assert configuration
        packets = proving.pictures(source)
        copy = proving.with_pictures(source, tmp_path / "copy.mp4", packets, extradata=configuration)
        assert "copied" in failures(source, copy, Redaction())

    def test_under_sets_that_stand_in_for_others(self, source: Path, tmp_path: Path) -> None:
        """The original's own are there, before others of the same numbers: its colours are a little off."""
        options = ("-x264-params", "chroma-qp-offset=5")
        other = clips.make(tmp_path / "other.mp4", frames=3, drawn=busy(3), options=options)
        packets, others = proving.pictures(source), proving.pictures(other)
        first, second = (each[0].stream.codec_context.extradata or b"" for each in (packets, others))
        both = proving.joined_configuration(first, second)
        copy = proving.with_pictures(source, tmp_path / "copy.mp4", packets, extradata=both)
        found = failures(source, copy, Redaction())
        # The encoder's name, which a renderer would have left out.
        del found["messages"]
        assert found == {
            "copied": "frame 0 (00:00:00:00) differs from the original's, of which it is a copy, and 24 more"
        }

    def test_with_a_slice_changed(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        """Such a packet is no copy, and what it decodes to is held against the original."""
        copy = made(source, tmp_path, mask(index))
        content = bytearray(copy.read_bytes())
        packet = bytes(proving.pictures(copy)[3])
        at = content.index(packet) + len(packet) // 3
        content[at : at + 400] = bytes(reversed(content[at : at + 400]))
        copy.write_bytes(content)
        assert failures(source, copy, Redaction((mask(index),))) != {}

    def test_in_another_order(self, source: Path, tmp_path: Path) -> None:
        """Two groups of pictures have changed places; all slices are the original's."""
        packets = proving.pictures(source)
        times = [(packet.pts, packet.dts) for packet in packets]
        swapped = [*packets[:12], *packets[24:36], *packets[12:24], *packets[36:]]
        for packet, (pts, dts) in zip(swapped, times, strict=True):
            packet.pts, packet.dts = pts, dts
        copy = proving.with_pictures(source, tmp_path / "copy.mp4", swapped)
        assert "elsewhere" in failures(source, copy, Redaction())


class Test_what_is_left_behind:
    """Files that look right to every player."""

    def hidden(self, source: Path) -> bytes:
        """A group of pictures that a mask hides, as the original stores it."""
        return b"".join(map(bytes, proving.pictures(source)[24:36]))

    def test_after_the_end(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        copy = made(source, tmp_path, mask(index))
        copy.write_bytes(copy.read_bytes() + proving.box(b"free", self.hidden(source)))
        found = failures(source, copy, Redaction((mask(index),)))
        assert set(found) == {"absent", "container"}
        assert found["absent"].startswith("frame 24 (00:00:00:24) of the original and ")
        assert found["container"] == "a box (free) that is not empty"

    def test_among_the_media_data(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        copy = made(source, tmp_path, mask(index))
        content = copy.read_bytes()
        at, left = content.index(b"mdat") - 4, self.hidden(source)
        size = int.from_bytes(content[at : at + 4], "big")
        grown = (size + len(left)).to_bytes(4, "big")
        assert content[at + size + 4 : at + size + 8] == b"moov"
        copy.write_bytes(content[:at] + grown + content[at + 4 : at + size] + left + content[at + size :])
        found = failures(source, copy, Redaction((mask(index),)))
        assert set(found) == {"absent", "container"}
        assert found["container"] == f"{len(left):,} bytes of media data that no table names"

    def test_before_the_beginning(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        """An edit list hides the pictures from players; they are in the file."""
        copy = made(source, tmp_path, mask(index))
        redaction = Redaction((mask(index),))
        packets = [*proving.pictures(source)[24:26], *proving.pictures(copy)]
        for number, packet in enumerate(packets[:2]):
            packet.dts = packets[2].dts - (2 - number) * 512  # type: ignore[operator]
            packet.pts = packet.dts
        again = proving.with_pictures(copy, tmp_path / "again.mp4", packets)
        found = failures(source, again, redaction)
        assert {"absent", "frame-count"} <= set(found) or {"absent", "container"} <= set(found)

    def test_in_a_void(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mkv", frames=FRAMES, drawn=busy(FRAMES))
        index = masked.index_of(source)
        copy = made(source, tmp_path, mask(index))
        left = self.hidden(source)
        void = b"\xec" + (len(left) | 1 << 56).to_bytes(8, "big")
        copy.write_bytes(copy.read_bytes() + void + left)
        found = failures(source, copy, Redaction((mask(index),)))
        assert set(found) == {"absent", "container"}
        assert found["container"] == "a void that is not empty"

    def test_a_short_piece(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        """One slice of the smallest picture."""
        copy = made(source, tmp_path, mask(index))
        least = min(map(bytes, proving.pictures(source)[25:34]), key=len)
        copy.write_bytes(copy.read_bytes() + proving.box(b"uuid", bytes(16) + least))
        found = failures(source, copy, Redaction((mask(index),)))
        assert set(found) == {"absent", "container"}
        assert found["container"] == "a box (uuid) that does not belong there"


class Test_a_transport_stream:
    @pytest.fixture
    def stream(self, tmp_path: Path) -> Path:
        return clips.make(tmp_path / "clip.ts", frames=FRAMES, audio=True, drawn=busy(FRAMES))

    def test_with_a_mask_passes(self, stream: Path, tmp_path: Path) -> None:
        redaction = Redaction((mask(masked.index_of(stream)),))
        assert failures(stream, made(stream, tmp_path, *redaction.masks), redaction) == {}

    def test_that_is_not_masked(self, stream: Path) -> None:
        """What is hidden is cut up into small packets."""
        found = failures(stream, stream, Redaction((mask(masked.index_of(stream)),)))
        assert found["absent"] == "frame 24 (00:00:00:24) of the original and 10 more are still in the file"

    def test_whose_sound_is_not_muted(self, stream: Path) -> None:
        index = masked.index_of(stream)
        found = failures(stream, stream, Redaction(mutes=(Span(index.pts[20], index.pts[31]),)))
        assert found["absent"] == "sound that was silenced or taken out is still in the file"


class Test_what_pictures_carry:
    """Words that no player shows."""

    NAME = bytes(16) + b"His name is"

    def carrying(self, source: Path, path: Path, unit: bytes) -> Path:
        """A copy with a unit put before the slices of a picture."""
        packets = proving.pictures(source)
        content = len(unit).to_bytes(4, "big") + unit + bytes(packets[30])
        packet = cast("Packet[VideoStream]", Packet(content))
        packet.pts, packet.dts, packet.time_base = packets[30].pts, packets[30].dts, packets[30].time_base
        packet.duration = packets[30].duration
        return proving.with_pictures(source, path, [*packets[:30], packet, *packets[31:]])

    @pytest.mark.parametrize(
        ("kind", "words"), [(5, "a message of kind 5"), (4, "a message of kind 4"), (1, "")]
    )
    def test_messages(self, source: Path, index: FrameIndex, tmp_path: Path, kind: int, words: str) -> None:
        good = made(source, tmp_path, mask(index))
        unit = bytes((6, kind, len(self.NAME))) + self.NAME + b"\x80"
        copy = self.carrying(good, tmp_path / "copy.mp4", unit)
        found = failures(source, copy, Redaction((mask(index),)))
        assert found == ({"messages": f"{words} in picture 30 as stored"} if words else {})

    @pytest.mark.parametrize(
        ("unit", "words"),
        [
            (b"\x0c" + NAME, "a unit of kind 12"),
            (b"\x18" + NAME, "a unit of kind 24"),
            (b"\x06\x01\xff", "a message of kind -1"),
        ],
    )
    def test_units(self, source: Path, index: FrameIndex, tmp_path: Path, unit: bytes, words: str) -> None:
        copy = self.carrying(made(source, tmp_path, mask(index)), tmp_path / "copy.mp4", unit)
        found = failures(source, copy, Redaction((mask(index),)))
        assert found == {"messages": f"{words} in picture 30 as stored"}

    def test_an_encoders_name_beside_copies(self, source: Path) -> None:
        assert failures(source, source, Redaction()) == {
            "messages": "a message of kind 5 in picture 0 as stored"
        }

    def test_behind_the_parameter_sets(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        good = made(source, tmp_path, mask(index))
        packets = proving.pictures(good)
        configuration = packets[0].stream.codec_context.extradata or b""
        copy = proving.with_pictures(
            good, tmp_path / "copy.mp4", packets, extradata=configuration + b"His name is"
        )
        found = failures(source, copy, Redaction((mask(index),)))
        assert found == {"messages": "something behind the parameter sets before all pictures"}

    @pytest.mark.parametrize("codec", ["h264", "hevc"])
    def test_of_a_copy_that_was_encoded_throughout_is_good(self, tmp_path: Path, codec: str) -> None:
        clip = clips.make(tmp_path / "clip.mp4", codec=codec, frames=20)
        masks = (masked.mask(masked.index_of(clip), 6, 9, BOX),)
        assert failures(clip, made(clip, tmp_path, *masks, whole=WHOLE), Redaction(masks)) == {}


class Test_a_cut:
    def test_passes(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        redaction = Redaction(cuts=(Span(index.pts[20], index.pts[31]),))
        copy = masked.redacted(source, redaction, tmp_path / "made").path
        assert failures(source, copy, redaction) == {}

    def test_with_a_mask_passes(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        masks = (masked.mask(index, 10, 14, BOX), masked.mask(index, 18, 22, BOX, flag=2))
        redaction = Redaction(masks, (Span(index.pts[20], index.pts[31]), Span(index.pts[50], index.end)))
        copy = masked.redacted(source, redaction, tmp_path / "made").path
        assert failures(source, copy, redaction) == {}

    def test_that_was_not_made(self, source: Path, index: FrameIndex) -> None:
        found = failures(source, source, Redaction(cuts=(Span(index.pts[20], index.pts[31]),)))
        assert found["frame-count"] == "60 frames instead of 49"
        assert found["absent"] == (
            "frame 20 (00:00:00:20) of the original and 10 more are still in the file; "
            "sound that was silenced or taken out is still in the file"
        )
        assert "sound" in found

    def test_with_a_frame_left(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        short = Redaction(cuts=(Span(index.pts[21], index.pts[31]),))
        copy = masked.redacted(source, short, tmp_path / "made").path
        found = failures(source, copy, Redaction(cuts=(Span(index.pts[20], index.pts[31]),)))
        assert found["frame-count"] == "50 frames instead of 49"

    @pytest.mark.parametrize("by", [-1, 1])
    def test_a_frame_beside_its_place(self, tmp_path: Path, by: int) -> None:
        """Where hardly anything moves, the neighbour looks almost right."""
        source = clips.make(tmp_path / "slow.mp4", frames=50, drawn=drifting(50))
        index = masked.index_of(source)
        wrong = Redaction(cuts=(Span(index.pts[20 + by], index.pts[31 + by]),))
        copy = masked.redacted(source, wrong, tmp_path / "made").path
        right = Redaction(cuts=(Span(index.pts[20], index.pts[31]),))
        found = failures(source, copy, right)
        assert "which was cut out" in found["elsewhere"]


def drifting(count: int) -> list[clips.Picture]:
    """A soft pattern that drifts by less than a tenth of a pixel a frame."""
    across, down = np.meshgrid(np.arange(320), np.arange(180))
    waves = (np.sin((across + 0.1 * number) / 9) * np.cos(down / 11) for number in range(count))
    return [np.repeat(np.rint(128 + 60 * each).astype(np.uint8)[:, :, None], 3, 2) for each in waves]


class Test_a_mute:
    def test_passes(self, source: Path, index: FrameIndex, tmp_path: Path) -> None:
        redaction = Redaction(mutes=(Span(index.pts[20], index.pts[31]),))
        copy = masked.redacted(source, redaction, tmp_path / "made").path
        checks, _ = proving.proof(source, copy, redaction)
        assert not any(checks.values()), checks

    def test_that_was_not_made(self, source: Path, index: FrameIndex) -> None:
        found = failures(source, source, Redaction(mutes=(Span(index.pts[20], index.pts[31]),)))
        assert found["sound"] == "sound 1 holds a packet of what was silenced or taken out"
        assert found["absent"] == "sound that was silenced or taken out is still in the file"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Redaction]:
    """A clip, a good copy of it, and what was redacted."""
    folder = tmp_path_factory.mktemp("file")
    source = clips.make(folder / "clip.mkv", frames=20, audio=True)
    masks = (masked.mask(masked.index_of(source), 6, 12, BOX),)
    return source, made(source, folder, *masks), Redaction(masks)


class Test_the_file:
    ENCODED = ("-c:v", "libx264", "-crf", "10", "-c:a", "copy")

    def copied(
        self, short: tuple[Path, Path, Redaction], folder: Path, *options: str | Path
    ) -> dict[str, str]:
        """What is wrong with a good copy after FFmpeg has put it together anew."""
        source, copy, redaction = short
        path = folder / "copy.mkv"
        clips.run("-i", copy, *options, path)
        return failures(source, path, redaction)

    def test_as_it_was_is_good(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        assert self.copied(short, tmp_path, "-c", "copy", "-fflags", "+bitexact") == {}

    def test_a_frame_short(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        found = self.copied(short, tmp_path, "-frames:v", "19", *self.ENCODED)
        assert found["frame-count"] == "19 frames instead of 20"
        assert found["timestamps"] == "19 instead of 20"

    def test_a_frame_late(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        late = ("-vf", "settb=1/1000,setpts=if(eq(N\\,9)\\,PTS+10\\,PTS)", "-enc_time_base", "1/1000")
        found = self.copied(short, tmp_path, *late, *self.ENCODED, "-fps_mode", "passthrough")
        assert found["timestamps"] == "number 9 comes at 0.370000 s instead of 0.360000 s"

    def test_decoded_out_of_order(self, source: Path, tmp_path: Path) -> None:
        """Two pictures are to be decoded at once; all are shown at their times."""
        times = [(packet.pts or 0, packet.dts or 0) for packet in proving.pictures(source)]
        step = times[1][1] - times[0][1]
        decoded = [dts - step * (place == 6) for place, (_, dts) in enumerate(times)]
        waits = [later - dts for dts, later in zip(decoded, [*decoded[1:], decoded[-1] + step], strict=True)]
        tables = {
            b"stts": [(1, wait) for wait in waits],
            b"ctts": [(1, pts - dts) for (pts, _), dts in zip(times, decoded, strict=True)],
        }
        content = source.read_bytes()
        for name, rows in tables.items():
            body = struct.pack(">II", 0, len(rows)) + b"".join(struct.pack(">II", *row) for row in rows)
            content = clips.with_box(content, (*clips.TRACK, b"stbl", name), body)
        copy = tmp_path / "copy.mp4"
        copy.write_bytes(content)
        found = failures(source, copy, Redaction())
        del found["messages"]
        assert found == {"timestamps": "its pictures are not decoded in the order of their times"}

    def test_other_sound(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        tone = ("-f", "lavfi", "-i", "sine=frequency=500:sample_rate=48000:duration=0.8")
        maps = ("-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac")
        found = self.copied(short, tmp_path, *tone, *maps)
        assert found["sound"] == "sound 1 is not the original's"

    def test_no_sound(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        found = self.copied(short, tmp_path, "-an", "-c", "copy")
        assert found["sound"] == "0 streams of sound instead of 1"
        assert found["streams"] == "0 of audio instead of 1"

    def test_sound_that_comes_late(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        late = ("-c", "copy", "-bsf:a", "setts=ts=TS+50", "-fflags", "+bitexact")
        found = self.copied(short, tmp_path, *late)
        assert set(found) == {"sound"}
        assert found["sound"].startswith("sound 1 is out of time: number 0 comes at 0.0")

    def test_something_else_in_it(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        words = tmp_path / "words.srt"
        words.write_text("1\n00:00:00,000 --> 00:00:00,400\nHis name is\n")
        tags = ("-metadata", "title=His name", "-metadata:s:a:0", "title=voice")
        found = self.copied(short, tmp_path, "-i", words, "-map", "0", "-map", "1", "-c", "copy", *tags)
        assert found == {"streams": "1 of subtitle instead of 0, the tag title"}

    def test_turned_otherwise(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=8, rotation=90)
        masks = (masked.mask(masked.index_of(source), 3, 6, BOX),)
        copy = made(source, tmp_path, *masks)
        clips.run("-display_rotation:v:0", "0", "-i", copy, "-c", "copy", tmp_path / "copy.mp4")
        found = failures(source, tmp_path / "copy.mp4", Redaction(masks))
        assert found["picture"] == "another turning or shape of pixels than the original"

    def test_smaller(self, short: tuple[Path, Path, Redaction], tmp_path: Path) -> None:
        found = self.copied(short, tmp_path, "-s", "160x90", *self.ENCODED)
        assert found["picture"].startswith(
            "another size than the original: frame 0 (00:00:00:00) shows 160 x 90, and 19 more"
        )


class Test_the_original:
    def test_with_other_frames_than_before_is_told(
        self, source: Path, index: FrameIndex, tmp_path: Path
    ) -> None:
        other = clips.make(tmp_path / "other.mp4", frames=12)
        with pytest.raises(ToolFailed, match="it shows 12 frames; when it was taken in, it showed 60"):
            failures(other, source, Redaction((mask(index),)), index)


class Test_stills:
    MASKS = (
        Mask(1, None, Shape.BOX, (Pose(None, Region(0.1, 0.3, 0.2, 0.3)),), Treatment.FILL),
        Mask(2, None, Shape.ELLIPSE, (Pose(None, Region(0.5, 0.3, 0.3, 0.4)),), Treatment.BLUR),
        Mask(
            3,
            None,
            Shape.POLYGON,
            (diamond(Pose(None, Region(0.5, 0.75, 0.3, 0.2))),),
            Treatment.MOSAIC,
            (0.02, 0.02),
        ),
    )

    def picture(self, channels: int = 3) -> Picture:
        noise = np.random.default_rng(1).integers(0, 256, (24, 40, channels)).astype(np.uint8)
        pixels = cv2.resize(noise, (240, 144), interpolation=cv2.INTER_NEAREST)
        return Picture(240, 144, channels, pixels.tobytes())

    @pytest.mark.parametrize("channels", [3, 4])
    def test_a_good_copy_passes(self, channels: int) -> None:
        picture = self.picture(channels)
        proof = compare_stills(picture, mask_still(picture, self.MASKS), self.MASKS, "png")
        assert proof.ok, proof
        assert set(proof.checks) == {"picture", "covered", "independent", "elsewhere"}

    def test_whatever_is_wrong_is_found(self) -> None:
        picture = self.picture()
        half = mask_still(picture, self.MASKS[:1])
        proof = compare_stills(picture, half, self.MASKS, "png")
        assert proof.checks["covered"].startswith("flag 2: up to ")
        assert proof.checks["covered"].endswith(", and 1 more")
        assert not proof.checks["elsewhere"]
        spoilt = mask_still(half, [replace(self.MASKS[0], poses=(Pose(None, Region(0, 0, 0.1, 0.1)),))])
        assert "dB" in compare_stills(picture, spoilt, self.MASKS[:1], "png").checks["elsewhere"]
        smaller = Picture(240, 143, 3, picture.data[: 240 * 143 * 3])
        assert not compare_stills(picture, smaller, self.MASKS, "png").ok

    @pytest.mark.parametrize("number", range(3))
    def test_a_mask_three_pixels_too_small_is_found(self, number: int) -> None:
        picture, right = self.picture(), self.MASKS[number]
        across, down = right.grow
        small = replace(right, grow=(across - 3 / 240, down - 3 / 144))
        assert compare_stills(picture, mask_still(picture, [small]), [right], "png").checks["covered"]

    def test_a_treatment_that_peeks_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("footage.media.painting.paint", really_blurred)
        picture = self.picture()
        proof = compare_stills(picture, mask_still(picture, self.MASKS), self.MASKS, "png")
        assert proof.checks["independent"] == "what is painted depends on what it hides"

    @pytest.mark.parametrize("treatment", MASKING)
    @pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "webp", "gif", "heic", "avif"])
    def test_in_every_format(self, tmp_path: Path, name: str, treatment: Treatment) -> None:
        """From decoded pixels to a file and back through the sandbox."""
        from footage.media.still import encode

        format = FORMATS[name]
        original, copy = tmp_path / f"still{format.extensions[0]}", tmp_path / f"copy{format.extensions[0]}"
        drawn = np.ascontiguousarray(clips.draw(5, (320, 180)))
        original.write_bytes(encode(Picture(320, 180, 3, drawn.tobytes()), name))
        masks = [replace(mask, treatment=treatment) for mask in self.MASKS]
        with Sandbox([tmp_path], tmp_path) as sandbox:
            copy.write_bytes(render_masked_still(sandbox, original, format, masks))
            proof = prove_masked_still(sandbox, original, format, copy, masks)
            assert proof.ok, proof
            assert not prove_masked_still(sandbox, original, format, original, masks).ok

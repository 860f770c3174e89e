"""The proof of a masked copy: it passes a good one, and names what is wrong with any other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
import masked
from footage.errors import ToolFailed
from footage.media.painting import mask_still
from footage.media.picture import Picture
from footage.media.planes import planes_of
from footage.media.proof import compare_stills, prove_masked_still
from footage.media.render import render_masked_still
from footage.media.sandbox import Sandbox
from footage.media.sniff import FORMATS
from footage.model.flag import Mask, Treatment
from footage.model.geometry import Pose, Region, Shape
from footage.model.span import Span

BOX = Region(0.3, 0.3, 0.3, 0.4)
MOVED = Region(0.4, 0.35, 0.3, 0.4)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip with a busy picture, so that everything that is not covered can be told from a mask."""
    path = tmp_path_factory.mktemp("proof") / "clip.mkv"
    busy = np.random.default_rng(4).integers(0, 256, (23, 40, 3)).astype(np.uint8)
    drawn = []
    for number in range(20):
        picture = clips.draw(number, (320, 180))
        shifted = np.roll(cv2.resize(busy, (320, 184), interpolation=cv2.INTER_NEAREST), 3 * number, 1)
        picture[30:] = picture[30:] // 2 + shifted[30:180] // 2
        drawn.append(picture)
    return clips.make(path, frames=20, audio=True, drawn=drawn)


def mask(source: Path, treatment: Treatment = Treatment.FILL) -> Mask:
    """On the frames 6 to 12, moving."""
    return masked.mask(masked.index_of(source), 6, 12, BOX, to=MOVED, treatment=treatment)


def painted_by_hand(
    source: Path, path: Path, hide: Callable[[NDArray[np.uint8], int], None], *options: str
) -> Path:
    """The clip with its luma painted frame by frame by the test, and the original's sound."""
    planes = []
    for number, frame in enumerate(masked.frames(source)):
        samples = [plane.samples.copy() for plane in planes_of(frame)]
        hide(samples[0], number)
        planes += [each.tobytes() for each in samples]
    clips.run(
        *("-f", "rawvideo", "-pixel_format", "yuv420p", "-video_size", "320x180", "-framerate", "25"),
        *("-i", "pipe:0", "-i", str(source), "-map", "0:v", "-map", "1:a", "-c:a", "copy", "-c:v", "libx264"),
        *("-crf", "10", "-color_range", "tv", "-fflags", "+bitexact", *options, str(path)),
        stdin=b"".join(planes),
    )
    return path


class Test_a_good_copy:
    @pytest.mark.parametrize("treatment", Treatment)
    def test_passes(self, source: Path, tmp_path: Path, treatment: Treatment) -> None:
        masks = [mask(source, treatment)]
        made = masked.rendered(source, masks, tmp_path / "made")
        assert masked.proven(source, made.path, masks) == {}

    def test_of_a_noisy_clip_passes(self, tmp_path: Path) -> None:
        """Grain is the hardest to encode."""
        source = tmp_path / "noise.mp4"
        grain = "nullsrc=size=320x180:rate=25:duration=0.5,geq=lum='128+40*(random(1)-0.5)':cb=128:cr=128"
        clips.run("-f", "lavfi", "-i", grain, "-c:v", "libx264", "-crf", "8", source)
        masks = [masked.mask(masked.index_of(source), 3, 8, BOX)]
        made = masked.rendered(source, masks, tmp_path / "made")
        assert masked.proven(source, made.path, masks) == {}


class Test_what_is_not_covered:
    @pytest.mark.parametrize("treatment", Treatment)
    def test_an_unmasked_copy(self, source: Path, treatment: Treatment) -> None:
        wrong = masked.proven(source, source, [mask(source, treatment)])
        assert set(wrong) == {"covered"}
        assert wrong["covered"].startswith("flag 1 on frame 6 (00:00:00:06): up to ")
        assert wrong["covered"].endswith(", and 6 more")

    @pytest.mark.parametrize("treatment", Treatment)
    @pytest.mark.parametrize("by", [-1, 1])
    def test_a_mask_a_frame_early_or_late(
        self, source: Path, tmp_path: Path, treatment: Treatment, by: int
    ) -> None:
        right = mask(source, treatment)
        assert right.span is not None
        shifted = replace(right, span=Span(right.span.start + by * 40, right.span.end + by * 40))
        made = masked.rendered(source, [shifted], tmp_path / "made")
        wrong = masked.proven(source, made.path, [right])
        number = 6 if by > 0 else 12
        assert f"flag 1 on frame {number} " in wrong["covered"]

    @pytest.mark.parametrize("treatment", Treatment)
    @pytest.mark.parametrize("shape", Shape)
    def test_a_mask_four_pixels_too_small(
        self, source: Path, tmp_path: Path, treatment: Treatment, shape: Shape
    ) -> None:
        index = masked.index_of(source)
        right = masked.mask(index, 6, 12, BOX, shape=shape, treatment=treatment)
        small = Region(BOX.x + 4 / 320, BOX.y + 4 / 180, BOX.w - 8 / 320, BOX.h - 8 / 180)
        made = masked.rendered(source, [replace(right, poses=(Pose(None, small),))], tmp_path / "made")
        assert "covered" in masked.proven(source, made.path, [right])

    def test_a_mask_in_another_place(self, source: Path, tmp_path: Path) -> None:
        made = masked.rendered(source, [mask(source)], tmp_path / "made")
        there = masked.mask(masked.index_of(source), 6, 12, Region(0, 0.5, 0.2, 0.4))
        wrong = masked.proven(source, made.path, [there])
        assert set(wrong) == {"covered", "elsewhere"}

    def test_one_mask_of_two(self, source: Path, tmp_path: Path) -> None:
        other = masked.mask(masked.index_of(source), 0, 3, Region(0, 0.5, 0.2, 0.4), flag=7)
        made = masked.rendered(source, [mask(source)], tmp_path / "made")
        wrong = masked.proven(source, made.path, [mask(source), other])
        assert wrong["covered"].startswith("flag 7 on frame 0 ")

    def test_a_mask_on_no_frame(self, source: Path, tmp_path: Path) -> None:
        made = masked.rendered(source, [mask(source)], tmp_path / "made")
        nowhere = replace(mask(source), flag=9, span=Span(90_000, 90_040))
        assert (
            masked.proven(source, made.path, [mask(source), nowhere])["covered"] == "flag 9 lies on no frame"
        )

    def test_a_real_blur_of_what_is_hidden(self, source: Path, tmp_path: Path) -> None:
        """However strong a real blur is, it is a copy of what it hides."""

        def hide(luma: NDArray[np.uint8], number: int) -> None:
            if 6 <= number <= 12:
                part = luma[54:126, 96:192]
                part[:] = cv2.GaussianBlur(part, (0, 0), 16)

        copy = painted_by_hand(source, tmp_path / "copy.mkv", hide)
        still = masked.mask(masked.index_of(source), 6, 12, BOX, treatment=Treatment.BLUR)
        assert "covered" in masked.proven(source, copy, [still])

    @pytest.mark.parametrize("share", [0.95, 0.7])
    def test_a_mask_that_lets_something_through(self, source: Path, tmp_path: Path, share: float) -> None:
        def hide(luma: NDArray[np.uint8], number: int) -> None:
            if 6 <= number <= 12:
                luma[54:126, 96:192] = np.rint(16 * share + luma[54:126, 96:192] * (1 - share))

        gray = masked.mask(masked.index_of(source), 6, 12, BOX)
        copy = painted_by_hand(source, tmp_path / "copy.mkv", hide, "-vf", "hue=s=0:enable='between(n,6,12)'")
        assert "covered" in masked.proven(source, copy, [gray])

    def test_a_hole_in_a_mask(self, source: Path, tmp_path: Path) -> None:
        hole = Region(0.45, 0.45, 8 / 320, 8 / 180)
        index = masked.index_of(source)
        parts = [
            Region(BOX.x, BOX.y, BOX.w, hole.y - BOX.y),
            Region(BOX.x, hole.y, hole.x - BOX.x, BOX.y + BOX.h - hole.y),
            Region(hole.x, hole.y + hole.h, hole.w, BOX.y + BOX.h - hole.y - hole.h),
            Region(hole.x + hole.w, hole.y, BOX.x + BOX.w - hole.x - hole.w, BOX.y + BOX.h - hole.y),
        ]
        masks = [masked.mask(index, 6, 12, part, flag=n) for n, part in enumerate(parts, 1)]
        made = masked.rendered(source, masks, tmp_path / "made")
        assert "covered" in masked.proven(source, made.path, [masked.mask(index, 6, 12, BOX)])

    def test_a_mask_turned_the_wrong_way(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The proof does not share the renderer's idea of where a region lies in a turned picture."""
        source = clips.make(tmp_path / "clip.mp4", frames=10, rotation=90)
        masks = [masked.mask(masked.index_of(source), 3, 6, Region(0.1, 0.5, 0.3, 0.2))]
        wrong = lambda region, rotation, mirrored: region  # noqa: E731, ARG005
        monkeypatch.setattr("footage.media.painting.stored_region", wrong)
        made = masked.rendered(source, masks, tmp_path / "made")
        assert "covered" in masked.proven(source, made.path, masks)

    def test_a_treatment_that_uses_what_it_hides(
        self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Renderer and proof share the treatments, but the proof gives them noise to hide."""
        monkeypatch.setattr("footage.media.treatments._cut", lambda *_: None)
        masks = [mask(source, Treatment.BLUR)]
        made = masked.rendered(source, masks, tmp_path / "made")
        assert "covered" in masked.proven(source, made.path, masks)


class Test_what_is_changed_elsewhere:
    def test_another_picture(self, source: Path, tmp_path: Path) -> None:
        def hide(luma: NDArray[np.uint8], number: int) -> None:
            if 6 <= number <= 12:
                luma[54:126, 96:192] = 16
            if number == 15:
                luma[:] = luma[::-1]

        copy = painted_by_hand(source, tmp_path / "copy.mkv", hide)
        found = masked.proven(source, copy, [masked.mask(masked.index_of(source), 6, 12, BOX)])
        assert found["elsewhere"].startswith("frame 15 (00:00:00:15): ")
        assert "at least 30 dB are asked" in found["elsewhere"]

    def test_a_mask_that_nobody_drew(self, source: Path, tmp_path: Path) -> None:
        extra = masked.mask(masked.index_of(source), 8, 9, Region(0, 0.8, 0.1, 0.2), flag=2)
        made = masked.rendered(source, [mask(source), extra], tmp_path / "made")
        found = masked.proven(source, made.path, [mask(source)])
        assert set(found) == {"elsewhere"}
        assert found["elsewhere"].startswith("frame 8 ")


class Test_the_file:
    ENCODED = ("-c:v", "libx264", "-crf", "10", "-c:a", "copy")

    def copied(self, source: Path, folder: Path, *options: str | Path) -> dict[str, str]:
        """What is wrong with a good copy after FFmpeg has put it together anew."""
        masks = [mask(source)]
        made = masked.rendered(source, masks, folder / "made")
        path = folder / "copy.mkv"
        clips.run("-i", made.path, *options, path)
        return masked.proven(source, path, masks)

    def test_as_it_was_is_good(self, source: Path, tmp_path: Path) -> None:
        assert self.copied(source, tmp_path, "-c", "copy", "-fflags", "+bitexact") == {}

    def test_a_frame_short(self, source: Path, tmp_path: Path) -> None:
        found = self.copied(
            source, tmp_path, "-frames:v", "19", "-c:v", "libx264", "-crf", "10", "-c:a", "copy"
        )
        assert found["frame-count"] == "19 frames instead of 20"
        assert found["timestamps"] == "19 instead of 20"

    def test_a_frame_late(self, source: Path, tmp_path: Path) -> None:
        late = "setpts=if(eq(N\\,9)\\,PTS+10\\,PTS)"
        encoded = ("-c:v", "libx264", "-crf", "10", "-c:a", "copy", "-fps_mode", "passthrough")
        found = self.copied(
            source, tmp_path, "-vf", f"settb=1/1000,{late}", "-enc_time_base", "1/1000", *encoded
        )
        assert found["timestamps"] == "number 9 comes at 0.370000 s instead of 0.360000 s"

    def test_other_sound(self, source: Path, tmp_path: Path) -> None:
        tone = ("-f", "lavfi", "-i", "sine=frequency=500:sample_rate=48000:duration=0.8")
        found = self.copied(
            source, tmp_path, *tone, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac"
        )
        assert found["sound"] == "sound 1 is not the original's"

    def test_no_sound(self, source: Path, tmp_path: Path) -> None:
        found = self.copied(source, tmp_path, "-an", "-c", "copy")
        assert found["sound"] == "0 streams of sound instead of 1"
        assert found["streams"] == "0 of audio instead of 1"

    def test_sound_that_comes_late(self, source: Path, tmp_path: Path) -> None:
        late = ("-c", "copy", "-bsf:a", "setts=ts=TS+50", "-fflags", "+bitexact")
        found = self.copied(source, tmp_path, *late)
        assert set(found) == {"sound"}
        assert found["sound"].startswith("sound 1 is out of time: number 0 comes at 0.0")

    def test_something_else_in_it(self, source: Path, tmp_path: Path) -> None:
        words = tmp_path / "words.srt"
        words.write_text("1\n00:00:00,000 --> 00:00:00,400\nHis name is\n")
        tags = ("-metadata", "title=His name", "-metadata:s:a:0", "title=voice")
        found = self.copied(source, tmp_path, "-i", words, "-map", "0", "-map", "1", "-c", "copy", *tags)
        assert found == {"streams": "1 of subtitle instead of 0, the tag title"}

    def test_turned_otherwise(self, tmp_path: Path) -> None:
        source = clips.make(tmp_path / "clip.mp4", frames=8, rotation=90)
        masks = [masked.mask(masked.index_of(source), 3, 6, BOX)]
        made = masked.rendered(source, masks, tmp_path / "made")
        clips.run("-display_rotation:v:0", "0", "-i", made.path, "-c", "copy", tmp_path / "copy.mp4")
        found = masked.proven(source, tmp_path / "copy.mp4", masks)
        assert found == {"picture": "another turning or shape of pixels than the original"}

    def test_smaller(self, source: Path, tmp_path: Path) -> None:
        found = self.copied(source, tmp_path, "-s", "160x90", *self.ENCODED)
        assert found["picture"] == "another size than the original"


class Test_the_original:
    def test_with_other_frames_than_before_is_told(self, source: Path, tmp_path: Path) -> None:
        made = masked.rendered(source, [mask(source)], tmp_path / "made")
        other = clips.make(tmp_path / "other.mkv", frames=12)
        index = masked.index_of(source)
        with pytest.raises(ToolFailed, match="it shows 12 frames; when it was taken in, it showed 20"):
            masked.proven(other, made.path, [mask(source)], index)


class Test_stills:
    MASKS = (
        Mask(1, None, Shape.BOX, (Pose(None, Region(0.1, 0.3, 0.2, 0.3)),), Treatment.FILL),
        Mask(2, None, Shape.ELLIPSE, (Pose(None, Region(0.5, 0.3, 0.3, 0.4)),), Treatment.BLUR),
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
        assert set(proof.checks) == {"picture", "covered", "elsewhere"}

    def test_whatever_is_wrong_is_found(self) -> None:
        picture = self.picture()
        half = mask_still(picture, self.MASKS[:1])
        proof = compare_stills(picture, half, self.MASKS, "png")
        assert proof.checks["covered"].startswith("flag 2: up to ")
        assert not proof.checks["elsewhere"]
        spoilt = mask_still(half, [replace(self.MASKS[0], poses=(Pose(None, Region(0, 0, 0.1, 0.1)),))])
        assert "dB" in compare_stills(picture, spoilt, self.MASKS[:1], "png").checks["elsewhere"]
        smaller = Picture(240, 143, 3, picture.data[: 240 * 143 * 3])
        assert not compare_stills(picture, smaller, self.MASKS, "png").ok

    @pytest.mark.parametrize("treatment", Treatment)
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

"""Decoded frames as a viewer sees them, against FFmpeg's own conversion and known colours."""

import doctest
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame
from numpy.typing import NDArray

import clips
from footage.media import pictures
from footage.media.demux import Reader, open_video, picture_stream
from footage.media.pictures import Geometry, Screen, geometry_of, smaller

EXACTLY = "flags=bicubic+accurate_rnd+full_chroma_int"


def first_frame(path: Path, name: str, number: int = 0) -> tuple[VideoFrame, Geometry]:
    with open_video(str(path), name) as container:
        stream = picture_stream(container)
        for at, frame in enumerate(Reader(container, stream).frames()):
            if at == number:
                return frame, geometry_of(frame, stream)
    raise AssertionError(f"{path} has no frame {number}")


def show(path: Path, name: str = "mp4", number: int = 0, longest: int | None = None) -> NDArray[np.uint8]:
    frame, geometry = first_frame(path, name, number)
    return Screen(geometry).show(frame, longest)


def by_ffmpeg(path: Path, number: int, filters: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    chosen = f"select=eq(n\\,{number}),{filters},format=rgb24"
    raw = clips.run("-i", path, "-vf", chosen, "-frames:v", "1", "-f", "rawvideo", "-")
    return np.frombuffer(raw, np.uint8).reshape(shape)


def apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def colours_off(picture: NDArray[np.uint8]) -> int:
    """The largest difference of a field's colour from what was drawn."""
    found = clips.field_colours(picture)
    return max(
        abs(a - b) for name, wanted in clips.FIELDS.items() for a, b in zip(found[name], wanted, strict=True)
    )


class Test_against_ffmpeg:
    @pytest.mark.parametrize(
        "name", ["torchcodec_bt709_full_range", "mdn_elf", "dvrscan_traffic_camera", "intel_car-detection"]
    )
    def test_real_clips(self, real_media: Path, name: str) -> None:
        path = real_media / f"{name}.mp4"
        picture = show(path, number=10)
        assert apart(picture, by_ffmpeg(path, 10, f"scale={EXACTLY}", picture.shape)) < 1

    def test_an_unsaid_matrix_is_that_of_high_definition(self, real_media: Path) -> None:
        path = real_media / "tmk_pattern-hd-no-bar.mp4"
        picture = show(path, number=10)
        as_709 = by_ffmpeg(path, 10, f"scale=in_color_matrix=bt709:{EXACTLY}", picture.shape)
        as_601 = by_ffmpeg(path, 10, f"scale=in_color_matrix=bt601:{EXACTLY}", picture.shape)
        assert apart(picture, as_709) < 0.5 < apart(picture, as_601)

    @pytest.mark.long
    def test_hdr(self, real_media: Path) -> None:
        path = real_media / "torchcodec_bt2020_10bit.mp4"
        picture = show(path, number=10)
        mapped = by_ffmpeg(path, 10, f"scale=out_primaries=bt709:out_transfer=bt709:{EXACTLY}", picture.shape)
        plain = by_ffmpeg(path, 10, f"scale={EXACTLY}", picture.shape)
        assert apart(picture, mapped) < 3
        assert apart(picture, plain) > 10


class Test_known_colours:
    @pytest.mark.parametrize(
        "coding",
        [
            {"colour": "bt709"},
            {"colour": "smpte170m"},
            {"colour": "bt709", "full_range": True},
            {"colour": "bt709", "pixel_format": "yuv422p"},
            {"colour": "bt709", "pixel_format": "yuv420p10le"},
            {"colour": "bt2020nc", "transfer": "bt709", "primaries": "bt709", "pixel_format": "yuv420p10le"},
            {"codec": "ffv1", "pixel_format": "gbrp", "colour": "bt709"},
        ],
        ids=str,
    )
    def test_of_every_coding(self, tmp_path: Path, coding: dict[str, Any]) -> None:
        picture = show(clips.make(tmp_path / "clip.mkv", frames=1, **coding), "matroska")
        assert picture.shape == (180, 320, 3)
        assert colours_off(picture) <= 3

    @pytest.mark.parametrize(("size", "colour"), [((320, 240), "smpte170m"), ((1280, 720), "bt709")])
    def test_of_what_says_nothing(self, tmp_path: Path, size: tuple[int, int], colour: str) -> None:
        path = clips.make(tmp_path / "clip.avi", codec="mpeg4", frames=1, size=size, colour=colour)
        frame, _ = first_frame(path, "avi")
        assert frame.colorspace == 2
        assert colours_off(show(path, "avi")) <= 4

    @pytest.mark.parametrize("curve", ["smpte2084", pytest.param("arib-std-b67", marks=pytest.mark.long)])
    def test_of_hdr_are_near_those_of_its_sdr(self, tmp_path: Path, curve: str) -> None:
        coding: Any = {"codec": "ffv1", "pixel_format": "yuv444p", "colour": "bt709"}
        plain = clips.make(tmp_path / "plain.mkv", frames=1, **coding)
        path = tmp_path / "hdr.mkv"
        to_light = "zscale=min=709:tin=709:pin=709:t=linear:npl=203,format=gbrpf32le,zscale=p=2020"
        to_hdr = f"zscale=t={curve}:m=2020_ncl:npl=203:r=tv,format=yuv420p10le"
        tagged = f"setparams=color_trc={curve}:color_primaries=bt2020:colorspace=bt2020nc"
        clips.run("-i", plain, "-vf", f"{to_light},{to_hdr},{tagged}", "-c:v", "ffv1", path)
        picture = show(path, "matroska")
        assert clips.frame_number(picture) == 0
        assert colours_off(picture) <= 45
        frame, _ = first_frame(path, "matroska")
        untouched = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
        assert colours_off(untouched) > 50


class Test_geometry:
    def test_examples(self) -> None:
        assert doctest.testmod(pictures).failed == 0

    def test_the_pixels_of_a_wide_and_of_a_narrow_picture(self, tmp_path: Path) -> None:
        shapes = {Fraction(64, 45): (1024, 576), Fraction(8, 9): (640, 576), Fraction(90): (720, 576)}
        for aspect, size in shapes.items():
            path = clips.make(tmp_path / "clip.mkv", frames=1, size=(720, 576), sample_aspect=aspect)
            picture = show(path, "matroska")
            assert (picture.shape[1], picture.shape[0]) == size
            assert clips.frame_number(picture) == 0

    def test_no_picture_is_enlarged(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.mp4", frames=1)
        assert show(path, longest=5000).shape == (180, 320, 3)
        assert show(path, longest=160).shape == (90, 160, 3)
        assert smaller(show(path), 160).shape == (90, 160, 3)
        assert smaller(show(path), 999).shape == (180, 320, 3)

    def test_woven_fields_stay_woven(self, tmp_path: Path) -> None:
        even, odd = clips.draw(0, (320, 180)), clips.draw(5, (320, 180))
        woven = even.copy()
        woven[1::2] = odd[1::2]
        path = tmp_path / "clip.mkv"
        clips.make(path, codec="ffv1", frames=1, drawn=[woven], pixel_format="yuv444p")
        assert apart(show(path, "matroska"), woven) < 2

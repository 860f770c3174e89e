"""Credit lines burnt into pictures: where they lie, that they can be read, and what is refused."""

from fractions import Fraction
from pathlib import Path

import av
import ffmpeg as graph
import numpy as np
import pytest
from numpy.typing import NDArray

import clips
from footage.errors import Refused
from footage.media.lower_third import Strip, credited, drawn, insist_on_letters, overlaid
from footage.media.picture import Picture

CREDIT = "@92OMBr/Newsflash"
LONG = "92nd Ivan Sirko Separate Mechanized Brigade/Ground Forces/Newsflash"
SIZES = [(1920, 1080), (1080, 1920), (1280, 720), (720, 1280), (640, 480), (160, 90), (161, 91)]

Pixels = NDArray[np.uint8]


def pixels(picture: Picture) -> Pixels:
    return np.frombuffer(picture.data, np.uint8).reshape(picture.height, picture.width, -1)


def flat(size: tuple[int, int], level: int, channels: int = 3) -> Picture:
    width, height = size
    return Picture(width, height, channels, bytes([level]) * (width * height * channels))


def inside(strip: Strip, size: tuple[int, int]) -> bool:
    """Whether a strip keeps to the safe area, and to the lower third."""
    width, height = size
    left, top, box = strip.left, strip.top, strip.picture
    right, bottom = left + box.width, top + box.height
    return (
        left >= width / 20
        and right <= width * 19 / 20
        and bottom <= height * 19 / 20
        and top >= height * 2 / 3 - 1
    )


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_credit_lies_in_the_lower_third_and_in_the_safe_area(size: tuple[int, int]) -> None:
    assert inside(drawn(CREDIT, *size), size)


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (640, 480)], ids=str)
def test_a_long_credit_is_broken_into_lines_that_fit(size: tuple[int, int]) -> None:
    strip = drawn(LONG, *size)
    assert inside(strip, size)
    assert strip.picture.height > drawn(CREDIT, *size).picture.height or size[0] > 1000


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("size", [(1280, 720), (160, 90)], ids=str)
def test_letters_stand_out_on_any_ground(level: int, size: tuple[int, int]) -> None:
    strip = drawn(CREDIT, *size)
    before = flat(size, level)
    after = pixels(credited(before, CREDIT))
    box = after[
        strip.top : strip.top + strip.picture.height, strip.left : strip.left + strip.picture.width, 0
    ]
    assert box.max() == 255 and box.min() <= 90
    assert 0.05 < (box > 200).mean() < 0.5
    outside = after.copy()
    outside[strip.top : strip.top + strip.picture.height, strip.left : strip.left + strip.picture.width] = (
        level
    )
    assert (outside == level).all()


def test_a_still_keeps_its_transparency_and_its_size() -> None:
    picture = Picture(320, 180, 4, bytes((9, 9, 9, 0)) * (320 * 180))
    after = pixels(credited(picture, CREDIT))
    assert after.shape == (180, 320, 4) and after[0, 0, 3] == 0
    assert after[..., 3].max() == 255


@pytest.mark.parametrize(
    "text", ["Сили оборони «Хортиця»", "Їжак ґанок є’", "Ιωάννης", "Łódź Đặng ğ №5 €", "Cafe\u0301"]
)
def test_letters_of_europe_are_drawn_each_as_itself(text: str) -> None:
    strips = {drawn(text[: end + 1], 1280, 720).picture.data for end in range(len(text))}
    assert len(strips) >= len(text) - text.count(" ") - 1


def test_look_alikes_are_different_pictures() -> None:
    assert drawn("Ґ", 640, 360).picture != drawn("Г", 640, 360).picture
    assert drawn("ї", 640, 360).picture != drawn("і", 640, 360).picture


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        ("字", "U+5B57, cjk"),
        ("ק", "U+05E7, hebrew letter qof"),
        ("ع", "U+0639, arabic letter ain"),
        ("🎥", "U+1F3A5"),
        ("\u202e", "\\u202e (U+202E, right-to-left override)"),
        ("\u200b", "U+200B"),
        ("\x1b", "\\x1b (U+001B"),
        ("\udce9", "\\xe9 (U+DCE9"),
        ("□", "U+25A1, white square"),
    ],
)
def test_what_the_font_cannot_draw_is_refused_by_name(sign: str, name: str) -> None:
    with pytest.raises(Refused) as caught:
        drawn(f"Ground {sign}/Newsflash", 1280, 720)
    assert name in caught.value.message and "--credit" in caught.value.hint
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    ("text", "size"),
    [("x" * 10_000, (1280, 720)), ("word " * 200, (1280, 720)), (CREDIT, (40, 40)), ("W" * 80, (640, 360))],
)
def test_what_does_not_fit_is_refused(text: str, size: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="does not fit"):
        drawn(text, *size)


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(Refused, match="no credit"):
        insist_on_letters("  ")


def frames(path: Path) -> list[tuple[Fraction, Pixels]]:
    with av.open(str(path)) as container:
        return [
            (
                (frame.pts or 0) * (frame.time_base or Fraction(1)),
                np.asarray(frame.to_ndarray(format="gray"), np.uint8),
            )
            for frame in container.decode(video=0)
        ]


def test_a_clip_carries_it_on_every_frame_of_its_span_at_the_same_times(tmp_path: Path) -> None:
    times = [0, 40, 90, 200, 210, 300, 500, 900]
    # A time base that FFmpeg's own for single pictures does not divide.
    options = ("-video_track_timescale", "65536")
    source = clips.make(
        tmp_path / "clip.mp4", size=(320, 180), frames=len(times), times=times, options=options
    )
    made = tmp_path / "made.mp4"
    pictures = graph.input(str(source)).video.filter("format", "yuv420p")
    laid = overlaid(pictures, CREDIT, (320, 180), tmp_path / "credit.png", Fraction(1, 4))
    output = graph.output(
        laid, str(made), fps_mode="passthrough", enc_time_base="demux", vcodec="libx264", crf=12
    )
    clips.run(*graph.get_args(output))
    before, after = frames(source), frames(made)
    assert [time for time, _ in after] == [time for time, _ in before]
    strip = drawn(CREDIT, 320, 180)
    rows = slice(strip.top, strip.top + strip.picture.height)
    columns = slice(strip.left, strip.left + strip.picture.width)
    for (time, was), (_, now) in zip(before, after, strict=True):
        box = now[rows, columns]
        assert (box.max() > 225 and box.min() < 60) == (time < Fraction(1, 4)), time
        assert clips.frame_number(now) == clips.frame_number(was)
        assert abs(now[: strip.top - 8].astype(int) - was[: strip.top - 8]).mean() < 3

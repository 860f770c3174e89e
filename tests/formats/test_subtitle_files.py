"""Subtitle files: words arrive exactly or are refused by name, and what is written does nothing."""

import re
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.errors import BadInput, Usage
from footage.formats.subtitles import SIZE_LIMIT, decoded, read, write
from footage.model.timed import ExactCue

HOSTILE = (
    "a --> b\n00:00:01.000 --> 00:00:02.000",
    "<script>alert(1)</script> a < b > c <i> </i> <v Roger> <00:00:01.000>",
    "AT&T &amp; &lt;b&gt; &#60; &nbsp; &copy",
    "C:\\New \\N \\n \\h {\\an8} {b} }{",
    "42",
    "NOTE a comment\nSTYLE\nWEBVTT",
    "1\n2\n3",
    "=cmd|'/C calc'!A0\n@SUM(1)",
    "\u202eevil\u202c \u200f שלום",
    "Київ — ґанок №5 e\u0301 🎥",
    "  led by blanks\n\ttab\t",
    "\u2028line\u2029separators\u00a0",
    "x" * 10_000,
    "",
)


def cue(start: int, end: int, text: str) -> ExactCue:
    return ExactCue(Fraction(start, 1000), Fraction(end, 1000), text)


def texts(content: str) -> list[str]:
    return [each.text for each in read(content).cues]


def vtt(payload: str) -> str:
    return f"WEBVTT\n\n00:01.000 --> 00:02.000\n{payload}\n\n00:03.000 --> 00:04.000\nend\n"


def srt(payload: str) -> str:
    return f"1\n00:00:01,000 --> 00:00:02,000\n{payload}\n\n2\n00:00:03,000 --> 00:00:04,000\nend\n"


@pytest.mark.parametrize("kind", ["vtt", "srt"])
@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_written_reads_back_exactly(kind: str, text: str) -> None:
    cues = (cue(0, 1500, "first"), cue(2000, 3001, text), cue(3001, 360_000_000 - 1, "last\n7"))
    assert read(write(cues, kind)).cues == cues


LINE = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("<>&-{}\\;:0123 "), min_size=1
).filter(str.strip)
TEXTS = st.lists(LINE, max_size=4).map("\n".join)


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 9000), TEXTS), min_size=1),
    st.sampled_from(["vtt", "srt"]),
)
def test_any_words_read_back_exactly(told: list[tuple[int, int, str]], kind: str) -> None:
    cues = sorted((cue(at, at + length, text) for at, length, text in told), key=lambda c: (c.start, c.end))
    found = read(write(cues, kind))
    assert list(found.cues) == cues and found.notes == ()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_written_words_is_markup_or_times(text: str) -> None:
    written = write([cue(0, 1000, text)], "vtt")
    assert written.count("-->") == 1 and "<" not in written.replace(" --> ", "")
    assert not re.search(r"&(?!amp;|lt;|gt;)", written)
    written = write([cue(0, 1000, text)], "srt")
    assert written.count("-->") == 1 and not re.search(r"<[A-Za-z/!?]|\{\\", written)


@pytest.mark.parametrize("kind", ["vtt", "srt"])
def test_ffmpeg_shows_the_written_words_as_they_are(
    ffmpeg: Callable[..., bytes], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_text(write([cue(1000, 2000, "R&D, 5 < 6: Київ"), cue(2000, 3000, "42")], kind), "utf-8")
    shown = ffmpeg("-i", path, "-f", "ass", "-").decode()
    assert "0:00:01.00,0:00:02.00,Default,,0,0,0,,R&D, 5 < 6: Київ" in shown and ",,42" in shown


def test_markup_falls_away_and_references_are_signs() -> None:
    told = "<v.loud Roger Bingham>Hi <c.yellow>you</c>, <i>now</i> <00:00:01.100>a <00:00:01.200>b</v>"
    found = read(vtt(f"{told} &amp; &lt;b&gt;&#1050;&#x41a;"))
    assert found.cues[0].text == "Hi you, now a b & <b>КК" and found.cues[1].text == "end"
    assert found.notes == (
        "the styling of 1 cue was left out",
        "the speakers' names were left out: Roger Bingham",
    )
    found = read(srt('{\\an8}<font color="#ff0000">Red</font> <B>b</B> &quot;q&quot;'))
    assert found.cues[0].text == 'Red b "q"' and len(found.notes) == 1


def test_what_is_no_markup_of_the_format_is_text() -> None:
    told = "a < b, <script>x</script> <blink> <i"
    assert texts(vtt(told))[0] == told == texts(srt(told))[0]
    assert texts(vtt("{\\an8} <font>"))[0] == "{\\an8} <font>"


def test_comments_styles_regions_and_names_of_cues_stay_out() -> None:
    content = (
        "WEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\n"
        "NOTE secret\n\n"
        "an id 7\n00:01.000 --> 00:02.000 align:start line:0\none\n\nNOTE\nmore secret\n\n"
        "12\n00:03.000 --> 00:04.000\ntwo\n5\n"
    )
    found = read(content)
    assert [each.text for each in found.cues] == ["one", "two\n5"]
    assert found.notes == (
        "comments were left out (2)",
        "style sheets were left out (1)",
        "regions were left out (1)",
    )


def test_numbers_are_words_where_they_are_and_no_words_where_they_number() -> None:
    assert texts("1\n00:00:01,000 --> 00:00:02,000\nin\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\n7") == [
        "in\n1984",
        "7",
    ]
    assert texts("00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,0 --> 00:00:04,05\nb") == ["a", "b"]
    assert texts("1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\nb") == ["", "b"]


def test_empty_lines_inside_a_cue_are_left_out_and_told() -> None:
    found = read(srt("a\n\n  \nb"))
    assert found.cues[0].text == "a\nb" and found.notes == ("empty lines inside cues were left out",)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_newline_will_do(newline: str) -> None:
    assert texts(vtt("a\nb").replace("\n", newline)) == ["a\nb", "end"]


def test_times_are_exact() -> None:
    found = read("WEBVTT\n\n100:00:00.001 --> 1000:59:59.999\nx\n\n00:00.050 --> 00:00.500\ny").cues
    assert [(int(each.start * 1000), int(each.end * 1000)) for each in found] == [
        (360000001, 3603599999),
        (50, 500),
    ]
    (found_srt,) = read("1\n0:0:1,5 --> 0:00:02.05\nx").cues
    assert (found_srt.start, found_srt.end) == (Fraction(3, 2), Fraction(41, 20))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no cues"),
        ("WEBVTT", "no cues"),
        ("WEBVTT\n\nNOTE only this", "no cues"),
        ("just a letter", "line 1 belongs to no cue"),
        ("<?xml version='1.0'?>", "line 1 belongs to no cue"),
        ("WEBVTT\n\nstray words", "line 3 belongs to no cue"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nx", "times in line 3"),
        ("WEBVTT\n\nid\n00:01.00 --> 00:02.000\nx", "times in line 4"),
        ("1\n100:00:01,000 --> 100:00:02,000\nx", "times in line 2"),
        ("1\n00:61:01,000 --> 00:62:02,000\nx", "times in line 2"),
        ("1\n٠٠:00:01,000 --> 00:00:02,000\nx", "times in line 2"),
        (srt("x\n00:00:02,500 -->\ny"), "times in line 4"),
        ("1\n00:00:02,000 --> 00:00:02,000\nx", "cue 1 (line 2) does not end"),
        (srt("x") + "\n3\n00:00:09,000 --> 00:00:08,000\ny\n", "cue 3 (line 10) does not end"),
        (vtt("clear\x1b[2Jscreen"), "cue 1 (line 3) holds the sign \\x1b"),
        (vtt("nul\x00"), "\\x00"),
        (vtt("&#27;[2J"), "\\x1b"),
        (vtt("&#xD800;"), "\\ud800"),
        (vtt("c1 \x9b"), "\\x9b"),
        (srt("lone \udcff"), "\\xff"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(content: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(content)
    assert words in caught.value.message and caught.value.hint and caught.value.message.isprintable()


def test_encodings() -> None:
    text = vtt("Київ")
    assert decoded(text.encode()) == text == decoded(text.encode("utf-8-sig"))
    assert decoded(text.encode("utf-16")) == text
    with pytest.raises(BadInput) as caught:
        decoded(text.encode("cp1251"))
    assert "UTF-8" in caught.value.message and "0x" in caught.value.message and "iconv" in caught.value.hint
    with pytest.raises(BadInput):
        decoded(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="at most"):
        decoded(b"a" * (SIZE_LIMIT + 1))


@pytest.mark.parametrize(
    "payload",
    ["<i " * 200_000, "{\\" * 300_000, "-->" * 200_000, "&" * 600_000, "\n" * 600_000, "1\n" * 300_000],
)
def test_large_files_cost_no_more_than_their_size(payload: str) -> None:
    began = time.process_time()
    for content in (vtt("x" + payload.replace("\n", " \n")), srt("x" + payload)):
        try:
            read(content)
        except BadInput as error:
            assert error.message
    assert time.process_time() - began < 8


def test_too_many_cues_are_refused() -> None:
    with pytest.raises(BadInput, match="20001 cues"):
        read("WEBVTT\n\n" + "00:01.000 --> 00:02.000\nx\n\n" * 20_001)


def test_what_no_file_can_say_is_refused() -> None:
    with pytest.raises(Usage, match="100 hours"):
        write([cue(0, 360_000_000, "x")], "vtt")
    with pytest.raises(Usage, match="no text file"):
        write([cue(0, 1000, "\udcff")], "srt")


def test_cues_are_written_by_time_in_thousandths() -> None:
    late, early = cue(3000, 4000, "b"), ExactCue(Fraction(1, 3), Fraction(2, 3), "a")
    assert write([late, early], "vtt") == (
        "WEBVTT\n\n1\n00:00:00.333 --> 00:00:00.667\na\n\n2\n00:00:03.000 --> 00:00:04.000\nb\n\n"
    )

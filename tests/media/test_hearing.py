"""The sound of a made file: what is right passes, and whatever is wrong with it is told."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import clips
import masked
from footage.media.proving.filebytes import FileBytes
from footage.media.proving.heard_edits import HeardEdits
from footage.media.proving.hearing import SOUND, gather_unheard, sound_differs
from footage.media.proving.leftovers import Pieces
from footage.media.proving.watching import File
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex, Span

FRAMES = 100
NOTHING = np.empty((0, 2), np.int64)
# Words and pauses, so to speak: nothing in it is like anything else in it.
SPEECH = (
    "aevalsrc='(0.3*sin(2*PI*(200+90*t)*t)+0.1*(random(0)-0.5))*(0.6+0.4*sin(9*t))"
    "|0.2*sin(2*PI*(500-40*t)*t)+0.1*(random(1)-0.5)':d=4:s=48000"
)
CODECS = [
    pytest.param(("aac", ".mp4"), id="aac"),
    pytest.param(("pcm_s16le", ".mov"), id="pcm"),
    pytest.param(("flac", ".mkv"), id="flac", marks=pytest.mark.long),
    pytest.param(("ac3", ".mkv"), id="ac3", marks=pytest.mark.long),
    pytest.param(("libopus", ".mkv"), id="opus", marks=pytest.mark.long),
]


def speaking(path: Path, codec: str, sound: str = SPEECH) -> Path:
    """A clip of four seconds."""
    silent = clips.make(path.with_stem("silent"), frames=FRAMES, size=(64, 36))
    maps = ("-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", codec, "-fflags", "+bitexact")
    clips.run("-i", silent, "-f", "lavfi", "-i", sound, *maps, path)
    return path


@pytest.fixture(scope="module", params=CODECS)
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    codec, suffix = request.param
    return speaking(tmp_path_factory.mktemp("hearing") / f"clip{suffix}", codec)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With AAC."""
    return speaking(tmp_path_factory.mktemp("plain") / "clip.mp4", "aac")


def edits(index: FrameIndex, redaction: Redaction) -> HeardEdits:
    return HeardEdits(Timeline(index, redaction.cuts), redaction.mutes)


def wrong(source: Path, made: Path, redaction: Redaction) -> str:
    """What is said about the sound of a made file."""
    original, copy = (File(str(path), masked.FORMATS[path.suffix]) for path in (source, made))
    return sound_differs(original, copy, edits(masked.index_of(source), redaction))


def redacted(source: Path, folder: Path, redaction: Redaction) -> Path:
    return masked.redacted(source, redaction, folder / "made").path


def frames(index: FrameIndex, first: int, last: int) -> Span:
    """From the start of a frame to the start of another."""
    return Span(index.pts[first], index.pts[last])


def muted(index: FrameIndex, first: int = 40, last: int = 60) -> Redaction:
    return Redaction(mutes=(frames(index, first, last),))


def cut(index: FrameIndex, first: int = 40, last: int = 60) -> Redaction:
    return Redaction(cuts=(frames(index, first, last),))


def by_ffmpeg(source: Path, path: Path, *options: str) -> Path:
    """A copy of a clip whose sound is changed."""
    clips.run("-i", source, "-map", "0", "-c:v", "copy", *options, "-fflags", "+bitexact", path)
    return path


class Test_what_is_right:
    def test_untouched(self, source: Path) -> None:
        assert wrong(source, source, Redaction()) == ""

    def test_a_mute(self, source: Path, tmp_path: Path) -> None:
        redaction = muted(masked.index_of(source))
        assert wrong(source, redacted(source, tmp_path, redaction), redaction) == ""

    def test_a_cut(self, source: Path, tmp_path: Path) -> None:
        redaction = cut(masked.index_of(source))
        assert wrong(source, redacted(source, tmp_path, redaction), redaction) == ""

    def test_both_and_several_of_each(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        redaction = Redaction(
            cuts=(frames(index, 0, 7), frames(index, 30, 33), Span(index.pts[90], index.end)),
            mutes=(frames(index, 20, 31), frames(index, 60, 61), frames(index, 70, 80)),
        )
        assert wrong(source, redacted(source, tmp_path, redaction), redaction) == ""

    def test_encoded_anew_throughout(self, plain: Path, tmp_path: Path) -> None:
        """No packet is the original's; it sounds like it."""
        redaction = muted(masked.index_of(plain))
        silence = "volume=0:enable='between(t,1.55,2.45)'"
        for name, options in {"a.mp4": ("-b:a", "96k"), "b.mkv": ("-c:a", "libopus")}.items():
            made = by_ffmpeg(plain, tmp_path / name, "-af", silence, *options)
            assert wrong(plain, made, redaction) == "", name

    def test_without_any(self, tmp_path: Path) -> None:
        silent = clips.make(tmp_path / "clip.mp4", frames=50, size=(64, 36))
        assert wrong(silent, silent, cut(masked.index_of(silent), 10, 20)) == ""


class Test_what_is_wrong:
    def test_a_mute_that_was_not_made(self, source: Path) -> None:
        assert wrong(source, source, muted(masked.index_of(source)))

    def test_a_cut_that_was_not_made(self, source: Path) -> None:
        assert wrong(source, source, cut(masked.index_of(source)))

    @pytest.mark.parametrize(("first", "last"), [(41, 60), (40, 59), (42, 62)])
    def test_a_mute_that_is_late_or_short(self, source: Path, tmp_path: Path, first: int, last: int) -> None:
        """By a fortieth of a second, or two."""
        index = masked.index_of(source)
        made = redacted(source, tmp_path, muted(index, first, last))
        assert wrong(source, made, muted(index)) != ""

    @pytest.mark.parametrize(("first", "last"), [(47, 67), (40, 62), (38, 60)])
    def test_a_cut_in_another_place(self, source: Path, tmp_path: Path, first: int, last: int) -> None:
        index = masked.index_of(source)
        made = redacted(source, tmp_path, cut(index, first, last))
        assert wrong(source, made, cut(index)) != ""

    def test_silence_that_nobody_asked_for(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        made = redacted(source, tmp_path, Redaction(mutes=(frames(index, 10, 20), frames(index, 40, 60))))
        assert "is not like the original from 0:00." in wrong(source, made, muted(index))

    def test_another_sound_elsewhere(self, plain: Path, tmp_path: Path) -> None:
        silence = "volume=0:enable='between(t,1.55,2.45)',afreqshift=shift=150:enable='gt(t,3)'"
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-af", silence)
        assert wrong(plain, made, muted(masked.index_of(plain))) == (
            "sound 1 is not like the original from 0:03 on: it is out of step, or another sound"
        )

    def test_sound_that_is_out_of_step(self, plain: Path, tmp_path: Path) -> None:
        silence = "volume=0:enable='between(t,1.4,2.6)',adelay=40:all=1"
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-af", silence)
        assert "it is out of step" in wrong(plain, made, muted(masked.index_of(plain)))

    def test_sound_that_is_too_loud(self, plain: Path, tmp_path: Path) -> None:
        silence = "volume=0:enable='between(t,1.55,2.45)',volume=2:enable='lt(t,1)'"
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-af", silence)
        assert "its level is another" in wrong(plain, made, muted(masked.index_of(plain)))

    def test_sound_that_ends_too_soon(self, plain: Path, tmp_path: Path) -> None:
        silence = "volume=0:enable='between(t,1.55,2.45)',atrim=0:3.1"
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-af", silence)
        assert wrong(plain, made, muted(masked.index_of(plain))).startswith(
            "sound 1 is not like the original from 0:03"
        )

    def test_one_channel_that_is_not_silent(self, plain: Path, tmp_path: Path) -> None:
        silence = "aeval='val(0)*not(between(t,1.6,2.4))|val(1)':c=same"
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-af", silence)
        assert wrong(plain, made, muted(masked.index_of(plain))) == "sound 1 is not silent from 0:01.600 on"

    def test_one_channel_of_two(self, plain: Path, tmp_path: Path) -> None:
        silence = "volume=0:enable='between(t,1.55,2.45)'"
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-af", silence, "-ac", "1")
        assert wrong(plain, made, muted(masked.index_of(plain))).startswith("sound 1 has 1 channels")

    def test_no_stream(self, plain: Path, tmp_path: Path) -> None:
        made = by_ffmpeg(plain, tmp_path / "made.mp4", "-an")
        assert wrong(plain, made, muted(masked.index_of(plain))) == "0 streams of sound instead of 1"


class Test_unheard_packets:
    def found(self, source: Path, made: Path, redaction: Redaction) -> int:
        """How many packets of what is silenced or taken out are found in a file."""
        pieces = Pieces()
        original = File(str(source), masked.FORMATS[source.suffix])
        gather_unheard(original, edits(masked.index_of(source), redaction), pieces)
        with FileBytes(str(made)) as content:
            found = list(pieces.found_in(content, NOTHING))
        assert {piece.owner for piece, _ in found} <= {SOUND}
        return len({piece.digest for piece, _ in found})

    def test_are_those_within_a_span(self, plain: Path, tmp_path: Path) -> None:
        """0.8 seconds in packets of 1024 samples."""
        redaction = muted(masked.index_of(plain))
        assert self.found(plain, plain, redaction) in (36, 37)
        assert self.found(plain, redacted(plain, tmp_path, redaction), redaction) == 0
        assert self.found(plain, plain, Redaction()) == 0

    def test_do_not_count_where_they_are_silent(self, tmp_path: Path) -> None:
        """A codec of constant rate codes all silence alike."""
        source = speaking(tmp_path / "clip.mkv", "ac3", "anullsrc=d=4:r=48000:cl=stereo")
        assert self.found(source, source, muted(masked.index_of(source))) == 0


class Test_edits:
    def edits(self) -> HeardEdits:
        index = FrameIndex(Fraction(1, 10), tuple(range(100)), 100)
        return edits(index, Redaction(cuts=(Span(20, 30), Span(50, 60)), mutes=(Span(25, 40), Span(70, 80))))

    def test_move_what_comes_later(self) -> None:
        times = [Fraction(second) for second in (1, 2, 3, 5, 8)]
        assert [self.edits().after(time) for time in times] == [1, 2, 2, 4, 6]
        seconds = [(float(start), float(end)) for start, end in self.edits().heard_silences()]
        assert seconds == [(2, 3), (5, 6)]

    def test_touch_what_is_near(self) -> None:
        touched = self.edits()
        assert not touched.touches(Fraction(1), Fraction(2))
        assert touched.touches(Fraction(1), Fraction(2), Fraction(1, 10))
        assert touched.touches(Fraction(39, 10), Fraction(41, 10))
        assert not touched.touches(Fraction(4), Fraction(5))
        assert touched.joins(Fraction(39, 10), Fraction(41, 10), Fraction(1, 100))
        assert not touched.joins(Fraction(7), Fraction(8), Fraction(1, 2))

    def test_swallow_what_lies_within(self) -> None:
        swallowing = self.edits()
        assert swallowing.swallows(Fraction(2), Fraction(3))
        assert swallowing.swallows(Fraction(31, 10), Fraction(39, 10))
        assert not swallowing.swallows(Fraction(39, 10), Fraction(41, 10))
        assert not self.edits().swallows(Fraction(4), Fraction(5))


def by_hand(source: Path, path: Path, kept: str, *options: str) -> Path:
    """A clip whose frames 40 to 59 are taken out, and of whose sound these spans are kept."""
    frames_kept = "select='not(between(n,40,59))',setpts=N/25/TB"
    sound = f"aselect='{kept}',asetpts=N/SR/TB"
    clips.run("-i", source, "-vf", frames_kept, "-af", sound, *options, "-fflags", "+bitexact", path)
    return path


class Test_a_cut_of_sound:
    """The pictures are cut in their place."""

    @pytest.mark.parametrize("late", [0.06, 0.1, 0.2, -0.06, -0.2])
    @pytest.mark.parametrize(("codec", "suffix"), [("pcm_s16le", ".mov"), ("aac", ".mp4")])
    def test_beside_its_place(self, tmp_path: Path, late: float, codec: str, suffix: str) -> None:
        source = speaking(tmp_path / f"clip{suffix}", codec)
        samples = 48000
        pieces = f"lt(t,{1.6 + late})+gte(t,{2.4 + late})"
        made = by_hand(source, tmp_path / f"made{suffix}", pieces, "-c:a", codec, "-ar", str(samples))
        assert "is not cut or silenced in its place at 0:01.600" in wrong(
            source, made, cut(masked.index_of(source))
        )

    def test_of_plain_samples_beside_its_place(self, tmp_path: Path) -> None:
        """By a hundredth of a second."""
        source = speaking(tmp_path / "clip.mov", "pcm_s16le")
        pieces = "between(n,0,77279)+gte(n,115680)"
        options = ("-af", f"asetnsamples=1,aselect='{pieces}',asetpts=N/SR/TB,asetnsamples=1024")
        made = by_hand(source, tmp_path / "made.mov", "1", "-c:a", "pcm_s16le", *options)
        assert "its samples are not the original's" in wrong(source, made, cut(masked.index_of(source)))

    def test_in_its_place_passes(self, tmp_path: Path) -> None:
        source = speaking(tmp_path / "clip.mov", "pcm_s16le")
        options = ("-af", "asetnsamples=1,aselect='lt(n,76800)+gte(n,115200)',asetpts=N/SR/TB")
        made = by_hand(source, tmp_path / "made.mov", "1", "-c:a", "pcm_s16le", *options)
        assert wrong(source, made, cut(masked.index_of(source))) == ""


class Test_long_packets:
    """Tolerances do not grow with them."""

    @pytest.fixture
    def long(self, tmp_path: Path) -> Path:
        """Of a quarter of a second."""
        silent = clips.make(tmp_path / "silent.mp4", frames=FRAMES, size=(64, 36))
        path = tmp_path / "clip.mkv"
        options = ("-c:v", "copy", "-c:a", "flac", "-frame_size", "12288", "-fflags", "+bitexact")
        clips.run("-i", silent, "-f", "lavfi", "-i", SPEECH, "-map", "0:v", "-map", "1:a", *options, path)
        return path

    def test_another_sound_is_told(self, long: Path, tmp_path: Path) -> None:
        silence = "volume=0:enable='between(t,1.55,2.45)',afreqshift=shift=150:enable='gt(t,3)'"
        silence = f"asetnsamples=480,{silence}"
        made = by_ffmpeg(long, tmp_path / "m.mkv", "-af", silence, "-c:a", "flac", "-frame_size", "12288")
        assert "it is out of step, or another sound" in wrong(long, made, muted(masked.index_of(long)))

    def test_a_mute_shorter_than_one_is_measured(self, long: Path, tmp_path: Path) -> None:
        index = masked.index_of(long)
        redaction = Redaction(cuts=(Span(index.pts[90], index.end),), mutes=(frames(index, 40, 46),))
        options = ("-af", "atrim=0:3.6", "-c:a", "flac", "-frame_size", "12000")
        assert "is not silent" in wrong(long, by_ffmpeg(long, tmp_path / "m.mkv", *options), redaction)

    def test_a_gap_is_no_long_packet(self, plain: Path, tmp_path: Path) -> None:
        """MP4 stores it as one packet that lasts two seconds; its own sound ends where the cut does."""
        late = "setts=ts='TS+96000*gte(TS,144000)'"
        source = by_ffmpeg(plain, tmp_path / "gap.mp4", "-c:a", "copy", "-bsf:a", late)
        with av.open(str(source)) as container:
            starts = [packet.pts / 48000 for packet in container.demux(audio=0) if packet.pts is not None]
        within = sum(start >= 2.6 and start + 1024 / 48000 <= 3.2 for start in starts)
        index = masked.index_of(source)
        pieces = Pieces()
        original = File(str(source), "mp4")
        gather_unheard(original, edits(index, cut(index, 65, 80)), pieces)
        with FileBytes(str(source)) as content:
            found = {piece.digest for piece, _ in pieces.found_in(content, NOTHING)}
        assert len(found) == within


def test_many_edits_are_looked_up_quickly() -> None:
    """What each packet is held against was worked out once."""
    index = FrameIndex(Fraction(1, 10), tuple(range(4000)), 4000)
    cuts = tuple(Span(10 * n, 10 * n + 4) for n in range(400))
    many = edits(index, Redaction(cuts=cuts))
    calls: list[Fraction] = []
    many.after = lambda time: calls.append(time) or time  # type: ignore[func-returns-value, method-assign]
    assert many.joins(Fraction(0), Fraction(1), Fraction(1, 10))
    assert calls == []


def test_a_moment_is_found_again() -> None:
    index = FrameIndex(Fraction(1, 10), tuple(range(100)), 100)
    found = edits(index, Redaction(cuts=(Span(20, 30), Span(50, 60))))
    for second in (0, 1, 2, 3, 5, 7):
        assert found.after(found.before(Fraction(second))) == second
    assert found.before(Fraction(2)) == 3

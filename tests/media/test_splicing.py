"""Spliced sound: silent where it must be, in step after cuts, and else the source's own packets."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.packet import Packet
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from footage.errors import Refused
from footage.media.demux import open_video
from footage.media.rendering.muxing import sound_packets
from footage.media.sound.edits import FADE, Edits, Trimmer
from footage.media.sound.splicing import SplicedSound
from footage.media.sound.windows import fitted

Spans = Sequence[tuple[Fraction, Fraction]]
Sound = NDArray[np.float64]

FORMATS = {
    ".mp4": "mp4",
    ".mov": "mov",
    ".mkv": "matroska",
    ".ts": "mpegts",
    ".avi": "avi",
    ".mxf": "mxf",
}
RATE = 48000
SECONDS = 4
FRAMES_A_SECOND = 25
FLASHES = (10, 30, 52, 70, 91)
SECRET = 6000
"""Hertz of a tone that is heard in the secret span alone."""

SPAN = (Fraction(3, 2), Fraction(5, 2))
TRANSFORM = [
    *(("aac", ".mp4"), ("aac", ".mkv"), ("aac", ".ts"), ("ac3", ".mp4"), ("eac3", ".mkv")),
    *(("mp2", ".ts"), ("mp2", ".mkv")),
]
PLAIN = [
    *(("pcm_s16be", ".mov"), ("pcm_s24le", ".mov"), ("pcm_f32le", ".mkv"), ("pcm_s16le", ".avi")),
    *(("pcm_u8", ".avi"), ("pcm_s24le", ".mxf"), ("pcm_mulaw", ".mov")),
]
IN_STEP = [
    *(("aac", ".mp4"), ("aac", ".mkv"), ("aac", ".ts"), ("ac3", ".mp4"), ("mp2", ".mkv")),
    *(("pcm_s16be", ".mov"), ("pcm_s16le", ".avi"), ("pcm_s24le", ".mxf")),
]
WHOLE = {
    ("libmp3lame", ".mp4"): "sound 1 was encoded anew, as MP3: single packets of MP3 cannot be replaced",
    ("libmp3lame", ".ts"): "sound 1 was encoded anew, as MP3: single packets of MP3 cannot be replaced",
    ("vorbis", ".mkv"): "sound 1 was encoded anew, as Opus: Vorbis cannot be written here",
    ("libopus", ".mkv"): "sound 1 was encoded anew, as Opus: single packets of Opus cannot be replaced",
    ("flac", ".mkv"): "sound 1 was encoded anew, as FLAC: single packets of FLAC cannot be replaced",
    ("alac", ".mov"): "sound 1 was encoded anew, as ALAC: single packets of ALAC cannot be replaced",
}


@cache
def hum(channels: int = 2) -> Sound:
    """Tones below 2.5 kHz, with clicks where the pictures flash, and a secret."""
    times = np.arange(SECONDS * RATE) / RATE
    tones = ((220, 0.06, 3), (700, 0.03, 5), (2300, 0.015, 2))
    sound = sum(a * np.sin(2 * np.pi * f * times) * (1.2 + np.sin(m * times)) for f, a, m in tones)
    # A codec spreads it a little, but not out of the span.
    inside = (times >= SPAN[0] + 0.05) & (times < SPAN[1] - 0.05)
    sound = sound + 0.1 * np.sin(2 * np.pi * SECRET * times) * inside
    for frame in FLASHES:
        at = frame * RATE // FRAMES_A_SECOND
        sound[at : at + 24] += 0.7
    return np.stack([sound * (1 - 0.3 * channel) for channel in range(channels)], 1)


def written(path: Path, codec: str, sound: Sound, *options: str) -> Path:
    """A clip of flashes and a sound; its container follows from the path's suffix."""
    pictures = b"".join(
        bytes([235 if number in FLASHES else 16]) * 4096 + b"\x80" * 2048
        for number in range(SECONDS * FRAMES_A_SECOND)
    )
    raw = path.with_suffix(".raw")
    raw.write_bytes(sound.astype("<f4").tobytes())
    video = "mpeg2video" if path.suffix in (".ts", ".mxf") else "mjpeg"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", "-f", "rawvideo"]
    command += ["-pixel_format", "yuv420p", "-video_size", "64x64", "-framerate", str(FRAMES_A_SECOND)]
    command += ["-i", "pipe:0", "-f", "f32le", "-ar", str(RATE), "-ac", str(sound.shape[1]), "-i", str(raw)]
    command += ["-map", "0", "-map", "1", "-c:v", video, "-g", "1", "-c:a", codec, "-strict", "-2"]
    # Without noise made up by the decoder, so that samples can be compared.
    command += ["-aac_pns", "0"] if codec == "aac" else []
    command += ["-pix_fmt", "yuvj420p"] if video == "mjpeg" else []
    done = subprocess.run([*command, *options, str(path)], input=pictures, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    raw.unlink()
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Makes a clip of :func:`hum`, once for each kind."""
    folder = tmp_path_factory.mktemp("clips")

    @cache
    def made(codec: str, suffix: str) -> Path:
        return written(folder / f"{codec}{suffix}", codec, hum())

    return made


@dataclass(frozen=True)
class Cut:
    """A spliced clip: where it is, its notes, and what the splicing gave (time, end, bytes)."""

    path: Path
    notes: tuple[str, ...]
    packets: list[tuple[Fraction, Fraction, bytes]]


def open_clip(path: Path) -> av.container.InputContainer:
    return open_video(str(path), FORMATS[path.suffix])


def cut(source: Path, folder: Path, silences: Spans = (), removals: Spans = ()) -> Cut:
    """Splice a clip; of its pictures, all of them sync frames, those outside the removals are copied."""
    path = folder / f"spliced{source.suffix}"
    options = {"movie_timescale": "705600"} if source.suffix in (".mp4", ".mov") else {}
    packets: list[Packet[Any]] = []
    spliced_packets: list[tuple[Fraction, Fraction, bytes]] = []
    with open_clip(source) as pictures, open_clip(source) as sounds:
        form = FORMATS[source.suffix]
        with av.open(str(path), "w", format=form, container_options=options) as out:
            spliced = SplicedSound(sounds, sounds.streams.audio, silences, removals)
            streams = {
                each.index: out.add_stream_from_template(each, opaque=True) for each in pictures.streams.video
            }
            spliced.add_streams(out)
            for packet in pictures.demux(video=0):
                time = (packet.pts or 0) * packet.time_base
                if packet.size and not any(start <= time < end for start, end in removals):
                    packet.pts = packet.dts = round(after(time, removals) / packet.time_base)
                    packet.stream = streams[packet.stream_index]
                    packets.append(packet)
            for sound in spliced.packets():
                assert sound.pts is not None and sound.pts == sound.dts
                time = sound.pts * sound.time_base
                spliced_packets.append((time, time + (sound.duration or 0) * sound.time_base, bytes(sound)))
                packets.append(sound)
            for each in sorted(packets, key=lambda packet: (packet.dts or 0) * packet.time_base):
                out.mux_one(each)
    return Cut(path, spliced.notes, spliced_packets)


def after(time: Fraction, removals: Spans) -> Fraction:
    """Where a moment lies after the removals."""
    return time - sum((min(time, end) - start for start, end in removals if start < time), Fraction(0))


def packets_of(path: Path, stream: int = 0) -> list[tuple[Fraction, bytes]]:
    with open_clip(path) as container:
        packets = list(container.demux(audio=stream))
        return [((each.pts or 0) * each.time_base, bytes(each)) for each in packets if each.size]


def origin(path: Path) -> Fraction:
    """When the first picture is shown."""
    with open_clip(path) as container:
        return min((each.pts or 0) * each.time_base for each in container.demux(video=0) if each.size)


def heard(path: Path, *, start: Fraction | int = 0) -> Sound:
    """Samples x channels from a time on, each where its frame's time puts it."""
    frames: list[tuple[int, Sound]] = []
    with open_clip(path) as container:
        for frame in container.decode(audio=0):
            values: Any = frame.to_ndarray()
            values = values.T if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels)
            if values.dtype.kind == "i":
                values = values / float(1 << 8 * values.dtype.itemsize - 1)
            elif values.dtype.kind == "u":
                values = values / 128 - 1
            assert frame.pts is not None and frame.time_base is not None and frame.sample_rate == RATE
            frames.append((round((frame.pts * frame.time_base - start) * RATE), values))
    sound = np.zeros((max(at + len(values) for at, values in frames), frames[0][1].shape[1]))
    for at, values in frames:
        sound[max(0, at) : at + len(values)] = values[max(0, -at) :]
    return sound


def decibels(sound: Sound) -> float:
    return float(20 * np.log10(np.sqrt(np.square(sound).mean()) + 1e-12))


def secret_level(sound: Sound) -> float:
    """The loudest that the secret's tone is anywhere, in decibels."""
    blocks = sound[: len(sound) // 480 * 480, 0].reshape(-1, 480) * np.hanning(480)
    spectrum = np.abs(np.fft.rfft(blocks, axis=1))[:, SECRET // 100] / 120
    return float(20 * np.log10(spectrum.max() + 1e-12))


def clicks(sound: Sound) -> list[int]:
    """The first samples of clicks."""
    loud = np.flatnonzero(np.abs(sound[:, 0]) > 0.5)
    return [int(at) for before, at in zip((-RATE, *loud), loud, strict=False) if at - before > 2400]


def flashes(path: Path) -> list[Fraction]:
    """When the pictures flash."""
    with open_clip(path) as container:
        frames = [
            frame for frame in container.decode(video=0) if frame.to_ndarray(format="gray").mean() > 130
        ]
        return [(frame.pts or 0) * (frame.time_base or Fraction(0)) for frame in frames]


def shifted(spans: Spans, by: Fraction) -> list[tuple[Fraction, Fraction]]:
    return [(start + by, end + by) for start, end in spans]


def frames(*pairs: tuple[int, int]) -> list[tuple[Fraction, Fraction]]:
    """Spans from one frame to before another."""
    return [(Fraction(first, FRAMES_A_SECOND), Fraction(last, FRAMES_A_SECOND)) for first, last in pairs]


class Test_nothing_asked:
    @pytest.mark.parametrize(
        ("codec", "suffix"), [("aac", ".mp4"), ("pcm_s24le", ".mov"), ("libopus", ".mkv")]
    )
    def test_gives_the_packets_that_are_heard(
        self, clip: Any, tmp_path: Path, codec: str, suffix: str
    ) -> None:
        source = clip(codec, suffix)
        with open_clip(source) as container:
            wanted = [facts(each) for each in sound_packets(container, container.streams.audio)]
        with open_clip(source) as container, av.open(str(tmp_path / "out.mkv"), "w") as out:
            spliced = SplicedSound(container, container.streams.audio, [], [(SPAN[0], SPAN[0])])
            spliced.add_streams(out)
            assert [facts(each) for each in spliced.packets()] == wanted
            assert spliced.notes == ()

    def test_sound_that_nothing_decodes_is_copied(self, tmp_path: Path) -> None:
        source = written(tmp_path / "dts.mkv", "dca", hum())
        made = cut(source, tmp_path)
        assert [content for *_, content in made.packets] == [content for _, content in packets_of(source)]


def facts(packet: "Packet[AudioStream]") -> tuple[object, ...]:
    sides = [(each.data_type, bytes(each)) for each in packet.iter_sidedata()]
    return packet.pts, packet.dts, packet.duration, packet.time_base, bytes(packet), sides


class Test_silences:
    @pytest.mark.parametrize(("codec", "suffix"), TRANSFORM)
    def test_of_transform_codecs(self, clip: Any, tmp_path: Path, codec: str, suffix: str) -> None:
        source = clip(codec, suffix)
        (span,) = shifted([SPAN], origin(source))
        made = cut(source, tmp_path, silences=[span])
        assert made.notes == ()
        check_copied(source, made, [span])
        begin = origin(source)
        before, now = heard(source, start=begin), heard(made.path, start=begin)
        first, last = (round(time * RATE) for time in SPAN)
        packet = packet_samples(source)
        assert np.abs(now[first + packet : last - packet]).max() < 1e-4
        assert decibels(now[first + 48 : last - 48]) < -60
        assert secret_level(before[first - 9600 : last + 9600]) > -26
        assert secret_level(now[first - 9600 : last + 9600]) < -60
        check_like(before, now, first, last)

    @pytest.mark.parametrize(("codec", "suffix"), PLAIN)
    def test_of_plain_samples(self, clip: Any, tmp_path: Path, codec: str, suffix: str) -> None:
        source = clip(codec, suffix)
        span = (SPAN[0] + Fraction(1, RATE), SPAN[1])
        made = cut(source, tmp_path, silences=[span])
        assert made.notes == ()
        before, now = heard(source), heard(made.path)
        first, last = (round(time * RATE) for time in span)
        slack = 48 if suffix == ".mkv" else 0
        fade = int(FADE * RATE) + slack
        assert not now[first:last].any()
        assert np.array_equal(now[: first - fade], before[: first - fade])
        assert np.array_equal(now[last + fade :], before[last + fade :])
        assert np.abs(now[first - slack - 1]).max() > 0 or not slack
        assert [time for time, _ in packets_of(made.path)] == [time for time, _ in packets_of(source)]

    def test_several_of_one_clip_and_one_at_each_end(self, clip: Any, tmp_path: Path) -> None:
        source = clip("aac", ".mp4")
        spans = frames((0, 5), (20, 21), (22, 23), (37, 63), (90, 100))
        made = cut(source, tmp_path, silences=spans)
        check_copied(source, made, spans)
        now = heard(made.path)
        for start, end in spans:
            assert decibels(now[round(start * RATE) : round(end * RATE)]) < -50
        assert decibels(now[round(spans[0][1] * RATE) + 480 : round(spans[1][0] * RATE) - 480]) > -30

    @pytest.mark.parametrize(("codec", "suffix"), [("aac", ".mp4"), ("ac3", ".mp4"), ("pcm_s24le", ".mov")])
    def test_over_the_whole_file(self, clip: Any, tmp_path: Path, codec: str, suffix: str) -> None:
        source = clip(codec, suffix)
        made = cut(source, tmp_path, silences=[(Fraction(-1), Fraction(SECONDS + 1))])
        assert [time for time, _ in packets_of(made.path)] == [time for time, _ in packets_of(source)]
        assert not {content for *_, content in made.packets} & {content for _, content in packets_of(source)}
        assert np.abs(heard(made.path)).max() < 1e-4

    def test_of_six_channels(self, tmp_path: Path) -> None:
        source = written(tmp_path / "six.mp4", "aac", hum(6))
        made = cut(source, tmp_path, silences=[SPAN])
        check_copied(source, made, [SPAN])
        before, now = heard(source), heard(made.path)
        assert decibels(now[round(SPAN[0] * RATE) + 48 : round(SPAN[1] * RATE) - 48]) < -60
        # Each pair of channels has windows of its own, and only the first one's are looked at.
        check_like(before, now, *(round(time * RATE) for time in SPAN), below=10)

    @pytest.mark.parametrize(
        ("name", "below"),
        [("mdn_elf", 14), ("mdn_frog", 14), ("tmk_chair-19-sd-bar", 22), ("tmk_pattern-hd-no-bar", 22)],
    )
    def test_of_real_clips(self, real_media: Path, tmp_path: Path, name: str, below: float) -> None:
        # Encoders of another kind, with other windows.
        source = real_media / f"{name}.mp4"
        span = (Fraction(1), Fraction(8, 5))
        with open_clip(source) as container, av.open(str(tmp_path / "out.mp4"), "w") as out:
            spliced = SplicedSound(container, container.streams.audio, [span], [])
            spliced.add_streams(out)
            rate = container.streams.audio[0].rate
            for packet in spliced.packets():
                out.mux_one(packet)
        before, now = (decoded(path) for path in (source, tmp_path / "out.mp4"))
        first, last = (round(time * rate) for time in span)
        assert np.abs(now[first + 1024 : last - 1024]).max() < 1e-4
        check_like(before, now, first, last, below=below, floor=-100)


def check_copied(source: Path, made: Cut, spans: Spans) -> None:
    """Nothing touched is there, nothing untouched is missing, and all is in its place."""
    old = packets_of(source)
    assert [time for time, *_ in made.packets] == [time for time, _ in old]
    length = Fraction(packet_samples(source), RATE)
    same = [one == (time, content) for (time, _, content), one in zip(made.packets, old, strict=True)]
    for kept, (time, content) in zip(same, old, strict=True):
        if any(time < end and time + 2 * length > start for start, end in spans):
            assert not kept
            assert content not in {other for *_, other in made.packets}
    far = FADE + 6 * length
    assert all(
        kept
        for kept, (time, _) in zip(same, old, strict=True)
        if not any(time < end + far and time + far > start for start, end in spans)
    )
    assert [content for _, content in packets_of(made.path)] == [content for *_, content in made.packets]


def check_like(
    before: Sound, now: Sound, first: int, last: int, *, below: float = 20, floor: float = -70
) -> None:
    """Around a silence all sounds as before, within what the encoder adds."""
    fade = 320
    for start, end in ((first - 6000, first - fade), (last + fade, last + 6000)):
        for at in range(start, end - 512, 512):
            part = before[at : at + 512]
            assert decibels(now[at : at + 512] - part) < max(decibels(part) - below, floor)


def packet_samples(path: Path) -> int:
    with open_clip(path) as container:
        # The first may be shortened.
        return max(frame.samples for frame in islice(container.decode(audio=0), 3))


def decoded(path: Path) -> Sound:
    """All samples of a stream that starts at 0."""
    with av.open(str(path)) as container:
        found = [frame.to_ndarray().T for frame in container.decode(audio=0) if (frame.pts or 0) >= 0]
        return np.concatenate(found).astype(np.float64)


class Test_removals:
    @pytest.mark.parametrize(("codec", "suffix"), IN_STEP)
    def test_leave_sound_in_step_with_the_picture(
        self, clip: Any, tmp_path: Path, codec: str, suffix: str
    ) -> None:
        source = clip(codec, suffix)
        begin = origin(source)
        # Lengths that are no whole packets: rounding would add up to more than a packet.
        removals = shifted(frames((3, 4), (15, 20), (24, 25), (33, 46), (54, 55), (60, 64), (80, 83)), begin)
        made = cut(source, tmp_path, removals=removals)
        assert made.notes == ()
        step = packet_samples(source)
        wanted = [after(begin + Fraction(frame, FRAMES_A_SECOND), removals) - begin for frame in FLASHES]
        assert [time - origin(made.path) for time in flashes(made.path)] == wanted
        slack = 0 if codec.startswith("pcm_") else step // 2
        slack += 49 if suffix == ".mkv" else 1
        found = clicks(heard(made.path, start=begin))
        assert len(found) == len(wanted)
        assert all(abs(at - time * RATE) <= slack for at, time in zip(found, wanted, strict=True))
        ends = [end for _, end, _ in made.packets]
        assert [time for time, *_ in made.packets[1:]] == pytest.approx(ends[:-1], abs=0.0011)
        assert len({content for *_, content in made.packets} & {old for _, old in packets_of(source)}) > 10

    @pytest.mark.parametrize(("codec", "suffix"), [("aac", ".mp4"), ("ac3", ".mp4"), ("pcm_s24le", ".mov")])
    @pytest.mark.parametrize("span", [(38, 62), (0, 63), (37, 100)])
    def test_take_out_all_of_a_span(
        self, clip: Any, tmp_path: Path, codec: str, suffix: str, span: tuple[int, int]
    ) -> None:
        # At the start, at the end and between: the secret lies in frames 37 to 62.
        source = clip(codec, suffix)
        removals = frames(span)
        silences = [SPAN]
        made = cut(source, tmp_path, silences, removals)
        now = heard(made.path)
        join = round(removals[0][0] * RATE)
        assert secret_level(now[max(0, join - 9600) : join + 9600]) < -60
        kept = SECONDS - (removals[0][1] - removals[0][0])
        length = packet_samples(source) if codec != "pcm_s24le" else 1
        assert abs(len(now) - kept * RATE) <= 2 * length
        times = [Fraction(frame, FRAMES_A_SECOND) for frame in FLASHES]
        wanted = [
            after(time, removals)
            for time in times
            if not any(start <= time < end for start, end in (*silences, *removals))
        ]
        found = clicks(now)
        assert len(found) == len(wanted)
        assert all(abs(at - time * RATE) <= length / 2 for at, time in zip(found, wanted, strict=True))
        gone = {content for time, content in packets_of(source) if removals[0][0] <= time < removals[0][1]}
        assert not gone & {content for *_, content in made.packets}

    def test_join_without_a_hole(self, clip: Any, tmp_path: Path) -> None:
        source = clip("pcm_s16be", ".mov")
        removals = frames((40, 60))
        before, now = heard(source), heard(cut(source, tmp_path, removals=removals).path)
        fade = int(FADE * RATE)
        wanted = np.concatenate((before[: 40 * 1920], before[60 * 1920 :]))
        assert now.shape == wanted.shape
        different = np.flatnonzero(np.any(now != wanted, axis=1))
        assert 40 * 1920 - fade <= different[0] and different[-1] < 40 * 1920 + fade


class Test_where_sound_lies:
    @pytest.mark.parametrize("offset", [Fraction(1, 2), Fraction(-1, 4)])
    def test_later_or_earlier_than_the_picture(self, clip: Any, tmp_path: Path, offset: Fraction) -> None:
        source = tmp_path / "moved.mp4"
        plain = str(clip("aac", ".mp4"))
        run(
            "-i",
            plain,
            "-itsoffset",
            str(float(offset)),
            "-i",
            plain,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            source,
        )
        silences, removals = frames((60, 65)), frames((0, 5), (15, 26))
        made = cut(source, tmp_path, silences, removals)
        now = heard(made.path)
        wanted = [Fraction(frame, FRAMES_A_SECOND) + offset for frame in FLASHES]
        wanted = [
            after(time, removals)
            for time in wanted
            if not any(start <= time < end for start, end in (*silences, *removals))
        ]
        found = clicks(now)
        assert len(found) == len(wanted)
        assert all(abs(at - time * RATE) <= 513 for at, time in zip(found, wanted, strict=True))
        with open_clip(source) as container:
            first = next(sound_packets(container, container.streams.audio))
            assert made.packets[0][0] == after((first.pts or 0) * first.time_base, removals)

    @pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
    def test_with_a_gap(self, clip: Any, tmp_path: Path, suffix: str) -> None:
        source = with_gaps(clip("aac", ".mp4"), tmp_path / f"gap{suffix}", range(40, 60), range(100, 101))
        old = packets_of(source)
        # The packet before the gap holds the first half of what is missing in it.
        last = max(time for time, _ in old if time < 1)
        assert old[[time for time, _ in old].index(last) + 1][0] - last > Fraction(20 * 1024, RATE)
        silent = (last + Fraction(1500, RATE), last + Fraction(5000, RATE))
        made = cut(source, tmp_path, silences=[silent])
        assert [time for time, *_ in made.packets] == [time for time, _ in old]
        changed = [
            time for (time, _, content), (_, own) in zip(made.packets, old, strict=True) if content != own
        ]
        assert last in changed and min(changed) > last - Fraction(3 * 1024, RATE) and max(changed) == last
        # The last one but one takes out the gap and what is on both its sides.
        removals = frames((4, 5), (11, 33), (50, 55))
        times = [time for time, *_ in cut(source, tmp_path, removals=removals).packets]
        assert times == sorted(set(times))
        assert min(later - time for time, later in pairwise(times)) >= Fraction(1023, RATE) - Fraction(1, 900)
        assert abs(times[-1] - after(old[-1][0], removals)) <= Fraction(512, RATE)

    def test_with_a_gap_and_encoded_throughout(self, clip: Any, tmp_path: Path) -> None:
        source = with_gaps(clip("libmp3lame", ".mp4"), tmp_path / "gap.mp4", range(90, 100))
        removals = frames((12, 13))
        made = cut(source, tmp_path, removals=removals)
        wanted = [after(Fraction(frame, FRAMES_A_SECOND), removals) * RATE for frame in FLASHES]
        wanted = [time for frame, time in zip(FLASHES, wanted, strict=True) if frame != 52 or time < 100000]
        found = clicks(heard(made.path))
        assert all(min(abs(at - time) for at in found) < 60 for time in wanted)
        assert max(later - time for time, later in pairwise(time for time, *_ in made.packets)) > Fraction(
            1, 5
        )

    def test_two_streams_come_in_order(self, clip: Any, tmp_path: Path) -> None:
        source = tmp_path / "two.mov"
        first, second = clip("aac", ".mov"), clip("pcm_s16be", ".mov")
        run("-i", first, "-i", second, "-map", "0:v", "-map", "0:a", "-map", "1:a", "-c", "copy", source)
        made = cut(source, tmp_path, frames((20, 24)), frames((50, 60)))
        times = [time for time, *_ in made.packets]
        assert times == sorted(times)
        assert len(packets_of(made.path, 0)) + len(packets_of(made.path, 1)) == len(times)


def with_gaps(source: Path, path: Path, *gaps: range) -> Path:
    """A clip without some packets of its sound, by their numbers."""
    number = 0
    with open_clip(source) as whole, av.open(str(path), "w") as out:
        streams = [out.add_stream_from_template(each, opaque=True) for each in whole.streams]
        for packet in whole.demux():
            sound = packet.stream.type == "audio"
            number += sound
            if packet.size and not (sound and any(number in gap for gap in gaps)):
                packet.stream = streams[packet.stream_index]
                out.mux_one(packet)
    return path


class Test_encoded_throughout:
    @pytest.mark.parametrize(("codec", "suffix"), WHOLE)
    def test_where_packets_cannot_be_replaced(
        self, clip: Any, tmp_path: Path, codec: str, suffix: str
    ) -> None:
        source = clip(codec, suffix)
        begin = origin(source)
        silences, removals = shifted(frames((37, 48)), begin), shifted(frames((20, 27), (56, 61)), begin)
        made = cut(source, tmp_path, silences, removals)
        assert made.notes == (WHOLE[codec, suffix],)
        now = heard(made.path, start=begin)
        silent = [after(time, removals) - begin for time in silences[0]]
        assert np.abs(now[round(silent[0] * RATE) + 1200 : round(silent[1] * RATE) - 1200]).max() < 1e-3
        wanted = [after(begin + Fraction(frame, FRAMES_A_SECOND), removals) - begin for frame in FLASHES]
        found, own = clicks(now), clicks(heard(source, start=begin))
        late = own[0] - round(Fraction(FLASHES[0], FRAMES_A_SECOND) * RATE)
        assert len(found) == len(wanted) == len(own)
        before = heard(source, start=begin)
        if suffix in (".mp4", ".mov"):
            # Well from the first sample on, which needs the packet before.
            assert decibels(now[:2000] - before[:2000]) < decibels(before[:2000]) - 12
        assert all(abs(at - late - time * RATE) <= 60 for at, time in zip(found, wanted, strict=True))
        assert [time - origin(made.path) for time in flashes(made.path)] == wanted

    def test_flac_to_the_bit(self, tmp_path: Path) -> None:
        source = written(tmp_path / "flac.mp4", "flac", hum(), "-sample_fmt", "s16")
        made = cut(source, tmp_path, silences=[SPAN])
        before, now = heard(source), heard(made.path)
        assert np.array_equal(now[:71000], before[:71000])
        assert np.array_equal(now[121000:], before[121000:])

    def test_aac_of_twice_the_rate(self, clip: Any, tmp_path: Path) -> None:
        # Explicit signalling of SBR at 96 kHz: its packets give 2048 samples that lean on each other.
        plain = clip("aac", ".mp4").read_bytes()
        assert plain.count(b"\x56\xe5\x00") == 1
        source = tmp_path / "he.mp4"
        source.write_bytes(plain.replace(b"\x56\xe5\x00", b"\x56\xe5\x80"))
        made = cut(source, tmp_path, silences=[SPAN])
        assert made.notes == (
            "sound 1 was encoded anew, as AAC: single packets of HE-AAC cannot be replaced",
        )
        assert np.abs(decoded(made.path)[round(1.6 * 96000) : round(2.4 * 96000)]).max() < 1e-4

    def test_what_nothing_decodes_is_refused(self, tmp_path: Path) -> None:
        source = written(tmp_path / "dts.mkv", "dca", hum())
        with pytest.raises(Refused, match="sound 1, which is dca, cannot be decoded"):
            cut(source, tmp_path, silences=[SPAN])


class Test_edits:
    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 400)), min_size=1, max_size=12),
        st.integers(-50, 5000),
        st.sampled_from((1024, 1152, 1)),
    )
    def test_never_drift(self, gaps: list[tuple[int, int]], begin: int, frame: int) -> None:
        removals = [(Fraction(at, 1001), Fraction(at + length, 1001)) for at, length in gaps]
        edits, step, start = Edits([], removals, Fraction(0)), Fraction(frame, RATE), Fraction(begin, 1001)
        pieces = edits.pieces(start, step)
        assert pieces[0].moved == 0
        for piece in pieces[1:]:
            assert piece.start is not None
            assert abs(piece.start - piece.shift - edits.moment(piece.start)) <= step / 2

    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(st.tuples(st.integers(0, 900), st.integers(1, 90)), max_size=5),
        st.lists(st.integers(1, 4000), min_size=1, max_size=40),
    )
    def test_trim_to_the_sample(self, gaps: list[tuple[int, int]], packets: list[int]) -> None:
        removals = [(Fraction(at, 1001), Fraction(at + length, 1001)) for at, length in gaps]
        trimmer = Trimmer(Edits([], removals, Fraction(0)), RATE)
        at, times = 0, []
        for count in packets:
            for part in trimmer.parts(Fraction(at, RATE), count):
                times.append((part.time, part.time + Fraction(part.count, RATE)))
            at += count
        assert all(end == start for (_, end), (start, _) in pairwise(times))
        kept = sum((end - start for start, end in times), Fraction(0))
        # The last of them may be begun only: what is dropped begins with a whole sample.
        wanted = Edits([], removals, Fraction(0)).moment(Fraction(at, RATE))
        assert abs(kept - wanted) <= Fraction(3, 2 * RATE)


class Test_windows:
    def test_of_two_encoders_are_joined(self) -> None:
        sound = np.random.default_rng(1).standard_normal((1024, 1))
        rise = np.arange(1024) + 0.5
        sine = np.sin(np.pi / 2048 * rise)[:, np.newaxis]
        bessel = np.sqrt(np.cumsum(np.kaiser(1025, 4 * np.pi))[:1024] / np.kaiser(1025, 4 * np.pi).sum())
        ours = bessel[:, np.newaxis]
        after_theirs = fitted(sound, bessel=False, encoder_bessel=True, first=True)
        assert np.allclose(folded(ours * after_theirs, -1), folded(sine * sound, -1))
        before_theirs = fitted(sound, bessel=False, encoder_bessel=True, first=False)
        assert np.allclose(folded(ours[::-1] * before_theirs, 1), folded(sine[::-1] * sound, 1))
        assert fitted(sound, bessel=True, encoder_bessel=True, first=True) is sound


def folded(windowed: Sound, sign: int) -> Sound:
    """What the transform makes of half of its samples."""
    return windowed + sign * windowed[::-1]


def run(*arguments: str | Path) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)

"""Published videos: the source's pictures and sound, and nothing else that was in it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.packet import Packet
from numpy.typing import NDArray

import clips
import exiftool
from footage.errors import BadInput, ToolFailed
from footage.formats.iim import write_iim
from footage.formats.xmp import write_xmp
from footage.media.embed import embed
from footage.media.publish import PublishedVideo, _believed, publish_video
from footage.media.sandbox import Message, Sandbox, rendering_limits
from footage.media.sniff import FORMATS, sniff
from footage.model.progress import Silent
from publications import EXAMPLE

SECRETS = ("secret", "SECRET", "48.5947", "2023")
CHAPTERS = """;FFMETADATA1
title=secret title
comment=secret comment
artist=secret artist
location=+48.5947+037.9999/
service_name=secret service
[CHAPTER]
TIMEBASE=1/1000
START=0
END=500
title=secret chapter
"""


class Frame(NamedTuple):
    """A decoded frame: when it is shown, how it is turned, and its pixels as stored or as RGB."""

    time: Fraction
    rotation: float
    pixels: NDArray[Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this module's sources lie."""
    return tmp_path_factory.mktemp("sources")


@pytest.fixture(scope="module")
def sandbox(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox for all of them."""
    limits = rendering_limits(1920, 1080)
    with Sandbox([folder], tmp_path_factory.mktemp("scratch"), limits) as made:
        yield made


def publish(sandbox: Sandbox, source: Path, profile: str) -> PublishedVideo:
    """Publish a file as it is sniffed."""
    with source.open("rb") as file:
        return publish_video(sandbox, source, sniff(file.read(70_000)), Silent(), web=profile == "web")


def frames(path: Path, pixel_format: str | None = None) -> list[Frame]:
    """Every shown frame."""
    with av.open(str(path)) as container:
        return [
            Frame(each.pts * each.time_base, each.rotation, each.to_ndarray(format=pixel_format))
            for each in container.decode(video=0)
            if each.pts is not None and each.time_base is not None
        ]


def packets(path: Path) -> dict[str, list[tuple[bytes, Fraction | None, Fraction | None]]]:
    """The moving picture's and each sound's packets with their times in seconds; of H.264 slices alone."""
    with av.open(str(path), metadata_errors="replace") as container:
        kept = [*container.streams.video[:1], *container.streams.audio]
        found: dict[int, list[tuple[bytes, Fraction | None, Fraction | None]]] = {
            each.index: [] for each in kept
        }
        for packet in container.demux(kept):
            if packet.size and packet.time_base:
                codec = packet.stream.codec_context.name
                pts, dts = (None if at is None else at * packet.time_base for at in (packet.pts, packet.dts))
                found[packet.stream_index].append((slices(packet, codec), pts, dts))
        return {f"{each.type} {number}": found[each.index] for number, each in enumerate(kept)}


def slices(packet: "Packet[Any]", codec: str) -> bytes:
    """What of a packet is coded picture or sound: of H.264 its units of the types 1 to 5."""
    content = bytes(packet)
    if codec != "h264":
        return content
    (plain,) = BitStreamFilterContext("h264_mp4toannexb", packet.stream).filter(packet)
    units = bytes(plain).split(b"\0\0\1")[1:]
    return b"|".join(unit.rstrip(b"\0") for unit in units if unit[0] & 0x1F in range(1, 6))


def relative(shown: Sequence[Frame]) -> list[Fraction]:
    """Times from the first frame, to the tenth of a millisecond."""
    return [Fraction(round((frame.time - shown[0].time) * 10_000), 10_000) for frame in shown]


SOURCES = [
    ("h264", ".mp4"),
    ("hevc", ".mov"),
    ("vp9", ".webm"),
    ("av1", ".mkv"),
    ("mpeg4", ".avi"),
    ("mpeg2video", ".mxf"),
    ("h264", ".ts"),
]


@pytest.mark.parametrize(("codec", "extension"), SOURCES)
def test_a_master_holds_the_sources_packets_at_their_times(
    sandbox: Sandbox, folder: Path, codec: str, extension: str
) -> None:
    source = clips.make(folder / f"{codec}{extension}", codec=codec, frames=12, audio=True)
    made = publish(sandbox, source, "master")
    assert (made.extension, made.frames, made.hidden, made.left_out) == (extension, 12, 0, ())
    assert (made.width, made.height) == (320, 180)
    assert made.codecs[0] == codec
    assert packets(made.path) == packets(source)
    assert [each.time for each in frames(made.path)] == [each.time for each in frames(source)]


@pytest.mark.parametrize("extension", [".mkv", ".ts"])
def test_a_master_starts_when_its_source_starts(sandbox: Sandbox, folder: Path, extension: str) -> None:
    source = clips.make(folder / f"late{extension}", frames=12, audio=True, start=100)
    made = publish(sandbox, source, "master")
    assert packets(made.path) == packets(source)
    assert frames(made.path)[0].time >= 100


SHAPES: dict[str, dict[str, Any]] = {
    "turned": {"rotation": 90},
    "mirrored": {"rotation": 270, "mirrored": True},
    "oblong": {"sample_aspect": Fraction(16, 15)},
    "uneven": {"times": clips.uneven_times(12)},
}
SIZES = {"turned": (180, 320), "mirrored": (180, 320), "oblong": (341, 180), "uneven": (320, 180)}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_and_times(sandbox: Sandbox, folder: Path, shape: str) -> None:
    source = clips.make(folder / f"{shape}.mp4", frames=12, audio=True, **SHAPES[shape])
    before = frames(source)

    master = publish(sandbox, source, "master")
    assert (master.width, master.height) == SIZES[shape]
    for was, now in zip(before, frames(master.path), strict=True):
        assert (was.time, was.rotation) == (now.time, now.rotation)
        assert np.array_equal(was.pixels, now.pixels)

    web = publish(sandbox, source, "web")
    after = frames(web.path, "rgb24")
    width, height = SIZES[shape]
    assert (web.width, web.height) == (width - width % 2, height)
    assert after[0].pixels.shape == (web.height, web.width, 3)
    assert {frame.rotation for frame in after} == {0}
    assert relative(after) == relative(before)
    assert [clips.frame_number(frame.pixels) for frame in after] == list(range(12))
    with av.open(str(web.path)) as container:
        assert container.streams.video[0].sample_aspect_ratio in (None, 1)


@pytest.fixture(scope="module")
def dirty(folder: Path) -> dict[str, Path]:
    """Clips with all that must not go out: tags, places, chapters, covers, subtitles, data, attachments."""
    words, subtitles = folder / "words.txt", folder / "words.srt"
    words.write_text(CHAPTERS)
    subtitles.write_text("1\n00:00:00,000 --> 00:00:00,400\nsecret subtitle\n")
    cover = clips.still(folder / "cover.png")
    clean = clips.make(folder / "clean.mp4", frames=12, audio=True)
    base = ("-i", clean, "-i", words, "-i", subtitles, "-i", cover)
    tags = ("-map_metadata", "1", "-metadata", "creation_time=2023-03-24T10:00:00Z", "-c", "copy")
    tracks = ("-map", "0:v", "-map", "0:a", "-map", "2:s")
    named = ("-metadata:s:v:0", "handler_name=secret camera", "-metadata:s:a:0", "title=secret microphone")
    art = ("-map", "3:v", "-disposition:v:1", "attached_pic")
    found = {name: folder / f"dirty{name}" for name in (".mp4", ".mov", ".mkv", ".avi", ".ts")}
    data = ("-timecode", "10:00:00:00")
    clips.run(*base, *tracks, *art, *tags, *named, "-c:s", "mov_text", *data, found[".mp4"])
    place = (
        "-movflags",
        "use_metadata_tags",
        "-metadata",
        "com.apple.quicktime.location.ISO6709=+48.5947+037.9999/",
    )
    clips.run(*base, *tracks, *tags, *named, "-c:s", "mov_text", *place, *data, found[".mov"])
    attached = ("-attach", subtitles, "-metadata:s:t", "mimetype=text/plain")
    clips.run(*base, *tracks, *tags, *named, "-c:s", "srt", *attached, found[".mkv"])
    clips.run(*base, "-map", "0:v", "-map", "0:a", *tags, "-c:a", "libmp3lame", found[".avi"])
    clips.run(*base, "-map", "0:v", "-map", "0:a", *tags, found[".ts"])
    return found


@pytest.mark.parametrize("extension", [".mp4", ".mov", ".mkv", ".avi", ".ts"])
@pytest.mark.parametrize("profile", ["master", "web"])
def test_nothing_but_pictures_and_sound_goes_out(
    sandbox: Sandbox, dirty: dict[str, Path], extension: str, profile: str
) -> None:
    source = dirty[extension]
    made = publish(sandbox, source, profile)
    assert "secret" in source.read_bytes().decode("latin-1"), "the source must be dirty"
    told = made.path.read_bytes().decode("latin-1")
    assert [word for word in SECRETS if word in told] == []
    with av.open(str(made.path)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert container.chapters() == []
        _expect_plain(container)
    if profile == "master":
        assert packets(made.path) == packets(source)
    else:
        assert "x264 - core" not in told


def _expect_plain(container: InputContainer) -> None:
    """The container says nothing but what its format cannot leave out."""
    told = {**container.metadata}
    for stream in container.streams:
        told |= {f"stream {name}": text for name, text in stream.metadata.items()}
    allowed = {
        *("major_brand", "minor_version", "compatible_brands", "stream handler_name", "stream vendor_id"),
        *(
            "stream language",
            "stream DURATION",
            "encoder",
            "stream encoder",
            "service_name",
            "service_provider",
        ),
    }
    assert set(told) <= allowed
    assert told.get("encoder", "Lavf") == "Lavf"
    assert told.get("stream encoder", "Lavc libx264") == "Lavc libx264"


def test_exiftool_finds_no_trace_of_the_source(sandbox: Sandbox, dirty: dict[str, Path]) -> None:
    made = {name: publish(sandbox, dirty[name], "master").path for name in (".mp4", ".mov", ".mkv")}
    sources, results = exiftool.read_all(dirty.values()), exiftool.read_all(made.values())
    for name, path in made.items():
        assert any("secret" in str(value) for value in sources[dirty[name]].values())
        told = {tag: value for tag, value in results[path].items() if not tag.startswith("System:")}
        del told["SourceFile"]
        assert [tag for tag, value in told.items() if any(word in str(value) for word in SECRETS)] == []
        assert [tag for tag in told if "GPS" in tag or "Chapter" in tag or "TimeCode" in tag] == []
        dates = {value for tag, value in told.items() if tag.endswith("Date")}
        assert dates <= {"0000:00:00 00:00:00"}


@pytest.mark.parametrize(("extension", "profile"), [(".mp4", "master"), (".mov", "master"), (".mov", "web")])
def test_caption_and_credit_go_into_what_was_published(
    sandbox: Sandbox, dirty: dict[str, Path], extension: str, profile: str
) -> None:
    made = publish(sandbox, dirty[extension], profile)
    before = packets(made.path)
    embed(made.path, made.format, write_xmp(EXAMPLE), write_iim(EXAMPLE))
    told = exiftool.read(made.path)
    assert told["XMP-dc:Description"] == EXAMPLE.caption
    assert told["XMP-photoshop:Credit"] == EXAMPLE.credit
    assert packets(made.path) == before


def test_what_an_edit_list_hides_is_told_of_a_master_and_gone_from_the_web(
    sandbox: Sandbox, folder: Path
) -> None:
    whole = clips.make(folder / "whole.mp4", frames=30, gop=30, audio=True)
    source = clips.trimmed(whole, folder / "trimmed.mp4", Fraction(2, 5))
    master = publish(sandbox, source, "master")
    assert (master.frames, master.hidden) == (30, 10)
    assert [clips.frame_number(each.pixels) for each in frames(master.path, "rgb24")] == list(range(10, 30))
    assert master.unheard > 0
    web = publish(sandbox, source, "web")
    assert (web.frames, web.hidden, web.unheard) == (20, 0, 0)
    assert [clips.frame_number(each.pixels) for each in frames(web.path, "rgb24")] == list(range(10, 30))


WEB_SOURCES: dict[str, dict[str, Any]] = {
    "full range": {"full_range": True},
    "BT.601": {"colour": "smpte170m"},
    "ten bits": {"codec": "hevc", "pixel_format": "yuv420p10le"},
    "4:2:2": {"codec": "prores"},
}


@pytest.mark.parametrize("kind", WEB_SOURCES)
def test_the_web_shows_the_sources_colours(sandbox: Sandbox, folder: Path, kind: str) -> None:
    source = clips.make(folder / f"{kind}.mov", frames=5, audio=True, **WEB_SOURCES[kind])
    made = publish(sandbox, source, "web")
    with av.open(str(made.path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.profile, video.pix_fmt) == ("h264", "High", "yuv420p")
        assert audio.codec_context.name == "aac"
        shown = next(container.decode(video))
        assert (int(shown.colorspace), int(shown.color_range)) == (1, 1)
        told = clips.field_colours(shown.to_ndarray(format="rgb24"))
    for name, wanted in clips.FIELDS.items():
        assert told[name] == pytest.approx(wanted, abs=6), name
    content = made.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("size", "published"), [((2560, 144), (1920, 108)), ((144, 2560), (108, 1920)), ((322, 182), (322, 182))]
)
def test_the_web_is_bounded_and_never_enlarged(
    sandbox: Sandbox, folder: Path, size: tuple[int, int], published: tuple[int, int]
) -> None:
    source = clips.make(folder / f"{size[0]}x{size[1]}.mp4", frames=2, size=size)
    made = publish(sandbox, source, "web")
    assert (made.width, made.height) == published
    assert frames(made.path, "rgb24")[0].pixels.shape[:2] == published[::-1]


def test_every_sound_goes_along(sandbox: Sandbox, folder: Path) -> None:
    silent = clips.make(folder / "silent.mkv", frames=12)
    source = folder / "sounds.mkv"
    tone = ("-f", "lavfi", "-i", "sine=duration=0.5")
    many = ("-ac:a:0", "6", "-ac:a:1", "1", "-c:a", "ac3", "-c:v", "copy")
    clips.run("-i", silent, *tone, *tone, "-map", "0", "-map", "1", "-map", "2", *many, source)
    assert publish(sandbox, silent, "web").codecs == ("h264",)
    assert publish(sandbox, source, "master").codecs == ("h264", "ac3", "ac3")
    web = publish(sandbox, source, "web")
    assert web.codecs == ("h264", "aac", "aac")
    with av.open(str(web.path)) as container:
        assert [stream.channels for stream in container.streams.audio] == [2, 1]


@pytest.mark.parametrize(
    ("codec", "mark", "other", "master", "web"),
    [
        ("dca", b"A_DTS", b"A_DTS", (), ("the sound in stream 1, which is coded as dca",)),
        ("ac3", b"A_AC3", b"A_XYZ", *[("the sound in stream 1, which is coded in an unknown way",)] * 2),
    ],
)
def test_sound_that_cannot_go_along_is_told(
    sandbox: Sandbox,
    folder: Path,
    codec: str,
    mark: bytes,
    other: bytes,
    master: tuple[str, ...],
    web: tuple[str, ...],
) -> None:
    silent, source = clips.make(folder / f"{codec}.mp4", frames=12), folder / f"{codec}.mkv"
    tone = ("-f", "lavfi", "-i", "sine=duration=0.5:sample_rate=48000")
    clips.run("-i", silent, *tone, "-c:v", "copy", "-c:a", codec, "-ac", "2", "-strict", "-2", source)
    content = source.read_bytes()
    assert content.count(mark) == 1
    source.write_bytes(content.replace(mark, other))
    assert publish(sandbox, source, "master").left_out == master
    assert publish(sandbox, source, "web").left_out == web


def test_a_clip_that_breaks_off_is_published_as_far_as_it_goes(sandbox: Sandbox, folder: Path) -> None:
    whole = clips.make(folder / "unbroken.mkv", frames=50, audio=True)
    source = clips.cut_short(whole, folder / "broken.mkv", 0.6)
    made = publish(sandbox, source, "master")
    assert 10 < made.frames < 50
    assert packets(made.path) == packets(source)
    assert publish(sandbox, source, "web").frames <= made.frames


def test_a_master_that_would_lose_its_sounds_times_is_refused(sandbox: Sandbox, folder: Path) -> None:
    clip = clips.make(folder / "aac.mp4", frames=12, audio=True)
    source = folder / "aac.avi"
    clips.run("-i", clip, "-c", "copy", source)
    with pytest.raises(ToolFailed, match="would play its aac at other times") as caught:
        publish(sandbox, source, "master")
    assert "--profile web" in caught.value.hint
    assert publish(sandbox, source, "web").codecs == ("h264", "aac")


def test_a_real_clip_of_varying_rate_keeps_its_frames(real_media: Path, tmp_path: Path) -> None:
    source = real_media / "dvrscan_traffic_camera_vfr.mp4"
    with Sandbox([real_media], tmp_path, rendering_limits(1280, 720)) as own:
        made = publish(own, source, "master")
    assert made.frames == 576
    assert packets(made.path) == packets(source)


def test_progress_is_told(sandbox: Sandbox, folder: Path) -> None:
    class Heard:
        def __init__(self) -> None:
            self.steps: list[tuple[str, int, int]] = []

        def step(self, label: str, done: int, total: int) -> None:
            self.steps.append((label, done, total))

    heard = Heard()
    source = clips.make(folder / "progress.mp4", frames=50)
    publish_video(sandbox, source, FORMATS["mp4"], heard, web=True)
    assert heard.steps
    assert {label for label, _, _ in heard.steps} == {"publishing"}
    done = [each for _, each, _ in heard.steps]
    assert done == sorted(done)
    assert done[-1] <= heard.steps[-1][2] == 2000


def test_sound_alone_is_refused(sandbox: Sandbox, folder: Path) -> None:
    with pytest.raises(BadInput):
        publish(sandbox, clips.sound_only(folder / "sound.mp4"), "master")


def test_a_disk_that_takes_no_more_is_told(folder: Path, tmp_path: Path) -> None:
    source = clips.make(folder / "large.mp4", frames=50)
    limits = replace(rendering_limits(320, 180), file_bytes=4096)
    with Sandbox([folder], tmp_path, limits) as small, pytest.raises(ToolFailed, match="could not write"):
        publish(small, source, "web")


def test_a_start_code_inside_a_unit_begins_another_one(sandbox: Sandbox, folder: Path) -> None:
    plain = clips.make(folder / "plain-end.mp4", frames=6)
    source = folder / "end-of-sequence.mp4"
    with av.open(str(plain)) as container, av.open(str(source), "w") as made:
        stream = made.add_stream_from_template(container.streams.video[0])
        waiting = [packet for packet in container.demux(video=0) if packet.size]
        for packet in waiting:
            content = bytes(packet)
            if packet is waiting[-1]:
                unit = content[4:] + b"\0\0\0\1\x0a"
                content = len(unit).to_bytes(4) + unit
            copy = Packet(content)
            copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
            copy.time_base, copy.is_keyframe, copy.stream = packet.time_base, packet.is_keyframe, stream
            made.mux(copy)
    assert b"\0\0\0\1\x0a" in source.read_bytes()
    assert publish(sandbox, source, "master").frames == 6


def test_only_the_file_that_was_asked_for_is_believed(tmp_path: Path) -> None:
    def answer(path: Path) -> Message:
        counts = {
            "width": 2,
            "height": 2,
            "codecs": ["h264"],
            "frames": 1,
            "hidden": 0,
            "unheard": 0,
            "headless": False,
            "talking": False,
            "left_out": [],
        }
        return Message({"path": str(path), **counts}, b"")

    made, other, link = tmp_path / "a.mp4", tmp_path / "b.mp4", tmp_path / "links" / "a.mp4"
    made.touch()
    other.touch()
    link.parent.mkdir()
    link.symlink_to(other)
    assert _believed(answer(made), "a.mp4", "mp4", ".mp4").path == made
    for path in (other, link, tmp_path / "none" / "a.mp4"):
        with pytest.raises(ToolFailed):
            _believed(answer(path), "a.mp4", "mp4", ".mp4")
    with pytest.raises(ToolFailed):
        _believed(Message({"path": str(made)}, b""), "a.mp4", "mp4", ".mp4")

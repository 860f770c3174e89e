"""Smart render: what nothing touches is copied to the bit, and of what is hidden or cut nothing is left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import pytest
from av.packet import Packet, PacketSideData
from av.video.stream import VideoStream

import clips
import copies
import masked
import proving
from footage.errors import FootageError
from footage.media.rendering.encoders import Wanted, encoder_for, in_part
from footage.media.rendering.units import HEVC, joined, split
from footage.model.geometry import Region
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex, Span

BOX = Region(0.1, 0.3, 0.25, 0.3)
FRAMES = 60
GOP = 12

Frames = tuple[int, int]


@dataclass(frozen=True)
class Kind:
    """How a clip is coded: arguments of :func:`clips.make`, or words for the program."""

    codec: str = "h264"
    make: dict[str, object] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    rate: str = "25"


def x264(*words: str, **make: object) -> Kind:
    return Kind(make={"options": ("-sc_threshold", "0", *words), **make})


def x265(words: str, **make: object) -> Kind:
    told = f"log-level=none:keyint={GOP}:min-keyint={GOP}:scenecut=0:{words}"
    return Kind("hevc", {"options": ("-x265-params", told), **make})


CLOSED, OPEN = x265("open-gop=0"), x265("open-gop=1")
INTERLACED = ("-vf", "interlace=scan=tff", "-flags", "+ildct+ilme", "-c:v", "libx264", "-g", "12")
KINDS = {
    "H.264": x264(),
    "H.264 pyramid": x264("-x264-params", "b-pyramid=normal:ref=5", b_frames=5),
    "H.264 without B-frames": x264(b_frames=0),
    "H.264 open": x264("-x264-params", "open-gop=1", b_frames=3),
    "H.264 of ten bits": x264(pixel_format="yuv420p10le"),
    "H.264 4:2:2": x264(pixel_format="yuv422p10le"),
    "H.264 4:4:4": x264(pixel_format="yuv444p"),
    "H.264 main": x264("-profile:v", "main"),
    "H.264 baseline": x264("-profile:v", "baseline", b_frames=0),
    "H.264 in slices": x264("-slices", "4"),
    "H.264 intra": x264(gop=1),
    "H.264 refreshed": x264("-x264-params", "intra-refresh=1"),
    "H.264 interlaced": Kind(words=(*INTERLACED, "-x264-params", "tff=1"), rate="50"),
    "H.264 NTSC": x264(rate=Fraction(30000, 1001)),
    "H.264 uneven": x264(times=clips.uneven_times(FRAMES)),
    "H.264 turned": x264(rotation=90),
    "H.264 mirrored": x264(rotation=270, mirrored=True),
    "H.264 oblong": x264(sample_aspect=Fraction(16, 15)),
    "H.264 full range": x264(full_range=True, pixel_format="yuvj420p"),
    "H.264 late": x264(start=Fraction(7, 5)),
    "HEVC": CLOSED,
    "HEVC open": OPEN,
    "HEVC open, pyramid": x265("open-gop=1:bframes=7:b-pyramid=1:rc-lookahead=20"),
    "HEVC without B-frames": x265("bframes=0"),
    "HEVC of ten bits": x265("open-gop=1", pixel_format="yuv420p10le"),
    "HEVC 4:2:2": x265("open-gop=0", pixel_format="yuv422p10le"),
    "HEVC of two layers in time": x265("temporal-layers=2"),
    "HEVC with its sets repeated": x265("repeat-headers=1"),
    "HEVC in rows": x265("wpp=1:slices=2"),
    "HEVC uneven": x265("open-gop=1", times=clips.uneven_times(FRAMES)),
    "HEVC turned": x265("open-gop=1", rotation=180),
}
ORDERS: dict[str, tuple[Sequence[Frames], Sequence[Frames]]] = {
    "a mask": ([(20, 25)], []),
    "a mask at each end": ([(0, 0), (59, 59)], []),
    "masks near and far": ([(3, 4), (8, 9), (16, 16), (47, 50)], []),
    "masks on the seams": ([(11, 12), (36, 36)], []),
    "a cut": ([], [(20, 30)]),
    "cuts at both ends": ([], [(0, 5), (50, 59)]),
    "a cut of groups": ([], [(12, 35)]),
    "masks and cuts": ([(5, 6), (33, 40)], [(9, 14), (30, 34), (52, 53)]),
}
QUICK = [
    ("H.264", ".mp4", "masks and cuts"),
    ("H.264 pyramid", ".mkv", "a mask"),
    ("H.264 open", ".mov", "a mask"),
    ("H.264 of ten bits", ".mp4", "masks near and far"),
    ("H.264 interlaced", ".mov", "a mask"),
    ("H.264 uneven", ".mp4", "masks and cuts"),
    ("H.264 turned", ".mp4", "masks on the seams"),
    ("HEVC", ".mkv", "masks and cuts"),
    ("HEVC open", ".mp4", "masks near and far"),
    ("HEVC open", ".mkv", "a cut"),
    ("HEVC of ten bits", ".mov", "masks on the seams"),
]


def clip(kind: Kind, path: Path) -> Path:
    """A clip of sixty frames with sound."""
    if kind.words:
        picture = f"testsrc2=size=320x192:rate={kind.rate}:duration=2.4"
        tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2.4", "-c:a", "aac")
        clips.run("-f", "lavfi", "-i", picture, *tone, *kind.words, path)
        return path
    options: dict[str, object] = {"gop": GOP, **kind.make}
    return clips.make(path, codec=kind.codec, frames=FRAMES, audio=True, **options)  # type: ignore[arg-type]


def asked(index: FrameIndex, masks: Sequence[Frames], cuts: Sequence[Frames] = ()) -> Redaction:
    """Masks and cuts on frames, the first and the last of each included."""
    return Redaction(
        tuple(masked.mask(index, *frames, BOX, flag=flag) for flag, frames in enumerate(masks, 1)),
        tuple(Span(index.pts[first], index.frame_end(last)) for first, last in cuts),
    )


def check(source: Path, folder: Path, redaction: Redaction) -> masked.Masked:
    """Redact, hold the result against the original with two decoders, and prove it."""
    made = masked.redacted(source, redaction, folder)
    copy = copies.held(source, made.path, redaction)
    assert made.encoded + made.copied == len(copy.kept)
    assert len(copy.same) >= made.copied
    assert not copy.same & copy.hidden
    assert copies.leaked(source, made.path, redaction) == []
    assert proving.failures(source, made.path, redaction) == {}
    assert [each.name for each in folder.iterdir()] == [made.path.name]
    if not redaction.cuts:
        assert copies.sounds(made.path) == copies.sounds(source)
    assert made.path.suffix == source.suffix
    return made


def check_kind(tmp_path: Path, kind: str, suffix: str, order: str) -> masked.Masked:
    source = clip(KINDS[kind], tmp_path / f"clip{suffix}")
    made = check(source, tmp_path / "made", asked(masked.index_of(source), *ORDERS[order]))
    # With one place alone where decoding can begin, a mask on the first frame touches everything.
    nothing = not made.copied and kind in ("H.264 open", "H.264 refreshed")
    why = "all of it lies between what is hidden or cut and the next place to start at"
    assert made.whole == (why if nothing else "")
    assert made.notes == ()
    return made


@pytest.mark.parametrize(("kind", "suffix", "order"), QUICK)
def test_of_many_kinds(tmp_path: Path, kind: str, suffix: str, order: str) -> None:
    check_kind(tmp_path, kind, suffix, order)


@pytest.mark.long
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("kind", KINDS)
def test_of_all_kinds(tmp_path: Path, kind: str, suffix: str, order: str) -> None:
    check_kind(tmp_path, kind, suffix, order)


class Test_no_more_is_encoded_than_must_be:
    """Sync frames at 0, 12, 24, 36 and 48; a mask covers two frames more at both ends."""

    @pytest.mark.parametrize(
        ("masks", "cuts", "encoded"),
        [
            ([(20, 25)], [], 36 - 18),
            ([(14, 14)], [], 24 - 12),
            ([(2, 2), (14, 14)], [], 24),
            ([(5, 6), (40, 41)], [], (12 - 3) + (48 - 38)),
            ([(0, 0)], [], 12),
            ([(59, 59)], [], 3),
            ([], [(20, 30)], 36 - 31),
            ([], [(12, 35)], 0),
            ([], [(50, 59)], 0),
            ([(5, 6)], [(20, 30)], (12 - 3) + (36 - 31)),
            ([], [], 0),
        ],
    )
    def test_without_b_frames(
        self, tmp_path: Path, masks: Sequence[Frames], cuts: Sequence[Frames], encoded: int
    ) -> None:
        source = clip(KINDS["H.264 without B-frames"], tmp_path / "clip.mp4")
        made = check(source, tmp_path / "made", asked(masked.index_of(source), masks, cuts))
        assert (made.encoded, made.whole) == (encoded, "")

    @pytest.mark.parametrize(("kind", "run"), [("H.264", 2), ("HEVC", 4)])
    def test_with_b_frames_a_run_of_them_more(self, tmp_path: Path, kind: str, run: int) -> None:
        source = clip(KINDS[kind], tmp_path / "clip.mp4")
        for first in (14, 16, 17):
            redaction = asked(masked.index_of(source), [(first, 25)])
            made = masked.redacted(source, redaction, tmp_path / "made")
            assert 36 - (first - 2) <= made.encoded <= 36 - (first - 2) + run

    def test_in_hevc_up_to_a_picture_that_others_lead(self, tmp_path: Path) -> None:
        """Without that, every mask in a clip of open groups would go on to its end."""
        source = clip(OPEN, tmp_path / "clip.mp4")
        made = check(source, tmp_path / "made", asked(masked.index_of(source), [(20, 25)]))
        assert made.encoded <= 36 - 18 + 4
        kinds = [
            {HEVC.kind(unit) for unit in split(bytes(packet), 4)} for packet in proving.pictures(made.path)
        ]
        assert sum(18 in kind for kind in kinds) == 1, "which then says that none lead it"
        resumed = next(place for place, kind in enumerate(kinds) if 18 in kind)
        assert not {6, 7, 8, 9} & set().union(*kinds[resumed + 1 : resumed + 3])

    @pytest.mark.parametrize(("kind", "suffix"), [("H.264", ".mkv"), ("HEVC open", ".mp4")])
    def test_masked_from_a_picture_of_its_own_on(self, tmp_path: Path, kind: str, suffix: str) -> None:
        source = clip(KINDS[kind], tmp_path / f"clip{suffix}")
        redaction = asked(masked.index_of(source), [(20, 30), (27, 29)])
        made = masked.redacted(source, redaction, tmp_path / "made")
        kinds = [frame.pict_type for frame in masked.frames(made.path)]
        assert kinds[18] == kinds[25] == 1

    @pytest.mark.parametrize(("codec", "flat"), [("h264", "b-pyramid=none"), ("hevc", "b-pyramid=0")])
    def test_in_no_other_order_than_the_sources_decoders_know(self, codec: str, flat: str) -> None:
        encoder = encoder_for(Wanted(codec, "", "yuv420p", "", reordered=True))
        assert encoder is not None
        words = "x264-params" if codec == "h264" else "x265-params"
        parts = [in_part(encoder, depth, 7) for depth in range(3)]
        assert [part.b_frames for part in parts] == [0, encoder.b_frames, encoder.b_frames]
        assert [flat in part.options[words] for part in parts] == [False, True, False]


class Test_whoever_reads_it:
    @pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
    @pytest.mark.parametrize("kind", ["H.264", "HEVC open"])
    def test_can_jump_anywhere(self, tmp_path: Path, kind: str, suffix: str) -> None:
        source = clip(KINDS[kind], tmp_path / f"clip{suffix}")
        redaction = asked(masked.index_of(source), [(2, 3), (30, 30)])
        made = masked.redacted(source, redaction, tmp_path / "made")
        wanted = dict(copies.pictures(made.path))
        with av.open(str(made.path)) as container:
            stream = container.streams.video[0]
            assert stream.time_base is not None
            starts = [packet.pts for packet in container.demux(stream) if packet.is_keyframe and packet.size]
            for start in (*starts, *reversed(starts), starts[0], starts[-1], starts[2], starts[1]):
                assert start is not None
                container.seek(start, stream=stream)
                shown = (frame for frame in container.decode(stream) if (frame.pts or 0) >= start)
                for frame, _ in zip(shown, range(14), strict=False):
                    assert frame.pts is not None
                    assert copies.samples(frame) == wanted[frame.pts * stream.time_base]

    @pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
    @pytest.mark.parametrize("kind", ["H.264", "HEVC open"])
    def test_can_put_it_into_another_file(self, tmp_path: Path, kind: str, suffix: str) -> None:
        """Also through a filter that reads all parameter sets, as a published master's messages go."""
        source = clip(KINDS[kind], tmp_path / f"clip{suffix}")
        redaction = asked(masked.index_of(source), [(2, 3), (30, 30)])
        made = masked.redacted(source, redaction, tmp_path / "made")
        wanted = [picture for _, picture in copies.pictures(made.path)]
        messages = "6" if kind == "H.264" else "39|40"
        for other in (".mp4", ".mkv", ".ts"):
            again = tmp_path / f"again{other}"
            clips.run(
                *("-i", made.path, "-map", "0:v", "-c", "copy"),
                *("-bsf:v", f"filter_units=remove_types={messages}", again),
            )
            assert [picture for _, picture in copies.pictures(again)] == wanted

    def test_is_told_of_one_kind_of_pictures(self, tmp_path: Path) -> None:
        """Apple's players take HEVC with all its parameter sets in the head alone, under one tag."""
        source = clip(OPEN, tmp_path / "clip.mp4")
        redaction = asked(masked.index_of(source), [(20, 25)])
        made = masked.redacted(source, redaction, tmp_path / "made")
        content = made.path.read_bytes()
        assert (content.count(b"hvc1"), content.count(b"hvcC"), content.count(b"hev1")) == (1, 1, 0)


class Test_nothing_else:
    @pytest.mark.parametrize("kind", ["H.264", "HEVC"])
    def test_is_taken_along_in_the_pictures(self, tmp_path: Path, kind: str) -> None:
        """Messages of anybody's, units of no known kind, and those of a second view."""
        plain = clip(KINDS[kind], tmp_path / "plain.mp4")
        words = b"his name is" * 4
        message = b"\x05" + bytes([16 + len(words)]) + bytes(range(16)) + words + b"\x80"
        heads = (b"\x06", b"\x1e", b"\x14") if kind == "H.264" else (b"\x4e\x01", b"\x7e\x01", b"\x02\x09")
        added = [head + message for head in heads]
        recovery = heads[0] + b"\x06\x01\xc4\x80"

        def more(packet: "Packet[VideoStream]") -> "Packet[Any]":
            made: Packet[Any] = Packet(joined([recovery, *added, *split(bytes(packet), 4)], 4))
            made.pts, made.dts, made.is_keyframe = packet.pts, packet.dts, packet.is_keyframe
            made.duration, made.time_base = packet.duration, packet.time_base
            return made

        source = tmp_path / "clip.mp4"
        proving.with_pictures(plain, source, map(more, proving.pictures(plain)))
        assert source.read_bytes().count(words) == 3 * FRAMES
        made = check(source, tmp_path / "made", asked(masked.index_of(source), [(20, 25)]))
        assert made.copied
        content = made.path.read_bytes()
        assert b"his name is" not in content
        assert b"options: " not in content, "what the encoder says of itself"
        assert content.count(recovery) == made.copied, "and what a decoder may need is still there"

    def test_is_taken_along_beside_them(self, tmp_path: Path) -> None:
        subtitles = tmp_path / "words.srt"
        subtitles.write_text("1\n00:00:00,000 --> 00:00:00,400\nHis name is\n")
        plain = clip(KINDS["H.264"], tmp_path / "plain.mkv")
        source = tmp_path / "clip.mkv"
        clips.run(
            *("-i", plain, "-i", subtitles, "-map", "0:v", "-map", "0:a", "-map", "0:v", "-map", "1"),
            *("-c", "copy", "-attach", subtitles, "-metadata:s:t", "mimetype=text/plain"),
            *("-metadata", "title=His name", "-metadata:s:v:0", "title=His face", source),
        )
        made = check(source, tmp_path / "made", asked(masked.index_of(source), [(20, 25)]))
        assert b"His " not in made.path.read_bytes()
        with av.open(str(made.path)) as copy:
            assert [stream.type for stream in copy.streams] == ["video", "audio"]

    def test_is_left_behind_an_edit_list(self, tmp_path: Path) -> None:
        """What an edit list hides is cut out, not copied: masked or not, it was not to be seen."""
        for codec, start in (("h264", Fraction(7, 5)), ("hevc", Fraction(7, 10))):
            whole = clips.make(
                tmp_path / "whole.mp4", codec=codec, frames=FRAMES, audio=True, drawn=None, gop=GOP
            )
            source = clips.trimmed(whole, tmp_path / "clip.mp4", start)
            index = masked.index_of(source)
            hidden = FRAMES - len(index.pts)
            assert hidden
            made = check(source, tmp_path / "made", asked(index, [(14, 16)]))
            assert made.copied
            with av.open(str(made.path), options={"ignore_editlist": "1"}) as container:
                assert sum(1 for packet in container.demux(video=0) if packet.size) == len(index.pts)


class Test_encoded_whole:
    """With a reason; and what is hidden is hidden."""

    def check(self, source: Path, folder: Path, why: str, masks: Sequence[Frames] = ((20, 25),)) -> None:
        index = masked.index_of(source)
        redaction = asked(index, masks)
        made = masked.redacted(source, redaction, folder)
        assert (made.copied, made.encoded) == (0, len(index.pts))
        assert why in made.whole
        assert copies.leaked(source, made.path, redaction) == []
        shown = masked.frames(made.path)
        for mask in redaction.masks:
            for number in mask.frames(index):
                luma = masked.luma(shown[number])
                height, width = luma.shape
                inner = luma[int(height * 0.35) : int(height * 0.55), int(width * 0.13) : int(width * 0.32)]
                assert inner.max() < 40, number

    def test_because_of_its_format(self, tmp_path: Path) -> None:
        for suffix, codec, why in ((".ts", "h264", "it is MPEGTS"), (".mp4", "mpeg4", "coded as MPEG4")):
            source = clips.make(tmp_path / f"clip{suffix}", codec=codec, frames=30)
            self.check(source, tmp_path / "made", why, [(20, 22)])

    def test_because_nothing_is_left_to_copy(self, tmp_path: Path) -> None:
        source = clip(KINDS["H.264"], tmp_path / "clip.mp4")
        self.check(source, tmp_path / "made", "the next place to start at", [(0, 59)])

    def test_because_it_breaks_off(self, tmp_path: Path) -> None:
        for suffix in (".mp4", ".mkv"):
            options = ("-movflags", "+faststart") if suffix == ".mp4" else ()
            whole = clips.make(tmp_path / f"whole{suffix}", frames=FRAMES, options=options)
            source = clips.cut_short(whole, tmp_path / f"clip{suffix}", 0.7)
            self.check(source, tmp_path / "made", "it breaks off before its end")

    @pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
    @pytest.mark.parametrize("change", ["size", "coding"])
    def test_because_it_changes_on_the_way(self, tmp_path: Path, change: str, suffix: str) -> None:
        """Which the packets tell."""
        first = clips.make(tmp_path / "first.mp4", frames=FRAMES)
        size = (160, 120) if change == "size" else (320, 180)
        profile = ("-profile:v", "main", "-refs", "1")
        second = clips.make(tmp_path / "second.mp4", frames=30, size=size, options=profile)
        names = tmp_path / "names.txt"
        names.write_text(f"file {first}\nfile {second}\n")
        source = tmp_path / f"clip{suffix}"
        clips.run("-f", "concat", "-safe", "0", "-i", names, "-map", "0:v", "-c", "copy", source)
        for masks in ([(20, 25)], [(70, 75)]):
            self.check(source, tmp_path / "made", "the way its pictures are coded changes on the way", masks)

    def test_because_it_describes_its_pictures_twice(self, tmp_path: Path) -> None:
        """Which the head tells."""
        first = clip(OPEN, tmp_path / "first.mp4")
        second = clips.make(tmp_path / "second.mp4", codec="hevc", frames=FRAMES, b_frames=0)
        with av.open(str(second)) as container:
            record = container.streams.video[0].codec_context.extradata or b""
        later = proving.pictures(second)
        for packet in later:
            assert packet.pts is not None
            assert packet.dts is not None
            packet.pts, packet.dts = packet.pts + FRAMES * 512, packet.dts + FRAMES * 512
        told = cast(Any, PacketSideData)(1, len(record))
        told.update(record)
        later[0].set_sidedata(told)
        source = tmp_path / "clip.mp4"
        proving.with_pictures(first, source, [*proving.pictures(first), *later])
        assert source.read_bytes().count(b"hvcC") == 2
        for masks in ([(20, 25)], [(70, 75)]):
            self.check(source, tmp_path / "made", "the way its pictures are coded changes on the way", masks)

    def test_because_it_begins_amid_pictures(self, tmp_path: Path) -> None:
        """The first ones need others that are not there: they are stored but never shown."""
        whole = clip(OPEN, tmp_path / "whole.mkv")
        gone = [place for place, packet in enumerate(proving.pictures(whole)) if packet.is_keyframe][1]
        source = tmp_path / "clip.mkv"
        clips.run("-i", whole, "-c", "copy", "-bsf:v", f"noise=amount=0:drop=lt(n\\,{gone})", source)
        index = masked.index_of(source)
        assert len(index.pts) < len(proving.pictures(source))
        self.check(source, tmp_path / "made", "do not have the times at which its frames are shown")

    def test_because_its_times_go_backwards(self, tmp_path: Path) -> None:
        plain = clips.make(tmp_path / "plain.mp4", frames=FRAMES)
        for suffix in (".mp4", ".mkv"):
            source = tmp_path / f"clip{suffix}"
            jump = "setts=pts=if(gte(N\\,30)\\,PTS-5000\\,PTS):dts=DTS"
            clips.run("-i", plain, "-c", "copy", "-bsf:v", jump, source)
            self.check(source, tmp_path / "made", "", [(26, 32)])

    def test_because_its_head_lies(self, tmp_path: Path) -> None:
        content = clips.make(tmp_path / "plain.mp4", frames=FRAMES).read_bytes()
        at = content.index(b"avcC") + 4
        lies = {
            "the length of a length": (at + 4, 0xFD),
            "no parameter sets": (at + 5, 0xE0),
            "another order of pictures": (at + 12, content[at + 12] ^ 0x55),
        }
        for lie, (place, byte) in lies.items():
            source = tmp_path / "clip.mp4"
            source.write_bytes(content[:place] + bytes([byte]) + content[place + 1 :])
            try:
                index = masked.index_of(source)
            except (FootageError, ValueError):
                continue  # nothing of it can be decoded: it is never taken in
            last = len(index.pts) - 1
            self.check(source, tmp_path / "made", "", [(min(2, last), min(3, last))])
            assert lie

    def test_because_it_is_broken_where_something_is_hidden(self, tmp_path: Path) -> None:
        source = clip(KINDS["H.264"], tmp_path / "plain.mp4")
        with av.open(str(source)) as container:
            places = [
                (packet.pos, packet.size) for packet in container.demux(video=0) if packet.pts is not None
            ]
        content = bytearray(source.read_bytes())
        position, size = sorted(places[20:28], key=lambda place: place[1])[-1]
        assert position is not None
        content[position + 12 : position + size] = bytes(255 for _ in range(size - 12))
        broken = tmp_path / "clip.mp4"
        broken.write_bytes(content)
        self.check(broken, tmp_path / "made", "cannot be decoded by itself")


class Test_several_streams:
    def test_of_pictures(self, tmp_path: Path) -> None:
        """The one that is shown is masked, the other is left out."""
        first, other = clip(KINDS["H.264"], tmp_path / "first.mp4"), tmp_path / "other.mp4"
        clips.make(other, frames=FRAMES, gop=GOP, b_frames=0)
        source = tmp_path / "clip.mp4"
        clips.run("-i", first, "-i", other, "-map", "0:v", "-map", "1:v", "-map", "0:a", "-c", "copy", source)
        made = check(source, tmp_path / "made", asked(masked.index_of(source), [(20, 25)]))
        assert made.copied
        with av.open(str(made.path)) as container:
            assert len(container.streams.video) == 1

    def test_with_a_cover(self, tmp_path: Path) -> None:
        plain, cover = clip(KINDS["HEVC"], tmp_path / "plain.mp4"), clips.still(tmp_path / "cover.jpg")
        source = tmp_path / "clip.mp4"
        art = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic")
        clips.run("-i", plain, "-i", cover, *art, source)
        made = check(source, tmp_path / "made", asked(masked.index_of(source), [(20, 25)]))
        assert made.copied
        assert cover.read_bytes()[-200:] not in made.path.read_bytes()


class Test_cuts:
    @pytest.mark.parametrize("whole", ["", "the test wants it"])
    @pytest.mark.parametrize("kind", ["H.264 uneven", "HEVC open"])
    def test_take_out_the_frames_that_are_on_screen(self, tmp_path: Path, kind: str, whole: str) -> None:
        source = clip(KINDS[kind], tmp_path / "clip.mp4")
        index = masked.index_of(source)
        redaction = asked(index, [(5, 6)], [(0, 1), (20, 30), (44, 44)])
        made = masked.redacted(source, redaction, tmp_path / "made", whole)
        with av.open(str(made.path)) as container:
            shown = [
                clips.frame_number(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)
            ]
        assert shown == [number for number in range(FRAMES) if number not in {0, 1, *range(20, 31), 44}]
        assert masked.index_of(made.path).pts == Timeline(index, redaction.cuts).shortened.pts
        assert proving.failures(source, made.path, redaction) == {}

    def test_leave_sound_in_step(self, tmp_path: Path) -> None:
        source = clip(KINDS["H.264"], tmp_path / "clip.mp4")
        redaction = asked(masked.index_of(source), [], [(20, 30)])
        made = check(source, tmp_path / "made", redaction)
        with av.open(str(made.path)) as container:
            sound = container.streams.audio[0]
            last = max(packet.pts * packet.time_base for packet in container.demux(sound) if packet.pts)
        assert abs(last - Fraction(FRAMES - 11, 25)) < Fraction(1, 10)


@pytest.mark.parametrize(("kind", "suffix"), [("H.264", ".mp4"), ("HEVC open", ".mkv")])
def test_mutes_touch_no_picture(tmp_path: Path, kind: str, suffix: str) -> None:
    source = clip(KINDS[kind], tmp_path / f"clip{suffix}")
    index = masked.index_of(source)
    redaction = Redaction(mutes=(Span(index.pts[10], index.pts[20]),))
    made = masked.redacted(source, redaction, tmp_path / "made")
    assert (made.encoded, made.copied, made.whole) == (0, FRAMES, "")
    assert len(copies.held(source, made.path, redaction).same) == FRAMES
    assert proving.failures(source, made.path, redaction) == {}


@pytest.mark.long
@pytest.mark.parametrize(
    "name",
    [
        *("dvrscan_traffic_camera.mp4", "dvrscan_traffic_camera_vfr.mp4", "intel_bottle-detection.mp4"),
        *("intel_car-detection.mp4", "intel_one-by-one-person-detection.mp4", "mdn_crystal.mp4"),
        *("mdn_rabbit.mp4", "tmk_chair-19-sd-bar.mp4", "tmk_chair-22-with-large-logo-bar.mp4"),
        *("tmk_pattern-hd-no-bar.mp4", "torchcodec_bt2020_10bit.mp4", "torchcodec_bt709_full_range.mp4"),
    ],
)
def test_of_real_clips(real_media: Path, tmp_path: Path, name: str) -> None:
    source = real_media / name
    index = masked.index_of(source)
    count = len(index.pts)
    middle = (count // 2, count // 2 + 5)
    for redaction in (asked(index, [middle]), asked(index, [(0, 0)], [(middle[0], middle[1] + 9)])):
        made = check(source, tmp_path / "made", redaction)
        assert (made.copied > 0) == (made.whole == "")

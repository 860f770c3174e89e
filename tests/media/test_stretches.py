"""What of a made file is a copy for certain, and what of both files is decoded."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from av.packet import Packet
from av.video.stream import VideoStream

import clips
import masked
import proving
from footage.media.demux import open_video, picture_stream
from footage.media.planes import planes_of
from footage.media.proving.coded import Coded, Pictures, read_pictures
from footage.media.proving.stretches import Plan, Run, ahead, decoded_frames, plan
from footage.model.geometry import Region
from footage.model.redaction import Redaction, Timeline
from footage.model.span import FrameIndex, Span

FRAMES = 300
GOP = 50


@pytest.fixture(scope="module", params=["h264", "hevc"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six groups of 50 pictures; of HEVC all but the first are open."""
    path = tmp_path_factory.mktemp("stretches") / "clip.mp4"
    return clips.make(
        path, codec=request.param, frames=FRAMES, gop=GOP, size=(64, 64), options=("-sc_threshold", "0")
    )


def read(path: Path) -> Pictures:
    with open_video(str(path), masked.FORMATS[path.suffix]) as container:
        return read_pictures(container, picture_stream(container))


def planned(source: Path, made: Path, redaction: Redaction) -> Plan | None:
    index = masked.index_of(source)
    hidden = {number for mask in redaction.masks for number in mask.frames(index)}
    return plan(read(source), read(made), Timeline(index, redaction.cuts), hidden)


def masks(source: Path, first: int, last: int) -> Redaction:
    return Redaction((masked.mask(masked.index_of(source), first, last, Region(0.2, 0.2, 0.4, 0.4)),))


def taken(found: Plan) -> list[int]:
    """The numbers of the frames that are copies."""
    return sorted(found.numbers[found.taken].tolist())


class Test_copies:
    def test_are_all_pictures_of_a_copy(self, source: Path) -> None:
        found = planned(source, source, Redaction())
        assert found is not None
        assert taken(found) == list(range(FRAMES))
        assert found.decoded[-1] < 30

    def test_are_those_that_were_not_encoded(self, source: Path, tmp_path: Path) -> None:
        redaction = masks(source, 120, 125)
        made = masked.redacted(source, redaction, tmp_path)
        found = planned(source, made.path, redaction)
        assert found is not None
        assert len(taken(found)) == made.copied > 200
        assert not set(range(118, 128)) & set(taken(found))
        assert len(found.decoded) < made.encoded + 130

    def test_end_where_a_picture_they_need_is_another(self, source: Path, tmp_path: Path) -> None:
        """The rest of its group is byte for byte the original's, and decodes to something else."""
        content = source.read_bytes()
        packets = proving.pictures(source)
        packet = bytes(packets[60])
        middle = len(packet) // 2
        path = tmp_path / "made.mp4"
        changed = packet[:middle] + bytes((packet[middle] ^ 0x55,)) + packet[middle + 1 :]
        path.write_bytes(content.replace(packet, changed))
        found = planned(source, path, Redaction())
        assert found is not None
        stored = [packet.pts for packet in packets]
        index = masked.index_of(source)
        group = {index.pts.index(tick) for tick in stored[60:100]}
        assert not group & set(taken(found))
        assert group <= set(found.decoded)

    def test_of_what_is_hidden_are_looked_at(self, source: Path) -> None:
        found = planned(source, source, masks(source, 120, 125))
        assert found is not None
        assert set(range(118, 128)) <= set(found.decoded)
        assert len(found.decoded) < 120

    def test_around_a_cut_are_held_against_what_was_cut(self, source: Path, tmp_path: Path) -> None:
        index = masked.index_of(source)
        redaction = Redaction(cuts=(Span(index.pts[110], index.pts[170]),))
        made = masked.redacted(source, redaction, tmp_path)
        found = planned(source, made.path, redaction)
        assert found is not None
        assert found.beside == (110, 169)
        assert not set(range(110, 170)) & set(found.decoded)
        assert {109, 170} <= set(found.decoded)
        assert max(taken(found)) == FRAMES - 1

    @pytest.mark.parametrize("other", ["frames", "times", "codec"])
    def test_are_none_where_pictures_cannot_be_told(self, source: Path, tmp_path: Path, other: str) -> None:
        made: dict[str, Callable[[Path], Path]] = {
            "frames": lambda path: clips.make(path, frames=20, size=(64, 64)),
            "times": lambda path: shifted(source, path),
            "codec": lambda path: clips.make(path, codec="mpeg4", frames=FRAMES, size=(64, 64)),
        }
        found = planned(source, made[other](tmp_path / "made.mp4"), Redaction())
        assert found is None or other == "times"


class Test_what_does_not_come_out:
    """Pictures at the start of a file that need others from before it."""

    def read(self) -> Pictures:
        pictures = Pictures("hevc")
        times = [2, 0, 1, *range(3, 63)]
        for place, time in enumerate(times):
            packet = cast("Packet[VideoStream]", Packet(b""))
            packet.pts, packet.dts = time, place
            pictures.add(packet, Coded([bytes([place + 1]) * 9], entry=place == 0, skipped=place in (1, 2)))
        return pictures

    @pytest.mark.parametrize(("masked_frame", "found"), [(0, False), (1, False), (5, True)])
    def test_is_not_passed_over(self, masked_frame: int, found: bool) -> None:
        timeline = Timeline(FrameIndex(Fraction(1, 25), tuple(range(63)), 63), ())
        planned = plan(self.read(), self.read(), timeline, [masked_frame])
        assert (planned is not None) == found
        assert planned is None or masked_frame in planned.decoded

    def test_beside_a_cut_is_not_passed_over(self) -> None:
        timeline = Timeline(FrameIndex(Fraction(1, 25), tuple(range(63)), 63), (Span(1, 2),))
        made = Pictures("hevc")
        source = self.read()
        for place, time in enumerate([1, 0, *range(2, 62)]):
            packet = cast("Packet[VideoStream]", Packet(b""))
            packet.pts, packet.dts = time, place
            content = bytes([place + 1 + (place > 1)]) * 9
            made.add(packet, Coded([content], entry=place == 0, skipped=place == 1))
        assert plan(source, made, timeline, []) is None


def shifted(source: Path, path: Path) -> Path:
    clips.run("-itsoffset", "1", "-i", source, "-c", "copy", path)
    return path


class Test_decoding:
    @pytest.mark.parametrize(("group", "length"), [(0, 30), (1, 20), (5, 40)])
    def test_of_a_run_gives_the_frames_of_the_whole(self, source: Path, group: int, length: int) -> None:
        pictures = read(source)
        whole = masked.frames(source)
        start = int(np.flatnonzero(pictures.fresh | pictures.entry)[group])
        run = Run(start, start, start + length)
        found = dict(decoded_frames(str(source), "mp4", pictures, (run,)))
        open_group = pictures.entry[start]
        places = range(run.start, run.stop)
        wanted = {int(pictures.ranks()[n]) for n in places if not (open_group and pictures.skipped[n])}
        assert set(found) == wanted
        for place, frame in found.items():
            for own, other in zip(planes_of(frame), planes_of(whole[place]), strict=True):
                assert np.array_equal(own.samples, other.samples), place

    def test_passes_over_what_nothing_wanted_refers_to(self, source: Path) -> None:
        pictures = read(source)
        whole = masked.frames(source)
        start = int(np.flatnonzero(pictures.fresh | pictures.entry)[1])
        run = Run(start, start + 30, start + 40)
        found = dict(decoded_frames(str(source), "mp4", pictures, (run,)))
        ranks, leading = pictures.ranks(), pictures.skipped
        before = {int(ranks[place]) for place in range(run.start, run.first) if not leading[place]}
        assert {int(ranks[place]) for place in range(run.first, run.stop)} <= set(found)
        assert (len(before & set(found)) < len(before)) is (pictures.codec == "h264")
        for place, frame in found.items():
            for own, other in zip(planes_of(frame), planes_of(whole[place]), strict=True):
                assert np.array_equal(own.samples, other.samples), place

    def test_of_several_runs_gives_all_of_them(self, source: Path) -> None:
        pictures = read(source)
        starts = np.flatnonzero(pictures.fresh | pictures.entry)
        runs = [Run(start, start, start + 10) for start in starts[[0, 2, 4]].tolist()]
        places = [place for place, _ in decoded_frames(str(source), "mp4", pictures, runs)]
        assert places == sorted(places)
        assert len(places) in range(10, 31)

    def test_begins_at_the_start_where_nothing_else_helps(self, tmp_path: Path) -> None:
        """A transport stream without an index."""
        path = clips.make(tmp_path / "clip.ts", frames=40, gop=10, size=(64, 64))
        found = dict(decoded_frames(str(path), "mpegts", read(path), (Run(30, 30, 40),)))
        assert set(range(30, 40)) <= set(found)


class Test_ahead:
    def test_gives_the_same_in_order(self) -> None:
        assert list(ahead(iter(range(20)))) == list(range(20))

    def test_hands_on_what_goes_wrong(self) -> None:
        def failing() -> Iterator[int]:
            yield 1
            raise KeyError("two")

        items = ahead(failing())
        assert next(items) == 1
        with pytest.raises(KeyError, match="two"):
            next(items)

    def test_ends_when_it_is_closed(self) -> None:
        made: list[int] = []

        def endless() -> Iterator[int]:
            while True:
                made.append(1)
                yield len(made)

        items = ahead(endless())
        assert next(items) == 1
        items.close()
        count = len(made)
        assert count < 10
        assert len(made) == count

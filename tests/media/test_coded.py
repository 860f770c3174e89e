"""Coded pictures as a file stores them: told from any others, wherever and however they are stored."""

from pathlib import Path

import av
import numpy as np
import pytest

import clips
import masked
import proving
from footage.media.demux import open_video, picture_stream
from footage.media.proving.coded import Packing, Pictures, Places, numbers_of, read_pictures
from footage.media.proving.filebytes import FileBytes

OPEN = ("-x265-params", "log-level=none:open-gop=1:keyint=10:min-keyint=10:scenecut=0:bframes=3")


def read(path: Path) -> Pictures:
    with open_video(str(path), masked.FORMATS[path.suffix]) as container:
        return read_pictures(container, picture_stream(container))


def stored_anew(source: Path, path: Path, *options: str) -> Path:
    clips.run("-i", source, "-c", "copy", *options, path)
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips.make(tmp_path_factory.mktemp("coded") / "clip.mp4", frames=30, gop=10, size=(64, 36))


@pytest.fixture(scope="module")
def open_groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HEVC whose sync frames but the first are shown after pictures that are stored behind them."""
    path = tmp_path_factory.mktemp("coded") / "open.mp4"
    return clips.make(path, codec="hevc", frames=30, gop=10, size=(128, 72), options=OPEN)


class Test_slices:
    @pytest.mark.parametrize("codec", ["h264", "hevc"])
    def test_are_the_same_in_every_format(self, tmp_path: Path, codec: str) -> None:
        """With lengths or between start codes, with parameter sets beside them or before all."""
        source = clips.make(tmp_path / "clip.mp4", codec=codec, frames=12, size=(64, 36))
        there = read(source)
        for name in ("copy.mov", "copy.mkv", "copy.ts"):
            copy = read(stored_anew(source, tmp_path / name))
            assert np.array_equal(copy.slices, there.slices), name
            assert np.array_equal(copy.fresh, there.fresh), name
            assert copy.sets == there.sets, name

    def test_differ_where_a_byte_does(self, clip: Path, tmp_path: Path) -> None:
        packet = bytes(proving.pictures(clip)[3])
        changed = packet[:-1] + bytes((packet[-1] ^ 1,))
        path = tmp_path / "clip.mp4"
        path.write_bytes(clip.read_bytes().replace(packet, changed))
        same = (read(path).slices == read(clip).slices).all(1)
        assert np.flatnonzero(~same).tolist() == [3]

    def test_of_other_codecs_are_packets(self, tmp_path: Path) -> None:
        pictures = read(clips.make(tmp_path / "clip.mov", codec="prores", frames=5, size=(64, 36)))
        assert pictures.fresh.all()
        assert len(np.unique(pictures.slices, axis=0)) == 5
        assert not read(
            clips.make(tmp_path / "c.mkv", codec="mpeg2video", frames=5, size=(64, 36))
        ).fresh.any()

    def test_may_be_told_to_begin_anew(self, open_groups: Path, tmp_path: Path) -> None:
        """A sync frame whose leading pictures are gone is rewritten from CRA to BLA; nothing else may be."""
        content = bytearray(open_groups.read_bytes())
        sync = np.flatnonzero(read(open_groups).entry)[0]
        packet = bytes(proving.pictures(open_groups)[sync])
        at = content.index(packet) + packet.index(b"\x2a\x01")
        for kind, alike in ((18, True), (16, False), (20, False)):
            content[at] = kind << 1
            path = tmp_path / f"{kind}.mp4"
            path.write_bytes(content)
            made = read(path)
            assert made.fresh[sync] and not made.entry[sync]
            assert (made.slices == read(open_groups).slices)[sync].all() == alike


class Test_where_a_decoder_can_start:
    def test_is_at_sync_frames_that_forget_all_before(self, clip: Path) -> None:
        assert np.flatnonzero(read(clip).fresh).tolist() == [0, 10, 20]

    def test_is_not_where_a_group_is_open(self, tmp_path: Path) -> None:
        """The file calls these sync frames; the pictures after them need those before."""
        path = clips.make(
            tmp_path / "clip.mp4", frames=30, gop=10, size=(64, 36), options=("-x264-params", "open-gop=1")
        )
        with av.open(str(path)) as container:
            flagged = sum(packet.is_keyframe for packet in container.demux(video=0))
        assert flagged == 3
        assert np.flatnonzero(read(path).fresh).tolist() == [0]

    def test_is_with_less_where_a_group_is_open(self, open_groups: Path) -> None:
        pictures = read(open_groups)
        entries = np.flatnonzero(pictures.entry)
        assert len(entries) == 2
        for place in entries:
            assert pictures.skipped[place + 1]
            assert pictures.times[place + 1] < pictures.times[place]


class Test_parameter_sets:
    def test_that_are_only_said_again_change_nothing(self, clip: Path, tmp_path: Path) -> None:
        again = stored_anew(clip, tmp_path / "copy.mkv", "-bsf:v", "dump_extra=freq=keyframe")
        assert not any(read(again).setups)
        assert read(again).sets == read(clip).sets

    def test_that_change_on_the_way_are_noted(self, clip: Path, tmp_path: Path) -> None:
        """The second group of pictures has sets of its own, as in a file that was put together."""
        other = clips.make(
            tmp_path / "other.mp4", frames=10, size=(64, 36), options=("-x264-params", "cabac=0")
        )
        joined = tmp_path / "joined.ts"
        parts = [stored_anew(each, tmp_path / f"{each.stem}.ts") for each in (clip, other)]
        joined.write_bytes(b"".join(part.read_bytes() for part in parts))
        pictures = read(joined)
        assert pictures.sets > read(clip).sets
        assert np.flatnonzero(pictures.setups).tolist() == [0, 10, 20, 30]


class Test_hidden_pictures:
    def test_are_told(self, clip: Path, tmp_path: Path) -> None:
        trimmed = clips.trimmed(clip, tmp_path / "trimmed.mp4", 0.6)
        pictures = read(trimmed)
        shown = len(masked.index_of(trimmed).pts)
        assert 0 < pictures.hidden.sum() == len(pictures) - shown
        ranks = pictures.ranks()
        assert sorted(ranks[~pictures.hidden].tolist()) == list(range(shown))
        assert (ranks[pictures.hidden] == -1).all()
        assert np.array_equal(numbers_of(pictures, masked.index_of(trimmed)), ranks)

    def test_leave_no_number_where_the_count_is_another(self, clip: Path, tmp_path: Path) -> None:
        other = clips.make(tmp_path / "other.mp4", frames=12, size=(64, 36))
        assert (numbers_of(read(other), masked.index_of(clip)) == -1).all()


class Test_places:
    @pytest.mark.parametrize("name", ["copy.mp4", "copy.mov", "copy.mkv"])
    def test_are_where_the_slices_lie(self, clip: Path, tmp_path: Path, name: str) -> None:
        path = stored_anew(clip, tmp_path / name)
        content = path.read_bytes()
        with (
            FileBytes(str(path)) as mapped,
            open_video(str(path), masked.FORMATS[path.suffix]) as container,
        ):
            places = Places(mapped)
            stream = picture_stream(container)
            read_pictures(container, stream, places)
            spans = places.of(np.arange(30) < 30)
            syntax = Packing(stream)
            slices = [
                bytes(each) for packet in proving.pictures(path) for each in syntax.slices(bytes(packet))
            ]
        assert sorted(content[start:end] for start, end in spans.tolist()) == sorted(slices)
        assert (np.diff(spans[:, 0]) > 0).all()

    def test_of_packets_in_pieces_are_not_known(self, clip: Path, tmp_path: Path) -> None:
        path = stored_anew(clip, tmp_path / "copy.ts")
        with (
            FileBytes(str(path)) as mapped,
            open_video(str(path), "mpegts") as container,
        ):
            places = Places(mapped)
            read_pictures(container, picture_stream(container), places)
            assert len(places.of(np.ones(30, bool))) < 30

"""Every byte of a file is accounted for: what FFmpeg writes passes, and nothing else does."""

import struct
from collections import Counter
from pathlib import Path

import pytest

import clips
import masked
import proving
from footage.media.demux import open_video
from footage.media.proving.accounted import unaccounted


def strange(path: Path) -> str:
    """What is said about a file."""
    name = masked.FORMATS[path.suffix]
    with open_video(str(path), name) as container:
        counts = Counter(packet.stream_index for packet in container.demux() if packet.size)
        packets = [counts[stream.index] for stream in container.streams]
    return unaccounted(str(path), name, packets)


def element(kind: bytes, content: bytes) -> bytes:
    """A Matroska element."""
    return kind + (len(content) | 1 << 56).to_bytes(8, "big") + content


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its index lies at its end."""
    return clips.make(tmp_path_factory.mktemp("accounted") / "clip.mp4", frames=10, audio=True, size=(64, 36))


def changed(clip: Path, folder: Path, change: bytes, where: bytes) -> Path:
    """A copy of a clip with some of its bytes, of the same length, changed."""
    content = clip.read_bytes()
    assert where in content
    assert len(change) == len(where)
    path = folder / clip.name
    path.write_bytes(content.replace(where, change, 1))
    return path


class Test_what_FFmpeg_writes:
    @pytest.mark.parametrize(
        ("name", "codec"),
        [
            *(("clip.mp4", "h264"), ("clip.mp4", "hevc"), ("clip.mov", "prores"), ("clip.mkv", "h264")),
            *(("clip.webm", "vp9"), ("clip.avi", "mpeg4"), ("clip.ts", "h264"), ("clip.mxf", "mpeg2video")),
        ],
    )
    def test_passes(self, tmp_path: Path, name: str, codec: str) -> None:
        path = clips.make(tmp_path / name, codec=codec, frames=10, audio=True, size=(64, 36))
        assert strange(path) == ""

    def test_passes_with_its_index_first(self, clip: Path, tmp_path: Path) -> None:
        path = tmp_path / "fast.mp4"
        clips.run("-i", clip, "-c", "copy", "-movflags", "+faststart", "-fflags", "+bitexact", path)
        assert strange(path) == ""


class Test_boxes:
    def test_that_are_not_empty(self, clip: Path, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        path.write_bytes(clip.read_bytes() + proving.box(b"free", bytes(9)))
        assert strange(path) == ""
        path.write_bytes(clip.read_bytes() + proving.box(b"free", b"his name "))
        assert strange(path) == "a box (free) that is not empty"

    def test_that_do_not_belong_there(self, clip: Path, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        path.write_bytes(clip.read_bytes() + proving.box(b"uuid", bytes(20)))
        assert strange(path) == "a box (uuid) that does not belong there"
        # What a track says about itself, where the size of its picture was.
        assert strange(changed(clip, tmp_path, b"udta", b"edts")) == "a box (udta) that does not belong there"

    def test_that_do_not_fit(self, clip: Path, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        path.write_bytes(clip.read_bytes() + struct.pack(">I4s", 100, b"free"))
        assert strange(path) == "a box (free) that does not fit where it lies"

    def test_of_a_file_in_fragments(self, clip: Path, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        clips.run("-i", clip, "-c", "copy", "-movflags", "frag_keyframe+empty_moov", path)
        assert strange(path).endswith("that does not belong there")


class Test_media_data:
    def test_that_no_table_names(self, clip: Path, tmp_path: Path) -> None:
        content = clip.read_bytes()
        at = content.index(b"mdat") - 4
        end = at + int.from_bytes(content[at : at + 4], "big")
        path = tmp_path / "clip.mp4"
        grown = (end - at + 5).to_bytes(4, "big")
        path.write_bytes(content[:at] + grown + content[at + 4 : end] + b"name!" + content[end:])
        assert strange(path) == "5 bytes of media data that no table names"

    def test_that_is_named_twice(self, clip: Path, tmp_path: Path) -> None:
        """The second chunk begins where the first does."""
        content = clip.read_bytes()
        at = content.index(b"stco") + 12
        assert int.from_bytes(content[at - 4 : at], "big") > 1
        path = tmp_path / "clip.mp4"
        path.write_bytes(content[: at + 4] + content[at : at + 4] + content[at + 8 :])
        assert strange(path) == "samples that overlap or lie outside of the media data"

    def test_that_an_edit_list_hides(self, tmp_path: Path) -> None:
        whole = clips.make(tmp_path / "whole.mp4", frames=50, size=(64, 36), gop=12)
        path = clips.trimmed(whole, tmp_path / "clip.mp4", 1)
        # Pictures before the edit are not played; those before its sync frame are not even read.
        with open_video(str(path), "mp4") as container:
            shown = sum(not packet.is_discard for packet in container.demux() if packet.size)
        assert unaccounted(str(path), "mp4", [shown]).startswith("track 1 has ")


class Test_elements:
    @pytest.fixture
    def film(self, tmp_path: Path) -> Path:
        return clips.make(tmp_path / "clip.mkv", frames=10, size=(64, 36), audio=True)

    def test_that_are_not_empty(self, film: Path) -> None:
        content = film.read_bytes()
        film.write_bytes(content + element(b"\xec", bytes(9)))
        assert strange(film) == ""
        film.write_bytes(content + element(b"\xec", b"his name "))
        assert strange(film) == "a void that is not empty"

    def test_that_do_not_belong_there(self, film: Path, tmp_path: Path) -> None:
        font = tmp_path / "font.ttf"
        font.write_bytes(b"not a font")
        path = tmp_path / "with.mkv"
        clips.run("-i", film, "-attach", font, "-metadata:s:t", "mimetype=font/ttf", "-c", "copy", path)
        assert strange(path) == "an element (1941A469) that does not belong there"

    def test_of_a_track_that_nobody_plays(self, film: Path) -> None:
        """A block whose track is not described."""
        content = film.read_bytes()
        cluster = content.index(b"\x1f\x43\xb6\x75")
        block = element(b"\xa3", b"\x89\0\0\x80picture")
        film.write_bytes(content + element(b"\x1f\x43\xb6\x75", content[cluster + 12 : cluster + 15] + block))
        assert strange(film).startswith("blocks of ") or "does not" in strange(film)


class Test_other_formats:
    def test_a_chunk_with_something_in_it(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.avi", codec="mjpeg", frames=5, size=(64, 36))
        content = path.read_bytes()
        at = content.rindex(b"JUNK", 0, content.index(b"movi"))
        path.write_bytes(content[: at + 40] + b"his name" + content[at + 48 :])
        assert strange(path) == "a chunk (JUNK) that is not empty"

    def test_bytes_behind_the_last_chunk(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.avi", codec="mjpeg", frames=5, size=(64, 36))
        path.write_bytes(path.read_bytes() + b"name")
        assert strange(path) == "bytes behind its last chunk"

    def test_packets_of_no_stream(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.ts", frames=5, size=(64, 36))
        path.write_bytes(path.read_bytes() + b"\x47\x1f\xf0\x10" + b"name".ljust(184))
        assert strange(path) == "packets of no stream that its tables name"

    def test_filling_that_is_not_empty(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.mxf", codec="mpeg2video", frames=5, size=(64, 64))
        content = path.read_bytes()
        key = bytes.fromhex("060e2b34010101020301021001000000")
        at = content.index(key) + 40
        path.write_bytes(content[:at] + b"his name" + content[at + 8 :])
        assert strange(path) == "filling that is not empty"
        path.write_bytes(content + b"his name is longer than a key")
        assert strange(path) == "bytes that belong to no key"

"""Whether a file goes on to where its own structure says it ends."""

import os
from pathlib import Path

import pytest

import clips
from footage.media.completeness import breaks_off, lacks_index

FILES = {
    "mp4": ("clip.mp4", "h264", ("-movflags", "+faststart")),
    "mov": ("clip.mov", "h264", ()),
    "matroska": ("clip.mkv", "h264", ()),
    "webm": ("clip.webm", "vp9", ()),
    "avi": ("clip.avi", "mpeg4", ()),
    "mpegts": ("clip.ts", "mpeg2video", ()),
    "mxf": ("clip.mxf", "mpeg2video", ()),
}


def made(folder: Path, name: str) -> Path:
    file, codec, options = FILES[name]
    return clips.make(folder / file, codec=codec, frames=10, audio=True, options=options)


@pytest.mark.parametrize("name", FILES)
class Test_every_container:
    def test_is_whole_as_written(self, tmp_path: Path, name: str) -> None:
        assert not breaks_off(str(made(tmp_path, name)), name)

    @pytest.mark.parametrize("missing", [1, 100, 2000])
    def test_breaks_off(self, tmp_path: Path, name: str, missing: int) -> None:
        path = made(tmp_path, name)
        os.truncate(path, path.stat().st_size - missing)
        assert breaks_off(str(path), name)

    def test_survives_nonsense(self, tmp_path: Path, name: str) -> None:
        content = made(tmp_path, name).read_bytes()
        path = tmp_path / "nonsense"
        for shift in range(0, 64, 3):
            damaged = bytearray(content)
            damaged[shift] ^= 0xFF
            path.write_bytes(damaged)
            breaks_off(str(path), name)
            lacks_index(str(path), name)
        for short in (b"", b"\0", content[:5], content[:17], bytes(1000)):
            path.write_bytes(short)
            breaks_off(str(path), name)
            lacks_index(str(path), name)


class Test_what_is_common_and_harmless:
    def test_a_live_recording_without_sizes(self, tmp_path: Path) -> None:
        path = tmp_path / "live.webm"
        whole = clips.make(tmp_path / "clip.webm", codec="vp8", frames=10)
        path.write_bytes(clips.run("-i", whole, "-c", "copy", "-f", "webm", "-live", "1", "pipe:1"))
        assert not breaks_off(str(path), "webm")
        os.truncate(path, path.stat().st_size - 50)
        assert breaks_off(str(path), "webm")

    def test_an_odd_chunk_without_its_padding(self, tmp_path: Path) -> None:
        path = tmp_path / "odd.avi"
        path.write_bytes(b"RIFF\x07\0\0\0AVI abc")
        assert not breaks_off(str(path), "avi")
        path.write_bytes(b"RIFF\x07\0\0\0AVI ab")
        assert breaks_off(str(path), "avi")

    def test_a_few_zeros_behind_the_last_box(self, tmp_path: Path) -> None:
        path = made(tmp_path, "mp4")
        path.write_bytes(path.read_bytes() + bytes(4))
        assert not breaks_off(str(path), "mp4")

    def test_a_capture_that_begins_within_a_packet(self, tmp_path: Path) -> None:
        path = made(tmp_path, "mpegts")
        path.write_bytes(path.read_bytes()[77:])
        assert not breaks_off(str(path), "mpegts")


class Test_the_index:
    def test_of_a_whole_file_is_there(self, tmp_path: Path) -> None:
        assert not lacks_index(str(made(tmp_path, "mp4")), "mp4")

    def test_at_the_end_is_lost_first(self, tmp_path: Path) -> None:
        path = clips.cut_short(made(tmp_path, "mov"), tmp_path / "cut.mov", 0.6)
        assert lacks_index(str(path), "mov")

    def test_is_asked_for_in_mp4_alone(self, tmp_path: Path) -> None:
        assert not lacks_index(str(made(tmp_path, "avi")), "avi")

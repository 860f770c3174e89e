"""Opening videos: one forced demuxer, no second file, the right stream, past broken places."""

from pathlib import Path

import pytest

import clips
from footage.errors import BadInput, ToolFailed
from footage.media.demux import Reader, is_cover, open_video, picture_stream, usual_step


def count(path: Path, name: str) -> int:
    with open_video(str(path), name) as container:
        return sum(1 for _ in Reader(container, picture_stream(container)).frames())


class Test_what_may_be_opened:
    def test_only_as_what_it_was_sniffed(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.mkv", frames=3)
        assert count(path, "matroska") == 3
        for name in ("mp4", "mov", "avi", "mxf"):
            with pytest.raises(BadInput, match=f"^it begins like {name} but cannot be opened"):
                open_video(str(path), name)

    @pytest.mark.parametrize(
        "name", ["clip.mp4", "clip%03d;movie=x.mp4", "concat:a|b.mp4", "-i.mp4", "http:x.mp4", "na\nme.mp4"]
    )
    def test_a_name_is_no_pattern_and_no_address(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        clips.make(tmp_path / "clip.mp4", frames=3).rename(tmp_path / name)
        monkeypatch.chdir(tmp_path)
        assert count(Path(name), "mp4") == 3

    def test_a_missing_file_is_not_the_files_fault(self, tmp_path: Path) -> None:
        with pytest.raises(ToolFailed, match=r"^it cannot be read: No such file or directory"):
            open_video(str(tmp_path / "none.mp4"), "mp4")

    def test_an_alias_to_a_neighbour_is_not_followed(self, tmp_path: Path) -> None:
        """A QuickTime data reference by Mac OS alias record, which FFmpeg follows when it is let."""
        content = clips.make(tmp_path / "other.mov", frames=20).read_bytes()
        target = b"/other.mov\0\0"
        record = bytes(10 + 28 + 12 + 64 + 16) + b"\0\x01\0\x01" + bytes(16) + b"\0\x02"
        record += len(target).to_bytes(2, "big") + target + b"\xff\xff\0\0"
        entry = (len(record) + 12).to_bytes(4, "big") + b"alis" + bytes(4) + record
        aliased = clips.with_box(content, (*clips.TRACK, b"dinf", b"dref"), b"\0\0\0\0\0\0\0\x01" + entry)
        media = content.index(b"mdat") + 4
        path = tmp_path / "alias.mov"
        length = int.from_bytes(content[media - 8 : media - 4], "big") - 8
        path.write_bytes(aliased[:media] + bytes(length) + aliased[media + length :])
        followed = clips.run("-enable_drefs", "1", "-i", path, "-f", "framecrc", "-")
        assert followed.count(b"\n0,") == 20
        assert count(path, "mov") == 0

    def test_undecodable_tags_do_no_harm(self, tmp_path: Path) -> None:
        path = clips.make(tmp_path / "clip.mkv", frames=3, options=("-metadata", "title=Xylophone"))
        path.write_bytes(path.read_bytes().replace(b"Xylophone", b"Xyl\xff\xfe\xfdone"))
        assert count(path, "matroska") == 3


class Test_which_stream:
    def test_not_the_cover(self, tmp_path: Path) -> None:
        plain = clips.make(tmp_path / "plain.mp4", frames=4)
        cover = clips.still(tmp_path / "cover.png")
        path = tmp_path / "both.mp4"
        both = ("-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0", "attached_pic")
        clips.run("-i", cover, "-i", plain, *both, path)
        with open_video(str(path), "mp4") as container:
            kinds = [is_cover(stream) for stream in container.streams.video]
            assert sorted(kinds) == [False, True]
            assert not is_cover(picture_stream(container))

    def test_not_a_disabled_one(self, tmp_path: Path) -> None:
        small = clips.make(tmp_path / "small.mp4", frames=4)
        large = clips.make(tmp_path / "large.mp4", frames=4, size=(640, 360))
        path = tmp_path / "both.mp4"
        both = (
            "-map",
            "0",
            "-map",
            "1",
            "-c",
            "copy",
            "-disposition:v:0",
            "0",
            "-disposition:v:1",
            "default",
        )
        clips.run("-i", small, "-i", large, *both, path)
        with open_video(str(path), "mp4") as container:
            assert picture_stream(container).width == 640

    def test_the_first_where_none_is_marked(self, tmp_path: Path) -> None:
        small = clips.make(tmp_path / "small.mp4", frames=4)
        large = clips.make(tmp_path / "large.mp4", frames=4, size=(640, 360))
        path = tmp_path / "both.ts"
        clips.run("-i", small, "-i", large, "-map", "0", "-map", "1", "-c", "copy", path)
        with open_video(str(path), "mpegts") as container:
            assert picture_stream(container).width == 320


class Test_reading_frames:
    @pytest.mark.parametrize(("suffix", "name"), [("mp4", "mp4"), ("mkv", "matroska"), ("ts", "mpegts")])
    def test_as_many_as_ffmpeg_shows(self, tmp_path: Path, suffix: str, name: str) -> None:
        path = clips.make(tmp_path / f"clip.{suffix}", frames=37, audio=True)
        shown = clips.run("-i", path, "-map", "0:v", "-fps_mode", "passthrough", "-f", "framecrc", "-")
        assert count(path, name) == 37 == sum(line[:1] == b"0" for line in shown.splitlines())

    def test_broken_places_are_noted_by_frame(self, tmp_path: Path) -> None:
        path = tmp_path / "clip.mp4"
        clips.make(path, codec="mpeg2video", frames=60, options=("-movflags", "+faststart"))
        content = bytearray(path.read_bytes())
        content[len(content) // 2 : len(content) // 2 + 300] = bytes(300)
        path.write_bytes(content)
        with open_video(str(path), "mp4") as container:
            reader = Reader(container, picture_stream(container))
            shown = sum(1 for _ in reader.frames())
        assert 50 < shown < 60
        assert reader.mishaps.undecoded == 0
        assert len(reader.mishaps.broken) == 1
        assert 20 <= reader.mishaps.broken[0] <= 35

    def test_too_many_frames(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = clips.make(tmp_path / "clip.mp4", frames=10)
        monkeypatch.setattr("footage.media.demux.FRAME_LIMIT", 5)
        with pytest.raises(BadInput, match=r"^it has more than 5 frames"):
            count(path, "mp4")

    def test_the_usual_step(self, tmp_path: Path) -> None:
        with open_video(str(clips.make(tmp_path / "clip.mkv", frames=3)), "matroska") as container:
            assert usual_step(picture_stream(container)) == 40

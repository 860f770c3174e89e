"""What a transport stream carries is found again in one piece."""

from pathlib import Path

import clips
import proving
from footage.media.proving.payloads import Payloads, streams_of


def test_pictures_and_sound_lie_in_one_piece(tmp_path: Path) -> None:
    source = clips.make(tmp_path / "clip.mp4", codec="mpeg2video", frames=30, audio=True, size=(320, 180))
    path = tmp_path / "clip.ts"
    clips.run("-i", source, "-c", "copy", path)
    packets = [bytes(packet) for packet in proving.pictures(path)]
    assert any(packet not in path.read_bytes() for packet in packets)
    assert streams_of(str(path)) == [0, 17, 256, 257, 4096]
    with Payloads(str(path), 256) as carried:
        assert carried.read(0, len(carried)) == b"".join(packets)
        assert carried.read(100, 5000) == b"".join(packets)[100:5000]


def test_a_part_that_breaks_off_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "clip.ts"
    path.write_bytes(
        bytes((0x47, 1, 0, 0x10)) + b"a" * 184 + bytes((0x47, 1, 0, 0x30, 82)) + bytes(82) + b"b" * 101
    )
    with Payloads(str(path), 256) as carried:
        assert carried.read(0, 1000) == b"a" * 184 + b"b" * 101
    path.write_bytes(path.read_bytes()[:-1])
    with Payloads(str(path), 256) as carried:
        assert len(carried) == 184

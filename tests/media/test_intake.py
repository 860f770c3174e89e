"""Only regular files come in, and only the very file that was looked at."""

import os
import socket
from pathlib import Path

import pytest

from footage.errors import BadInput
from footage.media.intake import open_original


def test_a_regular_file_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"pictures" * 9999)
    with open_original(path) as file:
        assert file.read() == b"pictures" * 9999
        assert not os.get_inheritable(file.fileno())


@pytest.mark.parametrize(
    "name",
    [
        "%03d;movie=neighbour.mp4",
        "-i",
        "$(touch evil).mp4",
        "two\nlines.mp4",
        os.fsdecode(b"\xff\xfe bytes \x80.mp4"),
        "Бахмут.mp4",
        "clip.mp4\u202e4pm.exe",
    ],
)
def test_names_say_nothing_and_do_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"pictures")
    with open_original(tmp_path / name) as file:
        assert file.read() == b"pictures"


def test_a_hostile_name_is_shown_safely(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        open_original(tmp_path / os.fsdecode(b"\x1b[2J\xff.mp4"))
    assert caught.value.message == f"{tmp_path}/\\x1b[2J\\xff.mp4 is not there"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder"):
        open_original(tmp_path)


def test_a_link_is_refused_wherever_it_points(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"pictures")
    for target in ("clip.mp4", "absent", "/etc/passwd", "."):
        link = tmp_path / "link"
        link.symlink_to(target)
        with pytest.raises(BadInput, match="is a link"):
            open_original(link)
        link.unlink()


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "clip.mp4")
    with pytest.raises(BadInput, match="is a pipe"):
        open_original(tmp_path / "clip.mp4")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("clip.mp4")
        with pytest.raises(BadInput, match="is a socket"):
            open_original(tmp_path / "clip.mp4")


def test_a_device_is_refused() -> None:
    with pytest.raises(BadInput, match="is a device"):
        open_original(Path("/dev/zero"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not there"):
        open_original(tmp_path / "clip.mp4")


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"pictures")
    with pytest.raises(BadInput, match="no folder"):
        open_original(tmp_path / "clip.mp4/inside")


@pytest.mark.parametrize(("name", "words"), [("a\0b", "no possible file name"), ("a" * 300, "too long")])
def test_an_impossible_name_is_refused(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        open_original(tmp_path / name)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"pictures")
    path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        with pytest.raises(BadInput, match="you may not read"):
            open_original(path)
    finally:
        os.seteuid(user)


@pytest.mark.parametrize(
    ("swap", "words"),
    [("file", "was replaced"), ("pipe", "was replaced"), ("link", "became a link"), ("none", "not there")],
)
def test_a_swap_between_looking_and_opening_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap: str, words: str
) -> None:
    path, other = tmp_path / "clip.mp4", tmp_path / "other"
    path.write_bytes(b"pictures")
    other.write_bytes(b"secret")
    really_open = os.open

    def swap_then_open(name: Path, flags: int) -> int:
        path.unlink()
        if swap == "file":
            other.rename(path)
        elif swap == "pipe":
            os.mkfifo(path)
        elif swap == "link":
            path.symlink_to(other)
        return really_open(name, flags)

    monkeypatch.setattr(os, "open", swap_then_open)
    with pytest.raises(BadInput, match=words):
        open_original(path)

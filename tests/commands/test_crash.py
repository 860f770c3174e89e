"""What is left when the program is killed, interrupted, out of room, or not alone."""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clips
from desks import kinds, objects, staged, state_of
from doors import Footage

PROGRAM = "from footage.commands import main; main()"
ADD = ["add", "../card", "--undated", "--shows", "Smoke", "--credit", "X"]
KILLS = 20


@pytest.fixture(scope="session")
def _card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A card with a clip between two stills."""
    card = tmp_path_factory.mktemp("crash") / "card"
    card.mkdir()
    clips.make(card / "b.mp4", frames=25)
    for shade, name in enumerate(("a.png", "c.png")):
        Image.new("RGB", (64, 48), (9, 60, shade)).save(card / name)
    return card


@pytest.fixture
def card(_card: Path, tmp_path: Path) -> Path:
    """A copy of the card, beside where a test makes its libraries."""
    return Path(shutil.copytree(_card, tmp_path / "card"))


def start(library: Path, words: Sequence[str]) -> subprocess.Popen[bytes]:
    """The program itself, at the head of a process group as a shell starts it."""
    command = [sys.executable, "-c", PROGRAM, *words]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=library, stdout=pipe, stderr=pipe, start_new_session=True)


def ended(running: subprocess.Popen[bytes]) -> tuple[int, str]:
    """A program's exit code and what it said on stderr."""
    _, said = running.communicate(timeout=120)
    return running.returncode, said.decode()


def descendants(process: int) -> set[int]:
    """The processes that a process started, and those that they started."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = {int(child) for child in task.read_text().split()}
        except OSError:
            continue
        found |= children
        for child in children:
            found |= descendants(child)
    return found


def gone(processes: set[int]) -> bool:
    """Whether processes end within some seconds."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not any(_alive(process) for process in processes):
            return True
        time.sleep(0.02)
    return False


def _alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@dataclass
class Killed:
    """What twenty kills came upon."""

    hits: int = 0
    staged: int = 0
    taken_in: int = 0


@pytest.mark.usefixtures("card")
def test_add_killed_at_any_moment_leaves_a_sound_library(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footage("init empty")
    shutil.copytree(tmp_path / "empty", tmp_path / "measured")
    began = time.monotonic()
    assert ended(start(tmp_path / "measured", ADD))[0] == 0
    length = time.monotonic() - began
    whole = sorted(path.name for path in objects(tmp_path / "measured", "renditions"))
    moments, met = random.Random(2023), Killed()
    for number in range(KILLS):
        library = tmp_path / f"killed-{number}"
        shutil.copytree(tmp_path / "empty", library)
        running = start(library, ADD)
        time.sleep(moments.uniform(0.15, 0.95) * length)
        met.hits += running.poll() is None
        children = descendants(running.pid)
        running.kill()
        assert ended(running)[0] in (0, -signal.SIGKILL)
        assert gone(children), "a decoder outlived the program"
        monkeypatch.chdir(library)
        assert footage("verify --json").document["sound"] is True, number
        met.staged += bool(staged(library))
        met.taken_in += 0 < len(footage("find --json").document) < 3
        said = footage(*ADD, "--json").document
        assert {item["verdict"] for item in said} <= {"added", "known"} and len(said) == 3
        found = footage("verify --json").document
        assert found["sound"] is True, number
        assert sorted(asset["name"] for asset in footage("find --json").document) == [
            "a.png",
            "b.mp4",
            "c.png",
        ]
        assert staged(library) == []
        if found["leftovers"]:
            footage("repair")
        assert footage("verify --json").document["leftovers"] == []
        assert len(objects(library, "originals")) == 3
        assert sorted(path.name for path in objects(library, "renditions")) == whole
    assert met.hits >= KILLS / 2, f"{met} in runs of {length:.2f} s"
    assert met.staged and met.taken_in, f"no kill came at a telling moment: {met}"


@pytest.mark.usefixtures("card")
def test_two_adds_at_once_both_end_well(footage: Footage, tmp_path: Path) -> None:
    footage("init nf")
    both = [start(tmp_path / "nf", [*ADD, "--json"]) for _ in range(2)]
    for running in both:
        code, said = ended(running)
        assert code == 0, said
    os.chdir(tmp_path / "nf")
    found = footage("find --json").document
    assert sorted(asset["name"] for asset in found) == ["a.png", "b.mp4", "c.png"]
    assert sorted(asset["number"] for asset in found) == [1, 2, 3]
    said = footage("verify --json").document
    assert said["sound"] is True and said["leftovers"] == []
    assert staged(tmp_path / "nf") == []


@pytest.mark.usefixtures("card")
def test_two_adds_of_different_files_at_once(footage: Footage, tmp_path: Path) -> None:
    footage("init nf")
    (tmp_path / "other").mkdir()
    for shade in range(3):
        Image.new("RGB", (64, 48), (200, 60, shade)).save(tmp_path / "other" / f"{shade}.png")
    both = [start(tmp_path / "nf", ADD), start(tmp_path / "nf", ["add", "../other"])]
    assert [ended(running)[0] for running in both] == [0, 0]
    os.chdir(tmp_path / "nf")
    assert sorted(asset["number"] for asset in footage("find --json").document) == [1, 2, 3, 4, 5, 6]
    assert footage("verify --json").document["sound"] is True


@contextmanager
def interrupted(library: Path, words: Sequence[str], wait: float) -> Iterator[tuple[int, str]]:
    """A run that is interrupted from the keyboard ``wait`` seconds after it began to write in the vault."""
    running = start(library, words)
    until = time.monotonic() + 60
    while not staged(library) and running.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(wait)
    children = descendants(running.pid)
    os.killpg(running.pid, signal.SIGINT)
    yield ended(running)
    assert gone(children), "a decoder outlived the program"


@pytest.mark.parametrize("wait", [0.0, 0.1, 0.25])
def test_ctrl_c_loses_nothing(footage: Footage, card: Path, tmp_path: Path, wait: float) -> None:
    for number in range(30):
        Image.new("RGB", (64, 48), (99, 60, number)).save(card / f"d{number}.png")
    footage("init nf")
    with interrupted(tmp_path / "nf", ADD, wait) as (code, said):
        assert code == 130, said
        assert said.strip() == "footage: interrupted; nothing half-made was kept"
    os.chdir(tmp_path / "nf")
    assert staged(tmp_path / "nf") == []
    assert footage("verify --json").document["sound"] is True
    footage(*ADD)
    assert len(footage("find --json").document) == 33
    footage("repair")
    found = footage("verify --json").document
    assert (found["sound"], found["leftovers"], found["objects"]) == (True, [], 67)


def test_ctrl_c_while_masking_leaves_the_flag_open(footage: Footage, desk: Path) -> None:
    footage("flag 1 f10 f35 --reason death --region 40%,30%,20%,25%")
    before = state_of(desk)
    with interrupted(desk, ["blur", "1", "--json"], 0.15) as (code, said):
        assert code == 130 and "Traceback" not in said
    assert state_of(desk) == before
    assert kinds(footage("ready 1 --json", code=4).document[0]["obstacles"]) == ["open-flag"]
    footage("blur 1")
    assert footage("verify --json").document["sound"] is True


def test_full_disk_keeps_what_was_taken_in(footage: Footage, library: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk that has no room for the second."""
    Image.new("RGB", (64, 48), (9, 9, 9)).save(tmp_path / "a.png")
    noise = np.random.default_rng(1).integers(0, 255, (1024, 1024, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "b.png")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, hard))
    try:
        error = footage("add ../a.png ../b.png --json", code=6).document["error"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error["kind"] == "tool-failed" and "b.png" in error["message"] and error["hint"]
    assert [asset["name"] for asset in footage("find --json").document] == ["a.png"]
    assert staged(library) == [] and len(objects(library, "originals")) == 1
    assert footage("verify --json").document["sound"] is True
    assert [item["verdict"] for item in footage("add ../a.png ../b.png --json").document] == [
        "known",
        "added",
    ]


def test_second_writer_is_a_conflict(footage: Footage, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footage.catalogue.opening._WAIT_SECONDS", 0.1)
    before = state_of(desk)
    with closing(sqlite3.connect(desk / "catalogue.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        error = footage("set 1 --city Bakhmut --json", code=7).document["error"]
        assert "another footage is writing" in error["message"]
        assert footage("find --json").document[0]["number"] == 2
        other.execute("ROLLBACK")
    assert state_of(desk) == before
    footage("set 1 --city Bakhmut")

"""The sandbox holds against what a hostile file may make of a decoder, and lets honest work through."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from footage.errors import BadInput, FootageError, NotFound, Refused, ToolFailed
from footage.media.rungs import Rung
from footage.media.sandbox import LOOKING, Limits, Sandbox, rendering_limits, reporting, rungs
from footage.media.tools import versions

TASKS = "hostile_tasks.misbehaviour"
HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def active() -> dict[str, Rung]:
    """The rungs that hold on this machine."""
    return {rung.name: rung for rung in rungs() if rung.active}


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "object").write_bytes(b"evidence")
    return folder


@pytest.fixture
def boxed(tmp_path: Path, vault: Path) -> Iterator[Callable[..., Sandbox]]:
    """Make sandboxes for the misbehaving tasks, with limits changed as named."""
    scratch = tmp_path / "scratch"
    scratch.mkdir(mode=0o700)
    made = []

    def make(limits: Limits = LOOKING, **changed: int) -> Sandbox:
        made.append(Sandbox([vault], scratch, replace(limits, **changed), allowed_package="hostile_tasks"))
        return made[-1]

    yield make
    for each in made:
        each.close()


def alive(pid: int) -> bool:
    """Whether a process runs (one that only waits to be collected does not)."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def gone(*pids: int, seconds: float = 5) -> bool:
    """Whether all processes end within a time."""
    end = time.monotonic() + seconds
    while any(map(alive, pids)):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def pid_of(box: Sandbox) -> int:
    return int(box.run(f"{TASKS}:echo").values["pid"])


class TestTalk:
    def test_parameters_values_and_payload_pass_unchanged(self, boxed: Callable[..., Sandbox]) -> None:
        message = boxed().run(f"{TASKS}:echo", text="ґ\udcff", rate="30000/1001", size=3 << 20)
        assert message.values["params"] == {"text": "ґ\udcff", "rate": "30000/1001", "size": 3 << 20}
        assert message.payload == bytes(3 << 20)

    def test_messages_come_in_order(self, boxed: Callable[..., Sandbox]) -> None:
        numbers = [message.values["number"] for message in boxed().stream(f"{TASKS}:count", to=500)]
        assert numbers == list(range(500))

    def test_ten_tasks_share_one_child(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        assert len({pid_of(box) for _ in range(10)}) == 1

    def test_a_child_is_ready_for_what_it_was_prepared_for(self, boxed: Callable[..., Sandbox]) -> None:
        asked = {"module": "hostile_tasks.heavy"}
        plain, box = boxed(), boxed()
        box.prepare("hostile_tasks.heavy:idle")
        assert plain.run(f"{TASKS}:loaded", **asked).values["loaded"] is False
        assert box.run(f"{TASKS}:loaded", **asked).values["loaded"] is True

    def test_a_child_that_cannot_be_prepared_is_replaced(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        box.prepare("hostile_tasks.nowhere:idle")
        time.sleep(0.5)
        assert box.run(f"{TASKS}:echo", size=1).payload == b"\0"

    @pytest.mark.parametrize("to", [0, 2, 100_000])
    def test_run_wants_exactly_one_message(self, boxed: Callable[..., Sandbox], to: int) -> None:
        box = boxed()
        with pytest.raises(ToolFailed, match="answer"):
            box.run(f"{TASKS}:count", to=to)
        assert box.run(f"{TASKS}:count", to=1).values == {"number": 0}

    def test_only_a_bare_progress_message_is_one(self, boxed: Callable[..., Sandbox]) -> None:
        heard: list[tuple[str, int, int]] = []

        class Ear:
            def step(self, label: str, done: int, total: int) -> None:
                heard.append((label, done, total))

        results = list(reporting(boxed().stream(f"{TASKS}:steps"), Ear()))
        assert heard == [("decoding", 1, 2)]
        assert len(results) == 3

    def test_errors_arrive_with_their_family_and_words_made_safe(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        first = pid_of(box)
        messages = box.stream(f"{TASKS}:complain")
        assert next(messages).values == {"before": True}
        with pytest.raises(BadInput) as caught:
            next(messages)
        assert caught.value.message == "the clip shows\\x1b[2J no picture"
        assert caught.value.hint == "add another"
        with pytest.raises(Refused, match="not while things stand"):
            box.run(f"{TASKS}:refuse")
        assert pid_of(box) == first

    def test_what_libraries_print_does_not_disturb_the_talk(self, boxed: Callable[..., Sandbox]) -> None:
        assert boxed().run(f"{TASKS}:chatter", times=100_000).values == {"heard": True}

    @pytest.mark.parametrize(
        "task",
        [
            "os:abort",
            "os.path:exists",
            f"{TASKS}:_private",
            f"{TASKS}:not_a_task",
            f"{TASKS}:Path",
            f"{TASKS}:absent",
            "hostile_tasks:echo",
            "footage.media.tools:heavy_versions",
        ],
    )
    def test_only_tasks_of_the_package_run(self, boxed: Callable[..., Sandbox], task: str) -> None:
        with pytest.raises(NotFound, match="is no task"):
            boxed().run(task)

    def test_an_unfinished_task_is_given_up_for_the_next(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        unfinished = box.stream(f"{TASKS}:hang")
        first = next(unfinished).values["pid"]
        assert pid_of(box) != first
        assert gone(first)
        with pytest.raises(RuntimeError, match="given up"):
            next(unfinished)
        assert box.run(f"{TASKS}:echo")

    def test_closing_the_iterator_ends_the_child(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        unfinished = box.stream(f"{TASKS}:hang")
        first = next(unfinished).values["pid"]
        unfinished.close()
        assert gone(first)
        assert pid_of(box) != first


class TestMisbehaviour:
    @pytest.mark.parametrize(
        ("task", "words"),
        [
            ("abort", "SIGABRT"),
            ("read_address_nought", "SIGSEGV"),
            ("leave", "exit code 3"),
            ("stumble", "LookupError: never foreseen"),
            ("last_words", "killed the decoder"),
        ],
    )
    def test_a_dead_child_is_a_failed_tool_and_is_replaced(
        self, boxed: Callable[..., Sandbox], task: str, words: str
    ) -> None:
        box = boxed()
        first = pid_of(box)
        with pytest.raises(ToolFailed, match=words) as caught:
            list(box.stream(f"{TASKS}:{task}"))
        assert caught.value.hint
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        assert pid_of(box) != first

    def test_last_words_are_kept_in_bounds_and_made_safe(self, boxed: Callable[..., Sandbox]) -> None:
        with pytest.raises(ToolFailed) as caught:
            list(boxed().stream(f"{TASKS}:last_words"))
        (note,) = caught.value.__notes__
        assert note.endswith("\nthe last\\x1b[31m words")
        assert len(note) < 10_000

    def test_a_child_killed_between_tasks_is_replaced(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        first = pid_of(box)
        os.kill(first, signal.SIGKILL)
        assert gone(first)
        time.sleep(0.1)  # its threads end a moment after it
        assert pid_of(box) != first

    def test_a_child_that_speaks_unasked_is_replaced(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        words = b'{"values":{"pid":0}}'
        frame = len(words).to_bytes(4, "big") + bytes(8) + words
        first = box.run(f"{TASKS}:speak_later", hex=frame.hex()).values["pid"]
        time.sleep(0.5)
        assert pid_of(box) not in (0, first)

    def test_silence_ends(self, boxed: Callable[..., Sandbox]) -> None:
        messages = boxed(wall_seconds=1).stream(f"{TASKS}:hang")
        pid = next(messages).values["pid"]
        with pytest.raises(ToolFailed, match="no sign of life for 1 second"):
            next(messages)
        assert gone(pid)

    def test_only_waiting_counts_as_silence(self, boxed: Callable[..., Sandbox]) -> None:
        heard = 0
        for _ in boxed(wall_seconds=1).stream(f"{TASKS}:trickle", times=2, seconds=1.2):
            heard += 1
            if heard == 1:
                time.sleep(0.9)
        assert heard == 2

    def test_trickling_does_not_go_on_for_ever(self, boxed: Callable[..., Sandbox]) -> None:
        with pytest.raises(ToolFailed, match="not done after 2 seconds"):
            list(boxed(cpu_seconds=1, wall_seconds=1).stream(f"{TASKS}:trickle", times=1000, seconds=0.1))

    def test_processor_time_is_bounded(self, boxed: Callable[..., Sandbox]) -> None:
        with pytest.raises(ToolFailed, match="its 1 seconds of processor time"):
            boxed(cpu_seconds=1).run(f"{TASKS}:spin")

    def test_processor_time_is_counted_anew_for_each_task(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed(cpu_seconds=1)
        pids = {box.run(f"{TASKS}:busy", seconds=0.75).values["pid"] for _ in range(3)}
        assert len(pids) == 1

    def test_memory_is_bounded(self, boxed: Callable[..., Sandbox], active: dict[str, Rung]) -> None:
        if "memory limit" not in active:
            pytest.skip("this system does not bound address space")
        box = boxed(memory=512 << 20)
        with pytest.raises(ToolFailed, match="more memory"):
            box.run(f"{TASKS}:eat_memory", bytes=600 << 20)
        assert box.run(f"{TASKS}:eat_memory", bytes=100 << 20).values == {"bytes": 100 << 20}

    def test_files_are_bounded(self, boxed: Callable[..., Sandbox], tmp_path: Path) -> None:
        with pytest.raises(ToolFailed, match="larger file"):
            boxed(file_bytes=3 << 20).run(f"{TASKS}:write_much", mib=4)
        assert (tmp_path / "scratch/much").stat().st_size == 3 << 20

    @pytest.mark.parametrize(
        ("frame", "words"),
        [
            ("ffffffff 0000000000000000", "more than it may"),
            ("00000002 ffffffffffffffff 7b7d", "more than it may"),
            ("00000002 0000000000000000 7b7b", "nonsense"),
            ("00000002 0000000000000000 5b5d", "nonsense"),
            ("00000002 0000000000000000 7b7d", "nonsense"),
            ("00004e20 0000000000000000" + "5b" * 20000, "nonsense"),
            ("0000000c 0000000000000000" + b'{"values":3}'.hex(), "nonsense"),
            ("00000011 0000000000000000" + b'{"error":["a",3]}'.hex(), "nonsense"),
        ],
    )
    def test_a_forged_frame_is_refused(self, boxed: Callable[..., Sandbox], frame: str, words: str) -> None:
        with pytest.raises(ToolFailed, match=words):
            boxed(wall_seconds=5).run(f"{TASKS}:raw", hex=frame)

    def test_a_forged_error_is_bounded(self, boxed: Callable[..., Sandbox]) -> None:
        words = b'{"error":["no-such-kind","' + b"\\u001b" * 100_000 + b'",""]}'
        frame = len(words).to_bytes(4, "big") + bytes(8) + words
        with pytest.raises(FootageError) as caught:
            boxed(wall_seconds=5).run(f"{TASKS}:raw", hex=frame.hex())
        assert type(caught.value) is ToolFailed
        assert len(caught.value.message) < 10_000
        assert caught.value.message.isprintable()

    def test_all_it_started_ends_with_it(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        pids = next(box.stream(f"{TASKS}:bring_up_a_child")).values
        box.close()
        assert gone(pids["pid"], pids["started"])

    def test_no_zombie_stays_behind(self, boxed: Callable[..., Sandbox]) -> None:
        box = boxed()
        pid = pid_of(box)
        box.close()
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


class TestConfinement:
    def test_its_surroundings_are_bare(
        self, boxed: Callable[..., Sandbox], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        monkeypatch.setenv("PYTHONSTARTUP", "/tmp/evil.py")
        inherited = os.open("/dev/null", os.O_RDONLY)
        os.set_inheritable(inherited, True)
        try:
            seen = boxed().run(f"{TASKS}:surroundings").values
        finally:
            os.close(inherited)
        scratch = str(tmp_path / "scratch")
        known = {"PATH", "LANG", "HOME", "TMPDIR", "MALLOC_ARENA_MAX"}
        known |= {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"}
        assert set(seen["environment"]) - {"LD_LIBRARY_PATH", "IMAGEIO_FFMPEG_EXE", "LC_CTYPE"} == known
        assert seen["environment"]["TMPDIR"] == seen["environment"]["HOME"] == seen["folder"] == scratch
        assert seen["descriptors"] == 2
        assert seen["session"] is True
        assert seen["standard input"] == ""

    def test_it_reads_the_vault_and_writes_its_scratch_folder(
        self, boxed: Callable[..., Sandbox], vault: Path, tmp_path: Path
    ) -> None:
        box = boxed()
        assert box.run(f"{TASKS}:read", path=str(vault / "object")).payload == b"evidence"
        box.run(f"{TASKS}:write", path=str(tmp_path / "scratch/made"))
        assert (tmp_path / "scratch/made").read_bytes() == b"written"

    @pytest.mark.parametrize("task", ["read", "write"])
    def test_it_touches_nothing_else(
        self, boxed: Callable[..., Sandbox], active: dict[str, Rung], vault: Path, tmp_path: Path, task: str
    ) -> None:
        if "landlock" not in active:
            pytest.skip("this kernel has no Landlock")
        outside = tmp_path / "outside"
        outside.write_bytes(b"secret")
        box = boxed()
        for path in (outside, Path("/etc/passwd"), *([vault / "object"] if task == "write" else [])):
            with pytest.raises(ToolFailed, match="Permission denied"):
                box.run(f"{TASKS}:{task}", path=str(path))
        assert outside.read_bytes() == b"secret"
        assert (vault / "object").read_bytes() == b"evidence"

    def test_it_starts_nothing_but_ffmpeg(
        self, boxed: Callable[..., Sandbox], active: dict[str, Rung]
    ) -> None:
        if "landlock" not in active:
            pytest.skip("this kernel has no Landlock")
        with pytest.raises(ToolFailed, match="Permission denied"):
            boxed().run(f"{TASKS}:start", command=["/bin/sh", "-c", "echo hello"])

    def test_it_reaches_no_network(self, boxed: Callable[..., Sandbox], active: dict[str, Rung]) -> None:
        if not {"no network", "landlock"} & set(active):
            pytest.skip("this system does not take the network away")
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            with pytest.raises(ToolFailed, match=r"Permission denied|unreachable"):
                boxed().run(f"{TASKS}:connect", port=port)
            listening.settimeout(0.1)
            with pytest.raises(TimeoutError):
                listening.accept()

    def test_its_network_is_another(self, boxed: Callable[..., Sandbox], active: dict[str, Rung]) -> None:
        if "no network" not in active:
            pytest.skip("this system gives no network namespaces away")
        seen = boxed().run(f"{TASKS}:surroundings").values
        assert seen["network"] not in ("", str(Path("/proc/self/ns/net").readlink()))

    def test_it_has_no_capabilities_but_to_read_and_write(
        self, boxed: Callable[..., Sandbox], active: dict[str, Rung]
    ) -> None:
        if "no capabilities" not in active:
            pytest.skip("this system has no capabilities")
        seen = boxed().run(f"{TASKS}:surroundings").values
        assert int(seen["capabilities"], 16) in (0, 0b110)

    def test_it_cannot_signal_its_parent(
        self, boxed: Callable[..., Sandbox], active: dict[str, Rung]
    ) -> None:
        if "landlock" not in active or int(active["landlock"].detail.split()[1].rstrip(":")) < 6:
            pytest.skip("this kernel's Landlock does not confine signals")
        with pytest.raises(ToolFailed, match="not permitted"):
            boxed().run(f"{TASKS}:strike_parent")

    def test_honest_work_gets_through(
        self, boxed: Callable[..., Sandbox], vault: Path, ffmpeg: Callable[..., bytes]
    ) -> None:
        clip = vault / "clip.mp4"
        ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=1", "-c:v", "libx264", clip)
        done = boxed(rendering_limits(320, 240)).run(f"{TASKS}:decode_and_encode", clip=str(clip))
        assert done.values["frames"] == 25
        assert done.values["encoded"] > 1000
        assert len(done.payload) == 64 * 48 * 3


PARENT = """
    import sys
    from pathlib import Path
    from footage.media.sandbox import Sandbox
    sys.path.append({here!r})
    with Sandbox([], Path({scratch!r}), allowed_package="hostile_tasks") as box:
        for message in box.stream("hostile_tasks.misbehaviour:bring_up_a_child"):
            print(message.values["pid"], message.values["started"], flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_orphan_outlives_the_parent(tmp_path: Path, number: signal.Signals) -> None:
    source = textwrap.dedent(PARENT.format(here=str(HERE), scratch=str(tmp_path)))
    command = [sys.executable, "-c", source]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(alive, pids))
        parent.send_signal(number)
        parent.wait(10)
    assert gone(*pids)


def test_the_parent_imports_nothing_heavy() -> None:
    heavy = {"numpy", "cv2", "av", "PIL", "pillow_heif", "pyexiv2", "imageio_ffmpeg", "sqlalchemy", "click"}
    source = (
        "import sys, footage.media.sandbox, footage.media.sniff, footage.media.intake; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert not heavy & set(done.stdout.split())


def test_a_missing_scratch_folder_says_that_the_sandbox_did_not_start(tmp_path: Path) -> None:
    with Sandbox([], tmp_path / "absent") as box, pytest.raises(ToolFailed, match="did not start"):
        box.run("footage.media.tools:heavy_versions")


def test_a_child_that_does_not_start_says_why(tmp_path: Path) -> None:
    why = r"did not start.*No module named 'no_such_package'"
    box = Sandbox([], tmp_path, allowed_package="no_such_package")
    with box, pytest.raises(ToolFailed, match=why) as caught:
        box.run("no_such_package.anything:task")
    assert caught.value.hint == "footage doctor"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux has Landlock")
def test_landlock_holds_where_the_kernel_has_it(active: dict[str, Rung]) -> None:
    ask_version = (444, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if ctypes.CDLL(None).syscall(*ask_version) < 1:
        pytest.skip("this kernel has no Landlock")
    assert "landlock" in active


def test_the_portable_rungs_hold_everywhere() -> None:
    held = {rung.name: rung.active for rung in rungs()}
    assert held["no core dumps"]
    assert held["file size limit"]
    assert held["processor time limit"]
    assert held["open files limit"]


@pytest.mark.parametrize(
    ("width", "height", "least", "most"),
    [(640, 360, 1.2, 4), (1920, 1080, 1.9, 6), (3840, 2160, 4.2, 12), (16384, 16384, 12, 16)],
)
def test_rendering_limits_leave_room_for_the_encoders(
    width: int, height: int, least: float, most: float
) -> None:
    """The least is the address space that x264 and x265 were seen to take on sixteen threads."""
    memory = rendering_limits(width, height).memory / (1 << 30)
    assert least <= memory <= most


def test_versions_names_three_ffmpegs_and_the_rest() -> None:
    told = versions()
    assert set(told) == {
        "footage",
        "Python",
        "SQLite",
        "FFmpeg (bundled program)",
        "FFmpeg (PyAV)",
        "FFmpeg (OpenCV)",
        "PyAV",
        "OpenCV",
        "NumPy",
        "Pillow",
        "libheif",
        "exiv2",
    }
    assert all(any(character.isdigit() for character in said) for said in told.values()), told
    assert "not installed" not in told.values()

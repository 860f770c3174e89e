"""The help: every verb explains itself with examples that run; what is printed fits where it is printed."""

import fcntl
import json
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click
import pytest
from PIL import Image
from rich.cells import cell_len

import clips
from doors import BRIGADE, FACTS, Footage, settle, type_in
from footage.commands._door import cli
from footage.media.samples.story import TEXT as STORY

HEAVY = ("alembic", "av", "cv2", "jinja2", "numpy", "PIL", "pyexiv2", "rich", "sqlalchemy")
NEEDS_A_MASK = ("export", "open", "ready")
NEEDS_A_PACKAGE = ("audit", "correct", "sent")
LONG = ("demo",)


def verbs(
    group: click.Group = cli, said: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every verb, and every deed of a verb that has some, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from verbs(found, (*said, name))
        else:
            yield (*said, name), found


VERBS = dict(verbs())
EXAMPLES = [line for command in VERBS.values() for line in getattr(command, "examples", [])]


def test_no_verb_is_missing() -> None:
    asked = "init add set find show open source story shots sheet grab flag flags resolve blur caption"
    asked += " ready export history verify repair backup discard undo doctor demo audit"
    asked += " provenance checked text"
    asked += " edit style subtitles sent correct kill"
    assert {words[0] for words in VERBS} >= set(asked.split())
    assert {words[1] for words in VERBS if words[0] == "source"} == {"add", "list", "show", "set"}
    assert {words[1] for words in VERBS if words[0] == "story"} >= {"add", "list", "show", "set"}


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_explains_itself(footage: Footage, words: tuple[str, ...]) -> None:
    said = footage(*words, "--help").out
    examples = getattr(VERBS[words], "examples", [])
    assert examples and all(f"  {line}\n" in said for line in examples)
    assert said.index("Example") > said.index("--json")
    assert all(line.startswith(f"footage {' '.join(words)}") for line in examples)
    lines = [line for line in said.splitlines() if not line.strip().startswith("footage ")]
    assert all(len(line) <= 80 for line in lines)
    assert "\x1b" not in said and not said.startswith("\n")
    summary = VERBS[words].get_short_help_str(200)
    assert len(summary) > 10 and summary in " ".join(footage(*words[:-1], "--help").out.split())


# the examples


@pytest.fixture(scope="session")
def _example_desks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """What the examples take for granted: the flag not masked, masked, and handed out to ``out``."""
    folder = tmp_path_factory.mktemp("examples")
    desk, masked, exported = folder / "open", folder / "masked", folder / "exported"
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("init", desk)
        monkeypatch.chdir(desk)
        (desk / "card").mkdir()
        (desk / "clip.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nWe hold.\n")
        (desk / "house.toml").write_bytes((files("footage") / "styles/newsflash.toml").read_bytes())
        (desk / "story.txt").write_text(STORY)
        (desk / "facts.csv").write_text("asset,city\n1,Bakhmut\n")
        clips.make(desk / "clip.mp4", frames=40, rate=5, audio=True)
        for shade, name in enumerate(("still.jpg", "card/more.jpg", "test.jpg")):
            Image.new("RGB", (320, 180), (90, 9, shade * 50)).save(desk / name)
        type_in(BRIGADE)
        type_in(f"add clip.mp4 still.jpg {FACTS}")
        type_in("add test.jpg")
        type_in("flag 1 0:04 0:07 --reason death --region 40%,30%,20%,25%")
        type_in("set 1 --keyword smoke")
        type_in("text add toll 'The brigade claims ten tanks.' --source 92ombr --as-of today --days 2")
        shutil.copytree(desk, masked)
        monkeypatch.chdir(masked)
        type_in("blur 1")
        shutil.copytree(masked, exported)
        monkeypatch.chdir(exported)
        type_in("export 1 --to out")
        type_in("set 1 --city Bakhmut")
    return {"open": desk, "masked": masked, "exported": exported}


@pytest.mark.parametrize(
    "line", [pytest.param(line, marks=[pytest.mark.long] * (line.split()[1] in LONG)) for line in EXAMPLES]
)
def test_every_example_runs(
    footage: Footage,
    _example_desks: dict[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
) -> None:
    program, verb, *_ = shlex.split(line)
    needed = "exported" if verb in NEEDS_A_PACKAGE else "masked" if verb in NEEDS_A_MASK else "open"
    shutil.copytree(_example_desks[needed], tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    assert program == "footage"
    said = footage(line)
    assert said.out and "Traceback" not in said.err
    assert footage("verify --json").document["sound"] is True


# tables


@pytest.fixture(scope="session")
def _crowded(_filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose names, notes and texts are longer than any line."""
    folder = tmp_path_factory.mktemp("crowded")
    shutil.copytree(_filled, folder / "nf")
    long = folder / f"{'a very long name of a still ' * 6}.png"
    Image.new("RGB", (64, 48), (1, 2, 3)).save(long)
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder / "nf", monkeypatch)
        type_in("add", long, "--story", "a-story-with-a-slug-that-goes-on-and-on-and-on", "--keyword", "Київ",
                "--source", "@a_handle_of_fifty_letters_and_more", "--shows", "words " * 60)  # fmt: skip
        type_in("flag 1 f10 f35 --reason death,violence,suffering,privacy,minor --region 40%,30%,20%,25% "
                f"--treatment mosaic --ellipse --note '{'the man in the red coat ' * 8}'")  # fmt: skip
        type_in("shots", "1", "--describe", "1", "Wide of the trench line at dusk " * 8)
    return folder / "nf"


@pytest.fixture
def crowded(_crowded: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same; the test stands in it and does not change it."""
    monkeypatch.chdir(_crowded)
    return _crowded


TABLES = (
    "find",
    "flags",
    "history",
    "shots 1",
    "show 1",
    "show 3",
    "source list",
    "story list",
    "ready 1..3",
    "",
)


def on_a_terminal(library: Path, columns: int, **environment: str) -> str:
    """What the tables look like on a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    program = (
        "import shlex, sys; from footage.commands._door import run; "
        "[print(f'@{words}', flush=True) or run(shlex.split(words)) for words in sys.argv[1:]]"
    )
    known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    child = subprocess.Popen(
        [sys.executable, "-c", program, *TABLES],
        cwd=library, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**known, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(theirs)
    said = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:
            break
        if not chunk:
            break
        said += chunk
    os.close(ours)
    assert child.wait(60) == 0
    return said.decode().replace("\r\n", "\n")


ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize("columns", [80, 120])
def test_tables_fit_the_terminal(crowded: Path, columns: int) -> None:
    said = ESCAPES.sub("", on_a_terminal(crowded, columns))
    for part in said.split("@")[1:]:
        words, *lines = part.splitlines()
        if words.split(" ")[0] in ("find", "flags", "history", "shots", "source", "story", ""):
            wide = [line for line in lines if cell_len(line) > columns]
            assert not wide, f"{words or 'footage'}: {wide}"
            assert len(lines) > 1
    flags = said.partition("@flags")[2].partition("@history")[0]
    for word in ("flag", "asset", "span", "reasons", "state", "mask", "note", "open", "0:00.400", "death"):
        assert word in flags
    assert flags.count("coat") == 8 and "…" not in flags


def test_no_colour_where_none_is_wanted(crowded: Path) -> None:
    said = on_a_terminal(crowded, 80, NO_COLOR="1")
    assert not re.findall(r"\x1b\[(?:\d+;)*(?:3|4|9|10)[0-7]", said)


@pytest.mark.parametrize("words", TABLES)
@pytest.mark.usefixtures("crowded")
def test_in_a_pipe_nothing_is_wrapped_or_drawn(footage: Footage, words: str) -> None:
    said = footage(words, code=None) if words else footage()
    assert said.code in (0, 4)
    assert (
        "\x1b" not in said.out
        and not re.search("[\u2500-\u257f]", said.out)
        and "…" not in said.out.replace('"the …"', "").replace("set 3 …", "")
    )
    whole = {"find": "a very long name of a still " * 6, "flags": "the man in the red coat " * 8,
             "shots 1": "Wide of the trench line at dusk " * 8, "show 3": "words " * 60}  # fmt: skip
    if words in whole:
        assert whole[words].strip() in said.out
    if words in ("find", "flags", "shots 1", "source list", "story list"):
        heads, *rows = said.out.splitlines()
        assert rows and all(row.count("\t") == heads.count("\t") for row in rows)


# what help costs


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "footage", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.startswith("Usage: footage")
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def test_shell_completion_is_there(tmp_path: Path) -> None:
    def completed(**environment: str) -> str:
        command = [sys.executable, "-c", "from footage.commands import main; main()"]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, **environment},
        )
        return done.stdout

    assert "complete" in completed(_FOOTAGE_COMPLETE="bash_source")
    words = completed(_FOOTAGE_COMPLETE="bash_complete", COMP_WORDS="footage ca", COMP_CWORD="1")
    assert words.strip() == "plain,caption"


def test_version_is_told(footage: Footage) -> None:
    assert re.fullmatch(r"footage, version \d+\.\d+\.\d+\n", footage("--version").out)
    assert json.loads(footage("doctor --json").out)["versions"]

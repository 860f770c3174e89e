"""Running the command line in this process, as a person would type it, and small libraries to do it in."""

import contextlib
import io
import json
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import clips
from footage.commands._door import run

ENVIRONMENT = ("LIBRARY", "ACTOR", "AGENCY", "STYLE", "TREATMENT", "LOOK")
BRIGADE = (
    "source add 92ombr --name '92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of Ukraine' "
    "--in-caption 'the 92nd OMBr' --handle @92OMBr --kind military"
)
FACTS = (
    "--source 92ombr --released 2023-03-24 --undated --country Ukraine --place 'Bakhmut direction' "
    "--shows 'Ukrainian fighters destroy Russian military positions' --story bakhmut"
)


@dataclass(frozen=True)
class Said:
    """What a command left behind: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document on stdout."""
        return json.loads(self.out)


Footage = Callable[..., Said]


def type_in(*words: str | Path, code: int | None = 0, now: datetime | None = None) -> Said:
    """Type a command: one text as a shell would split it, or words."""
    split = shlex.split(str(words[0])) if len(words) == 1 else [str(word) for word in words]
    if split and split[0] == "footage":
        split = split[1:]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        ended = run(split) if now is None else run(split, lambda: now)
    said = Said(ended, out.getvalue(), err.getvalue())
    assert code is None or ended == code, f"{split} ended with {ended}\n{said.out}\n{said.err}"
    return said


def settle(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder, with nothing about footage in the environment and a home of one's own."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(f"FOOTAGE_{name}", raising=False)
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.chdir(folder)


@pytest.fixture(autouse=True)
def _settled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settle(tmp_path, monkeypatch)


@pytest.fixture
def footage() -> Footage:
    """Type a command in ``tmp_path``, or where the test went."""
    return type_in


@pytest.fixture
def library(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh library of Newsflash, with the worked example's source; the test stands in its folder."""
    footage("init nf --agency Newsflash --style newsflash")
    monkeypatch.chdir(tmp_path / "nf")
    footage(BRIGADE)
    return tmp_path / "nf"


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``clip.mp4`` (two seconds with sound, two shots), ``still.jpg``; 320 x 180, unchanged."""
    folder = tmp_path_factory.mktemp("media")
    numbered = [clips.draw(number, (320, 180)) for number in range(50)]
    for picture in numbered[25:]:
        picture[30:] = 255 - picture[30:]
    clips.make(folder / "clip.mp4", audio=True, drawn=numbered)
    Image.fromarray(numbered[7]).save(folder / "still.jpg", quality=95)
    return folder


@pytest.fixture(scope="session")
def _filled(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example's library as it is before anything is flagged."""
    folder = tmp_path_factory.mktemp("filled")
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("init nf")
        monkeypatch.chdir(folder / "nf")
        type_in(BRIGADE)
        type_in(f"add {media}/clip.mp4 {media}/still.jpg {FACTS}")
    return folder / "nf"


@pytest.fixture(scope="session")
def _masked(_filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a second of the clip flagged and masked."""
    folder = tmp_path_factory.mktemp("masked") / "nf"
    shutil.copytree(_filled, folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("flag 1 f10 f35 --reason death --region 40%,30%,20%,25% --treatment fill")
        type_in("blur 1")
    return folder


@pytest.fixture
def desk(_filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with a clip (1) and a still (2) of the story bakhmut, both ready; the test stands in it."""
    return _stand_in(_filled, tmp_path, monkeypatch)


@pytest.fixture
def masked_desk(_masked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, frames 10 to 34 of the clip flagged (1) and masked with a fill."""
    return _stand_in(_masked, tmp_path, monkeypatch)


def _stand_in(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(template, tmp_path / "nf")
    monkeypatch.chdir(tmp_path / "nf")
    return tmp_path / "nf"

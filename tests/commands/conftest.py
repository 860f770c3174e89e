"""Running the command line in this process, as a person would type it."""

import contextlib
import io
import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from footage.commands._door import run


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


@pytest.fixture
def footage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Footage:
    """Type a command in ``tmp_path`` (or where the test went): one text as a shell would split it, or words."""
    for name in ("FOOTAGE_LIBRARY", "FOOTAGE_ACTOR", "FOOTAGE_NOW", "FOOTAGE_STYLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def type_in(*words: str | Path, code: int | None = 0) -> Said:
        split = shlex.split(str(words[0])) if len(words) == 1 else [str(word) for word in words]
        if split and split[0] == "footage":
            split = split[1:]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = run(split)
        said = Said(ended, out.getvalue(), err.getvalue())
        assert code is None or ended == code, f"{split} ended with {ended}\n{said.out}\n{said.err}"
        return said

    return type_in


@pytest.fixture
def library(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh library of Newsflash, with the worked example's source; the test stands in its folder."""
    footage("init nf --agency Newsflash --style newsflash")
    monkeypatch.chdir(tmp_path / "nf")
    footage(
        "source", "add", "92ombr",
        "--name", "92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of Ukraine",
        "--in-caption", "the 92nd OMBr", "--handle", "@92OMBr", "--kind", "military",
    )  # fmt: skip
    return tmp_path / "nf"

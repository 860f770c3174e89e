"""What an independent reader finds in files: ExifTool, where it is installed."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

Found = dict[str, Any]


def read(path: Path) -> Found:
    """Everything ExifTool finds in a file, by ``Group:Tag`` (``XMP-dc:Description``); skips without it."""
    return read_all([path])[path]


def read_all(paths: Iterable[Path]) -> dict[Path, Found]:
    """The same of several files, in one run of the program."""
    return _run("-G1", "-a", "-struct", "-ee", *map(str, paths))


def read_plainly(path: Path) -> Found:
    """One value a tag, by bare names (``Source``), as most programs and people ask for it."""
    return _run(str(path))[path]


def _run(*arguments: str) -> dict[Path, Found]:
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("exiftool is not installed")
    done = subprocess.run([program, "-json", *arguments], capture_output=True, check=True)
    return {Path(each["SourceFile"]): each for each in json.loads(done.stdout)}

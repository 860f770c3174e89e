"""Which versions of which tools this installation works with."""

import platform
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from footage.media.sandbox import Sandbox

_MISSING = "not installed"


def versions() -> dict[str, str]:
    """The versions of Python, of this program and of the tools under it, by name.

    FFmpeg is there three times: the bundled program, PyAV's libraries and OpenCV's.

    Raises:
        ToolFailed: the sandbox in which the heavy libraries are asked did not work.
    """
    with tempfile.TemporaryDirectory(prefix="footage-") as folder, Sandbox((), Path(folder)) as sandbox:
        heavy = sandbox.run("footage.media.tools:heavy_versions").values
    return {
        "footage": _installed("footage"),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{str(name): str(said) for name, said in heavy.items()},
    }


def heavy_versions(_params: dict[str, Any], _scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:
    """Sandbox task: the versions of the media libraries."""
    asked = {
        "FFmpeg (bundled program)": _bundled_ffmpeg,
        "FFmpeg (PyAV)": _pyav_ffmpeg,
        "FFmpeg (OpenCV)": _opencv_ffmpeg,
        "PyAV": lambda: _installed("av"),
        "OpenCV": lambda: _installed("opencv-python-headless"),
        "NumPy": lambda: _installed("numpy"),
        "Pillow": lambda: _installed("pillow"),
        "libheif": _libheif,
        "exiv2": _exiv2,
    }
    yield {name: ask() for name, ask in asked.items()}, b""


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return _MISSING


def _bundled_ffmpeg() -> str:
    try:
        import imageio_ffmpeg

        program = imageio_ffmpeg.get_ffmpeg_exe()
        said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except ImportError:
        return _MISSING
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        return f"does not run: {error}"
    # The first line names the program, the word "version", then what we want.
    return said.stdout.split()[2]


def _pyav_ffmpeg() -> str:
    try:
        import av
    except ImportError as error:
        return f"{_MISSING} ({error})"
    libraries = ", ".join(
        f"{name} {'.'.join(map(str, av.library_versions[name]))}" for name in ("libavformat", "libavcodec")
    )
    return f"{av.ffmpeg_version_info} ({libraries})"


def _opencv_ffmpeg() -> str:
    try:
        import cv2
    except ImportError as error:
        return f"{_MISSING} ({error})"
    told = (line.split() for line in cv2.getBuildInformation().splitlines())
    found = {words[0].rstrip(":"): words[2].strip("()") for words in told if len(words) == 3}
    named = [f"lib{name} {found[name]}" for name in ("avformat", "avcodec") if name in found]
    return ", ".join(named) or "built without FFmpeg"


def _libheif() -> str:
    try:
        import pillow_heif
    except ImportError as error:
        return f"{_MISSING} ({error})"
    return str(pillow_heif.libheif_version())


def _exiv2() -> str:
    try:
        import pyexiv2
    except (ImportError, OSError) as error:
        return f"{_MISSING} ({error})"
    return str(pyexiv2.__exiv2_version__)

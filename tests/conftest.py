"""What every test may use: the bundled FFmpeg, real clips where they are present."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import pytest

from footage.media.samples import Samples, make_samples

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def real_media() -> Path:
    """The folder of real clips; skips where it is absent."""
    folder = SHARED / "media"
    if not folder.is_dir():
        pytest.skip(f"no real clips: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def conformance() -> Path:
    """The folder of the standards' schemas and reference pictures; skips where it is absent."""
    folder = SHARED / "conformance"
    if not folder.is_dir():
        pytest.skip(f"no reference data: {folder} is absent")
    return folder


@pytest.fixture(scope="session")
def ffmpeg() -> Callable[..., bytes]:
    """Run the bundled FFmpeg with the given arguments (``-y -nostdin`` are put before); gives its stdout."""
    program = imageio_ffmpeg.get_ffmpeg_exe()

    def run(*arguments: str | Path) -> bytes:
        command = [program, "-y", "-nostdin", "-loglevel", "error", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    return run


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """The sample media, drawn once a run (and worker); not to be changed."""
    return make_samples(tmp_path_factory.mktemp("samples"))

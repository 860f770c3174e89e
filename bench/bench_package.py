"""``python bench/bench_package.py [MANY]``: stills packaged a second, and memory, at 100 stills and at 400.

The stills are JPEGs of 2000 x 1333 pixels, made here; each run is a whole ``footage export``, start and audit
included, on as many processors as this machine has. Peak memory is that of the largest process.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from bench_add import measure
from figures import Figure
from installed import compile_program
from PIL import Image

FEW, MANY = 100, 400
LEAST = 20.0
MOST_GROWTH = 1.25
SIZE = (2000, 1333)
_FACTS = (
    *(
        "--undated",
        "--released",
        "2024-04-19",
        "--credit",
        "@7FieldBrigade/Newsflash",
        "--country",
        "Marovia",
    ),
    *("--shows", "Marovian sappers hold a river ford under smoke", "--place", "Lower Arn sector"),
)


def main() -> None:
    """Print the figures."""
    compile_program()
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    few = min(FEW, many)
    with tempfile.TemporaryDirectory(prefix="footage-bench-") as name:
        folder = Path(name)
        make_stills(folder / "stills", many)
        footage(folder, "init", str(folder / "library"))
        footage(folder, "add", str(folder / "stills"), *_FACTS)
        first, small = package(folder, few)
        rate, large = package(folder, many)
    for figure in (
        Figure(f"stills packaged a second, {few}", f"{first:.1f}"),
        Figure(f"stills packaged a second, {many}", f"{rate:.1f}", f"at least {LEAST:g}", rate >= LEAST),
        Figure(f"peak memory, {few} stills", f"{small:.0f} MB"),
        Figure(
            f"peak memory, {many} stills",
            f"{large:.0f} MB",
            f"at most {MOST_GROWTH:g} times that",
            large <= MOST_GROWTH * small,
        ),
    ):
        print(figure.line())


def make_stills(folder: Path, count: int) -> None:
    """JPEGs that all differ, with as much detail as a photograph has."""
    folder.mkdir()
    base = np.random.default_rng(1).integers(0, 255, (84, 125, 3), np.uint8)
    for number in range(count):
        small = np.roll(base, 3 * number, axis=1).copy()
        small[0, 0] = number % 256, number // 256, 0
        picture = Image.fromarray(small).resize(SIZE, Image.Resampling.BILINEAR)
        picture.save(folder / f"IMG_{number:04}.jpg", quality=90)


def package(folder: Path, count: int) -> tuple[float, float]:
    """Stills a second, and the megabytes of the largest process."""
    out = folder / f"out-{count}"
    seconds, memory = measure([*command(folder), "export", f"1..{count}", "--to", str(out)])
    return count / seconds, memory


def footage(folder: Path, *words: str) -> None:
    """Type a command."""
    subprocess.run([*command(folder), *words], check=True, stdout=subprocess.DEVNULL)


def command(folder: Path) -> list[str]:
    """How the program is called on the library."""
    return [sys.executable, "-m", "footage", "--library", str(folder / "library")]


if __name__ == "__main__":
    main()

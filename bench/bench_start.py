"""How long ``footage --help`` takes beside ``python -c "import click"``: ``python bench/bench_start.py``.

The two run in turn, so that a slower moment of the machine meets both; medians and ratio are printed.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from installed import compile_program

RUNS = 21
LIMIT = 2.0


def main() -> None:
    """Print the table."""
    compile_program()
    commands = {
        "footage --help": [str(Path(sys.executable).with_name("footage")), "--help"],
        'python -c "import click"': [sys.executable, "-c", "import click"],
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(RUNS + 1):
        for name, command in commands.items():
            took = _run(command)
            if turn:
                seconds[name].append(took)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    for name, median in medians.items():
        print(f"{name:28} {median * 1000:8.1f} ms")
    ours, click = medians.values()
    print(f"{'ratio':28} {ours / click:8.2f}     (at most {LIMIT:g})")


def _run(command: list[str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - before


if __name__ == "__main__":
    main()

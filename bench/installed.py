"""The program as an installation has it: its bytecode lies beside it, also for its sandboxed children."""

import compileall
import os
from pathlib import Path

import footage


def compile_program() -> None:
    """Compile what is not compiled yet, whatever this process's environment says of writing bytecode."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(Path(footage.__file__).parent, quiet=2)

"""What lies in a library's folder, seen from outside the program."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

State = dict[str, str]


def state_of(library: Path) -> State:
    """Every file of a library by its SHA-256, the catalogue by that of its dump."""
    found = {
        str(path.relative_to(library)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(library.rglob("*"))
        if path.is_file() and not path.name.startswith("catalogue.sqlite")
    }
    with closing(sqlite3.connect(library / "catalogue.sqlite")) as catalogue:
        dump = "\n".join(catalogue.iterdump())
    return {**found, "catalogue": hashlib.sha256(dump.encode()).hexdigest()}


def change(library: Path, *statements: str) -> None:
    """Run SQL on a library's catalogue behind the program's back."""
    with closing(sqlite3.connect(library / "catalogue.sqlite")) as catalogue, catalogue:
        for statement in statements:
            catalogue.execute(statement)


def rows(library: Path, query: str) -> list[tuple[Any, ...]]:
    """What an SQL query finds in a library's catalogue."""
    with closing(sqlite3.connect(library / "catalogue.sqlite")) as catalogue:
        return list(catalogue.execute(query))


def objects(library: Path, shelf: str) -> list[Path]:
    """The files on one shelf of a library's vault."""
    return sorted(path for path in (library / "vault" / shelf).rglob("*") if path.is_file())


def staged(library: Path) -> list[Path]:
    """What lies in a library's staging folder."""
    return sorted((library / "vault" / "staging").iterdir())


def tamper(path: Path) -> None:
    """Change one byte in the middle of a file that is kept read-only."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    path.chmod(0o444)


def kinds(problems: list[dict[str, Any]]) -> list[str]:
    """The kinds of problems or obstacles, in order."""
    return [problem["kind"] for problem in problems]


def actions(events: list[dict[str, Any]]) -> Iterator[str]:
    """What was done, of each event."""
    return (str(event["action"]) for event in events)

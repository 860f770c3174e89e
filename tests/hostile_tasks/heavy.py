"""A module that only :func:`prepare` brings in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def idle(_params: dict[str, Any], _scratch: Path) -> Iterator[tuple[dict[str, object], bytes]]:
    yield {}, b""

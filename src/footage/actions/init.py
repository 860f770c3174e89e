"""Making a library."""

from collections.abc import Mapping
from pathlib import Path

from footage.library import Clock, insist_on_none, make_library
from footage.settings import checked_settings, read_style


def init(
    root: Path,
    stated: Mapping[str, str],
    *,
    actor: str,
    clock: Clock,
    environment: Mapping[str, str],
    dry_run: bool = False,
) -> Path:
    """Make a library in a folder; gives the folder.

    Raises:
        Conflict: there is one. NotFound: an unknown style. Usage: a setting that cannot be used.
        Refused: the folder cannot be written to.
    """
    settings = checked_settings(stated)
    read_style(settings.style, root)
    insist_on_none(root)
    if not dry_run:
        make_library(root, settings, actor=actor, clock=clock, environment=environment).close()
    return root

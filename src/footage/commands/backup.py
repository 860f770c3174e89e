"""``footage backup``."""

from pathlib import Path

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("backup", examples="footage backup ../backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_options.dry_run
@pass_session
def command(session: Session, /, folder: Path, dry_run: bool) -> None:
    """Copy the library into DIR.

    Every object is verified as it is written; a later backup copies only what is new."""
    from footage.actions.backup import backup

    with session.library(dry_run=dry_run) as library, session.progress() as progress:
        copied = backup(library, folder, progress)
    session.say(f"copied {copied} new objects to {folder}; check it: footage --library {folder} verify")
    session.document({"folder": str(folder), "copied": copied})

"""``footage discard``."""

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("discard", examples='footage discard 3 --because "a test clip"')
@_options.assets()
@click.option("--because", required=True, help="Why; kept in the custody log.")
@click.option("--purge", is_flag=True, help="Remove the bytes for good, too.")
@_options.dry_run
@pass_session
def command(session: Session, /, words: tuple[str, ...], because: str, purge: bool, dry_run: bool) -> None:
    """Put ASSETS out of sight.

    They leave the catalogue's sight; with --purge their bytes are gone for good. Both leave an event."""
    from footage.actions.discard import discard
    from footage.actions.find import select
    from footage.commands._notices import note_receivers

    with session.library(dry_run=dry_run) as library:
        gone = discard(library, select(library, words, discarded=purge), because, purge=purge)
        note_receivers(session, library, [asset.number for asset in gone], gone=True)
    for asset in gone:
        session.say(f"asset {asset.number} ({asset.name}): {'purged' if purge else 'discarded'}")
    session.document([{"asset": a.number, "sha256": a.sha256, "purged": a.purged} for a in gone])

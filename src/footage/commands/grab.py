"""``footage grab``."""

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("grab", examples="footage grab 1 0:02")
@click.argument("word", metavar="ASSET")
@click.argument("time", metavar="TIME")
@_options.dry_run
@pass_session
def command(session: Session, /, word: str, time: str, dry_run: bool) -> None:
    """Take a still out of a video.

    In full resolution: an asset of its own, with the facts and the flags of its video."""
    from footage.actions.grab import grab

    with session.library(dry_run=dry_run) as library:
        number = _options.one_asset(library, word)
        still = grab(library, number, time)
    if still is None:
        session.say(f"the frame at {time} would be taken out of asset {number}")
        session.document({"asset": None, "name": None, "from": number})
        return
    session.say(
        f"asset {still.number}: {still.name}, {still.width} x {still.height}, from asset {still.grabbed_from}"
    )
    session.document({"asset": still.number, "name": still.name, "from": still.grabbed_from})

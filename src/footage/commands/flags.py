"""``footage flags``."""

import click

from footage.commands import _options
from footage.commands._flags import say_flags
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("flags", examples="footage flags --open")
@_options.assets(required=False)
@click.option("--open", "is_open", is_flag=True, help="Only those that wait for a mask.")
@click.option("--proposed", is_flag=True, help="Only those that nobody has decided on.")
@click.option("--doubtful", is_flag=True, help="Only those whose mask may have lost what it follows.")
@pass_session
def command(
    session: Session, /, words: tuple[str, ...], is_open: bool, proposed: bool, doubtful: bool
) -> None:
    """List the flags of ASSETS, or all."""
    from footage.actions.find import select
    from footage.actions.flags import list_flags
    from footage.model.flag import State

    states = [state for state, wanted in ((State.OPEN, is_open), (State.PROPOSED, proposed)) if wanted]
    with session.library() as library:
        numbers = select(library, words) if words else None
        say_flags(session, library, list_flags(library, numbers, states, doubtful=doubtful))

"""``footage resolve``."""

import click

from footage.commands import _options
from footage.commands._flags import say_flags
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("resolve", examples='footage resolve 1 --dismiss --because "a mannequin"')
@click.argument("numbers", metavar="FLAG...", nargs=-1, required=True, type=int)
@click.option(
    "--confirm", "answer", flag_value="confirm", help="A proposal is right: it waits for a mask now."
)
@click.option("--dismiss", "answer", flag_value="dismiss", help="Nothing to hide; needs --because.")
@click.option("--looked", "answer", flag_value="looked", help="You looked at the mask and it is right.")
@click.option("--because", default="", help="Why; kept with the flag.")
@_options.dry_run
@pass_session
def command(
    session: Session, numbers: tuple[int, ...], answer: str | None, because: str, dry_run: bool
) -> None:
    """Answer flags."""
    from footage.actions.resolve import Answer, resolve

    if answer is None:
        raise click.UsageError("say --confirm, --dismiss or --looked")
    with session.library(dry_run=dry_run) as library:
        say_flags(session, library, resolve(library, numbers, Answer(answer), because))

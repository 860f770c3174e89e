"""``footage resolve``."""

import click

from footage.commands import _options
from footage.commands._flags import say_flags
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("resolve", examples='footage resolve 1 --dismiss --because "a mannequin"')
@click.argument("words", metavar="FLAG...", nargs=-1, required=True)
@click.option(
    "--confirm", "answer", flag_value="confirm", help="A proposal is right: it waits for a mask now."
)
@click.option("--dismiss", "answer", flag_value="dismiss", help="Nothing to hide; needs --because.")
@click.option("--looked", "answer", flag_value="looked", help="You looked at the mask and it is right.")
@click.option("--because", default="", help="Why; kept with the flag.")
@_options.dry_run
@pass_session
def command(
    session: Session, words: tuple[str, ...], answer: str | None, because: str, dry_run: bool
) -> None:
    """Answer flags."""
    from footage.actions.resolve import Answer, resolve

    if answer is None:
        raise click.UsageError("say --confirm, --dismiss or --looked")
    with session.library(dry_run=dry_run) as library:
        say_flags(session, library, resolve(library, _numbers(words), Answer(answer), because))


def _numbers(words: tuple[str, ...]) -> list[int]:
    """Flags' numbers, also several in one word with commas between."""
    parts = [part for word in words for part in word.split(",")]
    if wrong := next((part for part in parts if not part.isdecimal()), None):
        raise click.UsageError(f"{wrong!r} is no flag's number; footage flags lists them")
    return [int(part) for part in parts]

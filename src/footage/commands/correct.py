"""``footage correct``."""

from pathlib import Path
from shlex import quote

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("correct", examples='footage correct 1 --because "the place was wrong"')
@_options.assets()
@_options.notice
@_options.dry_run
@pass_session
def command(
    session: Session, /, words: tuple[str, ...], because: str, folder: Path | None, dry_run: bool
) -> None:
    """Tell everyone who was sent ASSETS what is said otherwise now.

    State the facts anew first. Then a notice for every receiver is written: what was said, what is to be
    used from now on, for people and for machines. The version rises.
    """
    from footage.actions.correct import correct
    from footage.actions.find import select
    from footage.commands._notices import notified_document, say_notified

    with session.library(dry_run=dry_run) as library:
        done = correct(library, select(library, words), because, folder)
    say_notified(session, done, dry_run=dry_run)
    for number, client in done.anew:
        named = f" --for {quote(client)}" if client else ""
        session.say(f"asset {number}: files that no notice can hold have changed; send it anew")
        session.say(f"  hint: footage export {number} --to DIR{named} --finish")
    anew = [{"asset": number, "for": client or None} for number, client in done.anew]
    session.document(notified_document(done) | {"anew": anew})

"""``footage kill``."""

from pathlib import Path

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("kill", examples='footage kill 1 --because "the footage is years older than we said"')
@_options.assets()
@_options.notice
@_options.dry_run
@pass_session
def command(
    session: Session, /, words: tuple[str, ...], because: str, folder: Path | None, dry_run: bool
) -> None:
    """Lock ASSETS for good, and tell everyone who has them.

    A kill notice for every receiver says to stop using them, and why; ready and export refuse them.
    A kill cannot be taken back. Grabs, copies and what looks alike are listed: they are not killed with it.
    """
    from footage.actions.find import select
    from footage.actions.kill import kill
    from footage.commands._notices import notified_document, say_notified

    with session.library(dry_run=dry_run) as library:
        done = kill(library, select(library, words, discarded=True), because, folder)
    for number in done.versions:
        session.say(f"asset {number}: {'would be killed' if dry_run else 'killed; it can never be exported'}")
    say_notified(session, done, dry_run=dry_run)
    if done.folder is None:
        session.say("nobody was sent it, so there is nobody to tell")
    if done.related:
        session.say("to decide on as well:")
        rows = [(one.asset.number, one.asset.name, one.how, _sent(one.sent)) for one in done.related]
        session.table(["asset", "name", "why", "sent"], rows, flexible="name")
        numbers = ",".join(str(one.asset.number) for one in done.related)
        session.say(f"  hint: footage kill {numbers} --because TEXT")
    related = [
        {"asset": one.asset.number, "name": one.asset.name, "of": one.of, "how": one.how, "sent": one.sent}
        for one in done.related
    ]
    session.document(notified_document(done) | {"related": related})


def _sent(sent: bool) -> str:
    return "yes" if sent else "no"

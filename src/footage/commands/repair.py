"""``footage repair``."""

from footage.commands._group import verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session


@verb("repair", examples="footage repair")
@dry_run
@pass_session
def command(session: Session, /, dry_run: bool) -> None:
    """Make whole what can be made again.

    Thumbnails, keyframes and the search index; takes up what a killed run left behind. Originals are
    never removed. A masked rendition that is lost opens its flags again.
    """
    from dataclasses import asdict

    from footage.actions.repair import repair

    with session.library(dry_run=dry_run) as library, session.progress() as progress:
        done = repair(library, progress)
    session.say(f"remade thumbnails and keyframes of: {_numbers(done.remade)}")
    if done.failed:
        session.note(f"could not be remade: {_numbers(done.failed)}")
        session.note("  hint: footage verify")
    session.say(f"taken up: {_numbers(done.adopted)}")
    session.say(f"wants a mask again: {_numbers(done.reopened)}")
    session.say(f"removed: {done.removed} renditions that nothing names, {done.swept} abandoned folders")
    for number in done.reopened:
        session.note(f"  hint: footage blur {number}")
    session.document(asdict(done))


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers)) or "none"

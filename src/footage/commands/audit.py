"""``footage audit``."""

from pathlib import Path

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

LEAKS_FOUND = 4
"""The exit code of files that should not go out, the same as of all that is refused."""


@verb(
    "audit",
    examples="""
    footage audit out
    footage audit out --against 1
    """,
)
@click.argument("target", metavar="FILE_OR_FOLDER", type=click.Path(path_type=Path))
@click.option("--against", metavar="ASSET", help="Look also for what this asset's flags hide.")
@pass_session
def command(session: Session, /, target: Path, against: str | None) -> None:
    """Look for leaks in any published file.

    Pictures inside pictures, places, times, cameras, hidden tracks, bytes that nothing names, also in files
    that were made elsewhere. A leak may show what was hidden, or where, when or by whom; a trace names the
    programs used. Pictures are compared with an asset's; sound is not. Exit code 4 where there is a leak.
    """
    from footage.actions.audit import audit
    from footage.model.leak import Severity, leaks_among

    with session.progress() as progress:
        if against is None:
            found = audit(target, None, None, progress)
        else:
            with session.library() as library:
                number = _options.one_asset(library, against)
                found = audit(target, library, number, progress)
    found = tuple(sorted(found, key=lambda each: each.severity is not Severity.LEAK))
    leaks = leaks_among(found)
    rows = [(each.severity.value, each.item, each.file, each.message) for each in found]
    if rows:
        session.table(["severity", "item", "file", "message"], rows)
    traces = len(found) - len(leaks)
    counted = f"{traces} trace{'s'[: traces != 1]}"
    if leaks:
        session.worsen(LEAKS_FOUND)
        session.say(f"{len(leaks)} leak{'s'[: len(leaks) != 1]}; {counted}")
    else:
        session.say(f"no leaks found; {counted}")
        session.say("this says nothing about what the pictures show and the sound says: look and listen")
    session.document(
        [
            {
                "file": each.file,
                "item": str(each.item),
                "severity": each.severity.value,
                "message": each.message,
            }
            for each in found
        ]
    )

"""``footage sheet``."""

from pathlib import Path

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("sheet", examples="footage sheet story:bakhmut --to sheet.html")
@_options.assets()
@click.option(
    "--to", "path", type=click.Path(path_type=Path), help="An HTML file.  [sheet.html in the library]"
)
@_options.dry_run
@pass_session
def command(session: Session, /, words: tuple[str, ...], path: Path | None, dry_run: bool) -> None:
    """Write a numbered contact sheet.

    One HTML file; what is flagged and not masked yet is covered in it."""
    from footage.actions.find import select
    from footage.actions.sheet import sheet

    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        made = sheet(library, numbers, " ".join(words), path)
    session.say(f"a contact sheet of {len(numbers)} assets is in {made}")
    session.document({"sheet": made, "assets": numbers})

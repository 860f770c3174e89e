"""``footage open``."""

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb("open", examples="footage open 1 --print")
@click.argument("word", metavar="ASSET")
@click.option("--original", is_flag=True, help="The original, unmasked; that you looked at it is logged.")
@click.option("--print", "only_print", is_flag=True, help="Only say where the file is.")
@pass_session
def command(session: Session, /, word: str, original: bool, only_print: bool) -> None:
    """Open an asset in the system's viewer.

    Masked where anything is flagged; it refuses while a flag has no mask."""
    from footage.actions.open import file_to_open, original_to_open

    with session.library() as library:
        number = _options.one_asset(library, word)
        path = original_to_open(library, number) if original else file_to_open(library, number)
    session.say(str(path))
    session.document({"asset": number, "path": str(path), "original": original})
    if not (only_print or session.json) and _launch(str(path)):
        session.note("no viewer answered; the file is where it says above")


def _launch(path: str) -> int:
    """Open a file in the system's viewer; gives its exit code."""
    import subprocess
    import sys

    viewer = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        return subprocess.run([viewer, path], capture_output=True, check=False).returncode
    except OSError:
        return 1

"""``footage export``."""

from pathlib import Path

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._profiles import ProfileOption
from footage.commands._session import Session, pass_session


@verb(
    "export",
    examples="""
    footage export story:bakhmut --to out
    footage export 1 --to web --profile web --finish
    """,
)
@_options.assets()
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="A new or empty folder.")
@click.option("--for", "client", default="", help="Who it is for; kept in the custody log.")
@click.option(
    "--profile",
    cls=ProfileOption,
    metavar="NAME",
    default="master",
    show_default=True,
)
@click.option("--style", help="The house style of the captions.  [the library's]")
@click.option("--ready-only", is_flag=True, help="Send what is ready and say what is held back.")
@click.option("--finish", is_flag=True, help="Render missing masks first.")
@click.option("--keep-location", is_flag=True, help="Let coordinates out; without this they never go.")
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    folder: Path,
    client: str,
    profile: str,
    style: str | None,
    ready_only: bool,
    finish: bool,
    keep_location: bool,
    dry_run: bool,
) -> None:
    """Hand ASSETS out as a package.

    Media, captions, metadata, ninjs and NewsML-G2, subtitles and shot lists where there are any, an index to
    look at, a manifest. All or nothing: what stands in the way is printed with the command that removes it.
    What is flagged goes out masked; of all metadata only what the desk stated goes along. A desk's own
    profiles lie in the library as profiles/NAME.toml.
    """
    from dataclasses import asdict

    from footage.actions.export import NotReady, Order, export
    from footage.actions.find import select
    from footage.commands._documents import clearance_document
    from footage.commands.ready import PROVEN_MEANS, say_clearances

    order = Order(folder, profile, style, client, finish, ready_only, keep_location)
    with session.library(dry_run=dry_run) as library, session.progress() as progress:
        numbers = select(library, words)
        try:
            done = export(library, numbers, order, progress)
        except NotReady as refused:
            held = [one for one in refused.clearances if not one.ready]
            say_clearances(session, held)
            refused.detail = {"clearances": [clearance_document(one) for one in held]}
            raise
    say_clearances(session, done.held)
    for note in done.notes:
        session.note(note)
    session.table(["file", "asset", "role", "bytes"], [(f.path, f.asset, f.role, f.size) for f in done.files])
    session.say(f"the package {'would be' if dry_run else 'is'} in {done.folder}")
    if done.masked:
        session.say(PROVEN_MEANS)
    session.document(
        {
            "folder": done.folder,
            "files": [asdict(file) for file in done.files],
            "notes": list(done.notes),
            "held": [clearance_document(one) for one in done.held],
        }
    )

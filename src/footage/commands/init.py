"""``footage init``."""

from pathlib import Path

import click

from footage.commands._group import verb
from footage.commands._session import Session, pass_session, present


@verb("init", examples="footage init nf --agency Newsflash --style newsflash")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--agency", help="Our own agency's name; it stands in every credit line.  [Newsflash]")
@click.option("--style", help="The house style of captions.  [newsflash]")
@click.option("--treatment", help="How masks hide: blur, mosaic or fill.  [blur]")
@click.option("--look", help="Whether a person must look at every mask: advised or required.  [advised]")
@pass_session
def command(session: Session, /, folder: Path | None, **stated: str | None) -> None:
    """Make a library in DIR.

    A library is a folder: its settings (footage.toml), its catalogue and its vault of originals.
    """
    from footage.actions.init import init

    root = (folder or session.folder or Path.cwd()).absolute()
    values = {name: value for name, value in stated.items() if value is not None}
    init(root, values, actor=session.who(), clock=present, environment=session.environment)
    session.say(f"made a library in {root}")
    session.document({"library": str(root)})

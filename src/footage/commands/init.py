"""``footage init``."""

from pathlib import Path

import click

from footage.commands._group import verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session


@verb("init", examples="footage init nf --agency Newsflash --style newsflash")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--agency", help="Our own agency's name; it stands in every credit line.  [Newsflash]")
@click.option("--style", help="The house style of captions.  [newsflash]")
@click.option("--treatment", help="How masks hide: blur, mosaic or fill.  [blur]")
@click.option("--look", help="Whether a person must look at every mask: advised or required.  [advised]")
@dry_run
@pass_session
def command(session: Session, /, folder: Path | None, dry_run: bool, **stated: str | None) -> None:
    """Make a library in DIR.

    Without DIR it is made where --library or FOOTAGE_LIBRARY says, else here. A library is a folder: its
    settings (footage.toml), its catalogue and its vault of originals.
    """
    from footage.actions.init import init

    named = folder or session.folder or session.environment.get("FOOTAGE_LIBRARY") or Path.cwd()
    root = Path(named).absolute()
    values = {name: value for name, value in stated.items() if value is not None}
    who = session.who()
    init(root, values, actor=who, clock=session.clock, environment=session.environment, dry_run=dry_run)
    session.say(f"would make a library in {root}" if dry_run else f"made a library in {root}")
    session.document({"library": str(root)})

"""``footage checked``."""

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb(
    "checked",
    examples="""
    footage checked 1 place --how "landmarks and satellite pictures"
    footage checked 1 date --not
    """,
)
@_options.assets()
@click.argument("about", type=click.Choice(("place", "date", "source")))
@click.option("--how", metavar="TEXT", default="", help="Verified, and by what; or by what contradicted.")
@click.option("--not", "standing", flag_value="unverified", help="It could not be verified.")
@click.option("--contradicted", "standing", flag_value="contradicted", help="It was found to be wrong.")
@_options.dry_run
@pass_session
def command(
    session: Session, /, words: tuple[str, ...], about: str, how: str, standing: str | None, dry_run: bool
) -> None:
    """Keep what a check of ASSETS found.

    Of their place, their date or their source. Captions are worded by it. It holds for what is stated now:
    state something else and it has to be checked anew. What was contradicted and is still stated holds the
    footage back.
    """
    from footage.actions.checked import check
    from footage.actions.find import select
    from footage.commands._provenance import verdict_document
    from footage.model.provenance import About, Standing

    if standing is None and not how:
        raise click.UsageError("say --how TEXT, --not or --contradicted")
    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        found = check(library, numbers, About(about), Standing(standing or "verified"), how)
    for one in found:
        by = f" by {how}" if how else ""
        fact = f" ({one.verdict.fact})" if one.verdict.fact else ""
        session.say(f"asset {one.asset}: {about}{fact}: {one.verdict.standing}{by}")
    session.document([{"asset": one.asset, **verdict_document(one.verdict)} for one in found])

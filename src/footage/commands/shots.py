"""``footage shots``."""

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session


@verb(
    "shots",
    examples="""
    footage shots 1
    footage shots 1 --describe 1 "Wide of the trench line"
    """,
)
@click.argument("word", metavar="ASSET")
@click.option("--describe", type=(int, str), metavar="N TEXT", help="Describe shot N in your words.")
@_options.dry_run
@pass_session
def command(session: Session, /, word: str, describe: tuple[int, str] | None, dry_run: bool) -> None:
    """List a video's shots."""
    from footage.actions.shots import describe as describe_shot
    from footage.actions.shots import list_shots
    from footage.commands._documents import shot_document

    with session.library(dry_run=dry_run) as library:
        number = _options.one_asset(library, word)
        if describe is not None:
            describe_shot(library, number, *describe)
        index, views = list_shots(library, number)
    rows = [
        (
            view.shot.number,
            index.timecode(view.shot.span.start),
            index.timecode(view.shot.span.end),
            view.shot.transition.value,
            view.shot.description,
        )
        for view in views
    ]
    session.table(["shot", "in", "out", "begins with", "description"], rows)
    session.document([shot_document(view.shot, index, view.keyframe) for view in views])

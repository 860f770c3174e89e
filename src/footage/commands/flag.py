"""``footage flag``."""

from typing import TYPE_CHECKING, Any

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.marking import Marking


@verb(
    "flag",
    examples="""
    footage flag 1 0:04 0:07 --reason death --region "0:04 40%,30%,20%,25%" --region "0:07 55%,35%,20%,25%"
    footage flag 1 --shot 1 --reason violence --treatment fill
    footage flag 2 --reason privacy --region 10%,10%,20%,20% --ellipse
    footage flag 1 --reason privacy --region "0:01 40%,30%,20%,25%" --follow
    footage flag 1 0:01 0:02 --reason language --mute
    footage flag 1 0:07 0:08 --reason death --treatment cut
    footage flag --edit 1 --region 40%,30%,25%,30%
    """,
)
@click.argument("words", metavar="ASSET [IN OUT]", nargs=-1)
@click.option("--shot", type=int, help="A whole shot, by its number.")
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    metavar="REASON",
    help="death violence suffering nudity sexuality language drugUse privacy minor prisoner (repeatable).",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar='["T ]X,Y,W,H["]',
    help="What to hide, in per cent or pixels of the displayed picture; with times before them, it moves "
    "in straight lines between them. Without one: the whole picture.",
)
@click.option(
    "--polygon",
    "polygons",
    multiple=True,
    metavar='["T ]X,Y X,Y X,Y …["]',
    help="The corners of what to hide, instead of a region.",
)
@click.option("--ellipse/--box", default=None, help="The outline of the mask in its region.")
@click.option(
    "--follow/--no-follow",
    default=None,
    help="The mask follows what the regions point at, to the ends of the span; without IN and OUT, of the "
    "shot. Where it may have lost it, the flag is doubtful.",
)
@click.option(
    "--treatment",
    type=click.Choice(["blur", "mosaic", "fill", "cut"]),
    help="How it is hidden; cut takes the span out.",
)
@click.option("--mute/--no-mute", default=None, help="Silence the span; without a region, only that.")
@click.option("--like", metavar="OTHER", help="Propose the flags of OTHER, of which ASSET is a copy.")
@click.option(
    "--by-source", is_flag=True, default=None, help="It was hidden before it reached us: told, not masked."
)
@click.option("--note", help="A note for the desk.")
@click.option("--edit", type=int, metavar="FLAG", help="Change this flag instead of raising one.")
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    edit: int | None,
    like: str | None,
    dry_run: bool,
    **said: Any,
) -> None:
    """Flag what needs a decision.

    A span, a shot, or a whole clip or still.

    Times: 12, 12.5, 0:12, 00:00:12:05 (timecode) or f305 (frame). A span ends before its OUT.
    """
    from footage.actions.flag import edit_flag, raise_flag
    from footage.commands._flags import say_flags
    from footage.commands._notices import note_receivers

    if edit is None and not words:
        raise click.UsageError("name the asset")
    span = words if edit is not None else words[1:]
    if like is not None:
        _propose_like(session, words, like, dry_run=dry_run, edit=edit, said=said)
        return
    marked = _marking(span, **said)
    with session.library(dry_run=dry_run) as library:
        with session.progress() as progress:
            if edit is None:
                flag = raise_flag(library, _options.one_asset(library, words[0]), marked, progress)
            else:
                flag = edit_flag(library, edit, marked, progress)
        say_flags(session, library, [flag])
        note_receivers(session, library, [flag.asset])


def _propose_like(
    session: Session,
    words: tuple[str, ...],
    like: str,
    *,
    dry_run: bool,
    edit: int | None,
    said: dict[str, Any],
) -> None:
    from footage.actions.like import flag_like
    from footage.commands._flags import say_flags

    if edit is not None or len(words) != 1 or any(said.values()):
        raise click.UsageError("--like takes the flags as they are: footage flag ASSET --like OTHER")
    with session.library(dry_run=dry_run) as library:
        number, other = (_options.one_asset(library, word) for word in (words[0], like))
        with session.progress() as progress:
            flags = flag_like(library, number, other, progress)
        if not flags:
            session.say(f"asset {number} has all flags of asset {other} already")
            session.document([])
            return
        say_flags(session, library, flags)


def _marking(
    span: tuple[str, ...], *, reasons: tuple[str, ...], treatment: str | None, **said: Any
) -> "Marking":
    """What the options say of a flag; reasons also several in one word with commas between."""
    from footage.actions.marking import Marking
    from footage.model.flag import Treatment, parse_reason

    if len(span) > 2:
        raise click.UsageError(
            "a flag takes one IN and one OUT; raise a second flag for another span; with --edit leave the "
            "asset out"
        )
    words = [part for word in reasons for part in word.split(",") if part.strip()]
    return Marking(
        start=span[0] if span else None,
        end=span[1] if len(span) == 2 else None,
        reasons=tuple(map(parse_reason, words)),
        treatment=Treatment(treatment) if treatment else None,
        **said,
    )

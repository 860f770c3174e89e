"""``footage find``."""

from typing import TYPE_CHECKING

import click

from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.find import Found

_BOM = "\ufeff"


@verb(
    "find",
    examples="""
    footage find
    footage find destroy positions kind:video released:2023-03
    footage find 'credit:@92OMBr not:drone sort:released'
    footage find story:bakhmut --csv
    """,
)
@click.argument("words", metavar="[QUERY...]", nargs=-1)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many at most.")
@click.option("--csv", "as_csv", is_flag=True, help="Print what was stated as a table for set --from.")
@click.option("--bom", is_flag=True, help="Begin the table with the mark by which Excel knows UTF-8.")
@pass_session
def command(session: Session, /, words: tuple[str, ...], limit: int, as_csv: bool, bom: bool) -> None:
    """Find assets; without a QUERY, all.

    Newest first.

    Words search all text. field:value narrows: credit, released, shot, kind, flagged, story, source, country,
    city, place, keyword, person, duration (30..), name, rating, damaged. not:WORD leaves out, sort:FIELD
    orders.
    """
    from footage.actions.find import find

    if as_csv:
        _print_table(session, words, limit, bom)
        return
    with session.library() as library:
        found = find(library, words, limit)
        session.document([_document(one) for one in found])
    rows = [_row(one) for one in found]
    if found:
        session.table(["no.", "kind", "length", "name", "credit", "story", ""], rows, flexible="credit")
    else:
        session.say("nothing found")
    _note_limit(session, len(found), limit)


def _print_table(session: Session, words: tuple[str, ...], limit: int, bom: bool) -> None:
    from footage.actions.facts_table import facts_table

    if session.json:
        raise click.UsageError("--csv and --json are two ways to print; choose one.")
    with session.library() as library:
        text, count = facts_table(library, words, limit)
    print(f"{_BOM if bom else ''}{text}", end="")
    _note_limit(session, count, limit)


def _note_limit(session: Session, count: int, limit: int) -> None:
    if count == limit:
        session.note(f"the first {limit}; more with --limit")


def _row(one: "Found") -> tuple[object, ...]:
    asset = one.listing
    damaged = asset.damaged and "damaged"
    return (asset.number, asset.kind.value, _length(one), asset.name, one.credit, asset.story, damaged)


def _length(one: "Found") -> str:
    from footage.model.span import clock

    duration = one.listing.duration
    return clock(duration) if duration is not None else ""


def _document(one: "Found") -> dict[str, object]:
    from footage.model.moment import moment_text

    listing = one.listing
    return {
        "number": listing.number,
        "sha256": listing.sha256,
        "name": listing.name,
        "kind": listing.kind.value,
        "duration": listing.duration,
        "width": listing.width,
        "height": listing.height,
        "credit": one.credit or None,
        "released": moment_text(listing.released) if listing.released else None,
        "caption": one.caption or None,
        "story": listing.story,
        "damaged": listing.damaged or None,
    }

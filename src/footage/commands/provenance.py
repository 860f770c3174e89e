"""``footage provenance``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.provenance import Provenance
    from footage.library import Library
    from footage.model.moment import Moment

_DEEDS = ("obtained", "relayed", "forget")
_TAKES = {"obtained": ("--from", "--on", "--statement"), "relayed": ("--by", "--with-statement")}


@verb(
    "provenance",
    examples="""
    footage provenance story:bakhmut
    footage provenance 1 obtained --from 92ombr --on 2023-03-24 --statement "We go on."
    footage provenance 1 relayed --by 92ombr
    """,
)
@click.argument("words", metavar="ASSETS... [obtained|relayed|forget]", nargs=-1, required=True)
@click.option("--from", "party", metavar="KEY", help="obtained: from whom (a source's key, or an @handle).")
@click.option("--on", metavar="DATE", help="obtained: when.")
@click.option("--statement", metavar="TEXT", help="obtained: what they said with it.")
@click.option("--by", "parties", metavar="KEY", multiple=True, help="relayed: by whom (repeatable).")
@click.option("--with-statement", is_flag=True, help="relayed: the statement too.")
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    party: str | None,
    on: str | None,
    statement: str | None,
    parties: tuple[str, ...],
    with_statement: bool,
    dry_run: bool,
) -> None:
    """Say where ASSETS came from.

    The chain follows from --source, --released, --statement and --relayed-by of the facts. What is recorded
    here wins: from whom they were obtained, and who relayed them; forget takes the record away.
    """
    from footage.actions.find import select
    from footage.actions.provenance import forget, obtained, provenance, relayed

    deed = words[-1] if words[-1] in _DEEDS else ""
    given = {"--from": party, "--on": on, "--statement": statement, "--by": parties}
    _insist(deed, [name for name, value in given.items() if value] + ["--with-statement"] * with_statement)
    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words[:-1] if deed else words)
        match deed:
            case "obtained":
                assert party is not None
                found = obtained(library, numbers, party, _moment(library, on), statement or "")
            case "relayed":
                found = relayed(library, numbers, parties, with_statement=with_statement)
            case "forget":
                found = forget(library, numbers)
            case _:
                found = provenance(library, numbers)
    _say(session, found)


def _insist(deed: str, given: Sequence[str]) -> None:
    """Refuse options that do not belong to the deed, and a deed that lacks its own."""
    for option in given:
        if option not in _TAKES.get(deed, ()):
            meant = next(name for name, options in _TAKES.items() if option in options)
            raise click.UsageError(f"{option} belongs to: footage provenance ASSETS {meant} {option} …")
    for name, option in (("obtained", "--from"), ("relayed", "--by")):
        if deed == name and option not in given:
            raise click.UsageError(f"{deed} needs {option} KEY")


def _moment(library: "Library", text: str | None) -> "Moment | None":
    from footage.model.moment import parse_moment

    return parse_moment(text, library.today()) if text else None


def _say(session: Session, found: "Sequence[Provenance]") -> None:
    from footage.commands._provenance import provenance_document

    for one in found:
        for sentence in one.sentences:
            session.say(f"{one.asset}: {sentence}" if len(found) > 1 else sentence)
        if not one.sentences:
            session.note(f"footage: nothing is known of where asset {one.asset} came from")
            session.note(f"  hint: footage set {one.asset} --source KEY")
    session.document([{"asset": one.asset, **provenance_document(one)} for one in found])

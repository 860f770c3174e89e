"""``footage caption``."""

from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.caption import Captioned


@verb(
    "caption",
    examples="""
    footage caption 1
    footage caption 1 --style ap --check
    """,
)
@_options.assets()
@click.option("--style", help="A house style: newsflash, ap.  [the library's]")
@click.option("--check", is_flag=True, help="Say what a sub-editor would; a contradiction is exit code 4.")
@click.option("--write", metavar="TEXT", help='Keep your own words; "" gives the composed caption back.')
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    style: str | None,
    check: bool,
    write: str | None,
    dry_run: bool,
) -> None:
    """Print captions in a house style.

    They are worded from the facts of ASSETS; your own words are kept with --write."""
    from footage.actions.caption import caption, write_caption
    from footage.actions.find import select

    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        if write is not None:
            write_caption(library, numbers, write, style)
        found = caption(library, numbers, style)
    session.document([_document(one) for one in found])
    for one in found:
        _say(session, one, check=check, several=len(found) > 1)


def _say(session: Session, one: "Captioned", *, check: bool, several: bool) -> None:
    from footage.model.caption import Weight

    number = one.asset.number
    contradicted = any(finding.weight is Weight.CONTRADICTION for finding in one.findings)
    if one.text:
        session.say(f"{number}: {one.text}" if several else one.text)
    for what, option in one.lacks:
        session.note(f"footage: asset {number} has no caption yet: it lacks {what}")
        session.note(f"  hint: footage set {number} {option}")
    for finding in one.findings:
        if check or finding.weight is Weight.CONTRADICTION:
            tail = f" -> {finding.proposal}" if finding.proposal else ""
            session.note(f"{number}: {finding.weight}: {finding.rule}: {finding.message}{tail}")
    if check and one.text and not one.findings:
        session.note(f"{number}: nothing to mend")
    if one.lacks or (check and contradicted):
        session.worsen(4)


def _document(one: "Captioned") -> dict[str, object]:
    from footage.commands._documents import finding_documents

    return {
        "asset": one.asset.number,
        "style": one.style,
        "text": one.text or None,
        "written": one.written,
        "credit": one.credit or None,
        "lacks": [{"what": what, "option": option} for what, option in one.lacks],
        "findings": finding_documents(one.findings),
    }

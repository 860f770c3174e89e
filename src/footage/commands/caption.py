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
    footage caption 1 --read "Smoke rises in Bakhmut in undated footage. (@92OMBr/Newsflash)"
    """,
)
@_options.assets()
@click.option("--style", help="A house style (footage style list).  [the library's]")
@click.option("--check", is_flag=True, help="Say what a sub-editor would; a contradiction is exit code 4.")
@click.option("--write", metavar="TEXT", help='Keep your own words; "" gives the composed caption back.')
@click.option("--read", "reading", metavar="TEXT_OR_FILE", help="Say which facts a caption states.")
@click.option("--accept", is_flag=True, help="With --read: state them of ASSETS.")
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    style: str | None,
    check: bool,
    write: str | None,
    reading: str | None,
    accept: bool,
    dry_run: bool,
) -> None:
    """Print captions in a house style.

    They are worded from the facts of ASSETS; your own words are kept with --write. --read takes the facts out
    of a caption that somebody else wrote; they are proposals until you --accept them."""
    from footage.actions.caption import caption, write_caption
    from footage.actions.find import select

    if reading is not None and (write is not None or check):
        raise click.UsageError("--read does not go with --write or --check")
    if accept and reading is None:
        raise click.UsageError("--accept goes with --read")
    if reading is not None:
        _read(session, words, reading, style, accept=accept, dry_run=dry_run)
        return
    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        if write is not None:
            write_caption(library, numbers, write, style)
        found = caption(library, numbers, style)
    session.document([_document(one) for one in found])
    for one in found:
        _say(session, one, check=check, several=len(found) > 1)


def _read(
    session: Session, words: tuple[str, ...], reading: str, style: str | None, *, accept: bool, dry_run: bool
) -> None:
    from footage.actions.find import select
    from footage.actions.read_caption import caption_text, read_back
    from footage.commands._readings import say_read_back

    text = caption_text(reading)
    with session.library(dry_run=dry_run) as library:
        back = read_back(library, select(library, words), text, style, accept=accept)
    say_read_back(session, back)


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
            where = f" (characters {finding.span[0]} to {finding.span[1]})" if finding.span else ""
            tail = f" -> {finding.proposal}" if finding.proposal else ""
            session.note(f"{number}: {finding.weight}: {finding.rule}: {finding.message}{where}{tail}")
    if check and one.text:
        if not one.findings:
            session.note(f"{number}: nothing to mend")
        session.note(f"{number}: {one.meter}")
    if one.lacks or (check and contradicted):
        session.worsen(4)


def _document(one: "Captioned") -> dict[str, object]:
    from dataclasses import asdict

    from footage.commands._documents import finding_documents

    documents = finding_documents(one.findings)
    for document, finding in zip(documents, one.findings, strict=True):
        document["span"] = list(finding.span) if finding.span else None
        document["words"] = one.text[slice(*finding.span)] if finding.span else None
    return {
        "asset": one.asset.number,
        "style": one.style,
        "text": one.text or None,
        "written": one.written,
        "credit": one.credit or None,
        "lacks": [{"what": what, "option": option} for what, option in one.lacks],
        "findings": documents,
        "bytes": asdict(one.meter),
    }

"""``footage blur``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session
from footage.errors import FootageError

if TYPE_CHECKING:
    from footage.actions.blur import Blurred
    from footage.library import Library
    from footage.model.flag import Treatment


@verb(
    "blur",
    examples="""
    footage blur 1
    footage blur 1 --preview
    footage blur flagged:open --treatment mosaic
    """,
)
@_options.assets()
@click.option("--flag", "only", multiple=True, type=int, metavar="FLAG", help="Only this flag (repeatable).")
@click.option("--treatment", type=click.Choice(["blur", "mosaic", "fill"]), help="How the masks hide.")
@click.option("--preview", is_flag=True, help="Only a strip of masked frames to look at; changes nothing.")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Where the preview goes (a .png)."
)
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    only: tuple[int, ...],
    treatment: str | None,
    preview: bool,
    to: Path | None,
    dry_run: bool,
) -> None:
    """Hide what is flagged, and prove it.

    Renders the masks of ASSETS, reads the file back, proves it, keeps it. The three treatments carry
    nothing of what they hide. The original stays as it is.
    """
    from footage.actions.find import select
    from footage.model.flag import Treatment

    chosen = Treatment(treatment) if treatment else None
    documents = []
    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        if preview:
            _preview(session, library, numbers, chosen, to)
            return
        for number in numbers:
            try:
                documents.append(_blur(session, library, number, only, chosen))
            except FootageError as error:
                if len(numbers) == 1:
                    raise
                documents.append(_failed(session, number, error))
    session.document([document for document in documents if document])


def _blur(
    session: Session, library: "Library", number: int, only: tuple[int, ...], chosen: "Treatment | None"
) -> dict[str, object] | None:
    from footage.actions.blur import blur

    with session.progress() as progress:
        made = blur(library, number, progress, only=only, treatment=chosen)
    if made is None:
        session.say(f"asset {number}: would be masked")
        return None
    what = "masked already" if made.reused else f"masked and proven, {made.frames_encoded} frames encoded"
    session.say(f"asset {number}: {what}")
    return _document(made)


def _document(made: "Blurred") -> dict[str, object]:
    return {
        "asset": made.asset,
        "rendition": made.path,
        "frames_encoded": made.frames_encoded,
        "frames_copied": made.frames_copied,
        "whole": made.whole or None,
        "proof": {"ok": made.proof.ok, **made.proof.passed()},
        "reused": made.reused,
    }


def _failed(session: Session, number: int, error: FootageError) -> dict[str, object]:
    from footage.commands._door import exit_code

    session.worsen(exit_code(error))
    session.note(f"footage: asset {number}: {error.message}")
    if error.hint:
        session.note(f"  hint: {error.hint}")
    return {"asset": number, "error": {"kind": error.kind, "message": error.message, "hint": error.hint}}


def _preview(
    session: Session, library: "Library", numbers: list[int], chosen: "Treatment | None", to: Path | None
) -> None:
    from footage.actions.preview import preview

    if to is not None and len(numbers) != 1:
        raise click.UsageError("--to takes one asset's preview")
    documents = []
    for number in numbers:
        path = preview(library, number, to, chosen)
        session.say(f"asset {number}: a strip of masked frames is in {path}")
        documents.append({"asset": number, "preview": str(path)})
    session.document(documents)

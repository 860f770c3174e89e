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
@click.option(
    "--treatment",
    type=click.Choice(["blur", "mosaic", "fill"]),
    help="How the masks hide; what is to be cut out stays so.",
)
@click.option("--whole", is_flag=True, help="Encode every frame anew, also those that nothing touches.")
@click.option(
    "--preview",
    is_flag=True,
    help="Only show where the masks lie, as outlines: a strip and a small video. Changes nothing.",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the preview goes: a .png (the strip) or an .mp4 (the video).",
)
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    only: tuple[int, ...],
    treatment: str | None,
    whole: bool,
    preview: bool,
    to: Path | None,
    dry_run: bool,
) -> None:
    """Hide what is flagged, and prove it.

    Masks, cuts and silences what the flags of ASSETS ask for, reads the file back, proves it, keeps it. Only
    the frames around it are encoded; the others are copied. The treatments carry nothing of what they hide.
    The original stays as it is.
    """
    from footage.actions.blur import Order, blur_each
    from footage.actions.find import select
    from footage.commands._notices import note_receivers
    from footage.model.flag import Treatment

    chosen = Treatment(treatment) if treatment else None
    if to is not None and not preview:
        raise click.UsageError("--to says where a preview goes: footage blur ASSET --preview --to FILE.png")
    with session.library(dry_run=dry_run) as library:
        numbers = select(library, words)
        if preview:
            if only:
                raise click.UsageError("--preview shows all flags of an asset; leave out --flag")
            _preview(session, library, numbers, chosen, to)
            return
        with session.progress() as progress:
            answers = list(blur_each(library, numbers, progress, Order(only, chosen, whole)))
        made = [one.asset for one in answers if one and not isinstance(one, FootageError) and not one.reused]
        note_receivers(session, library, made)
    if len(answers) == 1 and isinstance(answers[0], FootageError):
        raise answers[0]
    documents = [_said(session, *pair) for pair in zip(numbers, answers, strict=True)]
    session.document([document for document in documents if document])


def _said(session: Session, number: int, answer: "Blurred | FootageError | None") -> dict[str, object] | None:
    """Say how one asset fared; gives its document."""
    if answer is None:
        session.say(f"asset {number}: would be masked")
        return None
    if isinstance(answer, FootageError):
        return _failed(session, number, answer)
    session.say(f"asset {number}: {_done_words(answer)}")
    if answer.whole:
        session.say(f"  every frame was encoded: {answer.whole}")
    for note in answer.notes:
        session.say(f"  {note}")
    for flag in answer.doubtful:
        session.say(f"  the mask of flag {flag} may have lost what it follows: footage flags --doubtful")
    return _document(answer)


def _done_words(made: "Blurred") -> str:
    done = ", ".join(made.done)
    if made.reused:
        return f"{done} already"
    copied = f", {made.frames_copied} copied" if made.frames_copied else ""
    return f"{done} and proven, {made.frames_encoded} frames encoded{copied}"


def _document(made: "Blurred") -> dict[str, object]:
    return {
        "asset": made.asset,
        "rendition": made.path,
        "frames_encoded": made.frames_encoded,
        "frames_copied": made.frames_copied,
        "whole": made.whole or None,
        "notes": list(made.notes),
        "proof": {"ok": made.proof.ok, **made.proof.passed()},
        "reused": made.reused,
        "doubtful": list(made.doubtful),
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
        with session.progress() as progress:
            paths = preview(library, number, to, chosen, progress)
        for path in paths:
            kind = "a strip" if path.suffix == ".png" else "a small video"
            session.say(f"asset {number}: {kind} with the masks outlined is in {path}")
        documents += [{"asset": number, "preview": str(path)} for path in paths]
    session.note("previews show what is hidden: they are for the desk, and to be deleted")
    session.document(documents)

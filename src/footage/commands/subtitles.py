"""``footage subtitles``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footage.actions.subtitles import Subtitles
    from footage.model.subtitle_checks import CueFinding


@verb(
    "subtitles",
    examples="""
    footage subtitles 1 --read clip.srt --language uk
    footage subtitles 1
    """,
)
@click.argument("word", metavar="ASSET")
@click.option("--read", type=click.Path(path_type=Path), metavar="FILE", help="Take in a .vtt or .srt file.")
@click.option("--write", type=click.Path(path_type=Path), metavar="FILE", help="Write a .vtt or .srt file.")
@click.option("--check", metavar="PROFILE", help="Say what is wrong by netflix, bbc, teletext or cea-608.")
@click.option("--language", metavar="CODE", help="Which language (uk).  [the one spoken, or the only one]")
@click.option("--original", is_flag=True, help="With --write: what is cut or silenced too; it is logged.")
@click.option("--remove", is_flag=True, help="Forget the subtitles.")
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    word: str,
    read: Path | None,
    write: Path | None,
    check: str | None,
    language: str | None,
    original: bool,
    remove: bool,
    dry_run: bool,
) -> None:
    """Read, check and write a video's subtitles.

    --write is in step with the clip's cuts, and leaves out every cue in which sound is silenced."""
    from footage.actions import subtitles as deeds
    from footage.errors import Usage

    if (original and not write) or (remove and (read or write or check)):
        raise Usage("these options do not go together", "footage subtitles --help")
    with session.library(dry_run=dry_run) as library:
        number = _options.one_asset(library, word)
        if remove:
            found = deeds.remove_subtitles(library, number, language)
        elif read:
            found = deeds.read_subtitles(library, number, read, language)
        else:
            found = deeds.show_subtitles(library, number, language)
        findings = deeds.check_subtitles(found, check) if check else ()
        notes = found.notes
        if write:
            notes += deeds.write_subtitles(library, found, write, original=original)
    session.document(_document(found, findings, notes, write))
    for note in notes:
        session.note(f"{number}: {note}")
    count = f"{len(found.cues)} {'cue' if len(found.cues) == 1 else 'cues'} in {found.language}"
    if remove:
        session.say(f"asset {number}: forgot {count}")
    elif read:
        session.say(f"asset {number}: {count}")
    if write:
        session.say(f"the subtitles of asset {number} are in {write}")
    if check:
        _say_findings(session, found, findings)
    elif not (read or write or remove):
        _say_cues(session, found)


def _say_cues(session: Session, found: "Subtitles") -> None:
    if not found.cues:
        session.say(f"asset {found.asset} has no subtitles")
        session.note(f"  hint: footage subtitles {found.asset} --read FILE.srt")
        return
    rows = [(at, *_times(found, at), cue.text) for at, cue in enumerate(found.cues, 1)]
    session.table(["cue", "in", "out", found.language], rows)


def _times(found: "Subtitles", number: int) -> tuple[str, str]:
    from footage.model.span import clock

    span = found.cues[number - 1].span
    start, end = (found.index.seconds(tick) for tick in (span.start, span.end))
    return clock(start, thousandths=True), clock(end, thousandths=True)


def _say_findings(session: Session, found: "Subtitles", findings: "Sequence[CueFinding]") -> None:
    if not findings:
        session.say("nothing to mend")
        return
    rows = [
        (each.cue, _times(found, each.cue)[0], each.rule, each.message, each.proposal) for each in findings
    ]
    session.table(["cue", "in", "rule", "finding", "proposal"], rows, flexible="finding")


def _document(
    found: "Subtitles", findings: "Sequence[CueFinding]", notes: "Sequence[str]", written: Path | None
) -> dict[str, object]:
    seconds = found.index.seconds
    return {
        "asset": found.asset,
        "language": found.language,
        "cues": [
            {"number": at, "in": seconds(cue.span.start), "out": seconds(cue.span.end), "text": cue.text}
            for at, cue in enumerate(found.cues, 1)
        ],
        "findings": [
            {"cue": f.cue, "at": f.at, "rule": f.rule, "message": f.message, "proposal": f.proposal}
            for f in findings
        ],
        "written": written,
        "notes": list(notes),
    }

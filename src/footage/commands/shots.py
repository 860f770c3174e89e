"""``footage shots``."""

from typing import TYPE_CHECKING, Any

import click

from footage.commands import _options
from footage.commands._group import verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.library import Library


@verb(
    "shots",
    examples="""
    footage shots 1
    footage shots 1 --describe 1 "Wide of the trench line"
    footage shots 1 --soundbite 0:01 0:03 --speaker "Ivan Sirko, commander" --language uk --quote "We hold."
    footage shots story:bakhmut --format script
    """,
)
@_options.assets()
@click.option("--describe", type=(int, str), metavar="N TEXT", help="Describe shot N in your words.")
@click.option("--soundbite", type=(str, str), metavar="IN OUT", help="Say when somebody speaks.")
@click.option("--speaker", metavar="TEXT", help='Who: "Name, title".')
@click.option("--language", metavar="TEXT", help="In which language.  [the one stated of the asset]")
@click.option("--quote", metavar="TEXT", help='What is said; "" takes the soundbite away.')
@click.option(
    "--format",
    "layout",
    type=click.Choice(["table", "script", "csv"]),
    default="table",
    help="script and csv: as the clip goes out, cuts made.",
)
@_options.dry_run
@pass_session
def command(
    session: Session,
    /,
    words: tuple[str, ...],
    describe: tuple[int, str] | None,
    soundbite: tuple[str, str] | None,
    speaker: str | None,
    language: str | None,
    quote: str | None,
    layout: str,
    dry_run: bool,
) -> None:
    """List videos' shots and soundbites, and write shot lists.

    A script says who, where and when, shot by shot, as agencies send it to their clients."""
    from footage.actions import shots as deeds
    from footage.actions.find import select

    _insist_on_sense(soundbite, (speaker, language), quote)
    with session.library(dry_run=dry_run) as library:
        if describe is not None:
            deeds.describe(library, _one(library, words), *describe)
        if soundbite is not None and quote is not None:
            number = _one(library, words)
            deeds.quote(library, number, soundbite, speaker or "", quote, language)
        numbers = select(library, words)
        if layout == "table":
            _table(session, library, numbers)
            return
        made = deeds.shot_list(library, numbers)
    text = made.script() if layout == "script" else made.csv()
    session.document({"assets": [clip.asset for clip in made.clips], "format": layout, "text": text})
    for note in made.notes:
        session.note(note)
    for line in text.rstrip("\n").split("\n"):
        session.say(line)


def _insist_on_sense(
    soundbite: tuple[str, str] | None, told: tuple[str | None, ...], quote: str | None
) -> None:
    from footage.errors import Usage

    if (soundbite is None) != (quote is None) or (soundbite is None and any(told)):
        hint = '--soundbite IN OUT --speaker "NAME, TITLE" --quote "…"'
        raise Usage("a soundbite is told by its times, its speaker and its quote", hint)


def _one(library: "Library", words: tuple[str, ...]) -> int:
    from footage.errors import Usage

    if len(words) > 1:
        raise Usage("only one asset can be described or quoted at a time", "name one by its number")
    return _options.one_asset(library, words[0])


def _table(session: Session, library: "Library", numbers: list[int]) -> None:
    from footage.actions.shots import list_shots, list_soundbites
    from footage.commands._documents import shot_document

    rows: list[tuple[object, ...]] = []
    said: list[tuple[object, ...]] = []
    documents: list[dict[str, Any]] = []
    several = len(numbers) > 1
    for number in numbers:
        index, views = list_shots(library, number)
        bites = list_soundbites(library, number)
        head = (number,) if several else ()
        for view in views:
            shot, span = view.shot, view.shot.span
            times = index.timecode(span.start), index.timecode(span.end)
            rows.append((*head, shot.number, *times, shot.transition.value, shot.description))
            within = [
                {
                    "in": index.seconds(bite.span.start),
                    "out": index.seconds(bite.span.end),
                    "language": bite.language,
                    "speaker": bite.speaker,
                    "quote": bite.quote,
                }
                for bite in bites
                if bite.span.start in span
            ]
            document = shot_document(shot, index, view.keyframe)
            documents.append({"asset": number, **document, "soundbites": within})
        for bite in bites:
            times = index.timecode(bite.span.start), index.timecode(bite.span.end)
            said.append((*head, *times, bite.language, bite.speaker, bite.quote))
    heads = ["asset"] if several else []
    session.table([*heads, "shot", "in", "out", "begins with", "description"], rows)
    if said:
        session.say()
        session.table([*heads, "in", "out", "language", "soundbite of", "quote"], said)
    session.document(documents)

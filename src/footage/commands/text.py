"""``footage text``."""

from typing import TYPE_CHECKING, Any

import click

from footage.commands._group import VerbWithDeeds, verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from datetime import date

    from footage.actions.text import TextView


@click.group("text", cls=VerbWithDeeds)
def command() -> None:
    """Paragraphs used again and again.

    Dated, attributed, with dates that count."""


def _options(function: Any) -> Any:
    for option in (
        click.option("--days", type=click.IntRange(0, 36500), help="For how many days after that it holds."),
        click.option("--as-of", metavar="DATE", help="The day its figures hold for."),
        click.option("--source", metavar="KEY", help="Who says so: a source's key, or an @handle."),
    ):
        function = option(function)
    return function


@verb(
    "add",
    examples="""
    footage text add war-day "It is the {days since 2022-02-24, ordinal} day of the full-scale war."
    footage text add losses "The brigade claims ten tanks." --source 92ombr --as-of today --days 2
    """,
)
@click.argument("key")
@click.argument("text")
@_options
@dry_run
@pass_session
def add(session: Session, /, key: str, text: str, dry_run: bool, **stated: Any) -> None:
    """Keep TEXT under KEY.

    What stands in braces counts: {days since 2022-02-24}, also weeks, months and years; with ", ordinal" it
    says 394th. A story that names {text:KEY} has the text in that place.
    """
    from footage.actions.text import add_text
    from footage.model.standing import StandingText

    with session.library(dry_run=dry_run) as library:
        made = add_text(library, StandingText(key, text, **_stated(stated, library.today())))
    _say(session, made)


@verb("set", examples='footage text set toll "The brigade claims twelve tanks." --as-of today')
@click.argument("key")
@click.argument("text", required=False)
@_options
@dry_run
@pass_session
def set_(session: Session, /, key: str, text: str | None, dry_run: bool, **stated: Any) -> None:
    """Write the text KEY anew, or change how long it holds."""
    from footage.actions.text import set_text

    with session.library(dry_run=dry_run) as library:
        values = _stated({"text": text, **stated}, library.today())
        made = set_text(library, key, values)
    _say(session, made)


@verb("show", examples="footage text show toll --on 2023-03-24")
@click.argument("key")
@click.option("--on", metavar="DATE", help="As it reads on that day.  [today]")
@pass_session
def show(session: Session, /, key: str, on: str | None) -> None:
    """Print the text KEY as it reads on a day."""
    from footage.actions.text import show_text
    from footage.model.moment import parse_day

    with session.library() as library:
        view = show_text(library, key, parse_day(on, library.today()) if on else None)
    _say(session, view)


@verb("list", examples="footage text list")
@pass_session
def list_(session: Session, /) -> None:
    """List the texts, as they read today."""
    from footage.actions.text import list_texts

    with session.library() as library:
        views = list_texts(library)
    rows = [(v.text.key, v.text.source, _held(v), " ".join(v.worded.split())) for v in views]
    session.table(["key", "source", "holds", "text"], rows)
    session.document([_document(view) for view in views])


@verb("use", examples="footage text use toll bakhmut")
@click.argument("key")
@click.argument("slug")
@dry_run
@pass_session
def use(session: Session, /, key: str, slug: str, dry_run: bool) -> None:
    """Put the text KEY at the end of the story SLUG, by its name."""
    from footage.actions.text import use_text

    with session.library(dry_run=dry_run) as library:
        story = use_text(library, key, slug)
    session.say(f"story {story.slug}: {{text:{key}}} stands at its end")
    session.document({"slug": story.slug, "text": story.text})


def _stated(stated: dict[str, Any], today: "date") -> dict[str, Any]:
    from footage.model.moment import parse_day

    given = {name: value for name, value in stated.items() if value is not None}
    if "as_of" in given:
        given["as_of"] = parse_day(given["as_of"], today)
    return given


def _held(view: "TextView") -> str:
    until = view.text.until
    if until is None:
        return f"as of {view.text.as_of}" if view.text.as_of else "always"
    return f"held until {until}" if view.stale else f"until {until}"


def _say(session: Session, view: "TextView") -> None:
    for line in view.worded.splitlines():
        session.say(line)
    key = view.text.key
    if view.unknown:
        unknown = ", ".join(view.unknown)
        session.note(f"footage: the text {key} has variables that nothing is known of: {unknown}")
        session.note('  hint: {days since 2022-02-24}, or weeks, months, years; with ", ordinal" for 394th')
    if view.stale:
        session.note(f"footage: the text {key} is out of date: it held until {view.text.until}")
        session.note(f'  hint: footage text set {key} "…" --as-of today')
    session.document(_document(view))


def _document(view: "TextView") -> dict[str, object]:
    text = view.text
    return {
        "key": text.key,
        "text": text.text,
        "worded": view.worded,
        "on": view.on.isoformat(),
        "source": text.source or None,
        "as_of": text.as_of.isoformat() if text.as_of else None,
        "days": text.days,
        "until": text.until.isoformat() if text.until else None,
        "stale": view.stale,
        "unknown": list(view.unknown),
        "stories": list(view.stories),
    }


for _deed in (add, set_, show, list_, use):
    command.add_command(_deed)

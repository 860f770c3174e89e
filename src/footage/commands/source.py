"""``footage source``."""

from typing import TYPE_CHECKING, Any

import click

from footage.commands._group import VerbWithDeeds, verb
from footage.commands._options import dry_run
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.model.source import Source

_KINDS = ("military", "government", "agency", "eyewitness", "channel", "staff", "person")


@click.group("source", cls=VerbWithDeeds)
def command() -> None:
    """Who releases footage.

    Their long name, their words in captions, their handle."""


def _words(function: Any) -> Any:
    for option in (
        click.option(
            "--article/--no-article", default=None, help='Whether sentences put "the" before the name.'
        ),
        click.option(
            "--withheld/--not-withheld",
            default=None,
            help="Whether its long name stays in the house; --in-caption is told in its place.",
        ),
        click.option("--kind", type=click.Choice(_KINDS), help="What sort of source it is."),
        click.option("--handle", help="Its handle, with the at sign (@92OMBr)."),
        click.option("--in-caption", help='As captions write it, article included ("the 92nd OMBr").'),
        click.option("--name", help="Its long name."),
    ):
        function = option(function)
    return function


@verb(
    "add",
    examples='footage source add 7fb --name "7th Field Brigade" --in-caption "the 7th" --handle @7fb',
)
@click.argument("key")
@_words
@dry_run
@pass_session
def add(session: Session, /, key: str, dry_run: bool, **stated: Any) -> None:
    """Add a source under the short name KEY."""
    from footage.actions.source import add_source
    from footage.commands._documents import source_document
    from footage.model.source import Source, SourceKind

    given = {name: value for name, value in stated.items() if value is not None}
    kind = SourceKind(given.pop("kind", "channel"))
    article = given.pop("article", kind not in (SourceKind.PERSON, SourceKind.EYEWITNESS))
    with session.library(make=True, dry_run=dry_run) as library:
        made = add_source(library, Source(key, kind=kind, article=article, **given))
    session.say(_said(made))
    session.document(source_document(made))


@verb("set", examples='footage source set 92ombr --in-caption "the 92nd OMBr"')
@click.argument("key")
@_words
@dry_run
@pass_session
def set_(session: Session, /, key: str, dry_run: bool, **stated: Any) -> None:
    """Change what is stated of the source KEY."""
    from footage.actions.source import set_source
    from footage.commands._documents import source_document
    from footage.model.source import SourceKind

    given = {name: value for name, value in stated.items() if value is not None}
    if "kind" in given:
        given["kind"] = SourceKind(given["kind"])
    with session.library(dry_run=dry_run) as library:
        made = set_source(library, key, given)
    session.say(_said(made))
    session.document(source_document(made))


def _said(source: "Source") -> str:
    told = f"source {source.key}: {source.name} ({source.in_caption}) {source.handle}".rstrip()
    return f"{told}, name withheld" if source.withheld else told


@verb("list", examples="footage source list")
@pass_session
def list_(session: Session) -> None:
    """List the sources."""
    from footage.actions.source import list_sources
    from footage.commands._documents import source_document

    with session.library() as library:
        found = list_sources(library)
    rows = [
        (s.key, s.handle, s.in_caption or "(stub: fill it in)", s.name, "name withheld" if s.withheld else "")
        for s in found
    ]
    session.table(["key", "handle", "in captions", "name", ""], rows, flexible="name")
    session.document([source_document(source) for source in found])


@verb("show", examples="footage source show 92ombr")
@click.argument("key")
@pass_session
def show(session: Session, /, key: str) -> None:
    """Show one source."""
    from footage.actions.source import show_source
    from footage.commands._documents import source_document

    with session.library() as library:
        source = show_source(library, key)
    rows = [(name, value) for name, value in source_document(source).items() if name != "withheld"]
    if source.withheld:
        rows.append(("", "name withheld"))
    session.table(["", ""], rows)
    session.document(source_document(source))


for _deed in (add, set_, list_, show):
    command.add_command(_deed)

"""``footage style``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from footage.commands._group import VerbWithDeeds, verb
from footage.commands._session import Session, pass_session

if TYPE_CHECKING:
    from footage.actions.style import Shown


@click.group("style", cls=VerbWithDeeds)
def command() -> None:
    """How captions are worded.

    House styles come with the program; a library's own lie in its folder styles/, a TOML file each."""


@verb("list", examples="footage style list")
@pass_session
def list_(session: Session) -> None:
    """List the house styles and where they come from."""
    from footage.actions.style import list_styles

    found = list_styles(session.root(), session.environment)
    rows = [
        (
            style.name,
            style.title or f"cannot be read: {style.flaw}",
            style.path or "comes with the program",
            "this library's" if style.default else "",
        )
        for style in found
    ]
    session.table(["style", "title", "from", "used"], rows, flexible="from")
    session.document(
        [
            {
                "style": style.name,
                "title": style.title or None,
                "path": style.path,
                "default": style.default,
                "flaw": style.flaw or None,
            }
            for style in found
        ]
    )


@verb("show", examples="footage style show ap")
@click.argument("style", required=False)
@pass_session
def show(session: Session, /, style: str | None) -> None:
    """Show what a style does.

    By captions of one piece of footage: handed out, posted, grabbed, undated, masked, checked."""
    from footage.actions.style import show_style

    _say(session, show_style(session.root(), session.environment, style))


@verb("check", examples="footage style check house.toml")
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def check(session: Session, /, file: Path) -> None:
    """Check a style's file before it is used.

    What is wrong with it is said with its key; a file that holds together is shown by its captions."""
    from footage.actions.style import check_style

    shown = check_style(session.root(), session.environment, file)
    session.note(f"footage: {file} holds together")
    _say(session, shown)


def _say(session: Session, shown: "Shown") -> None:
    from footage.commands._documents import finding_documents

    style = shown.style
    session.say(f"{style.name}: {style.title}")
    for specimen in shown.specimens:
        session.say()
        session.say(f"{specimen.name}:")
        session.say(f"  {specimen.text}")
        for finding in specimen.findings:
            session.note(f"{specimen.name}: {finding.weight}: {finding.rule}: {finding.message}")
    session.document(
        {
            "style": style.name,
            "title": style.title,
            "examples": [
                {"kind": one.name, "text": one.text, "findings": finding_documents(one.findings)}
                for one in shown.specimens
            ],
        }
    )


for _deed in (list_, show, check):
    command.add_command(_deed)

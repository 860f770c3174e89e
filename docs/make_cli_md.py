"""Write docs/cli.md from the program's own help; with ``--check``, fail where it differs."""

import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import click

from footage.commands._door import cli

PAGE = Path(__file__).with_name("cli.md")
HEAD = """# The commands

Made from the program's help by `make docs`; do not edit it by hand.
[The newsroom guide](newsroom-guide.md) shows the same commands at work.
"""
WIDTH = 100


def sections(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[str]:
    """The help of a command and of every command below it, each under its own heading."""
    settings = {**command.context_settings, "terminal_width": WIDTH, "max_content_width": WIDTH}
    context = click.Context(command, parent, info_name=name, color=False, **settings)
    yield f"## {context.command_path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from sections(found, below, context)


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *sections(cli, "footage")])


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` print how it differs; gives the exit code."""
    made = page()
    if arguments != ["--check"]:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    kept = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    changes = list(unified_diff(kept.splitlines(), made.splitlines(), "docs/cli.md", "the help", lineterm=""))
    if changes:
        print(*changes, "docs/cli.md is out of date: run make docs", sep="\n")
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

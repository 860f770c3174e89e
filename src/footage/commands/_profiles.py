"""``--profile``: its help says which profiles there are, a library's own among them."""

from pathlib import Path

import click

from footage.commands._session import Session
from footage.errors import FootageError


class ProfileOption(click.Option):
    """Takes the name of a profile."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's names, and what it takes."""
        session = ctx.find_object(Session)
        self.help = "What the package is for. " + described(session.root() if session else None)
        return super().get_help_record(ctx)


def described(root: Path | None) -> str:
    """The profiles there are, each with its title; one that cannot be read is named alone."""
    from footage.settings import profile_names, read_profile

    told = []
    for name in profile_names(root):
        try:
            told.append(f"{name}: {read_profile(name, root).title}.")
        except FootageError:
            told.append(f"{name}.")
    return " ".join(told)

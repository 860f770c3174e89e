"""The click group that finds its verbs among this package's modules, and the shape of a verb."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

import click

import footage.commands


@cache
def _verbs() -> list[str]:
    """The names of this package's modules that are verbs; looked up once, for help asks for each of them."""
    modules = pkgutil.iter_modules(footage.commands.__path__)
    return sorted(module.name for module in modules if not module.name.startswith("_"))


class VerbGroup(click.Group):
    """Loads a verb's module when the verb is asked for; the module's ``command`` is the verb."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs, by name."""
        return _verbs()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of a name, or None."""
        if cmd_name.startswith("_") or cmd_name not in self.list_commands(ctx):
            return None
        found = importlib.import_module(f"footage.commands.{cmd_name}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, naming the nearest verb where there is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise _with_nearest(error, args[0], self.list_commands(ctx)) from None


_MEANT = {
    **dict.fromkeys(("list", "ls", "search", "query"), "find"),
    **dict.fromkeys(("delete", "remove", "rm", "del"), "discard"),
    **dict.fromkeys(("mask", "pixelate", "redact"), "blur"),
    **dict.fromkeys(("import", "ingest", "new"), "add"),
    **dict.fromkeys(("publish", "send", "package"), "export"),
    **dict.fromkeys(("log", "events", "custody"), "history"),
    **dict.fromkeys(("info", "view", "details"), "show"),
    **dict.fromkeys(("status", "check", "clear"), "ready"),
    **dict.fromkeys(("thumbnail", "frame", "still"), "grab"),
    "help": "--help",
}
"""What people type who come from other programs."""


def _with_nearest(error: click.UsageError, word: str, verbs: list[str]) -> click.UsageError:
    from difflib import get_close_matches

    near = [_MEANT[word]] if word in _MEANT else get_close_matches(word, verbs, 1)
    ask = f" Did you mean {near[0]!r}?" if near else ""
    return click.UsageError(f"There is no verb {word!r}.{ask}", error.ctx)


class Verb(click.Command):
    """A verb: takes ``--json``, prints its help's example as typed."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = [line.strip() for line in examples.strip().splitlines() if line.strip()]
        self.params.append(_json_option())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Put the examples at the end of the help."""
        if self.examples:
            formatter.write_paragraph()
            formatter.write_text("Example:" if len(self.examples) == 1 else "Examples:")
            for line in self.examples:
                formatter.write(f"  {line}\n")


class VerbWithDeeds(click.Group):
    """A verb that has deeds of its own (``source add``, ``source list``)."""

    command_class = Verb


def _json_option() -> click.Option:
    def remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.obj.json = True

    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=remember,
        help="Print one JSON document on stdout and nothing else there.",
    )


def verb(name: str, *, examples: str = "") -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function the verb ``name``; each line of ``examples`` is a command that a test runs."""
    return click.command(name, cls=Verb, examples=examples)

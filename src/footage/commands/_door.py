"""The group itself, and the one place where errors become words and exit codes."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from footage import __version__, errors
from footage.commands._group import VerbGroup
from footage.commands._session import MARKER, Clock, Session, present

EXIT_CODES = {
    errors.Usage: 2,
    errors.NotFound: 3,
    errors.Refused: 4,
    errors.BadInput: 5,
    errors.ToolFailed: 6,
    errors.Conflict: 7,
    errors.Damaged: 8,
}
BUG, INTERRUPTED = 1, 130


def exit_code(error: errors.FootageError) -> int:
    """The exit code of a family of errors."""
    return next((code for family, code in EXIT_CODES.items() if isinstance(error, family)), BUG)


@click.group(
    cls=VerbGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--library",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The library (else FOOTAGE_LIBRARY, else the nearest footage.toml upwards, else ~/Footage).",
)
@click.option("--as", "actor", help="Who acts, for the custody log (else FOOTAGE_ACTOR, else the user).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@click.version_option(__version__, prog_name="footage")
@click.pass_context
def cli(ctx: click.Context, folder: Path | None, actor: str | None, as_json: bool) -> None:
    """Catalogue footage, flag what is too graphic, mask it, caption it, hand it out.

    \b
    A first day:
      footage source add 92ombr --name "92nd Brigade" --in-caption "the 92nd" --handle @92OMBr
      footage add clip.mp4 --source 92ombr --released 2023-03-24 --undated
      footage flag 1 0:04 0:07 --reason death --region 40%,30%,20%,25%
      footage blur 1
      footage caption 1
      footage export 1 --to out

    Without a verb, in a library: what waits.
    """
    session = ctx.find_object(Session)
    assert session is not None
    session.folder, session.actor = folder, actor
    session.json = session.json or as_json
    if ctx.invoked_subcommand is None:
        root = session.root()
        if not (root / MARKER).is_file():
            if session.json:
                raise errors.NotFound(f"there is no library in {root}", f"footage init {root}")
            click.echo(ctx.get_help())
            return
        from footage.commands._waiting import say_what_waits

        say_what_waits(session)


def run(arguments: Sequence[str], clock: Clock = present) -> int:
    """Run the command line; gives the exit code. Errors become words here and nowhere else."""
    session = Session(environment=os.environ, clock=clock, json="--json" in arguments)
    try:
        cli.main(args=list(arguments), prog_name="footage", obj=session, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return int(done.exit_code)
    except click.UsageError as error:
        hint = f"{error.ctx.command_path} --help" if error.ctx else "footage --help"
        _tell(session, "usage", error.format_message(), hint)
        return EXIT_CODES[errors.Usage]
    except errors.FootageError as error:
        _tell(session, error.kind, error.message, error.hint, error.detail)
        return max(session.code, exit_code(error))
    except (KeyboardInterrupt, click.Abort):
        _tell(session, "interrupted", "interrupted; nothing half-made was kept", "")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return session.code
    except Exception as error:  # noqa: BLE001 - the door: a bug of ours never shows a traceback
        _tell(session, "bug", f"a bug of ours: {type(error).__name__}: {error}", _keep_traceback())
        return BUG
    return session.code


def _tell(
    session: Session, kind: str, message: str, hint: str, detail: Mapping[str, object] | None = None
) -> None:
    if session.json:
        session.document({"error": {"kind": kind, "message": message, "hint": hint, **(detail or {})}})
        return
    session.note(f"footage: {message}")
    if hint:
        session.note(f"  hint: {hint}")


def _keep_traceback() -> str:
    """Write the traceback to a log; gives a hint that says where it is."""
    import tempfile
    import traceback

    handle, name = tempfile.mkstemp(prefix="footage-bug-", suffix=".log")
    with os.fdopen(handle, "w") as log:
        log.write(traceback.format_exc())
    return f"please report it with {name}"

"""``footage demo``."""

import contextlib
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from footage.commands._group import verb
from footage.commands._session import Session, pass_session
from footage.errors import Conflict, ToolFailed

if TYPE_CHECKING:
    from footage.media.samples import Samples


@verb("demo", examples="footage demo demo")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@pass_session
def command(session: Session, /, folder: Path | None) -> None:
    """Run the main job on samples.

    In DIR (footage-demo where none is named). Every command is printed as you would type it: take in,
    flag, mask, caption, clear, export.
    """
    from footage.media.samples import make_samples

    root = (folder or Path("footage-demo")).absolute()
    if root.is_dir() and any(root.iterdir()):
        raise Conflict(f"{root} holds something already", "name a folder that is absent or empty")
    session.say(f"drawing the samples in {root / 'samples'} …")
    with session.progress() as progress:
        samples = make_samples(root / "samples", progress)
    with contextlib.chdir(root):
        _run(session, root, ["init", "library", "--agency", "Newsflash", "--style", "newsflash"])
    library = root / "library"
    with contextlib.chdir(library):
        for words in main_job(samples):
            _run(session, library, words)
    package = root / "package"
    session.say()
    session.say(f"The package is in {package}:")
    for path in sorted(package.rglob("*")):
        if path.is_file():
            session.say(f"  {path.relative_to(package)}  {path.stat().st_size} bytes")
    session.say()
    session.say(f"Look at {package / 'index.html'} in a browser. The library stays in {library}.")
    session.document({"library": library, "package": package, "samples": root / "samples"})


def main_job(samples: "Samples") -> list[list[str]]:
    """The commands of the main job on the samples, each as its words; run in the library's folder."""
    told = samples.facts
    media = (samples.clip, samples.still, samples.masked_still, samples.heic)
    clip, still, blacked_out, phone = (f"../samples/{path.name}" for path in media)
    source = ["--name", told.source_name, "--in-caption", told.source_in_caption]
    facts = ["--source", told.source, "--released", told.released, "--undated", "--country", told.country]
    facts += ["--place", told.place, "--shows", told.shows, "--story", told.slug]
    poses = [word for pose in samples.figure_poses for word in ("--region", pose)]
    relay = ["--name", told.relay_name, "--in-caption", f"the {told.relay_name}", "--kind", "military"]
    return [
        ["source", "add", told.source, *source, "--handle", told.source_handle, "--kind", "military"],
        ["source", "add", told.relay, *relay],
        ["add", clip, still, blacked_out, phone, *facts],
        [
            "set",
            "1..4",
            "--headline",
            told.headline,
            "--statement",
            told.statement,
            "--relayed-by",
            told.relay,
        ],
        ["shots", "1"],
        ["flag", "1", *samples.figure_span, "--reason", "privacy", *poses, "--treatment", "mosaic"],
        ["flag", "2", "--reason", "privacy", "--region", samples.still_region, "--treatment", "blur"],
        ["flag", "3", "--reason", "death", "--region", samples.black_region, "--by-source"],
        [],
        ["ready", f"story:{told.slug}"],
        ["blur", "1,2"],
        ["grab", "1", "0:02"],
        ["caption", f"story:{told.slug}"],
        ["sheet", f"story:{told.slug}", "--to", "../sheet.html"],
        ["ready", f"story:{told.slug}"],
        ["export", f"story:{told.slug}", "--to", "../package"],
        ["history", "1"],
        ["verify"],
    ]


def _run(session: Session, folder: Path, words: Sequence[str]) -> None:
    """Print a command as typed and run it; bare ``footage`` and an asset that is not ready are no failure."""
    from footage.commands._door import cli

    session.say()
    session.say(f"{folder.name}$ {shlex.join(['footage', *words])}")
    inner = Session(environment={}, actor=session.who())
    quietly = contextlib.redirect_stdout(sys.stderr) if session.json else contextlib.nullcontext()
    with quietly:
        cli.main(args=list(words), prog_name="footage", obj=inner, standalone_mode=False)
    if inner.code not in (0, 4):
        raise ToolFailed(f"the demo stopped: {shlex.join(['footage', *words])} ended with {inner.code}")

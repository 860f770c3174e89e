"""Subtitles: taking them in from files, checking them, and writing them in step with what goes out."""

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from footage.actions.flag import asset_and_index
from footage.catalogue import facts, flags, subtitles
from footage.errors import BadInput, Conflict, NotFound, Usage
from footage.formats.subtitles import FORMATS, SIZE_LIMIT, decoded, read, write
from footage.library import Library
from footage.model.change import Change
from footage.model.redaction import Timeline, merged
from footage.model.span import FrameIndex, Span
from footage.model.subtitle_checks import CueFinding, check_cues, profile_named
from footage.model.timed import Cue, cues_at, exact, kept, silenced
from footage.vault import disk_errors

Record = Mapping[str, Any]

UNDETERMINED = "und"
"""The language of subtitles of which nobody says it (BCP 47)."""

_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class Subtitles:
    """A video's subtitles in one language.

    Attributes:
        cues: of the original; none where there are none.
        timeline: what is cut out of the clip, also where it still has to be rendered.
        mutes: what is silenced or cut out, also where it is only proposed.
        notes: what of the file was left out when it was read.
    """

    asset: int
    language: str
    cues: tuple[Cue, ...]
    index: FrameIndex
    timeline: Timeline
    mutes: tuple[Span, ...]
    notes: tuple[str, ...] = ()


def show_subtitles(library: Library, number: int, language: str | None = None) -> Subtitles:
    """A video's subtitles; without any, no cues.

    Args:
        language: None for the only one there is, or the one that is spoken.

    Raises:
        NotFound: no such asset, or none in that language. Usage: it is a still, or there are several.
    """
    with library.reading() as connection:
        held = subtitles.of_asset(connection, number)
        spoken = _spoken(connection, number)
        if language is None and not held:
            return _view(connection, number, spoken, ())
        chosen = _chosen(number, held, language, spoken)
        return _view(connection, number, chosen, held[chosen])


def read_subtitles(library: Library, number: int, path: Path, language: str | None = None) -> Subtitles:
    """Take in a video's subtitles from a WebVTT or SRT file, in place of those in the same language.

    Args:
        language: None for the one that is spoken in it, where that is stated.

    Raises:
        NotFound: no such asset or file. Usage: it is a still, or the language is no code.
        BadInput: the file holds no subtitles, or something that must not stand in them.
    """
    data = _content(path)
    try:
        found = read(decoded(data))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error.message}", error.hint) from error
    with library.deed("subtitles") as deed:
        code = checked_language(language) if language else _spoken(deed.connection, number)
        view = _view(deed.connection, number, code, ())
        cues = cues_at(found.cues, view.index)
        before = subtitles.of_asset(deed.connection, number).get(code, ())
        subtitles.put(deed.connection, number, code, cues)
        detail = {
            "language": code,
            "file": path.name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "cues": len(cues),
            "before": len(before),
            "changes": [_change(number, code, before, cues)],
        }
        deed.record([number], detail)
    return replace(view, cues=cues, notes=found.notes)


def remove_subtitles(library: Library, number: int, language: str | None = None) -> Subtitles:
    """Forget a video's subtitles in a language; gives them.

    Raises:
        NotFound: there are none. Usage: it is a still, or there are several.
    """
    with library.deed("subtitles") as deed:
        held = subtitles.of_asset(deed.connection, number)
        chosen = _chosen(number, held, language, _spoken(deed.connection, number))
        view = _view(deed.connection, number, chosen, held[chosen])
        subtitles.put(deed.connection, number, chosen, ())
        detail = {
            "language": chosen,
            "cues": 0,
            "before": len(view.cues),
            "changes": [_change(number, chosen, view.cues, ())],
        }
        deed.record([number], detail)
    return view


def kept_subtitles(_: Library, connection: Connection, key: str) -> tuple[Record, Callable[[Record], None]]:
    """The cues of a language as changes tell them, and what puts such a record back."""
    number, language = key.split(" ")

    def put(words: Record) -> None:
        cues = tuple(Cue(Span(start, end), text) for start, end, text in words.get("cues", ()))
        subtitles.put(connection, int(number), language, cues)

    return _words(subtitles.of_asset(connection, int(number)).get(language, ())), put


def write_subtitles(
    library: Library, found: Subtitles, path: Path, *, original: bool = False
) -> tuple[str, ...]:
    """Write subtitles to a file that is not there yet, by its extension; gives what a person should know.

    Args:
        original: at the original's times, what is cut out or silenced included; that is logged.

    Raises:
        Usage: the extension is neither .vtt nor .srt. Conflict: the file is there.
        NotFound: there are no cues.
    """
    kind = FORMATS.get(path.suffix.casefold())
    if kind is None:
        raise Usage(f"{path.name} is no name for subtitles", "name a file that ends in .vtt or .srt")
    if not found.cues:
        raise _none(found.asset)
    notes: tuple[str, ...] = ()
    if original:
        text = write(exact(found.cues, found.index), kind)
    else:
        stays = kept(found.cues, found.timeline, found.mutes)
        text, notes = write(exact(stays.cues, found.timeline.shortened), kind), stays.notes()
    path = Path(os.path.abspath(path))  # noqa: PTH100 - "../a.vtt" is shown as people would name it
    if library.vault.root.resolve() in path.resolve().parents:
        raise Conflict(f"{path} lies in the vault", "name a file elsewhere")
    if os.path.lexists(path):
        raise Conflict(f"{path} is there already", "name another file")
    if original:
        with library.deed("subtitles original") as deed:
            deed.record([found.asset], {"language": found.language, "file": str(path)})
    if not library.dry_run:
        _write_new(path, text)
    return notes


def check_subtitles(found: Subtitles, profile: str) -> tuple[CueFinding, ...]:
    """What is wrong with subtitles as they go out, by a profile's name.

    Raises:
        NotFound: there is no such profile, or there are no cues.
    """
    asked = profile_named(profile)
    if not found.cues:
        raise _none(found.asset)
    return check_cues(found.cues, asked, found.index, found.mutes, found.timeline.gaps)


def checked_language(code: str) -> str:
    """A language's code as it is kept.

    Raises:
        Usage: it is none.
    """
    if not _CODE.fullmatch(code):
        raise Usage(f"{code!r} is no code of a language", "type it as uk, en or pt-BR")
    head, *rest = code.split("-")
    return "-".join((head.lower(), *rest))


def _change(number: int, language: str, before: Sequence[Cue], after: Sequence[Cue]) -> Record:
    return Change("subtitles", f"{number} {language}", _words(before), _words(after)).words()


def _words(cues: Sequence[Cue]) -> Record:
    return {"cues": [[cue.span.start, cue.span.end, cue.text] for cue in cues]} if cues else {}


def _view(connection: Connection, number: int, language: str, cues: tuple[Cue, ...]) -> Subtitles:
    _, index = asset_and_index(connection, number)
    if index is None:
        raise Usage(f"asset {number} is a still and has no subtitles", f"footage show {number}")
    found = flags.of_asset(connection, number)
    cuts = merged(flag.span for flag in found if flag.drawn and flag.cut and flag.span)
    return Subtitles(number, language, cues, index, Timeline(index, cuts), silenced(found, index.whole))


def _spoken(connection: Connection, number: int) -> str:
    """The language that the facts state, where that is a code."""
    code = facts.settled_of(connection, [number])[number].language or ""
    return checked_language(code) if _CODE.fullmatch(code) else UNDETERMINED


def _chosen(number: int, held: Mapping[str, tuple[Cue, ...]], language: str | None, spoken: str) -> str:
    if not held:
        raise _none(number)
    wanted = checked_language(language) if language else spoken
    if wanted in held:
        return wanted
    if language is None and len(held) == 1:
        return next(iter(held))
    there = ", ".join(held)
    if language is None:
        raise Usage(f"asset {number} has subtitles in {there}", f"--language {next(iter(held))}")
    raise NotFound(f"asset {number} has no subtitles in {wanted}", f"there are some in {there}")


def _none(number: int) -> NotFound:
    return NotFound(f"asset {number} has no subtitles", f"footage subtitles {number} --read FILE.srt")


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(f"there is no file {path}", "name a .vtt or .srt file")
    with disk_errors(path), path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def _write_new(path: Path, text: str) -> None:
    with disk_errors(path.parent):
        try:
            file = path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError as error:
            raise Conflict(f"{path} is there already", "name another file") from error
        try:
            with file:
                file.write(text)
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise

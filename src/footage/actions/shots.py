"""Shots and soundbites: listing them, describing and quoting them, and the shot lists that clients get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from footage.actions.caption import Captioned, captions_of
from footage.actions.disclosing import timeline_of
from footage.actions.flag import asset_and_index
from footage.actions.published_shots import clip_of, known_shots, notes_of, told_shots, withheld_notes
from footage.actions.text import story_text
from footage.catalogue import facts, frames, renditions, search, shots, soundbites, stories
from footage.errors import NotFound, Usage
from footage.formats.facts_table import write_table
from footage.library import Library
from footage.model.asset import Kind, Purpose, Shot
from footage.model.change import Change
from footage.model.english import tidy
from footage.model.flag import State
from footage.model.printable import printable
from footage.model.rights import handout_of, restrictions
from footage.model.shotlist import COLUMNS, Clip, rows, script
from footage.model.span import FrameIndex, Span
from footage.model.timed import Soundbite
from footage.settings import read_style
from footage.vault import RENDITIONS

_MARKS = "“”„«»\"'"
_UNDECIDED = (State.OPEN, State.PROPOSED)


@dataclass(frozen=True, slots=True)
class ShotView:
    """A shot, and where its keyframe is kept: the masked one where anything is masked (None: it was cut)."""

    shot: Shot
    keyframe: Path | None


@dataclass(frozen=True, slots=True)
class ShotList:
    """A shot list as clients get it.

    Attributes:
        notes: what a person should know of it, one phrase each.
    """

    clips: tuple[Clip, ...]
    notes: tuple[str, ...]

    def script(self) -> str:
        """As agencies send it."""
        return script(self.clips)

    def csv(self) -> str:
        """As a table that no spreadsheet runs."""
        return write_table(COLUMNS, rows(self.clips))


def list_shots(library: Library, number: int) -> tuple[FrameIndex, tuple[ShotView, ...]]:
    """A video's frame times and its shots.

    Raises:
        Usage: it is a still. NotFound: there is no such asset.
    """
    with library.reading() as connection:
        index = _video_index(connection, number)
        kept = renditions.of_asset(connection, number)
        found = shots.of_asset(connection, number)
    views = []
    masked = any(row.purpose is Purpose.MASKED for row in kept)
    purpose = Purpose.MASKED_KEYFRAME if masked else Purpose.KEYFRAME
    for shot in found:
        row = next((row for row in kept if (row.purpose, row.position) == (purpose, shot.number)), None)
        path = library.vault.path(RENDITIONS, row.sha256, row.extension) if row else None
        views.append(ShotView(shot, path))
    return index, tuple(views)


def list_soundbites(library: Library, number: int) -> tuple[Soundbite, ...]:
    """A video's soundbites, by time."""
    with library.reading() as connection:
        return soundbites.of_asset(connection, number)


def describe(library: Library, number: int, shot: int, text: str) -> None:
    """Describe a shot in a person's words, on one line; an empty text takes the description away.

    Raises:
        NotFound: no such asset or shot. Usage: it is a still, or the text has control characters.
    """
    text = _one_line(text, "the description")
    with library.deed("describe") as deed:
        _video_index(deed.connection, number)
        known = shots.of_asset(deed.connection, number)
        before = next((one for one in known if one.number == shot), None)
        if before is None:
            raise NotFound(f"asset {number} has no shot {shot}", f"its shots are 1 to {len(known)}")
        changed = [replace(one, description=text) if one is before else one for one in known]
        shots.replace_all(deed.connection, number, changed)
        search.index(deed.connection, number)
        told = {"description": before.description} if before.description else {}
        now = {"description": text} if text else {}
        change = Change("description", f"{number} {shot}", told, now)
        deed.record([number], {"changes": [change.words()]})


def quote(
    library: Library,
    number: int,
    times: tuple[str, str],
    speaker: str,
    words: str,
    language: str | None = None,
) -> None:
    """Keep who says what, in place of the soundbite that begins at the same moment; no words take it away.

    Args:
        times: in and out, as typed.
        speaker: name and title.
        language: None for the one that the facts state.

    Raises:
        NotFound: no such asset, or no soundbite to take away. Usage: it is a still, a time lies outside,
            or something that is needed is not told.
    """
    speaker, words = _one_line(speaker, "the speaker"), _one_line(words, "the quote").strip(_MARKS)
    with library.deed("soundbite") as deed:
        span = _video_index(deed.connection, number).span(*times)
        known = {each.span.start: each for each in soundbites.of_asset(deed.connection, number)}
        before, after = known.get(span.start), None
        if words:
            spoken = language or facts.settled_of(deed.connection, [number])[number].language or ""
            after = Soundbite(span, _one_line(spoken, "the language"), speaker, words)
            _insist_on_whole(after)
        elif before is None:
            raise NotFound(f"no soundbite of asset {number} begins at {times[0]}", f"footage shots {number}")
        told, now = soundbite_words(before), soundbite_words(after)
        put_soundbite(deed.connection, number, span.start, now)
        change = Change("soundbite", f"{number} {span.start}", told, now)
        deed.record([number], {"changes": [change.words()]})


def soundbite_words(soundbite: Soundbite | None) -> dict[str, object]:
    """A soundbite as the custody log tells of it; nothing for none."""
    if soundbite is None:
        return {}
    return {
        "end": soundbite.span.end,
        "language": soundbite.language,
        "speaker": soundbite.speaker,
        "quote": soundbite.quote,
    }


def put_soundbite(connection: Connection, number: int, start: int, words: Mapping[str, Any]) -> None:
    """Keep the soundbite that :func:`soundbite_words` told of; no words forget the one that begins there."""
    if words:
        span = Span(start, words["end"])
        told = Soundbite(span, words["language"], words["speaker"], words["quote"])
        soundbites.put(connection, number, told)
    else:
        soundbites.drop(connection, number, start)


def shot_list(library: Library, numbers: Sequence[int]) -> ShotList:
    """The shot list of videos as they go out; stills among them are left out, which is noted.

    Raises:
        NotFound: an unknown asset. Usage: there is no video among them.
    """
    layout = read_style(library.settings.style, library.root)
    clips, notes = [], []
    with library.reading() as connection:
        for captioned in captions_of(library, connection, numbers, layout):
            if captioned.asset.kind is Kind.STILL:
                notes.append(f"asset {captioned.asset.number} is a still and has no shots")
                continue
            subject = captioned.subject
            handout = handout_of(subject.facts, subject.source, layout.handout)
            told = restrictions(subject.facts, handout)
            clip, more = _clip(connection, captioned, told, library.today())
            clips.append(clip)
            notes += more
            if any(flag.state in _UNDECIDED for flag in subject.flags):
                notes.append(f"asset {clip.asset} has flags that are not masked; its list will change")
    if not clips:
        raise Usage("there is no video among them", "shot lists are of videos: footage find kind:video")
    return ShotList(tuple(clips), tuple(notes))


def _clip(
    connection: Connection, captioned: Captioned, told: Sequence[str], on: date
) -> tuple[Clip, tuple[str, ...]]:
    """A video's clip, and what a person should know of it.

    Args:
        told: what whoever uses it must heed, a sentence each.
        on: the day on which dates that count are told.
    """
    asset, subject = captioned.asset, captioned.subject
    timeline = timeline_of(subject.flags, frames.get(connection, asset.number))
    assert timeline is not None
    known = known_shots(connection, asset.number)
    story = stories.find(connection, subject.facts.story) if subject.facts.story else None
    text = story_text(connection, story, on) if story else ""
    shown = told_shots(known.shots, timeline, known.anew)
    clip = clip_of(captioned, subject.facts, shown, known.soundbites, timeline, told, text, asset.name)
    return clip, (*withheld_notes(asset.number, known, timeline), *notes_of(clip))


def _one_line(text: str, what: str) -> str:
    """A text on one line.

    Raises:
        Usage: it has signs that cannot be printed.
    """
    text = tidy(text)
    if printable(text) != text:
        raise Usage(f"{what} has signs that cannot be printed", "type it without control characters")
    return text


def _insist_on_whole(soundbite: Soundbite) -> None:
    for told, what, option in (
        (soundbite.speaker, "who speaks", '--speaker "NAME, TITLE"'),
        (soundbite.language, "the language", "--language Ukrainian"),
    ):
        if not told:
            raise Usage(f"a soundbite needs {what}", option)


def _video_index(connection: Connection, number: int) -> FrameIndex:
    _, index = asset_and_index(connection, number)
    if index is None:
        raise Usage(f"asset {number} is a still and has no shots", f"footage show {number}")
    return index

"""Checking subtitles: what a profile asks of each cue, and what is wrong with cues anywhere."""

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from footage.errors import NotFound
from footage.model.printable import printable
from footage.model.span import FrameIndex, Span, clock
from footage.model.timed import Cue, meets


@dataclass(frozen=True, slots=True)
class SubtitleProfile:
    """What those who show subtitles ask of them; None where they ask nothing.

    Attributes:
        columns: the most characters in a line. lines: the most lines in a cue.
        characters, words: the most characters a second, and words a minute.
        shortest, longest: how long a cue stands, in seconds.
    """

    name: str
    columns: int | None = None
    lines: int | None = None
    characters: int | None = None
    words: int | None = None
    shortest: Fraction | None = None
    longest: Fraction | None = None


PROFILES = {
    profile.name: profile
    for profile in (
        SubtitleProfile(
            "netflix", columns=42, lines=2, characters=20, shortest=Fraction(5, 6), longest=Fraction(7)
        ),
        # 160 to 180 words a minute.
        SubtitleProfile("bbc", words=180),
        # 40 columns, of which control codes for colour and boxes take up to three.
        SubtitleProfile("teletext", columns=37),
        SubtitleProfile("cea-608", columns=32, lines=4),
    )
}
"""The profiles, by name: Netflix's for English, the BBC's, and what teletext and CEA-608 can hold."""


@dataclass(frozen=True, slots=True)
class CueFinding:
    """What is wrong with a cue.

    Attributes:
        cue: its number, from 1.
        at: when it begins, in seconds from the clip's first frame.
        proposal: what to do instead.
    """

    cue: int
    at: Fraction
    rule: str
    message: str
    proposal: str


def profile_named(name: str) -> SubtitleProfile:
    """The profile of a name, in any case.

    Raises:
        NotFound: there is none.
    """
    found = PROFILES.get(name.casefold())
    if found is None:
        near = get_close_matches(name.casefold(), PROFILES, 1)
        hint = f"did you mean {near[0]}?" if near else "one of " + ", ".join(PROFILES)
        raise NotFound(f"there is no profile {name!r} of subtitles", hint)
    return found


def check_cues(
    cues: Sequence[Cue],
    profile: SubtitleProfile,
    index: FrameIndex,
    mutes: Sequence[Span] = (),
    gaps: Sequence[Span] = (),
) -> tuple[CueFinding, ...]:
    """Everything that is wrong with a clip's cues, cue by cue.

    A time is taken for right within a thousandth of a second (files are no finer) or a tick, if that is more.
    Of a cue that does not go out nothing is asked; that it does not is told.

    Args:
        cues: by time.
        mutes: spans whose sound is silenced or not to be told. gaps: spans that are cut out.
    """
    found = []
    slack = max(Fraction(1, 1000), index.time_base)
    for number, cue in enumerate(cues, 1):
        following = cues[number] if number < len(cues) else None
        checked = _Checked(cue, following, profile, index, slack)
        start = index.seconds(cue.span.start)
        if meets(cue.span, gaps):
            words = "part of it was cut out, so it is left out of what goes out"
            told = [("cut", words, "end it where the cut begins, with what is said until then")]
        elif meets(cue.span, mutes):
            words = "sound in it is silenced, so it is left out of what goes out"
            told = [("silenced", words, "take its words out, or write them without what is silenced")]
        else:
            told = [*checked.words(), *checked.speed(), *checked.times()]
        found += [CueFinding(number, start, *each) for each in told]
    return tuple(found)


_Told = Iterator[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class _Checked:
    """One cue and what it is measured by; each method gives rules, messages and proposals."""

    cue: Cue
    following: Cue | None
    profile: SubtitleProfile
    index: FrameIndex
    slack: Fraction

    def words(self) -> _Told:
        """What is wrong with its words and lines."""
        text, profile = self.cue.text, self.profile
        if not text.strip():
            yield "empty", "it has no words", "take it out, or write its words"
            return
        if printable(text, keep_newlines=True) != text:
            told = f"it has signs that cannot be seen: {printable(text, keep_newlines=True)!r}"
            yield "hidden-signs", told, "take them out, unless its language is written with them"
        lines = text.split("\n")
        longest = max(map(width, lines))
        if profile.columns and longest > profile.columns:
            told = f"its longest line has {longest} characters; {profile.name} takes {profile.columns}"
            yield "line-length", told, self._broken()
        if profile.lines and len(lines) > profile.lines:
            told = f"it has {len(lines)} lines; {profile.name} takes {profile.lines}"
            yield "lines", told, self._broken()

    def speed(self) -> _Told:
        """Whether it can be read while it stands."""
        profile, seconds = self.profile, self._seconds + self.slack
        letters = sum(map(width, self.cue.text.split("\n")))
        if profile.characters and letters > profile.characters * seconds:
            speed = f"{float(letters / self._seconds):.1f} characters a second"
            told = f"it is read at {speed}; {profile.name} takes {profile.characters}"
            most = int(profile.characters * self._seconds)
            yield "speed", told, self._longer(Fraction(letters, profile.characters), f"{most} characters")
        count = len(self.cue.text.split())
        if profile.words and count * 60 > profile.words * seconds:
            speed = f"{float(count * 60 / self._seconds):.0f} words a minute"
            told = f"it is read at {speed}; {profile.name} takes {profile.words}"
            most = int(profile.words * self._seconds / 60)
            yield "speed", told, self._longer(Fraction(count * 60, profile.words), f"{most} words")

    def times(self) -> _Told:
        """Whether it stands as long as it should, and neither meets its neighbour nor the clip's end."""
        profile, seconds, span = self.profile, self._seconds, self.cue.span
        if profile.shortest and seconds + self.slack < profile.shortest:
            told = f"it stands for {_length(seconds)}; {profile.name} asks for {_length(profile.shortest)}"
            yield "too-short", told, self._longer(profile.shortest, "what fits")
        if profile.longest and seconds - self.slack > profile.longest:
            told = f"it stands for {_length(seconds)}; {profile.name} takes {_length(profile.longest)}"
            yield "too-long", told, "make two cues of it"
        if self.following is not None and self.following.span.start < span.end:
            begins = self._clock(self.following.span.start)
            yield "overlap", f"the next cue begins at {begins}, before it ends", f"end it at {begins}"
        ends = self._clock(self.index.end)
        if span.start >= self.index.end:
            yield "beyond-the-end", f"it begins after the clip's end ({ends})", "take it out"
        elif (span.end - self.index.end) * self.index.time_base > self.slack:
            yield "beyond-the-end", f"it ends after the clip's end ({ends})", f"end it at {ends}"

    @property
    def _seconds(self) -> Fraction:
        return (self.cue.span.end - self.cue.span.start) * self.index.time_base

    def _clock(self, tick: int) -> str:
        return clock(self.index.seconds(tick), thousandths=True)

    def _longer(self, wanted: Fraction, most: str) -> str:
        """To let it stand for longer where the next cue allows, else to shorten it."""
        until = self.index.seconds(self.cue.span.start) + wanted
        limit = self.following.span.start if self.following else self.index.end
        if until <= self.index.seconds(limit):
            return f"let it stand until {clock(until, thousandths=True)}"
        return f"shorten it to {most}, or join it with its neighbour"

    def _broken(self) -> str:
        """Its words in lines that fit, where they do."""
        profile = self.profile
        words = " ".join(self.cue.text.split())
        columns = profile.columns or max(map(width, self.cue.text.split("\n")))
        if len(words) > columns * (profile.lines or 2) * 2:
            return "make several cues of it"
        lines = textwrap.wrap(words, columns, break_long_words=False)
        if len(lines) > (profile.lines or len(lines)) or max(map(width, lines)) > columns:
            return "make two cues of it, or use fewer words"
        return " / ".join(lines)


def width(line: str) -> int:
    """How many characters of a line take room: marks on letters and signs that nobody sees take none.

    >>> width("кава\u0301"), width("e\u0301te\u0301\u200e")
    (4, 3)
    """
    return sum(1 for sign in line if unicodedata.category(sign) not in ("Mn", "Me", "Cf"))


def _length(seconds: Fraction) -> str:
    return f"{float(seconds):.3g} s"

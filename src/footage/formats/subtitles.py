"""Subtitle files: WebVTT (https://www.w3.org/TR/webvtt1/) and SRT.

pysubs2 reads and writes the times. It never sees the words, because it harms them (measured with 1.8): it
takes a line with two of WebVTT's inner timestamps for a new cue, appends comments, style sheets and names of
cues to the cue before, drops a last line that is a number, makes a new line of the ``\\N`` in ``C:\\New``,
eats what stands in braces, escapes nothing, and reads 100:00:01 as 00:00:01. So each cue's words are set
aside, a word of our own stands for them, and they are put back.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from footage.errors import BadInput, Usage
from footage.model.printable import printable
from footage.model.timed import ExactCue

FORMATS = {".vtt": "vtt", ".srt": "srt"}
"""The formats by the file's extension."""

SIZE_LIMIT = 10 << 20
"""No larger file is read: a film's subtitles have a hundredth of that."""

_CUE_LIMIT = 20_000
_LONGEST = 100 * 3600
_HINT = "mend the file with a text editor, or write it anew with a subtitle editor"
_STAMP = {
    "vtt": r"(?:[0-9]{2,4}:)?[0-5][0-9]:[0-5][0-9]\.[0-9]{3}",
    "srt": r"[0-9]{1,2}:[0-5]?[0-9]:[0-5]?[0-9][.,][0-9]{1,3}",
}
_TIMES = {
    kind: re.compile(rf"[ \t]*({stamp})[ \t]*-->[ \t]*({stamp})(?:[ \t].*)?")
    for kind, stamp in _STAMP.items()
}
_LIKE_TIMES = re.compile(r"[ \t]*[0-9]+:[0-9:.,]*[ \t]*-->|.*-->[ \t]*[0-9]+:[0-9:.,]*[ \t]*$")
_NUMBER = re.compile(r"[ \t]*[0-9]+[ \t]*")
_ASIDE = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t].*)?")
_HEAD = re.compile(r"WEBVTT(?:[ \t].*)?")
_STYLING = {
    "vtt": re.compile(
        r"</?(?:i|b|u|c|v|lang|ruby|rt)(?:[.\s][^<>]*)?>|<(?:[0-9]{2,4}:)?[0-9]{2}:[0-9]{2}\.[0-9]{3}>"
    ),
    "srt": re.compile(r"</?(?:i|b|u|s|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}", re.IGNORECASE),
}
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]+)>")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\u00a0", "lrm": "\u200e", "rlm": "\u200f", "quot": '"'}
_ENTITY = re.compile(rf"&(?:({'|'.join(_NAMED)})|#([0-9]{{1,7}})|#[xX]([0-9a-fA-F]{{1,6}}));")
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_STANDS_FOR = re.compile(r"^cue([0-9]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ReadSubtitles:
    """What a subtitle file says; ``notes`` tells what of it was left out, one phrase each."""

    cues: tuple[ExactCue, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    """A cue as it stands in its file: its line's number (from 1), its times, its words with markup."""

    line: int
    times: tuple[str, str]
    text: str


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark.

    Raises:
        BadInput: it is neither, or larger than :data:`SIZE_LIMIT`.
    """
    if len(data) > SIZE_LIMIT:
        raise BadInput(f"it has {len(data)} bytes; subtitles have at most {SIZE_LIMIT}", _HINT)
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(coding)
    except UnicodeDecodeError as error:
        told = f"it is not written in UTF-8: byte {error.start} is 0x{data[error.start]:02x}"
        hint = "convert it, for instance from Windows' Cyrillic: iconv -f WINDOWS-1251 -t UTF-8 OLD > NEW"
        raise BadInput(told, hint) from error


def read(text: str) -> ReadSubtitles:
    """Read WebVTT (its first line says so) or SRT; markup falls away, references such as ``&lt;`` are signs.

    Only markup that the format knows is taken for markup; ``a < b`` and ``<script>`` are words.

    >>> read("WEBVTT\\n\\n00:01.000 --> 00:02.500\\n<i>Smoke</i> &amp; fire").cues
    (ExactCue(start=Fraction(1, 1), end=Fraction(5, 2), text='Smoke & fire'),)

    Raises:
        BadInput: it holds no cues, or something in it that cannot be read or must not stand in text; the
            message names the line or the cue.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kind = "vtt" if _HEAD.fullmatch(lines[0]) else "srt"
    aside: list[str] = []
    blocks = list(_vtt_blocks(lines, aside) if kind == "vtt" else _srt_blocks(lines))
    if not blocks:
        raise BadInput("it holds no cues; subtitles are WebVTT or SRT", _HINT)
    if len(blocks) > _CUE_LIMIT:
        raise BadInput(f"it holds {len(blocks)} cues; at most {_CUE_LIMIT} are read", _HINT)
    texts = [_plain(block.text, kind) for block in blocks]
    for number, (block, words) in enumerate(zip(blocks, texts, strict=True), 1):
        _insist_on_text(words, f"cue {number} (line {block.line})")
    cues = tuple(
        ExactCue(start, end, words)
        for (start, end), words in zip(_times_of(blocks, kind), texts, strict=True)
    )
    return ReadSubtitles(cues, tuple(_notes(blocks, kind, aside)))


def write(cues: Sequence[ExactCue], kind: str) -> str:
    """Write cues as ``vtt`` or ``srt``: by time, in thousandths of a second, their words as plain text.

    WebVTT escapes ``&``, ``<`` and ``>``. SRT knows no escapes, and many players would show them: there only
    what a player would take for markup or for times is written as a reference.

    Raises:
        Usage: a cue lies beyond a hundred hours, or holds what no text file can.
    """
    import pysubs2

    made = pysubs2.SSAFile()
    texts = []
    for number, cue in enumerate(sorted(cues, key=lambda cue: (cue.start, cue.end))):
        if cue.end >= _LONGEST:
            raise Usage(f"a cue ends at {float(cue.end):.0f} s; subtitle files end before 100 hours", "")
        start, end = _thousandths(cue.start), _thousandths(cue.end)
        made.append(pysubs2.SSAEvent(start=start, end=max(end, start + 1), text=f"cue{number}"))
        texts.append(_WRITTEN[kind](_without_blank_lines(cue.text)))
    text: str = _STANDS_FOR.sub(lambda match: texts[int(match[1])], made.to_string(kind))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Usage("a cue holds signs that no text file can", "read the subtitles anew") from error
    return text


def _vtt_blocks(lines: Sequence[str], aside: list[str]) -> Iterator[_Block]:
    """The cues of a WebVTT file; the first words of what else stands in it go to ``aside``."""
    at = _end_of_block(lines, 0)
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        stop = _end_of_block(lines, at)
        first = at if _TIMES["vtt"].fullmatch(lines[at]) else at + 1
        if first < stop and _TIMES["vtt"].fullmatch(lines[first]):
            yield from _cues_in(lines, first, stop, "vtt")
        elif any(_LIKE_TIMES.match(line) for line in lines[at : min(stop, at + 2)]):
            raise _unreadable_times(next(n for n in (at, at + 1) if _LIKE_TIMES.match(lines[n])) + 1)
        elif _ASIDE.fullmatch(lines[at]):
            aside.append(lines[at].split()[0])
        else:
            raise BadInput(f"line {at + 1} belongs to no cue: {printable(lines[at])[:60]!r}", _HINT)
        at = stop


def _srt_blocks(lines: Sequence[str]) -> Iterator[_Block]:
    """The cues of an SRT file; what stands before the first must be its number."""
    first = next((at for at, line in enumerate(lines) if _TIMES["srt"].fullmatch(line)), None)
    for at, line in enumerate(lines[: len(lines) if first is None else first]):
        if _LIKE_TIMES.match(line):
            raise _unreadable_times(at + 1)
        if line.strip() and not _NUMBER.fullmatch(line):
            told = f"line {at + 1} belongs to no cue: {printable(line)[:60]!r}"
            raise BadInput(f"{told}; subtitles are WebVTT or SRT", _HINT)
    if first is not None:
        yield from _cues_in(lines, first, len(lines), "srt")


def _cues_in(lines: Sequence[str], first: int, stop: int, kind: str) -> Iterator[_Block]:
    """The cues from a line of times on; each line of times begins another."""
    begins = [at for at in range(first, stop) if _TIMES[kind].fullmatch(lines[at])]
    for at, after in zip(begins, [*begins[1:], stop], strict=True):
        words = lines[at + 1 : after]
        if kind == "srt" and after < stop and words and _NUMBER.fullmatch(words[-1]):
            words = words[:-1]
        for number, line in enumerate(words, at + 2):
            if _LIKE_TIMES.match(line):
                raise _unreadable_times(number)
        match = _TIMES[kind].fullmatch(lines[at])
        assert match is not None
        yield _Block(at + 1, (match[1], match[2]), "\n".join(words))


def _end_of_block(lines: Sequence[str], at: int) -> int:
    return next((end for end in range(at, len(lines)) if not lines[end].strip()), len(lines))


def _unreadable_times(line: int) -> BadInput:
    return BadInput(f"the times in line {line} cannot be read", "write them as 00:00:04.000 --> 00:00:06.500")


def _times_of(blocks: Sequence[_Block], kind: str) -> list[tuple[Fraction, Fraction]]:
    """When the cues stand, in seconds; the library reads it from their times alone.

    Raises:
        BadInput: a cue ends before it begins.
    """
    import pysubs2

    head = "WEBVTT\n\n" if kind == "vtt" else ""
    bare = (f"{block.times[0]} --> {block.times[1]}\ncue{n}\n\n" for n, block in enumerate(blocks))
    events = pysubs2.SSAFile.from_string(head + "".join(bare), kind, keep_html_tags=True).events
    if [event.text for event in events] != [f"cue{n}" for n in range(len(blocks))]:
        raise BadInput("its times cannot be read", _HINT)
    times = [(Fraction(event.start, 1000), Fraction(event.end, 1000)) for event in events]
    for number, (block, (start, end)) in enumerate(zip(blocks, times, strict=True), 1):
        if end <= start:
            raise BadInput(f"cue {number} (line {block.line}) does not end after it begins", _HINT)
    return times


def _plain(text: str, kind: str) -> str:
    return _without_blank_lines(_ENTITY.sub(_sign, _STYLING[kind].sub("", text)))


def _without_blank_lines(text: str) -> str:
    """No cue can hold an empty line: it would end there."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def _sign(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    if name:
        return _NAMED[name]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _insist_on_text(text: str, place: str) -> None:
    """Refuse control characters (but tabs) and half characters, which no player shows as written.

    Raises:
        BadInput: there is one.
    """
    if found := _NO_TEXT.search(text):
        told = f"{place} holds the sign {printable(found[0])}, which is no text"
        raise BadInput(told, "take it out with a text editor")


def _notes(blocks: Sequence[_Block], kind: str, aside: Sequence[str]) -> Iterator[str]:
    styled = sum(1 for block in blocks if _STYLING[kind].search(block.text))
    if styled:
        yield f"the styling of {styled} {'cue' if styled == 1 else 'cues'} was left out"
    if kind == "vtt" and (voices := [name for block in blocks for name in _VOICE.findall(block.text)]):
        names = ", ".join(dict.fromkeys(" ".join(name.split()) for name in voices))
        yield f"the speakers' names were left out: {printable(names)}"
    for name, what in (("NOTE", "comments"), ("STYLE", "style sheets"), ("REGION", "regions")):
        if count := list(aside).count(name):
            yield f"{what} were left out ({count})"
    if any(_has_blank_line(block.text) for block in blocks):
        yield "empty lines inside cues were left out"


def _has_blank_line(text: str) -> bool:
    return any(not line.strip() for line in text.rstrip().split("\n")) if text.strip() else False


def _thousandths(seconds: Fraction) -> int:
    return math.floor(seconds * 1000 + Fraction(1, 2))


def _vtt_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_SRT_MARKUP = re.compile(rf"&(?={_ENTITY.pattern[1:]})|<(?=[A-Za-z/!?])|\{{(?=\\)|(?<=--)>")


def _srt_text(text: str) -> str:
    return _SRT_MARKUP.sub(
        lambda match: {"&": "&amp;", "<": "&lt;", "{": "&#123;", ">": "&gt;"}[match[0]], text
    )


_WRITTEN: dict[str, Callable[[str], str]] = {"vtt": _vtt_text, "srt": _srt_text}

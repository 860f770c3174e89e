"""Facts as a text to edit: a section an asset, a line a field; lines that begin with ``#`` say nothing.

A value goes on in the lines below it that begin with a space; its own white space at an end stands as a code.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from footage.errors import Usage
from footage.formats.plain_text import decode_text
from footage.model.legible import legible, read_legible
from footage.model.printable import printable

_HEAD = re.compile(r"\[\s*asset\s+([0-9]{1,18})\s*\].*", re.IGNORECASE)
_LINE = re.compile(r"([A-Za-z][\w -]*?)\s*:(.*)")
_INDENT = "    "
_INDENTED = re.compile(r"(?:\t| {1,4})(.*)")


@dataclass(frozen=True, slots=True)
class Section:
    """One asset of the text.

    Attributes:
        title: what tells a person which one it is.
        lines: each field's name and value, in order.
        asides: by field, what somebody else says of it.
    """

    number: int
    title: str
    lines: Sequence[tuple[str, str]]
    asides: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """A field as it was read: its value, and the number of its line."""

    value: str
    number: int


def write_facts_text(opening: Iterable[str], sections: Iterable[Section]) -> str:
    """The text: an opening in comments, then each section."""
    blocks = ["".join(_comment(line) for line in opening)]
    for section in sections:
        lines = [f"[asset {section.number}] {printable(section.title)}\n"]
        for name, value in section.lines:
            lines.append(f"{name}:{_written(value)}\n")
            lines += [_comment(f"   {aside}") for aside in section.asides.get(name, ())]
        blocks.append("".join(lines))
    return "\n".join(blocks)


def read_facts_text(content: bytes) -> dict[int, dict[str, Line]]:
    r"""The fields of each asset, by its number.

    >>> read_facts_text(b"# a comment\n[asset 1] clip.mp4\nnote: two\n    lines\n")
    {1: {'note': Line(value='two\nlines', number=3)}}

    Raises:
        BadInput: the text is not UTF-8.
        Usage: a line cannot be read, or a section or a field is there twice; the message names the line.
    """
    text = decode_text(content).replace("\r\n", "\n").replace("\r", "\n")
    return _Reading().of(text.split("\n"))


class _Reading:
    """One reading of a text, line by line."""

    def __init__(self) -> None:
        self._sections: dict[int, dict[str, tuple[int, list[str]]]] = {}
        self._fields: dict[str, tuple[int, list[str]]] | None = None
        self._value: list[str] | None = None
        self._blank = 0

    def of(self, lines: Iterable[str]) -> dict[int, dict[str, Line]]:
        for number, line in enumerate(lines, 1):
            if not line.startswith("#"):
                self._take(number, line)
        return {
            asset: {
                name: Line(read_legible("\n".join(value)), number) for name, (number, value) in found.items()
            }
            for asset, found in self._sections.items()
        }

    def _take(self, number: int, line: str) -> None:
        if not line.strip(" \t"):
            self._blank += 1
        elif more := _INDENTED.fullmatch(line):
            self._go_on(number, more[1])
        elif head := _HEAD.fullmatch(line):
            self._begin(number, int(head[1]))
        else:
            self._field(number, line)

    def _go_on(self, number: int, text: str) -> None:
        if self._value is None:
            raise _unreadable(number, text)
        self._value += [""] * self._blank + [text.rstrip(" \t")]
        self._blank = 0

    def _begin(self, number: int, asset: int) -> None:
        if asset in self._sections:
            raise Usage(f"line {number}: asset {asset} is there twice", "keep one of the two")
        self._fields = self._sections[asset] = {}
        self._value, self._blank = None, 0

    def _field(self, number: int, line: str) -> None:
        match = _LINE.fullmatch(line)
        if match is None or self._fields is None:
            raise _unreadable(number, line)
        name = match[1].casefold().replace("_", "-").replace(" ", "-")
        if name in self._fields:
            raise Usage(f"line {number}: {name} is there twice", "keep one of the two")
        self._value, self._blank = [match[2].strip(" \t")], 0
        self._fields[name] = (number, self._value)


def _unreadable(number: int, line: str) -> Usage:
    shown = line.strip()[:60]
    hint = "a line is 'field: value'; a value's next lines begin with a space, comments with #"
    return Usage(f"line {number} cannot be read: {shown!r}", hint)


def _written(value: str) -> str:
    first, *others = legible(value, edges=True).split("\n")
    lines = [f" {first}" if first else "", *(f"{_INDENT}{line}" if line else "" for line in others)]
    return "\n".join(lines)


def _comment(line: str) -> str:
    return f"# {printable(line)}".rstrip() + "\n"

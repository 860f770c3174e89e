"""Templates of house styles: words with names in braces and, in square brackets, what may fall away."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from footage.errors import Usage

_TOKEN = re.compile(r"[\[\]]|\{[^{}\[\]]*\}|[^\[\]{}]+|.", re.DOTALL)
STOPPED = re.compile(r"[.!?…][\"'”’»)\]]*$")
"""A text whose last sentence ends, whatever closes behind it."""


@dataclass(frozen=True, slots=True)
class Name:
    """A place in a template that a value fills."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Parts that stand or fall together."""

    parts: "tuple[str | Name | Group, ...]"

    @property
    def names(self) -> frozenset[str]:
        """The names in it and in its inner groups."""
        inner = (part.names for part in self.parts if isinstance(part, Group))
        own = (part.name for part in self.parts if isinstance(part, Name))
        return frozenset(own).union(*inner)

    def fill(self, values: Mapping[str, str]) -> str:
        """The words with the values in their places; empty where the group falls away.

        A group falls away when a name that stands directly in it has no value, or when it has no name of its
        own and all of its inner groups fall away. A full stop is not doubled after a value that ends in one.
        """
        pieces = [_piece(part, values) for part in self.parts]
        own = [piece for part, piece in zip(self.parts, pieces, strict=True) if isinstance(part, Name)]
        inner = [piece for part, piece in zip(self.parts, pieces, strict=True) if isinstance(part, Group)]
        if not all(own) or (inner and not own and not any(inner)):
            return ""
        text = ""
        for piece in pieces:
            text += piece[1:] if piece.startswith(".") and STOPPED.search(text) else piece
        return text


@dataclass(frozen=True, slots=True)
class Template:
    """A house style's way to say something, as parsed by :func:`parse_template`."""

    text: str
    parts: Group

    @property
    def names(self) -> frozenset[str]:
        """The names that it has places for."""
        return self.parts.names

    def fill(self, values: Mapping[str, str]) -> str:
        """The words with the values in their places.

        >>> template = parse_template("It was released[ by {source}][ on {day}].", ("source", "day"))
        >>> template.fill({"day": "Friday"})
        'It was released on Friday.'
        >>> template.fill({})
        ''
        """
        return self.parts.fill(values)


def parse_template(text: str, names: Collection[str]) -> Template:
    """Read a template; ``names`` are those it may use.

    Raises:
        Usage: a bracket or brace does not close, or a name is not known (the hint says the nearest).
    """
    tokens = _TOKEN.findall(text)
    group, rest = _group(tokens, 0, names, text)
    if rest != len(tokens):
        raise Usage(
            f"{text!r} closes a bracket that was not opened", "square brackets hold what may fall away"
        )
    return Template(text, group)


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that is spelled most like a word, or nothing.

    >>> nearest("monts", ["months", "weekday"])
    'months'
    """
    return next(iter(difflib.get_close_matches(word, list(known), 1)), "")


def _group(tokens: list[str], at: int, names: Collection[str], text: str) -> tuple[Group, int]:
    parts: list[str | Name | Group] = []
    while at < len(tokens) and tokens[at] != "]":
        token = tokens[at]
        if token == "[":
            inner, at = _group(tokens, at + 1, names, text)
            if at == len(tokens):
                raise Usage(f"{text!r} opens a bracket that does not close", "end it with ]")
            parts.append(inner)
        elif token.startswith("{"):
            parts.append(_name(token, names, text))
        elif token == "}":
            raise Usage(f"{text!r} closes a brace that was not opened", "names stand in braces: {shows}")
        else:
            parts.append(token)
        at += 1
    return Group(tuple(parts)), at


def _name(token: str, names: Collection[str], text: str) -> Name:
    name = token[1:-1]
    if token == "{":
        raise Usage(f"{text!r} opens a brace that does not close", "names stand in braces: {shows}")
    if name not in names:
        near = nearest(name, names)
        hint = f"did you mean {{{near}}}?" if near else "it may use " + ", ".join(f"{{{n}}}" for n in names)
        raise Usage(f"{text!r} has no value for {{{name}}}", hint)
    return Name(name)


def _piece(part: str | Name | Group, values: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return part
    return part.fill(values) if isinstance(part, Group) else values.get(part.name, "")

"""Code replacements: ``=92=`` typed in a text stands for a name that is long, or hard to spell."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from footage.model.facts import Facts
from footage.model.fields import FIELDS
from footage.model.source import Source

Rows = tuple[tuple[str, ...], ...]
_MENTION = re.compile(r"=(?P<code>[^=\s#]{1,64})(?:#(?P<number>[1-9][0-9]?))?(?==)")
_VARIABLE = re.compile(r"\{[^\W\d][^{}\n]{0,80}\}")


@dataclass(frozen=True, slots=True)
class Codes:
    """What codes stand for.

    Attributes:
        listed: the codes of the library's code files, each with its rows of replacements; a code of several
            rows is ambiguous.
        sources: whose keys, or unique starts of keys, are codes as well: for the name in captions, the long
            name, the handle.
    """

    listed: Mapping[str, Rows]
    sources: tuple[Source, ...] = ()

    def meaning(self, code: str, number: int = 1) -> tuple[str | None, str]:
        """What a code stands for, or None and why it stays as it is typed.

        A listed code wins over a source's key, and that over the start of one.
        """
        rows = self.listed.get(code) or self._of_sources(code)
        if not rows:
            return None, "no code or source is called that"
        if len(rows) > 1:
            return None, "it may mean " + " or ".join(row[0] or row[-1] for row in rows[:4])
        replacements = rows[0]
        if number > len(replacements) or not replacements[number - 1]:
            return None, f"it has no replacement {number}"
        return replacements[number - 1], ""

    def _of_sources(self, code: str) -> Rows:
        wanted = code.casefold()
        named = [source for source in self.sources if source.in_caption]
        exact = [source for source in named if source.key.casefold() == wanted]
        begin = [source for source in named if source.key.casefold().startswith(wanted)]
        return tuple((source.in_caption, source.name, source.handle) for source in exact or begin)


@dataclass(frozen=True, slots=True)
class Expanded:
    """Facts whose codes are expanded, and what stays as it was typed, with the reason."""

    facts: Facts
    notes: tuple[str, ...] = ()


def mentions_codes(facts: Facts) -> bool:
    """Whether a text of these facts may hold a code or a variable."""
    return any(_MENTION.search(text) or _VARIABLE.search(text) for _, text in _prose(facts))


def expand(facts: Facts, codes: Codes) -> Expanded:
    """Facts with what their codes stand for; a code that stands for nothing stays as it is typed.

    >>> brigade = Source("92ombr", in_caption="the 92nd OMBr")
    >>> expand(Facts(shows="=92= and 2=3=5"), Codes({}, (brigade,)))
    Expanded(facts=Facts(shows='the 92nd OMBr and 2=3=5'...
    """
    values: dict[str, Any] = {}
    notes: dict[str, None] = {}
    for name in facts.stated():
        value = getattr(facts, name)
        if FIELDS[name].prose:
            several = isinstance(value, tuple)
            texts = [_expand_text(text, codes, notes) for text in (value if several else [value])]
            values[name] = tuple(texts) if several else texts[0]
    return Expanded(replace(facts, **values), tuple(notes))


def _prose(facts: Facts) -> Iterable[tuple[str, str]]:
    for name in facts.stated():
        value = getattr(facts, name)
        if FIELDS[name].prose:
            yield from ((name, text) for text in (value if isinstance(value, tuple) else [value]))


def _expand_text(text: str, codes: Codes, notes: dict[str, None]) -> str:
    parts, at = [], 0
    while match := _MENTION.search(text, at):
        meaning, why = codes.meaning(match["code"], int(match["number"] or 1))
        if meaning is None:
            notes[f"{match[0]}= stays as typed: {why}"] = None
            parts.append(text[at : match.end()])
            at = match.end()
        else:
            parts.append(text[at : match.start()] + meaning)
            at = match.end() + 1
    whole = "".join([*parts, text[at:]])
    for variable in _VARIABLE.findall(text):
        notes[f"{variable} stays as typed: facts know no variables"] = None
    return whole

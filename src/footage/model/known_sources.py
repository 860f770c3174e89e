"""Finding the sources that a text names, and making records of those that the desk does not know yet."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from footage.model.english import tidy, without_article
from footage.model.folding import fold, spellings
from footage.model.source import Source, SourceKind
from footage.model.wording import in_sentence

HANDLE = re.compile(r"@[^\s/()]+")

_MILITARY = re.compile(
    r"\b(?:brigades?|battalions?|regiments?|divisions?|army|armies|corps|(?:armed|air|ground|special) forces?"
    r"|navy|fleet|general staff|military|command|squadron|OMBr|\w*Br(?:igade)?)\b"
)
_GOVERNMENT = re.compile(
    r"\b(?:ministry|government|police|president\w*|parliament|administration|council|emergency service"
    r"|security service|city hall|prosecutor\w*|agency|department|embassy)\b",
    re.IGNORECASE,
)
_TOO_COMMON = frozenset(
    {"the", "of", "and", "armed", "forces", "separate", "mechanized", "brigade", "army", "ground", "field"}
)


@dataclass(frozen=True)
class KnownSources:
    """The sources that the desk knows, found by what texts call them."""

    sources: Sequence[Source]

    def named(self, text: str) -> tuple[Source, ...]:
        """Those that sentences name so; kinds of apostrophes, case and "the" make no difference."""
        return tuple(self._by_name.get(_folded(text), ())) if text else ()

    def of_handle(self, handle: str) -> Source | None:
        """The one with a handle, in any case."""
        return self._by_handle.get(handle.casefold())

    def filled(self, source: Source, name: str) -> Source:
        """A source with the name that a caption gives it, where it is a stub without one."""
        return replace(source, in_caption=name) if source.stub and name and not source.in_caption else source

    def __contains__(self, source: object) -> bool:
        return source in self.sources

    def new(self, name: str, handle: str = "", taken: Iterable[str] = ()) -> Source:
        """A record of a source that the desk does not know, under a key that is free.

        It is a stub until its long name is filled in.

        Args:
            name: as captions write it, its article included; may be empty.
            taken: keys that are not free either.

        >>> KnownSources([]).new("the 92nd OMBr", "@92OMBr")
        Source(key='92ombr', name='', in_caption='the 92nd OMBr', handle='@92OMBr', \
kind=<SourceKind.MILITARY: 'military'>, article=True, stub=True, withheld=False, revision=1)
        """
        return Source(
            _free_key(_key_of(handle or without_article(name)), self.keys | set(taken)),
            in_caption=name,
            handle=handle,
            kind=kind_of(name),
            stub=True,
        )

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all that are known."""
        return frozenset(source.key for source in self.sources)

    @cached_property
    def _by_name(self) -> dict[str, list[Source]]:
        found: dict[str, list[Source]] = {}
        for source in self.sources:
            names = (in_sentence(source), tidy(source.name), tidy(source.handle))
            for name in dict.fromkeys(_folded(name) for name in names if name):
                found.setdefault(name, []).append(source)
        return found

    @cached_property
    def _by_handle(self) -> dict[str, Source]:
        return {tidy(source.handle).casefold(): source for source in self.sources if tidy(source.handle)}


def kind_of(name: str) -> SourceKind:
    """What sort of source a name is likely to be.

    >>> kind_of("the Ministry of Defence").value, kind_of("the 7th Field Brigade").value
    ('government', 'military')
    """
    if _GOVERNMENT.search(name):
        return SourceKind.GOVERNMENT
    military = _MILITARY.search(name) or _MILITARY.search(name.lower())
    return SourceKind.MILITARY if military else SourceKind.CHANNEL


def same_party(one: str, other: str) -> bool:
    """Whether a long and a short name may be one party's: no number tells them apart, and a word is shared.

    >>> same_party("the 92nd OMBr", "the 92nd Ivan Sirko Separate Mechanized Brigade")
    True
    >>> same_party("the 92nd OMBr", "the 93rd Separate Mechanized Brigade")
    False
    """
    first, second = fold(one).split(), fold(other).split()
    numbers, others = (set(re.findall(r"\b\d+", " ".join(words))) for words in (first, second))
    if numbers and others:
        return bool(numbers & others)
    return bool((set(first) & set(second)) - _TOO_COMMON)


def _folded(name: str) -> str:
    """A name made comparable; one of signs alone stays as it is."""
    return fold(without_article(name)) or name


def _key_of(name: str) -> str:
    before, _, _ = name.partition(" of ")
    name = before if before.count(" ") else name
    latin = spellings(name)[-1] if len(spellings(name)) < 3 else spellings(name)[1]
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:40].strip("-") or "source"


def _free_key(key: str, taken: Collection[str]) -> str:
    count, free = 1, key
    while free in taken:
        count += 1
        free = f"{key}{count}"
    return free

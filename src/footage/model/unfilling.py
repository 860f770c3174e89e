"""Templates read backwards: the values that a text was filled from."""

import itertools
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from footage.model.template import STOPPED, Group, Name

Values = Mapping[str, str]

_TAIL = 8
_STEPS = 60_000


class Slots(Protocol):
    """What can stand in a template's places."""

    def opens(self, name: str, text: str, at: int) -> bool:
        """Whether a value of a name may begin there in a text."""

    def fits(self, name: str, value: str) -> bool:
        """Whether a text can be a name's value."""


class Anything:
    """Slots that take any text."""

    def opens(self, name: str, text: str, at: int) -> bool:  # noqa: ARG002
        """Whether something stands there."""
        return at < len(text)

    def fits(self, name: str, value: str) -> bool:  # noqa: ARG002
        """Whether there is a value."""
        return bool(value)


def unfill(parts: Group, text: str, slots: Slots, *, shorter_first: bool = False) -> Iterator[Values]:
    """Every choice of values that fills a template to exactly this text, longer values first.

    A name that stands more than once has one value. What is found after a great many steps is all that is
    found, so that no text takes long.

    >>> from footage.model.template import parse_template
    >>> template = parse_template("It was released[ by {source}][ on {day}].", ("source", "day"))
    >>> found = list(unfill(template.parts, "It was released by X on Friday.", Anything()))
    >>> {"source": "X", "day": "Friday"} in found, {"source": "X on Friday"} in found
    (True, True)
    """
    yield from _Unfilling(text, slots, _repeated(parts), shorter_first).walk(_chain(parts), 0, (), {})


def openings(parts: Group, values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """What texts that a template filled may begin with; an empty text where that is anything.

    Args:
        values: what can stand for some names.

    >>> openings(Group((Group(("on ", Name("day"))), Name("month"))), {"month": ("May", "June")})
    ('on ', 'May', 'June')
    """
    found: list[str] = []
    for part in parts.parts:
        if isinstance(part, Group):
            found += openings(part, values)
            continue
        return (*found, *(values.get(part.name, ("",)) if isinstance(part, Name) else (part,)))
    return tuple(found)


def possible(parts: Group, text: str) -> bool:
    """Whether the words that never fall away stand in a text; a quick look before :func:`unfill`.

    >>> possible(Group(("It was released", Group((" by ", Name("who"))), ".")), "It was posted.")
    False
    """
    return all(part.strip(".") in text for part in parts.parts if isinstance(part, str))


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a template laid out in a row.

    Attributes:
        part: words or a name to read; a group that may stand or fall away; None where a group ends.
        inside: the first step of the group, where it is one.
        after: the step behind it; None at the very end.
        following: the words that must stand behind a name; empty where that is not settled.
        opening: the words that a group begins with; empty where that is not settled.
    """

    number: int
    part: str | Name | Group | None
    inside: "_Step | None"
    after: "_Step | None"
    following: str = ""
    opening: str = ""


@dataclass(frozen=True, slots=True)
class _Open:
    """A group that is being read.

    Attributes:
        start: where it began.
        stopped: whether a full stop stood before it, so that one at its start would not be doubled.
        stands: whether it says something by now, so that it need not fall away.
    """

    start: int
    stopped: bool
    stands: bool


def _chain(group: Group) -> _Step:
    """A whole template as steps."""
    numbers = itertools.count()
    return _Step(next(numbers), group, _steps(group, _Step(next(numbers), None, None, None), numbers), None)


def _steps(group: Group, end: _Step, numbers: Iterator[int]) -> _Step:
    step, following = end, ""
    for part in reversed(group.parts):
        inside = None
        if isinstance(part, Group):
            inside = _steps(part, _Step(next(numbers), None, None, step), numbers)
        opening = _opening(part) if isinstance(part, Group) else ""
        step = _Step(next(numbers), part, inside, step, following, opening)
        following = part if isinstance(part, str) else ""
    return step


def _opening(group: Group) -> str:
    """The words that a group begins with, unless a full stop that may be left out is among them."""
    first, *rest = group.parts or ("",)
    if isinstance(first, Group):
        return _opening(first) if not rest else ""
    if isinstance(first, Name) or first.startswith("."):
        return ""
    alone = len(rest) == 1 and isinstance(rest[0], Group)
    return first + (_opening(rest[0]) if alone and isinstance(rest[0], Group) else "")


def _repeated(group: Group) -> tuple[str, ...]:
    names = Counter(_names(group))
    return tuple(name for name, count in names.items() if count > 1)


def _names(group: Group) -> Iterator[str]:
    for part in group.parts:
        if isinstance(part, Name):
            yield part.name
        elif isinstance(part, Group):
            yield from _names(part)


@dataclass
class _Unfilling:
    """One text being read.

    Attributes:
        repeated: the names that stand more than once.
        shorter_first: whether short values are tried before long ones.
        left: how many more steps may be taken.
        vain: where reading on has led to nothing, so that no way is gone twice.
    """

    text: str
    slots: Slots
    repeated: tuple[str, ...]
    shorter_first: bool
    left: int = _STEPS
    vain: set[Hashable] = field(default_factory=set)

    def walk(
        self, step: _Step | None, at: int, opened: tuple[_Open, ...], values: Values
    ) -> Iterator[Values]:
        """Every way to read the rest of the text."""
        if step is None:
            if at == len(self.text):
                yield values
            return
        if self.left <= 0:
            return
        self.left -= 1
        parts_ways = isinstance(step.part, Group)
        key = self._key(step, at, opened, values) if parts_ways else None
        if key in self.vain:
            return
        led_on = False
        for after, end, inner, known in self._taken(step, at, opened, values):
            for found in self.walk(after, end, inner, known):
                led_on = True
                yield found
        if parts_ways and not led_on and self.left > 0:
            self.vain.add(key)

    def _key(self, step: _Step, at: int, opened: tuple[_Open, ...], values: Values) -> Hashable:
        near = tuple((min(at - one.start, _TAIL), one.stopped, one.stands) for one in opened)
        return step.number, at, near, tuple(values.get(name) for name in self.repeated)

    def _taken(
        self, step: _Step, at: int, opened: tuple[_Open, ...], values: Values
    ) -> Iterator[tuple[_Step | None, int, tuple[_Open, ...], Values]]:
        """The ways to take one step: what comes next, where, in which groups, with which values."""
        part = step.part
        if part is None:
            *outer, group = opened
            if group.stands:
                yield step.after, at, _with_inner(outer, said=at > group.start), values
        elif isinstance(part, Group):
            if self.text.startswith(step.opening, at):
                named = any(isinstance(inner, Name) for inner in part.parts)
                grouped = any(isinstance(inner, Group) for inner in part.parts)
                group = _Open(at, self._stopped(at, opened), named or not grouped)
                yield step.inside, at, (*opened, group), values
            if opened:
                yield step.after, at, opened, values
        elif isinstance(part, Name):
            for end, value in self._values(part.name, at, values, step.following):
                yield step.after, end, opened, {**values, part.name: value}
        else:
            literal = part[1:] if part.startswith(".") and self._stopped(at, opened) else part
            if self.text.startswith(literal, at):
                yield step.after, at + len(literal), opened, values

    def _stopped(self, at: int, opened: tuple[_Open, ...]) -> bool:
        """Whether what was read of the innermost group ends in a full stop."""
        if not opened:
            return False
        group = opened[-1]
        if at == group.start:
            return group.stopped
        return bool(STOPPED.search(self.text[max(group.start, at - _TAIL) : at]))

    def _values(self, name: str, at: int, values: Values, following: str) -> Iterator[tuple[int, str]]:
        if name in values:
            value = values[name]
            if self.text.startswith(value, at):
                yield at + len(value), value
            return
        if not self.slots.opens(name, self.text, at):
            return
        ends = self._ends(at, following)
        for end in reversed(list(ends)) if self.shorter_first else ends:
            value = self.text[at:end]
            if value == value.strip() and self.slots.fits(name, value):
                yield end, value

    def _ends(self, at: int, following: str) -> Iterator[int]:
        """Where a value that begins somewhere may end, the last place first."""
        if following.startswith("."):
            # It is not doubled, and may have been left out.
            for end in range(len(self.text), at, -1):
                if self.text.startswith((following, following[1:]), end):
                    yield end
            return
        end = len(self.text)
        while end > at:
            end = self.text.rfind(following, at + 1, end + len(following))
            if end <= at:
                return
            yield end
            end -= 1


def _with_inner(outer: Sequence[_Open], *, said: bool) -> tuple[_Open, ...]:
    """The groups around one that has ended; a nameless outer one stands if an inner one says something."""
    if not outer or not said:
        return tuple(outer)
    return (*outer[:-1], replace(outer[-1], stands=True))

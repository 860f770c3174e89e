"""What is silenced and taken out of sound, in exact seconds, for the proof."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate

from footage.model.redaction import Timeline
from footage.model.span import Span

_Times = Sequence[tuple[Fraction, Fraction]]


class HeardEdits:
    """What is silenced and taken out of the sound, in seconds on the original's clock."""

    def __init__(self, timeline: Timeline, mutes: Sequence[Span]) -> None:
        second = timeline.index.time_base
        self.silences: _Times = [(span.start * second, span.end * second) for span in mutes]
        self.removals: _Times = [(gap.start * second, gap.end * second) for gap in timeline.gaps]
        removed = list(accumulate((end - start for start, end in self.removals), initial=Fraction(0)))
        self._removed = removed
        self._joins = [start - gone for (start, _), gone in zip(self.removals, removed, strict=False)]
        self.all: _Times = _merged((*self.silences, *self.removals))
        """Both, in order and apart from each other."""
        self.mapped: _Times = [(self.after(start), self.after(end)) for start, end in self.all]
        """The same on the made file's clock."""

    def __bool__(self) -> bool:
        return bool(self.all)

    def after(self, time: Fraction) -> Fraction:
        """Where a moment lies when all is taken out."""
        before = bisect_left(self.removals, (time,))
        if not before:
            return time
        return time - self._removed[before] + max(Fraction(0), self.removals[before - 1][1] - time)

    def before(self, time: Fraction) -> Fraction:
        """Where a moment of the made file lies in the original; one at a join: after it."""
        gone = bisect_right(self._joins, time)
        return time + self._removed[gone]

    def touches(self, start: Fraction, end: Fraction, margin: Fraction = Fraction(0)) -> bool:
        """Whether an edit comes nearer to a stretch than a margin."""
        return met(self.all, start - margin, end + margin)

    def swallows(self, start: Fraction, end: Fraction) -> bool:
        """Whether nothing of a stretch is heard."""
        before = bisect_right(self.all, start, key=_start)
        return before > 0 and end <= self.all[before - 1][1]

    def joins(self, start: Fraction, end: Fraction, margin: Fraction) -> bool:
        """Whether on the made file's clock an edit comes nearer to a stretch than a margin."""
        return met(self.mapped, start - margin, end + margin)

    def heard_silences(self) -> list[tuple[Fraction, Fraction]]:
        """What must be silent, on the made file's clock; what was taken out is not heard at all."""
        spans = [(self.after(start), self.after(end)) for start, end in self.silences]
        return [(start, end) for start, end in spans if start < end]


def _start(span: tuple[Fraction, Fraction]) -> Fraction:
    return span[0]


def _merged(spans: Iterable[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """Spans in order, those that touch or overlap as one."""
    merged: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def met(spans: _Times, start: Fraction, end: Fraction) -> bool:
    """Whether one of some spans in order meets a stretch."""
    before = bisect_left(spans, end, key=_start)
    return before > 0 and spans[before - 1][1] > start

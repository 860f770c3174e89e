"""Redaction: all that is done to an asset's footage before it may go out, and what it does to its times."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cached_property

from footage.model.custody import canonical
from footage.model.flag import Flag, Mask, State, Treatment, mask_of
from footage.model.span import FrameIndex, Span

_MADE_AS = 2
"""Counted up whenever redactions come to be made differently, so that older renditions are made anew."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is hidden, taken out and silenced.

    Attributes:
        cuts: spans taken out of picture and sound, in the source's ticks; in order and apart.
        mutes: spans whose sound is silenced, likewise.
    """

    masks: tuple[Mask, ...] = ()
    cuts: tuple[Span, ...] = ()
    mutes: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """Where an asset's frames lie when its cuts are made.

    A frame is taken out when its display meets a cut. What follows moves up by as much as was taken out.
    """

    index: FrameIndex
    cuts: tuple[Span, ...] = ()

    @cached_property
    def removed(self) -> tuple[range, ...]:
        """The numbers of the frames taken out.

        >>> from fractions import Fraction
        >>> index = FrameIndex(Fraction(1, 25), tuple(range(0, 100, 10)), 100)
        >>> Timeline(index, (Span(15, 30), Span(35, 41))).removed
        (range(1, 5),)
        """
        found: list[range] = []
        for cut in sorted(self.cuts, key=lambda span: span.start):
            frames = self.index.frames_in(cut)
            if found and frames.start <= found[-1].stop:
                found[-1] = range(found[-1].start, max(found[-1].stop, frames.stop))
            else:
                found.append(frames)
        return tuple(found)

    @cached_property
    def gaps(self) -> tuple[Span, ...]:
        """The spans on screen of the frames taken out."""
        pts = self.index.pts
        return tuple(Span(pts[each.start], self.index.frame_end(each[-1])) for each in self.removed)

    @cached_property
    def kept(self) -> tuple[int, ...]:
        """The numbers of the frames that stay."""
        gone = {number for frames in self.removed for number in frames}
        return tuple(number for number in range(len(self.index.pts)) if number not in gone)

    @cached_property
    def shortened(self) -> FrameIndex:
        """The times of the frames that stay, after the cut; there must be one.

        >>> from fractions import Fraction
        >>> Timeline(FrameIndex(Fraction(1, 25), (0, 10, 20, 30), 40), (Span(10, 30),)).shortened.pts
        (0, 10)
        """
        if not self.removed:
            return self.index
        pts = self.index.pts
        return FrameIndex(
            self.index.time_base,
            tuple(self.tick(pts[number]) for number in self.kept),
            self.tick(self.index.end),
        )

    def tick(self, tick: int) -> int:
        """Where a moment of the source lies after the cut; one that was cut out: where the ends meet."""
        return tick - self._gone_by(tick)

    def span(self, span: Span) -> Span | None:
        """Where a span of the source lies after the cut; None where all of it was cut out."""
        start, end = self.tick(span.start), self.tick(span.end)
        return Span(start, end) if end > start else None

    def _gone_by(self, tick: int) -> int:
        """How many ticks were taken out before a moment."""
        later = bisect_right(self.gaps, tick, key=lambda gap: gap.start)
        return sum(min(tick, gap.end) - gap.start for gap in self.gaps[:later])


def redaction_of(
    flags: Sequence[Flag],
    default: Treatment,
    size: tuple[int, int],
    *,
    chosen: Treatment | None = None,
    only: Sequence[int] = (),
) -> tuple[tuple[Flag, ...], Redaction]:
    """What flags ask for, and which of them ask: with the treatments they get.

    Args:
        default: the library's treatment, for flags that name none.
        size: width and height of the displayed picture in pixels.
        chosen: the treatment a person chose for this time; what is to be cut out stays so.
        only: leaves other open flags out.
    """
    asking = [
        flag
        for flag in flags
        if flag.drawn and (flag.state is State.MASKED or not only or flag.number in only)
    ]
    settled = tuple(
        _treated(flag, chosen if not only or flag.number in only else None, default) for flag in asking
    )
    masks = tuple(mask_of(flag, flag.treatment or default, size) for flag in settled if flag.masks_pictures)
    cuts = merged(flag.span for flag in settled if flag.cut and flag.span)
    mutes = merged(flag.span for flag in settled if flag.mute and not flag.cut and flag.span)
    return settled, Redaction(masks, cuts, mutes)


def _treated(flag: Flag, chosen: Treatment | None, default: Treatment) -> Flag:
    """A flag with the treatment it gets; one that cuts keeps that, one that only silences gets none."""
    if not flag.masks_pictures:
        return flag
    return replace(flag, treatment=chosen or flag.treatment or default)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap as one.

    >>> merged([Span(5, 9), Span(0, 5), Span(20, 30)])
    (Span(start=0, end=9), Span(start=20, end=30))
    """
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def recipe_of(sha256: str, redaction: Redaction) -> str:
    """What a redacted rendition is made of: the original, all that is done to it, and the way it is done.

    Two renditions with the same recipe hide the same; any edit of a flag makes another one.
    """
    masks = [
        [
            mask.flag,
            _ends(mask.span),
            mask.shape,
            [[pose.tick, *astuple(pose.region), *pose.points] for pose in mask.poses],
            mask.treatment,
            mask.grow,
        ]
        for mask in sorted(redaction.masks, key=lambda mask: mask.flag)
    ]
    done = [
        _MADE_AS,
        sha256,
        masks,
        *([_ends(span) for span in spans] for spans in (redaction.cuts, redaction.mutes)),
    ]
    return hashlib.sha256(canonical(done).encode()).hexdigest()


def standing_recipe(sha256: str, flags: Sequence[Flag], default: Treatment, size: tuple[int, int]) -> str:
    """What a redacted rendition would have to be made of today; empty where nothing is asked."""
    asking, redaction = redaction_of(flags, default, size)
    return recipe_of(sha256, redaction) if asking else ""


def _ends(span: Span | None) -> list[int] | None:
    return [span.start, span.end] if span else None

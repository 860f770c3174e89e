"""What a package says of what is hidden in it, and where that lies in what goes out."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from footage.actions.caption import Captioned
from footage.model.flag import Flag, State
from footage.model.redaction import Timeline, merged
from footage.model.span import FrameIndex, exact_clock


def timeline_of(flags: Sequence[Flag], index: FrameIndex | None) -> Timeline | None:
    """Where a video's frames lie in what goes out; None for a still."""
    if index is None:
        return None
    cuts = merged(flag.span for flag in flags if flag.state is State.MASKED and flag.cut and flag.span)
    return Timeline(index, cuts)


def spans_of(
    flags: Sequence[Flag], timeline: Timeline | None
) -> tuple[dict[int, tuple[Fraction, Fraction]], dict[int, Fraction]]:
    """Where flags lie in what goes out, and how much the cuts among them took out, in seconds."""
    if timeline is None:
        return {}, {}
    shown = timeline.shortened
    spans: dict[int, tuple[Fraction, Fraction]] = {}
    removed: dict[int, Fraction] = {}
    for flag in flags:
        if flag.span is None:
            continue
        left = timeline.span(flag.span)
        if flag.state is State.MASKED and flag.cut:
            joined = shown.seconds(timeline.tick(flag.span.start))
            spans[flag.number] = joined, joined
            frames = timeline.index.frames_in(flag.span)
            taken = timeline.index.frame_end(frames[-1]) - timeline.index.pts[frames.start]
            removed[flag.number] = taken * timeline.index.time_base
        elif left is not None:
            spans[flag.number] = shown.seconds(left.start), shown.seconds(left.end)
    return spans, removed


def masked_by_us(
    flags: Sequence[Flag],
    agency: str,
    spans: Mapping[int, tuple[Fraction, Fraction]],
    removed: Mapping[int, Fraction],
) -> tuple[str, ...]:
    """What we hid, cut out and silenced, one sentence each; spans and lengths as of :func:`spans_of`."""
    told = []
    for flag in flags:
        if flag.state is not State.MASKED:
            continue
        reasons = ", ".join(flag.reasons)
        if flag.number in removed:
            length = f"{float(removed[flag.number]):.1f} s at {exact_clock(spans[flag.number][0])}"
            told.append(f"Cut by {agency}: {reasons}, {length}.")
            continue
        if flag.masks_pictures:
            told.append(f"Masked by {agency}: {reasons}{_when(flag, spans)}.")
        if flag.mute:
            told.append(f"Silenced by {agency}: {reasons}{_when(flag, spans)}.")
    return tuple(told)


def instructions_of(flags: Sequence[Flag], agency: str) -> str:
    """What the instructions of a file say in which we hid something."""
    hidden = [flag for flag in flags if flag.state is State.MASKED]
    kinds = (
        ("Masked", [flag for flag in hidden if flag.masks_pictures]),
        ("Cut", [flag for flag in hidden if flag.cut]),
        ("Silenced", [flag for flag in hidden if flag.mute and not flag.cut]),
    )
    return " ".join(
        f"{word} by {agency}: {', '.join(dict.fromkeys(r.value for flag in found for r in flag.reasons))}."
        for word, found in kinds
        if found
    )


def masked_by_source(captioned: Captioned, spans: Mapping[int, tuple[Fraction, Fraction]]) -> tuple[str, ...]:
    """What came hidden from its source, one sentence each."""
    subject = captioned.subject
    told = [
        f"Masked by its source: apparently {', '.join(flag.reasons)}{_when(flag, spans)}."
        for flag in subject.flags
        if flag.state is State.SOURCE
    ]
    if subject.facts.masked_at_source and not told:
        told.append("Parts were masked by its source.")
    return tuple(told)


def _when(flag: Flag, spans: Mapping[int, tuple[Fraction, Fraction]]) -> str:
    if flag.number not in spans:
        return ""
    start, end = spans[flag.number]
    return f", {exact_clock(start)} to {exact_clock(end)}"

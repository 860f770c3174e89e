"""The words of a flag, as ``flag`` takes them."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from footage.actions.flag import Marking


def reason_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Reasons, also several in one word with commas between."""
    return tuple(part for word in words for part in word.split(",") if part.strip())


def marking(
    span: tuple[str, ...],
    shot: int | None,
    reasons: tuple[str, ...],
    regions: tuple[str, ...],
    ellipse: bool | None,
    treatment: str | None,
    by_source: bool | None,
    note: str | None,
) -> "Marking":
    """What the options say of a flag."""
    from footage.actions.flag import Marking
    from footage.model.flag import Treatment, parse_reason

    if len(span) > 2:
        raise click.UsageError(
            "a flag takes one IN and one OUT; raise a second flag for another span; with --edit leave the "
            "asset out"
        )
    return Marking(
        start=span[0] if span else None,
        end=span[1] if len(span) == 2 else None,
        shot=shot,
        reasons=tuple(parse_reason(word) for word in reason_words(reasons)),
        regions=regions,
        ellipse=ellipse,
        treatment=Treatment(treatment) if treatment else None,
        by_source=by_source,
        note=note,
    )

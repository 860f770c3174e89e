"""How flags are listed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from footage.commands._session import Session

if TYPE_CHECKING:
    from footage.library import Library
    from footage.model.flag import Flag


def say_flags(session: Session, library: "Library", flags: "Sequence[Flag]") -> None:
    """Print flags as a table, or as their document."""
    from footage.actions.flags import indexes_of
    from footage.commands._documents import flag_document
    from footage.commands.show import span_words

    indexes = indexes_of(library, [flag.asset for flag in flags])
    session.document([flag_document(flag, indexes.get(flag.asset)) for flag in flags])
    rows = [
        (
            flag.number,
            flag.asset,
            span_words(flag.span, indexes.get(flag.asset)),
            ", ".join(flag.reasons),
            f"{flag.state}, looked at" if flag.looked else flag.state.value,
            _mask_words(flag),
            flag.note or flag.because,
        )
        for flag in flags
    ]
    if flags:
        columns = ["flag", "asset", "span", "reasons", "state", "mask", "note"]
        session.table(columns, rows, flexible="note")
    else:
        session.say("no flags")


def _mask_words(flag: "Flag") -> str:
    """What hides it: treatment, outline, how many poses."""
    treatment = flag.treatment.value if flag.treatment else ""
    outline = f"{flag.shape} {_region_words(flag)}" if flag.poses else "whole picture"
    moves = f"{len(flag.poses)} poses" if len(flag.poses) > 1 else ""
    return " ".join(part for part in (treatment, outline, moves) if part)


def _region_words(flag: "Flag") -> str:
    """Where the first pose lies, in per cent."""
    region = flag.poses[0].region
    return ",".join(f"{100 * part:.3g}%" for part in (region.x, region.y, region.w, region.h))

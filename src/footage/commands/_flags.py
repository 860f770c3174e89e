"""How flags are listed."""

import sys
from collections.abc import Sequence
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from footage.commands._session import Session

if TYPE_CHECKING:
    from footage.library import Library
    from footage.model.flag import Flag
    from footage.model.span import FrameIndex

_DOUBTS = 8
_WIDE = 120
"""Columns of a terminal below which outlines are told without their figures."""


def say_flags(session: Session, library: "Library", flags: "Sequence[Flag]") -> None:
    """Print flags as a table, or as their document."""
    from footage.actions.flags import indexes_of
    from footage.commands._documents import flag_document
    from footage.commands.show import span_words

    brief = sys.stdout.isatty() and get_terminal_size().columns < _WIDE
    indexes = indexes_of(library, [flag.asset for flag in flags])
    session.document([flag_document(flag, indexes.get(flag.asset)) for flag in flags])
    rows = [
        (
            flag.number,
            flag.asset,
            span_words(flag.span, indexes.get(flag.asset)),
            ", ".join(flag.reasons),
            _state_words(flag),
            _mask_words(flag, brief=brief),
            flag.note or flag.because,
        )
        for flag in flags
    ]
    if flags:
        columns = ["flag", "asset", "span", "reasons", "state", "mask", "note"]
        session.table(columns, rows, flexible="note", firm=("span",))
        for flag in flags:
            if flag.drawn and flag.in_doubt:
                _say_doubt(session, flag, indexes.get(flag.asset))
    else:
        session.say("no flags")


def _say_doubt(session: Session, flag: "Flag", index: "FrameIndex | None") -> None:
    """Where the mask may have lost what it follows, and how a person answers."""
    from footage.commands.show import span_words

    shown = [span_words(span, index) for span in flag.doubtful]
    rest = f" and {len(shown) - _DOUBTS} more" if len(shown) > _DOUBTS else ""
    session.say(f"flag {flag.number} may have lost what it follows: {', '.join(shown[:_DOUBTS])}{rest}")
    session.say(
        f"  look: footage blur {flag.asset} --preview; then draw it there (footage flag --edit {flag.number} "
        f'--region "TIME X,Y,W,H" …) or answer: footage resolve {flag.number} --looked --because "…"'
    )


def _state_words(flag: "Flag") -> str:
    """Where it stands, and what a person has still to look at."""
    if flag.drawn and flag.in_doubt:
        return f"{flag.state}, doubtful"
    return f"{flag.state}, looked at" if flag.looked or flag.answered else flag.state.value


def _mask_words(flag: "Flag", *, brief: bool) -> str:
    """What is done about it: treatment, outline (its figures unless in brief), poses, and the sound."""
    silence = "mute" if flag.mute else ""
    if not flag.masks_pictures:
        return " ".join(filter(None, ("cut" if flag.cut else "", silence)))
    treatment = flag.treatment.value if flag.treatment else ""
    outline = flag.shape.value if flag.poses else "whole picture"
    if flag.poses and not brief:
        outline += f" {_region_words(flag)}"
    moves = f"{len(flag.poses)} poses" if len(flag.poses) > 1 else ""
    follows = "follows" if flag.follow else ""
    return " ".join(part for part in (treatment, outline, moves, follows, silence) if part)


def _region_words(flag: "Flag") -> str:
    """Where the first pose lies, in per cent."""
    region = flag.poses[0].region
    return ",".join(f"{100 * part:.3g}%" for part in (region.x, region.y, region.w, region.h))

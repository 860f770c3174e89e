"""Days and moments as a source states them, and reading them from what people type."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and where known the time of day and the zone it was stated in.

    Attributes:
        day: by the clock of whoever stated it; this is the day that captions print.
        time: of day; None where only the day is known.
        zone: an IANA name ("Europe/Kyiv") or an offset ("+02:00"); None where nobody said.
    """

    day: dt.date
    time: dt.time | None = None
    zone: str | None = None

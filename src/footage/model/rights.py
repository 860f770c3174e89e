"""Rights and the clock: on what terms footage may be used, from when, and until when."""

import datetime as dt
from dataclasses import replace

from footage.model.english import tidy
from footage.model.facts import Facts
from footage.model.moment import Moment, moment_text
from footage.model.source import Source, SourceKind
from footage.model.style import Handout

STORY_HANDOUT = "HONS"
"""AP's title for a handout that is given for one story."""

_GIVES_HANDOUTS = (SourceKind.MILITARY, SourceKind.GOVERNMENT)
_STATUS = "Status: "
_UNUSABLE = ("withheld", "canceled", "cancelled")
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


def handout_of(facts: Facts, source: Source | None, handout: Handout | None) -> Handout | None:
    """A style's terms of handouts, where they bind this footage; None where they do not.

    They bind what its creator's title calls a handout for one story, and what soldiers or authorities give.

    Args:
        handout: the style's; None where it has none.
    """
    titled = tidy(facts.creator_title).upper() == STORY_HANDOUT
    given = source is not None and source.kind in _GIVES_HANDOUTS
    return handout if titled or given else None


def with_terms(facts: Facts, handout: Handout | None, sent: dt.date) -> Facts:
    """The facts as they go out: where they are silent, the terms of a handout speak.

    Args:
        handout: as :func:`handout_of` gives it.
        sent: the day on which it first left the house; the days of a handout count from there.
    """
    if handout is None:
        return facts
    last = dt.date.fromordinal(min(sent.toordinal() + handout.days, dt.date.max.toordinal()))
    return replace(
        facts,
        rights=facts.rights or handout.terms or None,
        no_archive=handout.no_archive or None if facts.no_archive is None else facts.no_archive,
        expires=facts.expires or (Moment(last) if handout.days else None),
    )


def restrictions(facts: Facts, handout: Handout | None = None) -> tuple[str, ...]:
    """What whoever uses the footage must heed, a sentence each, the most pressing first.

    Args:
        facts: as a person stated them, or as :func:`with_terms` completed them.
        handout: as :func:`handout_of` gives it.

    >>> restrictions(Facts(embargo=Moment(dt.date(2023, 3, 25), dt.time(6), "Europe/Kyiv"), no_archive=True))
    ('Embargoed until 2023-03-25 06:00 Europe/Kyiv (2023-03-25 04:00 UTC).', 'No archive.')
    """
    kept = facts.no_archive if facts.no_archive is not None else handout is not None and handout.no_archive
    days = handout.days if handout and not facts.expires else 0
    terms = facts.rights or (handout.terms if handout else "")
    told = (
        f"Embargoed until {_told(facts.embargo)}" if facts.embargo else "",
        f"Not to be used after {_told(facts.expires)}" if facts.expires else "",
        f"To be used within {days} days of transmission" if days else "",
        "Mandatory credit" if facts.mandatory_credit else "",
        f"Territory: {'; '.join(map(tidy, facts.territory))}" if facts.territory else "",
        "No archive" if kept else "",
        tidy(terms),
    )
    return tuple(text if text.endswith((".", "!", "?")) else f"{text}." for text in told if text)


def opens(moment: Moment) -> dt.datetime:
    """When an embargo ends, in UTC; a day alone opens as it begins. Without a zone, UTC counts.

    >>> opens(Moment(dt.date(2023, 3, 25), None, "Europe/Kyiv")).isoformat()
    '2023-03-24T22:00:00+00:00'
    """
    return moment.instant()


def ends(moment: Moment) -> dt.datetime:
    """When a use ends, in UTC; a day alone ends with the day, by the clock of its zone (without one, UTC).

    >>> ends(Moment(dt.date(2023, 3, 24), None, "Europe/Kyiv")).isoformat()
    '2023-03-24T22:00:00+00:00'
    """
    if moment.time is not None:
        return moment.instant()
    if moment.day == dt.date.max:
        return _LAST
    return replace(moment, day=moment.day + dt.timedelta(1)).instant()


def status_note(status: str) -> str:
    """What a file's note says where its news item was not to be used; empty for any other status.

    >>> status_note("withheld"), status_note("usable")
    ('Status: withheld', '')
    """
    word = status.strip().casefold()
    return f"{_STATUS}{word}" if word in _UNUSABLE else ""


def unusable(note: str | None) -> str:
    """The status that a file's note tells (:func:`status_note`); empty where it may be used.

    >>> unusable("Story: bakhmut\\nStatus: canceled")
    'canceled'
    """
    told = (line.removeprefix(_STATUS) for line in (note or "").split("\n") if line.startswith(_STATUS))
    return next((word for word in told if word in _UNUSABLE), "")


def _told(moment: Moment) -> str:
    """A moment as stated; one with a time of day also in UTC, which everybody can reckon with."""
    stated = moment_text(moment)
    if moment.time is None or moment.zone == "UTC":
        return stated
    if moment.zone is None:
        return f"{stated} UTC"
    return f"{stated} ({moment.instant():%Y-%m-%d %H:%M} UTC)"

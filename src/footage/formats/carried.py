"""What a news item carries of a publication, as texts by field: what was meant, what is there, and its facts.

ninjs and NewsML-G2 word and place these texts each in its own way; what they mean stands here once.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction

from footage.errors import ToolFailed, Usage
from footage.formats.foreign import tidy, tidy_all
from footage.formats.stamps import begin_stamp, end_stamp, read_stamp, write_stamp
from footage.formats.writable import escaped_path
from footage.model.facts import Facts
from footage.model.moment import Moment, moment_text, parse_moment
from footage.model.publication import Hop, Link, Place, Publication, read_handling
from footage.model.rights import status_note

Carried = dict[str, tuple[str, ...]]
"""Texts by field; a field that says nothing is not there."""

UNDATED = "undated"
LEVELS = ("sublocation", "city", "state", "country", "country_code")
CREATED = "created_"
"""What a level's name begins with where it is the place of the camera, not the place shown."""

DESCRIPTIONS = {
    "caption": "caption",
    "alt": "altText",
    "extended_description": "extendedDescription",
    "shot_list": "shotlist",
    "statement": "statement",
    "released": "released",
    "date_created": "dateCreated",
}
"""The roles of the descriptions that both kinds of news item have."""


def meant(publication: Publication) -> Carried:
    """All that a news item should say of a publication whose texts are writable.

    Raises:
        Usage: a moment's zone is not known on this machine.
    """
    dated = moment_text(publication.date_created) if publication.date_created else ""
    shown, created = publication.shown, publication.created or Place()
    said: dict[str, Iterable[str]] = {
        "guid": (publication.guid,),
        "version": (str(publication.version),),
        "version_created": _one(publication.version_created, begin_stamp),
        "status": (publication.status.value,),
        "caption": (publication.caption,),
        "headline": (publication.headline,),
        "credit": (publication.credit,),
        "source": (publication.source,),
        "relayed_by": publication.relayed_by,
        "supplier": (publication.supplier,),
        "hops": hop_lines(publication.hops),
        "creator": (", ".join(publication.creator),),
        "creator_title": (publication.creator_title,),
        "caption_writer": (publication.caption_writer,),
        "date_created": (UNDATED if publication.undated else dated,),
        "released": _one(publication.released, moment_text),
        "embargo": _one(publication.embargo, begin_stamp),
        "expires": _one(publication.expires, end_stamp),
        "rights": (publication.rights,),
        "usage_terms": (publication.usage_terms,),
        "data_mining": (publication.data_mining,),
        "note": (note_of(publication),),
        "keyword": publication.keyword,
        "language": (publication.language,),
        "person": publication.person,
        "event": (publication.event,),
        "event_id": publication.event_id,
        "alt": (publication.alt,),
        "extended_description": (publication.extended_description,),
        "content_warnings": publication.content_warnings,
        "digital_source_type": (publication.digital_source_type,),
        "story": (publication.story,),
        "job": (publication.job,),
        "statement": (publication.statement,),
        "url": (publication.url,),
        "shot_list": (publication.dopesheet,),
        "location": (location_text(publication.location),),
        "links": [link_text(link) for link in publication.links],
        **{level: (getattr(shown, level),) for level in LEVELS},
        **{CREATED + level: (getattr(created, level),) for level in LEVELS},
    }
    return stated(said)


def stated(said: Mapping[str, Iterable[str]]) -> Carried:
    """Only the fields that say something."""
    told = {name: tuple(filter(None, texts)) for name, texts in said.items()}
    return {name: texts for name, texts in told.items() if texts}


def insist(wanted: Carried, found: Carried, what: str) -> None:
    """Check that a news item that was read back says exactly what was meant.

    Raises:
        ToolFailed: it does not; names the first field that differs.
    """
    for name in dict.fromkeys((*wanted, *found)):
        if wanted.get(name) != found.get(name):
            raise ToolFailed(
                f"{what} does not say the {name.replace('_', ' ')} as it was meant", "footage doctor"
            )


def facts_from(found: Carried) -> Facts:
    """The facts that a news item proposes; whose sources we have no keys for stand in the note."""
    embargo, expires, instructions = read_handling(_first(found, "note") or "")
    dated = _first(found, "date_created")
    shot = None if dated == UNDATED else exact_moment(dated) or read_stamp(_first(found, "created") or "")
    notes = (
        *instructions.splitlines(),
        *filter(None, map(status_note, found.get("status", ()))),
        *(f"Source: {name}" for name in found.get("source", ())),
        *(f"Relayed by: {name}" for name in found.get("relayed_by", ())),
        *(f"Story: {slug}" for slug in found.get("story", ())),
    )
    return Facts(
        shows=_first(found, "caption"),
        headline=_first(found, "headline"),
        place=_first(found, "sublocation"),
        city=_first(found, "city"),
        state=_first(found, "state"),
        country=_first(found, "country"),
        shot=shot,
        undated=True if dated == UNDATED else None,
        released=exact_moment(_first(found, "released")),
        url=_address(_first(found, "url")),
        statement=_first(found, "statement"),
        creator=_first(found, "creator"),
        creator_title=_first(found, "creator_title"),
        credit=_first(found, "credit"),
        person=tidy_all(found.get("person", ())),
        rights=_first(found, "usage_terms") or _first(found, "rights"),
        embargo=_agreeing(embargo, _first(found, "embargo"), begin_stamp),
        expires=_agreeing(expires, _first(found, "expires"), end_stamp),
        language=_first(found, "language"),
        keyword=tidy_all(found.get("keyword", ())),
        event=_first(found, "event"),
        alt=_first(found, "alt"),
        job=_first(found, "job"),
        note="\n".join(tidy_all(notes)) or None,
    )


def note_of(publication: Publication) -> str:
    """What the desk that receives it should know: instructions and what changed, a paragraph each."""
    return "\n\n".join(filter(None, (publication.handling, publication.edit_note)))


def hop_lines(hops: Collection[Hop]) -> list[str]:
    """Each step of the provenance in words.

    >>> hop_lines([Hop("92nd OMBr", "released", to="Ground Forces")])
    ['1. 92nd OMBr: released to Ground Forces']
    """
    return [
        hop_line(number, hop.party, hop.action, hop.to, write_stamp(hop.on) if hop.on else "")
        for number, hop in enumerate(hops, 1)
    ]


def hop_line(number: int | str, party: str, action: str, to: str, on: str) -> str:
    """One step of the provenance in words."""
    return f"{number}. {party}: {action}{to and f' to {to}'}{on and f', {on}'}"


def location_text(location: tuple[float, float] | None) -> str:
    """Latitude and longitude in degrees, to a tenth of a metre.

    >>> location_text((48.594722, -37.9999716))
    '48.594722 -37.999972'
    """
    return "{:.6f} {:.6f}".format(*location) if location else ""


def link_text(link: Link) -> str:
    """All that is told of a file, in one line."""
    numbers = (link.size, link.width, link.height, milliseconds(link.duration))
    rate = rate_text(link.frame_rate)
    href = escaped_path(link.href)
    return " ".join((link.role, href, link.content_type, *map(str, numbers), link.codec, rate))


def milliseconds(seconds: Fraction | None) -> int | None:
    """Exact seconds to the nearest thousandth."""
    return None if seconds is None else round(seconds * 1000)


def rate_text(rate: Fraction | None) -> str:
    """A frame rate as a decimal number.

    >>> rate_text(Fraction(30000, 1001)), rate_text(Fraction(25)), rate_text(None)
    ('29.97003', '25', '')
    """
    return f"{float(rate):.5f}".rstrip("0").rstrip(".") if rate else ""


def exact_moment(text: str | None) -> Moment | None:
    """A moment as :func:`footage.model.moment.moment_text` writes it."""
    try:
        moment = parse_moment(text or "", dt.date.min)
    except Usage:
        return None
    return moment if moment_text(moment) == text else None


def _one(moment: Moment | None, written: Callable[[Moment], str]) -> tuple[str, ...]:
    return (written(moment),) if moment else ()


def _agreeing(worded: Moment | None, stamp: str | None, written: Callable[[Moment], str]) -> Moment | None:
    """The moment that a stamp names, in the exact words of the instructions where they say the same."""
    if stamp is None or (worded is not None and written(worded) == stamp):
        return worded
    return read_stamp(stamp)


def _first(found: Carried, name: str) -> str | None:
    return next(filter(None, map(tidy, found.get(name, ()))), None)


def _address(text: str | None) -> str | None:
    return text if text and text.startswith(("https://", "http://")) else None

"""Publications with something in every field, and hostile ones, for the tests that write and read them."""

import datetime as dt
import random
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from footage.model.asset import Kind
from footage.model.moment import Moment
from footage.model.publication import (
    CONTENT_WARNING,
    HUMAN_EDITS,
    Hop,
    Link,
    Place,
    Publication,
    PublishedShot,
    Status,
)

EXAMPLE = Publication(
    caption="Українські бійці <destroy> & “more” in Bakhmut direction in Ukraine. (@92OMBr/Newsflash)",
    headline="Near Bakhmut",
    credit="@92OMBr/Newsflash",
    source="92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of Ukraine",
    creator=("Olena Kovalenko", "A second hand"),
    place="Bakhmut direction",
    city="Bakhmut",
    state="Donetsk Oblast",
    country="Ukraine",
    date_created=Moment(dt.date(2023, 3, 23), dt.time(12, 1, 30), "Europe/Kyiv"),
    released=Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv"),
    relayed_by=("Ground Forces of the Armed Forces of Ukraine",),
    rights="© 92nd OMBr",
    usage_terms="Editorial use only",
    instructions="No archiving.",
    keyword=("war", "Bakhmut"),
    language="uk",
    person=("Ivan Sirko",),
    content_warnings=(f"{CONTENT_WARNING}death",),
    digital_source_type=HUMAN_EDITS,
    story="bakhmut",
    supplier="Newsflash",
    guid="urn:newsflash:1",
    location=(48.594722, -37.999972),
    embargo=Moment(dt.date(2023, 3, 25), dt.time(6, 0), "Europe/Kyiv"),
    expires=Moment(dt.date(2023, 4, 7)),
    creator_title="HONS",
    caption_writer="ok/newsflash",
    country_code="UKR",
    created=Place("A drone above", "Chasiv Yar", "Donetsk Oblast", "Ukraine", "UKR"),
    job="2023-0324-17",
    event="Battle of Bakhmut",
    event_id=("https://example.org/events/bakhmut", "event 2"),
    alt="A column of smoke above low houses.",
    extended_description="A column of smoke rises above low houses; two cars stand in the street.",
    data_mining="http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
    statement="“The 92nd brigade continues the fight.”\nSigned: the command",
    url="https://t.me/example/1",
    edit_note="Corrects the place.",
    version=2,
    version_created=Moment(dt.date(2023, 3, 24), dt.time(22, 5, 7), "UTC"),
)

ITEM = replace(
    EXAMPLE,
    kind=Kind.VIDEO,
    hops=(
        Hop(
            "92nd Ivan Sirko Separate Mechanized Brigade",
            "released",
            Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv"),
        ),
        Hop("Ground Forces of the Armed Forces of Ukraine", "relayed", Moment(dt.date(2023, 3, 24))),
        Hop("92nd Ivan Sirko Separate Mechanized Brigade", "gave", None, "Newsflash"),
    ),
    shots=(
        PublishedShot(1, Fraction(0), Fraction(12, 25), "Wide of <a street> & smoke", "pictures/1-a b-1.jpg"),
        PublishedShot(2, Fraction(12, 25), Fraction(2), "", "pictures/1-a b-2.jpg"),
    ),
    links=(
        Link(
            "a b.mp4",
            "video/mp4",
            size=4_711,
            width=640,
            height=360,
            duration=Fraction(2),
            codec="h264",
            frame_rate=Fraction(25),
        ),
        Link("pictures/1-a b.jpg", "image/jpeg", "preview", width=640, height=360),
        Link("a b.vtt", "text/vtt", "subtitles", language="uk"),
    ),
)
"""A video's, with all that only a news item says."""

_HOSTILE = (
    "<script>alert(1)</script>",
    "]]>&lt;&#0;&amp;<!--",
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "00:00:01.000 --> 00:00:02.000 line:0",
    "\x1b[31mred\x1b]0;title\x07",
    "\x9b2J\x7f",
    "\u202egpj.exe\u2066\u2069\u200f",
    "\x00\x08\x0c",
    "a\rb\r\nc\n\nd\te",
    "\ud800 and \udcff",
    "\ufffe\uffff\ufffd\ufeff",
    "\u2028\u2029\u0085",
    '\\" \\u0041 \\n {"a": [1]}',
    "%s %n {0} {variable} ${PATH} `id`",
    "../../etc/passwd",
    "Ukraїne — ґ Е́ e\u0301 👩‍🚒 \U0001fffe",
    "Embargoed until 2030-01-01. Not to be used after 2001-01-01.",
    " outer blanks \u00a0",
    "null",
    "x" * 10_000,
)

_PATHS = (
    "a\udcff\x1b.mp4",
    "<a> & 'b'.mp4",
    "https:ö.mp4",
    "%41?#;.mp4",
    "=1 --> 2\u202e.mp4",
    "pictures/ж.jpg",
)


def hostile(seed: int) -> Publication:
    """A publication with hostile texts in every text, the same for the same seed."""
    dice = random.Random(seed)
    clean = replace(ITEM, undated=True, date_created=None) if dice.random() < 0.2 else ITEM
    spoiled: Publication = _spoiled(clean, dice)
    return replace(
        spoiled,
        guid=f"urn:newsflash:{seed}",
        status=dice.choice(list(Status)),
        version=dice.randrange(1, 2**31),
        language=spoiled.language[:100],
        embargo=_moment(dice),
        expires=_moment(dice),
        released=_moment(dice),
        location=(dice.uniform(-90, 90), dice.uniform(-180, 180)),
        kind=dice.choice(list(Kind)),
    )


def _spoiled(part: Any, dice: random.Random) -> Any:
    kept = ("content_type", "codec", "role", "guid")
    names = [field.name for field in fields(part) if field.name not in kept]
    return replace(part, **{name: _spoil(name, getattr(part, name), dice) for name in names})


def _spoil(name: str, value: Any, dice: random.Random) -> Any:
    if type(value) is str:
        return dice.choice(_PATHS) if name in ("href", "keyframe") else _text(value, dice)
    if isinstance(value, tuple) and not isinstance(value[0], float):
        return tuple(_spoil(name, each, dice) for each in value)
    moment = is_dataclass(value) and not isinstance(value, Moment)
    return _spoiled(value, dice) if moment else value


def _text(text: str, dice: random.Random) -> str:
    """A text with something hostile before, in or behind it, or in its place."""
    bad = dice.choice(_HOSTILE)
    at = dice.randrange(len(text) + 1)
    return dice.choice((bad, bad, text[:at] + bad + text[at:], text, ""))


def _moment(dice: random.Random) -> Moment | None:
    day = dt.date.fromordinal(
        dice.randrange(dt.date(1950, 1, 1).toordinal(), dt.date(9999, 12, 31).toordinal())
    )
    time = dt.time(dice.randrange(24), dice.randrange(60), dice.randrange(60))
    zone = dice.choice((None, "Europe/Kyiv", "Asia/Kathmandu", "-03:30", "UTC"))
    return dice.choice((None, Moment(day), Moment(day, zone=zone), Moment(day, time, zone)))

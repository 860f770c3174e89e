"""A publication with something in every field, for the tests that write and read it."""

import datetime as dt

from footage.model.moment import Moment
from footage.model.publication import CONTENT_WARNING, HUMAN_EDITS, Publication

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
)

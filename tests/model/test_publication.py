"""What a published file says of itself: its instructions are read back, other words stay words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footage.model.moment import Moment
from footage.model.publication import Place, Publication, read_handling

ZONES = st.sampled_from([None, "Europe/Kyiv", "America/Argentina/Buenos_Aires", "-03:30", "UTC"])
MOMENTS = st.builds(Moment, st.dates(dt.date(1000, 1, 1)), st.none() | st.times(), ZONES)


@given(
    st.none() | MOMENTS, st.none() | MOMENTS, st.sampled_from(["", "No archiving.", "Two\nlines. Not to be."])
)
def test_instructions_are_read_back(embargo: Moment | None, expires: Moment | None, rest: str) -> None:
    embargo, expires = _without_fraction(embargo), _without_fraction(expires)
    publication = Publication("", embargo=embargo, expires=expires, instructions=rest)
    assert read_handling(publication.handling) == (embargo, expires, rest)


def _without_fraction(moment: Moment | None) -> Moment | None:
    """Nobody embargoes to the microsecond, and its full stop would end the sentence."""
    if moment is None or moment.time is None:
        return moment
    return Moment(moment.day, moment.time.replace(microsecond=0), moment.zone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No archiving.",
        "Embargoed until further notice.",
        "Embargoed until today at noon.",
        "Embargoed until 2023-02-30. Sorry.",
        "Embargoed until 24 March 2023.",
        "No archiving. Embargoed until 2023-03-24.",
        "Embargoed until 2023-03-24 23:50 Europe/Atlantis.",
    ],
)
def test_other_words_stay_words(text: str) -> None:
    assert read_handling(text) == (None, None, text)


def test_a_place_is_named_from_the_smallest_to_the_largest() -> None:
    publication = Publication("", place="Bakhmut direction", country="Ukraine", country_code="UKR")
    assert publication.shown == Place("Bakhmut direction", country="Ukraine", country_code="UKR")
    assert publication.shown.name == "Bakhmut direction, Ukraine"
    assert publication.main is None

"""Queries as people type them."""

import datetime as dt
from fractions import Fraction

import pytest

from footage.errors import Usage
from footage.model.query import Query, Sort, Term, Test, is_query, parse_query

TODAY = dt.date(2024, 3, 1)


def _terms(*words: str) -> tuple[Term, ...]:
    return parse_query(words, TODAY).terms


def _words(text: str, *, field: str = "", whole: bool = False, negated: bool = False) -> Term:
    return Term(field, Test.WORDS, text, whole=whole, negated=negated)


@pytest.mark.parametrize(
    ("words", "terms"),
    [
        ([], ()),
        (["drone"], (_words("drone"),)),
        (["drone", "bridge"], (_words("drone"), _words("bridge"))),
        (["two words"], (_words("two words"),)),
        (['"two words"'], (_words("two words", whole=True),)),
        (['"two words'], (_words("two words", whole=True),)),
        (["„two words“ drone"], (_words("two words", whole=True), _words("drone"))),
        (["not:dog"], (_words("dog", negated=True),)),
        (['not:"two words" x'], (_words("two words", whole=True, negated=True), _words("x"))),
        (["city:Kyiv drone"], (_words("Kyiv", field="city"), _words("drone"))),
        (['PLACE:"Bakhmut direction"'], (_words("Bakhmut direction", field="place", whole=True),)),
        (["not:keyword:tank"], (_words("tank", field="keyword", negated=True),)),
        (["12:30"], (_words("12:30"),)),
        (["https://t.me/92OMBr/1"], (_words("https://t.me/92OMBr/1"),)),
        (["C:\\clip"], (_words("C:\\clip"),)),
        (["Bakhmut:"], (_words("Bakhmut:"),)),
        (["Бахмут:вокзал"], (_words("Бахмут:вокзал"),)),
        (["drone", "—", "bridge"], (_words("drone"), _words("bridge"))),
    ],
)
def test_words(words: list[str], terms: tuple[Term, ...]) -> None:
    assert _terms(*words) == terms


@pytest.mark.parametrize(
    ("word", "term"),
    [
        ("kind:Video", Term("kind", Test.IS, "video")),
        ("flagged:open", Term("flagged", Test.IS, "open")),
        ("flagged:any", Term("flagged", Test.ANY)),
        ("flagged:none", Term("flagged", Test.ANY, negated=True)),
        ("not:flagged:none", Term("flagged", Test.ANY)),
        ("reason:druguse", Term("reason", Test.IS, "drugUse")),
        ("story:bakhmut-2403", Term("story", Test.IS, "bakhmut-2403")),
        ("source:@92OMBr", Term("source", Test.IS, "@92OMBr")),
        ("relayed-by:opk", Term("relayed_by", Test.IS, "opk")),
        ("masked-at-source:yes", Term("masked_at_source", Test.IS, "yes")),
        ("embargo:any", Term("embargo", Test.ANY)),
        ("city:none", Term("city", Test.ANY, negated=True)),
        ('city:"none"', _words("none", field="city", whole=True)),
        ("duration:30..", Term("duration", Test.BETWEEN, low=Fraction(30))),
        ("duration:..1:30", Term("duration", Test.BETWEEN, high=Fraction(90))),
        ("duration:10.5..20", Term("duration", Test.BETWEEN, low=Fraction(21, 2), high=Fraction(20))),
        ("duration:12.5", Term("duration", Test.BETWEEN, low=Fraction(25, 2), high=Fraction(25, 2))),
        ("rating:4", Term("rating", Test.BETWEEN, low=4, high=4)),
        ("rating:3..", Term("rating", Test.BETWEEN, low=3)),
        ("rating:..2", Term("rating", Test.BETWEEN, high=2)),
        ("rating:0..5", Term("rating", Test.BETWEEN, low=0, high=5)),
        ("released:2023", Term("released", Test.BETWEEN, low="2023-01-01", high="2023-12-31")),
        ("released:2024-02", Term("released", Test.BETWEEN, low="2024-02-01", high="2024-02-29")),
        ("shot:2023-03-24", Term("shot", Test.BETWEEN, low="2023-03-24", high="2023-03-24")),
        ("added:today", Term("added", Test.BETWEEN, low="2024-03-01", high="2024-03-01")),
        ("added:yesterday", Term("added", Test.BETWEEN, low="2024-02-29", high="2024-02-29")),
        ("released:2023-03..", Term("released", Test.BETWEEN, low="2023-03-01")),
        ("released:..2023-03", Term("released", Test.BETWEEN, high="2023-03-31")),
        ("released:2023-03-01..2023-04", Term("released", Test.BETWEEN, low="2023-03-01", high="2023-04-30")),
    ],
)
def test_fields(word: str, term: Term) -> None:
    assert _terms(word) == (term,)


def test_a_length_of_whole_seconds_is_what_a_clock_shows() -> None:
    (term,) = _terms("duration:12")
    assert term.low == 12
    assert isinstance(term.high, Fraction)
    assert 12 < term.high < 13


@pytest.mark.parametrize(
    ("word", "sort", "reverse"),
    [
        ("sort:released", Sort.RELEASED, False),
        ("SORT:Name", Sort.NAME, False),
        ("sort:duration:reverse", Sort.DURATION, True),
        ('sort:"added"', Sort.ADDED, False),
    ],
)
def test_orders(word: str, sort: Sort, reverse: bool) -> None:
    assert parse_query([word], TODAY) == Query((), sort, reverse)


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("colour:red", "no field 'colour'; the nearest is 'country'", "'\"colour:red\"'"),
        ("stroy:bakhmut", "the nearest is 'story'", "type story:bakhmut"),
        ("not:knid:video", "the nearest is 'kind'", "kind:video"),
        ("flags:open", "the nearest is 'flagged'", "flagged:open"),
        ("kind:vidoe", "the nearest is kind:video", "video, still"),
        ("kind:any", "kind cannot be 'any'", "video, still"),
        ("flagged:opened", "the nearest is flagged:open", "proposed"),
        ("undated:maybe", "undated cannot be 'maybe'", "yes, no"),
        ("embargo:2023", "embargo cannot be '2023'", "any, none"),
        ("released:2023-13", "months run from 01 to 12", "2023-03"),
        ("released:2023-02-29", "2023-02-29 is no date", "2023-02-28"),
        ("released:2023-02-00", "is no date", "2023-02-28"),
        ("released:0000", "is no date", "2023"),
        ("released:march", "cannot read the date 'march'", "2023-03-24"),
        ("released:..", "names no day", "2023-03-01..2023-03-31"),
        ("released:2023-04..2023-03", "ends before it begins", "released:2023-03..2023-04"),
        ("duration:long", "cannot read the time 'long'", ""),
        ("duration:..", "names no length", "duration:30.."),
        ("duration:20..10", "ends before it begins", "duration:10..20"),
        ("rating:6", "cannot read the rating '6'", "0 to 5"),
        ("rating:..", "cannot read the rating", "0 to 5"),
        ("rating:45", "cannot read the rating '45'", "0 to 5"),
        ("rating:5..3", "ends before it begins", "rating:3..5"),
        ("sort:size", "cannot sort by sort:size", "released"),
        ("sort:name:backwards", "cannot sort by", "sort:name:reverse"),
        ("not:sort:name", "cannot sort by not:sort:name", ""),
        ("kind:", "kind: stands without a value", "kind:VALUE"),
        ("not:", "not: stands without a value", "not:VALUE"),
        ("city:—", "city:— holds no word", "after city:"),
        ("—", "no word to search for", "field:value"),
    ],
)
def test_what_cannot_be_read_names_the_nearest_right_thing(word: str, message: str, hint: str) -> None:
    with pytest.raises(Usage) as caught:
        parse_query([word], TODAY)
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("story:bakhmut", True),
        ("story:bakhmut kind:video", True),
        ("two words", True),
        ('"word"', True),
        ("not:dog", True),
        ("clip.mp4", False),
        ("bakhmut", False),
        ("12:30", False),
        ("https://t.me/x", False),
    ],
)
def test_what_reads_like_a_query(text: str, wanted: bool) -> None:
    assert is_query(text) is wanted

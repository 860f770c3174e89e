"""Finding: words in any spelling, fields, ranges and orders, and an index that follows every change."""

import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from footage.catalogue import assets, captions, facts, flags, search, shots, sources, stories
from footage.catalogue.listings import listing
from footage.model.asset import Kind, Shot, Transition
from footage.model.caption import WrittenCaption
from footage.model.facts import Facts, Origin
from footage.model.flag import Flag, Reason, State
from footage.model.moment import Moment
from footage.model.query import FIELDS, Sort, parse_query
from footage.model.source import Source, SourceKind
from footage.model.span import Span
from footage.model.story import Story

Catalogued = Callable[..., int]
Found = Callable[..., list[int]]

BRIGADE = Source("92ombr", "92nd Ivan Sirko Brigade", "the 92nd OMBr", "@92OMBr", SourceKind.MILITARY)
TODAY = dt.date(2023, 3, 24)
AT = "2023-03-24T12:00:00.000+00:00"


def _day(text: str) -> Moment:
    return Moment(dt.date.fromisoformat(text))


@pytest.mark.parametrize(
    ("stated", "asked"),
    [
        ("Бахмут", "Bakhmut"),
        ("Bakhmut", "Бахмут"),
        ("у Бахмуті", "бахмут"),
        ("Луганськ", "Luhansk"),
        ("Луганськ", "Lugansk"),
        ("Lugansk", "Луганськ"),
        ("Luhansk", "Луганськ"),
        ("Харьков", "Kharkov"),
        ("Kyiv", "Київ"),
        ("Київ", "KYIV"),
        ("Зеленський", "Zelensky"),
        ("Zelensky", "Зеленский"),
        ("Знам\u2019янка", "знам'янка"),
        ("знам\u02bcянка", "Znamianka"),
        ("Ґалаґан", "галаган"),
        ("артёмовск", "артемовск"),
        ("Cafe\u0301", "café"),
        ("Чернігівщина".encode().decode(), "Чернігівщина"),
        ("Куп\u2019янськ", "Kupiansk"),
        ("й", "и\u0306"),
        ("brigade\u2019s drone", "brigade"),
        ("IMG_2034.MOV", "2034"),
        ("https://t.me/92OMBr/1", "https://t.me/92OMBr/1"),
    ],
)
def test_a_word_is_found_in_every_spelling(
    catalogued: Catalogued, found: Found, stated: str, asked: str
) -> None:
    number = catalogued(Facts(shows=stated))
    catalogued(Facts(shows="something else"))
    assert found(asked) == [number]


def test_a_bare_word_may_go_on_and_a_quoted_one_may_not(catalogued: Catalogued, found: Found) -> None:
    dog, dogma = catalogued(Facts(note="a dog")), catalogued(Facts(note="dogma"))
    assert found("dog") == [dogma, dog]
    assert found('"dog"') == [dog]
    assert found("not:dogma") == [dog]
    assert found('not:"dog"') == [dogma]
    assert found("do") == []


def test_words_must_all_be_there_and_phrases_in_their_order(catalogued: Catalogued, found: Found) -> None:
    one = catalogued(Facts(shows="medics cross a bridge", headline="Ukraine"))
    two = catalogued(Facts(shows="a bridge that medics cross"))
    assert found("medics", "bridge") == [two, one]
    assert found("bridge", "ukraine") == [one]
    assert found("medics cross a bridge") == [one]
    assert found('"medics cross" bridge') == [two, one]
    assert found("medics cross a bri") == [one]
    assert found('"medics cross a bri"') == []


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "* OR a",
        "a AND",
        "NEAR(a b)",
        "{terms} : x",
        "a:b:c'",
        "-",
        "kind=video",
        "^a",
        "a*",
        "(",
        "\x00",
    ],
)
def test_no_sign_means_anything_to_the_database(
    connection: Connection, catalogued: Catalogued, typed: str
) -> None:
    catalogued(Facts(note="plain"))
    query = parse_query([f'"{typed}" plain'], TODAY)
    assert search.find(connection, query) in ([], [1])


def test_terms_are_not_words(catalogued: Catalogued, found: Found) -> None:
    catalogued()
    assert found("video") == []
    assert found("all") == []
    assert found("kind") == []


def test_every_field_finds_what_it_names(
    connection: Connection, catalogued: Catalogued, found: Found
) -> None:
    sources.add(connection, BRIGADE)
    sources.add(connection, Source("opk", handle="@opk"))
    stories.add(connection, Story("bakhmut", Facts(country="Ukraine")))
    other = catalogued(kind=Kind.STILL, name="other.jpg")
    stated = Facts(
        shows="Fighters destroy positions",
        headline="Under fire",
        place="Bakhmut direction",
        city="Bakhmut",
        shot=_day("2023-03-20"),
        released=Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv"),
        source="92ombr",
        url="https://t.me/92OMBr/1",
        statement="We held the line",
        relayed_by=("opk",),
        creator="Olha Koval",
        person=("Ivan Sirko",),
        rights="No archive",
        embargo=_day("2023-03-25"),
        language="uk",
        keyword=("tank", "winter"),
        rating=4,
        masked_at_source=True,
        story="bakhmut",
        note="check it",
    )
    number = catalogued(stated, name="IMG_77.mp4", seconds=45, damaged="torn")
    flags.add(connection, Flag(0, number, None, (Reason.DEATH,), State.OPEN))
    shots.replace_all(connection, number, [Shot(1, Span(0, 9), Transition.START, 0, "A drone above a field")])
    captions.add(connection, WrittenCaption(number, "newsflash", "Soldiers advance.", "Olha", AT))
    search.index(connection, number)
    wanted = {
        "name": "img_77", "shows": "fighters", "headline": '"under fire"', "place": "bakhmut",
        "city": "Бахмут", "country": "ukraine", "statement": "line", "caption": "soldiers", "shots": "drone",
        "person": "sirko", "keyword": "winter", "credit": "@92OMBr", "creator": "koval", "rights": "archive",
        "note": "check", "url": "https://t.me/92OMBr/1", "released": "2023-03-24", "shot": "2023-03",
        "added": "2023", "story": "Bakhmut", "source": "@92ombr", "relayed_by": "opk", "language": "UK",
        "kind": "video", "flagged": "open", "reason": "death", "embargo": "any", "expires": "none",
        "undated": "no", "masked_at_source": "yes", "grabbed": "no", "damaged": "yes", "duration": "40..50",
        "rating": "3..",
    }  # fmt: skip
    assert set(wanted) == set(FIELDS)
    for field, value in wanted.items():
        assert number in found(f"{field}:{value}"), field
        assert number not in found(f"not:{field}:{value}"), field
    shared = {"added", "expires", "undated", "grabbed"}
    for field in wanted.keys() - shared:
        assert other not in found(f"{field}:{wanted[field]}"), field


@pytest.mark.parametrize("asked", ["credit:@92OMBr", "credit:@92ombr/Newsflash", "credit:92OMBR"])
def test_a_credit_that_is_made_is_found(
    connection: Connection, catalogued: Catalogued, found: Found, asked: str
) -> None:
    sources.add(connection, BRIGADE)
    made = catalogued(Facts(source="92ombr"))
    written = catalogued(Facts(source="92ombr", credit="@92OMBr/Newsflash"))
    catalogued(Facts(source="92ombr", credit="@opk/Newsflash"))
    assert found(asked) == [written, made]


def test_captions_are_found_as_written_or_else_by_what_they_are_made_of(
    connection: Connection, catalogued: Catalogued, found: Found
) -> None:
    made = catalogued(Facts(shows="Fighters destroy positions", place="Bakhmut direction"))
    written = catalogued(Facts(shows="Fighters destroy positions"))
    captions.add(connection, WrittenCaption(written, "ap", "Soldiers advance.", "Olha", AT))
    search.index(connection, written)
    assert found("caption:fighters") == found("caption:bakhmut") == [made]
    assert found("caption:soldiers") == found("caption:any") == [written]


def test_a_slug_is_never_taken_for_the_start_of_another(
    connection: Connection, catalogued: Catalogued, found: Found
) -> None:
    slugs = ("bakhmut", "bakhmut-2", "bakhmut 2", "bakhmut~2", "bakhmut_2", "bakhmut.2", "bakhmut/2", "чайка")
    for slug in slugs:
        stories.add(connection, Story(slug))
    numbers = {slug: catalogued(Facts(story=slug)) for slug in slugs}
    for slug, number in numbers.items():
        assert found(f'story:"{slug}"') == [number]
        assert search.numbers_of_story(connection, slug) == [number]
    assert found("story:Чаи\u0306ка") == [numbers["чайка"]]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("released:2023", [4, 3, 2]),
        ("released:2023-03", [3, 2]),
        ("released:2023-03-24", [3]),
        ("released:2023-03-01..2023-03-23", [2]),
        ("released:2023-03-01..2023-03-31", [3, 2]),
        ("released:2023-03-24..", [4, 3]),
        ("released:..2023-03", [3, 2, 1]),
        ("released:2022..2023-03-24", [3, 2, 1]),
        ("released:today", [3]),
        ("released:yesterday..today", [3, 2]),
        ("released:none", [5]),
        ("released:any", [4, 3, 2, 1]),
        ("not:released:2023-03-24..", [5, 2, 1]),
        ("not:released:2023-03", [5, 4, 1]),
    ],
)
def test_days_are_found_alone_and_in_ranges(
    catalogued: Catalogued, found: Found, asked: str, wanted: list[int]
) -> None:
    for day in ("2022-12-31", "2023-03-23", None, "2023-12-31", ""):
        at = Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv")
        catalogued(Facts(released=_day(day) if day else None if day == "" else at))
    assert found(asked) == wanted


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("duration:30..", [3, 2]),
        ("duration:..9999999999999999999999", [3, 2, 1]),
        ("duration:..30", [2, 1]),
        ("duration:10..20", [1]),
        ("duration:30", [2]),
        ("duration:0:30..1:00", [3, 2]),
        ("duration:any", [3, 2, 1]),
        ("duration:none", [4]),
        ("not:duration:30..", [4, 1]),
        ("rating:5", [3]),
        ("rating:..1", [2]),
        ("rating:0..5", [3, 2]),
        ("rating:none", [4, 1]),
    ],
)
def test_lengths_and_ratings_are_found_in_ranges(
    catalogued: Catalogued, found: Found, asked: str, wanted: list[int]
) -> None:
    catalogued(seconds=12)
    catalogued(Facts(rating=0), seconds=30)
    catalogued(Facts(rating=5), seconds=60)
    catalogued(kind=Kind.STILL)
    assert found(asked) == wanted


def test_flags_are_found_by_state(connection: Connection, catalogued: Catalogued, found: Found) -> None:
    for states in ((State.OPEN, State.MASKED), (State.DISMISSED,), (State.PROPOSED,), ()):
        number = catalogued()
        for state in states:
            flags.add(connection, Flag(0, number, None, (Reason.DEATH,), state))
        search.index(connection, number)
    assert found("flagged:open") == found("flagged:masked") == [1]
    assert found("flagged:proposed") == [3]
    assert found("flagged:any") == [3, 1]
    assert found("flagged:none") == [4, 2]
    assert found("flagged:dismissed") == [2]
    assert found("reason:death") == [3, 1]


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("", [4, 3, 2, 1]),
        ("sort:added:reverse", [1, 2, 3, 4]),
        ("sort:released", [2, 1, 4, 3]),
        ("sort:released:reverse", [1, 2, 3, 4]),
        ("sort:duration", [2, 1, 4, 3]),
        ("sort:duration:reverse", [1, 2, 3, 4]),
        ("sort:name", [3, 2, 1, 4]),
        ("sort:name:reverse", [4, 1, 2, 3]),
        ("sort:rating", [1, 4, 3, 2]),
        ("sort:shot", [4, 3, 2, 1]),
        ("plain sort:released", [2, 1, 4, 3]),
        ("plain kind:video sort:name", [2, 1]),
        ("plain duration:15.. sort:added:reverse", [2]),
    ],
)
def test_orders_put_what_is_unknown_last(
    catalogued: Catalogued, found: Found, asked: str, wanted: list[int]
) -> None:
    catalogued(Facts(note="plain", released=_day("2023-03-01"), rating=1), name="Гора.mp4", seconds=10)
    catalogued(Facts(note="plain", released=_day("2023-04-01")), name="b.mp4", seconds=20)
    catalogued(Facts(note="plain"), name="A.jpg", kind=Kind.STILL)
    catalogued(Facts(note="plain"), name="Ящик.jpg", kind=Kind.STILL)
    assert found(*asked.split(" ") if asked else ()) == wanted
    assert found(*asked.split(" ") if asked else (), limit=1) == wanted[:1]


def test_what_is_discarded_is_out_of_sight_until_it_comes_back(
    connection: Connection, catalogued: Catalogued, found: Found
) -> None:
    number = catalogued(Facts(note="plain"))
    gone = assets.discard(connection, assets.get(connection, number), "a test")
    search.index(connection, number)
    assert found() == found("plain") == found("not:nothing") == []
    assets.replace(connection, dataclasses.replace(gone, discarded=None))
    search.index(connection, number)
    assert found() == found("plain") == [number]


def test_a_changed_story_is_followed(connection: Connection, catalogued: Catalogued, found: Found) -> None:
    story = stories.add(connection, Story("bakhmut", Facts(city="Bakhmut")))
    number = catalogued(Facts(story="bakhmut"))
    stories.replace(connection, dataclasses.replace(story, facts=Facts(city="Lyman")))
    assert found("lyman") == []
    search.reindex_story(connection, "bakhmut")
    assert found("lyman") == [number]
    assert found("city:bakhmut") == []


def test_a_changed_source_is_followed(connection: Connection, catalogued: Catalogued, found: Found) -> None:
    stub = sources.add(connection, Source("92ombr", handle="@92OMBr", stub=True))
    sources.add(connection, Source("92ombr2", handle="@other"))
    stories.add(connection, Story("front", Facts(relayed_by=("92ombr",))))
    released = catalogued(Facts(source="92ombr"))
    relayed = catalogued(Facts(relayed_by=("opk", "92ombr")))
    inherited = catalogued(Facts(story="front"))
    other = catalogued(Facts(source="92ombr2", relayed_by=("92ombr2",)))
    assert facts.assets_naming(connection, "92ombr") == [released, relayed, inherited]
    assert facts.assets_naming(connection, "92ombr2") == [other]
    sources.replace(connection, dataclasses.replace(stub, name="92nd Ivan Sirko Brigade", stub=False))
    search.reindex_source(connection, "92ombr")
    assert found("sirko") == [inherited, relayed, released]


def test_a_lost_index_is_made_anew(connection: Connection, catalogued: Catalogued, found: Found) -> None:
    numbers = [catalogued(Facts(note="plain")) for _ in range(3)]
    gone = assets.discard(connection, assets.get(connection, numbers[1]), "a test")
    connection.exec_driver_sql("DELETE FROM search_words_data")
    connection.exec_driver_sql("DELETE FROM search")
    search.reindex_everything(connection)
    assert found("plain") == found() == [numbers[2], numbers[0]]
    assert gone.number not in found()


def test_everything_known_of_many_is_read_with_few_statements(
    connection: Connection, catalogued: Catalogued
) -> None:
    sources.add(connection, BRIGADE)
    stories.add(connection, Story("bakhmut", Facts(country="Ukraine")))
    numbers = [
        catalogued(Facts(source="92ombr", relayed_by=("92ombr", "gone"), story="bakhmut")) for _ in range(30)
    ]
    raised = flags.add(connection, Flag(0, numbers[4], None, (Reason.DEATH,), State.OPEN))
    written = captions.add(connection, WrittenCaption(numbers[5], "ap", "Soldiers advance.", "Olha", AT))
    statements: list[str] = []
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    listed = listing(connection, [numbers[5], 999, *numbers[:5]])
    assert len(statements) < 10
    assert [one.number for one in listed] == [numbers[5], *numbers[:5]]
    asset = assets.get(connection, numbers[5])
    first = listed[0]
    assert (first.sha256, first.name, first.kind) == (asset.sha256, asset.name, asset.kind)
    assert (first.duration, first.width, first.height) == (asset.duration, asset.width, asset.height)
    assert first.facts == facts.effective(connection, numbers[5])
    assert (first.source, first.relayed_by, first.story) == (BRIGADE, (BRIGADE,), "bakhmut")
    assert (first.written("ap"), first.written("newsflash")) == (written.text, "")
    assert listed[-1].flags == (raised,)
    assert first.subject("Newsflash").agency == "Newsflash"


@pytest.fixture
def plan(connection: Connection) -> Callable[[str], list[str]]:
    """How the database goes about a query."""
    plans: list[list[str]] = []

    def explain(_: object, cursor: sqlite3.Cursor, statement: str, parameters: Any, *__: object) -> None:
        rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        plans.append([row[3] for row in rows])

    def ask(query: str) -> list[str]:
        search.find(connection, parse_query([query] if query else [], TODAY), 50)
        return plans.pop()

    event.listen(connection, "before_cursor_execute", explain)
    return ask


@pytest.mark.parametrize("asked", ["ukr", "ukr duration:30..", "ukr released:2023-03-02..2023-03-09"])
def test_matches_are_read_first_and_not_sorted_to_find_the_newest(
    plan: Callable[[str], list[str]], asked: str
) -> None:
    steps = plan(asked)
    assert steps[0].startswith("SCAN search_words")
    assert not any("ORDER BY" in step for step in steps)
    for sort in Sort:
        assert plan(f"{asked} sort:{sort}")[0].startswith("SCAN search_words")


@pytest.mark.parametrize("asked", ["", *(f"sort:{sort}" for sort in Sort)])
def test_everything_in_order_is_not_sorted(plan: Callable[[str], list[str]], asked: str) -> None:
    (step,) = plan(asked)
    assert step.startswith("SCAN search")


def test_facts_of_the_file_are_found_but_its_date_is_not(
    connection: Connection, catalogued: Catalogued, found: Found
) -> None:
    number = catalogued()
    facts.put(connection, number, Origin.FILE, Facts(creator="Olha", shot=_day("2023-03-20")))
    search.index(connection, number)
    assert found("creator:olha") == [number]
    assert found("shot:2023-03-20") == found("shot:any") == []

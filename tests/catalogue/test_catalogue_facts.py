"""Facts, and the sources, stories and written captions beside them."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from footage.catalogue import assets, captions, facts, sources, stories
from footage.catalogue.facts import from_texts, to_texts
from footage.errors import Conflict, Damaged, NotFound
from footage.model.asset import Asset
from footage.model.caption import WrittenCaption
from footage.model.facts import Facts, Origin
from footage.model.moment import Moment
from footage.model.source import Source, SourceKind
from footage.model.story import Story

MakeAsset = Callable[..., Asset]

RELEASED = Moment(dt.date(2023, 3, 24), dt.time(23, 50), "Europe/Kyiv")
EVERYTHING = Facts(
    shows="Бійці знищують позиції",
    headline='"Two" lines\nand a \\ sign',
    place="Bakhmut direction",
    city="Bakhmut",
    state="Donetsk oblast",
    country="Ukraine",
    shot=Moment(dt.date(2023, 3, 23), dt.time(4, 5, 6, 789)),
    undated=False,
    released=RELEASED,
    source="92ombr",
    url="https://t.me/92OMBr/1",
    statement="caf\udce9",
    relayed_by=("opk", "a.b"),
    creator="Olha",
    creator_title="HONS",
    credit="@92OMBr/Newsflash",
    person=("O'Brien, Ім’я", "Ivan"),
    rights="none",
    mandatory_credit=True,
    no_archive=False,
    territory=("No Russia", "No Belarus"),
    embargo=Moment(dt.date(2023, 3, 25), None, "+02:00"),
    expires=Moment(dt.date(2024, 3, 25)),
    language="uk",
    keyword=("танк", "a\udce9b"),
    event="Battle of Bakhmut",
    alt="Smoke over a trench",
    job="NF-17",
    rating=0,
    masked_at_source=True,
    story="bakhmut",
    note="note",
)


@pytest.fixture
def number(connection: Connection, an_asset: MakeAsset) -> int:
    """An asset's number."""
    return assets.add(connection, an_asset()).number


def test_every_fact_reads_back_as_it_was(connection: Connection, number: int) -> None:
    facts.put(connection, number, Origin.PERSON, EVERYTHING)
    facts.put(connection, number, Origin.FILE, Facts(undated=True))
    assert facts.of_asset(connection, number) == {Origin.PERSON: EVERYTHING, Origin.FILE: Facts(undated=True)}
    assert set(EVERYTHING.stated()) == {field.name for field in dataclasses.fields(Facts)}


def test_facts_are_text_a_person_can_read() -> None:
    told = to_texts(EVERYTHING)
    assert told["released"] == "2023-03-24 23:50 Europe/Kyiv"
    assert told["person"] == '["O\'Brien, Ім’я","Ivan"]'
    assert (told["undated"], told["rating"]) == ("false", "0")
    assert from_texts(told) == EVERYTHING


def test_a_day_that_is_about_right_is_kept_so() -> None:
    told = to_texts(Facts(shot=Moment(dt.date(2023, 3, 20), None, "Europe/Kyiv", circa=True)))
    assert told == {"shot": "2023-03-20 Europe/Kyiv circa"}
    assert from_texts(told).shot == Moment(dt.date(2023, 3, 20), None, "Europe/Kyiv", circa=True)


def test_a_zone_this_machine_does_not_know_is_kept() -> None:
    moment = Moment(dt.date(2023, 3, 24), dt.time(1, 2), "Europe/Nowhere")
    assert from_texts(to_texts(Facts(released=moment))) == Facts(released=moment)


@pytest.mark.parametrize(
    "texts",
    [{"released": "some day"}, {"undated": "maybe"}, {"rating": "high"}, {"person": "x"}, {"colour": "red"}],
)
def test_facts_that_cannot_be_read_are_damaged(texts: dict[str, str]) -> None:
    with pytest.raises(Damaged, match=next(iter(texts))):
        from_texts(texts)


def test_putting_facts_takes_the_place_of_all_before(connection: Connection, number: int) -> None:
    facts.put(connection, number, Origin.PERSON, EVERYTHING)
    facts.put(connection, number, Origin.PERSON, Facts(city="Lyman"))
    assert facts.of_asset(connection, number)[Origin.PERSON] == Facts(city="Lyman")
    facts.put(connection, number, Origin.PERSON, Facts())
    assert facts.of_asset(connection, number)[Origin.PERSON] == Facts()


def test_facts_that_somebody_changed_meanwhile_are_a_conflict(connection: Connection, number: int) -> None:
    facts.put(connection, number, Origin.PERSON, Facts(city="Lyman"))
    facts.put(connection, number, Origin.PERSON, Facts(city="Bakhmut"), seen=Facts(city="Lyman"))
    with pytest.raises(Conflict, match="facts of asset 1"):
        facts.put(connection, number, Origin.PERSON, Facts(city="Kherson"), seen=Facts(city="Lyman"))
    assert facts.of_asset(connection, number)[Origin.PERSON] == Facts(city="Bakhmut")


def test_a_person_wins_over_the_story_and_the_story_over_the_file(
    connection: Connection, number: int
) -> None:
    stories.add(connection, Story("bakhmut", Facts(city="Bakhmut", country="Ukraine")))
    facts.put(connection, number, Origin.FILE, Facts(city="?", country="?", creator="Camera"))
    facts.put(connection, number, Origin.PERSON, Facts(story="bakhmut", city="Lyman"))
    assert facts.effective(connection, number) == Facts(
        story="bakhmut", city="Lyman", country="Ukraine", creator="Camera"
    )


def test_a_cameras_date_never_dates_footage_by_itself(connection: Connection, number: int) -> None:
    camera = Facts(shot=Moment(dt.date(2023, 3, 20)), creator="Olha")
    facts.put(connection, number, Origin.FILE, camera)
    assert facts.of_asset(connection, number)[Origin.FILE] == camera
    assert facts.effective(connection, number) == Facts(creator="Olha")
    stated = Facts(shot=Moment(dt.date(2023, 3, 21)))
    facts.put(connection, number, Origin.PERSON, stated)
    assert facts.effective(connection, number).shot == stated.shot


def test_a_story_that_only_the_file_names_lends_no_facts(connection: Connection, number: int) -> None:
    for slug, city in (("files", "Kherson"), ("persons", "Lyman")):
        stories.add(connection, Story(slug, Facts(city=city)))
    facts.put(connection, number, Origin.FILE, Facts(story="files"))
    assert facts.effective(connection, number).city is None
    facts.put(connection, number, Origin.PERSON, Facts(story="persons"))
    assert facts.effective(connection, number) == Facts(story="persons", city="Lyman")


def test_many_assets_at_once_give_the_same_as_one_by_one(connection: Connection, an_asset: MakeAsset) -> None:
    stories.add(connection, Story("a", Facts(city="Bakhmut")))
    numbers = [assets.add(connection, an_asset()).number for _ in range(6)]
    for n in numbers:
        facts.put(connection, n, Origin.PERSON, Facts(story="a" if n % 2 else None, rating=n % 3))
    together = facts.effective_of(connection, numbers)
    assert together == {n: facts.effective(connection, n) for n in numbers}


def test_a_source_is_found_by_key_and_by_handle_in_any_case(connection: Connection) -> None:
    brigade = Source("92ombr", "92nd Brigade", "the 92nd OMBr", "@92OMBr", SourceKind.MILITARY, False, True)
    sources.add(connection, brigade)
    sources.add(connection, Source("nameless"))
    for word in ("92ombr", "92OMBR", "@92OMBr", "@92ombr"):
        assert sources.get(connection, word) == brigade
    assert [source.key for source in sources.everything(connection)] == ["92ombr", "nameless"]
    assert sources.of_keys(connection, {"92ombr", "unknown"}) == {"92ombr": brigade}
    with pytest.raises(NotFound, match="92omb") as caught:
        sources.get(connection, "92omb")
    assert caught.value.hint == "did you mean 92ombr?"
    assert sources.find(connection, "@nobody") is None
    assert sources.find(connection, "") is None


@pytest.mark.parametrize("second", [Source("92OMBR"), Source("other", handle="@92ombr")])
def test_a_key_and_a_handle_belong_to_one_source(connection: Connection, second: Source) -> None:
    sources.add(connection, Source("92ombr", handle="@92OMBr"))
    with pytest.raises(Conflict, match="taken by the source 92ombr"):
        sources.add(connection, second)


def test_a_sources_edit_names_the_revision_it_saw(connection: Connection) -> None:
    sources.add(connection, Source("other", handle="@other"))
    seen = sources.add(connection, Source("92ombr", handle="@92OMBr", stub=True))
    changed = sources.replace(connection, dataclasses.replace(seen, name="92nd Brigade", stub=False))
    assert sources.get(connection, "92ombr") == changed
    assert changed.revision == 2
    with pytest.raises(Conflict, match="source 92ombr was changed"):
        sources.replace(connection, seen)
    with pytest.raises(Conflict, match="@Other is taken by the source other"):
        sources.replace(connection, dataclasses.replace(changed, handle="@Other"))


def test_a_story_reads_back_as_it_was(connection: Connection) -> None:
    story = Story("bakhmut", dataclasses.replace(EVERYTHING, story=None), "Text.\n\nMore.")
    stories.add(connection, story)
    stories.add(connection, Story("avdiivka"))
    assert stories.get(connection, "bakhmut") == story
    assert stories.everything(connection) == [Story("avdiivka"), story]
    assert stories.find(connection, "nothing") is None
    with pytest.raises(NotFound) as caught:
        stories.get(connection, "bahmut")
    assert caught.value.hint == "did you mean bakhmut?"
    with pytest.raises(Conflict, match="already"):
        stories.add(connection, story)


def test_a_storys_edit_names_the_revision_it_saw(connection: Connection) -> None:
    seen = stories.add(connection, Story("bakhmut", Facts(city="Bakhmut")))
    changed = stories.replace(connection, dataclasses.replace(seen, facts=Facts(country="Ukraine")))
    assert stories.get(connection, "bakhmut") == changed
    with pytest.raises(Conflict, match="story bakhmut was changed"):
        stories.replace(connection, seen)
    assert stories.get(connection, "bakhmut") == changed


def test_a_written_caption_is_kept_by_style(connection: Connection, number: int) -> None:
    at = "2023-03-24T12:00:00.000+00:00"
    ours = captions.add(connection, WrittenCaption(number, "newsflash", "Бійці…", "Olha", at))
    theirs = captions.add(connection, WrittenCaption(number, "ap", "Fighters…", "Ivan", at))
    assert captions.of_asset(connection, number) == [theirs, ours]
    with pytest.raises(Conflict, match="caption of asset 1"):
        captions.add(connection, ours)
    changed = captions.replace(connection, dataclasses.replace(ours, text="Воїни…"))
    assert captions.get(connection, number, "newsflash") == changed
    with pytest.raises(Conflict, match="caption of asset 1"):
        captions.replace(connection, ours)
    with pytest.raises(Conflict, match="caption of asset 1"):
        captions.drop(connection, ours)
    captions.drop(connection, changed)
    assert captions.of_assets(connection, [number]) == {number: [theirs]}

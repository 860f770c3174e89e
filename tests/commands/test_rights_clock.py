"""Rights and the clock: handouts that end, kills, embargoes, and what bare ``footage`` says is coming."""

import shlex
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path

import pytest
from PIL import Image

from desks import change, kinds
from doors import FACTS, Footage
from footage.formats.newsml import write_newsml
from footage.formats.ninjs import write_ninjs
from footage.model.moment import Moment
from footage.model.publication import Publication, Status


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def judged(footage: Footage, now: str, style: str = "ap") -> tuple[list[str], list[str]]:
    (answer,) = footage(f"ready 1 --style {style} --json", code=None, now=at(now)).document
    return kinds(answer["obstacles"]), [finding["rule"] for finding in answer["advice"]]


@pytest.fixture
def kyiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock on the wall goes by Kyiv's time."""
    monkeypatch.setenv("TZ", "Europe/Kyiv")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def sent(desk: Path, day: str) -> None:
    """Have the clip leave the house on a day."""
    change(
        desk,
        "INSERT INTO dispatch (asset, client, folder, at, version, notice, record) "
        f"VALUES (1, 'ZDF', '/out', '{day}T10:00:00.000+00:00', 1, '', '{{}}')",
    )


def test_a_handout_ends_fourteen_days_after_it_was_first_sent(footage: Footage, desk: Path) -> None:
    assert "expired" not in judged(footage, "2026-01-01T12:00:00+00:00")[0]
    sent(desk, "2023-03-25")
    sent(desk, "2023-04-05")
    for now, over in {"2023-04-08T23:59:59+00:00": False, "2023-04-09T00:00:00+00:00": True}.items():
        assert ("expired" in judged(footage, now)[0]) is over
        assert "expired" not in judged(footage, now, "newsflash")[0]
    said = footage("ready 1 --style ap", code=4, now=at("2023-04-09T00:00:00+00:00")).out
    assert "its use as a handout ended on 2023-04-08; it was first sent on 2023-03-25" in said
    footage("set 1 --expires 2023-05-01")
    assert "expired" not in judged(footage, "2023-04-30T00:00:00+00:00")[0]
    footage("set 1 --unset expires")
    footage("source set 92ombr --kind channel")
    assert "expired" not in judged(footage, "2023-04-30T00:00:00+00:00")[0]
    footage("set 1 --creator-title HONS")
    assert "expired" in judged(footage, "2023-04-30T00:00:00+00:00")[0]


def test_a_killed_asset_is_never_ready_again(footage: Footage, desk: Path) -> None:
    change(desk, "INSERT INTO edition (asset, version, killed) VALUES (1, 2, 'not what it seems')")
    (obstacle,) = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert obstacle["kind"] == "killed" and obstacle["message"] == "it was killed: not what it seems"
    assert "footage sent 1" in obstacle["hint"]
    footage("export 1 --to ../out", code=4)
    footage("export 2 --to ../out")
    change(desk, "UPDATE edition SET killed = ''")
    assert kinds(footage("ready 1 --json", code=4).document[0]["obstacles"]) == ["killed"]
    change(desk, "UPDATE edition SET killed = NULL")
    footage("ready 1")


@pytest.mark.usefixtures("desk")
def test_an_embargo_without_a_zone_is_warned_of(footage: Footage) -> None:
    footage("set 1 --embargo '2023-03-25 06:00'")
    assert judged(footage, "2023-03-25T05:59:59+00:00", "newsflash") == (["embargo"], ["embargo-zone"])
    assert judged(footage, "2023-03-25T06:00:00+00:00", "newsflash") == ([], ["embargo-zone"])
    footage("set 1 --embargo '2023-03-25 06:00 Europe/Kyiv'")
    assert judged(footage, "2023-03-25T04:00:00+00:00", "newsflash") == ([], [])


@pytest.mark.usefixtures("desk")
def test_a_day_ends_by_the_clock_of_its_zone(footage: Footage) -> None:
    footage("set 1 --expires '2023-04-01 America/New York'")
    assert judged(footage, "2023-04-02T03:59:59+00:00", "newsflash")[0] == []
    assert judged(footage, "2023-04-02T04:00:00+00:00", "newsflash")[0] == ["expired"]


@pytest.mark.usefixtures("desk", "kyiv")
def test_bare_footage_says_what_opens_and_ends_soon_by_the_desks_clock(footage: Footage) -> None:
    footage("set 1 2 --embargo '2023-03-25 06:00 Europe/Berlin'")
    footage("set 2 --expires 2023-03-27")

    def coming(now: str) -> list[tuple[str, list[int], str]]:
        found = footage("--json", now=at(now)).document["waiting"]
        return [(item["what"], item["assets"], item["at"]) for item in found if item["at"]]

    opens = ("embargo ends 2023-03-25 07:00 EET", [1, 2], "2023-03-25T07:00:00+02:00")
    ends = ("use ends 2023-03-28 03:00 EEST", [2], "2023-03-28T03:00:00+03:00")
    assert coming("2023-03-24T04:59:59+00:00") == []
    assert coming("2023-03-24T05:00:00+00:00") == [opens]
    assert coming("2023-03-25T00:00:00+00:00") == [opens, ends]
    assert coming("2023-03-25T05:00:00+00:00") == [ends]
    assert coming("2023-03-28T00:00:00+00:00") == []
    said = footage(now=at("2023-03-25T00:00:00+00:00")).out
    assert "embargo ends 2023-03-25 07:00 EET\t2\t1,2\tfootage export 1,2 --to DIR" in said
    assert "use ends 2023-03-28 03:00 EEST\t1\t2\tfootage sent 2" in said


# what a file says, and what lies in the future

PICTURE_SAYS = Publication(
    caption="A tank",
    embargo=Moment(date(2026, 12, 1), clock(6), "Europe/Kyiv"),
    expires=Moment(date(2027, 1, 2)),
    guid="urn:sha256:" + "0" * 64,
    version_created=Moment(date(2026, 10, 1), clock(), "UTC"),
)


@pytest.mark.parametrize("kind", ["ninjs.json", "newsml.xml"])
def test_what_a_news_item_says_of_an_embargo_and_an_expiry_is_decided_on(
    footage: Footage, desk: Path, tmp_path: Path, kind: str
) -> None:
    assert desk
    Image.new("RGB", (64, 48), (9, 60, 30)).save(tmp_path / "b.png")
    write = {"ninjs.json": write_ninjs, "newsml.xml": write_newsml}[kind]
    (tmp_path / f"b.{kind}").write_bytes(write(PICTURE_SAYS))
    footage("add", tmp_path / "b.png", *shlex.split(FACTS))

    def obstacles(now: str) -> list[str]:
        (answer,) = footage("ready 3 --json", code=None, now=at(now)).document
        return kinds(answer["obstacles"])

    assert obstacles("2026-12-01T03:59:59+00:00") == ["proposed-embargo"]
    assert obstacles("2026-12-01T04:00:00+00:00") == []
    assert obstacles("2027-01-03T00:00:00+00:00") == ["proposed-expiry"]
    said = footage("ready 3", code=4, now=at("2026-11-01T00:00:00+00:00")).out
    assert "footage set 3 --take embargo" in said and "footage set 3 --embargo DATE" in said
    footage("set 3 --take embargo --take expires")
    assert obstacles("2026-11-01T00:00:00+00:00") == ["embargo"]
    assert obstacles("2027-01-03T00:00:00+00:00") == ["expired"]
    footage("set 3 --embargo 2026-01-01 --expires 2028-01-01")
    assert obstacles("2026-11-01T00:00:00+00:00") == []
    assert obstacles("2027-01-03T00:00:00+00:00") == []


@pytest.mark.usefixtures("desk")
def test_a_story_decides_on_what_the_file_says_of_an_embargo(footage: Footage, tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), (9, 60, 30)).save(tmp_path / "b.png")
    (tmp_path / "b.ninjs.json").write_bytes(write_ninjs(PICTURE_SAYS))
    footage("add", tmp_path / "b.png", *shlex.split(FACTS))
    footage("story set bakhmut --embargo 2026-01-01")
    assert footage("ready 3", now=at("2026-11-01T00:00:00+00:00"))


@pytest.mark.usefixtures("desk")
def test_a_release_in_the_future_contradicts_the_clock(footage: Footage) -> None:
    footage("set 1 --released 2026-11-03")
    now = "2026-11-01T23:00:00+00:00"
    assert judged(footage, now, "newsflash")[0] == ["facts-contradict"]
    said = footage("ready 1", code=4, now=at(now)).out
    assert "released on 2026-11-03, which is in the future" in said
    assert "footage set 1 --released DATE" in said
    assert judged(footage, "2026-11-02T00:00:00+00:00", "newsflash")[0] == []


@pytest.mark.usefixtures("desk")
def test_waiting_is_proposed_before_an_embargo_is_lifted(footage: Footage) -> None:
    footage("set 1 --embargo 2026-12-01")
    hint = footage("ready 1 --json", code=4, now=at("2026-11-01T00:00:00+00:00")).document[0]["obstacles"][0][
        "hint"
    ]
    assert hint.startswith("wait until then, or send the rest: footage export … --ready-only")
    assert hint.index("--ready-only") < hint.index("--unset embargo")
    footage("set 1 --unset embargo --expires 2026-10-01")
    hint = footage("ready 1 --json", code=4, now=at("2026-11-01T00:00:00+00:00")).document[0]["obstacles"][0][
        "hint"
    ]
    assert hint.startswith("send the rest: footage export … --ready-only")
    assert hint.index("--ready-only") < hint.index("--unset expires")


@pytest.mark.usefixtures("desk")
def test_a_time_without_a_zone_is_told_as_it_is_typed(footage: Footage) -> None:
    for option in ("embargo", "expires"):
        said = footage(f"set 1 --{option} '2026-11-24 06:00'").err
        assert f'--{option}: no zone was stated, it is taken as UTC: --{option} "2026-11-24 06:00 Eur' in said
    assert "zone" not in footage("set 1 --embargo 2026-11-24 --expires '2026-11-24 06:00 Europe/Kyiv'").err
    assert "zone" not in footage("set 1 --released '2023-03-24 06:00'").err


@pytest.mark.parametrize("kind", ["ninjs.json", "newsml.xml"])
@pytest.mark.parametrize("status", [Status.WITHHELD, Status.CANCELED])
@pytest.mark.usefixtures("desk")
def test_what_a_news_item_withholds_is_decided_on(
    footage: Footage, tmp_path: Path, kind: str, status: Status
) -> None:
    Image.new("RGB", (64, 48), (9, 60, 30)).save(tmp_path / "b.png")
    write = {"ninjs.json": write_ninjs, "newsml.xml": write_newsml}[kind]
    item = replace(PICTURE_SAYS, embargo=None, expires=None, status=status)
    (tmp_path / f"b.{kind}").write_bytes(write(item))
    footage("add", tmp_path / "b.png", *shlex.split(FACTS))
    (obstacle,) = footage("ready 3 --json", code=4).document[0]["obstacles"]
    assert obstacle["kind"] == "proposed-embargo" and f"it is {status}" in obstacle["message"]
    footage("set 3 --embargo 2026-01-01")
    footage("ready 3")

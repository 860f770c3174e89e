"""Where footage came from and what was checked of it, as a desk types it."""

import json
from pathlib import Path

import pytest

from desks import kinds
from doors import Footage

GROUND = (
    "source add gf --name 'Ground Forces of the Armed Forces of Ukraine' "
    "--in-caption 'the Ukrainian Ground Forces' --kind military"
)
STATEMENT = "--statement 'The 92nd brigade continues the fight.'"
OBTAINED = (
    "The images were obtained from the 92nd Ivan Sirko Separate Mechanized Brigade of the Armed Forces of "
    "Ukraine on Friday, on 24th March, along with a statement saying: “The 92nd brigade continues the fight.”"
)
RELAYED = "The images and statement were also relayed by the Ground Forces of the Armed Forces of Ukraine."
HOSTILE = "<b>&amp;</b> -->\n=1+1 \x1b[2J \u202e “x” " + "ї" * 3000


def chain(footage: Footage, number: int = 1) -> list[tuple[str, str, str | None, bool]]:
    """The links of an asset's chain: deed, party, day, whether a statement came along."""
    (one,) = footage("provenance", str(number), "--json").document
    return [(link["deed"], link["party"], link["on"], bool(link["statement"])) for link in one["chain"]]


def obstacles(footage: Footage, number: int = 1) -> list[str]:
    (answer,) = footage("ready", str(number), "--json", code=None).document
    return kinds(answer["obstacles"])


# provenance


@pytest.mark.usefixtures("desk")
def test_the_chain_follows_from_the_facts(footage: Footage) -> None:
    footage(GROUND)
    footage(f"set 1 2 {STATEMENT} --relayed-by gf")
    assert footage("provenance 1").out.splitlines() == [OBTAINED, RELAYED]
    assert footage("provenance story:bakhmut").out.splitlines() == [
        f"{number}: {sentence}" for number in (1, 2) for sentence in (OBTAINED, RELAYED)
    ]
    found = footage("provenance 1,2 --json").document
    assert [(one["asset"], one["sentences"], one["recorded"]) for one in found] == [
        (number, [OBTAINED, RELAYED], False) for number in (1, 2)
    ]
    assert chain(footage) == [("obtained", "92ombr", "2023-03-24", True), ("relayed", "gf", None, True)]
    shown = footage("show 1 --json").document["provenance"]
    assert shown["sentences"] == [OBTAINED, RELAYED]
    assert (shown["source"], shown["relayed_by"]) == ("92ombr", ["gf"])
    assert OBTAINED in footage("show 1").out


@pytest.mark.usefixtures("desk")
def test_deeds_are_recorded_of_many_assets_at_once(footage: Footage) -> None:
    footage(GROUND)
    footage("set 1 2 --unset source --unset released")
    said = footage(f"provenance 1 2 obtained --from 92ombr --on 2023-03-24 {STATEMENT}").out.splitlines()
    assert said == [f"1: {OBTAINED}", f"2: {OBTAINED}"]
    footage("provenance story:bakhmut relayed --by gf --with-statement")
    assert footage("provenance 2").out.splitlines() == [OBTAINED, RELAYED]
    events = footage("history 2 --json").document
    assert [event["action"] for event in events[-2:]] == ["provenance", "provenance"]
    assert events[-1]["assets"] == [1, 2]
    assert footage("verify --json").document["sound"] is True


@pytest.mark.usefixtures("desk")
def test_a_later_record_takes_the_place_of_the_one_before(footage: Footage) -> None:
    footage(GROUND)
    footage("provenance 1 obtained --from gf --on 2023-03-01")
    footage("provenance 1 obtained --from @olha --on '2023-03-20 08:00 Europe/Kyiv'")
    footage(f"set 1 {STATEMENT}")
    footage("provenance 1 relayed --by gf --by 92ombr")
    assert chain(footage) == [
        ("obtained", "olha", "2023-03-20 08:00 Europe/Kyiv", False),
        ("relayed", "gf", None, False),
        ("relayed", "92ombr", None, False),
    ]
    assert obstacles(footage) == []
    assert footage("source show olha --json").document["stub"] is True
    count = len(footage("history 1 --json").document)
    footage("provenance 1 relayed --by gf")
    assert len(footage("history 1 --json").document) == count + 1  # gf comes last now
    footage("provenance 1 relayed --by gf")
    assert len(footage("history 1 --json").document) == count + 1
    footage("provenance 1 forget")
    assert chain(footage) == [("obtained", "92ombr", "2023-03-24", True)]
    footage("provenance 1 forget")
    assert footage("history 1 --json").document[-1]["detail"]["changes"][0]["after"] == {}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("obtained", 2, "--from"),
        ("relayed", 2, "--by"),
        ("--from 92ombr", 2, "obtained --from"),
        ("relayed --by 92ombr --on today", 2, "obtained --on"),
        ("obtained --from 92ombr --with-statement", 2, "relayed --with-statement"),
        ("obtained --from 92ombrr", 3, "92ombr"),
        ("obtained --from 92ombr --on 2023-02-30", 2, "2023-02-28"),
        ("obtained --from 92ombr --on 2999-01-01", 2, "still to come"),
        ("relayed --by 92ombr --with-statement", 2, "--statement"),
        ("forget --by 92ombr", 2, "relayed --by"),
    ],
)
def test_what_cannot_be_recorded_changes_nothing(
    footage: Footage, desk: object, words: str, code: int, told: str
) -> None:
    assert desk
    before = footage("history --json").out
    assert told in footage(f"provenance 1 {words}", code=code).err
    assert footage("history --json").out == before
    assert footage("provenance 7", code=3)


@pytest.mark.usefixtures("desk")
def test_a_dry_run_says_what_would_stand(footage: Footage) -> None:
    before = footage("history --json").out
    assert "from @new on Friday" in footage("provenance 1 obtained --from @new --on 2023-03-24 --dry-run").out
    assert footage("history --json").out == before and len(chain(footage)) == 1


@pytest.mark.usefixtures("desk")
def test_an_asset_that_came_from_nowhere_says_so(footage: Footage) -> None:
    footage("set 1 --unset source")
    said = footage("provenance 1")
    assert said.out == "" and "footage set 1 --source KEY" in said.err
    assert footage("provenance 1 --json").document == [
        {"asset": 1, "chain": [], "recorded": False, "sentences": []}
    ]


@pytest.mark.usefixtures("desk")
def test_hostile_statements_arrive_exactly_and_hide_nothing(footage: Footage) -> None:
    footage("provenance", "1", "obtained", "--from", "92ombr", "--statement", HOSTILE)
    (one,) = footage("provenance 1 --json").document
    assert one["chain"][0]["statement"] == HOSTILE
    said = footage("provenance 1").out
    assert said.count("\n") == 1 and "\x1b" not in said and "\u202e" not in said
    assert (
        "caf\\xe9"
        in footage("provenance", "1", "obtained", "--from", "92ombr", "--statement", "caf\udce9").out
    )
    assert footage("verify --json").document["sound"] is True


@pytest.mark.usefixtures("desk")
def test_undo_takes_a_record_back(footage: Footage) -> None:
    before = chain(footage)
    footage("provenance 1 obtained --from @olha --on 2023-03-20")
    once = chain(footage)
    footage("provenance 1 relayed --by 92ombr")
    footage("undo")
    assert chain(footage) == once
    footage("undo")
    assert chain(footage) == before


# checked


@pytest.mark.usefixtures("desk")
def test_a_check_is_kept_and_shown(footage: Footage) -> None:
    (one,) = footage("--as Olena checked 1 place --how landmarks --json").document
    assert {name: one[name] for name in ("asset", "about", "standing", "how", "actor", "fact")} == {
        "asset": 1,
        "about": "place",
        "standing": "verified",
        "how": "landmarks",
        "actor": "Olena",
        "fact": "Bakhmut direction, Ukraine",
    }
    footage("checked story:bakhmut date --not")
    shown = footage("show 1 --json").document["checked"]
    assert [(v["about"], v["standing"], v["holds"]) for v in shown] == [
        ("place", "verified", True),
        ("date", "unverified", True),
    ]
    assert "verified by landmarks, Olena" in footage("show 1").out
    assert [v["about"] for v in footage("show 2 --json").document["checked"]] == ["date"]
    footage("checked 1 place --not")
    assert [v["standing"] for v in footage("show 1 --json").document["checked"]] == ["unverified"] * 2
    assert obstacles(footage) == []
    assert [e["action"] for e in footage("history 1 --json").document[-3:]] == ["checked"] * 3


@pytest.mark.parametrize(
    ("about", "named", "mend"),
    [
        ("place", "Bakhmut direction", "--unset place --unset country"),
        ("date", "undated", "--unset undated --unset released"),
        ("source", "92ombr", "--unset source"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_contradicted_fact_holds_the_footage_back(
    footage: Footage, about: str, named: str, mend: str
) -> None:
    footage(f"checked 1 {about} --contradicted --how 'an older post'")
    assert "contradicted-fact" in obstacles(footage) and "contradicted-fact" not in obstacles(footage, 2)
    found = footage("ready 1 --json", code=4).document[0]["obstacles"]
    (told,) = [one for one in found if one["kind"] == "contradicted-fact"]
    assert named in told["message"] and "an older post" in told["message"]
    assert f"footage checked 1 {about} --how" in told["hint"]
    footage("export 1 --to ../out", code=4)
    footage(f"checked 1 {about} --how 'a second look'")
    assert "contradicted-fact" not in obstacles(footage)
    footage(f"checked 1 {about} --contradicted")
    footage(f"set 1 {mend}")
    assert "contradicted-fact" not in obstacles(footage)


@pytest.mark.usefixtures("desk")
def test_a_check_lapses_when_something_else_is_stated(footage: Footage) -> None:
    footage("checked 1 place --contradicted")
    footage("checked 1 source --how 'its channel'")
    footage("set 1 --place Lyman")
    assert obstacles(footage) == []
    shown = footage("show 1 --json").document["checked"]
    assert [(v["about"], v["holds"]) for v in shown] == [("place", False), ("source", True)]
    assert "something else is stated since" in footage("show 1").out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("1 place", 2, "--how TEXT"),
        ("1 place --how ' '", 2, "by what"),
        ("1 place --not --how landmarks", 2, "--not"),
        ("1 weather --not", 2, "place"),
        ("1 --not", 2, "Missing"),
        ("7 place --not", 3, "7"),
        ("3 place --how landmarks", 4, "footage set 3 --place"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_what_cannot_be_checked_changes_nothing(
    footage: Footage, media: object, words: str, code: int, told: str
) -> None:
    footage("grab 1 0")
    footage("set 3 --unset story --unset place --unset country")
    before = footage("history --json").out
    assert told in footage(f"checked {words}", code=code).err
    assert footage("history --json").out == before and media


@pytest.mark.usefixtures("desk")
def test_how_is_kept_as_typed(footage: Footage) -> None:
    footage("checked", "1", "place", "--how", HOSTILE)
    assert footage("show 1 --json").document["checked"][0]["how"] == HOSTILE
    assert "\x1b" not in footage("show 1").out
    before = footage("history --json").out
    footage("checked 1 place --not --dry-run")
    assert footage("history --json").out == before
    assert json.loads(footage("show 1 --json").out)["checked"][0]["standing"] == "verified"


@pytest.mark.usefixtures("desk")
def test_undo_takes_a_verdict_back(footage: Footage) -> None:
    footage("checked 1 place --how landmarks")
    footage("checked 1 place --contradicted")
    footage("undo")
    assert footage("show 1 --json").document["checked"][0]["how"] == "landmarks"
    footage("undo")
    assert footage("show 1 --json").document["checked"] == []


# whose words these are


@pytest.mark.usefixtures("desk")
def test_a_source_is_not_credited_with_another_sources_words(footage: Footage) -> None:
    footage(GROUND)
    footage("source add olha --name 'Olha Kovalenko' --in-caption 'Olha Kovalenko' --kind person")
    footage(f"set 1 2 {' '.join(f'--unset {name}' for name in ('source', 'released'))}")
    told = "--source 92ombr --released 2023-03-24 --relayed-by gf --url https://t.me/92OMBr/1"
    footage(f"story set bakhmut {told} {STATEMENT}")
    assert footage("provenance 1").out.splitlines() == [OBTAINED, RELAYED]
    footage("set 1 --source olha")
    shown = footage("show 1 --json").document
    assert {"statement", "relayed-by", "released", "url"}.isdisjoint(shown["facts"])
    assert shown["facts"]["place"] == "Bakhmut direction"
    assert shown["provenance"]["sentences"] == ["The images were obtained from Olha Kovalenko."]
    assert "24" not in footage("caption 1").out
    assert footage("provenance 2").out.splitlines() == [OBTAINED, RELAYED]
    footage("set 1 --statement 'I saw it.' --released 2023-03-25")
    assert footage("provenance 1").out.startswith(
        "The images were obtained from Olha Kovalenko on Saturday, on 25th March, along with"
    )
    footage("set 1 --source 92ombr --unset statement --unset released")
    assert footage("provenance 1").out.splitlines() == [OBTAINED, RELAYED]


@pytest.mark.usefixtures("desk")
def test_a_withheld_name_stays_in_the_house(footage: Footage, tmp_path: Path) -> None:
    name = "--name 'Olha Kovalenko' --in-caption 'an eyewitness'"
    said = footage(f"source add w1 {name} --kind eyewitness --withheld").out
    assert said == "source w1: Olha Kovalenko (an eyewitness), name withheld\n"
    footage("source add w2 --name 'Taras Bondar' --in-caption 'another eyewitness' --kind person")
    footage("source set w2 --withheld")
    assert footage("source show w2 --json").document["withheld"] is True
    assert (
        "name withheld" in footage("source show w2").out and footage("source list").out.count("withheld") == 2
    )
    footage("set 1 2 --source w1 --relayed-by w2")
    assert footage("provenance 2").out.splitlines() == [
        "The images were obtained from an eyewitness on Friday, on 24th March.",
        "The images were also relayed by another eyewitness.",
    ]
    footage("export 1 2 --to ../out --profile master")
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) > 5
    for path in written:
        content = path.read_bytes().lower()
        assert not [one for one in (b"olha", b"kovalenko", b"taras", b"bondar") if one in content], path.name
    footage("source set w1 --not-withheld")
    assert "Olha Kovalenko" in footage("provenance 2").out
    footage("undo")
    assert "Olha" not in footage("provenance 2").out

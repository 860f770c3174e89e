"""A package whose every fact is hostile: valid by the standards, saying all that was stated, and inert."""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import count, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree
from PIL import Image
from referencing import Registry, Resource

from doors import Footage, Said
from publications import ITEM, hostile

NAR = "{http://iptc.org/std/nar/2006-10-01/}"
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
PARTIES = 9
"""Sources with hostile names; an asset comes from one of them by way of two others."""
ZONES = ("Europe/Kyiv", "Asia/Kathmandu", "UTC")
FILE_NAMES = ("<script>alert(1)<", "=cmd|'x'!A0", "\u202egpj", '%41 & "b" ;#?', "caf\udce9 \x1b[31m", "plain")
STAYING = frozenset("\t\n")
EMBARGO, EXPIRY = dt.datetime(2001, 3, 24, 6, 30), dt.datetime(2901, 3, 24, 6, 30)

Validate = Callable[[Any], None]


@dataclass(frozen=True)
class Stated:
    """What was stated of one asset, as it was typed, and the number of its source."""

    number: int
    source: int
    facts: dict[str, str]
    zone: str | None

    @property
    def chain(self) -> tuple[int, ...]:
        """The numbers of the sources in whose hands it was."""
        return self.source, *((self.source + step) % PARTIES for step in (1, 2))


@pytest.fixture(scope="session")
def valid_ninjs(conformance: Path) -> Validate:
    """Check a document against the schema, addresses and times too."""
    formats = FormatChecker(())
    formats.checks("uri")(lambda text: not isinstance(text, str) or bool(ADDRESS.fullmatch(text)))
    formats.checks("date-time", ValueError)(_is_point_in_time)
    places = Resource.from_contents(json.loads((conformance / "GeoJSON-schema.json").read_text()))
    validator = Draft202012Validator(
        json.loads((conformance / "ninjs-schema_3.1.json").read_text()),
        registry=Registry().with_resource("https://geojson.org/schema/GeoJSON.json", places),
        format_checker=formats,
    )
    return validator.validate


@pytest.fixture(scope="session")
def valid_newsml(conformance: Path) -> Validate:
    """Check an item against the schema of conformance level power."""
    return etree.XMLSchema(etree.parse(conformance / "NewsML-G2_2.35-spec-All-Power.xsd")).assertValid


def _is_point_in_time(text: object) -> bool:
    return not isinstance(text, str) or dt.datetime.fromisoformat(text).tzinfo is not None


@pytest.mark.parametrize("stills", [12, pytest.param(300, marks=pytest.mark.long)])
def test_hostile_facts_leave_the_house_valid_and_inert(
    footage: Footage,
    library: Path,
    stills: int,
    valid_ninjs: Validate,
    valid_newsml: Validate,
    capfd: pytest.CaptureFixture[str],
) -> None:
    names = parties(footage)
    draw_stills(library.parent / "card", stills)
    insist_on_plain_words(footage("add", library.parent / "card", "--undated"))
    told = [state(footage, number) for number in range(1, stills + 1)]
    everyone = f"1..{stills}"
    insist_on_plain_words(footage("ready", everyone))
    said = export(footage, everyone, told)
    insist_on_plain_words(said)
    insist_on_known_lines(said)
    out = library.parent / "out"
    found = files_by_role(out)
    captions = {one["asset"]: one["text"] for one in footage("caption", everyone, "--json").document}
    for asset in told:
        own = {role: out / path for role, path in found[asset.number].items()}
        insist_on_caption(asset, captions[asset.number], own["caption"])
        hops = [names[number] for number in asset.chain]
        item = json.loads(own["ninjs"].read_bytes())
        valid_ninjs(item)
        insist_on_ninjs(item, asset, captions[asset.number], hops)
        newsml = etree.parse(own["newsml"]).getroot()
        valid_newsml(newsml)
        insist_on_newsml(newsml, asset, captions[asset.number], hops)
        xmp = etree.parse(own["metadata"])
        assert written(captions[asset.number]) in [part.text for part in xmp.iter()]
    insist_on_page(out / "index.html", told, captions)
    assert footage("verify", "--fast", "--json").document["sound"] is True
    assert capfd.readouterr() == ("", "")


# what is stated


def parties(footage: Footage) -> list[str]:
    """Sources with hostile names, and with hostile handles where the program takes them; gives the names."""
    names, refused = [], 0
    drawn = (one for one in map(hostile, count(1000)) if one.source.strip() and one.source != ITEM.source)
    for number, spoiled in enumerate(islice(drawn, PARTIES)):
        name = spoiled.source
        words = ["--name", name, "--in-caption", spoiled.creator[0].strip() or name, "--kind", "channel"]
        handle = f"@party{number}{spoiled.credit}"
        said = footage("source", "add", f"s{number}", *words, "--handle", handle, code=None)
        if said.code:
            refused += 1
            assert said.code == 2 and "is no handle" in said.err
            said = footage("source", "add", f"s{number}", *words, "--handle", f"@party{number}")
        insist_on_plain_words(said)
        names.append(name)
    assert 0 < refused < PARTIES
    return names


def draw_stills(folder: Path, stills: int) -> None:
    """Stills of 48 x 32 that nobody takes for one another, JPEG and PNG in turn, with hostile names."""
    folder.mkdir()
    for number in range(stills):
        blocks = np.random.default_rng(number).integers(0, 256, (4, 6, 3), np.uint8)
        picture = Image.fromarray(blocks).resize((48, 32), Image.Resampling.NEAREST)
        kind = ("jpg", "png")[number % 2]
        picture.save(folder / f"{number:03} {FILE_NAMES[number % len(FILE_NAMES)]}.{kind}")


def state(footage: Footage, number: int) -> Stated:
    """State every fact of an asset with texts that were drawn for it; those that say nothing are left out."""
    drawn = hostile(number)
    facts = {
        "shows": drawn.caption if drawn.caption.strip() else "Smoke rises",
        "headline": drawn.headline,
        "credit": drawn.credit,
        "place": drawn.place,
        "city": drawn.city,
        "state": drawn.state,
        "country": drawn.country,
        "creator": drawn.creator[0],
        "creator-title": drawn.creator_title,
        "person": drawn.person[0] if drawn.person else "",
        "keyword": drawn.keyword[0] if drawn.keyword else "",
        "rights": drawn.usage_terms,
        "territory": drawn.instructions,
        "language": drawn.language,
        "event": drawn.event,
        "alt": drawn.alt,
        "job": drawn.job,
        "statement": drawn.statement,
        "url": drawn.url,
        "note": drawn.edit_note,
    }
    facts = {name: text for name, text in facts.items() if text.strip()}
    one = Stated(number, number % PARTIES, facts, None if number % 3 == 2 else ZONES[number % 2])
    words = [word for name, text in facts.items() for word in (f"--{name}", text)]
    source, *relays = (f"s{party}" for party in one.chain)
    words += ["--source", source, *(word for key in relays for word in ("--relayed-by", key))]
    for option, when in (("--embargo", EMBARGO), ("--expires", EXPIRY)):
        words += [option, f"{when:%Y-%m-%d %H:%M} {one.zone}"] if one.zone else []
    insist_on_plain_words(footage("set", str(number), *words))
    slug = drawn.story[:200]
    if slug.strip():
        said = footage("set", str(number), "--story", slug, code=None)
        insist_on_plain_words(said)
        assert said.code == 0 or (said.code == 2 and "cannot be a slug" in said.err)
    return one


TOO_LONG = (
    re.compile(r"asset (?P<number>\d+): caption, credit and keywords are too long for the JPEG"),
    re.compile(r"the package would leak \((?P<name>\d{3}) [^;]*: XMP's [\w:]+ holds [\d,]+ characters"),
)


def export(footage: Footage, everyone: str, told: list[Stated]) -> Said:
    """Send everything out; an asset that says more than its file holds is named, and says less then."""
    named: set[int] = set()
    while (said := footage("export", everyone, "--to", "../out", code=None)).code:
        insist_on_plain_words(said)
        (refused,) = (match for pattern in TOO_LONG if (match := pattern.search(said.err)))
        where = refused.groupdict()
        asset = told[int(where["number"]) - 1 if "number" in where else int(where["name"])]
        assert not Path("../out").exists() and asset.number not in named
        named.add(asset.number)
        long = [name for name, text in asset.facts.items() if len(text) >= 10_000 and name != "shows"]
        footage("set", str(asset.number), *(word for name in long for word in ("--unset", name)))
        for name in long:
            del asset.facts[name]
    return said


# what is found


def files_by_role(out: Path) -> dict[int, dict[str, str]]:
    """The files of each asset by their roles, as the manifest has them."""
    found: dict[int, dict[str, str]] = {}
    for file in json.loads((out / "manifest.json").read_bytes())["files"]:
        assert (out / file["path"]).is_file()
        if file["asset"]:
            found.setdefault(file["asset"], {})[file["role"]] = file["path"]
    return found


def written(text: str, *, one_line: bool = False) -> str:
    """A text as every format can hold it: signs that XML has no place for are replaced, outer blanks go."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    held = "".join("\ufffd" if _nowhere(sign) else sign for sign in text).strip()
    return held.replace("\n", " ").replace("\t", " ") if one_line else held


def _nowhere(sign: str) -> bool:
    return sign not in STAYING and (unicodedata.category(sign) in ("Cc", "Cs") or sign in "\ufffe\uffff")


def insist_on_credit(credit: str, asset: Stated) -> None:
    """The credit as it was stated; else it is made of a handle and our name."""
    if stated := asset.facts.get("credit"):
        assert credit == written(" ".join(stated.split()))
    else:
        assert credit.endswith("/Newsflash")


def insist_on_caption(asset: Stated, caption: str, path: Path) -> None:
    """The caption tells what was stated, and its file says it without anything that a terminal obeys."""
    shows = " ".join(asset.facts["shows"].split())
    assert shows.rstrip(".;, ")[1:] in caption, asset
    assert path.read_bytes().decode() == written(caption) + "\n"


def insist_on_ninjs(item: Any, asset: Stated, caption: str, hops: list[str]) -> None:
    sources = {role: [one["name"] for one in item["infoSources"] if one["role"] == role] for role in
               ("creditline", "source", "relay", "supplier")}  # fmt: skip
    source, *relays = (written(name, one_line=True) for name in hops)
    assert (sources["source"], sources["relay"]) == ([source], list(dict.fromkeys(relays)))
    (credit,) = sources["creditline"]
    insist_on_credit(credit, asset)
    told = [(one["role"], one["value"]) for one in item["descriptions"]]
    assert [text for role, text in told if role == "caption"] == [written(caption)]
    steps = [text for role, text in told if role == "provenance"]
    for step, name in zip(steps, (source, *relays, "Newsflash"), strict=True):
        assert name in step
    for name, fact in (("headlines", "headline"), ("people", "person")):
        values = [one.get("value", one.get("name")) for one in item.get(name, ())]
        assert values == [written(text, one_line=True) for text in (asset.facts.get(fact),) if text]
    assert (item.get("embargoedUntil"), item.get("expires")) == points_in_time(asset)


def insist_on_newsml(item: Any, asset: Stated, caption: str, hops: list[str]) -> None:
    chain = [*(written(name, one_line=True) for name in hops), "Newsflash"]
    parties = item.findall(f"{NAR}hopHistory/{NAR}hop/{NAR}party/{NAR}name")
    assert [party.text for party in parties] == chain
    meta = item.find(f"{NAR}contentMeta")
    names = {role: [one.findtext(f"{NAR}name") for one in meta.findall(f"{NAR}infoSource") if role in
                    one.get("role", "")] for role in ("source", "relay")}  # fmt: skip
    assert names == {"source": chain[:1], "relay": list(dict.fromkeys(chain[1:-1]))}
    (credit,) = meta.findall(f"{NAR}creditline")
    insist_on_credit(credit.text, asset)
    said = [one.text for one in meta.findall(f"{NAR}description") if one.get("role") == "drol:caption"]
    assert said == [written(caption)]
    stamps = (item.findtext(f"{NAR}itemMeta/{NAR}{name}") for name in ("embargoed", "expires"))
    assert tuple(stamps) == points_in_time(asset)


def points_in_time(asset: Stated) -> tuple[str | None, str | None]:
    """Embargo and expiry as news items write them; None where nothing was stated."""
    if asset.zone is None:
        return None, None
    begin, end = (moment.replace(tzinfo=ZoneInfo(asset.zone)).isoformat() for moment in (EMBARGO, EXPIRY))
    return begin, end


# what does nothing


class Page(HTMLParser):
    """A page's elements and its text, strictly: what opens is closed, in order."""

    VOID = frozenset(("meta", "img", "br", "source"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: dict[str, int] = {}
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.other: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if self.open[-1:] != ["style"] else ""

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)


TAGS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "main",
        "footer",
        "nav",
        "article",
        "section",
    ),
    *(
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "ol",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "a",
        "span",
        "bdi",
        "img",
        "code",
        "br",
    ),
}


def insist_on_page(path: Path, told: list[Stated], captions: dict[int, str]) -> None:
    """The front page is made of our own elements alone; what was stated stands in it as text."""
    page = Page()
    page.feed(path.read_text("utf-8"))
    page.close()
    assert page.open == [] and page.other == []
    assert set(page.tags) <= TAGS and page.tags["article"] == len(told)
    for name, value in page.attributes:
        assert not name.startswith("on")
        if name in ("href", "src"):
            assert value.startswith(("./", "#item-")), value
    assert not hiding(page.text)
    plain = [text for text in captions.values() if text.isprintable()]
    assert plain and all(text in page.text for text in plain)


def hiding(text: str) -> set[str]:
    """The signs of a text that a terminal obeys, or that turn it; an emoji's joiner is none."""
    found = {sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return found - STAYING - {"\u200d"}


def insist_on_plain_words(said: Said) -> None:
    """Nothing that a command printed hides or moves anything on a terminal."""
    assert not hiding(said.out + said.err), said


def insist_on_known_lines(said: Said) -> None:
    """An export's words: a table of files, where the package is, and remarks on its assets."""
    head, *rows, last = said.out.splitlines()
    assert head.split("\t") == ["file", "asset", "role", "bytes"] and last.startswith("the package is in ")
    assert all(len(row.split("\t")) == 4 for row in rows)
    assert {row.split("\t")[0] for row in rows} >= {"index.html", "manifest.json"}
    assert list(_strange(said.err)) == []


def _strange(remarks: str) -> Iterator[str]:
    for line in remarks.splitlines():
        if not re.fullmatch(r"asset \d+: [^\n]+", line):
            yield line

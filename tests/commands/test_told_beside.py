"""What lies beside a published file speaks of what is in it, and of nothing cut out or changed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from PIL import Image

import clips
from doors import Footage
from footage.actions import export, packaging
from footage.media.sandbox import Sandbox

SECRET = "wounded man"
WITHHELD = "asset 1: the description of shot 2 is left out, because part of it was cut"


@pytest.fixture
def described(desk: Path, footage: Footage) -> Path:
    """The desk; both shots of its clip (a second each) are described."""
    footage("shots 1 --describe 1 'Wide of a river'")
    footage(f"shots 1 --describe 2 'Close of a {SECRET}'")
    return desk


def told(folder: Path) -> str:
    """All that the texts of a package say."""
    kinds = (".xmp", ".json", ".xml", ".html", ".txt", ".vtt")
    return "\n".join(path.read_text("utf-8") for path in folder.rglob("*") if path.suffix in kinds)


# shots


@pytest.mark.usefixtures("described")
def test_a_shot_that_was_cut_into_is_described_anew_or_not_at_all(footage: Footage, tmp_path: Path) -> None:
    footage("flag 1 f26 f29 --reason death --treatment cut")
    footage("blur 1")
    said = footage("export 1 --to ../one")
    assert SECRET not in told(tmp_path / "one") and "Wide of a river" in told(tmp_path / "one")
    assert WITHHELD in said.err and 'footage shots 1 --describe 2 "…"' in said.err
    said = footage("shots 1 --format script")
    assert SECRET not in said.out and WITHHELD in said.err
    footage("shots 1 --describe 2 'Smoke over a road'")
    said = footage("export 1 --to ../two")
    assert "Smoke over a road" in told(tmp_path / "two") and WITHHELD not in said.err
    assert "Smoke over a road" in footage("shots 1 --format script").out
    footage("flag 1 f40 f42 --reason death --treatment cut")
    footage("blur 1")
    assert "Smoke over a road" not in footage("shots 1 --format script").out, "given before this cut"


@pytest.mark.usefixtures("described")
@pytest.mark.parametrize("cut", ["f25 f36", "f14 f26", "f0 f12", "f38 f50", "f25 f44", "f4 f25"])
def test_every_shot_shows_a_frame_of_its_own(footage: Footage, tmp_path: Path, cut: str) -> None:
    footage(f"flag 1 {cut} --reason death --treatment cut")
    footage("blur 1")
    footage("export 1 --to ../out")
    out = tmp_path / "out"
    shown = []
    for number in (1, 2):
        with Image.open(out / "pictures" / f"1-clip-{number}.jpg") as picture:
            shown.append(clips.frame_number(np.asarray(picture.convert("RGB"))))
    start, end = (int(time[1:]) for time in cut.split())
    own = [[f for f in frames if not start <= f < end] for frames in (range(25), range(25, 50))]
    for seen, frames in zip(shown, own, strict=True):
        margin = min(3, (len(frames) - 1) // 2)
        assert seen in frames[margin : len(frames) - margin], shown
    page, xml = (out / "index.html").read_text("utf-8"), (out / "clip.newsml.xml").read_text("utf-8")
    for text in (page, xml):
        assert text.index("1-clip-1.jpg") < text.index("1-clip-2.jpg")


# standing texts


@pytest.mark.usefixtures("described")
def test_a_storyline_reads_as_on_its_day(footage: Footage, tmp_path: Path) -> None:
    footage("text add war-day 'It is the {days since 2022-02-24, ordinal} day.'")
    footage("text use war-day bakhmut")
    footage("export 1 --to ../out")
    script = (tmp_path / "out" / "clip.shotlist.txt").read_text("utf-8")
    assert "{text:" not in script and "day." in script
    storyline = script[script.index("STORYLINE") :]
    assert storyline == (said := footage("shots 1 --format script").out)[said.index("STORYLINE") :]


# provenance


@pytest.mark.usefixtures("desk")
def test_hands_did_what_they_did_on_their_days(footage: Footage, tmp_path: Path) -> None:
    footage("provenance 1 obtained --from 92ombr --on 2023-03-26 --statement 'We hold the line.'")
    footage("export 1 --to ../out")
    xml = etree.parse(tmp_path / "out" / "clip.newsml.xml")
    hops = [
        (hop.findtext("{*}action/{*}name"), (hop.get("timestamp") or "")[:10]) for hop in xml.iter("{*}hop")
    ]
    assert hops == [("released", "2023-03-24"), ("obtained", "2023-03-26")]
    for name in ("clip.newsml.xml", "clip.ninjs.json", "index.html"):
        assert "We hold the line." in (tmp_path / "out" / name).read_text("utf-8"), name


# what changes meanwhile


@pytest.mark.usefixtures("described")
@pytest.mark.parametrize(
    "words",
    [
        "subtitles 1 --read new.vtt --language uk",
        "shots 1 --describe 1 'Something else'",
        "shots 1 --soundbite 0 0:00.5 --speaker X --language uk --quote Words",
        "provenance 1 relayed --by @Ground",
        "text use war-day bakhmut",
    ],
)
def test_what_changed_while_it_was_packed_does_not_go_out(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    footage("text add war-day 'It is war.'")
    Path("new.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nNew\n", "utf-8")
    real = export._finish_package

    def meanwhile(*rest: Any) -> Any:
        footage(words)
        return real(*rest)

    monkeypatch.setattr(export, "_finish_package", meanwhile)
    assert "asset 1 was changed while it was packed" in footage("export 1 --to ../out", code=7).err
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(export, "_finish_package", real)
    footage("export 1 --to ../out")


# what must not stand in it


@pytest.mark.usefixtures("desk")
def test_a_caption_file_commands_no_terminal(footage: Footage, tmp_path: Path) -> None:
    footage("set", "1", "--shows", "Smoke \x1b[2J\x07 rises \x9b2J")
    said = footage("export 1 --to ../out")
    text = (tmp_path / "out" / "clip.caption.txt").read_text("utf-8")
    assert "Smoke \ufffd[2J\ufffd rises \ufffd2J" in text and not set(text) & set("\x1b\x07\x9b")
    assert "asset 1: caption: U+001B, U+0007, U+009B cannot be held" in said.err


@pytest.mark.usefixtures("desk")
def test_the_original_name_goes_out_only_where_the_profile_uses_it(footage: Footage, tmp_path: Path) -> None:
    Path("profiles").mkdir()
    plain = 'title = "x"\nname = "{story} {number}"\nformats = []\n[video]\ncoding = "kept"\n'
    Path("profiles/numbered.toml").write_text(plain + '[still]\ncoding = "kept"\n')
    for profile, name in (("master", "clip.mp4"), ("numbered", None)):
        footage(f"export 1 --to ../{profile} --profile {profile}")
        manifest = json.loads((tmp_path / profile / "manifest.json").read_text())
        original = manifest["assets"][0]["original"]
        assert original.get("name") == name and len(original["sha256"]) == 64 and original["size"] > 0


# children


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What each sandboxed child that packs may read."""
    started: list[list[str]] = []

    def sandbox(readable: list[Path], *rest: Any) -> Sandbox:
        started.append([path.name for path in readable])
        return Sandbox(readable, *rest)

    monkeypatch.setattr(packaging, "Sandbox", sandbox)
    return started


@pytest.fixture
def stills(desk: Path, footage: Footage) -> Callable[[int], str]:
    """The desk with two stills more; gives the SHA-256 of an asset."""
    for number in (1, 2):
        Image.fromarray(clips.draw(number, (320, 180))).save(desk / f"s{number}.jpg")
    footage("add s1.jpg s2.jpg --source 92ombr --released 2023-03-24 --undated --shows Smoke")
    return lambda number: str(footage(f"show {number} --json").document["sha256"])


def test_masked_stills_share_no_child(
    stills: Callable[[int], str], footage: Footage, children: list[list[str]]
) -> None:
    footage("flag 3 --region 40%,30%,20%,25% --reason privacy")
    footage("blur 3")
    footage("export 2..4 --to ../out")
    plain = {stills(2), stills(4)}
    (masked,) = [each for each in children if len(each) == 2 and not plain & set(each)]
    assert masked and all(stills(3) not in each for each in children)


def test_stills_whose_places_are_told_share_no_child(
    stills: Callable[[int], str], footage: Footage, children: list[list[str]]
) -> None:
    footage("export 2..4 --to ../out --keep-location")
    known = {stills(number) for number in (2, 3, 4)}
    assert [len(known & set(each)) for each in children] == [1, 1, 1]

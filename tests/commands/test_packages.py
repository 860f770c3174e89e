"""What a client can take: packages by profile, their sidecars, and what must not stand in them."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from jsonschema import Draft202012Validator
from lxml import etree
from PIL import Image
from referencing import Registry, Resource

import clips
from doors import FACTS, Footage
from footage.actions import packaging, sidecars
from footage.errors import ToolFailed
from footage.media import still
from footage.media.sandbox import Sandbox

TV = """
title = "television"
name = "{released}_{story}[ {number}]"
formats = ["caption", "ninjs"]
terms = "Not online"

[video]
coding = "h264"
longest_side = 160
lower_third = true

[still]
coding = "jpeg"
longest_side = 240
quality = 50
lower_third = true
"""
SECRET = "wounded man"
HOSTILE = '<script>alert(1)</script> & "quoted" =1+1 --> \u202eright'
VTT = f"""WEBVTT

00:00.000 --> 00:00.500
Smoke rises.

00:00.600 --> 00:01.000
The {SECRET}.

00:01.600 --> 00:01.900
They hold & stay.
"""


@pytest.fixture
def tv(desk: Path) -> Path:
    """The desk with a profile of its own; the test stands in it."""
    (desk / "profiles").mkdir()
    (desk / "profiles" / "tv.toml").write_text(TV)
    return desk


def names(folder: Path) -> set[str]:
    """The files at the top of a package."""
    return {path.name for path in folder.iterdir() if path.is_file()}


def words_of(folder: Path) -> str:
    """All that the texts of a package say."""
    texts = (
        path
        for path in folder.rglob("*")
        if path.suffix in (".xmp", ".json", ".xml", ".html", ".txt", ".vtt")
    )
    return "\n".join(path.read_text("utf-8") for path in texts)


def ninjs(path: Path) -> Any:
    return json.loads(path.read_bytes())


# profiles


@pytest.mark.usefixtures("tv")
def test_a_desks_own_profile(footage: Footage, tmp_path: Path) -> None:
    footage("export 1,2 --to ../out --profile tv")
    out = tmp_path / "out"
    assert names(out) == {
        *("2023-03-24_bakhmut 1.mp4", "2023-03-24_bakhmut 1.caption.txt", "2023-03-24_bakhmut 1.ninjs.json"),
        *("2023-03-24_bakhmut 2.jpg", "2023-03-24_bakhmut 2.caption.txt", "2023-03-24_bakhmut 2.ninjs.json"),
        *("index.html", "manifest.json"),
    }
    with av.open(str(out / "2023-03-24_bakhmut 1.mp4")) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (160, 90)
    with Image.open(out / "2023-03-24_bakhmut 2.jpg") as image:
        assert image.size == (240, 135)
    assert json.loads((out / "manifest.json").read_text())["profile"] == "tv"
    for number in (1, 2):
        assert ninjs(out / f"2023-03-24_bakhmut {number}.ninjs.json")["usageTerms"] == "Not online."
    assert "Not online." in (out / "index.html").read_text("utf-8")
    assert footage("sent 1 --json").document


@pytest.mark.usefixtures("tv")
def test_a_burnt_in_credit_is_seen(footage: Footage, tmp_path: Path) -> None:
    for name, third in (("with", "true"), ("without", "false")):
        Path("profiles/tv.toml").write_text(TV.replace("lower_third = true", f"lower_third = {third}"))
        footage(f"export 1,2 --to ../{name} --profile tv")
    seen = [tmp_path / name / "2023-03-24_bakhmut 2.jpg" for name in ("with", "without")]
    with_it, without = (np.asarray(Image.open(path).convert("L"), int) for path in seen)
    assert np.abs(with_it - without)[90:].max() > 60 > np.abs(with_it - without)[:68].max()
    firsts = []
    for name in ("with", "without"):
        with av.open(str(tmp_path / name / "2023-03-24_bakhmut 1.mp4")) as container:
            firsts.append(next(container.decode(video=0)).to_ndarray(format="gray").astype(int))
    assert np.abs(firsts[0] - firsts[1])[60:].max() > 60 > np.abs(firsts[0] - firsts[1])[:45].max()


@pytest.mark.usefixtures("tv")
def test_a_credit_that_cannot_be_burnt_in_stops_the_export(footage: Footage, tmp_path: Path) -> None:
    for number in (1, 2):
        footage("set", str(number), "--credit", "日本/Newsflash")
        said = footage(f"export {number} --to ../out --profile tv", code=4)
        assert f"asset {number}: the credit cannot be burnt in" in said.err
        assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("tv")
def test_profiles_that_are_not_there_or_not_right(footage: Footage) -> None:
    said = footage("export 1 --to ../out --profile tvv", code=3).err
    assert "there is no profile 'tvv'" in said and "did you mean tv? one of master, tv, web" in said
    Path("profiles/tv.toml").write_text(TV.replace("quality", "qualiti"))
    said = footage("export 1 --to ../out --profile tv", code=2).err
    assert "'still.qualiti'" in said and "did you mean quality?" in said
    Path("profiles/bad.toml").write_text("title = ")
    said = " ".join(footage("export --help").out.split())
    assert "master: container, codec and size as they came." in said and " bad. " in said and " tv. " in said


@pytest.mark.usefixtures("library")
def test_names_from_hostile_facts_stay_in_the_folder(footage: Footage, library: Path, tmp_path: Path) -> None:
    (library / "profiles").mkdir()
    plain = TV.replace("lower_third = true", "").replace("longest_side", "# ")
    (library / "profiles" / "x.toml").write_text(plain.replace("{released}_{story}[ {number}]", "{stem}"))
    evil = tmp_path / "..\\a:b*?.jpg"
    Image.new("RGB", (64, 48), (90, 10, 10)).save(evil, format="JPEG")
    footage("add", evil, "--undated", "--shows", "Smoke rises", "--credit", "A/B", "--story", "s")
    Image.new("RGB", (64, 48), (9, 100, 10)).save(tmp_path / ("long" * 60 + ".jpg"))
    footage("add", tmp_path / ("long" * 60 + ".jpg"), "--undated", "--shows", "Smoke", "--credit", "A/B")
    climbing = plain.replace("{released}_{story}[ {number}]", "[{source}/]../{stem}")
    (library / "profiles" / "y.toml").write_text(climbing)
    for name in ("x", "y"):
        footage(f"export 1,2 --to ../{name} --profile {name}")
        made = [path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*") if path.is_file()]
        assert len(made) == 2 * 4 + 2 and all(len(path.parts) <= 2 for path in made)
    assert "_._a_b__.jpg" in names(tmp_path / "x")
    assert not any(set(name) & set('\\:*?"<>|/') or name.startswith(".") for name in names(tmp_path / "y"))


# sidecars


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("profile", ["master", "web"])
def test_news_items_say_what_the_caption_says(footage: Footage, tmp_path: Path, profile: str) -> None:
    footage(
        "set 1,2 --headline 'Smoke near Bakhmut' --rights 'No resale' "
        "--embargo '2020-01-01 06:00 Europe/Kyiv'"
    )
    footage("source add ground --name 'Ground Forces' --in-caption 'the Ground Forces' --handle @Ground")
    footage("set 1,2 --no-archive --relayed-by ground")
    footage(f"export 1,2 --to ../out --profile {profile}")
    out = tmp_path / "out"
    for number, stem, media in ((1, "clip", "clip.mp4"), (2, "still", "still.jpg")):
        item = ninjs(out / f"{stem}.ninjs.json")
        told = json.dumps(item, ensure_ascii=False)
        xml = (out / f"{stem}.newsml.xml").read_text("utf-8")
        caption = footage(f"caption {number}").out.strip()
        for text in (
            caption,
            "Ground Forces",
            "Smoke near Bakhmut",
            "@92OMBr/Newsflash",
            "No resale",
            media,
            "No archive",
        ):
            assert text in told and text in xml, text
        assert item["embargoedUntil"] == "2020-01-01T06:00:00+02:00"
        assert "2020-01-01T06:00:00+02:00" in xml and "hopHistory" in xml
        assert f"{stem}.caption.txt" in names(out) and f"{media}.xmp" in names(out)
    assert not {"clip.vtt", "clip.shotlist.txt", "still.vtt", "still.shotlist.txt"} & names(out)
    page = (out / "index.html").read_text("utf-8")
    assert "No archive." in page and "Embargoed until 2020-01-01 06:00 Europe/Kyiv" in page


@pytest.fixture
def spoken(desk: Path, footage: Footage) -> Path:
    """The desk; the clip (two shots of a second) has subtitles, and its shots are described."""
    (desk / "clip.vtt").write_text(VTT)
    footage("subtitles 1 --read clip.vtt --language uk")
    footage("shots 1 --describe 1 'Wide of a river'")
    footage(f"shots 1 --describe 2 'Close of a {SECRET}'")
    return desk


@pytest.mark.usefixtures("spoken")
def test_subtitles_and_shots_lie_beside_a_clip(footage: Footage, tmp_path: Path) -> None:
    footage("export 1 --to ../out")
    out = tmp_path / "out"
    assert "They hold &amp; stay." in (out / "clip.vtt").read_text("utf-8")
    script = (out / "clip.shotlist.txt").read_text("utf-8")
    assert "1. Wide of a river" in script and f"2. Close of a {SECRET}" in script
    xml = (out / "clip.newsml.xml").read_text("utf-8")
    assert xml.count("<partMeta") == 2 and "clip.vtt" in xml
    assert "clip.vtt" in json.dumps(ninjs(out / "clip.ninjs.json"))


@pytest.mark.usefixtures("spoken")
def test_a_package_validates_by_the_standards_schemas(
    footage: Footage, tmp_path: Path, conformance: Path
) -> None:
    footage("set", "1,2", "--headline", HOSTILE, "--city", HOSTILE, "--person", HOSTILE, "--rights", HOSTILE)
    footage("set 1,2 --keyword artillery --expires 2099-01-01 --shot 2023-03-05 --state Donetsk")
    footage("export 1,2 --to ../out --profile web")
    places = Resource.from_contents(json.loads((conformance / "GeoJSON-schema.json").read_text()))
    validator = Draft202012Validator(
        json.loads((conformance / "ninjs-schema_3.1.json").read_text()),
        registry=Registry().with_resource("https://geojson.org/schema/GeoJSON.json", places),
    )
    schema = etree.XMLSchema(etree.parse(conformance / "NewsML-G2_2.35-spec-All-Power.xsd"))
    for stem in ("clip", "still"):
        item = ninjs(tmp_path / "out" / f"{stem}.ninjs.json")
        validator.validate(item)
        schema.assertValid(etree.parse(tmp_path / "out" / f"{stem}.newsml.xml"))
        assert HOSTILE in [headline["value"] for headline in item["headlines"]]
    assert "<script>" not in (tmp_path / "out" / "index.html").read_text("utf-8")


@pytest.mark.usefixtures("spoken")
def test_a_shot_whose_keyframe_was_cut_out_is_not_described(footage: Footage, tmp_path: Path) -> None:
    footage("subtitles 1 --remove")
    footage("flag 1 f27 f48 --reason death --treatment cut")
    footage("blur 1")
    footage("export 1 --to ../out")
    assert SECRET not in words_of(tmp_path / "out")
    xml = (tmp_path / "out" / "clip.newsml.xml").read_text("utf-8")
    assert xml.count("<partMeta") == 2 and "Wide of a river" in xml


@pytest.mark.usefixtures("spoken")
def test_nothing_of_what_was_cut_out_is_told(footage: Footage, tmp_path: Path) -> None:
    footage("flag 1 f25 f50 --reason death --treatment cut")
    footage("flag 1 f14 f25 --reason language --mute")
    footage("blur 1")
    said = footage("export 1 --to ../out")
    out = tmp_path / "out"
    assert SECRET not in words_of(out) and "They hold" not in words_of(out)
    assert "Smoke rises." in (out / "clip.vtt").read_text("utf-8")
    script = (out / "clip.shotlist.txt").read_text("utf-8")
    assert "Wide of a river" in script and "LENGTH: 0:01" in script
    assert (out / "clip.newsml.xml").read_text("utf-8").count("<partMeta") == 1
    assert "asset 1: subtitles uk: cue 2 is left out, because sound in it is silenced" in said.err
    shown = json.loads((out / "manifest.json").read_text())["assets"][0]
    assert [cut["seconds"] for cut in shown["cut"]] == [1.0]


@pytest.mark.usefixtures("spoken")
def test_a_description_goes_with_its_keyframe_and_times_follow_the_cut(
    footage: Footage, tmp_path: Path
) -> None:
    keyframe = footage("shots 1 --json").document[1]["keyframe"]
    assert keyframe
    footage("flag 1 f0 f10 --reason death --treatment cut")
    footage("blur 1")
    footage("export 1 --to ../out --profile web")
    out = tmp_path / "out"
    cues = (out / "clip.vtt").read_text("utf-8")
    assert "00:00:01.200 --> 00:00:01.500" in cues and "00:00:00.200 --> 00:00:00.600" in cues
    item = ninjs(out / "clip.ninjs.json")
    assert abs(item["renditions"][0]["duration"] - 1.6) < 0.05
    assert f"Close of a {SECRET}" in (out / "index.html").read_text("utf-8")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("writer", ["write_ninjs", "write_newsml"])
def test_a_news_item_that_does_not_say_it_all_stops_the_export(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    real = getattr(sidecars, writer)
    monkeypatch.setattr(
        sidecars, writer, lambda publication: real(publication).replace(b"@92OMBr/Newsflash", b"@92OMBr")
    )
    events = len(footage("history --json").document)
    assert "asset 2" in footage("export 2 --to ../out", code=6).err
    assert not (tmp_path / "out").exists() and {path.name for path in tmp_path.iterdir()} <= {"nf", "home"}
    assert len(footage("history --json").document) == events


# batches


@pytest.fixture
def many(library: Path, footage: Footage, tmp_path: Path) -> Path:
    """A library of seven stills; the test stands in it."""
    (tmp_path / "in").mkdir()
    for number in range(7):
        picture = Image.fromarray(clips.draw(number, (320, 180)))
        picture.save(tmp_path / "in" / f"s{number}.jpg", quality=95)
    footage(f"add ../in {FACTS}")
    return library


def kill_child(monkeypatch: pytest.MonkeyPatch, sha256: str, times: int) -> list[int]:
    """Kill the sandbox's child whenever it is to decode a still, so many times; gives what was killed."""
    killed: list[int] = []

    def read_pixels(sandbox: Sandbox, path: Path, *rest: Any) -> Any:
        if path.name == sha256 and len(killed) < times:
            sandbox.rungs()
            assert sandbox._child is not None
            killed.append(sandbox._child._process.pid)
            os.kill(killed[-1], signal.SIGKILL)
            sandbox._child._process.wait()
            raise ToolFailed("the decoder crashed (SIGSEGV)", "try another copy")
        return still.read_pixels(sandbox, path, *rest)

    monkeypatch.setattr(packaging, "read_pixels", read_pixels)
    return killed


@pytest.mark.usefixtures("many")
def test_stills_keep_their_order_and_their_pixels(footage: Footage, tmp_path: Path) -> None:
    said = footage("export 3,1,7,2,4..6 --to ../out --json").document["files"]
    stills = [file for file in said if file["role"] == "still"]
    assert [file["asset"] for file in stills] == [3, 1, 7, 2, 4, 5, 6]
    for file in stills:
        picture = np.asarray(Image.open(tmp_path / "out" / file["path"]).convert("RGB"))
        assert clips.frame_number(picture) == file["asset"] - 1


@pytest.mark.usefixtures("many")
def test_a_still_that_breaks_its_child_is_tried_once_more_alone(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = footage("show 2 --json").document["sha256"]
    killed = kill_child(monkeypatch, sha256, 1)
    said = footage("export 1..7 --to ../out --json").document["files"]
    assert len(killed) == 1
    assert sum(file["role"] == "still" for file in said) == 7
    picture = np.asarray(Image.open(tmp_path / "out" / "s1.jpg").convert("RGB"))
    assert clips.frame_number(picture) == 1


@pytest.mark.usefixtures("many")
def test_a_still_that_breaks_every_child_is_named_and_nothing_goes_out(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = footage("show 2 --json").document["sha256"]
    killed = kill_child(monkeypatch, sha256, 9)
    assert "asset 2: the decoder crashed" in footage("export 1..7 --to ../out", code=6).err
    assert len(killed) == 2 and not (tmp_path / "out").exists()
    assert not list((tmp_path / "nf" / "vault" / "staging").iterdir())


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"a = " + b"[" * 100_000, "nested too deeply"), (b"#" * 300_000, "larger than 256 KiB")],
)
@pytest.mark.usefixtures("desk")
def test_a_hostile_profile_or_settings_file_is_refused(footage: Footage, content: bytes, told: str) -> None:
    Path("profiles").mkdir()
    Path("profiles/tv.toml").write_bytes(content)
    error = footage("export 1,2 --to ../out --profile tv", code=2).err
    assert "the profile tv cannot be read" in error and told in error
    Path("footage.toml").write_bytes(content)
    said = footage("find", code=None)
    assert said.code == 8 and "footage.toml cannot be read" in said.err and told in said.err

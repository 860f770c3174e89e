"""From facts to a package: captions, what stands in the way of publishing, and what goes out."""

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyexiv2
import pytest
from PIL import Image

import clips
import exiftool
from desks import actions, change, kinds, objects, staged, state_of, tamper
from doors import FACTS, Footage, settle, type_in

CAPTION = (
    "Ukrainian fighters destroy Russian military positions in Bakhmut direction in Ukraine in undated "
    "footage. The footage was released by the 92nd OMBr on Friday, Mar. 24, 2023. (@92OMBr/Newsflash)"
)


def obstacles(footage: Footage, number: int = 1, now: datetime | None = None) -> list[str]:
    """The kinds of what stands between an asset and publication."""
    said = footage(f"ready {number} --json", code=None, now=now)
    (answer,) = said.document
    assert said.code == (0 if answer["ready"] else 4)
    assert answer["ready"] == (not answer["obstacles"])
    return kinds(answer["obstacles"])


# captions


@pytest.mark.usefixtures("desk")
def test_caption_in_the_house_styles(footage: Footage) -> None:
    assert footage("caption 1").out == f"{CAPTION}\n"
    (said,) = footage("caption 1 --json").document
    assert (said["asset"], said["style"], said["text"]) == (1, "newsflash", CAPTION)
    assert said["findings"] == [] and said["written"] is False and said["credit"] == "@92OMBr/Newsflash"
    (said,) = footage("caption 1 --style ap --check --json").document
    assert said["style"] == "ap" and said["text"] != CAPTION and "March 24, 2023" in said["text"]
    assert not any(finding["weight"] == "contradiction" for finding in said["findings"])
    assert "newsflash" in footage("caption 1 --style newsflush", code=3).err
    lines = footage("caption 1,2").out.splitlines()
    assert lines[0] == f"1: {CAPTION}"
    assert " in an undated image. The image was released by the 92nd OMBr" in lines[1]
    assert "nothing to mend" in footage("caption 1 --check").err


@pytest.mark.usefixtures("desk")
def test_caption_follows_the_facts(footage: Footage) -> None:
    footage("set 1 --shot 2023-03-05")
    assert "in footage shot on " in footage("caption 1").out
    footage("set 1 --unset source --unset place --unset country --credit 'Olena/Newsflash'")
    assert footage("caption 1").out == (
        "Ukrainian fighters destroy Russian military positions in footage shot on Sunday, Mar. 5, 2023. "
        "The footage was released on Friday, Mar. 24, 2023. (Olena/Newsflash)\n"
    )
    footage("set 1 --unset shot --unset undated")
    said = footage("caption 1 --json", code=4).document[0]
    assert said["text"] is None and len(said["lacks"]) == 1
    assert "hint: footage set 1 --undated" in footage("caption 1", code=4).err


@pytest.mark.usefixtures("desk")
def test_written_caption_is_kept_and_checked_when_facts_change(footage: Footage) -> None:
    words = CAPTION.replace("destroy", "shell")
    footage("caption", "1", "--write", f"  {words}\n")
    (said,) = footage("caption 1 --json").document
    assert said["text"] == words and said["written"] is True and said["findings"] == []
    assert footage("find shell --json").document[0]["caption"] == words
    footage("caption 1 --check")
    assert obstacles(footage) == []
    footage("set 1 --released 2023-03-25 --country Georgia")
    assert footage("caption 1").out == f"{words}\n"
    said = footage("caption 1 --check --json", code=4).document[0]
    wrong = {finding["rule"]: finding for finding in said["findings"] if finding["weight"] == "contradiction"}
    assert wrong.keys() == {"wrong-date", "other-country"}
    assert wrong["wrong-date"]["proposal"] == "Saturday, Mar. 25, 2023"
    assert set(obstacles(footage)) == {"caption-contradiction"}
    hints = {one["hint"] for one in footage("ready 1 --json", code=4).document[0]["obstacles"]}
    assert hints == {"footage caption 1 --check"}
    assert "Saturday, Mar. 25, 2023" in footage(hints.pop(), code=4).err
    footage("export 1 --to out", code=4)
    footage("caption", "1", "--write", "")
    assert obstacles(footage) == []
    assert "Saturday, Mar. 25, 2023" in footage("caption 1").out
    footage("caption", "1", "--write", "Bell\x07.", code=2)


@pytest.mark.usefixtures("desk")
def test_written_caption_belongs_to_its_style(footage: Footage) -> None:
    footage("caption", "1", "--style", "ap", "--write", "Words of AP. (@92OMBr/Newsflash via AP)")
    assert footage("caption 1").out == f"{CAPTION}\n"
    assert footage("caption 1 --style ap").out == "Words of AP. (@92OMBr/Newsflash via AP)\n"


# ready


def _forge_the_proof(_: Footage, desk: Path) -> None:
    change(desk, "UPDATE rendition SET proof = '' WHERE purpose = 'masked'")


def _lose_the_mask(footage: Footage, _: Path) -> None:
    shown = footage("show 1 --json").document["renditions"]
    next(Path(one["path"]) for one in shown if one["purpose"] == "masked").unlink()


def _want_a_look(_: Footage, desk: Path) -> None:
    settings = desk / "footage.toml"
    settings.write_text(settings.read_text().replace("advised", "required"))


def _propose(footage: Footage, desk: Path) -> None:
    footage("flag 1 --reason death")
    change(desk, "UPDATE flag SET state = 'proposed' WHERE number = 2")


def _typed(*commands: str) -> Callable[[Footage, Path], None]:
    def type_all(footage: Footage, _: Path) -> None:
        for words in commands:
            footage(words)

    return type_all


THE_REST = "send the rest: footage export … --ready-only"
OBSTACLES: dict[str, tuple[Callable[[Footage, Path], None], str]] = {
    "open-flag": (_typed("flag 1 0 1 --reason death --region 1%,20%,9%,9%"), "footage blur 1"),
    "proposed-flag": (_propose, "footage resolve 2 --confirm"),
    "mask-missing": (_lose_the_mask, "footage blur 1"),
    "mask-stale": (
        _typed(
            "flag 1 0 1 --reason death --region 1%,20%,9%,9%",
            "blur 1",
            "resolve 2 --dismiss --because 'smoke'",
        ),
        "footage blur 1",
    ),
    "mask-unproven": (_forge_the_proof, "footage blur 1"),
    "not-looked-at": (_want_a_look, "footage resolve 1 --looked"),
    "stub-source": (
        _typed("set 1 --source @Unit"),
        'footage source set unit --name "LONG NAME" --in-caption "the …"',
    ),
    "no-credit": (_typed("set 1 --unset source"), "footage set 1 --source KEY"),
    "no-caption": (_typed("set 1 --unset shows"), 'footage set 1 --shows "who does what"'),
    "facts-contradict": (_typed("set 1 --shot 2023-05-01"), "footage set 1 --shot DATE"),
    "embargo": (
        _typed("set 1 --embargo '2999-01-01 06:00 Europe/Kyiv'"),
        f"wait until then, or {THE_REST}; footage set 1 --unset embargo lifts it",
    ),
    "expired": (
        _typed("set 1 --expires 2023-04-01"),
        f"{THE_REST}; footage set 1 --unset expires, where its source allows it",
    ),
}


@pytest.mark.parametrize("kind", OBSTACLES)
def test_obstacle_names_the_command_that_removes_it(footage: Footage, masked_desk: Path, kind: str) -> None:
    make, hint = OBSTACLES[kind]
    assert obstacles(footage) == []
    make(footage, masked_desk)
    said = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert [(one["kind"], one["hint"]) for one in said] == [(kind, hint)]
    refused = footage("export 1 --to ../out", code=4)
    assert said[0]["message"] in refused.out and f"hint: {hint}" in refused.out
    assert not (masked_desk.parent / "out").exists()
    command = hint[hint.rindex("footage") :].partition(" lifts")[0].partition(",")[0]
    footage(command.replace("KEY", "92ombr").replace("DATE", "2023-03-05"))
    assert kind not in obstacles(footage)


@pytest.mark.usefixtures("masked_desk")
def test_lost_original_is_an_obstacle_until_it_is_back(footage: Footage, media: Path) -> None:
    Path(footage("show 1 --json").document["original"]).unlink()
    (one,) = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert (one["kind"], one["hint"]) == ("original-missing", "footage verify 1")
    assert "add the same file again" in footage(one["hint"], code=8).out
    footage("add", media / "clip.mp4")
    assert obstacles(footage) == []


@pytest.mark.usefixtures("masked_desk")
def test_undecided_date_is_asked_for(footage: Footage) -> None:
    footage("set 1 --unset undated")
    (one,) = footage("ready 1 --json", code=4).document[0]["obstacles"]
    assert one["kind"] == "no-caption" and one["hint"].startswith("footage set 1 --undated")
    footage(one["hint"].partition(" (")[0])
    assert obstacles(footage) == []


@pytest.mark.usefixtures("desk")
def test_embargo_and_expiry_end_when_they_say(footage: Footage) -> None:
    footage("set 1 --embargo '2023-03-25 06:00 Europe/Kyiv' --expires 2023-04-01")
    for now, found in {
        "2023-03-25T03:59:59+00:00": ["embargo"],
        "2023-03-25T04:00:00+00:00": [],
        "2023-04-01T23:59:59+00:00": [],
        "2023-04-02T00:00:00+00:00": ["expired"],
    }.items():
        assert obstacles(footage, now=datetime.fromisoformat(now)) == found
    footage("set 1 --unset embargo --expires '2023-04-01 12:00 Europe/Kyiv'")
    for now, found in {"2023-04-01T08:59:59+00:00": [], "2023-04-01T09:00:00+00:00": ["expired"]}.items():
        assert obstacles(footage, now=datetime.fromisoformat(now)) == found


@pytest.mark.usefixtures("desk")
def test_advice_never_blocks(footage: Footage) -> None:
    said = footage("ready story:bakhmut").out
    assert "asset 1: ready" in said
    footage("caption", "1", "--write", CAPTION.replace(" in Bakhmut direction", ""))
    (answer,) = footage("ready 1 --json").document
    assert answer["ready"] is True
    assert [finding["rule"] for finding in answer["advice"]] == ["place-missing"]
    assert "advice:" in footage("ready 1").out


# exporting all or nothing


def around(desk: Path) -> list[str]:
    """What lies beside a library, and what was left in its staging folder."""
    return sorted(path.name for path in (*desk.parent.iterdir(), *staged(desk)))


def test_export_takes_all_or_nothing(footage: Footage, desk: Path) -> None:
    footage("flag 1 f10 f35 --reason death --region 40%,30%,20%,25% --treatment fill")
    before, beside = state_of(desk), around(desk)
    said = footage("export 1,2 --to ../out", code=4)
    assert "asset 2" not in said.out and "footage blur 1" in said.out
    assert "nothing was exported" in said.err
    error = footage("export 1,2 --to ../out --json", code=4).document["error"]
    assert error["kind"] == "refused" and error["hint"] == "footage ready 1"
    footage("export 1 --to ../out --ready-only", code=4)
    assert (state_of(desk), around(desk)) == (before, beside)
    said = footage("export 1,2 --to ../out --ready-only --json").document
    assert [one["asset"] for one in said["held"]] == [1]
    assert {file["asset"] for file in said["files"]} == {2, None}
    assert "footage blur 1" in footage("export 1,2 --to ../out2 --ready-only").out
    said = footage("export 1,2 --to ../out3 --finish --json").document
    assert {file["asset"] for file in said["files"]} == {1, 2, None}
    assert list(actions(footage("history 1 --json").document)) == ["add", "flag", "blur", "export"]
    assert footage("history 1 --json").document[-1]["detail"]["folder"] == str(desk.parent / "out3")


def test_export_goes_into_a_new_or_empty_folder_alone(footage: Footage, desk: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    before = state_of(desk)
    for name in ("full", "full/letter.txt", "link"):
        assert footage(f"export 2 --to ../{name} --json", code=7).document["error"]["kind"] == "conflict"
    assert state_of(desk) == before
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    footage("export 2 --to ../empty")
    footage("export 2 --to ../new/deep/out")
    assert (tmp_path / "empty" / "still.jpg").is_file() and (tmp_path / "new/deep/out/still.jpg").is_file()
    footage("export 2 --to ../empty", code=7)
    assert footage("export 2 --to ../third --for 'The Times'").code == 0
    assert footage("history 2 --json").document[-1]["detail"]["for"] == "The Times"


def test_failed_export_leaves_nothing(footage: Footage, desk: Path) -> None:
    for path in objects(desk, "originals"):
        if path.read_bytes()[:2] == b"\xff\xd8":
            tamper(path)
    beside, events = around(desk), len(footage("history --json").document)
    error = footage("export 1,2 --to ../out --json", code=6).document["error"]
    assert "asset 2" in error["message"] and error["hint"] == "footage verify"
    assert around(desk) == beside and len(footage("history --json").document) == events


# the package


@dataclass(frozen=True)
class Package:
    """The masked desk's story, exported; not to be changed."""

    folder: Path
    library: Path
    document: Any


@pytest.fixture(scope="session")
def _package(_masked: Path, tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(_masked, folder / "nf")
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder / "nf", monkeypatch)
        type_in("story set bakhmut --headline 'Positions near Bakhmut destroyed' --city Bakhmut")
        type_in("set 1 --statement 'They will not pass.' --keyword artillery --rights 'No archiving'")
        said = type_in("--json export story:bakhmut --to ../out")
    return Package(folder / "out", folder / "nf", said.document)


@pytest.fixture
def package(_package: Package, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package's folder; the test stands in its library."""
    monkeypatch.chdir(_package.library)
    return _package.folder


def hashes(folder: Path) -> dict[str, str]:
    """Every file's SHA-256 by its path."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found
    }


def test_package_holds_what_its_manifest_says(package: Path, footage: Footage) -> None:
    manifest = json.loads((package / "manifest.json").read_text("utf-8"))
    there = hashes(package)
    assert {
        "clip.mp4", "clip.mp4.xmp", "clip.caption.txt", "still.jpg", "still.jpg.xmp", "still.caption.txt",
        "index.html", "manifest.json",
    } < there.keys()  # fmt: skip
    event = footage("history 1 --json").document[-1]
    assert dict(event["detail"]["files"]) == there
    assert manifest["custody"]["head"] == footage("history --json").document[-2]["hash"]
    del there["manifest.json"]
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == there
    assert all(file["size"] == (package / file["path"]).stat().st_size for file in manifest["files"])
    assert manifest["agency"] == "Newsflash" and manifest["profile"] == "master"
    first = manifest["assets"][0]
    assert first["original"]["sha256"] == footage("show 1 --json").document["sha256"]
    assert first["masked"] == [{"reasons": ["death"], "treatment": "fill", "span": [0.4, 1.4]}]
    assert first["proof"] and all(first["proof"].values())
    assert "Pillow" in json.dumps(manifest["tools"]) and "ffmpeg" in json.dumps(manifest["tools"]).casefold()
    assert (package / "clip.caption.txt").read_text("utf-8") == footage("caption 1").out
    assert {path.name for path in package.parent.iterdir()} <= {"nf", "out", "home"}


def test_export_documents_what_outside_checks_read(_package: Package) -> None:
    said = _package.document
    assert said["folder"] == str(_package.folder)
    assert {"path", "asset", "role", "sha256"} <= said["files"][0].keys()
    assert {file["path"]: file["sha256"] for file in said["files"]} == hashes(_package.folder)
    owners = {file["path"]: file["asset"] for file in said["files"]}
    assert (owners["clip.mp4"], owners["still.jpg.xmp"], owners["index.html"]) == (1, 2, None)


def test_front_page_links_what_lies_beside_it(package: Path) -> None:
    page = (package / "index.html").read_text("utf-8")
    found = set(re.findall(r'(?:src|href|poster)="\./([^"]+)"', page))
    assert {"clip.mp4", "still.jpg"} <= found
    assert all((package / path).is_file() for path in found)
    assert "<script" not in page and "http://" not in page and "https://" not in page
    assert CAPTION.partition(". ")[0].replace("&", "&amp;") in page


def test_package_of_a_masked_clip_shows_no_original_picture(package: Path, footage: Footage) -> None:
    for path in sorted((package / "pictures").glob("1-clip*")):
        picture = np.asarray(Image.open(path).convert("RGB"))
        number = clips.frame_number(picture)
        hidden = picture[int(0.3 * 180) + 3 : int(0.55 * 180) - 3, int(0.4 * 320) + 3 : int(0.6 * 320) - 3]
        assert (hidden.max() < 40) == (10 <= number < 35), path.name
    originals = {
        path.read_bytes() for path in package.parent.joinpath("nf/vault").rglob("*") if path.is_file()
    }
    shown = footage("show 1 --json").document["renditions"]
    masked = {Path(one["path"]).read_bytes() for one in shown if "masked" in one["purpose"]}
    assert not any(path.read_bytes() in originals - masked for path in package.rglob("*clip*"))


def test_exiftool_reads_caption_credit_source_date_and_city_back(package: Path, footage: Footage) -> None:
    found = exiftool.read_all([package / "clip.mp4", package / "still.jpg"])
    for number, name in ((1, "clip.mp4"), (2, "still.jpg")):
        tags, caption = found[package / name], footage(f"caption {number}").out.strip()
        assert tags["XMP-dc:Description"] == caption
        assert tags["XMP-photoshop:Credit"] == "@92OMBr/Newsflash"
        assert tags["XMP-photoshop:Source"].startswith("92nd Ivan Sirko Separate Mechanized Brigade")
        assert tags["XMP-photoshop:City"] == "Bakhmut"
        assert tags["XMP-xmpDM:ReleaseDate"] == "2023:03:24"
    tags = found[package / "still.jpg"]
    assert tags["IPTC:Caption-Abstract"] == footage("caption 2").out.strip()
    assert tags["IPTC:Credit"] == "@92OMBr/Newsflash" and tags["IPTC:City"] == "Bakhmut"


@pytest.mark.usefixtures("desk")
def test_exiftool_reads_the_day_it_was_shot(footage: Footage, tmp_path: Path) -> None:
    footage("set 1,2 --shot 2023-03-05")
    footage("export 1,2 --to ../out")
    found = exiftool.read_all([tmp_path / "out" / "clip.mp4", tmp_path / "out" / "still.jpg"])
    for tags in found.values():
        assert tags["XMP-photoshop:DateCreated"] == "2023:03:05"
    assert found[tmp_path / "out" / "still.jpg"]["IPTC:DateCreated"] == "2023:03:05"


@pytest.fixture
def telling(tmp_path: Path) -> Path:
    """A folder with a clip and a still whose every corner tells a secret of their makers, and a position."""
    folder = tmp_path / "telling"
    folder.mkdir()
    names = ("title", "comment", "artist", "encoder", "description", "location")
    tags = [word for name in names for word in ("-metadata", f"{name}=sEcReT-{name}")]
    streams = ("-metadata:s:v", "handler_name=sEcReT-handler", "-metadata:s:a", "handler_name=sEcReT-sound")
    clips.make(folder / "clip.mp4", audio=True, frames=25, options=(*tags, *streams))
    exif = Image.Exif()
    for tag, name in {0x010F: "maker", 0x0110: "model", 0x0131: "program", 0x013B: "artist"}.items():
        exif[tag] = f"sEcReT-{name}"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (48.0, 35.0, 41.0), "E", (37.0, 59.0, 59.9)
    picture = Image.fromarray(clips.draw(3, (320, 180)))
    picture.save(folder / "still.jpg", exif=exif, comment=b"sEcReT-comment", quality=95)
    image = pyexiv2.Image(str(folder / "still.jpg"))
    image.modify_xmp({"Xmp.xmp.CreatorTool": "sEcReT-tool", "Xmp.xmpMM.DocumentID": "sEcReT-id"})
    image.modify_iptc({"Iptc.Application2.SpecialInstructions": "sEcReT-instructions"})
    image.close()
    with (folder / "still.jpg").open("ab") as file:
        file.write(b"sEcReT-tail")
    return folder


STATED = f"{FACTS} --creator Desk --headline Ours --note sEcReT-note --credit @92OMBr/Newsflash"


@pytest.mark.parametrize("profile", ["master", "web"])
@pytest.mark.usefixtures("library")
def test_nothing_of_the_files_own_metadata_goes_out(
    footage: Footage, telling: Path, tmp_path: Path, profile: str
) -> None:
    assert b"sEcReT" in (telling / "clip.mp4").read_bytes()
    footage(f"add {telling} {STATED}")
    footage(f"export last --to ../out --profile {profile}")
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"sEcReT" not in content and "sEcReT".encode("utf-16-le") not in content, path.name
            assert b"GPSL" not in content, path.name
    with Image.open(tmp_path / "out" / "still.jpg") as image:
        assert 0x8825 not in image.getexif() and 0x010F not in image.getexif()


@pytest.mark.usefixtures("library")
def test_position_goes_out_only_when_it_is_asked_for(footage: Footage, telling: Path, tmp_path: Path) -> None:
    footage(f"add {telling}/still.jpg {STATED}")
    footage("export 1 --to ../without")
    footage("export 1 --to ../with --keep-location")
    found = exiftool.read_all([tmp_path / "without" / "still.jpg", tmp_path / "with" / "still.jpg"])
    without, kept = (found[tmp_path / name / "still.jpg"] for name in ("without", "with"))
    assert not any("GPS" in name for name in without)
    assert kept["XMP-exif:GPSLatitude"].startswith("48 deg 35'")
    assert kept["XMP-exif:GPSLongitude"].startswith("37 deg 59'")
    assert b"sEcReT" not in (tmp_path / "with" / "still.jpg").read_bytes()


@pytest.mark.usefixtures("desk")
def test_web_profile_is_h264_in_mp4_and_jpeg(footage: Footage, tmp_path: Path) -> None:
    clips.make(tmp_path / "tape.mov", codec="prores", frames=25)
    Image.fromarray(clips.draw(3, (320, 180))).save(tmp_path / "chart.png")
    footage(f"add ../tape.mov ../chart.png {FACTS}")
    footage("export last --to ../master")
    footage("export last --to ../web --profile web")
    names = {path.name for path in (tmp_path / "web").iterdir()}
    assert {"tape.mp4", "tape.mp4.xmp", "tape.caption.txt", "chart.jpg", "chart.jpg.xmp"} <= names
    assert {"tape.mov", "chart.png"} <= {path.name for path in (tmp_path / "master").iterdir()}
    assert json.loads((tmp_path / "web" / "manifest.json").read_text())["profile"] == "web"
    with av.open(str(tmp_path / "web" / "tape.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert len(list(container.decode(video=0))) == 25
    with Image.open(tmp_path / "web" / "chart.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (320, 180))


@pytest.mark.usefixtures("library")
def test_names_that_collide_get_the_assets_number(footage: Footage, tmp_path: Path) -> None:
    names = ["a.png", "A.png", "a-1.png", "b.png", "b.png.xmp", unicodedata.normalize("NFC", "їжак.png"),
             unicodedata.normalize("NFD", "їжак.png"), "only.png"]  # fmt: skip
    for shade, name in enumerate(names, 1):
        folder = tmp_path / "in" / f"{shade}"
        folder.mkdir(parents=True)
        Image.new("RGB", (32, 32), (shade, 9, 9)).save(folder / name, format="PNG")
    footage("add ../in --undated --shows Smoke --credit X")
    said = footage(f"export 1..{len(names)} --to ../out --json").document["files"]
    stills = {file["asset"]: file["path"] for file in said if file["role"] == "still"}
    assert [stills[number] for number in (1, 2, 3, 4, 5, 8)] == [
        "a-1-1.png", "A-2.png", "a-1.png", "b-4.png", "b.png-5.xmp", "only.png",
    ]  # fmt: skip
    folded = {unicodedata.normalize("NFC", file["path"]).casefold() for file in said}
    assert len(folded) == len(said) == 6 * len(names) + 2
    for number, path in stills.items():
        assert np.asarray(Image.open(tmp_path / "out" / path))[0, 0, 0] == number
    for file in said:
        content = (tmp_path / "out" / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["path"]


# what programs read


VERBS = (
    """
source list|source show 92ombr|source set 92ombr --kind agency|source add k --name K --in-caption k
story list|story show bakhmut|story set bakhmut --city X|story add new
add ../still.jpg|set 1 --city X|find|find nothing|show 1|shots 1|shots 1 --describe 1 X|sheet 1|grab 1 0
flag 1 --reason death|flag --edit 1 --note X|flags|flags 2|resolve 1 --looked|blur 1|blur 1 --preview
caption 1|caption 1 --check|ready 1|open 1|open 1 --original
history|verify|repair|backup ../copy|discard 2 --because x|undo|init ../other|doctor|
""".strip("\n")
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize("words", VERBS)
def test_every_verb_prints_one_document_before_and_after(
    footage: Footage, masked_desk: Path, media: Path, words: str
) -> None:
    shutil.copy(media / "still.jpg", masked_desk.parent / "still.jpg")
    footage("set 1 --keyword x")
    saved = masked_desk.parent / "saved"
    shutil.copytree(masked_desk, saved)
    after = footage(f"{words} --json")
    if words != "":
        shutil.rmtree(masked_desk.parent / "other", ignore_errors=True)
        shutil.rmtree(masked_desk.parent / "copy", ignore_errors=True)
        for path in (masked_desk / "catalogue.sqlite", masked_desk / "vault"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copy(saved / "catalogue.sqlite", masked_desk / "catalogue.sqlite")
        shutil.copytree(saved / "vault", masked_desk / "vault")
    before = footage(f"--json {words}")
    assert shape(json.loads(after.out)) == shape(json.loads(before.out))
    assert after.out.endswith("\n")
    assert "bug of ours" not in after.err + before.err


def shape(value: Any) -> Any:
    """What kinds of values a document is made of."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items() if key not in ("detail", "recipe")}
    return [shape(each) for each in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        ("nosuchverb", 2, "usage"),
        ("set 1 --nosuchoption x", 2, "usage"),
        ("show", 2, "usage"),
        ("find stroy:x", 2, "usage"),
        ("show 99", 3, "not-found"),
        ("source show nobody", 3, "not-found"),
        ("story show nothing", 3, "not-found"),
        ("caption 1 --style nothing", 3, "not-found"),
        ("blur 2", 4, "refused"),
        ("backup inside", 4, "refused"),
        ("init .", 7, "conflict"),
        ("story add bakhmut", 7, "conflict"),
        ("source add 92ombr --name N --in-caption n", 7, "conflict"),
        ("add missing.mp4", 3, "not-found"),
        ("grab 2 0", 2, "usage"),
        ("--library missing find", 3, "not-found"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_errors_are_documents_too(footage: Footage, words: str, code: int, kind: str) -> None:
    for typed in (f"--json {words}", f"{words} --json"):
        said = footage(typed, code=code)
        assert said.document.keys() == {"error"}
        error = said.document["error"]
        assert error.keys() == {"kind", "message", "hint"}
        assert error["kind"] == kind and error["message"] and error["hint"]
    plain = footage(words, code=code)
    assert plain.out == "" and "hint:" in plain.err and "Traceback" not in plain.err

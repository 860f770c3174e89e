"""``footage audit``: what it says, how it ends, and what it needs no library for."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from PIL import Image

import planted
from doors import Footage, settle, type_in
from footage.actions.audit import audit_package
from footage.library import open_library
from footage.model.leak import Item, leaks_among
from footage.model.progress import Silent

NAME_MAX, PATH_MAX = 255, 4096


def grabbed(clip: Path, number: int, path: Path) -> Path:
    """A frame of a clip as a small still."""
    with av.open(str(clip)) as container:
        for place, frame in enumerate(container.decode(video=0)):
            if place == number:
                Image.fromarray(frame.to_ndarray(format="rgb24")).resize((200, 112)).save(path)
    return path


def test_a_leak_is_told_and_ends_with_four(footage: Footage, tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    path.write_bytes(planted.exif_jpeg({0x010F: "SONY", 0x0131: "Editor 1.0"}))
    said = footage("audit", path, code=4)
    assert said.out.splitlines() == [
        "severity\titem\tfile\tmessage",
        'leak\tcamera-make\tstill.jpg\tmake: "SONY"',
        'trace\tencoder\tstill.jpg\tsoftware: "Editor 1.0"',
        "1 leak; 1 trace",
    ]
    assert footage("audit", path, "--json", code=4).document == [
        {"file": "still.jpg", "item": "camera-make", "severity": "leak", "message": 'make: "SONY"'},
        {"file": "still.jpg", "item": "encoder", "severity": "trace", "message": 'software: "Editor 1.0"'},
    ]


def test_a_clean_file_promises_nothing_more(footage: Footage, tmp_path: Path) -> None:
    path = tmp_path / "still.png"
    path.write_bytes(planted.saved("PNG"))
    said = footage("audit", path).out.splitlines()
    assert said[0] == "no leaks found; 0 traces"
    assert "says nothing about what the pictures show" in said[1]
    assert footage("audit", path, "--json").document == []
    assert not (tmp_path / "home").exists()


def test_every_file_of_a_folder_is_judged(footage: Footage, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "a.jpg").write_bytes(planted.saved("JPEG", comment="the roof"))
    (folder / "b.bin").write_bytes(bytes(20))
    (folder / "empty.jpg").touch()
    (folder / "notes.txt").write_text("nothing to see")
    (folder / "link.jpg").symlink_to("/etc/hostname")
    (folder / "more").symlink_to("/etc")
    found = footage("audit", folder, "--json", code=4).document
    assert {(each["file"], each["item"]) for each in found} == {
        ("pictures/a.jpg", "jpeg-comment"),
        *((name, "unknown-file") for name in ("b.bin", "empty.jpg", "link.jpg", "more")),
    }


@pytest.mark.parametrize(("name", "content"), [("a.txt", b"words"), ("a.jpg", b""), ("a.zip", b"PK\x03\x04")])
def test_what_is_no_footage_is_bad_input(footage: Footage, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = footage("audit", path, "--json", code=5).document["error"]
    assert error["kind"] == "bad-input" and error["message"] and error["hint"]
    assert footage("audit", tmp_path / "absent.mp4", code=5).err.startswith("footage: ")


def test_a_sidecar_alone_is_looked_through(footage: Footage, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4.xmp"
    path.write_bytes(planted.xmp('xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="An editor"'))
    (found,) = footage("audit", path, "--json", code=4).document
    assert found["item"] == "creator-tool"


@pytest.mark.usefixtures("desk")
def test_an_asset_that_hides_nothing_is_refused(footage: Footage, media: Path) -> None:
    error = footage("audit", media, "--against", "2", "--json", code=4).document["error"]
    assert error["kind"] == "refused" and error["hint"] == "footage flags 2"
    assert footage("audit", media, "--against", "99", code=3).err
    footage("flag 1 f10 f35 --reason language --mute")
    error = footage("audit", "absent.mp4", "--against", "1", "--json", code=4).document["error"]
    assert error["kind"] == "refused" and "only silence" in error["message"]
    assert "sound is not compared" in error["message"]


@pytest.fixture(scope="session")
def _packed(_masked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of a masked clip and a still, with a package of both in it."""
    folder = tmp_path_factory.mktemp("packed") / "nf"
    shutil.copytree(_masked, folder)
    with pytest.MonkeyPatch.context() as monkeypatch:
        settle(folder, monkeypatch)
        type_in("export 1,2 --to out")
    return folder


@pytest.fixture
def package(_packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of a masked clip (1) and a still (2); the test stands in their library."""
    shutil.copytree(_packed, tmp_path / "nf")
    monkeypatch.chdir(tmp_path / "nf")
    return tmp_path / "nf" / "out"


def test_our_own_package_holds_against_its_assets(footage: Footage, package: Path) -> None:
    assert footage("audit", package, "--against", "1").out.splitlines()[-2].startswith("no leaks found")


def test_what_was_not_masked_is_found_against_its_asset(footage: Footage, package: Path, media: Path) -> None:
    grabbed(media / "clip.mp4", 20, package / "pictures" / "poster.jpg")
    grabbed(media / "clip.mp4", 45, package / "pictures" / "later.jpg")
    found = footage("audit", package, "--against", "1", "--json", code=4).document
    leaks = [(each["file"], each["item"]) for each in found if each["severity"] == "leak"]
    assert leaks == [("pictures/poster.jpg", "unmasked-picture")]
    against = footage("audit", media / "clip.mp4", "--against", "1", "--json", code=4).document
    assert {each["item"] for each in against} >= {"unmasked-picture", "unmasked-packets"}
    assert "unmasked" not in str(footage("audit", media / "clip.mp4", "--json").document)


def _audited(folder: Path, located: bool = False) -> set[tuple[str, str]]:
    """The leaks that are found in a package before it goes out: in which file, of what kind."""
    manifest = json.loads((folder / "manifest.json").read_text())
    numbers = {file["path"]: file["asset"] for file in manifest["files"] if file["asset"]}
    root = folder.parent
    library = open_library(root, actor="A", clock=lambda: datetime.now(UTC), environment={})
    try:
        found = audit_package(library, folder, numbers, Silent(), located=located)
        return {(leak.file, leak.item) for leak in leaks_among(found)}
    finally:
        library.close()


def test_a_package_is_looked_through_before_it_goes_out(package: Path, media: Path) -> None:
    poster = package / "pictures" / "1-clip.jpg"
    assert poster.is_file()
    grabbed(media / "clip.mp4", 20, poster)
    unmasked = ("pictures/1-clip.jpg", Item.UNMASKED_PICTURE)
    with Image.open(package / "still.jpg") as image:
        exif = Image.Exif()
        exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 35.0, 40.0)})
        image.save(package / "still.jpg", exif=exif)
    assert _audited(package) == {unmasked, ("still.jpg", Item.GPS)}
    assert _audited(package, located=True) == {unmasked}


def test_a_name_that_tells_a_place_does_not_go_out(footage: Footage, library: Path, tmp_path: Path) -> None:
    source = tmp_path / "spot 48.59531,38.00071.png"
    source.write_bytes(planted.saved("PNG"))
    footage("add", source, "--undated", "--released", "2023-03-24", "--shows", "A house", "--credit", "X")
    error = footage("export 1 --to out --json", code=4).document["error"]
    assert "its name tells a place" in error["message"]
    assert not (library / "out").exists()
    (found,) = footage("audit", source, "--json", code=4).document
    assert found["item"] == "file-name"


def test_a_folder_that_cannot_be_looked_into_is_told(footage: Footage, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "a.png").write_bytes(planted.saved("PNG"))
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(PATH_MAX // NAME_MAX + 1):
        os.mkdir("d" * NAME_MAX, dir_fd=inner)
        outer, inner = inner, os.open("d" * NAME_MAX, os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    with os.fdopen(os.open("hidden.jpg", os.O_WRONLY | os.O_CREAT, dir_fd=inner), "wb") as file:
        file.write(planted.saved("JPEG", comment="the roof"))
    os.close(inner)
    (found,) = footage("audit", folder, "--json", code=4).document
    assert found["file"].startswith("d" * NAME_MAX)
    assert (found["item"], found["severity"]) == ("unknown-file", "leak")
    assert found["message"].startswith("this folder cannot be read: ")


def test_an_empty_folder_is_bad_input(footage: Footage, tmp_path: Path) -> None:
    (tmp_path / "empty" / "inside").mkdir(parents=True)
    error = footage("audit", tmp_path / "empty", "--json", code=5).document["error"]
    assert error["kind"] == "bad-input" and "holds no files" in error["message"] and error["hint"]

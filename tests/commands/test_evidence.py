"""Evidence and what people wrote about it outlast crashes, neighbours, rot, and files that cannot be read."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

import clips
from desks import actions, objects, rows, staged, tamper
from doors import FACTS, Footage
from footage.actions import discard as discarding
from footage.actions.add import Verdict, add
from footage.commands._session import present
from footage.errors import BadInput, Conflict, ToolFailed
from footage.library import Deed, Library, open_library
from footage.media.look import look
from footage.media.picture import Picture
from footage.media.sandbox import LOOKING, Sandbox
from footage.model.facts import Facts
from footage.model.progress import Silent
from footage.vault import Vault, Workspace

NOBODY_SET: Mapping[str, str] = {}


def opened(root: Path) -> Library:
    """A library, open as another process would have it."""
    return open_library(root, actor="another", clock=present, environment=NOBODY_SET)


def kept_at(root: Path, path: Path) -> Path:
    """Where the vault keeps a file's bytes."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return root / "vault" / "originals" / digest[:2] / digest


def sound(footage: Footage, library: str = ".") -> bool:
    """Whether a library verifies, and nothing lies in it that no row names."""
    said = footage(f"--library {library} verify --json").document
    return bool(said["sound"] and not said["leftovers"])


class _BeforeDeed(Library):
    """A library in which something happens between what a verb prepared and its transaction."""

    happens: Callable[[], object] = staticmethod(lambda: None)

    @contextmanager
    def deed(self, action: str) -> Iterator[Deed]:
        self.happens()
        with super().deed(action) as deed:
            yield deed


def before_deed(root: Path, happens: Callable[[], object]) -> Library:
    plain = opened(root)
    library = _BeforeDeed(
        plain.root, plain.settings, plain.vault, plain.catalogue, plain.actor, plain.clock, plain.dry_run
    )
    object.__setattr__(library, "happens", happens)
    return library


# a purge beside an add


def test_an_add_puts_back_what_a_purge_removed_meanwhile(footage: Footage, desk: Path, media: Path) -> None:
    footage("discard 1 --because 'a test'")
    library = before_deed(desk, lambda: footage("discard 1 --purge --because 'a test'"))
    (taken,) = add(library, [media / "clip.mp4"], Facts(), Silent())
    library.close()
    assert (taken.verdict, taken.asset) == (Verdict.ADDED, 1)
    assert kept_at(desk, media / "clip.mp4").read_bytes() == (media / "clip.mp4").read_bytes()
    assert sound(footage)


def test_a_purge_leaves_what_was_added_again_since(footage: Footage, desk: Path, media: Path) -> None:
    """The add comes when the purge is on record and the bytes are about to go."""
    plain = opened(desk)
    write = plain.catalogue.write
    writes = []

    @contextmanager
    def writing() -> Iterator[Connection]:
        writes.append(1)
        if len(writes) == 2:
            footage("add", media / "clip.mp4")
        with write() as connection:
            yield connection

    plain.catalogue.write = writing  # type: ignore[method-assign]
    discarding.discard(plain, [1], "a test", purge=True)
    plain.close()
    assert len(writes) == 2
    assert sound(footage)
    assert footage("show 1 --json").document["name"] == "clip.mp4"


# repair beside other work, and what a crash left


def test_repair_refuses_while_another_works(footage: Footage, masked_desk: Path) -> None:
    stray = masked_desk / "vault" / "renditions" / "ab" / f"{'ab' * 32}.mp4"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"rendered, not recorded yet")
    with Vault(masked_desk / "vault").workspace():
        said = footage("repair", code=7).err
        assert "another footage is working in this library" in said and "footage repair" in said
        assert stray.exists()
    footage("repair")
    assert not stray.exists() and staged(masked_desk) == []


def test_others_wait_while_repair_works(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault")
    vault.make()
    script = "import sys; from pathlib import Path; from footage.vault import Vault\n"
    script += "with Vault(Path(sys.argv[1])).workspace(): print('mine', flush=True)"
    with vault.alone() as (workspace, swept):
        assert swept == 0 and workspace.folder.is_dir()
        other = subprocess.Popen([sys.executable, "-c", script, vault.root], stdout=subprocess.PIPE)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1.5)
        with pytest.raises(Conflict, match="another footage"), vault.alone():
            pass
    assert other.communicate(timeout=20)[0] == b"mine\n"


@pytest.mark.parametrize("name", ["clip.mp4", "still.jpg"])
def test_what_was_recovered_goes_out_only_after_a_look(
    footage: Footage, library: Path, media: Path, name: str
) -> None:
    kept = kept_at(library, media / name)
    kept.parent.mkdir(exist_ok=True)
    shutil.copyfile(media / name, kept)
    assert footage("repair --json").document["adopted"] == [1]
    footage(f"set 1 {FACTS}")
    (flag,) = footage("flags --json").document
    assert flag["state"] == "proposed" and "recovered after a crash" in flag["note"]
    if name == "clip.mp4":
        assert (flag["in"], flag["out"]) == (0, 2)
    footage("export 1 --to ../out", code=4)
    footage(f"resolve {flag['flag']} --dismiss --because 'nothing in it'")
    footage("ready 1")


def test_repair_tells_what_it_could_not_remake(footage: Footage, desk: Path, media: Path) -> None:
    kept_at(desk, media / "still.jpg").unlink()
    (thumbnail,) = rows(desk, "SELECT sha256 FROM rendition WHERE asset = 2")
    next((desk / "vault" / "renditions").rglob(f"{thumbnail[0]}.jpg")).unlink()
    assert "could not be remade: 2" in footage("repair").err
    said = footage("repair --json").document
    assert (said["failed"], said["remade"]) == ([2], [])


# a second add


def test_add_after_discard_keeps_what_people_wrote(footage: Footage, desk: Path, media: Path) -> None:
    footage("shots 1 --describe 1 'Wide of the trench line'")
    footage("set 1 --city Bakhmut --keyword trench")
    before = footage("show 1 --json").document["stated"]["person"]
    footage("discard 1 --because 'a mistake'")
    footage("add", media / "clip.mp4", "--city", "Kyiv")
    assert footage("show 1 --json").document["stated"]["person"] == {**before, "city": "Kyiv"}
    assert footage("shots 1 --json").document[0]["description"] == "Wide of the trench line"
    assert footage("find trench --json").document[0]["number"] == 1
    (change,) = footage("history 1 --json").document[-1]["detail"]["changes"]
    assert (change["before"], change["after"]) == ({"city": "Bakhmut"}, {"city": "Kyiv"})
    footage("undo", code=7)
    assert desk.is_dir()


@pytest.mark.usefixtures("desk")
def test_a_grab_that_comes_back_is_still_a_grab(footage: Footage, desk: Path, tmp_path: Path) -> None:
    footage("grab 1 0:01")
    ((digest,),) = rows(desk, "SELECT sha256 FROM asset WHERE number = 3")
    shutil.copyfile(desk / "vault" / "originals" / digest[:2] / digest, tmp_path / "grab.jpg")
    query = "SELECT grabbed_from, grabbed_at FROM asset WHERE number = 3"
    before = rows(desk, query)
    footage("discard 3 --because 'a mistake'")
    footage("add ../grab.jpg")
    assert rows(desk, query) == before != [(None, None)]


def test_a_damaged_original_stays_until_the_good_one_is_on_record(
    footage: Footage, desk: Path, media: Path
) -> None:
    kept = kept_at(desk, media / "still.jpg")
    tamper(kept)
    damaged = kept.read_bytes()

    def fails() -> None:
        assert kept.read_bytes() == (media / "still.jpg").read_bytes()
        assert [path.read_bytes() for path in staged(desk)[0].glob("damaged-*")] == [damaged]
        raise ToolFailed("the disk is full")

    library = before_deed(desk, fails)
    with pytest.raises(ToolFailed, match="the disk is full"):
        list(add(library, [media / "still.jpg"], Facts(), Silent()))
    library.close()
    assert kept.read_bytes() == damaged
    footage("add", media / "still.jpg")
    assert sound(footage) and staged(desk) == []
    assert list(actions(footage("history 2 --json").document))[-1] == "restore"


# one bad file of many


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("path", "code", "words"),
    [("/proc/self/status", 7, "changed while it was read"), ("/proc/self/mem", 6, "cannot be read")],
)
def test_a_file_that_grows_or_fails_does_not_end_the_batch(
    footage: Footage, media: Path, path: str, code: int, words: str
) -> None:
    said = footage(f"add {media}/still.jpg {path} {media}/clip.mp4 --json", code=code).document
    assert [item["verdict"] for item in said] == ["added", "refused", "added"]
    assert words in said[1]["reason"] and said[1]["hint"]
    assert sound(footage)


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read everything")
def test_an_unreadable_folder_does_not_end_the_batch(library: Path, media: Path, tmp_path: Path) -> None:
    card = tmp_path / "card"
    (card / "locked").mkdir(parents=True)
    shutil.copy(media / "still.jpg", card / "z.jpg")
    (card / "locked").chmod(0)
    without = "-dac_override,-dac_read_search"
    plain = ["setpriv", f"--inh-caps={without}", f"--bounding-set={without}"] if os.geteuid() == 0 else []
    command = [*plain, sys.executable, "-m", "footage", "--json", "--library", str(library), "add", str(card)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    (card / "locked").chmod(0o755)
    assert done.returncode == 5, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert [(Path(item["path"]).name, item["verdict"]) for item in said] == [
        ("locked", "refused"),
        ("z.jpg", "added"),
    ]
    assert "cannot be read" in said[0]["reason"]


def test_a_refused_file_leaves_no_pictures(footage: Footage, library: Path, tmp_path: Path) -> None:
    made = clips.make(tmp_path / "whole.mp4")

    def refuses(*_: object) -> Picture:
        raise BadInput("it broke off after its keyframes")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("footage.media.video._unpacked", refuses)
        footage("add", made, code=5)
        assert objects(library, "renditions") == [] == objects(library, "originals")
    footage("add", made)
    assert objects(library, "renditions")


# whose fault a failure is


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    vault = Vault(tmp_path / "vault")
    vault.make()
    with vault.workspace() as made:
        yield made


def test_a_sandbox_that_does_not_start_is_no_bad_footage(workspace: Workspace, media: Path) -> None:
    for name in ("still.jpg", "clip.mp4"):
        with (
            Sandbox([media], workspace.folder / "missing") as sandbox,
            pytest.raises(ToolFailed, match="did not start"),
        ):
            look(sandbox, media / name, name, Silent(), lambda _number, _picture: None)


def test_a_vault_that_takes_no_keyframe_is_no_bad_footage(workspace: Workspace, media: Path) -> None:
    def full(_number: int, _picture: Picture) -> None:
        raise ToolFailed("the disk is full")

    with (
        Sandbox([media], workspace.scratch()) as sandbox,
        pytest.raises(ToolFailed, match=r"^the disk is full$"),
    ):
        look(sandbox, media / "clip.mp4", "clip.mp4", Silent(), full)


def test_a_file_that_breaks_the_decoder_is_bad_footage(workspace: Workspace, media: Path) -> None:
    impatient = replace(LOOKING, wall_seconds=0)
    with (
        Sandbox([media], workspace.scratch(), impatient) as sandbox,
        pytest.raises(BadInput, match="could not be decoded"),
    ):
        look(sandbox, media / "clip.mp4", "clip.mp4", Silent(), lambda _number, _picture: None)


# backups


def test_a_later_backup_removes_what_was_purged(footage: Footage, masked_desk: Path, media: Path) -> None:
    footage("backup ../copy")
    copy = masked_desk.parent / "copy"
    assert kept_at(copy, media / "clip.mp4").exists()
    footage("discard 1 --purge --because 'not ours'")
    footage("backup ../copy")
    assert not kept_at(copy, media / "clip.mp4").exists()
    assert len(objects(copy, "renditions")) == 1
    assert sound(footage, "../copy")


def test_a_later_backup_replaces_what_rotted(footage: Footage, desk: Path, media: Path) -> None:
    footage("backup ../copy")
    copy = desk.parent / "copy"
    tamper(kept_at(copy, media / "clip.mp4"))
    assert footage("backup ../copy --json").document["copied"] == 1
    assert sound(footage, "../copy") and staged(copy) == []


@pytest.mark.usefixtures("library")
def test_a_backup_that_failed_is_not_on_record(footage: Footage, library: Path, media: Path) -> None:
    footage("add", media / "still.jpg")
    tamper(kept_at(library, media / "still.jpg"))
    footage("backup ../copy", code=8)
    assert "backup" not in actions(footage("history --json").document)
    footage("add", media / "still.jpg")
    footage("backup ../copy")
    last = footage("history --json").document[-1]
    assert last["action"] == "backup" and last["detail"]["copied"] == 2

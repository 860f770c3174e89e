"""The vault, on a real disk."""

import hashlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from footage.errors import Conflict, Damaged, NotFound, Refused, ToolFailed
from footage.model.progress import Silent
from footage.vault import ORIGINALS, RENDITIONS, Staged, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path / "vault")
    made.make()
    return made


def keep(vault: Vault, data: bytes, tmp_path: Path) -> str:
    original = tmp_path / "original.bin"
    original.write_bytes(data)
    with vault.workspace() as workspace, original.open("rb", buffering=0) as source:
        staged = vault.stage(source, workspace, "original.bin", Silent())
        vault.keep(staged, ORIGINALS)
    return staged.sha256


def test_keeps_bytes_read_only_under_their_hash(vault: Vault, tmp_path: Path) -> None:
    data = os.urandom(5_000_001)
    sha256 = keep(vault, data, tmp_path)
    kept = vault.present(ORIGINALS, sha256)
    assert sha256 == hashlib.sha256(data).hexdigest() == kept.name
    assert kept.read_bytes() == data
    assert kept.stat().st_mode & 0o777 == 0o444
    assert list((vault.root / "staging").iterdir()) == []


def test_same_bytes_twice_are_one_object(vault: Vault, tmp_path: Path) -> None:
    sha256 = keep(vault, b"once", tmp_path)
    before = vault.path(ORIGINALS, sha256).stat().st_ino
    assert keep(vault, b"once", tmp_path) == sha256
    assert vault.path(ORIGINALS, sha256).stat().st_ino == before
    assert len(list(vault.objects(ORIGINALS))) == 1


def test_never_overwrites_an_object_that_changed(vault: Vault, tmp_path: Path) -> None:
    sha256 = keep(vault, b"evidence", tmp_path)
    path = vault.path(ORIGINALS, sha256)
    path.chmod(0o644)
    path.write_bytes(b"tampered")
    with pytest.raises(Damaged, match="no longer has the bytes"):
        keep(vault, b"evidence", tmp_path)
    assert path.read_bytes() == b"tampered"
    assert not vault.intact(path, sha256)


def test_a_file_that_grows_while_it_is_read_is_refused(vault: Vault, tmp_path: Path) -> None:
    growing = tmp_path / "growing.bin"
    growing.write_bytes(b"x" * 10_000_000)

    class Appends(Silent):
        def step(self, label: str, done: int, total: int) -> None:  # noqa: ARG002
            with growing.open("ab") as more:
                more.write(b"y")

    with (
        vault.workspace() as workspace,
        growing.open("rb", buffering=0) as source,
        pytest.raises(Conflict, match="changed while it was read"),
    ):
        vault.stage(source, workspace, "growing.bin", Appends())
    assert list(vault.objects(ORIGINALS)) == []


def test_keeps_bytes_made_in_memory(vault: Vault) -> None:
    with vault.workspace() as workspace:
        sha256 = vault.keep_bytes(b"thumbnail", RENDITIONS, ".jpg", workspace)
    assert vault.present(RENDITIONS, sha256, ".jpg").read_bytes() == b"thumbnail"
    (kept,) = vault.objects(RENDITIONS)
    assert (kept.sha256, kept.extension) == (sha256, ".jpg")


def test_a_missing_object_is_named(vault: Vault) -> None:
    with pytest.raises(NotFound, match="original 0123456789ab is missing"):
        vault.present(ORIGINALS, "0123456789ab" + "0" * 52)


def test_removes_for_good(vault: Vault, tmp_path: Path) -> None:
    sha256 = keep(vault, b"purge me", tmp_path)
    vault.remove(ORIGINALS, sha256)
    vault.remove(ORIGINALS, sha256)
    assert not vault.path(ORIGINALS, sha256).exists()


def test_a_workspace_in_use_is_not_swept_and_a_killed_ones_is(vault: Vault) -> None:
    script = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from footage.vault import Vault
        with Vault(Path(sys.argv[1])).workspace() as workspace:
            (workspace.folder / "half").write_bytes(b"half")
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    killed = subprocess.run([sys.executable, "-c", script, vault.root], check=False)
    assert killed.returncode == -9
    with vault.workspace() as mine:
        left = vault.abandoned()
        assert len(left) == 1
        assert left[0] != mine.folder
        assert vault.sweep() == 1
        assert mine.folder.is_dir()
    assert vault.abandoned() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_leaves_nothing_half_made(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        vault = Vault(small / "vault")
        vault.make()
        big = tmp_path / "big.bin"
        big.write_bytes(os.urandom(4_000_000))
        with (
            pytest.raises(ToolFailed, match=r"full; big\.bin was not written"),
            vault.workspace() as workspace,
            big.open("rb", buffering=0) as source,
        ):
            vault.stage(source, workspace, "big.bin", Silent())
        assert list(vault.objects(ORIGINALS)) == []
        assert list((vault.root / "staging").iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_vault_is_refused(vault: Vault) -> None:
    vault.root.joinpath("staging").chmod(0o555)
    with pytest.raises(Refused, match="cannot be written to"):
        vault.workspace().__enter__()


def test_keep_survives_a_leftover_of_the_same_bytes(vault: Vault, tmp_path: Path) -> None:
    """A killed add leaves a whole object that no row names; the next add takes it up."""
    data = b"left behind"
    sha256 = hashlib.sha256(data).hexdigest()
    target = vault.path(ORIGINALS, sha256)
    target.parent.mkdir()
    target.write_bytes(data)
    staged = tmp_path / "vault" / "staging" / "again"
    staged.write_bytes(data)
    assert vault.keep(Staged(staged, sha256, len(data)), ORIGINALS) == target
    assert not staged.exists()

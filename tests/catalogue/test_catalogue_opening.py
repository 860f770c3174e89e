"""Opening, making and backing up a catalogue, and what its failures say."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from footage.catalogue import assets, opening
from footage.catalogue.opening import Catalogue, integrity_problems, open_catalogue
from footage.errors import Conflict, Damaged, NotFound, Refused, ToolFailed
from footage.model.asset import Asset

MakeAsset = Callable[..., Asset]


def test_an_absent_catalogue_is_only_made_on_request(path: Path) -> None:
    with pytest.raises(NotFound, match="is not there"):
        open_catalogue(path)
    assert not path.exists()
    open_catalogue(path, make=True).close()
    open_catalogue(path).close()


def test_what_was_written_is_there_when_it_is_opened_again(path: Path, an_asset: MakeAsset) -> None:
    catalogue = open_catalogue(path, make=True)
    with catalogue.write() as connection:
        added = assets.add(connection, an_asset())
    catalogue.close()
    again = open_catalogue(path, make=True)
    with again.read() as connection:
        assert assets.get(connection, added.number) == added
    again.close()


def test_an_exception_leaves_nothing_behind(catalogue: Catalogue, an_asset: MakeAsset) -> None:
    with pytest.raises(RuntimeError, match="stop"), catalogue.write() as connection:
        assets.add(connection, an_asset())
        raise RuntimeError("stop")
    with catalogue.read() as connection:
        assert assets.count(connection) == 0


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)],
)
def test_every_connection_is_careful(catalogue: Catalogue, pragma: str, value: object) -> None:
    with catalogue.read() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_writer_that_does_not_stop_is_a_conflict(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_WAIT_SECONDS", 0.1)
    first, second = open_catalogue(path, make=True), open_catalogue(path)
    with (
        first.write(),
        pytest.raises(Conflict, match="another footage is writing") as caught,
        second.write(),
    ):
        pass
    assert caught.value.hint
    first.close()
    second.close()


def test_a_writer_waits_for_another_that_stops(catalogue: Catalogue, an_asset: MakeAsset) -> None:
    inside, done = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with catalogue.write() as connection:
            inside.set()
            done.wait(0.3)
            assets.add(connection, an_asset())

    other = threading.Thread(target=write_slowly)
    other.start()
    inside.wait()
    with catalogue.write() as connection:
        assert assets.count(connection) == 1
    other.join()


def test_readers_do_not_wait_for_a_writer(catalogue: Catalogue, an_asset: MakeAsset) -> None:
    with catalogue.write() as writing:
        assets.add(writing, an_asset())
        with catalogue.read() as reading:
            assert assets.count(reading) == 0


def test_a_file_that_is_no_catalogue_is_damaged(path: Path) -> None:
    path.write_bytes(b"this is no database, " * 100)
    with pytest.raises(Damaged, match="damaged") as caught:
        open_catalogue(path)
    assert "backup" in caught.value.hint
    assert path.read_bytes().startswith(b"this is no database")


def test_somebody_elses_database_is_no_catalogue(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    with pytest.raises(Damaged, match="no catalogue of footage"):
        open_catalogue(path, make=True)


def test_an_empty_file_is_no_catalogue_unless_one_is_made(path: Path) -> None:
    path.touch()
    with pytest.raises(Damaged, match="no catalogue"):
        open_catalogue(path)
    open_catalogue(path, make=True).close()


def test_broken_pages_are_found(path: Path, an_asset: MakeAsset) -> None:
    catalogue = open_catalogue(path, make=True)
    with catalogue.write() as connection:
        for _ in range(200):
            assets.add(connection, an_asset())
        assert integrity_problems(connection) == []
        page = connection.exec_driver_sql(
            "SELECT pageno FROM dbstat WHERE name = 'asset' AND pagetype = 'leaf' LIMIT 1"
        ).scalar()
        assert page
    catalogue.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    broken = open_catalogue(path)
    with pytest.raises(Damaged, match="damaged"), broken.read() as connection:
        list(assets.everything(connection))
    with broken.read() as connection:
        assert integrity_problems(connection)
    broken.close()


def test_a_row_that_belongs_to_nothing_is_found(catalogue: Catalogue, path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO fact VALUES (77, 'person', 'city', 'Bakhmut')")
    other.close()
    with catalogue.read() as connection:
        assert integrity_problems(connection) == ["a row of fact names a row of asset that is not there"]


def test_a_full_disk_changes_nothing(catalogue: Catalogue, an_asset: MakeAsset) -> None:
    with pytest.raises(ToolFailed, match="full"), catalogue.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for _ in range(500):
            assets.add(connection, an_asset(name="n" * 200))
    with catalogue.read() as connection:
        assert assets.count(connection) == 0


def test_a_catalogue_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be opened"):
        open_catalogue(tmp_path / "no folder" / "catalogue.sqlite", make=True)


def test_a_catalogue_that_cannot_be_written_is_refused(catalogue: Catalogue, an_asset: MakeAsset) -> None:
    with pytest.raises(Refused, match="writing"), catalogue.write() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        assets.add(connection, an_asset())


def test_who_reads_cannot_write(catalogue: Catalogue, an_asset: MakeAsset) -> None:
    with pytest.raises(Refused, match="writing"), catalogue.read() as connection:
        assets.add(connection, an_asset())
    with catalogue.write() as connection:
        assets.add(connection, an_asset())


def test_a_newer_catalogue_is_refused(path: Path) -> None:
    open_catalogue(path, make=True).close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    with pytest.raises(Refused, match="newer footage") as caught:
        open_catalogue(path)
    assert "newest version" in caught.value.hint


def test_alembic_is_not_imported_for_a_catalogue_of_today(path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from footage.catalogue.opening import open_catalogue\n"
        f"path = pathlib.Path({str(path)!r})\n"
        "open_catalogue(path, make=True).close()\n"
        "open_catalogue(path).close()\n"
        "sys.exit('alembic' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_opening_a_catalogue_of_today_waits_for_no_writer(
    path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_WAIT_SECONDS", 0.0)
    with catalogue.write():
        open_catalogue(path).close()


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "100% ?mode=ro&x#y кирилиця"
    folder.mkdir()
    open_catalogue(folder / "catalogue.sqlite", make=True).close()
    assert (folder / "catalogue.sqlite").is_file()


def test_a_backup_is_a_catalogue_of_one_file(
    catalogue: Catalogue, tmp_path: Path, an_asset: MakeAsset
) -> None:
    copy = tmp_path / "copy.sqlite"
    with catalogue.write() as connection:
        added = assets.add(connection, an_asset())
    with catalogue.write() as connection:
        assets.add(connection, an_asset())
        catalogue.backup(copy)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith("copy")] == ["copy.sqlite"]
    assert copy.read_bytes()[18:20] == b"\x01\x01", "its header says that it needs no write-ahead log"
    restored = open_catalogue(copy)
    with restored.read() as connection:
        assert list(assets.everything(connection)) == [added]
        assert integrity_problems(connection) == []
    restored.close()


def test_a_backup_never_writes_over_anything(catalogue: Catalogue, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    copy.write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        catalogue.backup(copy)
    assert copy.read_text() == "mine"


def test_a_backup_into_nowhere_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="nowhere"):
        catalogue.backup(tmp_path / "nowhere" / "copy.sqlite")

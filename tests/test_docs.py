"""The commands printed in the README and the guide do what they say, and the commands' page is the help's."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from footage.commands._door import run
from footage.media.samples import Samples

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)


def typed(page: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command of a page's console blocks as its words, with the lines that stand under it."""
    for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        for part in block.split("$ ")[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            yield shlex.split(command), lines


@pytest.mark.parametrize("page", ["README.md", "docs/newsroom-guide.md"])
def test_commands_of_a_page_do_what_they_say(
    page: str,
    samples: Samples,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(samples.clip.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("FOOTAGE_LIBRARY", "FOOTAGE_ACTOR", "FOOTAGE_STYLE", "FOOTAGE_TREATMENT"):
        monkeypatch.delenv(name, raising=False)
    count = 0
    for words, expected in typed(page):
        count += 1
        if words[0] == "cd":
            monkeypatch.chdir(Path.cwd() / words[1])
            continue
        assert words[0] == "footage"
        code = run(words[1:])
        said = capsys.readouterr()
        assert code == 0, f"{shlex.join(words)} ended with {code}: {said.err}"
        for line in expected:
            assert line in said.out, f"{shlex.join(words)} does not print what the page says"
    assert count >= 8


def test_page_of_the_commands_is_made_from_the_help() -> None:
    command = [sys.executable, str(ROOT / "docs" / "make_cli_md.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("page", sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/*.md")))
def test_links_between_pages_lead_somewhere(page: str) -> None:
    check_links(ROOT / page)


def test_links_of_the_outer_pages_lead_somewhere() -> None:
    for name in ("README.md", "CHANGELOG.md", "samples/README.md"):
        check_links(ROOT / name)


def check_links(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"

"""The promises of the project's tree: names, floors, pinned versions, and what the wheel carries."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution, distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "footage"
VAGUE = {"utils", "helpers", "common", "misc", "base", "manager", "handler", "processor", "core"}
OURS = {"footage"}


def sources(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from folder.rglob("*.py")


def imported(path: Path) -> set[str]:
    """The top-level names of every module that a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_no_module_has_a_vague_name() -> None:
    named = {path: {path.stem.strip("_"), path.parent.name} for path in sources(PACKAGE, ROOT / "tests")}
    assert len(named) > 50
    assert [path for path, names in named.items() if names & VAGUE] == []


def test_no_class_has_a_vague_name() -> None:
    vague = re.compile("(Utils|Helper|Misc|Manager|Handler|Processor)$")
    for path in sources(PACKAGE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ClassDef) and vague.search(node.name)), f"{path}: {node.name}"


def test_nouns_and_errors_import_the_standard_library_alone() -> None:
    allowed = set(sys.stdlib_module_names) | OURS
    for path in [*sources(PACKAGE / "model"), PACKAGE / "errors.py"]:
        assert imported(path) <= allowed, f"{path} imports {imported(path) - allowed}"


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.strip() and not line.startswith("#")]
    matches = [re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)", line) for line in entries]
    assert all(matches), "each line of constraints.txt is NAME==VERSION, without an address"
    return {canonicalize_name(match[1]): match[2] for match in matches if match}


def test_every_distribution_the_project_needs_is_pinned() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    waiting = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
        *declared["build-system"]["requires"],
    ]
    needed: set[str] = set()
    while waiting:
        requirement = Requirement(waiting.pop())
        name = canonicalize_name(requirement.name)
        if name in needed or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        needed.add(name)
        if any(canonicalize_name(one.name) == name for one in distributions()):
            waiting += distribution(name).requires or []
    assert len(needed) > 20
    assert needed - set(pins()) == set()


def test_only_one_installed_distribution_brings_cv2() -> None:
    brings = {
        canonicalize_name(one.name)
        for one in distributions()
        if any(file.parts[0] == "cv2" for file in one.files or [])
    }
    assert brings == {"opencv-python-headless"}


def test_no_text_of_ours_names_a_download_address() -> None:
    for name in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), f"{name} has an address in it"


def test_wheel_carries_all_that_is_no_code(tmp_path: Path) -> None:
    if find_spec("hatchling") is None:
        pytest.skip("no hatchling here to build a wheel with")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    for kind in ("*.j2", "*.css", "*.toml", "*.py", "*.mako", "py.typed"):
        kept = {str(path.relative_to(ROOT / "src")) for path in PACKAGE.rglob(kind)}
        assert kept <= carried, f"the wheel misses {kept - carried}"
    assert {"footage/formats/templates/style.css", "footage/styles/newsflash.toml"} <= carried
    assert any(name.startswith("footage/catalogue/migrations/versions/") for name in carried)
    assert "footage/media/samples/__init__.py" in carried

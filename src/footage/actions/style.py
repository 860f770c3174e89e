"""House styles: which there are, what they do, and what is wrong with one that an editor wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from footage.errors import NotFound, Usage
from footage.model.specimens import Specimen, specimens
from footage.model.style import Style
from footage.settings import FILE_NAME, Settings, read_settings, read_style, read_style_file, style_files


@dataclass(frozen=True, slots=True)
class Shelved:
    """A style that captions can be worded in.

    Attributes:
        title: its own; empty where its file cannot be read.
        path: the library's file; None for a style of the program.
        default: whether the library words its captions in it.
        flaw: what is wrong with its file; empty where nothing is.
    """

    name: str
    title: str
    path: Path | None
    default: bool
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A style and what it makes of footage of every kind."""

    style: Style
    specimens: tuple[Specimen, ...]


def list_styles(root: Path, environment: Mapping[str, str]) -> tuple[Shelved, ...]:
    """The styles by name, a library's own among them.

    Args:
        root: where a library may be; without one there are the program's styles.

    Raises:
        Damaged: the library's settings cannot be read. Usage: they hold what does not fit.
    """
    library, settings = _library(root, environment)
    own = library / "styles" if library else None
    found = []
    for name, file in sorted(style_files(library).items()):
        path = own / f"{name}.toml" if own and str(file) == str(own / f"{name}.toml") else None
        default = library is not None and name == settings.style
        try:
            found.append(Shelved(name, read_style_file(name, file).title, path, default))
        except Usage as error:
            found.append(Shelved(name, "", path, default, error.message))
    return tuple(found)


def show_style(root: Path, environment: Mapping[str, str], name: str | None) -> Shown:
    """A style (None: the library's) and examples of its captions, with the library's agency in the credits.

    Raises:
        NotFound: there is no such style. Usage: its file has a flaw.
    """
    library, settings = _library(root, environment)
    return _shown(read_style(name or settings.style, library), settings)


def check_style(root: Path, environment: Mapping[str, str], file: Path) -> Shown:
    """Read a style from any file, and show what it does.

    Raises:
        NotFound: there is no such file. Usage: it has a flaw; the message names the key.
    """
    if not file.is_file():
        raise NotFound(f"there is no file {file}", "name the style's TOML file")
    _, settings = _library(root, environment)
    return _shown(read_style_file(file.stem, file), settings)


def _shown(style: Style, settings: Settings) -> Shown:
    return Shown(style, specimens(style, settings.agency))


def _library(root: Path, environment: Mapping[str, str]) -> tuple[Path | None, Settings]:
    """The library's folder and settings, or the program's settings where there is none."""
    if not (root / FILE_NAME).is_file():
        return None, Settings()
    return root, read_settings(root, environment)

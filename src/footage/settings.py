"""A library's settings and the house styles, read from TOML.

Settings come from the program's defaults, then the library's ``footage.toml``, then the environment, then
options; the result is one frozen object.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from footage.errors import Damaged, FootageError, NotFound, Usage
from footage.model.flag import MASKING, Treatment
from footage.model.profile import Profile, parse_profile
from footage.model.style import Style, parse_style

FILE_NAME = "footage.toml"
_LARGEST = 1 << 18


@dataclass(frozen=True, slots=True)
class Settings:
    """What a library wants.

    Attributes:
        agency: our own agency's name; it stands in every credit line.
        style: the house style of its captions.
        treatment: how masks hide unless a flag or an option says otherwise.
        look: ``required`` where a person must look at every mask before it leaves, else ``advised``.
    """

    agency: str = "Newsflash"
    style: str = "newsflash"
    treatment: Treatment = Treatment.BLUR
    look: str = "advised"

    def toml(self) -> str:
        """The text of a ``footage.toml`` that says the same."""
        return "".join(
            f"{field.name} = {json.dumps(str(getattr(self, field.name)), ensure_ascii=False)}\n"
            for field in fields(self)
        )


def read_settings(root: Path, environment: Mapping[str, str]) -> Settings:
    """Read a library's settings: its file, then ``FOOTAGE_STYLE``, ``FOOTAGE_TREATMENT`` and the like.

    Raises:
        Damaged: the file is no TOML.
        Usage: it has an unknown key or a value that does not fit.
    """
    path = root / FILE_NAME
    data = _read_toml(str(path), path, Damaged)
    names = [field.name for field in fields(Settings)]
    for key in data:
        if key not in names:
            near = get_close_matches(key, names, 1)
            raise Usage(f"{path} has an unknown key {key!r}", f"did you mean {near[0]!r}?" if near else "")
    for name in names:
        if value := environment.get(f"FOOTAGE_{name.upper()}"):
            data[name] = value
    return checked_settings(data)


def checked_settings(data: Mapping[str, object]) -> Settings:
    """Settings from named values.

    Raises:
        Usage: a value does not fit.
    """
    settings = replace(Settings(), **{name: str(value) for name, value in data.items()})  # type: ignore[arg-type]
    try:
        settings = replace(settings, treatment=Treatment(settings.treatment))
        if settings.treatment not in MASKING:
            raise ValueError(settings.treatment)
    except ValueError as error:
        hint = "one of " + ", ".join(MASKING)
        raise Usage(f"{str(settings.treatment)!r} is no way to mask", hint) from error
    if settings.look not in ("advised", "required"):
        raise Usage(f"look = {settings.look!r} cannot be read", "one of advised, required")
    if not settings.agency.strip():
        raise Usage("the agency's name is empty", "give it with --agency NAME")
    return settings


def read_style(name: str, root: Path | None = None) -> Style:
    """Read a house style: a library's own (``styles/NAME.toml``) before the program's.

    Args:
        root: the library's folder; None for the program's styles alone.

    Raises:
        NotFound: there is no style of that name.
        Usage: it is no TOML, or has a key or a value that does not fit.
    """
    return read_style_file(name, _chosen("style", name, style_files(root)))


def read_style_file(name: str, file: Traversable) -> Style:
    """Read a house style from a file.

    Args:
        name: what the style is called.

    Raises:
        Usage: it is no TOML, or has a key or a value that does not fit.
    """
    return parse_style(name, _read_toml(f"the style {name}", file, Usage))


def style_files(root: Path | None = None) -> dict[str, Traversable]:
    """The files of the house styles by name: a library's own, and the program's that it does not replace."""
    return _shelf("styles", root)


def read_profile(name: str, root: Path | None = None) -> Profile:
    """Read a profile of packages: a library's own (``profiles/NAME.toml``) before the program's.

    Args:
        root: the library's folder; None for the program's profiles alone.

    Raises:
        NotFound: there is no profile of that name.
        Usage: it is no TOML, or has a key or a value that does not fit.
    """
    file = _chosen("profile", name, _shelf("profiles", root))
    return parse_profile(name, _read_toml(f"the profile {name}", file, Usage))


def profile_names(root: Path | None = None) -> tuple[str, ...]:
    """The names of the profiles there are, a library's own among them."""
    return tuple(sorted(_shelf("profiles", root)))


def _shelf(name: str, root: Path | None) -> dict[str, Traversable]:
    """The TOML files of a kind by their names: the program's, and a library's own in place of them."""
    folders: list[Traversable] = [files("footage") / name]
    if root is not None and (root / name).is_dir():
        folders.append(root / name)
    return {
        entry.name[:-5]: entry
        for folder in folders
        for entry in folder.iterdir()
        if entry.name.endswith(".toml") and not entry.name.startswith(".")
    }


def _chosen(kind: str, name: str, shelf: Mapping[str, Traversable]) -> Traversable:
    """The file of a name.

    Raises:
        NotFound: there is none; names the nearest.
    """
    if name not in shelf:
        near = get_close_matches(name, shelf, 1)
        ask = f"did you mean {near[0]}? " if near else ""
        raise NotFound(f"there is no {kind} {name!r}", f"{ask}one of {', '.join(sorted(shelf))}")
    return shelf[name]


def _read_toml(what: str, file: Traversable, refusal: type[FootageError]) -> dict[str, Any]:
    """What a TOML file says, however large or deep it pretends to be.

    Raises:
        refusal: it cannot be read; the message names it as ``what``.
    """
    hint = f"mend {file} with a text editor"
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise refusal(f"{what} cannot be read: it is larger than {_LARGEST >> 10} KiB", hint)
        return tomllib.loads(content.decode("utf-8"))
    except RecursionError as error:
        raise refusal(f"{what} cannot be read: its values are nested too deeply", hint) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise refusal(f"{what} cannot be read: {error}", hint) from error

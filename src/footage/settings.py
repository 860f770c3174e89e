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

from footage.errors import Damaged, NotFound, Usage
from footage.model.flag import MASKING, Treatment
from footage.model.style import Style, parse_style

FILE_NAME = "footage.toml"


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
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Damaged(f"{path} cannot be read: {error}", "mend the file with a text editor") from error
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


def read_style(name: str) -> Style:
    """Read one of the house styles that come with the program.

    Raises:
        NotFound: there is no style of that name.
    """
    shelf = _styles()
    if name not in shelf:
        raise NotFound(f"there is no style {name!r}", "one of " + ", ".join(sorted(shelf)))
    return parse_style(name, tomllib.loads(shelf[name].read_text("utf-8")))


def style_names() -> tuple[str, ...]:
    """The names of the house styles that come with the program."""
    return tuple(sorted(_styles()))


def _styles() -> dict[str, Traversable]:
    folder = files("footage") / "styles"
    return {entry.name[:-5]: entry for entry in folder.iterdir() if entry.name.endswith(".toml")}

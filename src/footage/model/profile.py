"""Profiles: what a package is for, as data read from one TOML file each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from footage.errors import Usage
from footage.model.template import Template, nearest, parse_template

NAME_PARTS = ("stem", "number", "story", "released", "shot", "source")
"""What a file's name may be made of; ``stem`` is the original's name without its extension."""

QUALITIES = range(1, 101)
LARGEST_SIDE = 16384
_SMALLEST_SIDE = 16


class Coding(StrEnum):
    """How media goes out: as it came, or as one thing that everybody opens."""

    KEPT = "kept"
    H264 = "h264"
    JPEG = "jpeg"


class Sidecar(StrEnum):
    """What may lie beside the media.

    ``vtt`` and ``shotlist`` are written for videos that have subtitles and shots.
    """

    XMP = "xmp"
    CAPTION = "caption"
    NINJS = "ninjs"
    NEWSML = "newsml"
    VTT = "vtt"
    SHOTLIST = "shotlist"


@dataclass(frozen=True, slots=True)
class VideoProfile:
    """How videos go out.

    Attributes:
        coding: kept, or H.264 in MP4.
        longest_side: in pixels, none is enlarged; 0 for any. Only where coded anew.
        lower_third: whether the credit is burnt into the picture. Only where coded anew.
    """

    coding: Coding
    longest_side: int = 0
    lower_third: bool = False


@dataclass(frozen=True, slots=True)
class StillProfile:
    """How stills go out.

    Attributes:
        coding: the format kept, or JPEG.
        longest_side: in pixels, none is enlarged; 0 for any.
        quality: of JPEG, 1 to 100.
        lower_third: whether the credit is burnt into the picture.
    """

    coding: Coding
    longest_side: int = 0
    quality: int = 92
    lower_third: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What a package is for.

    Attributes:
        title: what it is for, in a few words.
        naming: how the media's names are made, from :data:`NAME_PARTS`, without their extension.
        formats: what lies beside the media.
        terms: what this client may do with it; it joins the restrictions of everything in the package.
    """

    name: str
    title: str
    video: VideoProfile
    still: StillProfile
    naming: Template
    formats: frozenset[Sidecar]
    terms: str = ""


def parse_profile(name: str, data: Mapping[str, object]) -> Profile:
    """Read a profile from the content of its TOML file.

    Args:
        name: what it is called on the command line.
        data: as ``tomllib`` gives it.

    Raises:
        Usage: a key is missing, not known, or holds something else than it should; the message names the key
            with its table, the hint what was probably meant.
    """
    top = _Table(name, "", data)
    top.only(("title", "formats", "video", "still"), ("name", "terms"))
    return Profile(
        name,
        top.text("title"),
        _video(top.table("video")),
        _still(top.table("still")),
        top.naming("name"),
        frozenset(Sidecar(word) for word in top.words("formats", tuple(Sidecar))),
        top.text("terms", ""),
    )


def _video(table: "_Table") -> VideoProfile:
    table.only(("coding",), ("longest_side", "lower_third"))
    coding = Coding(table.word("coding", (Coding.KEPT, Coding.H264)))
    made = VideoProfile(coding, table.side("longest_side"), table.truth("lower_third"))
    for key in ("longest_side", "lower_third"):
        if coding is Coding.KEPT and getattr(made, key):
            raise table.wrong(
                f"cannot have {table.full(key)!r} with pictures that are kept", 'coding = "h264"'
            )
    return made


def _still(table: "_Table") -> StillProfile:
    table.only(("coding",), ("longest_side", "quality", "lower_third"))
    return StillProfile(
        Coding(table.word("coding", (Coding.KEPT, Coding.JPEG))),
        table.side("longest_side"),
        table.number("quality", 92, QUALITIES),
        table.truth("lower_third"),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of a profile's file, read key by key."""

    profile: str
    path: str
    data: Mapping[str, object]

    def only(self, required: Collection[str], optional: Collection[str]) -> None:
        """Check that it has all the required keys and none besides these and the optional ones."""
        known = (*required, *optional)
        for key in self.data:
            if key not in known:
                near = nearest(key, [other for other in known if other not in self.data]) or nearest(
                    key, known
                )
                hint = f"did you mean {near}?" if near else f"known here: {', '.join(known)}"
                raise self.wrong(f"does not know the key {self.full(key)!r}", hint)
        for key in required:
            if key not in self.data:
                raise self.wrong(f"lacks the key {self.full(key)!r}", "write it as the profile web has it")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            raise self.wrong(f"needs a text at {self.full(key)!r}, not {value!r}", f'{key} = "…"')
        return value

    def truth(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"needs true or false at {self.full(key)!r}, not {value!r}", f"{key} = true")
        return value

    def number(self, key: str, default: int, allowed: range) -> int:
        value = self.data.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
            needed = f"a number from {allowed.start} to {allowed.stop - 1}"
            raise self.wrong(f"needs {needed} at {self.full(key)!r}, not {value!r}", f"{key} = 92")
        return value

    def side(self, key: str) -> int:
        """A length in pixels; 0 where none is given."""
        return self.number(key, 0, range(_SMALLEST_SIDE, LARGEST_SIDE + 1)) if key in self.data else 0

    def word(self, key: str, choices: Collection[str]) -> str:
        return self._chosen(key, self.text(key), choices)

    def words(self, key: str, choices: Collection[str]) -> list[str]:
        value = self.data[key]
        if not isinstance(value, list):
            raise self.wrong(
                f"needs a list at {self.full(key)!r}, not {value!r}", f'{key} = ["xmp", "caption"]'
            )
        return [self._chosen(key, word, choices) for word in value]

    def table(self, key: str) -> "_Table":
        value = self.data[key]
        if not isinstance(value, Mapping):
            raise self.wrong(f"needs a table at {self.full(key)!r}, not {value!r}", f"[{self.full(key)}]")
        return _Table(self.profile, self.full(key), value)

    def naming(self, key: str) -> Template:
        try:
            return parse_template(self.text(key, "{stem}"), NAME_PARTS)
        except Usage as error:
            raise self.wrong(f"has a flaw at {self.full(key)!r}: {error.message}", error.hint) from error

    def wrong(self, what: str, hint: str) -> Usage:
        return Usage(f"the profile {self.profile} {what}", hint)

    def full(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _chosen(self, key: str, value: object, choices: Collection[str]) -> str:
        if not isinstance(value, str) or value not in choices:
            near = nearest(value, choices) if isinstance(value, str) else ""
            hint = f"did you mean {near}?" if near else f"one of {', '.join(choices)}"
            raise self.wrong(f"does not know {value!r} at {self.full(key)!r}", hint)
        return value

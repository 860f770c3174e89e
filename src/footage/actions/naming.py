"""What the files of a package are called: as the profile says, unless two would be the same on any disk."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

from footage.errors import ToolFailed
from footage.model.asset import Asset, Kind
from footage.model.facts import Facts
from footage.model.moment import Moment
from footage.model.profile import Coding, Profile, Sidecar

PICTURES = "pictures"
"""The folder of the front page's pictures."""

SUFFIXES = {
    Sidecar.CAPTION: ".caption.txt",
    Sidecar.NINJS: ".ninjs.json",
    Sidecar.NEWSML: ".newsml.xml",
    Sidecar.VTT: ".vtt",
    Sidecar.SHOTLIST: ".shotlist.txt",
}
"""What follows the media's stem in a sidecar's name; ``.xmp`` follows the media's whole name."""

_RESERVED = ("index", "manifest", PICTURES)
_LONGEST_STEM = 180
"""Bytes: names have 255 on every disk, and the longest sidecar's ending and a number follow."""

_LONGEST_EXTENSION = 12

_UNSAFE = frozenset('/\\:*?"<>|')
_NO_FACTS = Facts()


def package_names(
    assets: Sequence[Asset], profile: Profile, facts: Mapping[int, Facts] | None = None
) -> dict[int, str]:
    """The media's file name of each asset, by its number; names that would collide get the number.

    Names collide where any file of one asset would have the name of another's (``a.jpg`` and ``a.png`` share
    their caption's), also where they differ only in case or in Unicode's normal form. Signs that cannot be
    printed are replaced, and names that are too long are cut.

    Args:
        facts: of each asset, by its number, for names that are made of more than the original's.
    """
    told = facts or {}
    parts = {
        asset.number: (
            _stem(asset, profile, told.get(asset.number, _NO_FACTS)),
            _extension(asset, profile),
        )
        for asset in assets
    }
    wanted = Counter(key for stem, extension in parts.values() for key in _file_keys(stem, extension))
    named, taken = {}, set()
    for number, (stem, extension) in parts.items():
        keys = _file_keys(stem, extension)
        if all(wanted[key] == 1 for key in keys) and collision_key(stem) not in _RESERVED:
            named[number] = stem + extension
            taken |= keys
    for number, (stem, extension) in parts.items():
        if number in named:
            continue
        stem = f"{stem}-{number}"
        while _file_keys(stem, extension) & taken:
            stem = f"{stem}-{number}"
        named[number] = stem + extension
        taken |= _file_keys(stem, extension)
    return {number: named[number] for number in parts}


def stem_of(name: str) -> str:
    """A media's name without its extension, which its sidecars share."""
    return name.rpartition(".")[0] or name


def insist_unique(paths: Sequence[str]) -> None:
    """Check that no file of a package took another's place, on any disk the package may be copied to.

    Raises:
        ToolFailed: one did.
    """
    kept = Counter(collision_key(path) for path in (*paths, "index.html", "manifest.json"))
    if twice := [path for path in paths if kept[collision_key(path)] > 1]:
        raise ToolFailed(f"two files of the package would be called {twice[0]}", "export the assets apart")


def collision_key(name: str) -> str:
    """What tells names apart on a disk that knows neither case nor normal forms."""
    return unicodedata.normalize("NFC", name).casefold()


def _stem(asset: Asset, profile: Profile, facts: Facts) -> str:
    values = {
        "stem": asset.stem,
        "number": str(asset.number),
        "story": facts.story or "",
        "released": _day(facts.released),
        "shot": _day(facts.shot),
        "source": facts.source or "",
    }
    stem = _safe(profile.naming.fill(values))
    if not asset.extension:
        # What follows a dot would be taken for one.
        stem = stem.replace(".", "_")
    return stem.encode()[:_LONGEST_STEM].decode(errors="ignore").rstrip() or str(asset.number)


def _day(moment: Moment | None) -> str:
    return moment.day.isoformat() if moment else ""


def _safe(name: str) -> str:
    """A name whose every sign can be seen, that every disk takes, and that no disk hides."""
    shown = "".join(sign if sign.isprintable() and sign not in _UNSAFE else "_" for sign in name.strip())
    return f"_{shown[1:]}" if shown.startswith((".", "~", "-")) else shown


def _extension(asset: Asset, profile: Profile) -> str:
    if asset.kind is Kind.VIDEO and profile.video.coding is Coding.H264:
        return ".mp4"
    if asset.kind is Kind.STILL and profile.still.coding is Coding.JPEG:
        return ".jpg"
    return f".{_safe(asset.extension[1:_LONGEST_EXTENSION])}" if asset.extension else ""


def _file_keys(stem: str, extension: str) -> set[str]:
    """What tells apart the names of an asset's files."""
    media = stem + extension
    own = (media, f"{media}.xmp", *(stem + suffix for suffix in SUFFIXES.values()))
    return {collision_key(name) for name in own}

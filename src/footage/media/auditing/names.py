"""What file names alone tell: cameras' companions, editors' leftovers, temporary files, dates, places."""

import re
from pathlib import PurePath

from footage.media.auditing.findings import Findings, quoted
from footage.model.leak import Item

TEXTS = frozenset(
    (
        *(".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".xmp", ".html", ".htm", ".css", ".vtt", ".srt"),
        *(".ttml", ".dfxp", ".log", ".yaml", ".yml", ".toml", ".nzb", ".sub", ".ass", ".ssa"),
    )
)
"""Extensions of files that are looked through as text."""

_CAMERA_COPIES = frozenset((".lrv", ".thm", ".lrf", ".glv", ".scr", ".cpf", ".moi", ".modd"))
_EDITS = frozenset((".aae", ".pp3", ".dop", ".cos", ".on1", ".cop", ".rpp", ".nksc", ".arp"))
_PLACES = frozenset((".gpx", ".kml", ".kmz", ".fit", ".nmea", ".tcx"))
_TEMPORARY = frozenset(
    (
        ".tmp",
        ".temp",
        ".part",
        ".partial",
        ".crdownload",
        ".download",
        ".swp",
        ".swo",
        ".bak",
        ".old",
        ".orig",
    )
)
_LEFT_BEHIND = frozenset(("thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r", "__macosx", "$recycle.bin"))
_COORDINATES = re.compile(r"[+-]?\d{1,2}\.\d{3,}[,_ +-]+\d{1,3}\.\d{3,}")
_UNMASKED = re.compile(r"un(masked|censored|blurred|redacted)|no[-_ ]?(mask|blur)", re.IGNORECASE)
_STAMP = re.compile(
    r"(?<!\d)(19|20)\d{2}[-_]?(0[1-9]|1[0-2])[-_]?(0[1-9]|[12]\d|3[01])[-_ T]?[012]\d[-_.]?[0-5]\d"
)


def audit_name(name: PurePath, found: Findings) -> None:
    """Note what a file's path in its folder tells."""
    last, extension = name.name, name.suffix.casefold()
    whole = last.casefold()
    if extension in _CAMERA_COPIES:
        found.leak(Item.LRV_THM_SIDECAR, f"a camera's small copy or companion of a clip ({extension})")
    elif extension in _EDITS:
        found.leak(Item.AAE_SIDECAR, f"an editor's file that tells what was done to a picture ({extension})")
    elif extension in _PLACES:
        found.leak(Item.GPS, f"a file of places ({extension})")
    hidden = any(part.startswith(".") or part.casefold() in _LEFT_BEHIND for part in name.parts)
    if hidden or extension in _TEMPORARY or whole.endswith("~") or whole.startswith("~$"):
        found.leak(Item.TEMPORARY_FILE, "a hidden or temporary file")
    if _COORDINATES.search(last):
        found.leak(Item.FILE_NAME, f"its name tells a place: {quoted(last)}")
    if _UNMASKED.search(last):
        found.leak(Item.FILE_NAME, f"its name says that it is not masked: {quoted(last)}")
    if _STAMP.search(last):
        found.trace(Item.FILE_NAME, f"its name tells a day and an hour: {quoted(last)}")

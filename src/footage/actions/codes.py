"""Code replacements of a library: its code files, and its sources."""

from collections.abc import Iterable
from pathlib import Path

from footage.catalogue import sources
from footage.errors import BadInput
from footage.formats.codes import LONGEST, read_codes
from footage.library import Library
from footage.model.codes import Codes, Expanded, Rows, expand, mentions_codes
from footage.model.facts import Facts
from footage.vault import disk_errors

FOLDER = "codes"


def expanded(library: Library, stated: Facts) -> Expanded:
    """Facts as a person typed them, their codes expanded.

    Raises:
        BadInput: a code file is too large.
    """
    return expanded_all(library, [stated])[0]


def expanded_all(library: Library, stated: Iterable[Facts]) -> list[Expanded]:
    """The same of many; the code files are read once, and only where a text may hold a code."""
    typed = list(stated)
    if not any(map(mentions_codes, typed)):
        return [Expanded(facts) for facts in typed]
    codes = library_codes(library)
    return [expand(facts, codes) for facts in typed]


def library_codes(library: Library) -> Codes:
    """All that codes stand for: the rows of ``codes/*.txt`` in the library's folder, and its sources.

    Raises:
        BadInput: a code file is too large.
    """
    listed: dict[str, Rows] = {}
    with disk_errors(library.root / FOLDER):
        for path in sorted((library.root / FOLDER).glob("*.txt")):
            if path.is_file():
                for code, rows in _read(path).items():
                    known = listed.get(code, ())
                    listed[code] = (*known, *(row for row in rows if row not in known))
    with library.reading() as connection:
        return Codes(listed, tuple(sources.everything(connection)))


def _read(path: Path) -> dict[str, Rows]:
    with path.open("rb") as file:
        content = file.read(LONGEST + 1)
    try:
        return read_codes(content)
    except BadInput as error:
        raise BadInput(f"{path}: {error.message}", error.hint) from error

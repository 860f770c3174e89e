"""Verifying: are the bytes what they were, is nothing missing, does the custody log hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from footage.catalogue import assets, custody, renditions
from footage.catalogue.opening import integrity_problems
from footage.library import Library
from footage.model.asset import Asset, Purpose, Rendition
from footage.model.progress import Progress
from footage.model.proof import proof_of
from footage.vault import ORIGINALS, RENDITIONS


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it was; ``kind`` is stable, the hint is what to type."""

    kind: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. ``leftovers`` are harmless: bytes that no row names."""

    problems: tuple[Problem, ...]
    leftovers: tuple[str, ...]
    objects: int

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(
    library: Library, numbers: Sequence[int] | None, progress: Progress, *, fast: bool = False
) -> Verified:
    """Check the vault and the catalogue; a deed that changes nothing and leaves no event.

    Args:
        numbers: only these assets' objects (None: all, and the leftovers too).
        fast: sizes and presence alone, without reading the bytes.
    """
    with library.reading() as connection:
        wanted = list(
            assets.everything(connection)
            if numbers is None
            else assets.of_numbers(connection, numbers).values()
        )
        rows = [row for asset in wanted for row in renditions.of_asset(connection, asset.number)]
        problems = [*_catalogue_problems(connection)]
        leftovers = _leftovers(library, connection) if numbers is None else ()
    total = len(wanted) + len(rows)
    for done, asset in enumerate(wanted):
        progress.step("verifying", done, total)
        problems += _original_problems(library, asset, fast)
    for done, row in enumerate(rows, len(wanted)):
        progress.step("verifying", done, total)
        problems += _rendition_problems(library, row, fast)
    return Verified(tuple(problems), leftovers, total)


def _catalogue_problems(connection: Connection) -> Iterator[Problem]:
    backup = "bring the catalogue back from a backup"
    for words in integrity_problems(connection):
        yield Problem("catalogue-damaged", f"the catalogue is damaged: {words}", backup)
    for sequence in custody.broken(connection):
        yield Problem("custody-broken", f"the custody log does not hold at event {sequence}", backup)


def _original_problems(library: Library, asset: Asset, fast: bool) -> Iterator[Problem]:
    path = library.vault.path(ORIGINALS, asset.sha256)
    what = f"the original of asset {asset.number} ({asset.name})"
    hint = "bring it back from a backup, or add the same file again"
    if asset.purged:
        if path.exists():
            yield Problem(
                "purged-present", f"{what} was purged but is there", f"footage discard {asset.number} --purge"
            )
    elif not path.is_file():
        yield Problem("original-missing", f"{what} is missing", hint)
    elif path.stat().st_size != asset.size or not (fast or library.vault.intact(path, asset.sha256)):
        yield Problem("original-damaged", f"{what} no longer has the bytes it had", hint)


def _rendition_problems(library: Library, row: Rendition, fast: bool) -> Iterator[Problem]:
    path = library.vault.path(RENDITIONS, row.sha256, row.extension)
    what = f"a rendition ({row.purpose}) of asset {row.asset}"
    if not path.is_file():
        yield Problem("rendition-missing", f"{what} is missing", "footage repair")
    elif not fast and not library.vault.intact(path, row.sha256):
        yield Problem("rendition-damaged", f"{what} no longer has the bytes it had", "footage repair")
    elif row.purpose is Purpose.MASKED and not proof_of(row.proof).ok:
        yield Problem(
            "rendition-unproven", f"{what} carries no proof that holds", f"footage blur {row.asset}"
        )


def _leftovers(library: Library, connection: Connection) -> tuple[str, ...]:
    found = [str(folder) for folder in library.vault.abandoned()]
    named = {asset.sha256 for asset in assets.everything(connection)}
    found += [str(kept.path) for kept in library.vault.objects(ORIGINALS) if kept.sha256 not in named]
    made = {row.sha256 for row in renditions.everything(connection)}
    found += [str(kept.path) for kept in library.vault.objects(RENDITIONS) if kept.sha256 not in made]
    return tuple(found)

"""Reading the custody log."""

from collections.abc import Sequence

from footage.catalogue import custody
from footage.library import Library
from footage.model.custody import Event


def history(library: Library, numbers: Sequence[int] | None) -> tuple[Event, ...]:
    """The events of some assets (None: all events), oldest first."""
    with library.reading() as connection:
        if numbers is None:
            return tuple(custody.everything(connection))
        return tuple(custody.of_assets(connection, numbers))

"""Long lists cut to what one statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

_SIZE = 500


def batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in order, at most five hundred at a time.

    >>> [len(batch) for batch in batches(range(1200))]
    [500, 500, 200]
    """
    for start in range(0, len(values), _SIZE):
        yield values[start : start + _SIZE]

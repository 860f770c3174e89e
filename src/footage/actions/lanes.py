"""Many small pieces of work, done in batches side by side, because each batch starts a sandboxed child."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_LANES = min(2, os.cpu_count() or 1)


def in_lanes(
    work: Callable[[Sequence[_Item], Event], Sequence[_Result]], items: Sequence[_Item], most: int
) -> Iterator[_Result]:
    """What comes out of the batches, in the order of the items; two are worked on at once.

    Args:
        work: gets a batch, and an event that says when nobody wants its results any more.
        most: how many items a batch has at most.

    Raises:
        Exception: what ``work`` raises; batches that have not begun are left.
    """
    size = max(1, min(most, -(-len(items) // _LANES)))
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    stopped = Event()
    pool = ThreadPoolExecutor(_LANES)
    try:
        for results in pool.map(lambda batch: work(batch, stopped), batches):
            yield from results
    finally:
        stopped.set()
        pool.shutdown(cancel_futures=True)

"""Long work that cannot say by itself how far it is: it says at least that it goes on."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

_Result = TypeVar("_Result")
_LOOK = 1.0


@dataclass(slots=True)
class Pulse:
    """Beats whenever a piece of work is done; work that hangs does not beat."""

    beats: int = 0

    def beat(self) -> None:
        """Note that a piece of work is done."""
        self.beats += 1


def paced(work: Callable[[], _Result], pulse: Pulse) -> Generator[None, None, _Result]:
    """Do some work in a thread; what comes out is a sign of life every now and then, if there is any."""
    with ThreadPoolExecutor(1) as pool:
        result, beats = pool.submit(work), pulse.beats
        while not result.done():
            wait((result,), _LOOK)
            if pulse.beats != beats:
                beats = pulse.beats
                yield
        return result.result()

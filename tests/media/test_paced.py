"""Long work says that it goes on, and only if it does."""

import threading
import time
from collections.abc import Generator

import pytest

from footage.media.proving import paced as pacing
from footage.media.proving.paced import Pulse, paced


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "_LOOK", 0.01)


def result_of(going: Generator[None, None, int]) -> tuple[int, int]:
    """How many signs of life came, and what the work gave."""
    signs = 0
    while True:
        try:
            next(going)
        except StopIteration as stop:
            return signs, int(stop.value)
        signs += 1


def test_work_that_goes_on_is_told() -> None:
    pulse = Pulse()

    def work() -> int:
        for _ in range(20):
            time.sleep(0.01)
            pulse.beat()
        return 7

    signs, result = result_of(paced(work, pulse))
    assert signs > 1
    assert result == 7


def test_work_that_hangs_is_not() -> None:
    hanging = threading.Event()
    threading.Timer(0.2, hanging.set).start()
    assert result_of(paced(lambda: int(hanging.wait()), Pulse())) == (0, 1)


def test_what_goes_wrong_is_handed_on() -> None:
    def failing() -> int:
        raise KeyError("one")

    with pytest.raises(KeyError, match="one"):
        result_of(paced(failing, Pulse()))

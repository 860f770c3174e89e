"""A progress bar on the terminal."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from footage.model.printable import printable


class Bar:
    """One line a label; finished ones go."""

    def __init__(self) -> None:
        self._bars = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._label, self._task = "", TaskID(-1)

    def __enter__(self) -> "Bar":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def step(self, label: str, done: int, total: int) -> None:
        """Move the label's bar; a new label replaces the one before."""
        if label != self._label:
            if self._label:
                self._bars.remove_task(self._task)
            self._label, self._task = label, self._bars.add_task(printable(label), total=total)
        self._bars.update(self._task, completed=done, total=total)

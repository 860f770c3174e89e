"""A progress bar on the terminal."""

from threading import Lock
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from footage.model.printable import printable


class Bar:
    """One line for each thing that is worked on; a new label replaces the one before.

    Labels of several things at once say which: ``asset 12: masking``.
    """

    def __init__(self) -> None:
        self._bars = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._shown: dict[str, tuple[str, TaskID]] = {}
        self._alone = Lock()

    def __enter__(self) -> "Bar":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def step(self, label: str, done: int, total: int) -> None:
        """Move the label's bar."""
        thing, colon, _ = label.rpartition(": ")
        with self._alone:
            before, task = self._shown.get(thing if colon else "", ("", TaskID(-1)))
            if label != before:
                if before:
                    self._bars.remove_task(task)
                task = self._bars.add_task(printable(label), total=total)
                self._shown[thing if colon else ""] = (label, task)
        self._bars.update(task, completed=done, total=total)

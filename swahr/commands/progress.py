"""What a command shows while it runs. All of it goes to stderr, so that stdout stays free."""

from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from swahr.run import Summary

_console = Console(stderr=True, highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line as it is."""
    _console.print(line, markup=False)


class _FramesASecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Render the speed of a task."""
        return Text(f"{task.speed:.1f} frames/s" if task.speed else "", style="cyan")


class VideoProgress:
    """A bar with frames, frames a second, time left and people a frame. A context manager."""

    def __init__(self, name: str, frames: int | None) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _FramesASecond(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[people]}"),
            console=_console,
        )
        self._task = self._progress.add_task(name, total=frames, people="")

    def __enter__(self) -> "VideoProgress":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    @property
    def update(self) -> Callable[[Summary], None]:
        """Takes a run's summary so far."""
        return self._update

    def _update(self, summary: Summary) -> None:
        people = f"{summary.people / summary.frames:.1f} people a frame" if summary.frames else ""
        self._progress.update(self._task, completed=summary.frames, people=people)

"""What a command shows while it runs. All of it goes to stderr, so that stdout stays free."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

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

from swahr._util.files import partial_path
from swahr._util.text import counted, printable
from swahr.commands.console import SafeConsole
from swahr.errors import BusyError, ResumeError
from swahr.run.journal import journal_path
from swahr.run.pipeline import Summary

# File names are not markup: brackets, colons and numbers in them stay as they are.
console = SafeConsole(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def say(line: str) -> None:
    """Print a line as it is; what a terminal would obey is spelt out."""
    console.print(line)


def say_summary(summary: Summary, thing: str, seconds: float) -> None:
    """Print what a run has done. thing: frame or photo."""
    unreadable = f" ({summary.unreadable} of them unreadable)" if summary.unreadable else ""
    say(
        f"{counted(summary.frames, thing)}{unreadable}, {summary.frames_with_people} with people, "
        f"{summary.people_per_frame:.1f} people per {thing}; {seconds:.1f} s, "
        f"{summary.frames / max(seconds, 1e-9):.1f} {thing}s/s"
    )
    if summary.frames and not summary.frames_with_people:
        say(
            "nobody was found: lower --threshold and --min-score show whether the network sees anything; weights that "
            "were trained for a short time find nobody yet"
        )


@contextmanager
def note_partials(output: Path, overlay: Path | None = None) -> Iterator[None]:
    """Where the run fails or is interrupted, say where the rows so far are."""
    try:
        yield
    except (BusyError, ResumeError):  # what lies there is another run's
        raise
    except BaseException:
        if output.name and partial_path(output).exists():
            say(f"swahr: the rows so far are in {partial_path(output)}")
        if overlay is not None and partial_path(overlay).exists():
            say(f"swahr: the video so far is in {partial_path(overlay)}")
        if output.name and journal_path(output).exists():
            say("swahr: the same command with --resume goes on from there")
        raise


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Render frames per second over the last half minute; the summary has that of the whole run."""
        speed = None if task.finished else task.speed
        return Text(f"{speed:.1f}/s" if speed else "", style="cyan")


class RunProgress:
    """A bar with frames done, frames per second, time left and people per frame. A context manager.

    name: what is shown before the bar. frames: how many are expected; None where it is not known. thing: what
    they are called.
    """

    def __init__(self, name: str, frames: int | None, thing: str = "frame") -> None:
        self._thing = thing
        self._expected = frames
        self._frames = 0
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            _Speed(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[people]}"),
            console=console,
        )
        self._task = self._progress.add_task(printable(name, limit=200), total=frames, people="")

    def __enter__(self) -> "RunProgress":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:  # the header's count was an estimate
            self._progress.update(self._task, total=self._frames)
        self._progress.stop()

    def update(self, summary: Summary) -> None:
        """Show a run's summary so far."""
        self._frames = summary.frames
        total = None if self._expected is None else max(self._expected, summary.frames)
        people = f"{summary.people_per_frame:.1f} people per {self._thing}"
        self._progress.update(self._task, completed=summary.frames, total=total, people=people)

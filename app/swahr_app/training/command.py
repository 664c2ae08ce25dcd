"""Runs `swahr train` as a process of its own: for looking at labels, and for the training itself."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from swahr.errors import SwahrError
from swahr_app.threads.worker import Failed, Worker

log = logging.getLogger(__name__)

END_S = 5.0  # in which a process ends that is asked to


class Command(Worker):
    """Runs the `swahr` command with arguments and passes its lines on. `stop` ends the process.

    ended: is given the exit code.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        line: Callable[[str], None],
        ended: Callable[[int], None],
        failed: Failed,
    ) -> None:
        super().__init__("command", failed)
        self._arguments, self._line, self._ended = list(arguments), line, ended
        self._process: subprocess.Popen[str] | None = None

    def stop(self) -> None:
        """End the process."""
        super().stop()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()

    def work(self) -> None:
        """Run, and read until the end."""
        environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
        try:
            self._process = subprocess.Popen(
                command_line(self._arguments),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=environment,
            )
        except OSError as error:
            raise SwahrError(
                QCoreApplication.translate("Command", "`swahr {}` cannot be started ({})").format(
                    self._arguments[0], error.strerror
                )
            ) from error
        if self.stopping:
            self._process.terminate()
        with self._process as process:
            assert process.stdout is not None
            for line in process.stdout:
                if not self.stopping:
                    self._line(line.rstrip("\n"))
            code = process.wait()
        if not self.stopping:
            self._ended(code)


class Training:
    """A training that runs in a process, which may outlive the window. folder: of the run."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self.output.open("ab") as output:
                self._process = subprocess.Popen(
                    command_line(arguments),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    stdin=subprocess.DEVNULL,
                    # Ctrl-C in the app's terminal is not meant for it.
                    start_new_session=True,
                )
        except OSError as error:
            raise SwahrError(
                QCoreApplication.translate("Command", "{}: the training cannot be started ({})").format(
                    folder, error.strerror
                )
            ) from error
        log.info("training %d started in %s", self._process.pid, folder)

    @property
    def code(self) -> int | None:
        """The exit code; None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """Ask it to end; what it saved last can be resumed."""
        if self.code is None:
            self._process.terminate()

    def join(self) -> None:
        """Wait until it has ended; one that does not is killed."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        if self.code is None:
            self._process.kill()
            self._process.wait(END_S)

    def leave(self) -> None:
        """Let it run on without the window."""
        # Python would say that a process still runs when its object is forgotten.
        self._process.returncode = self._process.returncode if self.code is not None else 0

    def said(self) -> str:
        """Return the last line that it wrote: why it ended, where it failed."""
        with suppress(OSError):
            lines = self.output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""


def command_line(arguments: Sequence[str]) -> list[str]:
    """Return how the `swahr` command of this installation is started."""
    return [sys.executable, "-m", "swahr_app.training.child", *arguments]

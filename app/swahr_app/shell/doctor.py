"""Asks the library what is installed, which takes a moment."""

from collections.abc import Callable

from swahr_app.threads.worker import Failed, Worker


class Doctor(Worker):
    """Gives the text of `swahr doctor` to `reported`."""

    def __init__(self, reported: Callable[[str], None], failed: Failed) -> None:
        super().__init__("doctor", failed)
        self._reported = reported

    def work(self) -> None:
        """Look, and pass on what was found."""
        text = doctor_text()
        if not self.stopping:
            self._reported(text)


def doctor_text() -> str:
    """Return what `swahr doctor` prints, and Qt's version."""
    from PyQt6.QtCore import QT_VERSION_STR

    from swahr.commands.doctor import report

    return "\n".join(f"{name:<14} {text}" for name, text in [*report(), ("Qt", QT_VERSION_STR)])

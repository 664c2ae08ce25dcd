"""Measures the movement of the people of a document, as corrected: what `swahr move` gives for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from swahr.config import MovementSettings, ScaleSettings
from swahr.document import Document
from swahr.errors import SwahrError
from swahr_app.state.texts import worded
from swahr_app.threads.garbage import import_once
from swahr_app.threads.worker import BEHIND, Failed, Worker

if TYPE_CHECKING:
    from swahr.movement import Movement

# Everyone, and sides as they stand: who puts them right sees in the plots what is left to do.
SETTINGS = MovementSettings(min_frames=1, swaps="leave", steps=False)


class Measuring(Worker):
    """Measures when it is asked to; what is asked meanwhile counts once.

    measured: is given the movement of everyone. unmeasured: is given why it cannot be told. Both from this thread.
    """

    niceness = BEHIND

    def __init__(
        self,
        document: Path,
        measured: Callable[["Movement"], None],
        unmeasured: Callable[[str], None],
        failed: Failed,
    ) -> None:
        super().__init__("review movement", failed)
        self._document, self._measured, self._unmeasured = document, measured, unmeasured
        self._wanted = False

    def want(self) -> None:
        """Ask for the movement of what is in the document now."""
        with self.changed:
            self._wanted = True
            self.changed.notify_all()

    def work(self) -> None:
        """Measure what is wanted, until `stop`."""
        while self._take():
            try:
                found = measured(self._document)
            except SwahrError as error:
                self._unmeasured(worded(error))
            else:
                self._measured(found)

    def _take(self) -> bool:
        with self.changed:
            while not self.stopping and not self._wanted:
                self.changed.wait()
            self._wanted = False
            return not self.stopping


def measured(path: Path, settings: MovementSettings = SETTINGS) -> "Movement":
    """Return the movement of the people of a document, with its scale and read-outs.

    Raises:
        SwahrError: It cannot be measured.
    """
    import_once("swahr.movement", "scipy.signal")
    from swahr.movement import Readout, measure

    with Document.open(path, writes=False) as document:
        recording, notes = document.recording(), document.annotations()
    scale = ScaleSettings()
    if notes.scale is not None:
        scale = ScaleSettings(line=notes.scale.line, length=notes.scale.length)
    found = measure(recording, settings, scale=scale)
    return replace(found, readouts=tuple(Readout(joints) for joints in notes.readouts))

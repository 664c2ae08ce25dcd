"""Finishes recordings that a process that was killed has left behind."""

import logging
import time
from collections.abc import Callable
from pathlib import Path

from swahr._util.files import partial_path
from swahr.errors import SwahrError
from swahr.video.lasting import finish_video
from swahr_app.live.workers.recording import OVERLAY, RAW
from swahr_app.threads.worker import Failed, Worker

log = logging.getLogger(__name__)

# A recording that runs, of another window, writes more often.
QUIET_S = 10.0
# Their lines are whole one by one.
TEXTS = (".csv", ".jsonl")


class Rescue(Worker):
    """Looks through a folder once. rescued: is given the files that were finished, if there are any."""

    def __init__(self, folder: Path, rescued: Callable[[list[Path]], None], failed: Failed) -> None:
        super().__init__("rescue", failed)
        self._folder, self._rescued = folder, rescued

    def work(self) -> None:
        """Finish what can be finished."""
        found = [path for path in self._left() if not self.stopping and finish(path)]
        if found and not self.stopping:
            self._rescued(found)

    def _left(self) -> list[Path]:
        """Return the final names of what was left by a recording."""
        left = []
        for video in self._folder.glob(f"*{partial_path(Path(OVERLAY)).suffix}"):
            path = video.with_suffix("")
            try:
                quiet = time.time() - video.stat().st_mtime > QUIET_S
            except OSError:
                continue
            if quiet and not path.exists() and (path.name.endswith((OVERLAY, RAW)) or path.suffix in TEXTS):
                left.append(path)
        return sorted(left)


def finish(path: Path) -> bool:
    """Finish the file of a recording that was cut off; return whether there was anything in it.

    Args:
        path: Its final name; what was written is beside it, under its partial name.
    """
    partial = partial_path(path)
    try:
        if path.suffix in TEXTS:
            whole = partial.read_bytes()
            lines = whole[: whole.rfind(b"\n") + 1]
            if lines != whole:
                partial.write_bytes(lines)
            partial.replace(path)
        else:
            finish_video(partial, path)
    except (SwahrError, OSError) as error:
        log.warning("%s", error)
        return False
    return True

"""Drive a window without a screen by what its keys do, until it is killed; then another one on what that left.

python window.py work|again FOLDER. FOLDER has settings.ini, data/ and clip.mp4. `work` corrects joints in the clip's
document, adds to the batch, changes a setting and records, over and over, and says what it has done, a line of JSON
each. `again` says what is there.
"""

import json
import os
import sys
import time
from pathlib import Path

from swahr_app.shell.application import clear_opencv_folders

clear_opencv_folders()

from PyQt6.QtWidgets import QApplication  # noqa: E402

from swahr.document import PlaceJoint  # noqa: E402
from swahr_app.live.workers import rescue  # noqa: E402
from swahr_app.shell.window import Window  # noqa: E402
from swahr_app.state.store import Store  # noqa: E402

WAIT_S, RECORD_S, ROUNDS = 120.0, 0.5, 3


def main() -> None:
    mode, folder = sys.argv[1], Path(sys.argv[2])
    rescue.QUIET_S = -1.0  # the process that was killed writes no more
    application = QApplication(sys.argv[:1])
    window = Window(Store(folder / "settings.ini"), folder / "data")
    told: list[str] = []
    window.state.notified.connect(lambda message: told.append(message.text))
    window.show()
    until(application, lambda: window.state.model is not None)
    window.open_review(str(folder / "clip.mp4"))
    session = window.review.session
    until(application, lambda: session.document is not None and not session.filling)
    until(application, lambda: session.picture is not None)
    if mode == "work":
        window.open(str(folder / "clip.mp4"))
        until(application, lambda: window.state.shown is not None and bool(window.state.shown.poses))
        for number in range(ROUNDS):
            work(application, window, number)
    until(application, lambda: mode == "work" or not rescuing(folder))
    assert session.document is not None
    say(applied=session.document.applied, batch=len(window.batch.list.entries), told=told)
    window.close()
    window.deleteLater()
    application.processEvents()


def work(application: QApplication, window: Window, number: int) -> None:
    """Correct, collect, set and record once, and say what is done."""
    session = window.review.session
    for joint in range(10):
        assert session.do(PlaceJoint(frame=number, place=0, joint=joint, x=1.0 + joint, y=2.0))
        assert session.document is not None
        say(applied=session.document.applied)
        application.processEvents()
    window.batch.list.add(f"{number}.mp4")
    say(batch=len(window.batch.list.entries))
    window.state.change(theme="light" if number % 2 else "dark")
    window.state.record_requested.emit(True)
    until(application, lambda: window.state.recording is not None and window.state.recording.frames > 0)
    end = time.monotonic() + RECORD_S
    until(application, lambda: time.monotonic() > end)
    window.state.record_requested.emit(False)
    until(application, lambda: window.state.recording is None)
    say(recordings=number + 1)


def rescuing(folder: Path) -> bool:
    """Return whether something of a recording can still be finished."""
    return any(path.stat().st_size > 5000 for path in (folder / "recordings").glob("*.part"))


def until(application: QApplication, holds) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > end:
            print("what was waited for did not come", file=sys.stderr, flush=True)
            os._exit(1)  # Python's own end, with threads at work, would be a fault that hides this one
        application.processEvents()
        time.sleep(0.005)


def say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()

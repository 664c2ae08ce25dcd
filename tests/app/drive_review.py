"""Drive a real window through a whole job by its keys, until it is killed; then another one on what that left.

python drive_review.py work|again|analyse SETTINGS.ini DATA_FOLDER CLIP PICTURE

`work` opens a clip, waits for the analysis, corrects a joint and an id, exports data set and CSV, then records the clip
in a loop and says so, a line of JSON each second, until it is killed. `again` opens the clip and says what is there.
`analyse` opens the clip with a network of 20 frames per second, and says how many it has seen and how many are done.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np
from drive_window import until
from slow_network import SlowNetwork

from swahr_app.shell.application import clear_opencv_folders

clear_opencv_folders()

from PyQt6.QtCore import Qt  # noqa: E402
from PyQt6.QtTest import QTest  # noqa: E402
from PyQt6.QtWidgets import QApplication  # noqa: E402

from swahr_app.live.workers import rescue  # noqa: E402
from swahr_app.shell.window import Window  # noqa: E402
from swahr_app.state.store import Store  # noqa: E402
from swahr_app.threads import estimator as estimators  # noqa: E402

FRAME = 20
RATE = 20  # frames per second of a network that is slowed down
PAGE_LIVE, PAGE_REVIEW = Qt.Key.Key_1, Qt.Key.Key_4
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def main() -> None:
    mode, (ini, data, clip, picture) = sys.argv[1], map(Path, sys.argv[2:])
    rescue.QUIET_S = -1.0  # the process that was killed writes no more
    network = SlowNetwork(data / f"seen_{os.getpid()}", RATE)
    if mode == "analyse":
        estimators.make_estimator = network
    application = QApplication(sys.argv[:1])
    window = Window(Store(ini), data)
    told: list[str] = []
    window.state.notified.connect(lambda message: told.append(message.text))
    window.show()
    window.activateWindow()
    until(application, window.isActiveWindow)
    window.open_review(str(clip))
    session = window.review.session
    if mode == "analyse":
        session.filling_changed.connect(lambda: say(seen=network.seen(), done=session.filled))
    until(application, lambda: session.document is not None and not session.filling)
    until(application, lambda: session.picture is not None)
    if mode == "work":
        correct(application, window, told)
        application.primaryScreen().grabWindow(window.winId()).save(str(picture))
        record(application, window, clip)
    elif mode == "again":
        until(application, lambda: any("finished" in text for text in told))
    say(frames=session.frame_count, applied=session.document.applied, told=told)
    window.close()
    window.deleteLater()
    application.processEvents()


def correct(application, window, told) -> None:
    """Correct a joint and an id by keys, and export both."""
    session = window.review.session

    def key(code, modifier=Qt.KeyboardModifier.NoModifier):
        QTest.keyClick(QApplication.focusWidget() or window, code, modifier)
        application.processEvents()

    for _ in range(FRAME):
        key(Qt.Key.Key_Right)
    key(Qt.Key.Key_Period)
    joint = int(np.flatnonzero(session.poses[session.row].found)[0])
    while session.joint != joint:
        key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Down, ALT)
    key(Qt.Key.Key_C)
    for code, written in ((Qt.Key.Key_E, "_corrected.csv"), (Qt.Key.Key_D, "_labels")):
        key(code, CTRL)
        until(application, lambda written=written: any(written in text for text in told))


def record(application, window, clip) -> None:
    """Record the clip in a loop, and say each second how many frames."""
    window.open(str(clip))
    until(application, lambda: window.state.shown is not None and bool(window.state.shown.poses))
    QTest.keyClick(window, Qt.Key.Key_R)
    until(application, lambda: window.state.recording is not None)
    said = 0
    while True:
        application.processEvents()
        time.sleep(0.005)
        if window.state.recording.seconds >= said + 1:
            said += 1
            say(recorded=window.state.recording.frames)


def say(**facts) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()

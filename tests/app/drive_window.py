"""Drive a real window: open a clip by the menu, wait for skeletons, record two seconds, close. Prints what happened.

python drive_window.py SETTINGS.ini DATA_FOLDER CLIP PICTURE
"""

import faulthandler
import inspect
import json
import os
import sys
import threading
import time
from pathlib import Path

from swahr_app.shell.application import clear_opencv_folders

clear_opencv_folders()

from PyQt6.QtCore import Qt, QTimer  # noqa: E402
from PyQt6.QtTest import QTest  # noqa: E402
from PyQt6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit  # noqa: E402

from swahr_app.shell.window import Window  # noqa: E402
from swahr_app.state.store import Store  # noqa: E402

WAIT_S, RECORD_S = 90.0, 2.0


def main() -> None:
    ini, data, clip, picture = map(Path, sys.argv[1:])
    application = QApplication(sys.argv[:1])
    window = Window(Store(ini), data)
    messages = []
    window.state.notified.connect(messages.append)
    window.show()
    window.activateWindow()
    until(application, window.isActiveWindow)

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            timer.stop()
            line, buttons = dialog.findChild(QLineEdit), dialog.findChild(QDialogButtonBox)
            assert line is not None
            assert buttons is not None
            line.setText(str(clip))
            open_button = buttons.button(QDialogButtonBox.StandardButton.Open)
            assert open_button is not None
            open_button.click()

    timer = QTimer()
    timer.timeout.connect(choose)
    timer.start(100)
    window.actions_.by_name["open_file"].trigger()
    until(application, lambda: window.state.shown is not None and bool(window.state.shown.poses))
    # There is no window manager to hand the keyboard back when the dialog has gone.
    window.activateWindow()
    until(application, window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_R)
    until(application, lambda: window.state.recording is not None and window.state.recording.frames > 0)
    end = time.monotonic() + RECORD_S
    until(application, lambda: time.monotonic() > end)
    screen = application.primaryScreen()
    assert screen is not None
    screen.grabWindow(window.winId()).save(str(picture))
    QTest.keyClick(window, Qt.Key.Key_R)
    until(application, lambda: any(message.path for message in messages))
    window.close()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(("swahr", "live"))]
    print(
        json.dumps({"told": [message.text for message in messages], "left": left, "size": [window.width()]})
    )
    window.deleteLater()
    application.processEvents()


def until(application, holds) -> None:
    end = time.monotonic() + WAIT_S
    while not holds():
        if time.monotonic() > end:
            # Python's own end, with threads at work behind a window that stays, would be a fault that hides this one.
            print("what was waited for did not come:", inspect.getsource(holds), file=sys.stderr, flush=True)
            faulthandler.dump_traceback(all_threads=True)
            os._exit(1)
        application.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    main()

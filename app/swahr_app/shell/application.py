"""From the command to the window, and back."""

import os
import signal
import sys
from collections.abc import Sequence

from swahr_app.threads.turns import let_the_window_in

# OpenCV's wheels point Qt at plugins and fonts of their own, with which PyQt's windows do not start.
OPENCV_FOLDERS = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
TICK_MS = 200


def clear_opencv_folders() -> None:
    """Forget where OpenCV wants Qt to look; before the first QApplication, and after OpenCV is imported."""
    import cv2

    del cv2
    for name in OPENCV_FOLDERS:
        os.environ.pop(name, None)


def quicken_switches() -> None:
    """Let the window's thread have its turn soon while others work; before the first QApplication.

    Qt paints large areas with threads of its own, and waits for them: they would have to wait for a core behind the
    network's.
    """
    let_the_window_in()
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")


def run(sources: Sequence[str] = (), model: str = "") -> int:
    """Show the window until it is closed; return the exit code. sources: what to open at once. model: what to run."""
    clear_opencv_folders()
    quicken_switches()
    import logging

    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    from swahr_app.shell.log import start_log
    from swahr_app.shell.translation import FOLDER, install_translations
    from swahr_app.shell.window import Window
    from swahr_app.state.store import Store, data_folder

    application = QApplication(sys.argv[:1])
    application.setApplicationName("swahr")
    application.setApplicationDisplayName("Swahr")
    application.setDesktopFileName("swahr")
    handler = start_log(data_folder() / "swahr.log")
    install_translations(application, [data_folder() / "translations", FOLDER])
    store = Store()
    if model:
        settings = store.load()
        store.save(settings.changed(network=settings.network.changed(model=model)))
    window = Window(store, data_folder())
    # Python sees Ctrl-C in the terminal only when its code runs.
    before = signal.signal(signal.SIGINT, lambda *_: window.close() and None)

    def terminate(*_: object) -> None:
        window.end()
        application.quit()

    terminated = signal.signal(signal.SIGTERM, terminate)
    tick = QTimer()
    tick.timeout.connect(lambda: None)
    tick.start(TICK_MS)
    window.show()
    for number, source in enumerate(sources):
        window.open(source, beside=number > 0)
    try:
        return application.exec()
    finally:
        tick.stop()
        window.end()
        window.deleteLater()
        application.processEvents()
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, terminated)
        logging.getLogger().removeHandler(handler)
        handler.close()

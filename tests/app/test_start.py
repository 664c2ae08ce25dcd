"""The window is there before what takes long is imported."""

import os
import subprocess
import sys

# The program ends as the first window is painted.
CODE = """
import os, sys
import swahr_app.shell.application as application
from swahr_app.shell.window import Window
before = Window.paintEvent
def paint(window, event):
    before(window, event)
    print(*(name for name in ("torch", "scipy", "onnxruntime", "openvino") if name in sys.modules), flush=True)
    os._exit(0)
Window.paintEvent = paint
application.run()
"""


# The network is loaded by C++ that never ends, the window is closed, and nobody waits long for it.
LEFT_BEHIND = """
import threading
import numpy as np
from PyQt6.QtCore import QTimer
import swahr_app.live.controller as controller
import swahr_app.shell.window as windows
from swahr_app.command import app
from swahr import _native
def load(_, images=np.zeros((200, 200, 200, 3), np.float32)):
    loading.set()
    while True:
        _native.nhwc_to_nchw(images)
class Window(windows.Window):
    def __init__(self, *arguments):
        super().__init__(*arguments, load=load)
        self.look = QTimer()
        self.look.timeout.connect(lambda: self.close() if loading.is_set() else None)
        self.look.start(10)
loading, controller.JOIN_S, windows.Window = threading.Event(), 0.05, Window
app()
"""


def test_a_thread_that_is_left_behind_does_not_abort_the_process(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LEFT_BEHIND], env={**os.environ}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "swahr loader does not end" in next(tmp_path.rglob("swahr.log")).read_text()


def test_the_window_is_painted_before_torch_is_imported():
    done = subprocess.run(
        [sys.executable, "-c", CODE], env={**os.environ}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


def test_the_command_names_the_libraries_that_qt_misses(call, monkeypatch):
    monkeypatch.setattr("swahr_app.command.missing_libraries", lambda _: ["libxcb-cursor.so.0"])
    result = call("app")
    assert result.code == 2
    assert "apt-get install libxcb-cursor0" in result.errors


# A window that nobody touches ends by a signal, which Python sees only where some of its code runs.
IDLE = """
import os, signal, threading, time
import swahr_app.shell.application as application
from swahr_app.shell.window import Window
painted, paint = threading.Event(), Window.paintEvent
def noted(window, event):
    paint(window, event)
    painted.set()
Window.paintEvent = noted
def end():
    assert painted.wait(60)
    time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=end, daemon=True).start()
raise SystemExit(application.run())
"""


def test_an_idle_window_ends_by_a_signal():
    done = subprocess.run(
        [sys.executable, "-c", IDLE], env={**os.environ}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr

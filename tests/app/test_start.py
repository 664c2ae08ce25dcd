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

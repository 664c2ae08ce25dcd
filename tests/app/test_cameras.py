"""The cameras of this machine are looked for while other threads work."""

import json
import os
import subprocess
import sys

# What Qt says is heard in Python, as by the app's log, and whether QtMultimedia was loaded by then.
CODE = """
import json, sys
from PyQt6.QtCore import qInstallMessageHandler, qWarning
from PyQt6.QtWidgets import QApplication
application = QApplication([])
said = []
qInstallMessageHandler(lambda _, where, text: said.append((text, "PyQt6.QtMultimedia" in sys.modules)))
from swahr_app.live.cameras import find_cameras
find_cameras()
qWarning("and now")
print(json.dumps(said))
"""


def test_python_hears_nothing_of_qt_while_its_library_is_loaded_and_all_of_it_afterwards():
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert all(loaded for _, loaded in said), "its lock is held meanwhile, for which other threads may wait"
    assert said[-1][0] == "and now"

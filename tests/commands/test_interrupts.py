"""Ctrl-C has one way to end: exit code 130 and one line, however early it comes, and however often."""

import signal
import subprocess
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize("module", ["typer", "pydantic.fields", "swahr.commands.help"])
def test_an_interrupt_while_it_is_loaded_ends_in_one_line(module):
    program = f"""
import builtins, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
real = builtins.__import__
def load(name, *rest, **more):
    found = real(name, *rest, **more)
    if {module!r} in sys.modules and not load.sent:
        load.sent = True
        os.kill(os.getpid(), signal.SIGINT)
    return found
load.sent = False
sys.argv = ["swahr", "doctor"]
from swahr.__main__ import main
builtins.__import__ = load
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "swahr: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_a_second_interrupt_while_it_ends_is_no_traceback():
    program = """
import atexit, os, signal, sys
import swahr.commands.main as commands
def interrupted():
    atexit.register(os.kill, os.getpid(), signal.SIGINT)
    raise KeyboardInterrupt
commands.main = interrupted
from swahr.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == "swahr: interrupted\n"
    assert done.returncode in (130, -signal.SIGINT)


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
@pytest.mark.parametrize(
    "work",
    [
        "from swahr import _native; a = np.random.default_rng(0).random((900, 900));"
        "work = lambda: _native.solve_assignment(a)",
        "import torch; a = torch.rand(1500, 1500); work = lambda: torch.mm(a, a)",
    ],
    ids=["our native code", "torch"],
)
def test_threads_that_still_work_do_not_abort_what_was_interrupted(work):
    program = f"""
import threading, time
import numpy as np
{work}
import swahr.commands.main as commands
def interrupted():
    threading.Thread(target=lambda: [work() for _ in range(1000)], daemon=True).start()
    time.sleep(0.3)
    raise KeyboardInterrupt
commands.main = interrupted
from swahr.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (130, "swahr: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_a_program_may_end_while_a_thread_of_it_is_in_native_code():
    program = """
import threading, time
import numpy as np
from swahr import _native
costs = np.random.default_rng(0).random((900, 900))
threading.Thread(target=lambda: [_native.solve_assignment(costs) for _ in range(1000)], daemon=True).start()
time.sleep(0.3)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")

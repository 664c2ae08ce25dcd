"""Be the `swahr` command in a forked process. Run by its path, with what `GIVEN` names."""

import os
import resource
import runpy
import signal
import sys
from pathlib import Path
from typing import Any

GIVEN = ("arguments", "folder", "said", "limits", "eager", "environment", "entries", "program")
given: dict[str, Any] = {name: globals()[name] for name in GIVEN}

os.setsid()
os.chdir(given["folder"])
os.environ.update(given["environment"])
signal.signal(signal.SIGINT, signal.default_int_handler)
said = os.open(given["said"], os.O_WRONLY)
for output in (1, 2):
    os.dup2(said, output)
for kind, most in given["limits"].items():
    if kind == resource.RLIMIT_AS:  # beyond what it has
        most += int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(kind, (most, most))
sys.argv = ["swahr", *given["arguments"]]

from swahr.__main__ import main  # noqa: E402 - after its limits

if given["eager"]:
    import swahr.run.process

    swahr.run.process.JOURNAL_S = 0
if given["entries"]:
    from swahr.run.journal import Journal

    left, write = [given["entries"]], Journal.write

    def write_and_end(journal: Journal, progress: Any) -> None:
        write(journal, progress)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    Journal.write = write_and_end  # type: ignore[method-assign]

if given["program"]:
    sys.argv = [given["program"], *given["arguments"]]
    runpy.run_path(given["program"], run_name="__main__")
else:
    main()

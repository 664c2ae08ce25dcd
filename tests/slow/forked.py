"""Be the `swahr` command in a forked process. Run by its path, with arguments, folder, limits and eager given."""

import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

given: dict[str, Any] = {name: globals()[name] for name in ("arguments", "folder", "limits", "eager")}

os.setsid()
os.chdir(given["folder"])
signal.signal(signal.SIGINT, signal.default_int_handler)
said = os.open(".said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
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

main()

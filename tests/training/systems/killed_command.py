"""The `swahr` command in a process of its own, which may be killed in the midst of a step of the optimiser."""

import os
import signal
import sys

from torch.optim.optimizer import register_optimizer_step_pre_hook


def run(arguments, output, killed_in_step=None):
    """Run a command, what it says written to a file; with `killed_in_step`, as kill -9 would end it there."""
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    steps = 0

    def kill(*_):
        nonlocal steps
        steps += 1
        if steps == killed_in_step:
            os.kill(os.getpid(), signal.SIGKILL)

    register_optimizer_step_pre_hook(kill)
    sys.argv = ["swahr", *map(str, arguments)]
    from swahr.commands.main import main

    main()

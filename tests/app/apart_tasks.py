"""Tasks for another process; they are found there by their names."""

import logging
import os
import signal
import time
from dataclasses import dataclass

from swahr.errors import Hint, SwahrError


@dataclass(frozen=True)
class Counts:
    """Says its process, logs a line, and counts."""

    to: int

    def __call__(self, say, stopping):
        logging.getLogger("swahr.of.a.task").warning("from %s", "there")
        say("process", os.getpid(), os.getpriority(os.PRIO_PROCESS, 0))
        for number in range(self.to):
            say("number", number)


def refuses(say, stopping):
    raise SwahrError("there is no such thing", hints=[Hint("overwrite", True)])


def is_wrong(say, stopping):
    return 1 / 0


def dies(say, stopping):
    say("alive")
    os.kill(os.getpid(), signal.SIGKILL)


def talks_on(say, stopping):
    while not stopping():
        say("more")
        time.sleep(0.001)
    say("stopped")


def goes_on(say, stopping):
    say("begun")
    while not stopping():
        time.sleep(0.01)
    say("stopped")

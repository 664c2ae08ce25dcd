"""Messages that may be lost: where standard error cannot be written, what the command does goes on."""

import sys
from contextlib import suppress
from typing import Any, TextIO


class Losable:
    """A text stream whose writes may fail, as those into a file on a full disk do: the text is lost then."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, or lose it."""
        with suppress(OSError, ValueError):  # ValueError: it is closed
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is still held, or lose it."""
        with suppress(OSError, ValueError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def lose_what_cannot_be_said() -> None:
    """Let messages be lost, for the rest of the process, where standard error cannot be written."""
    if sys.stderr is not None:  # as in a program without a console
        sys.stderr = Losable(sys.stderr)

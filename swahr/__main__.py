"""`swahr` and `python -m swahr`: the command, in which Ctrl-C has one way to end from the first moment on."""

import signal
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; an interrupt while it is being loaded ends it as any later one does."""
    try:
        from swahr.commands.messages import lose_what_cannot_be_said

        lose_what_cannot_be_said()
        from swahr.commands.main import main as run

        run()
    except KeyboardInterrupt:
        _end_at_once_next_time()
        print("swahr: interrupted", file=sys.stderr)
        _end_beneath_threads()
        sys.exit(INTERRUPTED)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _end_at_once_next_time()
            _end_beneath_threads()
        raise


def _end_at_once_next_time() -> None:
    """Let a second Ctrl-C end what is still being taken down; all files are closed by now."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _end_beneath_threads() -> None:
    """End the process where threads still work, as after a second Ctrl-C.

    Other libraries' native code, from which they come back to a Python that is being taken down, would abort it.
    """
    import os
    import threading
    from contextlib import suppress

    if threading.active_count() > 1:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()

"""`swahr` and `python -m swahr`: the command, in which Ctrl-C has one way to end from the first moment on."""

import signal
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line; an interrupt while it is being loaded ends it as any later one does."""
    try:
        from swahr.commands.main import main as run

        run()
    except KeyboardInterrupt:
        _end_at_once_next_time()
        print("swahr: interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _end_at_once_next_time()
        raise


def _end_at_once_next_time() -> None:
    """Let a second Ctrl-C end what is still being taken down; all files are closed by now."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    main()

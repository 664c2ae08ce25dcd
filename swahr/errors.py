"""The one exception that means "the input is at fault, and the message says what to do"; and words for others."""


class SwahrError(Exception):
    """Something the user can mend: a missing file, a wrong checkpoint, a full disk.

    The message is one line and says what was received, what was expected and what to do.
    The command line prints it alone and exits with 2; anything else that escapes is a bug of ours.
    """


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its name where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def fault_of_ours(error: BaseException, source: str) -> str:
    """Return a line about an error that nobody expected, met in the work on `source`."""
    return f"{source}: {type(error).__name__}: {error} (a fault of swahr; please report it)"

"""The one exception that means "the input is at fault, and the message says what to do"."""


class SwahrError(Exception):
    """Something the user can mend: a missing file, a wrong checkpoint, a full disk.

    The message is one line and says what was received, what was expected and what to do.
    The command line prints it alone and exits with 2; anything else that escapes is a bug of ours.
    """

"""The output of a command, which may stand behind its inputs or behind `--output`."""

from pathlib import Path

from swahr.errors import Hint, SettingError


def given_output(argument: Path | None, option: Path | None, what: str = "file") -> Path:
    """Return the output, however it was given.

    Args:
        argument: The one behind the inputs.
        option: That of `--output`.
        what: It is.

    Raises:
        SettingError: It was not given, or in both ways.

    >>> given_output(None, Path("a.csv")).name
    'a.csv'
    >>> given_output(Path("b.csv"), Path("a.csv"))
    Traceback (most recent call last):
        ...
    swahr.errors.SettingError: two outputs, b.csv and a.csv; expected one
    """
    if argument is not None and option is not None:
        raise SettingError(f"two outputs, {argument} and {option}; expected one")
    given = option if argument is None else argument
    if given is None:
        raise SettingError(f"no output; expected the name of a {what} to write", hints=[Hint("output")])
    return given

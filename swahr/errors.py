"""One tree of errors: what happened, a code for programs, and hints that each front end words in its own way.

SwahrError              something the user can mend
├── SettingError        a setting that makes no sense, or two that do not go together
├── MissingError        a file, folder, device or optional package that is not there
├── UnreadableError     content that is damaged, or of another kind than expected
└── OutputError         an output that cannot be written, or must not be
    ├── OutputExistsError   ... because it is there already
    └── BusyError           ... because another run is at it
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

# Of a hint: the user has to choose the value.
ASK: Any = ...


@dataclass(frozen=True)
class Hint:
    """One thing that would help: a setting, by its name in `swahr.config`, and the value to give it.

    value: True and False turn it on and off; None leaves it out; ASK is for the user to choose.
    """

    setting: str
    value: Any = ASK

    def __str__(self) -> str:
        """Word it for a Python program, which is the front end that shows errors as they are."""
        return f"{self.setting}=..." if self.value is ASK else f"{self.setting}={self.value!r}"


class SwahrError(Exception):
    """Something the user can mend: a missing file, a wrong checkpoint, a full disk.

    message: one line that says what was received, what was expected and what to do, without the words of any front
    end. hints: settings that would help, each by itself; a front end words them. code: what programs go by.
    The command line prints it in one line and exits with 2; anything else that escapes is a bug of ours.

    >>> error = SwahrError("out.csv exists; choose another name", hints=[Hint("overwrite", True)])
    >>> print(error)
    out.csv exists; choose another name, or overwrite=True
    >>> print(error.worded(lambda hint: f"add --{hint.setting}"))
    out.csv exists; choose another name, or add --overwrite
    """

    code: ClassVar[str] = "input"

    def __init__(self, message: str, *, hints: "list[Hint] | tuple[Hint, ...]" = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hints = tuple(hints)

    def __str__(self) -> str:
        return self.worded(str)

    def __reduce__(self) -> tuple[Any, ...]:
        """Keep the hints on the way from another process."""
        return _again, (type(self), self.message, self.hints, self.__dict__)

    def worded(self, word: Callable[[Hint], str]) -> str:
        """Return the message and what would help, each hint as `word` says it."""
        if not self.hints:
            return self.message
        joint = ", or " if ";" in self.message else "; "
        return self.message + joint + " or ".join(word(hint) for hint in self.hints)


def _again(
    kind: type[SwahrError], message: str, hints: tuple[Hint, ...], state: dict[str, Any]
) -> SwahrError:
    error = kind.__new__(kind)
    SwahrError.__init__(error, message, hints=hints)
    error.__dict__.update(state)
    return error


class SettingError(SwahrError):
    """A setting that makes no sense, or two that do not go together."""

    code = "setting"


class MissingError(SwahrError):
    """A file, folder, device or optional package that is not there."""

    code = "missing"


class UnreadableError(SwahrError):
    """Content that is damaged, or of another kind than expected."""

    code = "unreadable"


class OutputError(SwahrError):
    """An output that cannot be written, or must not be."""

    code = "output"


class OutputExistsError(OutputError):
    """An output that is there already."""

    code = "exists"


class BusyError(OutputError):
    """Another run writes the same file: what is there under its names is that run's."""

    code = "busy"


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its name where it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def unexpected(error: BaseException, source: str) -> str:
    """Return a line about an error that nobody expected, met in the work on `source`."""
    return f"{source}: {type(error).__name__}: {error} (a fault of swahr; please report it)"

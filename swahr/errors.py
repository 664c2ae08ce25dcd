"""One tree of errors: what happened, a code for programs, and hints that each front end words in its own way.

SwahrError              something the user can mend
├── SettingError        a setting that makes no sense, or two that do not go together
├── MissingError        a file, folder, device or optional package that is not there
├── UnreadableError     content that is damaged, or of another kind than expected
└── OutputError         an output that cannot be written, or must not be
    ├── OutputExistsError   ... because it is there already
    ├── BusyError           ... because another run is at it
    └── ResumeError         ... because what is there cannot be gone on with
(FaultError              a fault of ours, where the others of a list go on)
"""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from swahr._util.text import printable

if TYPE_CHECKING:
    from typing_extensions import Self

E = TypeVar("E", bound="SwahrError")

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


@dataclass(frozen=True)
class Step(Hint):
    """Something else to do: a command of this package by its name, such as "weights fetch", and what it is given.

    setting: the command. value: what it takes, one argument or several; None where the user knows.
    """

    value: str | Path | tuple[str | Path, ...] | None = None

    @property
    def command(self) -> str:
        """The whole command, as a shell takes it."""
        given = self.value if isinstance(self.value, tuple) else () if self.value is None else (self.value,)
        return printable(shlex.join(["swahr", *self.setting.split(), *map(str, given)]))

    def __str__(self) -> str:
        return f"use `{self.command}`"


@dataclass(frozen=True)
class Note:
    """A line that a user should read and that ends nothing: words and hints as an error has them."""

    message: str
    hints: tuple[Hint, ...] = ()

    def __post_init__(self) -> None:
        """Make it one line that a terminal shows and does not obey, as that of an error."""
        object.__setattr__(self, "message", printable(self.message))

    def __str__(self) -> str:
        return self.worded(str)

    def worded(self, word: Callable[[Hint], str]) -> str:
        """Return the message and what would help, each hint as `word` says it."""
        return _worded(self.message, self.hints, word)


def _worded(message: str, hints: tuple[Hint, ...], word: Callable[[Hint], str]) -> str:
    if not hints:
        return message
    joint = ", or " if ";" in message else "; "
    return message + joint + " or ".join(word(hint) for hint in hints)


class SwahrError(Exception):
    """Something the user can mend: a missing file, a wrong checkpoint, a full disk.

    message: one line that says what was received, what was expected and what to do, without the words of any front
    end; what a terminal would obey is spelt out, passwords are hidden, and the middle of a very long one is left
    out. hints: settings that would help, each by itself; a front end words them. code: what programs go by.
    The command line prints it in one line and exits with 2; anything else that escapes is a bug of ours.

    >>> error = SwahrError("out.csv exists; choose another name", hints=[Hint("overwrite", True)])
    >>> print(error)
    out.csv exists; choose another name, or overwrite=True
    >>> print(error.worded(lambda hint: f"tick {hint.setting}"))
    out.csv exists; choose another name, or tick overwrite
    """

    code: ClassVar[str] = "input"

    def __init__(self, message: str, *, hints: "list[Hint] | tuple[Hint, ...]" = ()) -> None:
        message = printable(message)
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
        return _worded(self.message, self.hints, word)

    def at(self, place: object) -> "Self":
        """Return this error as one about a place, a file say: class, hints and all else stay.

        >>> raise UnreadableError("it is empty", hints=[Hint("skeleton")]).at("a.csv")
        Traceback (most recent call last):
            ...
        swahr.errors.UnreadableError: a.csv: it is empty; skeleton=...
        """
        return _again(type(self), f"{place}: {self.message}", self.hints, self.__dict__)


def _again(kind: type[E], message: str, hints: tuple[Hint, ...], state: dict[str, Any]) -> E:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    SwahrError.__init__(error, message, hints=hints)
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


class ResumeError(OutputError):
    """What an interrupted run left cannot be gone on with: it is another run's, damaged, or no longer there."""

    code = "resume"


class FaultError(SwahrError):
    """A fault of ours, met in the work on one of several things; it stands among what became of them."""

    code = "fault"


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or its name where it has none."""
    lines = str(error).strip().splitlines()
    return printable(lines[0]) if lines else type(error).__name__


def unexpected(error: BaseException, source: str) -> str:
    """Return a line about an error that nobody expected, met in the work on `source`."""
    return printable(f"{source}: {type(error).__name__}: {error} (a fault of swahr; please report it)")

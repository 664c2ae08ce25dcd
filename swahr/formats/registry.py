"""The door of formats: all of them by name, by the endings of names and by what a file begins with."""

from pathlib import Path
from typing import TypeVar

from swahr._util.reading import open_text
from swahr._util.registry import Modules, Registry, require_complete
from swahr.document.schema import is_document
from swahr.errors import Hint, MissingError, SettingError, UnreadableError
from swahr.formats.format import Format

F = TypeVar("F", bound=type[Format])

FIRST_LINE = 4096  # characters of it that are looked at

FORMATS: Registry[Format] = Registry("format", Modules("swahr.formats"))


def register_format(kind: F) -> F:
    """Make a format known, as a decorator of its class.

    Raises:
        SettingError: another format has its name, or the class lacks methods.
    """
    require_complete("format", kind)
    FORMATS.register(kind.name, kind())
    return kind


def find_format(name: str) -> Format:
    """Return a format by its name.

    >>> find_format("dlc").suffix
    '_dlc.csv'

    Raises:
        SettingError: there is none; the message names all there are.
    """
    return FORMATS.find(name)


def format_by_name(path: str | Path) -> Format:
    """Return the format that an output's name stands for: the one with the longest ending that fits.

    >>> format_by_name("clip_dlc.csv").name, format_by_name("clip.csv").name
    ('dlc', 'csv')

    Raises:
        SettingError: the name says nothing.
    """
    name = Path(path).name.lower()
    endings = {ending: known for known in FORMATS for ending in known.all_endings}
    for ending in sorted(endings, key=len, reverse=True):
        if name.endswith(ending):
            return endings[ending]
    raise SettingError(
        f"{path}: the name tells no format; expected one that ends in {', '.join(endings)}",
        hints=[Hint("format")],
    )


def format_by_content(path: str | Path) -> Format:
    """Return the format of a file or folder that is there, by what it begins with.

    Raises:
        MissingError: it cannot be read.
        UnreadableError: it is of none of them.
    """
    path = Path(path)
    try:
        # A document may be open here, and then is read by SQLite alone.
        line = "" if path.is_dir() or is_document(path) else _first_line(path)
    except OSError as error:
        raise MissingError(f"{path} cannot be read ({error.strerror})") from error
    fitting = [known for known in FORMATS if known.recognises(path, line)]
    if fitting:  # one from outside comes before ours, of which it may be a special kind
        return min(fitting, key=lambda known: type(known).__module__.startswith("swahr."))
    raise UnreadableError(
        f"{path}: none of the formats {', '.join(FORMATS.names())}, as far as its beginning tells"
    )


def _first_line(path: Path) -> str:
    try:
        with open_text(path) as file:
            return file.readline(FIRST_LINE).rstrip("\n")
    except UnicodeDecodeError:  # no text; a format may go by the name
        return ""

"""Files from elsewhere, read within limits, which stand here and nowhere else.

What is no regular file is not opened: a pipe would be waited for, a device read without end. What is larger, deeper or
of larger numbers than any true file raises the errors that a damaged one does: OSError of the file itself, ValueError
of what it holds, so that whoever reads knows no others.
"""

import csv
import errno
import json
import re
import stat
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from yaml import MarkedYAMLError

MAX_TEXT_BYTES = 1 << 30  # of a text that is read as a whole
MAX_LEVELS = 200  # of lists and mappings in one another
MAX_WHOLE = (1 << 63) - 1  # what numpy, pandas and databases hold
MAX_DIGITS = 100  # of a whole number with signs, underscores and leading zeros
MAX_LISTS = 10_000_000  # and mappings in a file, those that aliases repeat counted anew


def check_regular(path: Path) -> None:
    """Raise OSError for what is no regular file: a pipe, a device, a socket, a folder, or nothing."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device; expected a file", str(path))


def open_text(path: Path, newline: str | None = None) -> IO[str]:
    """Open a text in UTF-8, with or without a byte order mark. Raises OSError."""
    check_regular(path)
    return path.open(newline=newline, encoding="utf-8-sig")


def read_text(path: Path) -> str:
    """Return a text in UTF-8. Raises OSError, and ValueError where it is none."""
    return read_bytes(path).decode("utf-8-sig")


def read_bytes(path: Path) -> bytes:
    """Return all of a file. Raises OSError, for one that is too large too."""
    check_regular(path)
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise OSError(errno.EFBIG, f"it has more than {MAX_TEXT_BYTES >> 20} MB", str(path))
    return path.read_bytes()


def parse_json(text: str | bytes) -> Any:
    """Return the content of a JSON text.

    Raises:
        ValueError: It is none, is too deep, or holds a whole number beyond 64 bits.

    >>> parse_json('{"frame": 3}')
    {'frame': 3}
    >>> parse_json("[" * 10_000 + "]" * 10_000)
    Traceback (most recent call last):
        ...
    ValueError: lists and mappings stand in one another more than 200 levels deep
    """
    try:
        content = json.loads(text, parse_int=_whole)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    check_plain(content)
    _check_whole_characters(text if isinstance(text, str) else text.decode("utf-8", "replace"), content)
    return content


def parse_numbers(text: str, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Return lists of lists of numbers, of which there may be any count, as an array; null is NaN.

    Raises:
        ValueError: They are not of this shape, or something else than numbers.

    >>> parse_numbers("[[1, null]]", (1, 2)).tolist()
    [[1.0, nan]]
    """
    try:
        values = json.loads(text, parse_int=float)
        if shape[0] == 0 and not values:
            return np.zeros(shape, np.float32)
        found = np.asarray(values, np.float64)
    except (RecursionError, TypeError) as error:
        raise ValueError(f"expected numbers ({error})") from None
    if found.shape != shape:
        raise ValueError(f"it holds numbers of the shape {found.shape}; expected {shape}")
    with np.errstate(over="ignore"):  # beyond single precision is infinity
        return found.astype(np.float32)


def read_json(path: Path) -> Any:
    """Return the content of a JSON file. Raises OSError, and ValueError as `parse_json` does."""
    return parse_json(read_text(path))


def parse_yaml(text: str) -> Any:
    """Return the content of a YAML text.

    Raises:
        ValueError: It is none, is too deep, holds itself, more values than it says, or a date that cannot be.
    """
    import yaml

    try:
        content = yaml.load(text, _yaml_loader())
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    except yaml.MarkedYAMLError as error:
        raise ValueError(_said_of_yaml(error)) from error
    except (yaml.YAMLError, OverflowError, TypeError) as error:
        raise ValueError(" ".join(str(error).split())) from error
    check_plain(content)
    _check_whole_characters(text, content)
    return content


def _said_of_yaml(error: "MarkedYAMLError") -> str:
    """Return what is wrong and where, in one line, without the names of the parser's own parts."""
    mark, began = error.problem_mark, error.context_mark
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    said = " ".join((error.problem or error.context or "not to be read").split())
    if error.problem and error.context and began and (mark is None or began.line != mark.line):
        said += f" ({error.context}, which begins in line {began.line + 1})"
    return place + said


@cache
def _yaml_loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Plain values alone, and whole numbers of 64 bits."""

        def construct_whole(self, node: Any) -> int:
            if len(node.value) > MAX_DIGITS:
                raise ValueError(_TOO_LONG)
            return _within(self.construct_yaml_int(node))

    Loader.add_constructor("tag:yaml.org,2002:int", Loader.construct_whole)
    return Loader


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. Raises OSError, and ValueError as `parse_yaml` does."""
    return parse_yaml(read_text(path))


class CsvRows:
    """The rows of a CSV, of which `line_num` are read. Raises ValueError for a field that no table has."""

    def __init__(self, lines: Iterable[str], delimiter: str = ",") -> None:
        self._rows = csv.reader(lines, delimiter=delimiter)

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        try:
            return next(self._rows)
        except csv.Error as error:
            raise ValueError(str(error)) from error

    @property
    def line_num(self) -> int:
        """Lines read so far."""
        return self._rows.line_num


def check_plain(content: Any) -> None:
    """Raise ValueError for plain values that are too deep, hold themselves, or more than they say."""
    seen, inner = 0, [content]
    for _ in range(MAX_LEVELS + 1):
        found = (
            each
            for one in inner
            if isinstance(one, list | dict)
            for each in (one.values() if isinstance(one, dict) else one)
            if type(each) not in _LEAVES
        )
        inner = list(islice(found, MAX_LISTS + 1))
        seen += len(inner)
        if not inner:
            return
        if seen > MAX_LISTS:
            raise ValueError(f"it holds more than {MAX_LISTS} lists, most of them by aliases")
    raise ValueError(_TOO_DEEP)  # what holds itself is deeper than any


_TOO_DEEP = f"lists and mappings stand in one another more than {MAX_LEVELS} levels deep"
_TOO_LONG = "a whole number has more than 64 bits"
_HALF = re.compile(r"\\u[dD][89abABcdefCDEF]|\\U0000[dD][89abABcdefCDEF]")
_LEAVES = frozenset((float, int, str, bool, type(None)))


def _check_whole_characters(text: str, content: Any) -> None:
    """Raise ValueError for a half of a character, which no file and no terminal takes: escapes alone make them."""
    inner = [content] if _HALF.search(text) else []
    while inner:
        one = inner.pop()
        if isinstance(one, dict):
            inner += [*one, *one.values()]
        elif isinstance(one, list | tuple | set):
            inner += one
        elif isinstance(one, str) and any("\ud800" <= character <= "\udfff" for character in one):
            raise ValueError("a text holds half of a character")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:  # int() itself refuses those of thousands of digits, in words about Python
        raise ValueError(_TOO_LONG)
    return _within(int(digits))


def _within(value: int) -> int:
    if not -MAX_WHOLE - 1 <= value <= MAX_WHOLE:
        raise ValueError(_TOO_LONG)
    return value

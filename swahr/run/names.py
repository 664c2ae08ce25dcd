"""What the outputs of a source are called, and which format each is of."""

import re
from collections.abc import Iterable
from pathlib import Path

from swahr.errors import Hint, OutputError, SettingError, SwahrError
from swahr.formats import Format, find_format, format_by_name
from swahr.video.addresses import without_password
from swahr.video.sources import is_path


def outputs_of(
    source: str, output: Path | None, formats: tuple[str, ...] | None
) -> tuple[tuple[str, Path], ...]:
    """Return format and path of each file of keypoints.

    One format is written to `output` itself, several beside each other, each with its own ending.

    Args:
        source: Address of the frames.
        output: As asked for; None is the source's name in the working folder.
        formats: Their names; None goes by the output's name, and is csv without one.

    Raises:
        SettingError: The name stands for no format, or a format is there twice.
        OutputError: The output is a folder.

    >>> outputs_of("films/match.mp4", None, ("csv", "coco"))
    (('csv', PosixPath('match.csv')), ('coco', PosixPath('match_coco.json')))
    """
    names = formats or ("csv" if output is None else _format_of(output),)
    if len(set(names)) < len(names):
        raise SettingError(f"format is {','.join(names)}; one is there twice")
    found = [find_format(name) for name in names]
    if output is not None and len(found) == 1:
        return ((found[0].name, output),)
    stem = source_stem(source)
    if output is not None:
        ending = next((f.suffix for f in by_length(found) if output.name.endswith(f.suffix)), output.suffix)
        stem = str(output.with_name(output.name.removesuffix(ending)))
    return tuple((format_.name, Path(stem + format_.suffix)) for format_ in found)


def by_length(formats: Iterable[Format]) -> list[Format]:
    """Return formats, those with the longest suffix first."""
    return sorted(formats, key=lambda format_: -len(format_.suffix))


def source_stem(source: str) -> str:
    """Return what outputs of a source are called: a file's name without its ending."""
    if not is_path(source):
        return re.sub(r"[^A-Za-z0-9]+", "_", without_password(source)).strip("_")
    path = Path(source)
    stem = path.name if path.is_dir() else path.stem
    return re.sub(r"[*?\[\]]+", "_", stem).strip("_") or "frames"


def _format_of(output: Path) -> str:
    try:
        return format_by_name(output).name
    except SwahrError as error:
        if output.is_dir():
            raise OutputError(f"{output} is a folder; expected a file name") from None
        raise SettingError(error.message, hints=[Hint("format")]) from None

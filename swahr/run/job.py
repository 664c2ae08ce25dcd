"""A job: one video, what to make of it and where to, as plain values that can be sent and written down."""

import glob
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from swahr import __version__
from swahr._util.files import check_output
from swahr.config import (
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    SecondPassSettings,
    SourceSettings,
    TrackSettings,
)
from swahr.errors import Hint, OutputError, SettingError, SwahrError
from swahr.formats import Format, find_format, format_by_name
from swahr.run.resume import journal_path
from swahr.video.addresses import without_password
from swahr.video.sources import is_path


def outputs_of(
    source: str, output: Path | None, formats: tuple[str, ...] | None
) -> tuple[tuple[str, Path], ...]:
    """Return format and path of each file of keypoints.

    output: as asked for; None is the source's name in this folder. formats: their names; None goes by the output's
    name, and is csv without one. One format is written to `output` itself, several beside each other, each with its own
    ending. Raises SwahrError where nothing tells the format.
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


@dataclass(frozen=True)
class VideoJob:
    """One run.

    source: address of the frames. outputs: format and path of each file of keypoints, at least one. overlay: where a
    drawn video goes. resume: go on where an earlier run of this job ended. The rest: `swahr.config`.
    """

    source: str
    outputs: tuple[tuple[str, Path], ...]
    overlay: Path | None = None
    network: NetworkSettings = field(default_factory=NetworkSettings)
    frames: SourceSettings = field(default_factory=SourceSettings)
    tracking: TrackSettings = field(default_factory=TrackSettings)
    second_pass: SecondPassSettings = field(default_factory=SecondPassSettings)
    rows: OutputSettings = field(default_factory=OutputSettings)
    drawing: OverlaySettings = field(default_factory=OverlaySettings)
    resume: bool = False

    @property
    def paths(self) -> list[Path]:
        """All files that it makes, the first output first."""
        return [path for _, path in self.outputs] + ([] if self.overlay is None else [self.overlay])

    def finished(self) -> bool:
        """Whether everything is there."""
        return all(path.exists() for path in self.paths)

    def begun(self) -> bool:
        """Whether a run of it was interrupted, and can go on."""
        return journal_path(self.outputs[0][1]).exists()

    def check(self, anew: bool = False) -> None:
        """Raise SwahrError for an output that would destroy something. anew: `resume` found nothing to resume."""
        taken = [Path(self.source)] if is_path(self.source) else []
        folders = [path for name, path in self.outputs if find_format(name).folder]
        for path in self.paths:
            replaced = self.rows.overwrite or (self.resume and not anew)
            check_output(path, replaced, taken, folder=path in folders)
            taken.append(path)

    def on(self, device: str) -> "VideoJob":
        """Return the job for another device."""
        return replace(self, network=self.network.changed(device=device))

    def identity(self) -> dict[str, Any]:
        """Return what the keypoints depend on: a run goes on with the journal of an equal one alone."""
        from swahr.models.bundled import resolve
        from swahr.models.hashes import sha256

        groups = (self.network, self.frames, self.tracking, self.second_pass, self.rows)
        values = {name: value for group in groups for name, value in group.model_dump(mode="json").items()}
        values.pop("overwrite")
        values.pop("format")  # the outputs tell
        values.pop("device")  # a lost worker's job goes on elsewhere
        values["model"] = sha256(resolve(self.network.model))[:16]
        return {
            "version": __version__,
            "source": self.source,
            "its content": _content(Path(self.source)),
            "outputs": [[name, str(path)] for name, path in self.outputs],
            "overlay": self.overlay is not None,
            **values,
        }


def _content(path: Path) -> str:
    """Return a short name for what a file or folder holds, by sizes and times."""
    if path.is_dir():
        files = sorted(path.iterdir())
    else:
        files = (
            [path] if path.exists() else [Path(name) for name in sorted(glob.glob(str(path), recursive=True))]
        )
    facts = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files if file.is_file()]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

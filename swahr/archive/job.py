"""A job: one video, what to make of it and where to, as plain values that can be sent and written down."""

import glob
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from swahr import __version__
from swahr.commands.options import (
    DrawingOptions,
    NetworkOptions,
    PeopleOptions,
    RowOptions,
    SourceOptions,
    plain,
)
from swahr.outputs import check_output
from swahr.video.sources import is_live


@dataclass(frozen=True)
class VideoJob:
    """One run.

    source: address of the frames. outputs: format and path of each file of keypoints, at least one. overlay: where a
    drawn video goes. resume: go on where an earlier run of this job ended. The rest: see the options.
    """

    source: str
    outputs: tuple[tuple[str, Path], ...]
    overlay: Path | None
    network: NetworkOptions
    frames: SourceOptions
    people: PeopleOptions
    rows: RowOptions
    drawing: DrawingOptions
    resume: bool = False

    @property
    def paths(self) -> list[Path]:
        """All files that it makes, the first output first."""
        return [path for _, path in self.outputs] + ([] if self.overlay is None else [self.overlay])

    def finished(self) -> bool:
        """Whether everything is there."""
        return all(path.exists() for path in self.paths)

    def check(self, anew: bool = False) -> None:
        """Raise SwahrError for an output that would destroy something. anew: `resume` found nothing to resume."""
        taken = [] if is_live(self.source) else [Path(self.source)]
        for path in self.paths:
            check_output(path, self.rows.overwrite or (self.resume and not anew), taken)
            taken.append(path)

    def on(self, device: str) -> "VideoJob":
        """Return the job for another device."""
        return replace(self, network=replace(self.network, device=device))

    def identity(self) -> dict[str, Any]:
        """Return what the keypoints depend on: a run goes on with the journal of an equal one alone."""
        from swahr.models.bundled import resolve
        from swahr.models.hashes import sha256

        values = plain(self.network, self.frames, self.people, self.rows)
        values.pop("overwrite")
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

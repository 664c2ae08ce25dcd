"""A job: one video, what to make of it and where to, as plain values that can be sent and written down."""

import glob
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from swahr import __version__
from swahr._util.files import check_output
from swahr.config import (
    EncoderSettings,
    NetworkSettings,
    OutputSettings,
    OverlaySettings,
    PeopleSettings,
    SecondPassSettings,
    SourceSettings,
    TrackSettings,
)
from swahr.formats import find_format
from swahr.run.journal import journal_path
from swahr.video.addresses import without_password
from swahr.video.sources import is_path


@dataclass(frozen=True)
class VideoJob:
    """One run.

    Args:
        source: Address of the frames, as `swahr.video.open_source` takes it.
        outputs: Format and path of each file of keypoints, at least one.
        overlay: Where a drawn video goes; None: none is drawn.
        network, frames, tracking, second_pass, rows, drawing, people, encoding: See `swahr.config`.
        resume: Go on where an earlier run of this job ended.
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
    people: PeopleSettings = field(default_factory=PeopleSettings)
    encoding: EncoderSettings = field(default_factory=EncoderSettings)

    @property
    def needs_all(self) -> bool:
        """Whether what is written depends on the last frame."""
        return self.second_pass.wanted or self.people.needs_all

    @property
    def hides(self) -> bool:
        """Whether people are to be unrecognisable in a drawn video."""
        return self.overlay is not None and self.drawing.anonymise != "none"

    def waits(self, live: bool = False) -> bool:
        """Return whether all is written at the end, once the last frame was seen.

        So it is where people are hidden, as who is found in a frame was there before. live: the source has no end.
        """
        bridges = self.hides and self.tracking.track and self.drawing.layer == "none"
        return self.needs_all or (bridges and not live)

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
        """Refuse an output that would destroy something.

        Args:
            anew: `resume` found nothing to resume.

        Raises:
            OutputError: See `check_output`.
        """
        taken = [Path(self.source)] if is_path(self.source) else []
        folders = [path for name, path in self.outputs if find_format(name).is_folder(path)]
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

        groups = (self.network, self.frames, self.tracking, self.second_pass, self.rows, self.people)
        values = {name: value for group in groups for name, value in group.model_dump(mode="json").items()}
        values.pop("overwrite")
        values.pop("format")  # the outputs tell
        values.pop("device")  # a lost worker's job goes on elsewhere
        values["model"] = sha256(resolve(self.network.model))[:16]
        if self.network.box_file is not None and self.network.box_file.is_file():
            values["box_file"] = sha256(self.network.box_file)[:16]
        return {
            "version": __version__,
            "source": without_password(self.source),
            "its content": _content(Path(self.source)),
            "outputs": [[name, str(path)] for name, path in self.outputs],
            "overlay": self.overlay is not None,
            "waits": self.waits(),
            "hidden from": self.encoding.hide_score if self.hides else None,
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

"""A file of a batch, as plain values that are kept from one start to the next."""

from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, TypeAdapter
from PyQt6.QtCore import QCoreApplication

from swahr.config import NetworkSettings, OutputSettings, TrackSettings
from swahr.errors import SettingError
from swahr.formats import FORMATS, find_format
from swahr_app.state.names import free_stem, stem_of
from swahr_app.state.settings import AppSettings

if TYPE_CHECKING:
    from swahr.run.job import VideoJob

OVERLAY = "_overlay.mp4"
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]  # what a bar of Qt takes


class BatchState(Enum):
    """What became of a file."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass
class Entry:
    """A file, what is made of it, and how far that is.

    source: the file. stem: of its outputs, "" until it was started once: a resumed run writes the same files.
    network, tracking: settings of the run, by name, as they were then. anew: what an interrupted run left is replaced.
    stuck: the run cannot be resumed, and has to start anew.
    """

    source: str
    stem: str = ""
    formats: list[str] = field(default_factory=lambda: ["csv"])
    overlay: bool = True
    network: dict[str, Any] = field(default_factory=dict)
    tracking: dict[str, Any] = field(default_factory=dict)
    state: BatchState = BatchState.WAITING
    frames: Count = 0
    total: Count = 0
    rate: float = 0.0
    people_per_frame: float = 0.0
    text: str = ""
    anew: bool = False
    stuck: bool = False

    @property
    def outputs(self) -> list[tuple[str, Path]]:
        """Format and path of each keypoint file."""
        return [
            (name, Path(f"{self.stem}{find_format(name).suffix}")) for name in self.formats if name in FORMATS
        ]

    @property
    def overlay_path(self) -> Path | None:
        """The drawn video."""
        return Path(f"{self.stem}{OVERLAY}") if self.overlay else None

    def prepare(self, settings: AppSettings) -> None:
        """Decide what is made of the file, once; names of files that are there are left alone.

        Raises:
            SettingError: Where no format is chosen.
        """
        if self.stem:
            return
        batch = settings.batch
        if not batch.formats:
            raise SettingError(
                QCoreApplication.translate("Batch", "nothing to write: choose a keypoint format")
            )
        self.formats, self.overlay = list(batch.formats), batch.overlay
        self.network = settings.network.model_dump(mode="json")
        self.tracking = settings.tracking.model_dump(mode="json")
        if not settings.tracking.track:
            self.tracking["smooth"] = False
        source = Path(self.source)
        suffixes = [find_format(name).suffix for name in batch.formats if name in FORMATS]
        target = Path(batch.folder) if batch.folder else source.parent
        self.stem = str(free_stem(target / stem_of(source.name), suffixes + [OVERLAY] * batch.overlay))

    def start_anew(self) -> None:
        """Let the next run replace what an interrupted one left."""
        self.state, self.anew, self.stuck, self.text, self.frames = BatchState.WAITING, True, False, "", 0

    def job(self) -> "VideoJob":
        """Return the library's job; a run that was cut short goes on."""
        from swahr.run.job import VideoJob

        return VideoJob(
            source=self.source,
            outputs=tuple(self.outputs),
            overlay=self.overlay_path,
            network=NetworkSettings(**self.network),
            tracking=TrackSettings(**self.tracking),
            rows=OutputSettings(overwrite=self.anew),
            resume=not self.anew,
        )

    def plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**asdict(self), "state": self.state.value}


_ENTRIES = TypeAdapter(Entry)


def entry_from(values: dict[str, Any]) -> Entry:
    """Return the entry that `plain` gave. Raises ValueError where it cannot be one."""
    known = {each.name for each in fields(Entry)}
    entry = _ENTRIES.validate_python({name: value for name, value in values.items() if name in known})
    if entry.state is BatchState.RUNNING:  # the app was killed
        entry.state = BatchState.CANCELLED
    return entry

"""What a person has chosen: groups of settings that are remembered from one start to the next.

What the library has a setting for is the library's own group; what only a window needs is described here, in the
same language, so that its control is made in the same way.
"""

import json
from copy import copy
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import Field, ValidationError

from swahr.config import (
    NetworkSettings,
    OverlaySettings,
    RowSettings,
    Settings,
    SourceSettings,
    TrackSettings,
    setting,
)
from swahr.errors import SwahrError

MAX_RECENT = 10
MAX_OWN_MODELS = 10
Theme = Literal["system", "light", "dark"]
THEMES: tuple[str, ...] = get_args(Theme)
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)

# Of the network's settings, those that act on what it has said already; all others load it anew.
PARSE_SETTINGS = ("threshold", "min_score", "max_people", "max_similarity")
# Of the network's settings, those that count for files alone: the live view takes one frame after the other.
FILE_SETTINGS = ("batch_size",)

S = TypeVar("S", bound=Settings)


def same_as(model: type[Settings], name: str) -> Any:
    """Return a field that is described in another group."""
    return copy(model.model_fields[name])


class PlaySettings(Settings):
    """Playback.

    How a source plays.
    """

    mirror: bool = same_as(SourceSettings, "mirror")
    speed: float = setting(1.0, "Speed of a file.", unit="×", ge=SPEEDS[0], le=SPEEDS[-1])
    loop: bool = setting(False, "Play a file again and again.")
    every_frame: bool = setting(False, "A file waits for the network, so that no frame is left out.")


class BatchSettings(Settings):
    """Batch.

    What is made of each file of a batch.
    """

    folder: str = setting("", "Where the results go; empty: beside each file.", label="Results go to")
    overlay: bool = setting(True, "Also write a video with the people drawn.", label="Overlay video")
    formats: tuple[str, ...] = setting(("csv",), "Formats of the keypoint files.", label="Keypoints")


class RecordSettings(Settings):
    """Recording.

    What a recording keeps, and where.
    """

    folder: str = setting("", "Where recordings and pictures go; empty: the folder for videos.")
    overlay: bool = setting(True, "A video with the people drawn.", label="Overlay video")
    raw: bool = setting(False, "A video of the frames as they came, all of them.", label="Raw video")
    formats: tuple[str, ...] = same_as(BatchSettings, "formats")
    uncertainty: bool = same_as(RowSettings, "uncertainty")
    countdown: int = setting(0, "Wait so long after Record is pressed.", unit="s", ge=0, le=60)
    preroll: float = setting(
        0.0,
        "Also keep what was seen so long before, as far as memory reaches.",
        unit="s",
        ge=0,
        le=10,
        label="Before that",
        step=0.5,
    )
    duration: float | None = setting(
        None,
        "Stop after so long.",
        unit="s",
        ge=0.5,
        le=86_400,
        unset="until stopped",
        label="Length",
        step=0.5,
    )
    starts: Literal["at_once", "with_a_person"] = setting(
        "at_once", "When a recording begins: at once, or when somebody comes into view.", label="Begins"
    )


class PlotSettings(Settings):
    """Motion plot.

    What the small plot shows.
    """

    joint: str = setting("right_wrist", "Which joint is plotted.")
    kind: Literal["speed", "path"] = setting("speed", "What is plotted of it.")


class NewRunSettings(Settings):
    """New run.

    What the form for a run holds. labels, validation: files or folders; empty: none chosen.
    """

    labels: str = setting("", "What to learn from.")
    validation: str = setting("", "What the run is measured on; empty: what is split off.")
    split: float = setting(0.2, "Part of the photos that it is measured on.", ge=0, le=0.9)
    start_from: str = setting("default", "The weights that it starts from.")
    preset: str = setting("", "Settings that suit; empty: by what is asked.")
    steps: int = setting(0, "Length; 0: by the preset.", ge=0, le=1_000_000)
    batch_size: int = setting(0, "Photos of a step; 0: by the preset.", ge=0, le=256)


class AppSettings(Settings):
    """Everything that is remembered.

    recent: addresses of sources, the newest first. own_models: checkpoint files. run_folder: of the training page.
    folders: where file dialogs begin, by what is chosen in them.
    """

    network: NetworkSettings = Field(default_factory=NetworkSettings)
    tracking: TrackSettings = Field(default_factory=TrackSettings)
    overlay: OverlaySettings = Field(default_factory=OverlaySettings)
    play: PlaySettings = Field(default_factory=PlaySettings)
    record: RecordSettings = Field(default_factory=RecordSettings)
    batch: BatchSettings = Field(default_factory=BatchSettings)
    plot: PlotSettings = Field(default_factory=PlotSettings)
    new_run: NewRunSettings = Field(default_factory=NewRunSettings)
    theme: Theme = "system"
    recent: tuple[str, ...] = ()
    own_models: tuple[str, ...] = ()
    run_folder: str = ""
    folders: dict[str, str] = Field(default_factory=dict)

    def opened(self, address: str) -> "AppSettings":
        """Return the settings with an address as the most recent one."""
        others = tuple(known for known in self.recent if known != address)
        return self.changed(recent=(address, *others)[:MAX_RECENT])

    def plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return self.model_dump(mode="json")


def loading_settings(network: NetworkSettings) -> NetworkSettings:
    """Return the settings of a network for which it has to be loaded, the others as they are by default."""
    default = NetworkSettings().values()
    return network.changed(**{name: default[name] for name in (*PARSE_SETTINGS, *FILE_SETTINGS)})


def settings_from(values: Any) -> AppSettings:
    """Return the settings that `plain` gave; what is damaged or of another release gets its default."""
    return _group(AppSettings, values)


def _group(kind: type[S], values: Any) -> S:
    if not isinstance(values, dict):
        return kind()
    kept: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if name not in values:
            continue
        if isinstance(field.annotation, type) and issubclass(field.annotation, Settings):
            kept[name] = _group(field.annotation, values[name])
            continue
        try:  # strictly: "yes" is no truth value, as it was not written here
            alone = kind.model_validate_json(json.dumps({name: values[name]}), strict=True)
        except (ValidationError, SwahrError, TypeError, ValueError):
            continue
        kept[name] = getattr(alone, name)
    try:
        return kind(**kept)
    except SwahrError:  # each by itself makes sense, all together do not
        return kind()


def existing_folder(path: str, otherwise: Path) -> Path:
    """Return a folder that was chosen once if it is still there, else another."""
    chosen = Path(path) if path else otherwise
    return chosen if chosen.is_dir() else otherwise

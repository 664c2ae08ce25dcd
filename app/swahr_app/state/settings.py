"""What a person has chosen: plain values, in groups, that are remembered from one start to the next."""

from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from swahr import config
from swahr.config import OverlaySettings
from swahr.errors import SwahrError

MAX_RECENT = 10
THEMES = ("system", "light", "dark")
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)

T = TypeVar("T")


@dataclass(frozen=True)
class ModelSettings:
    """Which network runs, and how; a change loads it anew.

    model: a bundled or installed name, or a checkpoint file. device: auto, cpu or cuda. input_size: short side of
    the input, pixels; 0: the model's own. flip_test: look at the mirrored frame too.
    """

    model: str = "default"
    device: str = "auto"
    input_size: int = 0
    flip_test: bool = False


@dataclass(frozen=True)
class PeopleSettings:
    """Who counts as a person; a change acts on the frame that is shown.

    threshold: least heat of a joint. min_score: least score of a person; 0: the model's own, for both. max_people:
    most a frame. track: give ids. smooth: take the jitter out of joints, which needs ids.
    """

    threshold: float = 0.0
    min_score: float = 0.0
    max_people: int = 30
    track: bool = True
    smooth: bool = False


@dataclass(frozen=True)
class PlaySettings:
    """How a source plays. every_frame: a file waits for the network, so that no frame is left out."""

    mirror: bool = False
    speed: float = 1.0
    loop: bool = False
    every_frame: bool = False


@dataclass(frozen=True)
class RecordSettings:
    """What a recording keeps, and where. folder: "" is the user's video folder. formats: of keypoints, by name."""

    folder: str = ""
    overlay: bool = True
    raw: bool = False
    formats: tuple[str, ...] = ("csv",)


@dataclass(frozen=True)
class BatchSettings:
    """What is made of each file of a batch. folder: "" is beside each file."""

    folder: str = ""
    overlay: bool = True
    formats: tuple[str, ...] = ("csv",)


@dataclass(frozen=True)
class PlotSettings:
    """What the small plot shows: a joint's "speed" or "path"."""

    joint: str = "right_wrist"
    kind: str = "speed"


@dataclass(frozen=True)
class Settings:
    """Everything that is remembered."""

    model: ModelSettings = field(default_factory=ModelSettings)
    people: PeopleSettings = field(default_factory=PeopleSettings)
    style: OverlaySettings = field(default_factory=OverlaySettings)
    play: PlaySettings = field(default_factory=PlaySettings)
    record: RecordSettings = field(default_factory=RecordSettings)
    batch: BatchSettings = field(default_factory=BatchSettings)
    plot: PlotSettings = field(default_factory=PlotSettings)
    theme: str = "system"
    recent: tuple[str, ...] = ()
    own_models: tuple[str, ...] = ()
    run_folder: str = ""
    folders: dict[str, str] = field(default_factory=dict)

    def opened(self, address: str) -> "Settings":
        """Return the settings with an address as the most recent one."""
        others = tuple(known for known in self.recent if known != address)
        return replace(self, recent=(address, *others)[:MAX_RECENT])

    def plain(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**asdict(self), "style": self.style.model_dump(mode="json")}


def settings_from(values: Any) -> Settings:
    """Return the settings that `plain` gave; what no longer fits gets its default."""
    return _group(Settings, values)


def _group(kind: type[T], values: Any) -> T:
    if not isinstance(values, dict):
        return kind()
    if issubclass(kind, config.Settings):
        try:
            return kind(**values)
        except SwahrError:  # of another release
            return kind()
    hints = get_type_hints(kind)
    kept: dict[str, Any] = {}
    for each in fields(kind):  # type: ignore[arg-type]
        if each.name not in values:
            continue
        hint, value = hints[each.name], values[each.name]
        if hasattr(hint, "__dataclass_fields__") or hint is OverlaySettings:
            kept[each.name] = _group(hint, value)
        elif _fits(hint, value):
            kept[each.name] = tuple(value) if isinstance(value, list) else value
    try:
        return kind(**kept)
    except (
        SwahrError,
        TypeError,
        ValueError,
    ):  # what a later release writes may be out of an earlier one's range
        return kind()


def _fits(hint: Any, value: Any) -> bool:
    origin = get_origin(hint)
    if origin is tuple:
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if origin is dict:
        return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())
    if origin in (Union, UnionType):
        return any(_fits(each, value) for each in get_args(hint))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, hint)


def with_values(group: Any, **values: Any) -> Any:
    """Return a group of settings with other values."""
    return group.changed(**values) if isinstance(group, config.Settings) else replace(group, **values)


def existing_folder(path: str, otherwise: Path) -> Path:
    """Return a folder that was chosen once if it is still there, else another."""
    chosen = Path(path) if path else otherwise
    return chosen if chosen.is_dir() else otherwise
